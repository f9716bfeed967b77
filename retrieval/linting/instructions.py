"""Text in an ingested document that speaks to a program, or that nobody can see.

The bot's composer asks no model, but a passage is quoted in Slack, exported, and may one day be
read by one.  What to look for is data; see `instruction_patterns.yaml`.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.guidance import Guidance
from retrieval.linting.remarks import Remark, Severity, excerpt, of

DOES = (r"(?:^|[\n.!?:;,(\[>*#\"“”'‘’—–-]\s{0,30}|\b(?:please|kindly|now|then|instead|first|also"
        r"|just|simply|immediately|you (?:must|should|will|can|are to|have to|need to|may)"
        r"|i want you to|want you to|instructed to|order you to)\s{1,30})")
"""Where a command can begin: before what others should do stands who they are."""

LETTERS_JOINED = frozenset({"\u200c", "\u200d"})
"""Belong between letters of scripts that join, and within emoji."""
MARKS_OF_DIRECTION = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069")
"""Belong into text that holds words from right to left."""
_HIDDEN = (
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069), (0xFEFF, 0xFEFF), (0x061C, 0x061C),
    (0x180E, 0x180E), (0x00AD, 0x00AD), (0x115F, 0x1160), (0x3164, 0x3164), (0xFFA0, 0xFFA0),
    (0xE0000, 0xE007F), (0xE0100, 0xE01EF),
)
TAGS = range(0xE0020, 0xE007F)
"""Characters that nobody sees, one for each letter of ASCII."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One thing that speaks to a program."""

    id: str
    says: str
    """What a text does that holds it: "tells its reader to ignore earlier instructions"."""
    pattern: str
    catches: tuple[str, ...]
    """Texts that it has to find."""
    leaves: tuple[str, ...]
    """Texts that look like it and are none."""
    case: bool = False
    """Whether case makes a difference."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a text speaks to a program."""

    pattern: str
    says: str
    start: int
    end: int


class Patterns:
    """What to look for, ready for use.

    Raises:
        re.error: A pattern is none.
    """

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.known = tuple(patterns)
        self._compiled = [(one, compiled(one)) for one in patterns]

    def find(self, text: str) -> tuple[Hit, ...]:
        """Where *text* speaks to a program, each pattern once.

        Letters that only look otherwise are read as what they are taken for, and hidden characters
        that part a word are passed over.
        """
        plain, origins = _plain(text)
        return tuple(
            Hit(one.id, one.says, origins[hit.start()], origins[hit.end() - 1] + 1)
            for one, pattern in self._compiled if (hit := pattern.search(plain)) is not None)


def compiled(one: Pattern) -> re.Pattern[str]:
    """The expression of *one*; a blank in it stands for white space."""
    pattern = "".join(_blanks_widened(one.pattern.strip())).replace("{does}", DOES)
    return re.compile(pattern, 0 if one.case else re.IGNORECASE)


def _blanks_widened(pattern: str) -> Iterator[str]:
    """*pattern* with white space for each blank but those in a class of characters."""
    within = escaped = False
    for character in pattern:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "[":
            within = True
        elif character == "]":
            within = False
        elif character == " " and not within:
            # Bounded, or a page of blank lines would be gone through once for each of them.
            yield r"(?:\s{1,30})"
            continue
        yield character


def remarks(guidance: Guidance, patterns: Patterns) -> Iterator[Remark]:
    """What in *guidance* speaks to a program, or can't be seen."""
    for provision in guidance.provisions.values():
        texts = [("text", provision.text), ("heading", provision.heading),
                 ("pinpoint", provision.pinpoint), ("note", provision.note)]
        if provision.confirmed is not None:
            texts.append(("digest", provision.confirmed.restated))
        for where, text in texts:
            for hit in patterns.find(text):
                yield Remark(Severity.WARNING, "instruction", of(provision),
                             f"Its {where} {hit.says}, at “{excerpt(text, hit.start, hit.end)}”. "
                             "Look whether the document is what it claims to be; if these words "
                             "are not the issuer's, don't take it in.")
            yield from (Remark(Severity.WARNING, "hidden", of(provision), f"Its {where} {says}")
                        for says in hidden(text))


def hidden(text: str) -> Iterator[str]:
    """What of *text* can't be seen, in words; marks that its script needs are passed over."""
    written_right = any(unicodedata.bidirectional(c) in {"R", "AL"} for c in text)
    found: dict[str, int] = {}
    for at, character in enumerate("" if text.isascii() else text):
        if not is_hidden(character) or (at == 0 and character == "\ufeff"):
            continue
        if character in LETTERS_JOINED and _joins(text, at):
            continue
        if character in MARKS_OF_DIRECTION and written_right:
            continue
        found.setdefault(character, at)
    tags = "".join(chr(ord(c) - 0xE0000) for c in text if ord(c) in TAGS)
    if tags:
        yield (f"hides the words “{tags}” in characters that nobody sees. Don't take the document "
               "in before somebody has found out who put them there.")
    seen = {c: at for c, at in found.items() if ord(c) not in range(0xE0000, 0xE0080)}
    for character, at in seen.items():
        name = unicodedata.name(character, "a character without a name").lower()
        yield (f"holds a hidden character ({name}) at “{excerpt(text, at, at + 1)}”. Remove it: "
               "what is read and what is seen would differ.")


def is_hidden(character: str) -> bool:
    """Whether *character* takes no room on the page."""
    return any(first <= ord(character) <= last for first, last in _HIDDEN)


def _joins(text: str, at: int) -> bool:
    """Whether the joiner at *at* stands between what it can join: no Latin, Greek, Cyrillic."""
    around = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    return len(around) == 2 and all(
        ord(c) > 0x2100 or 0x0590 <= ord(c) <= 0x1CFF for c in around)


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """*text* as it is taken in, and which of its characters each of those comes from."""
    if text.isascii():
        return text, range(len(text))
    plain: list[str] = []
    origins: list[int] = []
    for at, character in enumerate(text):
        if is_hidden(character):
            continue
        shown = unicodedata.normalize("NFKC", character)
        plain.append(shown)
        origins += [at] * len(shown)
    return "".join(plain), origins
