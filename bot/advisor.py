"""The use case of one message: load, read, step, record, and give back what to show."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.circumstances import Circumstances, Delivered, Steps, Where
from bot.dialogue.conversation import Conversation, ConversationId, Intent, Message, Reply
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.dialogue.respond import respond
from bot.edition import Edition
from bot.editions import Editions
from bot.errors import AlreadyAnswered, BadInput, StaleConversation
from bot.in_force import InForce
from bot.ledger import canonical
from bot.log import LOCAL
from bot.store import Store
from bot.turn import Turn, turn_reply
from bot.wording import digest_of
from retrieval.guidance import Fact, Guidance, QuestionKind
from retrieval.matches import Found, Query, Search

RETRIES = 5
"""How often a turn is stepped again because another turn of its conversation came between."""

REMEMBERED = 25
"""Deals of a person that another one can be compared with, the latest ones."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a door hands in: words, or answers picked from choices.

    `answers` maps facts to values; None is "I don't know".  They outrank what `text` says.
    """

    key: MessageKey
    conversation: ConversationId
    author: str
    sent_at: datetime
    text: str = ""
    answers: Mapping[str, list[str] | None] | None = None
    intent: Intent | None = None
    """What a button means; None where the words have to tell."""
    edits: MessageKey | None = None
    """The message that this is a new wording of: what only the old wording told is taken back."""
    alone: bool = False
    """Whether nobody but the author reads the answer, so that it may tell of their other deals."""
    workspace: str = LOCAL
    """Whose log the turn goes to."""
    where: Where | None = None
    """Where it was said."""
    delivery: Delivered | None = None
    """The delivery that it came in."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a message: the recorded reply and the conversation after it."""

    conversation: Conversation
    reply: Reply
    number: int
    """Number of the turn in its conversation, from 1."""
    before: Conversation
    """The conversation as the person last saw it."""
    guidance: Guidance
    """The release of the reply, which it is drawn with whatever answers by then."""


Along = Callable[[Connection, Outcome], None]
"""Writes what belongs to a turn in the transaction that records it."""

Settle = Callable[[Connection, ConversationId], None]
"""Brings what rests on a conversation up to date, in the transaction that records its turn."""


class Advisor:
    """Takes turns, each over one release: the one that answers when the turn begins.

    Args:
        guidance: The release that answers first; `switch` puts another one in its place.
        reader: Reads messages by it.
        search: Finds its passages.
        wording: The bot's own sentences.
        store: Where turns go.
        question_limit: Most questions in one conversation.
        message_limit: Longest message that is read.
        now: The clock.
        in_force: What the log is told of the settings; None where nothing is to be told.
        recipe: What the search's vectors were made by.
        settle: Brings what rests on a conversation up to date.
        editions: Looks earlier releases up; one of its own if None.
    """

    def __init__(
        self,
        *,
        guidance: Guidance,
        reader: PlainReader,
        search: Search,
        wording: Wording,
        store: Store,
        question_limit: int,
        message_limit: int,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        in_force: InForce | None = None,
        recipe: str | None = None,
        settle: Settle = lambda *_: None,
        editions: Editions | None = None,
    ) -> None:
        self.edition = Edition(guidance, reader, search)
        self.editions = editions or Editions(store)
        self.editions.switch(guidance)
        self._settle = settle
        self._wording = wording
        self._wording_digest = digest_of(wording)
        self._store = store
        store.keep_wording(self._wording_digest, canonical(wording))
        self._question_limit = question_limit
        self._message_limit = message_limit
        self._now = now
        self._in_force = in_force
        self._recipe = recipe

    @property
    def guidance(self) -> Guidance:
        """The release that the next turn takes; a reply is drawn with that of its `Outcome`."""
        return self.edition.guidance

    def switch(self, edition: Edition) -> None:
        """Let turns that begin from now on take *edition*; those under way end with theirs."""
        self.editions.switch(edition.guidance)
        self.edition = edition

    def take_turn(
        self, said: Said, *, shown: Conversation | None = None, along: Along | None = None
    ) -> Outcome:
        """Answer one message exactly once and record it before it is shown.

        A message that was answered before gets its stored reply again.

        Args:
            said: The message.
            shown: The conversation as the person last saw it, where later replies were never
                shown.
            along: Writes what has to be kept together with the turn, in its transaction; called
                for a message answered before too, since that may have been all that was kept.

        Raises:
            BadInput: The message is empty, too long, or names an unknown fact or value.
        """
        edition = self.edition
        self._check(said, edition)
        for _ in range(RETRIES):
            earlier = self._store.turn_for(said.key)
            if earlier is not None:
                return self._repeated(earlier, along)
            try:
                return self._step(edition, said, shown, along)
            except AlreadyAnswered:
                continue
            except StaleConversation as error:
                stale = error
        raise stale

    def _repeated(self, turn: Turn, along: Along | None) -> Outcome:
        conversation = self._store.load(turn.conversation)
        outcome = Outcome(conversation, turn_reply(turn), turn.version, conversation,
                          self.editions.of(turn.release))
        if along is not None:
            with self._store.writing() as connection:
                along(connection, outcome)
        return outcome

    def _step(
        self, edition: Edition, said: Said, shown: Conversation | None, along: Along | None
    ) -> Outcome:
        started = time.perf_counter()
        conversation = loaded = self._store.load(said.conversation)
        if shown is not None:
            conversation = loaded.seen_as(shown)
        message = self._read(edition, said, conversation)
        read = time.perf_counter()
        compares = message.intent is Intent.COMPARE and said.alone
        search = _Timed(edition.search)
        decision, found, reply = respond(
            conversation,
            message,
            guidance=edition.guidance,
            search=search,
            wording=self._wording,
            limit=self._question_limit,
            shown=shown,
            others=self._store.opened_by(said.author, REMEMBERED) if compares else None,
        )
        done, at = time.perf_counter(), self._now()
        in_force, release = self._in_force, edition.release
        turn = Turn.of(
            decision,
            found,
            reply,
            composer=reply.composer,
            wording_digest=self._wording_digest,
            took_ms=_milliseconds(done - started),
            recorded_at=at,
            shown=None if shown is None else shown.version,
            limit=self._question_limit,
            circumstances=Circumstances(
                said.where, said.delivery,
                None if in_force is None else in_force.digest, self._recipe,
                Steps(_milliseconds(read - started), _milliseconds(search.seconds),
                      _milliseconds(done - read - search.seconds))),
        )
        outcome = Outcome(decision.conversation, reply, decision.conversation.version,
                          shown or loaded, edition.guidance)

        def together(connection: Connection) -> None:
            self._settle(connection, said.conversation)
            if along is not None:
                along(connection, outcome)

        self._store.record(
            turn, decision.conversation, expected_version=loaded.version, workspace=said.workspace,
            along=together,
            before=None if in_force is None else lambda connection: in_force.note(
                connection, said.workspace, release, at),
        )
        return outcome

    def read(self, said: Said, conversation: Conversation) -> Message:
        """What *said* says at this point of *conversation*; nothing is recorded."""
        return self._read(self.edition, said, conversation)

    def _read(self, edition: Edition, said: Said, conversation: Conversation) -> Message:
        message = Message(said.key, said.author, said.text, said.sent_at)
        if said.intent is not None:
            return replace(message, intent=said.intent)
        if said.edits is not None:
            return _reread(edition.reader, said, said.edits, conversation)
        if said.text.strip():
            message = edition.reader.read(said.text, conversation, key=said.key,
                                          author=said.author, sent_at=said.sent_at)
        if said.answers:
            heard = {Fact(f): _answer(edition.guidance, Fact(f), v, said.key)
                     for f, v in said.answers.items()}
            message = replace(message, intent=Intent.DESCRIBE, heard={**message.heard, **heard},
                              answers_pending=not heard.keys().isdisjoint(
                                  conversation.awaiting()))
        return message

    def _check(self, said: Said, edition: Edition) -> None:
        """Refuse what can't be read, with a sentence that says what to do instead."""
        if len(said.text) > self._message_limit:
            raise BadInput(
                "too_long",
                f"That message has {len(said.text):,} characters; I read {self._message_limit:,} "
                "at most. Please send just the part about the deal.",
            )
        if said.intent is not None:
            return
        if said.answers is None:
            if not said.text.strip():
                raise BadInput("empty", "That message is empty. Tell me about a deal, or ask "
                               "what the guidance says about something.")
            return
        if not said.answers and not said.text.strip():
            raise BadInput("empty", "'answers' names no fact. Give at least one, such as "
                           '{"end_user": ["police"]}.')
        for fact, values in said.answers.items():
            _check_answer(edition.guidance, fact, values)


class _Timed:
    """A search that tells how long it took."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self.seconds = 0.0

    def __call__(self, queries: Sequence[Query]) -> Sequence[Found]:
        """Search."""
        started = time.perf_counter()
        try:
            return self._search(queries)
        finally:
            self.seconds += time.perf_counter() - started


def _reread(
    reader: PlainReader, said: Said, edited: MessageKey, conversation: Conversation
) -> Message:
    """What a new wording of the message *edited* changes: what it says as before is no news."""
    deal = conversation.deal
    told = deal.told_by(edited)
    blank = replace(conversation, deal=deal.without(told), pending=None, beside=())
    # Its facts go on resting on the message edited, so that it can be edited again.
    message = reader.read(said.text, blank, key=edited, author=said.author, sent_at=said.sent_at)
    heard = {
        fact: answer for fact, answer in message.heard.items()
        if (answer.values, answer.sure) != _held(deal, fact)
    }
    return replace(message, key=said.key, heard=heard,
                   retracted=told - message.heard.keys())


def _answer(
    guidance: Guidance, fact: Fact, values: list[str] | None, key: MessageKey
) -> Answer:
    if values is None:
        return Answer(None, "I don't know", key)
    question = guidance.questions[fact]
    return Answer(frozenset(values), ", ".join(map(question.label_of, values)), key)


def _check_answer(guidance: Guidance, fact: str, values: list[str] | None) -> None:
    question = guidance.questions.get(Fact(fact))
    if question is None:
        known = ", ".join(sorted(guidance.questions))
        raise BadInput("unknown_fact", f"There is no fact {fact!r}. Known are: {known}.")
    if values is None or question.kind is QuestionKind.TEXT:
        return
    if not values:
        raise BadInput("empty", f"{fact!r} has no value. Give null for \"I don't know\".")
    if len(values) > 1 and not question.several:
        raise BadInput("one_value", f"{fact!r} takes one value, not {len(values)}.")
    allowed = {choice.value for choice in question.choices}
    for value in values:
        if value not in allowed:
            hint = ("two-letter ISO 3166-1 country codes"
                    if question.kind is QuestionKind.COUNTRY else ", ".join(
                        c.value for c in question.choices))
            raise BadInput("unknown_value", f"{fact!r} has no value {value!r}. "
                           f"It takes {hint}; null is \"I don't know\".")


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _held(deal: Deal, fact: Fact) -> tuple[frozenset[str] | None, bool] | None:
    answer = deal.answers.get(fact)
    return None if answer is None else (answer.values, answer.sure)
