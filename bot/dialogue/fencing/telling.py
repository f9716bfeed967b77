"""Whether each point that a draft names, or has to tell, is really spoken of."""

from collections.abc import Sequence

from bot.dialogue.drafting import Draft, Point
from bot.dialogue.fencing.judged import Evidence, Judged
from bot.dialogue.fencing.refusal import Reason, Refusal
from bot.dialogue.fencing.rules import FenceRules
from bot.dialogue.fencing.words import Text, Word, read

SHARED_WORDS = 2
"""Content words that a sentence has in common with whatever it speaks of."""


def unspoken(sentence: Judged, some: tuple[Evidence, ...], rules: FenceRules) -> str | None:
    """The first point that *sentence* names without resting on it.

    It rests on a point that alone has all of its words, or without which it would lack one.
    """
    words = _words(sentence.text, rules)
    for point in sentence.points:
        own = [one.text for one in some if one.point == point.id]
        rest = [one.text for one in some if one.point != point.id]
        if not own or (_lacks(words, own) and not _lacks(words, rest)):
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
    return len({word.stem for word in _words(text, rules) if other.has(word)})


def _words(text: Text, rules: FenceRules) -> tuple[Word, ...]:
    return tuple(text.words[n] for n in text.content
                 if text.words[n].norm not in rules.plain_words)


def _lacks(words: Sequence[Word], texts: Sequence[Text]) -> bool:
    return any(all(not text.has(word) for text in texts) for word in words)
