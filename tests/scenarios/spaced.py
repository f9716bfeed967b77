"""Talks in which some minutes pass between messages, so that none goes on from the one before."""

from datetime import timedelta

from tests.dialogue.talking import WHEN

LATER = timedelta(minutes=10)


def told(begin, *messages: str):
    """The deal that *messages*, one after the other, tell."""
    talk = begin()
    for n, text in enumerate(messages):
        talk.say(text, WHEN + n * LATER)
    return talk.conversation.deal
