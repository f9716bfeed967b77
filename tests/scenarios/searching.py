"""What `advisor search -k 3` finds for the questions of docs/search-examples.md."""

import re

from bot.assembly import Assembly
from bot.dialogue.small_words.lookups import asked_outright
from tests.scenarios.playing import TRANSCRIPTS

PAGE = TRANSCRIPTS.parent / "search-examples.md"
FOUND = 3
_ROW = re.compile(r"^\| (?!question)([^|`]+) \| `.*\|$", re.MULTILINE)


def questions() -> list[str]:
    """The questions of the page, in their order."""
    return _ROW.findall(PAGE.read_text(encoding="utf-8"))


def rewritten(parts: Assembly) -> str:
    """The page with what is found today."""
    return _ROW.sub(lambda row: _row(row[1], parts), PAGE.read_text(encoding="utf-8"))


def _row(question: str, parts: Assembly) -> str:
    guidance = parts.guidance
    (found,) = parts.search([asked_outright(guidance, question, FOUND, parts.topics(question))])
    cells = [f"`{m.provision}` {guidance.provisions[m.provision].pinpoint} "
             f"({m.why}, {m.similarity:.2f})" for m in found.matches[:FOUND]]
    return f"| {' | '.join([question, *cells])} |"
