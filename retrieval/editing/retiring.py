"""What relies on a provision that was retired, and what becomes of it."""

from collections.abc import Iterable
from dataclasses import replace

from retrieval.guidance import Guidance, ProvisionId, RedFlag, Safeguard, SafeguardId


def without_retired(guidance: Guidance) -> tuple[Guidance, tuple[str, ...]]:
    """*guidance* in which nothing relies on what was retired, and what went along."""
    gone = {id_ for id_, p in guidance.set_aside.items() if p.retired is not None}
    if not gone:
        return guidance, ()

    def kept(ids: Iterable[ProvisionId]) -> tuple[ProvisionId, ...]:
        found = (guidance.in_place_of(id_) if id_ in gone else id_ for id_ in ids)
        return tuple(dict.fromkeys(id_ for id_ in found if id_))

    went: list[str] = []
    safeguards: dict[SafeguardId, Safeguard] = {}
    for s in guidance.safeguards.values():
        if authorities := kept(s.authorities):
            safeguards[s.id] = replace(s, authorities=authorities)
        else:
            went.append(str(s.id))
    flags: list[RedFlag] = []
    for flag in guidance.red_flags:
        authorities = kept(flag.authorities)
        if not authorities or (not flag.ours and ProvisionId(flag.id) in gone):
            went.append(str(flag.id))
            continue
        flags.append(replace(flag, authorities=authorities, safeguards=tuple(
            s for s in flag.safeguards if s in safeguards)))
    words = guidance.vocabulary
    glossary = [replace(one, authorities=kept(one.authorities)) for one in words.glossary]
    went += [one.id for one in glossary if not one.authorities]
    matters = [replace(m, authorities=kept(m.authorities)) for m in guidance.other_matters]
    # What rested on provisions and rests on none any more says something that nothing bears out.
    lost = [now.id for was, now in zip(guidance.other_matters, matters, strict=True)
            if was.authorities and not now.authorities]
    went += lost
    return replace(
        guidance,
        considerations=tuple(replace(c, authorities=kept(c.authorities), consult=kept(c.consult))
                             for c in guidance.considerations),
        red_flags=tuple(flags),
        safeguards=safeguards,
        questions={fact: replace(q, authorities=kept(q.authorities), consult=kept(q.consult))
                   for fact, q in guidance.questions.items()},
        scopes=tuple(replace(s, authorities=kept(s.authorities)) for s in guidance.scopes),
        gaps=tuple(replace(g, nearest=kept(g.nearest)) for g in guidance.gaps),
        other_matters=tuple(m for m in matters if m.id not in lost),
        vocabulary=replace(words, glossary=tuple(one for one in glossary if one.authorities)),
    ), tuple(went)
