"""The answer to what was asked last, in whatever words: "yes", "the second one", "no idea"."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from bot.dialogue.clauses import Clauses, Cues
from bot.dialogue.deal import Answer, MessageKey
from bot.dialogue.subjects import Subjects
from retrieval.guidance import Fact, Question, QuestionKind
from retrieval.mentions import Reading
from retrieval.tokens import Token

SHORT_WORDS = 8
"""Longest message in which "the second one", "skip" or "both" is taken for the whole answer."""
CLOSE_LABEL = 88.0
"""Least likeness (0 to 100) of a message to a choice's label for it to be meant."""
OTHER = "other"

DOUBTED = 0.5
"""How likely a leading yes or no is of what was asked, where words about something else follow; it
is asked back."""
_JOINERS = frozenset({"and", "or", "option", "number", "no", "the", "choice", "answer", "one",
                      "please"})
_PLACES = frozenset({"to", "for", "on", "all", "both", "of", "them", "first", "second", "third",
                     "last", "two", "three", "these", "those", "this", "that", "then", "it",
                     "is"})
_VERDICTS = ("dont_know", "no", "yes")
_LEADING = ("yes_unsure", "no_unsure", "dont_know", "yes", "no")
_ORDINALS = (*(f"ordinal_{n}" for n in range(1, 11)), "ordinal_last")


def answers_to(
    questions: Sequence[Question],
    reading: Reading,
    clauses: Clauses,
    cues: Cues,
    key: MessageKey,
    hinted: Collection[Fact],
    subjects: Subjects,
) -> Mapping[Fact, Answer]:
    """What the message answers to *questions*, which were asked together.

    Args:
        questions: What was asked last, in the order shown.
        reading: The message and the mentions in it.
        clauses: Its scopes.
        cues: The cue lists of the release.
        key: The message's key.
        hinted: Facts that the message holds words on by themselves, so only what outranks them
            ("yes", "the second one", "no idea") is given here.
        subjects: What the questions are about.

    What is not understood is not taken for "something else": the fact stays open.
    """
    if len(questions) == 1:
        question = questions[0]
        answer = _answer_to(question, reading, clauses, cues, key, subjects,
                            hinted=question.fact in hinted)
        return {} if answer is None else {question.fact: answer}
    words = [t for t in reading.tokens if t.is_word]
    if not words or len(words) > SHORT_WORDS:
        return {}

    def said(values: frozenset[str] | None, sure: bool = True) -> Answer:
        return Answer(values, reading.text.strip(), key, sure, 0, len(reading.text))

    picked = _numbered(questions, words)
    if picked:
        return {fact: said(values) for fact, values in picked.items()}
    found = verdicts(words, cues)
    if len(found) == len(questions):
        return {
            q.fact: said(None if v is None else frozenset({v}))
            for q, name in zip(questions, found, strict=True)
            for v in [value_said(q, name)]
            if v is not None or name == "dont_know"
        }
    if len(found) == 1:
        name = found[0]
        # A bare "no" is meant for all that was asked; a bare "yes" perhaps not.
        sure = name != "yes" or bool(cues.find("all_of_these", words))
        values = {q.fact: value_said(q, name) for q in questions}
        return {f: said(None if v is None else frozenset({v}), sure or v is None)
                for f, v in values.items() if v is not None or name == "dont_know"}
    if cues.starts("skip", words):
        return {q.fact: said(None) for q in questions}
    if clauses.unknowns:
        return dict.fromkeys(subjects.unknown(questions, reading, clauses), said(None))
    labels = {q.fact: _label(q, reading) for q in questions if q.fact not in hinted}
    return {fact: said(frozenset({value})) for fact, value in labels.items() if value is not None}


def _numbers(words: Sequence[str]) -> list[str]:
    """*words* with "1,4,6" taken apart."""
    return [part for word in words
            for part in (re.split("[.,]", word) if word[0].isdigit() else [word])]


def _numbered(questions: Sequence[Question], words: Sequence[Token]) -> dict[Fact, frozenset[str]]:
    """Values picked by number, where all choices are numbered through."""
    numbers = _numbers([w.norm for w in words if w.norm not in _JOINERS])
    if not numbers or not all(n.isdigit() for n in numbers):
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
    return picked if all(len(v) == 1 or f in several for f, v in picked.items()) else {}


def verdicts(
    words: Sequence[Token],
    cues: Cues,
    names: Sequence[str] = _VERDICTS,
    between: Collection[str] = _JOINERS | _PLACES,
) -> list[str]:
    """The cues of *names* that the whole message is made of, in order; empty if it holds more.

    Without other *names* these are its yeses, noes and don't-knows.
    """
    found: list[str] = []
    position = 0
    while position < len(words):
        rest = words[position:]
        length, name = max((cues.starts(n, rest), n) for n in names)
        if length:
            found.append(name)
        elif rest[0].norm not in between:
            return []
        position += length or 1
    return found


def answers_whole(words: Sequence[Token], cues: Cues) -> bool:
    """Whether the whole message is numbers, or yeses, noes and don't-knows: it is finished."""
    numbers = _numbers([w.norm for w in words if w.norm not in _JOINERS])
    return bool(words) and (
        (bool(numbers) and all(n.isdigit() for n in numbers)) or bool(verdicts(words, cues)))


def leading(
    words: Sequence[Token], cues: Cues, names: Sequence[str] = _LEADING
) -> tuple[int, str]:
    """The cue of *names* that the message opens with, and its length in words; 0 and "" for none.

    Without other *names* that is a yes, a no, either with a hedge, or a don't-know.
    """
    length, name = max(((cues.starts(n, words), n) for n in names), key=lambda pair: pair[0])
    return length, name if length else ""


def value_said(question: Question, verdict: str) -> str | None:
    """What a bare yes or no says of *question*, if it says anything."""
    values = {choice.value for choice in question.choices}
    if verdict == "yes":
        return question.yes or ("yes" if "yes" in values else None)
    if verdict == "no":
        return question.no or ("no" if "no" in values else None)
    return None


def _answer_to(
    question: Question,
    reading: Reading,
    clauses: Clauses,
    cues: Cues,
    key: MessageKey,
    subjects: Subjects,
    *,
    hinted: bool,
) -> Answer | None:
    """What the message answers to *question*; None when it doesn't answer it here."""
    words = [t for t in reading.tokens if t.is_word]
    if not words:
        return None

    def said(values: frozenset[str] | None, sure: bool = True) -> Answer:
        return Answer(values, reading.text.strip(), key, sure, 0, len(reading.text))

    short = len(words) <= SHORT_WORDS
    if question.kind is QuestionKind.COUNTRY:
        code = reading.text.strip(" .!").upper()
        if len(code) == 2 and code.isalpha() and reading.text.strip(" .!").isupper():
            return said(frozenset({code}))
    picked = _picked(question, reading, cues) if short else None
    if picked:
        return said(picked)
    hedge = _yes_or_no(question, reading, clauses, cues, subjects)
    if hedge is not None:
        value, sure, likely = hedge
        return replace(said(frozenset({value}), sure and likely == 1.0), confidence=likely)
    if _only_hedges(words, cues):
        return said(None)
    if short and (cues.starts("skip", words)
                  or subjects.unknown([question], reading, clauses)):
        return said(None)
    if short and not hinted:
        label = _label(question, reading)
        if label is not None:
            return said(frozenset({label}))
    return None


def _picked(question: Question, reading: Reading, cues: Cues) -> frozenset[str]:
    """Values picked by number, letter or place in the list."""
    choices = [choice.value for choice in question.choices]
    if question.kind is not QuestionKind.CHOICE:
        return frozenset()
    words = [t.norm for t in reading.tokens if t.is_word]
    numbers = _numbers([w for w in words if w not in _JOINERS])
    if numbers and all(w.isdigit() for w in numbers):
        picks = [int(w) for w in numbers]
        if all(1 <= n <= len(choices) for n in picks):
            return frozenset(choices[n - 1] for n in picks)
    if len(numbers) == 1 and len(numbers[0]) == 1 and numbers[0].isalpha():
        place = ord(numbers[0]) - ord("a")
        if 0 <= place < len(choices) and numbers[0] not in {"y", "n"}:
            return frozenset({choices[place]})
    if cues.starts("none_of_these", reading.tokens):
        return frozenset({v for v in (OTHER, "none") if v in choices}) and frozenset(
            {next(v for v in (OTHER, "none") if v in choices)}
        )
    if question.several and len(choices) <= 4 and cues.starts("all_of_these", reading.tokens):
        return frozenset(choices)
    told = any(m.strength.is_firm for m in reading.mentions)
    picks = []
    for place, name in enumerate(_ORDINALS):
        if cues.find(name, reading.tokens) and not told:
            picks.append(len(choices) - 1 if name == "ordinal_last" else place)
    return frozenset(choices[p] for p in picks if p < len(choices))


def _yes_or_no(
    question: Question, reading: Reading, clauses: Clauses, cues: Cues, subjects: Subjects
) -> tuple[str, bool, float] | None:
    """The value that a leading yes or no says, whether without a hedge, and how likely so."""
    words = [t for t in reading.tokens if t.is_word]
    length, name = leading(words, cues)
    first = next((i for i, t in enumerate(reading.tokens) if t.is_word), 0)
    if name in ("", "dont_know") or clauses.takes_back(first):
        return None
    # "Some gaps" and "no budget yet" need not be about what was asked; "yes" is.
    strict = name in ("yes", "no") and not cues.starts("plain_yes", words)
    doubted = strict and not subjects.says_no(question, reading, clauses, length)
    value = value_said(question, "yes" if name.startswith("yes") else "no")
    if value is None:
        return None
    hedged = (name.endswith("unsure") or bool(cues.find("uncertain", reading.tokens))
              or clauses.reports)
    return value, not hedged, DOUBTED if doubted else 1.0


def _label(question: Question, reading: Reading) -> str | None:
    """The choice whose label or value the message all but equals."""
    text = " ".join(t.norm for t in reading.tokens if t.is_word)
    best: tuple[float, str] = (0.0, "")
    for choice in question.choices:
        for name in (choice.label, choice.value.replace("-", " ")):
            likeness = fuzz.token_sort_ratio(text, name.casefold())
            best = max(best, (likeness, choice.value))
    return best[1] if best[0] >= CLOSE_LABEL else None


def _only_hedges(words: Sequence[Token], cues: Cues) -> bool:
    """Whether the whole message is a "maybe"."""
    covered = {i for first, last in cues.find("uncertain", words) for i in range(first, last)}
    return len(covered) == len(words)
