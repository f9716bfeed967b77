"""What advice a deal gets under one release, and how two advices differ.

This is what a sign-off is of.  It holds ids and digests only, so what is merely worded otherwise,
a title or a sentence of ours, makes no other advice; a provision whose text, pinpoint or checked
state is another does.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from bot.dialogue.conversation import Status
from bot.dialogue.deal import Deal
from bot.dialogue.judging import Finding, coverage, judge_all, scope_of, standings
from bot.dialogue.suggesting import rank_safeguards
from bot.ledger import canonical
from retrieval.guidance import Checked, Fact, Guidance, Provision, ProvisionId, Safeguard, sha256_of

RAISED, TENTATIVE, OPEN = "raised", "tentative", "open"
"""How a flag stands: raised, raised on what was only supposed, or still open."""
REMEMBERED = 2_048
"""Digests of provisions that are remembered: an advice needs a hundred, and so does the next."""


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
    """

    release: str
    facts: Mapping[str, tuple[str, ...] | None]
    flags: Mapping[str, str]
    safeguards: tuple[str, ...]
    provisions: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Hex SHA-256 of all of it: facts, advice and release."""
        return sha256_of(canonical(self.as_json()))

    @property
    def advice_digest(self) -> str:
        """Hex SHA-256 of the advice alone, whatever facts and release it came from."""
        return sha256_of(canonical([self.flags, self.safeguards, self.provisions]))

    def as_json(self) -> dict[str, Any]:
        """This as JSON types."""
        return {
            "release": self.release,
            "facts": {fact: None if values is None else list(values)
                      for fact, values in self.facts.items()},
            "flags": dict(self.flags),
            "safeguards": list(self.safeguards),
            "provisions": dict(self.provisions),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Advised":
        """What `as_json` gave."""
        return cls(
            release=str(kept["release"]),
            facts={str(fact): None if values is None else tuple(map(str, values))
                   for fact, values in kept["facts"].items()},
            flags={str(flag): str(status) for flag, status in kept["flags"].items()},
            safeguards=tuple(map(str, kept["safeguards"])),
            provisions={str(name): str(digest) for name, digest in kept["provisions"].items()},
        )


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
        provisions={str(name): digest_of(guidance.provisions[name]) for name in sorted(relied)},
    )


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
    it says which deal it is.

    Args:
        before: The advice that was signed.
        now: The advice on the deal as it stands.
        which: The facts by which one deal is told from another: where one of these is another, so
            is the deal, though the advice reads the same.
    """
    same_deal = all(_known(before, fact) == _known(now, fact) for fact in which)
    if same_deal and before.advice_digest == now.advice_digest:
        return ()
    return (*_flags(before, now), *_safeguards(before, now), *_provisions(before, now),
            *_facts(before, now))


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


def _facts(before: Advised, now: Advised) -> Iterator[Change]:
    for fact in sorted({*before.facts, *now.facts}):
        was, is_ = _told(before, fact), _told(now, fact)
        if was != is_:
            yield Change(
                ChangeKind.FACT_TOLD if was is None
                else ChangeKind.FACT_GONE if is_ is None
                else ChangeKind.FACT_CHANGED, fact, was, is_)


def _known(one: Advised, fact: str) -> frozenset[str]:
    """The values of *fact*; none for what was not told, nor for "I don't know"."""
    return frozenset(one.facts.get(fact) or ())


def _told(one: Advised, fact: str) -> str | None:
    """The values of *fact* by commas, empty for "I don't know"; None where it was never told."""
    if fact not in one.facts:
        return None
    return ", ".join(one.facts[fact] or ())
