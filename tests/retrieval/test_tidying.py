"""What killed builds left goes with the next build of anything; what runs is left alone."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from retrieval.guidance import ReleaseId
from retrieval.index import open_index, tidy
from retrieval.indexes import in_folder, on_server
from retrieval.indexes.stored import connect, created
from retrieval.model.vectors import Vectors

from . import small
from .conftest import WordEmbeddings, answers, begin, client_of, collections
from .indexed import indexes

pytestmark = pytest.mark.long

HERE = "tests.retrieval.test_tidying"
KILLED, OTHER, THIRD = ReleaseId("0dead0"), ReleaseId("0ther0"), ReleaseId("0third")


class Waiting(WordEmbeddings):
    """Tells a file that it was asked, and waits until another file is there."""

    def __init__(self, told: Path, go_on: Path) -> None:
        super().__init__()
        self._told, self._go_on = told, go_on

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self._told.touch()
        while not self._go_on.exists():
            time.sleep(0.02)
        return super().embed_documents(texts)


def build_slowly(data: str, release: str) -> int:
    """What a process of its own is told to do, and may be killed in."""
    folder = Path(data)
    waiting = Waiting(folder / "told", folder / "go on")
    return len(open_index(small.ordinary(), ReleaseId(release), waiting, folder).entries)


def write_slowly(data: str, release: str) -> int:
    """The same, but it waits when its temporary folder is there and half filled."""
    folder = Path(data)

    def waiting(*_: object) -> None:
        (folder / "told").touch()
        while not (folder / "go on").exists():
            time.sleep(0.02)

    in_folder._read_back = waiting  # the moment before a build is put in place
    return len(open_index(small.ordinary(), ReleaseId(release), WordEmbeddings(), folder).entries)


def begun(data: Path, call: str) -> "subprocess.Popen[str]":
    process = begin(HERE, call)
    while not (data / "told").exists():
        assert process.poll() is None
        time.sleep(0.02)
    return process


def names(data: Path) -> set[str]:
    return {file.name for file in (data / "index").iterdir()}


def build(data: Path, release: ReleaseId, server: str | None = None) -> None:
    open_index(small.ordinary(), release, WordEmbeddings(), data, server=server).close()


# In a folder ---------------------------------------------------------------------------------


def test_a_build_of_anything_sweeps_what_a_killed_one_left(tmp_path: Path):
    process = begun(tmp_path, f"write_slowly({str(tmp_path)!r}, {KILLED!r})")
    assert any(name.startswith(f".guidance-{KILLED}-") for name in names(tmp_path))
    os.kill(process.pid, 9)
    process.communicate()
    assert any(name.startswith(f".guidance-{KILLED}-") for name in names(tmp_path))

    build(tmp_path, OTHER)

    assert names(tmp_path) == {f"guidance-{OTHER}", f"guidance-{OTHER}.lock"}


def test_neither_a_build_nor_tidying_touches_a_build_that_runs(tmp_path: Path):
    process = begun(tmp_path, f"write_slowly({str(tmp_path)!r}, {KILLED!r})")

    build(tmp_path, OTHER)
    assert tidy([OTHER], tmp_path) == ()

    (tmp_path / "go on").touch()
    assert answers(process) == ["14"]
    assert indexes(tmp_path) == (KILLED, OTHER)
    assert not any(name.startswith(".") for name in names(tmp_path))


def test_tidying_keeps_what_it_is_told_and_drops_the_rest_with_its_locks(tmp_path: Path):
    for release in (KILLED, OTHER, THIRD):
        build(tmp_path, release)
    assert indexes(tmp_path) == (KILLED, OTHER, THIRD)

    assert tidy([OTHER, ReleaseId("unknown")], tmp_path) == (KILLED, THIRD)

    assert indexes(tmp_path) == (OTHER,)
    assert names(tmp_path) == {f"guidance-{OTHER}", f"guidance-{OTHER}.lock"}
    assert tidy([OTHER], tmp_path) == ()


def test_tidying_leaves_an_index_that_is_being_built_anew(tmp_path: Path):
    build(tmp_path, KILLED)
    (tmp_path / "index" / f"guidance-{KILLED}" / "manifest.json").write_text("{}")
    process = begun(tmp_path, f"build_slowly({str(tmp_path)!r}, {KILLED!r})")

    assert tidy([], tmp_path) == ()

    (tmp_path / "go on").touch()
    assert answers(process) == ["14"]
    assert tidy([], tmp_path) == (KILLED,)
    assert names(tmp_path) == set()


def test_who_waits_for_a_lock_whose_file_was_deleted_takes_the_new_one(tmp_path: Path):
    """Else two builds of one index could run at once after an index was dropped."""
    build(tmp_path, OTHER)
    file = tmp_path / "index" / f"guidance-{OTHER}.lock"
    (tmp_path / "index" / f"guidance-{OTHER}").rename(tmp_path / "gone")
    with FileLock(file):
        process = begin(HERE, f"build_slowly({str(tmp_path)!r}, {OTHER!r})")
        time.sleep(2)  # until it waits; were it later, the test would only show less
        file.unlink()
    while not (tmp_path / "told").exists():
        assert process.poll() is None
        time.sleep(0.02)

    assert tidy([], tmp_path) == ()  # it holds a lock that everybody else sees

    (tmp_path / "go on").touch()
    assert answers(process) == ["14"]
    assert indexes(tmp_path) == (OTHER,)


def test_where_nothing_was_ever_built_there_is_nothing_to_tidy(tmp_path: Path):
    assert indexes(tmp_path) == ()
    assert tidy([], tmp_path) == ()


def test_other_files_of_the_data_folder_are_left_alone(tmp_path: Path):
    build(tmp_path, OTHER)
    (tmp_path / "index" / ".keep").touch()
    (tmp_path / "index" / "notes").mkdir()

    tidy([], tmp_path)
    build(tmp_path, THIRD)

    assert names(tmp_path) == {".keep", "notes", f"guidance-{THIRD}", f"guidance-{THIRD}.lock"}


# On a server ---------------------------------------------------------------------------------


@pytest.fixture
def clean(server: str) -> Iterator[str]:
    yield server
    client = client_of(server)
    for name in collections(server):
        client.delete_collection(name)


def left_by_a_build(server: str, name: str, built_for: ReleaseId, begun: float) -> None:
    mark = {"built_for": f"guidance-{built_for}", "begun": int(begun)}
    created(connect(server), name, mark, exact=True)


def test_a_build_on_a_server_sweeps_what_has_been_silent_for_an_hour(clean: str, tmp_path: Path):
    left_by_a_build(clean, "building-old", KILLED, time.time() - 3700)
    left_by_a_build(clean, "building-running", THIRD, time.time() - 3000)
    client_of(clean).create_collection("building-unmarked")
    client_of(clean).create_collection("somebody-elses")

    build(tmp_path, OTHER, clean)

    assert collections(clean) == ["building-running", f"guidance-{OTHER}", "somebody-elses"]


def test_tidying_a_server_keeps_what_it_is_told_and_what_another_machine_builds(
    clean: str, tmp_path: Path
):
    for release in (KILLED, OTHER, THIRD):
        build(tmp_path, release, clean)
    left_by_a_build(clean, "building-elsewhere", THIRD, time.time())
    assert indexes(tmp_path, server=clean) == (KILLED, OTHER, THIRD)

    assert tidy([OTHER], tmp_path, server=clean) == (KILLED,)

    assert indexes(tmp_path, server=clean) == (OTHER, THIRD)
    assert names(tmp_path) == {f"guidance-{OTHER}.lock"}


def test_a_long_build_on_a_server_says_that_it_is_alive(
    clean: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    seen: list[int] = []
    add: Callable[..., None] = on_server.add

    def watched(store, rows, vectors: Vectors, alive: Callable[[], None]) -> None:
        first = store._collection.metadata["begun"]
        monkeypatch.setattr(time, "time", lambda: first + 3500)
        add(store, rows, vectors, alive)
        aside = next(name for name in collections(clean) if name.startswith("building-"))
        seen.append(client_of(clean).get_collection(aside).metadata["begun"] - first)

    monkeypatch.setattr(on_server, "add", watched)
    monkeypatch.setattr(on_server, "_TOLD_SECONDS", 0)

    build(tmp_path, OTHER, clean)

    assert seen == [3500]
    assert collections(clean) == [f"guidance-{OTHER}"]


def test_dropping_an_index_on_a_server_leaves_no_lock(clean: str, tmp_path: Path):
    build(tmp_path, OTHER, clean)
    assert tidy([], tmp_path, server=clean) == (OTHER,)

    assert collections(clean) == []
    assert names(tmp_path) == set()
