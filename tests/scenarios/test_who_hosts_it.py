"""Who hosts it, as sellers say it in passing, with the packaged model."""

import pytest

from tests.dialogue.talking import WHEN
from tests.scenarios.spaced import LATER, told

OPENER = "data fusion platform for the interior ministry in Vietnam"


@pytest.mark.parametrize("text", [
    "they host nothing, it's our cloud", "they host nothing themselves, it runs on our servers",
    "it's a hosted service", "it is a hosted solution",
])
def test_we_host_it(begin, text):
    """What we host was lost beside what they don't, and a hosted service was no hosting."""
    deal = told(begin, OPENER, text)
    assert deal.known("hosting") == {"supplier"}
    assert deal.known("product") == {"data-fusion"}


def test_a_hosted_service_is_tried_out_as_hosting(begin):
    """It was tried out as cloud hosting, in the place of what is sold."""
    talk = begin()
    talk.say(OPENER)
    talk.say("what if it was a hosted service", WHEN + LATER)
    assert talk.conversation.supposed.keys() == {"hosting"}
    assert talk.conversation.deal.known("product") == {"data-fusion"}
