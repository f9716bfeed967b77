"""Provisions that a text names by their pinpoint: "UNGP 17", "articles 17 and 19 of the ICCPR".

Pure, and knows no source by name: how people cite one is data (`Source.cited_as`), and so are
the numbers that exist.  A number that the release lacks is therefore never recognised, which
leaves the text to ordinary search instead of to a wrong provision.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from retrieval.guidance import Provision, ProvisionId, Source, SourceId

Recogniser = Callable[[str], tuple[ProvisionId, ...]]
"""From a text to the provisions it names, in the order of the text, without repeats."""

Speller = Callable[[str], str]
"""From a text to the same with what it names by number in words."""

_JOIN = r"(?:\s*,?\s*(?:and|or|&|vs\.?|versus)\s+|\s*,\s*|\s+to\s+|\s*[-\u2013]\s*)"
_DIGIT = re.compile(r"[0-9]")
_RANGE = re.compile(r"\s+to\s+|\s*[-\u2013]\s*")
# "19(2)" names article 19 where the release has no provision for its second paragraph.
_PARAGRAPH = r"(?:\s?\(\w{1,4}\))*"


def recogniser(sources: Iterable[Source], provisions: Iterable[Provision]) -> Recogniser:
    """Prepare the recognition of all numbered *provisions* by their sources' patterns."""
    cited = _cited_in(sources, provisions)

    def recognise(text: str) -> tuple[ProvisionId, ...]:
        return tuple(dict.fromkeys(id_ for _, _, ids in cited(text) for id_ in ids))

    return recognise


def speller(sources: Iterable[Source], provisions: Iterable[Provision]) -> Speller:
    """Prepare to put the headings of *provisions* in place of what names them by number.

    "Principle 31, all criteria" is near to all other principles, by its figures and by the word.
    """
    provisions = tuple(provisions)
    cited = _cited_in(sources, provisions)
    headings = {provision.id: provision.heading for provision in provisions}

    def spell_out(text: str) -> str:
        begun = len(text)
        for start, end, ids in sorted(cited(text), reverse=True):
            if end <= begun:  # two patterns may fit the same
                text = f"{text[:start]}{', '.join(headings[id_] for id_ in ids)}{text[end:]}"
                begun = start
        return text

    return spell_out


_Cited = list[tuple[int, int, tuple[ProvisionId, ...]]]


def _cited_in(
    sources: Iterable[Source], provisions: Iterable[Provision]
) -> Callable[[str], _Cited]:
    """From a text to where it names which provisions, in its order."""
    numbered: dict[SourceId, dict[str, ProvisionId]] = {}
    for provision in provisions:
        if provision.number is not None:
            numbered.setdefault(provision.source, {})[provision.number.lower()] = provision.id
    patterns = [
        (_Citing(cited_as, numbered[source.id]), numbered[source.id])
        for source in sources
        if source.id in numbered
        for cited_as in source.cited_as
        if "{n}" in cited_as
    ]

    every = [number for by_number in numbered.values() for number in by_number]
    in_digits = all(map(_DIGIT.search, every))

    def find(text: str) -> _Cited:
        if in_digits and not _DIGIT.search(text):
            return []
        low = text.lower()
        hits = [
            (*match.span(), match.start("numbers"), match.group("numbers"), by_number)
            for citing, by_number in patterns
            if citing.word in low
            for match in citing.pattern.finditer(text)
        ]
        hits.sort(key=lambda hit: (hit[2], hit[0] - hit[1]))
        # "article 19" inside "article 19 of the ICCPR" is not another source's article 19.
        return [
            (start, end, tuple(by_number[number] for number in _listed(numbers, by_number)))
            for start, end, _, numbers, by_number in hits
            if not any(a <= start and end <= b and b - a > end - start for a, b, *_ in hits)
        ]

    return find


class _Citing:
    """One way of citing a source, compiled when its first word is met for the first time."""

    def __init__(self, cited_as: str, numbers: Iterable[str] | None = None) -> None:
        """Cite any of *numbers*; without them, any number at all."""
        self._cited_as, self._numbers = cited_as, numbers
        words = cited_as.replace("{n}", " ").split()
        self.word = words[0].rstrip(".").lower() if words else ""
        """Stands in small letters in whatever cites so."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression."""
        every = _NUMBER if self._numbers is None else _any_of(self._numbers)
        return _pattern(self._cited_as, every)


@dataclass(frozen=True, slots=True)
class Mention:
    """A number of a source that a text names, whether or not a provision has it."""

    source: SourceId
    number: str
    """In small letters and without paragraphs: "19" and "21" of "articles 19(2) and 21"."""
    start: int
    end: int


Mentions = Callable[[str], tuple[Mention, ...]]
"""From a text to what it names, in the order of the text."""

_NUMBER = r"\d{1,6}(?:[./]\d{1,6})*[a-z]?"


def mentions(sources: Iterable[Source]) -> Mentions:
    """Prepare the recognition of every number by which *sources* can be cited.

    What several sources are cited by is given for each of them, with the same place.
    """
    patterns = [
        (source.id, _Citing(cited_as))
        for source in sources
        for cited_as in source.cited_as
        if "{n}" in cited_as
    ]

    def find(text: str) -> tuple[Mention, ...]:
        found: dict[Mention, None] = {}
        low = text.lower()
        for source, citing in patterns:
            for match in citing.pattern.finditer(text) if citing.word in low else ():
                for listed in re.split(_JOIN, match.group("numbers").lower()):
                    if number := re.match(_NUMBER, listed):
                        found[Mention(source, number.group(), *match.span())] = None
        longest = [m for m in found if not any(
            o.start <= m.start and m.end <= o.end and o.end - o.start > m.end - m.start
            for o in found)]
        return tuple(sorted(longest, key=lambda m: (m.start, m.end)))

    return find


def _any_of(numbers: Iterable[str]) -> str:
    """An expression for any of *numbers*, the longest first."""
    return "(?:" + "|".join(re.escape(n) for n in sorted(numbers, key=len, reverse=True)) + ")"


def _pattern(cited_as: str, number: str) -> re.Pattern[str]:
    """What cites by *cited_as*; *number* is an expression for what stands in for `{n}`."""
    before, after = cited_as.split("{n}", 1)
    one = f"(?:{number})" + _PARAGRAPH + r"(?!\w|[./]\w)"
    numbers = f"(?P<numbers>{one}(?:{_JOIN}{one})*)"
    head = r"[\s-]+".join(_word(word) for word in before.split())
    tail = r"\s+".join(_word(word) for word in after.split())
    joined = (f"{head}[\\s-]*(?:no\\.?\\s*)?" if head else "") + numbers
    if tail:
        joined += r"(?:\s*,)?\s+(?:(?:of|in|under)\s+)?(?:the\s+)?" + tail + r"(?!\w)"
    return re.compile(r"(?<![\w.])" + joined, re.IGNORECASE)


def _word(word: str) -> str:
    """A word of a pattern, which may stand in the plural and end in a full stop."""
    return re.escape(word.rstrip(".")) + (r"s?\.?" if word.rstrip(".")[-1:].isalpha() else "")


def _listed(numbers: str, by_number: Mapping[str, ProvisionId]) -> Iterator[str]:
    """The numbers of "17, 19 and 21" or "17 to 21", as far as they exist."""
    parts = re.split(f"({_JOIN})", numbers.lower())
    previous = ""
    for position in range(0, len(parts), 2):
        number = _known(parts[position], by_number)
        joint = parts[position - 1] if position else ""
        if _RANGE.fullmatch(joint) and previous.isdecimal() and number.isdecimal():
            between = range(int(previous) + 1, int(number))
            yield from (str(n) for n in between if str(n) in by_number)
        if number:
            yield number
        previous = number


def _known(written: str, by_number: Mapping[str, ProvisionId]) -> str:
    """The longest known number that *written* begins with; "" if none."""
    number = written.replace(" ", "")
    while number and number not in by_number:
        number = number.rpartition("(")[0]
    return number
