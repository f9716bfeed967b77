"""What the turns of a deal raised and told in their course, beside what stands at its end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.dialogue.deal import Answer
from bot.dialogue.reply import Reply, Status
from bot.turns.turn import Turn
from retrieval.guidance import Fact, FlagId


@dataclass(frozen=True, slots=True)
class Gone:
    """A red flag that was raised, and is no longer.

    Attributes:
        flag: Which.
        raised: The number of the turn that raised it first.
        gone: The number of the turn since which it is raised no longer; None where the last turn
            raised it, and the release of the brief alone does not.
    """

    flag: FlagId
    raised: int
    gone: int | None


def gone_from(turns: Sequence[Turn], advice: Reply) -> tuple[Gone, ...]:
    """The red flags that some of *turns* raised and that *advice* doesn't raise, oldest first."""
    first: dict[FlagId, int] = {}
    last: dict[FlagId, int] = {}
    for place, turn in enumerate(turns):
        for note in turn.findings:
            if note.status is Status.RAISED:
                first.setdefault(note.flag, turn.version)
                last[note.flag] = place
    stand = {flag.id for flag in advice.flags if flag.status is Status.RAISED}
    return tuple(
        Gone(flag, raised,
             turns[last[flag] + 1].version if last[flag] + 1 < len(turns) else None)
        for flag, raised in first.items() if flag not in stand)


def first_told(turns: Iterable[Turn]) -> dict[Fact, dict[str, Answer]]:
    """By fact and value that stand after *turns*, the answer that told the value first.

    One value that was told once more rests on the words that told it last.
    """
    told: dict[Fact, dict[str, Answer]] = {}
    for turn in turns:
        for fact in turn.message.retracted:
            told.pop(fact, None)
        for fact, answer in turn.message.heard.items():
            values, before = answer.values or frozenset(), told.get(fact, {})
            again = values == before.keys() and len(values) == 1
            stays = {value: first for value, first in before.items()
                     if value in values and not again}
            told[fact] = {**stays, **dict.fromkeys(sorted(values - stays.keys()), answer)}
    return told
