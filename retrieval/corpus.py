"""Read `guidance_corpus/` into a `Guidance`, or say everything that is wrong with it at once.

Each problem names file and line.  Reading is strict: a key given twice, an unknown key, a bare
`yes` where a word was meant, or a table over a fact that no question asks for is an error, since
a slip here would silently change what the bot advises.
"""

import dataclasses
import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from retrieval.checks import Problem, Subject, check
from retrieval.content import lengths
from retrieval.content.other_matters import OtherMatter
from retrieval.errors import CorpusError
from retrieval.guidance import (
    Choice,
    Consideration,
    DealStage,
    Gap,
    GlossaryEntry,
    Guidance,
    NarrowScope,
    Provision,
    ProvisionId,
    Question,
    QuestionGroup,
    QuestionKind,
    RedFlag,
    Refinement,
    ReleaseId,
    Role,
    Safeguard,
    Source,
    Term,
    Vocabulary,
)
from retrieval.labelled.border_lines import BORDER
from retrieval.labelled.cases import CASES, BadGold, read_queries
from retrieval.reading import marks, publishers
from retrieval.reading.alternatives import spelt_out
from retrieval.reading.contradictions import contradictions_in
from retrieval.reading.countries import country_codes, country_name, country_names
from retrieval.reading.documents import Document, Reader
from retrieval.reading.faults_of_yaml import what_was_wanted
from retrieval.reading.knock_on import Unread, causes
from retrieval.reading.own_words import verdicts_in
from retrieval.reading.register import check_register, read_register, without_retired
from retrieval.reading.stray_files import stray_files

QUERIES = "queries"
"""Where labelled questions lie in a corpus, in the format of a gold file."""
ANSWERS_WELL = 2
"""Grade from which a provision is found by a labelled question."""


OTHER_MATTERS = "other_matters.yaml"
"""What a deal may tell that no text speaks of."""

_UNREAD = frozenset({CASES, BORDER})
_LEARNED = ("exemplars/", "openings/")
"""What lies in a corpus and is not read with it."""
_BESIDE = _UNREAD | {publishers.FILE}
"""What of its root is part of no release."""

_WHERE = {"cue list": "phrases.yaml:1", "stage order": "safeguards.yaml:1"}
"""Where an entry would stand that is missing, by its kind."""

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
    root: Path, release: ReleaseId = UNRELEASED, *,
    beside: Collection[ProvisionId] = (),
) -> tuple[Guidance, list[str]]:
    """Read as much as can be read, and list what is wrong instead of raising.

    Args:
        root: The corpus folder.
        release: What to call what is read.
        beside: Provisions that documents bring which lie over the folder: it may rest on them.
    """
    reader = Reader(root)
    if not root.is_dir():
        # Else each of its files would be told as missing.
        return _nothing(release), [f"{root}: there is no such folder to read the corpus from; "
                          "set ADVISOR_CORPUS_DIR to the folder 'guidance_corpus' of the project, "
                          "which no package brings; it may be left out where the program runs "
                          "from there"]
    sources, provisions = _read_sources(reader)
    provisions = _with_answered(provisions, reader, beside)
    considerations = reader.entries("considerations.yaml", Consideration)
    questions = reader.entries("questions.yaml", Question)
    flags = reader.entries("red_flags.yaml", RedFlag)
    stage_order, safeguards = _read_safeguards(reader)
    groups = reader.entries("question_groups.yaml", QuestionGroup)
    scopes = reader.entries("scope.yaml", NarrowScope)
    vocabulary = _read_vocabulary(reader, questions)
    guidance = Guidance(
        release=release,
        sources={s.id: s for s in sources},
        provisions={p.id: p for p in provisions if p.retired is None},
        set_aside={p.id: p for p in provisions if p.retired is not None},
        considerations=tuple(sorted(considerations, key=lambda c: c.number)),
        red_flags=tuple(flags),
        safeguards={s.id: s for s in safeguards},
        stage_order=stage_order,
        questions={q.fact: _with_countries(q) for q in questions},
        groups=tuple(groups),
        gaps=tuple(reader.entries("gaps.yaml", Gap)),
        scopes=tuple(scopes),
        other_matters=tuple(_read_other_matters(reader)),
        vocabulary=vocabulary,
    )
    listed = read_register(root)
    guidance, unread = without_retired(guidance, listed), Unread.by(reader)
    seen, unreadable = marks.read_seen(root)
    unsound = [*check(guidance), *verdicts_in(guidance), *contradictions_in(guidance)]
    if not unreadable:
        unsound += marks.unbacked(guidance, seen)
    found = [_placed(problem, reader.places)
             for problem in causes(unsound, unread.and_beside(beside), listed)]
    found += [*unreadable, *listed.problems]
    found += [said for entry, said in check_register(listed, guidance) if not unread.holds(entry)]
    if not unread.holds(("provision", "")) and not unread.holds(("source", "")):
        found += publishers.read_all(root, guidance)[1]
    found += stray_files(root)
    return guidance, [lengths.told(one) for one in reader.problems + found]


def _nothing(release: ReleaseId) -> Guidance:
    return Guidance(release, {}, {}, (), (), {}, {}, {}, (), Vocabulary((), {}, {}, ()))


def _read_other_matters(reader: Reader) -> list[OtherMatter]:
    """None where the folder has no such file: corpora from before it was thought of have none."""
    if not (reader.root / OTHER_MATTERS).is_file():
        return []
    found: list[OtherMatter] = []
    for document in reader.documents(OTHER_MATTERS):
        for number, matter in enumerate(document.sequence(OtherMatter, document.data, ())):
            try:
                found.append(dataclasses.replace(
                    matter, told=_groups_spelt_out(matter.told),
                    in_turn=_groups_spelt_out(matter.in_turn),
                    unless=tuple(p for one in matter.unless for p in spelt_out(one))))
            except ValueError as error:
                document.complain((number,), f"{matter.id}: {error}")
    return found


def _groups_spelt_out(
    alternatives: Sequence[Sequence[Sequence[str]]]
) -> tuple[tuple[tuple[str, ...], ...], ...]:
    return tuple(tuple(tuple(dict.fromkeys(p for one in group for p in spelt_out(one)))
                       for group in groups) for groups in alternatives)


def folder_digest(root: Path) -> str:
    """Hex SHA-256 over the names and bytes of the files under *root* that a release is made of.

    It tells in milliseconds whether anybody has touched the folder, where reading it takes half a
    second; it says nothing of whether the content is another.
    """
    digest = hashlib.sha256()
    for name, file in _files_in(root):
        if not (name in _BESIDE or name.startswith(_LEARNED)):
            _take_in(digest, name, file.read_bytes())
    return digest.hexdigest()


def reading_digest(root: Path) -> str:
    """The same over all that `read_all` looks at, so that what it told may be told again.

    Of what no release is made of it reads `publishers.yaml`, and of all else the names.
    """
    digest = hashlib.sha256()
    for name, file in _files_in(root):
        unread = name in _UNREAD or name.startswith(_LEARNED)
        _take_in(digest, name, b"" if unread else file.read_bytes())
    return digest.hexdigest()


def _files_in(root: Path) -> Iterator[tuple[str, Path]]:
    """The files under *root* with their names there, but for hidden ones and what is said of it."""
    for file in sorted(root.rglob("*")):
        name = file.relative_to(root).as_posix()
        hidden = any(part.startswith(".") for part in name.split("/"))
        if not hidden and file.suffix != ".md" and file.is_file():
            yield name, file


def _take_in(digest: "hashlib._Hash", name: str, content: bytes) -> None:
    digest.update(f"{name}\0{len(content)}\0".encode())
    digest.update(content)


def _placed(problem: Problem, places: Mapping[Subject, str]) -> str:
    kind, name = problem.subject
    place = places.get(problem.subject, _WHERE.get(kind, "guidance corpus"))
    return f"{place}: {kind} {name!r}: {problem.text}"


def _read_sources(reader: Reader) -> tuple[list[Source], list[Provision]]:
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
                reader.broken.add(document.file)
                continue
            for key in data.keys() - {"source", "provisions"}:
                document.complain((key,), f"unknown key {key!r} beside 'source' and 'provisions'")
            source = document.entry(Source, data["source"], ("source",))
            if source is None:
                for row in data["provisions"] if isinstance(data["provisions"], list) else ():
                    document.lose(Provision, row)
                continue
            if len(source.short_title) > lengths.LONGEST_SHORT_TITLE:
                document.complain(("source", "short_title"), "a 'short_title' of "
                                  f"{len(source.short_title)} characters leaves a citation no "
                                  f"room; {lengths.LONGEST_SHORT_TITLE} is the most")
            sources.append(source)
            rows = data["provisions"]
            if isinstance(rows, list):
                rows = [{**r, "source": source.id} if isinstance(r, dict) else r for r in rows]
            provisions += document.sequence(Provision, rows, ("provisions",))
    return sources, provisions


def _with_answered(
    provisions: Sequence[Provision], reader: Reader, beside: Collection[ProvisionId]
) -> list[Provision]:
    """*provisions* with the labelled questions under `queries` that each answers well."""
    answered: dict[str, list[str]] = {p.id: [] for p in provisions}
    unread = Unread.by(reader).and_beside(beside)
    for file in sorted((reader.root / QUERIES).glob("*.jsonl")):
        try:
            queries = read_queries(file)
        except BadGold as error:
            reader.problems += [line.removeprefix(f"{reader.root}/")
                                for line in str(error).split("\n")]
            continue
        for query in queries:
            for id_, grade in query.gains().items():
                if unread.holds(("provision", id_)):
                    continue
                if id_ not in answered:
                    reader.complain(f"{QUERIES}/{file.name}", int(query.id),
                                    f"there is no provision {id_!r} to answer {query.query!r}")
                elif grade >= ANSWERS_WELL:
                    answered[id_].append(query.query)
    return [replace(p, answered=(*p.answered, *answered[p.id])) for p in provisions]


def _read_safeguards(
    reader: Reader,
) -> tuple[dict[str, tuple[DealStage, ...]], list[Safeguard]]:
    document = reader.mapping("safeguards.yaml", ("stage_order", "safeguards"))
    if document is None:
        return {}, []
    safeguards = document.sequence(Safeguard, document.data.get("safeguards"), ("safeguards",))
    try:
        order = TypeAdapter(dict[str, tuple[DealStage, ...]]).validate_python(
            document.data.get("stage_order")
        )
    except ValidationError as error:
        for problem in error.errors():
            path = ("stage_order", *problem["loc"])
            key = ".".join(map(str, path))
            document.complain(path, what_was_wanted(key, repr(key), problem))
        order = {}
    reader.places |= {("stage order", stage): document.place(("stage_order", stage))
                      for stage in order}
    return order, safeguards


def _read_vocabulary(reader: Reader, questions: Sequence[Question]) -> Vocabulary:
    terms: list[Term] = []
    refinements: list[Refinement] = []
    for file in sorted((reader.root / "vocabulary").glob("*.yaml")):
        document = reader.mapping(f"vocabulary/{file.name}")
        if document is None:
            continue
        for fact, values in document.data.items():
            if fact == "refinements":
                refinements += _read_refinements(document, values)
            elif isinstance(values, dict):
                for value, body in values.items():
                    if not isinstance(body, dict | None):
                        document.complain((fact, value), f"{value!r} holds a table of lists; write "
                                          "what people call it under 'terms'")
                        document.lose(Term, {"fact": fact, "value": value})
                        continue
                    entry = {"fact": fact, "value": value, **(body or {})}
                    term = document.entry(Term, entry, (fact, value))
                    if term is not None:
                        terms.append(term)
                        place = document.place((fact, value))
                        reader.places.setdefault(("vocabulary entry", f"{fact}.{value}"), place)
            else:
                document.complain((fact,), f"{fact!r} holds a table of value to terms")
    phrases = reader.mapping("phrases.yaml", ("cues", "intents"))
    cues = _phrase_lists(phrases, "cues")
    intents = _phrase_lists(phrases, "intents")
    return Vocabulary(
        terms=tuple(terms) + tuple(country_names(terms)),
        cues=cues,
        intents=intents,
        glossary=tuple(reader.entries("glossary.yaml", GlossaryEntry)),
        refinements=tuple(refinements),
        english=english_words(),
        within={q.fact: frozenset(u.fact for u in questions if u.role is Role.END_USER)
                for q in questions if q.kind is QuestionKind.COUNTRY},
    )


def _read_refinements(document: Document, rows: object) -> Iterator[Refinement]:
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        one = document.entry(Refinement, row, ("refinements", number))
        if one is not None:
            place = document.place(("refinements", number))
            document.reader.places.setdefault(("refinement", f"{one.fact}.{one.value}"), place)
            yield one
    if not isinstance(rows, list):
        document.sequence(Refinement, rows, ("refinements",))


def _phrase_lists(document: Document | None, key: str) -> dict[str, tuple[str, ...]]:
    if document is None:
        return {}
    for path, said in lengths.excesses(document.data.get(key), (key,)):
        document.complain(path, said)
        document.data[key] = {}
        document.reader.broken.add(document.file)
    try:
        lists = TypeAdapter(dict[str, tuple[str, ...]]).validate_python(document.data.get(key))
    except ValidationError as error:
        for problem in error.errors():
            path = (key, *problem["loc"])
            named = ".".join(map(str, path))
            document.complain(path, what_was_wanted(named, repr(named), problem))
        return {}
    if key == "cues":
        document.reader.places |= {
            ("cue list", name): document.place((key, name)) for name in lists}
    return {name: tuple(_spelt_out(document, (key, name), phrases))
            for name, phrases in lists.items()}


def _spelt_out(
    document: Document, path: tuple[str, str], phrases: Sequence[str]
) -> Iterator[str]:
    for number, phrase in enumerate(phrases):
        try:
            yield from spelt_out(phrase)
        except ValueError as error:
            document.complain((*path, number), f"{phrase!r}: {error}")


def _with_countries(question: Question) -> Question:
    if question.kind is not QuestionKind.COUNTRY:
        return question
    codes = sorted(country_codes(), key=country_name)
    return dataclasses.replace(
        question, choices=tuple(Choice(code, country_name(code)) for code in codes)
    )


@cache
def english_words() -> frozenset[str]:
    """Ordinary English words: the frequency dictionary that symspellpy ships."""
    file = resources.files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt")
    with file.open(encoding="utf-8-sig") as lines:
        return frozenset(line.split(" ", 1)[0] for line in lines)
