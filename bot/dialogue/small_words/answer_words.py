"""What each word of a short answer is for: a yes, a hedge, the place of a question, or nothing.

Of "no to all three, as far as I know" these are a no, a word for all, and a hedge.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby, islice, pairwise
from typing import cast

from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues
from retrieval.words.phrases import ARTICLES
from retrieval.words.tokens import Token, Tokens

WHOLE_WORDS = 16
"""Longest message in which a yes or no is looked for at every word."""
NAMES = ("yes_unsure", "no_unsure", "dont_know", "yes", "no")
"""The cue lists of a yes and a no, either with a hedge, and of a don't-know."""
_LAST_FIRST = sorted(NAMES, reverse=True)
LAST = -2
"""The place of the last question, however many there are."""
ORDINALS = (*(f"ordinal_{n}" for n in range(1, 11)), "ordinal_last")
"""The cue lists of the places of questions: "the first one", "the last"."""

COUNTED = tuple((n, f"first_{n}", f"last_{n}") for n in range(2, 5))
"""By how many places they name, the cue lists of "the first two" and "the last two"."""

HEDGES = ("uncertain", "answer_hedges")
"""The cue lists of hedges."""
HEDGED = {"yes": "yes_unsure", "no": "no_unsure", "dont_know": "dont_know",
           "yes_unsure": "yes_unsure", "no_unsure": "no_unsure"}
"""By verdict what it is with a hedge."""
_LISTS = frozenset({
    *NAMES, *ORDINALS, *HEDGES, *(name for _, first, last in COUNTED for name in (first, last)),
    "all_except", "bare_last", "the_rest", "all_of_these", "beside_a_verdict"})
"""The cue lists of which a phrase is something for an answer."""
_HALVES = {"half_no": "no", "half_yes": "yes"}
"""By cue list what its words say beside a hedge: "not that I've heard", "I reckon so"."""
_QUESTION_NUMBER = re.compile(r"q(\d)")
ROMAN = ("i", "ii", "iii", "iv", "v", "vi")
"""Numbers of questions as letters: "(i) no (ii) yes"."""
CLOSERS = frozenset({":", ")", "."})
"""Marks behind a number or a letter: "a)", "first: yes"."""


class Kind(Enum):
    """What words are for an answer; of phrases of one length the highest counts."""

    VERDICT = 5
    HEDGE = 4
    PLACE = 3
    REST = 2
    ALL = 1
    BETWEEN = 0
    """They may stand beside an answer, and say nothing of it."""
    HALF = -1
    """A "not" or a "so": a no or a yes where a hedge stands beside it."""
    EXCEPT = -4
    """They say all but what follows: "all except"."""
    STOP = -2
    """A mark that ends a clause."""
    OTHER = -3
    """They tell of something else."""


@dataclass(frozen=True, slots=True)
class Item:
    """Some words of a message, and what they are for an answer."""

    kind: Kind
    name: str
    """Of a verdict its cue list, one of `NAMES`; of a mark the mark; else empty."""
    first: int
    last: int
    """The tokens from *first* to before *last*."""
    place: int = -1
    """Which question it names, from 0, or `LAST`."""
    digit: bool = False
    """Whether it names it by a bare number, which may be that of a choice too."""
    hedges: bool = False
    """A verdict that may as well hedge another: "probably"."""
    many: int = 1
    """How many places it names, from that one on or, for the last, back from it."""

    def places(self, count: int) -> range:
        """The places that it names among *count*, whether or not there are so many."""
        if self.place == LAST:
            return range(count - self.many, count)
        return range(self.place, self.place + self.many)


def leading(
    words: Sequence[Token], cues: Cues, names: Sequence[str] = NAMES
) -> tuple[int, str]:
    """The cue of *names* that the message opens with, and its length in words; 0 and "" for none.

    Without other *names* that is a yes, a no, either with a hedge, or a don't-know.
    """
    length, name = max(((cues.starts(n, words), n) for n in names), key=lambda pair: pair[0])
    return length, name if length else ""


def leading_answer(words: Sequence[Token], cues: Cues) -> tuple[int, str]:
    """The answer that *words* open with, as `leading` has it, beside the hedge before it.

    A hedge is a yes where nothing is said behind it ("pretty sure they do"), and before a yes or a
    no makes that less sure: "pretty sure no ties".  Before anything else it says neither: "probably
    all privately owned".
    """
    length, name = leading(words, cues)
    behind = words[length:]
    if name != "yes_unsure" or not behind or not cues.only(words[:length], *HEDGES):
        return length, name
    more, verdict = leading(behind, cues)
    if verdict:
        return length + more, HEDGED[verdict]
    says_nothing = cues.only(behind, FUNCTION_WORDS, "pronouns", "filler") and not cues.find(
        "negation", behind)
    return (length, name) if says_nothing else (0, "")


def passing_over(words: Sequence[Token], cues: Cues) -> int:
    """How many of *words*, from the first, pass over a question: none of "next month"."""
    length = cues.starts("skip", words)
    behind = words[length : length + 1]
    if length == 1 and behind and behind[0].norm in cues.words("makes_it_a_time"):
        return 0
    return length


def only_answer(tokens: Sequence[Token], cues: Cues) -> Sequence[Item]:
    """What the words of a short message are for an answer; empty if one is for nothing."""
    if not isinstance(tokens, Tokens):
        return _only_answer(tokens, cues)
    # Each question that was asked is held against them.
    known = tokens.found.get((only_answer, cues))
    if known is None:
        known = tokens.found[only_answer, cues] = _only_answer(tokens, cues)
    return cast(Sequence[Item], known)


def _only_answer(tokens: Sequence[Token], cues: Cues) -> Sequence[Item]:
    if sum(token.is_word for token in tokens) > WHOLE_WORDS:
        return []
    items = list(items_of(tokens, cues))
    stray = any(one.kind is Kind.OTHER for one in items)
    return [] if stray or not any(one.kind is not Kind.STOP for one in items) else items


def items_of(tokens: Sequence[Token], cues: Cues) -> Iterator[Item]:
    """What all words and marks of *tokens* are for an answer, in order."""
    position = 0
    while position < len(tokens):
        item = item_at(tokens, position, cues)
        yield item
        position = item.last


def item_at(tokens: Sequence[Token], first: int, cues: Cues) -> Item:
    """What the words at *first* are for an answer; the longest phrase counts."""
    token = tokens[first]
    if not token.is_word:
        kind = Kind.STOP if token.ends_clause and token.norm not in "()" else Kind.BETWEEN
        return Item(kind, token.norm, first, first + 1)
    if first and token.norm in ARTICLES and tokens[first - 1].end == token.start:
        return Item(Kind.OTHER, "", first, first + 1)  # "2a" is neither 2 nor an article
    behind = tokens[first + 1].norm if first + 1 < len(tokens) else ""
    if behind in CLOSERS and token.norm in ROMAN and _is_roman(tokens):
        return Item(Kind.PLACE, "", first, first + 2, ROMAN.index(token.norm))
    if len(token.norm) == 1 and "a" <= token.norm <= "j" and behind in CLOSERS:
        return Item(Kind.PLACE, "", first, first + 2, ord(token.norm) - ord("a"))
    listed = None if _LISTS.isdisjoint(cues.begun_by(token)) else _listed_at(tokens, first, cues)
    if listed is not None:
        return listed
    number = _QUESTION_NUMBER.fullmatch(token.norm)
    digits = number[1] if number else token.norm
    if digits.isdecimal() and len(digits) <= 2 and int(digits) > 0:
        return Item(Kind.PLACE, "", first, first + 1, int(digits) - 1, digit=number is None)
    for cue, verdict in _HALVES.items():
        if token.norm in cues.words(cue):
            return Item(Kind.HALF, verdict, first, first + 1)
    kind = Kind.BETWEEN if token.norm in cues.words("beside_an_answer") else Kind.OTHER
    return Item(kind, "", first, first + 1)


def _is_roman(tokens: Sequence[Token]) -> bool:
    """Whether *tokens* count in Roman numbers: without a "ii)" an "i)" is the ninth place."""
    return any(one.norm == ROMAN[1] and after.norm in CLOSERS
               for one, after in pairwise(tokens))


def _listed_at(tokens: Sequence[Token], first: int, cues: Cues) -> Item | None:
    """What the longest phrase at the word *first* is for an answer; None where no list has one."""
    token = tokens[first]
    begun = cues.begun_by(token)
    # A comma within "no, not really" divides nothing.  One phrase at most is looked for behind
    # another, and a long message isn't listed anew at each of its words.
    words = (i for i in range(first, len(tokens)) if tokens[i].is_word)
    at = list(islice(words, 2 * cues.longest))
    rest = [tokens[i] for i in at]

    def end(length: int) -> int:
        return at[length - 1] + 1

    def starts(name: str) -> int:
        return cues.starts(name, rest) if name in begun else 0

    hedge = max(map(starts, HEDGES))
    length, name = leading(rest, cues, _LAST_FIRST)
    found = [(length, Kind.VERDICT.value, Item(
        Kind.VERDICT, name, first, end(length), hedges=hedge == length))] if length else []
    if hedge:
        found.append((hedge, Kind.HEDGE.value, Item(Kind.HEDGE, "", first, end(hedge))))
    for place, ordinal in enumerate(ORDINALS):
        length = starts(ordinal)
        # "No 2" beside a yes is a no and a two.
        if length and token.norm not in cues.words("no_or_number"):
            at_last = ordinal == "ordinal_last"
            found.append((length, Kind.PLACE.value, Item(
                Kind.PLACE, "", first, end(length), LAST if at_last else place)))
    for many, at_first, at_last_ones in COUNTED:
        for cue, place in ((at_first, 0), (at_last_ones, LAST)):
            length = starts(cue)
            if length:
                found.append((length, Kind.PLACE.value, Item(
                    Kind.PLACE, "", first, end(length), place, many=many)))
    length = starts("all_except")
    if length:
        return Item(Kind.EXCEPT, "", first, end(length))
    length = starts("bare_last")
    # "Last year" is no place: nothing follows it but a word on it.
    if length and (first + length == len(tokens) or not tokens[first + length].is_word
                   or leading(rest[length:], cues)[0]):
        found.append((length, Kind.PLACE.value, Item(Kind.PLACE, "", first, end(length), LAST)))
    for kind, cue in ((Kind.REST, "the_rest"), (Kind.ALL, "all_of_these"),
                      (Kind.BETWEEN, "beside_a_verdict")):
        length = starts(cue)
        if length:
            found.append((length, kind.value, Item(kind, "", first, end(length))))
    return max(found, key=lambda one: one[:2])[2] if found else None


def with_hedges(items: Sequence[Item], count: int) -> list[Item]:
    """Verdicts, with their hedges applied, places and what ends clauses.

    Empty if a "not" is left that nothing hedges.
    """
    sole = sum(one.kind is Kind.VERDICT for one in items)
    said: list[Item] = []
    later = False
    for segment in clauses_of(items):
        verdict = [one for one in segment if one.kind is Kind.VERDICT]
        half = [one for one in segment if one.kind is Kind.HALF]
        hedges = any(one.kind is Kind.HEDGE or one.hedges for one in segment)
        if half and not hedges and (not verdict or any(one.name == "no" for one in half)):
            return []
        if hedges and not half and (not verdict or (
                sole > 1 and sole != count and all(one.hedges for one in verdict))):
            # Nothing but a hedge: of all that was said.
            later = True
            continue
        said += unhedged(segment, hedged=hedges)
        said.append(Item(Kind.STOP, "", 0, 0))
    return [replace(one, name=HEDGED[one.name])
            if later and one.kind is Kind.VERDICT else one for one in said]


def unhedged(segment: Sequence[Item], *, hedged: bool) -> list[Item]:
    """A clause with its verdicts *hedged* or not, and a "not" or "so" for one if it has none."""
    plain = [one for one in segment if one.kind is Kind.VERDICT and not one.hedges]
    half = [one for one in segment if one.kind is Kind.HALF][:0 if plain else 1]
    kept = []
    for one in segment:
        if one in half:
            kept.append(replace(one, kind=Kind.VERDICT, name=HEDGED[one.name]))
        elif one.kind is Kind.VERDICT and not (one.hedges and (plain or half)):
            kept.append(replace(one, name=HEDGED[one.name]) if hedged else one)
        elif one.kind not in (Kind.VERDICT, Kind.HEDGE, Kind.HALF):
            kept.append(one)
    return kept


def clauses_of(items: Sequence[Item]) -> list[list[Item]]:
    """*items* in groups, divided by the marks that end clauses, and not by that of "first: yes"."""
    kept = [one for n, one in enumerate(items) if one.kind is not Kind.STOP or n == 0
            or items[n - 1].kind is not Kind.PLACE or one.name not in CLOSERS]
    return [list(group) for stop, group in groupby(kept, lambda one: one.kind is Kind.STOP)
            if not stop]
