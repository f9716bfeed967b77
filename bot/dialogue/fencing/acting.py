"""Whether everybody in a sentence does what the evidence has them do.

A bag of words would take "the supplier reports the end-user" for its reverse; so whoever acts has
to have the same deed after them, and whoever it is done to has to be the same.
"""

from collections.abc import Sequence

from bot.dialogue.fencing.judged import Evidence
from bot.dialogue.fencing.rules import FenceRules
from bot.dialogue.fencing.support import among, grounded, joined
from bot.dialogue.fencing.words import Text, Word

DEED_WINDOW = 4
"""Content words after an actor among which its deed has to stand."""
PAIR = 2
"""Words that are out of order where two have changed places."""


def swapped(text: Text, some: Sequence[Evidence], rules: FenceRules) -> str | None:
    """The first actor of *text* who does, or has done to them, what *some* say of somebody else."""
    held = list(grounded(text, [one.text for one in some]))
    for n, word in enumerate(text.words):
        if word.stem not in rules.actors:
            continue
        deed = next((m for m in held if m > n), None)
        if deed is not None and any(w.stem in rules.actors for w in text.words[n + 1 : deed]):
            continue
        if deed is not None and not joined(text, n, deed, rules):
            other = text.words[deed]
            if not any(_acts(one, word, other, rules) for one in some):
                return f"{word.norm} … {other.norm}"
        deed = next((m for m in reversed(held) if m < n), None)
        if deed is not None and word.content and not joined(text, deed, n, rules):
            other = text.words[deed]
            told = other.norm in rules.imperatives
            if not any(_done_to(one.text, other, word, told) for one in some):
                return f"{other.norm} … {word.norm}"
    return None


def exchanged(text: Text, some: Sequence[Evidence]) -> str | None:
    """Two words of *text* that stand in each other's place in one of *some*."""
    said = [text.words[n] for n in text.content]
    for evidence in some:
        there = [evidence.text.words[n].stem for n in evidence.text.content]
        places = [there.index(word.stem) if there.count(word.stem) == 1 else None for word in said]
        if None in places:
            continue
        found = [place for place in places if place is not None]
        wrong = [n for n, (a, b) in enumerate(zip(found, sorted(found), strict=True)) if a != b]
        if len(wrong) == PAIR and wrong[1] - wrong[0] > 1:
            return f"{said[wrong[0]].norm} … {said[wrong[1]].norm}"
    return None


def told(text: Text, some: Sequence[Evidence], rules: FenceRules) -> str | None:
    """What *text* begins by telling somebody to do, and none of *some* does: "Give a report"."""
    first = text.words[0]
    if first.norm in rules.imperatives and not any(
        among(first, one.text.words) for one in some
    ):
        return first.norm
    return None


def _done_to(text: Text, deed: Word, whom: Word, told: bool) -> bool:
    """Whether *text* has *whom* near *deed*, and after it where it is *told* to do it."""
    if not told:
        return text.brings_together(deed, whom, DEED_WINDOW)
    places = [text.words[n] for n in text.content]
    return any(
        word.means(deed) and among(whom, places[n + 1 : n + 1 + DEED_WINDOW])
        for n, word in enumerate(places)
    )


def _acts(evidence: Evidence, actor: Word, deed: Word, rules: FenceRules) -> bool:
    """Whether *actor* stands shortly before *deed*, under its name or a pronoun, or is told to."""
    words = evidence.text.words
    named = not evidence.named.isdisjoint(actor.senses)
    since: int | None = None
    for n, word in enumerate(words):
        if word.means(deed):
            if since is not None and since <= DEED_WINDOW:
                return True
            if named and any(w.norm in rules.subjects for w in words[max(n - 2, 0) : n]):
                return True
            if actor.norm == "you" and word.norm in rules.imperatives:
                return True
        if word.means(actor):
            since = 0
        elif word.stem in rules.actors and n and words[n - 1].norm not in rules.joints:
            since = None
        if since is not None and word.content:
            since += 1
    return False
