"""Read `guidance_corpus/` into a `Guidance`, or say everything that is wrong with it at once.

Each problem names file and line.  Reading is strict: a key given twice, an unknown key, a bare
`yes` where a word was meant, or a table over a fact that no question asks for is an error, since
a slip here would silently change what the bot advises.
"""

import dataclasses
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import pycountry
import yaml
from pydantic import TypeAdapter, ValidationError

from retrieval.checks import Problem, Subject, check
from retrieval.errors import CorpusError
from retrieval.guidance import (
    Choice,
    Consideration,
    DealStage,
    Fact,
    Gap,
    GlossaryEntry,
    Guidance,
    Likelihood,
    NarrowScope,
    Provision,
    Question,
    QuestionGroup,
    QuestionKind,
    RedFlag,
    Refinement,
    ReleaseId,
    Safeguard,
    Severity,
    Source,
    Term,
    Vocabulary,
)
from retrieval.labelled import BadGold, read_queries

Path_ = tuple[Hashable, ...]
T = TypeVar("T")

REGISTER = "register.tsv"
"""Every id ever shipped, with its kind; see `check_register`."""

QUERIES = "queries"
"""Where labelled questions lie in a corpus, in the format of a gold file."""
ANSWERS_WELL = 2
"""Grade from which a provision is found by a labelled question."""


@dataclass
class _Reader:
    """Collects what was read, where it stood, and what was wrong."""

    root: Path
    problems: list[str] = field(default_factory=list)
    places: dict[Subject, str] = field(default_factory=dict)

    def complain(self, file: str, line: int, text: str) -> None:
        self.problems.append(f"{file}:{line}: {text}")

    def documents(self, file: str) -> Iterator["_Document"]:
        path = self.root / file
        if not path.is_file():
            self.complain(file, 1, "the file is missing; restore it from the last release")
            return
        text = path.read_text(encoding="utf-8")
        try:
            nodes = list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            reason = getattr(error, "problem", None) or str(error).splitlines()[0]
            self.complain(file, mark.line + 1 if mark else 1, f"not valid YAML: {reason}")
            return
        if not any(node is not None for node in nodes):
            self.complain(file, 1, "the file is empty; write [] if nothing belongs in it")
        for node in nodes:
            if node is not None:
                document = _Document(file, self)
                document.data = document.build(node, ())
                yield document

    def mapping(self, file: str) -> "_Document | None":
        for document in self.documents(file):
            if isinstance(document.data, dict):
                return document
            self.complain(file, 1, "a table of keys and values is expected here")
        return None

    def entries(self, file: str, cls: type[T]) -> list[T]:
        found: list[T] = []
        for document in self.documents(file):
            found += document.sequence(cls, document.data, ())
        return found


@dataclass
class _Document:
    """One YAML document as plain data, with the line of every path in it."""

    file: str
    reader: _Reader
    data: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)

    def build(self, node: yaml.Node, path: Path_) -> Any:
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            built: dict[str, Any] = {}
            for key_node, value_node in node.value:
                key = key_node.value
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
        return _scalar(node)

    def complain(self, path: Path_, text: str, line: int | None = None) -> None:
        self.reader.complain(self.file, line or self.line(path), text)

    def line(self, path: Path_) -> int:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def place(self, path: Path_) -> str:
        return f"{self.file}:{self.line(path)}"

    def entry(self, cls: type[T], data: Any, path: Path_) -> T | None:
        """Validate *data* as the dataclass *cls*; complain and give None when it isn't one."""
        if not isinstance(data, dict):
            self.complain(path, f"a {_noun(cls)} is a table of keys and values")
            return None
        known = {f.name for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
        adapter = _adapter(cls)
        for inner, nested in _NESTED.get(cls, {}).items():
            self._known_keys_within(data.get(inner), nested, (*path, inner))
        for key in data.keys() - known:
            self.complain((*path, key), f"unknown key {key!r} in a {_noun(cls)}; "
                          f"known are {', '.join(sorted(known))}")
        try:
            made = adapter.validate_python({k: v for k, v in data.items() if k in known})
        except ValidationError as error:
            for problem in error.errors():
                where = (*path, *(p for p in problem["loc"]))
                self.complain(where, _explain(cls, problem))
            return None
        name = getattr(made, "id", None) or getattr(made, "fact", None)
        if name is not None and cls not in (Term, Refinement):
            self._remember((_noun(cls), str(name)), path)
        return made  # type: ignore[no-any-return]

    def _known_keys_within(self, rows: Any, cls: type[Any], path: Path_) -> None:
        known = {f.name for f in dataclasses.fields(cls)}
        placed = enumerate(rows) if isinstance(rows, list) else [(None, rows)]
        for i, row in placed:
            where = path if i is None else (*path, i)
            for key in (row.keys() if isinstance(row, dict) else set()) - known:
                self.complain(where, f"unknown key {key!r} in a {_noun(cls)}; "
                              "put a text that holds a comma in quotes")

    def _remember(self, subject: Subject, path: Path_) -> None:
        earlier = self.reader.places.get(subject)
        if earlier is not None:
            self.complain(path, f"{subject[0]} {subject[1]!r} is defined twice; "
                          f"the first is at {earlier}. Ids are unique: rename or remove one")
        else:
            self.reader.places[subject] = self.place(path)

    def sequence(self, cls: type[T], data: Any, path: Path_) -> list[T]:
        if not isinstance(data, list):
            self.complain(path, f"a list of {_noun(cls)}s is expected here")
            return []
        made = (self.entry(cls, item, (*path, i)) for i, item in enumerate(data))
        return [one for one in made if one is not None]


def _scalar(node: yaml.Node) -> Any:
    """A scalar with YAML 1.1's types, but a date stays the text it is."""
    if node.tag == "tag:yaml.org,2002:int":
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
    return {
        RedFlag: "red flag",
        QuestionGroup: "question group",
        NarrowScope: "scope",
        GlossaryEntry: "glossary entry",
        Term: "vocabulary entry",
    }.get(cls, cls.__name__.lower())


def _explain(cls: type[Any], problem: Any) -> str:
    key = ".".join(str(p) for p in problem["loc"])
    given = problem.get("input")
    if isinstance(given, bool):
        return f"{key!r}: write \"yes\" or \"no\" in quotes; bare, YAML reads a truth value"
    if problem["type"] == "missing":
        return f"a {_noun(cls)} needs the key {key!r}"
    return f"{key!r} of a {_noun(cls)}: {problem['msg']}"


UNRELEASED = ReleaseId("unreleased")
"""Names content that has been read but not yet named by its digest."""


def read(root: Path, release: ReleaseId = UNRELEASED) -> Guidance:
    """Read and check the corpus under *root*.

    Raises:
        CorpusError: With every problem found, each as `file:line: what is wrong and what to do`.
    """
    guidance, problems = read_all(root, release)
    if problems:
        raise CorpusError(problems)
    return guidance


def read_all(
    root: Path, release: ReleaseId = UNRELEASED
) -> tuple[Guidance, list[str]]:
    """Read as much as can be read, and list what is wrong instead of raising."""
    reader = _Reader(root)
    sources, provisions = _read_sources(reader)
    provisions = _with_answered(provisions, reader)
    considerations = reader.entries("considerations.yaml", Consideration)
    questions = reader.entries("questions.yaml", Question)
    flags = reader.entries("red_flags.yaml", RedFlag)
    stage_order, safeguards = _read_safeguards(reader)
    groups = reader.entries("question_groups.yaml", QuestionGroup)
    scopes = reader.entries("scope.yaml", NarrowScope)
    vocabulary = _read_vocabulary(reader)
    guidance = Guidance(
        release=release,
        sources={s.id: s for s in sources},
        provisions={p.id: p for p in provisions},
        considerations=tuple(sorted(considerations, key=lambda c: c.number)),
        red_flags=tuple(flags),
        safeguards={s.id: s for s in safeguards},
        stage_order=stage_order,
        questions={q.fact: _with_countries(q) for q in questions},
        groups=tuple(groups),
        gaps=tuple(reader.entries("gaps.yaml", Gap)),
        scopes=tuple(scopes),
        vocabulary=vocabulary,
    )
    found = [_placed(problem, reader.places) for problem in check(guidance)]
    found += check_register(root, guidance)
    return guidance, reader.problems + found


def _placed(problem: Problem, places: Mapping[Subject, str]) -> str:
    kind, name = problem.subject
    elsewhere = "phrases.yaml:1" if kind == "cue list" else "guidance corpus"
    place = places.get(problem.subject, elsewhere)
    return f"{place}: {kind} {name!r}: {problem.text}"


def _read_sources(reader: _Reader) -> tuple[list[Source], list[Provision]]:
    sources: list[Source] = []
    provisions: list[Provision] = []
    files = sorted((reader.root / "sources").glob("*.yaml"))
    if not files:
        reader.complain("sources", 1, "no source file is there; nothing could be cited")
    for file in files:
        for document in reader.documents(f"sources/{file.name}"):
            data = document.data
            if not isinstance(data, dict) or "source" not in data or "provisions" not in data:
                document.complain((), "each document holds the keys 'source' and 'provisions'")
                continue
            for key in data.keys() - {"source", "provisions"}:
                document.complain((key,), f"unknown key {key!r} beside 'source' and 'provisions'")
            source = document.entry(Source, data["source"], ("source",))
            if source is None:
                continue
            sources.append(source)
            rows = data["provisions"]
            if isinstance(rows, list):
                rows = [{**r, "source": source.id} if isinstance(r, dict) else r for r in rows]
            provisions += document.sequence(Provision, rows, ("provisions",))
    return sources, provisions


def _with_answered(provisions: Sequence[Provision], reader: _Reader) -> list[Provision]:
    """*provisions* with the labelled questions under `queries` that each answers well."""
    answered: dict[str, list[str]] = {p.id: [] for p in provisions}
    for file in sorted((reader.root / QUERIES).glob("*.jsonl")):
        try:
            queries = read_queries(file)
        except BadGold as error:
            reader.problems += [line.removeprefix(f"{reader.root}/")
                                for line in str(error).split("\n")]
            continue
        for query in queries:
            for id_, grade in query.gains().items():
                if id_ not in answered:
                    reader.complain(f"{QUERIES}/{file.name}", int(query.id),
                                    f"there is no provision {id_!r} to answer {query.query!r}")
                elif grade >= ANSWERS_WELL:
                    answered[id_].append(query.query)
    return [replace(p, answered=(*p.answered, *answered[p.id])) for p in provisions]


def _read_safeguards(
    reader: _Reader,
) -> tuple[dict[str, tuple[DealStage, ...]], list[Safeguard]]:
    document = reader.mapping("safeguards.yaml")
    if document is None:
        return {}, []
    safeguards = document.sequence(Safeguard, document.data.get("safeguards"), ("safeguards",))
    try:
        order = TypeAdapter(dict[str, tuple[DealStage, ...]]).validate_python(
            document.data.get("stage_order")
        )
    except ValidationError as error:
        for problem in error.errors():
            document.complain(("stage_order", *problem["loc"]), problem["msg"])
        order = {}
    return order, safeguards


def _read_vocabulary(reader: _Reader) -> Vocabulary:
    terms: list[Term] = []
    refinements: list[Refinement] = []
    for file in sorted((reader.root / "vocabulary").glob("*.yaml")):
        document = reader.mapping(f"vocabulary/{file.name}")
        if document is None:
            continue
        for fact, values in document.data.items():
            if fact == "refinements":
                refinements += document.sequence(Refinement, values, (fact,))
            elif isinstance(values, dict):
                for value, body in values.items():
                    entry = {"fact": fact, "value": value, **(body or {})}
                    term = document.entry(Term, entry, (fact, value))
                    if term is not None:
                        terms.append(term)
                        place = document.place((fact, value))
                        reader.places.setdefault(("vocabulary entry", f"{fact}.{value}"), place)
            else:
                document.complain((fact,), f"{fact!r} holds a table of value to terms")
    phrases = reader.mapping("phrases.yaml")
    cues = _phrase_lists(phrases, "cues")
    intents = _phrase_lists(phrases, "intents")
    return Vocabulary(
        terms=tuple(terms) + tuple(_country_names(terms)),
        cues=cues,
        intents=intents,
        glossary=tuple(reader.entries("glossary.yaml", GlossaryEntry)),
        refinements=tuple(refinements),
        english=english_words(),
    )


def _phrase_lists(document: _Document | None, key: str) -> dict[str, tuple[str, ...]]:
    if document is None:
        return {}
    try:
        return TypeAdapter(dict[str, tuple[str, ...]]).validate_python(document.data.get(key))
    except ValidationError as error:
        for problem in error.errors():
            document.complain((key, *problem["loc"]), problem["msg"])
        return {}


def _with_countries(question: Question) -> Question:
    if question.kind is not QuestionKind.COUNTRY:
        return question
    codes = sorted(country_codes(), key=country_name)
    return dataclasses.replace(
        question, choices=tuple(Choice(code, country_name(code)) for code in codes)
    )


def _country_names(terms: Sequence[Term]) -> Iterator[Term]:
    """The names of the ISO list, less what the vocabulary says of a country already."""
    listed = {
        name.casefold()
        for t in terms
        if t.fact == "country"
        for name in (*t.terms, *t.weak, *t.asked)
    }
    for country in pycountry.countries:
        names = {
            getattr(country, key)
            for key in ("name", "common_name", "official_name")
            if getattr(country, key, None)
        }
        plain = {n.replace("(", "").replace(")", "") for n in names if "," not in n}
        fresh = sorted(n for n in plain if n.casefold() not in listed)
        if fresh:
            yield Term(Fact("country"), country.alpha_2, terms=tuple(fresh))


def country_codes() -> frozenset[str]:
    """All ISO 3166-1 alpha-2 codes."""
    return frozenset(country.alpha_2 for country in pycountry.countries)


def country_name(code: str) -> str:
    """The short English name of an ISO 3166-1 alpha-2 *code*; the code itself if unknown."""
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        return code
    name = str(getattr(country, "common_name", None) or country.name)
    head, _, tail = name.partition(", ")
    return f"{tail} {head}" if tail else name


@cache
def english_words() -> frozenset[str]:
    """Ordinary English words: the frequency dictionary that symspellpy ships."""
    file = resources.files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt")
    with file.open(encoding="utf-8-sig") as lines:
        return frozenset(line.split(" ", 1)[0] for line in lines)


def register_of(guidance: Guidance) -> list[tuple[str, str]]:
    """Every id of *guidance* with its kind, sorted: the content of `register.tsv`."""
    rows = [("provision", str(i)) for i in guidance.provisions]
    rows += [("red flag", str(f.id)) for f in guidance.red_flags]
    rows += [("safeguard", str(i)) for i in guidance.safeguards]
    rows += [("fact", str(f)) for f in guidance.questions]
    return sorted(rows)


def check_register(root: Path, guidance: Guidance) -> list[str]:
    """Problems of ids against the register of ids ever shipped: none may vanish unnoticed."""
    path = root / REGISTER
    if not path.is_file():
        return [f"{REGISTER}:1: the register of ids is missing; write it with "
                "'advisor corpus register'"]
    listed: dict[tuple[str, str], int] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        kind, _, name = line.partition("\t")
        if name:
            listed[(kind, name)] = number
    now = set(register_of(guidance))
    problems = [
        f"{REGISTER}:{number}: {kind} {name!r} was shipped before and is gone. Ids are for ever: "
        "restore it, or mark it retired in its text"
        for (kind, name), number in listed.items()
        if (kind, name) not in now
    ]
    problems += [
        f"{REGISTER}:1: {kind} {name!r} is new and not registered; run "
        "'advisor corpus register' and commit the result"
        for kind, name in sorted(now - listed.keys())
    ]
    return problems


def register(root: Path, guidance: Guidance) -> int:
    """Add the new ids of *guidance* to the register under *root*; how many were added."""
    path = root / REGISTER
    listed = set(path.read_text(encoding="utf-8").splitlines()) if path.is_file() else set()
    now = {f"{kind}\t{name}" for kind, name in register_of(guidance)}
    path.write_text("".join(f"{line}\n" for line in sorted(listed | now)), encoding="utf-8")
    return len(now - listed)
