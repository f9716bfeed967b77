"""Files of labelled cases, and the questions in them with the provisions that answer them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from retrieval import not_utf8
from retrieval.content import lengths
from retrieval.errors import RetrievalError
from retrieval.guidance import Guidance, ProvisionId

CASES = "evaluation.yaml"
"""The labelled cases of a corpus."""
MOST_GRADE = 1_000
"""Beyond any scale that somebody grades by, and far from what the measures can't count."""
_HALF = re.compile(r"[\ud800-\udfff]")
"""Half of a surrogate pair."""
_LIST = re.compile(r"\s*\[\s*\{")
"""How a list of tables begins."""


class BadGold(RetrievalError):
    """A file of labelled cases can't be used; the message lists every reason with its place."""


class _GivenTwice(ValueError):
    """A key stands twice in one table, of which the last alone would count."""


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
    wrong: tuple[ProvisionId, ...] = ()
    """Provisions that were shown for it once and must not be again."""
    open: bool = False
    """What answers it isn't said, only what doesn't: it takes no part in the measures of rank."""
    held: bool = False
    """A reviewer approved it, so it has to hold by itself and counts in no average."""

    def gains(self) -> dict[ProvisionId, int]:
        """What finding each relevant provision is worth."""
        return dict(zip(self.relevant, self.grades or (1,) * len(self.relevant), strict=True))


_KINDS = {"query": "retrieval", "says": "dialogue", "base": "pair"}
"""What an entry without a `kind` is, by a key that it holds."""


def kind_of(record: Mapping[str, Any]) -> str:
    """Of which kind an entry is, by its `kind` or else by what it holds; empty where neither says.

    What is of another kind than a reader looks for is left to others.
    """
    return str(record.get("kind") or next((_KINDS[key] for key in _KINDS if key in record), ""))


def id_of(record: Mapping[str, Any], number: int) -> str:
    """The id of an entry; its *number* where it has none."""
    given = record.get("id")
    return str(number if given is None or given == "" else given)


def read_queries(file: Path) -> tuple[LabelledQuery, ...]:
    """The retrieval cases of *file*: JSON lines, or a YAML list such as `evaluation.yaml`.

    Raises:
        BadGold: The file can't be read, or a retrieval case lacks something.
    """
    problems: list[str] = []
    queries: list[LabelledQuery] = []
    for place, record in records(file):
        if kind_of(record) != "retrieval":
            continue
        if (slip := _slip(record)) is not None:
            problems.append(f"{place}: {slip}")
        else:
            queries.append(_query(record, len(queries) + 1))
    if problems:
        raise BadGold("\n".join(problems))
    return tuple(queries)


def _slip(record: Mapping[str, Any]) -> str | None:
    """What is wrong with a retrieval case; None for nothing."""
    query, wrong = record.get("query"), _wrong(record)
    if not isinstance(query, str) or not query.strip():
        return "'query' is the question, a text that isn't empty."
    if not _are_ids(wrong):
        return "'wrong' is a list of provision ids that must not be shown."
    if not _are_ids(record.get("relevant", [] if wrong else None)):
        return "'relevant' is a list of provision ids; empty for none."
    relevant = record.get("relevant", [])
    if not _are_grades(record.get("grade"), len(relevant)):
        return (f"'grade' holds a whole number from 1 to {MOST_GRADE:,} for each id; leave out of "
                "'relevant' what has none.")
    if both := sorted({*relevant} & {*wrong}):
        return f"{', '.join(both)} can't be both 'relevant' and 'wrong'."
    if type(record.get("held", False)) is not bool:
        return "'held' is true or false."
    return None


def _query(record: Mapping[str, Any], number: int) -> LabelledQuery:
    """The retrieval case of *record*, in which nothing is wrong."""
    graded = _graded(record.get("relevant", []), record.get("grade"))
    return LabelledQuery(
        id=id_of(record, number),
        query=record["query"],
        relevant=tuple(ProvisionId(id_) for id_ in graded),
        split=record.get("split"),
        grades=tuple(graded.values()) if record.get("grade") else (),
        group=record.get("group"),
        wrong=tuple(ProvisionId(id_) for id_ in dict.fromkeys(_wrong(record))),
        open="relevant" not in record,
        held=record.get("held", False),
    )


def _wrong(record: Mapping[str, Any]) -> Any:
    return [] if record.get("wrong") is None else record["wrong"]


def _are_ids(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(id_, str) for id_ in value)


def _are_grades(grades: Any, n: int) -> bool:
    if grades is None:
        return True
    return isinstance(grades, list) and len(grades) == n and all(
        type(grade) is int and 0 < grade <= MOST_GRADE for grade in grades
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
        size = file.stat().st_size
        if size > lengths.MOST_FILE_BYTES:
            raise BadGold(f"{file}:1: the file has {size:,} bytes, and "
                          f"{lengths.MOST_FILE_BYTES:,} is the most that is read; part it.")
        if file.is_fifo():  # each sort of case is read for itself, and it would be empty by then
            raise BadGold(f"{file} is a pipe, which can be read only once; write a file of it.")
        content = file.read_bytes()
    except OSError as error:
        raise BadGold(f"{file} can't be read: {error}.") from error
    if (misread := not_utf8.fault(content)) is not None:
        raise BadGold(f"{file}:{misread[0]}: {misread[1]}.")
    text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    yaml_file = file.suffix in {".yaml", ".yml"}
    found = list(_yaml_entries(file, text) if yaml_file else _json_entries(file, text))
    problems = [
        f"{place}: {slip}." for place, r in found if (slip := _slip_of_entry(r)) is not None
    ]
    if problems:
        raise BadGold("\n".join(problems))
    return found


def _slip_of_entry(record: Any) -> str | None:
    """What keeps *record* from being an entry of anything; None for nothing."""
    if not isinstance(record, dict):
        return "an entry is a table of keys"
    for key, value in record.items():
        texts = [*_texts(value)]
        if any(map(_HALF.search, texts)):
            return f"{key!r} holds half of a surrogate pair, which is no text"
        longest = max(map(len, texts), default=0)
        if longest > lengths.LONGEST_SAID:
            return lengths.excess(str(key), longest, lengths.LONGEST_SAID)
    return None


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _yaml_entries(file: Path, text: str) -> Iterator[tuple[str, Any]]:
    loader = yaml.CSafeLoader(text)
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.SequenceNode):
            raise BadGold(f"{file} holds no list of cases.")
        if problems := [f"{file}:{line}: {key!r} is given twice; keep one."
                        for key, line in _given_twice(node)]:
            raise BadGold("\n".join(problems))
        for entry in node.value:
            yield f"{file}:{entry.start_mark.line + 1}", loader.construct_document(entry)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{file}:{mark.line + 1}" if mark is not None else str(file)
        raise BadGold(f"{place}: not valid YAML: {error.problem or error.context}.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # A date that is none, a number of thousands of digits, a table in the place of a key.
        raise BadGold(f"{file}: not valid YAML: {error}.") from error


def _given_twice(node: yaml.Node) -> Iterator[tuple[str, int]]:
    """The keys that stand twice in a table of *node*, each with the line of the second."""
    waiting, seen = [node], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:  # an entry may name itself by an anchor
            continue
        seen.add(id(one))
        if isinstance(one, yaml.SequenceNode):
            waiting += one.value
        elif isinstance(one, yaml.MappingNode):
            waiting += [value for _, value in one.value]
            names = [(key.tag, key.value) for key, _ in one.value
                     if isinstance(key, yaml.ScalarNode)]
            lines = [key.start_mark.line + 1 for key, _ in one.value
                     if isinstance(key, yaml.ScalarNode)]
            yield from ((name[1], line) for n, (name, line) in enumerate(
                zip(names, lines, strict=True)) if name in names[:n])


def _with_each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The table of *pairs*.

    Raises:
        _GivenTwice: With the first key that stands there twice.
    """
    table: dict[str, Any] = {}
    for key, value in pairs:
        if key in table:
            raise _GivenTwice(key)
        table[key] = value
    return table


def _json_entries(file: Path, text: str) -> Iterator[tuple[str, Any]]:
    if _LIST.match(text):
        raise BadGold(f"{file}:1: an entry is a table of keys, in a line of its own, and this is a "
                      "list; part it, or name the file .yaml, where a list may stand.")
    problems = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield f"{file}:{number}", json.loads(
                    line, object_pairs_hook=_with_each_key_once)
            except _GivenTwice as error:
                problems.append(f"{file}:{number}: {error.args[0]!r} is given twice; keep one.")
            except json.JSONDecodeError as error:
                problems.append(f"{file}:{number}: not JSON: {error.msg}.")
            except RecursionError:
                problems.append(f"{file}:{number}: this is nested too deep.")
            except ValueError as error:  # a number of thousands of digits
                problems.append(f"{file}:{number}: not JSON that can be read: {error}.")
    if problems:
        raise BadGold("\n".join(problems))


def unknown_ids(queries: Sequence[LabelledQuery], guidance: Guidance) -> list[str]:
    """Ids that *queries* name and the release lacks; nothing can find them."""
    named = dict.fromkeys(
        id_ for query in queries for id_ in (*query.relevant, *query.wrong)
    )
    return [id_ for id_ in named if id_ not in guidance.provisions]
