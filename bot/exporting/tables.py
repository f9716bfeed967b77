"""Many rows of the log as CSV or as JSON lines, one after the other, whatever their number.

A spreadsheet takes a cell that begins like a formula for one, so such a cell gets a quote before
it; JSON lines hold the rows to the letter, and can be checked row by row.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bot.brief.told_beside import speaks_of_evasion
from bot.dialogue.deal import MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.reply import WordedLine
from bot.exporting.memo import detail_of
from bot.exporting.rows import Exported, State, said_first
from bot.exporting.wordings import wordings
from bot.ledger import canonical
from bot.people import bare
from bot.record.log import TURN
from bot.turns.delivery import edited
from bot.turns.echoes import TO, readable
from bot.turns.turn import turn_from
from retrieval.guidance import Checked

COLUMNS = ("workspace", "seq", "conversation", "turn", "kind", "at", "who", "name", "said",
           "understood", "raised", "replied", "composer", "worded", "detail", "release", "state",
           "previous", "digest")
Names = Mapping[tuple[str, str], str]
"""What people are called, by workspace and id."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_APART = re.compile(r"""[;\t\r\n][\s"]*+(?='*([=+\-@＝＋－＠])?)""")
"""What another program may part cells at, and how a formula begins that would follow, if one does.

Where a list is separated by semicolons, a spreadsheet parts lines there, and takes no notice of
quotation marks that don't begin a cell by its own count.  What no formula follows is matched as
well: looked at from each of its blanks, a long run of them took its length squared.
"""


def as_csv(rows: Iterator[Exported], names: Names) -> Iterator[str]:
    """*rows* as CSV by RFC 4180 with a header, in pieces; *names* says what people are called."""
    yield _line(COLUMNS)
    for row in rows:
        yield _line([cell(value) for value in _cells(row, names).values()])


def as_jsonl(rows: Iterator[Exported], _: Names) -> Iterator[str]:
    """*rows* as JSON lines, each canonical, in pieces: to the letter, so without names."""
    for row in rows:
        yield canonical(row.fields()) + "\n"


FORMS: Mapping[str, Callable[[Iterator[Exported], Names], Iterator[str]]] = {
    "csv": as_csv, "jsonl": as_jsonl}


def cell(value: object) -> str:
    """*value* as a cell that no spreadsheet takes for a formula, nor any part of it."""
    text = "" if value is None else str(value)
    begins = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    return ("'" if begins else "") + _APART.sub(
        lambda apart: f"{apart[0]}'" if apart[1] else apart[0], text)


def _line(cells: Any) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _cells(row: Exported, names: Names) -> dict[str, object]:
    body, said = row.told(), row.said()
    cells: dict[str, object] = dict.fromkeys(COLUMNS)
    cells |= {name: getattr(row, name) for name in (
        "workspace", "seq", "conversation", "kind", "at", "state", "previous", "digest")}
    cells |= {"who": row.actor, "name": names.get((row.workspace, bare(row.actor)))}
    if row.kind == TURN and "reply" in body:
        cells |= {
            "turn": body["version"], "said": said.get("text"), "release": body["release"],
            "understood": _understood(body),
            "raised": " ".join(f["flag"] for f in body["findings"] if f["status"] == "raised"),
            "replied": " ".join(line["text"] for line in said_first(body["reply"])),
            "composer": body["composer"],
            "detail": _detail(body, kept=row.state is not State.ERASED),
            "worded": " ".join(f"{line.text} [{' '.join(_provisions(line))}]".lstrip()
                               for line in wordings(row)) or None}
    else:
        said = readable(said)
        to = said.pop(TO, None)
        detail = {**detail_of(body), **({} if to is None else {TO: to})}
        cells |= {"said": " ".join(filter(None, map(_words, said.values()))) or None,
                  "detail": _json(detail) if detail else None}
    return cells


def _detail(body: Mapping[str, Any], *, kept: bool) -> str | None:
    """What else a turn is: of no message of its own, or telling what no other column has."""
    told: dict[str, object] = {}
    if body.get("retakes") is not None:
        told["retakes"] = body["retakes"]
    elif edited(MessageKey(body["key"])) is not None:
        told["edited"] = True
    if beside := _beside(body, kept=kept):
        told["beside"] = beside
    return _json(told) if told else None


def _beside(body: Mapping[str, Any], *, kept: bool) -> list[str]:
    """Ids of what a turn told beside the guidance, with a wish to get round the rules.

    What was asked goes with the words; see `bot.casebook.memory`.
    """
    evasion, told = Intent.EVASION.value, {*(body.get("other_matters") or ())}
    # A turn is read as a whole only where it may speak of that: there are very many rows.
    may = evasion in {*told, body.get("intent"), (body.get("beside") or {}).get("intent"),
                      *(one.get("gap") for one in body.get("found") or ())}
    if may and kept and speaks_of_evasion(turn_from(body, author="", text="")):
        return sorted({*told, evasion})
    return sorted(told - {evasion})


def _words(said: object) -> str:
    """What somebody typed, or as JSON what a language model was sent."""
    return said if isinstance(said, str) else "" if said is None else _json(said)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _provisions(line: WordedLine) -> Iterable[str]:
    """What *line* cites, each once, and of which nobody has held it against the official text."""
    return dict.fromkeys(
        f"{one.provision} (unchecked)" if one.checked is Checked.UNCHECKED else str(one.provision)
        for one in line.citations)


def _understood(body: Mapping[str, Any]) -> str:
    """What a turn was taken to tell, in codes: how surely, and what it takes back."""
    told = [f"{fact}={_values(answer)}" for fact, answer in sorted(
        (body.get("heard") or {}).items()) if answer]
    gone = [f"{fact}={', '.join(sorted(values))}"
            for fact, values in sorted((body.get("withdrawn") or {}).items())]
    gone += sorted({*(body.get("retracted") or ())} - {*(body.get("heard") or ())})
    return "; ".join([*told, *(f"{one} (taken back)" for one in gone)])


def _values(answer: Mapping[str, Any]) -> str:
    """The values of an *answer*, and beside them what was said less surely."""
    values, instead = (", ".join(sorted(one)) for one in (
        answer["values"] or ["?"], answer.get("instead") or ()))
    if instead:
        return f"{values} (not certain: {instead})"
    return values if answer.get("sure", True) else f"{values} (not certain)"
