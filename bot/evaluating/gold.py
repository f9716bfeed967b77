"""All labelled cases of a run, whatever files they came in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.measures.labelled import (
    Case,
    Labels,
    Pair,
    out_of_place,
    read_cases,
    read_labels,
    read_pairs,
    unknown_names,
)
from retrieval.guidance import Guidance
from retrieval.labelled.cases import LabelledQuery, kind_of, read_queries, records, unknown_ids

MEASURED = frozenset({"retrieval", "dialogue", "pair", "bearing"})
"""Kinds of entries that suites go by."""


@dataclass(frozen=True, slots=True)
class Gold:
    """What a run measures by."""

    queries: tuple[LabelledQuery, ...] = ()
    cases: tuple[Case, ...] = ()
    pairs: tuple[Pair, ...] = ()
    bearing: Labels = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    """How many entries there are of each kind that no suite measures."""
    repeated: tuple[str, ...] = ()
    """Ids that several entries of one file share."""

    def of_split(self, split: str | None) -> "Gold":
        """Only what belongs to *split*; labels of citations belong to no split."""
        if split is None:
            return self
        return replace(
            self,
            queries=tuple(one for one in self.queries if one.split == split),
            cases=tuple(one for one in self.cases if one.split == split),
            pairs=tuple(one for one in self.pairs if one.split == split),
        )

    def held(self) -> "Gold":
        """Only the cases that reviewers approved."""
        return Gold(tuple(one for one in self.queries if one.held),
                    tuple(one for one in self.cases if one.held))

    def measured(self) -> "Gold":
        """All the others: averages over cases that were picked for what failed say nothing."""
        return replace(self, queries=tuple(one for one in self.queries if not one.held),
                       cases=tuple(one for one in self.cases if not one.held))

    def unknown(self, guidance: Guidance) -> list[str]:
        """Names that the cases rely on and the release lacks."""
        names = [*unknown_ids(self.queries, guidance),
                 *unknown_names(self.cases, guidance, self.pairs)]
        return list(dict.fromkeys(names))

    def remarks(self, guidance: Guidance) -> list[str]:
        """What somebody should know of the cases before they believe a figure, a sentence each."""
        said = []
        if missing := self.unknown(guidance):
            said.append(f"The gold file names what this release lacks: {', '.join(missing)}.")
        if misplaced := out_of_place(self.cases, guidance):
            said.append(f"Labels that nothing can meet: {'; '.join(misplaced)}.")
        if self.repeated:
            said.append(f"Ids that several entries share, each of which counts: "
                        f"{', '.join(self.repeated)}.")
        if self.left_out:
            kinds = ", ".join(f"{n} of {kind!r}" if kind else f"{n} without a kind"
                              for kind, n in sorted(self.left_out.items()))
            said.append(f"Entries of a kind that no suite measures were left out: {kinds}.")
        return said


def read_gold(files: Sequence[Path]) -> Gold:
    """Everything in *files*.

    Raises:
        BadGold: A file can't be read, or an entry lacks something.
    """
    labels: dict[tuple[str, str], bool] = {}
    for file in files:
        labels |= read_labels(file)
    entries = [(file, record) for file in files for _, record in records(file)]
    ids = Counter((file, str(record["id"])) for file, record in entries if "id" in record)
    return Gold(
        tuple(one for file in files for one in read_queries(file)),
        _cases(files),
        tuple(one for file in files for one in read_pairs(file)),
        labels,
        Counter(kind for _, one in entries if (kind := kind_of(one)) not in MEASURED),
        tuple(dict.fromkeys(id_ for (_, id_), times in ids.items() if times > 1)),
    )


def _cases(files: Sequence[Path]) -> tuple[Case, ...]:
    """The dialogue cases of *files*; those that share an id are named by their file as well.

    Figures are taken case by case, and files without ids all number theirs from 1.
    """
    found = [(file.name, one) for file in files for one in read_cases(file)]
    times = Counter(one.id for _, one in found)
    return tuple(one if times[one.id] == 1 else replace(one, id=f"{name}:{one.id}")
                 for name, one in found)
