"""The table of fields that go to a language model, as the documentation has it.

    python -m tests.docs.sent_fields        # writes it into docs/language-model.md anew
"""

import re
from pathlib import Path

from bot.chat import fields
from bot.chat.calls import Use
from bot.chat.prompting import LIMITS

PROJECT = Path(__file__).parents[2]
FILE = PROJECT / "docs" / "language-model.md"
_PLACE = re.compile(r"(?<=<!-- fields -->\n).*?(?=<!-- /fields -->)", re.DOTALL)


def table() -> str:
    """The table, in Markdown, and the list of what is never sent."""
    told = fields.load(PROJECT / "prompts", LIMITS)
    rows = ["| use | field | holds | at most | names masked | why |", "|---|---|---|---|---|---|"]
    rows += [
        f"| {use} | `{field.name}` | {field.holds.strip()} "
        f"| {LIMITS[use][field.name]:,} characters "
        f"| {'yes' if field.masked else 'no names in it'} | {field.why.strip()} |"
        for use in Use for field in told.uses[use]]
    never = [f"- {one}" for one in told.never]
    return "\n".join([*rows, "", "Never sent are:", "", *never, ""])


def written() -> str:
    """What stands there."""
    found = _PLACE.search(FILE.read_text(encoding="utf-8"))
    return "" if found is None else found[0]


if __name__ == "__main__":
    text = FILE.read_text(encoding="utf-8")
    FILE.write_text(_PLACE.sub(lambda _: table(), text), encoding="utf-8")
    print(f"wrote {FILE}")
