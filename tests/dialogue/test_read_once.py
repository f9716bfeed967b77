"""What of a release a message is not held against word by word, since it stays as it is."""

import sys
from collections.abc import Callable
from types import FrameType

from retrieval.guidance import Fact, Guidance
from retrieval.words.tokens import forms_of, tokenise
from tests.dialogue.talking import Talk


def taken_apart(take: Callable[[], object]) -> set[str]:
    """The texts that *take* has cut into words."""
    texts = set()

    def hear(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code in {tokenise.__code__, forms_of.__code__}:
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
