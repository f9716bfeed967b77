"""How exports read on the pages: forms, and what is taken out."""

from collections.abc import Mapping

from bot.exporting.asked import Form
from bot.exporting.redacting import Redaction

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
