"""What people wrote, as a terminal may show it: nothing in it steers the terminal."""

import unicodedata

from rich.console import (
    Console,
    ConsoleOptions,
    ConsoleRenderable,
    RenderableType,
    RenderHook,
    RenderResult,
)

_STEERS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_WRITES = frozenset("\n\t\u200c\u200d")
"""Ends of lines, and what joins letters and emoji or keeps them apart."""


def legible(text: str) -> str:
    """*text* with ⟨U+001B⟩ in the place of each character that steers or turns others round.

    Else whoever wrote a message could clear the screen of whoever reads it in the record, or have
    it show another text than the one that stands there.
    """
    return text if text.isascii() and text.isprintable() else "".join(
        f"⟨U+{ord(c):04X}⟩" if c not in _WRITES and unicodedata.category(c) in _STEERS else c
        for c in text.replace("\r\n", "\n"))


class Legible:
    """*drawn* without what steers a terminal: much of what is drawn quotes, whomever or whatever.

    Args:
        drawn: What a console of rich draws.
    """

    def __init__(self, drawn: RenderableType) -> None:
        self._drawn = drawn

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self._drawn, options):
            yield segment if segment.control else segment._replace(text=legible(segment.text))


class LegibleAlways(RenderHook):
    """Has a console print nothing but what is legible."""

    def process_renderables(
        self, renderables: list[ConsoleRenderable]
    ) -> list[ConsoleRenderable]:
        """Each of *renderables* as `Legible`."""
        return [Legible(one) for one in renderables]
