"""Whether a deal ends the same however it is put: the flags it raises and the facts it tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.evaluating.perturbing import Says, variants
from bot.evaluating.rehearsing import TakeTurn, raised_in, read_alone
from bot.measures.labelled import Case
from retrieval.estimates import SEED, Estimate, ratio

Facts = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class State:
    """What a few messages left behind."""

    flags: frozenset[str]
    facts: Facts
    refused: bool = False
    """Whether the bot would not read them all."""


@dataclass(frozen=True, slots=True)
class Strayed:
    """One case under one perturbation, and what of it came out otherwise."""

    case: str
    perturbation: str
    says: Says
    flags: tuple[str, ...]
    """Flags raised in one wording and not in the other."""
    facts: tuple[str, ...]
    refused: bool = False
    """Whether the bot would not read one of the wordings, so that nothing came of it."""

    @property
    def same_flags(self) -> bool:
        """Whether the same flags were raised."""
        return not self.flags and not self.refused

    @property
    def same_facts(self) -> bool:
        """Whether the same facts were read."""
        return not self.facts and not self.refused

    @property
    def same(self) -> bool:
        """Whether nothing came out otherwise."""
        return self.same_flags and self.same_facts


def state_after(
    id_: str, says: Sequence[str], take_turn: TakeTurn, parts: int = 1
) -> State:
    """What is raised and known after *says* alone, the first *parts* of which are one message."""
    read = read_alone(id_, says, take_turn, parts)
    deal = read.told
    known = {str(fact): deal.known(fact) for fact in deal.answers if deal.known(fact)}
    # The last reply may be no advice (a definition, say), so the flags are gathered from the last
    # one that judged the deal.
    judged = [turn.reply for turn in read.turns if turn.reply.flags]
    return State(raised_in(judged[-1]) if judged else frozenset(), known,
                 read.failure is not None)


def differ(one: Facts, other: Facts) -> tuple[str, ...]:
    """Facts of which *one* and *other* don't know the same."""
    return tuple(sorted(f for f in {*one, *other} if one.get(f) != other.get(f)))


def perturb_all(cases: Sequence[Case], take_turn: TakeTurn) -> tuple[Strayed, ...]:
    """Each deal of *cases* under each perturbation that changes how it is put."""
    found = []
    for case in cases:
        if case.expect != "advice":
            continue
        plain = state_after(case.id, case.says, take_turn)
        for name, says in variants(case.id, case.says, SEED).items():
            # More messages than before are the first one in parts.
            state = state_after(case.id, says, take_turn, 1 + len(says) - len(case.says))
            flags = tuple(sorted(plain.flags ^ state.flags))
            found.append(Strayed(case.id, name, says, flags, differ(plain.facts, state.facts),
                                 plain.refused or state.refused))
    return tuple(found)


def stability_figures(found: Sequence[Strayed]) -> dict[str, dict[str, Estimate]]:
    """By perturbation, and over all of them, how often nothing changed; cases resampled whole."""
    names = list(dict.fromkeys(one.perturbation for one in found))
    table = {name: _row([one for one in found if one.perturbation == name]) for name in names}
    return {**table, "all": _row(found)}


def _row(found: Sequence[Strayed]) -> dict[str, Estimate]:
    cases = list(dict.fromkeys(one.case for one in found))
    by_case = {case: [one for one in found if one.case == case] for case in cases}
    n = [len(by_case[case]) for case in cases]

    def kept(what: str) -> Estimate:
        return ratio([sum(getattr(one, what) for one in by_case[case]) for case in cases], n)

    return {"same flags": kept("same_flags"), "same facts": kept("same_facts"),
            "both": kept("same")}
