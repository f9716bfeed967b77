"""Verdicts: whether a deal is lawful, safe or may go ahead is nobody's to say here.

Evidence that speaks of the law itself may be told in its own words, as long as each clause with
such a word keeps close to the one sentence that it restates.
"""

from collections.abc import Iterator

from bot.dialogue.fencing.judged import Judged
from bot.dialogue.fencing.rules import FenceRules, Phrase
from bot.dialogue.fencing.words import Text, Word

_ENDS = frozenset(".,;:()–—!?")


def verdict(sentence: Judged, rules: FenceRules) -> str | None:
    """The first word of *sentence* that judges a deal."""
    for phrase in rules.verdicts.phrases:
        if sentence.text.says(phrase) and not _borne_out(sentence, phrase):
            return " ".join(phrase)
    for clause in _clauses(sentence.text, rules):
        for word in clause:
            if word.norm in rules.verdicts.words and not any(
                _close(clause, word, one.text, rules) for one in sentence.evidence
            ):
                return word.norm
    return None


def _borne_out(sentence: Judged, phrase: Phrase) -> bool:
    return any(one.text.says(phrase) for one in sentence.evidence)


def _close(clause: tuple[Word, ...], word: Word, evidence: Text, rules: FenceRules) -> bool:
    """Whether *evidence* has the very *word*, and nearly all that stands around it."""
    if all(other.stem != word.stem for other in evidence.words):
        return False
    content = [one for one in clause if one.content and one.stem not in rules.plain_stems]
    held = sum(evidence.has(one) for one in content)
    return held >= rules.verdicts.closeness * len(content)


def _clauses(text: Text, rules: FenceRules) -> Iterator[tuple[Word, ...]]:
    """The clauses of *text*; lists fall apart as well, which only makes them shorter."""
    clause: list[Word] = []
    for word in text.words:
        if clause and (set(word.marks) & _ENDS or word.norm in rules.joints):
            yield tuple(clause)
            clause = []
        clause.append(word)
    if clause:
        yield tuple(clause)
