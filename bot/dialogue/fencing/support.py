"""Whether a sentence says only what some evidence sentences say, and as they say it.

Each content word has to be theirs, and words that stand side by side have to stand near one
another in one of them, unless the sentence passes on to another one at a joint such as "and".
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.dialogue.fencing.judged import Evidence
from bot.dialogue.fencing.rules import FenceRules
from bot.dialogue.fencing.words import Text, Word

WINDOW = 7
"""Content words within which two neighbours of a sentence have to stand in its evidence."""
FILLED = 5
"""Words that may be filled in for a pronoun or out of the title."""
PRONOUN_WINDOW = 4
"""Words beside which a pronoun is looked for."""
TOLD_SHARE = 0.6
"""Of an evidence clause that a sentence rests on, so much has to be told."""

FULL_SHARE = 0.8
"""Of a clause that is told nearly whole."""

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
        here = [e for e in some
                if _holds(e, segment, rules) and _whole(e.text, segment, text, rules)]
        if before:
            here = [e for e in here
                    if any(_goes_on(p, before, e, segment, text, rules) for p in prior)]
        if not here:
            first = before[-1] if before else segment[0]
            return f"{first.norm} … {segment[-1].norm}"
        before, prior = segment, here
    return None


def grounded(text: Text, evidence: Sequence[Text]) -> Iterator[int]:
    """Indexes of the content words that some of *evidence* has."""
    return (n for n in text.content if any(one.has(text.words[n]) for one in evidence))


def joined(text: Text, before: int, after: int, rules: FenceRules) -> bool:
    """Whether a joint stands between two words."""
    if _in_brackets(text, after):
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
    for n in grounded(text, [one.text for one in some]):
        if last is not None and joined(text, last, n, rules):
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
        before = next((one for one in reversed(segment[:n]) if text.has(one)), None)
        after = next((one for one in segment[n:] if text.has(one)), None)
        pronoun = _has_pronoun(text, before, after, rules)
        named = evidence.named if pronoun else evidence.title
        # Whoever acts may stand for "it" where a clause begins, or if the title names them.
        acts = word.stem in rules.actors and not (
            pronoun and (not n or not evidence.title.isdisjoint(word.senses)))
        commands = not n and word.norm in rules.imperatives
        if acts or commands or named.isdisjoint(word.senses):
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


def _whole(
    evidence: Text, segment: Sequence[Word], text: Text, rules: FenceRules,
    share: float = TOLD_SHARE,
) -> bool:
    """Whether *text* tells enough of the clause that *segment* comes from: no "Use it"."""
    clauses = _clauses(evidence, rules)
    most = max(sum(among(word, clause) for word in segment) for clause in clauses)
    return any(
        sum(text.has(word) for word in clause) >= share * len(clause)
        for clause in clauses if sum(among(word, clause) for word in segment) == most
    )


def _clauses(text: Text, rules: FenceRules) -> list[list[Word]]:
    """The content words of *text*, clause by clause."""
    clauses: list[list[Word]] = [[]]
    for place, n in enumerate(text.content):
        if place and _parted(text, text.content[place - 1], n, rules):
            clauses.append([])
        if not _in_brackets(text, n):
            clauses[-1].append(text.words[n])
    return [clause for clause in clauses if clause] or [[text.words[n] for n in text.content]]


def _in_brackets(text: Text, n: int) -> bool:
    until = text.text[: text.words[n].start]
    return until.count("(") > until.count(")")


def among(word: Word, words: Sequence[Word]) -> bool:
    """Whether one of *words* may stand for *word*."""
    return any(word.means(other) for other in words)


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
    closes = not prior.text.has(last) or _closes(prior.text, last, rules)
    opens = not evidence.text.has(first) or _opens(evidence.text, first, text, rules)
    # Where both clauses are told nearly whole, their order is free.
    return (closes and opens) or (
        _whole(prior.text, before, text, rules, FULL_SHARE)
        and _whole(evidence.text, segment, text, rules, FULL_SHARE))


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
