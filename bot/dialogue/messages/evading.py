"""Wishes to get round the rules, told by who wants it: "can we hide the end-user" is one.

"The customer hides it" is none, nor is what one is to do about that.
"""

from collections.abc import Sequence

from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span
from retrieval.words.tokens import Token

_NEAR = 3
"""Most words between a way to get round and what is got round."""


class Evading:
    """The phrases of such wishes, of one release.

    Args:
        intents: The release's lists of phrases by which people steer.
        cues: The release's lists of small words.
    """

    def __init__(self, intents: Cues, cues: Cues) -> None:
        self._intents = intents.by_name
        self._cues = cues

    def wanted(self, tokens: Sequence[Token]) -> bool:
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
        unseen = self._found("unseen", tokens) + (
            self._found("unseen_asked", tokens) if asked else [])
        infinitive = self._cues.words("infinitive")
        return any(first >= begin for first, _ in unseen) or self._unsaid(tokens, begin) or any(
            (first == begin or (tokens[first - 1].norm in infinitive and first > begin))
            and self._got_round(tokens, last)
            for first, last in self._found("get_round", tokens) if first >= begin)

    def _unsaid(self, tokens: Sequence[Token], begin: int) -> bool:
        """Whether something is not to be said where it belongs: "not mention them on the form"."""
        unsaid = [last for first, last in self._found("unsaid", tokens) if first >= begin]
        return any(first >= unsaid[0] for first, _ in self._found("on_paper", tokens)
                   if unsaid)

    def _got_round(self, tokens: Sequence[Token], after: int) -> bool:
        # "Avoid licence problems" gets round nothing, nor does "leave out the audit rights".
        return any(after <= first <= after + _NEAR and self._plain(tokens[after:first])
                   and self._plain(tokens[last : last + 1])
                   for first, last in self._found("got_round", tokens))

    def _plain(self, between: Sequence[Token]) -> bool:
        """Whether nothing but small words stands there: not "avoid breaching the licence"."""
        return all(not t.is_word or self._cues.starts(FUNCTION_WORDS, [t]) for t in between)

    def _found(self, name: str, tokens: Sequence[Token]) -> list[Span]:
        phrases = self._intents.get(name)
        return phrases.find(tokens) if phrases else []
