"""How a page behind the doors is drawn."""

from bot.console.reviewing import _missing as missing
from bot.console.reviewing import _page as drawn
from bot.console.reviewing import _root as root

__all__ = ["drawn", "missing", "root"]
