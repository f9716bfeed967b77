"""The use case of one message: load, read, step, record, and give back what to show."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bot.answering.editing import Edited
from bot.answering.hearing import Said, hear, insist_on_readable, says_the_same
from bot.answering.one_by_one import OneByOne
from bot.answering.seen import known_after, seen_by
from bot.answering.stepping import Along, Ground, Outcome, Settle, Stepping
from bot.casebook.standing import person_of
from bot.dialogue.conversation import Conversation, ConversationId, Message
from bot.dialogue.deal import MessageKey
from bot.dialogue.fitting import fitted
from bot.dialogue.intents import Intent
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.dialogue.renewing import Seen
from bot.editions.edition import Edition
from bot.editions.held import Editions
from bot.errors import AlreadyAnswered, BadInput, StaleConversation
from bot.language_model.looks import worth_a_look
from bot.record.in_force import InForce
from bot.record.spoken import home_of, opened_by
from bot.store import Stands, Store
from bot.turns.delivery import edited
from bot.turns.turn import Turn
from retrieval.guidance import Guidance, ReleaseId
from retrieval.matches import Search

__all__ = ["Advisor", "Along", "Outcome", "Said", "Settle"]

RETRIES = 8
"""How often a turn is stepped again because another turn of its conversation came between."""
PAUSE_SECONDS = 0.02
"""Most that is waited before the second try, and twice as long before each that follows: other
processes that write to the conversation would else come between each time."""

REMEMBERED = 100
"""Deals of a person that another one can be compared with, the latest ones."""


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
        self.one_by_one = OneByOne()
        self.stepping = Stepping(
            wording, store, question_limit=question_limit, now=now, in_force=in_force,
            recipe=recipe, settle=settle)
        self._store = store
        self._message_limit = message_limit

    @property
    def guidance(self) -> Guidance:
        """The release that the next turn takes; a reply is drawn with that of its `Outcome`."""
        return self.edition.guidance

    def switch(self, edition: Edition) -> None:
        """Let turns that begin from now on take *edition*; those under way end with theirs."""
        self.editions.switch(edition.guidance)
        self.edition = edition

    def take_turn(
        self, said: Said, *, shown: Conversation | None = None, along: Along | None = None,
        stands: Stands | None = None,
    ) -> Outcome:
        """Answer one message exactly once and record it before it is shown.

        A message that was answered before gets its stored reply again.

        Args:
            said: The message.
            shown: The conversation as the person last saw it, where later replies were never
                shown.
            along: Writes what has to be kept together with the turn, in its transaction; called
                for a message answered before too, since that may have been all that was kept.
            stands: How the conversation stands, where that was looked up already.

        Raises:
            BadInput: The message is empty, too long, or names an unknown fact or value; or its
                key was used in another conversation, or for another message.
            StaleConversation: Other turns came between all the time; nothing was recorded.
        """
        edition = self.edition
        self._check(said, edition)
        for tried in range(RETRIES):
            if tried:
                time.sleep(random.uniform(0, PAUSE_SECONDS * 2 ** (tried - 1)))  # noqa: S311  no secret
            started = time.perf_counter()
            now = stands or self._store.stands(said.conversation, said.key)
            stands = None  # should another turn come between, it is looked up anew
            earlier = self._store.turn_for(said.key) if now.answered else None
            if earlier is not None:
                return self._repeated(earlier, said, along)
            ground = self._ground(edition, now, shown)
            try:
                awaited = person_of(said.author) in now.waiting
                return self._first(edition, said, ground, along, started=started,
                                   awaited=awaited)
            except AlreadyAnswered:
                continue
            except StaleConversation as error:
                stale = error
        raise stale

    def has_answered(self, conversation: ConversationId, key: MessageKey) -> bool:
        """Whether the message *key* has its turn in *conversation*."""
        turn = self._store.turn_for(key)
        return turn is not None and turn.conversation == conversation

    def home_of(self, conversation: ConversationId, workspace: str) -> str:
        """As `bot.record.spoken.home_of`."""
        return home_of(self._store, conversation, workspace)

    def _repeated(self, turn: Turn, said: Said, along: Along | None) -> Outcome:
        if turn.conversation != said.conversation:
            # Another conversation's answer is not for whoever asks here.
            raise BadInput(
                "key_taken", "That key names a message of another conversation. Send this one "
                "under a key of its own.")
        if said.keyed and not says_the_same(said, turn.message, erased=turn.erased):
            raise BadInput(
                "key_reused", "That key names another message of this conversation, which was "
                "answered. Nothing was recorded; send this one under a key of its own.")
        conversation = self._store.load(turn.conversation)
        outcome = Outcome(conversation, turn.reply, turn.version, conversation,
                          self.editions.of(turn.release), worth_a_look(turn), turn.retakes)
        if along is not None:
            with self._store.writing() as connection:
                along(connection, outcome)
        return outcome

    def _first(
        self, edition: Edition, said: Said, ground: Ground, along: Along | None, *, started: float,
        awaited: bool,
    ) -> Outcome:
        message = hear(said, ground.fitted, edition.reader, edition.guidance, awaited=awaited,
                       edited=self._edited(said))
        compares = message.intent is Intent.COMPARE and said.alone
        others = opened_by(self._store, said.author, REMEMBERED) if compares else None
        step = self.stepping.step(ground, message, started=started, others=others)
        return self.stepping.record(step, workspace=said.workspace, where=said.where,
                                    delivery=said.delivery, along=along)

    def _ground(self, edition: Edition, stands: Stands, shown: Conversation | None) -> Ground:
        loaded = stands.conversation
        renews, seen = self._seen(edition, stands, shown)
        return Ground(edition, loaded if shown is None else loaded.seen_as(shown), loaded.version,
                      shown or loaded, shown, None if shown is None else shown.version, renews,
                      seen, stands.handed_over)

    def _seen(
        self, edition: Edition, stands: Stands, shown: Conversation | None
    ) -> tuple[ReleaseId | None, Seen]:
        """The release of the turn before if it was another, and what was shown until then."""
        loaded, before = stands.conversation, stands.release
        if before is None or before == edition.release:
            return None, {}
        version = loaded.version if shown is None else shown.version
        return before, seen_by(self._store.turns(loaded.id), version)

    def read(
        self, said: Said, conversation: Conversation, *, awaited: bool = False
    ) -> Message:
        """What *said* says at this point of *conversation*; nothing is recorded.

        Of what is too long to be answered nothing is heard: reading it would hold up everybody.
        *awaited* is whether a reviewer waits for an answer of whoever says it.
        """
        if self.is_too_long(said):
            return Message(said.key, said.author, said.text, said.sent_at)
        edition = self.edition
        return hear(said, fitted(conversation, edition.guidance), edition.reader,
                    edition.guidance, awaited=awaited, edited=self._edited(said))

    @property
    def message_limit(self) -> int:
        """Longest message that is read, in characters."""
        return self._message_limit

    def is_too_long(self, said: Said) -> bool:
        """Whether `take_turn` refuses *said* as too long."""
        return len(said.text) > self._message_limit

    def _edited(self, said: Said) -> Edited | None:
        """The message that *said* is a new wording of, as it was; None if it is of none."""
        if said.edits is None:
            return None
        turns = self._store.turns(said.conversation)
        wordings = [turn for turn in turns if said.edits in {turn.key, edited(turn.key)}]
        if not wordings:
            return None
        before = turns[:wordings[0].version - 1]
        shown = before[:wordings[0].shown_version]
        question = shown[-1].reply.question if shown else None
        return Edited(
            wordings[-1].text, () if question is None else tuple(q.fact for q in question.all()),
            known_after(before))

    def _check(self, said: Said, edition: Edition) -> None:
        """Refuse what can't be read, with a sentence that says what to do instead."""
        insist_on_readable(said, edition.guidance, self._message_limit)
