"""Words as they were probably meant, for model and search: a slip takes a word apart.

A misspelt word falls into pieces that the model has never seen together, and what it tells is
lost, as it is to a search by words.  So a word that nobody knows is read as the known word that is
nearest by far, and most used of those that are as near.  Names are left alone where capitals tell
them; so is whatever has digits.  What the person wrote stays what is quoted and what the vocabulary
is looked up in.
"""

import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import Stemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

from retrieval.guidance import Guidance
from retrieval.indexes.entries import entries_of
from retrieval.words.tells import Tells, Told
from retrieval.words.tokens import fold, stem

LEAST_LETTERS = 4
"""Shorter words have too many neighbours."""
TWO_SLIPS_FROM_LETTERS = 8
"""From this length on two slips are mended instead of one."""
MOST_KEPT = 20_000
CONTRACTED = ("d", "ll", "nt", "re", "ve")
"""What phones leave of an apostrophe and what follows it."""

_CHUNK = re.compile(r"\S+")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


@dataclass(frozen=True)
class _Field:
    """The words of a field."""

    used: Mapping[str, int]
    """How often each is."""
    known: frozenset[str]
    stems: frozenset[str]
    by_first: Mapping[str, Sequence[str]]
    """What a slip may be of, by first letters."""

    @classmethod
    def of(cls, texts: Iterable[str], ordinary: frozenset[str]) -> "_Field":
        used = Counter(word for text in texts for word in _WORD.findall(fold(text)[0]))
        known = ordinary | used.keys()
        by_first: dict[str, list[str]] = defaultdict(list)
        for word in sorted(used):
            if len(word) >= LEAST_LETTERS - 1 and used[word] > 1:
                by_first[word[0]].append(word)
        # All at once: one by one it takes four times as long.
        stems = frozenset(Stemmer.Stemmer("english").stemWords(list(known)))
        return cls(used, known, stems, by_first)


class Spelling:
    """Mends words; safe to share between threads.

    Args:
        texts: How people write in this field; a word counts as often as it stands there.
        known: Words that are right as they are, however rare.
    """

    def __init__(self, texts: Iterable[str], known: frozenset[str]) -> None:
        self._texts = texts
        self._ordinary = known
        self._making = threading.Lock()
        self._nearest = lru_cache(MOST_KEPT)(self._find_nearest)

    @cached_property
    def _field(self) -> "_Field":
        """Made when the first word turns up that isn't an ordinary one: no start waits for it."""
        with self._making:
            found = self.__dict__.get("_field")
            return found if isinstance(found, _Field) else _Field.of(self._texts, self._ordinary)

    def mended(self, chunk: str, *, names: bool = True) -> str:
        """*chunk*, a stretch without blanks, with its unknown words as they were probably meant.

        Args:
            chunk: Words and what stands around them.
            names: Whether a capital is a sign of a name.
        """
        def mend(match: re.Match[str]) -> str:
            word = match.group()
            if len(word) < LEAST_LETTERS or not word.isalpha() or (names and not word.islower()):
                return word
            low = fold(word)[0]
            return word if self._is_right(low) else self._nearest(low) or word

        if not chunk.isalpha() and any(c.isdigit() or c in "@/\\" for c in chunk):
            return chunk
        return _WORD.sub(mend, chunk)

    def written(self, text: str) -> str:
        """*text* with its unknown words as they were probably meant."""
        names = _tells_names(text)
        return _CHUNK.sub(lambda match: self.mended(match.group(), names=names), text)

    def _is_right(self, word: str) -> bool:
        """Whether *word* is known, or bent or contracted as a known one would be."""
        if word in self._ordinary:
            return True
        known = self._field.known
        return word in known or stem(word) in self._field.stems or any(
            word.endswith(end) and word[:-len(end)] in known for end in CONTRACTED)

    def _find_nearest(self, word: str) -> str:
        """The word that *word* was meant to be; empty if none is near enough."""
        allowed = 2 if len(word) >= TWO_SLIPS_FROM_LETTERS else 1
        field = self._field
        near = [*field.by_first.get(word[0], ()), *field.by_first.get(word[1], ())]
        close = process.extract(word, near, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        good = [(distance, -field.used[one], one) for one, distance, _ in close
                if one[0] == word[0] or sorted(one[:2]) == sorted(word[:2])]
        return min(good)[2] if good else ""


class Mending:
    """A `Tells` that has the words of a message mended first; tells of the words as written."""

    def __init__(self, tells: Tells, spelling: Spelling) -> None:
        self._tells = tells
        self._spelling = spelling

    def __call__(self, text: str) -> Sequence[Told]:
        """What *text* tells, and where."""
        names = _tells_names(text)
        chunks = list(_CHUNK.finditer(text))
        mended = [self._spelling.mended(one.group(), names=names) for one in chunks]
        if all(one.group() == new for one, new in zip(chunks, mended, strict=True)):
            return self._tells(text)
        parts: list[str] = []
        begins: dict[int, int] = {}
        ends: dict[int, int] = {}
        at = before = 0
        for one, new in zip(chunks, mended, strict=True):
            parts += [text[before : one.start()], new]
            at += one.start() - before
            begins[at] = one.start()
            at += len(new)
            ends[at] = before = one.end()
        told = self._tells("".join([*parts, text[before:]]))
        return [replace(one, start=begins[one.start], end=ends[one.end]) for one in told]


def _tells_names(text: str) -> bool:
    """Whether capitals are a sign of names in *text*."""
    return not text.islower() and not text.isupper()


def of_release(guidance: Guidance) -> Spelling:
    """How people write of what *guidance* holds: its texts, ways of asking and vocabulary."""
    terms = (phrase for term in guidance.vocabulary.terms
             for phrase in (*term.terms, *term.weak, *term.exactly, *term.asked))
    return Spelling([*(entry.text for entry in entries_of(guidance)), *terms],
                    guidance.vocabulary.english)
