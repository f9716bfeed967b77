"""How a claim stands to what is known of its fact: on top of it, in its place, or beside it."""

from collections.abc import Sequence

from bot.dialogue.claim import Claim
from bot.dialogue.claims.in_passing import InPassing
from bot.dialogue.deal import ASKED_BACK, Deal
from bot.dialogue.poles import gravity
from bot.dialogue.small_words.clauses import Clauses
from retrieval.guidance import Fact, Guidance, Question, QuestionKind, Role
from retrieval.words.mentions import Reading, Strength


def only_doubts(claims: Sequence[Claim], deal: Deal, fact: Fact) -> bool:
    """Whether *claims* deny what is certain, and none of them for sure: "maybe not the army"."""
    stood = deal.answers.get(fact)
    against = [c for c in claims if not c.holds and c.value in deal.known(fact)]
    return stood is not None and stood.certain and bool(against) and not any(
        c.sure for c in against)


def is_half_of_a_doubt(
    held: Sequence[Claim], denied: Sequence[Claim], clauses: Clauses, passing: InPassing
) -> bool:
    """Whether *held* is what perhaps takes the place of *denied*: "maybe not A but B".

    "I don't think it's A, it's B" says outright which it is.
    """
    return bool(denied) and not any(c.sure for c in denied) and all(
        not passing.is_the_one(one) and any(
            other.mention.first < one.mention.first and any(
                first <= other.mention.first and one.mention.first < last
                for first, last in clauses.sentences()) for other in denied) for one in held)


def meant(
    question: Question,
    held: list[Claim],
    known: frozenset[str],
    passing: InPassing,
    newcomers: Sequence[Claim],
    corrected: bool,
) -> list[Claim]:
    """Those of *held* that are told of a deal of which some are *known*, and not only named.

    A place that is neither put right nor said to come on top has to have its clause to itself, or
    to be that of one of *newcomers*, who were no end-users before.
    """
    is_place = question.kind is QuestionKind.COUNTRY
    return [c for c in held if c.value in known or not (
        passing.is_asked(c)
        or (is_place and (passing.is_of_others(c) or (
            passing.is_mentioned(c)
            and not (corrected or c.added or passing.is_of(c, newcomers))))))]


def comes_on_top(
    question: Question,
    held: Sequence[Claim],
    known: frozenset[str],
    passing: InPassing,
    newcomers: Sequence[Claim],
) -> bool:
    """Whether *held* goes with what is *known*: who else uses a product, where, and what else for.

    It takes its place where the message says that it is the one; so does a place, unless it is
    that of one of *newcomers*.
    """
    new = [c for c in held if c.value not in known]
    if question.kind is QuestionKind.COUNTRY:
        return any(passing.is_of(c, newcomers) for c in new)
    many = question.role is Role.END_USER or question.role is None
    return many and bool(new) and not any(
        passing.is_the_one(c) or c.value in question.alone for c in new)


def told_apart(
    reading: Reading, claims: Sequence[Claim], clauses: Clauses
) -> frozenset[str]:
    """The values of which *claims* hold one kind and deny another: "gendarmerie, not police".

    Where something else holds, what is denied is denied, unless it is so in one breath with what
    is not: "the police and not the gendarmes, but maybe customs".
    """
    apart = {one.value for one in claims for other in claims
             if one.holds and not other.holds and one.value == other.value
             and clauses.tells_apart(one.mention, other.mention)}
    if apart:
        return frozenset(apart)
    held = {c.value for c in claims if c.holds}
    said, denied = ({reading.words(c.mention).casefold() for c in claims if c.holds is holds}
                    for holds in (True, False))
    return frozenset(held) if len(held) == 1 and said.isdisjoint(denied) else frozenset()


def together(question: Question, held: list[Claim]) -> list[Claim]:
    """Those of *held* whose values can hold together.

    "They won't say, maybe the police" names nobody for sure, and so leaves it that they won't.
    """
    alone = [c for c in held if c.value in question.alone]
    if alone and not any(c.sure for c in held if c not in alone):
        return alone
    kept = question.together(frozenset(c.value for c in held))
    return [c for c in held if c.value in kept]


def is_another_matter(
    held: Sequence[Claim],
    known: frozenset[str],
    added: bool,
    question: Question,
    guidance: Guidance,
) -> bool:
    """Whether what nobody asked about or put right leaves what is *known* for sure as it is.

    No word names it, and it is only guessed, or would make it less grave; or it comes on top of
    what it would make less grave: "they also delete it after a month" takes back no sharing.
    """
    told = all(c.mention.strength is Strength.TOLD for c in held)
    guessed = any(not c.sure or c.confidence < ASKED_BACK for c in held)
    now = gravity(guidance, question, frozenset(c.value for c in held))
    was = gravity(guidance, question, known)
    if question.role is Role.STAGE and now != was:
        # A complaint comes in on top of what is delivered, which takes back none.
        return now < was
    lessens = not question.several and now < was
    return (told and guessed) or ((told or added) and lessens)
