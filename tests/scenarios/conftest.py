"""The whole product over the real corpus, model and index."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.advisor import Advisor
from bot.assembly import Assembly
from bot.settings import Settings


@pytest.fixture(scope="session")
def advisor(data_dir: Path) -> Iterator[Advisor]:
    parts = Assembly(Settings(data_dir=data_dir, _env_file=None))
    yield parts.advisor
    parts.store.close()
