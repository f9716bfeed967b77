"""Sentences that a model worded, held against what they cite, from outside.

Nothing here is shared with the fence that let them pass or refused them, so that a slip of the
fence shows.  It can't tell everything: words that all stand in the evidence can be put together
into something that it doesn't say.  What it counts is what a careful reader would strike at sight.
"""

import re
from collections.abc import Iterable, Sequence

from retrieval.assuring import assurances

CLOSE = 0.6
"""Share of a sentence's words that another one holds where both are on the same thing."""
KNOWN = 0.5
"""Least share of a sentence's words that its evidence holds."""
_STEM = 5
"""Letters by which forms of one word are told: "record", "recorded", "recording"."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_NUMBERS = {word: str(number) for number, word in enumerate(
    _WORD.findall("two three four five six seven eight nine ten eleven twelve"), start=2)}
_NUMBERS |= {"hundred": "100", "thousand": "1000", "million": "1000000"}
_NAME = re.compile(r"(?<![.!?:;\"“(]\s)(?<!^)(?<![\"“(])\b[A-Z]\w+")
_INITIALS = re.compile(r"\b[A-Z]{2,}s?\b")
_DENIES = re.compile(
    r"\b(?:not|no|never|nor|none|nobody|nothing|neither|cannot|without)\b|n['’]t\b")
_STRENGTHS = (
    re.compile(r"\b(?:may|might|can|could)\b"),
    re.compile(r"\b(?:should|ought|recommend(?:s|ed)?|advis(?:e|es|ed|able))\b"),
    re.compile(r"\b(?:must|shall|ha(?:s|ve) to|need(?:s|ed)? to|requir(?:e|es|ed)|obliged"
               r"|mandatory|prohibited|forbidden)\b"),
)
"""What may, should and must be, each stronger than the one before."""
_LIVE = re.compile(
    r"https?:|www\.|\b\w+\.(?:com|org|net|io|gov|int|eu)\b|[<>@`*_\[\]{}|\\]|(?:^|\s)[#&]\w")
_SMALL = frozenset(_WORD.findall(
    "about after also because been before being both does doing from have having here into just "
    "more most only other over same some such than that their them then there these they this "
    "those through under until very were what when where which while will with would your"))


def faults(text: str, evidence: Sequence[str]) -> tuple[str, ...]:
    """What *text* says that *evidence* does not, each in a few words; nothing if it is borne out.

    Args:
        text: One sentence, or a few.
        evidence: The titles, texts and cited provisions that it may rest on.
    """
    whole = "\n".join(evidence)
    said = [_closest(one, whole) for one in _sentences(text)]
    found = [f"assures: {one}" for one in assurances([text])]
    found += [f"live: {one}" for one in _LIVE.findall(text)]
    found += [f"figure: {one}" for one in sorted(_figures(text) - _figures(whole))]
    found += [f"name: {one}" for one in _names(text) if one.lower() not in _words(whole)]
    for sentence, closest in said:
        found += _turned(sentence, closest, whole)
        strange = _content(sentence) - _content(whole)
        if len(strange) > (1 - KNOWN) * len(_content(sentence)):
            found.append(f"other words: {', '.join(sorted(strange))}")
    return tuple(dict.fromkeys(found))


def _turned(sentence: str, closest: str, whole: str) -> Iterable[str]:
    """Where *sentence* denies, affirms or demands as its evidence does not."""
    if _denies(sentence) and not _denies(whole):
        yield f"denies: {sentence}"
    if closest and _denies(closest) and not _denies(sentence):
        yield f"affirms: {sentence}"
    strength = _strength(sentence)
    if strength > _strength(whole):
        yield f"stronger: {sentence}"
    if closest and 0 < strength < min(_strengths(closest), default=0):
        yield f"weaker: {sentence}"


def _closest(sentence: str, whole: str) -> tuple[str, str]:
    """*sentence* and the one of *whole* on the same thing; empty where there is none."""
    content = _content(sentence)
    best = max(_sentences(whole), default="", key=lambda one: (
        len(content & _content(one)), -len(_content(one))))
    close = bool(content) and len(content & _content(best)) >= CLOSE * len(content)
    return sentence, best if close else ""


def _sentences(text: str) -> list[str]:
    return [one for one in _SENTENCE.split(text.strip()) if one]


def _words(text: str) -> frozenset[str]:
    return frozenset(one.lower().removesuffix("'s").removesuffix("’s")
                     for one in _WORD.findall(text))


def _content(text: str) -> frozenset[str]:
    return frozenset(one[:_STEM] for one in _words(text) if len(one) > 3 and one not in _SMALL)


def _figures(text: str) -> frozenset[str]:
    spelt = {_NUMBERS[one] for one in _words(text) if one in _NUMBERS}
    return frozenset({one.replace(",", "") for one in _FIGURE.findall(text)} | spelt)


def _names(text: str) -> list[str]:
    return [one for one in (*_NAME.findall(text), *_INITIALS.findall(text)) if one != "I"]


def _denies(text: str) -> bool:
    return _DENIES.search(text.lower()) is not None


def _strengths(text: str) -> list[int]:
    lowered = text.lower()
    return [rank for rank, one in enumerate(_STRENGTHS, start=1) if one.search(lowered)]


def _strength(text: str) -> int:
    return max(_strengths(text), default=0)
