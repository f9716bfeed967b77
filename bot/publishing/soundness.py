"""Whether a draft may be published, as far as that can be told before it is built.

`corpus check`, `diff`, `lint --draft`, `publish` and the doctor all ask here, so none of them calls
sound what another refuses.  What may be wrong although nothing of it is an error is the linter's.
"""

from pathlib import Path

from bot.labelled import problems_of as problems_of_cases
from bot.publishing.drafts import Draft
from bot.publishing.gate import NOTHING_MEASURED, measurable
from retrieval.guidance import Guidance
from retrieval.labelled import read_queries


def problems_of(draft: Draft) -> list[str]:
    """Everything in its content that keeps *draft* from being published."""
    return [*draft.problems,
            *(f"edit {c.made.id} of {c.made.edit.subject} by {c.made.by}: {c.text}"
              for c in draft.conflicts)]


def problems_with_cases(draft: Draft, base: Guidance, cases: Path) -> list[str]:
    """Everything that keeps *draft* from being published, its labelled cases among it.

    A case may go on naming what edits of this installation have set aside: whoever ticks or
    retires in the console can't edit the file, and the gate knows what stands instead.

    Args:
        draft: What would be published.
        base: What its folder holds, without the edits.
        cases: The file of its labelled cases.
    """
    guidance = draft.guidance
    known = {*base.provisions, *(guidance.set_aside.keys() - base.set_aside.keys()),
             *draft.went_along}
    return [*problems_of(draft), *_of_cases(cases, guidance, known)]


def problems_of_folder(problems: list[str], guidance: Guidance, cases: Path) -> list[str]:
    """The same of a folder that nothing was put in force from yet, read with *problems*."""
    return [*problems, *_of_cases(cases, guidance, set())]


def unmeasured(guidance: Guidance, cases: Path) -> list[str]:
    """That the gate will refuse, having nothing to ask; publishing takes it with a reason."""
    if measurable(read_queries(cases), guidance):
        return []
    return [f"{cases.name}:1: {NOTHING_MEASURED}"]


def _of_cases(cases: Path, guidance: Guidance, known: set[str]) -> list[str]:
    return [line.removeprefix(f"{cases.parent}/")
            for line in problems_of_cases(cases, guidance, known)]
