"""Answers to several questions that were asked together, read as people give them.

"1, 3 and 6", "yes, no, no", "conflict: no idea; the rest no", "2 (checked), 4, and the last I'd
have to check": each item is bound to its question by name, by number or by order.  Where an item
can be understood in two ways, what both say is taken, and the rest is asked back.  What is told
beside is left for others to read, and neither eats the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.dialogue.answers.answer_entries import parts_of
from bot.dialogue.answers.answer_parts import Entry, Part
from bot.dialogue.answers.answer_ways import Said, is_gainsaid, means, ways
from bot.dialogue.answers.piece import Piece, Sort
from bot.dialogue.small_words.cues import Span
from bot.dialogue.small_words.verdicts import value_said
from retrieval.guidance import Fact, Question


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
    possible = [way for way in ways(entries, told, questions) if way]
    taken = tuple(span for part in parts for span in part.taken)
    if not possible:
        return _undecided(parts, entries, questions, taken)
    first, *others = possible
    agreed = {n: said for n, said in first.items()
              if all(n in way and means(way[n], questions[n]) == means(said, questions[n])
                     for way in others)
              and not is_gainsaid(entries, n, said, questions)}
    # "Approval: none" is no yes or no to a question that takes neither: it is read as told.
    called = {n for p in pieces if p.sort is Sort.PLACE and p.worded for n in p.places}
    worded = {n: said for n, said in agreed.items() if said.name not in ("", "dont_know")
              and value_said(questions[n], said.name) is None and n in called}
    agreed = {n: said for n, said in agreed.items() if n not in worded}
    taken = tuple((first, last) for first, last in taken if not any(
        said.first < last and first < said.last for said in worded.values()))
    if worded and not agreed:
        return None
    spoken = {n for way in possible for n in way if n not in worded}
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
