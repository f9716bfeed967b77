"""Learns `requests.safetensors` from the requests of the corpus, in a minute.

It is called as `python -m retrieval.training.requesting`, and has to be when
`guidance_corpus/requests` has changed.  With `--left-out` it prints instead how well each file's
messages are heard by what the others teach, which is how `LIKELY` was chosen.
"""

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from retrieval.hearing.requests import FILE, hears_with
from retrieval.hearing.word_features import BUCKETS, features
from retrieval.labelled.requests import Asking, read_requests
from retrieval.training.material import Material, read_material
from retrieval.words.requests import OTHERWISE

SEED = 1
STRENGTH = 30.0
"""How little the weights are held back; of 10 and 30 the better on writers who were left out."""
ROUNDS = 200
MESSAGES, QUESTIONS, ASKS, OPENINGS = 1250, 450, 350, 450
"""Texts of the corpus that ask for nothing of the kind, drawn by chance."""
ALONE = 0.3
"""What one of those counts for beside a message that was written for this."""


@dataclass(frozen=True)
class Learned:
    """What hears requests."""

    labels: Sequence[str]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


def otherwise(material: Material) -> Sequence[str]:
    """Texts of *material* that ask nothing of Advisor itself."""
    chance = random.Random(SEED)  # noqa: S311 - for sampling, not for secrets
    kinds = (
        ([" ".join(clause.text for clause in one.clauses) for one in material.exemplars], MESSAGES),
        ([query.query for query in material.queries], QUESTIONS),
        (material.beyond, ASKS),
        ([text for one in material.openings for text in (one.beyond, one.within)], OPENINGS),
    )
    return [text for texts, most in kinds for text in chance.sample(texts, min(most, len(texts)))]


def learned(asking: Sequence[Asking], others: Sequence[str]) -> Learned:
    """What *asking* teaches, against *others* that ask for nothing."""
    texts = [one.text for one in asking] + list(others)
    labels = [one.wants or OTHERWISE for one in asking] + [OTHERWISE] * len(others)
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS)
    model.fit(rows(texts), [str(label) for label in labels],
              sample_weight=[1.0] * len(asking) + [ALONE] * len(others))
    return Learned(tuple(map(str, model.classes_)), model.coef_.astype(np.float32),
                   model.intercept_.astype(np.float32))


def rows(texts: Sequence[str]) -> csr_matrix:
    """The features of *texts*, (texts, buckets)."""
    found = [features(text) for text in texts]
    ends = np.cumsum([0, *(len(one) for one in found)])
    return csr_matrix(([weight for one in found for weight in one.values()],
                       [bucket for one in found for bucket in one], ends),
                      shape=(len(texts), BUCKETS))


def judged(asking: Sequence[Asking], by: Learned) -> str:
    """How well *asking* is heard *by* what was learned, in a line."""
    hears = hears_with(by.labels, by.weights, by.bias)
    wanted = [(one.wants, hears(one.text)) for one in asking if one.wants is not None]
    right = sum(truth is heard for truth, heard in wanted)
    wrong = sum(heard is not None and truth is not heard for truth, heard in wanted)
    nothing = [hears(one.text) for one in asking if one.wants is None]
    taken = sum(heard is not None for heard in nothing)
    return (f"of {len(wanted)} requests {right / len(wanted):.3f} heard, {wrong / len(wanted):.3f} "
            f"as another; of {len(nothing)} others {taken / len(nothing):.3f} taken for one")


def main() -> int:
    """Learn and write, or judge what is left out."""
    from safetensors.numpy import save_file  # noqa: PLC0415

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=Path("guidance_corpus"))
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--left-out", action="store_true")
    given = parser.parse_args()
    _, material = read_material(given.corpus)
    others = otherwise(material)
    asking = read_requests(given.corpus)
    for name in dict.fromkeys(one.file for one in asking) if given.left_out else ():
        rest = learned([one for one in asking if one.file != name], others)
        told = judged([one for one in asking if one.file == name], rest)
        sys.stdout.write(f"{name}: {told}\n")
    if given.left_out:
        return 0
    found = learned(asking, others)
    # Rows of a matrix that lies by columns would be written as other rows.
    weights = np.ascontiguousarray(found.weights, dtype=np.float16)
    save_file({"weights": weights, "bias": found.bias}, given.out,
              {"labels": json.dumps(found.labels)})
    sys.stdout.write(f"{given.out}: written.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
