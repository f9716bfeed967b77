"""What an exception leaves of a no: "nobody was arrested, except two bloggers", "no other war".

Whoever excepts something has found it.  Whether that is what the question is after they have to
say: it is asked back, and until then the no is no all-clear.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.dialogue.claim import HINT
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import DOUBTED, SECOND, Answer, Deal, MessageKey
from bot.dialogue.poles import graver, has_poles
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Cues, Span
from bot.dialogue.small_words.verdicts import value_said
from retrieval.guidance import Fact, Guidance
from retrieval.words.mentions import Reading
from retrieval.words.tells import Told

_BARE_NO = ("no", "bare_no", "nobody_at_all")
_OPENS = ("filler", "sentence_openers", "correction", "second_thought", "thanks")


def with_exceptions(
    heard: Mapping[Fact, Answer],
    at: Utterance,
    *,
    told: Sequence[Told],
    deal: Deal,
    key: MessageKey,
) -> dict[Fact, Answer]:
    """*heard*, in which a no from which something is excepted is a yes that is asked back.

    Args:
        heard: What the message tells, each by the words that it rests on.
        at: The message, and the release that it is read with.
        told: What a model hears in it.
        deal: What is known before it: "no other conflict" says nothing against the one known.
        key: The message's; what an earlier one told stands on the words of that.
    """
    found = dict(heard)
    mine = {fact: answer for fact, answer in heard.items() if answer.message == key}
    for span in (*_exceptions(at), *_so_many(at.clauses, at.cues)):
        for fact in _nearest(mine, span, at):
            found[fact] = _asked_back(heard[fact], _found(fact, heard[fact], at.guidance))
    for span in at.cues.find("no_other", at.reading.tokens):
        for fact in _nearest(mine, span, at):
            yes = _found(fact, heard[fact], at.guidance)
            if yes == deal.known(fact):
                found.pop(fact, None)
            elif _tells_before(fact, yes, span, at, told):
                found[fact] = _asked_back(heard[fact], yes)
    return found


def _asked_back(answer: Answer, values: frozenset[str]) -> Answer:
    return replace(answer, values=values, sure=False, confidence=DOUBTED)


def _nearest(heard: Mapping[Fact, Answer], span: Span, at: Utterance) -> Collection[Fact]:
    """The no of which the words at *span* leave something: in its sentence that which is nearest.

    It reaches into them, as that of "except for some fighting" does, or ends last before them.
    """
    tokens = at.reading.tokens
    begin = next((first for first, last in at.clauses.sentences() if first <= span[0] < last), 0)
    opens, end = tokens[begin].start, tokens[span[1] - 1].end
    reach = {fact: min(answer.end, tokens[span[0]].start) for fact, answer in heard.items()
             if answer.start < end and opens < answer.end and _found(fact, answer, at.guidance)}
    last = max(reach.values(), default=0)
    return _meant([fact for fact in reach if reach[fact] == last], span, at.reading)


def _tells_before(
    fact: Fact, values: frozenset[str], span: Span, at: Utterance, told: Sequence[Told]
) -> bool:
    """Whether what stands before *span* tells *values* of *fact*: "two jailed, no others"."""
    start = at.reading.tokens[span[0]].start
    return any(m.fact == fact and m.value in values and m.last <= span[0]
               and not at.clauses.denied(m) for m in at.reading.mentions) or any(
        one.fact == fact and one.value in values and one.start < start and one.chance >= HINT
        for one in told)


def excepted_afterwards(at: Utterance, conversation: Conversation) -> dict[Fact, Answer]:
    """The no told last of which a message that opens with an exception excepts something.

    "Except two bloggers": what was told stands, and what may hold instead is asked back.
    """
    tokens, deal = at.reading.tokens, conversation.deal
    span = next(_exceptions(at), None)
    if span is None or not (span[0] == 0 or at.cues.only(tokens[: span[0]], *_OPENS)) or (
            tokens[-1].norm == "?"):
        return {}
    stretch = conversation.stretch
    last = stretch.parts[-1].key if stretch is not None else None
    told = [fact for fact, answer in deal.answers.items()
            if fact in conversation.asked_before or answer.message.removesuffix(SECOND) == last]
    noes = [fact for fact in told if not deal.guessed(fact)
            and _found(fact, deal.answers[fact], at.guidance)]
    return {fact: replace(deal.answers[fact], confidence=DOUBTED,
                          instead=_found(fact, deal.answers[fact], at.guidance))
            for fact in _meant(noes, span, at.reading)}


def _exceptions(at: Utterance) -> Iterator[Span]:
    """Where a message excepts something: not in "other than that, nothing".

    In "all yes except conflict" it is one of the questions, and what is "kept apart from" something
    is none.
    """
    tokens, cues = at.reading.tokens, at.cues
    back = cues.words("points_at_what_was_said")
    of_all = [*cues.find("all_of_these", tokens), *cues.find("all_except", tokens)]
    kept_away = cues.find("negation", tokens)
    for first, last in cues.find("excepts", tokens):
        if any(begin < first < stop for begin, stop in kept_away):
            continue
        end = at.clauses.end_of(last)
        if any(t.is_word for t in tokens[last:end]) and tokens[last].norm not in back and not any(
                begin < last and at.clauses.same_clause((begin, stop), (first, last))
                for begin, stop in of_all):
            yield first, end


def _so_many(clauses: Clauses, cues: Cues) -> Iterator[Span]:
    """Where behind a bare no the message says how many there are: "no, only two activists"."""
    tokens = clauses.tokens
    for first, last in cues.find("only_so_many", tokens):
        begin = next(begin for begin, end in clauses.sentences() if begin <= first < end)
        before = tokens[begin:first]
        if any(t.is_word for t in before) and cues.only(before, *_BARE_NO, *_OPENS) and not (
                clauses.asked((first, last)) or clauses.is_left_open((first, last))):
            yield first, clauses.end_of(last)


def _found(fact: Fact, answer: Answer, guidance: Guidance) -> frozenset[str]:
    """What was found after all where *answer* is a no that found nothing; else nothing."""
    question = guidance.questions.get(fact)
    if question is None or not has_poles(question):
        return frozenset()
    no, yes = value_said(question, "no"), value_said(question, "yes")
    grave = graver(guidance, fact)
    return frozenset({yes}) if yes in grave and no not in grave and (
        answer.values == frozenset({no})) else frozenset()


def _meant(facts: Sequence[Fact], span: Span, reading: Reading) -> Collection[Fact]:
    """Which of *facts* the exception at *span* is of: of several that which its words speak of."""
    if len(facts) < 2:
        return facts
    spoken = {m.fact for m in reading.mentions if span[0] <= m.first and m.last <= span[1]}
    mine = [fact for fact in facts if fact in spoken]
    return mine if len(mine) == 1 else ()
