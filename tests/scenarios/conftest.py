"""The whole product over the real corpus, model and index."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.advisor import Advisor
from bot.assembly import Assembly
from bot.settings import Settings
from tests.dialogue.talking import Talk


@pytest.fixture(scope="session")
def parts(data_dir: Path) -> Iterator[Assembly]:
    made = Assembly(Settings(data_dir=data_dir, _env_file=None))
    yield made
    made.store.close()


@pytest.fixture(scope="session")
def advisor(parts: Assembly) -> Advisor:
    return parts.advisor


@pytest.fixture(scope="session")
def begin(data_dir: Path) -> Callable[[], Talk]:
    """Begin a new conversation, read with the model and searched by shared words."""
    parts = Assembly(Settings(data_dir=data_dir, _env_file=None), draft=True)
    return lambda: Talk(parts.guidance, parts.reader, parts.wording)
