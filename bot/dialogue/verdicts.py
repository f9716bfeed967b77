"""The yeses, noes and don't-knows that an answer is made of, and which question each is of.

"no to all three, as far as I know" is a hedged no to all that was asked; "1 yes, 2 not sure" and
"yes to the first, the rest no" say which question each word is of, and so does "first no. Second
yes, they put it in a safe-city system", of which the rest is told beside it.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby

from bot.dialogue.clauses import Cues
from retrieval.guidance import Fact, Question, QuestionKind
from retrieval.mentions import Reading
from retrieval.tokens import Token

WHOLE_WORDS = 16
"""Longest message in which a yes or no is looked for at every word."""
JOINERS = frozenset({"and", "or", "option", "number", "no", "the", "choice", "answer", "one",
                     "please"})
PLACES = frozenset({"to", "for", "on", "all", "both", "of", "them", "first", "second", "third",
                    "last", "two", "three", "these", "those", "this", "that", "then", "it",
                    "is"})
NAMES = ("yes_unsure", "no_unsure", "dont_know", "yes", "no")
"""The cue lists of a yes and a no, either with a hedge, and of a don't-know."""
ORDINALS = (*(f"ordinal_{n}" for n in range(1, 11)), "ordinal_last")

_HEDGES = ("uncertain", "answer_hedges")
_HEDGED = {"yes": "yes_unsure", "no": "no_unsure", "dont_know": "dont_know",
           "yes_unsure": "yes_unsure", "no_unsure": "no_unsure"}
_HALVES = {"not": "no", "so": "yes"}
"""Beside a hedge these say no and yes: "not that I've heard", "I reckon so"."""
_BETWEEN = (JOINERS | PLACES) - {"no", "first", "second", "third", "last", "all", "both"}
_QUESTION_NUMBER = re.compile(r"q(\d)")
_CLOSERS = frozenset({":", ")", "."})
_DASH = re.compile(r"\s*[-=–—]")


class _Kind(Enum):
    VERDICT = 5
    HEDGE = 4
    PLACE = 3
    REST = 2
    ALL = 1
    BETWEEN = 0
    HALF = -1
    STOP = -2
    OTHER = -3


@dataclass(frozen=True, slots=True)
class _Item:
    """Some words of a message, and what they are for an answer."""

    kind: _Kind
    name: str
    first: int
    last: int
    place: int = -1
    digit: bool = False
    hedges: bool = False
    """A verdict that may as well hedge another: "probably"."""


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


def leading(
    words: Sequence[Token], cues: Cues, names: Sequence[str] = NAMES
) -> tuple[int, str]:
    """The cue of *names* that the message opens with, and its length in words; 0 and "" for none.

    Without other *names* that is a yes, a no, either with a hedge, or a don't-know.
    """
    length, name = max(((cues.starts(n, words), n) for n in names), key=lambda pair: pair[0])
    return length, name if length else ""


def verdicts(
    words: Sequence[Token], cues: Cues, names: Sequence[str], between: Collection[str]
) -> list[str]:
    """The cues of *names* that the whole message is made of, in order; empty if it holds more."""
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


def value_said(question: Question, verdict: str) -> str | None:
    """What a bare yes or no says of *question*, if it says anything."""
    values = {choice.value for choice in question.choices}
    if verdict.startswith("yes"):
        return question.yes or ("yes" if "yes" in values else None)
    if verdict.startswith("no"):
        return question.no or ("no" if "no" in values else None)
    return None


def whole(tokens: Sequence[Token], cues: Cues, count: int = 1) -> list[str]:
    """The verdicts, one of `NAMES` each, that the whole message is made of, in order.

    Args:
        tokens: The message.
        cues: The cue lists of the release.
        count: How many questions were asked: "no, probably" is one answer, but two to two.

    Returns:
        Empty where it holds anything else, or says which question one of them is of.
    """
    items = _whole(tokens, cues)
    if any(one.kind in (_Kind.PLACE, _Kind.REST) for one in items):
        return []
    said = [one.name for one in _hedged(items, count) if one.kind is _Kind.VERDICT]
    if len({name.removesuffix("_unsure") for name in said}) != 1 or len(said) == count:
        return said
    # "No, not that I'm aware of" is one word in two, and a doubt in either is one.
    return [max(said, key=lambda name: name.endswith("_unsure"))]


def says_only(tokens: Sequence[Token], cues: Cues) -> bool:
    """Whether a short message is nothing but words of an answer, if only a "maybe"."""
    return any(one.kind in (_Kind.VERDICT, _Kind.HEDGE) for one in _whole(tokens, cues))


def parted(
    questions: Sequence[Question], reading: Reading, cues: Cues
) -> Mapping[Fact, Part]:
    """What the message says of each of several *questions*, in the order shown, by their place.

    Empty where it names none of them by its place.
    """
    items = _whole(reading.tokens, cues)
    if not items:
        return _told(questions, reading, cues)
    said = _hedged(items, len(questions))
    named = [one for one in said if one.kind is _Kind.PLACE]
    rest = any(one.kind is _Kind.REST for one in said)
    words = [token for token in reading.tokens if token.is_word]
    if named and cues.starts("only_these", words) and not any(
            one.digit or one.kind in (_Kind.VERDICT, _Kind.REST) for one in said):
        said.insert(0, _Item(_Kind.VERDICT, "yes", 0, 0))
    if not (named or rest) or not any(one.kind is _Kind.VERDICT for one in said):
        return {}
    by_place = _by_place(said, len(questions))
    if named and all(one.digit for one in named) and not rest:
        by_choice = _by_choice(said, questions)
        if by_place and by_choice:
            # "1 yes, 3 yes" may count the questions or the choices below them.
            by_place = {n: name for n, name in by_place.items() if by_choice.get(n) == name}
        by_place = by_place or by_choice
    end = len(reading.tokens)
    return {questions[n].fact: Part(name, 0, end) for n, name in by_place.items()}


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


def _whole(tokens: Sequence[Token], cues: Cues) -> list[_Item]:
    """What the words of a short message are for an answer; empty if one is for nothing."""
    if sum(token.is_word for token in tokens) > WHOLE_WORDS:
        return []
    items = list(_items(tokens, cues))
    stray = any(one.kind is _Kind.OTHER for one in items)
    return [] if stray or not any(one.kind is not _Kind.STOP for one in items) else items


def _items(tokens: Sequence[Token], cues: Cues) -> Iterator[_Item]:
    position = 0
    while position < len(tokens):
        item = _item(tokens, position, cues)
        yield item
        position = item.last


def _item(tokens: Sequence[Token], first: int, cues: Cues) -> _Item:
    """What the words at *first* are for an answer; the longest phrase counts."""
    token = tokens[first]
    if not token.is_word:
        kind = _Kind.STOP if token.ends_clause and token.norm not in "()" else _Kind.BETWEEN
        return _Item(kind, token.norm, first, first + 1)
    behind = tokens[first + 1].norm if first + 1 < len(tokens) else ""
    if len(token.norm) == 1 and "a" <= token.norm <= "j" and behind in _CLOSERS:
        return _Item(_Kind.PLACE, "", first, first + 2, ord(token.norm) - ord("a"))
    # A comma within "no, not really" divides nothing.
    at = [i for i in range(first, len(tokens)) if tokens[i].is_word]
    rest = [tokens[i] for i in at]

    def end(length: int) -> int:
        return at[length - 1] + 1

    hedge = max(cues.starts(name, rest) for name in _HEDGES)
    length, name = leading(rest, cues, sorted(NAMES, reverse=True))
    found = [(length, _Kind.VERDICT.value, _Item(
        _Kind.VERDICT, name, first, end(length), hedges=hedge == length))] if length else []
    if hedge:
        found.append((hedge, _Kind.HEDGE.value, _Item(_Kind.HEDGE, "", first, end(hedge))))
    for place, ordinal in enumerate(ORDINALS):
        length = cues.starts(ordinal, rest)
        # "No 2" beside a yes is a no and a two.
        if length and token.norm != "no":
            at_last = ordinal == "ordinal_last"
            found.append((length, _Kind.PLACE.value, _Item(
                _Kind.PLACE, "", first, end(length), LAST if at_last else place)))
    for kind, cue in ((_Kind.REST, "the_rest"), (_Kind.ALL, "all_of_these"),
                      (_Kind.BETWEEN, "beside_a_verdict")):
        length = cues.starts(cue, rest)
        if length:
            found.append((length, kind.value, _Item(kind, "", first, end(length))))
    if found:
        return max(found, key=lambda one: one[:2])[2]
    number = _QUESTION_NUMBER.fullmatch(token.norm)
    digits = number[1] if number else token.norm
    if digits.isdecimal() and len(digits) <= 2 and int(digits) > 0:
        return _Item(_Kind.PLACE, "", first, first + 1, int(digits) - 1, digit=number is None)
    if token.norm in _HALVES:
        return _Item(_Kind.HALF, _HALVES[token.norm], first, first + 1)
    kind = _Kind.BETWEEN if token.norm in _BETWEEN else _Kind.OTHER
    return _Item(kind, "", first, first + 1)


LAST = -2
"""The place of the last question, however many there are."""


def _hedged(items: Sequence[_Item], count: int) -> list[_Item]:
    """Verdicts, with their hedges applied, places and what ends clauses.

    Empty if a "not" is left that nothing hedges.
    """
    sole = sum(one.kind is _Kind.VERDICT for one in items)
    said: list[_Item] = []
    later = False
    for segment in _segments(items):
        verdict = [one for one in segment if one.kind is _Kind.VERDICT]
        half = [one for one in segment if one.kind is _Kind.HALF]
        hedges = any(one.kind is _Kind.HEDGE or one.hedges for one in segment)
        if half and not hedges and (not verdict or any(one.name == "no" for one in half)):
            return []
        if hedges and not half and (not verdict or (
                sole > 1 and sole != count and all(one.hedges for one in verdict))):
            # Nothing but a hedge: of all that was said.
            later = True
            continue
        said += _without_hedges(segment, hedges)
        said.append(_Item(_Kind.STOP, "", 0, 0))
    return [replace(one, name=_HEDGED[one.name])
            if later and one.kind is _Kind.VERDICT else one for one in said]


def _without_hedges(segment: Sequence[_Item], hedged: bool) -> list[_Item]:
    """A clause with its verdicts *hedged* or not, and a "not" or "so" for one if it has none."""
    plain = [one for one in segment if one.kind is _Kind.VERDICT and not one.hedges]
    half = [one for one in segment if one.kind is _Kind.HALF][:0 if plain else 1]
    kept = []
    for one in segment:
        if one in half:
            kept.append(replace(one, kind=_Kind.VERDICT, name=_HEDGED[one.name]))
        elif one.kind is _Kind.VERDICT and not (one.hedges and (plain or half)):
            kept.append(replace(one, name=_HEDGED[one.name]) if hedged else one)
        elif one.kind not in (_Kind.VERDICT, _Kind.HEDGE, _Kind.HALF):
            kept.append(one)
    return kept


def _segments(items: Sequence[_Item]) -> list[list[_Item]]:
    """*items* between the marks that end clauses; the colon of "first: yes" ends none."""
    kept = [one for n, one in enumerate(items) if one.kind is not _Kind.STOP or n == 0
            or items[n - 1].kind is not _Kind.PLACE or one.name not in _CLOSERS]
    return [list(group) for stop, group in groupby(kept, lambda one: one.kind is _Kind.STOP)
            if not stop]


def _by_place(said: Sequence[_Item], count: int) -> dict[int, str]:
    """By question the verdict on it, where one way only to part them leaves nothing over."""
    segments = [[one for one in group if one.kind in (_Kind.VERDICT, _Kind.PLACE, _Kind.REST)]
                for group in _segments(said)]
    segments = [segment for segment in segments if segment]
    if all(sum(one.kind is _Kind.VERDICT for one in segment) == 1 and len(segment) > 1
           for segment in segments):
        pairs = [(next(one.name for one in segment if one.kind is _Kind.VERDICT),
                  [one for one in segment if one.kind is not _Kind.VERDICT])
                 for segment in segments]
        return _placed(pairs, count)
    flat = [one for segment in segments for one in segment]
    names = [one.name for one in flat if one.kind is _Kind.VERDICT]
    runs: list[list[_Item]] = [[]]
    for one in flat:
        if one.kind is _Kind.VERDICT:
            runs.append([])
        else:
            runs[-1].append(one)
    if not runs[0] and all(runs[1:]):
        return _placed(list(zip(names, runs[1:], strict=True)), count)
    if not runs[-1] and all(runs[:-1]):
        return _placed(list(zip(names, runs[:-1], strict=True)), count)
    ways = list(_ways(names, runs)) if len(segments) == 1 else []
    return _placed(ways[0], count) if len(ways) == 1 else {}


def _ways(
    names: Sequence[str], runs: Sequence[Sequence[_Item]]
) -> Iterator[list[tuple[str, list[_Item]]]]:
    """Every way to give each of *names* places from those before and behind it."""
    if not names:
        if not runs[0]:
            yield []
        return
    before, behind, *others = runs
    for cut in range(len(behind) + 1):
        mine = [*before, *behind[:cut]]
        if mine:
            for way in _ways(names[1:], [behind[cut:], *others]):
                yield [(names[0], mine), *way]


def _placed(pairs: Sequence[tuple[str, Sequence[_Item]]], count: int) -> dict[int, str]:
    """*pairs* by question; empty where one is said to be two things, or there is none such."""
    found: dict[int, str] = {}
    remaining = ""
    for name, places in pairs:
        for one in places:
            if one.kind is _Kind.REST:
                remaining = name
                continue
            place = count - 1 if one.place == LAST else one.place
            if not 0 <= place < count or found.get(place, name) != name:
                return {}
            found[place] = name
    if remaining:
        found |= {n: remaining for n in range(count) if n not in found}
    return found


def _by_choice(said: Sequence[_Item], questions: Sequence[Question]) -> dict[int, str]:
    """The same where the numbers are those of the choices, which are numbered through."""
    choices = [(n, choice.value) for n, q in enumerate(questions) for choice in q.choices
               if q.kind is QuestionKind.CHOICE]
    pairs = [one for one in said if one.kind in (_Kind.VERDICT, _Kind.PLACE)]
    found: dict[int, str] = {}
    for one, other in zip(pairs[::2], pairs[1::2], strict=False):
        place, verdict = (one, other) if one.kind is _Kind.PLACE else (other, one)
        if place.kind is not _Kind.PLACE or verdict.kind is not _Kind.VERDICT or not (
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
    heads = list(_heads(reading, cues))
    if not any(name for _, name, _ in heads) and len(heads) < 2:
        return {}
    taken = {place for places, _, _ in heads for place in places}
    opening = next((i for i, token in enumerate(reading.tokens) if token.is_word), None)
    if heads and opening is not None and 0 not in taken and heads[0][2] > opening:
        name = leading([t for t in reading.tokens if t.is_word], cues)[1]
        if name:
            # "Yes (see Amnesty), second no": the first is of the first.
            heads.insert(0, ([0], name, opening))
    found: dict[Fact, Part] = {}
    ends = [*(first for _, _, first in heads[1:]), len(reading.tokens)]
    for (places, name, first), end in zip(heads, ends, strict=True):
        last = max((i + 1 for i in range(first, end) if reading.tokens[i].is_word),
                   default=first + 1)
        mine = reading.tokens[first:last]
        more = any(one.kind is _Kind.OTHER for one in _items(mine, cues))
        doubts = name in ("yes", "no") and any(
            cues.find(cue, mine) for cue in (*_HEDGES, "dont_know"))
        for one in places:
            place = len(questions) - 1 if one == LAST else one
            if not 0 <= place < len(questions) or questions[place].fact in found:
                return {}
            found[questions[place].fact] = Part(
                _HEDGED[name] if doubts else name, first, last, more)
    return found


def _heads(reading: Reading, cues: Cues) -> Iterator[tuple[list[int], str, int]]:
    """Where a clause begins that names a question by its place: places, verdict, and position."""
    tokens = reading.tokens
    begin = 0
    for end in (*(i for i, t in enumerate(tokens) if t.ends_clause), len(tokens)):
        if end < begin:
            continue
        places: list[_Item] = []
        name, position, ends = "", begin, end
        while position < end:
            one = _item(tokens, position, cues)
            if one.kind is _Kind.VERDICT and not name and one.last <= max(end, position + 1):
                name = one.name
            elif one.kind is _Kind.PLACE and not (name and places and places[-1].last < position):
                places.append(one)
            elif one.kind is not _Kind.BETWEEN:
                break
            position = one.last
        if places and (name or _closed(reading, places[-1], end)):
            if not name and end + 1 < len(tokens):
                after = _item(tokens, end + 1, cues)
                if after.kind is _Kind.VERDICT:
                    name, ends = after.name, after.last - 1
            yield [one.place for one in places], name, begin
        begin = max(end, ends) + 1


def _closed(reading: Reading, place: _Item, end: int) -> bool:
    """Whether a mark sets *place* apart from what is told of it: "3: elections", "3 - none"."""
    tokens = reading.tokens
    behind = tokens[place.last].start if place.last < len(tokens) else len(reading.text)
    if _DASH.match(reading.text[tokens[place.last - 1].end:behind]):
        return True
    return end < len(tokens) and place.last == end and tokens[end].norm in _CLOSERS
