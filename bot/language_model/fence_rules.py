"""Load the words by which a draft is judged from `prompts/fence.yaml`, and check them.

A list that is missing or misspelt is an error at start: a fence with a hole in it would go unseen.
"""

import hashlib
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.dialogue.fencing.rules import (
    FenceRules,
    Limits,
    Operator,
    Phrase,
    Strength,
    Turn,
    Verdicts,
)
from bot.errors import BadContent
from retrieval.words.tokens import stem, words_of

FILE = "fence.yaml"


def _split(value: object) -> object:
    return value.split() if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_split), Field(min_length=1)]
NoWords = Annotated[tuple[str, ...], BeforeValidator(_split)]
Share = Annotated[float, Field(gt=0, le=2)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Limits(_Strict):
    sentence_characters: Annotated[int, Field(gt=0)]
    sentence_words: Annotated[int, Field(gt=0)]
    points_in_sentence: Annotated[int, Field(gt=0)]
    length_share: Share
    evidence_sentences: Annotated[int, Field(gt=0, le=4)]


class _Measure(_Strict):
    similarity: Annotated[float, Field(gt=-1, lt=1)]


class _Operator(_Strict):
    words: NoWords = ()
    stems: NoWords = ()
    endings: NoWords = ()
    opening: NoWords = ()
    before: NoWords = ()
    after_noun: bool = False
    kept: bool = False
    bound: bool = False
    hosts: NoWords = ()
    exact: bool = False
    served_by: Annotated[tuple[Turn, ...], BeforeValidator(_split)] = ()


class _Modals(_Strict):
    must: Words
    should: Words
    may: Words


class _Verdict(_Strict):
    words: Words
    phrases: tuple[str, ...]
    closeness: Annotated[float, Field(gt=0, le=1)]


class _Addressee(_Strict):
    phrases: tuple[str, ...]
    words: Words


class _File(_Strict):
    limits: _Limits
    measure: _Measure
    function_words: Words
    plain_words: Words
    phrases: dict[str, str]
    synonyms: tuple[Words, ...]
    operators: dict[Turn, _Operator]
    modals: _Modals
    imperatives: Words
    causatives: Words
    numbers: Words
    units: Words
    pinpoints: Words
    verdict: _Verdict
    addressee: _Addressee
    actors: Words
    determiners: Words
    joints: Words
    pronouns: Words
    subjects: Words
    abbreviations: Words


def load(folder: Path) -> FenceRules:
    """The rules under *folder*, checked.

    Raises:
        BadContent: The file can't be read, or a list is missing, unknown, empty or of another kind.
    """
    path = folder / FILE
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        file = _File.model_validate(data)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadContent(f"{path}: can't be read: {error}. Restore it from the release.") from None
    except ValidationError as error:
        raise BadContent("\n".join(
            f"{FILE}: {'.'.join(map(str, one['loc'])) or 'the whole file'}: {one['msg']}"
            for one in error.errors()
        )) from None
    problems = _problems(file)
    if problems:
        raise BadContent("\n".join(problems))
    return _rules(file)


def digest_of(folder: Path) -> str:
    """Twelve hex digits that change with any word of the file; kept with each judged draft."""
    return hashlib.sha256((folder / FILE).read_bytes()).hexdigest()[:12]


def _problems(file: _File) -> list[str]:
    missing = [turn for turn in Turn if turn not in file.operators]
    problems = [f"{FILE}: operators: {turn.value!r} is missing" for turn in missing]
    problems += [
        f"{FILE}: synonyms: a group needs two words, and {group[0]!r} stands alone"
        for group in file.synonyms if len(group) == 1
    ]
    return problems


def _rules(file: _File) -> FenceRules:
    groups: dict[str, set[int]] = {}
    for number, group in enumerate(file.synonyms):
        for word in group:
            groups.setdefault(stem(word), set()).add(number)
    return FenceRules(
        limits=Limits(**file.limits.model_dump()),
        similarity=file.measure.similarity,
        function_words=_norms(file.function_words),
        plain_words=_norms(file.plain_words),
        phrases={
            tuple(token.stem for token in words_of(phrase)): one
            for phrase, one in file.phrases.items()
        },
        longest_phrase=max(len(words_of(phrase)) for phrase in file.phrases),
        groups={word: frozenset(numbers) for word, numbers in groups.items()},
        operators=tuple(_operator(turn, one) for turn, one in file.operators.items()),
        modals={
            _phrase(phrase): strength
            for strength, phrases in (
                (Strength.MUST, file.modals.must), (Strength.SHOULD, file.modals.should),
                (Strength.MAY, file.modals.may))
            for phrase in phrases
        },
        imperatives=_norms(file.imperatives),
        verb_stems=_stems(file.imperatives),
        causatives=_norms(file.causatives),
        numbers=_norms(file.numbers),
        units=_norms(file.units),
        pinpoints=_norms(file.pinpoints),
        verdicts=Verdicts(
            _norms(file.verdict.words),
            tuple(_phrase(phrase) for phrase in file.verdict.phrases),
            file.verdict.closeness,
        ),
        addressee_phrases=tuple(_phrase(phrase) for phrase in file.addressee.phrases),
        addressee_stems=_stems(file.addressee.words),
        actors=_stems(file.actors),
        determiners=_norms(file.determiners),
        joints=_norms(file.joints),
        pronouns=_norms(file.pronouns),
        subjects=_norms(file.subjects),
        abbreviations=frozenset(file.abbreviations),
    )


def _operator(turn: Turn, one: _Operator) -> Operator:
    return Operator(
        turn, _norms(one.words), _stems(one.stems), one.endings, _norms(one.opening),
        _norms(one.before), one.after_noun, one.kept, one.bound, _norms(one.hosts), one.exact,
        frozenset(one.served_by),
    )


def _phrase(phrase: str) -> Phrase:
    return tuple(token.norm for token in words_of(phrase))


def _norm(word: str) -> str:
    return " ".join(_phrase(word)) or word


def _norms(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_norm(word) for word in words)


def _stems(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(stem(_norm(word)) for word in words)
