"""Second looks over the shipped guidance, a fresh database of either kind, a scripted model."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.advisor import Advisor, Outcome, Said
from bot.answering.replaying import Replaying
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.language_model.choices import ChatChoices
from bot.language_model.fence import Fence, fence_of
from bot.language_model.looks import Looks
from bot.language_model.usage import ChatUsage, Prices
from bot.schema import second_looks
from bot.second_look.journey import SecondLook
from bot.second_look.looked import Looked
from bot.store import Store
from bot.turns.circumstances import Where
from retrieval.guidance import Guidance
from tests.conftest import PROJECT
from tests.dialogue.talking import LIMIT, WordSearch
from tests.second_look.scripted import Script
from tests.store.migrated import sqlite_at

C = ConversationId("c")


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def on(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class World:
    """One process over one database."""

    store: Store
    guidance: Guidance
    advisor: Advisor
    replaying: Replaying
    looks: Looks
    usage: ChatUsage
    choices: ChatChoices
    fence: Fence
    clock: Clock
    made: int = 0
    script: Script = field(default_factory=Script)

    def say(
        self,
        text: str = "",
        *,
        key: str | None = None,
        answers: Mapping[str, Sequence[str] | None] | None = None,
        conversation: ConversationId = C,
        author: str = "a",
        workspace: str = "local",
    ) -> Outcome:
        self.made += 1
        picked = None if answers is None else {
            fact: None if values is None else list(values) for fact, values in answers.items()}
        return self.advisor.take_turn(Said(
            MessageKey(key or f"{conversation}:{self.made}"), conversation, author, self.clock(),
            text, picked, workspace=workspace, where=Where("terminal")))

    @property
    def second_look(self) -> SecondLook:
        return self.looking_by(self.script)

    def looking_by(self, script: Script) -> SecondLook:
        return SecondLook(
            advisor=self.advisor, store=self.store, replaying=self.replaying, looks=self.looks,
            usage=self.usage, uses=script.uses, fence=self.fence, budget_seconds=60,
            now=self.clock)

    def look(self, turn: int, conversation: ConversationId = C) -> Looked:
        return self.second_look.look(conversation, turn)


def looks_left(store: Store) -> int:
    """How many looks wait or are under way."""
    with store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(second_looks)) or 0


@pytest.fixture(scope="session")
def fence() -> Fence:
    return replace(fence_of(PROJECT / "prompts"), rules="rules-1")


@pytest.fixture
def over(
    guidance: Guidance, content: str, reader: PlainReader, sentences: Wording, fence: Fence
) -> Iterator[Callable[[str], World]]:
    """Give a process over the database at a URL."""
    opened = []

    def at(url: str) -> World:
        clock = Clock()
        store = Store(url, now=clock)
        opened.append(store)
        store.keep_release(guidance.release, content)
        store.activate(guidance.release)
        advisor = Advisor(guidance=guidance, reader=reader, search=WordSearch(guidance),
                          wording=sentences, store=store, question_limit=LIMIT,
                          message_limit=8000, now=clock)
        return World(
            store, guidance, advisor, Replaying(store, lambda _: guidance),
            Looks(store, budget_seconds=60, lease_seconds=25, now=clock),
            ChatUsage(store, Prices(1.0, 2.0), now=clock), ChatChoices(store, now=clock), fence,
            clock)

    yield at
    for store in opened:
        store.close()


@pytest.fixture
def world(over: Callable[[str], World], url: str) -> World:
    """One process over a database of either kind."""
    return over(url)


@pytest.fixture
def here(over: Callable[[str], World], tmp_path: Path) -> World:
    """One process over a file: where it makes no difference which database it is."""
    return over(sqlite_at(tmp_path / "advisor.sqlite3"))
