"""What a person is asked of a deal, what can be answered, and how likely each answer is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from retrieval.content.sources import ProvisionId
from retrieval.content.tables import Fact, Table, no_rows


class QuestionKind(StrEnum):
    """How an answer to a question is given."""

    CHOICE = "choice"
    COUNTRY = "country"
    TEXT = "text"


class Role(StrEnum):
    """What a fact is to the code, which knows no fact by its name."""

    GO_BETWEEN = "go-between"
    """Who stands between seller and end-user: where they sit is not the place of use."""
    END_USER = "end-user"
    """Who uses it in the end: a country in their name is where they use it."""
    STAGE = "stage"
    """How far the deal is: which safeguards are still possible."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be picked."""

    value: str
    label: str
    looked: bool = False
    """It says that somebody looked: a bare "no", which doesn't, stands for it but is not sure."""
    alone: bool = False
    """It says that no other holds: "no one, we sell direct", "the customer won't say"."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How likely each answer to a question is for deals that fit a table, as weights.

    An estimate that puts questions in order; it never decides what is advised.
    """

    values: Mapping[str, int]
    when: Table = field(default_factory=no_rows)


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Facts that a person would ask for in one breath."""

    id: str
    facts: tuple[Fact, ...]
    wording: str
    """What opens a message that asks for more than one of them."""


@dataclass(frozen=True, slots=True)
class Question:
    """How a fact is asked for, and why."""

    fact: Fact
    kind: QuestionKind
    label: str
    """The fact's name in running text: "end-user"."""
    wording: str
    why: str
    authorities: tuple[ProvisionId, ...]
    choices: tuple[Choice, ...] = ()
    several: bool = False
    """More than one value may hold at once."""
    names: tuple[str, ...] = ()
    """How people name the fact when they say that they don't know it."""
    only_if: tuple[Table, ...] = ()
    """Asked unless every table is known not to match; empty means always."""
    look_up: str = ""
    """Where the person can find the answer."""
    consult: tuple[ProvisionId, ...] = ()
    of_customer: bool = False
    """Whether `look_up` is, first of all, what to ask the customer or a party of the deal."""
    role: Role | None = None
    rank: int = 50
    """Its place in forms and lists, and in the interview where two are worth the same."""
    after: tuple[Fact, ...] = ()
    """Facts that are asked for first, since the question makes no sense before."""
    pressing: tuple[Table, ...] = ()
    """Where one of them surely matches, it is asked before what no table presses for."""
    likely: tuple[Likelihood, ...] = ()
    """How likely each answer is; the first that fits the deal counts."""
    yes: str | None = None
    """The value that a bare "yes" to the wording says, if it says one."""
    no: str | None = None
    """The value that a bare "no" to the wording says, if it says one."""
    told_by: tuple[str, ...] = ()
    """Words of which a sentence that tells of it unasked has to have one; empty for any words: who
    says "compliance is fine with it" does not say what they looked at."""

    @property
    def alone(self) -> frozenset[str]:
        """Values that none of the others holds beside."""
        return frozenset(choice.value for choice in self.choices if choice.alone)

    def together(self, values: frozenset[str]) -> frozenset[str]:
        """Those of *values* that can hold together: "no one" does not beside a distributor.

        What names something outweighs what stands alone: who was not told is told later, as in
        "they won't say who. ok, it's the police".
        """
        return values - self.alone or values

    def label_of(self, value: str) -> str:
        """The words for *value*; the value itself when it has none."""
        for choice in self.choices:
            if choice.value == value:
                return choice.label
        return value
