"""What a language model worded in a recorded turn, as a row of the log holds it.

The sentences lie among the words of the row, which may have been erased or redacted; what each
restates and cites stands in the body, and stays.
"""

import json
from collections.abc import Sequence

from pydantic import TypeAdapter

from bot.dialogue.reply import WordedLine
from bot.exporting.rows import Exported
from bot.record.log import TURN
from bot.turns.turn import put_back

_LINES = TypeAdapter(tuple[WordedLine, ...])


def wordings(row: Exported) -> tuple[WordedLine, ...]:
    """The sentences in *row*, with an empty text where the words are gone; none of most rows."""
    body = row.told()
    if row.kind != TURN or not body.get("reply", {}).get("worded"):
        return ()
    put_back(body, json.loads(row.said().get("quotes") or "[]"))
    return _LINES.validate_python([
        {**line, "citations": [body["citations"][place] for place in line["citations"]]}
        for line in body["reply"]["worded"]])


def models(rows: Sequence[Exported]) -> tuple[str, ...]:
    """Which models worded something in *rows*, as vendor:model."""
    return tuple(dict.fromkeys(str(row.told()["composer"]) for row in rows if wordings(row)))
