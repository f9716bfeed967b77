"""Headings that a no fills in: "delivered = no", "export review: no", "clause ✗".

A model goes by what words are about, and hears a review that is done in "export review no".
"""

from collections.abc import Iterator, Sequence

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import DOUBTED
from bot.dialogue.small_words.cues import Span
from retrieval.words.mentions import Strength

HEADING_WORDS = 4
"""Most words of a heading with nothing but a blank before the no: "export control review ✗"."""


def less_filled_in_with_no(claims: Sequence[Claim], at: Utterance) -> Iterator[Claim]:
    """*claims*, where only a model hears what a no says of its own heading, turned round.

    What a no to the question means is a guess then; where it means nothing ("signed: no"), nothing
    is left.
    """
    headings = [*_headings(at)]
    said = {c.mention.fact for c in claims if c.mention.strength is not Strength.TOLD}
    for claim in claims:
        mention = claim.mention
        if not (claim.holds and claim.value == mention.value and mention.strength is Strength.TOLD
                and any(m.fact == mention.fact and m.value == claim.value
                        and first <= m.first and m.last <= last
                        for m in at.reading.mentions for first, last in headings)):
            yield claim
            continue
        no = at.guidance.questions[mention.fact].no
        if no is not None and no != claim.value and mention.fact not in said:
            yield Claim(mention, no, True, False, False, DOUBTED)


def _headings(at: Utterance) -> Iterator[Span]:
    """Where headings stand that a no fills in, behind a mark or at the end of their clause."""
    clauses, tokens = at.clauses, at.reading.tokens
    for denial in clauses.denials:
        heading = clauses.heading(denial)
        if heading is not None:
            yield heading
    noes = at.cues.words("no")
    for i, token in enumerate(tokens):
        clause = clauses.positions((i, i + 1)) if token.norm in noes else range(0)
        if clause.stop == i + 1 and clause.start < i <= clause.start + HEADING_WORDS:
            yield clause.start, i
