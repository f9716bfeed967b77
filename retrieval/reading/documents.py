"""YAML as plain data that remembers its lines, and entries validated with file and line.

Reading is strict: a key given twice, an unknown key, or a bare `yes` where a word was meant is
noted as a problem, and reading goes on, so that all problems are told at once.
"""

import dataclasses
import re
from collections.abc import Collection, Hashable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from retrieval import not_utf8
from retrieval.checks import Subject
from retrieval.content import lengths
from retrieval.guidance import (
    Choice,
    Likelihood,
    NarrowScope,
    Question,
    RedFlag,
    Refinement,
    Severity,
    Term,
)
from retrieval.reading.faults_of_yaml import (
    malformed,
    meaningless_tag,
    unseen_sign,
    what_was_wanted,
)

Path_ = tuple[Hashable, ...]
T = TypeVar("T")
MOST_NESTED = 50
"""Tables and lists within one another; what we write has some six."""


@dataclass
class Reader:
    """Collects what was read, where it stood, and what was wrong."""

    root: Path
    problems: list[str] = field(default_factory=list)
    places: dict[Subject, str] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    """Files of which nothing could be read."""
    lost: set[Subject] = field(default_factory=set)
    """Entries that are there and could not be read: who names them names nothing wrong."""

    def complain(self, file: str, line: int, text: str) -> None:
        """Note that something is wrong."""
        self.problems.append(f"{file}:{line}: {lengths.told(text)}")

    def documents(self, file: str) -> Iterator["Document"]:
        """The documents of *file*, as far as it can be read."""
        path = self.root / file
        if not path.is_file():
            self.complain(file, 1, "the file is missing; restore it from the last release")
            self.broken.add(file)
            return
        if path.stat().st_size > lengths.MOST_FILE_BYTES:
            self.complain(file, 1, f"the file has {path.stat().st_size:,} bytes, and "
                          f"{lengths.MOST_FILE_BYTES:,} is the most that is read; part it")
            self.broken.add(file)
            return
        content = path.read_bytes()
        misread = not_utf8.fault(content)
        if misread is not None:
            self.complain(file, *misread)
            self.broken.add(file)
            return
        try:
            nodes = list(yaml.compose_all(content.decode(), Loader=yaml.CSafeLoader))
        except yaml.YAMLError as error:
            line, reason = malformed(content.decode(), error)
            self.complain(file, line, f"not valid YAML: {reason}")
            self.broken.add(file)
            return
        if not any(node is not None for node in nodes):
            self.broken.add(file)
            self.complain(file, 1, "the file is empty; write [] if nothing belongs in it")
        for node in nodes:
            if node is not None:
                document = Document(file, self)
                document.data = document.build(node, ())
                yield document

    def mapping(self, file: str, keys: Collection[str] = ()) -> "Document | None":
        """The one document of *file*, which has to be a table; of no others than *keys*, if any."""
        first = None
        for document in self.documents(file):
            if not isinstance(document.data, dict):
                self.complain(file, 1, "a table of keys and values is expected here")
                self.broken.add(file)
            elif first is not None:
                document.complain((), "a second document begins before this line, and only one is "
                                  "read; take the '---' out")
            else:
                first = document
                for key in document.data:
                    if keys and key not in keys:
                        document.complain((key,), f"{key!r} is no key here; write "
                                          f"{' or '.join(map(repr, keys))}")
        return first

    def entries(self, file: str, cls: type[T]) -> list[T]:
        """The entries that *file* lists, each validated as *cls*."""
        found: list[T] = []
        for document in self.documents(file):
            found += document.sequence(cls, document.data, ())
        return found


@dataclass
class Document:
    """One YAML document as plain data, with the line of every path in it."""

    file: str
    reader: Reader
    data: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)
    _within: list[yaml.Node] = field(default_factory=list)
    """What is being built, from the outermost in."""
    _met: set[int] = field(default_factory=set)
    """Every node that was met, by its identity."""
    _repeated: int = 0
    """How often one was met again: by an alias."""

    def build(self, node: yaml.Node, path: Path_) -> Any:
        """*node* as plain data; its lines are remembered below *path*."""
        line = self.lines[path] = node.start_mark.line + 1
        if node in self._within or len(self._within) >= MOST_NESTED:
            self.complain(path, "this holds itself, by an anchor (&) and its alias (*); write it "
                          "out" if node in self._within else "this is nested too deep", line)
            return None
        if self._is_too_often(node, path, line):
            return None
        tag = meaningless_tag(node)
        if tag:
            self.complain(path, f"a tag ({tag}) stands here, which says nothing to this program; "
                          "put a text that begins with ! in quotes, or take the tag out", line)
        self._within.append(node)
        try:
            return self._built(node, path)
        finally:
            self._within.pop()

    def _is_too_often(self, node: yaml.Node, path: Path_, line: int) -> bool:
        """Whether so much of the file repeats other places of it that no more is taken."""
        if id(node) not in self._met:
            self._met.add(id(node))
            return False
        self._repeated += 1
        if self._repeated == lengths.MOST_REPEATED:
            self.complain(path, "aliases (*) repeat so much of this file that it would never "
                          "end; write it out", line)
            self.reader.broken.add(self.file)
        return self._repeated >= lengths.MOST_REPEATED

    def _built(self, node: yaml.Node, path: Path_) -> Any:
        if isinstance(node, yaml.MappingNode):
            built: dict[str, Any] = {}
            for key_node, value_node in node.value:
                key = key_node.value
                if not isinstance(key_node, yaml.ScalarNode):
                    self.complain(path, "a key is one word, and no list or table",
                                  key_node.start_mark.line + 1)
                    continue
                if key in built:
                    self.complain(
                        (*path, key),
                        f"{key!r} is given twice; the first is at line "
                        f"{self.lines[(*path, key)]}. Keep one",
                        key_node.start_mark.line + 1,
                    )
                    continue
                built[key] = self.build(value_node, (*path, key))
                self.lines[(*path, key)] = key_node.start_mark.line + 1
            return built
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, i)) for i, child in enumerate(node.value)]
        said = unseen_sign(node.value)
        if said:
            self.complain(path, said)
        return _scalar(node)

    def complain(self, path: Path_, text: str, line: int | None = None) -> None:
        """Note that something is wrong at *path*."""
        self.reader.complain(self.file, line or self.line(path), text)

    def line(self, path: Path_) -> int:
        """The line of *path*, or of what holds it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def place(self, path: Path_) -> str:
        """File and line of *path*."""
        return f"{self.file}:{self.line(path)}"

    def entry(self, cls: type[T], data: Any, path: Path_) -> T | None:
        """Validate *data* as the dataclass *cls*; complain and give None when it isn't one."""
        if not isinstance(data, dict):
            self.complain(path, f"{_a(cls)} is a table of keys and values")
            return None
        too_long = list(lengths.excesses(data))
        for inner_path, said in too_long:
            self.complain((*path, *inner_path), f"{_a(cls)}: {said}")
        if too_long:
            self.lose(cls, data)
            return None
        known = {f.name for f in dataclasses.fields(cls)}  # type: ignore[arg-type]  # one of ours
        adapter = _adapter(cls)
        for inner, nested in _NESTED.get(cls, {}).items():
            self._known_keys_within(data.get(inner), nested, (*path, inner))
        for key in data.keys() - known:
            self.complain((*path, key), f"unknown key {key!r} in {_a(cls)}; "
                          f"known are {', '.join(sorted(known))}")
        try:
            made = adapter.validate_python({k: v for k, v in data.items() if k in known})
        except ValidationError as error:
            for problem in error.errors():
                where = (*path, *(p for p in problem["loc"]))
                self.complain(where, _explain(cls, problem))
            self.lose(cls, data)
            return None
        self._no_truth_for_a_number(made, data, path)
        for inner in _NESTED.get(cls, {}):
            self._no_truth_for_a_number(getattr(made, inner), data.get(inner), (*path, inner))
        name = getattr(made, "id", None) or getattr(made, "fact", None)
        if name is not None and cls not in (Term, Refinement) and not self._remember(
                (_noun(cls), str(name)), path):
            return None
        return made  # type: ignore[no-any-return]  # made by the adapter of cls

    def _no_truth_for_a_number(self, made: Any, data: Any, path: Path_) -> None:
        """A bare `yes` would count as the number 1."""
        for key, given in data.items() if isinstance(data, dict) else ():
            if isinstance(given, bool) and type(getattr(made, key, None)) is int:
                self.complain((*path, key), f"{key!r}: write a whole number here; a bare yes, no, "
                              "on or off is a truth value to YAML")

    def lose(self, cls: type[Any], data: Any) -> None:
        """Note that the entry *data* is there and can't be read."""
        if not isinstance(data, dict):
            return
        name = f"{data.get('fact')}.{data.get('value')}" if cls in (Term, Refinement) else (
            data.get("id") or data.get("fact"))
        self.reader.lost.add((_noun(cls), str(name)))

    def _known_keys_within(self, rows: Any, cls: type[Any], path: Path_) -> None:
        known = {f.name for f in dataclasses.fields(cls)}
        placed = enumerate(rows) if isinstance(rows, list) else [(None, rows)]
        for i, row in placed:
            where = path if i is None else (*path, i)
            for key in (row.keys() if isinstance(row, dict) else set()) - known:
                self.complain(where, f"unknown key {key!r} in {_a(cls)}; "
                              "put a text that holds a comma in quotes")

    def _remember(self, subject: Subject, path: Path_) -> bool:
        """Whether *subject* is the first of its name, which alone counts."""
        earlier = self.reader.places.get(subject)
        if earlier is not None:
            self.complain(path, f"{subject[0]} {subject[1]!r} is defined twice; "
                          f"the first is at {earlier}. Ids are unique: rename or remove one")
            return False
        self.reader.places[subject] = self.place(path)
        return True

    def sequence(self, cls: type[T], data: Any, path: Path_) -> list[T]:
        """Validate *data* as a list of *cls*; what is none is complained of and left out."""
        if not isinstance(data, list):
            self.complain(path, f"a list of {_noun(cls)}s is expected here")
            self.reader.broken.add(self.file)
            return []
        made = (self.entry(cls, item, (*path, i)) for i, item in enumerate(data))
        return [one for one in made if one is not None]


def _scalar(node: yaml.Node) -> Any:
    """A scalar with YAML 1.1's types, but a date, 24:7 and 0x1F stay the text they are."""
    if node.tag == "tag:yaml.org,2002:int":
        with suppress(ValueError):
            return int(node.value)
    if node.tag == "tag:yaml.org,2002:bool":
        return node.value.lower() in {"true", "yes", "on"}
    if node.tag == "tag:yaml.org,2002:null":
        return None
    return node.value


_NESTED: Mapping[type[Any], Mapping[str, type[Any]]] = {
    Question: {"choices": Choice, "likely": Likelihood},
    RedFlag: {"severity": Severity},
}
"""Which keys of an entry hold an entry of their own, or a list of them."""

_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(cls: type[Any]) -> TypeAdapter[Any]:
    """The validator of *cls*, made once: making one takes milliseconds."""
    if cls not in _ADAPTERS:
        _ADAPTERS[cls] = TypeAdapter(cls)
    return _ADAPTERS[cls]


def _noun(cls: type[Any]) -> str:
    spaced = re.sub(r"(?<!^)(?=[A-Z])", " ", cls.__name__).lower()
    return {NarrowScope: "scope", Term: "vocabulary entry"}.get(cls, spaced)


def _a(cls: type[Any]) -> str:
    noun = _noun(cls)
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _explain(cls: type[Any], problem: Any) -> str:
    key = ".".join(str(p) for p in problem["loc"])
    if problem["type"] == "missing":
        return f"{_a(cls)} needs the key {key!r}"
    return what_was_wanted(key, f"{key!r} of {_a(cls)}", problem)
