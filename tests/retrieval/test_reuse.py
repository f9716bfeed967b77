"""Only texts that no earlier index holds are embedded, and nobody can tell the difference."""

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from chromadb import Collection

from retrieval.embedding import PackagedEmbeddings
from retrieval.guidance import Guidance, ReleaseId
from retrieval.index import fingerprint, open_index, tidy
from retrieval.indexes.entries import entries_of
from retrieval.indexes.nearness import ChromaIndex, ExactIndex, Index
from retrieval.indexes.stored import local_client, opened, rows_in
from retrieval.indexes.taken_over import Built
from retrieval.indexes.wanted import fingerprint_of
from retrieval.matches import Query
from retrieval.opening import open_release
from retrieval.releases import index_digest_of
from retrieval.search import build_search, index_of

from . import small
from .conftest import WordEmbeddings, client_of
from .indexed import indexes

pytestmark = pytest.mark.long

OLD, NEW = ReleaseId("00000000000a"), ReleaseId("00000000000b")
MANY = 40
"""Provisions of the larger guidance: one of them is less than the share that may be replaced."""


def many(changed: str = "", count: int = MANY) -> Guidance:
    """Provisions on different things, the last of them perhaps in other words."""
    provisions = [
        small.provision(f"ungp-{n}", f"Item{n} is about thing{n} and matter{n}.",
                        heading=f"Heading {n}", asks=[f"what of thing{n}", f"may I item{n}"])
        for n in range(count)
    ]  # fmt: skip
    if changed:
        provisions[-1] = replace(provisions[-1], text=changed)
    return small.guidance(provisions)


class Opening:
    """Opens indexes in one place, and keeps what it was told."""

    def __init__(self, folder: Path, server: str | None) -> None:
        self.folder, self.server = folder, server
        self.built: list[Built] = []

    def __call__(
        self,
        guidance: Guidance,
        release: ReleaseId,
        embeddings: WordEmbeddings,
        reuse: Sequence[ReleaseId | Index] = (),
        *,
        exact_up_to: int = 20_000,
    ) -> Index:
        return open_index(
            guidance, release, embeddings, self.folder, server=self.server, reuse=reuse,
            on_built=self.built.append, exact_up_to=exact_up_to,
        )  # fmt: skip

    def made(self, release: ReleaseId) -> str:
        """Names the collection that the index of *release* lies in; another once it is built."""
        name = f"guidance-{release}"
        if self.server is not None:
            return str(client_of(self.server).get_collection(name).id)
        return _vectors(self.folder / "index" / name).name


@pytest.fixture(params=["folder", "server"])
def opening(request: pytest.FixtureRequest, tmp_path: Path):
    server = request.getfixturevalue("server") if request.param == "server" else None
    yield Opening(tmp_path, server)
    tidy((), tmp_path, server=server)


def matrix(index: Index) -> np.ndarray:
    return index.rows(range(len(index.entries)))


def test_only_what_changed_is_embedded(opening: Opening, words: WordEmbeddings):
    opening(many(), OLD, words)
    words.embedded.clear()

    opening(many("Other words."), NEW, words, [OLD])

    assert words.embedded == ["UNGP: Heading 39\nOther words."]
    assert opening.built == [Built(120, 120), Built(120, 1)]


def test_an_index_that_is_there_embeds_nothing(opening: Opening, words: WordEmbeddings):
    opening(many(), OLD, words)
    opening(many(), OLD, words)

    assert opening.built[1] == Built(120, 0)


@pytest.mark.parametrize("open_one", [False, True])
def test_an_index_built_with_reuse_is_the_same_as_one_built_anew(
    open_one: bool, opening: Opening, words: WordEmbeddings, tmp_path: Path
):
    changed = many("Other words.")
    old = opening(many(), OLD, words)
    anew = open_index(changed, NEW, WordEmbeddings(), tmp_path / "elsewhere")

    reused = opening(changed, NEW, words, [old if open_one else OLD])
    read = opening(changed, NEW, words)

    assert [one.embedded for one in opening.built] == [120, 1, 0]
    for index in (reused, read):
        assert index.entries == anew.entries
        assert matrix(index).tobytes() == matrix(anew).tobytes()
        queries = matrix(anew)[:50]
        assert index.nearest(queries, 30) == anew.nearest(queries, 30)
    print_of = fingerprint(NEW, opening.folder, server=opening.server)
    assert print_of == fingerprint(NEW, tmp_path / "elsewhere")
    assert print_of == fingerprint_of((e.id, e.text, e.metadata) for e in anew.entries)


def test_the_packaged_model_gives_the_same_bits_with_reuse_and_without(
    packaged: PackagedEmbeddings, tmp_path: Path
):
    """A text's vector does not depend on the texts that it shares a batch with."""
    old = small.ordinary()
    changed = replace(old.provisions["ungp-29"], text="Harmed people have to be heard. " * 9)
    new = replace(old, provisions={**old.provisions, changed.id: changed})
    built: list[Built] = []

    open_index(old, OLD, packaged, tmp_path)
    reused = open_index(new, NEW, packaged, tmp_path, reuse=[OLD], on_built=built.append)
    anew = open_index(new, NEW, packaged, tmp_path / "elsewhere")

    assert built == [Built(14, 1)]
    assert matrix(reused).tobytes() == matrix(anew).tobytes()
    queries = [Query("where can a victim complain"), Query("a locked phone"), Query("weather")]
    found = [build_search(new, index, packaged)(queries) for index in (reused, anew)]
    assert found[0] == found[1]


def test_a_text_that_moved_to_another_provision_is_not_embedded(
    opening: Opening, words: WordEmbeddings
):
    opening(small.guidance([small.provision("ungp-1", asks=["a hotline"])]), OLD, words)
    words.embedded.clear()

    moved = opening(small.guidance([small.provision("ungp-2", asks=["a hotline"])]), NEW, words,
                    [OLD])  # fmt: skip

    assert words.embedded == ["UNGP: ungp-2\nWhat ungp-2 says."]
    assert [entry.id for entry in moved.entries] == ["ungp-2#0", "ungp-2?0"]
    assert moved.entries[1].passage.provision == "ungp-2"


def test_each_text_is_embedded_once_however_often_it_stands_there(
    opening: Opening, words: WordEmbeddings
):
    provisions = [small.provision(f"ungp-{n}", asks=["a hotline"]) for n in range(3)]

    index = opening(small.guidance(provisions), OLD, words)

    assert sorted(words.embedded).count("a hotline") == 1
    assert opening.built == [Built(4, 4)]
    assert len(index.entries) == 6


def test_several_earlier_indexes_are_read_one_after_the_other(
    opening: Opening, words: WordEmbeddings
):
    opening(small.guidance([small.provision("ungp-1")]), OLD, words)
    opening(small.guidance([small.provision("ungp-2")]), ReleaseId("c"), words)
    words.embedded.clear()
    provisions = [small.provision(f"ungp-{n}") for n in (1, 2, 3)]

    opening(small.guidance(provisions), NEW, words, [OLD, ReleaseId("c")])

    assert words.embedded == ["UNGP: ungp-3\nWhat ungp-3 says."]


def test_vectors_made_in_another_way_are_not_taken_over(opening: Opening):
    old = opening(many(), OLD, WordEmbeddings("one way"))
    another = WordEmbeddings("another way")

    opening(many(), NEW, another, [OLD, old])

    assert opening.built == [Built(120, 120)] * 2


def test_an_earlier_index_that_is_not_there_costs_nothing(opening: Opening, words: WordEmbeddings):
    opening(many(), NEW, words, [OLD])

    assert opening.built == [Built(120, 120)]
    assert indexes(opening.folder, server=opening.server) == (NEW,)


def test_an_index_searched_by_chroma_can_be_taken_over(opening: Opening, words: WordEmbeddings):
    old = opening(many(), OLD, words, exact_up_to=0)
    assert isinstance(old, ChromaIndex)

    reused = opening(many("Other words."), NEW, words, [old], exact_up_to=0)

    assert opening.built[1] == Built(120, 1)
    anew = np.array([WordEmbeddings().embed_query(e.text) for e in reused.entries], np.float32)
    assert matrix(reused).tobytes() == anew.tobytes()
    assert [hits[0][0] for hits in reused.nearest(anew, 1)] == list(range(120))
    # The one that was read from answers as before.
    assert [hits[0][0] for hits in old.nearest(anew[:100], 1)] == list(range(100))
    reused.close()
    old.close()


# Damage to what is read ----------------------------------------------------------------------


def _vectors(folder: Path) -> Path:
    return next(folder.glob("vectors-*"))


def cut_the_database(folder: Path) -> None:
    file = _vectors(folder) / "chroma.sqlite3"
    os.truncate(file, file.stat().st_size // 2)


def lose_the_database(folder: Path) -> None:
    (_vectors(folder) / "chroma.sqlite3").unlink()


def empty_it(folder: Path) -> None:
    shutil.rmtree(_vectors(folder))
    _vectors_again = folder / json.loads((folder / "manifest.json").read_text())["folder"]
    _vectors_again.mkdir()


def garble_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("[1]")


def lose_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def lose_an_entry(folder: Path) -> None:
    client = local_client(_vectors(folder))
    opened(client, folder.name)._collection.delete(ids=["ungp-3#0"])
    client.close()


def change_a_vector(folder: Path) -> None:
    """Of length one like any other, so only its digest gives it away."""
    client = local_client(_vectors(folder))
    wrong = [1.0] + [0.0] * 63
    opened(client, folder.name)._collection.update(ids=["ungp-3#0"], embeddings=[wrong])
    client.close()


DAMAGES = [
    cut_the_database, lose_the_database, empty_it, garble_the_manifest, lose_the_manifest,
    lose_an_entry, change_a_vector,
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_only_costs_time(
    damage: Callable[[Path], None], tmp_path: Path, words: WordEmbeddings
):
    opening = Opening(tmp_path, None)
    opening(many(), OLD, words)
    damage(tmp_path / "index" / f"guidance-{OLD}")

    index = opening(many("Other words."), NEW, words, [OLD])

    assert opening.built[1] == Built(120, 120)
    anew = np.array([WordEmbeddings().embed_query(e.text) for e in index.entries], np.float32)
    assert matrix(index).tobytes() == anew.tobytes()
    assert matrix(opening(many("Other words."), NEW, words)).tobytes() == anew.tobytes()
    assert opening.built[2] == Built(120, 0)


@pytest.mark.parametrize("damage", DAMAGES)
def test_vectors_in_memory_serve_where_the_folder_that_they_came_from_is_damaged(
    damage: Callable[[Path], None], tmp_path: Path, words: WordEmbeddings
):
    opening = Opening(tmp_path, None)
    old = opening(many(), OLD, words)
    damage(tmp_path / "index" / f"guidance-{OLD}")

    opening(many("Other words."), NEW, words, [old])
    read = opening(many("Other words."), NEW, words)

    assert [one.embedded for one in opening.built] == [120, 1, 0]
    anew = np.array([WordEmbeddings().embed_query(e.text) for e in read.entries], np.float32)
    assert matrix(read).tobytes() == anew.tobytes()


def test_what_is_damaged_on_a_server_only_costs_time(
    server: str, tmp_path: Path, words: WordEmbeddings
):
    from .conftest import client_of

    opening = Opening(tmp_path, server)
    opening(many(), OLD, words)
    collection = client_of(server).get_collection(f"guidance-{OLD}")
    collection.update(ids=["ungp-3#0"], embeddings=[[1.0] + [0.0] * 63])

    index = opening(many("Other words."), NEW, words, [OLD])

    assert opening.built[1] == Built(120, 120)
    anew = np.array([WordEmbeddings().embed_query(e.text) for e in index.entries], np.float32)
    assert matrix(index).tobytes() == anew.tobytes()
    tidy((), tmp_path, server=server)


# Copies of copies -----------------------------------------------------------------------------


def test_only_so_much_is_replaced_before_all_is_written_anew(
    tmp_path: Path, words: WordEmbeddings
):
    opening = Opening(tmp_path, None)
    releases = [ReleaseId(f"{n:012x}") for n in range(7)]
    opening(many("Words of none at all.", 10), releases[0], words)
    replaced = []
    for before, release in pairwise(releases):
        guidance = many(f"Words of {release}.", 10)
        index = opening(guidance, release, words, [before])
        folder = tmp_path / "index" / f"guidance-{release}"
        replaced.append(json.loads((folder / "manifest.json").read_text())["replaced"])
        client = local_client(_vectors(folder))
        held = rows_in(opened(client, folder.name))
        client.close()
        assert {id_: text for id_, text, _ in held} == {e.id: e.text for e in index.entries}

    # Of 30 entries; both asks lead to the first passage, whose end moves with the first change.
    assert replaced == [3, 4, 5, 6, 0, 1]
    assert {one.embedded for one in opening.built[1:]} == {1}


def test_entries_that_went_are_gone_from_the_copy(tmp_path: Path, words: WordEmbeddings):
    opening = Opening(tmp_path, None)
    opening(many(), OLD, words)
    fewer = small.guidance(list(many().provisions.values())[:-1])

    opening(fewer, NEW, words, [OLD])

    folder = tmp_path / "index" / f"guidance-{NEW}"
    assert json.loads((folder / "manifest.json").read_text())["replaced"] == 3
    client = local_client(_vectors(folder))
    ids = [id_ for id_, _, _ in rows_in(opened(client, folder.name))]
    client.close()
    assert sorted(ids) == sorted(e.id for e in entries_of(fewer))


# The graph, which only too many vectors for memory need ---------------------------------------


def looked_at(opening: Opening, release: ReleaseId) -> int:
    """How many neighbours Chroma looked at for each entry of the graph of *release*."""
    name = f"guidance-{release}"
    if opening.server is not None:
        return made_with(client_of(opening.server).get_collection(name))
    client = local_client(_vectors(opening.folder / "index" / name))
    try:
        return made_with(client.get_collection(name))
    finally:
        client.close()


def made_with(collection: Collection) -> int:
    looked_at: int = collection.configuration_json["hnsw"]["ef_construction"]
    return looked_at


def test_a_graph_that_no_search_follows_is_made_quickly(
    opening: Opening, words: WordEmbeddings
):
    opening(many(), OLD, words)
    opening(many(), NEW, words, exact_up_to=0).close()

    assert (looked_at(opening, OLD), looked_at(opening, NEW)) == (10, 100)


def test_an_index_that_grows_too_large_for_memory_has_a_graph_of_its_own(
    opening: Opening, words: WordEmbeddings
):
    old = opening(many(), OLD, words, exact_up_to=120)
    grown = opening(many(count=MANY + 1), NEW, words, [old], exact_up_to=120)

    assert isinstance(grown, ChromaIndex)
    assert opening.built[1] == Built(123, 3)
    assert (looked_at(opening, OLD), looked_at(opening, NEW)) == (10, 100)
    grown.close()


def test_an_index_that_shrinks_into_memory_keeps_its_graph(tmp_path: Path, words: WordEmbeddings):
    opening = Opening(tmp_path, None)
    opening(many(), OLD, words, exact_up_to=119).close()

    shrunk = opening(many(count=MANY - 1), NEW, words, [OLD], exact_up_to=119)

    assert isinstance(shrunk, ExactIndex)
    assert (looked_at(opening, NEW), opening.built[1]) == (100, Built(117, 0))


def test_a_graph_is_made_anew_where_fewer_vectors_are_held_in_memory(
    opening: Opening, words: WordEmbeddings
):
    opening(many(), OLD, words)
    opening(many(), OLD, words, exact_up_to=0).close()
    assert (looked_at(opening, OLD), opening.built[1]) == (100, Built(120, 0))

    # One that can be followed serves where none has to be, and isn't built again.
    before = opening.made(OLD)
    assert isinstance(opening(many(), OLD, words), ExactIndex)
    assert opening.made(OLD) == before


# A whole release ------------------------------------------------------------------------------


def test_a_release_takes_over_from_the_search_in_force(tmp_path: Path, words: WordEmbeddings):
    built: list[Built] = []
    live = open_release(many(), words, tmp_path)
    shutil.rmtree(tmp_path / "index")

    open_release(many("Other words."), words, tmp_path, reuse=[live], on_built=built.append)
    open_release(
        many("More words."), words, tmp_path, on_built=built.append,
        reuse=[index_digest_of(many("Other words."), words.recipe)],
    )  # fmt: skip

    assert built == [Built(120, 1), Built(120, 1)]
    assert isinstance(index_of(live), ExactIndex)


def test_a_search_of_another_making_has_no_index():
    with pytest.raises(TypeError, match="has no index"):
        index_of(lambda _queries: [])
