"""The codes by which programs tell why nothing was done."""

import re
from pathlib import Path

from bot.reviews.acting import NotReviewed

BOT = Path(__file__).parents[2] / "bot"
PLACES = (BOT / "reviews", BOT / "console" / "conversations")


def test_every_code_is_documented_and_no_other():
    source = "\n".join(file.read_text("utf-8") for place in PLACES for file in place.glob("*.py"))
    raised = set(re.findall(r"\b(?:NotReviewed|Refusal)\(\s*\"([a-z_]+)\"", source))

    assert len(raised) > 30
    assert set(re.findall(r"`([a-z_]+)`", NotReviewed.__doc__ or "")) == raised
