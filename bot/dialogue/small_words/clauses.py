"""The scope of small words: what a "not", a "maybe", a "sorry, I mean" or an "also" reaches.

Works on the tokens of a message and the mentions found in it.  Scopes are those of hurried
writing: a denial reaches to the end of its clause (`denied`, beside this module), a hedge covers
its clause (`doubts`), a correction divides a message into what was wrong and what is right.
"""

from functools import cached_property

from bot.dialogue.small_words.cues import Cues, Span
from bot.dialogue.small_words.denied import Denied
from bot.dialogue.small_words.doubts import overlaps
from retrieval.words.mentions import Mention, Reading, Strength

LISTS = "+"
"""Lists what stands on either side of it, and is no token."""


class Clauses(Denied):
    """Which mentions of one message are denied, hedged, corrected, added or listed.

    In "not for the police, maybe the army" the police are denied, and the army is hedged.

    Args:
        reading: The message, with what its words name.
        cues: The small words of a release.
    """

    def __init__(self, reading: Reading, cues: Cues) -> None:
        super().__init__(reading, cues)
        # "The ministry instead of the police" denies the police and takes nothing back.
        self.retractions = [s for s in self._replacing if not overlaps(s, self._negations)]
        """Where what was said is surely replaced: "scratch that"."""
        self.additions = cues.find("addition", self.tokens)
        """Where an "also" stands."""
        perhaps = cues.find("second_thought", self.tokens)
        self.corrections = sorted([*self.retractions, *(
            s for s in perhaps if not overlaps(s, self._negations) and not self._only_adds(s))])
        """These, and where it may be: "actually"."""

    def _only_adds(self, thought: Span) -> bool:
        """Whether what stands right behind a second *thought* adds: "sorry, also drones"."""
        openers = self._cues.words("sentence_openers") - self._cues.words("opens_addition")
        begin = next((i for i in range(thought[1], len(self.tokens)) if self.tokens[i].is_word
                      and self.tokens[i].norm not in openers), len(self.tokens))
        return any(first == begin for first, _ in self.additions) and (
            self.tokens[begin].norm not in self._cues.words("both_of_them"))

    def added(self, mention: Mention) -> bool:
        """Whether *mention* comes on top of what is known, not in its place: "also the army"."""
        return self.added_at((mention.first, mention.last))

    def added_at(self, span: Span) -> bool:
        """Whether what stands at *span* comes on top of what is known."""
        begin = self.positions(span).start
        adds = self._cues.words("opens_addition")
        opener = self.tokens[begin].norm in adds and begin != span[1]
        return opener or any(self.same_clause(one, span) for one in self.additions)

    def takes_back(self, position: int) -> bool:
        """Whether what stands at *position* takes something back: "no sorry" alone does not."""
        return any(first <= position < last and any(t.is_word for t in self.tokens[last:])
                   for first, last in self.retractions)

    def taken_back(self, mention: Mention) -> bool:
        """Whether a later "sorry, I mean …" replaces *mention* within the message."""
        # What follows on any of them follows on the one that ends first.
        ends = min((last for first, last in self.corrections if mention.last <= first),
                   default=None)
        return ends is not None and any(
            m.fact == mention.fact and m.first >= ends and m.value != mention.value
            for m in self._mentions)

    def corrects(self, mention: Mention) -> bool:
        """Whether the words of *mention* are those that announce a correction."""
        return overlaps((mention.first, mention.last), self.corrections)

    def points_back(self, mention: Mention) -> bool:
        """Whether it speaks of what was named before: "the cams", "half of those cameras"."""
        before = self.tokens[max(0, mention.first - 1) : mention.first]
        return any(token.norm in self._cues.words("of_what_was_named") for token in before)

    def lists(self, one: Mention, other: Mention) -> bool:
        """Whether two mentions are members of one list: "for intelligence and for the police"."""
        first, last = min(one.last, other.last), max(one.first, other.first)
        # Most that stands between two is no list; all of a long message may stand there.
        if any(self.tokens[i].norm not in self._in_lists and not self.tokens[i].norm.isdecimal()
               for i in range(first, last)):
            return False
        between = self.tokens[first:last]
        joining = self._cues.covered(between, "joins_a_list", "and_words") | {
            i for i, token in enumerate(between) if token.norm == ","}
        plus = 0 < first <= last and self._text[
            self.tokens[first - 1].end : self.tokens[last].start].lstrip().startswith(LISTS)
        return bool(joining or plus) and all(
            token.norm in self._listing or token.norm.isdecimal()
            for i, token in enumerate(between) if i not in joining)

    @cached_property
    def _in_lists(self) -> frozenset[str]:
        """The words that may stand between two members of a list, beside numbers."""
        return self._listing | self._cues.words_within("joins_a_list", "and_words")

    def tells_apart(self, one: Mention, other: Mention) -> bool:
        """Whether *other* is denied in one breath with *one*: "the police and not the gendarmes".

        They have words of their own, for all that they are of one value.
        """
        between = range(one.last, other.first)
        nots = {i for first, last in self.denials for i in range(first, last)}
        nots |= {i for i in between if self.tokens[i].norm in self._cues.words("sets_apart")}
        mine, others = ([t.norm for t in self.tokens[m.first : m.last]] for m in (one, other))
        return mine != others and any(i in between for i, _ in self.denials) and all(
            i in nots or self._listed(i, i + 1) for i in between)

    def is_listed(self, mention: Mention) -> bool:
        """Whether *mention* stands in a list with anything else that hints at such a value."""
        return any(self.lists(mention, other) for other in self._mentions
                   if other.fact == mention.fact and other.value != mention.value
                   and other.strength is not Strength.ASKED)
