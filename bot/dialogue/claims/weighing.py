"""What the vocabulary and the model make of a message together.

The vocabulary knows words for certain and roles hardly: that a message names the police does not
make them the end-user.  The model judges whole clauses and is seldom certain.  Where both agree a
value is taken; where only one speaks, it depends on how sure it is; and what the model does not
hear clearly, or beside something else, is a guess, which is asked back rather than assumed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.dialogue.claim import (
    CONTEST,
    DOUBT,
    GUESS,
    HINT,
    NEARLY,
    RIVAL,
    SURE,
    Claim,
)
from bot.dialogue.claims.correcting import Placed, placed, replaced
from bot.dialogue.claims.gainsaying import else_lost, gainsaid, negated_in_name, turned
from bot.dialogue.claims.half_heard import borne_out, heard_at, likelier
from bot.dialogue.claims.heard_places import countries
from bot.dialogue.claims.hints import takes_its_place
from bot.dialogue.claims.one_body import as_one_body
from bot.dialogue.deal import ASKED_BACK
from bot.dialogue.poles import graver, has_poles
from bot.dialogue.small_words.clauses import Clauses
from retrieval.guidance import Fact, Guidance, Question, QuestionKind, Role
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.tells import Told

TERM_WORDS = 2
"""Fewest words of a term that counts where a model hears another value in its very words."""


def weighed(
    claims: Sequence[Claim],
    told: Sequence[Told],
    reading: Reading,
    clauses: Clauses,
    guidance: Guidance,
    asked: Collection[Fact] = (),
    *,
    contrast: bool = False,
) -> list[Claim]:
    """The claims of the vocabulary as the model sees them, and those that only the model sees.

    What answers one of the facts *asked* for is doubted less.  Where a message tells several
    parties apart, by *contrast*, two values of a fact need not exclude each other.
    """
    by_fact: dict[Fact, list[Claim]] = defaultdict(list)
    for claim in claims:
        if _is_heard_otherwise(claim, told, reading, guidance):
            continue
        by_fact[claim.mention.fact].append(claim)
    tells = _as_heard(told, reading)
    taken: list[Claim] = []
    for fact in dict.fromkeys((*by_fact, *tells)):
        question = guidance.questions.get(fact)
        if question is None:
            continue
        if question.kind is QuestionKind.COUNTRY:
            taken += countries(by_fact[fact], told, reading)
            continue
        taken += _of_fact(question, by_fact[fact], tells.get(fact, {}), told, reading, clauses,
                          guidance, asked=fact in asked, contrast=contrast)
    return [*taken, *else_lost(claims, taken, told, reading, clauses, guidance)]


def _as_heard(told: Sequence[Told], reading: Reading) -> Mapping[Fact, Mapping[str, Told]]:
    """By fact and value what the model takes to be told most likely, in the order it is heard."""
    likeliest: dict[Fact, dict[str, Told]] = defaultdict(dict)
    for one in told:
        best = likeliest[one.fact].get(one.value)
        if (best is None or best.chance < one.chance) and not _sounds_alike(one, reading):
            likeliest[one.fact][one.value] = one
    return likeliest


def _of_fact(
    question: Question,
    named: list[Claim],
    heard: Mapping[str, Told],
    told: Sequence[Told],
    reading: Reading,
    clauses: Clauses,
    guidance: Guidance,
    *,
    asked: bool,
    contrast: bool,
) -> Iterable[Claim]:
    """What is claimed of the fact of *question*, which is no place.

    The words claim what is *named* of it, and what a model has *heard* of it stands by value.
    """
    choices = frozenset(choice.value for choice in question.choices)
    values = {value: one for value, one in heard.items() if value in choices}
    if has_poles(question):
        values = turned(named, values, reading, clauses, graver(guidance, question.fact))
    elif not question.several:
        values = negated_in_name(named, values, reading, clauses)
    if question.role is Role.END_USER:
        named, values = as_one_body(question.fact, named, values, reading, guidance)
    if question.role is Role.STAGE:
        named, values = _come_in(named, values, graver(guidance, question.fact))
    # Of several parties' answers the graver one holds; where none is, there's one to be heard.
    if contrast and not question.several and graver(guidance, question.fact):
        apart = _less_named_otherwise(list(_each(named, values, reading, clauses)), clauses)
        if len({claim.value for claim in apart}) > 1:
            return apart
    if question.several and question.role is None and not question.of_customer:
        values = _with_names(named, values, reading)
    seen = list(_seen(named, values, clauses if question.role else None,
                      clauses if question.several else None, asked=asked))
    kept = [*seen, *_added(seen, values, reading, clauses)]
    if not kept and not has_poles(question):
        kept = list(likelier(question, values, reading, clauses, guidance))
    if not kept and not named and has_poles(question):
        rivals = [one for one in told if one.fact != question.fact and one.fact in
                  guidance.questions and has_poles(guidance.questions[one.fact])]
        kept = list(borne_out(question, values, rivals, reading, clauses))
    wrong = _taken_back(question.fact, named, told, kept, reading, clauses)
    kept = [claim for claim in kept if not claim.holds or claim.value not in wrong]
    if not question.several:
        grave = graver(guidance, question.fact) if has_poles(question) else ()
        kept = _strongest(_as_grave_as_heard(kept, named, values, grave), grave)
    if has_poles(question):
        kept = gainsaid(kept, named, values, clauses, guidance)
    denied = {claim.value for claim in named if not claim.holds}
    others = {value: one for value, one in values.items() if value not in wrong | denied}
    doubted = list(_doubted(kept, others, asked, question.several, reading))
    if has_poles(question) and not graver(guidance, question.fact):
        best = max((c.confidence for c in doubted if c.holds), default=0.0)
        doubted = [c for c in doubted if not c.holds or c.confidence >= best]
    return doubted


def _sounds_alike(one: Told, reading: Reading) -> bool:
    """Whether *one* is guessed of words that only sound like it: "firmware", and no spyware."""
    place = placed(one, reading) if reading.shields and one.chance < ASKED_BACK else None
    if place is None:
        return False
    first, last = place.span
    return any(s.fact == one.fact and s.value == one.value and s.first < last and first < s.last
               for s in reading.shields) and not any(
        m.fact == one.fact and m.value == one.value and m.strength.is_firm
        and m.first < last and first < m.last for m in reading.mentions)


def _is_heard_otherwise(
    claim: Claim, told: Sequence[Told], reading: Reading, guidance: Guidance
) -> bool:
    """Whether it is a word of answer in what a model hears, clearly, as something else alone."""
    if claim.mention.strength is not Strength.ASKED:
        return False
    start = reading.tokens[claim.mention.first].start
    here = [one for one in told if one.start <= start < one.end and one.fact in guidance.questions
            and has_poles(guidance.questions[one.fact])]
    return not any(one.fact == claim.mention.fact and one.chance >= DOUBT for one in here) and (
        any(one.fact != claim.mention.fact and one.chance >= ASKED_BACK for one in here))


def _taken_back(
    fact: Fact,
    claims: Sequence[Claim],
    told: Sequence[Told],
    kept: Sequence[Claim],
    reading: Reading,
    clauses: Clauses,
) -> frozenset[str]:
    """Values among *kept* that the message itself takes back."""
    values = {claim.value for claim in kept if claim.holds}
    if len(values) <= 1:
        return frozenset()
    heard = [place for one in told if one.fact == fact and one.value in values
             and one.chance >= GUESS and (place := placed(one, reading)) is not None]
    named = [Placed(claim.value, (claim.mention.first, claim.mention.last))
             for claim in kept if claim.holds]
    denied = [Placed(claim.value, (claim.mention.first, claim.mention.last))
              for claim in claims if not claim.holds and not any(
                  one.holds and one.value == claim.value
                  and clauses.tells_apart(one.mention, claim.mention) for one in kept)]
    return replaced([*heard, *named], denied, clauses)


def _doubted(
    claims: Collection[Claim],
    tells: Mapping[str, Told],
    asked: bool,
    several: bool,
    reading: Reading,
) -> Iterator[Claim]:
    """*claims* of one fact, as guesses where the model does not hear just them, and clearly.

    To an answer of several values nothing is missing: what was not said was not meant.  An answer
    of nothing but a name of a value is that value, whatever a model makes of two words.
    """
    held = {claim.value for claim in claims if claim.holds}
    best = max((tells[value].chance for value in held if value in tells), default=0.0)
    # "They answered two of our five" names an answer, and is heard rather as the other one.
    contested = not (asked and several) and any(
        one.chance >= (max(best, HINT) if asked else CONTEST)
        for value, one in tells.items() if value not in held)
    for claim in claims:
        if not claim.holds:
            yield claim
            continue
        chance = tells[claim.value].chance if claim.value in tells else 0.0
        named = claim.mention.strength is not Strength.TOLD
        if contested:
            chance = min(chance, GUESS)
        elif asked and (chance >= (HINT if named else SURE)
                        or (named and _is_all_said(claim, reading))):
            chance = max(chance, ASKED_BACK)
        yield replace(claim, confidence=chance)


def _is_all_said(claim: Claim, reading: Reading) -> bool:
    """Whether a message is a name of what is claimed and no word more."""
    mention = claim.mention
    return mention.strength.is_firm and not any(
        token.is_word and not mention.first <= n < mention.last
        for n, token in enumerate(reading.tokens))


def _seen(
    claims: Sequence[Claim],
    tells: Mapping[str, Told],
    clauses: Clauses | None,
    listing: Clauses | None,
    *,
    asked: bool = False,
) -> Iterator[Claim]:
    """The claims of the vocabulary that the model does not gainsay.

    Of a party, that it "is out", or a "no" behind "reseller?", counts though the model hears its
    name; *clauses* tell.  So does a denial right before a name in which a model hears the value
    none too clearly, "it isn't used for protests", and in "scrap the drones" however clearly.
    Beside one member of a list a model hears less of the next, where *listing* tells of lists:
    "criminal investigations and traffic".  What names an answer to what was *asked* is one, however
    little a model hears of it.
    """
    for claim in claims:
        chance = tells[claim.value].chance if claim.value in tells else 0.0
        if not claim.holds:
            if chance < SURE or (clauses is not None and (
                    clauses.not_involved(claim.mention) or clauses.filled_in(claim.mention))) or (
                    listing is not None and (listing.withdrawn(claim.mention) or (
                        chance < ASKED_BACK
                        and _is_denied_by_name(claim.mention, tells[claim.value], listing)))):
                yield claim
            continue
        firm = claim.mention.strength.is_firm
        listed = listing is not None and any(
            one.holds and one.mention.strength.is_firm and one.value != claim.value
            and listing.lists(claim.mention, one.mention) for one in claims)
        least = DOUBT if firm or listed else HINT
        if listing is not None and chance < least and takes_its_place(claim, claims, listing):
            yield replace(claim, confidence=CONTEST, sure=False)
        elif listing is not None and _is_clearly_told(claim, claims, tells, listing):
            yield replace(claim, confidence=chance, sure=not listing.hedged(claim.mention),
                          mention=replace(claim.mention, strength=Strength.TOLD))
        elif chance >= least or claim.mention.strength is Strength.ASKED or (
                asked and claim.mention.strength is Strength.TERM):
            yield replace(claim, confidence=max(chance, SURE) if chance >= HINT else chance,
                          sure=claim.sure or (not firm and chance >= SURE))


def _is_clearly_told(
    claim: Claim, claims: Sequence[Claim], tells: Mapping[str, Told], clauses: Clauses
) -> bool:
    """Whether a model hears a mere hint clearly, apart from what is named outright beside it.

    Without any word for it that would be told: the GPS of "collars with GPS, and thermal scopes".
    "ANPR cameras" are of that name, and "the cameras" of what was named before.
    """
    mention, heard = claim.mention, tells.get(claim.value)
    if (mention.strength is not Strength.WEAK or heard is None or heard.chance < ASKED_BACK
            or clauses.points_back(mention)):
        return False
    tokens, middle = clauses.tokens, (heard.start + heard.end) / 2
    outright = [(tokens[one.mention.first].start, tokens[one.mention.last - 1].end)
                for one in claims if one.holds and one.value != claim.value
                and one.mention.strength.is_firm]
    apart = not any(start <= middle < end or end == tokens[mention.first].start - 1
                    for start, end in outright)
    return (heard.start < tokens[mention.last - 1].end and tokens[mention.first].start < heard.end
            and bool(outright) and apart)


def _with_names(
    claims: Sequence[Claim], tells: Mapping[str, Told], reading: Reading
) -> dict[str, Told]:
    """*tells* of one fact, and what terms of several words name where a model hears another value.

    It hears a camera in "caméras thermiques", and a chip in "image intensifiers" that it never
    met.  Which of the two is meant is asked back.
    """
    heard = dict(tells)
    named = {claim.value for claim in claims if claim.mention.strength is not Strength.WEAK}
    for claim in claims:
        mention = claim.mention
        if not claim.holds or mention.strength is not Strength.TERM or (
                mention.last - mention.first < TERM_WORDS) or (
                claim.value in tells and tells[claim.value].chance >= DOUBT):
            continue
        for value, one in tells.items():
            place = placed(one, reading)
            if (value not in named and one.chance >= GUESS and place is not None
                    and place.span[0] <= mention.first and mention.last <= place.span[1]):
                heard[claim.value] = replace(one, value=claim.value, chance=CONTEST)
    return heard


def _is_denied_by_name(mention: Mention, heard: Told, clauses: Clauses) -> bool:
    """Whether *mention*, a term, is denied right before it and is what a model *heard*."""
    first, last = clauses.tokens[mention.first], clauses.tokens[mention.last - 1]
    return (mention.strength is Strength.TERM and clauses.denied_outright(mention)
            and heard.start < last.end and first.start < heard.end)


def _less_named_otherwise(claims: Sequence[Claim], clauses: Clauses) -> list[Claim]:
    """*claims* of one fact, less what is heard in a clause that names another value outright.

    One clause is not of two parties: who "is at arm's length from the regime" has no ties to it,
    whatever a model hears beside that.
    """
    return [one for one in claims if one.mention.strength is not Strength.TOLD or not any(
        other.value != one.value and other.mention.strength is Strength.TERM
        and other.confidence >= one.confidence and clauses.same_clause(
            (one.mention.first, one.mention.last), (other.mention.first, other.mention.last))
        for other in claims)]


def _each(
    claims: Sequence[Claim], tells: Mapping[str, Told], reading: Reading, clauses: Clauses
) -> Iterator[Claim]:
    """All values that words name or the model tells; a word that it does not hear is a guess.

    A mere word of answer is none where it clearly hears another: "an integrator, not reported".
    """
    clear = {value for value, one in tells.items() if one.chance >= ASKED_BACK}
    held = [claim for claim in claims
            if claim.holds and claim.mention.strength is not Strength.WEAK
            and not (claim.mention.strength is Strength.ASKED and clear - {claim.value} and not (
                claim.value in tells and tells[claim.value].chance >= DOUBT))]
    for claim in held:
        chance = tells[claim.value].chance if claim.value in tells else 0.0
        yield claim if chance >= HINT else replace(claim, confidence=GUESS)
    yield from _added(held, tells, reading, clauses)


def _added(
    seen: Collection[Claim],
    tells: Mapping[str, Told],
    reading: Reading,
    clauses: Clauses,
) -> Iterator[Claim]:
    """Values told clearly enough that no claim holds."""
    held = {claim.value for claim in seen}
    for value, one in tells.items():
        if value in held or one.chance < GUESS:
            continue
        mention = heard_at(one, reading)
        if mention is not None:
            yield Claim(mention, value, True, not clauses.hedged(mention), clauses.added(mention),
                        one.chance)


def _come_in(
    claims: list[Claim], tells: dict[str, Told], grave: frozenset[str]
) -> tuple[list[Claim], dict[str, Told]]:
    """What names a stage, or tells of one, without stages that one of the *grave* comes on top of.

    A complaint comes in while something is in use or up for renewal, and does not end that:
    "it is delivered" leaves "an NGO says that they tracked the opposition with our cameras".
    """
    came = {claim.value for claim in claims if claim.holds and claim.mention.strength.is_firm
            and claim.value in tells and tells[claim.value].chance >= DOUBT}
    came |= {value for value, one in tells.items() if one.chance >= GUESS}
    came = (came & grave) - {claim.value for claim in claims if not claim.holds}
    if not came:
        return claims, tells
    return ([claim for claim in claims if claim.value in came],
            {value: one for value, one in tells.items() if value in came})


def _as_grave_as_heard(
    claims: Sequence[Claim], named: Sequence[Claim], tells: Mapping[str, Told],
    grave: Collection[str],
) -> list[Claim]:
    """*claims* of one fact without those that a *grave* value heard beside them speaks against.

    A name that would settle the fact and is heard less than a grave value settles nothing: "a
    warrant is needed, but emergencies skip it".  What only a denial makes of a name is grave in the
    way that a model hears clearly: "no court that is independent" is none, and not weak.
    """
    def chance(value: str) -> float:
        return tells[value].chance if value in tells else 0.0

    told = max((claim.value for claim in claims if claim.value in grave
                and claim.mention.strength is Strength.TOLD), key=chance, default=None)
    clear = max(grave, key=chance, default=None)
    turned = {claim.value for claim in named if claim.holds and claim.value != claim.mention.value}
    return [claim for claim in claims if not (
        claim.holds and claim.mention.strength is not Strength.TOLD and (
            (told is not None and claim.value not in grave and claim.value == claim.mention.value
             and chance(claim.value) < chance(told))
            or (clear is not None and claim.value in turned & set(grave) - {clear}
                and chance(clear) >= ASKED_BACK)))]


def _strongest(claims: Iterable[Claim], grave: Collection[str]) -> list[Claim]:
    """Of the values of a fact that holds one only, those that no likelier one rules out.

    Where a model hears one of the *grave* values nearly as clearly as what would settle the fact,
    and no word names either, it is the grave one: "courts follow the Kremlin".
    """
    kept = list(claims)
    rival = max((c.confidence for c in kept if c.holds and c.confidence >= RIVAL), default=0.0)
    tied = [c for c in kept if c.holds and c.value in grave
            and c.confidence >= max(rival - NEARLY, GUESS)] if all(
        c.mention.strength is Strength.TOLD for c in kept if c.holds) else []
    if rival and tied:
        return [c for c in kept if not c.holds or c in tied]
    return [c for c in kept if not c.holds or c.confidence >= rival]
