"""Where a payload differs from Slack's types and is right nevertheless, with the reason."""

import re

_SETTLED: tuple[tuple[str, str, str], ...] = ()
"""Pattern of kinds, pattern of faults, reason."""


def reason(kind: str, fault: str) -> str | None:
    """Why *fault* in a payload of *kind* is none; None if it is one."""
    return next((why for kinds, what, why in _SETTLED
                 if re.fullmatch(kinds, kind) and re.fullmatch(what, fault)), None)
