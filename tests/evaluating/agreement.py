"""How far readers of the same messages agree on what they say, and the product with them.

    python -m tests.evaluating.agreement

The writer of a case labelled it; two more raters read nothing but its messages, the questions and
docs/labelling.md, and never saw each other's labels or the product.  Their labels lie in
`tests/gold/raters`.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

from bot.assembly import Assembly
from bot.evaluating.rehearsing import read_alone
from bot.evaluating.staging import staged
from bot.measures.labelled import Case, read_cases
from bot.settings import Settings
from retrieval.guidance import UNKNOWN

GOLD = Path(__file__).parents[1] / "gold"
SETS = {"plain": "plain-3-", "hard": "hard-3-", "test": "d-"}
"""The sets of cases, by how the ids of theirs begin."""

Labels = Mapping[str, frozenset[tuple[str, str]]]
"""What each case's messages say, as pairs of a fact and a value."""


def cases() -> dict[str, Case]:
    """The cases that all raters labelled, by id."""
    files = (GOLD / "more" / "plain_and_hard_third.jsonl", *sorted(GOLD.glob("dialogue-*.jsonl")))
    known = raters()["second"].keys()
    return {case.id: case for file in files for case in read_cases(file) if case.id in known}


def raters() -> dict[str, Labels]:
    """What the second and the third rater took the messages to say."""
    return {file.stem: {row["id"]: _pairs(row["told"])
                        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines())}
            for file in sorted((GOLD / "raters").glob("*.jsonl"))}


def majority(labels: Mapping[str, Labels]) -> Labels:
    """What more than half of the raters say of each case."""
    ids = next(iter(labels.values())).keys()
    counts = {id_: Counter(pair for one in labels.values() for pair in one[id_]) for id_ in ids}
    return {id_: frozenset(pair for pair, n in found.items() if 2 * n > len(labels))
            for id_, found in counts.items()}


def agreement(one: Labels, other: Labels, begins: str) -> tuple[float, float, int]:
    """Share of cases on which both say just the same, F1 of the pairs, and the number of cases."""
    ids = [id_ for id_ in one if id_.startswith(begins)]
    same = sum(one[id_] == other[id_] for id_ in ids)
    both = sum(len(one[id_] & other[id_]) for id_ in ids)
    said = sum(len(one[id_]) + len(other[id_]) for id_ in ids)
    return same / len(ids), 2 * both / said, len(ids)


def _pairs(told: Mapping[str, object]) -> frozenset[tuple[str, str]]:
    return frozenset((fact, str(value)) for fact, values in told.items()
                     if isinstance(values, (list, frozenset, tuple))
                     for value in values if value != UNKNOWN)


def _heard(known: Mapping[str, Case]) -> Labels:
    with tempfile.TemporaryDirectory() as folder:
        parts = Assembly(Settings(data_dir=Path(folder), _env_file=None))
        with staged(parts) as advisor:
            deals = {id_: read_alone(id_, case.says, advisor.take_turn).told
                     for id_, case in known.items()}
    return {id_: _pairs({fact: deal.known(fact) for fact in deal.answers})
            for id_, deal in deals.items()}


def main() -> None:
    """Print the table."""
    known = cases()
    labels = {"writer": {id_: _pairs(case.told or {}) for id_, case in known.items()}, **raters()}
    most = majority(labels)
    labels = {**labels, "product": _heard(known)}
    print("| | " + " | ".join(f"{name}: all facts alike / F1" for name in SETS) + " |")
    print("|---" * (len(SETS) + 1) + "|")
    rows = [*((f"{one} and {other}", labels[one], labels[other])
              for one, other in combinations(labels, 2)),
            ("product and what most raters say", labels["product"], most)]
    for name, one, other in rows:
        figures = [agreement(one, other, begins) for begins in SETS.values()]
        print(f"| {name} | " + " | ".join(f"{j:.3f} / {f:.3f}" for j, f, _ in figures) + " |")
    print("| cases | " + " | ".join(
        str(agreement(most, most, begins)[2]) for begins in SETS.values()) + " |")


if __name__ == "__main__":
    main()
