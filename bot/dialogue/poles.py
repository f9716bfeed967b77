"""Which values of a fact would settle it, and which are grave: what is said has two poles.

To take "the courts are independent on paper" for independent clears what should be looked at, and
to take it for weak costs a question; so the two are not treated alike.
"""

from retrieval.guidance import Fact, Guidance, Question, QuestionKind


def gravity(guidance: Guidance, question: Question, values: frozenset[str]) -> int:
    """How grave the gravest flag is that *values* of *question* can raise; 0 for none."""
    return max((flag.gravity for flag in guidance.red_flags
                if not flag.when.get(question.fact, frozenset()).isdisjoint(values)), default=0)


def has_poles(question: Question) -> bool:
    """Whether *question* has one answer, better or worse; who uses what, and when, is neither."""
    return (question.kind is QuestionKind.CHOICE and not question.several
            and question.role is None)


def settles(guidance: Guidance, fact: Fact, value: str) -> bool:
    """Whether *value* would settle *fact* for good, as no flag hangs on it."""
    question = guidance.questions[fact]
    if not has_poles(question):
        return False  # and of a free text nothing is kept
    known = guidance.worked_out.of(settles)
    if (fact, value) not in known:
        known[fact, value] = gravity(guidance, question, frozenset({value})) == 0
    return known[fact, value]


def graver(guidance: Guidance, fact: Fact) -> frozenset[str]:
    """The values of *fact* that a flag hangs on."""
    known = guidance.worked_out.of(graver)
    if fact not in known:
        question = guidance.questions[fact]
        known[fact] = frozenset(choice.value for choice in question.choices
                                if gravity(guidance, question, frozenset({choice.value})) > 0)
    return known[fact]


def settling(guidance: Guidance, fact: Fact) -> str | None:
    """The only value of *fact* that no flag hangs on; None where there is no such one."""
    question = guidance.questions[fact]
    values = [choice.value for choice in question.choices
              if choice.value not in graver(guidance, fact)] if has_poles(question) else []
    return values[0] if len(values) == 1 else None


def raises_alone(guidance: Guidance, fact: Fact, value: str) -> bool:
    """Whether a flag is raised by *value* of *fact*, whatever else is known."""
    return any(flag.when.keys() == {fact} and value in flag.when[fact]
               for flag in guidance.red_flags)
