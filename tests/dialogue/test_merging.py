"""How what is said comes on top of what is known, or in its place."""

import pytest

from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Status
from retrieval.guidance import Fact
from tests.dialogue.talking import Says, Talk

PHONES = "phone forensics for a customer in Oman"


@pytest.mark.parametrize(("before", "told", "expected"), [
    # Who would not say, and then says.
    ("they won't tell who the end user is", "ok they came back: it's the police", {"police"}),
    ("the end user is undisclosed", "and it's the police", {"police"}),
    ("they won't tell who the end user is", "it's also for the army", {"military"}),
    # In one breath, what is named for sure outweighs that nobody says; a guess does not.
    ("the customer won't say who the end user is. ok they came back: it's the police", None,
     {"police"}),
    ("the end user is undisclosed, maybe the police", None, {"undisclosed"}),
    # Who is named, and then it is told that nobody says who it really is.
    ("it's for the police", "actually they won't tell who the end user is", {"undisclosed"}),
])
def test_what_stands_alone_holds_beside_nothing(begin, before, told, expected):
    talk = begin()
    talk.say(PHONES)
    talk.say(before)
    if told is not None:
        talk.say(told)

    assert talk.conversation.deal.known("end_user") == expected


def test_who_will_not_tell_the_end_user_takes_no_known_one_back_until_that_is_answered(begin):
    """The hacking flag was gone with the police."""
    talk = begin()
    talk.say("spyware for the police in Oman")

    talk.say("they won't tell who the end user is")

    answer = talk.conversation.deal.answers["end_user"]
    assert (answer.values, answer.instead) == ({"police"}, {"undisclosed"})
    assert talk.conversation.awaiting() == ("end_user",)
    assert {f.id for f in talk.replies[-1].flags if f.status is Status.RAISED} == {
        "hacking-tools-for-the-state", "undisclosed-end-user", "bis-kyc"}

    talk.say("yes")

    assert talk.conversation.deal.known("end_user") == {"undisclosed"}


@pytest.mark.parametrize(("said", "users"), [
    ("sorry, also drones. The drones are for the army", {"police", "military"}),
    ("actually, also drones. The drones are for the army", {"police", "military"}),
    ("sorry, the drones are for the army", {"military"}),
    ("sorry, it's the army", {"military"}),
])
def test_a_sorry_before_what_is_added_puts_nothing_right(begin, said, users):
    """The police were gone."""
    talk = begin()
    talk.say("cctv for the police in Ghana")

    talk.say(said)

    assert talk.conversation.deal.known("end_user") == users


def test_no_go_between_goes_once_one_is_named(begin):
    talk = begin()
    talk.say(PHONES)
    talk.say("we sell direct")
    talk.say("also through a reseller")

    assert talk.conversation.deal.known("intermediary") == {"reseller"}


def test_what_is_picked_by_number_holds_together(begin, guidance):
    talk = begin()
    talk.say("phone forensics")
    values = [choice.value for choice in guidance.questions["end_user"].choices]
    talk.conversation = talk.conversation.asking(["end_user"])

    talk.say(f"{values.index('police') + 1}, {values.index('undisclosed') + 1}")

    assert talk.conversation.deal.known("end_user") == {"police"}


@pytest.mark.parametrize(("told", "country"), [
    ("and Tanzania joined", {"KE", "RW", "TZ"}),
    ("Tanzania joined", {"KE", "RW", "TZ"}),
    ("now Malawi wants in", {"KE", "RW", "MW"}),
    ("and they'd use it in Uganda as well", {"KE", "RW", "UG"}),
    ("on top of that Uganda", {"KE", "RW", "UG"}),
])
def test_what_is_said_to_come_on_top_takes_nothing_away(begin, told, country):
    talk = begin()
    talk.say("cctv for the police in Kenya and Rwanda")
    talk.say(told)

    assert talk.conversation.deal.known("country") == country


@pytest.mark.parametrize(("told", "fact", "value"), [
    ("in Togo they arrest journalists, in Ghana journalists are not arrested",
     "detentions", "yes"),
    ("In Ghana no journalists are arrested, but some in Togo", "detentions", "yes"),
    ("Togo refused the human rights clause, Ghana accepted it", "human_rights_clause", "refused"),
    ("Ghana accepted the human rights clause, Togo refused it", "human_rights_clause", "refused"),
    ("Journalists get jailed in Togo but not in Ghana", "detentions", "yes"),
])
def test_of_what_differs_between_parties_the_graver_holds_and_none_of_them_goes(
    begin, told, fact, value
):
    talk = begin()
    talk.say("cctv for the police in Ghana and Togo")
    talk.say(told)

    answer = talk.conversation.deal.answers[fact]
    assert (answer.values, answer.sure) == ({value}, True)
    assert talk.conversation.deal.known("country") == {"GH", "TG"}


def test_what_is_not_used_in_one_of_two_places_is_used_in_the_other(begin):
    talk = begin()
    talk.say("cctv for the police in Ghana but not in Togo")

    assert talk.conversation.deal.known("country") == {"GH"}


@pytest.mark.parametrize(("opening", "denial", "fact", "value"), [
    ("cctv for the police in Ghana", "the buyer is the Bureau of Plans, not the police",
     "end_user", "police"),
    ("cctv for the police in Ghana, to watch crowds", "not to watch crowds", "end_use",
     "crowd-monitoring"),
])
def test_a_fact_left_with_no_value_is_not_known_any_more(begin, opening, denial, fact, value):
    talk = begin()
    talk.say(opening)
    assert talk.conversation.deal.known(Fact(fact)) == {value}

    reply = talk.say(denial)

    assert Fact(fact) not in talk.conversation.deal.answers
    assert Fact(fact) in reply.open_facts


def test_what_is_left_of_several_values_stands(begin):
    talk = begin()
    talk.say("cctv for the police and the army in Ghana")
    talk.say("not the army")

    answer = talk.conversation.deal.answers[Fact("end_user")]
    assert (answer.values, answer.sure) == ({"police"}, True)


def test_some_in_one_sentence_turns_nothing_that_another_one_says(begin):
    """"Fine", said of the courts, became a yes to the unrest that was asked about."""
    talk = begin()
    talk.say("cctv for the police in Ghana and Togo")
    talk.conversation = talk.conversation.asking(["conflict", "restrictive_laws"])
    talk.say("no misuse in Ghana, but some in Togo. Ghana's courts are fine, Togo's are not")

    assert "yes" not in talk.conversation.deal.known("conflict")
    assert "yes" not in talk.conversation.deal.known("restrictive_laws")


BOTH = {"police", "border-guard"}


@pytest.mark.parametrize(("said", "answer"), [
    ("the police and not the gendarmes but maybe customs", ({"police"}, BOTH)),
    ("the police, not the gendarmes, maybe customs", ({"police"}, BOTH)),
    # Here they are denied by the name that they were called by.
    ("the police, no, not the police, customs", ({"border-guard"}, set())),
])
def test_who_is_denied_in_one_breath_with_another_of_its_kind_takes_nobody_away(
    guidance, sentences, said, answer
):
    """The police were gone, and only the customs asked back."""
    talk = Talk(guidance, PlainReader(guidance, Says(
        ("end_user", "police", 0.9, "cctv for the police"),
        ("end_user", "police", 0.25, "the police"),
        ("end_user", "border-guard", 0.97, "customs"))), sentences)
    talk.say("cctv for the police in Ghana")

    talk.say(said)

    found = talk.conversation.deal.answers[Fact("end_user")]
    assert (found.values, found.instead) == answer


def test_who_may_come_on_top_may_still_when_somebody_else_surely_does(begin):
    talk = begin()
    for text in ("drones for the police in Kenya", "the army might use it too",
                 "the border guards use it as well"):
        talk.say(text)
    users = talk.conversation.deal.answers["end_user"]
    assert (users.values, users.instead) == (
        {"police", "border-guard"}, {"police", "border-guard", "military"})

    talk.say("the army uses it too")

    users = talk.conversation.deal.answers["end_user"]
    assert (users.values, users.instead) == ({"police", "border-guard", "military"}, frozenset())
    assert not users.guessed


@pytest.mark.parametrize(("text", "product"), [
    ("just checked, it's not cctv, it's thermal cameras", {"drone", "thermal-imaging"}),
    ("sorry, not cctv, thermal cameras", {"drone", "thermal-imaging"}),
    # That there is nothing else takes the rest away.
    ("just thermal cameras, no cctv", {"thermal-imaging"}),
    ("sorry, the cctv should be thermal cameras", {"drone", "thermal-imaging"}),
])
def test_what_is_put_right_of_several_leaves_the_others(begin, text, product):
    talk = begin()
    talk.say("cctv and drones for the police in Kenya")

    talk.say(text)

    assert talk.conversation.deal.known("product") == product


def test_what_one_of_several_is_only_thought_to_be_is_asked_back(begin):
    talk = begin()
    talk.say("cctv and drones for the police in Kenya")

    reply = talk.say("sorry, I think the cctv is thermal cameras")

    products = talk.conversation.deal.answers["product"]
    assert (products.values, products.instead) == (
        {"cctv", "drone"}, {"drone", "thermal-imaging"})
    assert reply.question.fact == "product"
