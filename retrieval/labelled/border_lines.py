"""Messages within and beyond the texts, by which it is worked out where to decline.

They are neither embedded nor learned from: an encoder is surer of what it has seen than of what
people type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import CorpusError
from retrieval.guidance import Guidance
from retrieval.labelled.cases import BadGold, records

BORDER = "border.jsonl"
"""Lines by which is worked out where our field ends."""


@dataclass(frozen=True, slots=True)
class Line:
    """A message, and the gap it falls into; none where the texts answer it."""

    text: str
    gap: str | None


def read_lines(root: Path, guidance: Guidance) -> tuple[Line, ...]:
    """The lines of the corpus under *root*.

    Raises:
        CorpusError: The file can't be read, a line is no such line, or it names what *guidance*
            lacks; each with file and line.
    """
    lines, problems = [], []
    try:
        found = records(root / BORDER)
    except BadGold as error:
        raise CorpusError([line.removeprefix(f"{root}/")
                           for line in str(error).split("\n")]) from error
    for where, record in found:
        place = where.removeprefix(f"{root}/")
        slip = _slip(record, guidance)
        if slip is not None:
            problems.append(f"{place}: {slip}")
        else:
            lines.append(Line(record["text"], record.get("gap")))
    if problems:
        raise CorpusError(problems)
    return tuple(lines)


def _slip(record: Mapping[str, Any], guidance: Guidance) -> str | None:
    """What is wrong with a line; None for nothing."""
    text, gap = record.get("text"), record.get("gap")
    relevant, within = record.get("relevant"), record.get("within")
    shaped = (isinstance(text, str) and text.strip() and isinstance(gap, str | None)
              and (relevant is None or (isinstance(relevant, list)
                   and all(isinstance(id_, str) for id_ in relevant))))
    if not shaped or sum(map(bool, (gap, relevant, within))) != 1:
        return ("a line is a 'text' with a 'gap', with a list of what is 'relevant', or with "
                "'within': true")
    if gap is not None and gap not in guidance.gap_by_id:
        return f"there is no gap {gap!r}"
    # Who keeps the corpus here retires provisions, and can't rewrite a line that shipped.
    unknown = [id_ for id_ in relevant or ()
               if id_ not in guidance.provisions and id_ not in guidance.set_aside]
    if unknown:
        return f"there is no provision {', '.join(map(repr, unknown))}"
    if other := sorted(record.keys() - {"text", "gap", "relevant", "within"}):
        return f"nobody reads {', '.join(map(repr, other))}; take it out"
    return None
