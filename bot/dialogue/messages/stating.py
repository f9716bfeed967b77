"""Whether what begins as questions do states something all the same, by its form.

Who answers leaves out the subject ("was meant for the army, now the navy gets it", "which is run by
them"), or sets what is known before it ("what worries me is that the ministry owns half").  With a
question mark it asks.
"""

from collections.abc import Sequence

from bot.dialogue.messages.wondering import Wondering
from bot.dialogue.small_words.cues import Cues
from retrieval.words.mentions import Reading
from retrieval.words.phrases import ARTICLES
from retrieval.words.tokens import Token


class Stating:
    """Tells statements from questions that begin alike, with the small words of one release."""

    def __init__(self, cues: Cues, wondering: Wondering) -> None:
        self._cues, self._wondering = cues, wondering
        self._asking, self._being = cues.words("asking_words"), cues.words("being_verbs")
        self._subjects = cues.words("cleft_subjects") | ARTICLES

    def states(self, reading: Reading, tokens: Sequence[Token]) -> bool:
        """Whether *tokens*, a sentence of *reading* without its openers, are a statement."""
        words = [t for t in tokens if t.is_word]
        if not words or tokens[-1].norm == "?":
            return False
        left_out = self._cues.starts("bare_verbs", tokens) or self._cues.starts(
            "goes_on_with_which", tokens)
        if left_out:
            return not self._wondering.is_question(reading, _span(reading, tokens))
        return words[0].norm in self._asking and self._is_cleft(tokens)

    def _is_cleft(self, tokens: Sequence[Token]) -> bool:
        """Whether a verb of being sets apart what is so: "what i know is they own half".

        "What I want to know is" and what goes on with a question ask.
        """
        at = next((i for i, t in enumerate(tokens) if i > 1 and t.norm in self._being), None)
        if at is None or at + 1 >= len(tokens):
            return False
        head, rest = tokens[1:at], tokens[at + 1 :]
        names = len(head) > 1 and head[0].norm in self._subjects
        return (names or bool(self._cues.find("cleft_verbs", head))) and not (
            self._cues.find("wants_to_know", tokens[1 : at + 2])
            or self._cues.starts("question", rest) or self._cues.starts("inverted", rest))


def _span(reading: Reading, tokens: Sequence[Token]) -> tuple[int, int]:
    last = next(i for i, token in enumerate(reading.tokens, 1) if token.end == tokens[-1].end)
    return last - len(tokens), last
