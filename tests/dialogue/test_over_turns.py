"""What is told in one turn and put otherwise in a later one, in the words that people use."""

from datetime import timedelta

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Status
from retrieval.words.tells import ANY
from tests.dialogue.talking import WHEN, Says, Talk

LATER = timedelta(minutes=10)


def raised(talk) -> set[str]:
    return {f.id for f in talk.replies[-1].flags if f.status is Status.RAISED}


def known(talk, fact: str) -> set[str]:
    return set(talk.conversation.deal.known(fact))


def asked(talk) -> list[str]:
    question = talk.replies[-1].question
    return [] if question is None else [q.fact for q in question.all()]


@pytest.fixture
def told(begin):
    """A conversation in which messages follow one another, ten minutes apart."""
    def telling(*texts: str) -> Talk:
        talk = begin()
        for n, text in enumerate(texts):
            talk.say(text, WHEN + n * LATER)
        return talk
    return telling


@pytest.fixture
def hearing(guidance, sentences):
    """A conversation on a deal that was chosen, with one message of which a model hears this."""
    def telling(deal, text: str, *tells) -> Talk:
        talk = Talk(guidance, PlainReader(guidance, Says(*tells)), sentences)
        talk.choose(deal)
        talk.say(text, WHEN + LATER)
        return talk
    return telling


# --- topics that are heard against their sense ---------------------------------------------------

DRONES = {"product": ["drone"], "end_user": ["police"], "country": ["TD"]}


@pytest.mark.parametrize("text", [
    "they said no to the clause on late payment", "they refused the indemnity clause",
    "they struck out the warranty terms",
])
def test_terms_of_trade_that_are_refused_refuse_no_human_rights_terms(hearing, text):
    talk = hearing(DRONES, text, ("human_rights_clause", "refused", 0.99, text))
    assert not known(talk, "human_rights_clause")
    assert "human-rights-terms-refused" not in raised(talk)


@pytest.mark.parametrize("text", [
    "they said no to the clause on misuse", "they refused the human rights clause over the price",
    "they took the payment terms but refused the human rights clause",
    "they refused it because of the price",
])
def test_human_rights_terms_are_refused_for_whatever_reason(hearing, text):
    talk = hearing(DRONES, text, ("human_rights_clause", "refused", 0.99, text))
    assert known(talk, "human_rights_clause") == {"refused"}
    assert "human-rights-terms-refused" in raised(talk)


def test_accepted_terms_of_trade_accept_no_human_rights_terms(hearing):
    text = "they agreed to the warranty terms"
    talk = hearing(DRONES, text, ("human_rights_clause", "accepted", 0.9, text))
    assert not known(talk, "human_rights_clause")


RESELLER = {"product": ["cctv"], "end_user": ["local-government"], "country": ["NG"],
            "intermediary": ["reseller"]}


@pytest.mark.parametrize(("text", "reported"), [
    ("the reseller was praised for supplying the hospitals", False),
    ("the reseller won prizes for supplying schools", False),
    ("the reseller was reported for supplying the militia", True),
    ("the reseller was praised by the junta for supplying spyware", True),
])
def test_whoever_is_praised_for_supplying_is_reported_for_nothing(hearing, text, reported):
    talk = hearing(RESELLER, text, ("party_reported", "yes", 0.92, text))
    assert ("sg-c4-rf2" in raised(talk)) is reported


@pytest.mark.parametrize(("text", "abused"), [
    ("the filtering is for child abuse material", False), ("it finds drug abuse", False),
    ("they abuse children of dissidents", True),
])
def test_abuse_of_another_kind_is_none_of_critics(hearing, text, abused):
    talk = hearing(DRONES, text, ("detentions", "yes", 0.8, text))
    assert ("sg-c2-rf3" in raised(talk)) is abused


@pytest.mark.parametrize(("text", "stage"), [
    ("delivered next month", set()), ("it gets delivered in two weeks", set()),
    ("delivered last month", {"delivered"}),
])
def test_what_is_delivered_in_weeks_is_not_delivered(hearing, text, stage):
    talk = hearing(DRONES, text, ("stage", "delivered", 0.96, text))
    assert known(talk, "stage") == stage


@pytest.mark.parametrize(("text", "flag"), [
    ("courts follow the Kremlin", True), ("the judges do the bidding of the president", True),
    ("courts there follow the law", False),
])
def test_courts_that_follow_whoever_governs_are_weak(hearing, text, flag):
    """A model hears "independent" in it a little more than "weak"."""
    talk = hearing(DRONES, text, ("judicial_oversight", "independent", 0.71, text),
                   *([("judicial_oversight", "weak", 0.69, text)] if flag else []))
    assert ("sg-c2-rf4" in raised(talk)) is flag
    assert not talk.conversation.deal.settled("judicial_oversight") or not flag


@pytest.mark.parametrize(("weak", "value"), [(0.69, "weak"), (0.5, "independent")])
def test_what_raises_a_flag_wins_where_a_model_hears_it_nearly_as_clearly(hearing, weak, value):
    text = "the bench does as it does"
    talk = hearing(DRONES, text, ("judicial_oversight", "independent", 0.72, text),
                   ("judicial_oversight", "weak", weak, text))
    assert known(talk, "judicial_oversight") == {value}
    assert talk.conversation.deal.guessed("judicial_oversight")


# --- what was so once, and what holds beside it --------------------------------------------------

@pytest.mark.parametrize(("text", "users"), [
    ("first the army wanted it, now the police", {"police"}),
    ("originally for the army, now for the police", {"police"}),
    ("now the police, and the army as well", {"police", "military"}),
    ("the police first, then the army", {"police", "military"}),
])
def test_who_wanted_it_first_is_no_user_any_more(told, text, users):
    talk = told("cctv for the army in Mali", text)
    assert known(talk, "end_user") == users


def test_a_broker_there_was_at_first_is_gone(hearing):
    text = "first via a broker, now direct"
    talk = hearing(DRONES, text, ("intermediary", "none", 1.0, text),
                   ("intermediary", "broker", 0.51, "via a broker"))
    assert known(talk, "intermediary") == {"none"}


@pytest.mark.parametrize("text", ["no wait both", "both", "sorry, both of them"])
def test_who_was_replaced_is_back_where_both_are_meant(told, text):
    talk = told("body cams for the army in Colombia", "not the army but the national police", text)
    assert known(talk, "end_user") == {"military", "police"}


@pytest.mark.parametrize("texts", [
    ("both",), ("the police too", "both"), ("not the army but the police", "advise now", "both"),
    ("not the army but the police", "both are fine with the contract"),
])
def test_both_of_nothing_that_was_replaced_just_now_changes_nothing(told, texts):
    before = told("body cams for the army in Colombia", *texts[:-1])
    talk = told("body cams for the army in Colombia", *texts)
    assert known(talk, "end_user") == known(before, "end_user")


@pytest.mark.parametrize(("text", "products"), [
    ("actually we keep the spyware in", {"drone", "spyware"}),
    ("the spyware is back in", {"drone", "spyware"}),
    ("actually it's only spyware", {"spyware"}),
])
def test_what_comes_back_takes_nothing_away(told, text, products):
    talk = told("drones and spyware for the army in Mali", "forget the spyware", text)
    assert known(talk, "product") == products


@pytest.mark.parametrize(("text", "left"), [
    ("it isn't used for protests", set()), ("not for protests", set()),
    ("it isn't used only for protests", {"crowd-monitoring"}),
])
def test_a_use_that_is_denied_by_its_name_goes_though_a_model_hears_it(hearing, text, left):
    talk = hearing({**DRONES, "end_use": ["crowd-monitoring"]}, text,
                   ("end_use", "crowd-monitoring", 0.72, "protests"))
    assert known(talk, "end_use") == left


def test_a_product_that_is_heard_beside_a_denial_stays(hearing):
    text = "it's not crowd counting, it's traffic counting"
    talk = hearing({**DRONES, "product": ["video-analytics"], "end_use": ["crowd-monitoring"]},
                   text, ("product", "video-analytics", 0.71, "traffic counting"),
                   ("end_use", "traffic", 0.99, "traffic counting"))
    assert known(talk, "product") == {"video-analytics"}
    assert known(talk, "end_use") == {"traffic"}


@pytest.mark.parametrize(("chance", "sure"), [(0.81, False), (0.95, True)])
def test_a_hint_alone_in_a_first_message_is_as_sure_as_a_model_hears_it(
    guidance, sentences, chance, sure
):
    text = "alpr for police in Hungary, traffic"
    talk = Talk(guidance, PlainReader(guidance, Says(
        ("product", "alpr", 1.0, "alpr"), ("end_user", "police", 0.99, "police"),
        ("country", ANY, 1.0, "Hungary"), ("end_use", "traffic", chance, "traffic"))), sentences)
    talk.say(text)
    assert known(talk, "end_use") == {"traffic"}
    assert talk.conversation.deal.guessed("end_use") is not sure


def test_not_any_more_is_of_the_use_and_answers_nothing_else(hearing):
    text = "not any more, only traffic now"
    talk = hearing({**DRONES, "end_use": ["crowd-monitoring"]}, text,
                   ("end_use", "traffic", 0.92, "only traffic now"),
                   ("conflict", "no", 0.1, "not any more"))
    assert known(talk, "end_use") == {"traffic"}
    assert not known(talk, "conflict")


@pytest.mark.parametrize(("text", "places"), [
    ("it'll be used in Kuwait, Iraq is only the buyer", {"KW"}),
    ("it's Kuwait where it'll be used", {"KW"}),
    ("they also use it in Kuwait", {"IQ", "KW"}),
    ("we talked about it in Kuwait", {"IQ"}),
])
def test_where_it_is_used_takes_the_place_of_where_the_buyer_sits(hearing, text, places):
    talk = hearing({**DRONES, "country": ["IQ"]}, text,
                   *([("country", ANY, 0.95, text)] if "talked" not in text else []))
    assert known(talk, "country") == places


# --- what was found of an end-user that turns out to be another one -------------------------------

def test_the_record_stays_where_another_one_comes_on_top(begin):
    talk = begin()
    talk.choose({**DRONES, "agency_misuse": ["yes"]})
    talk.say("the army uses it too", WHEN + LATER)

    assert known(talk, "end_user") == {"military", "police"}
    assert talk.conversation.deal.settled("agency_misuse")


def test_a_city_that_is_heard_beside_a_denied_police_is_the_user(hearing):
    text = "it's the city of São Paulo, not the police"
    talk = hearing(DRONES | {"country": ["BR"]}, text,
                   ("end_user", "local-government", 0.95, text))
    assert known(talk, "end_user") == {"local-government"}


# --- what is taken back --------------------------------------------------------------------------

JAILED = ("drones for the police in Chad", "journalists are jailed there")


@pytest.mark.parametrize("text", [
    "scratch that about the journalists", "forget what I said about the journalists",
    "I was wrong about journalists",
])
def test_what_was_told_in_these_words_is_taken_back(told, text):
    talk = told(*JAILED, "we're negotiating", text)
    assert not known(talk, "detentions")
    assert known(talk, "product") == {"drone"}, "and no deal is put aside by it"
    assert "sg-c2-rf3" not in raised(talk)


def test_any_word_of_the_message_before_tells_which_of_its_facts_is_taken_back(hearing):
    text = "opposition activists are detained there"
    talk = hearing(DRONES, text, ("detentions", "yes", 0.95, "are detained"))
    talk.say("forget that about the activists", WHEN + 2 * LATER)
    assert not known(talk, "detentions")


@pytest.mark.parametrize("text", [
    "never mind the journalists", "scratch that about the price",
    "scratch that about the police and the journalists and the dogs",
])
def test_what_only_sounds_so_takes_nothing_back(told, text):
    talk = told(*JAILED, text)
    assert known(talk, "detentions") == {"yes"}


@pytest.mark.parametrize("text", [
    "it's not true, we looked", "that's about others, not this police", "it turned out to be false",
])
def test_what_was_told_just_now_and_is_said_to_be_wrong_is_asked_back(told, text):
    talk = told(*JAILED, text)
    assert known(talk, "detentions") == {"yes"}
    assert asked(talk) == ["detentions"]
    assert "sg-c2-rf3" in raised(talk), "a flag goes with an answer, and no sooner"

    talk.say("yes", WHEN + 5 * LATER)
    assert known(talk, "detentions") == {"no"}
    assert "sg-c2-rf3" not in raised(talk)


def test_nothing_is_wrong_of_what_was_told_a_while_ago(told):
    talk = told(*JAILED, "we're negotiating", "that's about others, not this police")
    assert talk.messages[-1].intent is Intent.PUT_RIGHT
    assert known(talk, "detentions") == {"yes"}


def test_a_review_that_is_not_done_but_under_way_is_asked_back(told):
    talk = told("cctv for the border guard in Poland", "export review is done",
                "not done, it's only under way")
    assert asked(talk) == ["export_review"]
    assert talk.conversation.deal.answers["export_review"].instead == {"pending"}


# --- what is supposed, asked and announced -------------------------------------------------------

def test_and_without_the_reseller_supposes_that_nobody_is_between(told):
    talk = told("plate readers for the police in Serbia through a reseller",
                "and without the reseller?")
    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert talk.messages[-1].supposed["intermediary"].values == {"none"}
    assert known(talk, "intermediary") == {"reseller"}

    talk.say("let's go with that", WHEN + 5 * LATER)
    assert known(talk, "intermediary") == {"none"}


def test_and_without_one_of_two_products_supposes_the_other(told):
    talk = told("cctv and face recognition for the police in Serbia",
                "and without the face recognition?")
    assert talk.messages[-1].supposed["product"].values == {"cctv"}


@pytest.mark.parametrize(("text", "intent", "subject"), [
    ("what safeguards go in the contract", Intent.REMEDY, "before sale"),
    ("what safeguards do I put in the contract", Intent.REMEDY, "before sale"),
    ("so what do I tell the customer", Intent.STILL_OPEN, "customer"),
    ("write me a mail to the customer", Intent.STILL_OPEN, "customer"),
])
def test_what_is_asked_of_a_deal_in_plain_words(told, text, intent, subject):
    talk = told("drones for the police in Chad", text)
    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (intent, subject)


def test_the_next_one_is_another_deal_and_is_not_mixed_in(told):
    talk = told("drones for the coast guard of Norway",
                "ok next one: spyware for the secret service of Turkmenistan")
    assert talk.messages[-1].intent is Intent.OTHER_DEAL
    assert known(talk, "country") == {"NO"}


def test_next_one_alone_passes_over_what_is_asked(told):
    talk = told("drones for the coast guard of Norway", "next one")
    assert talk.messages[-1].intent is Intent.DESCRIBE
    assert known(talk, "country") == {"NO"}
