"""What of a deal the rules of a release can tell apart at all.

Two deals that differ only in what no table names get the same advice, so it is worked out once.
A fact that no table names and that settles nothing is left out, and values that no table names
stand for one another.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.dialogue.deal import Answer, Deal, MessageKey
from retrieval.guidance import Fact, Guidance, Table

OTHER = "\0"
"""Stands for all values that no table names; no value of a release looks like it."""

Told = tuple[str, Iterable[str] | None, bool, Iterable[str]]
"""An answer: the fact, its values (None: "I don't know"), whether surely, and what instead."""
Key = tuple[tuple[str, tuple[str, ...] | None, bool, tuple[str, ...]], ...]
"""A deal as far as it matters, by fact as an answer is told."""


@dataclass(frozen=True, slots=True)
class Essence:
    """The facts, and the values of each, that some table of some releases names."""

    values: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, *guidances: Guidance) -> "Essence":
        """What the rules of *guidances* can tell apart."""
        named: dict[str, set[str]] = {}
        for guidance in guidances:
            for table in _tables(guidance):
                for fact, values in table.items():
                    named.setdefault(str(fact), set()).update(values)
            for consideration in guidance.considerations:
                for fact in consideration.settled_by:
                    named.setdefault(str(fact), set())
            if guidance.stage_fact is not None:
                named.setdefault(str(guidance.stage_fact), set()).update(guidance.stage_order)
        return cls({fact: frozenset(values) for fact, values in named.items()})

    def key(self, answers: Iterable[Told]) -> Key:
        """A deal's answers, as far as they matter."""
        kept = []
        for fact, values, sure, instead in answers:
            named = self.values.get(fact)
            if named is None:
                continue
            told, other = (None if some is None else tuple(sorted(
                {value if value in named else OTHER for value in some}))
                for some in (values, instead))
            kept.append((fact, told, sure, other or ()))
        return tuple(sorted(kept, key=lambda one: one[0]))


def told(deal: Deal) -> Iterator[Told]:
    """The answers of *deal*, for a key."""
    return ((str(fact), one.values, one.sure, one.instead) for fact, one in deal.answers.items())


def told_in(state: Mapping[str, Any]) -> Iterator[Told]:
    """The answers of the deal in the stored *state* of a conversation, for a key.

    Reading them so takes a tenth of the time of reading the whole conversation.
    """
    answers: Mapping[str, Any] = (state.get("deal") or {}).get("answers") or {}
    return ((fact, one["values"], bool(one.get("sure", True)), one.get("instead", ()))
            for fact, one in answers.items())


def deal_of(key: Key) -> Deal:
    """A deal that gets the advice of all deals with *key*."""
    return Deal({Fact(fact): Answer(None if values is None else frozenset(values), "",
                                    MessageKey(""), sure, instead=frozenset(instead))
                 for fact, values, sure, instead in key})


def _tables(guidance: Guidance) -> Iterator[Table]:
    for flag in guidance.red_flags:
        yield flag.when
    for safeguard in guidance.safeguards.values():
        yield safeguard.suits
        yield safeguard.apt_for
        yield safeguard.unless
    for scope in guidance.scopes:
        yield scope.when
    for question in guidance.questions.values():
        yield from question.only_if
