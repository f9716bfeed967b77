"""Lists the exemplars whose labels the model in place doubts, for somebody to read them again.

    python -m retrieval.training.doubting --files 55,56 --out doubts.jsonl

A model hears some of what it has learned otherwise than labelled, however often it came.  There the
label is wrong, or goes by another reading than those of like messages, or the message is hard: of
such lines one in five was mended when they were read again (record 84).
A line of the answer names where the exemplar stands, its clauses, and by label the chance that the
model gives to what it doesn't hear, and to what it hears beside.  The surest doubts come first.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval import adapter
from retrieval.labelled.exemplars import FOLDER, Exemplar, read_exemplars
from retrieval.training.material import read_material
from retrieval.training.tuner import Tuner
from retrieval.words.tells import WANTS

LEAST = 0.5
"""The chance from which a label counts as heard, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Labels of one exemplar that the model hears otherwise, each with its chance in [0, 1]."""

    exemplar: Exemplar
    unheard: tuple[tuple[str, float], ...]
    beside: tuple[tuple[str, float], ...]

    @property
    def sureness(self) -> float:
        """How sure the model is where it is surest, in [0, 1]."""
        return max([1.0 - chance for _, chance in self.unheard]
                   + [chance for _, chance in self.beside])


def doubts(
    tuner: Tuner, exemplars: Sequence[Exemplar], labels: Sequence[str]
) -> Iterator[tuple[int, Doubt]]:
    """Of those *exemplars* that aren't heard as labelled the number and what is doubted of them.

    Args:
        tuner: The model as it is.
        exemplars: What is judged.
        labels: The names of the model's labels, empty for those that nobody writes down.
    """
    for number, (chances, labelled) in enumerate(tuner.chances(exemplars)):
        unheard, beside = (
            tuple((labels[n], round(float(chances[n]), 3))
                  for n in wrong.nonzero()[0].tolist() if labels[n])
            for wrong in (labelled & (chances < LEAST), ~labelled & (chances >= LEAST)))
        if unheard or beside:
            yield number, Doubt(exemplars[number], unheard, beside)


def main() -> int:
    """Judge the exemplars and write down which labels are doubted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=Path("guidance_corpus"))
    parser.add_argument("--adapter", type=Path, default=adapter.FILE)
    parser.add_argument("--files", default="", help="only these exemplar files, by their numbers: "
                        "55,56")
    parser.add_argument("--out", type=Path, default=Path("doubts.jsonl"))
    given = parser.parse_args()
    chosen = {name for name in given.files.split(",") if name}
    guidance, material = read_material(given.corpus)
    tuner = Tuner(guidance, material)
    tuner.go_on_from(given.adapter)
    labels = ["" if fact == WANTS else f"{fact}={value}" for fact, value in tuner.labels]
    found: list[tuple[str, Doubt]] = []
    for file in sorted((given.corpus / FOLDER).glob("*.jsonl")):
        if chosen and file.name.partition("-")[0] not in chosen:
            continue
        exemplars = read_exemplars(given.corpus, guidance, file.name.__eq__)
        found += [(f"{file.name}, message {number + 1}", doubt)
                  for number, doubt in doubts(tuner, exemplars, labels)]
        sys.stderr.write(f"{file.name}: {len(exemplars)} read, {len(found)} doubted so far\n")
    found.sort(key=lambda one: one[1].sureness, reverse=True)
    with given.out.open("w", encoding="utf-8") as out:
        for where, doubt in found:
            out.write(json.dumps({
                "where": where,
                "clauses": [[clause.text, {fact: sorted(values)
                                           for fact, values in clause.tells.items()}]
                            for clause in doubt.exemplar.clauses],
                "unheard": dict(doubt.unheard), "heard beside": dict(doubt.beside),
            }, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
