"""The shipped corpus with embeddings that cost nothing, and the index that they make of it.

Chroma takes seconds to write the ten thousand vectors, so it is done once in a run; every test
begins with a copy, and the processes of a run find what another has made.
"""

import os
import shutil
from pathlib import Path

import pytest

from bot.assembly import Assembly
from bot.settings import Settings
from tests.retrieval.conftest import WordEmbeddings


def index_in(folder: Path) -> Path:
    """The data folder *folder* with that index, which is built if it is missing."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ADVISOR_")]:
            patch.delenv(name)
        patch.setattr(Assembly, "embeddings", WordEmbeddings())
        parts = Assembly(Settings(data_dir=folder, _env_file=None))
        assert parts.search is not None
        parts.store.close()
    return folder


def begin_with(indexed: Path, data: Path) -> None:
    """Give the new data folder *data* the index that lies in *indexed*."""
    shutil.copytree(indexed / "index", data / "index")
