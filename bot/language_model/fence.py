"""The fence as it is in force in this process: its rules, and what tells how near texts are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from bot.dialogue.drafting import Draft, Point
from bot.dialogue.fencing.fence import inspect
from bot.dialogue.fencing.parting import parted
from bot.dialogue.fencing.refusal import Refusal, Similarity
from bot.language_model import fence_rules


class Inspect(Protocol):
    """Judges a draft."""

    def __call__(self, draft: Draft, points: Sequence[Point], /) -> Refusal | None:
        """Why *draft* of *points* may not be shown; None where it may."""


@dataclass(frozen=True, slots=True)
class Fence:
    """Judges drafts.

    Attributes:
        inspect: Says why a draft of these points may not be shown; None where it may.
        rules: Digest of the rules that it goes by.
        parted: Makes a sentence of its own of each that a model ran together with others.
    """

    inspect: Inspect
    rules: str
    parted: Callable[[Draft], Draft] = lambda draft: draft


def fence_of(folder: Path, similarity: Similarity | None = None) -> Fence:
    """The fence by the rules in *folder*.

    Args:
        folder: Holds the prompts.
        similarity: By the embedding model in force; None leaves out the measure of support, for
            whoever judges a draft that passed it once more.

    Raises:
        BadContent: The rules can't be used.
    """
    alike: Similarity = similarity or (lambda pairs: [1.0] * len(pairs))
    rules = fence_rules.load(folder)
    return Fence(partial(inspect, rules=rules, similarity=alike), fence_rules.digest_of(folder),
                 partial(parted, rules=rules))
