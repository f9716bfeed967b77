"""Deals told to the shipped guidance without a model, and the turns they leave."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from bot.brief.document import Brief
from bot.brief.sentences import load
from bot.brief.writing import brief_of
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.dialogue.respond import respond
from bot.turns.turn import Turn
from retrieval.guidance import Guidance
from tests.conftest import PROJECT
from tests.dialogue.talking import LIMIT, WHEN, WordSearch

NOW = datetime(2026, 11, 25, 14, 30, tzinfo=UTC)
LINK = "https://acme.slack.com/archives/C1/p1764061200000100"

Tell = Callable[..., tuple[Conversation, list[Turn]]]
Write = Callable[..., Brief]


@pytest.fixture(scope="session")
def tell(guidance: Guidance, reader: PlainReader, sentences: Wording) -> Tell:
    """Say one message after the other; the conversation after them and their turns."""
    search = WordSearch(guidance)

    def tell(*messages: str) -> tuple[Conversation, list[Turn]]:
        conversation = Conversation(ConversationId("C1-1764061200.000100"))
        turns = []
        for number, text in enumerate(messages, start=1):
            message = reader.read(text, conversation, key=MessageKey(f"m{number}"),
                                  author="U1", sent_at=WHEN)
            decision, found, reply = respond(conversation, message, guidance=guidance,
                                             search=search, wording=sentences, limit=LIMIT)
            conversation = decision.conversation
            turn = Turn.of(decision, found, reply, composer="plain", wording_digest="w",
                           took_ms=1, recorded_at=WHEN)
            object.__setattr__(turn, "seq", 40 + number)
            object.__setattr__(turn, "digest", sha256(text.encode()).hexdigest())
            turns.append(turn)
        return conversation, turns

    return tell


@pytest.fixture(scope="session")
def phrases(sentences: Wording) -> Wording:
    """The sentences of replies and of briefs."""
    return load(PROJECT / "prompts", sentences)


@pytest.fixture(scope="session")
def write(tell: Tell, guidance: Guidance, phrases: Wording) -> Write:
    """The brief on a deal told in *messages*."""

    def write(*messages: str, asker: str = "Dana Ortiz", link: str | None = LINK) -> Brief:
        conversation, turns = tell(*messages)
        return brief_of(conversation, turns, guidance, phrases, asker=asker, link=link, now=NOW)

    return write
