"""What a message claims of the deal: named, not taken back, and weighed against what a model hears.

The vocabulary names values; small words deny, hedge, correct or add them (`named_values`, beside
this module); where a product is used is one of the places named (`placing`); and a model judges
whole clauses, with or against the vocabulary (`weighing`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from bot.dialogue.claim import Claim
from bot.dialogue.claims.abroad import less_at_home, stationed
from bot.dialogue.claims.answered_at_once import answered_at_once
from bot.dialogue.claims.between_at_large import between_at_large
from bot.dialogue.claims.contrasting import contrast_in, is_party
from bot.dialogue.claims.correcting import placed
from bot.dialogue.claims.each_party import each_party
from bot.dialogue.claims.echoes import less_echoes
from bot.dialogue.claims.ending import over, taken_back
from bot.dialogue.claims.exchanging import exchanged
from bot.dialogue.claims.filled_in import less_filled_in_with_no
from bot.dialogue.claims.half_said import HalfSaid
from bot.dialogue.claims.hedging import hedged
from bot.dialogue.claims.merely_expected import is_merely_expected
from bot.dialogue.claims.named_alone import named_alone
from bot.dialogue.claims.named_values import NamedValues
from bot.dialogue.claims.no_more import no_more
from bot.dialogue.claims.not_here import not_here
from bot.dialogue.claims.not_of_this_deal import NotOfThisDeal
from bot.dialogue.claims.nothing_without import barred
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.claims.of_something_else import of_something_else
from bot.dialogue.claims.once_and_now import held_once
from bot.dialogue.claims.placing import of_place_of_use
from bot.dialogue.claims.provisos import given_in_return
from bot.dialogue.claims.quoted_speakers import from_their_side
from bot.dialogue.claims.roles import Roles
from bot.dialogue.claims.said_instead import said_instead
from bot.dialogue.claims.said_of_another import said_of_another
from bot.dialogue.claims.sold_at_large import sold_at_large
from bot.dialogue.claims.staging import by_the_way
from bot.dialogue.claims.weighing import weighed
from bot.dialogue.deal import DOUBTED
from bot.dialogue.poles import graver, has_poles, settles
from retrieval.guidance import Fact, Role
from retrieval.words.mentions import Reading, Strength
from retrieval.words.tells import Told

_NOWHERE: Mapping[Fact, frozenset[str]] = MappingProxyType({})


def claims_of(
    at: Utterance,
    pending: Collection[Fact],
    told: Sequence[Told] | None,
    known: Mapping[Fact, frozenset[str]] = _NOWHERE,
    *,
    unanswered: Collection[Fact] = (),
    supposed: bool = False,
) -> list[Claim]:
    """What a message claims of the deal, in order of position.

    Args:
        at: The message, and the release that it is read with.
        pending: The facts asked for last: to them a hint, or a word of answer, says something.
        told: What a model takes it to tell, weighed against the vocabulary; None without one.
        known: The places of use that are known already: to them, that of a bank adds nothing.
        unanswered: Facts of which nothing is known, and a mere name says something.
        supposed: It is a "what if", so that its question mark asks for none of what it claims.
    """
    roles = Roles(at, user_known=any(
        q.role is Role.END_USER and fact not in unanswered
        for fact, q in at.guidance.questions.items()))
    told = None if told is None else [one for one in roles.of_users(told)
                                      if not _is_forbidden(one, at)]
    here = frozenset[str]().union(*known.values())
    placed = of_place_of_use(at, roles, here)
    others = None if supposed else NotOfThisDeal(at, told=told, here=here, placed=placed)
    if others is not None and told is not None:
        told = [one for one in told if not others.hears(one)]
    contrast = contrast_in(at)
    claims = list(NamedValues(
        at, pending=pending, told=told, known=known, roles=roles, others=others, placed=placed,
        contrast=bool(contrast)).claims())
    claims = named = [c for c in claims if not _is_local_colour(c, claims, at.reading)]
    claims = held_once(claims, told, at)
    halves = HalfSaid(at)
    if told is not None:
        # What is heard in words on something else is no rival to what is said.
        told = [one for one in told if not halves.hears_something_else(one)]
        claims = weighed(claims, told, at, pending, contrast=bool(contrast))
        claims = list(less_echoes(claims, told, at))
        claims += named_alone(named, claims, told, at, unanswered=unanswered)
    claims = exchanged(claims, at, supposed=supposed)
    claims += sold_at_large(claims, at, unanswered)
    claims += between_at_large(claims, at, pending, unanswered)
    claims = list(less_filled_in_with_no(claims, at))
    if told is not None:
        claims += by_the_way(claims, told, at, unanswered)
    if contrast:
        claims += contrast.turned(claims)
        if contrast.finds():
            claims = [c for c in claims
                      if c.holds or not is_party(at.guidance.questions[c.mention.fact])]
    claims = said_of_another(claims, named, at, here)
    claims = barred(said_instead(claims, told, at), at)
    claims = held_once(claims, (), at)
    claims = [*over(less_at_home(claims, at), at), *_with_access(claims, at),
              *stationed(claims, placed, at)]
    claims = halves.less_halves(_less_doubts(claims, named, at), pending, supposed=supposed)
    claims = no_more(taken_back(claims, at), at)
    claims = answered_at_once(from_their_side(claims, at), at, pending)
    claims = not_here(each_party(claims, at, pending), told or (), at, here)
    if told is not None and not supposed:
        claims = list(of_something_else(claims, told, at, pending))
    return [replace(c, sure=False) if _is_doubted(c, at) else c for c in claims]


def _with_access(claims: Sequence[Claim], at: Utterance) -> Iterator[Claim]:
    """Who has access by the message and is no user by the *claims* made of it yet, as a guess.

    "The militia has access too": whether that makes it a user of the product is asked back.
    """
    reading, cues = at.reading, at.cues
    said = {c.value for c in claims if at.guidance.questions[c.mention.fact].role is Role.END_USER}
    for mention in reading.mentions:
        if (at.guidance.questions[mention.fact].role is not Role.END_USER or mention.value in said
                or mention.strength is Strength.ASKED or at.clauses.denied(mention)):
            continue
        behind = next((i for i in range(mention.last, len(reading.tokens))
                       if reading.tokens[i].norm not in cues.words("before_access")), mention.last)
        if cues.starts("has_access", reading.tokens[behind:]) and at.clauses.same_clause(
                (mention.first, mention.last), (behind, behind + 1)):
            said.add(mention.value)
            yield Claim(mention, mention.value, True, False, True, DOUBTED)


def _less_doubts(claims: Sequence[Claim], named: Sequence[Claim], at: Utterance) -> Iterator[Claim]:
    """*claims*, with what a doubt leaves of them in place of what is doubted.

    A model hears the independence in "I doubt that the courts are independent"; what the
    vocabulary makes of the doubt is among those *named*.  Of a charge that it does not know the
    doubt leaves the charge, to be asked back.
    """
    for claim in claims:
        mention = claim.mention
        if not (claim.holds and claim.value == mention.value and at.clauses.in_doubt(mention)
                and has_poles(at.guidance.questions[mention.fact])):
            yield claim
            continue
        left = [c for c in named if c.mention.fact == mention.fact and c.holds
                and c.value != claim.value and at.clauses.in_doubt(c.mention)]
        yield from left[:1]
        if not left and not settles(at.guidance, mention.fact, claim.value):
            yield claim


def _is_forbidden(one: Told, at: Utterance) -> bool:
    """Whether *one* is a use or a user that the deal rules out: "the contract bans use at"."""
    place = placed(one, at.reading)
    question = at.guidance.questions.get(one.fact)
    return place is not None and question is not None and not has_poles(question) and (
        at.clauses.forbidden((int(place.middle), int(place.middle) + 1)))


def _is_doubted(claim: Claim, at: Utterance) -> bool:
    """Whether its own clause makes it less than certain.

    What the customer or the government says of itself settles nothing, however sure it sounds:
    "they claim there was never any misuse"; nor does the denial of one of several grave values,
    as courts that are not weak may be none at all, nor what is given only in return for something,
    nor what is denied of what we sell alone: "nobody got locked up because of our cameras".
    Nor does what is so in part, or most of the time: "the courts are fairly independent", nor what
    is so after, or in spite of, what would be grave: "stable now after the protests".
    What almost came about has not.  A report of what is grave stands, and one that
    did not hold up is asked back: whether it did is no seller's to decide.
    """
    clauses, guidance, cues = at.clauses, at.guidance, at.cues
    mention = claim.mention
    if not claim.holds or not claim.sure:
        return False
    if is_merely_expected(claim, at):
        return True
    poles = has_poles(guidance.questions[mention.fact])
    if hedged(mention, clauses, cues) or (poles and clauses.nearly(mention)):
        return True
    if not settles(guidance, mention.fact, claim.value):
        return poles and clauses.rebutted(mention)
    mine = (mention.first, mention.last)
    if _is_behind_what_was(claim, at):
        return True
    by_denial = claim.value != mention.value and len(graver(guidance, mention.fact)) > 1
    of_ours = any(clauses.same_clause(mine, span) for span in cues.find("by_ours", clauses.tokens))
    return by_denial or of_ours or clauses.hearsay(mention) or (
        poles and (clauses.partly(mine) or given_in_return(clauses, cues, mine)))


def _is_behind_what_was(claim: Claim, at: Utterance) -> bool:
    """Whether its sentence says behind what that is so: "calm since the riots"."""
    mention, tokens = claim.mention, at.reading.tokens
    small = at.cues.words("before_a_noun") | at.cues.words("which_of_them")
    for first, last in at.cues.find("behind_what_was", tokens):
        begin, end = next(one for one in at.clauses.sentences() if one[0] <= first < one[1])
        if begin <= mention.first < end and any(
                m.fact == mention.fact and m.value in graver(at.guidance, m.fact)
                and last <= m.first < end and not at.clauses.denied(m)
                and all(t.norm in small for t in tokens[last : m.first])
                for m in at.reading.mentions):
            return True
    return False


def _is_local_colour(claim: Claim, claims: Sequence[Claim], reading: Reading) -> bool:
    """Whether it only tells of the place: "for the regulator; police there need no warrant"."""
    following = reading.tokens[claim.mention.last : claim.mention.last + 1]
    return [t.norm for t in following] == ["there"] and any(
        c.mention.fact == claim.mention.fact and c.mention.first != claim.mention.first
        for c in claims
    )
