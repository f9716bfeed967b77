"""An answer that lists choices of what was asked: "traffic, environment + elections".

Each word of such a list means little by itself, and is weighed against the others; together, with
nothing beside them, they are choices of the one question that was asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from bot.dialogue.deal import Answer, MessageKey
from bot.dialogue.small_words.cues import Cues
from retrieval.guidance import Choice, Fact, Question
from retrieval.words.mentions import Reading
from retrieval.words.tokens import forms_of_label

Span = tuple[int, int]

PARTS = frozenset({",", ";", "+", "/", "\n"})
"""Signs that part the members of a list, beside the words for "and"."""


def named_in_a_list(
    questions: Sequence[Question], reading: Reading, cues: Cues, key: MessageKey
) -> Mapping[Fact, Answer]:
    """The answer to one question that is a list of its choices and nothing else; empty if none.

    A member is a choice's label, the first of the names in it, its value, or words of the
    vocabulary for it alone.
    """
    if len(questions) != 1 or not questions[0].several or "?" in reading.text:
        return {}
    [question] = questions
    members = [(first, last) for first, last in _members(reading, cues) if first < last]
    values = {_value_of(span, question, reading, cues) for span in members}
    if len(members) < 2 or None in values or len(values) < 2:
        return {}
    text = reading.text.strip()
    return {question.fact: Answer(frozenset(v for v in values if v), text, key, True, 0,
                                  len(reading.text))}


def _members(reading: Reading, cues: Cues) -> Iterator[Span]:
    """The stretches of words between what parts them."""
    tokens, ands = reading.tokens, cues.words("and_words")
    first = 0
    for at, token in enumerate(tokens):
        before = reading.text[tokens[at - 1].end : token.start] if at else ""
        if token.norm in PARTS or token.norm in ands:
            yield first, at
            first = at + 1
        elif not PARTS.isdisjoint(before):
            yield first, at
            first = at
    yield first, len(tokens)


def _value_of(span: Span, question: Question, reading: Reading, cues: Cues) -> str | None:
    """The one value of *question* that the tokens of *span* name with all their words."""
    said = tuple(t.norm for t in reading.tokens[slice(*span)] if t.is_word)
    named = {choice.value for choice in question.choices if said in _names_of(choice, cues)}
    if not named:
        words = {i for i in range(*span) if reading.tokens[i].is_word}
        named = {m.value for m in reading.mentions if m.fact == question.fact
                 and words <= {i for part in m.parts for i in range(*part)}}
    return next(iter(named)) if len(named) == 1 else None


def _names_of(choice: Choice, cues: Cues) -> Iterator[tuple[str, ...]]:
    """What a *choice* is called: its label, the first name in it, and its value."""
    label = tuple(norm for norm, _ in forms_of_label(choice.label))
    yield label
    yield tuple(takewhile(lambda norm: norm not in cues.words("nor_words"), label))
    yield tuple(norm for norm, _ in forms_of_label(choice.value))
