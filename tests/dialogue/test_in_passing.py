"""What is named by the way, what comes on top of what is known, and what takes its place."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Status
from retrieval.guidance import Fact
from retrieval.words.tells import Told
from tests.dialogue.talking import WHEN, Says, Talk

COUNTRY, END_USER, END_USE = Fact("country"), Fact("end_user"), Fact("end_use")


@pytest.fixture(params=[timedelta(seconds=3), timedelta(minutes=10)], ids=["at once", "later"])
def told(begin, request):
    """A conversation in which the given messages follow one another at once, or after a while."""
    def telling(*texts):
        talk = begin()
        for n, text in enumerate(texts):
            talk.say(text, WHEN + n * request.param)
        return talk
    return telling


def raised(talk):
    return {flag.id for flag in talk.replies[-1].flags if flag.status is Status.RAISED}


# Places ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("opening", "passing", "country"), [
    # Where somebody travels, and where the customer is met.
    ("drones for Kenya police", "I'm flying to Ethiopia tomorrow", "KE"),
    ("ALPR for the police of Serbia", "next week I see the customer in Moscow", "RS"),
    ("cctv for the police in Ghana", "we met at a fair in Dubai", "GH"),
    ("cctv for the police in Ghana", "my boss is on holiday in Spain", "GH"),
    ("cctv for the police in Ghana", "I think we met in Spain", "GH"),
    # Whom it was sold to before.
    ("drones for Kenya police", "we sold the same to Norway police before", "KE"),
    ("drones for Kenya police", "Uganda police already have it", "KE"),
    ("drones for Kenya police", "Ugandan police gave us a reference", "KE"),
    # Who is watched.
    ("stingrays for Nepal police", "watching tibetan refugees", "NP"),
    ("ALPR for the police of Serbia", "find Russian draft dodgers", "RS"),
    ("ALPR for the police of Serbia", "tracking of Kosovo Albanians", "RS"),
    ("DPI for the telecom in Jordan", "for watching Syrian refugees' whatsapp", "JO"),
    ("cctv for the police in Ghana", "they hunt Nigerian fraudsters", "GH"),
    # Where a partner sits.
    ("ALPR for the police of Serbia", "our partner is in Hungary", "RS"),
    ("ALPR for the police of Serbia", "the integrator is an Austrian company", "RS"),
    # What is only asked.
    ("stingrays for Nepal police", "can we sell to the Indian police instead?", "NP"),
    ("stingrays for Nepal police", "and for India?", "NP"),
])
def test_a_place_in_passing_leaves_the_country_of_use(told, opening, passing, country):
    talk = told(opening, passing)

    answer = talk.conversation.deal.answers[COUNTRY]
    assert (answer.values, answer.sure) == ({country}, True)


@pytest.mark.parametrize("text", [
    "I think it's Uganda", "it's for Uganda I think", "perhaps it's for Uganda"])
def test_how_sure_one_is_says_why_no_place_is_named(told, text):
    """Nothing was noted, and the question stood."""
    answer = told("drones for Kenya police", text).conversation.deal.answers[COUNTRY]
    assert (answer.latest, answer.sure) == ({"UG"}, False)


@pytest.mark.parametrize(("opening", "text", "country"), [
    ("DPI for the telecom in Jordan", "no, it's for Iraq", "IQ"),
    ("DPI for the telecom in Jordan", "it's Iraq", "IQ"),
    ("cctv for the prison service of Morocco", "no, it's Tunisia", "TN"),
    ("drones for Kenya police", "you know what, it's Tanzania", "TZ"),
    ("drones for Kenya police", "the customer is in Uganda", "UG"),
    ("drones for Kenya police", "used by the Ugandan police", "UG"),
    ("cctv for Ghana police", "change the country to Togo", "TG"),
    ("cctv for Ghana police", "country: Togo", "TG"),
    ("cctv for Ghana police", "we need it for Togo", "TG"),
    ("cctv for Ghana police", "sorry, Togo", "TG"),
    ("cctv for Ghana police", "for use in Togo", "TG"),
])
def test_a_place_that_is_said_to_be_the_one_takes_the_place_of_the_other(
    told, opening, text, country
):
    talk = told(opening, text)

    answer = talk.conversation.deal.answers[COUNTRY]
    assert (answer.values, answer.sure) == ({country}, True)
    assert talk.replies[-1].changes is not None


@pytest.mark.parametrize(("opening", "text", "country"), [
    ("drones for Kenya police", "they also use it in Uganda", {"KE", "UG"}),
    ("drones for Kenya police", "and Tanzania", {"KE", "TZ"}),
    ("drones for Kenya police", "FR software for the interior ministry of Egypt", {"KE", "EG"}),
])
def test_a_place_that_comes_on_top_takes_none_away(told, opening, text, country):
    talk = told(opening, text)

    assert talk.conversation.deal.known(COUNTRY) == country


@pytest.mark.parametrize(("text", "country"), [
    ("Jordan Smith from the police of Macedonia wants drones", {"MK"}),
    ("Israel Gonzalez, police of Mexico, wants drones", {"MX"}),
    ("I met Chad Miller of the Ghana police, he wants drones", {"GH"}),
    ("customer: Sydney Okoro, police of Nigeria, drones", {"NG"}),
    # Bodies of a place, and the place alone.
    ("drones for Jordan Customs and the police of Macedonia", {"JO", "MK"}),
    ("Jordan Telecom wants DPI", {"JO"}),
    ("drones for the Chad Air Force", {"TD"}),
    ("drones for the police in Chad, from a reseller", {"TD"}),
])
def test_a_first_name_is_no_country_of_use(told, text, country):
    assert told(text).conversation.deal.known(COUNTRY) == country


@pytest.mark.parametrize("text", [
    "suppose they resell it to Bhutan", "imagine they pass it on to Bhutan",
    "let's say they sell it on to Bhutan",
])
def test_where_it_is_supposed_to_go_on_to_is_no_country_of_use(told, text):
    talk = told("drones for Kenya police", text)

    assert COUNTRY not in talk.messages[-1].supposed
    assert talk.messages[-1].heard == {}
    assert talk.conversation.deal.known(COUNTRY) == {"KE"}


# Users and uses ----------------------------------------------------------------------------


@pytest.mark.parametrize(("texts", "fact", "expected"), [
    (("spyware for Moldovan intelligence", "and for the police"), END_USER,
     {"intelligence", "police"}),
    (("ALPR Kenya police, for traffic", "and for border control"), END_USE,
     {"traffic", "border-control"}),
    (("we sell cctv to the city council of Lagos, for traffic management",
      "and also for the police to find suspects"), END_USER, {"local-government", "police"}),
    (("we sell cctv to the city council of Lagos, for traffic management",
      "and also for the police to find suspects"), END_USE, {"traffic", "law-enforcement"}),
    (('Selling "SafeCity" to Belgrade', "Huawei subcontracts", "Serbian MUP",
      "face rec is in it"), Fact("intermediary"), {"contractor"}),
    (("lawful intercept for telecom Vodacom Lesotho", "ordered by regulator",
      "the police uses it"), END_USER, {"telecom-operator", "police"}),
    (("facial recognition for the ministry of interior of Georgia, through a distributor",
      "it's for border control", "and for airports",
      "the airport operator TAV will run the cameras"), END_USER,
     {"interior-ministry", "private-company"}),
    (("spyware for the army of Mali", "the intelligence service will use it"), END_USER,
     {"military", "intelligence"}),
    (("drones for Kenya police", "it's for the army"), END_USER, {"police", "military"}),
])
def test_what_comes_after_takes_nothing_away(told, texts, fact, expected):
    assert told(*texts).conversation.deal.known(fact) == expected


@pytest.mark.parametrize(("texts", "fact", "expected"), [
    (("drones for Kenya police", "it's the army"), END_USER, {"military"}),
    (("drones for Kenya police", "sorry, the army"), END_USER, {"military"}),
    (("drones for Kenya police", "the end user is the army"), END_USER, {"military"}),
    (("drones for Kenya police", "it's the army, not the police"), END_USER, {"military"}),
    (("drones for Kenya police", "the health ministry instead of the police"), END_USER,
     {"health-ministry"}),
    (("drones for Kenya", "I got the buyer wrong", "the police"), END_USER, {"police"}),
])
def test_what_is_put_right_takes_the_place_of_what_was_wrong(told, texts, fact, expected):
    assert told(*texts).conversation.deal.known(fact) == expected


@pytest.mark.parametrize(("texts", "flag"), [
    (("emotion detection for border guards of Hungary, EU funded research project",
      "iBorderCtrl type", "not deployed yet, pilot", "with university"), "automated-suspicion"),
    (("drones for Kenya police, to watch protests", "it's for traffic"),
     "monitoring-of-assemblies"),
    (("facial recognition for Kenya police, to watch protests", "the ministry of health joins"),
     "monitoring-of-assemblies"),
    (("spyware for the police in Kenya", "there's a university in it"),
     "hacking-tools-for-the-state"),
])
def test_what_raised_a_flag_does_not_go_with_what_comes_after(told, texts, flag):
    assert flag in raised(told(*texts))


@pytest.mark.parametrize(("text", "uses"), [
    ("it's for traffic", {"crowd-monitoring", "traffic"}),
    ("it's traffic", {"traffic"}), ("no, it's for traffic", {"traffic"}),
    ("it's only for traffic", {"traffic"}),
])
def test_a_use_that_a_model_alone_hears_comes_on_top_behind_its_for(
    guidance, sentences, text, uses
):
    """The use that was told went, and the red flag with it."""
    hears = Says(("end_use", "crowd-monitoring", 0.99, "watch protests"),
                 ("end_use", "traffic", 0.99, "traffic"))
    talk = Talk(guidance, PlainReader(guidance, hears), sentences)
    talk.say("drones for the police in Kenya, to watch protests")
    talk.say(text)
    assert talk.conversation.deal.known(Fact("end_use")) == uses


class HearsLess:
    """A model that hears a border guard in some words, and hardly beside others."""

    def __call__(self, text: str) -> Sequence[Told]:
        hears = {"Chad": ("country", "*", 1.0), "drones": ("product", "drone", 1.0),
                 "border people": ("end_user", "border-guard", 0.02 if "campus" in text else 0.7),
                 "campus": ("end_user", "university", 0.95)}
        return [Told(Fact(fact), value, chance, text.index(words), text.index(words) + len(words))
                for words, (fact, value, chance) in hears.items() if words in text]


def test_what_a_model_hears_less_in_the_whole_stands(guidance, sentences):
    """A border guard went, and the red flag with it, once a university was named at once."""
    talk = Talk(guidance, PlainReader(guidance, HearsLess()), sentences)
    talk.say("drones for the border people of Chad, a pilot", WHEN)
    assert talk.conversation.deal.known(END_USER) == {"border-guard"}

    talk.say("with the campus", WHEN + timedelta(seconds=3))

    answer = talk.conversation.deal.answers[END_USER]
    assert (answer.values, answer.sure) == ({"border-guard", "university"}, False)


def test_what_comes_on_top_of_a_maybe_is_no_surer(begin):
    talk = begin()
    talk.say("drones for Kenya, maybe for the police")
    talk.say("also the army")

    answer = talk.conversation.deal.answers[END_USER]
    assert (answer.values, answer.sure) == ({"police", "military"}, False)


def test_a_question_whether_to_sell_to_others_is_declined_and_notes_nothing(told):
    talk = told("stingrays for Nepal police", "can we sell to the army instead?")

    assert talk.messages[-1].intent is Intent.VERDICT
    assert talk.conversation.deal.known(END_USER) == {"police"}


@pytest.mark.parametrize("text", [
    "they asked if it can do border control", "the client asks can it do border control",
    "they want to know whether the system does border control",
    "they asked if we can do border control", "customer asked can we do border control",
    "the buyer was asking whether our cameras could do border control",
])
def test_what_is_asked_of_the_product_is_not_told_to_be_its_use(begin, text):
    """Who passed on "can it block news sites" had told for certain what it is for."""
    talk = begin().amid({"product": "cctv", "country": "KE"}, ["end_use"])

    talk.say(text)

    assert not talk.conversation.deal.certain(Fact("end_use"))


@pytest.mark.parametrize("text", [
    "the police in Kenya asked if we can supply cctv for border control",
    "they asked whether we could quote for cctv for border control, for the police in Kenya",
])
def test_a_deal_that_came_in_as_a_question_is_told_for_certain(begin, text):
    talk = begin()

    talk.say(text)

    deal = talk.conversation.deal
    assert all(deal.certain(Fact(fact)) for fact in ("end_user", "country", "product", "end_use"))


def test_who_asks_that_of_the_product_is_told_for_certain(begin):
    talk = begin()

    talk.say("cctv. the police in Kenya asked if it can do border control")

    deal = talk.conversation.deal
    assert deal.certain(Fact("end_user")) and deal.certain(Fact("country"))
