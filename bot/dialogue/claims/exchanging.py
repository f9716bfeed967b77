"""What a message says was exchanged: "the reseller got swapped for a distributor".

It names both, and a model hears the one as surely as the other, or neither.  Which of them is left
shows in the verb and in where the two stand.
"""

from collections.abc import Iterator, Sequence

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import ASKED_BACK
from bot.dialogue.small_words.cues import Span
from retrieval.words.mentions import Mention, Strength

ARROWS = frozenset({"->", "→", "=>", "-->"})
"""What stands for "is now" between two names."""
_NOT_YET = ("condition", "only_planned")
"""Cue lists of what makes an exchange one that may come, or not."""


def exchanged(claims: Sequence[Claim], at: Utterance, *, supposed: bool) -> list[Claim]:
    """*claims*, where of two values that are exchanged the one is gone and the other holds.

    An exchange that is only planned, asked about or denied leaves them as they are, unless the
    message as a whole is *supposed*.
    """
    pairs = list(_pairs(at, supposed))
    if not pairs:
        return list(claims)
    touched = {(m.fact, m.value) for pair in pairs for m in pair}
    told = {(c.mention.fact, c.value): c.confidence for c in claims if c.holds}
    kept = [c for c in claims if (c.mention.fact, c.value) not in touched]
    come = {(new.fact, new.value) for _, new in pairs}
    for gone, new in pairs:
        if (gone.fact, gone.value) not in come:
            kept.append(Claim(gone, gone.value, False, True, False))
        chance = told.get((new.fact, new.value), 0.0)
        kept.append(Claim(new, new.value, True, True, False, max(chance, ASKED_BACK)))
    return sorted(kept, key=lambda c: c.mention.first)


def _pairs(at: Utterance, supposed: bool) -> Iterator[tuple[Mention, Mention]]:
    """What is gone, and what came in its place."""
    named = [m for m in at.reading.mentions if m.strength is not Strength.ASKED]
    values = {(m.fact, m.value) for m in named}
    if len({fact for fact, _ in values}) == len(values):
        return  # nothing has two values, as in most messages
    exchanging = _Exchanging(at)
    if not exchanging.finds_any:
        return  # a long message may name a thousand things
    for gone in named:
        for new in named:
            if (gone.fact == new.fact and gone.value != new.value
                    and exchanging.replaces(new, gone)
                    and (supposed or not exchanging.may_yet_come(new, gone))):
                yield gone, new


class _Exchanging:
    """The verbs of one message by which one thing takes the place of another."""

    def __init__(self, at: Utterance) -> None:
        self._reading, self._clauses, self._cues = at.reading, at.clauses, at.cues
        tokens = at.reading.tokens
        self._verbs = at.cues.find("exchanges_for", tokens)
        self._takes_over = at.cues.find("takes_over_from", tokens)
        self.finds_any = bool(self._verbs or self._takes_over) or any(
            arrow in at.reading.text for arrow in ARROWS)
        """Whether anything stands there by which something may be exchanged."""
        self._articles = at.cues.words("before_a_noun") | at.cues.words("as_it_was")
        self._times = at.cues.covered(tokens, "times")

    def replaces(self, new: Mention, gone: Mention) -> bool:
        """Whether *new* has taken the place of *gone*, by the words of their clause."""
        mine, other = _span(new), _span(gone)
        return self._clauses.same_clause(mine, other) and (
            self._is_put_for(mine, other) or self._takes_its_place(mine, other))

    def _is_put_for(self, new: Span, gone: Span) -> bool:
        """Whether it is "swap *gone* for *new*", "*gone* was swapped for *new*" or an arrow."""
        if gone[1] > new[0]:
            return False
        if self._reading.text[self._reading.tokens[gone[1] - 1].end
                              : self._reading.tokens[new[0]].start].strip() in ARROWS:
            return True
        behind = self._before(new[0])
        if behind < gone[1] or self._reading.tokens[behind].norm not in self._cues.words(
                "exchanged_for"):
            return False
        return any(
            (last <= gone[0] and self._before(gone[0]) == last - 1)
            or (gone[1] <= first and last <= behind
                and self._times.issuperset(range(last, behind)))
            for first, last in self._verbs)

    def _takes_its_place(self, new: Span, gone: Span) -> bool:
        """Whether it is "*new* replaces *gone*", with the verb right before that."""
        return any(new[1] <= first and last <= gone[0] and self._before(gone[0]) == last - 1
                   for first, last in self._takes_over)

    def _before(self, position: int) -> int:
        """Where the last word before *position* stands, less articles and "old"; -1 for none."""
        at = position - 1
        while at >= 0 and self._reading.tokens[at].norm in self._articles:
            at -= 1
        return at

    def may_yet_come(self, new: Mention, gone: Mention) -> bool:
        """Whether their clause doubts, denies, asks or only plans the exchange."""
        clauses, tokens = self._clauses, self._reading.tokens
        mine = (min(new.first, gone.first), max(new.last, gone.last))
        clause = clauses.positions(mine)
        words = tokens[max(0, clause.start - 1) : clause.stop]  # an "if" begins a clause itself
        return (clauses.hedged(new) or clauses.hedged(gone) or clauses.asked(mine)
                or clauses.denies_in(mine)
                or any(self._cues.find(name, words) for name in _NOT_YET))


def _span(mention: Mention) -> Span:
    return mention.first, mention.last
