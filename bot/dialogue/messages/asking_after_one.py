"""Which question a message asks after by what that is about: "why do you ask who it's for?".

"Why do you ask?" is of the questions that wait.  Whoever names a matter means the question on that,
whether it waits, was answered or never put.
"""

from collections import Counter
from collections.abc import Sequence

from bot.dialogue.conversation import Conversation
from bot.dialogue.messages.what_if import WhatIf
from bot.dialogue.messages.wondering import unopened
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Cues, Span, covered
from bot.dialogue.small_words.subjects import Subjects
from retrieval.guidance import Fact, Guidance
from retrieval.words.mentions import Reading

MOST = 2
"""Most questions that one matter is of, as "the laws" are; what fits more names none."""


class AskingAfterOne:
    """Finds the questions that are asked after, with the small words of one release.

    Args:
        guidance: The release.
        intents: Its phrases by which people steer.
        cues: Its cue lists.
        subjects: What its questions are about.
        what_if: What finds suppositions, which ask after no question.
    """

    def __init__(
        self, guidance: Guidance, intents: Cues, cues: Cues, subjects: Subjects, what_if: WhatIf
    ) -> None:
        self._questions, self._intents, self._cues = guidance.questions, intents, cues
        self._subjects, self._what_if = subjects, what_if
        self._steers = frozenset(n for n in ("flag_words", "verdict") if n in intents.by_name)

    def facts(
        self, reading: Reading, clauses: Clauses, conversation: Conversation
    ) -> Sequence[Fact]:
        """The facts whose questions *reading* asks after in one sentence; () where it names none.

        Those that wait come before others that its words fit as well.
        """
        words = unopened(reading.tokens, self._cues)
        if not conversation.deal.answers or len(clauses.sentences()) != 1 or (
                self._what_if.supposes(reading, clauses)):
            return ()
        first = len(reading.tokens) - len(words)
        span = self._behind(reading, first)
        if span is None or any(self._intents.find(name, reading.tokens) for name in self._steers):
            return ()
        return self.named(reading, span, conversation)

    def named(
        self, reading: Reading, span: Span, conversation: Conversation
    ) -> Sequence[Fact]:
        """The facts whose questions the words of *span* name, as for `facts`."""
        found = self._named(reading, span)
        ranked = sorted(found & set(conversation.awaiting()) or found, key=self._rank)
        return ranked if len(ranked) <= MOST else ()

    def _behind(self, reading: Reading, first: int) -> Span | None:
        """The tokens that say what is asked after; None where nothing is asked after."""
        tokens = reading.tokens
        last = len(tokens)
        length = self._intents.starts("why_of_one", tokens[first:])
        if length:
            return first + length, last
        opens = self._intents.starts("why_is_one", tokens[first:])
        if not opens:
            return None
        # "Why is hosting important" has what it asks after in the middle.
        words = [i for i in range(first + opens, last) if tokens[i].is_word]
        ends = [begin for begin, end in self._intents.find("one_matters", tokens)
                if words and end == words[-1] + 1 and begin > first + opens]
        return (first + opens, max(ends)) if ends else None

    def _named(self, reading: Reading, span: Span) -> frozenset[Fact]:
        """The facts that the words of *span* are about, most of all."""
        tokens = reading.tokens[slice(*span)]
        found = {fact: names.find(tokens) for fact, names in self._subjects.names.items()}
        called = {fact: covered(spans) for fact, spans in found.items() if spans}
        matters = {i - span[0]: of for i, of in self._subjects.matters(reading, span).items()}
        # "What it's for" is a name, and of words that are about nothing.
        whole = {fact: len(mine) for fact, mine in called.items() if mine.issuperset(matters)}
        if whole:
            return frozenset(f for f, length in whole.items() if length == max(whole.values()))
        if not matters:
            # Of those that begin with a "who" the first to be asked is meant.
            begun = self._subjects.begun_by(reading, span)
            return frozenset({min(begun, key=self._rank)}) if begun else begun
        counts = Counter(fact for of in matters.values() for fact in of)
        best = max(counts.values(), default=0)
        most = frozenset(f for f, n in counts.items() if n == best and 2 * best >= len(matters))
        # What is named first is what the rest is said of: "where the servers stand".
        return next((most & of for of in matters.values() if most & of), most)

    def _rank(self, fact: Fact) -> int:
        return self._questions[fact].rank
