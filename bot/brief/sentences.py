"""Load what frames a brief from `prompts/brief.yaml`, checked as the bot's replies are."""

from collections.abc import Mapping
from pathlib import Path

from bot.dialogue.phrasing import Wording
from bot.wording import read

FILE = "brief.yaml"

VARIABLES: Mapping[str, frozenset[str]] = {
    "brief.title": frozenset(),
    "brief.no_verdict": frozenset({"contact"}),
    "brief.drawn_up": frozenset({"contact"}),
    "brief.worded": frozenset({"turns"}),
    "brief.tally_gone": frozenset({"n"}),
    "brief.tally": frozenset({"raised", "waiting", "still", "all"}),
    "brief.turns_one": frozenset({"conversation"}),
    "brief.turns_many": frozenset({"conversation", "n"}),
    "brief.older_release": frozenset({"release"}),
    "brief.footing": frozenset({"date"}),
    "brief.log": frozenset({"seq", "digest"}),
    "row.date": frozenset(),
    "row.asker": frozenset(),
    "row.conversation": frozenset(),
    "row.release": frozenset(),
    "row.last_release": frozenset(),
    "row.log": frozenset(),
    "section.understood": frozenset(),
    "section.raised": frozenset(),
    "section.waiting": frozenset(),
    "section.considerations": frozenset(),
    "section.related": frozenset(),
    "section.other_matters": frozenset(),
    "point.take_it_to": frozenset({"text", "whom"}),
    "section.design": frozenset(),
    "section.before_sale": frozenset(),
    "section.after_sale": frozenset(),
    "section.open_facts": frozenset(),
    "section.sources": frozenset(),
    "note.nothing_raised": frozenset(),
    "note.once_raised": frozenset({"flags"}),
    "note.each_waits": frozenset(),
    "note.none_waits": frozenset(),
    "note.no_safeguard": frozenset(),
    "note.all_settled": frozenset(),
    "note.digests": frozenset(),
    "point.fact": frozenset({"label", "value"}),
    "point.unknown": frozenset(),
    "point.once_raised": frozenset({"title", "first", "gone"}),
    "point.missing": frozenset({"facts"}),
    "point.flags": frozenset({"titles"}),
    "point.open": frozenset({"facts"}),
    "point.turn": frozenset({"n"}),
    "point.caution": frozenset({"text"}),
    "tag.supposed": frozenset(),
    "tag.unknown": frozenset(),
    "tag.unanswered": frozenset(),
    "tag.on_supposition": frozenset(),
    "tag.ours": frozenset(),
    "tag.flagged": frozenset(),
    "memo.title": frozenset(),
    "memo.nothing_told": frozenset(),
    "memo.no_release": frozenset({"release"}),
    "memo.no_sources": frozenset(),
    "memo.redacted": frozenset({"kinds"}),
    "memo.erased": frozenset({"n"}),
    "memo.clauses": frozenset(),
    "memo.clauses_note": frozenset(),
    "memo.timeline": frozenset(),
    "memo.row": frozenset({"at", "seq"}),
    "memo.row_turn": frozenset({"at", "n", "seq"}),
    "memo.replied": frozenset({"lead"}),
    "memo.worded": frozenset({"models"}),
    "memo.sentence": frozenset({"model", "n", "rules"}),
    "memo.exact": frozenset(),
    "memo.rests_on": frozenset({"places", "restates"}),
    "memo.kept_back": frozenset(),
    "memo.words_erased": frozenset(),
    "memo.checkpoint": frozenset(),
    "memo.checkpoint_note": frozenset(),
    "memo.checkpoint_rows": frozenset({"rows", "size", "workspace"}),
    "memo.key": frozenset(),
    "memo.sign_off": frozenset(),
    "memo.sign_off_note": frozenset(),
    "memo.reviewer": frozenset(),
    "memo.decision": frozenset(),
    "memo.reasons": frozenset(),
    "memo.day": frozenset(),
    "memo.signature": frozenset(),
}
"""Each sentence a brief uses, and the variables it may name."""


def load(folder: Path, replies: Wording) -> Wording:
    """The sentences of *replies* and, beside them, those of briefs under *folder*.

    Raises:
        BadContent: A sentence is missing, unknown, or names a variable that it isn't given.
    """
    return Wording({**replies.sentences, **read(folder / FILE, VARIABLES)}, replies.contact)
