"""The words for what is known of a deal, by which it is said back."""

from collections.abc import Collection

from retrieval.guidance import Question


def labels(question: Question, values: Collection[str]) -> str:
    """The words for *values* of *question*, in the order of its choices."""
    if len(values) == 1:
        return question.label_of(next(iter(values)))
    order = {choice.value: i for i, choice in enumerate(question.choices)}
    names = [question.label_of(v) for v in sorted(values, key=lambda v: (order.get(v, 999), v))]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""
