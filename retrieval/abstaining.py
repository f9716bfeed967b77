"""When a search finds nothing: nothing is near, or the question lies beyond the texts.

Whoever answered from the least bad passage would be quoting guidance on something it does not
cover.  So a search abstains (`Found.abstained`), and names the gap that a question falls into
where that is beyond doubt.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from retrieval.border import border
from retrieval.counts import Counts
from retrieval.finding.dense import Dense
from retrieval.finding.gap_words import DOUBT, NAMING
from retrieval.finding.lexical import words_in, words_in_all
from retrieval.guidance import GapKind, Guidance, ProvisionId
from retrieval.hearing.wishes import Wishes
from retrieval.matches import Found, Query
from retrieval.words.phrases import Phrases
from retrieval.words.source_names import CUE
from retrieval.words.tokens import tokenise, words_of

LOW = 0.42
"""Best cosine below which nothing bears on a query, whatever words it holds."""

MID = 0.45
"""Best cosine below which a query without a word of the domain finds nothing.

Both are for other encoders: to the one in force nearly all lies nearer, jumbles of letters too, and
what is beyond is told by the border and by the list of English words."""

FEWEST_KNOWN = 3
"""Of so many words one at least is known where anything is asked; names of firms seldom are."""

NOT_HELD = "texts-not-held"
"""The gap, if a release has it, that says of a text that it isn't among those held."""

LATEST = 16
"""Queries whose text as it was meant is kept, and what is heard in that: few, since they are what
people said."""

_LONGEST_TERM_WORDS = 6

MentionsDomain = Callable[[str], bool]
"""Whether a text holds a word of the domain."""


class Abstaining:
    """Tells of a question what keeps the texts of one release from answering it.

    Args:
        guidance: The release.
        counts: What is counted of it.
        mentions_domain: Decides between `LOW` and `MID`.
        written: A text as it was probably meant.
        wishes: Hears whether a text wants what the texts don't speak to; None where nothing does.
    """

    def __init__(
        self,
        guidance: Guidance,
        counts: Counts,
        mentions_domain: MentionsDomain,
        written: Callable[[str], str],
        wishes: Wishes | None,
    ) -> None:
        self._ids = tuple(guidance.provisions)
        self._gaps = guidance.gap_by_id
        self._english = guidance.vocabulary.english
        cues = guidance.vocabulary.cues
        self._elsewhere = Phrases(cues.get("texts_not_held", ()))
        self._held = Phrases(phrase for name, phrases in cues.items() if name.startswith(CUE)
                             for phrase in phrases)
        self._mentions_domain = mentions_domain
        self._written = written
        self._wishes = wishes and lru_cache(LATEST)(wishes)
        self._names, self._words, self._border = counts.names, counts.words, border()
        self._evidence = lru_cache(LATEST)(counts.words.evidence)
        self._gap_words, self._of_field = counts.gap_words, counts.of_field

    def is_silent(self, text: str, dense: Dense) -> bool:
        """Whether no provision bears on *text*: nothing is near, or it lies beyond the border.

        Args:
            text: What is asked.
            dense: What the vectors say of it.
        """
        if self._says_nothing(text) or self._of_another_text(text):
            return True
        if self.beyond_by(text, dense) > 0:
            return True
        return dense.best < LOW or (dense.best < MID and not self._mentions_domain(text))

    def found(
        self, query: Query, dense: Dense | None, called: Sequence[ProvisionId] = ()
    ) -> Found:
        """What a search gives that abstains from *query*: what is nearest, and the gap if any.

        *dense* is None where the query has no words; *called* are provisions of the sources that it
        names, of which nobody is told that they aren't held.
        """
        if dense is None or self._says_nothing(query.text):
            return Found(query, (), abstained=True)
        beyond = self.beyond_by(query.text, dense) > 0
        name, sure = self.gap_of(query.text, dense, but=NOT_HELD if called else None)
        if not (beyond and sure) and not called and self._of_another_text(query.text):
            name, sure, beyond = NOT_HELD, True, True
        if beyond and called and not sure:
            return Found(query, (), abstained=True, nearest=called[0])
        if beyond and not sure:
            # Whom to ask would be a guess, and so would be what is near.
            return Found(query, (), abstained=True)
        gap = self._gaps.get(name or "") if beyond else None
        if gap is None:
            nearest = None if dense.nearest is None else self._ids[dense.nearest]
            return Found(query, (), abstained=True, nearest=nearest)
        return Found(query, (), abstained=True, nearest=next(iter([*called, *gap.nearest]), None),
                     gap=gap.id)

    def strays(self, text: str, dense: Dense) -> float:
        """By how much *text* wants what the texts leave open; 0 where nothing is declined."""
        by = self.beyond_by(text, dense)
        # Most lie within, and which gap is nearest takes longer to tell than that.
        if by <= 0:
            return 0.0
        gap = self._gaps.get(self.gap_of(text, dense)[0] or "")
        return 0.0 if gap is None or gap.kind is GapKind.OPENING else by

    def beyond_by(self, text: str, dense: Dense) -> float:
        """By how much *text* lies beyond the border; less than nothing where it lies within."""
        gap, near = dense.gap
        if gap is None:
            return -1.0
        lead = near - dense.best
        if not self._words.counted:
            return lead - self._border.alone
        written = self._written(text)
        lead += self._border.words * self._evidence(written)
        if self._wishes is None:
            return lead - self._border.unheard
        return lead + self._border.wishes * self._wishes(written) - self._border.margin

    def gap_of(
        self, text: str, dense: Dense, but: str | None = None
    ) -> tuple[str | None, bool]:
        """The gap that *text* falls into if it falls into one, and whether that is beyond doubt.

        That is any gap *but* one.

        It is told by nearness and by words.  A greeting is told by nearness alone: what follows it
        has words of every gap.  Between gaps that name the same to ask there is no doubt, but
        without a word of the gap's own there is.
        """
        nearest, _ = dense.gap
        if nearest is None or self._opens(nearest):
            return nearest, True
        worded = self._gap_words(self._written(text))
        near = {gap: near + NAMING * worded.get(gap, 0.0)
                for gap, near in dense.gaps.items() if not self._opens(gap) and gap != but}
        if not near:
            return None, False
        first = max(near, key=near.__getitem__)
        others = (far for gap, far in near.items() if self._whom(gap) != self._whom(first))
        ahead = near[first] - max(others, default=-np.inf) >= DOUBT
        return first, ahead and self._of_field(self._written(text), first)

    def _of_another_text(self, text: str) -> bool:
        """Whether *text* names a text or court of which nothing is held, and none that is.

        What another text says on the same matter is near, and is no answer to it.
        """
        if NOT_HELD not in self._gaps:
            return False
        tokens = tokenise(text)
        return bool(self._elsewhere.find(tokens)) and not self._held.find(tokens)

    def _whom(self, gap: str) -> str:
        return self._gaps[gap].whom if gap in self._gaps else ""

    def _opens(self, gap: str) -> bool:
        """Whether *gap* is a word before the matter."""
        return gap in self._gaps and self._gaps[gap].kind is GapKind.OPENING

    def _says_nothing(self, text: str) -> bool:
        """Whether hardly a word of *text* is one, in English or in what is searched: "asdkjh qwe".

        Somewhere near lies any jumble of letters, by meaning; and so does what is put in another
        language.  Without a list of English words nobody can tell.
        """
        if not self._english:
            return False
        words = [token.norm for token in words_of(self._written(text)) if token.norm.isalpha()]
        known = sum(word in self._english or word in self._names for word in words)
        return bool(words) and known * FEWEST_KNOWN <= len(words) and (
            not self._mentions_domain(text))


def domain_words(guidance: Guidance) -> MentionsDomain:
    """A predicate that holds for texts with a term of *guidance*'s vocabulary or glossary.

    Endings are ignored, misspellings are not forgiven; whoever reads messages more cleverly
    passes a predicate of their own to `build_search`.
    """
    terms = [phrase for term in guidance.vocabulary.terms for phrase in term.terms]
    terms += [name for entry in guidance.vocabulary.glossary for name in entry.names]
    known = {tuple(words) for words in words_in_all(terms) if words}

    def mentions_domain(text: str) -> bool:
        words = words_in(text)
        return any(
            tuple(words[start : start + length]) in known
            for start in range(len(words))
            for length in range(1, _LONGEST_TERM_WORDS + 1)
        )

    return mentions_domain
