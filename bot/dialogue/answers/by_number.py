"""Choices picked by number, letter or place in their list: "2", "1, 4 and 6", "b", "the last"."""

import re
import unicodedata
from collections.abc import Sequence

from bot.dialogue.small_words.answer_words import ORDINALS, Kind, only_answer
from bot.dialogue.small_words.cues import Cues
from retrieval.guidance import Fact, Question, QuestionKind
from retrieval.words.mentions import Reading
from retrieval.words.tokens import Token

LONGEST_PLACE = 4
"""Digits of the longest number that is read as a place in a list; a longer one is a quantity."""
OTHER = "other"


def numbered(
    questions: Sequence[Question], words: Sequence[Token], cues: Cues
) -> dict[Fact, frozenset[str]]:
    """Values picked by number, where the choices of all *questions* are numbered through.

    None where the message holds anything else, or a number that no choice has.
    """
    numbers = _numbers(_without_joiners([w.norm for w in words], cues))
    if not _all_places(numbers):
        return {}
    choices = [(q.fact, choice.value) for q in questions for choice in q.choices
               if q.kind is QuestionKind.CHOICE]
    picks = [int(n) - 1 for n in numbers]
    if not all(0 <= n < len(choices) for n in picks):
        return {}
    picked: dict[Fact, frozenset[str]] = {}
    for n in picks:
        fact, value = choices[n]
        picked[fact] = picked.get(fact, frozenset()) | {value}
    several = {q.fact for q in questions if q.several}
    if not all(len(v) == 1 or f in several for f, v in picked.items()):
        return {}
    return {q.fact: q.together(picked[q.fact]) for q in questions if q.fact in picked}


def picked(question: Question, reading: Reading, cues: Cues) -> frozenset[str]:
    """Values of *question* picked by number, letter or place in its list; none if none is."""
    choices = [choice.value for choice in question.choices]
    if question.kind is not QuestionKind.CHOICE:
        return frozenset()
    words = [t.norm for t in reading.tokens.words]
    numbers = _numbers(_without_joiners(words, cues))
    if _all_places(numbers):
        picks = [int(w) for w in numbers]
        if all(1 <= n <= len(choices) for n in picks):
            return question.together(frozenset(choices[n - 1] for n in picks))
    if len(numbers) == 1 and len(numbers[0]) == 1 and numbers[0].isalpha():
        place = ord(numbers[0]) - ord("a")
        if 0 <= place < len(choices) and (
                numbers[0] not in cues.words("yes_or_no_letters")):
            return frozenset({choices[place]})
    if cues.starts("none_of_these", reading.tokens):
        return frozenset({v for v in (OTHER, "none") if v in choices}) and frozenset(
            {next(v for v in (OTHER, "none") if v in choices)}
        )
    if question.several and len(choices) <= 4 and cues.starts("all_of_these", reading.tokens):
        return question.together(frozenset(choices))
    if any(m.strength.is_firm for m in reading.mentions) or not _names_only_places(reading, cues):
        return frozenset()
    picks = [len(choices) - 1 if name == "ordinal_last" else place
             for place, name in enumerate(ORDINALS) if cues.find(name, reading.tokens)]
    return frozenset(choices[p] for p in picks if p < len(choices))


def _names_only_places(reading: Reading, cues: Cues) -> bool:
    """Whether a message names places, and says nothing of them: "yes, the second", "the last?".

    "The second one is yes too" and "I take back the third" are of what was answered before.
    """
    items = only_answer(reading.tokens, cues)
    at = next((n for n, one in enumerate(items) if one.kind is Kind.PLACE), len(items))
    return at < len(items) and all(
        one.kind is not Kind.VERDICT or one.hedges for one in items[at:]) and all(
        one.kind is not Kind.VERDICT or one.hedges or one.name == "yes" for one in items[:at])


def place_of(word: str) -> int | None:
    """The place, from 0, that *word* names; None where it is no number, or too long a one."""
    return int(word) - 1 if _all_places([word]) and int(word) > 0 else None


def only_places(words: Sequence[Token], cues: Cues) -> bool:
    """Whether *words* are nothing but numbers that a list may have: "1, 3"."""
    return _all_places(_numbers(_without_joiners([w.norm for w in words], cues)))


def _without_joiners(words: Sequence[str], cues: Cues) -> list[str]:
    """*words* less those that stand beside numbers: "option 2 and number 4, please".

    The "no" of "no 2" may stand for its number, and that of "1 no" is an answer.
    """
    joiners, denies = cues.words("beside_a_number"), cues.words("no_or_number")
    return [word for word, behind in zip(words, (*words[1:], ""), strict=True)
            if word not in joiners or (word in denies and not behind[:1].isdigit())]


def _numbers(words: Sequence[str]) -> list[str]:
    """*words* with "1,4,6" taken apart, and digits of whatever script or shape as plain ones."""
    return [_plain_digits(part) for word in words
            for part in (re.split("[.,]", word) if word[0].isdigit() else [word])]


def _plain_digits(word: str) -> str:
    """"❶" as "1"; a word that is no number stays as it is."""
    return "".join(str(unicodedata.digit(c)) for c in word) if word.isdigit() else word


def _all_places(numbers: Sequence[str]) -> bool:
    """Whether *numbers*, of `_numbers`, are all numbers that a list may have."""
    return bool(numbers) and all(
        n.isdecimal() and len(n) <= LONGEST_PLACE for n in numbers)
