"""Learns `suppositions.safetensors` from the suppositions of the corpus, in half a minute.

It is called as `python -m retrieval.training.suppositions`, and has to be when
`guidance_corpus/suppositions` has changed.  With `--left-out` it prints instead how well each
file's messages are heard by what the others teach, which is how `LIKELY` was chosen.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from retrieval.hearing.suppositions import FILE, supposes_with
from retrieval.labelled.requests import read_requests
from retrieval.labelled.suppositions import Supposition, read_suppositions
from retrieval.training.material import read_material
from retrieval.training.requesting import ALONE, ROUNDS, STRENGTH, otherwise, rows

Learned = tuple[NDArray[np.float32], float]
"""Weights, one for each bucket, and the bias."""


def nothing_supposed(corpus: Path) -> Sequence[str]:
    """Texts of *corpus* that suppose nothing: what is told, asked of the texts or of Advisor.

    Messages that ask for nothing of Advisor are left out, since some of them suppose.
    """
    _, material = read_material(corpus)
    return [*otherwise(material),
            *(one.text for one in read_requests(corpus) if one.wants is not None)]


def learned(said: Sequence[Supposition], others: Sequence[str]) -> Learned:
    """What *said* teaches, against *others* that suppose nothing."""
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS)
    model.fit(rows([*(one.text for one in said), *others]),
              [*(one.supposes for one in said), *(False for _ in others)],
              sample_weight=[1.0] * len(said) + [ALONE] * len(others))
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def judged(said: Sequence[Supposition], by: Learned) -> str:
    """How well *said* is heard *by* what was learned, in a line."""
    supposes = supposes_with(*by)
    heard = [supposes(one.text) for one in said if one.supposes]
    taken = [supposes(one.text) for one in said if not one.supposes]
    return (f"of {len(heard)} suppositions {sum(heard) / max(len(heard), 1):.3f} heard; of "
            f"{len(taken)} others {sum(taken) / max(len(taken), 1):.3f} taken for one")


def main() -> int:
    """Learn and write, or judge what is left out."""
    from safetensors.numpy import save_file  # noqa: PLC0415

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=Path("guidance_corpus"))
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--left-out", action="store_true")
    given = parser.parse_args()
    others = nothing_supposed(given.corpus)
    said = read_suppositions(given.corpus)
    for name in dict.fromkeys(one.file for one in said) if given.left_out else ():
        rest = learned([one for one in said if one.file != name], others)
        told = judged([one for one in said if one.file == name], rest)
        sys.stdout.write(f"{name}: {told}\n")
    if given.left_out:
        return 0
    weights, bias = learned(said, others)
    save_file({"weights": weights.astype(np.float16), "bias": np.array([bias], np.float32)},
              given.out)
    sys.stdout.write(f"{given.out}: written.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
