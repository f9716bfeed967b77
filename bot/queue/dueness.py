"""Whether something is due, whatever the clock has done since it was put off."""

from datetime import datetime, timedelta

from bot.ledger import timestamp

LONGEST_WAIT = timedelta(minutes=10)
"""Nothing is put off for longer at once.  What is due later than that was put off before the clock
went back, and is due now: people would wait for as long as the clock went back."""


def moments(now: datetime) -> dict[str, str]:
    """Between which moments what is put off is not due *now*, as statements take them."""
    return {"at": timestamp(now), "latest": timestamp(now + LONGEST_WAIT)}


def is_due(due: str, now: datetime) -> bool:
    """Whether what is due at *due*, as the database has it, may be taken up *now*."""
    return not timestamp(now) < due <= timestamp(now + LONGEST_WAIT)
