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

WINDOW = 7
"""Content words within which two neighbours of a sentence have to stand in its evidence."""
DEED_WINDOW = 4
"""Content words after an actor among which its deed has to stand."""

CLOSE = 3
"""Content words within which a word describes another one."""
BRIDGE = 3
"""Content words after a break among which the one that bridges it has to stand."""
PRONOUN_WINDOW = 3
"""Words beside which a pronoun may stand for a neighbour."""

_ENDS = frozenset(".,;:–—!?")
"""Where a sentence may pass on; what stands in brackets belongs to what is before them."""


def uncovered(text: Text, evidence: Sequence[Text], rules: FenceRules) -> Word | None:
    """The first content word of *text* that *evidence* lacks, or has less often."""
    used: dict[str, int] = {}
    for n in text.content:
        word = text.words[n]
        if word.stem in rules.plain_stems:
            continue
        used[word.stem] = used.get(word.stem, 0) + 1
        there = max(sum(other.content and other.means(word) for other in one.words)
                    for one in evidence)
        if there < used[word.stem]:
            return word
    return None


def torn(text: Text, some: Sequence[Evidence], rules: FenceRules) -> str | None:
    """The first two neighbours of *text* that no sentence of *some* brings together.

    As long as no joint comes, it has to be the same evidence sentence that does.
    """
    grounded = list(_grounded(text, [one.text for one in some]))
    words = [text.words[n] for n in grounded]
    current = list(some)
    for place in range(1, len(words)):
        one, other = words[place - 1], words[place]
        going_on = [e for e in current if e.text.brings_together(one, other, WINDOW)]
        if not going_on:
            if _joined(text, grounded[place - 1], grounded[place], rules):
                passes = any(_closes(e.text, one, rules) for e in current) and any(
                    _opens(e.text, other, text, rules) for e in some)
            else:
                passes = _filled(words, place, some, rules)
            if not passes:
                return f"{one.norm} … {other.norm}"
            going_on = [e for e in some if e.text.has(other)]
        current = going_on
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


def _closes(text: Text, word: Word, rules: FenceRules) -> bool:
    """Whether a clause of *text* ends with *word*."""
    return any(
        text.words[n].means(word) and (after is None or _parted(text, n, after, rules))
        for n, after in zip(text.content, (*text.content[1:], None), strict=True)
    )


def _opens(text: Text, word: Word, sentence: Text, rules: FenceRules) -> bool:
    """Whether a clause of *text* begins with *word*, or with what *sentence* has said already."""
    said = True
    for place, n in enumerate(text.content):
        if not place or _parted(text, text.content[place - 1], n, rules):
            said = True
        if text.words[n].means(word) and said:
            return True
        said = said and sentence.has(text.words[n])
    return False


def _parted(text: Text, before: int, after: int, rules: FenceRules) -> bool:
    """Whether a clause ends between two words; an "and" in a list ends none."""
    between = text.words[before + 1 : after + 1]
    return any(set(word.marks) & _ENDS for word in between) or (
        any(word.norm in rules.joints for word in between[:-1])
        and text.words[after].norm in rules.imperatives
    )


def _filled(
    words: Sequence[Word], place: int, some: Sequence[Evidence], rules: FenceRules
) -> bool:
    """Whether the word at *place* only fills in what the evidence leaves to a pronoun or a title.
    """
    one, other = words[place - 1], words[place]
    return (
        any(_stands_for(e, one, other, rules) for e in some)
        or any(_bridged(some, one, bridge, other) for bridge in words[place + 1 :][:BRIDGE])
        or any(_bridged(some, other, bridge, one)
               for bridge in words[max(place - 1 - BRIDGE, 0) : place - 1])
        or (one.stem not in rules.actors and any(_told(e.text, other, rules) for e in some))
    )


def _told(text: Text, deed: Word, rules: FenceRules) -> bool:
    """Whether *text* begins by telling somebody to do *deed*: "Name the product"."""
    first = text.words[0]
    return first.norm in rules.imperatives and first.means(deed)


def _bridged(some: Sequence[Evidence], one: Word, bridge: Word, other: Word) -> bool:
    """Whether *other* only describes *bridge*: "such tools" told as "hacking tools"."""
    return any(e.text.brings_together(one, bridge, WINDOW) for e in some) and any(
        e.text.brings_together(other, bridge, CLOSE) for e in some)


def _stands_for(evidence: Evidence, one: Word, other: Word, rules: FenceRules) -> bool:
    """Whether a pronoun beside either word stands for the other one.

    "… keep and share it" may be told as "keep and share the data", and "it should report" as "a
    business should report".
    """
    words = evidence.text.words
    for n, word in enumerate(words):
        before = {w.norm for w in words[max(n - PRONOUN_WINDOW - 1, 0) : n]}
        after = {w.norm for w in words[n + 1 : n + 1 + PRONOUN_WINDOW]}
        if word.means(one) and (after | before) & rules.pronouns and not (
            evidence.named.isdisjoint(other.senses)
        ):
            return True
        if word.means(other) and before & rules.pronouns and not (
            evidence.named.isdisjoint(one.senses)
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
