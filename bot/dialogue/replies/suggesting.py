"""Safeguards for a deal, best first: those that its red flags call for and its facts fit."""

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace
from itertools import islice

from bot.dialogue.deal import Deal, fits, surely_fits
from bot.dialogue.judging import Finding, scope_of, stages_left
from bot.dialogue.replies.ranking import ranked_findings
from bot.dialogue.reply import Status
from retrieval.guidance import (
    FlagId,
    Guidance,
    ProvisionId,
    Safeguard,
    SafeguardId,
)

SPECIFIC = 4.0
"""What a matching row of `suits` or `apt_for` is worth: what is made for this product beats what is
general."""
FOR_RAISED = 3.0
"""What a raised flag that names the safeguard is worth, times its gravity."""
FOR_OPEN = 1.0
"""The same for a flag that is still open: worth having ready, no more."""
FROM_GUIDANCE = 8.0
"""What it is worth that the guidance itself names the safeguard, or that binding law may ask for
it: ours spell out what it means for a product, and come second."""
SERVED = 0.25
"""What a flag still calls for once one safeguard for it is chosen, as a share."""
BEST_SAFEGUARDS = 5
"""Safeguards shown unasked for what they are worth, beside those of the next line."""
ANSWERED = 2
"""So many of the gravest raised flags have what they name first shown as well (UNGP 24): what fits
most deals would else be all that is shown of what this one calls for."""
NARROWLY = 0.25
"""A safeguard is made for a fact if its `suits` table takes at most this share of its choices: what
is said of any go-between or any camera is made for none in particular."""
MADE = 1
"""So many that are made for the deal's own facts are shown unasked: the guidance speaks of all
products in one, and what it means for this one would else stand behind what fits most deals."""


def rank_safeguards(
    guidance: Guidance, deal: Deal, findings: Sequence[Finding]
) -> tuple[Safeguard, ...]:
    """All safeguards that fit *deal*, best first.

    One whose `suits` table fails on a known fact is left out, and so is one that the deal's stage
    has overtaken or that its `unless` table makes needless.  One that is made for particular facts
    is left out until those are known.  For a deal to which few considerations apply only what a
    flag calls for is left.

    They are chosen one after the other: a flag for which something is chosen already calls less
    loudly for more, so that the first few answer to different flags and facts instead of all to
    the gravest.  Behind the best, `BEST_SAFEGUARDS` of them, stands what `named_first` gives, if
    it isn't among them; and then, unless one of all these is of `narrowly_made`, the best that is.
    """
    return tuple(_best_first(guidance, _fitting(guidance, deal, findings)))


def leading_safeguards(
    guidance: Guidance, deal: Deal, findings: Sequence[Finding]
) -> tuple[tuple[Safeguard, ...], frozenset[SafeguardId]]:
    """What is shown unasked of `rank_safeguards`, and the ids of the others, which aren't ranked.

    That is the best, `BEST_SAFEGUARDS` of them, what `named_first` gives, and one that is made for
    the deal's own facts.
    """
    fitting = _fitting(guidance, deal, findings)
    ranked = _best_first(guidance, fitting)
    best = list(islice(ranked, BEST_SAFEGUARDS))
    best += islice(ranked, sum(id_ in fitting.left for id_ in fitting.named))
    made = narrowly_made(guidance)
    if made.keys().isdisjoint(s.id for s in best) and not made.keys().isdisjoint(fitting.left):
        best += islice(ranked, MADE)
    return tuple(best), frozenset(fitting.left)


def shown_unasked(
    guidance: Guidance, findings: Sequence[Finding], ranked: Sequence[Safeguard]
) -> tuple[Sequence[SafeguardId], int]:
    """What the deal's own flags and facts put first of *ranked*, and how many are shown unasked.

    Args:
        guidance: The release.
        findings: One per red flag of the release.
        ranked: By `rank_safeguards`.

    Returns:
        What `named_first` gives, with the first one that is made for the deal's own facts; and of
        *ranked* how many from the first on are shown, those among them.
    """
    named = named_first(guidance, findings, [s.id for s in ranked])
    most = BEST_SAFEGUARDS + sum(s.id in named for s in ranked[BEST_SAFEGUARDS:])
    made = narrowly_made(guidance)
    if made.keys().isdisjoint(s.id for s in ranked[:most]):
        most += sum(s.id in made for s in ranked[most:most + MADE])
    if made.keys().isdisjoint(named):
        named = (*named, *[s.id for s in ranked[:most] if s.id in made][:MADE])
    return named, most


def narrowly_made(guidance: Guidance) -> Mapping[SafeguardId, float]:
    """The safeguards of *guidance* that suit few values of some fact, such as one product.

    By id, what share of the fact's choices each suits, above 0 and at most `NARROWLY`.
    """
    known = guidance.worked_out.of(narrowly_made)
    made = known.get("")
    if made is None:
        shares = {s.id: min((len(row) / len(choices) for fact, row in s.suits.items()
                             if (choices := guidance.questions[fact].choices)), default=1.0)
                  for s in guidance.safeguards.values()}
        made = known[""] = {id_: share for id_, share in shares.items() if share <= NARROWLY}
    return made


def done_safeguards(
    guidance: Guidance, deal: Deal, findings: Sequence[Finding]
) -> tuple[Safeguard, ...]:
    """What `rank_safeguards` leaves out for nothing but that its `unless` table says it is done."""
    return tuple(s for s in _called_for(guidance, deal, _calls(findings))
                 if surely_fits(s.unless, deal))


@dataclass(frozen=True, slots=True)
class _Fitting:
    """The safeguards that fit a deal, as far as they aren't chosen yet."""

    left: dict[SafeguardId, float]
    """What each is worth by itself."""
    calls: Mapping[SafeguardId, Mapping[FlagId, float]]
    named: tuple[SafeguardId, ...]
    """What the gravest flags name first, to be chosen behind the best."""
    narrow: bool


def _fitting(guidance: Guidance, deal: Deal, findings: Sequence[Finding]) -> _Fitting:
    stages = stages_left(guidance, deal)
    calls = _calls(findings)
    left = {
        s.id: (SPECIFIC * (len(s.suits) + _apt(s, deal)) + s.weight - stages.index(s.stage)
               + (FROM_GUIDANCE if s.binding or ProvisionId(s.id) in guidance.provisions else 0.0))
        for s in _called_for(guidance, deal, calls) if not surely_fits(s.unless, deal)
    }
    return _Fitting(left, calls, named_first(guidance, findings, left),
                    scope_of(guidance, deal) is not None)


def _called_for(
    guidance: Guidance, deal: Deal, calls: Container[SafeguardId]
) -> Iterator[Safeguard]:
    """The safeguards that the facts and the stage of *deal* fit, whether they are done or not.

    *calls* holds those that a flag calls for.
    """
    stages, narrow = stages_left(guidance, deal), scope_of(guidance, deal) is not None
    return (s for s in guidance.safeguards.values()
            if s.stage in stages and not (narrow and s.id not in calls)
            and fits(s.suits, deal) is True)


def named_first(
    guidance: Guidance, findings: Sequence[Finding], possible: Collection[SafeguardId]
) -> tuple[SafeguardId, ...]:
    """The first possible safeguard of each of the gravest raised flags, once each."""
    raised = [f for f in findings if f.status is Status.RAISED]
    named = (next((s for s in f.flag.safeguards if s in possible), None)
             for f in ranked_findings(guidance, raised)[:ANSWERED])
    return tuple(dict.fromkeys(s for s in named if s is not None))


def _best_first(guidance: Guidance, fitting: _Fitting) -> Iterator[Safeguard]:
    left, calls, narrow = fitting.left, fitting.calls, fitting.narrow
    loudness = {flag: 1.0 for called in calls.values() for flag in called}

    def worst(id_: SafeguardId) -> float:
        alone = 0.0 if narrow else left[id_]
        called = calls.get(id_)
        if called is None:
            return -alone
        return -(alone + sum(worth * loudness[flag] for flag, worth in called.items()))

    def chosen(id_: SafeguardId) -> Safeguard:
        del left[id_]
        for flag in calls.get(id_, ()):
            loudness[flag] *= SERVED
        return guidance.safeguards[id_]

    # Nothing is ever worth more than when it was last looked at, so only what stands on top of the
    # heap needs another look; alike ones stay in the order of the guidance.
    waiting = [(worst(id_), place, id_) for place, id_ in enumerate(left)]
    heapify(waiting)
    made, met, given = narrowly_made(guidance), False, 0
    while waiting:
        known, place, best = waiting[0]
        if best not in left:
            heappop(waiting)
            continue
        if best in calls and (now := worst(best)) != known:
            heapreplace(waiting, (now, place, best))
            continue
        heappop(waiting)
        yield chosen(best)
        given += 1
        met = met or best in made
        if given == BEST_SAFEGUARDS:
            yield from (chosen(id_) for id_ in fitting.named if id_ in left)
            own = [id_ for id_ in left if id_ in made]
            if own and not met and made.keys().isdisjoint(fitting.named):
                # Of those that are worth the same, the one that suits fewer values.
                yield chosen(min(own, key=lambda id_: (worst(id_), made[id_])))


def _apt(safeguard: Safeguard, deal: Deal) -> int:
    fit = 0
    for fact, row in safeguard.apt_for.items():
        if not row.isdisjoint(deal.known(fact)):
            fit += 1
    return fit


def _calls(findings: Sequence[Finding]) -> dict[SafeguardId, dict[FlagId, float]]:
    """How strongly each flag calls for each safeguard; the first that a flag names counts most."""
    calls: dict[SafeguardId, dict[FlagId, float]] = {}
    for finding in findings:
        if finding.status is Status.NOT_RAISED:
            continue
        raised = finding.status is Status.RAISED
        strength = FOR_RAISED * finding.flag.gravity if raised else FOR_OPEN
        for place, safeguard in enumerate(finding.flag.safeguards):
            if strength > place:
                calls.setdefault(safeguard, {})[finding.flag.id] = strength - place
    return calls
