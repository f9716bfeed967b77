"""What has become of the texts that a person was shown, where another release answers by now.

A conversation takes the release in force at each turn.  If a provision that was cited to somebody
reads otherwise since, or isn't relied on any more, the next reply says so in one line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.dialogue.changes import Became, Renewed
from bot.dialogue.citation import Citation
from bot.dialogue.citing import cite
from bot.dialogue.phrasing import Wording
from bot.dialogue.reply import BRIEF_CONSIDERATIONS, BRIEF_SAFEGUARDS, Line, Reply, Status
from retrieval.guidance import Checked, Guidance, Provision, ProvisionId, sha256_of
from retrieval.passages import passages_of

NAMED = 3
"""How many provisions of a kind are named; of others the line says how many they are."""

Seen = Mapping[ProvisionId, tuple[Citation, ...]]
"""What a person was shown of each provision, as it read the last time."""


def seen_after(seen: Seen, reply: Reply) -> Seen:
    """What a person was shown once *reply* has been as well."""
    # What was said to have changed need not be said again, should another release come.
    kept = {name: those for name, those in seen.items()
            if name not in {one.provision for one in reply.renewed}}
    fresh: dict[ProvisionId, tuple[Citation, ...]] = {}
    for citation in _shown(reply):
        fresh[citation.provision] = (*fresh.get(citation.provision, ()), citation)
    return {**kept, **fresh}


def renewals(seen: Seen, guidance: Guidance) -> tuple[Renewed, ...]:
    """What *guidance* has otherwise of what was *seen*."""
    found = ((name, _became(name, citations, guidance)) for name, citations in seen.items())
    return tuple(Renewed(name, became, _instead(name, guidance))
                 for name, became in found if became is not None)


def renewed(
    reply: Reply, seen: Seen, guidance: Guidance, wording: Wording
) -> Reply:
    """*reply* with one line ahead that says what has changed of what was *seen*."""
    found = renewals(seen, guidance)
    if not found:
        return reply
    line = _line(found, seen, guidance, wording)
    caution = reply.unchecked
    if any(citation.checked is Checked.UNCHECKED for citation in line.citations):
        caution = wording.say("closing.unchecked")
    return replace(reply, lead=(line, *reply.lead), renewed=found, unchecked=caution)


def _shown(reply: Reply) -> Iterator[Citation]:
    """The citations that a reader met; what the shape of the reply keeps back is left out."""
    if reply.shape == "sources":
        yield from reply.citations()
        return
    for line in (*reply.lead, *reply.aside):
        yield from line.citations
    for group in reply.told():
        for named in group.named:
            yield from named.citations
    raised = [f for f in reply.flags if f.status is Status.RAISED]
    brief = reply.shape == "brief"
    if reply.shape == "step":
        raised = [f for f in raised if f.id in reply.fresh]
    if reply.shape != "safeguards":
        for flag in raised:
            yield from flag.citations
    if reply.shape in {"full", "short", "brief"}:
        most = BRIEF_CONSIDERATIONS if brief and reply.flags else None
        for c in reply.considerations[:most]:
            yield from c.citations
    if reply.shape in {"full", "short"}:
        for note in reply.related:
            yield from note.citations
        for line in (*reply.consult, *reply.closing):
            yield from line.citations
    if reply.shape != "step":
        for s in reply.safeguards[: BRIEF_SAFEGUARDS if brief else None]:
            yield from s.citations


def _became(
    name: ProvisionId, citations: Sequence[Citation], guidance: Guidance
) -> Became | None:
    now = guidance.provisions.get(name)
    if now is None:
        return None if _is_quoted_elsewhere(name, citations, guidance) else Became.RETIRED
    before = citations[-1]
    if now.checked is not before.checked and now.checked is Checked.OFFICIAL:
        return Became.OFFICIAL
    same = now.pinpoint == before.pinpoint and all(_stands(one, now) for one in citations)
    if same and now.checked is before.checked:
        return None
    raised = (before.checked, now.checked) == (Checked.UNCHECKED, Checked.SEEN)
    return Became.CHECKED if same and raised else Became.CHANGED


def _stands(citation: Citation, provision: Provision) -> bool:
    """Whether what was cited is still all of *provision*, or a passage of it.

    Words that somebody has put behind it within the same passage may take all of it back.
    """
    return citation.sha256 == sha256_of(provision.text) or any(
        one.sha256 == citation.sha256 for one in passages_of(provision))


def _is_quoted_elsewhere(
    name: ProvisionId, citations: Sequence[Citation], guidance: Guidance
) -> bool:
    """Whether what was shown of an official passage now stands in a confirmed provision."""
    aside = guidance.set_aside.get(name)
    within = None if aside is None or aside.same_as is None else (
        guidance.provisions.get(aside.same_as))
    if aside is None or within is None:
        return False
    return all(_stands(one, aside) and aside.text[one.start : one.end] in within.text
               for one in citations)


def _instead(name: ProvisionId, guidance: Guidance) -> ProvisionId | None:
    """What is relied on in the place of one that was set aside."""
    return guidance.in_place_of(name) if name in guidance.set_aside else None


def _line(
    found: Sequence[Renewed], seen: Seen, guidance: Guidance, wording: Wording
) -> Line:
    said, cited = [], []
    for became in Became:
        those = [one for one in found if one.became is became]
        if not those:
            continue
        names = [_name(one, seen, guidance, wording) for one in those[:NAMED]]
        which = "; ".join(names)
        if len(those) > NAMED:
            which = wording.say("updated.more", which=which, n=len(those) - NAMED)
        said.append(wording.say(f"updated.{became}", which=which))
        cited += [one.instead or one.provision for one in those[:NAMED]]
    return Line(" ".join(said), tuple(cite(guidance, name) for name in dict.fromkeys(cited)
                                      if name in guidance.provisions))


def _name(one: Renewed, seen: Seen, guidance: Guidance, wording: Wording) -> str:
    """By its heading: pinpoints of digests are shared by many."""
    provision = guidance.provisions.get(one.provision) or guidance.set_aside.get(one.provision)
    name = seen[one.provision][-1].pinpoint if provision is None else wording.say(
        "updated.name", heading=provision.heading.strip())
    if one.instead is None:
        return name
    instead = guidance.provisions[one.instead].heading.strip()
    return wording.say("updated.instead", which=name,
                       instead=wording.say("updated.name", heading=instead))
