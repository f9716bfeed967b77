"""Which of several values of one fact hold, where a message speaks for more than one."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.dialogue.claim import GUESS, NEARLY, RIVAL, Claim
from bot.dialogue.claims.correcting import Placed, placed, replaced
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import ASKED_BACK
from bot.dialogue.small_words.clauses import Clauses
from retrieval.guidance import Fact
from retrieval.words.mentions import Strength
from retrieval.words.tells import Told


def values_taken_back(
    fact: Fact, claims: Sequence[Claim], told: Sequence[Told], kept: Sequence[Claim], at: Utterance
) -> frozenset[str]:
    """Values among *kept* that the message itself takes back."""
    values = {claim.value for claim in kept if claim.holds}
    if len(values) <= 1:
        return frozenset()
    heard = [place for one in told if one.fact == fact and one.value in values
             and one.chance >= GUESS and (place := placed(one, at.reading)) is not None]
    named = [Placed(claim.value, (claim.mention.first, claim.mention.last))
             for claim in kept if claim.holds]
    denied = [Placed(claim.value, (claim.mention.first, claim.mention.last))
              for claim in claims if not claim.holds and not any(
                  one.holds and one.value == claim.value
                  and at.clauses.tells_apart(one.mention, claim.mention) for one in kept)]
    return replaced([*heard, *named], denied, at.clauses)


def less_named_otherwise(claims: Sequence[Claim], clauses: Clauses) -> list[Claim]:
    """*claims* of one fact, less what is heard in a clause that names another value outright.

    One clause is not of two parties: who "is at arm's length from the regime" has no ties to it,
    whatever a model hears beside that.
    """
    return [one for one in claims if one.mention.strength is not Strength.TOLD or not any(
        other.value != one.value and other.mention.strength is Strength.TERM
        and other.confidence >= one.confidence and clauses.same_clause(
            (one.mention.first, one.mention.last), (other.mention.first, other.mention.last))
        for other in claims)]


def as_grave_as_heard(
    claims: Sequence[Claim], named: Sequence[Claim], tells: Mapping[str, Told],
    grave: Collection[str],
) -> list[Claim]:
    """*claims* of one fact without those that a *grave* value heard beside them speaks against.

    A name that would settle the fact and is heard less than a grave value settles nothing: "a
    warrant is needed, but emergencies skip it".  What only a denial makes of a name is grave in the
    way that a model hears clearly: "no court that is independent" is none, and not weak.
    """
    def chance(value: str) -> float:
        return tells[value].chance if value in tells else 0.0

    told = max((claim.value for claim in claims if claim.value in grave
                and claim.mention.strength is Strength.TOLD), key=chance, default=None)
    clear = max(grave, key=chance, default=None)
    turned = {claim.value for claim in named if claim.holds and claim.value != claim.mention.value}
    return [claim for claim in claims if not (
        claim.holds and claim.mention.strength is not Strength.TOLD and (
            (told is not None and claim.value not in grave and claim.value == claim.mention.value
             and chance(claim.value) < chance(told))
            or (clear is not None and claim.value in turned & set(grave) - {clear}
                and chance(clear) >= ASKED_BACK)))]


def strongest(claims: Iterable[Claim], grave: Collection[str]) -> list[Claim]:
    """Of the values of a fact that holds one only, those that no likelier one rules out.

    Where a model hears one of the *grave* values nearly as clearly as what would settle the fact,
    and no word names either, it is the grave one: "courts follow the Kremlin".
    """
    kept = list(claims)
    rival = max((c.confidence for c in kept if c.holds and c.confidence >= RIVAL), default=0.0)
    tied = [c for c in kept if c.holds and c.value in grave
            and c.confidence >= max(rival - NEARLY, GUESS)] if all(
        c.mention.strength is Strength.TOLD for c in kept if c.holds) else []
    if rival and tied:
        return [c for c in kept if not c.holds or c in tied]
    return [c for c in kept if not c.holds or c.confidence >= rival]
