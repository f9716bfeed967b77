"""What has no part in the deal, by words behind its name: "the broker is out".

They stand right behind it, or of the subject of a sentence behind a "they": "the police are brutal,
but they're not involved".
"""

from bot.dialogue.small_words.boundaries import Boundaries
from bot.dialogue.small_words.cues import Cues, Span

REACH = 3
"""Most tokens from a name to a "is not involved" that follows it."""


class LeftOut:
    """Which names of one message have no part in the deal.

    Args:
        message: Its clauses and sentences.
        cues: The small words of a release.
    """

    def __init__(self, message: Boundaries, cues: Cues) -> None:
        self._message, self._tokens = message, message.tokens
        self._spans = cues.find("not_involved", self._tokens)
        self._them = cues.words("told_of_them")
        self._articles = cues.words("before_a_noun") | cues.words("sentence_openers")
        self._being, self._inverted = cues.words("being_verbs"), cues.words("inverted")

    def holds(self, name: Span) -> bool:
        """Whether what is named at *name* is left out."""
        return any(self._is_of_them(name, span[0]) or self._is_behind(name, span)
                   for span in self._spans)

    def _is_behind(self, name: Span, out: Span) -> bool:
        """Whether the words at *out* stand behind *name*, or begin within it, and are of it."""
        first, last = out
        # Who "is out of stock" has not left; what "was taken out of the scope" has.
        if [t.norm for t in self._tokens[last - 1 : last + 1]] == ["out", "of"] and (
                self._tokens[last - 2].norm in self._being):
            return False
        # "The integrator is" may be all of a name, and "is out" begins within it.
        near = name[1] <= first <= name[1] + REACH or name[0] < first < name[1] < last
        return near and (self._message.same_clause(name, out) or self._needs_a_subject(name, out))

    def _needs_a_subject(self, name: Span, out: Span) -> bool:
        """Whether a verb at *out* is of *name*, with a mere comma between.

        A pause may be heard that isn't there: "the cameras, will be left out".
        """
        return [t.norm for t in self._tokens[name[1] : out[0]]] == [","] and (
            self._tokens[out[0]].norm in self._inverted)

    def _is_of_them(self, name: Span, first: int) -> bool:
        """Whether the words from *first* are said of a "they" that is *name*.

        That begins the sentence, but for an article or an opening word.
        """
        before = self._tokens[first - 1].norm.split("'")[0] if first else ""
        if before not in self._them or name[1] >= first:
            return False
        begin = next(begin for begin, end in self._message.sentences() if begin <= first < end)
        return begin <= name[0] and not any(
            token.is_word and token.norm not in self._articles
            for token in self._tokens[begin : name[0]])
