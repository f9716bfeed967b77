"""A reply as the person read it, for whoever reads it later: its messages, with their numbers.

What was posted is kept at Slack alone.  So it is drawn again, from the reply that the log keeps, in
the release that it was drawn from and by the code that draws what is posted; each number of a
source leads to the citations that it stands for.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.dialogue.citation import Citation
from bot.plain import to_numbered_text
from bot.turns.turn import Turn
from retrieval.guidance import Guidance

NUMBER = re.compile(r"\[([1-9][0-9]{0,3})\]")
"""The mark of a source: "[3]"."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one style; the mark of a source, with what it cites; or a link."""

    text: str
    style: str = ""
    """"", `strong` or `em`."""
    cites: tuple[Citation, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of a message."""

    runs: tuple[Run, ...]
    small: bool = False
    """Whether it is small print."""
    choices: tuple[str, ...] = ()
    """What could be pressed or chosen there, by what stood on it."""


Message = tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Posted:
    """One reply as it is posted: usually one message, of long advice several."""

    messages: tuple[Message, ...]
    where: str
    """Where a person reads it in this form: "Slack"."""


Draw = Callable[[Turn, Guidance], Posted]
"""Draws the reply of a turn by the release that it was drawn from."""


def as_text(turn: Turn, guidance: Guidance) -> Posted:
    """The reply of *turn* as it is read in a terminal and over the machine protocol."""
    text, cited = to_numbered_text(turn.reply, guidance)
    numbers = dict(enumerate(cited, start=1))
    return Posted((tuple(
        Paragraph(tuple(marked(block, numbers))) for block in text.split("\n\n")),), "text")


def marked(text: str, numbers: Mapping[int, Sequence[Citation]], style: str = "") -> list[Run]:
    """*text* cut at the marks of sources that *numbers* knows; another "[3]" stays words."""
    found: list[Run] = []
    at = 0
    for mark in NUMBER.finditer(text):
        cites = numbers.get(int(mark[1]))
        if cites:
            found += [Run(text[at:mark.start()], style), Run(mark[0], "", tuple(cites))]
            at = mark.end()
    return [run for run in (*found, Run(text[at:], style)) if run.text]
