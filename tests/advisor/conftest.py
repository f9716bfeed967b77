"""An advisor over the shipped guidance, a fresh database, and a search without a model."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.advisor import Advisor, Outcome, Said
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.store import Store
from retrieval.guidance import Guidance
from tests.dialogue.talking import LIMIT, WHEN, WordSearch
from tests.store.migrated import holding


@pytest.fixture
def store(tmp_path: Path, guidance: Guidance, content: str) -> Iterator[Store]:
    """A migrated database that holds the release."""
    with holding(guidance.release, content, tmp_path) as made:
        yield made


@pytest.fixture
def advisor(
    store: Store, guidance: Guidance, reader: PlainReader, sentences: Wording
) -> Advisor:
    """Takes turns."""
    return Advisor(guidance=guidance, reader=reader, search=WordSearch(guidance),
                   wording=sentences, store=store, question_limit=LIMIT, message_limit=8000)


@pytest.fixture
def say(advisor: Advisor) -> Callable[..., Outcome]:
    """Say something in the conversation `c`, under a key of its own."""
    keys = iter(range(10_000))

    def take(text: str = "", key: str | None = None, **more: object) -> Outcome:
        name = MessageKey(key or f"c:{next(keys)}")
        return advisor.take_turn(Said(name, ConversationId("c"), "a", WHEN, text, **more))

    return take
