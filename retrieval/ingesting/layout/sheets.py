"""Reads a PDF's pages into words with places, through PDFium.

PDFium (pypdfium2; Apache-2.0 and BSD) was chosen over pdfplumber (pdfminer.six; MIT): of pages of
two columns it took some 36 ms each for every letter with place, size and font, and pdfplumber some
110 ms for words, on a busy machine.  It also repairs damaged files, tells a hyphen at a line's end
from a dash, and puts right-to-left text into the order of reading.  How well words are told apart
was not compared side by side.  It is what Chrome opens strangers' PDFs with.  It is C++ and so can
crash, which the process of its own is for.
"""

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from retrieval.errors import NotIngested
from retrieval.ingesting.layout.direction import Letter, words_of
from retrieval.ingesting.layout.hyphens import SOFT_HYPHEN
from retrieval.ingesting.layout.marks import Panel, Rule, Sheet, Word
from retrieval.ingesting.layout.upright import Upright

_LINE_END_HYPHEN = "\x02"

_SMALLEST = 2.0
"""Points; what is smaller can't be read on paper."""

_WHITE = 250

_DARK, _OPAQUE = 100, 255

_MOST_OF_A_RECTANGLE = 6
"""Segments; most have four or five."""

_MOST_BARS = 500
"""Of one page, over what is blacked out; more is a drawing."""

_THIN = 2.5

_SHORTEST_RULE = 12.0

_LIGATURES = {
    c: unicodedata.normalize("NFKC", chr(c)) for c in range(0xFB00, 0xFB07)
}  # fmt: skip

_MOST_OBJECTS = 20_000
"""Of one page, whose lines and backgrounds are looked at; a map has more, and no tables."""

MOST_CHARACTERS = 200_000
"""Of one page. A broadsheet has 100,000; more is a roll of paper, or there to stall."""


@dataclass(slots=True)
class _Run:
    """A word as PDFium gives it, before the page is turned upright."""

    text: str
    first: int
    last: int
    ends: tuple[int, ...] = ()
    """Its outermost letters on paper, where those aren't its first and last."""


@dataclass(frozen=True, slots=True)
class _Placed:
    word: Word
    angle: int
    """Quarter turns of the writing against the page."""


class SheetReader:
    """Reads the pages of one open document."""

    def __init__(self, document: pdfium.PdfDocument) -> None:
        self._document = document
        self._fonts: dict[int, bool] = {}

    def read(self, number: int) -> Sheet:
        """What the page *number*, from 1, holds.

        Raises:
            NotIngested: More than is read of one page; a part of it would pass for the whole.
        """
        page = self._document[number - 1]
        try:
            text = page.get_textpage()
            try:
                if pdfium_c.FPDFText_CountChars(text.raw) > MOST_CHARACTERS:
                    raise NotIngested(
                        f"Page {number} of this PDF has more than {MOST_CHARACTERS:,} characters, "
                        "which is the most that is read of one page; print it anew on ordinary "
                        "pages and add that.")
                return self._sheet(number, page, text.raw)
            finally:
                text.close()
        finally:
            page.close()
            self._fonts.clear()

    def _sheet(self, number: int, page: pdfium.PdfPage, text: object) -> Sheet:
        box = page.get_bbox()
        turn = page.get_rotation() // 90
        counts: Counter[str] = Counter()
        objects = _Objects(page)
        placed: list[_Placed] = []
        runs = list(_runs(text, counts))
        if _from_right("".join(run.text for run in runs)):
            runs = _runs_from_right(text, runs)
        for run in runs:
            for one in self._words(text, run):
                reason = self._why_left_out(text, run, one.word, box, objects)
                if reason:
                    counts[reason] += len(one.word.text)
                else:
                    placed.append(one)
        angles: Counter[int] = Counter()
        for one in placed:
            angles[one.angle] += len(one.word.text)
        main = angles.most_common(1)[0][0] if angles else turn
        kept = [one.word for one in placed if one.angle == main]
        counts["sideways"] = sum(angles.values()) - angles[main]
        from_right = _from_right("".join(word.text for word in kept))
        upright = Upright(box, main, from_right)
        words = tuple(upright.word(word) for word in kept)
        panel = Panel(
            sheet=number, left=0, top=0, right=upright.width, bottom=upright.height,
            words=words, rules=tuple(upright.rule(rule) for rule in objects.rules()),
            from_right=from_right,
        )  # fmt: skip
        return Sheet(
            panel=panel,
            pictures=objects.pictures,
            sideways=counts["sideways"],
            hidden=counts["hidden"],
            outside=counts["outside"],
            covered=counts["covered"],
            unknown=counts["unknown"],
        )

    def _words(self, text: object, run: _Run) -> Iterator[_Placed]:
        """The word of *run*; two where a raised mark is written onto it."""
        cuts = [run.first]
        sizes = (_size(text, run.first), _size(text, run.last))
        if run.last > run.first and abs(sizes[0] - sizes[1]) > 0.15 * max(sizes):
            before = sizes[0]
            for i in range(run.first + 1, run.last + 1):
                size = _size(text, i)
                if abs(size - before) > 0.15 * max(size, before):
                    cuts.append(i)
                before = size
        # `text` and the indices run in parallel only while nothing was left out in between.
        whole = len(run.text) == run.last - run.first + 1
        if not whole:
            cuts = cuts[:1]
        ends = [*(cut - 1 for cut in cuts[1:]), run.last]
        for n, (first, last) in enumerate(zip(cuts, ends, strict=True)):
            piece = run.text[first - run.first : last - run.first + 1] if whole else run.text
            ends_at = run.ends if run.ends and len(cuts) == 1 else (first, last)
            placed = self._placed(text, piece, first, ends_at)
            raised = n > 0 and _size(text, first) < _size(text, cuts[n - 1])
            yield _Placed(replace(placed.word, raised=raised), placed.angle)

    def _placed(
        self, text: object, piece: str, first: int, outermost: tuple[int, ...]
    ) -> _Placed:
        boxes = [_box(text, index) for index in outermost]
        size = _size(text, first)
        clean = piece.replace(_LINE_END_HYPHEN, "-").translate(_LIGATURES)
        # What is left at the end of a line says that the word goes on.
        clean = clean[:-1].replace(SOFT_HYPHEN, "") + clean[-1]
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium_c.FPDFText_GetCharOrigin(text, first, x, y)
        angle = pdfium_c.FPDFText_GetCharAngle(text, first)
        if not math.isfinite(angle):
            angle = 0.0
        word = Word(
            text=clean,
            left=min(b[0] for b in boxes), right=max(b[2] for b in boxes),
            top=max(b[3] for b in boxes), bottom=min(b[1] for b in boxes),
            base=x.value if round(angle / (math.pi / 2)) % 2 else y.value,
            size=round(size, 1), bold=self._bold(text, first),
        )  # fmt: skip
        # PDFium counts clockwise, and `Upright` the other way.
        return _Placed(word, -round(angle / (math.pi / 2)) % 4)

    def _bold(self, text: object, index: int) -> bool:
        shown = pdfium_c.FPDFText_GetTextObject(text, index)
        key = _place_of(shown)
        if key not in self._fonts:
            weight = pdfium_c.FPDFText_GetFontWeight(text, index)
            buffer = ctypes.create_string_buffer(256)
            flags = ctypes.c_int()
            pdfium_c.FPDFText_GetFontInfo(text, index, buffer, 256, flags)
            name = buffer.value.decode("latin-1").lower()
            named = any(part in name for part in ("bold", "black", "heavy", "demi"))
            self._fonts[key] = named or weight >= 600
        return self._fonts[key]

    def _why_left_out(
        self, text: object, run: _Run, word: Word, box: tuple[float, ...], objects: "_Objects"
    ) -> str:
        """Why nobody who looks at the page sees the word; empty where they do."""
        x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
        if not (box[0] <= x <= box[2] and box[1] <= y <= box[3]):
            return "outside"
        if word.size < _SMALLEST:
            return "hidden"
        shown = pdfium_c.FPDFText_GetTextObject(text, run.first)
        mode = pdfium_c.FPDFTextObj_GetTextRenderMode(shown) if shown else 0
        if mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE:
            # Text recognition writes so over its scan.
            return "" if objects.pictured(x, y) else "hidden"
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        if pdfium_c.FPDFText_GetFillColor(text, run.first, red, green, blue, alpha):
            if alpha.value == 0:
                return "hidden"
            white = min(red.value, green.value, blue.value) >= _WHITE
            if white and not objects.behind(x, y):
                return "hidden"
        return "covered" if objects.over(shown, x, y) else ""


def _runs(text: object, counts: Counter[str]) -> Iterator[_Run]:
    """Words in PDFium's order."""
    letters: list[str] = []
    first = last = 0
    for i in range(pdfium_c.FPDFText_CountChars(text)):
        code = pdfium_c.FPDFText_GetUnicode(text, i)
        letter = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        if letter.isspace() or letter == "\xa0":
            ended = True
        elif letter == "\ufffd" or (letter != _LINE_END_HYPHEN and letter < " ") or code == 0:
            counts["unknown"] += 1
            continue
        else:
            if not letters:
                first = i
            letters.append(letter)
            last = i
            ended = letter == _LINE_END_HYPHEN
        if ended and letters:
            yield _Run("".join(letters), first, last)
            letters = []
    if letters:
        yield _Run("".join(letters), first, last)


def _runs_from_right(text: object, runs: list[_Run]) -> list[_Run]:
    """Words that are read from right to left, put together by where their letters stand."""
    letters: list[Letter] = []
    for run in runs:
        whole = len(run.text) == run.last - run.first + 1
        for n, sign in enumerate(run.text):
            index = run.first + n if whole else run.first
            left, _, right, _ = _box(text, index)
            x, y = ctypes.c_double(), ctypes.c_double()
            pdfium_c.FPDFText_GetCharOrigin(text, index, x, y)
            letters.append(Letter(sign, index, left, right, y.value, _size(text, index)))
    return [
        _Run(
            "".join(letter.sign for letter in word), word[0].index, word[-1].index,
            (min(word, key=_left).index, max(word, key=_right).index),
        )
        for word in words_of(letters)
    ]  # fmt: skip


def _left(letter: Letter) -> float:
    return letter.left


def _right(letter: Letter) -> float:
    return letter.right


def _size(text: object, index: int) -> float:
    """The size a letter is shown in: the font's, as the page scales it."""
    matrix = pdfium_c.FS_MATRIX()
    size = float(pdfium_c.FPDFText_GetFontSize(text, index))
    if pdfium_c.FPDFText_GetMatrix(text, index, matrix):
        size *= math.hypot(matrix.c, matrix.d)
    return abs(size) if math.isfinite(size) else 0.0


def _box(text: object, index: int) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a letter with the room it takes."""
    rect = pdfium_c.FS_RECTF()
    pdfium_c.FPDFText_GetLooseCharBox(text, index, rect)
    return rect.left, rect.bottom, rect.right, rect.top


def _from_right(letters: str) -> bool:
    sides = Counter(unicodedata.bidirectional(letter) for letter in letters)
    return sides["R"] + sides["AL"] > sides["L"]


class _Objects:
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
                self._drawn[_place_of(shape)] = n
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
        drawn = self._drawn.get(_place_of(shown))
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


def _place_of(shape: Any) -> int:
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
    return shown and min(red.value, green.value, blue.value) < _WHITE
