"""One line of the fault table: what was done to the bot, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """What one fault did.

    Attributes:
        fault: What happened to the bot, as an operator would say it.
        how: How it was injected, so that a stranger could do it again.
        injected: How often.
        messages: What people said and the bot acknowledged.
        turns: Turns in the log at the end.
        lost: Acknowledged messages without an answer.
        doubled: Posts that stand more than once.
        misordered: Answers that came after a later one.
        chain: Whether the log verifies.
        unhandled: Exceptions that nothing caught, counted in the process's own output.
        told: What the person or the operator was told, word for word, "" where nothing was due.
        back_seconds: From the end of the fault until a message is answered again; None where
            there is nothing to come back from.
        note: What a reader should know, such as an expectation that was not met.
    """

    fault: str
    how: str
    injected: int
    messages: int
    turns: int
    lost: int = 0
    doubled: int = 0
    misordered: int = 0
    chain: bool = True
    unhandled: int = 0
    told: str = ""
    back_seconds: float | None = None
    note: str = ""

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, doubled, misordered, broken or left unhandled."""
        return self.chain and not (self.lost or self.doubled or self.misordered or self.unhandled)


Fault = Callable[[int], Row]
"""Injects a fault; its argument is how often, small in `make test-long`, large in `make faults`."""


def row_of(verdict: Verdict, fault: str, how: str, injected: int, **more: object) -> Row:
    """The line for a run that `tests.faults.verdict` has judged; refusals count as lost."""
    return Row(
        fault, how, injected, verdict.messages, verdict.turns,
        lost=len(verdict.lost) + len(verdict.refused), doubled=len(verdict.doubled),
        misordered=len(verdict.misordered), chain=verdict.broken is None,
        **more)  # type: ignore[arg-type]
