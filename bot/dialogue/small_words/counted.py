"""What is counted by a word: "consideration 4", "considerations 4 and 5", "the fourth".

Which words count what is data: the cue lists `lookup_by_…`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from bot.dialogue.small_words.cues import cues_of
from bot.dialogue.small_words.lookup import Missing
from retrieval.guidance import Guidance, ProvisionId
from retrieval.words.tokens import Token

LISTED = 10
"""So many ordinals ("the fourth") are known, as far as the release lists them."""

CONSIDERATION = "consideration"
"""The word whose numbers are those of the considerations; others are counted in pinpoints."""

ORDINAL_WORDS = 4
"""Most words of an ordinal with its article."""

_FIGURE = re.compile(r"\d{1,3}")
_DIGITS = re.compile(r"\d+")
_DASHES = frozenset({"\u2013"})
"""Marks between the first and the last of several numbers."""
_MARKS = frozenset({",", "."})
"""Marks before a number and between two."""


class Numbered(NamedTuple):
    """One that a text names by its number."""

    word: str
    number: str
    span: tuple[int, int]
    """The characters that name it; of several under one word, those of all."""


class Counted:
    """What one release holds under the words that count it."""

    def __init__(self, guidance: Guidance) -> None:
        """Take the words and numbers of *guidance*."""
        self._guidance = guidance
        self._cues = cues_of(guidance)
        self._ranges = _DASHES | self._cues.words("lookup_range")
        self._between = self._ranges | _MARKS | self._cues.words("lookup_between")
        self._by_word = dict(_by_word(guidance))
        self._beneath = {
            (word, n): tuple(p.id for p in guidance.provisions.values()
                             if p.pinpoint == guidance.provisions[first].pinpoint
                             and p.source == guidance.provisions[first].source and p.id != first)
            for word, held in self._by_word.items() if word != CONSIDERATION
            for n, first in held.items()}

    def named(self, tokens: Sequence[Token]) -> Iterator[Numbered]:
        """Those that *tokens* name, held or not."""
        talk = self._cues.covered(tokens, "lookup_not_after")
        told = self._cues.covered(tokens, "lookup_not_told_after")
        for word in self._by_word:
            for first, last in self._cues.find(f"lookup_by_{word}", tokens):
                if first - 1 in talk or (first - 1 in told and not self._asks(tokens[:first])):
                    continue
                numbers = list(self._numbers_from(tokens, last))
                end = numbers[-1][1] if numbers else last
                begin = first
                if not numbers and (before := self._ordinal(tokens, first)):
                    numbers, begin = [(before[1], last)], before[0]
                for number, _ in numbers:
                    yield Numbered(word, number, (tokens[begin].start, tokens[end - 1].end))

    def _asks(self, tokens: Sequence[Token]) -> bool:
        """Whether *tokens*, which stand before a number, ask for what is counted."""
        return self._cues.starts("question", tokens) > 0 or any(
            self._cues.find(name, tokens) for name in ("lookup_asks", "lookup_flags"))

    def held(self, numbered: Iterable[Numbered]) -> Iterator[ProvisionId]:
        """What is held of those."""
        for word, number, _ in numbered:
            if number in self._by_word[word]:
                yield self._by_word[word][number]

    def beneath(self, numbered: Iterable[Numbered]) -> Iterator[ProvisionId]:
        """What else stands under each of those: the items of "appendix 2"."""
        for word, number, _ in numbered:
            yield from self._beneath.get((word, number), ())

    def missing(self, numbered: Iterable[Numbered]) -> Iterator[Missing]:
        """Those that are not held, each with what is held beside it."""
        for word, number, span in numbered:
            held = self._by_word[word]
            if number not in held:
                yield Missing(f"{word} {number}", None,
                              tuple(f"{word} {n}" for n in sorted(held, key=order)),
                              nearest(number, held), span)

    def _numbers_from(self, tokens: Sequence[Token], at: int) -> Iterator[tuple[str, int]]:
        """Numbers that follow at *at*, each with the token behind it; all of "6 to 8"."""
        before = ""
        while at < len(tokens):
            token = tokens[at]
            number = token.norm if _FIGURE.fullmatch(token.norm) else self._figure(token)
            if number:
                before = number
                yield number, at + 1
            elif token.norm not in self._between:
                return
            elif token.norm in self._ranges and at + 1 < len(tokens):
                until = tokens[at + 1].norm
                # "1 to 999" names more than anybody reads.
                for n in range(int(before) + 1, min(int(until), int(before) + LISTED)) if (
                        before and _FIGURE.fullmatch(until)) else ():
                    yield str(n), at + 1
            at += 1

    def _figure(self, token: Token) -> str:
        """The figure of a number that is written out; "" for another word."""
        written = self._guidance.vocabulary.cues.get("lookup_numbers", ())
        return str(written.index(token.norm) + 1) if token.norm in written else ""

    def _ordinal(self, tokens: Sequence[Token], before: int) -> tuple[int, str] | None:
        """Where "the fourth" begins that ends before a token, and its figure."""
        for number in range(1, LISTED + 1):
            begin = max(0, before - ORDINAL_WORDS)
            for first, last in self._cues.find(f"ordinal_{number}", tokens[begin:before]):
                if begin + last == before:
                    return begin + first, str(number)
        return None


def order(number: str) -> tuple[int, ...]:
    """What *number* is put in order by: "742.7" comes before "742.15"."""
    return tuple(map(int, _DIGITS.findall(number)))


def nearest(number: str, held: Mapping[str, ProvisionId]) -> ProvisionId:
    """What is held under the number nearest to *number*."""
    wanted = order(number)

    def far(one: str) -> tuple[int, ...]:
        return tuple(abs(a - b) for a, b in zip(order(one), wanted, strict=False))

    return held[min(held, key=far)]


def _by_word(guidance: Guidance) -> Iterator[tuple[str, Mapping[str, ProvisionId]]]:
    """What is counted by a word of the cues, by its number.

    The considerations have numbers of their own; others are found by their pinpoints.
    """
    for name in guidance.vocabulary.cues:
        if not name.startswith("lookup_by_"):
            continue
        word = name.removeprefix("lookup_by_")
        held: dict[str, ProvisionId] = {}
        if word == CONSIDERATION:
            held = {str(c.number): c.authorities[0] for c in guidance.considerations}
        else:
            said = re.compile(rf"\b{re.escape(word)} (\d+)\b", re.IGNORECASE)
            for p in guidance.provisions.values():
                if number := said.search(p.pinpoint):
                    held.setdefault(number.group(1), p.id)
        if held:
            yield word, held
