"""The rules that ship, and a measure that needs no model."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.dialogue.fencing.rules import FenceRules
from bot.language_model import fence_rules

PROMPTS = Path(__file__).parents[3] / "prompts"


@pytest.fixture(scope="session")
def rules() -> FenceRules:
    """The words and limits that ship."""
    return fence_rules.load(PROMPTS)


def alike(pairs: Sequence[tuple[str, str]]) -> list[float]:
    """Finds everything alike: what a draft is refused for then, the words alone have shown."""
    return [1.0] * len(pairs)
