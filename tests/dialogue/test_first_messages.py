"""What first messages told and was lost, or noted as something else.

What the packaged model hears in the words is written out.
"""

import pytest

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from retrieval.guidance import UNKNOWN, Fact
from retrieval.words.tells import Told
from tests.dialogue.talking import WHEN
from tests.dialogue.test_half_said import noted, read

CLAUSE = Fact("human_rights_clause")


class Drowned:
    """A model that hears what was agreed only where nothing else says that it is unknown."""

    def __call__(self, text):
        begin = text.find("clauses agreed")
        if begin < 0:
            return []
        if "unknown" in text:
            return [Told(CLAUSE, UNKNOWN, 0.7, begin, len(text))]
        return [Told(CLAUSE, "accepted", 0.99, begin, begin + len("clauses agreed"))]


@pytest.mark.parametrize("text", [
    "clauses agreed, courts unknown", "courts unknown, clauses agreed",
    "courts unknown, clauses agreed, conflict unknown",
])
def test_what_nobody_knows_drowns_nothing_that_is_told_beside_it(guidance, text):
    """"Clauses agreed, courts unknown" lost both."""
    read = PlainReader(guidance, Drowned()).read(
        f"Drones for the police of Chad, {text}", Conversation(ConversationId("c")),
        key=MessageKey("m"), author="a", sent_at=WHEN)

    assert read.heard[CLAUSE].values == {"accepted"}
    assert read.heard[Fact("judicial_oversight")].values is None


@pytest.mark.parametrize(("said", "user"), [
    ("Military govt there.", None),
    ("The army runs everything there.", None),
    ("Its a military regime.", None),
    ("The customer is the military government.", "military"),
])
def test_who_rules_the_country_is_no_user_by_that(guidance, said, user):
    message = read(guidance, f"Drones for a client of Chad. {said}",
                   ("end_user", "military", 0.99, said))
    told = noted(message, "end_user")

    assert user in (told or ((None,),))[0]


@pytest.mark.parametrize(("said", "stage"), [
    ("It's only a pilot.", None),
    ("A proof of concept, no more.", None),
    ("We are thinking of a pilot.", "idea"),
    ("Just an idea so far.", "idea"),
])
def test_a_pilot_is_no_mere_idea(guidance, said, stage):
    message = read(guidance, f"Drones for the coast guard of Chad. {said}",
                   ("stage", "idea", 0.97, said.rstrip(".")))
    told = noted(message, "stage")

    assert stage in (told or ((None,),))[0]


@pytest.mark.parametrize("text", [
    "any prob selling drones to the police of Kenya?",
    "drones for the police of Kenya. Is there a prob with that",
])
def test_a_prob_is_a_problem_and_no_doubt(begin, text):
    talk = begin()
    talk.say(text)

    assert all(talk.conversation.deal.certain(Fact(fact))
               for fact in ("product", "end_user", "country"))


def test_a_form_whose_headings_ask_asks_nothing(begin):
    """It was answered with passages on its headings, "who's buying" and "how far"."""
    talk = begin()
    talk.say("who's buying: the police of Kenya\nwhat do they get: drones\nhow far are we: signed")

    assert talk.messages[-1].intent is Intent.DESCRIBE
    assert talk.messages[-1].beside is None
    talk = begin()
    talk.say("how far do you look: is training covered? drones for the police of Kenya")
    assert talk.messages[-1].beside is not None


@pytest.mark.parametrize("said", ["so so", "so-so", "meh", "patchy"])
def test_courts_that_are_so_so_are_weak(begin, said):
    """They were independent, at a guess."""
    talk = begin()
    talk.say(f"drones for the police of Kenya. The courts there are {said}")

    assert talk.conversation.deal.known(Fact("judicial_oversight")) == {"weak"}


@pytest.mark.parametrize(("said", "heard", "stage"), [
    ("Signed, export cleared.", 0.19, "signed"),
    ("We supplied them with radios two years back.", 0.04, "delivered"),
    ("The drones are delivered but now they want more.", 0.3, "delivered"),
    ("To be delivered, if at all, some day.", 0.05, "signed"),
    ("Signed?", 0.3, None),
    ("Delivered = no.", 0.96, None),
])
def test_a_stage_that_is_told_by_the_way_is_asked_back(guidance, said, heard, stage):
    """Who delivered years ago was told to pause before the quote; "delivered = no" was a yes."""
    message = read(guidance, f"Drones for the coast guard of Chad. {said}",
                   ("stage", stage or "delivered", heard, said.rstrip(".?")),
                   ("product", "drone", 1.0, "Drones"))

    assert noted(message, "stage") == (None if stage is None else ({stage}, True))


def test_headings_are_filled_in_by_an_equals_sign_and_parted_by_strokes(begin):
    """"Partner = none" told nothing, and "agent = no / stage = signed" an agent."""
    talk = begin()
    talk.say("user = police of Kenya | product = drones | reseller = no")
    deal = talk.conversation.deal

    assert "reseller" not in deal.known(Fact("intermediary"))
    assert deal.known(Fact("end_user")) == {"police"}


@pytest.mark.parametrize(("said", "value"), [
    ("Export review no.", "not-started"),
    ("Export review: no", "not-started"),
    ("Export review = no", "not-started"),
    ("Export review ✗", "not-started"),
    ("Export review: yes", "done"),
    ("Export review done, no open points.", "done"),
])
def test_a_review_that_a_no_fills_in_is_not_done(guidance, said, value):
    """A model hears a review that is done in "export review: no"."""
    message = read(guidance, f"Drones for the coast guard of Chad. {said}",
                   ("export_review", "done", 0.94, said[:13]))

    assert noted(message, "export_review")[0] == {value}
    assert noted(message, "export_review")[1] is (value != "done")


@pytest.mark.parametrize(("goods", "other", "cctv", "known"), [
    ("jammer & cameras", 0.95, 0.99, {"cctv", "other"}),
    # The cameras are what is jammed.
    ("jammer for cameras", 0.99, 0.07, {"other"}),
])
def test_a_mere_word_stands_beside_goods_that_no_word_names(guidance, goods, other, cctv, known):
    """The more surely a model heard the jammer, the surer the cameras were lost."""
    message = read(guidance, f"{goods} for the coast guard of Malta",
                   ("product", "other", other, goods), ("product", "cctv", cctv, "cameras"))

    assert message.heard[Fact("product")].values == known
