"""Slips of the keyboard: what was meant, by the letters and by the words on either side.

A misspelt word falls into pieces that the model has never seen together, and is no word of the
vocabulary; what it says is lost, or taken for something else.  A slip may also make another word:
"there" for "three".  So each word is weighed against those that one slip would have made it of, by
how often those who wrote for the corpus used each, and between which neighbours
(`retrieval.written_words`): a noisy channel.  A word that nobody knows and that no single slip
explains is read as the word of the corpus that is nearest by two.

What somebody may have meant as it stands is left alone: names, which capitals tell, need more to
be doubted, as do words that are known; whether it says "no" is never changed in one that is known.
What the person wrote stays what is quoted.
"""

import re
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import Stemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

from retrieval.finding.slips import LEAST_LETTERS as LEAST_BY_CONTEXT
from retrieval.finding.slips import Slips
from retrieval.guidance import Fact, Guidance
from retrieval.indexes.entries import entries_of
from retrieval.words.tells import HasRead, Taught, Tells, Told
from retrieval.words.tokens import SHORTENED, Mend, fold, stem, tokenise
from retrieval.written_words import NONE, NUMBER, STOP, Habits, kind_of, shipped
from retrieval.written_words import WORD as WRITTEN

LEAST_LETTERS = 4
"""Shorter words have too many neighbours."""
TWO_SLIPS_FROM_LETTERS = 8
"""From this length on two slips are mended instead of one."""
LONGEST_ABBREVIATION = 5
"""Most letters of what stands for itself where it is written in capitals and alone."""
MOST_KEPT = 20_000
LATEST = 16
"""Texts whose slips are kept: model, vocabulary and search ask for them, one after the other."""
KNOWN = 50
"""How often a word that is no English one has to have been used to be known: many of those used
less often are slips."""
NEGATION = "negation"
"""The cue list of the words that say "no"."""
STEERING = ("take_back", "go_on", "thanks")
"""Lists of words that, by themselves, say what is to be done, or that one leaves: "undo" is no slip
for UNDP, and "quit" none for "quiet"."""
TAKING_OUT = "takes_back_by_name"
"""The cue list of what takes out what is named behind it: "ditch" is no slip for "Dutch"."""
CONTRACTED = ("d", "ll", "nt", "re", "ve")
"""What phones leave of an apostrophe and what follows it."""
SOUNDS_LIKE = {"2": "to", "4": "for"}
"""Figures that thumbs write for a word: "wants us 2 ship", "cams 4 the army"."""
FEWEST_USES = 3
"""How often a word must have been used to tell what stands beside it."""
RATHER_A_WORD = 50.0
"""So much likelier the word has to be than the number, between its neighbours: an estimate of ours;
of fifty messages with either meaning it parts all but "question 2 say yes"."""
NUMBERED = ("beside_a_number", "lookup_by_consideration", "lookup_by_appendix", "yes", "no")
"""Lists of the words behind which such a figure counts: "option 2 say", "yes 2 no"."""

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
        habits: How people write, for what the words on either side tell; without, each word is
            mended by itself, and only where nobody knows it.
        fixed: Words that say "no", "undo" or "ditch": no known word becomes them, nor they another.
        names: Words that name something by themselves, and so need more to be doubted.
        numbered: Words behind which a figure is a number.
    """

    def __init__(
        self,
        texts: Iterable[str],
        known: frozenset[str],
        habits: Callable[[], Habits] = lambda: NONE,
        fixed: Collection[str] = (),
        names: Collection[str] = (),
        numbered: Collection[str] = (),
    ) -> None:
        self._texts = texts
        self._numbered = frozenset(numbered)
        self._names = names
        self._ordinary = known
        self._fixed = fixed
        self._habits_of = habits
        self._making = threading.Lock()
        self._nearest = lru_cache(MOST_KEPT)(self._find_nearest)
        self._latest = lru_cache(LATEST)(self._find_mends)

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
            return SHORTENED.get(low) or (
                word if self._is_right(low) else self._nearest(low) or word)

        if _is_code(chunk):
            return chunk
        return _WORD.sub(mend, chunk)

    def written(self, text: str) -> str:
        """*text* with its unknown words as they were probably meant, each by itself.

        So questions are searched: what their neighbours tell beside it gained nothing there.
        """
        return _with(text, tuple(self._one_by_one(text)))[0]

    def meant(self, text: str) -> str:
        """*text* with its misspelt words as they were probably meant, by their neighbours too."""
        return _with(text, self.mends(text))[0]

    def mends(self, text: str) -> tuple[Mend, ...]:
        """The misspelt words of *text*, in order, and what each was probably meant to be.

        None of them reaches over a blank; what stands beside a digit, or in an address, is none.
        """
        return self._latest(text)

    def _find_mends(self, text: str) -> tuple[Mend, ...]:
        habits = self._slips[0]
        return tuple(self._by_context(text) if habits.words else self._one_by_one(text))

    @cached_property
    def _slips(self) -> tuple[Habits, Slips]:
        """Read when the first text is mended: no start waits for it."""
        with self._making:
            found = self.__dict__.get("_slips")
            if isinstance(found, tuple):
                return found
            habits = self._habits_of()
            return habits, Slips(habits, self._fixed)

    def _one_by_one(self, text: str) -> Iterator[Mend]:
        names = _tells_names(text)
        for chunk in _CHUNK.finditer(text):
            if _is_code(chunk.group()):
                continue
            for match in _WORD.finditer(chunk.group()):
                new = self.mended(match.group(), names=names)
                if new != match.group():
                    yield Mend(chunk.start() + match.start(), chunk.start() + match.end(), new)

    def _by_context(self, text: str) -> Iterator[Mend]:
        """The slips that letters and neighbours tell; what was mended is a neighbour as meant."""
        _, slips = self._slips
        names = _tells_names(text)
        folded, origin = fold(text)
        codes = [chunk.span() for chunk in _CHUNK.finditer(text) if _is_code(chunk.group())]
        found = [(kind_of(match.group()), origin[match.start()], origin[match.end() - 1] + 1)
                 for match in WRITTEN.finditer(folded)]
        before = STOP
        for n, (word, start, end) in enumerate(found):
            after = found[n + 1][0] if n + 1 < len(found) else STOP
            raw = text[start:end]
            # A capital at the beginning of a sentence tells no name.
            name = names and before != STOP and raw[:1].isupper()
            if len(word) >= LEAST_BY_CONTEXT and word in SHORTENED:
                before = SHORTENED[word]  # "cld" is no slip for "cold"
                yield Mend(start, end, before)
            elif not (len(word) < LEAST_BY_CONTEXT or slips.seems_right(before, word, after)
                    or self._names_something(word, capital=raw[:1].isupper())
                    or (names and any(letter.isupper() for letter in raw[1:]))
                    or any(a <= start < b for a, b in codes)):
                before = self._meant(before, word, after, name=name)
                if before != word:
                    yield Mend(start, end, before)
            elif raw in SOUNDS_LIKE and _stands_alone(text, start, end) and (
                    self._sounds_like_a_word(before, SOUNDS_LIKE[raw], after)):
                before = SOUNDS_LIKE[raw]
                yield Mend(start, end, before)
            else:
                before = word

    def _sounds_like_a_word(self, before: str, word: str, after: str) -> bool:
        """Whether a figure stands for *word*, between two words of which each is known.

        Behind a name that nobody knows it is of that: "HawkEye 2", and at either end it counts.
        """
        habits, slips = self._slips
        return before not in self._numbered and after not in self._fixed and all(
            one.isalpha() and habits.words.get(one, 0) >= FEWEST_USES
            for one in (before, after)) and (
            slips.likelier(before, word, NUMBER, after) > RATHER_A_WORD)

    def _names_something(self, word: str, *, capital: bool) -> bool:
        """Whether *word* is a name of the field beyond doubt.

        Some small towns are a letter away from what people sell: "Canera".
        """
        name = word.removesuffix("'s")
        return name in self._names and (capital or name in self._ordinary)

    def _meant(self, before: str, word: str, after: str, *, name: bool) -> str:
        habits, slips = self._slips
        name = name or word.removesuffix("'s") in self._names
        ordinary = word in self._ordinary or habits.words.get(word, 0) >= KNOWN
        known = ordinary or word in self._field.used
        meant = slips.meant(before, word, after, known=known, name=name,
                            also=None if known else self._field.used)
        if meant != word or known or name or len(word) < TWO_SLIPS_FROM_LETTERS or (
                self._is_right(word)):
            return meant
        return self._nearest(word) or word

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
    """A `Tells` that has the words of a message mended first; tells of the words as written.

    Args:
        tells: What tells of the message as meant.
        mends: What tells of its slips, and of the marks that were left out.
    """

    def __init__(self, tells: Tells, mends: Callable[[str], Sequence[Mend]]) -> None:
        self._tells = tells
        self._mends = mends

    def knows(self, fact: Fact, value: str) -> bool:
        """Whether what tells was taught *value* of *fact*; where it doesn't say, it was."""
        return not isinstance(self._tells, Taught) or self._tells.knows(fact, value)

    def has_read(self, word: str) -> bool:
        """Whether what tells was taught with *word*; where it doesn't say, it was."""
        return not isinstance(self._tells, HasRead) or self._tells.has_read(word)

    def __call__(self, text: str) -> Sequence[Told]:
        """What *text* tells, and where."""
        mends = sorted([*self._mends(text), *_written_out(text)], key=lambda mend: mend.start)
        if not mends:
            return self._tells(text)
        meant, begins, ends = _with(text, mends)
        return [replace(one, start=begins[one.start], end=ends[one.end])
                for one in self._tells(meant)]


def _written_out(text: str) -> Iterator[Mend]:
    """What stands for more than it is in *text*, as a model was never taught: "w/o"."""
    if "/" in text:
        yield from (Mend(t.start, t.end, t.norm) for t in tokenise(text)
                    if "/" in t.text and "/" not in t.norm)


def _with(text: str, mends: Sequence[Mend]) -> tuple[str, dict[int, int], dict[int, int]]:
    """*text* as meant, and where each stretch without blanks begins and ends in *text*.

    Both by where it does in what was meant.
    """
    parts: list[str] = []
    begins: dict[int, int] = {}
    ends: dict[int, int] = {}
    left = list(reversed(mends))
    at = before = 0
    for chunk in _CHUNK.finditer(text):
        begins[at + chunk.start() - before] = chunk.start()
        # A mark that was left out stands in the blank right behind, and belongs to the chunk.
        while left and left[-1].start <= chunk.end():
            mend = left.pop()
            parts += [text[before : mend.start], mend.word]
            at += mend.start - before + len(mend.word)
            before = mend.end
        ends[at + chunk.end() - before] = chunk.end()
    return "".join([*parts, text[before:]]), begins, ends


def _is_code(chunk: str) -> bool:
    """Whether *chunk* has digits, or signs of an address or a path."""
    return not chunk.isalpha() and any(c.isdigit() or c in "@/\\" for c in chunk)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether blanks stand on either side: not in "2x", "2." or "v2"."""
    return text[start - 1 : start].isspace() and text[end : end + 1].isspace()


def _tells_names(text: str) -> bool:
    """Whether capitals are a sign of names in *text*.

    Nobody shouts one short word: "CBAM" by itself is an abbreviation, and no slip for "cam".
    """
    return not text.islower() and (
        not text.isupper() or len("".join(filter(str.isalpha, text))) <= LONGEST_ABBREVIATION)


def of_release(guidance: Guidance) -> Spelling:
    """How people write of what *guidance* holds: its texts, ways of asking and vocabulary."""
    vocabulary = guidance.vocabulary
    terms = [phrase for term in vocabulary.terms
             for phrase in (*term.terms, *term.weak, *term.exactly, *term.asked)]
    fixed = [phrase for phrases in (
        *(vocabulary.cues.get(name, ()) for name in (NEGATION, TAKING_OUT)),
        *(vocabulary.intents.get(name, ()) for name in STEERING)) for phrase in phrases]
    numbered = [word for name in NUMBERED for word in vocabulary.cues.get(name, ())]
    return Spelling([*(entry.text for entry in entries_of(guidance)), *terms],
                    vocabulary.english, shipped,
                    frozenset(phrase for phrase in fixed if " " not in phrase),
                    frozenset(fold(term)[0] for term in terms if term.isalpha()), numbered)
