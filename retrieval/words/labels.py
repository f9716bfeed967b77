"""The words for what is known of a deal: by these it is said back, and by these it is searched."""

from collections.abc import Collection

from retrieval.guidance import Guidance, Question, QuestionKind, Table


def labels(question: Question, values: Collection[str]) -> str:
    """The words for *values* of *question*, in the order of its choices."""
    if len(values) == 1:
        return question.label_of(next(iter(values)))
    order = {choice.value: i for i, choice in enumerate(question.choices)}
    names = [question.label_of(v) for v in sorted(values, key=lambda v: (order.get(v, 999), v))]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def listed(phrases: Collection[str]) -> str:
    """*phrases*, one a fact, as one text."""
    return ", ".join(phrases)


def phrases_of(guidance: Guidance, text: str, topics: Table) -> tuple[str, ...] | None:
    """What *text* lists, where it says *topics* in the release's own words and nothing else.

    None where it says anything else, and where somebody's own words are an answer.
    """
    told = [(question, topics[fact]) for fact, question in guidance.questions.items()
            if topics.get(fact)]
    if not told or any(question.kind is QuestionKind.TEXT for question, _ in told):
        return None
    phrases = tuple([labels(question, values) for question, values in told])
    return phrases if listed(phrases) == text else None
