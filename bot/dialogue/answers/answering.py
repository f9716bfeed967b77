"""The answer to what was asked last, in whatever words: "yes", "the second one", "no idea"."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from bot.dialogue.answers.by_number import numbered, only_places, picked, place_of
from bot.dialogue.answers.by_place import Part, parted, picked_by_verdict
from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.claims.remarking import is_remark
from bot.dialogue.deal import DOUBTED, Answer, MessageKey
from bot.dialogue.small_words.answer_words import Kind, leading_answer, only_answer, passing_over
from bot.dialogue.small_words.cues import Cues
from bot.dialogue.small_words.subjects import Subjects
from bot.dialogue.small_words.verdicts import (
    is_asked_back,
    is_marked,
    of_several,
    rests_on_a_look,
    value_said,
    whole,
)
from retrieval.guidance import Fact, Question, QuestionKind
from retrieval.words.mentions import Reading
from retrieval.words.tokens import Token, forms_of_label

SHORT_WORDS = 8
"""Longest message in which "the second one", "skip" or "both" is taken for the whole answer."""
CLOSE_LABEL = 88.0
"""Least likeness (0 to 100) of a message to a choice's label for it to be meant."""
LABEL_WORDS = 3
"""Fewest words of a label that is typed and not just an answer: "Yes" is one of any question."""


def answers_to(
    questions: Sequence[Question],
    at: Utterance,
    key: MessageKey,
    subjects: Subjects,
    hinted: Collection[Fact] = (),
) -> Mapping[Fact, Answer]:
    """What the message answers to *questions*, which were asked together.

    Args:
        questions: What was asked last, in the order shown.
        at: The message.
        key: Its key.
        subjects: What the questions are about.
        hinted: Facts that the message holds words on by themselves, so only what outranks them
            ("yes", "the second one", "no idea") is given here.

    What is not understood is not taken for "something else": the fact stays open.
    """
    if len(questions) == 1:
        question = questions[0]
        answer = _answer_to(question, at, key, subjects, hinted=question.fact in hinted)
        return {} if answer is None else {question.fact: answer}
    return _to_several(questions, at, key, subjects, hinted)


def _to_several(
    questions: Sequence[Question],
    at: Utterance,
    key: MessageKey,
    subjects: Subjects,
    hinted: Collection[Fact],
) -> Mapping[Fact, Answer]:
    """What the message answers to more than one question; for the arguments see `answers_to`."""
    reading, clauses, cues = at.reading, at.clauses, at.cues
    words = reading.tokens.words
    if not words:
        return {}

    def said(values: frozenset[str] | None) -> Answer:
        return _said(reading, key, values)

    if skips(words, cues):
        return {q.fact: said(None) for q in questions}
    short = len(words) <= SHORT_WORDS
    picks = numbered(questions, words, cues) if short else {}
    if picks:
        return {fact: said(values) for fact, values in picks.items()}
    found = whole(reading.tokens, cues, len(questions))
    if len(found) == 1 and not of_several(reading.tokens, cues):
        return {}
    if questions and len(found) in (1, len(questions)):
        return _by_verdicts(found, questions, at, key, subjects)
    if not short:
        return {}
    if passing_over(words, cues) or cues.only(words, "uncertain"):
        return {q.fact: said(None) for q in questions}
    if clauses.unknowns:
        unknown = subjects.unknown(questions, reading, clauses)
        # In the order of the questions: that of a set is another in another process.
        return {q.fact: said(None) for q in questions if q.fact in unknown}
    labels = {q.fact: _label(q, reading, cues) for q in questions if q.fact not in hinted}
    return {fact: said(frozenset({value})) for fact, value in labels.items() if value is not None}


def _by_verdicts(
    found: list[str],
    questions: Sequence[Question],
    at: Utterance,
    key: MessageKey,
    subjects: Subjects,
) -> Mapping[Fact, Answer]:
    """What words like "no" and "not sure" answer, of which *found* has one for all or for each."""
    reading, cues = at.reading, at.cues
    words = reading.tokens.words
    # A bare "no" is meant for all that was asked; a bare "yes" perhaps not.
    lone = found == ["yes"] and not cues.find("all_of_these", words)
    meant = subjects.meant(questions, reading, at.clauses) if len(found) == 1 else questions
    lone = (lone and len(meant) > 1) or is_marked(reading.tokens)
    names = found * (len(meant) // len(found))
    looked = _says_looked(at)
    return {q.fact: _said(reading, key, None if name == "dont_know" else frozenset({value or ""}),
                          sure and not lone)
            for q, name in zip(meant, names, strict=True)
            for value, sure in [plainly(q, name, looked)]
            if value is not None or name == "dont_know"}


def _said(
    reading: Reading, key: MessageKey, values: frozenset[str] | None, sure: bool = True
) -> Answer:
    """*values* as an answer that rests on the whole message."""
    return Answer(values, reading.text.strip(), key, sure, 0, len(reading.text))


def typed_label(
    questions: Sequence[Question], reading: Reading, key: MessageKey
) -> Mapping[Fact, Answer]:
    """The answer that types the label of one choice of *questions* word for word, if it does.

    It is no yes or no to what else was asked, nor do its words tell of anything else.
    """
    words = [t.norm for t in reading.tokens if t.is_word]
    found = [] if len(words) < LABEL_WORDS else [
        (q.fact, choice.value) for q in questions for choice in q.choices
        if words == [norm for norm, _ in forms_of_label(choice.label)]]
    if len(found) != 1:
        return {}
    fact, value = found[0]
    return {fact: Answer(frozenset({value}), reading.text.strip(), key, True, 0,
                         len(reading.text))}


def named_by_its_word(
    questions: Sequence[Question], reading: Reading, cues: Cues, key: MessageKey
) -> Mapping[Fact, Answer]:
    """The answer to one question that is nothing but a word for a choice: "pending", "zilch".

    The choices of yes and no have words by the dozen, and "unknown" is a don't-know.
    """
    words = [t.norm for t in reading.tokens if t.is_word]
    if len(questions) != 1 or "?" in reading.text or "dont_know" in whole(reading.tokens, cues):
        return {}
    [question] = questions
    none = cues.words("nothing_of_it") if cues.only(
        reading.tokens, "nothing_of_it", "filler") and cues.find(
        "nothing_of_it", reading.tokens) else ()
    for choice in question.choices:
        if choice.value in none or (choice.value not in ("yes", "no") and words == [
                norm for norm, _ in forms_of_label(choice.value)]):
            return {question.fact: _said(reading, key, frozenset({choice.value}))}
    return {}


def answers_in_parts(
    questions: Sequence[Question],
    parts: Mapping[Fact, Part],
    claims: Sequence[Claim],
    at: Utterance,
    key: MessageKey,
) -> Mapping[Fact, Answer]:
    """What the message answers to those of *questions* that it names by their place.

    Args:
        questions: What was asked last, in the order shown.
        parts: What it says of each; see `parted`.
        claims: What it claims in other words, which outranks a yes or no before it.
        at: The message.
        key: Its key.
    """
    reading = at.reading
    found: dict[Fact, Answer] = {}
    for question in questions:
        part = parts.get(question.fact)
        if part is None or not part.name:
            continue
        looked = part.more or _says_looked(at, part)
        value, sure = plainly(question, part.name, looked)
        named = any(c.mention.fact == question.fact and c.holds and c.mention.strength.is_firm
                    and c.value != value for c in claims)
        if named or (value is None and part.name != "dont_know"):
            continue
        start, end = reading.tokens[part.first].start, reading.tokens[part.last - 1].end
        found[question.fact] = Answer(None if value is None else frozenset({value}),
                                      reading.text[start:end], key, sure, start, end)
    return found


def of_own_part(
    claims: Sequence[Claim], parts: Mapping[Fact, Part], asked: Collection[Fact]
) -> list[Claim]:
    """*claims* without those on a fact *asked* for that stand in the part on another question.

    In "1: no. 2: the courts are weak" nothing of the second part answers the first question, and
    in "arrests yes, war no" the war is the name of a question.
    """
    def apart(claim: Claim) -> bool:
        at, fact = claim.mention.first, claim.mention.fact
        if fact in parts and parts[fact].by_subject:
            return True
        mine = {f for f, part in parts.items() if part.first <= at < part.last}
        return fact in asked and bool(mine) and fact not in mine

    return [claim for claim in claims if not apart(claim)]


def plainly(question: Question, name: str, looked: bool) -> tuple[str | None, bool]:
    """The value that the verdict *name* says of *question*, and whether for sure.

    A no is not for sure where it stands for "we looked and found none" and nobody has *looked*.
    """
    value = None if name == "dont_know" else value_said(question, name)
    return value, not name.endswith("unsure") and (
        looked or not rests_on_a_look(question, value))


def _says_looked(at: Utterance, part: Part | None = None) -> bool:
    """Whether it says that somebody looked, or found none: "nothing came up"."""
    reading, clauses = at.reading, at.clauses
    # "None of them" counts questions, and not what was found.
    counts = at.cues.words("counts_things")
    spans = [(first, last) for first, last in clauses.looked
             if not any(t.norm in counts for t in reading.tokens[last : last + 1])]
    return any(not any(begin < last and first < end for begin, end in clauses.unknowns)
               and (part is None or part.first <= first < part.last) for first, last in spans)


def skips(words: Sequence[Token], cues: Cues) -> bool:
    """Whether *words* do nothing but pass over what was asked: "skip", "ok fine, next".

    The "no" of "no, leave it" answers nothing, as that of "no, next" may.
    """
    while words and (small := cues.starts("filler", words)) and not cues.is_one("skip", words):
        words = words[small:]
    if words and words[0].norm in cues.words("bare_no") and cues.is_one("leaves_it", words[1:]):
        return True
    return cues.is_one("skip", words)


def answers_whole(words: Sequence[Token], cues: Cues) -> bool:
    """Whether *words*, a whole message, can only be an answer: "1, 3", "yes", "skip".

    What follows such a message does not go on from it.
    """
    return bool(words) and (only_places(words, cues) or bool(whole(words, cues))
                            or skips(words, cues))


def _answer_to(
    question: Question, at: Utterance, key: MessageKey, subjects: Subjects, *, hinted: bool
) -> Answer | None:
    """What the message answers to *question*; None when it doesn't answer it here."""
    reading, cues = at.reading, at.cues
    words = reading.tokens.words
    if not words:
        return None

    def said(values: frozenset[str] | None, sure: bool = True) -> Answer:
        return _said(reading, key, values, sure)

    if skips(words, cues):
        return said(None)
    short = len(words) <= SHORT_WORDS
    if question.kind is QuestionKind.COUNTRY:
        code = reading.text.strip(" .!").upper()
        if len(code) == 2 and code.isalpha() and reading.text.strip(" .!").isupper():
            return said(frozenset({code}))
    by_verdict = picked_by_verdict(question, reading, cues)
    values = (picked(question, reading, cues) if short else None) if (
        by_verdict is None) else by_verdict
    if values and (question.several or len(values) == 1):
        return said(values)
    if by_verdict is not None:
        return None
    hedge = _yes_or_no(question, at, subjects)
    if hedge is not None:
        value, sure, likely = hedge
        return replace(said(frozenset({value}), sure and likely == 1.0), confidence=likely)
    if cues.only(words, "uncertain"):
        return said(None)
    if short and (passing_over(words, cues)
                  or subjects.unknown([question], reading, at.clauses)):
        return said(None)
    if short and not hinted:
        label = _label(question, reading, cues)
        if label is not None:
            return said(frozenset({label}))
    return None


def _yes_or_no(
    question: Question, at: Utterance, subjects: Subjects
) -> tuple[str, bool, float] | None:
    """The value that a leading yes or no says, whether without a hedge, and how likely so."""
    reading, clauses, cues = at.reading, at.clauses, at.cues
    looked = _says_looked(at)
    if is_asked_back(reading.tokens, cues) or any(
            one.kind is Kind.PLACE and one.place > 0 and not one.digit
            for one in only_answer(reading.tokens, cues)):
        return None  # nor is "no, the third" of the only one that is asked
    found = whole(reading.tokens, cues)
    if words_first := reading.tokens[0].norm.isdecimal():
        found = [part.name for part in parted([question], reading, cues).values()]
        if _is_gainsaid(question, found, reading):
            return None
    said = [name for name in found if name != "dont_know"]
    if said or words_first:
        if not said:
            return None
        # "No idea, probably not" is a no with a doubt, and so is one beside a yes.
        alike = all(name == said[0] for name in found) and not is_marked(reading.tokens)
        value, sure = plainly(question, said[0], looked)
        return None if value is None else (value, sure and alike, 1.0)
    words = reading.tokens.words
    length, name = leading_answer(words, cues)
    if passing_over(words, cues) > length:
        return None  # "we don't want to answer that" begins as a no does
    first = next((i for i, t in enumerate(reading.tokens) if t.is_word), 0)
    if name in ("", "dont_know") or clauses.takes_back(first):
        return None
    # "Some gaps" and "no budget yet" need not be about what was asked; "yes" is.
    strict = name in ("yes", "no") and not cues.starts("plain_yes", words)
    doubted = strict and not subjects.says_no(question, reading, clauses, length)
    behind = reading.tokens.index(words[length - 1]) + 1
    told = not subjects.empty(reading, (behind, len(reading.tokens))) and not (
        subjects.of_one_thing(question, reading, clauses, behind) or skips(words[length:], cues))
    value, sure = plainly(
        question, name, (looked or told) and not clauses.nobody_looked)
    if value is None:
        return None
    if doubted and is_remark(reading, [question.fact], subjects, cues, states=False):
        return None
    # "Yes, we looked" may be of the looking.
    searched = name == "yes" and rests_on_a_look(question, value_said(question, "no")) and (
        length < len(words)) and cues.only(words[length:], "says_looked")
    hedged = searched or bool(clauses.unknowns) or clauses.reports or any(
        cues.find(cue, reading.tokens) for cue in ("uncertain", "answer_hedges"))
    return value, sure and not hedged, DOUBTED if doubted else 1.0


def _is_gainsaid(question: Question, found: Sequence[str], reading: Reading) -> bool:
    """Whether a number picks another choice than the word behind it: "1 no", and not "1: no"."""
    number, *behind = reading.tokens
    place = place_of(number.norm)
    return place is not None and place < len(question.choices) and bool(behind) and (
        behind[0].is_word) and any(
        value_said(question, name) not in (None, question.choices[place].value) for name in found)


def _label(question: Question, reading: Reading, cues: Cues) -> str | None:
    """The choice whose label or value the message all but equals.

    "No" is no Norway where the country is asked for, nor is "so?" Somalia: a code that says
    something else by itself, or is asked, has to be typed as one.
    """
    text = " ".join(t.norm for t in reading.tokens.words)
    best: tuple[float, str] = (0.0, "")
    by_code = question.kind is not QuestionKind.COUNTRY or not (
        reading.tokens[-1].norm == "?"
        or any(one.kind is Kind.VERDICT for one in only_answer(reading.tokens, cues))
        or cues.only(reading.tokens.words, "filler", "skip"))
    for choice in question.choices:
        for name in (choice.label, choice.value.replace("-", " "))[: None if by_code else 1]:
            likeness = fuzz.token_sort_ratio(text, name.casefold())
            best = max(best, (likeness, choice.value))
    return best[1] if best[0] >= CLOSE_LABEL else None
