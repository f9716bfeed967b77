"""Verdicts: whether a deal is lawful, safe or may go ahead is nobody's to say here.

Evidence that speaks of the law itself may be told in its own words, as long as what stands beside
such a word stands beside it in one sentence of the evidence as well.
"""

from collections.abc import Sequence

from bot.dialogue.fencing.judged import Judged
from bot.dialogue.fencing.rules import FenceRules, Phrase
from bot.dialogue.fencing.words import Text, Word

BESIDE = 3
"""Content words on either side that say what such a word is said of."""
NEAR = 6
"""Content words within which the evidence has to have them."""


def verdict(sentence: Judged, rules: FenceRules) -> str | None:
    """The first word of *sentence* that judges a deal."""
    for phrase in rules.verdicts.phrases:
        if sentence.text.says(phrase) and not _borne_out(sentence, phrase, rules):
            return " ".join(phrase)
    words = [word for word in sentence.text.words
             if word.content and word.norm not in rules.plain_words]
    for n, word in enumerate(words):
        if word.norm in rules.verdicts.words:
            beside = (*words[max(n - BESIDE, 0) : n], *words[n + 1 : n + 1 + BESIDE])
            clause = [one for one in beside if _same_clause(sentence.text, word, one, rules)]
            if not any(_close(word, clause or beside, one.text, rules)
                       for one in sentence.evidence):
                return word.norm
    return None


def _same_clause(text: Text, one: Word, other: Word, rules: FenceRules) -> bool:
    between = [word for word in text.words
               if min(one.start, other.start) < word.start <= max(one.start, other.start)]
    return not any(word.marks or word.norm in rules.joints for word in between)


def _borne_out(sentence: Judged, phrase: Phrase, rules: FenceRules) -> bool:
    """Whether a sentence of the evidence has *phrase*, and *sentence* tells most of that one.

    "No licence is needed" has to stay within "that no licence is needed does not end the question".
    """
    for one in sentence.evidence:
        if one.text.says(phrase):
            content = [one.text.words[n] for n in one.text.content]
            told = sum(sentence.text.has(word) for word in content)
            if told >= rules.verdicts.closeness * len(content):
                return True
    return False


def _close(word: Word, beside: Sequence[Word], evidence: Text, rules: FenceRules) -> bool:
    """Whether *evidence* has the very *word*, beside most of what it stands beside here."""
    near = sum(evidence.brings_together(word, one, NEAR, exact=True) for one in beside)
    return near > 0 and near >= rules.verdicts.closeness * len(beside)
