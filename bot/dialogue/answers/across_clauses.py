"""What the clauses of an answer say together: one names a question, and the next answers it.

"War? no idea" is one answer in two clauses, "yes to 1, 2 and 3" in three; in "2 bad, so yes" the
second concludes from the first.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.dialogue.answers.answer_parts import Part
from bot.dialogue.answers.piece import Piece, Sort
from bot.dialogue.small_words.answer_words import HEDGED


def taken_together(parts: Sequence[Part], pieces: Sequence[Piece], asked: int) -> list[Part]:
    """*parts*, of which each holds what it answers by itself, as they are meant together.

    Args:
        parts: The clauses of a message.
        pieces: What they are made of.
        asked: How many questions were asked.
    """
    asks = next((p.mark == "?" for p in reversed(pieces)), False)
    found = _looked_first(_concluded(_continued(_likewise(_answered(parts)))))
    return _of_all(_in_own_words(found, pieces, asked), doubted=asks)


def _answered(parts: Sequence[Part]) -> list[Part]:
    """*parts* with a name that the next clause answers: "war? no idea", and lists by lines."""
    found: list[Part] = []
    pairs = sum(_is_head(one, other, numbered=True) for one, other in pairwise(parts))
    skip = False
    for n, part in enumerate(parts):
        if skip:
            skip = False
            continue
        following = parts[n + 1] if n + 1 < len(parts) else None
        if following is not None and _is_head(part, following, numbered=pairs > 1):
            head, said = part.entries[0], following.entries[0]
            found.append(replace(
                part, entries=(replace(said, first=head.first, places=head.places,
                                       numbers=head.numbers, marked=True),),
                rest=following.rest, taken=(*part.taken, *following.taken)))
            skip = True
        else:
            found.append(part)
    return found


def _likewise(parts: Sequence[Part]) -> list[Part]:
    """*parts* with what is answered as the one before was: "yes, and the second too"."""
    found: list[Part] = []
    for part in parts:
        before = next((p.entries[-1] for p in reversed(found) if p.entries), None)
        if part.same and before is not None and before.name and len(part.entries) == 1 and (
                not part.entries[0].name and not part.entries[0].option):
            said = replace(part.entries[0], name=before.name, looked=before.looked, marked=True)
            found.append(replace(part, entries=(said,)))
        else:
            found.append(part)
    return found


def _continued(parts: Sequence[Part]) -> list[Part]:
    """*parts* with what goes on with a list of places: "yes to 1, 2 and 3"."""
    found: list[Part] = []
    for part in parts:
        before = found[-1].entries[-1:] if found else ()
        lists = bool(part.entries) and part.stop == "," and not part.rest and all(
            not (e.name or e.option) for e in part.entries)
        if lists and before and before[0].verdict_first and before[0].marked:
            longer = replace(
                before[0], last=part.entries[-1].last,
                places=(*before[0].places, *(n for e in part.entries for n in e.places)),
                numbers=(*before[0].numbers, *(n for e in part.entries for n in e.numbers)))
            found[-1] = replace(found[-1], entries=(*found[-1].entries[:-1], longer),
                                taken=(*found[-1].taken, *part.taken))
        else:
            found.append(part)
    return [replace(part, entries=(), rest=True, taken=()) if len(part.entries) == 1
            and part.entries[0].places and not (part.entries[0].name or part.entries[0].option)
            else part for part in found]


def _is_head(part: Part, following: Part, *, numbered: bool) -> bool:
    if len(part.entries) != 1 or len(following.entries) != 1 or part.rest:
        return False
    head, said = part.entries[0], following.entries[0]
    apart = any(mark in "?\n" for mark in following.stop)
    # "Laws, no idea" says what nobody knows; in "laws, no" the no may be of what comes next.
    unknown = said.name == "dont_know" and bool(head.places)
    return said.bare and not head.name and not head.option and (apart or unknown) and (
        bool(head.places) or (numbered and bool(head.numbers)))


def _concluded(parts: Sequence[Part]) -> list[Part]:
    """*parts* with what is concluded from words before: "2 bad, so yes"."""
    found: list[Part] = []
    for part in parts:
        before = found[-1] if found else None
        head = before is not None and before.rest and (
            before.told or (before.entries and before.entries[-1].number))
        if part.so and head and before is not None and part.entries and part.entries[0].bare:
            numbers = before.entries[-1].numbers if before.entries else ()
            said = replace(part.entries[0], numbers=numbers, places=before.told,
                           concludes=True)
            found[-1] = replace(before, entries=(*before.entries[:-1], said), told=())
            found.append(replace(part, entries=part.entries[1:]))
        else:
            found.append(part)
    # A number that heads words of its own, "3 drones", picks nothing.
    return [replace(part, entries=tuple(e for e in part.entries if not (
        e.number and part.rest and not part.taken)), taken=part.taken) for part in found]


def _looked_first(parts: Sequence[Part]) -> list[Part]:
    """*parts* with a yes that only says that somebody looked, and noes behind it, as those noes.

    "Yes we looked, none" found nothing.
    """
    first = next((n for n, part in enumerate(parts) if part.entries), len(parts))
    said = [e for part in parts for e in part.entries]
    if len(said) < 2 or not said[0].bare or said[0].name != "yes":
        return list(parts)
    behind = parts[first + 1 : first + 2]
    looked = (said[0].checked or (said[1].looked and any(p.looked for p in behind))) and all(
        e.bare and e.name.startswith("no") for e in said[1:])
    if not looked or parts[first].rest:
        return list(parts)
    return [replace(part, entries=part.entries[1:], looked=True) if n == first else part
            for n, part in enumerate(parts)]


def _in_own_words(parts: Sequence[Part], pieces: Sequence[Piece], asked: int) -> list[Part]:
    """*parts* with the one question that words without its name answer: "no, no, a civil war".

    Where each question has its item, a word that answers one if that was asked is of the one whose
    turn it is: the third of "none, none, some protests".
    """
    items = [n for n, part in enumerate(parts) for _ in part.entries or (
        [part] if part.rest else ())]
    found: list[Part] = []
    for n, part in enumerate(parts):
        told = part.told
        if part.rest and not (part.entries or told or part.remark or part.left_out):
            words = [p for p in pieces if part.span[0] <= p.first and p.last <= part.span[1]]
            if words and words[-1].sort is Sort.VERDICT:
                words = []  # whether "peace yes" answers "is there conflict?" with a yes is open
            surely = frozenset().union(*(p.tells for p in words))
            perhaps = frozenset().union(*(p.may_tell for p in words))
            if len(surely) == 1:
                told = tuple(surely)
            elif len(items) == asked and items.index(n) in perhaps:
                told = (items.index(n),)
        found.append(replace(part, told=told))
    return found


def _of_all(parts: Sequence[Part], *, doubted: bool) -> list[Part]:
    """*parts* with a hedge, or a "we looked", that has a clause to itself applied.

    They are *doubted* too where a question mark ends the message, and the sentence of an answer.
    """
    answers = next((n for n in range(len(parts) - 1, -1, -1) if parts[n].entries), 0)
    doubted = doubted and not any(part.begins and part.rest for part in parts[answers + 1 :])
    hedged = doubted or any(part.hedge for part in parts)
    last = next((e for part in reversed(parts) for e in reversed(part.entries)), None)
    # "No, no, no we looked": whoever looked did so for all.
    looked = any(part.looked for part in parts) or (
        last is not None and last.bare and last.checked)
    if not (hedged or looked):
        return list(parts)
    return [replace(part, entries=tuple(replace(
        e, name=HEDGED[e.name] if hedged and e.name else e.name, hedged=e.hedged or hedged,
        looked=e.looked or looked) for e in part.entries)) for part in parts]
