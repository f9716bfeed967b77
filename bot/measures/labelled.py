"""What people wrote to measure the bot by: deals, pairs of deals that differ in one fact, labels.

The questions among them are read by `retrieval.labelled.cases`; what is wrong with a file of any of
these is told here.
"""

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from retrieval.guidance import UNKNOWN, Fact, Guidance, QuestionKind
from retrieval.labelled.cases import BadGold, id_of, kind_of, read_queries, records, unknown_ids

T = TypeVar("T")

Labels = Mapping[tuple[str, str], bool]
"""Whether a provision bears on a claim, by the ids of both."""


@dataclass(frozen=True, slots=True)
class Case:
    """A deal: what is said, what is answered when asked, and what must come of it."""

    id: str
    says: tuple[str, ...]
    answers: Mapping[str, tuple[str, ...] | None] | None = None
    raised: frozenset[str] = frozenset()
    not_raised: frozenset[str] | None = None
    cites_at_least: frozenset[str] = frozenset()
    safeguards_at_least: frozenset[str] = frozenset()
    facts: Mapping[str, frozenset[str] | None] | None = None
    """What is true of the deal; None is "not known"."""
    expect: Literal["advice", "decline"] = "advice"
    split: str | None = None
    told: Mapping[str, frozenset[str] | None] | None = None
    """What the messages alone say; without it nothing is measured of how they are read."""
    hedged: frozenset[str] = frozenset()
    """Facts of `told` that the messages only suppose."""
    group: str | None = None
    cites_never: frozenset[str] = frozenset()
    """Provisions that no reply from the last message on may cite."""
    wrong_safeguards: frozenset[str] = frozenset()
    """Safeguards that no reply from the last message on may suggest, nor keep for later."""
    considers: frozenset[str] = frozenset()
    """Considerations that the advice must weigh."""
    held: bool = False
    """A reviewer approved it, so it has to hold by itself and counts in no average."""

    def given(self, asked: Sequence[str]) -> dict[str, frozenset[str]]:
        """What the person said by the end, having been asked for *asked*: values by fact."""
        answers = self.answers or {}
        answered = {fact: frozenset(answers.get(fact) or ()) for fact in asked}
        told = {fact: values or frozenset() for fact, values in (self.told or {}).items()}
        return {**told, **answered}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two wordings of a deal in which one fact differs, and what that changes."""

    id: str
    base: tuple[str, ...]
    flipped: tuple[str, ...]
    fact: str
    was: frozenset[str]
    """Values of `fact` in `base`; empty for "not known"."""
    becomes: frozenset[str]
    flags_gained: frozenset[str] = frozenset()
    flags_lost: frozenset[str] = frozenset()
    split: str | None = None


def read_cases(file: Path) -> tuple[Case, ...]:
    """The dialogue cases of *file*: JSON lines, or a YAML list.

    Raises:
        BadGold: The file can't be read, or a dialogue case lacks something.
    """
    return _read(Case, _case_rows(file), ("says",))


def read_pairs(file: Path) -> tuple[Pair, ...]:
    """The minimal pairs of *file*: JSON lines, or a YAML list.

    Raises:
        BadGold: The file can't be read, or a pair lacks something.
    """
    return _read(Pair, _pair_rows(file), ("base", "flipped"))


def read_labels(*files: Path) -> Labels:
    """The labels in *files*.

    Raises:
        BadGold: A file can't be read, a label lacks something, or two say the opposite.
    """
    problems: list[str] = []
    labels: dict[tuple[str, str], bool] = {}
    for place, record in (one for file in files for one in records(file)):
        if kind_of(record) != "bearing":
            continue
        claim, provision, bears = (record.get(k) for k in ("claim", "provision", "bears"))
        if not (isinstance(claim, str) and isinstance(provision, str) and isinstance(bears, bool)):
            problems.append(f"{place}: a label holds a claim, a provision, and whether it bears.")
        elif labels.setdefault((claim, provision), bears) is not bears:
            problems.append(f"{place}: {claim} and {provision} are labelled both ways.")
    if problems:
        raise BadGold("\n".join(problems))
    return labels


def _case_rows(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for place, record in records(file):
        if kind_of(record) != "dialogue":
            continue
        row = dict(record)
        for table in ("answers", "facts", "told"):
            row[table] = _lists(row.get(table))
        yield place, row


def _pair_rows(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for place, record in records(file):
        if kind_of(record) != "pair":
            continue
        row = dict(record)
        for key, name in _NAMED.items():
            if key in record:
                row[name] = _values(record[key])
        yield place, row


_NAMED = {"from": "was", "to": "becomes"}
"""Keys of an entry that are named otherwise here."""


def _values(given: Any) -> Any:
    """*given* as a list: none for "not known", a value that stands by itself as a list of one."""
    if given is None or isinstance(given, str):
        return [] if given is None else [given]
    return [one for one in given if one is not None] if isinstance(given, list) else given


def _read(
    cls: type[T], rows: Iterator[tuple[str, dict[str, Any]]], messages: Sequence[str]
) -> tuple[T, ...]:
    problems: list[str] = []
    found: list[T] = []
    adapter = TypeAdapter(cls)
    known = set(cls.__dataclass_fields__)  # type: ignore[attr-defined]  # T is a dataclass
    for place, record in rows:
        # What is null is as good as left out.
        given = {key: value for key, value in record.items() if key in known and value is not None}
        given["id"] = id_of(record, len(found) + 1)
        for key in messages:
            if isinstance(given.get(key), str):
                given[key] = [given[key]]
        try:
            one = adapter.validate_python(given)
        except ValidationError as error:
            problems += [f"{place}: {_told(slip)}." for slip in error.errors()]
            continue
        for key in messages:
            if not getattr(one, key):
                problems.append(f"{place}: {key!r} holds at least one message.")
            elif not all(text.strip() for text in getattr(one, key)):
                problems.append(f"{place}: {key!r} holds a message without a word; leave it out.")
        if isinstance(one, Case):
            problems += [f"{place}: {slip}" for slip in _at_odds(one)]
        found.append(one)
    if problems:
        raise BadGold("\n".join(problems))
    return tuple(found)


_WANTED = {
    "missing": "it is missing",
    "string_type": "it has to be a text",
    "bool_type": "it is true or false",
    "bool_parsing": "it is true or false",
    "tuple_type": "it has to be a list of texts",
    "frozen_set_type": "it has to be a list of texts",
    "dict_type": "it has to be a table of facts, each with a list of values",
    "mapping_type": "it has to be a table of facts, each with a list of values",
}
"""What is wrong, by pydantic's name for it, where that would speak of Python."""


def _told(slip: ErrorDetails) -> str:
    """What is wrong with an entry, and under which of its keys."""
    names = {name: key for key, name in _NAMED.items()}
    where = ".".join(names.get(str(part), str(part)) for part in slip["loc"])
    return f"{where!r}: {_WANTED.get(slip['type'], slip['msg'])}"


def _at_odds(case: Case) -> Iterator[str]:
    """What *case* both asks for and forbids."""
    for wanted, never in (("cites_at_least", "cites_never"), ("raised", "not_raised"),
                          ("safeguards_at_least", "wrong_safeguards")):
        both = getattr(case, wanted) & (getattr(case, never) or frozenset())
        if both:
            yield f"{', '.join(sorted(both))} can't be both in {wanted!r} and in {never!r}."


def _lists(table: Any) -> Any:
    """*table* with a value that stands by itself as a list of one."""
    if not isinstance(table, dict):
        return table
    return {key: [value] if isinstance(value, str) else value for key, value in table.items()}


def with_unknowns(cases: Sequence[Case], guidance: Guidance) -> tuple[Case, ...]:
    """*cases* in which "unknown" is "not known", but for questions that offer it as an answer."""
    def plain(table: Any) -> Any:
        return table and {fact: None if _unknown(fact, values or (), guidance) else values
                          for fact, values in table.items()}

    return tuple(replace(one, answers=plain(one.answers), facts=plain(one.facts),
                         told=plain(one.told)) for one in cases)


def pairs_with_unknowns(pairs: Sequence[Pair], guidance: Guidance) -> tuple[Pair, ...]:
    """The same of pairs."""
    def plain(fact: str, values: frozenset[str]) -> frozenset[str]:
        return frozenset() if _unknown(fact, values, guidance) else values

    return tuple(replace(one, was=plain(one.fact, one.was), becomes=plain(one.fact, one.becomes))
                 for one in pairs)


def _unknown(fact: str, values: Collection[str], guidance: Guidance) -> bool:
    """Whether *values* say that *fact* isn't known."""
    question = guidance.questions.get(Fact(fact))
    return set(values) == {UNKNOWN} and (
        question is None or UNKNOWN not in {choice.value for choice in question.choices})


def unknown_names(
    cases: Sequence[Case], guidance: Guidance, pairs: Sequence[Pair]
) -> list[str]:
    """Flags, safeguards, provisions and facts that the cases name and the release lacks."""
    known = {
        *guidance.provisions,
        *guidance.flag_by_id,
        *guidance.safeguards,
        *guidance.questions,
        *guidance.consideration_by_id,
    }
    named = dict.fromkeys(
        name
        for case in cases
        for names in (
            sorted(case.raised | (case.not_raised or frozenset())),
            sorted(case.cites_at_least | case.safeguards_at_least),
            sorted(case.cites_never | case.wrong_safeguards | case.considers),
            case.answers or (),
            case.facts or (),
            case.told or (),
        )
        for name in names
    )
    named |= dict.fromkeys(
        name
        for pair in pairs
        for name in (pair.fact, *sorted(pair.flags_gained | pair.flags_lost))
    )
    return [name for name in named if name not in known]


def out_of_place(
    cases: Sequence[Case], guidance: Guidance, pairs: Sequence[Pair] = ()
) -> list[str]:
    """Labels that nothing could meet, though the release has the name: each as it is to be told.

    A provision that no safeguard has for its id is never suggested, and an answer that no question
    takes breaks its deal off.
    """
    roles: tuple[tuple[str, Container[str], set[str]], ...] = (
        ("red flag", guidance.flag_by_id,
         {name for one in cases for name in one.raised | (one.not_raised or frozenset())}
         | {name for one in pairs for name in one.flags_gained | one.flags_lost}),
        ("provision", guidance.provisions,
         {name for one in cases for name in one.cites_at_least | one.cites_never}),
        ("safeguard", guidance.safeguards,
         {name for one in cases for name in one.safeguards_at_least | one.wrong_safeguards}),
    )
    unknown = set(unknown_names(cases, guidance, pairs))
    found = [f"{name} is no {what}" for what, known, names in roles
             for name in sorted(names - unknown) if name not in known]
    tables: list[Mapping[str, Collection[str] | None]] = [
        table for case in cases for table in (case.answers, case.facts, case.told) if table]
    tables += [{pair.fact: pair.was | pair.becomes} for pair in pairs]
    for one in tables:
        found += _untaken(one, guidance)
    return list(dict.fromkeys(found))


def _untaken(table: Mapping[str, Collection[str] | None], guidance: Guidance) -> Iterator[str]:
    """Values in *table* that the questions of *guidance* don't offer."""
    for fact, values in table.items():
        question = guidance.questions.get(Fact(fact))
        if question is None or question.kind is QuestionKind.TEXT:
            continue
        offered = {choice.value for choice in question.choices}
        yield from (f"{value!r} is no answer to {fact}" for value in sorted(values or ())
                    if value not in offered)


def problems_of(file: Path, guidance: Guidance, known: Collection[str] = ()) -> list[str]:
    """Everything that is wrong with the labelled cases in *file*, each with the line of its case.

    Beside what can't be read: an id that two cases share, and a name that *guidance* lacks, with
    which a case could never hold, or never fail.

    Args:
        file: JSON lines, or a YAML list.
        guidance: The release, or a draft of one.
        known: Names that may stand there although *guidance* lacks them.
    """
    try:
        read_labels(file)
        named = [*unknown_ids(read_queries(file), guidance),
                 *unknown_names(read_cases(file), guidance, read_pairs(file))]
        found = records(file)
    except BadGold as error:
        return str(error).split("\n")
    unknown = [one for one in dict.fromkeys(named) if one not in known]
    problems, seen = [], dict[str, str]()
    for place, record in found:
        name = str(record.get("id") or "")
        if name and name in seen:
            problems.append(f"{place}: the id {name!r} is that of {seen[name]} too; give another.")
        seen.setdefault(name, place)
        said = _strings(record) if unknown else ()
        problems += [f"{place}: the corpus has no {one!r}." for one in unknown if one in said]
    return problems


def _strings(value: Any) -> set[str]:
    """Every text in *value*, and every key."""
    if isinstance(value, dict):
        return {*value, *(text for one in value.values() for text in _strings(one))}
    if isinstance(value, list):
        return {text for one in value for text in _strings(one)}
    return {value} if isinstance(value, str) else set()
