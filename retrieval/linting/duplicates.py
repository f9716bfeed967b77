"""The same passage, or nearly the same, in two provisions.

Every run of a few words is looked up among those of all other provisions, so the time grows with
the length of the corpus and not with its square; only pairs that share some are compared.  A run
that stands in many provisions leads from each to the next alone: a phrase of law that recurs a
thousand times would else pair each with each.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations, pairwise

from rapidfuzz import fuzz

from retrieval.guidance import Checked, Guidance, Provision, ProvisionId
from retrieval.linting.remarks import Remark, Severity, named, of

RUN = 5
"""Words of a run that is looked up."""
COMMON = 12
"""A run that stands in more provisions than this is common."""
SHARED = 3
"""Runs that two provisions share before they are compared."""
SAME_WORDS = 25
"""A passage of so many words in two provisions is told of: a sentence or two, no mere phrase."""
NEARLY = 88.0
"""How alike two whole texts are, from 0 to 100, from which one is the other with some changes."""
LEAST_WORDS = 8
"""Texts of fewer words are alike by chance."""

_WORD = re.compile(r"\w+")


def remarks(guidance: Guidance) -> Iterator[Remark]:
    """The passages that stand in *guidance* more than once."""
    provisions = list(guidance.provisions.values())
    words = {p.id: _WORD.findall(p.text.casefold()) for p in provisions}
    alike: dict[str, list[Provision]] = defaultdict(list)
    for provision in provisions:
        if len(words[provision.id]) >= LEAST_WORDS:
            alike[" ".join(words[provision.id])].append(provision)
    for same in alike.values():
        yield from _copies(guidance, same)
    firsts = [same[0] for same in alike.values()]
    for one, other in _candidates(firsts, words):
        if not _own_digest(guidance, one, other):
            yield from _compared(one, other, words[one.id], words[other.id])


def _copies(guidance: Guidance, same: Sequence[Provision]) -> Iterator[Remark]:
    first, rest = same[0], [p for p in same[1:] if not _own_digest(guidance, same[0], p)]
    if rest:
        yield Remark(Severity.WARNING, "duplicate", of(first),
                     f"Its text stands word for word in {named([str(p.id) for p in rest])} too. "
                     "Retire all but one, so that an answer doesn't cite the same words twice.")


def _candidates(
    provisions: Sequence[Provision], words: dict[ProvisionId, list[str]]
) -> Iterator[tuple[Provision, Provision]]:
    """Pairs that share some runs of words, each once."""
    where: dict[int, list[int]] = defaultdict(list)
    for place, provision in enumerate(provisions):
        text = words[provision.id]
        for run in {hash(tuple(text[at : at + RUN])) for at in range(len(text) - RUN + 1)}:
            where[run].append(place)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for places in where.values():
        pairs = combinations(places, 2) if len(places) <= COMMON else pairwise(places)
        for pair in pairs:
            shared[pair] += 1
    for (one, other), runs in shared.items():
        if runs >= SHARED:
            yield provisions[one], provisions[other]


def _compared(
    one: Provision, other: Provision, first: Sequence[str], second: Sequence[str]
) -> Iterator[Remark]:
    nearly = fuzz.ratio(first, second)
    if nearly >= NEARLY:
        yield Remark(Severity.WARNING, "duplicate", of(one),
                     f"It says nearly the same as {other.id} ({nearly:.0f} % of the words). If one "
                     "is an earlier wording of the other, retire it.")
        return
    run = SequenceMatcher(None, first, second, autojunk=False).find_longest_match()
    if run.size >= SAME_WORDS:
        said = " ".join(first[run.a : run.a + 8])
        yield Remark(Severity.WARNING, "duplicate", of(one),
                     f"A passage of {run.size} words, from “{said}…”, stands in {other.id} too. "
                     "Cut one of them so that it holds it alone, or retire one.")


def _own_digest(guidance: Guidance, one: Provision, other: Provision) -> bool:
    """Whether one of the two is our digest of the other, or quotes it because it was ticked."""
    for digest, official in ((one, other), (other, one)):
        if digest.confirmed is not None and digest.confirmed.passage == official.id:
            return True
        if (official.checked is Checked.OFFICIAL and official.confirmed is None
                and digest.checked is not Checked.OFFICIAL):
            here, there = guidance.sources[digest.source], guidance.sources[official.source]
            if here.id == there.id or here.url == there.url or here.title == there.title:
                return True
    if one.confirmed is not None and other.confirmed is not None:
        a, b = one.confirmed, other.confirmed
        # Two digests may rest on one passage; the words are then in both, and rightly.
        return a.passage == b.passage and a.start < b.end and b.start < a.end
    return False
