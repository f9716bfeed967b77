"""The lists of `phrases.yaml`: every phrase of an answer does what its list says.

The lists themselves are the cases, so that a phrase that is added is tried as well.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.reading import PlainReader
from bot.dialogue.small_words.verdicts import rests_on_a_look
from retrieval.guidance import Fact, Guidance, Question
from tests.dialogue.talking import WHEN

UNKNOWN = "unknown"
SAYS = {"yes": "yes", "no": "no", "yes_unsure": "yes?", "no_unsure": "no?",
        "dont_know": UNKNOWN, "skip": UNKNOWN}
"""By list what its phrases answer to a yes-or-no question; "?" behind what is not certain."""
BEFORE = {"product": "cctv", "end_user": "police", "country": "KE"}
ALL_AT_ONCE = ("detentions", "restrictive_laws", "conflict")
"""Questions that are asked together."""


def yes_or_no(guidance: Guidance) -> list[Question]:
    """Its questions whose choices are a yes and a no, in order."""
    return [q for q in guidance.questions.values()
            if {"yes", "no"} <= {choice.value for choice in q.choices}]


def phrases(guidance: Guidance) -> Iterator[tuple[str, str]]:
    """Every phrase of an answer, with its list."""
    return ((name, phrase) for name in SAYS for phrase in guidance.vocabulary.cues[name])


def answered(reader: PlainReader, phrase: str, *asked: str) -> dict[str, str]:
    """What *phrase* tells in a deal about cameras for the police of Kenya, by fact."""
    deal = Deal({Fact(fact): Answer(frozenset({value}), "words", MessageKey("before"))
                 for fact, value in BEFORE.items()})
    conversation = replace(Conversation(ConversationId("c")), deal=deal).asking(
        [Fact(fact) for fact in asked])
    message = reader.read(
        phrase, conversation, key=MessageKey("now"), author="a", sent_at=WHEN)
    return {str(fact): UNKNOWN if answer.values is None else "+".join(sorted(answer.values))
            + ("" if answer.sure else "?") for fact, answer in message.heard.items()}


def as_listed(question: Question, name: str, told: dict[str, str]) -> bool:
    """Whether *told* is the answer to *question* that the list *name* stands for, and no more.

    That somebody looked makes a no certain, and nothing else makes one certain that says so.
    """
    wanted = SAYS[name]
    got = told.get(str(question.fact), "")
    if name.startswith("no") and rests_on_a_look(question, "no"):
        wanted, got = wanted.rstrip("?"), got.rstrip("?")
    return got == wanted and len(told) == 1


@pytest.mark.long
def test_every_phrase_of_an_answer_says_what_its_list_says(guidance, reader):
    """Each is put to one yes-or-no question, in turn, so that all questions have their share."""
    questions = yes_or_no(guidance)
    told = {(phrase, name, q.fact): answered(reader, phrase, q.fact)
            for n, (name, phrase) in enumerate(phrases(guidance))
            for q in [questions[n % len(questions)]]}
    assert {said: heard for said, heard in told.items() if not as_listed(
        guidance.questions[said[2]], said[1], heard)} == {}


@pytest.mark.long
def test_every_phrase_of_an_answer_says_it_to_whatever_yes_or_no_question(guidance, reader):
    told = {(phrase, name, q.fact): answered(reader, phrase, q.fact)
            for name, phrase in phrases(guidance) for q in yes_or_no(guidance)}
    assert {said: heard for said, heard in told.items() if not as_listed(
        guidance.questions[said[2]], said[1], heard)} == {}


def test_who_passes_over_a_question_or_knows_nothing_does_so_of_all_that_were_asked_at_once(
        guidance, reader):
    told = {phrase: answered(reader, phrase, *ALL_AT_ONCE)
            for name in ("skip", "dont_know") for phrase in guidance.vocabulary.cues[name]}
    assert {said: heard for said, heard in told.items()
            if heard != dict.fromkeys(ALL_AT_ONCE, UNKNOWN)} == {}


def test_no_phrase_holds_a_mark_that_only_yaml_in_quotes_would_take_away(guidance):
    vocabulary = guidance.vocabulary
    assert [phrase for lists in (vocabulary.cues, vocabulary.intents)
            for phrases_ in lists.values() for phrase in phrases_ if "\\" in phrase] == []
