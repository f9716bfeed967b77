"""Whether a sentence says only what some evidence sentences say, and who does what as they do.

Each content word has to be theirs, and words that stand side by side have to stand near one
another in one of them, unless the sentence passes on to another one at a joint such as "and".
A bag of words would take "the supplier reports the end-user" for its reverse; so whoever acts has
to have the same deed after them.
"""

from collections.abc import Iterator, Sequence

from bot.dialogue.fencing.judged import Evidence
from bot.dialogue.fencing.rules import FenceRules
from bot.dialogue.fencing.words import Text, Word

WINDOW = 9
"""Content words within which two neighbours of a sentence have to stand in its evidence."""
DEED_WINDOW = 4
"""Content words after an actor among which its deed has to stand."""

CLOSE = 3
"""Content words within which a word describes another one."""
BRIDGE = 4
"""Content words after a break among which the one that bridges it has to stand."""
PRONOUN_WINDOW = 4
"""Words beside which a pronoun may stand for a neighbour."""

_ENDS = frozenset(".,;:()–—!?")


def uncovered(text: Text, evidence: Sequence[Text], rules: FenceRules) -> Word | None:
    """The first content word of *text* that no sentence of *evidence* has."""
    for n in text.content:
        word = text.words[n]
        if word.stem not in rules.plain_stems and not any(one.has(word) for one in evidence):
            return word
    return None


def torn(text: Text, some: Sequence[Evidence], rules: FenceRules) -> str | None:
    """The first two neighbours of *text* that no sentence of *some* brings together."""
    grounded = list(_grounded(text, [one.text for one in some]))
    for place in range(1, len(grounded)):
        before, n = grounded[place - 1], grounded[place]
        if _joined(text, before, n, rules):
            continue
        one, other = text.words[before], text.words[n]
        if any(_near(e.text, one, other) or _stands_for(e, one, other, rules) for e in some):
            continue
        if one.stem not in rules.actors and any(_told(e.text, other, rules) for e in some):
            continue
        bridges = [text.words[m] for m in grounded[place + 1 : place + 1 + BRIDGE]]
        if any(_bridged(some, one, bridge, other) for bridge in bridges):
            continue
        return f"{one.norm} … {other.norm}"
    return None


def swapped(text: Text, some: Sequence[Evidence], rules: FenceRules) -> str | None:
    """The first actor of *text* who does what *some* have somebody else do."""
    grounded = list(_grounded(text, [one.text for one in some]))
    for n, word in enumerate(text.words):
        if word.stem not in rules.actors:
            continue
        deed = next((m for m in grounded if m > n), None)
        if deed is None or _joined(text, n, deed, rules):
            continue
        if not any(_acts(one, word, text.words[deed], rules) for one in some):
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


def _near(text: Text, one: Word, other: Word, window: int = WINDOW) -> bool:
    """Whether the two stand within *window* content words of each other in *text*."""
    places = [text.words[n] for n in text.content]
    first = [n for n, word in enumerate(places) if word.means(one)]
    second = [n for n, word in enumerate(places) if word.means(other)]
    return any(abs(a - b) <= window for a in first for b in second)


def _told(text: Text, deed: Word, rules: FenceRules) -> bool:
    """Whether *text* begins by telling somebody to do *deed*: "Name the product"."""
    first = text.words[0]
    return first.norm in rules.imperatives and first.means(deed)


def _bridged(some: Sequence[Evidence], one: Word, bridge: Word, other: Word) -> bool:
    """Whether *other* only describes *bridge*: "such tools" told as "hacking tools"."""
    return any(_near(e.text, one, bridge) for e in some) and any(
        _near(e.text, other, bridge, CLOSE) for e in some)


def _stands_for(evidence: Evidence, one: Word, other: Word, rules: FenceRules) -> bool:
    """Whether either word is what a pronoun beside the other one stands for."""
    words = evidence.text.words
    for n, word in enumerate(words):
        beside = {w.norm for w in words[max(n - PRONOUN_WINDOW, 0) : n + 1 + PRONOUN_WINDOW]}
        if beside & rules.pronouns and (
            (word.means(one) and not evidence.named.isdisjoint(other.senses))
            or (word.means(other) and not evidence.named.isdisjoint(one.senses))
        ):
            return True
    return False


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
            if actor.norm == "you" and word.stem in rules.imperatives:
                return True
        if word.means(actor):
            since = 0
        if since is not None and word.content:
            since += 1
    return False
