"""What the retrieval tests share: the packaged model, and a small one that costs nothing."""

import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import yaml

from retrieval.embedding import PackagedEmbeddings
from retrieval.model.vectors import UnitEmbeddings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI


@pytest.fixture(scope="session")
def data_dir(data_dir: Path) -> Path:
    """The run's data folder with the packaged model's export; tests only read it."""
    PackagedEmbeddings.open(data_dir)
    return data_dir


@pytest.fixture(scope="session")
def packaged(data_dir: Path) -> PackagedEmbeddings:
    return PackagedEmbeddings.open(data_dir)


ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session", autouse=True)
def parsed_once() -> Iterator[None]:
    """A file that ships is parsed once, however many copies of the corpus are spoiled elsewhere.

    Parsing is half the time of reading a corpus, which some two hundred tests do.  What differs in
    a letter is parsed anew, and nobody changes what came of it.
    """
    shipped = {file.read_bytes().decode()
               for file in (ROOT / "guidance_corpus").rglob("*.yaml")}
    parse = yaml.compose_all
    kept: dict[str, list[yaml.Node]] = {}

    def once(stream: str, Loader: Any) -> Iterable[Any]:  # noqa: N803  the library's name
        if stream not in shipped:
            return parse(stream, Loader=Loader)
        if stream not in kept:
            kept[stream] = list(parse(stream, Loader=Loader))
        return kept[stream]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml, "compose_all", once)
        yield


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


@cache
def _of_word(word: str) -> "np.ndarray[Any, np.dtype[np.float32]]":
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
    return np.random.default_rng(seed).standard_normal(64).astype(np.float32)


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
            vector += _of_word(word.strip(".,?:"))
        row: list[float] = (vector / np.linalg.norm(vector)).tolist()
        return row


@pytest.fixture
def words() -> WordEmbeddings:
    return WordEmbeddings()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chroma server of our own, on a port of its own; each test deletes what it makes there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder)]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"ANONYMIZED_TELEMETRY": "false"},
    )
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def client_of(server: str) -> "ClientAPI":
    """A client of *server* that is not the one under test."""
    import chromadb
    from chromadb.config import Settings

    port = int(server.rpartition(":")[2])
    return chromadb.HttpClient("127.0.0.1", port, settings=Settings(anonymized_telemetry=False))


def collections(server: str) -> list[str]:
    """The names of all that *server* holds."""
    return sorted(one.name for one in client_of(server).list_collections())
