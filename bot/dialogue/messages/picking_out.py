"""What a message picks out of a list that was shown: "the second safeguard", "explain flag 1".

Lists are not kept: they follow from the deal, so the one that a person points to is worked out
anew.  Which list it was is said by a noun, or by the request that the conversation remembers.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.intents import Intent
from bot.dialogue.naming import ALL, CALLED_FOR, MORE
from bot.dialogue.small_words.answer_words import ORDINALS
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, covered, intents_of
from retrieval.guidance import Guidance
from retrieval.words.mentions import Reading
from retrieval.words.tokens import Token, Tokens, tokenise

LISTED = frozenset({Intent.RED_FLAGS, Intent.REMEDY, Intent.MORE_SAFEGUARDS})
"""Requests for lists of which something can be picked out next."""
LONGEST_LIST = 30
"""More than the places of any list that is shown."""
LAST_PLACE = 0
"""Stands for the last place of a list, whatever its length."""
_CITED = re.compile(r"\[\d+\]")
_LAST = ("ordinal_last", "bare_last")
_BESIDE = ("of_the_deal", "polite", "wishing", "picking", "picking_beside", "one_safeguard",
           "flag_names")

Requested = tuple[Intent | None, str | None]
Finds = Callable[[str, Sequence[Token]], list[tuple[int, int]]]


class Picked(NamedTuple):
    """One place of a list."""

    intent: Intent
    """`RED_FLAGS` for a red flag, `REMEDY` for a safeguard."""
    subject: str
    """The list and the place in it; see `place_in`."""


def place_in(subject: str | None) -> tuple[str, int] | None:
    """The list that *subject* names and the place in it, from 1; None where it picks nothing out.

    `LAST_PLACE` is the last one.
    """
    name, _, place = (subject or "").rpartition("#")
    return (name, int(place)) if name and place.isdecimal() else None


def cites(reading: Reading) -> bool:
    """Whether it points to a citation as answers write them: "what is [3]"."""
    return _CITED.search(reading.text) is not None


def names_its_list(message: Message, guidance: Guidance) -> bool:
    """Whether *message*, of `LISTED`, says of which list it is: "the second one" does not."""
    words = tokenise(message.text)
    intents = intents_of(guidance)
    return place_in(message.subject) is None or bool(
        intents.find("flag_names", words) or intents.find("one_safeguard", words))


def picked(
    reading: Reading,
    conversation: Conversation,
    cues: Cues,
    finds: Finds,
    requested: Callable[[Reading], Requested],
) -> Picked | None:
    """What *reading* picks out of a list of the deal at hand; None where it is something else.

    "The second" by itself may answer what was asked.  It is of a list where the message wishes to
    hear of it, or goes on ("and the third?") from a request for one.

    Args:
        reading: The message.
        conversation: What it is said in.
        cues: The release's small words.
        finds: Finds the phrases of a list of the release by its name.
        requested: The request that a message is, and what of.
    """
    tokens = reading.tokens
    place = _place(tokens, cues)
    if place is None or not conversation.deal.answers or cites(reading) or not _is_made_of(
            tokens, cues, finds):
        return None
    wishes = bool(finds("picking", tokens))
    goes_on = cues.starts("follow_up", tokens) > 0
    counted = any(t.norm.isdecimal() for t in tokens)
    # "And 2" may go on with an answer.
    asks = wishes or tokens[-1].norm == "?" or (goes_on and not counted)
    safeguard, flag = finds("one_safeguard", tokens), finds("flag_names", tokens)
    if not asks or (safeguard and flag):
        return None
    list_before = _list_before(conversation, requested)
    if flag:
        return Picked(Intent.RED_FLAGS, f"{ALL}#{place}")
    if safeguard:
        name = list_before.subject if (
            list_before and list_before.intent is Intent.REMEDY) else ALL
        return Picked(Intent.REMEDY, f"{name}#{place}")
    if list_before is None or finds("source_words", tokens):
        return None  # "the source of 3" counts the sources
    return list_before._replace(subject=f"{list_before.subject}#{place}")


def _list_before(
    conversation: Conversation, requested: Callable[[Reading], Requested]
) -> Picked | None:
    """The list that was asked for last, as an intent and a name without a place."""
    if not conversation.topic:
        return None
    topic = conversation.topic
    intent, subject = requested(Reading(topic, Tokens(tokenise(topic)), ()))
    if intent not in LISTED:
        return None
    before = place_in(subject)
    if before is not None:
        return Picked(intent, before[0])
    if intent is Intent.RED_FLAGS:
        return Picked(intent, ALL)
    if intent is Intent.MORE_SAFEGUARDS:
        return Picked(Intent.REMEDY, MORE)
    return Picked(Intent.REMEDY, subject or CALLED_FOR)


def _place(tokens: Sequence[Token], cues: Cues) -> int | None:
    """The one place that is counted, from 1; None where there is none, or more than one."""
    found = {LAST_PLACE if name in _LAST else n
             for n, name in enumerate((*ORDINALS, "bare_last"), 1) if cues.find(name, tokens)}
    found |= {t.place for t in tokens if t.place is not None and t.place <= LONGEST_LIST}
    return found.pop() if len(found) == 1 else None


def _is_made_of(tokens: Sequence[Token], cues: Cues, finds: Finds) -> bool:
    """Whether it holds nothing but a place, a wish to hear of it, and what it is a place of."""
    mine = covered(span for name in (*_BESIDE, "source_words") for span in finds(name, tokens))
    mine |= cues.covered(tokens, FUNCTION_WORDS, "follow_up", *ORDINALS, "bare_last")
    return all(i in mine or t.norm.isdecimal() for i, t in enumerate(tokens) if t.is_word)
