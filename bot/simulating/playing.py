"""One case played against one edition: the real step over a conversation that is carried along.

There is no store in here, so nothing can be kept or posted.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.answering.editing import Edited
from bot.answering.hearing import Said, hear, insist_on_readable
from bot.dialogue.citing import BadCitation, UncitedClaim
from bot.dialogue.conversation import Conversation, ConversationId, Message
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Kind, Reply
from bot.dialogue.respond import respond
from bot.errors import AdvisorError
from bot.plain import to_text
from bot.simulating.scripts import Answers, Line, Script
from retrieval.errors import RetrievalError
from retrieval.guidance import Fact, Guidance, QuestionKind
from retrieval.matches import Search

_log = logging.getLogger("advisor")

MOST_ROUNDS = 40
"""Rounds of answers after the last line; the longest real interview takes some twenty."""
LONGEST_MESSAGE = 8000


class Edition(Protocol):
    """A release, with what reads messages by its vocabulary and finds its passages."""

    @property
    def guidance(self) -> Guidance:
        """The content."""

    @property
    def reader(self) -> PlainReader:
        """Reads messages."""

    @property
    def search(self) -> Search:
        """Finds passages."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What is the same for both editions.

    Attributes:
        wording: The bot's own sentences.
        question_limit: Most questions in one conversation.
        message_limit: Longest message that is read.
    """

    wording: Wording
    question_limit: int
    message_limit: int = LONGEST_MESSAGE


@dataclass(frozen=True, slots=True)
class Played:
    """One message, and what the edition answers."""

    line: Line
    conversation: Conversation
    """After it."""
    heard: Mapping[Fact, Answer] = field(default_factory=dict)
    """What it was taken to say."""
    reply: Reply | None = None
    text: str = ""
    """The reply as it would be read; empty where there is none."""
    failure: str = ""
    """Why it could not be answered."""

    @property
    def asks(self) -> tuple[Fact, ...]:
        """The facts that the reply asks for."""
        if self.reply is None or self.reply.question is None:
            return ()
        return tuple(one.fact for one in self.reply.question.all())


@dataclass(frozen=True, slots=True)
class Play:
    """A case as one edition takes it."""

    guidance: Guidance
    turns: tuple[Played, ...]
    notes: tuple[str, ...]
    """What of the case the edition knows nothing of."""

    @property
    def deal(self) -> Deal:
        """What is known in the end."""
        return self.turns[-1].conversation.deal if self.turns else Deal()

    @property
    def rounds(self) -> int:
        """Messages in which something was asked."""
        return self.turns[-1].conversation.rounds if self.turns else 0


def play(script: Script, edition: Edition, manner: Manner) -> Play:
    """Play *script* against *edition*; what can't be answered is a failure of its turn."""
    playing = _Playing(script, edition, manner)
    for line in script.lines:
        playing.take(line)
    if script.answers is not None:
        for n in range(MOST_ROUNDS):
            answered = playing.answering(script.answers, n)
            if answered is None:
                break
            playing.take(answered)
    return Play(edition.guidance, tuple(playing.turns), tuple(dict.fromkeys(playing.notes)))


class _Playing:
    def __init__(self, script: Script, edition: Edition, manner: Manner) -> None:
        self._script = script
        self._edition = edition
        self._manner = manner
        self._states: dict[str, list[Conversation]] = {}
        self.turns: list[Played] = []
        self.notes: list[str] = []

    def answering(self, answers: Answers, number: int) -> Line | None:
        """What the person answers to what was asked last; None where nothing was."""
        last = self.turns[-1]
        if last.reply is None or last.reply.kind is Kind.ADVICE or not last.asks:
            return None
        return Line(MessageKey(f"answers:{number}"), deal=last.line.deal,
                    answers={str(fact): answers.get(fact) for fact in last.asks})

    def take(self, line: Line) -> None:
        """Play *line*."""
        states = self._states.setdefault(
            line.deal, [Conversation(ConversationId(f"{self._script.conversation}{line.deal}"))])
        before, shown = states[-1], None
        if line.shown is not None and line.shown < len(states):
            shown = states[line.shown]
            before = before.seen_as(shown)
        try:
            message = self._message(line, before)
            compares = message.intent is Intent.COMPARE
            decision, _, reply = respond(
                before, message, guidance=self._edition.guidance, search=self._edition.search,
                wording=self._manner.wording, limit=self._manner.question_limit, shown=shown,
                others=self._others(line) if compares else None)
            text = to_text(reply, self._edition.guidance)
        except (AdvisorError, RetrievalError) as error:
            self._fail(line, states, str(error))
        except (UncitedClaim, BadCitation) as error:
            self._fail(line, states, f"the answer would assert what this edition does not bear "
                                     f"out: {error}")
        except Exception as error:
            # A draft is tried to find out what it breaks: that has to be told, not to end it all.
            _log.exception("a simulated answer failed")
            self._fail(line, states, "the program failed over this edition "
                                     f"({type(error).__name__}: {error}); its index and its "
                                     "content may have come apart")
        else:
            states.append(decision.conversation)
            self.turns.append(Played(line, decision.conversation, message.heard, reply, text))

    def _fail(self, line: Line, states: list[Conversation], why: str) -> None:
        # It counts as a turn, so that later ones keep their number.
        states.append(states[-1])
        self.turns.append(Played(line, states[-1], failure=why))

    def _others(self, line: Line) -> Sequence[Conversation] | None:
        if line.others is not None:
            return line.others
        if not self._script.alone:
            return None
        return [states[-1] for deal, states in reversed(self._states.items()) if deal != line.deal]

    def _message(self, line: Line, before: Conversation) -> Message:
        if line.understood is not None:
            return self._as_understood(line.understood)
        answers = line.answers
        if answers is not None:
            answers = self._known_answers(answers)
        said = Said(line.key, before.id, "simulated", line.sent_at, line.text,
                    None if answers is None else {
                        fact: None if values is None else list(values)
                        for fact, values in answers.items()},
                    line.intent, line.edits)
        insist_on_readable(said, self._edition.guidance, self._manner.message_limit)
        return hear(said, before, self._edition.reader, self._edition.guidance,
                    edited=self._edited(line))

    def _edited(self, line: Line) -> Edited | None:
        """The message that *line* is a new wording of, as it was; None if it is of none."""
        if line.edits is None:
            return None
        played = [one.line for one in self.turns if one.line.deal == line.deal]
        wordings = [n for n, one in enumerate(played) if line.edits in {one.key, one.edits}]
        if not wordings:
            return None
        first, states = wordings[0], self._states[line.deal]
        before, shown = states[first], played[first].shown
        if shown is not None and shown < len(states):
            before = before.seen_as(states[shown])
        return Edited(played[wordings[-1]].text, before.awaiting(), before.deal.answers)

    def _known_answers(self, answers: Answers) -> Answers:
        """*answers* without facts and values that this edition knows nothing of."""
        known: dict[str, Sequence[str] | None] = {}
        for fact, values in answers.items():
            question = self._edition.guidance.questions.get(Fact(fact))
            if question is None:
                self.notes.append(f"It has no fact {fact!r}, so that answer is left out.")
                continue
            if values is None or question.kind is QuestionKind.TEXT:
                known[fact] = values
                continue
            offered = {choice.value for choice in question.choices}
            for value in values:
                if value not in offered:
                    self.notes.append(f"It has no value {value!r} of {question.label}, so that "
                                      "answer is left out.")
            if left := [value for value in values if value in offered]:
                known[fact] = left
        return known

    def _as_understood(self, message: Message) -> Message:
        """*message* as it was read then, without what this edition knows nothing of."""
        guidance = self._edition.guidance
        intent, subject, beside = message.intent, message.subject, message.beside
        if self._lacks(intent, subject):
            intent, subject = Intent.UNCLEAR, None
        if beside is not None and self._lacks(beside.intent, beside.entry):
            beside = None
        return replace(
            message, intent=intent, subject=subject, beside=beside,
            heard=dict(self._known(message.heard)), supposed=dict(self._known(message.supposed)),
            withdrawn={f: v for f, v in message.withdrawn.items() if f in guidance.questions},
            retracted=frozenset(f for f in message.retracted if f in guidance.questions),
            topics={f: v for f, v in message.topics.items() if f in guidance.questions})

    def _lacks(self, intent: Intent, entry: str | None) -> bool:
        """Whether *intent* asks for an *entry* of the glossary that this edition hasn't."""
        lacks = intent is Intent.DEFINE and all(
            entry != one.id for one in self._edition.guidance.vocabulary.glossary)
        if lacks:
            self.notes.append(f"Its glossary has no entry {entry!r}, so that question is not "
                              "understood.")
        return lacks

    def _known(self, told: Mapping[Fact, Answer]) -> Iterator[tuple[Fact, Answer]]:
        for fact, answer in told.items():
            if answer.values is None and fact in self._edition.guidance.questions:
                yield fact, answer
                continue
            kept = self._known_answers({fact: sorted(answer.values or ())}).get(fact)
            if kept is not None:
                yield fact, replace(answer, values=frozenset(kept))
