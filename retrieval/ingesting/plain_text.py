"""Plain text: paragraphs, headings and lists as people set them with nothing but characters."""

import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

from retrieval.errors import NotIngested
from retrieval.guidance import Page
from retrieval.ingesting.composing import Composition
from retrieval.ingesting.extracted import BlockKind, Extracted
from retrieval.ingesting.layout.hyphens import SOFT_HYPHEN, Joins, without_blank
from retrieval.ingesting.limits import Limits
from retrieval.ingesting.numbering import numbering_of

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)
_UNMARKED_UTF_16 = (("utf-16-le", 1), ("utf-16-be", 0))
_UNDERLINE = re.compile(r"\s*([=\-~^*_#])\1{2,}\s*")
_BULLET = re.compile(r"(?P<indent>\s*)[-*•·‣◦▪–—]\s+(?=\S)")
_HYPHENATED = re.compile(r"(?<=[^\W_])[-\u2010]$")
_AMISS = re.compile(r"(?i)[a-z][³¹¿¾¼±¤¦¨¸£¥][a-z]")
"""What stands within words where another encoding was meant: "by³y" for "były"."""
MOST_ACCENTED = 0.06
"""Of all letters: a text in French has some 4 in 100, and one in Czech 15."""
_PAGE_NUMBER = re.compile(r"\s*(?:[-–—]\s*)?(?:page\s+)?(\d{1,4}|[ivxlc]{1,7})(?:\s+of\s+\d+)?"
                          r"(?:\s*[-–—])?\s*", re.IGNORECASE)
_NUMBERS_A_PAGE = re.compile(r"\s*(?:[-–—]\s*\d{1,4}\s*[-–—]"
                             r"|(?:page\s+)?\d{1,4}\s*(?:of|/)\s*\d{1,4})\s*", re.IGNORECASE)
"""A line that says by itself that it numbers a page, "- 3 -" or "Page 3 of 12": a number alone may
be that of a section."""
_ENDS = tuple(".,;:!?…。")
MAX_HEADING_CHARACTERS = 120
MAX_BARE_HEADING_CHARACTERS = 60
"""Of a heading with neither number nor underline nor capitals."""
_FULL_LINE = 0.6
"""A line this much as long as the longest was broken by its width, not by its writer."""


def extract(data: bytes, limits: Limits) -> Extracted:
    """Read the plain text *data*.

    Raises:
        NotIngested: It is no text, or too long.
    """
    text, notes = decoded(data)
    composition = Composition(limits)
    for sentence in notes:
        composition.note(sentence)
    sheets = text.replace("\r\n", "\n").replace("\r", "\n").split("\f")
    if sheets and not sheets[-1].strip():
        sheets.pop()
    paged = len(sheets) > 1
    if len(sheets) > limits.pages:
        raise NotIngested(f"The document has {len(sheets):,} pages, and {limits.pages:,} is the "
                      "limit; split it, or raise the limit.")
    joins = Joins([text])
    for count, sheet in enumerate(sheets, 1):
        _read_page(sheet, composition, count if paged else None, joins)
    return composition.finished(pages=len(sheets) if paged else None)


def decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The characters of *data*, and what has to be said of how they were made out.

    A mark at the beginning decides, else UTF-8 if it is that throughout; what is left is a guess,
    and is told as one.

    Raises:
        NotIngested: It is no text in any encoding.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace").removeprefix("\ufeff"), ()
    if b"\x00" in data:
        for encoding, place in _UNMARKED_UTF_16:
            if len(data) % 2 == 0 and data[place::2].count(0) > len(data) // 4:
                return data.decode(encoding, errors="replace"), ()
        raise NotIngested("The file holds bytes that no text has; is it another kind of file?")
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        guesses = from_bytes(data)
        best = next((g for g in guesses if not _AMISS.search(str(g))), guesses.best())
    western = _western(data)
    if western is not None:
        text, encoding = western, "cp1252"
    elif best is not None:
        text, encoding = str(best), best.encoding
    else:
        raise NotIngested("The encoding of the text can't be told; save it as UTF-8 and try again.")
    return text, (f"The encoding was guessed as {encoding}: look at letters with accents.",)


def _western(data: bytes) -> str | None:
    """The text in the encoding of Western Windows, if it reads like a text in it."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    letters = [sign for sign in text if sign.isalpha()]
    accented = sum(sign > "~" for sign in letters)
    return text if accented <= MOST_ACCENTED * len(letters) and not _AMISS.search(text) else None


def _read_page(
    sheet: str, composition: Composition, count: int | None, joins: Joins
) -> None:
    raw = sheet.expandtabs(4).split("\n")
    page, margins = _printed(raw, count)
    width = max((len(line.rstrip()) for line in raw), default=0)
    groups = list(_paragraphs(raw, margins))
    for place, group in enumerate(groups):
        following = groups[place + 1] if place + 1 < len(groups) else []
        if _stands_over(group, following):
            composition.add(BlockKind.HEADING, group[0], page=page, level=_level(group[0]))
        else:
            _add(group, composition, page, width, joins)
    for line in margins:
        composition.add(BlockKind.MARGIN, raw[line], page=page)


def _printed(raw: list[str], count: int | None) -> tuple[Page, tuple[int, ...]]:
    """The page, and the lines that hold a page's number and nothing else."""
    if count is None:
        # Without form feeds nothing tells which page that is of, the one before or behind it.
        return Page(), tuple(n for n, line in enumerate(raw) if _NUMBERS_A_PAGE.fullmatch(line))
    filled = [n for n, line in enumerate(raw) if line.strip()]
    for line in filled[-1:] + filled[:1]:
        match = _PAGE_NUMBER.fullmatch(raw[line])
        if match:
            return Page(count, match[1]), (line,)
    return Page(count), ()


def _paragraphs(raw: list[str], margins: tuple[int, ...]) -> Iterator[list[str]]:
    """Runs of lines that belong together; an underline ends one, with what it underlines.

    The number of a page between two lines parts them as little as the page's end does.
    """
    group: list[str] = []
    for number, line in enumerate(raw):
        if number in margins:
            continue
        if not line.strip():
            if group:
                yield group
            group = []
        elif _UNDERLINE.fullmatch(line):
            if group:
                yield [*group, line]
            group = []
        else:
            group.append(line.rstrip())
    if group:
        yield group


def _stands_over(group: list[str], following: list[str]) -> bool:
    """Whether *group* is one short line without a stop, before sentences."""
    if len(group) > 1 or not following or not following[-1].endswith(_ENDS):
        return False
    words = group[0].strip()
    return (len(words) <= MAX_BARE_HEADING_CHARACTERS and words[0].isupper()
            and not words.endswith(_ENDS) and not _BULLET.match(group[0])
            and numbering_of(words) is None)


def _add(
    group: list[str], composition: Composition, page: Page, width: int, joins: Joins
) -> None:
    if len(group) > 1 and _UNDERLINE.fullmatch(group[-1]):
        sign = group[-1].strip()[0]
        *above, heading = group[:-1]
        if len(heading) <= MAX_HEADING_CHARACTERS:
            if above:
                _add(above, composition, page, width, joins)
            composition.add(BlockKind.HEADING, heading, page=page, level=1 if sign in "=#*" else 2)
            return
        group = group[:-1]
    if _is_heading(" ".join(group)) and (len(group) == 1 or "".join(group).isupper()):
        whole = _joined(group, joins)
        composition.add(BlockKind.HEADING, whole, page=page, level=_level(whole))
        return
    if len(group) > 1 and len(group[0]) < width * _FULL_LINE and _is_heading(group[0]):
        composition.add(BlockKind.HEADING, group[0], page=page, level=_level(group[0]))
        group = group[1:]
    for run in _runs(group, width):
        bullet = _BULLET.match(run[0])
        words = _joined([run[0][bullet.end():], *run[1:]] if bullet else run, joins)
        numbering = None if bullet else numbering_of(words)
        if bullet:
            level = 1 + len(bullet["indent"]) // 2
            composition.add(BlockKind.ITEM, words, page=page, level=level, number="")
        elif numbering and not numbering.word and numbering.depth == 0:
            composition.add(BlockKind.ITEM, words, page=page, level=1)
        else:
            composition.add(BlockKind.PARAGRAPH, words, page=page)


def _runs(group: list[str], width: int) -> Iterator[list[str]]:
    """The paragraphs and entries of a list in lines that no blank line parts."""
    run: list[str] = []
    for line in group:
        if run and _begins_anew(line, run[-1], width):
            yield run
            run = []
        run.append(line)
    yield run


def _begins_anew(line: str, last: str, width: int) -> bool:
    if _BULLET.match(line):
        return True
    if numbering_of(line.strip()) is None:
        return False
    # "…as set out in\nArticle 12. The…" carries on; a list's entry ends early or with a stop.
    return last.endswith(_ENDS) or len(last.rstrip()) < width * _FULL_LINE


def _joined(lines: list[str], joins: Joins) -> str:
    r"""*lines* as one, a word that a line's end parted made whole.

    A hyphen goes only where it was put for the line's end: "Saudi-\\nArabia" and "end-\\nuser" keep
    their own.
    """
    whole: list[str] = []
    for line in lines:
        plain = line.strip()
        last = whole[-1].rpartition(" ")[2] if whole else ""
        if last.endswith(SOFT_HYPHEN) or (_HYPHENATED.search(last) and plain[:1].islower()):
            whole[-1] = whole[-1].removesuffix(last) + joins.joined(last, plain, typed=True)
        elif without_blank(last, plain) or (_HYPHENATED.search(last) and plain[:1].isalnum()):
            whole[-1] += plain
        else:
            whole.append(plain)
    return " ".join(whole)


def _is_heading(line: str) -> bool:
    words = line.strip()
    if len(words) > MAX_HEADING_CHARACTERS or _BULLET.match(line):
        return False
    numbering = numbering_of(words, heading=True)
    rest = words[numbering.end:].strip() if numbering else words
    if numbering and numbering.word and (not rest or not rest.endswith(_ENDS)):
        return True
    capitals = rest.isupper() and sum(c.isalpha() for c in rest) > 2
    if capitals:
        return True
    numbered = bool(numbering and (numbering.depth or numbering.written[0].isupper()))
    short = len(rest.split()) <= 12
    return bool(numbered and rest and short and rest[0].isupper() and not rest.endswith(_ENDS))


def _level(line: str) -> int:
    numbering = numbering_of(line.strip(), heading=True)
    if numbering is None or numbering.is_wider:
        return 1
    return max(numbering.depth, 1) if not numbering.word else 2
