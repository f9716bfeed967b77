"""A piece of a message to several questions: some of its words, and what they are for an answer."""

from dataclasses import dataclass
from enum import Enum

from bot.dialogue.small_words.answer_words import Item
from retrieval.guidance import Fact


class Sort(Enum):
    """What a piece is."""

    VERDICT = "verdict"
    PLACE = "place"
    """Names questions, by their order or by words that they are about."""
    NUMBER = "number"
    """A bare number: that of a question or of a choice."""
    OPTION = "option"
    """The label of one choice of one question."""
    ALL = "all"
    REST = "rest"
    ONLY = "only"
    BUT = "but"
    HEDGE = "hedge"
    HALF = "half"
    LOOKED = "looked"
    SAME = "same"
    """Says of what it stands beside what was said before: "the second too"."""
    AND = "and"
    BETWEEN = "between"
    ELSEWHERE = "elsewhere"
    """Names what was not asked last, before a mark and a word of answer: "war: no idea"."""
    ASIDE = "aside"
    """A courtesy, or a remark in brackets."""
    STOP = "stop"
    MARK = "mark"
    """A colon, or what stands for one."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a message, and what they are for an answer to several questions."""

    sort: Sort
    first: int
    last: int
    """The tokens from *first* to before *last*; none of a sign between two."""
    item: Item | None = None
    """What single answers are made of, for a verdict or a hedge."""
    places: tuple[int, ...] = ()
    """Of a place the questions, from 0, with `LAST` for the last; of a number itself."""
    value: str = ""
    """Of an option."""
    looked: bool = False
    """Whether it says that somebody looked."""
    worded: bool = False
    """Whether a place is named by words that the question is about, or a word between binds an
    answer to its place: the "to" of "no to the second"."""
    mark: str = ""
    """Of a stop or a mark what it is; a comma for a sign that stands for one."""
    facts: frozenset[Fact] = frozenset()
    """Of what is named elsewhere the facts, where it can only be one; else none."""
    tells: frozenset[int] = frozenset()
    """The questions of which its words name an answer: "civil war"."""
    may_tell: frozenset[int] = frozenset()
    """Those, and the questions that they answer where they were asked: "protests"."""
