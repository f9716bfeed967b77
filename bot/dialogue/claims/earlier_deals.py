"""Where a message tells of an earlier deal before it comes to its own: "in 2019 we sold to …".

Whose parties those are shows in what follows: another user, in a sentence that comes to now.  Of
"last year the police took forty, and now they want more" nothing is another deal's.
"""

from collections.abc import Iterator, Sequence

from bot.dialogue.claim import GUESS
from bot.dialogue.claims.correcting import placed
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.small_words.cues import Span
from retrieval.guidance import Role
from retrieval.words.tells import Told

_YEAR_DIGITS = 4


class EarlierDeals:
    """Which sentences of one message tell of deals before the one at hand.

    Args:
        at: The message, and the release that it is read with.
        told: What a model hears in it.
    """

    def __init__(self, at: Utterance, told: Sequence[Told]) -> None:
        self._reading, self._clauses, self._told = at.reading, at.clauses, told
        self._guidance, self._cues = at.guidance, at.cues

    def sentences(self) -> Iterator[Span]:
        """The tokens of such sentences, and of what goes on about them behind."""
        sentences = self._clauses.sentences()
        dealt = [self._deals_then(one) for one in sentences]
        if not any(dealt):
            return
        before: set[str] = set()
        earlier: list[Span] = []
        pending: list[Span] = []
        for one, then in zip(sentences, dealt, strict=True):
            users = self._users(one)
            if then and users:
                pending.append(one)
                before |= users
            elif pending and self._comes_to_now(one) and users - before:
                earlier += pending
                pending = []
            elif pending and one[0] == pending[-1][1] and self._goes_on(one):
                pending.append(one)
        yield from earlier

    def _deals_then(self, sentence: Span) -> bool:
        """Whether *sentence* says what we did with an order, and that it was some time ago."""
        first, last = sentence
        tokens = self._reading.tokens[first:last]
        return bool(self._cues.find("we_dealt", tokens)) and (
            bool(self._cues.find("some_time_ago", tokens)) or any(
                token.norm.isdecimal() and len(token.norm) == _YEAR_DIGITS
                and tokens[i - 1].norm in self._cues.words("before_a_year")
                for i, token in enumerate(tokens) if i))

    def _comes_to_now(self, sentence: Span) -> bool:
        first, last = sentence
        return any(self._cues.find(name, self._reading.tokens[first:last])
                   for name in ("is_now", "this_deal"))

    def _goes_on(self, sentence: Span) -> bool:
        """Whether it begins with a "they", "it" or "that": it is of the sentence before it."""
        tokens = self._reading.tokens[sentence[0] : sentence[0] + 1]
        return any(token.norm.split("'")[0] in self._cues.words("told_of_them")
                   for token in tokens) and not self._comes_to_now(sentence)

    def _users(self, sentence: Span) -> set[str]:
        """The end-users that *sentence* names, or in which a model hears one."""
        first, last = sentence
        found = {m.value for m in self._reading.mentions if first <= m.first < last
                 and m.strength.is_firm
                 and self._guidance.questions[m.fact].role is Role.END_USER}
        for one in self._told:
            question = self._guidance.questions.get(one.fact)
            place = placed(one, self._reading)
            if question is not None and question.role is Role.END_USER and place is not None and (
                    one.chance >= GUESS and first <= place.middle < last):
                found.add(one.value)
        return found
