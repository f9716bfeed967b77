"""A message edited: what its new wording changes, as if it had been said where the old one was."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from bot.dialogue.conversation import Conversation, Going, Message
from bot.dialogue.deal import DOUBTED, Answer, Deal, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact, Guidance, Question

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Edited:
    """A message that is edited, as it was: nothing where that is not known any more."""

    text: str = ""
    """Its last wording; empty where that was erased."""
    asked: tuple[Fact, ...] = ()
    """What stood asked when it was said, and what a bare "yes" in it answers."""
    stood: Mapping[Fact, Answer] = field(default_factory=dict)
    """What was known before it was said."""


def heard_again(
    said: Message, edited: MessageKey, was: Edited, conversation: Conversation,
    reader: PlainReader, guidance: Guidance,
) -> Message:
    """What the new wording *said* of the message *edited* changes: what it says as before is none.

    Both wordings are read as if they were said where the message was.  So what others have said
    since stands where the edit leaves it alone, what they added to it stays without it, and what
    was known before comes back where the edit takes back what the message had changed.
    """
    deal = conversation.deal
    told = deal.told_by(edited)
    shared = frozenset(fact for fact, answers in deal.earlier.items()
                       if fact not in told and any(a.message == edited for a in answers))
    doubted = frozenset(fact for fact, answer in was.stood.items()
                        if fact not in told and _is_put_in_doubt(answer, deal.answers.get(fact)))
    concerned = told.union(shared, doubted, was.asked)
    stood = {fact: was.stood[fact] for fact in concerned & was.stood.keys()}
    there = replace(
        conversation, deal=deal.without(concerned).with_answers(stood),
        pending=next(iter(was.asked), None), beside=was.asked[1:], stretch=None, asked_before=())
    # Its facts go on resting on the message edited, so that it can be edited again.
    message, before = (
        reader.read(text, there, key=edited, author=said.author, sent_at=said.sent_at)
        if text else Message(edited, said.author, text, said.sent_at)
        for text in (said.text, was.text))
    lost = told.union(shared) - message.heard.keys()
    if _words(said.text) == _words(was.text):
        # What neither wording tells by itself, both tell.
        lost &= before.heard.keys()
    lost |= {fact for fact in doubted & before.heard.keys() - message.heard.keys()
             if _meant(before.heard[fact]) == _meant(deal.answers[fact])}
    changed: dict[Fact, Answer | None] = {fact: stood.get(fact) for fact in lost} | {
        fact: answer for fact, answer in message.heard.items()
        if _meant(answer) not in (_meant(before.heard.get(fact)), _meant(deal.answers.get(fact)))}
    for fact, answer in changed.items():
        if fact in shared or (fact in told and _is_in_doubt_by_others(
                deal.answers[fact], before.heard.get(fact))):
            since = _named_since(fact, edited, there, deal, said, reader)
            changed[fact] = _merged(
                guidance.questions[fact], answer, stood.get(fact), edited, deal, since)
    heard = {fact: answer for fact, answer in changed.items() if answer is not None}
    intent = message.intent
    if intent is Intent.START_OVER and message.heard:
        # It began afresh when it was first said; what was told since stays.
        intent = Intent.DESCRIBE
    return replace(message, intent=intent, key=said.key, heard=heard,
                   retracted=frozenset(changed.keys() - heard.keys()), going=Going.ALONE,
                   answers_pending=not heard.keys().isdisjoint(conversation.awaiting()),
                   withdrawn={fact: values for fact, values in message.withdrawn.items()
                              if before.withdrawn.get(fact) != values})


def _merged(
    question: Question, new: Answer | None, stood: Answer | None, edited: MessageKey, deal: Deal,
    named_since: Collection[str],
) -> Answer | None:
    """What is known of a fact with *new* for what *edited* told of it, and all others said since.

    Args:
        question: The fact's.
        new: What the fact would be with the new wording, and nothing said since; None is nothing.
        stood: What was known of it before the message.
        edited: The message.
        deal: All that is known, by its old wording.
        named_since: The values that others have named since.
    """
    now = deal.answers[question.fact]
    answers = (*deal.earlier.get(question.fact, ()), now)
    old = next(a.values or _NOTHING for a in reversed(answers) if a.message == edited)
    known = now.values or _NOTHING
    taken, added = old - known, (known - old).union(known & frozenset(named_since))
    of_it = ((new.values if new else None) or _NOTHING) - taken
    whole = question.together(of_it | added)
    if not whole:
        return new if new is not None and new.values is None else None
    latest = whole
    if now.instead:
        latest = now.instead if known.isdisjoint(now.instead) else question.together(
            (whole - (known - now.instead)) | (now.instead - known))
    if new is None or not of_it:
        told = now
    elif new.certain:
        told = new
    else:
        # What is but a guess stands beside what others are sure of.
        told = now if now.certain else new
        latest = question.together(latest | new.instead)
        if now.certain:
            before = (stood.values if stood else None) or _NOTHING
            whole = question.together((before & of_it) | added) or whole
    perhaps = latest if latest != whole else _NOTHING
    sure = now.sure and (new is None or new.sure) if whole == latest else True
    confidence = min(told.confidence, DOUBTED) if perhaps else told.confidence
    return replace(told, values=whole, instead=perhaps, sure=sure, confidence=confidence)


def _named_since(
    fact: Fact, edited: MessageKey, there: Conversation, deal: Deal, said: Message,
    reader: PlainReader,
) -> frozenset[str]:
    """The values of *fact* that the answers since the one in the message *edited* name."""
    answers = (*deal.earlier.get(fact, ()), deal.answers[fact])
    since = answers[max(n for n, one in enumerate(answers) if one.message == edited) + 1:]
    bare = replace(there, deal=there.deal.without({fact}), pending=fact, beside=())
    named = (one.values if one.picked else _read_alone(fact, one, bare, said, reader)
             for one in since)
    return _NOTHING.union(*(values or _NOTHING for values in named))


def _read_alone(
    fact: Fact, answer: Answer, bare: Conversation, said: Message, reader: PlainReader
) -> frozenset[str] | None:
    alone = reader.read(answer.said, bare, key=answer.message, author=said.author,
                        sent_at=said.sent_at).heard.get(fact)
    return alone.values if alone else None


def _is_put_in_doubt(before: Answer, now: Answer | None) -> bool:
    """Whether *now* is *before*, and something less sure said since."""
    return now is not None and now != before and replace(
        before, instead=now.instead, confidence=now.confidence, sure=now.sure) == now


def _is_in_doubt_by_others(now: Answer, told: Answer | None) -> bool:
    """Whether what stands beside *now*, which a message *told*, comes from another message."""
    return bool(now.instead) and (told is None or told.instead != now.instead)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _meant(answer: Answer | None) -> tuple[frozenset[str] | None, bool, frozenset[str]] | None:
    return None if answer is None else (answer.values, answer.certain, answer.instead)
