"""Counts how people write, for `written_words.json`, in some seconds.

It is called as `python -m retrieval.training.writing`, and has to be whenever exemplars, openings
or questions have changed.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from retrieval import written_words
from retrieval.training.material import Material, read_material


def texts_of(material: Material) -> Iterator[str]:
    """All that somebody wrote as they would to the bot."""
    for exemplar in material.exemplars:
        yield " ".join(clause.text for clause in exemplar.clauses)
    for opening in material.openings:
        yield opening.beyond
        yield opening.within
    for query in material.queries:
        yield query.query
    yield from material.beyond
    for voices in material.voices.values():
        yield from voices


def main() -> int:
    """Count, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=Path("guidance_corpus"))
    parser.add_argument("--out", type=Path, default=written_words.FILE)
    given = parser.parse_args()
    _, material = read_material(given.corpus)
    habits = written_words.counted(texts_of(material))
    given.out.write_text(written_words.written(habits), "utf-8")
    sys.stdout.write(f"{given.out}: {len(habits.words)} words, "
                     f"{sum(map(len, habits.pairs.values()))} pairs.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
