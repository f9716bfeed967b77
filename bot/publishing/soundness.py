"""Whether a draft may be published, as far as that can be told before it is built.

`corpus check`, `diff`, `lint --draft`, `publish` and the doctor all ask here, so none of them calls
sound what another refuses.  What is wrong with the labelled cases alone is the gate's to refuse,
and a written reason overrides it.  What may be wrong though it is no error is the linter's.
"""

from pathlib import Path

from bot.measures.labelled import problems_of as problems_of_cases
from bot.publishing.drafts import Draft
from bot.publishing.gate import NOTHING_MEASURED, measurable
from retrieval.guidance import Guidance
from retrieval.labelled.cases import read_queries
from retrieval.reading.register import read_register


def problems_of(draft: Draft) -> list[str]:
    """Everything in its content that keeps *draft* from being published."""
    return [*draft.problems,
            *(f"edit {c.made.id} of {c.made.edit.subject} by {c.made.by}: {c.text}"
              for c in draft.conflicts)]


def problems_with_cases(draft: Draft, base: Guidance, cases: Path) -> list[str]:
    """Everything that keeps *draft* from being published, or needs a reason for it.

    Its labelled cases do the latter: whoever must publish at once can't always mend their file.
    A case may go on naming what edits of this installation have set aside: whoever ticks or
    retires in the console can't edit the file, and the gate knows what stands instead.

    Args:
        draft: What would be published.
        base: What its folder holds, without the edits.
        cases: The file of its labelled cases.
    """
    guidance = draft.guidance
    aside = {*base.provisions, *(guidance.set_aside.keys() - base.set_aside.keys()),
             *draft.went_along}
    return _with_cases(problems_of(draft), guidance, cases, aside)


def faults_of_cases(draft: Draft, base: Guidance, cases: Path) -> list[str]:
    """What is wrong with the labelled cases of a *draft* whose content is sound."""
    return problems_with_cases(draft, base, cases)[len(problems_of(draft)):]


def problems_of_folder(problems: list[str], guidance: Guidance, cases: Path) -> list[str]:
    """The same of a folder that nothing was put in force from yet, read with *problems*."""
    return _with_cases(problems, guidance, cases, set())


def unmeasured(guidance: Guidance, cases: Path) -> list[str]:
    """That the gate will refuse, having nothing to ask; publishing takes it with a reason."""
    if measurable(read_queries(cases), guidance):
        return []
    return [f"{cases.name}:1: {NOTHING_MEASURED}"]


def _with_cases(
    problems: list[str], guidance: Guidance, cases: Path, known: set[str]
) -> list[str]:
    if problems:
        # One slip in a source would else be followed by a line for each case that names it.
        listed = read_register(cases.parent)
        lost = {name for _, name in listed.lines.keys() - listed.retired.keys()}
        known = known | (lost - guidance.set_aside.keys())
    return [*problems, *(line.removeprefix(f"{cases.parent}/")
                         for line in problems_of_cases(cases, guidance, known))]
