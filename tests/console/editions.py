"""A later release of the guidance, in which everything has happened that can happen to provisions.

Its official document is invented, like every word of it.
"""

from dataclasses import replace
from datetime import UTC, date, datetime

from bot.console.guidance.cited import Cited
from retrieval.guidance import (
    Checked,
    Confirmation,
    FlagId,
    Guidance,
    Page,
    Provision,
    ProvisionId,
    ReleaseId,
    Retirement,
    Source,
    SourceId,
    SourceKind,
)

FIRST, LATER = ReleaseId("aaa111aaa111"), ReleaseId("bbb222bbb222")
DOCUMENT = SourceId("invented-2020")
PASSAGE, QUOTED = ProvisionId("invented-2020-p8"), ProvisionId("invented-2020-p9")
EDITED, CONFIRMED, RETIRED, INSTEAD, GONE = map(ProvisionId, (
    "ungp-17", "sg-c2-rf3", "ungp-20", "ungp-19", "ungp-21"))
FLAG = FlagId("sg-c2-rf3")
WORDS = ("An invented sentence that the seller weighs. The end-user has watched over reporters "
         "before, and no court had allowed it. A last invented sentence.")
SPOKEN = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def first(guidance: Guidance) -> Guidance:
    """The corpus that ships, under a name."""
    return replace(guidance, release=FIRST)


def later(guidance: Guidance) -> Guidance:
    """A release after it: one provision edited, one confirmed, one retired, one gone, two added."""
    provisions = dict(guidance.provisions)
    edited = provisions[EDITED]
    provisions[EDITED] = replace(
        edited, text=edited.text.replace(".", " with care.", 1), note="Mind the invented note.",
        basis="corrected by U-lead")
    start = WORDS.index("The end-user")
    end = WORDS.index(" A last")
    digest = provisions[CONFIRMED]
    provisions[CONFIRMED] = replace(
        digest, text=WORDS[start:end], checked=Checked.OFFICIAL, page=Page(12, "8"),
        confirmed=Confirmation("slack:T1:U-lead", "2026-11-20T10:00:00.000000+00:00", PASSAGE,
                               start, end, "ab" * 32, digest.text))
    retired = provisions.pop(RETIRED)
    del provisions[GONE]
    official = Provision(
        PASSAGE, DOCUMENT, "Invented guidance, p. 8", "Weighing the end-user", WORDS,
        Checked.OFFICIAL, "passage", url="https://example.org/invented.pdf#page=12",
        page=Page(12, "8"))
    quoted = replace(official, id=QUOTED, pinpoint="Invented guidance, p. 9", page=Page(13),
                     text=WORDS[start:end], same_as=CONFIRMED)
    provisions[PASSAGE] = official
    flags = tuple(
        replace(flag, title=f"{flag.title} (reworded)") if flag.id == FLAG else flag
        for flag in guidance.red_flags)
    return replace(
        guidance, release=LATER, provisions=provisions, red_flags=flags,
        sources={**guidance.sources, DOCUMENT: Source(
            DOCUMENT, "An Invented Guidance for Tests", "Invented guidance (2020)",
            "Department of Invention", SourceKind.GUIDANCE, "nowhere",
            "https://example.org/invented.pdf", "First edition", "free", date(2026, 11, 19))},
        set_aside={
            RETIRED: replace(retired, retired=Retirement(
                "slack:T1:U-lead", "2026-11-21T10:00:00.000000+00:00",
                "It repeats what another says.", INSTEAD)),
            QUOTED: quoted})


class Counts:
    """Citations as they were counted, the same for everybody of one workspace."""

    def __init__(self, workspace="T1", **numbers):
        self._workspace, self._numbers = workspace, numbers

    def cited(self, viewer, provisions):
        if viewer.workspace != self._workspace:
            return {}
        counted = {id_: self._numbers.get(id_.replace("-", "_"), 0) for id_ in provisions}
        return {id_: Cited(n, 2 * n, SPOKEN, f"/?provision={id_}")
                for id_, n in counted.items() if n}
