"""Vectors are read without opening Chroma where both are sound, and by Chroma where not."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval.indexes.in_folder import BESIDE
from retrieval.indexes.wanted import digest_of_vectors

from .conftest import ROOT, WordEmbeddings
from .test_index import first, home, opened, vectors_in

QUESTION = "do we need a hotline for complaints"


def read_apart(folder: Path) -> bool:
    """Whether a process of its own, that only reads the index, opens Chroma for it."""
    program = f"""
import sys
from pathlib import Path
from tests.retrieval.conftest import WordEmbeddings
from tests.retrieval.test_index import first, opened
words = WordEmbeddings()
index = opened(Path({str(folder)!r}), words)
assert not words.embedded, "it was built again"
assert first(index, {QUESTION!r}) == "ungp-29?0"
print("chromadb" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT,
                          capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)})
    return done.stdout.strip() == "True"


def lose_the_file(folder: Path) -> None:
    (folder / BESIDE).unlink()


def change_a_bit(folder: Path) -> None:
    data = bytearray((folder / BESIDE).read_bytes())
    data[-1] ^= 1
    (folder / BESIDE).write_bytes(bytes(data))


def cut_it_short(folder: Path) -> None:
    (folder / BESIDE).write_bytes((folder / BESIDE).read_bytes()[:200])


def garble_it(folder: Path) -> None:
    (folder / BESIDE).write_bytes(b"no array")


def empty_it(folder: Path) -> None:
    """As a machine leaves it that lost power before the file was on its disk."""
    (folder / BESIDE).write_bytes(b"")


def put_an_archive_there(folder: Path) -> None:
    np.savez(folder / "several.npz", one=np.zeros(3))
    (folder / "several.npz").replace(folder / BESIDE)


def touch_the_database(folder: Path) -> None:
    with (vectors_in(folder) / "chroma.sqlite3").open("ab") as stream:
        stream.write(b"\0" * 4096)


@pytest.mark.long
@pytest.mark.parametrize(
    "damage", [lose_the_file, change_a_bit, cut_it_short, garble_it, empty_it,
               put_an_archive_there, touch_the_database]
)
def test_chroma_is_asked_once_where_the_file_beside_it_is_not_sound(
    damage, tmp_path: Path, words: WordEmbeddings
):
    opened(tmp_path, words)
    damage(home(tmp_path))
    words.embedded.clear()

    index = opened(tmp_path, words)

    assert not words.embedded, "it was built again"
    assert first(index, QUESTION) == "ungp-29?0"
    assert not read_apart(tmp_path)


def test_a_new_index_is_read_without_opening_chroma(tmp_path: Path, words: WordEmbeddings):
    opened(tmp_path, words)

    assert not read_apart(tmp_path)


def test_too_many_vectors_are_left_to_chroma(tmp_path: Path, words: WordEmbeddings):
    opened(tmp_path, words).close()
    words.embedded.clear()

    index = opened(tmp_path, words, exact_up_to=0)

    assert type(index).__name__ == "ChromaIndex"
    assert not words.embedded
    index.close()


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 700])
def test_the_digest_of_vectors_is_of_all_their_bytes_in_the_order_of_their_ids(count: int):
    # Indexes of before have theirs in their manifest.
    ids = [f"e{number * 7 % 1_001}" for number in range(count)]
    vectors = np.arange(count * 3, dtype=np.float32).reshape(count, 3)
    order = sorted(range(count), key=ids.__getitem__)
    whole = "\0".join(sorted(ids)).encode() + vectors[order].tobytes()

    assert digest_of_vectors(ids, vectors) == hashlib.sha256(whole).hexdigest()
