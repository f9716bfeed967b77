"""Where each provision is used: which flags, safeguards, questions and others rest on it.

Pure.  It is what keeps a provision from being taken away unnoticed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from retrieval.guidance import Guidance, ProvisionId
from retrieval.pinpoints import recogniser


class User(StrEnum):
    """What rests on a provision."""

    FLAG = "flag"
    SAFEGUARD = "safeguard"
    CONSIDERATION = "consideration"
    QUESTION = "question"
    SCOPE = "scope"
    GLOSSARY = "glossary"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that names a provision."""

    user: User
    id: str
    title: str
    consulted: bool = False
    """It only says that the provision can be looked up, and doesn't rest on it."""


NONE: tuple[Use, ...] = ()


def uses_of(guidance: Guidance) -> Mapping[ProvisionId, tuple[Use, ...]]:
    """What uses each provision, flags first; provisions that nothing uses are left out."""
    found: dict[ProvisionId, dict[Use, None]] = {}
    for use, provisions in _all(guidance):
        for provision in provisions:
            found.setdefault(provision, {})[use] = None
    return {provision: tuple(uses) for provision, uses in found.items()}


def _all(guidance: Guidance) -> Iterator[tuple[Use, Iterable[ProvisionId]]]:
    for flag in guidance.red_flags:
        yield Use(User.FLAG, flag.id, flag.title), flag.authorities
    for safeguard in guidance.safeguards.values():
        yield Use(User.SAFEGUARD, safeguard.id, safeguard.title), safeguard.authorities
    for one in guidance.considerations:
        yield Use(User.CONSIDERATION, one.id, one.title), one.authorities
        yield Use(User.CONSIDERATION, one.id, one.title, consulted=True), one.consult
    for question in guidance.questions.values():
        yield Use(User.QUESTION, question.fact, question.wording), question.authorities
        yield (Use(User.QUESTION, question.fact, question.wording, consulted=True),
               question.consult)
    for scope in guidance.scopes:
        yield Use(User.SCOPE, scope.id, scope.title), scope.authorities
    for entry in guidance.vocabulary.glossary:
        yield (Use(User.GLOSSARY, entry.id, entry.names[0] if entry.names else entry.id),
               entry.authorities)
    for gap in guidance.gaps:
        yield Use(User.GAP, gap.id, gap.title), gap.nearest


def referring(guidance: Guidance) -> Mapping[ProvisionId, tuple[ProvisionId, ...]]:
    """Which provisions each provision names: in its text and note, or as what it stands with.

    A provision that was set aside names the one to rely on instead, or the one that quotes it; one
    that was confirmed, the passage that its words stand in.
    """
    recognise = recogniser(guidance.sources.values(), guidance.provisions.values())
    found: dict[ProvisionId, tuple[ProvisionId, ...]] = {}
    for one in (*guidance.provisions.values(), *guidance.set_aside.values()):
        named = dict.fromkeys(recognise(f"{one.text}\n{one.note}"))
        if one.confirmed is not None:
            named[one.confirmed.passage] = None
        if one.retired is not None and one.retired.instead is not None:
            named[one.retired.instead] = None
        if one.same_as is not None:
            named[one.same_as] = None
        named.pop(one.id, None)
        if named:
            found[one.id] = tuple(named)
    return found
