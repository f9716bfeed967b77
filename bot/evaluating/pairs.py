"""Whether one changed fact is heard, and changes what it must and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.evaluating.rehearsing import TakeTurn
from bot.evaluating.stability import State, differ, state_after
from bot.measures.labelled import Pair
from retrieval.estimates import NOTHING, Estimate, share
from retrieval.guidance import Guidance


@dataclass(frozen=True, slots=True)
class Compared:
    """One pair as the bot read it."""

    pair: str
    fact: str
    base_right: bool
    """The fact is as it should be before it changes."""
    flipped_right: bool
    wrong_flags: tuple[str, ...]
    """Flags that came or went and should not have, or should have and did not."""
    moved: tuple[str, ...]
    """Other facts that changed."""
    refused: bool = False
    """Whether the bot would not read one of the wordings, so that nothing is right about it."""

    @property
    def sensitive(self) -> bool:
        """Whether the change was heard and had the consequences that it must have."""
        return self.base_right and self.flipped_right and not self.wrong_flags


def compare(pair: Pair, take_turn: TakeTurn, guidance: Guidance) -> Compared:
    """Read both wordings of *pair*, answer nothing, and hold the two against each other.

    As in a rehearsal, a flag of our own making counts only if the pair names it.
    """
    base = state_after(pair.id, pair.base, take_turn)
    flipped = state_after(pair.id, pair.flipped, take_turn)
    named = pair.flags_gained | pair.flags_lost
    judged = {flag.id for flag in guidance.red_flags if not flag.ours} | named
    came, went = flipped.flags - base.flags, base.flags - flipped.flags
    wrong = (came ^ pair.flags_gained) | (went ^ pair.flags_lost)
    return Compared(
        pair.id,
        pair.fact,
        not base.refused and _known(base, pair.fact) == pair.was,
        not flipped.refused and _known(flipped, pair.fact) == pair.becomes,
        tuple(sorted(wrong & judged)),
        tuple(fact for fact in differ(base.facts, flipped.facts) if fact != pair.fact),
        base.refused or flipped.refused,
    )


def _known(state: State, fact: str) -> frozenset[str]:
    return state.facts.get(fact, frozenset())


def pair_figures(found: Sequence[Compared]) -> dict[str, Estimate]:
    """Over all pairs, each of which counts by itself."""
    n = len(found)
    return {
        "sensitivity": share(sum(one.sensitive for one in found), n),
        "fact right on both sides": share(
            sum(one.base_right and one.flipped_right for one in found), n
        ),
        "flags change exactly": share(
            sum(not one.wrong_flags and not one.refused for one in found), n
        ),
        "nothing else moved": share(sum(not one.moved and not one.refused for one in found), n),
    }


def weaker(stability: Estimate, sensitivity: Estimate) -> Estimate:
    """The lower of the two: a bot that reads nothing is perfectly stable."""
    if stability.value is None or sensitivity.value is None:
        return NOTHING
    return min(stability, sensitivity, key=lambda one: one.value or 0.0)
