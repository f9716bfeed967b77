"""The gate as its page shows it: in words, what it found and which questions are answered worse."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.publishing.gate import ALLOWED_FALL, Figure, Gate
from retrieval.guidance import Guidance, Provision, ProvisionId

MOST_WORSE = 50
"""Questions that are shown; of more it is said that there are more."""
MOST_FOUND = 5
"""Of what a question finds, so many are shown."""
MEANS: Mapping[str, str] = {
    "recall@5": "Of what should be found, the share among the first five",
    "nDCG@10": "How far up it stands among the first ten; 1 is at the very top",
}
"""What a measure says."""


@dataclass(frozen=True, slots=True)
class FigureShown:
    """A measure of both releases."""

    measure: str
    means: str
    before: str
    after: str
    moved: str
    """By how much, in words."""
    passes: bool


@dataclass(frozen=True, slots=True)
class FoundShown:
    """A provision that a question finds or should find."""

    id: str
    title: str
    known: bool
    """Whether it can be opened: the release in force has it."""
    wanted: bool
    """Whether it should be found."""


@dataclass(frozen=True, slots=True)
class WantedShown:
    """A provision that a question should find, and where it stands."""

    found: FoundShown
    moved: str
    """Its place before and after, in words."""


@dataclass(frozen=True, slots=True)
class WorseShown:
    """A question that is answered worse."""

    id: str
    query: str
    wanted: tuple[WantedShown, ...]
    """Empty where nothing should be found."""
    before: tuple[FoundShown, ...]
    after: tuple[FoundShown, ...]


@dataclass(frozen=True, slots=True)
class GateView:
    """What the page of the gate draws."""

    passes: bool
    verdict: tuple[str, ...]
    """Why it passes or refuses, a sentence each."""
    figures: tuple[FigureShown, ...]
    worse: tuple[WorseShown, ...]
    more_worse: int
    better: int
    asked: int
    broken: tuple[tuple[str, str, str], ...]
    """Approved cases that would no longer hold: id, question, what is wrong."""
    left_out: tuple[tuple[str, str], ...]
    """Questions whose every answer was retired: id and question."""
    allowed_fall: str


def gate_view(
    kept: Mapping[str, Any], before: Guidance, after: Guidance, questions: Mapping[str, str]
) -> GateView:
    """What a report keeps of the gate, to be shown.

    Args:
        kept: As `Gate.as_json` gave it.
        before: The release in force.
        after: The one that was prepared.
        questions: The labelled questions by id.
    """
    gate = Gate.from_json(kept)

    def shown(ids: Iterable[str], wanted: frozenset[str]) -> tuple[FoundShown, ...]:
        return tuple(_found(ProvisionId(id_), before, after, id_ in wanted) for id_ in ids)

    worse = []
    for one in gate.worse[:MOST_WORSE]:
        wanted = frozenset(one.relevant)
        worse.append(WorseShown(
            one.id, one.query,
            tuple(WantedShown(_found(ProvisionId(id_), before, after, True),
                              _moved(id_, one.before, one.after)) for id_ in one.relevant),
            shown(one.before[:MOST_FOUND], wanted), shown(one.after[:MOST_FOUND], wanted)))
    return GateView(
        gate.passes, verdict(gate), tuple(map(_figure, gate.figures)), tuple(worse),
        len(gate.worse) - len(worse), gate.better, gate.asked,
        tuple((id_, questions.get(id_, ""), _fault(fault, before, after))
              for id_, fault in gate.broken),
        tuple((id_, questions.get(id_, "")) for id_ in gate.left_out), f"{ALLOWED_FALL:.3f}")


def verdict(gate: Gate) -> tuple[str, ...]:
    """Why *gate* passes or refuses, a sentence each."""
    return gate.reasons or tuple(one.sentence for one in gate.figures)


def in_few_words(kept: Mapping[str, Any], override: str | None) -> str:
    """What the gate found, for a row of the history."""
    figures = [Figure(**one) for one in kept.get("figures", ())]
    told = ", ".join(f"{one.measure} {one.before:.3f} → {one.after:.3f}" for one in figures)
    said = "Overridden" if override else "Passed" if kept.get("passes") else "Refused"
    return f"{said}: {told}" if told else said


def _figure(one: Figure) -> FigureShown:
    fell = one.before - one.after
    moved = "the same"
    if abs(fell) >= 0.0005:
        moved = f"{'down' if fell > 0 else 'up'} by {abs(fell):.3f}"
    return FigureShown(one.measure, MEANS.get(one.measure, ""), f"{one.before:.3f}",
                       f"{one.after:.3f}", moved, one.passes)


def _moved(id_: str, before: Sequence[str], after: Sequence[str]) -> str:
    return f"{_place(id_, before)} before, {_place(id_, after)} now"


def _place(id_: str, found: Sequence[str]) -> str:
    return f"no. {found.index(id_) + 1}" if id_ in found else "not found"


def _found(
    id_: ProvisionId, before: Guidance, after: Guidance, wanted: bool
) -> FoundShown:
    held = [one for guidance in (after, before)
            for one in (guidance.provisions.get(id_), guidance.set_aside.get(id_))
            if one is not None]
    known = id_ in before.provisions or id_ in before.set_aside
    return FoundShown(id_, _title(held[0]) if held else id_, known, wanted)


def _title(one: Provision) -> str:
    return f"{one.pinpoint}: {one.heading}" if one.heading else one.pinpoint


def _fault(fault: str, before: Guidance, after: Guidance) -> str:
    """*fault* with titles where it names provisions by id."""
    said = []
    for part in fault.split("; "):
        what, colon, id_ = part.partition(": ")
        found = _found(ProvisionId(id_), before, after, False)
        said.append(f"{what}: {found.title}" if colon else part)
    return "; ".join(said)
