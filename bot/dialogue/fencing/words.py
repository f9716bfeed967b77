"""A text as the fence reads it: words with their senses, in clauses, in sentences."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.dialogue.fencing.rules import FenceRules, Phrase
from retrieval.words.tokens import Token, stem, tokenise

_BREAK = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=\S)|\n+")
"""Where a sentence may end: a mark, what closes after it, and a space."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or several that count as one."""

    norm: str
    """Folded; of several words, the one that stands for them."""
    said: Phrase
    """Folded, one by one."""
    stem: str
    senses: frozenset[str | int]
    """Its stem and the groups of one meaning that it belongs to."""
    content: bool
    """Whether it says something: neither a function word nor a bare mark of grammar."""
    marks: str
    """Punctuation since the word before."""
    start: int
    end: int

    def means(self, other: "Word") -> bool:
        """Whether the two may stand for one another."""
        return not self.senses.isdisjoint(other.senses)


@dataclass(frozen=True)
class Text:
    """A sentence as words."""

    text: str
    words: tuple[Word, ...]

    @cached_property
    def content(self) -> tuple[int, ...]:
        """Indexes of the content words."""
        return tuple(n for n, word in enumerate(self.words) if word.content)

    @cached_property
    def senses(self) -> frozenset[str | int]:
        """The senses of all content words."""
        return frozenset(sense for n in self.content for sense in self.words[n].senses)

    @cached_property
    def norms(self) -> Phrase:
        """All words, one by one, as they are compared."""
        return tuple(part for word in self.words for part in word.said)

    def has(self, word: Word) -> bool:
        """Whether some content word here may stand for *word*."""
        return not word.senses.isdisjoint(self.senses)

    def brings_together(
        self, one: Word, other: Word, window: int, *, exact: bool = False
    ) -> bool:
        """Whether the two stand within *window* content words of each other here.

        Args:
            one: A content word; with *exact* only the very same one will do.
            other: Another one, or one of its meaning.
            window: Content words.
            exact: See *one*.
        """
        places = [self.words[n] for n in self.content]
        first = [n for n, word in enumerate(places)
                 if (word.norm == one.norm if exact else word.means(one))]
        second = [n for n, word in enumerate(places) if word.means(other)]
        return any(0 < abs(a - b) <= window for a in first for b in second)

    def says(self, phrase: Phrase) -> bool:
        """Whether the words of *phrase* stand here in a row."""
        return any(self.norms[n : n + len(phrase)] == phrase
                   for n in range(len(self.norms) - len(phrase) + 1))


def read(text: str, rules: FenceRules) -> Text:
    """*text* as words; phrases that count as one word are one."""
    tokens = tokenise(text)
    words: list[Word] = []
    marks = ""
    n = 0
    while n < len(tokens):
        if not tokens[n].is_word:
            marks += tokens[n].norm
            n += 1
            continue
        taken, meant = _phrase_at(tokens, n, rules)
        words.append(_word(tokens[n : n + taken], meant, marks, rules))
        marks = ""
        n += taken
    return Text(text, tuple(words))


def _phrase_at(tokens: Sequence[Token], start: int, rules: FenceRules) -> tuple[int, str]:
    """How many tokens from *start* count as one word, and that word; the longest phrase wins."""
    for size in range(rules.longest_phrase, 1, -1):
        some = tokens[start : start + size]
        meant = rules.phrases.get(tuple(token.stem for token in some))
        if meant is not None and len(some) == size:
            return size, meant
    return 1, tokens[start].norm


def _word(tokens: Sequence[Token], norm: str, marks: str, rules: FenceRules) -> Word:
    meant = stem(norm)
    return Word(
        norm, tuple(token.norm for token in tokens), meant,
        frozenset({meant, *rules.groups.get(meant, ())}),
        norm not in rules.function_words, marks, tokens[0].start, tokens[-1].end,
    )


def sentences_of(text: str, rules: FenceRules) -> tuple[str, ...]:
    """The sentences of *text*; a point after an abbreviation ends none."""
    pieces: list[str] = []
    start = 0
    for found in _BREAK.finditer(text):
        last = text[start : found.start()].rsplit(None, 1)[-1:] or [""]
        if last[0].strip("\"'“”‘’().").lower() in rules.abbreviations:
            continue
        pieces.append(text[start : found.end()].strip())
        start = found.end()
    pieces.append(text[start:].strip())
    return tuple(piece for piece in pieces if piece)
