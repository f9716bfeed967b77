"""The tick list as its pages show it: filtered, in an order, and what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from bot.publishing.ticking import Line, Standing
from retrieval.editing.uses import User, uses_of
from retrieval.guidance import Guidance, ProvisionId, SourceId


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which digests are listed."""

    standing: Standing | None = None
    source: str = ""
    coverable: bool = False
    """Only those whose official text is in the draft."""
    corpus_order: bool = False
    """In the order of the corpus, and not those first that red flags rest on."""

    @classmethod
    def parse(cls, query: str) -> "Wanted":
        """The filter that *query* holds; what can't be read is left out."""
        given = dict(parse_qsl(query))
        standing = given.get("standing", "")
        return cls(Standing(standing) if standing in set(Standing) else None,
                   given.get("source", "")[:100], given.get("coverable") == "yes",
                   given.get("order") == "corpus")

    def query(self, **more: object) -> str:
        """The filter as a query."""
        named = {"standing": self.standing.value if self.standing else "", "source": self.source,
                 "coverable": "yes" if self.coverable else "",
                 "order": "corpus" if self.corpus_order else "", **more}
        return urlencode({name: value for name, value in named.items() if value})


@dataclass(frozen=True, slots=True)
class Share:
    """How far the digests of a source are."""

    source: SourceId
    title: str
    total: int
    done: int
    """All that are no longer open."""
    coverable: int


def flagged(guidance: Guidance) -> Mapping[ProvisionId, int]:
    """How many red flags rest on each provision that any rests on."""
    return {id_: number for id_, uses in uses_of(guidance).items()
            if (number := sum(use.user is User.FLAG for use in uses))}


def listed(
    lines: Sequence[Line], wanted: Wanted, flags: Mapping[ProvisionId, int]
) -> tuple[Line, ...]:
    """Those of *lines* that are wanted, in order."""
    found = [line for line in lines
             if (wanted.standing is None or line.standing is wanted.standing)
             and wanted.source in {"", line.provision.source}
             and (line.coverable or not wanted.coverable)]
    if not wanted.corpus_order:
        found.sort(key=lambda line: line.provision.id not in flags)
    return tuple(found)


def next_open(
    lines: Sequence[Line], wanted: Wanted, flags: Mapping[ProvisionId, int],
    after: ProvisionId | None = None,
) -> ProvisionId | None:
    """The next digest that nobody has ticked; from the start again where none follows *after*.

    Args:
        lines: The whole list.
        wanted: Source, order and the like of the list that somebody goes through.
        flags: What red flags rest on.
        after: The one that they have just done.
    """
    same = Wanted(None, wanted.source, wanted.coverable, wanted.corpus_order)
    order = listed(lines, same, flags)
    ids = [line.provision.id for line in order]
    place = ids.index(after) + 1 if after in ids else 0
    return next((line.provision.id for line in (*order[place:], *order[:place])
                 if line.standing is Standing.OPEN and line.provision.id != after), None)


def shares(lines: Sequence[Line], guidance: Guidance) -> tuple[Share, ...]:
    """How far each source is, in the order of the corpus."""
    by: dict[SourceId, list[Line]] = {}
    for line in lines:
        by.setdefault(line.provision.source, []).append(line)
    return tuple(
        Share(source, guidance.sources[source].short_title, len(mine),
              sum(line.standing is not Standing.OPEN for line in mine),
              sum(line.coverable for line in mine))
        for source, mine in by.items())
