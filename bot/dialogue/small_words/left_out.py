"""What has no part in the deal, by words behind its name: "the broker is out".

They stand right behind it, or of the subject of a sentence behind a "they": "the police are brutal,
but they're not involved".  What says which one it is, or is put in, may stand between: "the broker
we had is out".
"""

from collections.abc import Sequence

from bot.dialogue.small_words.boundaries import Boundaries
from bot.dialogue.small_words.cues import Cues, Span
from retrieval.words.mentions import Mention

REACH = 3
"""Most tokens from a name to a "is not involved" that follows it."""
MOST_BETWEEN = 9
"""Most tokens of what says which one it is, "who brought us the deal", or of an aside."""


class LeftOut:
    """Which names of one message have no part in the deal.

    Args:
        message: Its clauses and sentences.
        mentions: What its words name.
        cues: The small words of a release.
    """

    def __init__(self, message: Boundaries, mentions: Sequence[Mention], cues: Cues) -> None:
        self._mentions, self._cues = mentions, cues
        self._message, self._tokens = message, message.tokens
        self._spans = cues.find("not_involved", self._tokens)
        self._them = cues.words("told_of_them")
        self._articles = cues.words("before_a_noun") | cues.words("sentence_openers")
        self._being, self._inverted = cues.words("being_verbs"), cues.words("inverted")

    def holds(self, name: Span) -> bool:
        """Whether what is named at *name* is left out."""
        return any(self._is_of_them(name, span[0]) or self._is_behind(name, span)
                   or self._is_over(name, span) for span in self._spans)

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

    def _is_over(self, name: Span, out: Span) -> bool:
        """Whether *name* begins its sentence, and the words at *out* are of it over an aside.

        That is set apart by marks ("the broker, by the way, is out"), or says which one it is
        ("the broker who brought the lead is out").  It names nothing that could be meant as well,
        and reports nothing.
        """
        between = self._tokens[name[1] : out[0]]
        words = [token for token in between if token.is_word]
        if not words or len(between) > MOST_BETWEEN or not self._begins(name, out[0]) or any(
                mention.strength.is_firm and name[1] <= mention.first < out[0]
                for mention in self._mentions) or any(
                self._cues.find(cue, between) for cue in ("hearsay", "uncertain", "others_say")):
            return False
        aside = not between[0].is_word and not between[-1].is_word
        which = words[0].norm in self._cues.words("relative_pronouns")
        ours = words[0].norm in self._cues.words("pronouns") and len(words) > 1 and (
            not any(token.norm in self._articles for token in words[-2:]))
        return aside or ((which or ours) and between[-1].is_word)

    def _begins(self, name: Span, first: int) -> bool:
        """Whether *name* begins the sentence of what stands at *first*, but for small words."""
        begin = next(begin for begin, end in self._message.sentences() if begin <= first < end)
        return begin <= name[0] and not any(
            token.is_word and token.norm not in self._articles
            for token in self._tokens[begin : name[0]])

    def _is_of_them(self, name: Span, first: int) -> bool:
        """Whether the words from *first* are said of a "they" that is *name*.

        That begins the sentence, but for an article or an opening word.
        """
        before = self._tokens[first - 1].norm.split("'")[0] if first else ""
        return before in self._them and name[1] < first and self._begins(name, first)
