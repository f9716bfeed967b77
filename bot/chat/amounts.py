"""Amounts of money in a text: a number beside the sign, the code or the name of a currency.

A table of numbers is one long run of digits and separators.  So a run is read once, to its end,
and nothing of it is given back: read anew from each of its numbers, a pasted table would hold the
whole process for minutes.
"""

import re
from collections.abc import Iterable, Iterator

from bot.chat.masking_rules import Currencies

_SEPARATOR = r"[.,' \u00a0]"
_RUN = rf"\d++(?:{_SEPARATOR}\d++)*+"
_INNER_START = re.compile(_SEPARATOR)
_RUNS = re.compile(_RUN)


class Amounts:
    """Finds amounts of money.

    Args:
        money: How they are written.
    """

    def __init__(self, money: Currencies) -> None:
        signs = _any(map(re.escape, money.signs))
        codes = _any(money.codes)
        words = _any({*money.words, *money.codes})
        scale = rf"(?:\s?(?:{_any(money.scales)})\b)"
        self._named_before = re.compile(
            rf"(?:(?:{signs})\s?|\b(?:{codes})\s?){_RUN}{scale}?", re.IGNORECASE)
        self._named_after = re.compile(
            rf"{scale}?\s?(?:(?:{signs})|(?:{words})\b)", re.IGNORECASE)

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """The characters of each amount in *text*, in order and without overlaps."""
        end = 0
        behind = self._with_name_after(text)
        after, before = next(behind, None), self._named_before.search(text)
        while after is not None or before is not None:
            if before is not None and (after is None or before.start() < after[0]):
                start, end = before.span()
            else:
                assert after is not None  # noqa: S101  for the type checker
                start, end = after
            yield start, end
            while after is not None and after[0] < end:
                after = next(behind, None)
            if before is not None and before.start() < end:
                before = self._named_before.search(text, end)

    def _with_name_after(self, text: str) -> Iterator[tuple[int, int]]:
        for run in _RUNS.finditer(text):
            named = self._named_after.match(text, run.end())
            start = run.start()
            if named is None:
                continue
            if start and (text[start - 1] in "-_" or text[start - 1].isalnum()):
                # It belongs to the word before; what follows a separator is a number by itself.
                inner = _INNER_START.search(text, start, run.end())
                if inner is None:
                    continue
                start = inner.end()
            yield start, named.end()


def _any(ways: Iterable[str]) -> str:
    """A pattern of any of *ways*, the longest first."""
    return "|".join(sorted(ways, key=lambda way: (-len(way), way)))
