"""First messages, and whether the texts answer them: from them the end of our field is learned.

They come in twins.  "The Nairobi police order, 40 bodycams, has the invoice gone out?" names a
product, a user and a place and yet wants something else, and nearly the same words tell of a deal.
So what a message names says nothing of where it belongs; what it wants does.

All of them are invented; none says anything about a real agency, company or country.
"""

from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import CorpusError
from retrieval.guidance import Guidance
from retrieval.labelled.cases import BadGold, records

FOLDER = "openings"


@dataclass(frozen=True, slots=True)
class Opening:
    """Two messages of much the same words, of which the texts answer one."""

    beyond: str
    """What wants something that they don't speak to."""
    gap: str
    """The id of the gap that this falls into."""
    within: str
    """What is answered."""


def read_openings(root: Path, guidance: Guidance) -> tuple[Opening, ...]:
    """The openings under *root*, in the order of their files.

    Raises:
        CorpusError: A file can't be read, or a line is no opening or names an unknown gap.
    """
    problems: list[str] = []
    found: list[Opening] = []
    for file in sorted((root / FOLDER).glob("*.jsonl")):
        try:
            lines = list(records(file))
        except BadGold as error:
            problems += [line.removeprefix(f"{root}/") for line in str(error).split("\n")]
            continue
        for where, record in lines:
            place = where.removeprefix(f"{root}/")
            values = tuple(record.get(name) for name in ("beyond", "gap", "within"))
            if not all(isinstance(value, str) and value.strip() for value in values):
                problems.append(
                    f'{place}: a line is {{"beyond": …, "gap": …, "within": …}}')
            elif values[1] not in guidance.gap_by_id:
                problems.append(f"{place}: there is no gap {values[1]!r}")
            else:
                found.append(Opening(*map(str, values)))
    if problems:
        raise CorpusError(problems)
    return tuple(found)
