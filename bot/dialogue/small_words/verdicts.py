"""The yeses, noes and don't-knows that an answer is made of.

"no to all three, as far as I know" is a hedged no to all that was asked.
"""

from collections.abc import Collection, Sequence
from itertools import pairwise

from bot.dialogue.small_words.answer_words import Item, Kind, only_answer, with_hedges
from bot.dialogue.small_words.cues import Cues
from retrieval.guidance import Question
from retrieval.words.tokens import Token


def verdicts(
    words: Sequence[Token], cues: Cues, names: Sequence[str], between: Collection[str]
) -> list[str]:
    """The lists of *names* whose phrases make up the whole message, in order.

    Args:
        words: The message, without its marks.
        cues: The cue lists of the release.
        names: The lists to look in, such as "confirms" and "refutes".
        between: Words that may stand beside the phrases: the "and" of "right and right".

    Returns:
        Empty where it holds anything else: "right, and the army".
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


def value_said(question: Question, verdict: str) -> str | None:
    """What a bare yes or no says of *question*, if it says anything."""
    values = {choice.value for choice in question.choices}
    if verdict.startswith("yes"):
        return question.yes or ("yes" if "yes" in values else None)
    if verdict.startswith("no"):
        return question.no or ("no" if "no" in values else None)
    return None


def rests_on_a_look(question: Question, value: str | None) -> bool:
    """Whether *value* of *question* says that somebody looked: "No, we looked and found none"."""
    return any(choice.value == value and choice.looked for choice in question.choices)


def whole(tokens: Sequence[Token], cues: Cues, count: int = 1) -> list[str]:
    """The verdicts, one of `NAMES` each, that the whole message is made of, in order.

    Args:
        tokens: The message.
        cues: The cue lists of the release.
        count: How many questions were asked: "no, probably" is one answer, but two to two.

    Returns:
        Empty where it holds anything else, or says which question one of them is of.
    """
    items = only_answer(tokens, cues)
    if any(one.kind in (Kind.PLACE, Kind.REST) for one in items) or _asks_how_sure(tokens, cues):
        return []
    said = [one.name for one in with_hedges(items, count) if one.kind is Kind.VERDICT]
    if len({name.removesuffix("_unsure") for name in said}) != 1 or len(said) == count:
        return said
    # "No, not that I'm aware of" is one word in two, and a doubt in either is one.
    return [max(said, key=lambda name: name.endswith("_unsure"))]


def _asks_how_sure(tokens: Sequence[Token], cues: Cues) -> bool:
    """Whether a "likely" is asked for and not given: "is that likely", and not "is it? likely"."""
    verb = cues.starts("inverted", tokens)
    said = [token for token in tokens if token.is_word]
    return bool(verb) and len(said) > verb + 1 and (
        tokens[verb].norm in cues.words("pronouns")
        and not any(not token.is_word for token in tokens[: len(said)]))


def of_several(tokens: Sequence[Token], cues: Cues) -> bool:
    """Whether the one verdict that the whole message is made of may be of several questions.

    "Many" counts one thing, "that's wrong" is of what was said before, "no?" only wonders, and
    "no, all three" says no to something else.
    """
    items = [one for one in only_answer(tokens, cues) if one.kind is not Kind.STOP]
    if any(_is_no(one) and then.kind is Kind.ALL for one, then in pairwise(items)):
        return False
    if any(one.kind is Kind.ALL for one in items):
        return True
    said = [one for one in items if one.kind in (Kind.VERDICT, Kind.HALF)]
    spans = cues.find("of_one_question", tokens)
    of_one = bool(said) and all(
        any(first <= one.first and one.last <= last for first, last in spans) for one in said)
    wonders = is_marked(tokens) and any(one.name in ("yes", "no") for one in said)
    return not (of_one or wonders or cues.find("complains", tokens))


def _is_no(item: Item) -> bool:
    return item.kind is Kind.VERDICT and item.name.startswith("no")


def is_marked(tokens: Sequence[Token]) -> bool:
    """Whether a question mark ends the message."""
    return bool(tokens) and tokens[-1].norm == "?"


def is_asked_back(tokens: Sequence[Token], cues: Cues) -> bool:
    """Whether the message asks for a yes or no in place of saying it: "is that a no?"."""
    items = only_answer(tokens, cues)
    said = [one for one in items if one.kind is Kind.VERDICT]
    # "No?" and "not really?" doubt what they say.
    alone = len(said) == 1 and all(one.kind in (Kind.VERDICT, Kind.STOP) for one in items)
    return is_marked(tokens) and not alone and any(
        one.name in ("yes", "no") for one in said) and not any(
        one.kind is Kind.ALL for one in items)


def says_only(tokens: Sequence[Token], cues: Cues) -> bool:
    """Whether a short message is nothing but words of an answer, if only a "maybe"."""
    return any(one.kind in (Kind.VERDICT, Kind.HEDGE) for one in only_answer(tokens, cues))
