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

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from retrieval.errors import NotIngested
from retrieval.ingesting.layout.direction import Letter, words_of
from retrieval.ingesting.layout.drawn import WHITE, Drawn, place_of
from retrieval.ingesting.layout.hyphens import SOFT_HYPHEN
from retrieval.ingesting.layout.marks import Panel, Sheet, Word
from retrieval.ingesting.layout.upright import Upright

_LINE_END_HYPHEN = "\x02"

_SMALLEST = 2.0
"""Points; what is smaller can't be read on paper."""

_LIGATURES = {
    c: unicodedata.normalize("NFKC", chr(c)) for c in range(0xFB00, 0xFB07)
}  # fmt: skip

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
        objects = Drawn(page)
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
        key = place_of(shown)
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
        self, text: object, run: _Run, word: Word, box: tuple[float, ...], objects: Drawn
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
            white = min(red.value, green.value, blue.value) >= WHITE
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
