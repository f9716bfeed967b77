"""Whether each point that a draft names, or has to tell, is really spoken of."""

from collections.abc import Sequence

from bot.dialogue.drafting import Draft, Point
from bot.dialogue.fencing.judged import Evidence, Judged
from bot.dialogue.fencing.refusal import Reason, Refusal
from bot.dialogue.fencing.rules import FenceRules
from bot.dialogue.fencing.words import Text, read

SHARED_WORDS = 2
"""Content words that a sentence has in common with whatever it speaks of."""


def unspoken(sentence: Judged, some: tuple[Evidence, ...], rules: FenceRules) -> str | None:
    """The first point that *sentence* names without resting on it."""
    for point in sentence.points:
        shared = [_shared(sentence.text, one.text, rules) for one in some if one.point == point.id]
        if max(shared, default=0) < min(SHARED_WORDS, len(sentence.text.content)):
            return point.id
    return None


def left_out(
    draft: Draft, points: Sequence[Point], sentences: Sequence[Judged], rules: FenceRules
) -> Refusal | None:
    """The first point that has to be told and that no sentence of *draft* speaks of."""
    for point in points:
        if not point.needed:
            continue
        own = read(f"{point.title}. {point.text}", rules)
        if not any(point.id in proposed.points
                   and _shared(sentence.text, own, rules) >= SHARED_WORDS
                   for proposed, sentence in zip(draft.sentences, sentences, strict=True)):
            return Refusal(Reason.LEFT_OUT, point.id)
    return None


def _shared(text: Text, other: Text, rules: FenceRules) -> int:
    return len({
        text.words[n].stem for n in text.content
        if text.words[n].stem not in rules.plain_stems and other.has(text.words[n])
    })
