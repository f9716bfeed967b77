"""What a question found, and what a model's rewordings of it found, as one.

The question's own words lead.  What they found first keeps its places; a rewording may bring in a
passage behind these or lift one, by reciprocal rank, and several together never weigh as much as
the question.  Where the question fell into a named gap it stays there.  Where it found nothing at
all, rewordings answer only if most of them find something and agree on it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from retrieval.guidance import ProvisionId
from retrieval.matches import Found, Match, Why

KEPT_PLACES = 2
"""So many of the question's own passages keep their places."""
RANK_OFFSET = 6
"""Added to ranks before they are inverted.  The usual 60 is for lists of thousands; among a few
hundred provisions it would make the first hardly better than the tenth."""
SHARE = 0.5
"""What all rewordings together weigh, where the question weighs one.  With .6 and an offset of 10,
as it was before search brought up what answers the same questions, hostile ones cost .023 of
recall@5 on `dev` in place of .017, and good ones gained no more (`tests/chat/test_rewrites.py`)."""
AGREED_WITHIN = 3
"""Two rewordings agree on a passage that both have among their first so many."""
AGREEING = 2
"""So many rewordings have to agree before they answer where the question found nothing."""


def widened(found: Found, more: Sequence[Found]) -> Found:
    """*found* with what the rewordings found.

    Args:
        found: What the question itself found.
        more: What each rewording found; those that found nothing take no part.

    Returns:
        As many passages as the question may have, each with its own similarity, or *found* itself
        where rewordings may not change it.
    """
    useful = [one for one in more if not one.abstained and one.matches]
    if found.gap is not None or not useful:
        return found
    if found.abstained:
        return _agreed(found, more, useful)
    kept = _firm(found)
    scores: dict[ProvisionId, float] = defaultdict(float)
    known: dict[ProvisionId, Match] = {}
    for weight, one in ((1.0, found), *((SHARE / len(useful), one) for one in useful)):
        for rank, match in enumerate(_similar(one), start=1):
            scores[match.provision] += weight / (RANK_OFFSET + rank)
            known.setdefault(match.provision, match)
    rest = sorted((id_ for id_ in scores if id_ not in {m.provision for m in kept}),
                  key=lambda id_: -scores[id_])
    room = max(len(found.matches), found.query.limit) - len(kept)
    return replace(found, matches=(*kept, *(known[id_] for id_ in rest[:room])))


def _firm(found: Found) -> tuple[Match, ...]:
    """What keeps its place: what was pinned, and the first of the others."""
    pinned = [match for match in found.matches if match.why is Why.PINNED]
    return (*pinned, *_similar(found)[:KEPT_PLACES])


def _similar(found: Found) -> Sequence[Match]:
    return [match for match in found.matches if match.why is Why.SIMILAR]


def _agreed(found: Found, more: Sequence[Found], useful: Sequence[Found]) -> Found:
    """What most rewordings agree on, in the order of how firmly; *found* where they don't.

    A text that holds the whole question and more is no rewording.
    """
    # What the question finds nothing with, it finds nothing with behind a tail either.
    own = found.query.text.casefold()
    useful = [one for one in useful if own not in one.query.text.casefold()]
    if len(useful) < AGREEING or any(one.gap is not None for one in more):
        return found
    votes: dict[ProvisionId, int] = defaultdict(int)
    scores: dict[ProvisionId, float] = defaultdict(float)
    known: dict[ProvisionId, Match] = {}
    for one in useful:
        for rank, match in enumerate(_similar(one), start=1):
            votes[match.provision] += rank <= AGREED_WITHIN
            scores[match.provision] += 1 / (RANK_OFFSET + rank)
            known.setdefault(match.provision, match)
    agreed = [id_ for id_, count in votes.items() if count >= AGREEING]
    if not agreed:
        return found
    ranked = sorted(scores, key=lambda id_: (id_ not in agreed, -scores[id_]))
    return Found(found.query, tuple(known[id_] for id_ in ranked[: found.query.limit]))
