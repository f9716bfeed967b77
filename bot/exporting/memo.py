"""The memo of one conversation: its brief, and what somebody needs who reviews and signs.

A memo is a `Brief` with more sections, so every renderer of briefs sets it: drafts of contract
terms, a timeline of all rows of the log, the checkpoint that they are under, and a block to sign.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from bot.brief.document import Brief, Ground, Part, Point, Row, Section
from bot.brief.numbering import Numbering
from bot.brief.told_beside import Then, raised_by, told_beside
from bot.brief.writing import NothingToBrief, brief_of, head_rows
from bot.dialogue.conversation import Conversation
from bot.dialogue.phrasing import Wording
from bot.errors import BadContent
from bot.exporting.redacting import Redactor
from bot.exporting.review_head import review_told
from bot.exporting.rows import Exported, Proved, State
from bot.exporting.timeline import Timeline
from bot.exporting.wordings import models
from bot.record.log import PLACE
from bot.turns.turn import Turn
from retrieval.guidance import Guidance

CLAUSES_FILE = "clauses.yaml"
BLANK = "_" * 56
_OF_ITSELF = {
    "brief.no_verdict": "memo.no_verdict",
    "brief.begun_anew": "memo.begun_anew",
    "brief.worded": "memo.worded_turns",
    "brief.older_release": "memo.older_release",
    "point.once_raised_before": "memo.once_raised_before",
}
"""What a brief says of itself, and what a memo says in its place."""
_SAFEGUARDS = (Part.ANY_TIME, Part.DESIGN, Part.BEFORE_SALE, Part.AFTER_SALE)


def load_clauses(folder: Path) -> Mapping[str, str]:
    """The drafts of contract terms under *folder*, by the id of their safeguard.

    Raises:
        BadContent: The file can't be read, or is something else.
    """
    path = folder / CLAUSES_FILE
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadContent(f"{path}: can't be read: {error}. Restore it from the release.") from None
    if not isinstance(data, dict) or not all(isinstance(text, str) for text in data.values()):
        raise BadContent(f"{path}: expected a text for each safeguard's id.")
    return data


@dataclass(frozen=True, slots=True)
class Told:
    """A conversation as it stands, and what is known beside it."""

    conversation: Conversation
    turns: Sequence[Turn]
    logs: Sequence[Proved]
    asker: str
    link: str | None
    names: Mapping[str, str] = field(default_factory=dict)
    """What people are called, by id."""
    then: Then | None = None
    """Gives the release that a turn was drawn from."""


class Memos:
    """Writes memos.

    Args:
        wording: The sentences of replies and of briefs; see `bot.brief.sentences`.
        clauses: See `load_clauses`.
    """

    def __init__(self, wording: Wording, clauses: Mapping[str, str]) -> None:
        self._wording = wording = replace(wording, sentences={
            **wording.sentences,
            **{brief: wording.sentences[memo] for brief, memo in _OF_ITSELF.items()}})
        self._say = wording.say
        self._clauses = clauses
        self._timeline = Timeline(wording)

    def memo(
        self, told: Told, guidance: Guidance | None, key: str, redactor: Redactor | None,
        now: datetime,
    ) -> Brief:
        """The memo of *told*.

        Args:
            told: The conversation, its turns and rows.
            guidance: The release of its last turn; None where that can't be read any more.
            key: The public key of the log.
            redactor: Has seen the rows; None if nothing is to be taken out.
            now: The memo's date.
        """
        brief = self._brief(told, guidance, now)
        if redactor is not None:
            brief = _redacted(brief, redactor, frozenset(
                map(self._say, ("row.asker", "row.conversation"))))
        rows = [row for one in told.logs for row in one.rows]
        stands = review_told(rows, told.names, guidance, told.conversation.deal,
                             self._wording)
        sections = (
            *brief.sections,
            *(self._contract(brief, guidance) if guidance else ()),
            Section(Part.TIMELINE, self._say("memo.timeline"),
                    self._timeline.points(rows, told.names, guidance)),
            Section(Part.CHECKPOINT, self._say("memo.checkpoint"),
                    tuple(self._checkpoints(told.logs, key)), self._say("memo.checkpoint_note")),
            Section(Part.SIGN_OFF, self._say("memo.sign_off"), tuple(
                Point(self._say(f"memo.{name}"), text=BLANK)
                for name in ("reviewer", "decision", "reasons", "day", "signature")),
                # Or an empty line for a name would read as if nobody had reviewed it.
                self._say("memo.sign_off_note" if stands is None else "memo.sign_off_on_paper")))
        if stands is not None and redactor is not None:
            stands = redactor.clean(stands)
        head = brief.rows if stands is None else (
            *brief.rows, Row(self._say("row.review"), stands))
        return replace(brief, kind=self._say("memo.title"), rows=head, sections=sections,
                       statements=(*brief.statements, *self._statements(rows, redactor)))

    def _asker(self, told: Told) -> str:
        return told.asker or self._say("timeline.nobody")

    def _brief(self, told: Told, guidance: Guidance | None, now: datetime) -> Brief:
        if guidance is not None:
            try:
                return brief_of(told.conversation, told.turns, guidance, self._wording,
                                asker=self._asker(told), link=told.link, now=now,
                                then=told.then)
            except NothingToBrief:
                pass
        say, utc = self._say, now.astimezone(UTC)
        rows = tuple(head_rows(
            told.conversation, told.turns, guidance, self._wording, asker=self._asker(told),
            link=told.link, now=now)) if guidance is not None else (
                Row(say("row.date"), f"{utc.day} {utc:%B %Y, %H:%M} UTC"),
                Row(say("row.asker"), self._asker(told)),
                Row(say("row.conversation"), told.conversation.id, told.link))
        numbering = None if guidance is None else Numbering(guidance)
        beside = () if guidance is None or numbering is None else tuple(
            told_beside(told.turns, guidance, say, numbering.marks, told.then))
        left = any(turn.message.heard for turn in told.turns)
        raised = () if guidance is None else raised_by(told.turns, guidance)
        upshot = (say("memo.no_release", release=told.turns[-1].release) if guidance is None
                  else say("memo.nothing_left") if left
                  else say("memo.nothing_but") if beside else say("memo.nothing_told"))
        origins = () if numbering is None else numbering.origins(say)
        return Brief(
            kind=say("memo.title"), subject="", at=now, rows=rows, upshot=upshot,
            upshot_marks=(), tally="", statements=(
                say("brief.no_verdict"),
                *((say("memo.raised_then", flags="; ".join(raised)),) if raised else ())),
            sections=(Section(Part.OTHER_MATTERS, say("section.other_matters"), beside),
                      ) if beside else (),
            sources=say("section.sources"),
            sources_note=say("note.digests" if origins else "memo.no_sources"), origins=origins,
            footing=say("brief.footing", date=f"{utc.day} {utc:%B %Y}"))

    def _statements(
        self, rows: Sequence[Exported], redactor: Redactor | None
    ) -> Iterator[str]:
        if redactor is not None:
            yield self._say("memo.redacted", kinds=", ".join(sorted(redactor.kinds)))
        if named := models(rows):
            yield self._say("memo.worded", models=", ".join(named))
        if erased := sum(row.state is State.ERASED for row in rows):
            yield self._say("memo.erased", n=erased)

    def _contract(self, brief: Brief, guidance: Guidance) -> Iterator[Section]:
        """Drafts for the safeguards that are suggested, each with their marks."""
        drafts = {s.title: self._clauses[s.id]
                  for s in guidance.safeguards.values() if s.id in self._clauses}
        points = [
            Point(point.head, text=drafts[point.head], marks=point.marks)
            for section in brief.sections if section.part in _SAFEGUARDS
            for point in section.points if point.head in drafts]
        if points:
            yield Section(Part.CLAUSES, self._say("memo.clauses"), tuple(points),
                          self._say("memo.clauses_note"))

    def _checkpoints(self, logs: Sequence[Proved], key: str) -> Iterator[Point]:
        for one in logs:
            head = self._say("memo.checkpoint_rows", workspace=one.workspace or "-",
                             rows=len(one.rows), size=one.size)
            yield Point(head, grounds=tuple(
                Ground(line) for line in one.note.splitlines() if line))
        yield Point(self._say("memo.key"), text=key)


def detail_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a body says beside where and when."""
    return {name: value for name, value in body.items() if name not in PLACE}


def _redacted(brief: Brief, redactor: Redactor, of_people: Collection[str]) -> Brief:
    """*brief* without what *redactor* takes out of the person's words, names and links.

    Where a fact is asked for in words, its value is the person's words as well.  Of the rows of
    the head those with the labels *of_people* are: the digits of a release are no phone number.
    """
    def ground(one: Ground) -> Ground:
        return replace(one, fact=redactor.clean(one.fact),
                       said=redactor.quote(one.said) if one.said else "")

    def row(one: Row) -> Row:
        if one.label not in of_people:
            return one
        url = one.url if one.url is None or redactor.clean(one.url) == one.url else None
        return replace(one, value=redactor.clean(one.value), url=url)

    def point(one: Point, part: Part) -> Point:
        # What was understood stands in the head; all other heads are the guidance's.
        head = redactor.clean(one.head) if part is Part.UNDERSTOOD else one.head
        return replace(one, head=head, grounds=tuple(map(ground, one.grounds)))

    sections = tuple(
        replace(section, points=tuple(point(one, section.part) for one in section.points))
        for section in brief.sections)
    return replace(brief, subject=redactor.clean(brief.subject),
                   rows=tuple(map(row, brief.rows)), sections=sections)
