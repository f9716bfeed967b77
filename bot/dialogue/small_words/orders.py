"""Orders to take out of a deal what they name: "cancel Gabon", "pls delete the drones".

Their verb opens what is said, and a name stands right behind it.  Elsewhere it tells what somebody
does: "they cancelled the election in Gabon".
"""

from collections.abc import Iterator, Sequence

from bot.dialogue.small_words.boundaries import Boundaries
from bot.dialogue.small_words.cues import Cues, Span
from retrieval.words.mentions import Mention

_BEFORE = (
    "sentence_openers", "filler", "correction", "second_thought", "bare_no", "before_an_order")
"""Cue lists of what may stand between the beginning of a clause and an order."""


def ordered_away(
    boundaries: Boundaries, mentions: Sequence[Mention], cues: Cues
) -> Iterator[Span]:
    """Where an order stands to take out what is named right behind it, articles included.

    Args:
        boundaries: The clauses of the message.
        mentions: What its words name.
        cues: The small words of a release.
    """
    tokens = boundaries.tokens
    orders = cues.find("takes_back_by_name", tokens)
    if not orders:
        return
    small, articles = cues.covered(tokens, *_BEFORE), cues.words("before_a_noun")
    for first, last in orders:
        begin = last
        # Where a line has no marks, a pause may be heard between the two.
        while begin < len(tokens) and (
                tokens[begin].norm in articles or not tokens[begin].text.strip()):
            begin += 1
        clause = boundaries.positions((first, last))
        if all(i in small for i in range(clause.start, first) if tokens[i].is_word) and any(
                m.first == begin and m.strength.is_firm for m in mentions):
            yield first, begin
