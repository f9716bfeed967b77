"""What is known of a deal: one answer per fact, and the words each rests on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NewType

from retrieval.guidance import UNKNOWN, Fact, Table

MessageKey = NewType("MessageKey", str)

SECOND = ":second"
"""Ends the key of a message that is stepped again in its own place; facts rest on the first."""

ASKED_BACK = 0.9
"""Confidence below which what was read in a message is asked back rather than assumed."""
DOUBTED = 0.5
"""Confidence of what is taken only to be asked back: a "no" with words of something else behind
it, or what a second model heard without the words for it."""
TELLING_FACTS = 2
"""So many facts make the telling of a deal of a message: "drones for the police"."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said of a fact.

    `values` None is "I don't know", which is not the same as never asked.  `sure` is False for
    what was hedged ("maybe the interior ministry"): it may raise a flag but never settles one.
    `start` and `end` are the characters of the message that `said` quotes.
    """

    values: frozenset[str] | None
    said: str
    message: MessageKey
    sure: bool = True
    start: int = 0
    end: int = 0
    confidence: float = 1.0
    """How likely the reader thinks that it was meant so, in [0, 1]; 1 for what was picked."""
    read_by: str = ""
    """Who read it, where that was a language model; empty for the plain reader and for a pick."""
    instead: frozenset[str] = frozenset()
    """What may hold instead, by what was said later and less surely: "the war is over".  The
    values stand until that is settled, and so do their flags."""

    @property
    def picked(self) -> bool:
        """True for what was chosen from a list and rests on no words of a message."""
        return not self.end

    @property
    def certain(self) -> bool:
        """True for what was told surely and since then not put in doubt."""
        return self.sure and not self.instead

    @property
    def guessed(self) -> bool:
        """True for values read with little confidence, which are asked back.

        What was read as sure by an earlier version, whose limit was lower, stays so.
        """
        return self.values is not None and not self.certain and self.confidence < ASKED_BACK

    @property
    def latest(self) -> frozenset[str] | None:
        """What was said of it last, if less surely: `instead`, else the values."""
        return self.instead or self.values

    def fits_instead(self, row: frozenset[str]) -> bool:
        """Whether *row* fits what may hold instead, and nothing that stands until then."""
        return not row.isdisjoint(self.instead) and row.isdisjoint(self.values or ())


_NOTHING: Mapping[Fact, Answer] = MappingProxyType({})
_NO_EARLIER: Mapping[Fact, tuple[Answer, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Deal:
    """Answers by fact; a fact that is absent was never answered."""

    answers: Mapping[Fact, Answer] = field(default_factory=lambda: _NOTHING)
    earlier: Mapping[Fact, tuple[Answer, ...]] = field(
        default_factory=lambda: _NO_EARLIER, compare=False)
    """By fact the answers, oldest first, that first told values which still stand: what came on
    top has words of its own, which say nothing of them."""

    def known(self, fact: Fact) -> frozenset[str]:
        """The values of *fact*; empty when it is unknown or was never answered."""
        answer = self.answers.get(fact)
        return (answer.values or frozenset()) if answer else frozenset()

    def settled(self, fact: Fact) -> bool:
        """True when *fact* was answered with a value and without a hedge."""
        answer = self.answers.get(fact)
        return answer is not None and answer.values is not None and answer.sure

    def unknown(self, fact: Fact) -> bool:
        """True when *fact* was answered with "I don't know"."""
        answer = self.answers.get(fact)
        return answer is not None and answer.values is None

    def guessed(self, fact: Fact) -> bool:
        """True when the value of *fact* was read with little confidence."""
        answer = self.answers.get(fact)
        return answer is not None and answer.guessed

    def certain(self, fact: Fact) -> bool:
        """True when *fact* is settled and nothing said later puts it in doubt."""
        answer = self.answers.get(fact)
        return answer is not None and answer.values is not None and answer.certain

    def latest(self, fact: Fact) -> frozenset[str]:
        """What was said last of *fact*, which is what is asked back where it is a guess."""
        answer = self.answers.get(fact)
        return (answer.latest or frozenset()) if answer else frozenset()

    def answered(self, fact: Fact) -> bool:
        """True when *fact* was answered in any way."""
        return fact in self.answers

    def with_answers(self, answers: Mapping[Fact, Answer]) -> "Deal":
        """This deal with *answers* in place of earlier ones to the same facts."""
        outlasting = {fact: self._outlasting(fact, answer) for fact, answer in answers.items()}
        return Deal({**self.answers, **answers}, _any({**self.earlier, **outlasting}))

    def resting_on(self, fact: Fact, values: Collection[str]) -> tuple[Answer, ...]:
        """The answers, oldest first, that told those of *values* which are known of *fact*.

        A value that still stands rests on the answer that told it first; where none of *values* is
        known, what was said of *fact* last is all there is.
        """
        answer = self.answers.get(fact)
        if answer is None:
            return ()
        left, found = {*values} & (answer.values or frozenset()), []
        for one in (*self.earlier.get(fact, ()), answer):
            if not left.isdisjoint(one.values or ()):
                found.append(one)
                left -= one.values or frozenset()
        return tuple(found) or (answer,)

    def without(self, facts: Collection[Fact]) -> "Deal":
        """This deal as if *facts* had never been answered."""
        return Deal({f: a for f, a in self.answers.items() if f not in facts},
                    _any({f: e for f, e in self.earlier.items() if f not in facts}))

    def told_by(self, message: MessageKey) -> frozenset[Fact]:
        """The facts whose answers rest on *message*."""
        return frozenset(f for f, a in self.answers.items() if a.message == message)

    def topics(self) -> Table:
        """What is known, as a table for a search."""
        return {f: a.values for f, a in self.answers.items() if a.values}

    def _outlasting(self, fact: Fact, answer: Answer) -> tuple[Answer, ...]:
        """The answers so far that first told what still stands beside the new *answer*.

        One value that is told once more rests on the words that told it last.
        """
        values, known = answer.values or frozenset(), self.known(fact)
        again = values == known and len(values) == 1
        return () if again or values.isdisjoint(known) else self.resting_on(fact, values)


def _any(earlier: Mapping[Fact, tuple[Answer, ...]]) -> Mapping[Fact, tuple[Answer, ...]]:
    return {fact: answers for fact, answers in earlier.items() if answers} or _NO_EARLIER


def fits(table: Table, deal: Deal) -> bool | None:
    """Whether *deal* matches *table*: True, False, or None while something is still open.

    A hedged answer can make a row match but not fail: what somebody only supposes must not
    clear a deal.
    """
    answers = deal.answers
    waits = False
    for fact, row in table.items():
        verdict = row_fits(row, answers.get(fact))
        if verdict is False:
            return False
        if verdict is None:
            waits = True
    return None if waits else True


def surely_fits(table: Table, deal: Deal) -> bool:
    """Whether *deal* matches all of *table*, nothing hedged or in doubt and no other value beside.

    An empty table is no condition, and nothing fits it so.
    """
    return bool(table) and fits(table, deal) is True and all(
        deal.certain(fact) and deal.known(fact) <= row for fact, row in table.items())


def fits_beside(table: Table, fact: Fact, deal: Deal) -> bool | None:
    """`fits` for *table* without its row of *fact*."""
    answers = deal.answers
    waits = False
    for other, row in table.items():
        if other != fact:
            verdict = row_fits(row, answers.get(other))
            if verdict is False:
                return False
            if verdict is None:
                waits = True
    return None if waits else True


def row_fits(row: frozenset[str], answer: Answer | None) -> bool | None:
    """The same for one row of a table and the answer to its fact, None where there is none."""
    if answer is None:
        return None
    values = answer.values
    if values is None:
        return True if UNKNOWN in row else None
    if not row.isdisjoint(values) or not row.isdisjoint(answer.instead):
        return True
    return False if answer.sure else None
