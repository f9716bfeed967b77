"""Whose logs are locked in which order, since some transactions hold several."""

from collections.abc import Iterable

LOCAL = "local"
"""The workspace of what comes from no Slack: the terminal, the machine protocol, rehearsals."""


def in_turn(names: Iterable[str]) -> list[str]:
    """*names* of workspaces, each once, in the order in which their logs are to be locked.

    Whoever changes what is in force holds the log of `LOCAL` first.  So must all who lock several,
    or two of them would wait for each other.
    """
    return sorted(set(names), key=lambda name: (name != LOCAL, name))
