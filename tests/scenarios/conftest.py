"""The whole product over the real corpus, model and index, with its state in a temporary folder."""

from collections.abc import Iterator

import pytest

from bot.advisor import Advisor
from bot.assembly import Assembly
from bot.settings import Settings


@pytest.fixture(scope="session")
def advisor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Advisor]:
    parts = Assembly(Settings(data_dir=tmp_path_factory.mktemp("data"), _env_file=None))
    yield parts.advisor
    parts.store.close()
