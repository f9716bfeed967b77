"""Citations: made from a release, and checked against it before anything is shown.

A citation pins source, release, provision, span and the SHA-256 of the span.  From a stored
reply alone it can be read again and compared years later.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bot.dialogue.changes import Group, Part
from bot.dialogue.citation import Citation
from bot.dialogue.pointing import points_of, restated
from bot.dialogue.reply import Reply
from retrieval.guidance import Checked, Guidance, ProvisionId, sha256_of
from retrieval.passages import Passage, passage, passages_of

REMEMBERED = 2_048
"""Spans whose digests are remembered: an advice cites two hundred, the next one mostly the same."""


class Verdict(StrEnum):
    """What a check of one citation finds."""

    EXACT = "exact"
    """The span is in the provision, word for word."""
    OTHER_PROVISION = "real text, another provision"
    """The words are in the release, but not where, or not as, the citation says."""
    NOT_IN_CORPUS = "not in the corpus"
    """The words are nowhere in the release."""
    STRAY = "in the corpus, but none of the points that the sentence restates rests on it"
    """The citation holds, and a language model's sentence has no right to it."""


class UncitedClaim(Exception):
    """A reply asserts something without a citation."""


class BadCitation(Exception):
    """A citation does not hold in the release; `verdict` says in which way."""

    def __init__(self, citation: Citation, verdict: Verdict, where: ProvisionId | None) -> None:
        self.citation = citation
        self.verdict = verdict
        found = f"; the words stand in {where!r}" if where else ""
        super().__init__(f"citation of {citation.provision!r}: {verdict.value}{found}")


@dataclass(frozen=True, slots=True)
class Checkup:
    """The verdict on a citation, and where its words really stand."""

    verdict: Verdict
    found_in: ProvisionId | None


def cite(guidance: Guidance, provision: ProvisionId, part: Passage | None = None) -> Citation:
    """A citation of *provision*, of one *part* of it or else of its whole text.

    Raises:
        KeyError: The provision is not in the release; `checks` prevents that for content.
    """
    p = guidance.provisions[provision]
    source = guidance.sources[p.source]
    start, end = (part.start, part.end) if part else (0, len(p.text))
    span = p.text[start:end]
    return Citation(
        provision=p.id,
        pinpoint=p.pinpoint,
        source=source.id,
        source_title=source.short_title,
        checked=p.checked,
        url=p.url or source.url,
        release=guidance.release,
        start=start,
        end=end,
        sha256=_digest(span),
        quote=span if p.checked is Checked.OFFICIAL else None,
    )


_digest = lru_cache(REMEMBERED)(sha256_of)


def cite_all(guidance: Guidance, provisions: tuple[ProvisionId, ...]) -> tuple[Citation, ...]:
    """A citation of each of *provisions*.

    An advice has three hundred, the next one of the same release the same.  `verify` takes none
    from here: it reads every span again.
    """
    known = guidance.worked_out.of(cite_all)
    made = known.get(provisions)
    if made is None:
        # One of each, whatever cites it: `check` then sees that it has held it already.
        one = guidance.worked_out.of(cite)
        made = known[provisions] = tuple(
            [one[p] if p in one else one.setdefault(p, cite(guidance, p)) for p in provisions])
    return made


def verify(citation: Citation, guidance: Guidance) -> Checkup:
    """Read the cited span again from the release and compare.

    Everything has to fit: the span's digest, the quotation, source, pinpoint, link and checked
    state.  A digest provision may not be quoted at all.
    """
    p = guidance.provisions.get(citation.provision)
    if p is not None and citation.release == guidance.release:
        whole = 0 <= citation.start < citation.end <= len(p.text)
        if whole and citation == cite(guidance, p.id, passage(p, citation.start, citation.end)):
            return Checkup(Verdict.EXACT, p.id)
    where = _where(citation, guidance)
    if where is not None:
        return Checkup(Verdict.OTHER_PROVISION, where)
    return Checkup(Verdict.NOT_IN_CORPUS, None)


def _where(citation: Citation, guidance: Guidance) -> ProvisionId | None:
    for p in guidance.provisions.values():
        if citation.quote and citation.quote in p.text:
            return p.id
        if sha256_of(p.text) == citation.sha256:
            return p.id
        if any(piece.sha256 == citation.sha256 for piece in passages_of(p)):
            return p.id
    return None


def check(reply: Reply, guidance: Guidance) -> None:
    """Let *reply* pass only if every claim is cited and every citation holds in the release.

    Raises:
        UncitedClaim: A consideration, red flag, safeguard, worded sentence, change of the advice or
            question carries no citation.
        BadCitation: A cited span is not, word for word, where the citation says; or a worded
            sentence cites what the points that it restates don't.
    """
    # A point and its neighbour rest on the same span: what it says of the release is held against
    # the release once, not where it is repeated.
    held: set[Citation] = set()
    # Most are not only alike but one and the same, which is seen without comparing what they hold.
    same: set[int] = set()
    for what, name, citations in _claims(reply):
        if not citations:
            raise UncitedClaim(f"{what} {name!r} carries no citation")
        for citation in citations:
            if id(citation) not in same:
                _hold(citation, guidance, held)
                same.add(id(citation))
    # Not `citations`, which has one of those that cite the same span, however they differ.
    for citations in reply.cited():
        for citation in citations:
            if id(citation) not in same:
                _hold(citation, guidance, held)
                same.add(id(citation))
    points = points_of(reply, guidance) if reply.worded else ()
    for line in reply.worded:
        own = {citation for point in restated(line, points) for citation in point.citations}
        for citation in line.citations:
            if citation not in own:
                raise BadCitation(citation, Verdict.STRAY, None)


def _hold(citation: Citation, guidance: Guidance, held: set[Citation]) -> None:
    before = len(held)
    held.add(citation)
    if len(held) == before:
        return
    checkup = verify(citation, guidance)
    if checkup.verdict is not Verdict.EXACT:
        raise BadCitation(citation, checkup.verdict, checkup.found_in)


def _claims(reply: Reply) -> Iterator[tuple[str, str, tuple[Citation, ...]]]:
    for c in (*reply.considerations, *reply.related):
        yield "consideration", c.id, c.citations
    for f in reply.flags:
        yield "red flag", f.id, f.citations
    for s in (*reply.safeguards, *reply.more_safeguards):
        yield "safeguard", s.id, s.citations
    for line in reply.worded:
        yield "worded sentence", line.text, line.citations
    for group in _differing(reply):
        for named in group.named:
            yield group.part.value, named.id, named.citations
    for asked in reply.question.all() if reply.question is not None else ():
        yield "question", asked.fact, asked.citations


def _differing(reply: Reply) -> Iterator[Group]:
    """The changes that assert something; the name of a fact asserts nothing."""
    facts = {Part.FACTS, Part.FACTS_OPENED, Part.FACTS_NEEDLESS}
    groups = reply.changes.groups if reply.changes else ()
    return (group for group in groups if group.part not in facts)
