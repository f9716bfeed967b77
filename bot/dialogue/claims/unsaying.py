"""What is denied by the words that it was told or said back in: "to block porn", "not blocking".

The vocabulary need not know those words by themselves, nor a model hear the "not".
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.dialogue.claim import Claim
from bot.dialogue.claims.hedging import hedged, only_doubted
from bot.dialogue.claims.occasion import Occasion
from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import DOUBTED, SECOND, Answer, Deal, MessageKey
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span
from bot.dialogue.small_words.doubts import overlaps
from retrieval.guidance import Fact, Guidance, Question
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.phrases import Phrases
from retrieval.words.tokens import forms_of_label, tokenise

_BEFORE_WHAT_IS_DOUBTED = ("before_the_one", "place_of_use", "doubted_whether")
_BEHIND_WHAT_IS_DOUBTED = (FUNCTION_WORDS, "filler", "second_thought", "beside_what_is_denied")


def unsaid(
    reading: Reading, clauses: Clauses, deal: Deal, cues: Cues
) -> dict[Fact, frozenset[str]]:
    """The values of *deal* that *reading* takes back by denying words that they rest on.

    A clause has to deny nothing else: "no reports of protests" takes back no protests.  Of several
    facts that rest on such words it is the one told in the fewest; of facts with several values
    the words don't say which of them is meant.
    """
    found: dict[Fact, frozenset[str]] = {}
    for denial in clauses.denials:
        words = _denied(reading, clauses, denial, cues)
        if not words:
            continue
        said = {fact: {t.stem for t in tokenise(answer.said)}
                for fact, answer in deal.answers.items() if answer.values}
        fits = {fact: len(stems) for fact, stems in said.items() if words <= stems}
        nearest = [fact for fact, length in fits.items() if length == min(fits.values())]
        if len(nearest) == 1 and len(deal.known(nearest[0])) == 1:
            found[nearest[0]] = deal.known(nearest[0])
    return found


def left_instead(
    withdrawn: Mapping[Fact, frozenset[str]],
    heard: Collection[Fact],
    reading: Reading,
    deal: Deal,
    key: MessageKey,
) -> dict[Fact, Answer]:
    """What is left of facts of which another value stood in doubt, where all that stood is denied.

    "Maybe the interior ministry", and then "not the police": nobody has said since that it is the
    ministry, so that is asked back.

    Args:
        withdrawn: The values that the message says don't hold.
        heard: The facts that it tells anything else of.
        reading: The message.
        deal: What is known before it.
        key: The message's.
    """
    words = reading.text.strip()
    left = {}
    for fact, gone in withdrawn.items():
        answer = deal.answers.get(fact)
        rest = answer.instead - gone if answer and deal.known(fact) <= gone else frozenset[str]()
        if rest and fact not in heard:
            left[fact] = Answer(rest, words, key, sure=False, start=0, end=len(reading.text),
                                confidence=DOUBTED)
    return left


def _denied(reading: Reading, clauses: Clauses, denial: Span, cues: Cues) -> frozenset[str]:
    """Stems of what the clause of *denial* denies; empty where it says anything before that.

    Empty too where the vocabulary has a name for it.
    """
    clause = clauses.positions(denial)
    tokens = reading.tokens
    if any(m.strength.is_firm and denial[1] <= m.first < clause.stop for m in reading.mentions):
        return frozenset()
    small = cues.covered(tokens, FUNCTION_WORDS, "filler", "correction", "second_thought")
    before = [i for i in range(clause.start, denial[0]) if tokens[i].is_word and i not in small]
    if before:
        return frozenset()
    return frozenset(tokens[i].stem for i in range(denial[1], clause.stop)
                     if tokens[i].is_word and i not in small)


def denied_by_name(claims: Sequence[Claim], at: Occasion) -> list[Claim]:
    """*claims* with the denials of what the deal holds by the name that we gave it.

    Who doubts it denies nothing for sure: "I don't think it's the police".  "Nothing to do with
    fusion" is of "Data fusion or investigation platform", and "that content blocking flag is
    wrong" of "Filtering or blocking online content".  Of a fact with one answer, better or worse,
    only a guess is denied so: who disputes what was told has to say what holds.
    """
    reading, clauses, deal = at.reading, at.clauses, at.deal
    guidance, cues = at.guidance, at.cues
    found: list[Claim] = []
    denied = _what_is_denied(reading, clauses, cues)
    for fact, question in guidance.questions.items():
        known = deal.known(fact)
        if not known or (has_poles(question) and deal.answers[fact].sure):
            continue
        disputed = [m for m in reading.mentions if m.fact == fact and m.value in known
                    and m.strength is not Strength.ASKED and (
                        _is_disputed(m, reading, clauses, cues)
                        or (question.several and clauses.denied_outright(m) and (
                            deal.guessed(fact) or _is_replaced(m, clauses, cues))))]
        found += [Claim(m, m.value, False, not hedged(m, clauses, cues), False) for m in disputed]
        found += [Claim(m, m.value, False, False, False) for m in reading.mentions
                  if m.fact == fact and m.value in known and question.several
                  and m.strength is not Strength.ASKED and _is_doubted(m, clauses, cues)]
        if denied and question.several and question.choices:
            found += _named(question, known, denied, clauses)
    claims = _with_doubts(claims, clauses, deal, guidance, cues)
    gone = {(c.mention.fact, c.value): c.mention for c in found}
    kept = [c for c in claims if not c.holds or not any(
        c.mention.fact == fact and c.value == value and clauses.same_clause(
            (c.mention.first, c.mention.last), (mention.first, mention.last))
        for (fact, value), mention in gone.items())]
    return [*kept, *found]


def disowned(
    reading: Reading, deal: Deal, guidance: Guidance, cues: Cues
) -> frozenset[Fact]:
    """What *reading* says is wrong by the name of the fact: "the end use is wrong: it's …".

    What takes its place stands behind that; where nobody can read it, the fact is open again.
    """
    tokens = reading.tokens
    wrong = [span for span in cues.find("said_wrong", tokens)
             if any(t.norm in cues.words("being_verbs") for t in tokens[span[0] - 1 : span[0]])]
    return frozenset(
        fact for fact, question in guidance.questions.items()
        if question.several and deal.known(fact)
        for span in wrong for name in Phrases((question.label, *question.names)).find(tokens)
        if name[1] == span[0] - 1 and any(t.is_word for t in tokens[span[1] :]))


def taken_back_by_name(
    reading: Reading, conversation: Conversation, guidance: Guidance, cues: Cues
) -> frozenset[Fact]:
    """The fact that the whole message takes back by its name: "scratch the conflict thing".

    Or by the words that it was told in, where it speaks of what was said: "scratch that about the
    journalists".  "Never mind the journalists" takes nothing back.
    """
    tokens, deal = reading.tokens, conversation.deal
    said = cues.find("takes_back_what_was_said", tokens)
    if not (said or cues.find("takes_back_by_name", tokens)):
        return frozenset()
    beside = cues.covered(tokens, FUNCTION_WORDS, "filler", "correction", "second_thought",
                          "takes_back_by_name", "takes_back_what_was_said",
                          "beside_what_is_denied")
    words = {t.stem for i, t in enumerate(tokens) if t.is_word and i not in beside}
    called = _called(words, deal, guidance, cues)
    if len(called) == 1:
        return called
    return _told_in(words, conversation, guidance) if words and said else frozenset()


def called_a_guess(
    reading: Reading, conversation: Conversation, guidance: Guidance, cues: Cues
) -> dict[Fact, Answer]:
    """What the whole message calls a guess, by its name: "the courts thing is our guess".

    Where it names nothing, that is what was told last ("that's only a guess"), unless it calls its
    own answer one.
    """
    words, deal, stretch = _called_words(reading, cues), conversation.deal, conversation.stretch
    if words is None or calls_its_answer_a_guess(reading, conversation, guidance, cues):
        return {}
    if words:
        meant = _called(words, deal, guidance, cues)
        meant = meant if len(meant) == 1 else _told_in(words, conversation, guidance)
    else:
        last = stretch.parts[-1].key if stretch is not None else None
        meant = frozenset(fact for fact, answer in deal.answers.items()
                          if answer.message.removesuffix(SECOND) == last)
    return {fact: replace(deal.answers[fact], sure=False) for fact in meant
            if deal.settled(fact) and not deal.guessed(fact)}


def calls_its_answer_a_guess(
    reading: Reading, conversation: Conversation, guidance: Guidance, cues: Cues
) -> bool:
    """Whether the whole message answers what is asked and calls that a guess: "no, unconfirmed".

    It answers with a yes or a no before it, and where nobody looked without pointing back: "not
    checked", but not "that's not checked".
    """
    tokens, asked = reading.tokens, conversation.awaiting()
    if not asked or _called_words(reading, cues) != set():
        return False
    if cues.starts("plain_yes", tokens) or cues.starts("bare_no", tokens):
        return any(has_poles(guidance.questions[fact]) or conversation.deal.guessed(fact)
                   for fact in asked)
    points = cues.words("points_at_what_was_said")
    guesses = cues.find("calls_it_a_guess", tokens)
    return not any(t.norm.partition("'")[0] in points for t in tokens) and any(
        overlaps(span, guesses) for span in cues.find("dont_know", tokens))


def _called_words(reading: Reading, cues: Cues) -> set[str] | None:
    """The words, as stems, by which it names what it calls a guess; None where it calls nothing."""
    tokens = reading.tokens
    if not cues.find("calls_it_a_guess", tokens) or tokens[-1].norm == "?" or any(
            one.norm in cues.words("being_verbs") and cues.starts("fine_as_told", tokens[i:])
            for i, one in enumerate(tokens, 1)):
        return None  # "the courts are ok, i guess" says how they are
    beside = cues.covered(tokens, FUNCTION_WORDS, "filler", "correction", "second_thought",
                          "calls_it_a_guess", "beside_what_is_denied", "answer_hedges")
    return {t.stem for i, t in enumerate(tokens) if t.is_word and i not in beside}


def _called(
    words: Collection[str], deal: Deal, guidance: Guidance, cues: Cues
) -> frozenset[Fact]:
    """The facts known of *deal* that *words*, as stems, are a name of."""
    words = frozenset(words)
    small = cues.words("function_words")
    names = {fact: [{t.stem for t in tokenise(text) if t.is_word and t.norm not in small}
                    for text in (question.label, *question.names)]
             for fact, question in guidance.questions.items()}
    called = {fact for fact, stems in names.items() if words and words in stems}
    # "Conflict" is a word of one label: "conflict or turmoil".
    called = called or {fact for fact, stems in names.items() if words and words <= stems[0]}
    return frozenset(fact for fact in called if deal.known(fact))


def _told_in(
    words: Collection[str], conversation: Conversation, guidance: Guidance
) -> frozenset[Fact]:
    """The one fact, of one value, that was told by *words*, as stems.

    Of the message before, any of its words will do: a fact may rest on "are detained" alone, where
    it says who is.
    """
    words, stretch = frozenset(words), conversation.stretch
    told = {fact: {t.stem for t in tokenise(answer.said)}
            for fact, answer in conversation.deal.answers.items()
            if answer.values and len(answer.values) == 1 and fact in guidance.questions}
    last = stretch.parts[-1] if stretch is not None else None
    if last is not None and words <= {t.stem for t in tokenise(last.text)}:
        fresh = [fact for fact in told if conversation.deal.answers[fact].message.removesuffix(
            SECOND) == last.key]
        named = [fact for fact in fresh if words <= told[fact]]
        fresh = named if len(named) == 1 else fresh
        return frozenset(fresh) if len(fresh) == 1 else frozenset()
    fits = {fact: len(stems) for fact, stems in told.items() if words <= stems}
    nearest = [fact for fact, length in fits.items() if length == min(fits.values())]
    return frozenset(nearest) if len(nearest) == 1 else frozenset()


def _what_is_denied(
    reading: Reading, clauses: Clauses, cues: Cues
) -> list[tuple[Span, frozenset[str]]]:
    """The denials of *reading* that say what they deny, each with the stems of that."""
    denied = [(denial, _denied(reading, clauses, denial, cues)) for denial in clauses.denials]
    if not any(words for _, words in denied):
        return []  # as most messages are
    beside = {t.stem for word in cues.words("beside_what_is_denied") for t in tokenise(word)}
    return [(denial, words - beside) for denial, words in denied if words - beside]


def _named(
    question: Question,
    known: Collection[str],
    denied: Sequence[tuple[Span, frozenset[str]]],
    clauses: Clauses,
) -> Iterator[Claim]:
    """Denials of values *known* by words of their labels, one of which no other value bears."""
    labels = {choice.value: {stem for _, stem in forms_of_label(choice.label)}
              for choice in question.choices}
    for denial, words in denied:
        for value in sorted(known):
            mine = labels.get(value, set())
            others = {stem for other, stems in labels.items() if other != value for stem in stems}
            if words <= mine and words - others:
                end = clauses.end_of(denial[1])
                span = (denial[1], end)
                named = Mention(question.fact, value, None, *span, Strength.NEAR, (span,))
                yield Claim(named, value, False, not clauses.hedged(named), False)


def _is_replaced(mention: Mention, clauses: Clauses, cues: Cues) -> bool:
    """Whether words right before *mention* put another in its place: "CCTV instead of drones"."""
    return any(last == mention.first or (last < mention.first and all(
        not t.is_word or t.norm in cues.words("before_a_noun")
        for t in clauses.tokens[last : mention.first]))
        for _, last in cues.find("in_its_place", clauses.tokens))


def _with_doubts(
    claims: Sequence[Claim], clauses: Clauses, deal: Deal, guidance: Guidance, cues: Cues
) -> list[Claim]:
    """*claims* without what a doubt is not of, and what a hedge is of less than sure.

    "I doubt the police would misuse it" denies no police, and "perhaps forensics, not spyware"
    hedges both halves.
    """
    def denies(claim: Claim) -> bool:
        fact = claim.mention.fact
        return not claim.holds and guidance.questions[fact].several and (
            claim.value in deal.known(fact))

    return [replace(c, sure=c.sure and not hedged(c.mention, clauses, cues)) if denies(c) else c
            for c in claims if not (denies(c) and only_doubted(c.mention, clauses, cues))]


def _is_doubted(mention: Mention, clauses: Clauses, cues: Cues) -> bool:
    """Whether its clause says nothing but that it may not be the one: "I doubt it's the police".

    "I don't think it's only the police" speaks of others.
    """
    tokens, span = clauses.tokens, (mention.first, mention.last)
    clause = clauses.positions(span)

    def covered(names: Sequence[str], within: range) -> set[int]:
        return {i for name in names for first, last in cues.find(name, tokens[: within.stop])
                if first in within for i in range(first, last)}

    only = covered(["only_these"], clause)
    for _, last in cues.find("doubts_that_it_is", tokens):
        if not clause.start < last <= mention.first:
            continue
        ahead, behind = range(last, mention.first), range(mention.last, clause.stop)
        is_it = covered(["is_the_one", "there_is"], ahead)
        uses = covered(["uses_it"], behind)
        small = is_it | uses | covered(_BEFORE_WHAT_IS_DOUBTED, ahead) | covered(
            _BEHIND_WHAT_IS_DOUBTED, behind)
        if (is_it or uses) and not clauses.asked(span) and all(
                (i in small and i not in only) or not tokens[i].is_word
                for i in (*ahead, *behind)):
            return True
    return False


def _is_disputed(mention: Mention, reading: Reading, clauses: Clauses, cues: Cues) -> bool:
    """Whether *mention* is all that its clause is of, and that is said to be wrong."""
    clause = clauses.positions((mention.first, mention.last))
    tokens = reading.tokens
    wrong = [(first, last) for first, last in cues.find("said_wrong", tokens)
             if mention.last <= first and last <= clause.stop
             and any(t.norm in cues.words("being_verbs") for t in tokens[first - 1 : first])]
    beside = cues.covered(tokens, FUNCTION_WORDS, "filler", "beside_what_is_denied")
    return any(all(i in beside or not tokens[i].is_word for i in clause
                   if not (mention.first <= i < mention.last or first <= i < last))
               for first, last in wrong)
