"""Answers to several questions that were asked together, read as people give them.

"1, 3 and 6", "yes, no, no", "conflict: no idea; the rest no", "2 (checked), 4, and the last I'd
have to check": each item is bound to its question by name, by number or by order.  Where an item
can be understood in two ways, what both say is taken, and the rest is asked back.  What is told
beside is left for others to read, and neither eats the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.dialogue.answers.answer_entries import parts_of
from bot.dialogue.answers.answer_parts import Entry, Part
from bot.dialogue.answers.answer_pieces import Piece, Sort
from bot.dialogue.small_words.answer_words import HEDGED
from bot.dialogue.small_words.cues import Span
from bot.dialogue.small_words.verdicts import value_said
from retrieval.guidance import Fact, Question, QuestionKind

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


@dataclass(frozen=True, slots=True)
class Together:
    """What a message answers to several questions, and what of it was used for that."""

    said: Mapping[Fact, Said]
    unclear: frozenset[Fact]
    """What it answers in a way that can be understood in two: it is asked back."""
    taken: tuple[Span, ...]
    """The tokens that answers, courtesies and remarks beside them are made of."""
    elsewhere: tuple[tuple[Fact, Said], ...] = ()
    """What it answers by name that was not asked last: "war: no idea"."""
    by_order: bool = False
    """Whether nothing but their order says of which question its yeses and noes are."""
    left_out: bool = False
    """Whether it leaves out of all what was not asked, and so tells nothing."""
    tells: bool = False
    """Whether it answers another of the questions in words of its own."""


_Way = Mapping[int, Said]
"""One way to understand an answer: by question what it says."""


def answered_together(
    questions: Sequence[Question], pieces: Sequence[Piece]
) -> Together | None:
    """What a message answers to *questions*; None where it is no such answer.

    Args:
        questions: What was asked last, in the order shown.
        pieces: The message, taken apart by `bot.dialogue.answers.answer_names.pieces_of`.

    A mere yes or no, and what tells in words of its own, is no such answer.
    """
    parts = parts_of(pieces, len(questions))
    entries = [e for part in parts for e in part.entries]
    told = frozenset(n for part in parts for n in part.told)
    elsewhere = tuple((fact, Said(one.said.name, frozenset(), one.said.first, one.said.last,
                                  one.said.looked))
                      for part in parts for one in part.elsewhere for fact in one.facts)
    if any(part.elsewhere or part.left_out for part in parts):
        if not _is_answer(parts, entries, told, questions):
            return _only_elsewhere(parts, elsewhere)
    elif not _is_answer(parts, entries, told, questions):
        return None
    ways = [way for way in _ways(entries, told, questions) if way]
    taken = tuple(span for part in parts for span in part.taken)
    if not ways:
        return _undecided(parts, entries, questions, taken)
    first, *others = ways
    agreed = {n: said for n, said in first.items()
              if all(n in way and _means(way[n], questions[n]) == _means(said, questions[n])
                     for way in others)
              and not _is_gainsaid(entries, n, said, questions)}
    # "Approval: none" is no yes or no to a question that takes neither: it is read as told.
    called = {n for p in pieces if p.sort is Sort.PLACE and p.worded for n in p.places}
    worded = {n: said for n, said in agreed.items() if said.name not in ("", "dont_know")
              and value_said(questions[n], said.name) is None and n in called}
    agreed = {n: said for n, said in agreed.items() if n not in worded}
    taken = tuple((first, last) for first, last in taken if not any(
        said.first < last and first < said.last for said in worded.values()))
    if worded and not agreed:
        return None
    spoken = {n for way in ways for n in way if n not in worded}
    return Together({questions[n].fact: said for n, said in agreed.items()},
                    frozenset(questions[n].fact for n in spoken - agreed.keys()), taken,
                    elsewhere, all(e.bare for e in entries), tells=bool(told))


def _only_elsewhere(
    parts: Sequence[Part], elsewhere: tuple[tuple[Fact, Said], ...]
) -> Together | None:
    """A message that answers what was not asked last, and perhaps tells beside.

    To "everything yes except conflict", where that was not asked, nothing is an answer.
    """
    if any(part.entries for part in parts):
        return None
    return Together({}, frozenset(), tuple(
        span for part in parts if part.elsewhere for span in part.taken), elsewhere,
        left_out=any(part.left_out for part in parts))


def _undecided(
    parts: Sequence[Part],
    entries: Sequence[Entry],
    questions: Sequence[Question],
    taken: tuple[Span, ...],
) -> Together | None:
    """That the items of an answer fit the questions in no way; None where they may be none."""
    several = len(questions) > 1 and (len(entries) > 1 or bool(entries[0].name))
    binds = any(e.places or e.numbers for e in entries)
    if not (several and binds) or any(part.rest for part in parts):
        return None
    return Together({}, frozenset(q.fact for q in questions), taken)


def _is_answer(
    parts: Sequence[Part],
    entries: Sequence[Entry],
    told: frozenset[int],
    questions: Sequence[Question],
) -> bool:
    """Whether *parts* of a message answer several questions, whatever else they tell."""
    rest = any(part.rest for part in parts)
    if any(not 0 <= n < len(questions) for e in entries for n in (*e.places, *e.but)):
        return False
    named = [e for e in entries if e.name and (e.places or e.scope) and not e.denies_name]
    if len(questions) == 1:
        return bool(named) and not rest and all(e.name and e.places for e in entries)
    bare = [e for e in entries if e.bare]
    if bare and any(e.only for e in entries):
        return False  # "no, just the laws" says no to something else
    numbers = [e for e in entries if e.numbers]
    # "No war" tells by itself, and takes its place in a list nevertheless.
    told |= {n for e in entries if e.denies_name for n in e.places}
    listed = len(bare) > 1 or (bare and (
        len(told) > 1 or _ends_a_telling(parts) or _opens_with_no(parts)))
    if not (named or numbers or listed or any(e.option for e in entries)):
        return False
    if not told and all(e.scope is Sort.REST or e.denies_name for e in entries):
        return False
    if bare and not _is_set_apart(parts):
        return False
    if not (named or numbers or any(e.option for e in entries)):
        # A list of yeses and noes has one for each that it does not tell of.
        if len(bare) != len(questions) - len(told):
            return False
        # "No no, we sell to the army too" says one no twice.
        return bool(told) or not (rest and len(bare) == 2 and bare[0].name == bare[1].name)
    if len(entries) == 1 and entries[0].number and any(
            part.rest for part in parts[: next(n for n, p in enumerate(parts) if p.entries)]):
        return False  # "advise now. 2": one number may count anything that was told
    return not (numbers and rest and not (named or bare)) or _is_set_apart(parts)


def _ends_a_telling(parts: Sequence[Part]) -> bool:
    """Whether a yes or no is a sentence behind what tells: "yes there are reports. No"."""
    told = next((n for n, part in enumerate(parts) if part.told), len(parts))
    return any(part.begins and any(e.bare for e in part.entries) for part in parts[told + 1 :])


def _opens_with_no(parts: Sequence[Part]) -> bool:
    """Whether a no is a sentence before what tells: "none. part of the safe city project".

    "Yes. There is a war" says one thing twice.
    """
    first, *behind = [part for part in parts if part.entries or part.told]
    return len(first.entries) == 1 and first.entries[0].bare and (
        first.entries[0].name.startswith("no")) and bool(behind) and behind[0].begins


def _is_set_apart(parts: Sequence[Part]) -> bool:
    """Whether numbers, and yeses and noes without a name, are one list, before what is told.

    Behind what is told they are an answer where a sentence ends between.
    """
    listed = [n for n, part in enumerate(parts) if any(e.bare or e.number for e in part.entries)]
    if not listed:
        return True
    first, last = listed[0], listed[-1]
    between = parts[first : last + 1]
    if any(part.rest and not (part.entries or part.told or part.remark) for part in between):
        return False
    before = parts[:first]
    return not any(part.rest and not (part.entries or part.told) for part in before) or (
        parts[first].begins)


def _ways(
    entries: Sequence[Entry], told: frozenset[int], questions: Sequence[Question]
) -> Iterator[_Way]:
    """Every way to understand *entries*."""
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
        elif _means(before, question) != _means(said, question):
            self.fails = True


def _read(
    entries: Sequence[Entry],
    told: frozenset[int],
    questions: Sequence[Question],
    *,
    by_choice: bool,
) -> _Way:
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


def _in_order(entries: Sequence[Entry], questions: Sequence[Question]) -> _Way:
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


def _means(said: Said, question: Question) -> object:
    """What *said* says of *question*, to be held against another."""
    if said.values:
        return said.values
    if said.name == "dont_know":
        return None
    value = value_said(question, said.name)
    return said.name if value is None else frozenset({value})


def _is_gainsaid(
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
