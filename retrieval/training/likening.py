"""Learns how people suppose something, or say that they don't know, for the encoder in force.

It is called as `python -m retrieval.training.likening`, in two minutes, and has to be when
`guidance_corpus/suppositions` or `guidance_corpus/unknowns` has changed, or the encoder.  With
`--left-out` it prints instead how well each file's messages are heard by what the others teach, by
which the chances that count were chosen.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from retrieval.embedding import PackagedEmbeddings
from retrieval.guidance import UNKNOWN
from retrieval.hearing import suppositions, unknowns
from retrieval.hearing.likeness import Likeness, meaning_of
from retrieval.hearing.telling import TokenVectors
from retrieval.hearing.word_features import BUCKETS
from retrieval.labelled.judged import SUPPOSITIONS, UNKNOWNS, Judged, read_judged
from retrieval.labelled.requests import read_requests
from retrieval.model.vectors import Vectors
from retrieval.training.material import Material, read_material
from retrieval.training.requesting import otherwise, rows

STRENGTH, ROUNDS = 10.0, 400
"""How little the weights are held back; of 3, 10, 30 and 100 the calmest of the best."""
SHARES = (0.005, 0.01, 0.02, 0.05)
"""At so many of the others taken for one it is told how many are heard."""

Texts = Mapping[str, Vectors]
"""What a model makes of each text."""


@dataclass(frozen=True)
class Task:
    """One thing that messages may say."""

    folder: str
    file: Path
    others: Callable[[Path, Material], Sequence[str]]
    """Texts of the corpus that say no such thing."""
    alone: float
    """What one of those counts for beside a message that was written for this."""


def nothing_supposed(corpus: Path, material: Material) -> Sequence[str]:
    """Texts of *corpus* that suppose nothing: told, asked of the texts or of Advisor, answered.

    Messages that ask for nothing of Advisor are left out, since some of them suppose.
    """
    return [*otherwise(material),
            *(one.text for one in read_requests(corpus) if one.wants is not None),
            *(one.text for one in read_judged(corpus, UNKNOWNS))]


def nothing_unknown(corpus: Path, material: Material) -> Sequence[str]:
    """Texts of *corpus* that answer, suppose or ask something, and leave nothing open."""
    open_ = {
        " ".join(clause.text for clause in one.clauses) for one in material.exemplars
        if any(UNKNOWN in values for clause in one.clauses for values in clause.tells.values())}
    return [*(text for text in otherwise(material) if text not in open_),
            *(one.text for one in read_requests(corpus) if one.wants is not None),
            *(one.text for one in read_judged(corpus, SUPPOSITIONS) if one.so)]


TASKS = (
    Task(SUPPOSITIONS, suppositions.FILE, nothing_supposed, 0.1),
    Task(UNKNOWNS, unknowns.FILE, nothing_unknown, 0.03),
)


def meanings(texts: Sequence[str], model: TokenVectors) -> Texts:
    """What *model* makes of each of *texts*."""
    return {text: meaning_of(text, model) for text in dict.fromkeys(texts)}


def learned(
    said: Sequence[Judged], others: Sequence[str], made: Texts, alone: float
) -> Likeness:
    """What *said* teaches, against *others* that say no such thing and count for so much *alone*.

    What a model makes of each text *made* has.
    """
    texts = [*(one.text for one in said), *others]
    vectors = np.array([made[text] for text in texts], np.float32)
    # So scaled that meaning counts for about as much as the words, in whatever unit it comes.
    middle, spread = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    spread *= np.sqrt(vectors.shape[1])
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS)
    model.fit(hstack([rows(texts), csr_matrix((vectors - middle) / spread)]).tocsr(),
              [*(one.so for one in said), *(False for _ in others)],
              sample_weight=[1.0] * len(said) + [alone] * len(others))
    weights = model.coef_[0].astype(np.float32)
    meaning = weights[BUCKETS:] / spread
    return Likeness(weights[:BUCKETS], meaning, float(model.intercept_[0] - meaning @ middle))


def judged(
    said: Sequence[Judged], others: Sequence[str], made: Texts, alone: float
) -> Iterator[str]:
    """How well each file of *said* is heard by what the rest teaches, in lines."""
    chances: list[float] = []
    for name in (names := dict.fromkeys(one.file for one in said)):
        rest = learned([one for one in said if one.file != name], others, made, alone)
        heard = rest.by(_Held(made))
        chances += [heard(one.text) for one in said if one.file == name]
    found = np.array(chances)
    ordered = [one for name in names for one in said if one.file == name]
    so, file = np.array([one.so for one in ordered]), np.array([one.file for one in ordered])
    least = np.quantile(found[~so], 1 - np.array(SHARES))
    yield "of the others " + ", ".join(f"{share:.1%} from {at:.2f}"
                                       for share, at in zip(SHARES, least, strict=True))
    for name in (*names, "all"):
        mine = so & ((file == name) | (name == "all"))
        yield f"{name}: of {mine.sum()} heard " + ", ".join(
            f"{(found[mine] >= at).mean():.3f}" for at in least)


class _Held:
    """Gives the mean that was made of a text for its only token."""

    def __init__(self, made: Texts) -> None:
        self._made = {text.strip(): vector for text, vector in made.items()}

    def token_vectors(self, texts: Sequence[str]) -> list[tuple[Vectors, list[tuple[int, int]]]]:
        return [(self._made[text][None, :], [(0, len(text))]) for text in texts]


def main() -> int:
    """Learn and write, or judge what is left out."""
    from safetensors.numpy import save_file  # noqa: PLC0415

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=Path("guidance_corpus"))
    parser.add_argument("--data", type=Path, default=Path("data"),
                        help="where the exported model is or will be")
    parser.add_argument("--only", choices=[task.folder for task in TASKS])
    parser.add_argument("--left-out", action="store_true")
    given = parser.parse_args()
    model = PackagedEmbeddings.open(given.data)
    _, material = read_material(given.corpus)
    for task in TASKS:
        if given.only not in (None, task.folder):
            continue
        said, others = read_judged(given.corpus, task.folder), task.others(given.corpus, material)
        made = meanings([*(one.text for one in said), *others], model)
        if given.left_out:
            for line in judged(said, others, made, task.alone):
                sys.stdout.write(f"{task.folder}: {line}\n")
            continue
        save_file(dict(learned(said, others, made, task.alone).tensors()), task.file)
        sys.stdout.write(f"{task.file}: written.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
