"""Who is meant by a "they", where the customer isn't the only one who may be.

"They agreed to audit" may be said of the integrator, and settles nothing that is asked of the
customer.  Who has one of their own is no user of ours: "the army has its own"; and what "was the
army" may be what was found, and not who uses it.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.claim import Claim
from bot.dialogue.claims.each_party import MATTER
from bot.dialogue.claims.occasion import Occasion
from bot.dialogue.poles import settles
from retrieval.guidance import Role
from retrieval.words.mentions import Mention, Strength


def of_whom(claims: Sequence[Claim], at: Occasion) -> list[Claim]:
    """*claims*, less surely where a "they" may be a go-between, and without who has their own."""
    return [replace(c, sure=False) if _may_be_of_a_go_between(c, at) or _was_somebodys(c, at) else c
            for c in (_denied_or_not(c, at) for c in claims if not _is_no_user(c, at))]


def _may_be_of_a_go_between(claim: Claim, at: Occasion) -> bool:
    """Whether only a model hears *claim*, of a bare "they", and there is a go-between as well.

    It is of a matter to which each party says its own.
    """
    mention, questions = claim.mention, at.guidance.questions
    if not (claim.holds and claim.sure) or mention.strength is not Strength.TOLD or (
            mention.fact in at.awaiting or MATTER.format(fact=mention.fact) not in at.cues.by_name
            or not settles(at.guidance, mention.fact, claim.value)):
        return False
    between = any(q.role is Role.GO_BETWEEN and at.deal.known(fact) - {q.no}
                  for fact, q in questions.items())
    tokens = at.reading.tokens
    clause = at.clauses.positions((mention.first, mention.last))
    opens = at.cues.words("sentence_openers")
    first = next((tokens[i].norm.split("'")[0] for i in clause
                  if tokens[i].is_word and tokens[i].norm not in opens), "")
    return between and first in at.cues.words("told_of_them") and not any(
        questions[m.fact].role is Role.END_USER and m.strength.is_firm
        for m in at.reading.mentions)


def _was_somebodys(claim: Claim, at: Occasion) -> bool:
    """Whether *claim* is of a further user of whom only something is said to have been."""
    fact = claim.mention.fact
    known = at.deal.known(fact)
    if at.guidance.questions[fact].role is not Role.END_USER or fact in at.awaiting or not (
            claim.holds and claim.sure and known) or claim.value in known:
        return False
    articles = at.cues.words("before_a_noun")
    return any(last <= claim.mention.first and all(
        t.norm in articles for t in at.reading.tokens[last : claim.mention.first])
        for _, last in at.cues.find("that_was", at.reading.tokens))


def _has_their_own(mention: Mention, at: Occasion) -> bool:
    """Whether words right behind *mention*, a body, say that it has one of its own, and no more."""
    tokens = at.reading.tokens
    length = at.cues.starts("has_its_own", tokens[mention.last :])
    rest = tokens[mention.last + length : at.clauses.end_of(mention.last + max(length - 1, 0))]
    goods = {i for m in at.reading.mentions
             if at.guidance.questions[m.fact].role is None and m.strength is Strength.TERM
             for i in range(m.first, m.last)}
    begin = mention.last + length
    return length > 0 and all(
        not t.is_word or begin + i in goods or t.norm in at.cues.words("what_is_sold")
        for i, t in enumerate(rest))


def _is_no_user(claim: Claim, at: Occasion) -> bool:
    """Whether *claim* is of a user that has its own, and that nobody has told of."""
    mention = claim.mention
    if at.guidance.questions[mention.fact].role is not Role.END_USER or not claim.holds:
        return False
    answer = at.deal.answers.get(mention.fact)
    return _has_their_own(mention, at) and claim.value not in at.deal.known(mention.fact) and (
        answer is None or claim.value not in answer.instead)


def _denied_or_not(claim: Claim, at: Occasion) -> Claim:
    """*claim*, denied where it is of a user that was only a guess and has its own."""
    mention = claim.mention
    answer = at.deal.answers.get(mention.fact)
    if answer is None or at.guidance.questions[mention.fact].role is not Role.END_USER or (
            claim.value not in answer.instead - at.deal.known(mention.fact)
            or not _has_their_own(mention, at)):
        return claim
    return replace(claim, holds=False, sure=True)
