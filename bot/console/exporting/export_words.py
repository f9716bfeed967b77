"""How exports read on the pages: forms, what is taken out, and what a filter lets pass."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from bot.casebook.lines import FACT
from bot.console.lines.filters import ME, Filter
from bot.console.wording.called import choices
from bot.console.wording.review_wording import STANDINGS
from bot.console.wording.wording import STATES
from bot.dialogue.naming import naming_questions
from bot.exporting.asked import Form
from bot.exporting.redacting import Redaction
from retrieval.guidance import Fact, Guidance

FORMS: Mapping[Form, tuple[str, str]] = {
    Form.ZIP: ("Sealed case (ZIP)", "Every row to the letter, the memo, and a program of 150 lines "
               "that proves all of it without us. For regulators, lawyers, the archive."),
    Form.PDF: ("Memo (PDF)", "To read and to print."),
    Form.DOCX: ("Memo (Word)", "To go on writing in."),
    Form.MD: ("Memo (Markdown)", "Plain text with headings."),
    Form.CSV: ("Table for spreadsheets (CSV)", "A line for each row of the log, with names. A cell "
               "that a spreadsheet would take for a formula begins with a quote. UTF-8: Excel "
               "reads it by Data, From Text/CSV."),
    Form.JSONL: ("Rows to the letter (JSON lines)", "For programs; each row can be proved by "
                 "itself. It has ids and no names."),
}
"""What each form is called, and what it is good for."""

TAKES_OUT: Mapping[Redaction, tuple[str, str]] = {
    Redaction.EMAIL: ("E-mail addresses", "such as ada@example.com"),
    Redaction.PHONE: ("Phone numbers", "whatever looks like one, so a long reference number may go "
                      "too; dates stay"),
    Redaction.IP: ("IP addresses", "such as 192.0.2.7 or 2001:db8::1"),
    Redaction.SLACK: ("People by their Slack id", "ids and mentions, who wrote and who acted, and "
                      "the names that stand for them"),
    Redaction.URL: ("Links with keys, and keys", "addresses that hold a token or a password, and "
                    "Slack tokens; other links stay"),
}
"""What each redaction is called, and what it takes out."""

_LABELS = {
    "flag": "Red flag", "consideration": "Consideration", "asker": "Asker",
    "opened": "Opened from", "since": "Changed from", "until": "Opened until",
    "state": "Last reply", "feedback": "Feedback", "unchecked": "Unchecked provisions relied on",
    "handed_over": "Sent to compliance", "reviewed": "Reviewed", "standing": "Review",
    "assigned": "Assigned to", "text": "Words in messages and replies"}
_VALUES: Mapping[str, Mapping[str, str]] = {
    "state": STATES, "assigned": {ME: "me"},
    "standing": {standing.value: said for standing, said in STANDINGS.items()}}
"""By fields whose values are codes, what these are called."""


def filter_in_words(wanted: Filter, guidance: Guidance | None) -> list[tuple[str, str]]:
    """What *wanted* lets pass, as labels and values; its order is left out, the log has its own."""
    questions = {} if guidance is None else {one.fact: one for one in naming_questions(guidance)}
    also = {name: (label, dict(pairs)) for name, label, _, pairs in choices(guidance, wanted)}
    titles: dict[str, str] = {}
    if guidance is not None:
        titles |= {flag.id: flag.title for flag in guidance.red_flags}
        titles |= {one.id: one.title for one in guidance.considerations}
    found = []
    for name, value in parse_qsl(wanted.query()):
        if name == "order":
            continue
        question = questions.get(Fact(name.removeprefix(FACT))) if name.startswith(FACT) else None
        if question is not None:
            found.append((question.label.capitalize(), question.label_of(value)))
        elif name in also:
            label, values = also[name]
            found.append((label, values.get(value, value)))
        elif name in {"flag", "consideration"}:
            found.append((_LABELS[name], titles.get(value, value)))
        else:
            found.append((_LABELS.get(name, name.removeprefix(FACT)),
                          _VALUES.get(name, {}).get(value, value)))
    return found
