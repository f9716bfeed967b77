"""The words and limits by which a draft is judged, as values.

`bot.language_model.fence_rules` loads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

Phrase = tuple[str, ...]
"""Words in a row, each as it is compared."""


class Strength(IntEnum):
    """How strongly a modal word binds."""

    MAY = 1
    SHOULD = 2
    MUST = 3


class Turn(StrEnum):
    """In which way an operator turns the sense of the words after it."""

    NEGATION = "negation"
    LIMIT = "limit"
    CONDITION = "condition"
    QUESTION = "question"
    REPORT = "report"
    POSSIBILITY = "possibility"
    CHOICE = "choice"
    PART = "part"
    RESTRICTION = "restriction"
    WHOLE = "whole"
    RELATION = "relation"
    DEGREE = "degree"


@dataclass(frozen=True, slots=True)
class Operator:
    """The words of one `Turn`, and what a sentence may not do with them."""

    turn: Turn
    words: frozenset[str]
    stems: frozenset[str]
    endings: tuple[str, ...]
    opening: frozenset[str]
    """Words that count only where a clause begins."""
    before: frozenset[str]
    """A stem counts only shortly before one of these: "ask which court"."""
    after_noun: bool
    """It counts only right after a noun, as in "a business that"."""
    kept: bool
    """It may not be dropped while what it turns is kept."""
    bound: bool
    """It may not be added."""
    hosts: frozenset[str]
    """Words with which what they turn may not be dropped either, while what it holds for is kept.
    """
    exact: bool
    """Only the very same word will do: "before" is no "after"."""
    served_by: frozenset[Turn]
    """What may stand in its place."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a draft may be."""

    sentence_characters: int
    sentence_words: int
    points_in_sentence: int
    length_share: float
    """Of the length of the points' titles and texts."""
    evidence_sentences: int
    """How many evidence sentences one sentence may rest on together."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What only the evidence may say of a law, and nobody of a deal."""

    words: frozenset[str]
    phrases: tuple[Phrase, ...]
    closeness: float
    """Share of a clause's content words that the evidence sentence has to hold."""


@dataclass(frozen=True, slots=True, eq=False)
class FenceRules:
    """Everything that the fence knows; words are folded, "stems" are stemmed as well.

    Two sets of rules are never compared: each is loaded once, and what was read by it is remembered
    under it.
    """

    limits: Limits
    similarity: float
    """The least cosine of a sentence and the evidence that it rests on."""
    function_words: frozenset[str]
    plain_words: frozenset[str]
    """Content words that claim nothing."""
    phrases: Mapping[Phrase, str]
    """Stems in a row, and the word that stands for them."""
    longest_phrase: int
    groups: Mapping[str, frozenset[int]]
    """By stem: the groups of one meaning that it belongs to."""
    operators: tuple[Operator, ...]
    modals: Mapping[Phrase, Strength]
    """By norm."""
    imperatives: frozenset[str]
    """Verbs; one that opens a clause binds as "should" does."""
    verb_stems: frozenset[str]
    """The stems of the same."""
    causatives: frozenset[str]
    """Those of them by which somebody else is told to act: "let", "require"."""
    numbers: frozenset[str]
    units: frozenset[str]
    pinpoints: frozenset[str]
    verdicts: Verdicts
    addressee_phrases: tuple[Phrase, ...]
    addressee_stems: frozenset[str]
    actors: frozenset[str]
    """Stems of those who act."""
    determiners: frozenset[str]
    """Words after which a verb is a noun: "an act"."""
    joints: frozenset[str]
    """Words at which a sentence may pass on to another evidence sentence."""
    pronouns: frozenset[str]
    """Words that stand for something named before."""
    subjects: frozenset[str]
    """Those of them that act."""
    abbreviations: frozenset[str]
