"""What stands first in the advice.

First what is raised, surely before on something supposed, then what is open.  Within that the
severest harm, and of harms first those that cannot be undone (UNGP 24).  Then what is best
established: provisions compared with the official text, and the guidance's own flags before ours.
"""

from collections.abc import Mapping, Sequence

from bot.dialogue.judging import Finding
from bot.dialogue.reply import Status
from retrieval.guidance import Checked, Consideration, Guidance

_STANDING = {Status.RAISED: 0, Status.OPEN: 2, Status.NOT_RAISED: 3}
_SUPPOSED = 1
_CHECKED = {Checked.OFFICIAL: 0, Checked.SEEN: 1, Checked.UNCHECKED: 2}
_LEAST = (0, 0, 0)

Rank = tuple[int, tuple[int, int, int], int, bool]


def ranked_findings(guidance: Guidance, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """*findings*, the first to look into first; alike ones in the order of the catalogue."""
    return tuple(sorted(findings, key=lambda finding: _rank(guidance, finding)))


def first_finding(guidance: Guidance, findings: Sequence[Finding]) -> Finding | None:
    """The first of `ranked_findings`; None of none."""
    return min(findings, key=lambda finding: _rank(guidance, finding), default=None)


def ranked_considerations(
    guidance: Guidance, stands: Mapping[str, Status], findings: Sequence[Finding]
) -> tuple[Consideration, ...]:
    """The considerations in *stands*, ranked by the flag that stands first under each.

    One that is open though no flag under it is, ranks behind those of which one is.  A flag that
    waits for the stage of the deal alone lifts nothing: that nobody said how far it is, is no sign
    of a complaint.
    """
    first: dict[str, Rank] = {}
    for finding in ranked_findings(guidance, findings):
        if {*finding.missing, *finding.unknown} == {guidance.stage_fact}:
            continue
        first.setdefault(finding.flag.consideration, _rank(guidance, finding))

    def rank(consideration: Consideration) -> tuple[int, Rank, int]:
        status = stands[consideration.id]
        none = (_STANDING[status], _LEAST, len(_CHECKED), True)
        mine = first.get(consideration.id, none)
        return min(mine[0], _STANDING[status]), mine, consideration.number

    applying = (c for c in guidance.considerations if c.id in stands)
    return tuple(sorted(applying, key=rank))


def _rank(guidance: Guidance, finding: Finding) -> Rank:
    flag = finding.flag
    irremediable, scale, scope = flag.severity.first
    standing = _SUPPOSED if finding.tentative else _STANDING[finding.status]
    basis = guidance.provisions[flag.authorities[0]].checked
    return standing, (-irremediable, -scale, -scope), _CHECKED[basis], flag.ours
