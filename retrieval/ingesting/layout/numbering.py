"""What numbers a paragraph, as its document writes it: "12.", "(b)", "Article 12", "II."."""

import re

from retrieval.ingesting.numbering import numbering_of
from retrieval.ingesting.numerals import whole_value

_ROMAN = r"(?=[ivxlcdm])m{0,3}(?:c[md]|d?c{0,3})(?:x[cl]|l?x{0,3})(?:i[xv]|v?i{0,3})"

_NAMED = (
    r"(?:(?i:article|principle|section|chapter|part|rule|annex|appendix|recommendation|paragraph"
    r"|guideline|step|schedule|clause|commitment|standard|title|tenet|pillar)s?|Art\.|Sec\.|§§?)"
)

_NUMBER = rf"(?:\d{{1,4}}(?:\.\d{{1,3}})*(?:\s?bis|[a-z])?|(?i:{_ROMAN})|[A-Z])"

_PATTERNS = (
    rf"(?P<named>{_NAMED}\s?{_NUMBER})(?=[\s.:\u2013\u2014–-]|$)[.:]?",
    rf"(?P<bracketed>\((?:\d{{1,3}}|[a-zA-Z]|(?i:{_ROMAN}))\))(?=\s|$)",
    rf"(?P<closed>(?:\d{{1,3}}|[a-zA-Z]|(?i:{_ROMAN}))\))(?=\s|$)",
    r"(?P<parts>\d{1,3}(?:\.\d{1,3})+)\.?(?=\s|$)",
    rf"(?P<dotted>(?:\d{{1,3}}|[A-Z]|[IVXLC]+|(?i:{_ROMAN})))\.(?=\s|$)",
)

_STARTS = re.compile("|".join(_PATTERNS))

_BULLET = re.compile(r"[•‣▪■□●○◦◆◊►▶➢➤✓✔·–—∙⁃\uf0b7\uf0a7\uf0d8*-](?=\s|$)")


_LONGEST = 300

_LISTED = re.compile(r"(?:[.…·_]\s?){4,}\s*(?:\d{1,4}|[ivxlc]{1,7})$")


def number_of(text: str) -> str:
    """What numbers *text*, without the full stop after it; empty for nothing."""
    found = _STARTS.match(text)
    if found:
        return next((part for part in found.groups() if part), "")
    worded = numbering_of(text)
    return worded.written if worded is not None and worded.word else ""


def has_bullet(text: str) -> bool:
    """Whether it begins with the mark of an entry of a list."""
    return _BULLET.match(text) is not None


def is_marker(text: str) -> bool:
    """Whether it is the mark or the number of an entry and nothing else."""
    found = _STARTS.match(text) or _BULLET.match(text)
    if found:
        return found.end() == len(text)
    worded = numbering_of(text)
    return worded is not None and bool(worded.word) and worded.end == len(text)


def is_listed(text: str) -> bool:
    """Whether it is a line of a table of contents: dots lead to the number of a page."""
    # A line of nothing but dots, as a hostile file may have, would be looked at for hours.
    return _LISTED.search(text[-_LONGEST:]) is not None


def is_small(number: str) -> bool:
    """Whether it numbers a part of something, as "(b)" and "b)" do, and "12" doesn't."""
    return number.endswith(")")


def value_of(number: str) -> int | None:
    """What a number in digits counts, to tell what follows it; None for any other."""
    return whole_value(number.strip("()"))
