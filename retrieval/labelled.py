"""Files of labelled cases, and the questions in them with the provisions that answer them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from retrieval.errors import RetrievalError
from retrieval.guidance import Guidance, ProvisionId


class BadGold(RetrievalError):
    """A file of labelled cases can't be used; the message lists every reason with its place."""


@dataclass(frozen=True, slots=True)
class LabelledQuery:
    """A question and the provisions that answer it; none when the corpus has no answer."""

    id: str
    query: str
    relevant: tuple[ProvisionId, ...]
    split: str | None = None
    """`dev` may be tuned on, `test` may not."""
    grades: tuple[int, ...] = ()
    """How well each of `relevant` answers, from 1 to 3; empty where the labels are yes or no."""
    group: str | None = None
    """What sort of question it is; `near` and `outside` are told apart in the figures."""

    def gains(self) -> dict[ProvisionId, int]:
        """What finding each relevant provision is worth."""
        return dict(zip(self.relevant, self.grades or (1,) * len(self.relevant), strict=True))


def read_queries(file: Path) -> tuple[LabelledQuery, ...]:
    """The retrieval cases of *file*: JSON lines, or a YAML list such as `evaluation.yaml`.

    Raises:
        BadGold: The file can't be read, or a retrieval case lacks something.
    """
    problems: list[str] = []
    queries: list[LabelledQuery] = []
    for place, record in records(file):
        if record.get("kind", "retrieval" if "query" in record else "") != "retrieval":
            continue
        query, relevant = record.get("query"), record.get("relevant")
        if not isinstance(query, str) or not query.strip():
            problems.append(f"{place}: 'query' is the question, a text that isn't empty.")
        elif not isinstance(relevant, list) or not all(isinstance(i, str) for i in relevant):
            problems.append(f"{place}: 'relevant' is a list of provision ids; empty for none.")
        elif not _are_grades(record.get("grade"), len(relevant)):
            problems.append(f"{place}: 'grade' holds a whole number of 1 or more for each id.")
        else:
            name = str(record.get("id") or len(queries) + 1)
            graded = _graded(relevant, record.get("grade"))
            ids = tuple(ProvisionId(id_) for id_ in graded)
            grades = tuple(graded.values()) if record.get("grade") else ()
            split, group = record.get("split"), record.get("group")
            queries.append(LabelledQuery(name, query, ids, split, grades, group))
    if problems:
        raise BadGold("\n".join(problems))
    return tuple(queries)


def _are_grades(grades: Any, n: int) -> bool:
    if grades is None:
        return True
    return isinstance(grades, list) and len(grades) == n and all(
        type(grade) is int and grade > 0 for grade in grades
    )


def _graded(relevant: Sequence[str], grades: Sequence[int] | None) -> dict[str, int]:
    """The best grade of each id, in the order in which the ids come first."""
    best: dict[str, int] = {}
    for id_, grade in zip(relevant, grades or [1] * len(relevant), strict=True):
        best[id_] = max(grade, best.get(id_, 0))
    return best


def records(file: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every entry of *file* with the place where it stands.

    Raises:
        BadGold: The file is missing, isn't JSON lines or YAML, or an entry isn't a table.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadGold(f"{file} can't be read: {error}.") from error
    yaml_file = file.suffix in {".yaml", ".yml"}
    found = list(_yaml_entries(file, text) if yaml_file else _json_entries(file, text))
    problems = [
        f"{place}: an entry is a table of keys." for place, r in found if not isinstance(r, dict)
    ]
    if problems:
        raise BadGold("\n".join(problems))
    return found


def _yaml_entries(file: Path, text: str) -> Iterator[tuple[str, Any]]:
    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadGold(f"{file} isn't valid YAML: {error}.") from error
    if not isinstance(loaded, list):
        raise BadGold(f"{file} holds no list of cases.")
    return ((f"{file}, entry {number}", one) for number, one in enumerate(loaded, start=1))


def _json_entries(file: Path, text: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield f"{file}:{number}", json.loads(line)
            except json.JSONDecodeError as error:
                raise BadGold(f"{file}:{number}: not JSON: {error.msg}.") from error


def unknown_ids(queries: Sequence[LabelledQuery], guidance: Guidance) -> list[str]:
    """Ids that *queries* call relevant and the release lacks; nothing can find them."""
    named = dict.fromkeys(id_ for query in queries for id_ in query.relevant)
    return [id_ for id_ in named if id_ not in guidance.provisions]
