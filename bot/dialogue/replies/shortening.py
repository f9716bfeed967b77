"""What is left out of a reply so that somebody in a hurry comes to the question.

Nothing is lost by it: the whole advice, the brief and whoever asks get all of it.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.dialogue.reply import (
    BRIEF_CONSIDERATIONS,
    BRIEF_SAFEGUARDS,
    ConsiderationNote,
    FlagNote,
    Reply,
    SafeguardNote,
    Status,
)
from retrieval.guidance import FlagId

Note = TypeVar("Note", ConsiderationNote, SafeguardNote)

KNOWN_AGAIN = 4
"""Words by which somebody knows again what was quoted just before."""
_SENTENCE_END = re.compile(r"(?<=[^A-Z][.!?])\s+(?=[A-Z])")


def in_short(notes: Sequence[Note]) -> tuple[Note, ...]:
    """*notes* with a sentence each."""
    return tuple(note if (text := first_sentence(note.text)) == note.text
                 else replace(note, text=text) for note in notes)


def gravest_in_full(flags: Sequence[FlagNote], shown: Collection[FlagId]) -> tuple[FlagNote, ...]:
    """*flags* with a sentence each, but for the first of those that are *shown*."""
    first = next((flag.id for flag in flags if flag.id in shown), None)
    return tuple(flag if flag.id == first or (
        explains := first_sentence(flag.explains)) == flag.explains
                 else replace(flag, explains=explains) for flag in flags)


def quoted_once(flags: Iterable[FlagNote]) -> tuple[FlagNote, ...]:
    """*flags*, where long words on which several rest are said back whole only once."""
    quoted: set[str] = set()
    notes = []
    for flag in flags:
        again = not quoted.isdisjoint(flag.said)  # most flags rest on nothing that was said
        notes.append(flag if not again else replace(flag, said=tuple(
            opening(said) if said in quoted else said for said in flag.said)))
        quoted |= {*flag.said} if flag.status is Status.RAISED else set()
    return tuple(notes)


def none_twice(quotes: Iterable[str]) -> tuple[str, ...]:
    """*quotes* without those that stand in another: “drones for the police”, and not “police” too.

    Words that were erased are no part of any.
    """
    some = tuple(dict.fromkeys(quotes))
    spaced = {one: f" {' '.join(one.casefold().split())} " for one in some}
    return tuple(one for one in some if not any(
        spaced[one] in spaced[other] for other in some if other != one))


def opening(said: str) -> str:
    """*said* as far as it takes to know it again."""
    words = said.split()
    return said if len(words) <= KNOWN_AGAIN + 2 else f"{' '.join(words[:KNOWN_AGAIN])} …"


def first_cited(whole: Reply) -> Reply:
    """*whole* with the first source of what weighs most in it: nobody reads fifty passages."""
    question = whole.question
    if question is not None:
        question = replace(question, citations=question.citations[:1], beside=tuple(
            replace(q, citations=q.citations[:1]) for q in question.beside))
    return replace(
        whole, question=question, related=(), more_safeguards=(), consult=(),
        flags=tuple(replace(f, citations=f.citations[:1]) for f in whole.flags),
        considerations=tuple(replace(c, citations=c.citations[:1])
                             for c in whole.considerations[:BRIEF_CONSIDERATIONS]),
        safeguards=tuple(replace(s, citations=s.citations[:1])
                         for s in whole.safeguards[:BRIEF_SAFEGUARDS]))


def first_sentence(text: str) -> str:
    """*text* as far as its first full stop that isn't an abbreviation's ("U.S. law")."""
    return _SENTENCE_END.split(text, maxsplit=1)[0]
