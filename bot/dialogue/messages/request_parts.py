"""Whether a message holds the parts that a request is made of, and nothing else."""

from collections.abc import Collection, Sequence
from functools import cache

from bot.dialogue.messages.requests_made_of import Form, Made
from bot.dialogue.messages.wondering import unopened
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span, covered
from retrieval.words.mentions import Reading
from retrieval.words.phrases import Phrases
from retrieval.words.tokens import Token, Tokens

_SUBJECTS = ("of_the_deal", "flag_words")
"""Before these a verb in front asks; "is a private company" only leaves out its subject."""


class RequestParts:
    """The lists that requests are made of, of one release.

    Args:
        intents: Its lists of phrases by which people steer.
        cues: Its lists of small words.
    """

    def __init__(self, intents: Cues, cues: Cues) -> None:
        self._intents, self._begun_by, self._cues = intents.by_name, intents.begun_by, cues
        self._vocabulary = cache(self._words_of)

    def found(self, name: str, tokens: Sequence[Token]) -> list[Span]:
        """Where *tokens* hold phrases of the list *name*."""
        phrases = self._list(name)
        return phrases.find(tokens) if phrases else []

    def fit(self, reading: Reading, made: Made) -> bool:
        """Whether *reading* holds one of each list needed, and else only of those beside."""
        # Four score of these are held against each message, and most have no word of it, or not
        # all.
        tokens = reading.tokens
        return self._begun(tokens).issuperset(made.needed) and (
            self._vocabulary((*made.needed, *made.beside)).issuperset(tokens.words.norms)) and (
            self.fit_tokens(tokens, made))

    def fit_tokens(
        self, tokens: Sequence[Token], made: Made, named: Collection[int] = frozenset()
    ) -> bool:
        """As `fit`, of *tokens*, of which those at *named* may stand beside as well."""
        for name in made.needed:
            if not self.found(name, tokens):
                return False
        mine = covered(span for name in (*made.needed, *made.beside)
                       for span in self.found(name, tokens))
        return all(i in mine or i in named for i, t in enumerate(tokens) if t.is_word) and (
            made.form is Form.ANY or (made.form is Form.ASKED) == self._is_asked(tokens))

    def _words_of(self, names: Sequence[str]) -> frozenset[str]:
        """The words that occur in phrases of any of the lists *names*."""
        lists = (self._list(name) for name in names)
        return frozenset[str]().union(*(one.vocabulary for one in lists if one is not None))

    def _list(self, name: str) -> Phrases | None:
        return (self._cues.by_name if name == FUNCTION_WORDS else self._intents).get(name)

    def _begun(self, tokens: Tokens) -> frozenset[str]:
        """The lists of which a phrase may begin at any of *tokens*."""
        begun: frozenset[str] | None = tokens.found.get(self)
        if begun is None:
            begun = tokens.found[self] = frozenset[str]().union(*map(self._begun_by, tokens))
        return begun

    def _is_asked(self, tokens: Sequence[Token]) -> bool:
        """Whether *tokens* are a question by their form, as requests are put."""
        words = unopened(tokens, self._cues)
        if sum(t.is_word for t in words) < 2:
            # One word behind an opening, with its mark, asks: "so nothing?".
            return len(words) < len(tokens) and any(t.is_word for t in words) and (
                words[-1].norm == "?")
        verb = self._cues.starts("inverted", words)
        article = self._cues.words("definite_article")
        bare = verb and words[verb].norm not in article
        subject = words[verb:] if bare else words[verb + 1:]
        return words[-1].norm == "?" or self._cues.starts("question", words) > 0 or bool(
            verb and any(self._intents[name].starts(subject) for name in _SUBJECTS))
