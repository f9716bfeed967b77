"""What a language model read in a message, merged by rule with what the plain reader read.

The model only proposes: a value of a known fact and the words of the message that it rests on.  Its
proposals never decide which flags are raised, and they never outweigh what is certain:

- What anybody answered stands, and so does what the plain reader read, sure or not.
- A proposal that changes no red flag, neither in this deal nor by itself, and that no scope and no
  condition of a question hangs on, is taken as told and marked as read by a model.
- Any other becomes a guess.  A guess settles nothing and is asked back in the very next message.

Merging is repeatable: what was merged once is what the same proposals give again.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.deal import DOUBTED, Answer, Deal
from bot.dialogue.intents import Intent
from bot.dialogue.interview import agenda
from bot.dialogue.judging import Finding, judge_all
from bot.dialogue.reply import Status
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, cues_of
from retrieval.guidance import Fact, FlagId, Guidance, Question
from retrieval.words.tokens import words_of

MODEL = "model"
"""`Answer.read_by` of what a language model read."""
TAKEN = 0.95
"""Confidence of what a model read that is taken as told: above `ASKED_BACK`, below certainty."""
MOST_DOUBTED = 3
"""Most guesses of a model in one message: more are not asked back in one breath."""

_UNHEARD = frozenset({Intent.UNCLEAR, Intent.REMARK})
READ_FOR = frozenset({Intent.DESCRIBE, Intent.ADVISE_NOW}) | _UNHEARD
"""What a message may be for so that a model's reading is merged into it."""


class Why(StrEnum):
    """Why a proposal was dropped, as kept with it."""

    INTENT = "intent"
    """The message is for something else than to tell of a deal."""
    UNKNOWN_FACT = "unknown_fact"
    UNKNOWN_VALUE = "unknown_value"
    """The fact has no such value."""
    NOT_IN_MESSAGE = "not_in_message"
    """The words are not the message's, letter for letter, or break off within one of its words."""
    NO_CONTENT = "no_content"
    """The words carry no fact: "it is for the"."""
    WITHDRAWN = "withdrawn"
    """The message says that the value doesn't hold."""
    ANSWERED = "answered"
    """The fact is answered already: picked, told before, or read by the plain reader."""
    CONFLICTING = "conflicting"
    """Proposals that can't all hold."""
    NEEDLESS = "needless"
    """Such a deal is not judged by the fact, and a model's reading alone must not change that."""
    TOO_MANY = "too_many"
    """More guesses than can be asked back at once."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """One value of one fact, as a model read it."""

    fact: Fact
    value: str
    words: str
    """The words of the message that it rests on, copied letter for letter."""


@dataclass(frozen=True, slots=True)
class Merging:
    """A message with what a model read in it, and what was not taken of that."""

    message: Message
    dropped: tuple[tuple[Proposed, Why], ...]
    """In the order proposed."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """All that is proposed of one fact and may hold at once."""

    question: Question
    spans: Mapping[str, tuple[int, int]]
    """By value the characters of the message that it rests on."""

    def answer(self, message: Message, *, sure: bool) -> Answer:
        spans = sorted(set(self.spans.values()))
        said = ", ".join(dict.fromkeys(message.text[start:end] for start, end in spans))
        return Answer(frozenset(self.spans), said, message.key, sure, spans[0][0],
                      max(end for _, end in spans), TAKEN if sure else DOUBTED, MODEL)


def merged(
    message: Message, proposed: Sequence[Proposed], conversation: Conversation, guidance: Guidance
) -> Merging:
    """*message* with what of *proposed* may be taken.

    Args:
        message: As the plain reader read it.
        proposed: What a model read in it, in any order, however wrong.
        conversation: What the message is stepped on: the deal may hold what the plain reader made
            of it already, and what is awaited is what was asked before it.
        guidance: The release that the message was read with.

    Returns:
        The message, and each proposal that was not taken with the reason.  The red flags that are
        raised for certain and those that are not raised are the same with and without it.
    """
    reasons: dict[int, Why] = {}
    candidates = _candidates(message, proposed, conversation, guidance, reasons)
    taken, refused = message, dict.fromkeys(candidates, Why.NEEDLESS)
    grown = True
    while grown:
        # What was taken last can make room for what was refused before it.
        grown = False
        for fact in list(refused):
            answer = _weighed(candidates[fact], taken, conversation, guidance)
            if isinstance(answer, Why):
                refused[fact] = answer
                continue
            del refused[fact]
            taken, grown = replace(taken, heard={**taken.heard, fact: answer}), True
    if taken is not message:
        intent = Intent.DESCRIBE if message.intent in _UNHEARD else message.intent
        answers = not taken.heard.keys().isdisjoint(conversation.awaiting())
        taken = replace(taken, intent=intent, answers_pending=message.answers_pending or answers)
    dropped = ((one, reasons.get(n) or refused.get(one.fact)) for n, one in enumerate(proposed))
    return Merging(taken, tuple((one, why) for one, why in dropped if why is not None))


def _weighed(
    candidate: _Candidate, message: Message, conversation: Conversation, guidance: Guidance
) -> Answer | Why:
    """The answer that *candidate* makes beside all that *message* says, or why it makes none."""
    fact, deal = candidate.question.fact, _deal(message, conversation)
    told = candidate.answer(message, sure=True)
    if not (_steers(fact, guidance) or _bears(fact, told, deal, guidance)
            or _bears(fact, told, Deal(), guidance)):
        return told
    guess = candidate.answer(message, sure=False)
    before, after = (_certain(judge_all(guidance, one))
                     for one in (deal, deal.with_answers({fact: guess})))
    if after != before:
        return Why.NEEDLESS
    doubted = [f for f, one in message.heard.items() if one.read_by == MODEL and deal.guessed(f)]
    return Why.TOO_MANY if len(doubted) >= MOST_DOUBTED else guess


def _bears(fact: Fact, told: Answer, deal: Deal, guidance: Guidance) -> bool:
    """Whether any red flag stands otherwise in *deal* once *fact* is *told*."""
    return _standing(judge_all(guidance, deal)) != _standing(
        judge_all(guidance, deal.with_answers({fact: told})))


def _deal(message: Message, conversation: Conversation) -> Deal:
    return conversation.deal.without(message.retracted).with_answers(message.heard)


def _steers(fact: Fact, guidance: Guidance) -> bool:
    """Whether *fact* can narrow what is asked or weighed, in whatever deal."""
    tables = [scope.when for scope in guidance.scopes]
    tables += [table for question in guidance.questions.values() for table in question.only_if]
    return any(fact in table for table in tables)


def _standing(findings: Sequence[Finding]) -> Mapping[FlagId, tuple[Status, bool]]:
    return {one.flag.id: (one.status, one.tentative) for one in findings}


def _certain(findings: Sequence[Finding]) -> Mapping[FlagId, Status]:
    """The flags that are raised for certain, and those that are not raised."""
    return {one.flag.id: one.status for one in findings
            if one.status is Status.NOT_RAISED
            or (one.status is Status.RAISED and not one.tentative)}


def _candidates(
    message: Message,
    proposed: Sequence[Proposed],
    conversation: Conversation,
    guidance: Guidance,
    reasons: dict[int, Why],
) -> Mapping[Fact, _Candidate]:
    """What may be taken, what was asked for last first; the others go to *reasons* by place."""
    deal = _deal(message, conversation)
    spans: dict[Fact, dict[str, tuple[int, int]]] = defaultdict(dict)
    places: dict[Fact, list[int]] = defaultdict(list)
    cues = cues_of(guidance)
    for place, one in enumerate(proposed):
        span = None
        why = _unfit(one, message, deal, guidance)
        if why is None:
            span = _place_of(one.words, message.text)
            why = Why.NOT_IN_MESSAGE if span is None else None
        if why is None and not _has_content(one.words, cues):
            why = Why.NO_CONTENT
        if why is not None or span is None:
            reasons[place] = why or Why.NOT_IN_MESSAGE
            continue
        spans[one.fact].setdefault(one.value, span)
        places[one.fact].append(place)
    for fact in list(spans):
        if not _can_all_hold(guidance.questions[fact], spans[fact]):
            reasons |= dict.fromkeys(places[fact], Why.CONFLICTING)
            del spans[fact]
    order = dict.fromkeys((*conversation.awaiting(),
                           *agenda(guidance, deal, judge_all(guidance, deal)).best(),
                           *guidance.questions))
    return {fact: _Candidate(guidance.questions[fact], spans[fact])
            for fact in order if fact in spans}


def _unfit(one: Proposed, message: Message, deal: Deal, guidance: Guidance) -> Why | None:
    """Why *one* can't be taken whatever its words; None if it could."""
    question = guidance.questions.get(one.fact)
    if message.intent not in READ_FOR:
        return Why.INTENT
    if question is None:
        return Why.UNKNOWN_FACT
    if one.value not in {choice.value for choice in question.choices}:
        return Why.UNKNOWN_VALUE
    if one.value in message.withdrawn.get(one.fact, frozenset()):
        return Why.WITHDRAWN
    return Why.ANSWERED if deal.answered(one.fact) else None


def _can_all_hold(question: Question, values: Mapping[str, object]) -> bool:
    """Whether *values* can hold at once: one by itself, or several where none denies the rest."""
    return len(values) == 1 or (question.several and question.alone.isdisjoint(values))


def _has_content(words: str, cues: Cues) -> bool:
    """Whether *words* hold one with a letter that is no function word."""
    tokens = words_of(words)
    small = cues.covered(tokens, FUNCTION_WORDS)
    return any(n not in small and any(map(str.isalpha, token.norm))
               for n, token in enumerate(tokens))


def _place_of(words: str, text: str) -> tuple[int, int] | None:
    """The characters of *text* that are *words*, whole ones; None where there are none.

    Compared as NFKC compares, since a model writes "ﬁ" and "２" as "fi" and "2"; and a line break
    of the message may be a space.
    """
    sought = "".join(part for part, _ in _decomposed(words.strip()))
    parts = list(_decomposed(text))
    whole = "".join(part for part, _ in parts)
    start = whole.find(sought) if sought else -1
    while start >= 0:
        end = start + len(sought)
        if _breaks(whole, start) and _breaks(whole, end):
            return parts[start][1], parts[end - 1][1] + 1
        start = whole.find(sought, start + 1)
    return None


def _decomposed(text: str) -> Iterator[tuple[str, int]]:
    """Each character in compatible, decomposed form, and where in *text* it came from.

    Two texts are alike under NFKC where they are alike under NFKD, which goes character by
    character.  What can't be seen is left out: a model is not sent it.
    """
    for place, character in enumerate(text):
        if unicodedata.category(character) == "Cf":
            continue
        for part in unicodedata.normalize("NFKD", character):
            yield (" " if part.isspace() else part), place


def _breaks(text: str, place: int) -> bool:
    """Whether no word goes on over *place*."""
    return not (0 < place < len(text) and _of_a_word(text[place - 1]) and _of_a_word(text[place]))


def _of_a_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")
