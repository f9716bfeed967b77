"""Hints at a value beside one that the same message says outright: dropped, or listed with it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.claim import CONTEST, DOUBT, SURE, UNWEIGHED, Claim
from bot.dialogue.deal import ASKED_BACK
from bot.dialogue.small_words.clauses import Clauses
from retrieval.words.mentions import Strength

AGAINST = 2
"""Most words between what is denied and what is said instead: "no spyware tool but forensics"."""


def strongest(
    claims: list[Claim], every: Sequence[Claim], clauses: Clauses | None, nothing_else: bool
) -> list[Claim]:
    """Drop hints where the message also says it outright; not that another value is denied.

    Nor what is listed beside it, where *clauses* tell that several may hold: "for intelligence and
    for the police".  It is asked back unless a model hears it clearly; where the message tells
    *nothing_else*, as "investigations and traffic" does, it may hardly be heard at all.  Where what
    is named outright is only denied, as in "the city of Lima, not the police", a model hears a hint
    clearly enough as what holds instead.  Its words may tell nothing else among *every* claim: "for
    the prosecutor, law enforcement" names an aim.
    """
    firm = [c for c in claims if c.mention.strength.is_firm]
    if clauses is not None:
        firm += [replace(c, sure=not clauses.hedged(c.mention),
                         confidence=_listed(c.confidence, nothing_else)) for c in claims
                 if c.holds and c.mention.strength is Strength.WEAK
                 and (nothing_else or c.confidence >= DOUBT)
                 and not any(one.mention.fact != c.mention.fact and one.holds
                             and one.mention.strength.is_firm
                             and one.mention.first < c.mention.last
                             and c.mention.first < one.mention.last for one in every)
                 and (any(one.holds and clauses.lists(c.mention, one.mention) for one in firm)
                      or (c.confidence >= ASKED_BACK and (
                          clauses.is_listed(c.mention) or _none_is_heard_so(firm)
                          or _none_is_named(firm, c)))
                      or (firm and SURE <= c.confidence < UNWEIGHED and not any(
                          one.holds for one in firm))
                      or takes_its_place(c, claims, clauses))]
    held = {c.value for c in firm if c.holds}
    denied = [c for c in claims if held and not c.holds and c not in firm and c.value not in held]
    return [*firm, *denied] if firm else claims


def takes_its_place(claim: Claim, claims: Sequence[Claim], clauses: Clauses) -> bool:
    """Whether *claim*, a hint, is held against what is denied outright: "forensics, not spyware".

    That says as much as a name does; but no more than a guess, beside what no model hears.
    """
    return claim.mention.strength is Strength.WEAK and _stands_against(claim, claims, clauses)


def named_in_its_place(claim: Claim, claims: Sequence[Claim], clauses: Clauses) -> bool:
    """Whether *claim* names what is held against what is denied: "body cams is wrong its drones".

    A model that hears a mere correction may hear neither.
    """
    return claim.mention.strength is Strength.TERM and _stands_against(claim, claims, clauses)


def _stands_against(claim: Claim, claims: Sequence[Claim], clauses: Clauses) -> bool:
    """Whether nothing else is named to hold, and another value is denied right beside *claim*."""
    mine = (claim.mention.first, claim.mention.last)
    return claim.holds and not any(
        one.holds and one.value != claim.value and one.mention.strength.is_firm
        for one in claims) and any(
        not one.holds and one.mention.strength.is_firm and one.value != claim.value
        and (clauses.denied_outright(one.mention) or clauses.not_involved(one.mention))
        and not clauses.hedged(one.mention) and not clauses.hedged(claim.mention)
        and clauses.words_between(mine, (one.mention.first, one.mention.last)) <= AGAINST
        and any(first <= mine[0] < last and first <= one.mention.first < last
                for first, last in clauses.sentences()) for one in claims)


def _none_is_heard_so(firm: Sequence[Claim]) -> bool:
    """Whether a model hears none of what is named outright clearly, as it does a hint.

    "They want base stations, which go into the intercept system" is of base stations.
    """
    held = [one for one in firm if one.holds]
    return bool(held) and all(one.confidence < ASKED_BACK for one in held)


def _none_is_named(firm: Sequence[Claim], hint: Claim) -> bool:
    """Whether a model alone hears what is held, and none of it more clearly than *hint*.

    Of "radar and cameras" no word names the one, and a mere word the other.
    """
    held = [one for one in firm if one.holds]
    return bool(held) and all(one.mention.strength is Strength.TOLD
                              and one.confidence <= hint.confidence for one in held)


def _listed(confidence: float, nothing_else: bool) -> float:
    """How firmly a hint holds that stands in a list beside what is named."""
    if confidence >= CONTEST:
        return max(confidence, ASKED_BACK)
    return CONTEST if nothing_else else confidence
