"""Texts that were not taken in whole: cut off, garbled, misplaced, too long or too short."""

import re
import unicodedata
from collections.abc import Iterator

import ftfy

from retrieval.guidance import Checked, Guidance, Provision, SourceId
from retrieval.linting.remarks import Remark, Severity, excerpt, of
from retrieval.passages import MAX_PASSAGE_CHARACTERS, passages_of

LONGEST = 6_000
"""Characters of a provision above which a citation of it points nowhere in particular."""
SHORTEST_WORDS = 4

_ENDS = frozenset(".!?;:…。！？؟।۔")
_CLOSING = "\"'”’»›)]}*†‡0123456789¹²³⁴⁵⁶⁷⁸⁹⁰"
_LISTED = re.compile(r"[;,]\s*(?:and|or|and/or)?\s*$", re.IGNORECASE)
_MARKER = re.compile(r"\W*(?:\(?\w{1,4}[.)\]]|[-–—•*])\s")
_DIGITS = re.compile(r"\d+")
_INCHES = re.compile(r"(?<=\d)[\"”]")


def remarks(guidance: Guidance) -> Iterator[Remark]:
    """What is odd about the texts of *guidance*."""
    for provision in guidance.provisions.values():
        yield from _garbled(provision)
        yield from _unbalanced(provision)
        yield from _cut(provision)
        yield from _sized(provision)
        yield from _placed(provision)
    yield from _pages(guidance)


def _garbled(provision: Provision) -> Iterator[Remark]:
    for where, text in (("text", provision.text), ("heading", provision.heading)):
        mended = ftfy.fix_encoding(text)
        if mended != text:
            at = next((i for i, (a, b) in enumerate(zip(text, mended, strict=False)) if a != b), 0)
            yield Remark(Severity.WARNING, "garbled", of(provision),
                         f"Its {where} was read in a wrong encoding, at “{excerpt(text, at, at)}”; "
                         f"it seems to mean “{excerpt(mended, at, at)}”. Take the document in "
                         "again, or correct it.")
            continue
        if "\ufffd" in text:
            at = text.index("\ufffd")
            yield Remark(Severity.WARNING, "garbled", of(provision),
                         f"A character of its {where} could not be read, at "
                         f"“{excerpt(text, at, at + 1)}”. Correct it from the document.")
        for at, character in enumerate(text):
            if _is_control(character):
                yield Remark(Severity.WARNING, "garbled", of(provision),
                             f"Its {where} holds the character U+{ord(character):04X}, which no "
                             f"text has, at “{excerpt(text, at, at + 1)}”: a bullet or a letter "
                             "of a special font was lost. Correct it.")
                break


def _is_control(character: str) -> bool:
    return (unicodedata.category(character) in {"Cc", "Co"} and character not in "\n\t")


def _unbalanced(provision: Provision) -> Iterator[Remark]:
    text = _INCHES.sub("", provision.text)
    # German and Polish close with the mark that opens in English.
    if "„" in text:
        return
    odd = [f"{opening}…{closing}" for opening, closing in ("“”", "«»")
           if text.count(opening) != text.count(closing)]
    if text.count('"') % 2:
        odd.append('"…"')
    if odd:
        yield Remark(Severity.NOTE, "quotation", of(provision),
                     f"Quotation marks {' and '.join(odd)} are opened and not closed, or the "
                     "reverse; see whether the passage was cut within a quotation.")


def _cut(provision: Provision) -> Iterator[Remark]:
    text = provision.text.strip()
    if not text or " | " in text:  # a row of a table is no sentence
        return
    bare = text.rstrip(_CLOSING)
    if bare and bare[-1] not in _ENDS and not _LISTED.search(text) and not _ended_inside(text):
        yield Remark(Severity.WARNING, "cut", of(provision),
                     f"It ends without a full stop, at “{text[-60:]}”; see whether it was cut in "
                     "the middle of a sentence, and join it to what follows.")
    first = next((c for c in text if c.isalpha()), "")
    if first.islower() and not _MARKER.match(text):
        yield Remark(Severity.WARNING, "cut", of(provision),
                     f"It begins with a small letter, at “{text[:60]}”; see whether its beginning "
                     "was cut off, and join it to what goes before.")


def _ended_inside(text: str) -> bool:
    """Whether only closing marks and the numbers of notes follow the end of the last sentence."""
    while text and text[-1] in _CLOSING:
        text = text[:-1].rstrip()
        if text and text[-1] in _ENDS:
            return True
    return False


def _sized(provision: Provision) -> Iterator[Remark]:
    length = len(provision.text)
    if length > LONGEST:
        yield Remark(Severity.WARNING, "length", of(provision),
                     f"It has {length:,} characters; above {LONGEST:,} a citation of it hardly "
                     "says where to look. Cut it at its paragraphs.")
    elif len(provision.text.split()) < SHORTEST_WORDS:
        yield Remark(Severity.NOTE, "length", of(provision),
                     f"It has {len(provision.text.split())} words only: “{provision.text.strip()}”."
                     " See whether it belongs to what stands before or after it.")
    unread = next((one for one in passages_of(provision)
                   if len(one.text) > 2 * MAX_PASSAGE_CHARACTERS), None)
    if unread is not None:
        yield Remark(Severity.NOTE, "length", of(provision),
                     f"A sentence of it runs for {len(unread.text):,} characters, at "
                     f"“{unread.text[:60]}…”; the search reads the beginning of it only. "
                     "Cut it where the document has a semicolon or an item.")


def _placed(provision: Provision) -> Iterator[Remark]:
    there = set(_DIGITS.findall(provision.pinpoint))
    lost = [n for n in _DIGITS.findall(provision.number or "") if n not in there]
    if lost and there:
        yield Remark(Severity.WARNING, "pinpoint", of(provision),
                     f"Its number is {provision.number}, but its pinpoint says "
                     f"“{provision.pinpoint}”. Who follows the citation would look elsewhere; "
                     "correct whichever is wrong.")


def _pages(guidance: Guidance) -> Iterator[Remark]:
    last: dict[SourceId, tuple[int, Provision]] = {}
    for provision in guidance.provisions.values():
        # What was ticked stands where its digest stood, in whatever order those are.
        if (provision.checked is not Checked.OFFICIAL or provision.confirmed is not None
                or provision.page is None or provision.page.pdf is None):
            continue
        page, before = provision.page.pdf, last.get(provision.source)
        if before is not None and page < before[0]:
            yield Remark(Severity.WARNING, "pages", of(provision),
                         f"It begins on page {page}, after {before[1].id} on page {before[0]}: the "
                         "pages go backwards. See whether columns or notes were read in the wrong "
                         "order.")
        last[provision.source] = (page, provision)
