"""Requests that make up the whole message: see the red flags, send it to compliance, another deal.

Such a message names things that also occur in deals ("pass it on to compliance"), so it is heard
only where all of its words belong to the request; of a deal it then tells nothing.  A wish to get
round the rules is told by who wants it: "can we hide the end-user", not "the customer hides it".
"""

from collections.abc import Sequence

from bot.dialogue.clauses import Cues
from bot.dialogue.conversation import Conversation, Intent
from bot.dialogue.naming import TEXTS
from retrieval.guidance import Fact
from retrieval.mentions import Reading
from retrieval.phrases import Phrases
from retrieval.tokens import Token

TELLING_FACTS = 2
"""So many facts named behind "another deal" make it the telling of one."""
_NEAR = 3
"""Most words between a way to get round and what is got round."""
_OF_WHAT = frozenset({"for", "with", "to", "in", "is"})
"""Words behind "another deal" that tell which."""
_BESIDE = ("of_the_deal", "polite")

_MADE_OF: Sequence[tuple[Intent, Sequence[str], Sequence[str]]] = (
    (Intent.SEND_ON, ("send_on", "send_on_to"), (*_BESIDE, "send_on_beside")),
    (Intent.RED_FLAGS, ("red_flags", "flag_words"), (*_BESIDE, "of_the_texts")),
    (Intent.STILL_OPEN, ("still_open",), _BESIDE),
    (Intent.WHAT_IS_KNOWN, ("what_is_known",), _BESIDE),
    (Intent.REMEDY, ("remedy",), (*_BESIDE, "remedy_beside", "flag_words")),
    (Intent.ADVISE_NOW, ("in_short",), ("polite",)),
    (Intent.START_OVER, ("new_deal",), ("polite", "new_deal_beside")),
)
"""For each request what its message must hold, and what it may."""
_OF_A_DEAL = frozenset({Intent.STILL_OPEN, Intent.WHAT_IS_KNOWN, Intent.REMEDY, Intent.ADVISE_NOW})
"""Requests that make no sense before a deal is told."""


class Requests:
    """The compiled phrases of such requests, of one release."""

    def __init__(self, intents: dict[str, Phrases], cues: Cues, stage: Fact | None) -> None:
        self._intents = intents
        self._stage = stage
        self._cues = cues

    def request(
        self, reading: Reading, conversation: Conversation
    ) -> tuple[Intent | None, str | None]:
        """The request that *reading* is, and what of; None if it is none."""
        dealing = bool(conversation.deal.answers)
        # To how far the deal is, "new deal" is an answer.
        awaited = {self._stage, *(m.fact for m in reading.mentions)}.intersection(
            conversation.awaiting())
        for intent, needed, beside in _MADE_OF:
            if not self._made_of(reading, needed, beside):
                continue
            if (intent in _OF_A_DEAL and not dealing) or (intent is Intent.START_OVER and awaited):
                continue
            if intent is Intent.START_OVER and dealing:
                return Intent.OTHER_DEAL, None  # nobody loses a deal by the way
            if intent is not Intent.RED_FLAGS:
                return intent, None
            of_texts = not dealing or bool(self._found("of_the_texts", reading.tokens))
            if of_texts and self._found("flag_why", reading.tokens):
                continue
            return intent, TEXTS if of_texts else None
        if self._of_two(reading, dealing and not awaited):
            return Intent.OTHER_DEAL, None
        return (Intent.EVASION if self._evades(reading.tokens) else None), None

    def _found(self, name: str, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        phrases = self._intents.get(name)
        return phrases.find(tokens) if phrases else []

    def _made_of(self, reading: Reading, needed: Sequence[str], beside: Sequence[str]) -> bool:
        """Whether *reading* holds one of each list *needed*, and else only of those *beside*."""
        covered: set[int] = set()
        for name in (*needed, *beside):
            spans = self._found(name, reading.tokens)
            if name in needed and not spans:
                return False
            covered.update(i for first, last in spans for i in range(first, last))
        return all(i in covered for i, t in enumerate(reading.tokens) if t.is_word)

    def _of_two(self, reading: Reading, dealing: bool) -> bool:
        """Whether a second deal is told in the conversation on a first, or two at once."""
        tokens = reading.tokens
        begin = next((i for i, t in enumerate(tokens) if t.is_word
                      and not self._cues.starts("filler", tokens[i : i + 1])), len(tokens))
        if self._announces("two_deals", tokens[begin:], frozenset()):
            return True
        told = {m.fact for m in reading.mentions if m.strength.is_firm}
        return dealing and self._announces("new_deal", tokens[begin:], _OF_WHAT) and (
            len(told) >= TELLING_FACTS)

    def _announces(self, name: str, tokens: Sequence[Token], then: frozenset[str]) -> bool:
        """Whether *tokens* begin so, and go on with a stop or one of *then*.

        "Two deals: …" tells of two, "two deals closed with them before" of none.
        """
        phrases = self._intents.get(name)
        after = phrases.starts(tokens) if phrases else 0
        if not after:
            return False
        return len(tokens) == after or not tokens[after].is_word or tokens[after].norm in then

    def _evades(self, tokens: Sequence[Token]) -> bool:
        """Whether we are asked how to get round something, and not what to do about others."""
        if self._found("evasion_by_others", tokens):
            return False
        if self._found("evasion", tokens):
            return True
        wanted = self._found("evasion_wanted", tokens)
        if not wanted:
            return False
        begin = wanted[0][1]
        asked = tokens[-1].norm == "?" or self._cues.starts("question", tokens) > 0
        unseen = any(first >= begin for first, _ in self._found("unseen", tokens))
        return (unseen and asked) or any(
            (first == begin or (tokens[first - 1].norm == "to" and first > begin))
            and self._got_round(tokens, last)
            for first, last in self._found("get_round", tokens) if first >= begin)

    def _got_round(self, tokens: Sequence[Token], after: int) -> bool:
        # "Avoid licence problems" gets round nothing, nor does "leave out the audit rights".
        return any(after <= first <= after + _NEAR and self._plain(tokens[after:first])
                   and self._plain(tokens[last : last + 1])
                   for first, last in self._found("got_round", tokens))

    def _plain(self, between: Sequence[Token]) -> bool:
        """Whether nothing but small words stands there: not "avoid breaching the licence"."""
        return all(not t.is_word or self._cues.starts("function_words", [t]) for t in between)
