"""How codes and marks read on the pages of the console: always in words, never by colour alone."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.casebook.standing import COMMENTED, DROPPED
from bot.console.lines.listing import Line
from bot.dialogue.intents import Intent
from bot.people import PROGRAMS
from bot.record.deletions import Deletion, What
from bot.record.spoken import FROM_SLACK
from bot.turns.turn import Turn
from bot.turns.untyped import Untyped, untyped
from retrieval.guidance import Checked

NO_MODEL = "plain"
"""The composer of a reply that no language model worded."""
CHECKED: Mapping[Checked, str] = {
    Checked.OFFICIAL: "official text",
    Checked.SEEN: "our digest, seen in a reliable source",
    Checked.UNCHECKED: "our digest, not checked",
}
STATES: Mapping[str, str] = {
    "ask": "being asked",
    "advice": "advised",
    "decline": "declined",
    "": "can’t be read",
}
UNTYPED: Mapping[Untyped, str] = {
    Untyped.ADVISE_NOW: "Pressed “Advise now”",
    Untyped.WHY: "Pressed “Why do you ask?”",
    Untyped.GO_ON: "Pressed “Ask me more”",
    Untyped.MORE_SAFEGUARDS: "Pressed “… more safeguards”",
    Untyped.CHOSEN: "Chose from what was offered",
    Untyped.FORM: "Sent the form of a deal",
    Untyped.CORRECTION: "Corrected the facts in the form",
    Untyped.TRIED_OUT: "Tried out in the form what would be different",
    Untyped.MENTION: "Mentioned Advisor without a word",
    Untyped.PRESSED: "A button or a form",
}
GRAVITY: Mapping[int, tuple[str, str]] = {
    3: ("▲▲▲", "grave"),
    2: ("▲▲", "serious"),
    1: ("▲", "of note"),
    0: ("△", "of unknown gravity"),
}
"""A shape and a word for how grave a flag is."""
SHAPES: Mapping[str, str] = {
    "lapsed": "✗", "sent": "→", "down": "▼", "grave": "▲", "late": "↺", "corrected": "↻",
    "far": "≈", "skipped": "∅", "unchecked": "?", "round": "⤳", "beside": "‡", "raised": "△",
    "since": "‡",
}
REASONS: Mapping[str, str] = {
    "sent": "Sent to compliance",
    "down": "Thumbs down",
    "round": "Getting round the rules",
    "grave": "Grave flags",
    "beside": "Told beside the guidance",
    "since": "Told beside it since a sign-off",
    "raised": "Red flags",
    "late": "Corrected after advice",
    "corrected": "Contradicted",
    "far": "Passage not near",
    "skipped": "Left unanswered",
    "unchecked": "Unchecked provisions",
    "lapsed": "Sign-off lapsed",
}
"""Why a conversation is worth a review, as the head of a column."""
HAPPENED: Mapping[str, str] = {
    "feedback": "Feedback",
    "comment": "Comment",
    "handed_over": "Sent to compliance",
    "briefed": "Brief written",
    "watch": "Watch date",
    "reminded": "Reminded",
    "unchanged": "Nothing has changed",
    "listening": "Listening in the thread",
    "moved": "Moved to a private conversation",
    "refused_outsider": "Refused to somebody from outside",
    "erased": "Words erased",
    "held": "Legal hold",
    "released": "Legal hold lifted",
    "assigned": "Review assigned",
    "review_begun": "Review begun",
    "review_left": "Review left",
    "review_comment": "Comment of a reviewer",
    "asked_person": "Question to the person",
    "question_dropped": "Answer no longer waited for",
    "marked": "Consideration marked",
    "verdict": "Verdict on an answer",
    "verdict_approved": "Verdict made a labelled case",
    "verdict_refused": "Verdict refused",
    "signed_off": "Signed off",
    "lapsed": "Sign-off lapsed",
    "sign_off_withdrawn": "Sign-off withdrawn",
    "viewed": "Read",
    "exported": "Exported",
    "unanswered": "Given up: no answer could be made",
    "undelivered": "The reply could not be posted",
    "delivered_late": "The reply was posted after all",
    "deleted": "Deleted in Slack",
    "told": "Told of changed guidance",
    "published": "Guidance published",
    "configured": "Settings in force",
    "model_call": "Language model asked",
    "chat_allowed": "Whether a language model may be used",
    "installed": "App installed",
    "uninstalled": "App removed",
    "restored": "Restored from a back-up",
    "retention": "Retention period set",
}


def what_is_gone(deletion: Deletion) -> str:
    """What was deleted in Slack, in a few words."""
    if deletion.what is What.MESSAGE:
        return "the message"
    if deletion.what is What.UNANSWERED:
        return "a message, before it was answered"
    whole = deletion.parts == 1
    return "the reply" if whole else f"message {deletion.part} of {deletion.parts} of the reply"


def reason(code: str, number: int, beside: Sequence[tuple[str, int]] = ()) -> str:
    """Why a conversation is worth a review, in a few words; *beside* are all of its reasons."""
    many = number != 1
    in_all = " in all" if "grave" in dict(beside) else ""
    return {
        "lapsed": "signed off, and that no longer holds",
        "sent": "sent to compliance",
        "down": f"{number} thumb{'s' if many else ''} down",
        "round": "getting round the rules was spoken of",
        "grave": f"{number} grave flag{'s' if many else ''} raised",
        "beside": f"{number} matter{'s' if many else ''} told that the guidance is silent on",
        "since": f"signed off, and {number} matter{'s' if many else ''} told since that the "
                 "guidance is silent on",
        "raised": f"{number} red flag{'s' if many else ''} raised{in_all}",
        "late": f"{number} fact{'s' if many else ''} corrected after advice",
        "corrected": f"{number} fact{'s' if many else ''} contradicted",
        "far": f"a passage relied on is only {number / 1000:.2f} near",
        "skipped": f"{number} question{'s' if many else ''} left unanswered",
        "unchecked": f"{number} unchecked provision{'s' if many else ''} relied on",
    }.get(code, code)


def told(reasons: Sequence[tuple[str, int]]) -> Sequence[tuple[str, int]]:
    """Of the *reasons* for a review those that say something beside the others.

    That red flags are raised says nothing more where all of them are grave.
    """
    grave = dict(reasons).get("grave")
    return [(code, number) for code, number in reasons if code != "raised" or number != grave]


def nothing_typed(turn: Turn) -> str:
    """What was done in a turn that has no text, in a few words."""
    where = None if turn.circumstances is None else turn.circumstances.where
    done = untyped(None if where is None else where.act, turn.message.intent.value,
                   tells=bool(turn.message.heard))
    return UNTYPED[done]


def differs(turn: Turn) -> str:
    """In which way a turn holds two advices against each other; empty where it doesn't."""
    if turn.reply.changes is None:
        return ""
    return {Intent.WHAT_IF: "~ only tried out", Intent.COMPARE: "= compared"}.get(
        turn.message.intent, "↻ corrected")


def standing(line: Line) -> str:
    """What stands where there is no reason for a review."""
    return "Reviewed" if line.reviewed else "Nothing stands out"


def worded_by(composer: str) -> str:
    """Who put a reply into words: a language model by its name, or none."""
    return "Advisor’s own sentences, no language model" if composer == NO_MODEL else composer


def when(moment: datetime) -> str:
    """A time as people read it, in UTC."""
    return f"{moment:%d %b %Y, %H:%M} UTC"


def day(moment: date) -> str:
    """A day as people read it."""
    return f"{moment.day} {moment:%B %Y}"


def happened(kind: str, body: Mapping[str, Any] | None = None) -> str:
    """A kind of row of the log in words.

    By its *body* a question that is no longer waited for may have been answered in a turn, and a
    comment may be an objection, or take one back and say nothing else.
    """
    body = body or {}
    if kind == DROPPED and body.get("turn") is not None:
        return "Taken for the answer by a reviewer"
    if kind == COMMENTED and body.get("withdraws") is not None:
        return "Objection taken back"
    if kind == COMMENTED and body.get("objects"):
        return "Objection of a reviewer"
    return HAPPENED.get(kind, kind.replace("_", " ").capitalize())


def nobody_of_slack(conversation: str, *, erased: bool) -> str:
    """Who opened *conversation* where nobody is named: somebody *erased*, or no person at all."""
    if not conversation.startswith(FROM_SLACK):
        return "a program"
    return "name erased" if erased else "–"


def person(name: str | None) -> str:
    """Somebody by their id in Slack; who was erased has none."""
    user = (name or "").rpartition(":")[2]
    return PROGRAMS.get(user, user) or "erased"
