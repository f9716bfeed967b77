"""What advice a deal gets under one release, and how two advices differ.

This is what a sign-off is of.  It holds ids and digests only, so what is merely worded otherwise,
a title or a sentence of ours, makes no other advice; a provision whose text, pinpoint or checked
state is another does.  What somebody has done that it asked for makes no other advice either.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from bot.dialogue.deal import Deal
from bot.dialogue.judging import Finding, coverage, judge_all, scope_of, standings
from bot.dialogue.replies.suggesting import done_safeguards, rank_safeguards
from bot.dialogue.reply import Status
from bot.ledger import canonical
from retrieval.guidance import Checked, Fact, Guidance, Provision, ProvisionId, Safeguard, sha256_of

RAISED, TENTATIVE, OPEN = "raised", "tentative", "open"
"""How a flag stands: raised, raised on what was only supposed, or still open."""
REMEMBERED = 2_048
"""Digests of provisions that are remembered: an advice needs a hundred, and so does the next."""


FactsTold = Mapping[str, tuple[str, ...] | None]
"""Values by fact; None for "I don't know"."""


@dataclass(frozen=True, slots=True)
class Done:
    """A safeguard that an advice lacks for nothing but that it is done.

    Attributes:
        told: Its `unless` table: the values by fact that say so.
        provisions: What it relies on, as in `Advised.provisions`.
    """

    told: Mapping[str, frozenset[str]]
    provisions: Mapping[str, str]

    def told_in(self, facts: FactsTold) -> bool:
        """Whether *facts* say by themselves that it is done."""
        return all(facts.get(fact) and values.issuperset(facts[fact] or ())
                   for fact, values in self.told.items())


@dataclass(frozen=True, slots=True)
class Advised:
    """The advice on a deal, as far as it can be held against another.

    Attributes:
        release: The release that it was drawn from.
        facts: Values by fact, sorted; None for "I don't know".
        flags: How each red flag stands, by its id; those that don't apply are left out.
        safeguards: Ids of the safeguards, sorted.
        provisions: By the id of each provision that flags, considerations and safeguards rely on,
            the digest of its text, pinpoint and checked state.
        done: What it lacks since it is done, by the id of the safeguard.  That is no part of the
            advice, nor of its JSON and digests: what was read from a row has none.
        unsure: Which of the facts were told with doubt, or were doubted since.  It stands in the
            JSON and in no digest, since how a flag stands by it does already; rows of before it
            was kept have none.
    """

    release: str
    facts: FactsTold
    flags: Mapping[str, str]
    safeguards: tuple[str, ...]
    provisions: Mapping[str, str]
    done: Mapping[str, Done] = field(default_factory=dict, compare=False)
    unsure: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def digest(self) -> str:
        """Hex SHA-256 of all of it but `done` and `unsure`: facts, advice and release."""
        return sha256_of(canonical(self._digested()))

    @property
    def advice_digest(self) -> str:
        """Hex SHA-256 of the advice alone, whatever facts and release it came from."""
        return sha256_of(canonical([self.flags, self.safeguards, self.provisions]))

    def as_if_open(self, names: Collection[str]) -> "Advised":
        """This advice as it would be, were those of `done` with these *names* not done."""
        if not names:
            return self
        provisions = dict(self.provisions)
        for name in names:
            provisions |= self.done[name].provisions
        return replace(
            self, safeguards=tuple(sorted({*self.safeguards, *names})),
            provisions=dict(sorted(provisions.items())),
            done={name: one for name, one in self.done.items() if name not in names})

    def as_json(self) -> dict[str, Any]:
        """This as JSON types."""
        doubted = {"unsure": sorted(self.unsure)} if self.unsure else {}
        return {**self._digested(), **doubted}

    def _digested(self) -> dict[str, Any]:
        return {
            "release": self.release,
            "facts": facts_in(self.facts),
            "flags": dict(self.flags),
            "safeguards": list(self.safeguards),
            "provisions": dict(self.provisions),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Advised":
        """What `as_json` gave."""
        return cls(
            release=str(kept["release"]),
            facts=facts_from(kept["facts"]),
            flags={str(flag): str(status) for flag, status in kept["flags"].items()},
            safeguards=tuple(map(str, kept["safeguards"])),
            provisions={str(name): str(digest) for name, digest in kept["provisions"].items()},
            unsure=frozenset(map(str, kept.get("unsure", ()))),
        )


def facts_in(facts: FactsTold) -> dict[str, list[str] | None]:
    """*facts* as JSON types."""
    return {fact: None if values is None else list(values) for fact, values in facts.items()}


def facts_from(kept: Mapping[str, Any]) -> dict[str, tuple[str, ...] | None]:
    """What `facts_in` gave."""
    return {str(fact): None if values is None else tuple(map(str, values))
            for fact, values in kept.items()}


class ChangeKind(StrEnum):
    """In which way an advice is another; the last three say why, or that it is another deal."""

    FLAG_RAISED = "flag_raised"
    FLAG_CHANGED = "flag_changed"
    """It stands otherwise: open, raised, or raised on what was only supposed."""
    FLAG_GONE = "flag_gone"
    SAFEGUARD_ADDED = "safeguard_added"
    SAFEGUARD_GONE = "safeguard_gone"
    PROVISION_CHANGED = "provision_changed"
    PROVISION_ADDED = "provision_added"
    PROVISION_GONE = "provision_gone"
    FACT_TOLD = "fact_told"
    FACT_CHANGED = "fact_changed"
    FACT_GONE = "fact_gone"


OF_TEXTS = frozenset({
    ChangeKind.PROVISION_CHANGED, ChangeKind.PROVISION_ADDED, ChangeKind.PROVISION_GONE})
"""Where nothing else changed, what is advised is the same, and what it rests on is another."""
OF_THE_DEAL = frozenset({ChangeKind.FACT_TOLD, ChangeKind.FACT_CHANGED, ChangeKind.FACT_GONE})
"""These say why there are others; alone, that the deal is another."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing in which an advice differs from the one before."""

    kind: ChangeKind
    id: str
    """Of the flag, safeguard, provision or fact."""
    before: str | None = None
    """How a flag stood, or a fact's values by commas; None where there is nothing to tell."""
    now: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """This as JSON types."""
        return {"kind": self.kind.value, "id": self.id, "before": self.before, "now": self.now}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Change":
        """What `as_json` gave."""
        return cls(ChangeKind(kept["kind"]), str(kept["id"]), kept["before"], kept["now"])


def advised(guidance: Guidance, deal: Deal) -> Advised:
    """The advice that *deal* gets by *guidance*."""
    findings = judge_all(guidance, deal)
    applying = [f for f in findings if f.status is not Status.NOT_RAISED]
    safeguards = rank_safeguards(guidance, deal, findings)
    relied = relied_on(guidance, deal, findings, safeguards)
    return Advised(
        release=str(guidance.release),
        # What may hold as well is of the deal that is signed, or no longer is.
        facts={str(fact): None if answer.values is None
               else tuple(sorted(answer.values | answer.instead))
               for fact, answer in sorted(deal.answers.items())},
        flags={str(f.flag.id): how(f) for f in sorted(applying, key=lambda f: f.flag.id)},
        safeguards=tuple(sorted(str(s.id) for s in safeguards)),
        provisions=_texts(guidance, relied),
        done={str(s.id): Done({str(fact): frozenset(map(str, row)) for fact, row in
                               s.unless.items()}, _texts(guidance, s.authorities))
              for s in done_safeguards(guidance, deal, findings)},
        unsure=frozenset(str(fact) for fact, answer in deal.answers.items()
                         if answer.values is not None and not answer.certain),
    )


def _texts(guidance: Guidance, names: Iterable[ProvisionId]) -> dict[str, str]:
    return {str(name): digest_of(guidance.provisions[name]) for name in sorted(names)}


def relied_on(
    guidance: Guidance, deal: Deal, findings: tuple[Finding, ...],
    safeguards: Iterable[Safeguard], considerations: Collection[str] | None = None,
) -> set[ProvisionId]:
    """What the flags, considerations and *safeguards* of a deal, and its scope, rely on.

    The ids of the *considerations* that apply are given where they were worked out already.
    """
    if considerations is None:
        considerations = standings(findings, coverage(guidance, deal))
    relied: set[ProvisionId] = set()
    for finding in findings:
        if finding.status is not Status.NOT_RAISED:
            relied.update(finding.flag.authorities)
    for safeguard in safeguards:
        relied.update(safeguard.authorities)
    for name in considerations:
        relied.update(guidance.consideration_by_id[name].authorities)
    scope = scope_of(guidance, deal)
    if scope is not None:
        relied.update(scope.authorities)
    return relied


def raised_considerations(guidance: Guidance, now: Advised) -> tuple[str, ...]:
    """The considerations under which a flag of *now* is raised, in the order of the guidance."""
    under = {str(flag.consideration) for flag in guidance.red_flags
             if now.flags.get(str(flag.id)) in {RAISED, TENTATIVE}}
    return tuple(c.id for c in guidance.considerations if c.id in under)


def changes(
    before: Advised, now: Advised, which: Collection[Fact] = ()
) -> tuple[Change, ...]:
    """In what the advice *now* differs from the one *before*; empty where it is the same.

    Facts are told beside what they changed; one that changed nothing makes no difference, unless
    it says which deal it is.  Nor does a safeguard that is no longer suggested since it was done.

    Args:
        before: The advice that was signed.
        now: The advice on the deal as it stands.
        which: The facts by which one deal is told from another: where one of these is another, so
            is the deal, though the advice reads the same.
    """
    now = now.as_if_open(done_since_signed(before, now))
    if (before.advice_digest == now.advice_digest
            and same_deal(before.facts, now.facts, which)):
        return ()
    return (*_flags(before, now), *_safeguards(before, now), *_provisions(before, now),
            *told_otherwise(before.facts, now.facts))


def done_since_signed(before: Advised, now: Advised) -> tuple[str, ...]:
    """Ids of the safeguards of the advice *before* that were done by *now*; see `done_since`."""
    return done_since(before.release, before.facts, before.safeguards, now)


def done_since(
    release: str, facts: FactsTold, safeguards: Collection[str], now: Advised
) -> tuple[str, ...]:
    """Ids of the *safeguards* that an earlier advice had and that were done by *now*, sorted.

    One is only done where somebody said so, surely and with nothing in doubt since.  Where what
    was known then would do for the release of *now*, it is that release which asks for less.

    Args:
        release: The release of the earlier advice.
        facts: What was known then.
        safeguards: What it suggested.
        now: The advice as it is now.
    """
    return tuple(name for name, one in sorted(now.done.items()) if name in safeguards
                 and (release == now.release or not one.told_in(facts)))


def same_deal(before: FactsTold, now: FactsTold, which: Collection[Fact]) -> bool:
    """Whether the facts *which* tell deals apart have the same values *before* and *now*.

    "I don't know" has none, nor has what was never told.
    """
    return all(frozenset(before.get(fact) or ()) == frozenset(now.get(fact) or ())
               for fact in which)


def how(finding: Finding) -> str:
    """How a flag that applies stands."""
    if finding.status is Status.OPEN:
        return OPEN
    return TENTATIVE if finding.tentative else RAISED


def digest_of(provision: Provision) -> str:
    """Hex SHA-256 of its text, its pinpoint, and how far it is checked."""
    return _digest(provision.text, provision.pinpoint, provision.checked)


@lru_cache(REMEMBERED)
def _digest(text: str, pinpoint: str, checked: Checked) -> str:
    return sha256_of(canonical([text, pinpoint, checked]))


def _flags(before: Advised, now: Advised) -> Iterator[Change]:
    for flag in sorted({*before.flags, *now.flags}):
        was, is_ = before.flags.get(flag), now.flags.get(flag)
        if was == is_:
            continue
        if is_ is None:
            kind = ChangeKind.FLAG_GONE
        elif is_ != OPEN and was in {None, OPEN}:
            kind = ChangeKind.FLAG_RAISED
        else:
            kind = ChangeKind.FLAG_CHANGED
        yield Change(kind, flag, was, is_)


def _safeguards(before: Advised, now: Advised) -> Iterator[Change]:
    for name in sorted(set(now.safeguards) - set(before.safeguards)):
        yield Change(ChangeKind.SAFEGUARD_ADDED, name)
    for name in sorted(set(before.safeguards) - set(now.safeguards)):
        yield Change(ChangeKind.SAFEGUARD_GONE, name)


def _provisions(before: Advised, now: Advised) -> Iterator[Change]:
    for name in sorted({*before.provisions, *now.provisions}):
        was, is_ = before.provisions.get(name), now.provisions.get(name)
        if was != is_:
            yield Change(
                ChangeKind.PROVISION_ADDED if was is None
                else ChangeKind.PROVISION_GONE if is_ is None
                else ChangeKind.PROVISION_CHANGED, name)


def told_otherwise(before: FactsTold, now: FactsTold) -> Iterator[Change]:
    """The facts of which was told otherwise *now* than *before*."""
    for fact in sorted({*before, *now}):
        was, is_ = _told(before, fact), _told(now, fact)
        if was != is_:
            yield Change(
                ChangeKind.FACT_TOLD if was is None
                else ChangeKind.FACT_GONE if is_ is None
                else ChangeKind.FACT_CHANGED, fact, was, is_)


def _told(facts: FactsTold, fact: str) -> str | None:
    """The values of *fact* by commas, empty for "I don't know"; None where it was never told."""
    return None if fact not in facts else ", ".join(facts[fact] or ())
