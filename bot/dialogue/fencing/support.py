"""Whether a sentence says only what some evidence sentences say, and who does what as they do.

Each content word has to be theirs, and words that stand side by side have to stand near one
another in one of them, unless the sentence passes on to another one at a joint such as "and".
A bag of words would take "the supplier reports the end-user" for its reverse; so whoever acts has
to have the same deed after them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.dialogue.fencing.judged import Evidence
from bot.dialogue.fencing.rules import FenceRules
from bot.dialogue.fencing.words import Text, Word

WINDOW = 7
"""Content words within which two neighbours of a sentence have to stand in its evidence."""
DEED_WINDOW = 4
"""Content words after an actor among which its deed has to stand."""

FILLED = 3
"""Words that may be filled in for a pronoun or out of the title."""

PRONOUN_WINDOW = 4
"""Words beside which a pronoun is looked for."""

_ENDS = frozenset(".,;:–—!?")
"""Where a sentence may pass on; what stands in brackets belongs to what is before them."""


def uncovered(text: Text, evidence: Sequence[Text], rules: FenceRules) -> Word | None:
    """The first content word of *text* that *evidence* lacks, or has less often.

    Two words of one meaning don't both rest on one word: "suppliers or companies" is not borne out
    by "suppliers".
    """
    here = [text.words[n] for n in text.content if text.words[n].norm not in rules.plain_words]
    there = [word for one in evidence for word in one.words if word.content]
    said, known = (Counter(word.stem for word in words) for words in (here, there))
    missing, spare = said - known, known - said
    senses = {word.stem: word.senses for word in (*here, *there)}
    for word in here:
        if not missing[word.stem]:
            continue
        needed = sum(n for stem, n in missing.items() if not senses[stem].isdisjoint(word.senses))
        free = sum(n for stem, n in spare.items() if not senses[stem].isdisjoint(word.senses))
        if free < needed:
            return word
    return None


def torn(text: Text, some: Sequence[Evidence], rules: FenceRules) -> str | None:
    """The first words of *text* that no one sentence of *some* brings together.

    From joint to joint it has to be one evidence sentence; at a joint another one may follow where
    a clause of the one ends and a clause of the other begins.
    """
    before: tuple[Word, ...] = ()
    prior: list[Evidence] = []
    for segment in _segments(text, some, rules):
        here = [e for e in some if _holds(e, segment, rules)]
        if before:
            here = [e for e in here
                    if any(_goes_on(p, before, e, segment, text, rules) for p in prior)]
        if not here:
            first = before[-1] if before else segment[0]
            return f"{first.norm} … {segment[-1].norm}"
        before, prior = segment, here
    return None


def swapped(text: Text, some: Sequence[Evidence], rules: FenceRules) -> str | None:
    """The first actor of *text* who does, or has done to them, what *some* say of somebody else."""
    grounded = list(_grounded(text, [one.text for one in some]))
    for n, word in enumerate(text.words):
        if word.stem not in rules.actors:
            continue
        deed = next((m for m in grounded if m > n), None)
        if deed is not None and any(w.stem in rules.actors for w in text.words[n + 1 : deed]):
            continue
        if deed is not None and not _joined(text, n, deed, rules):
            other = text.words[deed]
            if not any(_acts(one, word, other, rules) for one in some):
                return f"{word.norm} … {other.norm}"
            continue
        deed = next((m for m in reversed(grounded) if m < n), None)
        if deed is not None and word.content and not _joined(text, deed, n, rules):
            other = text.words[deed]
            if not any(one.text.brings_together(word, other, DEED_WINDOW) for one in some):
                return f"{other.norm} … {word.norm}"
    return None


def _grounded(text: Text, evidence: Sequence[Text]) -> Iterator[int]:
    """Indexes of the content words that some of *evidence* has."""
    return (n for n in text.content if any(one.has(text.words[n]) for one in evidence))


def _joined(text: Text, before: int, after: int, rules: FenceRules) -> bool:
    """Whether a joint stands between two words."""
    until = text.text[: text.words[after].start]
    if until.count("(") > until.count(")"):
        return False
    between = text.words[before + 1 : after + 1]
    return any(set(word.marks) & _ENDS for word in between) or any(
        word.norm in rules.joints for word in between[:-1])


def _segments(
    text: Text, some: Sequence[Evidence], rules: FenceRules
) -> Iterator[tuple[Word, ...]]:
    """The words of *text* that *some* have, from joint to joint."""
    segment: list[Word] = []
    last: int | None = None
    for n in _grounded(text, [one.text for one in some]):
        if last is not None and _joined(text, last, n, rules):
            yield tuple(segment)
            segment = []
        segment.append(text.words[n])
        last = n
    if segment:
        yield tuple(segment)


def _holds(evidence: Evidence, segment: tuple[Word, ...], rules: FenceRules) -> bool:
    """Whether *evidence* brings the words of *segment* together.

    A few words may be filled in: what a pronoun stands for ("keep and share it": "keep and share
    the data"), or what the title names.
    """
    text = evidence.text
    known = [word for word in segment if text.has(word)]
    if any(not text.brings_together(a, b, WINDOW) for a, b in pairwise(known)):
        return False
    filled = [word for word in segment if not text.has(word)]
    if not filled:
        return True
    if len(filled) > FILLED or len(filled) > len(known):
        return False
    for n, word in enumerate(segment):
        if text.has(word):
            continue
        # Whoever acts may stand for "it" where a clause begins, and for nobody else.
        if word.norm in rules.imperatives or (n and word.stem in rules.actors):
            return False
        before = next((one for one in reversed(segment[:n]) if text.has(one)), None)
        after = next((one for one in segment[n:] if text.has(one)), None)
        named: frozenset[str | int] = frozenset()
        if _has_pronoun(text, before, after, rules):
            named = evidence.named
        elif word.stem not in rules.actors:
            named = evidence.title
        if named.isdisjoint(word.senses):
            return False
    return True


def _has_pronoun(text: Text, before: Word | None, after: Word | None, rules: FenceRules) -> bool:
    """Whether a pronoun of *text* stands shortly after *before*, or shortly before *after*."""
    for n, word in enumerate(text.words):
        if before is not None and word.means(before) and any(
            one.norm in rules.pronouns for one in text.words[n + 1 : n + 1 + PRONOUN_WINDOW]
        ):
            return True
        if after is not None and word.means(after) and any(
            one.norm in rules.pronouns for one in text.words[max(n - PRONOUN_WINDOW, 0) : n]
        ):
            return True
    return False


def _goes_on(
    prior: Evidence, before: tuple[Word, ...], evidence: Evidence, segment: tuple[Word, ...],
    text: Text, rules: FenceRules,
) -> bool:
    """Whether a sentence may go on from *before*, out of *prior*, to *segment*."""
    last, first = before[-1], segment[0]
    if prior is evidence:
        known = [word for word in before if prior.text.has(word)][-1:]
        known += [word for word in segment if prior.text.has(word)][:1]
        if len(known) > 1 and prior.text.brings_together(known[0], known[1], WINDOW):
            return True
    return (not prior.text.has(last) or _closes(prior.text, last, rules)) and (
        not evidence.text.has(first) or _opens(evidence.text, first, text, rules))


def _closes(text: Text, word: Word, rules: FenceRules) -> bool:
    """Whether a clause of *text* ends with *word*, or with one more word after it."""
    content = text.content
    for place, n in enumerate(content):
        if text.words[n].means(word):
            for m in content[place : place + 2]:
                after = next((k for k in content if k > m), None)
                if after is None or _parted(text, m, after, rules):
                    return True
    return False


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
        elif word.stem in rules.actors and n and words[n - 1].norm not in rules.joints:
            since = None
        if since is not None and word.content:
            since += 1
    return False
