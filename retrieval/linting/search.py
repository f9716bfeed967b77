"""Provisions that a search doesn't find even by their own words.

Whoever asks for a passage seldom uses its words, so one that isn't found by them is found by
nobody: it is cited where a red flag names it, and is else as if it weren't there.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import Stemmer

from retrieval.guidance import Guidance, Provision, ProvisionId
from retrieval.linting.remarks import Remark, Severity, of
from retrieval.matches import Found, Query, Search

DEPTH = 10
"""Within so many hits it has to be."""
DISTINCTIVE = 8
"""Words of a provision that tell it from all others, put together into a query."""
MOST_LOOKED_AT = 2_000
"""Provisions that are looked for; of more, so many spread evenly over the corpus."""
BATCH = 96
"""Queries that are embedded together."""
LONGEST_QUERY = 300

_WORD = re.compile(r"[^\W\d_]{3,}")
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+")


@dataclass(frozen=True, slots=True)
class Reach:
    """What a search finds of its own corpus."""

    remarks: tuple[Remark, ...]
    looked_at: int
    """Provisions that were looked for."""
    provisions: int
    """Provisions that there are."""
    queries: int
    found: int
    """Queries that found the provision whose words they are."""

    @property
    def complete(self) -> bool:
        """Whether every provision was looked for."""
        return self.looked_at == self.provisions


def reach(guidance: Guidance, search: Search, most: int = MOST_LOOKED_AT) -> Reach:
    """Look for every provision of *guidance* by its own words.

    Args:
        guidance: The release that *search* is over.
        search: What answers are drawn from.
        most: Provisions that are looked for; of a larger corpus a sample, the same each time.
    """
    chosen = _spread(list(guidance.provisions.values()), most)
    rarity = _Rarity(guidance)
    asked = [(p, words) for p in chosen for words in _queries(p, rarity)]
    hits: dict[ProvisionId, list[Found]] = {p.id: [] for p in chosen}
    reached: Counter[ProvisionId] = Counter()
    for at in range(0, len(asked), BATCH):
        some = asked[at : at + BATCH]
        for (provision, _), found in zip(
            some, search([Query(words, limit=DEPTH) for _, words in some]), strict=True
        ):
            hits[provision.id].append(found)
            reached[provision.id] += any(
                m.provision == provision.id for m in found.matches[:DEPTH])
    remarks = tuple(_unfound(p, hits[p.id]) for p in chosen if hits[p.id] and not reached[p.id])
    return Reach(remarks, len(chosen), len(guidance.provisions), len(asked), sum(reached.values()))


def _unfound(provision: Provision, hits: Sequence[Found]) -> Remark:
    instead: Counter[ProvisionId] = Counter(
        found.matches[0].provision for found in hits if found.matches)
    said = "; ".join(f"“{found.query.text[:80]}”" for found in hits)
    silent = sum(found.abstained for found in hits)
    finds = "the search says that nothing bears on them" if silent == len(hits) else (
        "what comes first is " + ", ".join(str(id_) for id_, _ in instead.most_common(3)))
    return Remark(Severity.WARNING, "unfound", of(provision),
                  f"None of its own words finds it among the first {DEPTH} ({said}): {finds}. "
                  "Give it a heading of its own and some 'asks', or see whether another provision "
                  "says the same.")


def _spread(provisions: list[Provision], most: int) -> list[Provision]:
    """At most *most* of *provisions*, evenly over all of them."""
    if len(provisions) <= most:
        return provisions
    return [provisions[place * len(provisions) // most] for place in range(most)]


def _queries(provision: Provision, rarity: "_Rarity") -> Iterator[str]:
    """What somebody would type who has the provision before them."""
    first = _SENTENCE.split(provision.text.strip(), maxsplit=1)[0]
    made = (provision.heading, first, rarity.distinctive(f"{provision.heading} {provision.text}"))
    yield from dict.fromkeys(text[:LONGEST_QUERY].strip() for text in made if text.strip())


class _Rarity:
    """How rare each word is among the provisions, as BM25 weighs it."""

    def __init__(self, guidance: Guidance) -> None:
        self._stemmer = Stemmer.Stemmer("english")
        self._texts = len(guidance.provisions)
        self._in: Counter[str] = Counter()
        for provision in guidance.provisions.values():
            self._in.update({self._stem(w) for w in _WORD.findall(
                f"{provision.heading} {provision.text}".casefold())})

    def distinctive(self, text: str) -> str:
        """The words of *text* that tell it best from all others, in the order of the text."""
        words = list(dict.fromkeys(_WORD.findall(text.casefold())))
        often = Counter(self._stem(w) for w in _WORD.findall(text.casefold()))
        best = sorted(words, key=lambda w: -self._weight(w, often[self._stem(w)]))[:DISTINCTIVE]
        return " ".join(w for w in words if w in best)

    def _weight(self, word: str, times: int) -> float:
        texts = self._in[self._stem(word)]
        rare = math.log(1 + (self._texts - texts + 0.5) / (texts + 0.5))
        return rare * times * 2.5 / (times + 1.5)

    def _stem(self, word: str) -> str:
        return str(self._stemmer.stemWord(word))
