"""What a reviewer's mark is of: an advice and the deal that it is on, held against those of now.

A mark holds for exactly as long as a sign-off of the same moment would stand; see
`bot.reviews.advised.changes`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.ledger import canonical
from bot.reviews.advised import (
    Advised,
    Change,
    FactsTold,
    done_since,
    facts_from,
    facts_in,
    same_deal,
    told_otherwise,
)
from retrieval.guidance import Fact, sha256_of


@dataclass(frozen=True, slots=True)
class Basis:
    """What a mark is of.

    Attributes:
        advice: `Advised.advice_digest` of what was looked at.
        release: The release that it was drawn from; empty in rows of before it was kept.
        facts: What was known of the deal; None in rows of before it was kept.
        safeguards: Ids of the safeguards of that advice.
        outdated: The deal was not kept, and something was told of it since.
    """

    advice: str
    release: str = ""
    facts: FactsTold | None = None
    safeguards: tuple[str, ...] = ()
    outdated: bool = False

    @classmethod
    def of(cls, now: Advised) -> "Basis":
        """What a mark of *now* is of."""
        return cls(now.advice_digest, now.release, now.facts, now.safeguards)

    def after_telling(self) -> "Basis":
        """This, once something was told of the deal."""
        return replace(self, outdated=True) if self.facts is None else self

    def as_body(self) -> dict[str, Any]:
        """What the row of a mark says of it, as JSON types."""
        return {"advice": self.advice, "release": self.release,
                "facts": None if self.facts is None else facts_in(self.facts),
                "safeguards": list(self.safeguards)}

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "Basis":
        """What `as_body` gave, as it stands in the row of a mark; earlier rows have less."""
        told = body.get("facts")
        return cls(str(body["advice"]), str(body.get("release") or ""),
                   None if told is None else facts_from(told),
                   tuple(map(str, body.get("safeguards") or ())))


@dataclass(frozen=True, slots=True)
class Present:
    """What marks are held against: the advice as it is now, and by what a deal is another.

    Attributes:
        advised: The advice on the deal as it stands, by the release in force.
        which: The facts by which one deal is told from another.
    """

    advised: Advised
    which: frozenset[Fact] = frozenset()

    @property
    def token(self) -> str:
        """Hex SHA-256 of what marks are of now, the advice and the deal: for a form of marks."""
        told = {str(fact): sorted(self.advised.facts.get(fact) or ()) for fact in self.which}
        return sha256_of(canonical([self.advised.advice_digest, told]))

    def holds(self, basis: Basis) -> bool:
        """Whether *basis* is this deal, and this advice but for what was done since.

        Where an earlier version did not keep of which deal a mark is, nothing may have been told.
        """
        now = self.advised
        if basis.facts is None:
            return basis.advice == now.advice_digest and not basis.outdated
        return same_deal(basis.facts, now.facts, self.which) and basis.advice == now.as_if_open(
            done_since(basis.release, basis.facts, basis.safeguards, now)).advice_digest

    def other_deal(self, basis: Basis) -> tuple[Change, ...]:
        """In what the deal of *basis* was another; nothing where it wasn't kept of which it is."""
        if basis.facts is None or same_deal(basis.facts, self.advised.facts, self.which):
            return ()
        return tuple(one for one in told_otherwise(basis.facts, self.advised.facts)
                     if one.id in self.which)
