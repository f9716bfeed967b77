"""Find in a message what the vocabulary has words for.

The longest term wins, whichever fact it belongs to: in "predictive policing" nobody says police.
Case, hyphens and word endings don't matter.  A misspelt word is taken for the nearest vocabulary
word, unless it is an ordinary English word ("policy" is never "police") or stands beside a word
that completes a longer term ("boarder guard").  Pure, and compiled once per release.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from retrieval.guidance import Fact, Vocabulary
from retrieval.words.closest import closest, extent
from retrieval.words.firms import LEGAL_FORM, names_of_firms
from retrieval.words.mentions import Mention, Reading, Shield, Strength
from retrieval.words.phrases import Phrases, unarticled
from retrieval.words.tokens import Form, Mend, Token, Tokens, forms_of, tokenise

MIN_FUZZY_LETTERS = 5
"""Shorter words have too many neighbours one letter away to guess at."""
TWO_SLIPS_FROM_LETTERS = 8
"""From this length on two slips are forgiven instead of one."""
MIN_JOINED_LETTERS = 6
"""Shortest word that is also recognised written apart ("spy ware") or its parts together."""

Stems = tuple[str, ...]

_T = TypeVar("_T")


class _Entry(NamedTuple):
    # Tens of thousands are made at a start, which frozen values take three times as long for.
    fact: Fact
    value: str
    negated: str | None
    strength: Strength
    stems: Stems
    shields: bool = False
    """The phrase only keeps its words from saying the value (`but_not`)."""
    as_spelt: tuple[str, ...] = ()
    """The words by `Token.norm`, where no other ending is taken for them (`exactly`)."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    fact: Fact
    value: str
    negated: str | None
    groups: tuple[int, ...]


class _ByStart(Generic[_T]):
    """What phrases stand for, by their first two words; most that begin alike go on otherwise."""

    def __init__(self) -> None:
        self._alone: dict[str, list[tuple[int, _T]]] = {}
        self._longer: dict[str, dict[str, list[tuple[int, _T]]]] = {}
        self._added = 0

    def add(self, stems: Stems, what: _T) -> None:
        """Note *what* under its *stems*, of which there is at least one."""
        if len(stems) == 1:
            same = self._alone.setdefault(stems[0], [])
        else:
            same = self._longer.setdefault(stems[0], {}).setdefault(stems[1], [])
        same.append((self._added, what))
        self._added += 1

    def of(self, first: str, seconds: Sequence[str]) -> Sequence[_T]:
        """What begins with *first* and ends there or goes on with one of *seconds*, as added."""
        found = self._alone.get(first, ())
        longer = self._longer.get(first)
        if not found and longer is None:
            return ()  # as with most words of a message
        if longer is not None:
            more = [one for second in dict.fromkeys(seconds) for one in longer.get(second, ())]
            if more:
                found = sorted([*found, *more], key=itemgetter(0))
        return [what for _, what in found]


class Lexicon:
    """The compiled vocabulary of one release."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._entries: _ByStart[_Entry] = _ByStart()
        self._group_phrases: _ByStart[tuple[Stems, int]] = _ByStart()
        self._patterns: list[_Pattern] = []
        self._joined: dict[str, list[_Entry]] = defaultdict(list)
        self._english = vocabulary.english
        self._within = vocabulary.within
        self._legal_forms = Phrases(vocabulary.cues.get(LEGAL_FORM, ()))
        names: set[Form] = set()
        as_spelt: set[Form] = set()
        group_ids: dict[tuple[str, ...], int] = {}
        for term in vocabulary.terms:
            phrases = [(p, Strength.TERM) for p in term.terms]
            phrases += [(p, Strength.WEAK) for p in term.weak]
            phrases += [(p, Strength.ASKED) for p in term.asked]
            for phrase, strength in phrases:
                self._add(term.fact, term.value, term.negated, strength, phrase, names=names)
            for phrase in term.exactly:
                self._add(term.fact, term.value, term.negated, Strength.WEAK, phrase,
                          names=as_spelt, exactly=True)
            for phrase in term.but_not:
                self._add(term.fact, term.value, None, Strength.TERM, phrase, names=names,
                          shields=True)
            for alternative in term.near:
                for group in alternative:
                    if group not in group_ids:
                        group_ids[group] = len(group_ids)
                        self._add_group(group, group_ids[group], names)
                self._patterns.append(_Pattern(
                    term.fact, term.value, term.negated,
                    tuple([group_ids[group] for group in alternative])))
        self._norms = sorted({norm for norm, _ in names
                              if len(norm) >= MIN_FUZZY_LETTERS and norm.isalpha()})
        self._stems = {stem for _, stem in names | as_spelt}
        self._nearest = lru_cache(maxsize=20_000)(self._find_nearest)
        self._as_long = lru_cache(maxsize=100)(self._find_as_long)
        self._by_group: dict[int, list[_Pattern]] = defaultdict(list)
        for pattern in self._patterns:
            self._by_group[pattern.groups[0]].append(pattern)

    def _add(
        self,
        fact: Fact,
        value: str,
        negated: str | None,
        strength: Strength,
        phrase: str,
        *,
        names: set[Form],
        shields: bool = False,
        exactly: bool = False,
    ) -> None:
        words = unarticled(forms_of(phrase))
        if not words:
            return
        names.update(words)
        stems = tuple([stem for _, stem in words])
        spelt = tuple([norm for norm, _ in words]) if exactly else ()
        entry = _Entry(fact, value, negated, strength, stems, shields, spelt)
        self._entries.add(stems, entry)
        if strength is Strength.TERM and not shields and len(words) <= 2:
            together = "".join([norm for norm, _ in words])
            if len(together) >= MIN_JOINED_LETTERS:
                self._joined[together].append(entry)

    def _add_group(self, phrases: tuple[str, ...], id_: int, names: set[Form]) -> None:
        """Note each of *phrases* for the patterns that have group *id_* among theirs."""
        for phrase in phrases:
            words = forms_of(phrase)
            stems = tuple([stem for _, stem in words])
            names.update(words)
            if stems:
                self._group_phrases.add(stems, (stems, id_))

    def find(
        self, text: str, tokens: Tokens | None = None, mends: Sequence[Mend] = ()
    ) -> Reading:
        """Tokens of *text* and every mention in it, in order of position.

        The *tokens* may be given, where they are known; else words are taken as *mends* have them,
        but for made-up names of firms.
        """
        tokens = Tokens(tokenise(text)) if tokens is None else tokens
        coined = [n for n in names_of_firms(tokens, self._legal_forms)
                  if tokens[n].stem not in self._stems and tokens[n].norm not in self._english]
        if mends:
            made_up = {tokens[n].start for n in coined}
            tokens = Tokens(tokenise(text, [one for one in mends if one.start not in made_up]))
        stems, fuzzy = self._corrected(tokens, coined)
        found = list(self._terms(tokens, stems, fuzzy))
        shields = tuple(dict.fromkeys(
            Shield(entry.fact, entry.value, first, last)
            for entry, first, last, guessed in found if entry.shields and not guessed))
        terms = list(_longest(found, shields, self._within))
        # What a fixed term says is surer than a pattern about the same words.
        patterns = [
            p for p in self._near(tokens, stems, fuzzy)
            if not any(t.fact == p.fact and t.strength.is_firm and t.first < p.last
                       and p.first < t.last for t in terms)
        ]
        return Reading(text, tokens, tuple(sorted(
            [*terms, *patterns], key=lambda m: (m.first, -m.last, m.fact, m.value)
        )), shields, tuple((tokens[n].start, tokens[n].end) for n in coined))

    def knows(self, text: str) -> bool:
        """True if *text* names anything of the domain firmly."""
        return any(m.strength.is_firm for m in self.find(text).mentions)

    def _corrected(
        self, tokens: Sequence[Token], coined: Collection[int]
    ) -> tuple[list[tuple[str, ...]], set[int]]:
        """Per token the stems it may stand for, best first, and which tokens were guessed.

        Those at *coined* stand for themselves alone.
        """
        stems: list[tuple[str, ...]] = []
        fuzzy: set[int] = set()
        for position, token in enumerate(tokens):
            options: tuple[str, ...] = (token.stem,)
            unknown = token.stem not in self._stems and position not in coined
            if unknown and len(token.norm) >= MIN_FUZZY_LETTERS and token.norm.isalpha():
                guess = self._nearest(token.norm)
                if guess and token.norm not in self._english:
                    options = guess
                    fuzzy.add(position)
                elif guess:
                    options = (token.stem, *guess)
            stems.append(options)
        return stems, fuzzy

    def _find_nearest(self, word: str) -> tuple[str, ...]:
        allowed = 2 if len(word) >= TWO_SLIPS_FROM_LETTERS and word not in self._english else 1
        close = process.extract(
            word, self._as_long(len(word), allowed), scorer=OSA.distance, score_cutoff=allowed,
            limit=6)
        good = [
            (distance, norm)
            for norm, distance, _ in close
            if norm != word and (norm[0] == word[0] or sorted(norm[:2]) == sorted(word[:2]))
        ]
        best = min((d for d, _ in good), default=0)
        nearest = {forms_of(norm)[0][1]: None for d, norm in sorted(good) if d == best}
        return tuple(nearest)

    def _find_as_long(self, letters: int, slips: int) -> list[str]:
        """Known words of so many *letters*, give or take: only they can be so few *slips* away."""
        return [norm for norm in self._norms if abs(len(norm) - letters) <= slips]

    def _terms(
        self, tokens: Sequence[Token], stems: Sequence[tuple[str, ...]], fuzzy: set[int]
    ) -> Iterator[tuple[_Entry, int, int, bool]]:
        for first, token in enumerate(tokens):
            if not token.is_word:
                continue
            following = first + 1
            seconds = () if following == len(tokens) else (
                *stems[following], tokens[following].stem)
            for option in stems[first]:
                for entry in self._entries.of(option, seconds):
                    last = first + len(entry.stems)
                    if last > len(tokens):
                        continue
                    guessed = self._guesses(entry.stems, tokens, stems, first)
                    if guessed is None or (guessed and not _plausible(guessed, entry, fuzzy)):
                        continue
                    # "The main gate" shares its stem with Maine.
                    if entry.as_spelt and entry.as_spelt != tuple(
                            [t.norm for t in tokens[first:last]]):
                        continue
                    yield entry, first, last, bool(guessed)
            yield from self._run_together(tokens, first)

    def _guesses(
        self,
        wanted: Stems,
        tokens: Sequence[Token],
        stems: Sequence[tuple[str, ...]],
        first: int,
    ) -> list[int] | None:
        """Positions where only a guess fits *wanted*; None if it doesn't fit at all."""
        guesses: list[int] = []
        for offset, stem in enumerate(wanted):
            position = first + offset
            if stem == tokens[position].stem:
                continue
            if stem not in stems[position]:
                return None
            guesses.append(position)
        return guesses

    def _run_together(
        self, tokens: Sequence[Token], first: int
    ) -> Iterator[tuple[_Entry, int, int, bool]]:
        word = tokens[first].norm
        if len(word) >= MIN_JOINED_LETTERS:
            singular = word[:-1] if word.endswith("s") else word
            for entry in (*self._joined.get(word, ()), *self._joined.get(singular, ())):
                if len(entry.stems) > 1:
                    yield entry, first, first + 1, False
        if first + 1 < len(tokens) and tokens[first + 1].is_word:
            pair = word + tokens[first + 1].norm
            for entry in self._joined.get(pair, ()):
                if len(entry.stems) == 1:
                    yield entry, first, first + 2, False

    def _near(
        self, tokens: Sequence[Token], stems: Sequence[tuple[str, ...]], fuzzy: set[int]
    ) -> Iterator[Mention]:
        # A pattern already bends a good deal, so only a word that is no English word is guessed.
        stems = [o if i in fuzzy else (tokens[i].stem,) for i, o in enumerate(stems)]
        for begin, end in _sentences(tokens):
            hits: dict[int, list[tuple[int, int]]] = defaultdict(list)
            for first in range(begin, end):
                seconds = stems[first + 1] if first + 1 < end else ()
                for option in stems[first]:
                    for wanted, group in self._group_phrases.of(option, seconds):
                        last = first + len(wanted)
                        if last <= end and all(
                            w in stems[first + i] for i, w in enumerate(wanted)
                        ):
                            hits[group].append((first, last))
            seen: set[tuple[Fact, str]] = set()
            for group in list(hits):
                for pattern in self._by_group.get(group, ()):
                    if (pattern.fact, pattern.value) in seen:
                        continue
                    parts = closest([hits.get(g, []) for g in pattern.groups])
                    if parts:
                        seen.add((pattern.fact, pattern.value))
                        first, last = extent(parts)
                        yield Mention(pattern.fact, pattern.value, pattern.negated,
                                      first, last, Strength.NEAR, parts)


def _plausible(guessed: list[int], entry: _Entry, fuzzy: set[int]) -> bool:
    """A guess at an ordinary English word needs another word of the term to vouch for it."""
    if all(position in fuzzy for position in guessed):
        return True
    return len(entry.stems) >= 2 and len(guessed) == 1


def _longest(
    found: list[tuple[_Entry, int, int, bool]],
    shields: Sequence[Shield],
    within: Mapping[Fact, frozenset[Fact]],
) -> Iterator[Mention]:
    """Drop what lies within a longer term, and what a `but_not` phrase shields.

    A term that lies *within* one of another fact, of those named for its own, stays.
    """
    # By each word, the terms that it is of: a long message may hold a thousand.
    over: dict[int, set[tuple[Fact, int, int]]] = defaultdict(set)
    for entry, first, last, guessed in found:
        if not entry.shields and entry.strength is Strength.TERM and not guessed:
            for position in range(first, last):
                over[position].add((entry.fact, first, last))
    replies = [(e.fact, first, last) for e, first, last, guessed in found
               if e.strength is Strength.ASKED and not guessed]
    exact_at = {(first, last) for _, first, last, guessed in found if not guessed}
    for entry, first, last, guessed in dict.fromkeys(found):
        if entry.shields:
            continue
        if any(s.fact == entry.fact and s.value == entry.value
               and s.first <= first and last <= s.last for s in shields):
            continue
        stays = within.get(entry.fact, ())
        if any(a <= first and last <= b and b - a > last - first and fact not in stays
               for fact, a, b in over[first]):
            continue
        if guessed and (first, last) in exact_at:
            continue
        if not entry.strength.is_firm and any(
            f == entry.fact and a <= first and last <= b and b - a > last - first
            for f, a, b in replies
        ):
            continue
        strength = entry.strength
        if guessed and strength is Strength.TERM:
            strength = Strength.FUZZY
        yield Mention(entry.fact, entry.value, entry.negated, first, last, strength,
                      ((first, last),))


def _sentences(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    begin = 0
    for position, token in enumerate(tokens):
        if token.ends_sentence:
            yield begin, position
            begin = position + 1
    yield begin, len(tokens)
