"""Why a draft is refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """What is wrong with a draft, as kept with it; the order is that of the checks."""

    EMPTY = "empty"
    """It has no sentence, or an empty one."""
    TOO_LONG = "too_long"
    """It is longer than the plain answer's points, or a sentence is no sentence any more."""
    UNKNOWN_POINT = "unknown_point"
    """It names an id that was not given."""
    UNCITED = "uncited"
    """A sentence names no point."""
    MARKUP = "markup"
    """Links, mentions, markup, emoji, invisible or look-alike characters."""
    VERDICT = "verdict"
    """It says or denies that a deal is lawful, approved, safe, or may go ahead."""
    QUOTATION = "quotation"
    """Quoted words are not, letter for letter, official words of a cited passage."""
    FIGURE = "figure"
    """A number or date that the evidence lacks."""
    NAME = "name"
    """A name that the evidence lacks."""
    NEGATION = "negation"
    """It denies what the evidence affirms, or the other way round."""
    STRENGTH = "strength"
    """It says "must" where the evidence says "should" or "may"."""
    ADDRESSEE = "addressee"
    """It speaks of the person, the bot or somebody else's deal as the evidence does not."""
    UNSUPPORTED = "unsupported"
    """It says what the evidence does not, by the measure of support."""
    LEFT_OUT = "left_out"
    """A point that has to be told is missing."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a draft was refused: the first thing found."""

    reason: Reason
    detail: str
    """What exactly, in a few words for a reviewer: the word, the number, the id."""
    sentence: int | None = None
    """Which sentence, from 0; None where it is the draft as a whole."""


Similarity = Callable[[Sequence[tuple[str, str]]], Sequence[float]]
"""Cosine in [-1, 1] of each pair of texts, by the embedding model in force."""
