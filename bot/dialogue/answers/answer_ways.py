"""The ways to understand the items of an answer to several questions, each tried whole.

In "1 yes 2 no" a number may be that of a question or of a choice, and "1, 2 no" may be one item or
two.  A way that contradicts itself is empty.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.dialogue.answers.answer_parts import Entry
from bot.dialogue.answers.piece import Sort
from bot.dialogue.small_words.answer_words import HEDGED
from bot.dialogue.small_words.verdicts import value_said
from retrieval.guidance import Question, QuestionKind

_OPPOSITE = {"yes": "no", "no": "yes", "yes_unsure": "no_unsure", "no_unsure": "yes_unsure"}


@dataclass(frozen=True, slots=True)
class Said:
    """What a message answers to one question."""

    name: str
    """The verdict, of `answer_words.NAMES`; empty for values that were picked."""
    values: frozenset[str]
    """The values that were picked; empty for a verdict."""
    first: int
    last: int
    """The tokens from *first* to before *last* say it."""
    looked: bool = False
    """Whether it says that somebody looked."""
    hedged: bool = False
    """Whether what was picked was picked with a doubt."""


Way = Mapping[int, Said]
"""One way to understand an answer: by question what it says."""


def ways(
    entries: Sequence[Entry], told: frozenset[int], questions: Sequence[Question]
) -> Iterator[Way]:
    """Every way to understand *entries*; one that contradicts itself is empty."""
    counted = any(e.numbers and e.name and not (e.marked or e.denies) for e in entries)
    yield _read(entries, told, questions, by_choice=False)
    if counted:
        yield _read(entries, told, questions, by_choice=True)
    if counted and len(entries) > 1:
        yield _in_order(entries, questions)
    joined = _joined_ahead(entries)
    if joined is not None:
        yield _read(joined, told, questions, by_choice=False)


def _joined_ahead(entries: Sequence[Entry]) -> list[Entry] | None:
    """*entries* with "1, 2 no" as one on two questions; None where there is no such."""
    found: list[Entry] = []
    waiting: list[Entry] = []
    changed = False
    for entry in entries:
        if entry.number and not entry.marked:
            waiting.append(entry)
            continue
        if waiting and entry.numbers and entry.name and not (
                entry.verdict_first or entry.denies):
            numbers = tuple(n for e in waiting for n in e.numbers)
            found.append(replace(entry, first=waiting[0].first,
                                 numbers=(*numbers, *entry.numbers)))
            changed = True
        else:
            found += [*waiting, entry]
        waiting = []
    return [*found, *waiting] if changed else None


class _Saying:
    """What entries say, question by question, as long as they do not contradict one another."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = questions
        self.said: dict[int, Said] = {}
        self.fails = False

    def put(self, n: int, said: Said) -> None:
        """Note what is *said* of question *n*."""
        question = self._questions[n]
        before = self.said.get(n)
        if before is None:
            self.said[n] = said
        elif before.values and said.values and question.several:
            self.said[n] = replace(before, values=before.values | said.values, last=said.last,
                                   hedged=before.hedged or said.hedged)
        elif means(before, question) != means(said, question):
            self.fails = True


def _read(
    entries: Sequence[Entry],
    told: frozenset[int],
    questions: Sequence[Question],
    *,
    by_choice: bool,
) -> Way:
    """What *entries* say; nothing where they contradict one another.

    With *by_choice* a number beside a yes or no is that of a choice, else that of a question.
    """
    way = _Saying(questions)
    choices = _choices(questions)
    for e in entries:
        verdict = Said(e.name, frozenset(), e.first, e.last, e.looked)
        if e.option:
            way.put(e.places[0], Said("", frozenset({e.option}), e.first, e.last, True, e.hedged))
            continue
        for n in e.places if e.name and not e.scope else ():
            way.put(n, verdict)
        for number in e.numbers:
            if e.name and not e.denies and not (by_choice and not e.marked):
                if number >= len(questions):
                    return {}
                way.put(number, verdict)
                continue
            if number >= len(choices):
                return {}
            n, value = choices[number]
            if e.denies:
                others = {c.value for c in questions[n].choices} - {value}
                if len(others) != 1:
                    return {}
                value = others.pop()
            elif e.name and e.name != "dont_know" and (
                    value_said(questions[n], e.name) != value):
                return {}
            unknown = e.name == "dont_know"
            hedged = e.hedged or e.name.endswith("unsure")
            way.put(n, verdict if unknown else Said(
                "", frozenset({value}), e.first, e.last, e.looked, hedged))
    for e in entries:
        if e.scope is Sort.ALL:
            verdict = Said(e.name, frozenset(), e.first, e.last, e.looked)
            for n in range(len(questions)):
                if n in e.but:
                    # What is left out is not said outright.
                    opposite = HEDGED.get(_OPPOSITE.get(e.name, ""))
                    if opposite and n not in way.said and n not in told:
                        way.put(n, replace(verdict, name=opposite))
                elif n not in told:
                    way.put(n, verdict)
    _fill(entries, told, questions, way)
    return {} if way.fails else way.said


def _fill(
    entries: Sequence[Entry], told: frozenset[int], questions: Sequence[Question], way: _Saying
) -> None:
    """Give what *entries* say without a name to the questions that are left."""
    bare = [e for e in entries if e.bare]
    for e in list(bare):
        if e.named and e.named[0] not in way.said and len(bare) + len(way.said) != len(questions):
            way.put(e.named[0], Said(e.name, frozenset(), e.first, e.last, e.looked))
            bare.remove(e)
    left = [n for n in range(len(questions)) if n not in way.said and n not in told]
    if len(bare) == len(left):
        for n, e in zip(left, bare, strict=True):
            way.put(n, Said(e.name, frozenset(), e.first, e.last, e.looked))
            way.fails = way.fails or not _is_in_order(e, n, entries, questions)
    elif bare and not way.said:
        way.fails = True
    for e in entries:
        if e.scope is Sort.REST:
            for n in range(len(questions)):
                if n not in way.said and n not in told:
                    way.put(n, Said(e.name, frozenset(), e.first, e.last, e.looked))


def _is_in_order(
    bare: Entry, n: int, entries: Sequence[Entry], questions: Sequence[Question]
) -> bool:
    """Whether *bare* stands among numbers where question *n* does: not in "3, yes, 6"."""
    choices = _choices(questions)
    return all((e.first < bare.first) == (choices[number][0] < n)
               for e in entries if e.number for number in e.numbers if number < len(choices))


def _in_order(entries: Sequence[Entry], questions: Sequence[Question]) -> Way:
    """What is said where each number is a choice and each word an answer of its own: "1 no".

    Nothing where there is not one item for each question, in their order.
    """
    choices = _choices(questions)
    found: dict[int, Said] = {}
    if any(e.places or e.scope or e.marked or e.denies or e.verdict_first for e in entries):
        return {}
    for e in entries:
        for number in e.numbers:
            if number >= len(choices) or choices[number][0] != len(found):
                return {}
            n, value = choices[number]
            found[n] = Said("", frozenset({value}), e.first, e.last, e.looked, e.hedged)
        if e.name:
            found[len(found)] = Said(e.name, frozenset(), e.first, e.last, e.looked)
    return found if len(found) == len(questions) else {}


def _choices(questions: Sequence[Question]) -> list[tuple[int, str]]:
    """The choices as they are numbered through: each with its question."""
    return [(n, choice.value) for n, q in enumerate(questions) for choice in q.choices
            if q.kind is QuestionKind.CHOICE]


def means(said: Said, question: Question) -> object:
    """What *said* says of *question*, to be held against another."""
    if said.values:
        return said.values
    if said.name == "dont_know":
        return None
    value = value_said(question, said.name)
    return said.name if value is None else frozenset({value})


def is_gainsaid(
    entries: Sequence[Entry], n: int, said: Said, questions: Sequence[Question]
) -> bool:
    """Whether a lone number says one thing of question *n*, and the word beside it another."""
    lone = [e for e in entries if e.numbers and e.name and not e.marked and not e.denies]
    if len(lone) != 1 or lone[0].numbers != (n,) or said.name not in ("yes", "no"):
        return False
    choices = _choices(questions)
    of, value = choices[n] if n < len(choices) else (-1, "")
    if lone[0].concludes and of >= 0:
        # "2 bad, so yes" may be of a list that has been shortened since: its 2 is a no now.
        return value != value_said(questions[of], said.name)
    return of == n and value != value_said(questions[n], said.name)
