"""What the bot says in Slack, and the bot at work in a workspace on loopback."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.slack import sentences as slack_sentences
from bot.store import Store
from bot.workspace import triggers
from retrieval.guidance import Guidance
from tests.conftest import PROJECT
from tests.slack.joined import joined
from tests.slack.office import Office
from tests.slack.playing import Bot
from tests.slack.workbench import bench  # noqa: F401  a fixture
from tests.store.small import Clock
from tests.workspace.running import PATIENCE_SECONDS


@pytest.fixture(scope="session")
def say() -> Wording:
    """The sentences of the replies and of Slack."""
    return slack_sentences.load(PROJECT / "prompts", "your compliance lead")


@pytest.fixture(scope="session", params=["http", "socket"])
def transport(request: pytest.FixtureRequest) -> str:
    """How the bot hears of what people do; a module may settle on one of the two."""
    return str(request.param)


@pytest.fixture(scope="session")
def bots(
    tmp_path_factory: pytest.TempPathFactory,
    guidance: Guidance,
    reader: PlainReader,
    sentences: Wording,
    say: Wording,
) -> Iterator[Callable[[str], Bot]]:
    """Gives the one bot of a transport that all tests share, started when it is first needed."""
    with ExitStack() as stack:

        @cache
        def of(transport: str) -> Bot:
            folder = tmp_path_factory.mktemp(f"bot-{transport}")
            return Bot(stack.enter_context(
                joined(transport, folder, guidance, reader, sentences, say)))

        yield of


@pytest.fixture(autouse=True)
def _triggers_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that stands still for three seconds lets no form fail to open."""
    monkeypatch.setattr(triggers, "TRIGGER_SECONDS", PATIENCE_SECONDS)


@pytest.fixture(scope="module")
def shared_bot(transport: str, bots: Callable[[str], Bot]) -> Bot:
    """The bot that the tests of a module share with all others."""
    return bots(transport)


@pytest.fixture
def bot(shared_bot: Bot) -> Iterator[Bot]:
    """The shared bot; whatever the workspace refuses of it, if not expected, fails the test."""
    shared_bot.begin()
    yield shared_bot
    shared_bot.settle()
    shared_bot.close_views()
    assert shared_bot.refusals() == []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(store: Store, clock: Clock) -> Office:
    """A desk over the database that the test's module brings."""
    return Office(store, clock)
