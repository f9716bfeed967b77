"""Labelled messages, from which the reading of messages is learned.

Each is split into clauses, and each clause carries the facts that its own words state of the deal
at hand.  A clause that names a thing without stating it ("we lost a bid for drones last year")
carries nothing, and is as instructive.  Values marked with a question mark were hedged.

All of them are invented; none says anything about a real agency, company or country.
"""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from retrieval.errors import CorpusError
from retrieval.guidance import UNKNOWN, Fact, Guidance, QuestionKind
from retrieval.labelled.cases import BadGold, records

FOLDER = "exemplars"

_ROWS = TypeAdapter(list[tuple[str, dict[str, tuple[str, ...]]]])


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a message and what it states."""

    text: str
    tells: Mapping[Fact, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A message, clause by clause; joined with blanks they make the message."""

    clauses: tuple[Clause, ...]


def read_exemplars(
    root: Path, guidance: Guidance, chosen: Callable[[str], bool] | None = None
) -> tuple[Exemplar, ...]:
    """The exemplars under *root*, in all files or those whose names are *chosen*.

    Raises:
        CorpusError: A line is no exemplar, or names a fact or a value that *guidance* lacks.
    """
    with _uncollected():
        return _read(root, guidance, chosen)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold Python's search for garbage still: of a million things that are read none is any.

    It would take two thirds of the time, since it goes through all that was read again and again.
    """
    held = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if held:
            gc.enable()


def _read(
    root: Path, guidance: Guidance, chosen: Callable[[str], bool] | None
) -> tuple[Exemplar, ...]:
    problems: list[str] = []
    found: list[Exemplar] = []
    values = {fact: frozenset(choice.value for choice in question.choices) | {UNKNOWN}
              for fact, question in guidance.questions.items()}
    for file in sorted((root / FOLDER).glob("*.jsonl")):
        if chosen is not None and not chosen(file.name):
            continue
        try:
            lines = records(file)
        except BadGold as error:
            problems += [line.removeprefix(f"{root}/") for line in str(error).split("\n")]
            continue
        for where, record in lines:
            place = where.removeprefix(f"{root}/")
            try:
                rows = _ROWS.validate_python(record["clauses"])
            except (KeyError, TypeError, ValidationError):
                problems.append(f"{place}: a line is {{\"clauses\": [[text, {{fact: [values]}}]]}}")
                continue
            clauses = tuple(Clause(text, _tells(tells)) for text, tells in rows)
            problems += [f"{place}: {what}" for what in _unknown(clauses, values, guidance)]
            found.append(Exemplar(clauses))
    if problems:
        raise CorpusError(problems)
    return tuple(found)


def _tells(tells: Mapping[str, tuple[str, ...]]) -> Mapping[Fact, frozenset[str]]:
    return {Fact(f): frozenset(v.removesuffix("?") for v in values) for f, values in tells.items()}


def _unknown(
    clauses: tuple[Clause, ...], known: Mapping[Fact, frozenset[str]], guidance: Guidance
) -> Iterator[str]:
    for clause in clauses:
        for fact, values in clause.tells.items():
            if fact not in known:
                yield f"there is no fact {fact!r}"
                continue
            if values <= known[fact]:
                continue
            of_country = guidance.questions[fact].kind is QuestionKind.COUNTRY
            for value in sorted(values - known[fact]):
                if not of_country or not _is_code(value):
                    yield f"{fact!r} has no value {value!r}"


def _is_code(value: str) -> bool:
    return len(value) == 2 and value.isupper()
