"""What people wrote, as a terminal may show it: nothing in it steers the terminal."""

from rich.console import (
    Console,
    ConsoleOptions,
    ConsoleRenderable,
    RenderableType,
    RenderHook,
    RenderResult,
)

from bot.unseen import in_one_line, legible

__all__ = ["Legible", "LegibleAlways", "in_one_line", "legible"]


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
