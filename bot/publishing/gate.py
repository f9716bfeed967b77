"""The gate: a release that finds less than the one in force is not let through unseen.

Both are asked the corpus's labelled questions.  The threshold is relative: recall@5 or nDCG@10 more
than 0.02 below the release in force refuses, and so does a case that a reviewer approved, held
until now and would no longer hold.  Where nothing could be measured, or the texts of a source
collapse or change all at once, somebody has to say so knowingly as well.  An admin may override
with a written reason, which is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.publishing.upheaval import Upheaval, upheavals
from retrieval.guidance import Guidance, ProvisionId
from retrieval.labelled.cases import LabelledQuery

if TYPE_CHECKING:
    from retrieval.evaluate import Judged, System

MEASURES = ("recall@5", "nDCG@10")
"""What must not fall."""
ALLOWED_FALL = 0.02
NOTHING_MEASURED = ("No labelled question with an answer was there to ask, so nothing was "
                    "measured: put some into evaluation.yaml, or restore that file from the last "
                    "release.")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of both releases."""

    measure: str
    before: float
    after: float

    @property
    def passes(self) -> bool:
        """Whether it fell by no more than what is allowed."""
        return self.before - self.after <= ALLOWED_FALL + 1e-9

    @property
    def sentence(self) -> str:
        """This in words."""
        fell = self.before - self.after
        if self.passes and fell <= 0:
            if round(fell, 3) == 0:
                return f"{self.measure} stays at {self.after:.3f}."
            return f"{self.measure} rises to {self.after:.3f} from {self.before:.3f}."
        return (f"{self.measure} fell from {self.before:.3f} to {self.after:.3f}, by {fell:.3f}; "
                f"a fall of {ALLOWED_FALL:.3f} is allowed.")


@dataclass(frozen=True, slots=True)
class Moved:
    """A question that is answered otherwise than before."""

    id: str
    query: str
    relevant: tuple[str, ...]
    before: tuple[str, ...]
    """What was found, best first."""
    after: tuple[str, ...]
    fell: float
    """By how much the sum of both measures fell; below zero for one that got better."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate found."""

    figures: tuple[Figure, ...]
    worse: tuple[Moved, ...]
    """The worst first."""
    better: int
    """How many questions are answered better."""
    broken: tuple[tuple[str, str], ...]
    """Approved cases that held and would no longer hold: id and what is wrong."""
    asked: int
    """Questions asked."""
    left_out: tuple[str, ...] = ()
    """Questions whose every answer was retired, which nothing can answer any more."""
    upheavals: tuple[Upheaval, ...] = ()
    """Sources whose texts collapsed or changed in large part."""
    cases: tuple[str, ...] = ()
    """What is wrong with the labelled cases, by file and line."""

    @property
    def measured(self) -> bool:
        """Whether any question was there by which the two could be told apart."""
        return bool(self.figures)

    @property
    def passes(self) -> bool:
        """Whether the release may be published without a reason."""
        return (self.measured and not self.broken and not self.upheavals and not self.cases
                and all(figure.passes for figure in self.figures))

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it refuses, a sentence each; none where it passes."""
        said = [] if self.measured else [NOTHING_MEASURED]
        said += [one.sentence for one in self.figures if not one.passes]
        said += [one.sentence for one in self.upheavals]
        said += self.cases
        if self.broken:
            n = len(self.broken)
            said.append(f"{n} approved case{'' if n == 1 else 's'} held until now and would no "
                        "longer hold.")
        return tuple(said)

    def as_json(self) -> dict[str, Any]:
        """This as JSON types."""
        return {**asdict(self), "passes": self.passes, "allowed_fall": ALLOWED_FALL}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Gate":
        """What `as_json` gave."""
        return cls(
            tuple(Figure(**one) for one in kept["figures"]),
            tuple(Moved(**{**one, **{name: tuple(one[name])
                                     for name in ("relevant", "before", "after")}})
                  for one in kept["worse"]),
            kept["better"],
            tuple((str(id_), str(fault)) for id_, fault in kept["broken"]),
            kept["asked"],
            tuple(kept["left_out"]),
            tuple(Upheaval.from_json(one) for one in kept.get("upheavals", ())),
            tuple(kept.get("cases", ())),
        )


def gate(
    live: "System", draft: "System", queries: Sequence[LabelledQuery], before: Guidance,
    after: Guidance,
) -> Gate:
    """Put *queries* to both releases.

    Args:
        live: The release in force.
        draft: The one that would be.
        queries: The labelled questions, those that reviewers approved among them.
        before: The content of the release in force.
        after: The content of the draft: a provision that it has set aside is answered by what
            stands instead of it, or by nothing.
    """
    # The library behind it takes a third of a second to import, and a server rarely publishes.
    from retrieval.evaluate import evaluate  # noqa: PLC0415

    asked, left_out = relabelled(queries, after)
    measured = _measured(asked)
    held = [query for query in asked if query.held]
    then, now = evaluate(live, measured), evaluate(draft, measured)
    pairs = [(name, then.figures[name].value, now.figures[name].value) for name in MEASURES]
    figures = tuple(Figure(name, was, is_) for name, was, is_ in pairs
                    if was is not None and is_ is not None)
    moved = [one for one in map(_moved, then.judged, now.judged) if one is not None]
    return Gate(
        figures,
        tuple(sorted((one for one in moved if one.fell > 0), key=lambda m: (-m.fell, m.id))),
        sum(one.fell < 0 for one in moved),
        tuple(_broken(evaluate(live, held).judged, evaluate(draft, held).judged)),
        len(asked),
        tuple(left_out),
        upheavals(before, after),
    )


def measurable(queries: Sequence[LabelledQuery], after: Guidance) -> bool:
    """Whether any of *queries* can tell the draft *after* from the release in force."""
    return any(query.relevant for query in _measured(relabelled(queries, after)[0]))


def _measured(queries: Sequence[LabelledQuery]) -> list[LabelledQuery]:
    """Those that count in an average; what a reviewer approved has to hold by itself."""
    return [query for query in queries if not query.held]


def relabelled(
    queries: Sequence[LabelledQuery], after: Guidance
) -> tuple[list[LabelledQuery], list[str]]:
    """*queries* with labels as *after* has them, and the ids of those that nothing answers now."""
    asked: list[LabelledQuery] = []
    left_out: list[str] = []
    for query in queries:
        gains: dict[ProvisionId, int] = {}
        for id_, grade in query.gains().items():
            instead = _instead(id_, after)
            if instead is not None:
                gains[instead] = max(grade, gains.get(instead, 0))
        if query.relevant and not gains:
            left_out.append(query.id)
            continue
        asked.append(replace(
            query, relevant=tuple(gains), grades=tuple(gains.values()) if query.grades else (),
            wrong=tuple(id_ for id_ in query.wrong if id_ not in gains)))
    return asked, left_out


def _instead(id_: ProvisionId, after: Guidance) -> ProvisionId | None:
    """What answers in the place of *id_*: itself unless it is set aside."""
    return after.in_place_of(id_) if id_ in after.set_aside else id_


def _moved(before: "Judged", after: "Judged") -> Moved | None:
    if before.query.relevant:
        fell = sum(before.measures[name] - after.measures[name] for name in MEASURES)
    elif before.query.open:
        return None
    else:
        # Nothing answers it: to find something is worse, to find nothing any more is better.
        fell = float(bool(after.found)) - float(bool(before.found))
    if abs(fell) < 1e-9:
        return None
    return Moved(before.query.id, before.query.query, tuple(before.query.relevant),
                 before.found, after.found, round(fell, 4))


def _broken(
    before: "Sequence[Judged]", after: "Sequence[Judged]"
) -> list[tuple[str, str]]:
    from retrieval.measuring.holding import held_query  # noqa: PLC0415  as above

    found = []
    for was, is_ in zip(before, after, strict=True):
        now = held_query(is_)
        if held_query(was).holds and not now.holds:
            found.append((now.case, "; ".join(now.faults)))
    return found
