"""Everything that somebody who keeps the corpus should look at, worst first.

What must not be published at all is an error, and `retrieval.checks` finds it.  What can only be
seen by searching is in `retrieval.linting.search`.
"""

from collections.abc import Iterable

from retrieval.guidance import Guidance
from retrieval.labelled.cases import LabelledQuery
from retrieval.linting import (
    duplicates,
    headings,
    instructions,
    labels,
    references,
    texts,
    wiring,
)
from retrieval.linting.patterns_file import shipped
from retrieval.linting.remarks import Remark, Severity


def lint(
    guidance: Guidance,
    queries: Iterable[LabelledQuery] = (),
) -> tuple[Remark, ...]:
    """What is odd about *guidance*, warnings first.

    Args:
        guidance: The release, or a draft of one.
        queries: Labelled questions that are measured with it.
    """
    return in_order([
        *instructions.remarks(guidance, shipped()),
        *texts.remarks(guidance),
        *headings.remarks(guidance),
        *duplicates.remarks(guidance),
        *references.remarks(guidance),
        *wiring.remarks(guidance),
        *labels.remarks(guidance, queries),
    ])


def in_order(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """*remarks*, each once, warnings first and else as they come."""
    return tuple(sorted(dict.fromkeys(remarks), key=lambda one: one.severity is Severity.NOTE))
