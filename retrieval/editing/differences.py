"""In what two editions of the guidance differ, entry by entry and word by word.

Pure.  What is compared is the content as it was loaded: a comment in a file or the order of
entries makes no difference, every field of an entry does.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from retrieval.guidance import FlagId, Guidance, Provision, ProvisionId, SafeguardId

LONGEST_COMPARED = 20_000
"""Characters of two texts together that are compared word by word; nobody waits for longer ones."""
FEWEST_SAME = 2
"""Words that stay the same between two changes, below which they are told as one change."""

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


class RunKind(StrEnum):
    """Whether a stretch of text stands in both, or in one only."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that is the same, gone or new."""

    kind: RunKind
    text: str


def word_diff(before: str, after: str) -> tuple[Run, ...]:
    """In what words *after* differs from *before*.

    Returns:
        Stretches in order.  Those the same or gone make up *before*, those the same or new *after*.
        Of very long texts that differ both are told, one after the other.
    """
    if before == after:
        return (Run(RunKind.SAME, after),) if after else ()
    if len(before) + len(after) > LONGEST_COMPARED:
        return tuple(Run(kind, text) for kind, text in (
            (RunKind.GONE, before), (RunKind.NEW, after)) if text)
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    parts: list[tuple[bool, str, str]] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same, was, is_ = tag == "equal", "".join(old[i:j]), "".join(new[k:m])
        # One word that both happen to have, in the midst of others, only breaks up the reading.
        if same and i > 0 and j < len(old) and len(_WORD.findall(was)) < FEWEST_SAME:
            same = False
        if parts and parts[-1][0] == same:
            _, before_, after_ = parts.pop()
            was, is_ = before_ + was, after_ + is_
        parts.append((same, was, is_))
    runs: list[Run] = []
    for same, was, is_ in parts:
        kinds = ((RunKind.SAME, was),) if same else ((RunKind.GONE, was), (RunKind.NEW, is_))
        runs += [Run(kind, text) for kind, text in kinds if text]
    return tuple(runs)


class Part(StrEnum):
    """What an entry of the guidance is."""

    PROVISION = "provision"
    SOURCE = "source"
    CONSIDERATION = "consideration"
    FLAG = "red flag"
    SAFEGUARD = "safeguard"
    QUESTION = "question"
    SCOPE = "scope"
    GROUP = "question group"
    GAP = "gap"
    OTHER_MATTER = "other matter"
    GLOSSARY = "glossary entry"
    TERM = "vocabulary entry"
    PHRASES = "phrases"
    """The cues and intents of `phrases.yaml`, list by list."""
    STAGES = "stage order"


class How(StrEnum):
    """What became of an entry."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    CONFIRMED = "confirmed"
    """A digest was ticked: its text is the official document's now."""
    RETIRED = "retired"
    """It can still be read and is no longer relied on."""
    SET_ASIDE = "set aside"
    """A confirmed provision quotes it in full, so it isn't found by itself any more."""
    RESTORED = "restored"
    """It had been set aside."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that differs."""

    part: Part
    id: str
    how: How
    title: str
    """What people know it by."""
    fields: tuple[str, ...] = ()
    """Of a changed entry, which of its fields differ."""
    before: Any = None
    after: Any = None
    """The entry in either edition; None where it isn't there."""


@dataclass(frozen=True, slots=True)
class ProvisionChange:
    """A provision that differs."""

    id: ProvisionId
    how: How
    before: Provision | None
    after: Provision | None
    fields: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[Run, ...]:
        """In what words its text differs."""
        return word_diff(self.before.text if self.before else "",
                         self.after.text if self.after else "")

    @property
    def matters(self) -> bool:
        """Whether an answer that cites it would read otherwise: its words, place or standing."""
        return self.how is not How.CHANGED or not _SHOWN.isdisjoint(self.fields)


@dataclass(frozen=True, slots=True)
class Differences:
    """In what one edition differs from another."""

    provisions: tuple[ProvisionChange, ...] = ()
    others: tuple[Difference, ...] = ()
    """All entries but provisions."""
    flags_affected: tuple[FlagId, ...] = ()
    """Flags of the later edition that rest on a provision that matters."""
    safeguards_affected: tuple[SafeguardId, ...] = ()

    def __bool__(self) -> bool:
        """Whether they differ at all."""
        return bool(self.provisions or self.others)

    def of(self, part: Part) -> tuple[Difference, ...]:
        """The entries of *part* that differ."""
        return tuple(one for one in self.others if one.part is part)

    def counts(self) -> dict[str, dict[str, int]]:
        """How many entries of each part were added, changed and so on; parts that differ only."""
        found: dict[str, dict[str, int]] = {}
        for part, how in [*((Part.PROVISION, p.how) for p in self.provisions),
                          *((d.part, d.how) for d in self.others)]:
            of_part = found.setdefault(part.value, {})
            of_part[how.value] = of_part.get(how.value, 0) + 1
        return found


_SHOWN = frozenset({"text", "pinpoint", "checked", "heading", "url", "source"})
"""Fields of a provision that whoever reads an answer sees."""


def compare(before: Guidance, after: Guidance) -> Differences:
    """In what *after* differs from *before*."""
    provisions = tuple(_provisions(before, after))
    mattering = {change.id for change in provisions if change.matters}
    return Differences(
        provisions,
        tuple(_others(before, after)),
        tuple(flag.id for flag in after.red_flags if mattering & set(flag.authorities)),
        tuple(s.id for s in after.safeguards.values() if mattering & set(s.authorities)),
    )


def _provisions(before: Guidance, after: Guidance) -> Iterator[ProvisionChange]:
    ids = dict.fromkeys([*after.provisions, *after.set_aside,
                         *before.provisions, *before.set_aside])
    for id_ in ids:
        was, is_ = _found(before, id_), _found(after, id_)
        if was == is_ and (id_ in before.set_aside) == (id_ in after.set_aside):
            continue
        how = _what_became(before, after, id_)
        yield ProvisionChange(id_, how, was, is_, _differing(was, is_))


def _found(guidance: Guidance, id_: ProvisionId) -> Provision | None:
    return guidance.provisions.get(id_) or guidance.set_aside.get(id_)


def _what_became(before: Guidance, after: Guidance, id_: ProvisionId) -> How:
    was, is_ = _found(before, id_), _found(after, id_)
    if was is None or is_ is None:
        if is_ is not None and is_.retired is not None:
            return How.RETIRED
        return How.ADDED if was is None else How.REMOVED
    if id_ in after.set_aside and id_ in before.provisions:
        return How.RETIRED if is_.retired is not None else How.SET_ASIDE
    if id_ in after.provisions and id_ in before.set_aside:
        return How.RESTORED
    if is_.confirmed is not None and was.confirmed is None:
        return How.CONFIRMED
    return How.CHANGED


def _others(before: Guidance, after: Guidance) -> Iterator[Difference]:
    for part, old, new in (
        (Part.SOURCE, before.sources, after.sources),
        (Part.CONSIDERATION, before.consideration_by_id, after.consideration_by_id),
        (Part.FLAG, before.flag_by_id, after.flag_by_id),
        (Part.SAFEGUARD, before.safeguards, after.safeguards),
        (Part.QUESTION, before.questions, after.questions),
        (Part.SCOPE, _by_id(before.scopes), _by_id(after.scopes)),
        (Part.GROUP, _by_id(before.groups), _by_id(after.groups)),
        (Part.GAP, before.gap_by_id, after.gap_by_id),
        (Part.OTHER_MATTER, _by_id(before.other_matters), _by_id(after.other_matters)),
        (Part.GLOSSARY, _by_id(before.vocabulary.glossary), _by_id(after.vocabulary.glossary)),
        (Part.TERM, _terms(before), _terms(after)),
        (Part.PHRASES, _phrases(before), _phrases(after)),
        (Part.STAGES, before.stage_order, after.stage_order),
    ):
        yield from _entries(part, old, new)


def _by_id(entries: Iterable[Any]) -> dict[str, Any]:
    return {str(one.id): one for one in entries}


def _terms(guidance: Guidance) -> dict[str, Any]:
    found: dict[str, list[Any]] = {}
    for term in guidance.vocabulary.terms:
        found.setdefault(f"{term.fact}.{term.value}", []).append(term)
    for one in guidance.vocabulary.refinements:
        found.setdefault(f"{one.fact}.{one.value}", []).append(one)
    return found


def _phrases(guidance: Guidance) -> dict[str, Any]:
    words = guidance.vocabulary
    return {**{f"cues.{name}": said for name, said in words.cues.items()},
            **{f"intents.{name}": said for name, said in words.intents.items()}}


def _entries(
    part: Part, before: Mapping[Any, Any], after: Mapping[Any, Any]
) -> Iterator[Difference]:
    for id_ in dict.fromkeys([*after, *before]):
        was, is_ = before.get(id_), after.get(id_)
        if was == is_:
            continue
        how = How.ADDED if was is None else How.REMOVED if is_ is None else How.CHANGED
        yield Difference(part, str(id_), how, _title(is_ if is_ is not None else was, str(id_)),
                         _differing(was, is_), was, is_)


def _title(entry: Any, id_: str) -> str:
    for name in ("title", "label", "short_title"):
        if isinstance(title := getattr(entry, name, None), str) and title.strip():
            return title.strip()
    return id_


def _differing(before: Any, after: Any) -> tuple[str, ...]:
    """The fields in which two entries of one class differ; none where one of them isn't there."""
    if type(before) is not type(after) or not is_dataclass(after) or isinstance(after, type):
        return ()
    return tuple(f.name for f in fields(after)
                 if getattr(before, f.name) != getattr(after, f.name))
