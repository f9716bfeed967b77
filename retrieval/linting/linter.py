"""Everything that somebody who keeps the corpus should look at, worst first.

What must not be published at all is an error, and `retrieval.checks` finds it.  What can only be
seen by searching is in `retrieval.linting.search`.
"""

from collections.abc import Iterable, Set

from retrieval.guidance import Guidance
from retrieval.labelled.cases import LabelledQuery
from retrieval.linting import (
    duplicates,
    headings,
    instructions,
    labels,
    phrase_lists,
    references,
    texts,
    wiring,
)
from retrieval.linting.patterns_file import shipped
from retrieval.linting.remarks import Remark, Severity


def lint(
    guidance: Guidance,
    queries: Iterable[LabelledQuery] = (),
    words: Set[str] | None = None,
) -> tuple[Remark, ...]:
    """What is odd about *guidance*, warnings first.

    Args:
        guidance: The release, or a draft of one.
        queries: Labelled questions that are measured with it.
        words: The texts that stand in the code that reads its lists of phrases; None where it
            isn't asked which of them are read.
    """
    return in_order([
        *instructions.remarks(guidance, shipped()),
        *texts.remarks(guidance),
        *headings.remarks(guidance),
        *duplicates.remarks(guidance),
        *references.remarks(guidance),
        *wiring.remarks(guidance),
        *labels.remarks(guidance, queries),
        *(() if words is None else phrase_lists.remarks(guidance, words)),
    ])


def in_order(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """*remarks*, each once, warnings first and else as they come."""
    return tuple(sorted(dict.fromkeys(remarks), key=lambda one: one.severity is Severity.NOTE))
