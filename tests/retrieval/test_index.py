"""An index is whole or it is not there; whatever happened to it, the next start mends it."""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import IndexServerAway, ReleaseNotReady
from retrieval.guidance import Guidance, ReleaseId
from retrieval.index import Progress, open_index, tidy
from retrieval.indexes.entries import entries_of, heading_path
from retrieval.indexes.nearness import ChromaIndex, ExactIndex, Index
from retrieval.passages import passages_of
from tests.faults.of_index import ChromaServer

from . import small
from .conftest import WordEmbeddings, answers, begin, collections

HERE = "tests.retrieval.test_index"
RELEASE = ReleaseId("0123456789ab")


def opened(
    folder: Path,
    embeddings: WordEmbeddings,
    guidance: Guidance | None = None,
    *,
    progress: Progress | None = None,
    exact_up_to: int = 20_000,
    server: str | None = None,
) -> Index:
    return open_index(
        guidance or small.ordinary(),
        RELEASE,
        embeddings,
        folder,
        server=server,
        progress=progress,
        exact_up_to=exact_up_to,
    )


def first(index: Index, text: str) -> str:
    """Id of the entry nearest to *text*."""
    vector = np.array([WordEmbeddings().embed_query(text)], dtype=np.float32)
    return index.entries[index.nearest(vector, 1)[0][0][0]].id


def home(folder: Path) -> Path:
    return folder / "index" / f"guidance-{RELEASE}"


def vectors_in(folder: Path) -> Path:
    return next(folder.glob("vectors-*"))


# What is embedded -------------------------------------------------------------------------


def test_every_passage_and_every_way_of_asking_is_embedded():
    guidance = small.ordinary()
    ids = [entry.id for entry in entries_of(guidance)]

    cut = [
        f"{p.id}#{number}"
        for p in guidance.provisions.values()
        for number, _ in enumerate(passages_of(p))
    ]
    asked = [f"{p.id}?{n}" for p in guidance.provisions.values() for n, _ in enumerate(p.asks)]
    assert sorted(ids) == sorted(cut + asked)
    assert len(ids) == len(set(ids))


def test_what_may_be_quoted_holds_nothing_of_what_was_added_for_the_embedding():
    guidance = small.ordinary()
    for entry in entries_of(guidance):
        text = guidance.provisions[entry.passage.provision].text
        assert entry.passage.text == text[entry.passage.start : entry.passage.end]


def test_headings_stand_before_a_passage_and_a_way_of_asking_stands_alone():
    by_id = {entry.id: entry for entry in entries_of(small.ordinary())}

    assert by_id["ungp-17#0"].text.startswith(
        "UN Guiding Principles: Human rights due diligence\nCompanies should"
    )
    assert by_id["ungp-29?0"].text == "do we need a hotline for complaints"
    assert by_id["ungp-29?0"].passage == by_id["ungp-29#0"].passage


def test_the_consideration_is_part_of_the_heading_path():
    guidance = small.ordinary()

    path = heading_path(guidance, small.provision("sg-1").id)

    assert path == "State Department guidance: What the product can do: Phone extraction"


# Building and reading -----------------------------------------------------------------------


def test_an_index_is_built_once_and_then_read(tmp_path: Path, words: WordEmbeddings):
    built = opened(tmp_path, words)
    count = len(words.embedded)

    read = opened(tmp_path, words)

    assert count == len(built.entries) == len(words.embedded)
    assert first(read, "do we need a hotline for complaints") == "ungp-29?0"
    assert json.loads((home(tmp_path) / "manifest.json").read_text())["count"] == count


def test_progress_is_told_until_everything_is_done(tmp_path: Path, words: WordEmbeddings):
    told: list[tuple[int, int]] = []
    provisions = [small.provision(f"ungp-{n}") for n in range(150)]

    opened(tmp_path, words, small.guidance(provisions), progress=lambda d, t: told.append((d, t)))

    assert told == [(64, 150), (128, 150), (150, 150)]


def test_a_release_without_provisions_can_be_opened(tmp_path: Path, words: WordEmbeddings):
    index = opened(tmp_path, words, small.guidance([]))

    assert index.nearest(np.ones((1, 64), dtype=np.float32), 5) == [[]]


def test_chroma_and_exact_comparison_find_the_same(tmp_path: Path, words: WordEmbeddings):
    exact, asked = opened(tmp_path, words), opened(tmp_path, words, exact_up_to=0)
    texts = ["complaints of a victim", "locked telephones", "due diligence", "weather"]
    queries = np.array([words.embed_query(text) for text in texts], dtype=np.float32)

    assert isinstance(exact, ExactIndex)
    assert isinstance(asked, ChromaIndex)
    for count in (1, 3, 100):
        for ours, theirs in zip(
            exact.nearest(queries, count), asked.nearest(queries, count), strict=True
        ):
            assert [position for position, _ in ours] == [position for position, _ in theirs]
            assert np.allclose([s for _, s in ours], [s for _, s in theirs], atol=1e-5)
    positions = [3, 0, 1]
    assert np.allclose(
        exact.similarities(queries[0], positions),
        asked.similarities(queries[0], positions),
        atol=1e-6,
    )


def test_no_trace_of_the_build_is_left(tmp_path: Path, words: WordEmbeddings):
    opened(tmp_path, words)

    names = {file.name for file in (tmp_path / "index").iterdir()}
    assert names == {f"guidance-{RELEASE}", f"guidance-{RELEASE}.lock"}


def test_a_dropped_index_is_gone_and_can_be_built_again(tmp_path: Path, words: WordEmbeddings):
    opened(tmp_path, words)

    assert tidy([], tmp_path) == (RELEASE,)
    assert tidy([], tmp_path) == ()

    assert not home(tmp_path).exists()
    assert opened(tmp_path, words).entries


# Damage --------------------------------------------------------------------------------------


def lose_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def garble_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")


def change_the_recipe(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"recipe": "another"}))


def change_the_format(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format": 0}))


def garble_the_database(folder: Path) -> None:
    (vectors_in(folder) / "chroma.sqlite3").write_bytes(b"no database" * 1000)


def cut_the_database_short(folder: Path) -> None:
    file = vectors_in(folder) / "chroma.sqlite3"
    os.truncate(file, file.stat().st_size // 2)


def empty_the_database(folder: Path) -> None:
    (vectors_in(folder) / "chroma.sqlite3").unlink()


def lose_everything_but_the_manifest(folder: Path) -> None:
    shutil.rmtree(vectors_in(folder))


def lose_an_entry(folder: Path) -> None:
    program = f"""
import chromadb
from chromadb.config import Settings
settings = Settings(anonymized_telemetry=False)
client = chromadb.PersistentClient({str(vectors_in(folder))!r}, settings)
client.get_collection("guidance-{RELEASE}").delete(ids=["ungp-29?0"])
client.close()
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.long
@pytest.mark.parametrize("exact_up_to", [20_000, 0])
@pytest.mark.parametrize(
    "damage",
    [
        lose_the_manifest,
        garble_the_manifest,
        change_the_recipe,
        change_the_format,
        garble_the_database,
        cut_the_database_short,
        empty_the_database,
        lose_everything_but_the_manifest,
        lose_an_entry,
    ],
)
def test_a_damaged_index_is_noticed_and_built_again(
    damage, exact_up_to: int, tmp_path: Path, words: WordEmbeddings
):
    opened(tmp_path, words, exact_up_to=exact_up_to).close()
    damage(home(tmp_path))
    words.embedded.clear()

    mended = opened(tmp_path, words, exact_up_to=exact_up_to)

    assert words.embedded, "it was not built again"
    assert first(mended, "do we need a hotline for complaints") == "ungp-29?0"
    words.embedded.clear()
    opened(tmp_path, words, exact_up_to=exact_up_to)
    assert not words.embedded, "it was built twice"


def test_an_index_damaged_while_it_is_open_can_be_opened_again(
    tmp_path: Path, words: WordEmbeddings
):
    before = opened(tmp_path, words, exact_up_to=0)
    lose_an_entry(home(tmp_path))

    mended = opened(tmp_path, words, exact_up_to=0)

    assert first(mended, "do we need a hotline for complaints") == "ungp-29?0"
    before.close()
    assert first(mended, "do we need a hotline for complaints") == "ungp-29?0"


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path):
    class Failing(WordEmbeddings):
        def embed_documents(self, _: list[str]) -> list[list[float]]:
            raise ConnectionError("the vendor does not answer")

    with pytest.raises(ReleaseNotReady, match="the vendor does not answer"):
        opened(tmp_path, Failing())

    assert [file.name for file in (tmp_path / "index").iterdir() if file.is_dir()] == []


def test_a_data_folder_that_cannot_be_written_to_is_reported(tmp_path: Path, words: WordEmbeddings):
    (tmp_path / "index").write_text("a file where the folder should be")

    with pytest.raises(ReleaseNotReady, match="Make sure that the data folder"):
        opened(tmp_path, words)


# Several processes ---------------------------------------------------------------------------


class SlowWords(WordEmbeddings):
    """Tells a file each time it embeds, and takes its time."""

    def __init__(self, told: Path, seconds: float) -> None:
        super().__init__()
        self._told, self._seconds = told, seconds

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        with self._told.open("a") as stream:
            stream.write(f"{os.getpid()}\n")
        time.sleep(self._seconds)
        return super().embed_documents(texts)


def open_slowly(folder: str, server: str | None = None, seconds: float = 0.5) -> str:
    """Open the index and say what a question finds; what the processes below are told to do."""
    Path(folder).mkdir(exist_ok=True)
    index = opened(Path(folder), SlowWords(Path(folder) / "told", seconds), server=server)
    return first(index, "do we need a hotline for complaints")


def open_on_a_full_disk(folder: str, most_bytes: int) -> str:
    """Open the index where no file may grow larger, and say what is told of it."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    try:
        opened(Path(folder), WordEmbeddings())
    except ReleaseNotReady as error:
        return str(error)
    return "built"


@pytest.mark.long
@pytest.mark.parametrize("most_bytes", [0, 20_000, 150_000])
def test_a_disk_that_is_full_is_told_whoever_notices(most_bytes: int, tmp_path: Path):
    """Where Chroma noticed, whoever published read of a fault of the program."""
    (told,) = answers(begin(HERE, f"open_on_a_full_disk({str(tmp_path)!r}, {most_bytes})"))

    assert told.startswith(f"The index of release {RELEASE!r} can't be written under {tmp_path}")
    assert told.endswith("Make sure that the data folder can be written to and has space.")


@pytest.mark.long
def test_two_processes_that_start_at_once_build_once(tmp_path: Path):
    call = f"open_slowly({str(tmp_path)!r})"

    assert answers(begin(HERE, call), begin(HERE, call)) == ["ungp-29?0"] * 2
    assert len((tmp_path / "told").read_text().split()) == 1


@pytest.mark.long
def test_a_build_that_was_killed_is_begun_again(tmp_path: Path, words: WordEmbeddings):
    process = begin(HERE, f"open_slowly({str(tmp_path)!r}, seconds=600)")
    while not (tmp_path / "told").exists():
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.communicate()
    assert not home(tmp_path).exists()

    index = opened(tmp_path, words)

    assert first(index, "do we need a hotline for complaints") == "ungp-29?0"
    assert [f.name for f in (tmp_path / "index").iterdir() if f.is_dir()] == [home(tmp_path).name]


# On a server ---------------------------------------------------------------------------------


@pytest.mark.parametrize("exact_up_to", [20_000, 0])
def test_a_server_can_hold_the_index(
    exact_up_to: int, server: str, tmp_path: Path, words: WordEmbeddings
):
    opened(tmp_path, words, server=server, exact_up_to=exact_up_to)
    count = len(words.embedded)

    index = opened(tmp_path / "elsewhere", words, server=server, exact_up_to=exact_up_to)

    assert len(words.embedded) == count
    assert first(index, "do we need a hotline for complaints") == "ungp-29?0"
    assert collections(server) == [f"guidance-{RELEASE}"]
    tidy([], tmp_path, server=server)
    assert collections(server) == []


def test_a_collection_that_lost_an_entry_is_built_again(
    server: str, tmp_path: Path, words: WordEmbeddings
):
    import chromadb

    opened(tmp_path, words, server=server)
    port = int(server.rpartition(":")[2])
    client = chromadb.HttpClient("127.0.0.1", port)
    client.get_collection(f"guidance-{RELEASE}").delete(ids=["ungp-29?0"])

    mended = opened(tmp_path, words, server=server)

    assert first(mended, "do we need a hotline for complaints") == "ungp-29?0"
    assert collections(server) == [f"guidance-{RELEASE}"]
    tidy([], tmp_path, server=server)


@pytest.mark.long
def test_machines_that_build_on_one_server_at_once_end_with_one_collection(
    server: str, tmp_path: Path
):
    calls = [f"open_slowly({str(tmp_path / name)!r}, {server!r})" for name in "ab"]

    assert answers(*(begin(HERE, call) for call in calls)) == ["ungp-29?0"] * 2
    assert collections(server) == [f"guidance-{RELEASE}"]
    tidy([], tmp_path, server=server)


@pytest.mark.parametrize("address", ["chroma:8000", "ftp://chroma", "chroma"])
def test_an_address_that_is_none_is_reported(address: str, tmp_path: Path, words: WordEmbeddings):
    with pytest.raises(ReleaseNotReady, match="is not the address of a Chroma server"):
        opened(tmp_path, words, server=address)


def test_a_server_that_does_not_answer_is_reported(tmp_path: Path, words: WordEmbeddings):
    with pytest.raises(ReleaseNotReady, match="does not answer"):
        opened(tmp_path, words, server="http://127.0.0.1:9")


@pytest.mark.parametrize("address", ["http://it:s3cret@127.0.0.1:9", "ftp://it:s3cret@chroma"])
def test_no_password_is_told_with_the_address(address: str, tmp_path: Path, words: WordEmbeddings):
    with pytest.raises(ReleaseNotReady) as told:
        opened(tmp_path, words, server=address)
    assert "s3cret" not in str(told.value)


def test_a_server_that_goes_away_in_the_midst_is_told_as_one_that_does_not_answer(tmp_path: Path):
    """Whoever published read of a fault of the program."""
    chroma = ChromaServer(tmp_path / "chroma")
    chroma.start()

    class Ending(WordEmbeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            chroma.stop()
            return super().embed_documents(texts)

    try:
        with pytest.raises(IndexServerAway) as told:
            opened(tmp_path, Ending(), server=chroma.url)
    finally:
        chroma.stop()
    assert str(told.value).startswith(f"The Chroma server at {chroma.url} does not answer (")
    assert str(told.value).endswith("). Start it, or correct ADVISOR_CHROMA_URL.")


@pytest.mark.long
def test_a_server_that_goes_away_from_under_a_search_is_told_as_one_that_does_not_answer(
    tmp_path: Path, words: WordEmbeddings
):
    """Of too many vectors for memory; whoever asked then was taken to have met a fault of ours."""
    chroma = ChromaServer(tmp_path / "chroma")
    chroma.start()
    try:
        index = opened(tmp_path, words, server=chroma.url, exact_up_to=0)
        chroma.stop()
        with pytest.raises(IndexServerAway, match=f"The Chroma server at {chroma.url} does not"):
            first(index, "do we need a hotline for complaints")
        with pytest.raises(IndexServerAway, match=f"The Chroma server at {chroma.url} does not"):
            index.rows([0])
        chroma.start()
        assert first(index, "do we need a hotline for complaints") == "ungp-29?0"
    finally:
        chroma.stop()
