"""Parting what a model ran together: each sentence of a draft is judged and cited by itself."""

from dataclasses import replace

from bot.dialogue.drafting import Draft, Sentence
from bot.dialogue.fencing.rules import FenceRules
from bot.dialogue.fencing.words import sentences_of

MOST = 4
"""A text of more sentences than this is left whole, and refused."""


def parted(draft: Draft, rules: FenceRules) -> Draft:
    """*draft* with a sentence of its own for each that a text holds, under the same points.

    Nothing is let off by it: every part has to be borne out by the points that the whole named.
    """
    limit = rules.limits.sentence_characters * MOST
    return Draft(tuple(
        replace(sentence, text=text)
        for sentence in draft.sentences
        for text in _parts(sentence, rules, limit)))


def _parts(sentence: Sentence, rules: FenceRules, limit: int) -> tuple[str, ...]:
    if len(sentence.text) > limit:
        return (sentence.text,)
    parts = sentences_of(sentence.text, rules)
    return parts if 1 < len(parts) <= MOST else (sentence.text,)


def place_of(sentence: Sentence, draft: Draft) -> int | None:
    """Which text of *draft*, from 0, the part *sentence* comes from; None if from none."""
    return next((n for n, whole in enumerate(draft.sentences)
                 if whole.points == sentence.points and sentence.text in whole.text), None)
