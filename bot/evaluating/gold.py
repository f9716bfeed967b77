"""All labelled cases of a run, whatever files they came in."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TypeVar

from bot.measures.labelled import (
    Case,
    Labels,
    Pair,
    out_of_place,
    pairs_with_unknowns,
    read_cases,
    read_labels,
    read_pairs,
    unknown_names,
    with_unknowns,
)
from retrieval.guidance import Guidance
from retrieval.labelled.cases import (
    BadGold,
    LabelledQuery,
    kind_of,
    read_queries,
    records,
    unknown_ids,
)

T = TypeVar("T")

_KEYS: Mapping[str, frozenset[str]] = {
    "retrieval": frozenset({"query", "relevant", "grade", "split", "group", "wrong", "held"}),
    "dialogue": frozenset(one.name for one in fields(Case)),
    "pair": frozenset({"base", "flipped", "fact", "from", "to", "flags_gained", "flags_lost",
                       "split"}),
    "bearing": frozenset({"claim", "provision", "bears"}),
}
"""What suites go by, by the kinds of entries that they go by."""
_FREE = frozenset({"id", "kind", "note", "group", "of", "raters", "reason"})
"""What any entry may hold beside, for whoever reads the file."""
_SPLITS = ("dev", "test")


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
    unread: Mapping[str, int] = field(default_factory=dict)
    """How many entries have each key that nothing goes by, such as one that is misspelt."""
    unsplit: int = 0
    """How many entries of neither split were left out, because one was asked for."""

    def of_release(self, guidance: Guidance) -> "Gold":
        """The same for *guidance*, by which it is told whether "unknown" is an answer or none."""
        return replace(self, cases=with_unknowns(self.cases, guidance),
                       pairs=pairs_with_unknowns(self.pairs, guidance))

    def of_split(self, split: str | None) -> "Gold":
        """Only what belongs to *split*; labels of citations belong to no split."""
        if split is None:
            return self
        splits = [one.split for some in (self.queries, self.cases, self.pairs) for one in some]
        return replace(
            self,
            unsplit=sum(one not in _SPLITS for one in splits),
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
        if misplaced := out_of_place(self.cases, guidance, self.pairs):
            said.append(f"Labels that nothing can meet: {'; '.join(misplaced)}.")
        if self.repeated:
            said.append(f"Ids that several entries share, each of which counts: "
                        f"{', '.join(self.repeated)}.")
        if self.left_out:
            kinds = ", ".join(f"{n} of {kind!r}" if kind else f"{n} without a kind"
                              for kind, n in sorted(self.left_out.items()))
            said.append(f"Entries of a kind that no suite measures were left out: {kinds}.")
        if self.unread:
            keys = ", ".join(f"{key!r} ({n})" for key, n in sorted(self.unread.items()))
            said.append("Keys that no suite goes by, with how many entries have them; one that is "
                        f"misspelt measures nothing: {keys}.")
        if self.unsplit:
            said.append("Entries that are neither 'dev' nor 'test' were left out, since one of "
                        f"these was asked for: {self.unsplit}.")
        return said


def read_gold(files: Sequence[Path]) -> Gold:
    """Everything in *files*.

    Raises:
        BadGold: A file can't be read, or an entry lacks something; with every reason.
    """
    entries = [(file, record) for file in files for _, record in records(file)]
    ids = Counter((file, str(record["id"])) for file, record in entries
                  if record.get("id") not in (None, ""))
    problems: list[str] = []

    def every(read: Callable[[Path], Sequence[T]]) -> tuple[T, ...]:
        """What *read* finds in all files; of what it can't use it is told at the end."""
        found: list[T] = []
        for file in files:
            try:
                found += read(file)
            except BadGold as error:
                problems.append(str(error))
        return tuple(found)

    queries, pairs = every(read_queries), every(read_pairs)
    cases = every(lambda file: [(file.name, one) for one in read_cases(file)])
    labels: Labels = {}
    try:
        labels = read_labels(*files)
    except BadGold as error:
        problems.append(str(error))
    if problems:
        raise BadGold("\n".join(problems))
    return Gold(
        queries,
        _told_apart(cases),
        pairs,
        labels,
        Counter(kind for _, one in entries if (kind := kind_of(one)) not in _KEYS),
        tuple(dict.fromkeys(id_ for (_, id_), times in ids.items() if times > 1)),
        Counter(str(key) for _, one in entries if (kind := kind_of(one)) in _KEYS
                for key in one if key not in _KEYS[kind] | _FREE),
    )


def _told_apart(found: Sequence[tuple[str, Case]]) -> tuple[Case, ...]:
    """The cases *found*, each with the name of its file, under ids of their own.

    Figures are taken case by case.  Files without ids all number theirs from 1, so those that share
    one are named by their file as well, and by a number if that leaves two alike.
    """
    times = Counter(one.id for _, one in found)
    seen: Counter[str] = Counter()
    cases = []
    for name, one in found:
        id_ = one.id if times[one.id] == 1 else f"{name}:{one.id}"
        seen[id_] += 1
        cases.append(replace(one, id=id_ if seen[id_] == 1 else f"{id_} ({seen[id_]})"))
    return tuple(cases)
