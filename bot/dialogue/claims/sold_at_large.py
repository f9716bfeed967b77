"""What is sold to somebody who is named by kind alone: "spyware for a friendly African government".

No such word tells which body it is, so that the vocabulary leaves it out; but a flag that hangs on
any of them would be missed until that is asked.  So it is a guess, which is asked back.
"""

from collections.abc import Collection, Iterator, Sequence

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import DOUBTED
from bot.dialogue.naming import is_of_goods
from bot.dialogue.small_words.cues import Cues
from retrieval.guidance import Fact, Role
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.phrases import ARTICLES

AT_LARGE = "sold_at_large_{fact}_{value}"
"""Names of the cue lists of words for any body of the kind that a value is the last of."""


def sold_at_large(
    claims: Sequence[Claim], at: Utterance, unanswered: Collection[Fact]
) -> Iterator[Claim]:
    """Who gets what is sold, where nothing else of the message says it and nothing is known.

    Args:
        claims: What the message claims otherwise.
        at: The message, and the release that it is read with.
        unanswered: Facts that may hold several values and of which nothing is known.
    """
    reading, clauses, guidance, cues = at.reading, at.clauses, at.guidance, at.cues
    sold = [c.mention for c in claims
            if c.holds and is_of_goods(guidance.questions[c.mention.fact])]
    known = any(is_of_goods(q) and fact not in unanswered for fact, q in guidance.questions.items())
    if not sold and not known:
        return
    told = {c.mention.fact for c in claims if c.holds}
    for fact, question in guidance.questions.items():
        if question.role is not Role.END_USER or fact not in unanswered or fact in told:
            continue
        for choice in question.choices:
            for span in cues.find(AT_LARGE.format(fact=fact, value=choice.value), reading.tokens):
                mention = Mention(fact, choice.value, None, *span, Strength.TOLD, (span,))
                to = _goes_to(span[0], reading, cues)
                # "For the government of Togo" opens its clause where it is known what is sold.
                if to is not None and _ends(span[1], reading, cues) and not clauses.denied(
                        mention) and ((known and clauses.positions(span).start == to) or any(
                            m.last <= to and clauses.same_clause((m.first, m.last), span)
                            for m in sold)):
                    yield Claim(mention, choice.value, True, False, False, DOUBTED)
                    return


def _goes_to(first: int, reading: Reading, cues: Cues) -> int | None:
    """Where the "for" stands before what begins at *first*, with words that describe it between."""
    tokens = reading.tokens
    places = {i for m in reading.mentions for i in range(m.first, m.last)
              if m.strength.is_firm and m.last <= first}
    between = places | cues.covered(tokens, "describes_a_body")
    at = first - 1
    while at >= 0 and (at in between or tokens[at].norm in ARTICLES):
        at -= 1
    return at if at >= 0 and tokens[at].norm in cues.words("sold_to") else None


def _ends(last: int, reading: Reading, cues: Cues) -> bool:
    """Whether no noun follows that the word only describes: "the government hospital"."""
    behind = reading.tokens[last : last + 1]
    return not behind or not behind[0].is_word or behind[0].norm in cues.words("prepositions")
