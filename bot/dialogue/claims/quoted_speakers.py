"""Whose "we" and "its own" those of others are: "on our own servers", writes the customer.

What the vocabulary and a model hear of whoever writes is in such a quotation said of the customer;
and what a tender lays on the supplier, of whoever writes.  It is taken for a guess at what it is
from the other side, which is asked back.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import DOUBTED
from bot.dialogue.small_words.cues import Span
from retrieval.words.mentions import Reading, Strength

OTHER_SIDE = "from_the_other_side_{fact}_{value}"
"""Names of the cue lists of the one value that a value is where the customer says it of itself."""
LAID_ON_US = "laid_on_the_supplier_{fact}_{value}"
"""Of what a value is in a clause on what the supplier has to do: "the bidder shall … its own"."""
LEAD_IN = 12
"""Most tokens before a quotation in which it is said whose it is: "I told the police:"."""

_QUOTATION = re.compile(r"[\"“„«](?P<words>[^\"“”„«»]+)[\"”“»]")


def from_their_side(claims: Sequence[Claim], at: Utterance) -> list[Claim]:
    """*claims*, where what the customer says of itself in a quotation is said of the customer.

    Args:
        claims: What a message claims.
        at: The message, and the release: what a value is from the other side, the words of the
            first person, and how somebody says that a quotation is their own.
    """
    theirs = [span for span in _quotations(at.reading) if not _is_ours(span, at)]
    ours = at.cues.find("laid_on_the_supplier", at.reading.tokens)
    taken = []
    for claim in claims:
        if any(_speaks_there(claim, span, at) for span in theirs):
            taken.append(_turned(claim, OTHER_SIDE, at))
        elif claim.holds and any(at.clauses.same_clause(
                (claim.mention.first, claim.mention.last), span) for span in ours):
            taken.append(_turned(claim, LAID_ON_US, at))
        else:
            taken.append(claim)
    return taken


def _quotations(reading: Reading) -> list[Span]:
    """The tokens between each pair of quotation marks."""
    found = []
    for match in _QUOTATION.finditer(reading.text):
        inside = [i for i, token in enumerate(reading.tokens)
                  if match.start("words") <= token.start < match.end("words")]
        if inside:
            found.append((inside[0], inside[-1] + 1))
    return found


def _is_ours(span: Span, at: Utterance) -> bool:
    """Whether what leads in says that who writes says it: "I told them:", "our quote says"."""
    return bool(at.cues.find("we_say", at.reading.tokens[max(0, span[0] - LEAD_IN) : span[0]]))


def _speaks_there(claim: Claim, span: Span, at: Utterance) -> bool:
    """Whether *claim* rests on words in the quotation *span*, in a clause with a "we" or "our"."""
    mention = claim.mention
    middle = (mention.first + mention.last) // 2
    clause = at.clauses.positions((middle, middle + 1))
    ours = at.cues.words("first_person")
    return claim.holds and span[0] <= middle < span[1] and any(
        at.reading.tokens[i].norm.split("'")[0] in ours for i in clause if span[0] <= i < span[1])


def _turned(claim: Claim, names: str, at: Utterance) -> Claim:
    fact = claim.mention.fact
    words = at.cues.words(names.format(fact=fact, value=claim.value))
    values = [choice.value for choice in at.guidance.questions[fact].choices
              if choice.value in words]
    if not values:
        return claim
    return replace(claim, value=values[0], sure=False, added=False, confidence=DOUBTED,
                   mention=replace(claim.mention, strength=Strength.NEAR))
