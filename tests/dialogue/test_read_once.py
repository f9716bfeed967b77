"""What of a message, and of a release that it is held against, is worked out once."""

import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType

from bot.dialogue.claims.contrasting import contrast_in
from bot.dialogue.messages.understood import Understanding
from bot.dialogue.small_words.cues import cues_of
from retrieval.guidance import Fact, Guidance
from retrieval.words.tokens import forms_of, norms_of, tokenise
from tests.dialogue.talking import Talk


def test_parts_that_are_read_between_do_not_make_a_message_be_read_anew(
    guidance: Guidance,
) -> None:
    understanding = Understanding(guidance, cues_of(guidance), None, None)
    whole = "drones for the police in Chad. does training count?"
    understood = understanding.of(whole)
    for part in ("does training count?", "drones for the police in Chad. ", "training"):
        understanding.of(part)

    assert understanding.of(whole) is understood


def test_what_a_message_tells_apart_is_worked_out_of_each_reading_once(
    guidance: Guidance,
) -> None:
    said = Understanding(guidance, cues_of(guidance), None, None).of(
        "Togo refused the clause, Ghana accepted it").utterance
    contrast = contrast_in(said)

    assert contrast
    assert contrast_in(replace(said)) is contrast
    assert not contrast_in(replace(said, reading=replace(said.reading, mentions=())))


_TAKING_APART = {tokenise.__code__, forms_of.__code__, norms_of.__code__}


def taken_apart(take: Callable[[], object]) -> set[str]:
    """The texts that *take* has cut into words."""
    texts = set()

    def hear(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code in _TAKING_APART:
            texts.add(next(iter(frame.f_locals.values())))

    sys.setprofile(hear)
    try:
        take()
    finally:
        sys.setprofile(None)
    return texts


def test_questions_are_taken_apart_once_and_not_with_each_message(
    begin: Callable[[], Talk], guidance: Guidance
) -> None:
    asked = [Fact(fact) for fact in ("detentions", "restrictive_laws", "conflict")]
    own = {text for question in (guidance.questions[fact] for fact in asked) for text in (
        question.wording, question.label, *question.names,
        *(choice.label for choice in question.choices))}

    def say(text: str) -> None:
        talk = begin()
        talk.conversation = talk.conversation.asking(asked)
        talk.say(text)

    say("no to the first two, conflict I don't know")
    assert taken_apart(lambda: say("yes, there are detentions; conflict: no")) & own == set()


def test_labels_are_taken_apart_once_and_not_with_each_denial(
    begin: Callable[[], Talk], guidance: Guidance
) -> None:
    labels = {choice.label for choice in guidance.questions[Fact("product")].choices}

    def texts(said: str) -> set[str]:
        talk = begin()
        talk.say("a data fusion platform for the police")
        return taken_apart(lambda: talk.say(said)) & labels

    texts("it has nothing to do with fusion")
    assert texts("it has nothing to do with fusion") == set()
