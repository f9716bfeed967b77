"""What a filter of the queue lets pass, in words: for an export, and for a queue on paper."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from bot.casebook.lines import FACT
from bot.casebook.words import sought
from bot.console.lines.filters import ALL_FIELDS, ME, MOST_FIELDS, Filter
from bot.console.wording.called import choices
from bot.console.wording.review_wording import STANDINGS
from bot.console.wording.wording import STATES
from bot.dialogue.naming import naming_questions
from bot.unseen import legible
from retrieval.guidance import Fact, Guidance

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
_SHOWN = 60
"""Characters of what can't be read that are shown: enough to know it again."""


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
        elif name == "text":
            found += _search(value)
        else:
            found.append((_LABELS.get(name, name.removeprefix(FACT)),
                          _VALUES.get(name, {}).get(value, value)))
    return found


def unread_in_words(wanted: Filter, guidance: Guidance | None) -> list[tuple[str, str]]:
    """What a link said that *wanted* is to go by and that can't be read, as labels and values."""
    labels = {**{name: label for name, label, _, _ in choices(guidance, wanted)}, **_LABELS,
              ALL_FIELDS: f"all of it, since it has more than {MOST_FIELDS} fields"}
    return [(labels.get(name, legible(name)[:_SHOWN]), legible(value)[:_SHOWN])
            for name, value in wanted.unread]


def _search(said: str) -> list[tuple[str, str]]:
    """What is searched for, and what of it isn't."""
    _, left = sought(said)
    told = [(_LABELS["text"], said)]
    return [*told, ("Left out of the search", ", ".join(left))] if left else told
