"""What a "no" is said of: "no, not in Oman", asked about a war, takes no Oman back.

"Not in Oman" by itself puts right where it is used, and so does what names another place beside it.
"""

from collections.abc import Sequence

from bot.dialogue.claim import Claim
from bot.dialogue.claims.contrasting import is_party
from bot.dialogue.claims.occasion import Occasion
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.answer_words import leading
from bot.dialogue.small_words.cues import FUNCTION_WORDS


def of_the_answer(claims: Sequence[Claim], at: Occasion) -> list[Claim]:
    """*claims* without denials of a known party that only say what a no before them is of.

    What was asked has to be answered by a yes or no, and nothing may take the party's place.
    """
    words, cues = at.reading.tokens.words, at.cues
    asked = any(has_poles(at.guidance.questions[fact]) for fact in at.awaiting)
    count, verdict = leading(words, cues)
    if not asked or not verdict.startswith("no") or count >= len(words):
        return list(claims)
    # In "it's not for the police" and "no army" the answer itself is what denies them.
    behind = next(i for i, token in enumerate(at.reading.tokens) if token is words[count])
    held = {c.mention.fact for c in claims if c.holds}
    small = cues.covered(at.reading.tokens, FUNCTION_WORDS, "negation", "filler")

    def is_of_it(claim: Claim) -> bool:
        mention = claim.mention
        clause = at.clauses.positions((mention.first, mention.last))
        return (not claim.holds and mention.fact not in held and mention.fact not in at.awaiting
                and is_party(at.guidance.questions[mention.fact])
                and claim.value in at.deal.known(mention.fact)
                and any(first >= behind for first, _ in at.clauses.denials_of(mention))
                and all(i in small or mention.first <= i < mention.last
                        or not at.reading.tokens[i].is_word for i in clause))

    return [claim for claim in claims if not is_of_it(claim)]
