"""Which of several questions each yes or no is of, by its place: "yes to the first, the rest no".

"1 yes, 2 not sure" says which question each word is of, and so does "first no. Second yes, they
put it in a safe-city system", of which the rest is told beside it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.dialogue.small_words.answer_words import (
    CLOSERS,
    HEDGED,
    HEDGES,
    WHOLE_WORDS,
    Item,
    Kind,
    clauses_of,
    item_at,
    items_of,
    leading,
    only_answer,
    with_hedges,
)
from bot.dialogue.small_words.cues import Cues
from bot.dialogue.small_words.subjects import Subjects
from bot.dialogue.small_words.verdicts import value_said
from retrieval.guidance import Fact, Question, QuestionKind
from retrieval.words.mentions import Reading

T = TypeVar("T")
U = TypeVar("U")

_DASH = re.compile(r"\s*[-=–—]")


@dataclass(frozen=True, slots=True)
class Part:
    """What a message says of one of several questions."""

    name: str
    """One of `NAMES`; empty where the question is only named, and what follows tells of it."""
    first: int
    last: int
    """The tokens from *first* to before *last* are of that question."""
    more: bool = False
    """Whether anything is told beside the yes or no."""
    by_subject: bool = False
    """Whether words that it is about stand for its place: the "war" of "war: no" claims none."""


def parted(
    questions: Sequence[Question], reading: Reading, cues: Cues, subjects: Subjects | None = None
) -> Mapping[Fact, Part]:
    """What the message says of each of several *questions*, in the order shown, by their place.

    Args:
        questions: What was asked last.
        reading: The message.
        cues: The cue lists of the release.
        subjects: What questions are about: with it, "journalists yes, the rest no" names one of
            them by that.

    Returns:
        Empty where it names none of them by its place.
    """
    items = only_answer(reading.tokens, cues)
    by_subject = not items and subjects is not None
    if by_subject and subjects is not None:
        items = _by_subject(questions, reading, cues, subjects)
    if not items:
        return _told(questions, reading, cues)
    if any(one.kind is Kind.EXCEPT for one in items):
        return _all_except(items, questions, reading, by_subject)
    said = with_hedges(items, len(questions))
    named = [one for one in said if one.kind is Kind.PLACE]
    rest = any(one.kind is Kind.REST for one in said)
    words = [token for token in reading.tokens if token.is_word]
    if named and cues.starts("only_these", words) and not any(
            one.digit or one.kind in (Kind.VERDICT, Kind.REST) for one in said):
        said.insert(0, Item(Kind.VERDICT, "yes", 0, 0))
    if not (named or rest) or not any(one.kind is Kind.VERDICT for one in said):
        return {}
    by_place = _by_place(said, len(questions))
    if named and all(one.digit for one in named) and not rest:
        by_choice = _by_choice(said, questions)
        if by_place and by_choice:
            # "1 yes, 3 yes" may count the questions or the choices below them.
            by_place = {n: name for n, name in by_place.items() if by_choice.get(n) == name}
        by_place = by_place or by_choice
    end = len(reading.tokens)
    return {questions[n].fact: Part(name, 0, end, by_subject=by_subject)
            for n, name in by_place.items()}


def _all_except(
    items: Sequence[Item], questions: Sequence[Question], reading: Reading, by_subject: bool
) -> Mapping[Fact, Part]:
    """What "yes to all except the last" says; empty where it holds more than that.

    What is excepted is not said outright: to "all except the war" there may be one or none.
    """
    at = next(n for n, one in enumerate(items) if one.kind is Kind.EXCEPT)
    before, behind = ([one for one in part if one.kind not in (Kind.BETWEEN, Kind.STOP)]
                      for part in (items[:at], items[at + 1 :]))
    excepted = {place for one in behind for place in one.places(len(questions))}
    if (not behind or any(one.kind is not Kind.PLACE for one in behind)
            or [one.name for one in before] not in (["yes"], ["no"], [])
            or not excepted < set(range(len(questions)))):
        return {}
    name, other = ("no", "yes") if before and before[0].name == "no" else ("yes", "no")
    end = len(reading.tokens)
    return {q.fact: Part(HEDGED[other] if n in excepted else name, 0, end, by_subject=by_subject)
            for n, q in enumerate(questions)}


def _by_subject(
    questions: Sequence[Question], reading: Reading, cues: Cues, subjects: Subjects
) -> list[Item]:
    """What all words are for an answer, where those that a question is about stand for its place.

    Only beside words for another place or the rest, or for several such questions with the word on
    each behind: "laws no, war yes".  "No war" alone tells by itself, and so does "no war, no
    arrests".  Empty where a word is of none of *questions*, or of several.
    """
    if sum(token.is_word for token in reading.tokens) > WHOLE_WORDS:
        return []
    items = list(items_of(reading.tokens, cues))
    only = cues.starts("only_these", reading.tokens)
    items = [replace(one, kind=Kind.BETWEEN) if one.last <= only else one for one in items]
    placed = bool(only) or any(
        one.kind in (Kind.PLACE, Kind.REST, Kind.EXCEPT) for one in items)
    skips = cues.words("skip")
    found: list[Item] = []
    for one in items:
        if one.kind is not Kind.OTHER:
            found.append(one)
            continue
        if reading.tokens[one.first].norm in skips:
            found.append(replace(one, kind=Kind.VERDICT, name="dont_know"))
            continue
        places = [n for n, q in enumerate(questions)
                  if subjects.asks_of(q, value_said(q, "yes"), reading, one.first)]
        if len(places) != 1:
            return []
        if not (found and found[-1].kind is Kind.PLACE and found[-1].place == places[0]):
            found.append(replace(one, kind=Kind.PLACE, place=places[0]))
    said = [one for one in found if one.kind in (Kind.PLACE, Kind.VERDICT)]
    behind = bool(said) and said[0].kind is Kind.PLACE and (
        len({one.place for one in said if one.kind is Kind.PLACE}) > 1)
    return found if placed or behind else []


def picked_by_verdict(
    question: Question, reading: Reading, cues: Cues
) -> frozenset[str] | None:
    """Values of *question* that get a yes by their place; None where no two places have a word.

    "The first: no. The second: dunno" picks nothing.
    """
    made = [Question(Fact(choice.value), QuestionKind.CHOICE, "", "", "", ())
            for choice in question.choices]
    found = parted(made, reading, cues)
    if sum(bool(part.name) for part in found.values()) < 2:
        return None
    return frozenset(str(f) for f, part in found.items() if part.name.startswith("yes"))


def _by_place(said: Sequence[Item], count: int) -> dict[int, str]:
    """By question the verdict on it, where one way only to part them leaves nothing over."""
    segments = [[one for one in group if one.kind in (Kind.VERDICT, Kind.PLACE, Kind.REST)]
                for group in clauses_of(said)]
    segments = [segment for segment in segments if segment]
    if all(sum(one.kind is Kind.VERDICT for one in segment) == 1 and len(segment) > 1
           for segment in segments):
        pairs = [(next(one.name for one in segment if one.kind is Kind.VERDICT),
                  [one for one in segment if one.kind is not Kind.VERDICT])
                 for segment in segments]
        return _placed(pairs, count)
    flat = [one for segment in segments for one in segment]
    names = [one.name for one in flat if one.kind is Kind.VERDICT]
    runs: list[list[Item]] = [[]]
    for one in flat:
        if one.kind is Kind.VERDICT:
            runs.append([])
        else:
            runs[-1].append(one)
    if not runs[0] and all(runs[1:]):
        return _placed(list(zip(names, runs[1:], strict=True)), count)
    if not runs[-1] and all(runs[:-1]):
        return _placed(list(zip(names, runs[:-1], strict=True)), count)
    every = list(ways(names, runs)) if len(segments) == 1 else []
    return _placed(every[0], count) if len(every) == 1 else {}


def ways(
    names: Sequence[T], runs: Sequence[Sequence[U]]
) -> Iterator[list[tuple[T, list[U]]]]:
    """Every way to give each of *names* places from those before and behind it."""
    if not names:
        if not runs[0]:
            yield []
        return
    before, behind, *others = runs
    for cut in range(len(behind) + 1):
        mine = [*before, *behind[:cut]]
        if mine:
            for way in ways(names[1:], [behind[cut:], *others]):
                yield [(names[0], mine), *way]


def _placed(pairs: Sequence[tuple[str, Sequence[Item]]], count: int) -> dict[int, str]:
    """*pairs* by question; empty where one is said to be two things, or there is none such."""
    found: dict[int, str] = {}
    remaining = ""
    for name, places in pairs:
        for one in places:
            if one.kind is Kind.REST:
                remaining = name
                continue
            for place in one.places(count):
                if not 0 <= place < count or found.get(place, name) != name:
                    return {}
                found[place] = name
    if remaining:
        found |= {n: remaining for n in range(count) if n not in found}
    return found


def _by_choice(said: Sequence[Item], questions: Sequence[Question]) -> dict[int, str]:
    """The same where the numbers are those of the choices, which are numbered through."""
    choices = [(n, choice.value) for n, q in enumerate(questions) for choice in q.choices
               if q.kind is QuestionKind.CHOICE]
    pairs = [one for one in said if one.kind in (Kind.VERDICT, Kind.PLACE)]
    found: dict[int, str] = {}
    for one, other in zip(pairs[::2], pairs[1::2], strict=False):
        place, verdict = (one, other) if one.kind is Kind.PLACE else (other, one)
        if place.kind is not Kind.PLACE or verdict.kind is not Kind.VERDICT or not (
                0 <= place.place < len(choices)):
            return {}
        n, value = choices[place.place]
        if n in found or value_said(questions[n], verdict.name) != value:
            return {}
        found[n] = verdict.name
    return {} if len(pairs) % 2 else found


def _told(
    questions: Sequence[Question], reading: Reading, cues: Cues
) -> Mapping[Fact, Part]:
    """The same where more is told beside: "second no, third: elections in spring"."""
    heads = list(_heads(reading, cues, len(questions)))
    if not any(name for _, name, _ in heads) and len(heads) < 2:
        return {}
    taken = {place for places, _, _ in heads for place in places}
    opening = next((i for i, token in enumerate(reading.tokens) if token.is_word), None)
    if heads and opening is not None and 0 not in taken and heads[0][2] > opening:
        name = leading(reading.tokens.words, cues)[1]
        if name:
            # "Yes (see Amnesty), second no": the first is of the first.
            heads.insert(0, ([0], name, opening))
    found: dict[Fact, Part] = {}
    ends = [*(first for _, _, first in heads[1:]), len(reading.tokens)]
    for (places, name, first), end in zip(heads, ends, strict=True):
        last = max((i + 1 for i in range(first, end) if reading.tokens[i].is_word),
                   default=first + 1)
        mine = reading.tokens[first:last]
        more = any(one.kind is Kind.OTHER for one in items_of(mine, cues))
        doubts = name in ("yes", "no") and any(
            cues.find(cue, mine) for cue in (*HEDGES, "dont_know"))
        for place in places:
            if not 0 <= place < len(questions) or questions[place].fact in found:
                return {}
            found[questions[place].fact] = Part(
                HEDGED[name] if doubts else name, first, last, more)
    return found


def _heads(reading: Reading, cues: Cues, count: int) -> Iterator[tuple[list[int], str, int]]:
    """Where a clause begins that names a question by its place: places, verdict, and position."""
    tokens = reading.tokens
    begin = 0
    for end in (*(i for i, t in enumerate(tokens) if t.ends_clause), len(tokens)):
        if end < begin:
            continue
        places: list[Item] = []
        name, position, ends = "", begin, end
        while position < end:
            one = item_at(tokens, position, cues)
            if one.kind is Kind.VERDICT and not name and one.last <= max(end, position + 1):
                name = one.name
            elif one.kind is Kind.PLACE and not (name and places and places[-1].last < position):
                places.append(one)
            elif one.kind is not Kind.BETWEEN:
                break
            position = one.last
        if places and (name or _closed(reading, places[-1], end)):
            if not name and end + 1 < len(tokens):
                after = item_at(tokens, end + 1, cues)
                if after.kind is Kind.VERDICT:
                    name, ends = after.name, after.last - 1
            yield [n for one in places for n in one.places(count)], name, begin
        begin = max(end, ends) + 1


def _closed(reading: Reading, place: Item, end: int) -> bool:
    """Whether a mark sets *place* apart from what is told of it: "3: elections", "3 - none"."""
    tokens = reading.tokens
    behind = tokens[place.last].start if place.last < len(tokens) else len(reading.text)
    if _DASH.match(reading.text[tokens[place.last - 1].end:behind]):
        return True
    return end < len(tokens) and place.last == end and tokens[end].norm in CLOSERS
