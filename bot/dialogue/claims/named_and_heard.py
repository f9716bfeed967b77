"""What words name, held against what a model hears of the same fact.

Where it hears that value the name stands; where it hears another, the name is a guess at most.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.dialogue.claim import CONTEST, DOUBT, GUESS, HINT, SURE, Claim
from bot.dialogue.claims.hints import named_in_its_place, takes_its_place
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import ASKED_BACK
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import FUNCTION_WORDS, covered
from retrieval.guidance import Fact
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.tells import Told


def seen(
    claims: Sequence[Claim],
    tells: Mapping[str, Told],
    clauses: Clauses | None,
    listing: Clauses | None,
    *,
    asked: bool = False,
) -> Iterator[Claim]:
    """The claims of the vocabulary that the model does not gainsay.

    Of a party, that it "is out", or a "no" behind "reseller?", counts though the model hears its
    name; *clauses* tell.  So does a denial right before a name in which a model hears the value
    none too clearly, "it isn't used for protests", and in "scrap the drones" however clearly.
    Beside one member of a list a model hears less of the next, where *listing* tells of lists:
    "criminal investigations and traffic".  What names an answer to what was *asked* is one, however
    little a model hears of it.
    """
    for claim in claims:
        chance = tells[claim.value].chance if claim.value in tells else 0.0
        if not claim.holds:
            if chance < SURE or (clauses is not None and (
                    clauses.not_involved(claim.mention) or clauses.filled_in(claim.mention))) or (
                    listing is not None and (listing.withdrawn(claim.mention) or (
                        chance < ASKED_BACK
                        and _is_denied_by_name(claim.mention, tells[claim.value], listing)))):
                yield claim
            continue
        firm = claim.mention.strength.is_firm
        listed = listing is not None and any(
            one.holds and one.mention.strength.is_firm and one.value != claim.value
            and listing.lists(claim.mention, one.mention) for one in claims)
        least = DOUBT if firm or listed else HINT
        if listing is not None and chance < least and takes_its_place(claim, claims, listing):
            yield replace(claim, confidence=CONTEST, sure=False)
        elif listing is not None and chance < least and named_in_its_place(
                claim, claims, listing):
            yield replace(claim, confidence=CONTEST)
        elif listing is not None and _is_clearly_told(claim, claims, tells, listing):
            yield replace(claim, confidence=chance, sure=not listing.hedged(claim.mention),
                          mention=replace(claim.mention, strength=Strength.TOLD))
        elif chance >= least or claim.mention.strength is Strength.ASKED or (
                asked and claim.mention.strength is Strength.TERM):
            yield replace(claim, confidence=max(chance, SURE) if chance >= HINT else chance,
                          sure=claim.sure or (not firm and chance >= SURE))


def _is_clearly_told(
    claim: Claim, claims: Sequence[Claim], tells: Mapping[str, Told], clauses: Clauses
) -> bool:
    """Whether a model hears a mere hint clearly, apart from what is named outright beside it.

    Without any word for it that would be told: the GPS of "collars with GPS, and thermal scopes".
    "ANPR cameras" are of that name, and "the cameras" of what was named before.
    """
    mention, heard = claim.mention, tells.get(claim.value)
    if (mention.strength is not Strength.WEAK or heard is None or heard.chance < ASKED_BACK
            or clauses.points_back(mention)):
        return False
    tokens, middle = clauses.tokens, (heard.start + heard.end) / 2
    outright = [(tokens[one.mention.first].start, tokens[one.mention.last - 1].end)
                for one in claims if one.holds and one.value != claim.value
                and one.mention.strength.is_firm]
    apart = not any(start <= middle < end or end == tokens[mention.first].start - 1
                    for start, end in outright)
    return (heard.start < tokens[mention.last - 1].end and tokens[mention.first].start < heard.end
            and bool(outright) and apart)


def _is_denied_by_name(mention: Mention, heard: Told, clauses: Clauses) -> bool:
    """Whether *mention*, a term, is denied right before it and is what a model *heard*."""
    first, last = clauses.tokens[mention.first], clauses.tokens[mention.last - 1]
    return (mention.strength is Strength.TERM and clauses.denied_outright(mention)
            and heard.start < last.end and first.start < heard.end)


def doubted(
    claims: Collection[Claim],
    tells: Mapping[str, Told],
    asked: bool,
    several: bool,
    reading: Reading,
) -> Iterator[Claim]:
    """*claims* of one fact, as guesses where the model does not hear just them, and clearly.

    To an answer of several values nothing is missing: what was not said was not meant.  An answer
    of nothing but a name of a value is that value, whatever a model makes of two words.
    """
    held = {claim.value for claim in claims if claim.holds}
    best = max((tells[value].chance for value in held if value in tells), default=0.0)
    # "They answered two of our five" names an answer, and is heard rather as the other one.
    contested = not (asked and several) and any(
        one.chance >= (max(best, HINT) if asked else CONTEST)
        for value, one in tells.items() if value not in held)
    for claim in claims:
        if not claim.holds:
            yield claim
            continue
        chance = tells[claim.value].chance if claim.value in tells else 0.0
        named = claim.mention.strength is not Strength.TOLD
        if contested:
            chance = min(chance, GUESS)
        elif asked and (chance >= (HINT if named else SURE)
                        or (named and _is_all_said(claim, reading))):
            chance = max(chance, ASKED_BACK)
        yield replace(claim, confidence=chance)


def _is_all_said(claim: Claim, reading: Reading) -> bool:
    """Whether a message is a name of what is claimed and no word more."""
    mention = claim.mention
    return mention.strength.is_firm and not any(
        token.is_word and not mention.first <= n < mention.last
        for n, token in enumerate(reading.tokens))


def all_said(fact: Fact, at: Utterance) -> bool:
    """Whether a message says nothing but a name of a value of *fact*: "it's a hosted service".

    A model to which that name is new hears nothing in it, and nothing else can have been meant.
    """
    tokens = at.reading.tokens
    named = covered((m.first, m.last) for m in at.reading.mentions
                    if m.fact == fact and m.strength is Strength.TERM)
    small = at.cues.covered(
        tokens, FUNCTION_WORDS, "filler", "sentence_openers", "is_the_one", "before_the_one")
    return bool(named) and all(
        i in named or i in small for i, token in enumerate(tokens) if token.is_word)


def named_otherwise(claims: Collection[Claim], named: Collection[Claim]) -> Iterator[Claim]:
    """*claims* of one fact, as guesses where no word names them and their words name another value.

    "It sits on the ministry's private cloud" is heard as somebody else's, and the ministry may be
    the customer: so is what is *named*.
    """
    for claim in claims:
        mine = claim.mention
        otherwise = claim.holds and mine.strength is Strength.TOLD and any(
            one.holds and one.value != claim.value and one.mention.strength.is_firm
            and mine.first <= one.mention.first and one.mention.last <= mine.last for one in named)
        yield replace(claim, sure=False, confidence=min(claim.confidence, GUESS)
                      ) if otherwise else claim
