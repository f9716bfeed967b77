"""What of a message is its own matter, and what is the letter around it.

People paste mail: a greeting before the matter, a name and a phone number behind it, and below that
what somebody else wrote.  None of it tells of the deal, and all of it changes how the matter reads.
It is known by its shape and by a few lists of courtesies (`cues` of the release), line by line; a
message of one line has nothing around it.

What is left out is blanked, so that every character stays in its place and what is found in the
matter points into the message as it was written.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.dialogue.small_words.answer_words import leading
from bot.dialogue.small_words.cues import Cues
from retrieval.words.tokens import Token, tokenise

PLEASANT_WORDS = 16
"""Most words in a line of courtesy after the greeting."""
GREETED = 3
"""Most words that a line has behind its greeting: "Good morning dear colleagues"."""
NAME_WORDS = 4
"""Most words of a name."""
SIGNED_WORDS = 8
"""Most words in a line of a signature."""
REACHED_WORDS = 20
"""Most words in one that says how to reach somebody: company, street, phone and mail in a row."""
SIGNED_LINES = 7
"""Most lines of a signature."""
WRAPPED = 3
"""Most words that are wrapped from a line that says who wrote and when: "<…> wrote:"."""
HEADERS = 2
"""Lines such as "From: …" that have to follow one another to be the head of a mail."""
RESERVED = 2
"""Phrases of a lawyer's notice that one paragraph needs to be taken for one."""

_LINE = re.compile(r"[^\r\n]+")
_QUOTED = re.compile(r"\s*>")
_MARKS = re.compile(r"[\s>]*")
_DASHES = re.compile(r"\s*(?:--|—|–|_{2,})\s*")
_RULE = re.compile(r"\s*(?:[-=*]{3,}[^-=*\n]{0,60}[-=*]{3,}|_{5,}|[-=*]{5,})\s*")
_HEADER = re.compile(r"[\s>*]*([^\W\d_][^\W_]*(?:[- ][^\W\d_]+)?)\s*\*?\s*:")
_MOMENT = re.compile(r"\b\d{1,2}[:.h]\d{2}\b|\b(?:19|20)\d{2}\b")
_REACHED = re.compile(r"\S@\S+\.\w|://|\bwww\.|\|[^|]*\|")
_CONTACT = re.compile(r"[@|+]|\d{3}|://|\bwww\.")

Names = Callable[[str], bool]
"""Whether a text names anything of the domain."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message without what is around its matter; both texts are as long as the message."""

    own: str
    """Without greeting, signature and what others wrote below."""
    whole: str
    """The same with what others wrote, since that may be what tells of the deal."""


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def words(self) -> list[Token]:
        return [token for token in tokenise(self.text) if token.is_word]


class Letters:
    """Takes letters apart, by the courtesies of one release.

    Args:
        cues: Its cue lists; without those of letters, shape alone tells.
        names: Whether a line names anything of the domain: then it is no mere greeting.
    """

    def __init__(self, cues: Cues, names: Names) -> None:
        self._cues = cues
        self._names = names

    def letter(self, text: str) -> Letter:
        """*text* taken apart."""
        lines = [_Line(m.start(), m.group()) for m in _LINE.finditer(text) if m.group().strip()]
        if len(lines) < 2:
            return Letter(text, text)
        quoted, heads = self._quoted(lines)
        mine = [line for n, line in enumerate(lines) if n not in quoted]
        around = self._around(mine)
        courtesies = [(line.start, line.end) for line in around]
        if len(around) == len(mine) and not quoted:
            return Letter(text, text)  # nothing but courtesies: they are what is said
        marks = [(line.start, line.start + _end_of(_MARKS, line.text)) for line in lines
                 if _QUOTED.match(line.text)]
        theirs = [(line.start, line.end) for n, line in enumerate(lines) if n in quoted]
        above = [(lines[n].start, lines[n].end) for n in heads]
        return Letter(_without(text, [*courtesies, *marks, *theirs]),
                      _without(text, [*courtesies, *marks, *above]))

    # --- what others wrote ------------------------------------------------------------------

    def _quoted(self, lines: Sequence[_Line]) -> tuple[set[int], set[int]]:
        """The lines that others wrote, and those of them that only say who and when.

        A line behind ">" is somebody else's where a line with a date or an address announces it.
        Without that it is a quotation that the person makes in their own words' place.
        """
        quoted: set[int] = set()
        heads: set[int] = set()
        at = 0
        while at < len(lines):
            head = self._head(lines, at)
            if head:
                # A mail that was passed on goes on to the end, with whatever it quotes in turn.
                quoted |= set(range(at, len(lines)))
                heads |= set(range(at, at + head))
                at += head
                continue
            announced = _announces(lines, at)
            if announced:
                heads |= set(range(at, at + announced))
                below = at + announced
                marked = below < len(lines) and bool(_QUOTED.match(lines[below].text))
                end = below
                while end < len(lines) and (not marked or _QUOTED.match(lines[end].text)):
                    end += 1
                quoted |= set(range(at, end))
                at += announced
                continue
            if quoted and _QUOTED.match(lines[at].text):
                quoted.add(at)
            at += 1
        return quoted, heads

    def _head(self, lines: Sequence[_Line], at: int) -> int:
        """How many lines from *at* are the head of a mail: a rule, and "From:", "Sent:"."""
        ruled = int(bool(_RULE.fullmatch(lines[at].text)))
        first = at + ruled
        end = first
        while end < len(lines) and self._is_header(lines[end].text):
            end += 1
        return end - at if end - first >= HEADERS else 0

    def _is_header(self, text: str) -> bool:
        found = _HEADER.match(text)
        return found is not None and self._cues.is_one(
            "letter_header", tokenise(found.group(1)))

    # --- courtesies -------------------------------------------------------------------------

    def _around(self, lines: Sequence[_Line]) -> list[_Line]:
        """The greeting before and the signature behind the matter that *lines* hold."""
        around = [lines[0]] if len(lines) > 1 and self._greets(lines[0]) else []
        below = len(around)
        if below < len(lines) - 1 and self._is_pleasant(lines[below]):
            around.append(lines[below])
        signed = range(0)
        for n, line in enumerate(lines):
            if n in signed or n < 1:
                continue
            if _DASHES.fullmatch(line.text) and _is_short(lines[n + 1:]):
                signed = range(n, len(lines))
            elif self._signs_off(line):
                signed = range(n, self._signature_ends(lines, n + 1))
            elif self._is_notice(line):
                signed = range(n, n + 1)
            around += lines[signed.start : signed.stop] if n in signed else ()
        return around

    def _greets(self, line: _Line) -> bool:
        words = line.words
        length = self._cues.starts("letter_greeting", words)
        return bool(length) and len(words) - length <= GREETED and not (
            self._names(line.text) or self._answers(words[length:]))

    def _answers(self, words: Sequence[Token]) -> bool:
        """Whether words behind a greeting are no name, but an answer: "hi, 1. yes"."""
        return any(word.text[0].isdigit() for word in words) or bool(
            leading(words, self._cues)[1])

    def _is_pleasant(self, line: _Line) -> bool:
        words = line.words
        length = self._cues.starts("letter_pleasantry", words)
        return bool(length) and len(words) <= PLEASANT_WORDS and not (
            self._names(line.text) or self._answers(words[length:]))

    def _signs_off(self, line: _Line) -> bool:
        """Whether *line* is a courtesy at the end, with a name behind it or not."""
        words = line.words
        if self._cues.starts("letter_sent_from", words):
            return len(words) <= SIGNED_WORDS
        length = self._closes(words)
        return bool(length) and self._may_be_name(words[length:], line)

    def _closes(self, words: Sequence[Token]) -> int:
        """Words of the courtesies that *words* begin with: "many thanks and kind regards"."""
        length = self._cues.starts("letter_close", words)
        joint = self._cues.words("and_words")
        if length and any(word.norm in joint for word in words[length : length + 1]):
            further = self._closes(words[length + 1 :])
            return length + 1 + further if further else length
        return length

    def _may_be_name(self, words: Sequence[Token], line: _Line) -> bool:
        return (len(words) < 2 or _is_name(words)) and not self._names(line.text)

    def _signature_ends(self, lines: Sequence[_Line], at: int) -> int:
        """Where what looks like name, title and address ends, from *at*."""
        end = at
        while end < len(lines) and end - at < SIGNED_LINES:
            line = lines[end]
            words = line.words
            named = end == at and self._may_be_name(words, line)
            dashes = bool(_DASHES.fullmatch(line.text))
            if not (named or dashes or self._cues.starts("letter_sent_from", words)
                    or (_is_title(line.text, words) and not self._fills_in(line))):
                break
            end += 1
        return end

    def _fills_in(self, line: _Line) -> bool:
        """Whether *line* tells of the deal as a form does: "End user: Kenya Police"."""
        return ":" in line.text and self._names(line.text)

    def _is_notice(self, line: _Line) -> bool:
        return len(self._cues.find("letter_notice", line.words)) >= RESERVED


def _announces(lines: Sequence[_Line], at: int) -> int:
    """How many lines from *at* say that somebody wrote what follows; 0 if none does.

    In whatever language: it ends in a colon, and has a date or a time beside an address, or either
    of them before lines behind ">".
    """
    if _QUOTED.match(lines[at].text):
        return 0
    for length in (1, 2):
        below = at + length
        if below > len(lines):
            return 0
        if length > 1 and not _wraps(lines[at].text, lines[at + 1].text):
            continue
        text = " ".join(line.text for line in lines[at:below])
        if not text.rstrip().endswith(":"):
            continue
        dated, addressed = bool(re.search(r"\d", text)), "@" in text
        marked = below < len(lines) and bool(_QUOTED.match(lines[below].text))
        if (dated and addressed) or (marked and (dated or addressed)):
            return length
    return 0


def _wraps(one: str, other: str) -> bool:
    """Whether a mail program may have broken one line into *one* and *other*."""
    return bool(_MOMENT.search(one)) and len(other.split()) <= WRAPPED


def _is_short(lines: Sequence[_Line]) -> bool:
    return len(lines) < SIGNED_LINES and all(len(one.words) <= SIGNED_WORDS for one in lines)


def _is_name(words: Sequence[Token]) -> bool:
    return len(words) <= NAME_WORDS and all(not w.text[0].islower() for w in words)


def _is_title(text: str, words: Sequence[Token]) -> bool:
    """Whether a line looks like a title, a company or how to reach somebody."""
    if len(words) > (REACHED_WORDS if _REACHED.search(text) else SIGNED_WORDS):
        return False
    capitals = sum(not w.text[0].islower() for w in words)
    return bool(_CONTACT.search(text)) or 2 * capitals > len(words)


def _end_of(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(text)
    return found.end() if found else 0


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """*text* with blanks in the place of *spans*, and of the line breaks at its ends."""
    parts = list(text)
    for start, end in spans:
        parts[start:end] = " " * (end - start)
    bare = "".join(parts)
    inner = bare.strip()
    if not inner:
        return bare
    start = bare.index(inner)
    end = start + len(inner)
    return " " * start + inner + " " * (len(bare) - end)
