"""What a clause of an answer to several questions is made of: its items, and what it tells."""

from dataclasses import dataclass

from bot.dialogue.answers.piece import Sort
from bot.dialogue.small_words.cues import Span
from retrieval.guidance import Fact


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of an answer."""

    first: int
    last: int
    """The tokens from *first* to before *last*."""
    name: str = ""
    """Its verdict; empty for none."""
    places: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()
    """Bare numbers, from 0: those of questions or of choices."""
    option: str = ""
    """The value whose label is typed; *places* has its question."""
    scope: Sort | None = None
    """Whether it is of all that was asked, or of the rest."""
    but: tuple[int, ...] = ()
    """The questions left out of all."""
    named: tuple[int, ...] = ()
    """The question that words of the verdict name: "no reports"."""
    marked: bool = False
    """Whether its number is set apart as that of a question: "1: no", "no to 1"."""
    verdict_first: bool = False
    denies: bool = False
    """Whether it says that a choice is not meant: "not 5"."""
    denies_name: bool = False
    """Whether it is a denial in words of the question: "no war" tells by itself."""
    looked: bool = False
    checked: bool = False
    """Whether it says that somebody looked beside its verdict: "no we looked"."""
    hedged: bool = False
    only: bool = False
    """Whether it is said of these only: "just the laws"."""
    concludes: bool = False
    """Whether it is concluded from what is told before: "2 bad, so yes"."""

    @property
    def bare(self) -> bool:
        """Whether it says a word of answer, and not to which question."""
        return bool(self.name) and not (self.places or self.numbers or self.scope)

    @property
    def number(self) -> bool:
        """Whether it is nothing but numbers."""
        return bool(self.numbers) and not self.name


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What is answered by name that was not asked last: "war: no idea"."""

    facts: frozenset[Fact]
    """The one fact that is named; none where the name fits several."""
    said: Entry


@dataclass(frozen=True, slots=True)
class Part:
    """A clause: what it answers, and whether it tells."""

    entries: tuple[Entry, ...] = ()
    rest: bool = False
    """Whether words of it tell of something else."""
    told: tuple[int, ...] = ()
    """The questions that it answers in words of its own: "laws: too strict", "a civil war"."""
    span: Span = (0, 0)
    """The tokens of the clause that it is, where that is all of one."""
    taken: tuple[Span, ...] = ()
    """The tokens that are used up for the answer."""
    begins: bool = False
    """Whether a sentence or a line begins with it."""
    stop: str = ""
    """The marks before it."""
    hedge: bool = False
    """Whether it is a hedge on all that is said."""
    looked: bool = False
    """Whether it says that somebody looked, and nothing else."""
    same: bool = False
    """Whether it says the same as was said before: "the second too"."""
    so: bool = False
    """Whether it draws a conclusion from what is told before: "so yes"."""
    remark: bool = False
    """Whether a dash sets it apart as a remark on what is answered before it."""
    elsewhere: tuple[Elsewhere, ...] = ()
    """What it answers that was not asked last."""
    left_out: bool = False
    """Whether it leaves out of all what was not asked: "everything yes except the war"."""
