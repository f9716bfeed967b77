"""Turns a page upright: from the file's measure to where its reader begins."""

from dataclasses import replace

from retrieval.ingesting.layout.marks import Rule, Word


class Upright:
    """Turns places of a page, from its bottom left corner, to places from where reading begins."""

    def __init__(
        self, box: tuple[float, float, float, float], quarters: int, from_right: bool
    ) -> None:
        self._from_right = from_right
        self._box = box
        self._quarters = quarters % 4
        wide, high = box[2] - box[0], box[3] - box[1]
        self.width, self.height = (high, wide) if self._quarters % 2 else (wide, high)

    def word(self, word: Word) -> Word:
        """The word where a reader sees it."""
        left, top, right, bottom = self._turn(word.left, word.bottom, word.right, word.top)
        if self._quarters % 2:
            base = self._turn(word.base, word.bottom, word.base, word.bottom)[1]
        else:
            base = self._turn(word.left, word.base, word.left, word.base)[1]
        return replace(word, left=left, right=right, top=top, bottom=bottom, base=base)

    def rule(self, rule: Rule) -> Rule:
        """The line where a reader sees it."""
        left, top, right, bottom = self._turn(rule.left, rule.bottom, rule.right, rule.top)
        return Rule(left, right, top, bottom)

    def _turn(
        self, x0: float, y0: float, x1: float, y1: float
    ) -> tuple[float, float, float, float]:
        points = [self._point(x0, y0), self._point(x1, y1)]
        across, down = [p[0] for p in points], [p[1] for p in points]
        if self._from_right:
            across = [self.width - x for x in across]
        return min(across), min(down), max(across), max(down)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self._box
        match self._quarters:
            case 0:
                return x - left, top - y
            case 1:
                return y - bottom, x - left
            case 2:
                return right - x, y - bottom
            case _:
                return top - y, right - x
