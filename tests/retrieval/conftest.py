"""What the retrieval tests share: the packaged model, and a small one that costs nothing."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedding import PackagedEmbeddings
from retrieval.vectors import UnitEmbeddings


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the packaged model's export; tests only read it."""
    folder = tmp_path_factory.mktemp("data")
    PackagedEmbeddings.open(folder)
    return folder


@pytest.fixture(scope="session")
def packaged(data_dir: Path) -> PackagedEmbeddings:
    return PackagedEmbeddings.open(data_dir)


ROOT = Path(__file__).parents[2]


def begin(module: str, call: str) -> "subprocess.Popen[str]":
    """Start a process of its own that prints `module.call`, whatever started this one."""
    return subprocess.Popen(
        [sys.executable, "-c", f"from pathlib import Path; import {module} as m; print(m.{call})"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def answers(*processes: "subprocess.Popen[str]") -> list[str]:
    """What the processes printed; none may have failed or hung."""
    printed = [process.communicate(timeout=120)[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes)
    return printed


class WordEmbeddings(UnitEmbeddings):
    """A text is the sum of its words: alike if they share words, and made in microseconds."""

    def __init__(self, recipe: str = "words") -> None:
        self._recipe = recipe
        self.embedded: list[str] = []

    @property
    def recipe(self) -> str:
        return self._recipe

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded.extend(texts)
        return [self._vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._vector(text)

    @staticmethod
    def _vector(text: str) -> list[float]:
        vector = np.zeros(64, dtype=np.float32)
        for word in text.lower().split() or [""]:
            seed = int.from_bytes(hashlib.sha256(word.strip(".,?:").encode()).digest()[:4], "big")
            vector += np.random.default_rng(seed).standard_normal(64).astype(np.float32)
        row: list[float] = (vector / np.linalg.norm(vector)).tolist()
        return row


@pytest.fixture
def words() -> WordEmbeddings:
    return WordEmbeddings()
