"""Names of people and companies in a text, found by capitals, neighbours and lists.

No model that finds names is at hand, so this goes by how hurried English is written: what begins
with a capital where no sentence begins, and is no word of the guidance, is taken for a name.  Too
much is taken sooner than too little, except for words that the vocabulary knows.  A name in lower
case is found where it is a common given name, follows a title, or was written with a capital
elsewhere in the text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.chat.masking_rules import MaskingRules, folded
from bot.dialogue.small_words.cues import FUNCTION_WORDS
from retrieval.guidance import Guidance
from retrieval.words.lexicon import Lexicon
from retrieval.words.mentions import Strength
from retrieval.words.phrases import Phrases
from retrieval.words.tokens import Token, tokenise

LOUD = 0.6
"""Share of known words with a capital from which capitals say nothing."""
LOUD_WORDS = 4
"""Fewest known words of which that can be said."""
LONGEST_COMPANY = 5
"""Most words of a company's name before its legal form."""

_WORD = re.compile(r"[^\W_]+(?:['’.&_-][^\W_]+)*")
_OPENS = re.compile(r"(?:^|[.!?:;\n•*>-])[\s\"'“‘«(\[]*$")
_JOINS = re.compile(r" {1,2}|-|\u00a0| ?& ?")
_AFTER_INITIAL = re.compile(r"\.? {0,2}")
_CAMEL = re.compile(r"[^\W\d_]*[a-z][A-Z]")
_POSSESSIVE = re.compile(r"['’](?:s|S)?$")


class Named(StrEnum):
    """What a name seems to be of."""

    PERSON = "person"
    COMPANY = "company"
    NAME = "name"
    """One cannot tell."""


@dataclass(slots=True)
class _Word:
    text: str
    norm: str
    start: int
    end: int
    gap: str
    """What stands between it and the word before."""
    opens: bool
    """It begins a sentence, so its capital says nothing."""
    told: bool
    """The vocabulary, a cue or the list of what stays knows it where it stands."""
    parts: Sequence[str] = field(default=())

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper() or bool(_CAMEL.match(self.text))

    @property
    def caseless(self) -> bool:
        """Of a script that has no capitals."""
        return any(c.isalpha() and c.lower() == c.upper() for c in self.text)


Span = tuple[int, int, Named]


class Names:
    """Finds names in texts; holds which words are known.

    Args:
        guidance: Its words stay.
        lexicon: Its vocabulary, compiled.
        rules: Lists of titles, legal forms, given names and the like.
    """

    def __init__(self, guidance: Guidance, lexicon: Lexicon, rules: MaskingRules) -> None:
        self._lexicon = lexicon
        self._rules = rules
        self._english = guidance.vocabulary.english
        self._guidance = frozenset(_words_of(guidance))
        self._small = frozenset(folded(w) for w in guidance.vocabulary.cues.get(
            FUNCTION_WORDS, ()))
        self._before = Phrases(rules.before_name)

    def find(self, text: str) -> list[Span]:
        """Characters of *text* that are names, in order, without overlaps."""
        tokens = tokenise(text)
        words = list(self._words(text))
        loud = self._is_loud(words)
        found = [*self._companies(words), *self._titled(words), *self._introduced(words, tokens),
                 *self._runs(words, loud)]
        firm = _apart(found)
        return _apart([*firm, *self._again(words, firm)])

    def _words(self, text: str) -> Iterator[_Word]:
        told = self.told(text)
        end = 0
        for match in _WORD.finditer(text):
            bare = _POSSESSIVE.sub("", match[0])
            start, stop = match.start(), match.start() + len(bare)
            parts = [folded(part) for part in re.split(r"['’.&_-]", bare) if part]
            known = any(a < stop and start < b for a, b in told) or all(
                part in self._rules.kept or part in self._small or part in self._rules.titles
                for part in parts)
            yield _Word(bare, folded(bare), start, stop, text[end:start],
                        bool(_OPENS.search(text, max(0, start - 12), start)), known, parts)
            end = stop

    def told(self, text: str) -> list[tuple[int, int]]:
        """Characters that the vocabulary has words for, slips of the pen left out."""
        reading = self._lexicon.find(text)
        return [(reading.tokens[first].start, reading.tokens[last - 1].end)
                for mention in reading.mentions if mention.strength is not Strength.FUZZY
                for first, last in mention.parts]

    def _is_loud(self, words: Sequence[_Word]) -> bool:
        """Whether words that are no names begin with capitals, so that capitals say nothing."""
        plain = [word for word in words if not word.opens and any(map(str.isalpha, word.text))
                 and (word.told or self._of_the_guidance(word))]
        return len(plain) >= LOUD_WORDS and sum(w.capital for w in plain) > LOUD * len(plain)

    def _ordinary(self, word: _Word) -> bool:
        return all(part in self._english or part in self._guidance or part.isdigit()
                   for part in word.parts)

    def _of_the_guidance(self, word: _Word) -> bool:
        return all(part in self._guidance or part.isdigit() for part in word.parts)

    def _given(self, word: _Word) -> bool:
        names = self._rules.given_names
        return word.norm in names or any(part in names for part in word.parts[:1])

    def _is_name(self, word: _Word, *, loud: bool) -> bool:
        """Whether *word* by itself is taken for a name."""
        if word.told or word.norm in self._small or not any(map(str.isalpha, word.text)):
            return False
        if word.caseless:
            return True
        given = self._given(word)
        if not word.capital or loud:
            plain = word.norm in self._rules.given_names_also_words
            return (given and not plain) or (loud and not self._ordinary(word))
        if _CAMEL.match(word.text):
            return True
        return given or not (self._ordinary if word.opens else self._of_the_guidance)(word)

    def _runs(self, words: Sequence[_Word], loud: bool) -> Iterator[Span]:
        """Names that are names by themselves, with the capitals that stand beside them."""
        at = 0
        while at < len(words):
            given = self._given(words[at]) and words[at].capital and not loud
            follows = at + 1 < len(words) and _joined(words, at + 1) and (
                words[at + 1].capital and self._is_name(words[at + 1], loud=loud))
            # "Jordan Peters" is nobody's country.
            if not self._is_name(words[at], loud=loud) and not (given and follows):
                at += 1
                continue
            first, last = at, at + 1
            while first > 0 and self._goes_with(words[first - 1], loud) and _joined(words, first):
                first -= 1
            while last < len(words) and _joined(words, last):
                particle = words[last].norm in self._rules.particles and last + 1 < len(words) and (
                    words[last + 1].capital and _joined(words, last + 1))
                of_a_firm = words[last].capital and not loud and (
                    words[last].norm in self._rules.company_words or "&" in words[last].gap)
                if not (particle or of_a_firm or self._goes_with(words[last], loud)
                        or self._is_name(words[last], loud=loud)):
                    break
                last += 1
            person = any(self._given(word) for word in words[first:last])
            yield words[first].start, words[last - 1].end, Named.PERSON if person else Named.NAME
            at = last

    def _goes_with(self, word: _Word, loud: bool) -> bool:
        """Whether a capital beside a name makes *word* part of it."""
        if loud or not word.capital or word.told or word.norm in self._small:
            return len(word.text) == 1 and word.capital and not loud and word.norm not in "ai"
        plain = word.opens and len(word.text) > 1 and self._of_the_guidance(word)
        return not plain or self._given(word)

    def _companies(self, words: Sequence[_Word]) -> Iterator[Span]:
        """What stands before a legal form: "Falcon Drone Systems Ltd", "kamau supplies ltd"."""
        for at, word in enumerate(words):
            short = len(word.norm) <= 2
            if word.norm not in self._rules.company_forms or (short and not word.text.isupper()):
                continue
            first = at
            while first > 0 and at - first < LONGEST_COMPANY and (
                    _joined(words, first) or words[first].gap.strip() == ","):
                before = words[first - 1]
                if before.norm in self._small or (before.told and not before.capital):
                    break
                if words[at - 1].capital and not before.capital:
                    break
                first -= 1
            if first < at and not (short and words[at - 1].told):
                yield words[first].start, word.end, Named.COMPANY

    def _titled(self, words: Sequence[_Word]) -> Iterator[Span]:
        """What stands after a title: "Col. Barasa", "mr kimani"."""
        for at, word in enumerate(words[:-1]):
            if word.norm in self._rules.titles and _after(words[at + 1]):
                anyhow = word.norm in self._rules.titles_in_any_case
                yield from self._following(words, at + 1, anyhow=anyhow)

    def _introduced(self, words: Sequence[_Word], tokens: Sequence[Token]) -> Iterator[Span]:
        """What stands after "my name is", "owned by" and the like."""
        starts = {word.start: at for at, word in enumerate(words)}
        for _, last in self._before.find(tokens):
            following = next((token for token in tokens[last:] if token.is_word), None)
            if following is not None and following.start in starts:
                yield from self._following(words, starts[following.start], anyhow=False)

    def _following(self, words: Sequence[_Word], at: int, *, anyhow: bool) -> Iterator[Span]:
        last = at
        while last < len(words) and last - at < 4 and (last == at or _joined(words, last)):
            word = words[last]
            if word.norm in self._small or (word.told and not self._given(word)):
                break
            lower = (anyhow and last == at) or not self._ordinary(word)
            particle = last > at and word.norm in self._rules.particles
            if not (word.capital or lower or particle):
                break
            last += 1
        if last > at:
            yield words[at].start, words[last - 1].end, Named.PERSON

    def _again(self, words: Sequence[_Word], found: Sequence[Span]) -> Iterator[Span]:
        """Other places of words that were found in a name; an ordinary one only in capitals."""
        known: dict[str, tuple[Named, bool]] = {}
        for start, end, kind in found:
            for word in words:
                if start <= word.start and word.end <= end and self._tells(word):
                    plain = word.norm in self._english and (
                        word.norm in self._rules.given_names_also_words or not self._given(word))
                    known.setdefault(word.norm, (kind, plain))
        for word in words:
            if word.norm in known:
                kind, plain = known[word.norm]
                if word.capital or not plain:
                    yield word.start, word.end, kind

    def _tells(self, word: _Word) -> bool:
        """Whether *word* tells whose name it is part of."""
        if len(word.norm) < 3 or word.norm in self._small or word.norm in self._rules.particles:
            return False
        return not (word.told or word.norm in self._rules.company_forms
                    or self._of_the_guidance(word))


def _joined(words: Sequence[_Word], at: int) -> bool:
    """Whether the word *at* can be the next part of the same name."""
    initial = at > 0 and len(words[at - 1].text) == 1
    return bool((_AFTER_INITIAL if initial else _JOINS).fullmatch(words[at].gap))


def _after(word: _Word) -> bool:
    return bool(re.fullmatch(r"\.?[ \u00a0]{0,2}", word.gap))


def _apart(spans: Iterable[Span]) -> list[Span]:
    """*spans* without overlaps, in order; those that meet become one, of the first one's kind."""
    apart: list[Span] = []
    for start, end, kind in sorted(spans, key=lambda span: (span[0], -span[1])):
        if apart and start < apart[-1][1]:
            first, last, earlier = apart[-1]
            apart[-1] = (first, max(last, end), earlier)
        else:
            apart.append((start, end, kind))
    return apart


def _words_of(guidance: Guidance) -> Iterator[str]:
    """Words that the guidance writes in lower case, short forms, and those of its own names."""
    texts = [f"{p.heading}. {p.text}" for p in guidance.provisions.values()]
    texts += [f"{f.title}. {f.explains}" for f in guidance.red_flags]
    texts += [f"{s.title}. {s.text}" for s in guidance.safeguards.values()]
    texts += [f"{q.label}. {q.wording} {q.why}" for q in guidance.questions.values()]
    texts += [f"{c.title}. {c.weigh}" for c in guidance.considerations]
    texts += [e.text for e in guidance.vocabulary.glossary]
    for word in re.findall(r"[^\W\d_]+", "\n".join(texts)):
        if word.islower() or (word.isupper() and len(word) > 1):
            yield folded(word)
    names = [name for e in guidance.vocabulary.glossary for name in e.names]
    names += [f"{s.short_title} {s.issuer}" for s in guidance.sources.values()]
    names += [choice.label for q in guidance.questions.values() for choice in q.choices]
    for name in names:
        yield from (folded(word) for word in re.findall(r"[^\W\d_]+", name))
