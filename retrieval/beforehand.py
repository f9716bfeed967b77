"""The vectors of the corpus that ships, made beforehand: a first start need not make them.

Embedding all of it takes a minute on one core, for which somebody who tries the bot would wait.
The file beside this module has the vectors of texts by their digests, in half precision: that
moves a similarity by less than 0.0005.  It is a stock and nothing more.  What it lacks is embedded
as ever, and of another model, or of another adapter, it says nothing.

    python -m retrieval.beforehand      # makes it anew for the corpus in place, `make vectors`
"""

import hashlib
import logging
import sys
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.model.vectors import UnitEmbeddings, Vectors, unit

FILE = Path(__file__).with_name("vectors.safetensors")
KEY_BYTES = 16
"""Of a text's SHA-256; two texts of a corpus never share so many."""

_CORPUS = Path(__file__).parents[1] / "guidance_corpus"
_log = logging.getLogger(__name__)


def made_beforehand(
    recipe: str, texts: Collection[str], file: Path = FILE
) -> dict[str, Vectors]:
    """The vectors in *file* of those of *texts* that it has, by text; none of another *recipe*."""
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415  only a build reads it

    try:
        with safe_open(file, "numpy") as stock:
            if (stock.metadata() or {}).get("recipe") != recipe:
                return {}
            keys, vectors = stock.get_tensor("keys"), stock.get_tensor("vectors")
    except (OSError, SafetensorError) as error:
        _log.warning("Vectors made beforehand can't be read, so all are made: %s", error)
        return {}
    places = {key.tobytes(): place for place, key in enumerate(keys)}
    found = {text: places[key] for text in texts if (key := _key(text)) in places}
    rows = unit(vectors[list(found.values())].astype(np.float32))
    return dict(zip(found, rows, strict=True))


def keep(embeddings: UnitEmbeddings, texts: Iterable[str], file: Path = FILE) -> int:
    """Write *file* for *texts*; gives how many there are."""
    from safetensors.numpy import save_file  # noqa: PLC0415

    # In an order that a change of one text leaves, so that versions of the file are alike.
    by_key = {_key(text): text for text in texts}
    keys = sorted(by_key)
    by_length = sorted(keys, key=lambda key: len(by_key[key]))
    vectors: NDArray[np.float16] = np.empty((len(keys), 0), dtype=np.float16)
    if keys:
        made = np.array(embeddings.embed_documents([by_key[key] for key in by_length]))
        place = {key: number for number, key in enumerate(by_length)}
        vectors = made[[place[key] for key in keys]].astype(np.float16)
    save_file(
        {"keys": np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, KEY_BYTES).copy(),
         "vectors": np.ascontiguousarray(vectors)},
        file, {"recipe": embeddings.recipe})
    return len(keys)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:KEY_BYTES]


def main() -> None:
    """Make the file anew for the corpus that ships."""
    import tempfile  # noqa: PLC0415

    from retrieval import corpus  # noqa: PLC0415
    from retrieval.embedding import open_embeddings  # noqa: PLC0415
    from retrieval.indexes.entries import entries_of  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        embeddings = open_embeddings(None, Path(folder))
        count = keep(embeddings, (one.text for one in entries_of(corpus.read(_CORPUS))))
    sys.stdout.write(f"{count:,} vectors, {FILE.stat().st_size / 1e6:.1f} MB: {FILE}\n")


if __name__ == "__main__":
    main()
