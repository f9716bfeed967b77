"""What a hedge is of, beyond its clause: "perhaps the army, not the police" hedges both halves."""

from collections.abc import Sequence

from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Cues, Span
from bot.dialogue.small_words.doubts import HEDGE_REACH
from retrieval.words.mentions import Mention


def hedged(mention: Mention, clauses: Clauses, cues: Cues) -> bool:
    """Whether *mention* is hedged, or is denied beside what is, or by who only doubts it.

    A denial is of what it is held against where it opens its clause, or says that one is instead
    of the other.  A "but" sets it apart: "maybe at the border, but not at protests".

    Args:
        mention: What is named.
        clauses: The scope of the small words of its message.
        cues: The cue lists of the release.
    """
    if clauses.hedged(mention):
        return True
    denials = list(clauses.denials_of(mention))
    return _doubted(denials, clauses, cues) or any(
        last <= first and _is_other_half((first, end), clauses, cues)
        and any(begin <= last <= first < stop for begin, stop in clauses.sentences())
        and clauses.words_between((start, last), (first, end)) <= HEDGE_REACH
        for first, end in denials for start, last in clauses.hedges)


def only_doubted(mention: Mention, clauses: Clauses, cues: Cues) -> bool:
    """Whether *mention* is denied by nothing but a doubt: "I don't think there's a war"."""
    return _doubted(list(clauses.denials_of(mention)), clauses, cues)


def _doubted(denials: Sequence[Span], clauses: Clauses, cues: Cues) -> bool:
    """Whether *denials* are nothing but doubts; false of none."""
    doubts = cues.find("doubts_that_it_is", clauses.tokens) if denials else []
    return bool(denials) and all(
        any(first < end and begin < last for begin, end in doubts) for first, last in denials)


def _is_other_half(denial: Span, clauses: Clauses, cues: Cues) -> bool:
    """Whether *denial* goes with what stands before it: "forensics, not spyware"."""
    tokens = clauses.tokens
    if any(first < denial[1] and denial[0] < last
           for first, last in cues.find("in_its_place", tokens)):
        return True
    first = clauses.positions(denial).start
    opens = all(not tokens[i].is_word for i in range(first, denial[0]))
    return opens and (first == 0 or tokens[first - 1].norm not in cues.words("sets_apart"))
