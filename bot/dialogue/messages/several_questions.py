"""Several questions on the texts in one message: "(1) contract clauses (2) audit rights".

Searched as one they get what is said of one of them, and nobody tells that the rest was left out.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.dialogue.conversation import Message
from bot.dialogue.intents import Intent
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, cues_of
from bot.dialogue.small_words.lookups import lookups_of
from retrieval.guidance import Guidance
from retrieval.words.tokens import tokenise

MOST_QUESTIONS = 4
"""So many are answered in one reply, which stays one screen; whoever has more is told so."""
_ITEM = re.compile(r"(?:(?<=^)|(?<=[\s,;:]))\(?(?P<mark>[1-9]|[a-e])[).:]\s+(?=\w)", re.IGNORECASE)
"""The number or letter of an item: "(1) clauses", "2. audits", "b) training"."""
_ASKED = re.compile(r"(?<=\?)\s+")


def questions_in(message: Message, guidance: Guidance) -> tuple[Message, ...]:
    """The questions that *message*, which asks what the texts say, puts; empty where it is one.

    Each is a message of its own.  What asks for provisions by their names is one lookup, and a
    question on "it" follows up the one before it: "what is KYC? and who does it?".
    """
    text = message.matter or message.text
    if lookups_of(guidance).of(text).names:
        return ()
    cues = cues_of(guidance)
    parts = _items(text) or [part for part in _ASKED.split(text.strip()) if part]
    if len(parts) < 2 or not _names(parts[0], cues):
        return ()
    on: list[str | None] = [None]
    for before, part in pairwise(parts):
        on.append(None if _names(part, cues) else on[-1] or before)
    return tuple(replace(message, text=part, matter="", subject=subject,
                         intent=Intent.DEFINE if lookups_of(guidance).of(part).term else Intent.ASK)
                 for part, subject in zip(parts, on, strict=True))


def _items(text: str) -> Sequence[str]:
    """The items of a list that *text* is, numbered from the first; nothing where it is none.

    Words before the first item, "pls help with", belong to none of them.
    """
    marks = list(_ITEM.finditer(text))
    said = [mark["mark"].lower() for mark in marks]
    if len(said) < 2 or said not in ([*"123456789"][: len(said)], [*"abcde"][: len(said)]):
        return ()
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return [text[mark.end():end].strip(" ,;\n") for mark, end in zip(marks, ends, strict=True)]


def _names(part: str, cues: Cues) -> bool:
    """Whether *part* says by itself what it is about, which "who signs it?" doesn't."""
    words = [token for token in tokenise(part) if token.is_word]
    small = cues.covered(words, FUNCTION_WORDS, "asking_words")
    return len(small) < len(words) and not cues.find("at_hand", words)
