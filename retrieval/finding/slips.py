"""What a word was meant to be, by its letters and by the words on either side: a noisy channel.

A word is as likely as those who wrote for the corpus used it between such neighbours
(`retrieval.written_words`), times the chance that fingers made of it what stands there.
"""

from collections.abc import Collection, Container, Iterator, Mapping
from functools import lru_cache
from string import ascii_lowercase

from retrieval.words.tokens import stem
from retrieval.written_words import Habits

LEAST_LETTERS = 3
"""Shorter words have too many neighbours, and their slips are mostly another word."""

SLIPS = 0.03
"""Share of the words that have a slip of the keyboard."""

FIRST_LETTER = 0.2
"""How often the first letter is the wrong one, against any other."""

NEXT_KEY, ODD_KEY, DOUBLED, FIRST_SWAPPED = 0.5, 0.015, 0.5, 0.3
"""How often the key beside the right one is hit, one from elsewhere, a letter twice, and the
first two the wrong way round, against a letter left out.  Estimates of ours, as `FIRST_LETTER` is.
"""

SURE = 3
"""How often a word must have been used to be what somebody meant."""

FREQUENT = 50
"""How often one must have been that is right where both pairs with its neighbours are."""

FALLS_BACK = 50.0
"""What a word's own share counts for, in uses, beside those after another word."""

DOUBTED = 20.0
"""So much likelier what was meant has to be where the word as it stands is a word too."""

UNSEEN, NAME, UNHEARD_OF = 1.0, 10.0, 0.01
"""How often a word that the corpus lacks counts as used: English, a name, neither.  Of a tenth, a
thirtieth and a hundredth for the last, which is mostly a slip, the best: of slips in messages of
`dev` it leaves half as many as the first, and mends no more words that are right."""

MOST_KEPT = 20_000

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEXT_TO = {key: row[max(0, i - 1) : i] + row[i + 1 : i + 2]
            for row in _ROWS for i, key in enumerate(row)}


class Slips:
    """Finds out what was meant; safe to share between threads.

    Args:
        habits: How people write.
        fixed: Words that are meant wherever they stand, and that no other known word is meant to
            be: those that say "no".
    """

    def __init__(self, habits: Habits, fixed: Collection[str]) -> None:
        self._habits = habits
        self._fixed = frozenset(fixed)
        self._near = lru_cache(MOST_KEPT)(self._find_near)

    def seems_right(self, before: str, word: str, after: str) -> bool:
        """Whether *word* is one that people often use, and use between these two."""
        habits = self._habits
        return (habits.words.get(word, 0) >= FREQUENT and habits.side_by_side(before, word) > 0
                and habits.side_by_side(word, after) > 0)

    def meant(
        self,
        before: str,
        word: str,
        after: str,
        *,
        known: bool,
        name: bool = False,
        also: Mapping[str, int] | None = None,
    ) -> str:
        """What *word* was probably meant to be; itself, if as it stands.

        Args:
            before: The word before it, or `retrieval.written_words.STOP`.
            word: The word as written, folded.
            after: The word behind it, or `retrieval.written_words.STOP`.
            known: Whether it is a word, of English or of the field.
            name: Whether a capital tells a name.
            also: Words of the field with their uses, for one that is not known.
        """
        if word in self._fixed:
            return word
        unseen = NAME if name else UNSEEN if known else UNHEARD_OF
        least = self._likely(before, word, after, unseen, also) * (1.0 - SLIPS)
        if known:
            least *= DOUBTED
        best = word
        for other, chance in self._meanings(word, known, also):
            likely = self._likely(before, other, after, 0.0, also) * chance
            if likely > least:
                best, least = other, likely
        return best

    def likelier(self, before: str, word: str, other: str, after: str) -> float:
        """By what factor *word* is likelier between these two than *other*."""
        return self._likely(before, word, after, UNSEEN, None) / self._likely(
            before, other, after, UNSEEN, None)

    def _meanings(
        self, word: str, known: bool, also: Mapping[str, int] | None
    ) -> Iterator[tuple[str, float]]:
        for other, chance in self._near(word):
            if known and (other in self._fixed or stem(other) == stem(word)):
                continue
            used = self._habits.words.get(other, 0) + (also or {}).get(other, 0)
            if used >= SURE:
                yield other, chance
        if also is not None:
            for other, chance in _made_of(word, also):
                if other not in self._habits.words and also[other] > 1:
                    yield other, chance

    def _find_near(self, word: str) -> tuple[tuple[str, float], ...]:
        return tuple(_made_of(word, self._habits.words))

    def _likely(
        self, before: str, word: str, after: str, unseen: float, also: Mapping[str, int] | None
    ) -> float:
        """How likely *word* stands between these two, up to a factor of theirs alone."""
        habits = self._habits
        used = habits.words.get(word, 0)
        share = (used + (also or {}).get(word, 0) or unseen) / habits.in_all
        ahead = (habits.side_by_side(before, word) + FALLS_BACK * share) / (
            habits.words.get(before, 0) + FALLS_BACK)
        next_share = (habits.words.get(after, 0) or UNSEEN) / habits.in_all
        behind = (habits.side_by_side(word, after) + FALLS_BACK * next_share) / (used + FALLS_BACK)
        return ahead * behind


def _made_of(word: str, words: Container[str]) -> Iterator[tuple[str, float]]:
    """Which of *words* one slip may have made *word* of, and the chance of that slip; each once."""
    best: dict[str, float] = {}
    for other, chance in _all_made_of(word, words):
        if other != word and len(other) >= LEAST_LETTERS and best.get(other, 0.0) < chance:
            best[other] = chance
    yield from best.items()


def _all_made_of(word: str, words: Container[str]) -> Iterator[tuple[str, float]]:
    # Of some four hundred that one slip leads to hardly any is a word: that is asked first.
    letters = len(word)
    for at in range(letters + 1):
        before, behind = word[:at], word[at:]
        first = FIRST_LETTER if at == 0 else 1.0
        for key in [key for key in ascii_lowercase if before + key + behind in words]:  # left out
            yield before + key + behind, first * SLIPS / 3 / max(letters, 1)
        if not behind:
            continue
        here, rest = behind[0], behind[1:]
        each = SLIPS / 3 / max(letters - 1, 1)
        swapped = before + rest[:1] + here + rest[1:]
        if rest and swapped in words:
            yield swapped, (FIRST_SWAPPED if at == 0 else 1.0) * each
        for key in [key for key in ascii_lowercase if before + key + rest in words]:  # another key
            near = NEXT_KEY if here in _NEXT_TO.get(key, "") else ODD_KEY
            yield before + key + rest, first * near * each
        if before + rest in words:  # one too many
            doubled = at > 0 and word[at - 1] == here
            yield before + rest, first * (DOUBLED if doubled else ODD_KEY) * each


