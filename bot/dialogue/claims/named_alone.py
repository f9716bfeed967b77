"""What is named outright where a model hears nothing of it: "an offer for FR", "readers for SAPS".

A model that has never met a name hears no product and no user in it.  Where nothing else of that
fact is said or known, the name is taken for a guess, which is asked back, rather than asked for as
though nobody had said it.  A name that came into the vocabulary after the model was taught is so
beside others too.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bot.dialogue.claim import CONTEST, DOUBT, SURE, Claim
from bot.dialogue.claims.correcting import placed
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.poles import has_poles
from retrieval.guidance import Fact, QuestionKind, Role
from retrieval.words.mentions import Mention, Strength
from retrieval.words.tells import Told


def named_alone(
    named: Sequence[Claim],
    taken: Sequence[Claim],
    told: Sequence[Told],
    at: Utterance,
    *,
    unanswered: Collection[Fact],
) -> Iterator[Claim]:
    """What terms of the vocabulary name of facts that are *unanswered*, and nothing else tells.

    Only beside something that the model hears clearly, so that a deal is told at all; and not
    where the clause tells of circumstances: "the army shot at protesters" names no user, and nor
    does "the police station is next door": it has to go to a user, but by a name that is new.

    Args:
        named: What the vocabulary claims, before it is weighed.
        taken: What is taken of it, and of what the model hears.
        told: What the model hears.
        at: The message, and the release that it is read with.
        unanswered: Facts of which nothing is known; those that hold one value are passed over.
    """
    guidance = at.guidance
    if not any(one.chance >= SURE for one in told):
        return
    settled = {claim.mention.fact for claim in taken} | {
        one.fact for one in told if one.chance >= CONTEST}
    circumstances = [place.span for one in told if one.chance >= CONTEST
                     and one.fact in guidance.questions
                     and has_poles(guidance.questions[one.fact])
                     and (place := placed(one, at.reading)) is not None]
    held = {(claim.mention.fact, claim.value) for claim in taken}
    clear = [claim for claim in taken if claim.holds and claim.confidence >= SURE]
    for claim in named:
        mention = claim.mention
        mine = (mention.first, mention.last)
        is_new = mention in at.reading.new and (mention.fact, claim.value) not in held
        if guidance.questions[mention.fact].role is Role.END_USER and not (
                _is_who_gets_it(mention, at) or (is_new and not _is_beside(mention, clear, at))):
            continue
        alone = mention.fact in unanswered and mention.fact not in settled
        if ((alone or is_new) and guidance.questions[mention.fact].several and claim.holds
                and mention.strength is Strength.TERM and not at.clauses.is_left_open(mine)
                and not any(at.clauses.same_clause(span, mine) for span in circumstances)):
            yield replace(claim, sure=False, confidence=DOUBT)


def _is_beside(user: Mention, clear: Sequence[Claim], at: Utterance) -> bool:
    """Whether somebody else is *clear* to be the user, and *user* stands in no list with them.

    "Drones for the army, certified by INCIBE": whoever is named there does something else.
    """
    others = [claim.mention for claim in clear if claim.mention.fact == user.fact]
    return bool(others) and not any(at.clauses.lists(one, user) for one in others)


def _is_who_gets_it(user: Mention, at: Utterance) -> bool:
    """Whether *user* is who it goes to by the words around it, or a member of a list by itself."""
    tokens, cues = at.reading.tokens, at.cues
    before, behind = tokens[max(0, user.first - 1) : user.first], tokens[user.last :]
    if any(t.norm in cues.words("goes_to") for t in before) or cues.starts("asks_for", behind):
        return True
    ends = not behind or not behind[0].is_word or any(
        m.first == user.last and at.guidance.questions[m.fact].kind is QuestionKind.COUNTRY
        for m in at.reading.mentions)
    return ends and not any(t.is_word for t in before)
