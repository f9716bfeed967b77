"""What the claims of a message make of what is known already: a correction is no second value."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot.dialogue.clauses import Clauses
from bot.dialogue.contrasting import is_party
from bot.dialogue.deal import ASKED_BACK, Answer, Deal, MessageKey, fits
from bot.dialogue.in_passing import InPassing
from bot.dialogue.poles import gravity
from bot.dialogue.standing import doubted
from bot.dialogue.weighing import CONTEST, HINT, Claim
from retrieval.guidance import Fact, Guidance, Question, QuestionKind, Role
from retrieval.words.mentions import Reading, Strength
from retrieval.words.phrases import Phrases


def heard_of(
    reading: Reading,
    claims: Sequence[Claim],
    deal: Deal,
    clauses: Clauses,
    answered: Collection[Fact],
    key: MessageKey,
    guidance: Guidance,
    contrast: bool = False,
    passing: InPassing | None = None,
) -> tuple[dict[Fact, Answer], dict[Fact, frozenset[str]]]:
    """Answers that *claims* make of what is known, and the values they take away.

    A fact that is left with no value is not known any more, which is no "don't know": it is in
    the second alone.

    Args:
        reading: The message.
        claims: What it claims.
        deal: What is known before it.
        clauses: The scope of its small words.
        answered: The facts asked for last that it answers.
        key: Names it.
        guidance: The release that it is read with.
        contrast: It tells parties of the deal apart: of two values the graver one holds, and
            those it speaks of are no others than those known.
        passing: What of it is only mentioned; None where it supposes, and all counts.
    """
    heard: dict[Fact, Answer] = {}
    withdrawn: dict[Fact, frozenset[str]] = {}
    newcomers = [c for c in claims
                 if guidance.questions[c.mention.fact].role is Role.END_USER and c.holds
                 and c.value not in deal.known(c.mention.fact)]
    for fact in dict.fromkeys(c.mention.fact for c in claims):
        question = guidance.questions[fact]
        mine = [c for c in claims if c.mention.fact == fact]
        if not contrast or question.several:
            mine = _strongest(mine, claims, clauses if question.several else None)
        if passing is not None:
            mine = passing.put_right(mine)
        denied = frozenset(c.value for c in mine if not c.holds)
        if question.kind is QuestionKind.COUNTRY:
            # "It's not Saudi intelligence, it's the Saudi customs": the last word counts.
            last = {c.value: c.holds for c in sorted(mine, key=lambda c: c.mention.first)}
            denied -= {value for value, holds in last.items() if holds}
        elif not clauses.corrections:
            denied -= _told_apart(reading, mine)
        held = [c for c in mine if c.holds and c.value not in denied]
        known = deal.known(fact)
        if held:
            if not question.several:
                held = [max(held, key=lambda c: (
                    gravity(guidance, question, frozenset({c.value})) if contrast else 0,
                    c.sure, c.confidence if contrast else 1.0, c.mention.first))]
            held = _together(question, held)
            values = frozenset(c.value for c in held)
            corrected = bool(clauses.corrections) or bool(denied & known)
            if contrast and is_party(question) and values < known and not corrected:
                continue
            if passing is not None and question.several and values < known and not corrected and (
                    fact not in answered and not any(passing.is_the_one(c) for c in held)):
                # "The face recognition is optional" takes no camera away.
                continue
            added = any(c.added for c in held) and not corrected
            if passing is not None and question.several and known and fact not in answered:
                held = _meant(question, held, known, passing, newcomers, corrected)
                if not held:
                    continue
                values = frozenset(c.value for c in held)
            stood = deal.answers.get(fact)
            # While it is asked back who may come on top, one more takes nobody's place.
            asked_on_top = stood is not None and stood.sure and known < stood.instead
            joins = added or (
                passing is not None and not corrected
                and (fact not in answered or asked_on_top)
                and _comes_on_top(question, held, known, passing, newcomers))
            elsewhere = bool(answered) and fact not in answered
            hinted = not any(c.mention.strength.is_firm or (
                c.confidence >= ASKED_BACK and passing is not None and passing.is_the_one(c))
                for c in held)
            comes_in = question.role is Role.STAGE and (
                gravity(guidance, question, values) > gravity(guidance, question, known))
            if known - values and max(c.confidence for c in held) < HINT:
                # "The cams are for the north" names no other product than the body cameras.
                continue
            if known and (elsewhere or hinted) and not (corrected or added or comes_in):
                # The message answers another question; that it names the end-user in passing
                # ("no, the police ignore it") does not make the end-user somebody else.
                continue
            if deal.settled(fact) and not corrected and fact not in answered and (
                    _is_another_matter(held, known, added, question, guidance)):
                continue
            whole = (question.together((known | values) - denied)
                     if joins and question.several else values)
            sure = all(c.sure and c.confidence >= ASKED_BACK for c in held)
            # What comes on top of a guess, or of a "maybe", makes none of it surer.
            on_top = bool(known) and known < whole and not deal.settled(fact)
            sure = sure and not on_top and not (passing is not None and _is_half_of_a_doubt(
                held, [c for c in mine if not c.holds and c.value in known], clauses, passing))
            if whole == known and (not sure or (
                    deal.settled(fact) and not deal.guessed(fact))):
                continue
            answer = _answer(reading, clauses, held, whole, sure, key)
            if stood is not None and joins and known < stood.instead and sure:
                # Who may come on top may still, when somebody else surely does.
                perhaps = (stood.instead | whole) - denied
                answer = replace(answer, confidence=stood.confidence, instead=(
                    perhaps if whole < perhaps else frozenset()))
            heard[fact] = replace(answer, confidence=min(
                answer.confidence, deal.answers[fact].confidence)) if on_top else answer
        elif denied and _only_doubts(mine, deal, fact):
            heard[fact] = doubted(deal.answers[fact], denied)
        elif denied:
            withdrawn[fact] = denied
            left = known - denied
            perhaps = deal.answers[fact].instead if fact in deal.answers else frozenset()
            if left and left != known:
                denying = [c for c in mine if not c.holds]
                # Of two guesses the denied one is gone, and the other as uncertain as before.
                before = deal.answers[fact]
                answer = _answer(reading, clauses, denying, left, before.sure, key)
                heard[fact] = replace(answer, confidence=min(
                    answer.confidence, before.confidence)) if before.guessed else answer
            elif left and not perhaps.isdisjoint(denied):
                perhaps -= denied
                heard[fact] = replace(deal.answers[fact], instead=(
                    perhaps if perhaps - known else frozenset()))
    return heard, withdrawn


def _only_doubts(claims: Sequence[Claim], deal: Deal, fact: Fact) -> bool:
    """Whether *claims* deny what is certain, and none of them for sure: "maybe not the army"."""
    stood = deal.answers.get(fact)
    against = [c for c in claims if not c.holds and c.value in deal.known(fact)]
    return stood is not None and stood.certain and bool(against) and not any(
        c.sure for c in against)


def _is_half_of_a_doubt(
    held: Sequence[Claim], denied: Sequence[Claim], clauses: Clauses, passing: InPassing
) -> bool:
    """Whether *held* is what perhaps takes the place of *denied*: "maybe not A but B".

    "I don't think it's A, it's B" says outright which it is.
    """
    return bool(denied) and not any(c.sure for c in denied) and all(
        not passing.is_the_one(one) and any(
            other.mention.first < one.mention.first and any(
                first <= other.mention.first and one.mention.first < last
                for first, last in clauses.sentences()) for other in denied) for one in held)


def _meant(
    question: Question,
    held: list[Claim],
    known: frozenset[str],
    passing: InPassing,
    newcomers: Sequence[Claim],
    corrected: bool,
) -> list[Claim]:
    """Those of *held* that are told of a deal of which some are *known*, and not only named.

    A place that is neither put right nor said to come on top has to have its clause to itself, or
    to be that of one of *newcomers*, who were no end-users before.
    """
    is_place = question.kind is QuestionKind.COUNTRY
    return [c for c in held if c.value in known or not (
        passing.is_asked(c)
        or (is_place and (passing.is_of_others(c) or (
            passing.is_mentioned(c)
            and not (corrected or c.added or passing.is_of(c, newcomers))))))]


def _comes_on_top(
    question: Question,
    held: Sequence[Claim],
    known: frozenset[str],
    passing: InPassing,
    newcomers: Sequence[Claim],
) -> bool:
    """Whether *held* goes with what is *known*: who else uses a product, where, and what else for.

    It takes its place where the message says that it is the one; so does a place, unless it is
    that of one of *newcomers*.
    """
    new = [c for c in held if c.value not in known]
    if question.kind is QuestionKind.COUNTRY:
        return any(passing.is_of(c, newcomers) for c in new)
    many = question.role is Role.END_USER or question.role is None
    return many and bool(new) and not any(
        passing.is_the_one(c) or c.value in question.alone for c in new)


def _told_apart(reading: Reading, claims: Sequence[Claim]) -> frozenset[str]:
    """The value of which *claims* hold one kind and deny another: "gendarmerie, not police".

    Where something else holds, what is denied is denied.
    """
    held = {c.value for c in claims if c.holds}
    said, denied = ({reading.words(c.mention).casefold() for c in claims if c.holds is holds}
                    for holds in (True, False))
    return frozenset(held) if len(held) == 1 and said.isdisjoint(denied) else frozenset()


def _together(question: Question, held: list[Claim]) -> list[Claim]:
    """Those of *held* whose values can hold together.

    "They won't say, maybe the police" names nobody for sure, and so leaves it that they won't.
    """
    alone = [c for c in held if c.value in question.alone]
    if alone and not any(c.sure for c in held if c not in alone):
        return alone
    kept = question.together(frozenset(c.value for c in held))
    return [c for c in held if c.value in kept]


def _is_another_matter(
    held: Sequence[Claim],
    known: frozenset[str],
    added: bool,
    question: Question,
    guidance: Guidance,
) -> bool:
    """Whether what nobody asked about or put right leaves what is *known* for sure as it is.

    No word names it, and it is only guessed, or would make it less grave; or it comes on top of
    what it would make less grave: "they also delete it after a month" takes back no sharing.
    """
    told = all(c.mention.strength is Strength.TOLD for c in held)
    guessed = any(not c.sure or c.confidence < ASKED_BACK for c in held)
    now = gravity(guidance, question, frozenset(c.value for c in held))
    was = gravity(guidance, question, known)
    if question.role is Role.STAGE and now != was:
        # A complaint comes in on top of what is delivered, which takes back none.
        return now < was
    lessens = not question.several and now < was
    return (told and guessed) or ((told or added) and lessens)


def said_unknown(
    reading: Reading,
    clauses: Clauses,
    heard: Mapping[Fact, Answer],
    deal: Deal,
    key: MessageKey,
    names: Mapping[Fact, Phrases],
) -> dict[Fact, Answer]:
    """Facts that the message says nobody knows yet: "no idea who the end user is"."""
    found: dict[Fact, Answer] = {}
    for span in clauses.unknowns:
        for fact, phrases in names.items():
            if fact in heard or deal.answered(fact):
                continue
            for name in phrases.find(reading.tokens):
                if clauses.same_clause(span, name):
                    first, last = min(span[0], name[0]), max(span[1], name[1])
                    start = reading.tokens[first].start
                    end = reading.tokens[last - 1].end
                    found[fact] = Answer(None, reading.text[start:end], key, True, start, end)
    return found


def refined(
    guidance: Guidance, deal: Deal, heard: Mapping[Fact, Answer], key: MessageKey
) -> dict[Fact, Answer]:
    """Add the readings that only the facts together allow; see `Refinement`."""
    found = dict(heard)
    for rule in guidance.vocabulary.refinements:
        whole = deal.with_answers(found)
        touched = any(f in found for f in rule.when)
        whole_fits = fits(rule.when, whole) is True and all(
            whole.known(f) <= row for f, row in rule.when.items()
        )
        if touched and whole_fits:
            basis = whole.answers[rule.fact] if rule.fact in rule.when else next(
                whole.answers[f] for f in rule.when
            )
            found[rule.fact] = replace(basis, values=frozenset({rule.value}), message=key)
    return found


def _answer(
    reading: Reading,
    clauses: Clauses,
    claims: Sequence[Claim],
    values: frozenset[str] | None,
    sure: bool,
    key: MessageKey,
) -> Answer:
    """What *claims* make of one fact, with the words that it rests on."""
    spans = [_quoted(claim, clauses) for claim in claims]
    first, last = min(first for first, _ in spans), max(last for _, last in spans)
    said = ", ".join(dict.fromkeys(
        reading.text[reading.tokens[first].start : reading.tokens[last - 1].end]
        for first, last in spans))
    return Answer(values, said, key, sure, reading.tokens[first].start,
                  reading.tokens[last - 1].end, min(c.confidence for c in claims))


def _quoted(claim: Claim, clauses: Clauses) -> tuple[int, int]:
    """The tokens that *claim* is quoted by: with the "no" that it rests on, which turns them."""
    mention = claim.mention
    span = (mention.first, mention.last)
    if mention.strength is Strength.TOLD:
        return clauses.around(span)
    denials = () if claim.holds and claim.value == mention.value else clauses.denials_of(mention)
    spans = (span, *denials)
    return min(first for first, _ in spans), max(last for _, last in spans)


def _strongest(
    claims: list[Claim], every: Sequence[Claim], clauses: Clauses | None
) -> list[Claim]:
    """Drop hints where the message also says it outright; not that another value is denied.

    Nor what is listed beside it and clearly heard, where *clauses* tell that several may hold:
    "for intelligence and for the police".  Its words may tell nothing else among *every* claim:
    "for the prosecutor, law enforcement" names an aim.
    """
    firm = [c for c in claims if c.mention.strength.is_firm]
    if clauses is not None:
        firm += [replace(c, sure=not clauses.hedged(c.mention),
                         confidence=max(c.confidence, ASKED_BACK)) for c in claims
                 if c.holds and c.mention.strength is Strength.WEAK and c.confidence >= CONTEST
                 and not any(one.mention.fact != c.mention.fact and one.holds
                             and one.mention.strength.is_firm
                             and one.mention.first < c.mention.last
                             and c.mention.first < one.mention.last for one in every)
                 and any(one.holds and clauses.lists(c.mention, one.mention) for one in firm)]
    held = {c.value for c in firm if c.holds}
    denied = [c for c in claims if held and not c.holds and c not in firm and c.value not in held]
    return [*firm, *denied] if firm else claims
