"""Varies labelled messages, so that what is learned is what they state and not how they look.

Another product, agency or country in the place of the one named; a statement from another message
put in; parts left out or in another order; matter around them that states nothing; no stops; slips
of the keyboard.  Each clause goes on stating what its labels say.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from string import ascii_lowercase

from retrieval.guidance import Fact, Guidance
from retrieval.labelled.exemplars import Clause, Exemplar
from retrieval.words.lexicon import Lexicon
from retrieval.words.mentions import Strength

NAMES = 150
"""A fact with so many terms in the vocabulary is one whose values have names of their own."""
CAREFUL, CARELESS = 0.02, 0.15
"""Share of the longer words with a slip of the keyboard, for who types so or so."""
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_STOPS = re.compile(r"[.,;:!?()\"–—]+(?=\s|$)|(?<!\S)[(\"–—-]+")


@dataclass(frozen=True, slots=True)
class _Name:
    """Where a clause names a value, and how else values of the fact are named."""

    fact: Fact
    value: str
    start: int
    end: int


class Varying:
    """Makes variants of exemplars by chance; compiled once for all of them."""

    def __init__(
        self, guidance: Guidance, exemplars: Sequence[Exemplar], chance: Random
    ) -> None:
        self._chance = chance
        self._lexicon = Lexicon(guidance.vocabulary)
        self._names = self._by_value(guidance)
        self._exemplars = exemplars
        self._asides = [e.clauses for e in exemplars if not any(c.tells for c in e.clauses)]
        self._found: dict[tuple[str, tuple[tuple[str, ...], ...]], tuple[_Name, ...]] = {}

    def __call__(self, clauses: Sequence[Clause]) -> list[Clause]:
        """*clauses* as others might send them, all of them still stating what they stated."""
        chance = self._chance.random
        varied = list(clauses)
        if chance() < 0.35:
            varied = [self._renamed(clause) for clause in varied]
        if len(varied) > 2 and chance() < 0.3:
            del varied[self._chance.randrange(len(varied))]
        if len(varied) > 1 and chance() < 0.2:
            cut = self._chance.randrange(1, len(varied))
            varied = varied[:cut] if chance() < 0.5 else varied[cut:]
        if chance() < 0.1:
            self._chance.shuffle(varied)
        if chance() < 0.2:
            self._put_in(varied)
        if chance() < 0.2:
            self._join(varied)
        if self._asides and chance() < 0.15:
            varied = [*self._chance.choice(self._asides), *varied]
        if self._asides and chance() < 0.15:
            varied += self._chance.choice(self._asides)
        bare = chance() < 0.35
        rate = CARELESS if chance() < 0.35 else CAREFUL
        return [Clause(self.slipped(_without_stops(c.text) if bare else c.text, rate), c.tells)
                for c in varied]

    def slipped(self, text: str, rate: float = CAREFUL) -> str:
        """*text* with a slip in this share of its longer words."""
        return _LONG_WORD.sub(
            lambda m: self._slip(m.group()) if self._chance.random() < rate else m.group(), text)

    def _slip(self, word: str) -> str:
        at = self._chance.randrange(len(word) - 1)
        before, here, behind = word[:at], word[at], word[at + 1 :]
        return before + self._chance.choice([
            behind[0] + here + behind[1:], behind, here * 2 + behind,
            self._chance.choice(ascii_lowercase) + behind])

    def _put_in(self, clauses: list[Clause]) -> None:
        """A statement of another message on facts that *clauses* say nothing of."""
        taken = {fact for clause in clauses for fact in clause.tells}
        others = self._chance.choice(self._exemplars).clauses
        free = [c for c in others if c.tells and taken.isdisjoint(c.tells)]
        if free:
            clauses.insert(self._chance.randrange(len(clauses) + 1), self._chance.choice(free))

    def _join(self, clauses: list[Clause]) -> None:
        """Another message behind *clauses*, if it says nothing on their facts: a longer deal."""
        taken = {fact for clause in clauses for fact in clause.tells}
        others = self._chance.choice(self._exemplars).clauses
        if all(taken.isdisjoint(clause.tells) for clause in others):
            clauses += others

    def _renamed(self, clause: Clause) -> Clause:
        """*clause* with other names where it names something."""
        text, tells = clause.text, dict(clause.tells)
        for name in reversed(self._names_in(clause)):
            if self._chance.random() < 0.5:
                values = self._names[name.fact]
                value = self._chance.choice(tuple(values))
                text = text[: name.start] + self._chance.choice(values[value]) + text[name.end :]
                tells[name.fact] = tells[name.fact] - {name.value} | {value}
        return Clause(text, tells)

    def _names_in(self, clause: Clause) -> tuple[_Name, ...]:
        """The names in *clause*, in order, of values that it states; each fact's only if single."""
        # The same words may state a thing in one message and nothing in another.
        key = (clause.text, tuple(sorted((f, *sorted(v)) for f, v in clause.tells.items())))
        if key not in self._found:
            self._found[key] = tuple(self._find(clause))
        return self._found[key]

    def _find(self, clause: Clause) -> Iterator[_Name]:
        reading = self._lexicon.find(clause.text)
        end = 0
        for mention in sorted(reading.mentions, key=lambda m: m.first):
            fact, value = mention.fact, mention.value
            alone = sum(m.fact == fact for m in reading.mentions) == 1
            first, last = reading.tokens[mention.first], reading.tokens[mention.last - 1]
            if (fact in self._names and alone and mention.strength is Strength.TERM
                    and value in clause.tells.get(fact, ()) and first.start >= end):
                yield _Name(fact, value, first.start, last.end)
                end = last.end

    def _by_value(self, guidance: Guidance) -> Mapping[Fact, Mapping[str, tuple[str, ...]]]:
        """Terms by fact and value, those that say this and nothing else."""
        found: dict[Fact, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for term in guidance.vocabulary.terms:
            for phrase in (*term.terms, *term.exactly):
                said = {(m.fact, m.value) for m in self._lexicon.find(phrase).mentions}
                if said == {(term.fact, term.value)}:
                    found[term.fact][term.value].append(phrase)
        return {
            fact: {value: tuple(phrases) for value, phrases in values.items()}
            for fact, values in found.items()
            if sum(map(len, values.values())) >= NAMES
        }


def _without_stops(text: str) -> str:
    return " ".join(_STOPS.sub(" ", text).split())
