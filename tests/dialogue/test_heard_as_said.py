"""What an expert found unheard: complaints, partial owners, missing review, onward supply.

Where a model has a say, what the packaged one hears in the words is written out.
"""

import pytest

from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Status
from retrieval.guidance import Fact
from retrieval.words.tells import ANY
from tests.dialogue.talking import Talk
from tests.dialogue.test_half_said import Says, noted, read


@pytest.fixture
def talking(guidance, sentences):
    """Begin a conversation whose model hears what is given, wherever it finds the words."""
    return lambda *told: Talk(guidance, PlainReader(guidance, Says(*told)), sentences)


def raised(talk):
    return {f.id for f in talk.replies[-1].flags if f.status is Status.RAISED}


CHAD = ("country", ANY, 1.0, "of Chad"), ("end_user", "military", 1.0, "the army")
DRONES = ("product", "drone", 1.0, "drones")
RECORD = (Fact("agency_misuse"), Fact("onward_supply"))
"""What is asked together of the end-user's own record."""
NGO = "an NGO says our drones were used on protesters"
THEIRS = (("agency_misuse", "yes", 0.73, NGO), ("misuse_reports", "yes", 1.0, NGO),
          ("stage", "complaint", 1.0, NGO))


@pytest.mark.parametrize(("text", "told"), [
    ("cctv of the police: reported to have used it to track the opposition; it is delivered", (
        ("stage", "delivered", 0.97, "it is delivered"),
        ("stage", "complaint", 0.88, "reported to have used"))),
    ("journalists say the police used our spyware against them. Contract runs two more years", (
        ("stage", "renewal", 1.0, "Contract runs two more years"),
        ("stage", "complaint", 0.91, "used our spyware against them"))),
    ("the army of Sudan uses our delivered drones on civilians", (
        ("stage", "delivered", 0.99, "uses our delivered drones"),
        ("stage", "complaint", 0.1, "uses our delivered drones"))),
])
def test_a_complaint_comes_in_on_top_of_what_is_delivered(talking, text, told):
    talk = talking(*told)
    talk.say(text)
    assert talk.conversation.deal.known(Fact("stage")) == {"complaint"}
    assert "complaint-of-misuse" in raised(talk)


def test_a_complaint_is_heard_while_the_users_record_is_asked_for(talking):
    for opening in ("drones for the army of Chad", "drones for the army of Chad, delivered in May"):
        talk = talking(*CHAD, DRONES, *THEIRS, ("stage", "delivered", 0.99, "delivered in May"))
        talk.say(opening)
        talk.conversation = talk.conversation.asking(RECORD)
        talk.say(NGO)
        assert talk.conversation.deal.known(Fact("stage")) == {"complaint"}
        assert raised(talk) == {"sg-c2-rf6", "complaint-of-misuse"}


def test_that_it_is_delivered_takes_back_no_complaint(talking):
    said = "they are delivered already"
    talk = talking(*CHAD, DRONES, *THEIRS, ("stage", "delivered", 1.0, said))
    for text in ("drones for the army of Chad", NGO, said):
        talk.say(text)
    assert talk.conversation.deal.known(Fact("stage")) == {"complaint"}


@pytest.mark.parametrize(("text", "told", "stage"), [
    ("drones for the army of Chad, already delivered",
     ("stage", "delivered", 0.99, "already delivered"), "delivered"),
    ("our drones have been delivered to the army of Chad, never had a complaint",
     ("stage", "delivered", 0.99, "been delivered"), "delivered"),
    ("the army of Chad uses our drones against poachers, up for renewal",
     ("stage", "renewal", 0.99, "up for renewal"), "renewal"),
])
def test_what_is_delivered_without_a_word_of_misuse_stays_so(talking, text, told, stage):
    talk = talking(*CHAD, DRONES, told)
    talk.say(text)
    assert talk.conversation.deal.known(Fact("stage")) == {stage}


@pytest.mark.parametrize(("said", "heard", "value"), [
    ("A court order is needed but nobody reviews it later",
     (("adequate", 0.12), ("inadequate", 0.25)), "inadequate"),
    ("a judge signs but the order is never reviewed", (("adequate", 0.2),), "inadequate"),
    ("warrants are needed, not reviewed later", (("adequate", 0.1), ("inadequate", 0.3)),
     "inadequate"),
    ("a judge approves each warrant and reviews it afterwards", (("adequate", 0.97),), "adequate"),
])
def test_approval_that_nobody_reviews_has_gaps(guidance, said, heard, value):
    message = read(guidance, f"Drones for the coast guard of Chad. {said}.", *(
        ("access_safeguards", one, chance, said) for one, chance in heard))
    assert noted(message, "access_safeguards") == ({value}, value == "inadequate")


@pytest.mark.parametrize(("said", "heard", "known"), [
    # A model hears "openly", and hardly the part.
    ("The government openly owns 51 %", (("no", 0.74), ("yes", 0.12)), ({"yes"}, True)),
    ("the state owns 30% openly", (("no", 0.55), ("yes", 0.11)), ({"yes"}, True)),
    ("the minister owns part of our reseller", (("yes", 0.44),), ({"yes"}, True)),
    ("the president has a share in the company", (("yes", 0.2),), ({"yes"}, True)),
    ("the government openly owns the police stations", (), ({"yes"}, True)),
    ("the state owns 3000 cameras", (), None),
    ("the founders openly own it", (("no", 0.95),), ({"no"}, False)),
])
def test_a_part_that_is_openly_owned_is_a_part(guidance, said, heard, known):
    message = read(guidance, f"Drones for a telecom company of Chad. {said}.", *(
        ("hidden_ownership", one, chance, said) for one, chance in heard))
    assert noted(message, "hidden_ownership") == known


@pytest.mark.parametrize(("said", "chance", "known"), [
    ("drones for the army of Turkey, they supply similar drones to Libya", .12, True),
    ("drones for the army of Iran, which supplied such drones to Russia", .12, True),
    ("drones for the army of Iran, which exported the same drones to Sudan", .12, True),
    ("drones for the army of Chad, we supply similar drones to Norway", 0, False),
    ("drones for the army of Chad, they buy similar drones from Turkey", 0, False),
])
def test_what_a_user_supplies_to_others_is_heard(guidance, said, chance, known):
    message = read(guidance, said, ("onward_supply", "yes", chance, said),
                   ("product", "drone", 1.0, "drones"))
    assert noted(message, "onward_supply") == (({"yes"}, True) if known else None)


@pytest.mark.parametrize(("said", "chance", "known"), [
    ("to stop boats", .5, True), ("to turn back migrant boats", .5, True),
    ("to intercept boats at sea", .5, True), ("to stop boats colliding", 0, False),
    ("to film a boat race", 0, False),
])
def test_boats_that_are_stopped_are_a_border_controlled(guidance, said, chance, known):
    message = read(guidance, f"drones for the coast guard of Chad {said}",
                   ("end_use", "border-control", chance, said))
    assert noted(message, "end_use") == (({"border-control"}, True) if known else None)


@pytest.mark.parametrize(("said", "asked_back"), [
    ("elections next month", True), ("an election is due in May", True),
    ("tense elections next month", False), ("contested elections are coming", False),
])
def test_a_vote_is_asked_back_unless_it_is_said_to_be_under_strain(guidance, said, asked_back):
    message = read(guidance, f"Drones for the coast guard of Chad. {said}.",
                   ("conflict", "yes", 0.93, said))
    assert noted(message, "conflict") == ({"yes"}, asked_back)


@pytest.mark.parametrize("said", [
    "state of exception", "regime of exception", "state of siege", "state of emergency"])
def test_rule_by_exception_is_turmoil(begin, said):
    talk = begin()
    talk.say(f"cctv for the police in El Salvador, there is a {said}")
    assert talk.conversation.deal.known(Fact("conflict")) == {"yes"}


@pytest.mark.parametrize(("said", "value"), [
    ("similar kit was misused elsewhere, in the press", "yes"),
    ("we found nothing in the press about misuse of such drones", "no"),
])
def test_what_is_said_of_others_is_no_answer_on_this_one(talking, said, value):
    talk = talking(*CHAD, DRONES, ("misuse_reports", value, 0.99, said))
    talk.say("drones for the army of Chad")
    talk.conversation = talk.conversation.asking(RECORD)
    talk.say(said)
    assert talk.conversation.deal.known(Fact("misuse_reports")) == {value}
    assert talk.conversation.deal.known(Fact("agency_misuse")) == set()


@pytest.mark.parametrize("said", ["there were articles", "amnesty report", "caught once"])
def test_a_word_of_answer_that_is_heard_as_nothing_else_still_answers(talking, said):
    talk = talking(*CHAD, DRONES)
    talk.say("drones for the army of Chad")
    talk.conversation = talk.conversation.asking(RECORD)
    talk.say(said)
    assert talk.conversation.deal.known(Fact("agency_misuse")) == {"yes"}
