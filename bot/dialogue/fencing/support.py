"""Whether a sentence says only what some evidence sentences say, and who does what as they do.

Each content word has to be theirs, and words that stand side by side have to stand near one
another in one of them, unless the sentence passes on to another one at a joint such as "and".
A bag of words would take "the supplier reports the end-user" for its reverse; so whoever acts has
to have the same deed after them.
"""

from collections.abc import Iterator, Sequence

from bot.dialogue.fencing.rules import FenceRules
from bot.dialogue.fencing.words import Text, Word

WINDOW = 9
"""Content words within which two neighbours of a sentence have to stand in its evidence."""
DEED_WINDOW = 4
"""Content words after an actor among which its deed has to stand."""

_ENDS = frozenset(".,;:()–—!?")


def uncovered(text: Text, evidence: Sequence[Text], rules: FenceRules) -> Word | None:
    """The first content word of *text* that no sentence of *evidence* has."""
    for n in text.content:
        word = text.words[n]
        if word.stem not in rules.plain_stems and not any(one.has(word) for one in evidence):
            return word
    return None


def torn(text: Text, evidence: Sequence[Text], rules: FenceRules) -> str | None:
    """The first two neighbours of *text* that no sentence of *evidence* brings together."""
    before: int | None = None
    for n in _grounded(text, evidence):
        if before is not None and not _joined(text, before, n, rules) and not any(
            _near(one, text.words[before], text.words[n]) for one in evidence
        ):
            return f"{text.words[before].norm} … {text.words[n].norm}"
        before = n
    return None


def swapped(text: Text, evidence: Sequence[Text], rules: FenceRules) -> str | None:
    """The first actor of *text* who does what *evidence* has somebody else do."""
    grounded = list(_grounded(text, evidence))
    for n, word in enumerate(text.words):
        if word.stem not in rules.actors:
            continue
        deed = next((m for m in grounded if m > n), None)
        if deed is None or _joined(text, n, deed, rules):
            continue
        if not any(_acts(one, word, text.words[deed], rules) for one in evidence):
            return f"{word.norm} … {text.words[deed].norm}"
    return None


def _grounded(text: Text, evidence: Sequence[Text]) -> Iterator[int]:
    """Indexes of the content words that some of *evidence* has."""
    return (n for n in text.content if any(one.has(text.words[n]) for one in evidence))


def _joined(text: Text, before: int, after: int, rules: FenceRules) -> bool:
    """Whether a joint stands between two words."""
    between = text.words[before + 1 : after + 1]
    return any(set(word.marks) & _ENDS for word in between) or any(
        word.norm in rules.joints for word in between[:-1])


def _near(text: Text, one: Word, other: Word) -> bool:
    """Whether the two stand within the window of each other in *text*."""
    places = [text.words[n] for n in text.content]
    first = [n for n, word in enumerate(places) if word.means(one)]
    second = [n for n, word in enumerate(places) if word.means(other)]
    return any(abs(a - b) <= WINDOW for a in first for b in second)


def _acts(text: Text, actor: Word, deed: Word, rules: FenceRules) -> bool:
    """Whether *actor* stands shortly before *deed* in *text*, or is told to do it."""
    seen = [word for word in text.words if word.content or word.stem in rules.actors]
    actors = [n for n, word in enumerate(seen) if word.means(actor)]
    deeds = [n for n, word in enumerate(seen) if word.means(deed)]
    if any(0 < d - a <= DEED_WINDOW for a in actors for d in deeds):
        return True
    return actor.norm == "you" and any(
        seen[d].stem in rules.imperatives for d in deeds)
