"""An index built again from the content holds what it held, byte for byte."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from chromadb.errors import NotFoundError

from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Guidance, ReleaseId
from retrieval.index import fingerprint, open_index, tidy
from retrieval.indexes.entries import entries_of
from retrieval.indexes.stored import local_client, opened, rows_in, sound_vectors
from retrieval.rebuilding import rebuild_index
from retrieval.releases import index_digest_of

from . import small
from .conftest import WordEmbeddings, client_of, collections

GUIDANCE = small.ordinary()
DIGEST = index_digest_of(GUIDANCE, "words")
EXPECTED = hashlib.sha256(
    json.dumps(
        sorted([e.id, e.text, e.metadata] for e in entries_of(GUIDANCE)),
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    ).encode()
).hexdigest()  # fmt: skip


def home(data: Path) -> Path:
    return data / "index" / f"guidance-{DIGEST}"


def vectors_in(data: Path) -> Path:
    return next(home(data).glob("vectors-*"))


def build(data: Path, server: str | None = None, guidance: Guidance = GUIDANCE) -> None:
    open_index(guidance, DIGEST, WordEmbeddings(), data, server=server).close()


def test_the_fingerprint_is_over_ids_texts_and_metadata_as_chroma_gives_them_back(tmp_path: Path):
    build(tmp_path)

    assert fingerprint(DIGEST, tmp_path) == EXPECTED
    assert fingerprint(ReleaseId("unknown"), tmp_path) is None
    assert not (tmp_path / "index" / "guidance-unknown").exists()


def test_an_index_that_is_whole_is_built_again_the_same(tmp_path: Path, words: WordEmbeddings):
    build(tmp_path)
    before = vectors_in(tmp_path)

    rebuilt = rebuild_index(GUIDANCE, words, tmp_path)

    assert (rebuilt.index, rebuilt.before, rebuilt.after) == (DIGEST, EXPECTED, EXPECTED)
    assert rebuilt.same
    assert sorted(words.embedded) == sorted({e.text for e in entries_of(GUIDANCE)})
    assert vectors_in(tmp_path) != before


def cut_the_database(data: Path) -> None:
    file = vectors_in(data) / "chroma.sqlite3"
    os.truncate(file, file.stat().st_size // 2)


def lose_the_database(data: Path) -> None:
    (vectors_in(data) / "chroma.sqlite3").unlink()


def garble_the_database(data: Path) -> None:
    (vectors_in(data) / "chroma.sqlite3").write_bytes(b"no database" * 1000)


def of_another_release(data: Path) -> None:
    file = home(data) / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"vectors": "0" * 64}))


def without_a_manifest(data: Path) -> None:
    (home(data) / "manifest.json").unlink()


def emptied(data: Path) -> None:
    shutil.rmtree(home(data))
    home(data).mkdir()


def gone(data: Path) -> None:
    shutil.rmtree(data / "index")


def without_vectors(data: Path) -> None:
    client = local_client(vectors_in(data))
    ids = [e.id for e in entries_of(GUIDANCE)]
    opened(client, home(data).name)._collection.delete(ids=ids)
    client.close()


@pytest.mark.parametrize(
    "damage",
    [cut_the_database, lose_the_database, garble_the_database, of_another_release,
     without_a_manifest, emptied, gone, without_vectors],
)  # fmt: skip
def test_what_is_damaged_is_built_again_as_it_was(
    damage: Callable[[Path], None], tmp_path: Path, words: WordEmbeddings
):
    build(tmp_path)
    damage(tmp_path)
    assert fingerprint(DIGEST, tmp_path) in {None, hashlib.sha256(b"[]").hexdigest()} - {EXPECTED}

    rebuilt = rebuild_index(GUIDANCE, words, tmp_path)

    assert rebuilt.after == EXPECTED == fingerprint(DIGEST, tmp_path)
    assert not rebuilt.same
    assert {path.name for path in (tmp_path / "index").iterdir()} == {
        home(tmp_path).name, f"{home(tmp_path).name}.lock"}  # fmt: skip


def test_a_text_changed_in_the_index_shows_and_is_put_right(tmp_path: Path, words: WordEmbeddings):
    build(tmp_path)
    client = local_client(vectors_in(tmp_path))
    vector = words.embed_query("do we need a hotline for complaints")
    opened(client, home(tmp_path).name)._collection.update(
        ids=["ungp-29?0"], documents=["something else"], embeddings=[vector]
    )
    client.close()

    rebuilt = rebuild_index(GUIDANCE, words, tmp_path)

    assert rebuilt.before not in {None, EXPECTED}
    assert rebuilt.after == EXPECTED


@pytest.mark.long
def test_segment_files_that_are_missing_are_noticed_and_made_again(tmp_path: Path):
    """Only of more than a thousand entries does Chroma write files beside its database."""
    provisions = [small.provision(f"ungp-{n}", f"Text {n}.") for n in range(2_100)]
    guidance = small.guidance(provisions)
    words = WordEmbeddings()
    digest = index_digest_of(guidance, words.recipe)
    open_index(guidance, digest, words, tmp_path).close()
    whole = fingerprint(digest, tmp_path)
    folder = tmp_path / "index" / f"guidance-{digest}"
    graphs = [one for one in next(folder.glob("vectors-*")).iterdir() if one.is_dir()]
    assert [len(list(graph.iterdir())) > 0 for graph in graphs] == [True]
    shutil.rmtree(graphs[0])
    assert fingerprint(digest, tmp_path) is None

    rebuilt = rebuild_index(guidance, words, tmp_path)

    assert rebuilt.before is None
    assert rebuilt.after == whole is not None


def test_what_can_not_be_built_again_leaves_the_old_index(tmp_path: Path):
    class Failing(WordEmbeddings):
        def embed_documents(self, _: list[str]) -> list[list[float]]:
            raise ConnectionError("the vendor does not answer")

    build(tmp_path)

    with pytest.raises(ReleaseNotReady, match="can't be embedded: the vendor does not answer"):
        rebuild_index(GUIDANCE, Failing(), tmp_path)

    assert fingerprint(DIGEST, tmp_path) == EXPECTED


# On a server ---------------------------------------------------------------------------------


@pytest.fixture
def clean(server: str, tmp_path: Path) -> Iterator[str]:
    yield server
    tidy((), tmp_path, server=server)


def lose_an_entry(server: str) -> None:
    client_of(server).get_collection(f"guidance-{DIGEST}").delete(ids=["ungp-29?0"])


def another_manifest(server: str) -> None:
    client_of(server).get_collection(f"guidance-{DIGEST}").modify(metadata={"recipe": "another"})


def empty_it(server: str) -> None:
    ids = [e.id for e in entries_of(GUIDANCE)]
    client_of(server).get_collection(f"guidance-{DIGEST}").delete(ids=ids)


def delete_it(server: str) -> None:
    client_of(server).delete_collection(f"guidance-{DIGEST}")


def change_a_vector(server: str) -> None:
    collection = client_of(server).get_collection(f"guidance-{DIGEST}")
    collection.update(ids=["ungp-29?0"], embeddings=[[1.0] + [0.0] * 63])


def nothing(_server: str) -> None:
    """Leave it whole."""


@pytest.mark.parametrize(
    ("damage", "before"),
    [(nothing, EXPECTED), (lose_an_entry, None), (another_manifest, None), (empty_it, None),
     (delete_it, None), (change_a_vector, None)],
)  # fmt: skip
def test_a_collection_is_built_again_as_it_was(
    damage: Callable[[str], None], before: str | None, clean: str, tmp_path: Path,
    words: WordEmbeddings,
):  # fmt: skip
    build(tmp_path, clean)
    whole = client_of(clean).get_collection(f"guidance-{DIGEST}").id
    damage(clean)

    rebuilt = rebuild_index(GUIDANCE, words, tmp_path, server=clean)

    assert (rebuilt.before, rebuilt.after) == (before, EXPECTED)
    collection = client_of(clean).get_collection(f"guidance-{DIGEST}")
    assert collection.id != whole
    assert [c.name for c in client_of(clean).list_collections()] == [f"guidance-{DIGEST}"]


def test_whoever_asks_a_collection_goes_on_while_it_is_built_again(clean: str, tmp_path: Path):
    """Of too many vectors for memory each search asks the server; it failed from then on."""
    asked = open_index(GUIDANCE, DIGEST, WordEmbeddings(), tmp_path, server=clean, exact_up_to=0)
    query = np.array([WordEmbeddings().embed_query("do we need a hotline for complaints")], "f4")
    before = asked.nearest(query, 3)

    for machine in ("b", "c"):
        open_index(GUIDANCE, DIGEST, WordEmbeddings(), tmp_path / machine, server=clean,
                   exact_up_to=0, anew=True)
        assert asked.nearest(query, 3) == before
        assert np.allclose(asked.rows([0])[0], WordEmbeddings().embed_query(asked.entries[0].text))

    assert collections(clean) == [f"guidance-{DIGEST}"]
    client_of(clean).delete_collection(f"guidance-{DIGEST}")
    with pytest.raises(NotFoundError):
        asked.nearest(query, 3)


def test_vectors_come_back_bit_by_bit(tmp_path: Path, clean: str):
    """Chroma scales vectors of a collection that it compares by cosine, and changes their bits."""
    ids = [e.id for e in entries_of(GUIDANCE)]
    made = np.array([WordEmbeddings().embed_query(e.text) for e in entries_of(GUIDANCE)], "f4")
    build(tmp_path)
    build(tmp_path, clean)

    client = local_client(vectors_in(tmp_path))
    digest = json.loads((home(tmp_path) / "manifest.json").read_text())["vectors"]
    store = opened(client, home(tmp_path).name)
    assert sound_vectors(store, ids, digest).tobytes() == made.tobytes()
    assert {id_ for id_, _, _ in rows_in(store)} == set(ids)
    client.close()
    remote = opened(client_of(clean), f"guidance-{DIGEST}")
    assert sound_vectors(remote, ids, digest).tobytes() == made.tobytes()
    with pytest.raises(ValueError, match="not those that were stored"):
        sound_vectors(remote, ids, "0" * 64)


def test_another_content_has_another_fingerprint(tmp_path: Path):
    changed = GUIDANCE.provisions["sg-2"]
    provisions = {**GUIDANCE.provisions, changed.id: replace(changed, asks=("another",))}
    build(tmp_path)
    build(tmp_path / "other", guidance=replace(GUIDANCE, provisions=provisions))

    assert fingerprint(DIGEST, tmp_path) == EXPECTED
    assert fingerprint(DIGEST, tmp_path / "other") not in {None, EXPECTED}
