"""References that lead nowhere: to a number that no provision has, to an id that isn't there."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

from retrieval.guidance import Checked, Guidance, Provision, ProvisionId, SourceId
from retrieval.linting.remarks import Remark, Severity, named, of
from retrieval.words.pinpoints import Mention, mentions

LEAST_NUMBERED = 3
"""A source counts its provisions by a word ("paragraph") when so many pinpoints say it."""
MOST_MISSING = 40
"""Numbers that may be missing between two; of more, the count began anew."""

_UNITS: Mapping[str, str] = {
    "paragraph": r"paragraphs?|paras?\.?|¶{1,2}",
    "article": r"articles?|arts?\.?",
    "principle": r"principles?",
    "section": r"sections?|sec\.|§{1,2}",
    "recommendation": r"recommendations?",
    "recital": r"recitals?",
}
"""What documents call what they number, and how it is written."""
_NUMBERS = r"(\d{1,4})(?:\s?\(\w{1,4}\))*(?![\w/]|\.\d)"
_ELSEWHERE = re.compile(
    r"\s*,?\s*(?:\(\w{1,4}\)\s*)*(?:(?:of|in|to|under)\s+(?:the\s+)?(?!this|these|present|that|its)\w"
    r"|[A-Z][A-Za-z]*[A-Z])")
"""What follows a reference into another document: "of the Charter", "ICCPR"."""


def remarks(guidance: Guidance) -> Iterator[Remark]:
    """The references of *guidance* that lead nowhere, and numbers that are missing."""
    find = mentions(guidance.sources.values())
    numbers = _numbers(guidance)
    ids = _id_pattern(guidance)
    counted = {source: _counted_by(guidance, source) for source in guidance.sources}
    for provision in guidance.provisions.values():
        for where, text in (("text", provision.text), ("note", provision.note)):
            cited = find(text)
            for problem in (*_lost_numbers(guidance, cited, numbers, text),
                            *_lost_within(provision, text, cited, numbers, counted),
                            *_lost_ids(guidance, text, ids)):
                yield Remark(Severity.WARNING, "reference", of(provision), f"Its {where} {problem}")
    yield from _gaps(guidance)


def _numbers(guidance: Guidance) -> dict[SourceId, set[str]]:
    """The numbers that each source has, what was set aside too: it can still be read."""
    found: dict[SourceId, set[str]] = defaultdict(set)
    for provision in (*guidance.provisions.values(), *guidance.set_aside.values()):
        if provision.number is not None:
            number = provision.number.lower()
            # Whoever has "19(2)" or "5.3" has something of 19 and of 5.
            found[provision.source] |= {number, re.split(r"[(./]", number)[0]}
    return found


def _lost_numbers(
    guidance: Guidance, cited: Collection[Mention], numbers: Mapping[SourceId, set[str]], text: str
) -> Iterator[str]:
    """What names a source and a number that it lacks here."""
    said: dict[tuple[int, int, str], list[Mention]] = defaultdict(list)
    for mention in cited:
        said[mention.start, mention.end, mention.number].append(mention)
    for (start, end, number), alike in said.items():
        # One way of citing may be that of several sources; any of them will do.
        if any(m.number in numbers.get(m.source, ()) for m in alike):
            continue
        sources = [guidance.sources[m.source].short_title for m in alike
                   if m.source in numbers]
        if sources:
            yield (f"cites “{text[start:end]}”, but there is no number {number} of "
                   f"{' or '.join(dict.fromkeys(sources))} here. Correct the number, or take that "
                   "passage in.")


def _lost_within(
    provision: Provision, text: str, cited: Collection[Mention],
    numbers: Mapping[SourceId, set[str]], counted: Mapping[SourceId, Collection[str]],
) -> Iterator[str]:
    """What leads to another place of the same document ("see paragraph 12") that isn't there."""
    own = numbers.get(provision.source, set())
    for unit in counted.get(provision.source, ()):
        for hit in re.finditer(rf"(?<!\w)(?:{_UNITS[unit]})\s*{_NUMBERS}", text, re.IGNORECASE):
            if any(m.start < hit.end() and hit.start() < m.end for m in cited):
                continue
            if _ELSEWHERE.match(text, hit.end()) or hit.group(1) in own:
                continue
            yield (f"refers to “{hit.group()}”, but its own document has no {unit} "
                   f"{hit.group(1)} here. Correct the number, or take that passage in.")


def _counted_by(guidance: Guidance, source: SourceId) -> tuple[str, ...]:
    """What *source* calls the provisions that it numbers."""
    pinpoints = [p.pinpoint for p in guidance.provisions.values()
                 if p.source == source and p.number is not None]
    return tuple(
        unit for unit, written in _UNITS.items()
        if sum(bool(re.search(rf"(?<!\w)(?:{written})\s*\d", p, re.IGNORECASE))
               for p in pinpoints) >= LEAST_NUMBERED)


def _id_pattern(guidance: Guidance) -> re.Pattern[str] | None:
    """What looks like an id of a provision: a source's prefix, then parts with a figure in them."""
    prefixes = {str(id_).split("-", 1)[0]
                for id_ in (*guidance.provisions, *guidance.set_aside) if "-" in id_}
    if not prefixes:
        return None
    known = "|".join(sorted(map(re.escape, prefixes), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{known})(?:-[a-z]+\d+|-\d+)+(?:-[a-z0-9]+)*(?![\w-])")


def _lost_ids(
    guidance: Guidance, text: str, pattern: re.Pattern[str] | None
) -> Iterator[str]:
    for hit in pattern.finditer(text) if pattern is not None else ():
        id_ = ProvisionId(hit.group())
        known = (guidance.provisions, guidance.flag_by_id, guidance.safeguards,
                 guidance.consideration_by_id)
        if any(id_ in table for table in known):
            continue
        aside = guidance.set_aside.get(id_)
        if aside is None:
            yield f"names {id_}, and there is no such provision. Correct the id."
        elif aside.retired is not None:
            stands = guidance.in_place_of(id_)
            instead = "" if stands is None else f" {stands} stands in its place."
            yield f"names {id_}, which is retired.{instead} Correct the id."


def _gaps(guidance: Guidance) -> Iterator[Remark]:
    """Numbers that are missing in what was taken in whole; a digest leaves out what it will."""
    found: dict[SourceId, set[int]] = defaultdict(set)
    for provision in (*guidance.provisions.values(), *guidance.set_aside.values()):
        official = provision.checked is Checked.OFFICIAL and provision.confirmed is None
        if official and provision.number is not None and provision.number.isdecimal():
            found[provision.source].add(int(provision.number))
    for source, numbers in found.items():
        missing = [str(n) for before, after in pairwise(sorted(numbers))
                   if after - before <= MOST_MISSING for n in range(before + 1, after)]
        if missing:
            yield Remark(Severity.WARNING, "gap", ("source", str(source)),
                         f"Its numbers run from {min(numbers)} to {max(numbers)} without "
                         f"{named(missing)}. See whether that passage was lost when the document "
                         "was read, or belongs to its neighbour.")
