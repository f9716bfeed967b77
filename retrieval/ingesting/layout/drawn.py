"""What a page of a PDF shows beside words, through PDFium: pictures, lines, backgrounds, bars."""

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from retrieval.ingesting.layout.marks import Rule

WHITE = 250
"""Of 255; what is as light in red, green and blue is as the paper."""

_DARK, _OPAQUE = 100, 255

_MOST_OF_A_RECTANGLE = 6
"""Segments; most have four or five."""

_MOST_BARS = 500
"""Of one page, over what is blacked out; more is a drawing."""

_THIN = 2.5

_SHORTEST_RULE = 12.0

_MOST_OBJECTS = 20_000
"""Of one page, whose lines and backgrounds are looked at; a map has more, and no tables."""


class Drawn:
    """Pictures, lines and backgrounds of a page."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self._boxes: list[tuple[float, float, float, float]] = []
        self._pictures: list[tuple[float, float, float, float]] = []
        self._rules: list[Rule] = []
        self._drawn: dict[int, int] = {}
        """When each text was drawn, by where PDFium keeps it."""
        self._bars: list[tuple[int, tuple[float, float, float, float]]] = []
        """What nothing can be seen through, and when it was drawn."""
        raw = page.raw
        for n in range(min(pdfium_c.FPDFPage_CountObjects(raw), _MOST_OBJECTS)):
            shape = pdfium_c.FPDFPage_GetObject(raw, n)
            kind = pdfium_c.FPDFPageObj_GetType(shape)
            if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
                self._drawn[place_of(shape)] = n
                continue
            edges = [ctypes.c_float() for _ in range(4)]
            if not pdfium_c.FPDFPageObj_GetBounds(shape, *edges):
                continue
            left, bottom, right, top = (edge.value for edge in edges)
            box = (left, bottom, right, top)
            if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
                self._add_path(shape, box)
                if _is_opaque(shape) and _is_rectangle(shape, box):
                    self._bars.append((n, box))
            elif kind in {pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_FORM}:
                self._pictures.append(box)
            if kind != pdfium_c.FPDF_PAGEOBJ_PATH or _is_coloured(shape):
                self._boxes.append(box)

    @property
    def pictures(self) -> bool:
        """Whether the page shows any."""
        return bool(self._pictures)

    def pictured(self, x: float, y: float) -> bool:
        """Whether a picture lies there."""
        return any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in self._pictures)

    def behind(self, x: float, y: float) -> bool:
        """Whether anything but white paper lies there."""
        return any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in self._boxes)

    def over(self, shown: object, x: float, y: float) -> bool:
        """Whether the text *shown* is blacked out there: a dark bar was drawn over it."""
        drawn = self._drawn.get(place_of(shown))
        return drawn is not None and len(self._bars) <= _MOST_BARS and any(
            n > drawn and b[0] <= x <= b[2] and b[1] <= y <= b[3] for n, b in self._bars)

    def rules(self) -> list[Rule]:
        """Lines that are drawn, in the page's own measure."""
        return self._rules

    def _add_path(self, shape: object, box: tuple[float, float, float, float]) -> None:
        left, bottom, right, top = box
        wide, high = right - left, top - bottom
        if min(wide, high) <= _THIN:
            if max(wide, high) >= _SHORTEST_RULE:
                self._rules.append(Rule(left, right, top, bottom))
            return
        before: tuple[float, float] | None = None
        for kind, point in _segments(shape, 1_000):
            if before is not None and kind == pdfium_c.FPDF_SEGMENT_LINETO:
                (x0, y0), (x1, y1) = before, point
                thin = min(abs(x0 - x1), abs(y0 - y1)) <= _THIN
                if thin and max(abs(x0 - x1), abs(y0 - y1)) >= _SHORTEST_RULE:
                    self._rules.append(Rule(min(x0, x1), max(x0, x1), max(y0, y1), min(y0, y1)))
            before = point


def place_of(shape: Any) -> int:
    """Where PDFium keeps *shape*, which tells it from all others of its page."""
    return ctypes.cast(shape, ctypes.c_void_p).value or 0


def _segments(shape: object, most: int) -> Iterator[tuple[int, tuple[float, float]]]:
    """The kinds and ends of the first segments of a path, in the page's own measure."""
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(shape, matrix)
    for n in range(min(pdfium_c.FPDFPath_CountSegments(shape), most)):
        segment = pdfium_c.FPDFPath_GetPathSegment(shape, n)
        px, py = ctypes.c_float(), ctypes.c_float()
        pdfium_c.FPDFPathSegment_GetPoint(segment, px, py)
        yield pdfium_c.FPDFPathSegment_GetType(segment), (
            matrix.a * px.value + matrix.c * py.value + matrix.e,
            matrix.b * px.value + matrix.d * py.value + matrix.f,
        )


def _is_rectangle(shape: object, box: tuple[float, float, float, float]) -> bool:
    """Whether a path is all that its *box* is: a frame or a drawing leaves words in it free."""
    left, bottom, right, top = box
    if min(right - left, top - bottom) <= _THIN or (
            pdfium_c.FPDFPath_CountSegments(shape) > _MOST_OF_A_RECTANGLE):
        return False
    return all(
        min(abs(x - left), abs(x - right)) <= 1 and min(abs(y - bottom), abs(y - top)) <= 1
        for _, (x, y) in _segments(shape, _MOST_OF_A_RECTANGLE))


def _is_opaque(shape: object) -> bool:
    """Whether *shape* is filled so that no dark writing shows through it."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not _is_coloured(shape) or pdfium_c.FPDFPageObj_HasTransparency(shape):
        return False
    pdfium_c.FPDFPageObj_GetFillColor(shape, red, green, blue, alpha)
    return alpha.value == _OPAQUE and max(red.value, green.value, blue.value) < _DARK


def _is_coloured(shape: object) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium_c.FPDFPageObj_GetFillColor(shape, red, green, blue, alpha):
        return False
    filled = ctypes.c_int()
    stroked = ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(shape, filled, stroked)
    shown = filled.value != 0 and alpha.value > 0
    return shown and min(red.value, green.value, blue.value) < WHITE
