"""Whether a draft has the shape of one: sentences, each with ids that were given."""

from collections.abc import Sequence

from bot.dialogue.drafting import Draft, Point
from bot.dialogue.fencing.refusal import Reason, Refusal
from bot.dialogue.fencing.rules import FenceRules
from bot.dialogue.fencing.words import sentences_of

SHOWN_CHARACTERS = 40
"""Of what a model made up, a reviewer is shown no more."""


def misshapen(draft: Draft, points: Sequence[Point], rules: FenceRules) -> Refusal | None:
    """What is wrong with the shape of *draft*; nothing here reads a word of an overlong one."""
    return (
        _empty(draft) or _too_long(draft, points, rules)
        or _unknown(draft, points) or _uncited(draft, rules)
    )


def _empty(draft: Draft) -> Refusal | None:
    if not draft.sentences:
        return Refusal(Reason.EMPTY, "no sentence")
    for n, sentence in enumerate(draft.sentences):
        # The first characters tell, and the rest may be a megabyte.
        if not any(character.isalpha() for character in sentence.text[:SHOWN_CHARACTERS]):
            return Refusal(Reason.EMPTY, "a sentence without words", n)
    return None


def _too_long(draft: Draft, points: Sequence[Point], rules: FenceRules) -> Refusal | None:
    limits = rules.limits
    for n, sentence in enumerate(draft.sentences):
        length = len(sentence.text)
        if length > limits.sentence_characters:
            return Refusal(Reason.TOO_LONG, f"{length} characters", n)
        count = len(sentence.text.split())
        if count > limits.sentence_words:
            return Refusal(Reason.TOO_LONG, f"{count} words", n)
        if len(sentences_of(sentence.text, rules)) > 1:
            return Refusal(Reason.TOO_LONG, "several sentences in one", n)
    length = sum(len(sentence.text) for sentence in draft.sentences)
    allowed = round(
        limits.length_share * sum(len(point.title) + len(point.text) for point in points))
    if length > allowed:
        return Refusal(Reason.TOO_LONG, f"{length} characters, and the points have {allowed}")
    return None


def _unknown(draft: Draft, points: Sequence[Point]) -> Refusal | None:
    given = {point.id for point in points}
    for n, sentence in enumerate(draft.sentences):
        for named in sentence.points:
            if named not in given:
                return Refusal(Reason.UNKNOWN_POINT, repr(named[:SHOWN_CHARACTERS]), n)
    return None


def _uncited(draft: Draft, rules: FenceRules) -> Refusal | None:
    for n, sentence in enumerate(draft.sentences):
        if not sentence.points:
            return Refusal(Reason.UNCITED, "no point", n)
        if len(set(sentence.points)) > rules.limits.points_in_sentence:
            return Refusal(Reason.UNCITED, f"{len(set(sentence.points))} points at once", n)
    return None
