"""Answers that say too little to settle what was asked: "no clause", "clause sent".

Who is named without what befalls them, a right that is there with a permit, and a go-between that
isn't there yet: the value may be meant, so it is asked back, but nobody said it for certain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import Answer, MessageKey
from bot.dialogue.poles import graver, has_poles, settles
from bot.dialogue.small_words.cues import Cues
from retrieval.guidance import Fact, QuestionKind
from retrieval.words.phrases import ARTICLES
from retrieval.words.tokens import Token


def less_said(
    heard: Mapping[Fact, Answer], at: Utterance, key: MessageKey
) -> dict[Fact, Answer]:
    """*heard*, less sure where the message of *key* says too little for its answers."""
    return {fact: _as_said(fact, answer, at) if answer.message == key and answer.values
            and fact in at.guidance.questions else answer for fact, answer in heard.items()}


def _as_said(fact: Fact, answer: Answer, at: Utterance) -> Answer:
    """*answer* to *fact*, as sure as its sentence makes it."""
    tokens, cues = at.clauses.tokens, at.cues
    mine = next(((begin, end) for begin, end in at.clauses.sentences()
                 if any(t.start == answer.start for t in tokens[begin:end])), None)
    if mine is None:
        return answer
    sentence = tokens[mine[0]:mine[1]]
    value = next(iter(answer.values or ()))
    if settles(at.guidance, fact, value) and any(
            tokens[first].start <= answer.start < tokens[last - 1].end
            and not any(t.is_word for t in tokens[last:last + 1])
            for first, last in cues.find(f"right_denied_{fact}", tokens)):
        # "Freedom of press: no" says the opposite of "no limits".
        return replace(answer, values=graver(at.guidance, fact), sure=False)
    little = any(_says_too_little(fact, part, cues)
                 for part in (sentence, _between_commas(sentence, answer.start)))
    conditional = settles(at.guidance, fact, value) and any(
        sentence[first].start > answer.start for first, _ in cues.find("holds_only_if", sentence))
    guessed = little or conditional or _either(fact, answer, at) or _wondered(
        fact, tokens[mine[0]:], len(sentence), at)
    return replace(answer, sure=False) if guessed else answer


def _says_too_little(fact: Fact, part: Sequence[Token], cues: Cues) -> bool:
    said = [t for t in part if t.norm not in ARTICLES]
    return bool(cues.find(f"too_little_for_{fact}", said)) and cues.only(
        said, f"too_little_for_{fact}", f"beside_too_little_for_{fact}", "bare_no", "of_the_place",
        "filler")


def _between_commas(sentence: Sequence[Token], start: int) -> Sequence[Token]:
    """The part of *sentence* in which the character *start* lies."""
    behind = next((n for n, t in enumerate(sentence) if t.norm == "," and t.start > start), None)
    before = [n for n, t in enumerate(sentence) if t.norm == "," and t.start < start]
    return sentence[before[-1] + 1 if before else 0 : behind]


def _wondered(fact: Fact, tokens: Sequence[Token], length: int, at: Utterance) -> bool:
    """Whether the first *length* of *tokens* only ask, and a no is all behind them: "Mali? no"."""
    question, behind = at.guidance.questions[fact], tokens[length:]
    asks = any("?" in t.text for t in tokens[:length])
    return asks and not has_poles(question) and any(t.is_word for t in behind) and (
        at.cues.only(behind, "bare_no"))


def _either(fact: Fact, answer: Answer, at: Utterance) -> bool:
    """Whether *answer* names countries of which one is meant: "Mali or Niger"."""
    if at.guidance.questions[fact].kind is not QuestionKind.COUNTRY or len(answer.values or ()) < 2:
        return False
    return bool(at.cues.find("one_of_them", [
        t for t in at.clauses.tokens if answer.start <= t.start < answer.end]))
