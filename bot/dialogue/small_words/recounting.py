"""Which "not" is of a number alone: "not 40 drones, 14" sells no fewer kinds of things.

Another number stands in the same sentence, of the same things or of nothing that is named.
"""

from collections.abc import Iterator, Sequence

from bot.dialogue.small_words.cues import Cues, Span
from retrieval.words.tokens import Token

BESIDE = 2
"""Most words from a number to what is counted: "14 more drones"."""


def recounted(
    tokens: Sequence[Token], negations: Sequence[Span], sentences: Sequence[Span], cues: Cues
) -> Iterator[Span]:
    """Those of *negations* behind which a number is put right by another one.

    Args:
        tokens: The message.
        negations: Where a "not" stands in it.
        sentences: Its sentences.
        cues: The small words of a release.
    """
    in_words, parts = cues.words("lookup_numbers"), cues.words("part_of_what_is_sold")

    def is_number(i: int) -> bool:
        return tokens[i].norm.isdecimal() or tokens[i].norm in in_words

    for span in negations:
        at = span[1]
        if at + 1 >= len(tokens) or not is_number(at) or not tokens[at + 1].is_word:
            continue
        first, last = next(one for one in sentences if one[0] <= at < one[1])
        counted = {t.stem for t in tokens[at + 1 : at + 1 + BESIDE]}
        for other in range(first, last):
            if other == at or not is_number(other) or tokens[other].norm == tokens[at].norm:
                continue
            behind = tokens[other + 1 : min(other + 1 + BESIDE, last)]
            bare = not behind or not behind[0].is_word or behind[0].norm in parts
            if bare or not counted.isdisjoint(t.stem for t in behind):
                yield span
                break
