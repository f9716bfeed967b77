"""Where each provision is used: which flags, safeguards, questions and others rest on it.

Pure.  It is what keeps a provision from being taken away unnoticed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from retrieval.guidance import Guidance, Provision, ProvisionId
from retrieval.words.pinpoints import recogniser


class User(StrEnum):
    """What rests on a provision."""

    FLAG = "flag"
    SAFEGUARD = "safeguard"
    CONSIDERATION = "consideration"
    QUESTION = "question"
    SCOPE = "scope"
    GLOSSARY = "glossary"
    GAP = "gap"
    OTHER_MATTER = "other matter"


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
    for matter in guidance.other_matters:
        yield Use(User.OTHER_MATTER, matter.id, matter.title), matter.authorities


class References:
    """Which provisions name which: in their text and note, or as what they stand with.

    A provision that was set aside names the one to rely on instead, or the one that quotes it; one
    that was confirmed, the passage that its words stand in.
    """

    def __init__(self, guidance: Guidance) -> None:
        self._every = {**guidance.provisions, **guidance.set_aside}
        self._sources = guidance.sources
        self._recognise = recogniser(guidance.sources.values(), guidance.provisions.values())

    def of(self, provision: ProvisionId) -> tuple[ProvisionId, ...]:
        """The provisions that *provision* names."""
        one = self._every[provision]
        named = dict.fromkeys([*self._recognise(_said(one)), *_stands_with(one)])
        named.pop(provision, None)
        return tuple(named)

    def to(self, provision: ProvisionId) -> tuple[ProvisionId, ...]:
        """The provisions that name *provision*."""
        it = self._every[provision]
        return tuple(
            one.id for one in self._every.values() if one.id != provision and (
                provision in _stands_with(one)
                or (self._may_cite(one, it) and provision in self._recognise(_said(one)))))

    def _may_cite(self, one: Provision, it: Provision) -> bool:
        """Whether reading *one* for pinpoints, which takes long, could find *it*."""
        if it.number is None:
            return False
        said = _said(one).casefold()
        if it.number.casefold() not in said and not _RANGE.search(said):
            return False
        patterns = [cited.replace("{n}", "").casefold().split()
                    for cited in self._sources[it.source].cited_as]
        return any(all(word.rstrip(".") in said for word in words) for words in patterns)


_RANGE = re.compile(r"\d\s*(?:to\s|[-\u2013])\s*\d")


def _said(one: Provision) -> str:
    return f"{one.text}\n{one.note}"


def _stands_with(one: Provision) -> tuple[ProvisionId, ...]:
    found = (one.same_as, None if one.confirmed is None else one.confirmed.passage,
             None if one.retired is None else one.retired.instead)
    return tuple(id_ for id_ in found if id_ is not None)
