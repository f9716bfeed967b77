"""A phone leaves apostrophes out, and "whats noted" asks what "what's noted" does."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.messages.understood import Understanding
from bot.dialogue.small_words.apostrophes import apostrophes_left_out
from bot.dialogue.small_words.cues import cues_of
from retrieval.guidance import Fact

DEAL = {"product": "drone", "end_user": "police", "country": "KE"}


@pytest.mark.parametrize(("said", "meant"), [
    ("whats noted", "what's noted"),
    ("Wheres the red flag", "where's the red flag"),
    ("Whos it for", "who's it for"),
    ("theyre police", "they're police"),
    ("thats all, ive looked", "that's all, i've looked"),
    # Words of their own.
    ("its police lets us see", "its police lets us see"),
    ("we were well and ill", "we were well and ill"),
])
def test_what_a_phone_leaves_out_is_put_back(guidance, said, meant):
    mends = list(apostrophes_left_out(said, cues_of(guidance)))
    for mend in reversed(mends):
        said = said[: mend.start] + mend.word + said[mend.end :]

    assert said.lower() == meant


def test_every_such_word_is_read_as_with_its_apostrophe(guidance):
    """Its form is told by its ending; the words of a message are then the same either way."""
    cues = cues_of(guidance)
    of = Understanding(guidance, cues, None, None).of
    for short in sorted(cues.words("left_out_apostrophe")):
        [mend] = apostrophes_left_out(short, cues)
        assert mend.word.replace("'", "") == short
        assert [t.norm for t in of(f"so {short} up").reading.tokens] == [
            t.norm for t in of(f"so {mend.word} up").reading.tokens]


@pytest.mark.parametrize(("said", "intent"), [
    ("whats noted", Intent.WHAT_IS_KNOWN), ("whats still open", Intent.STILL_OPEN),
    ("whats the worst thing", Intent.GRAVEST), ("whats the source", Intent.SHOW_SOURCES),
])
def test_a_request_is_heard_without_its_apostrophe(begin, said, intent):
    talk = begin().amid(DEAL, ["end_use"])
    talk.say(said)

    assert talk.messages[-1].intent is intent


def test_an_answer_is_too(begin):
    talk = begin().amid(DEAL, ["end_use"])
    talk.say("thats for traffic")

    assert talk.conversation.deal.known(Fact("end_use")) == {"traffic"}
