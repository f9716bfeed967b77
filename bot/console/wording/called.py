"""What codes are called: flags, facts, gaps and provisions by the names of the release in force."""

from bot.casebook.lines import FACT, FAINT, GAP, MODEL, OPEN, REASON
from bot.casebook.memory import REFUSED, WORDED, Memory
from bot.casebook.unanswered import NEAR
from bot.console.lines.filters import Filter
from bot.console.wording.wording import GRAVITY, REASONS
from retrieval.guidance import Fact, GapKind, Guidance, ProvisionId, QuestionKind

Choice = tuple[str, str, str, tuple[tuple[str, str], ...]]
"""A field of the filter: its name, its label, what is chosen, and what can be."""

MOST_NAMED = 3
"""Titles in a line of the queue: some lines of a screen."""


class Called:
    """What codes are called in the release in force; what it doesn't know keeps its code."""

    def __init__(self, guidance: Guidance) -> None:
        self._guidance = guidance
        self._flags = {str(flag.id): flag for flag in guidance.red_flags}
        self._matters = {one.id: one.title for one in guidance.other_matters}
        fact = country_tags(guidance).removeprefix(FACT)
        self._country = guidance.questions.get(Fact(fact))

    def flag(self, value: str) -> str:
        """A red flag by its title."""
        return self._flags[value].title if value in self._flags else value

    def gravity(self, value: str) -> str:
        """How grave a red flag is, as a shape and a word."""
        return " ".join(GRAVITY[self._flags[value].gravity]) if value in self._flags else ""

    def country(self, value: str) -> str:
        """A country by its name."""
        return value if self._country is None else self._country.label_of(value)

    def fact(self, value: str) -> str:
        """A fact by its name."""
        question = self._guidance.questions.get(Fact(value))
        return value if question is None else question.label[:1].upper() + question.label[1:]

    def provision(self, value: str) -> str:
        """A provision by its heading."""
        provision = self._guidance.provisions.get(ProvisionId(value))
        return value if provision is None else provision.heading

    def gap(self, value: str) -> str:
        """What a question asked that no text answers."""
        if value.startswith(NEAR):
            near = value.removeprefix(NEAR)
            return f"Nearest: {self.provision(near)}" if near else "Near to nothing"
        gap = self._guidance.gap_by_id.get(value)
        return value if gap is None else gap.title

    def matter(self, value: str) -> str:
        """A matter that the guidance is silent on, by its title."""
        return self._matters.get(value, value)

    def lacks(self, value: str) -> bool:
        """Whether the texts lack something there; small talk lacks nothing."""
        gap = self._guidance.gap_by_id.get(value)
        return gap is None or gap.kind is not GapKind.OPENING


def what_stands_out(guidance: Guidance | None, memory: Memory) -> tuple[tuple[str, ...], int]:
    """What to name below a deal in the queue, and how much more there is.

    Returns:
        The titles of red flags, the gravest first, of matters that the guidance is silent on, and,
        where no deal was told, of what was asked and declined: of each `MOST_NAMED` at most; and
        how many of them are not named.
    """
    called = None if guidance is None else Called(guidance)
    flags = [one.title for one in sorted(memory.flags.values(), key=lambda one: -one.gravity)
             if one.title]
    matters = memory.beside if called is None else list(map(called.matter, memory.beside))
    # Of questions alone nothing else tells one line from another, and their words are shown on
    # their page alone, since it is on record who has looked.
    asked = [] if called is None or memory.facts else [
        f"Declined: {called.gap(one)}" for one in memory.gaps if called.lacks(one)]
    named = (*flags[:MOST_NAMED], *matters[:MOST_NAMED], *asked[:MOST_NAMED])
    return named, len(flags) + len(matters) + len(asked) - len(named)


def country_tags(guidance: Guidance | None) -> str:
    """The kind of tags that say which country a deal is about; empty where none is asked for."""
    asked = [] if guidance is None else [
        question for question in guidance.questions.values()
        if question.kind is QuestionKind.COUNTRY]
    return f"{FACT}{min(asked, key=lambda q: q.rank).fact}" if asked else ""


def choices(
    guidance: Guidance | None, wanted: Filter, *, modelled: bool = False
) -> tuple[Choice, ...]:
    """The fields of the filter that other pages lead to, so that a form keeps what is chosen.

    Args:
        guidance: The release in force.
        wanted: What is chosen.
        modelled: Whether a language model has had to do with any conversation.
    """
    found: list[Choice] = [
        ("waiting", "Waits for a review", _yes_no(wanted.waiting), (("yes", "Yes"), ("no", "No"))),
        (REASON, "Why look", wanted.reason, tuple(REASONS.items())),
        ("erased", "Words", _yes_no(wanted.erased), (("no", "Still there"), ("yes", "Erased"))),
    ]
    if modelled or wanted.model:
        found.append((MODEL, "Language model", wanted.model, (
            (WORDED, "Worded an answer"), (REFUSED, "Draft refused"))))
    called = None if guidance is None else Called(guidance)
    if wanted.cites:
        found.append(("cites", "Provision cited", wanted.cites, (
            (wanted.cites, called.provision(wanted.cites) if called else wanted.cites),)))
    if guidance is None or called is None:
        return tuple(found)
    gaps = {gap.id: gap.title for gap in guidance.gaps if called.lacks(gap.id)}
    if wanted.gap:
        gaps.setdefault(wanted.gap, called.gap(wanted.gap))
    found += [
        (GAP, "Declined, asked about", wanted.gap, tuple(gaps.items())),
        (OPEN, "Fact to be found out", wanted.open,
         tuple((str(fact), called.fact(fact)) for fact in guidance.questions)),
    ]
    if wanted.faint:
        found.append((FAINT, "Answered from afar, nearest", wanted.faint,
                      ((wanted.faint, called.provision(wanted.faint)),)))
    return tuple(found)


def _yes_no(choice: bool | None) -> str:
    return "" if choice is None else "yes" if choice else "no"
