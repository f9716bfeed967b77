"""Where a product is used, of the places that a message names."""

import pytest

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from tests.dialogue.talking import WHEN


@pytest.mark.parametrize(("text", "expected"), [
    # What is denied is something there, not the place.
    ("imsi catchers for the police, I found no law in Namibia that hits NGOs", {"NA"}),
    ("drones for the police, nobody has begun the export check on the Santo Domingo case", {"DO"}),
    ("bodycams for the Irish police. Nothing on the Irish police found", {"IE"}),
    ("cctv for the police, you can't protest freely in Hong Kong any more", {"HK"}),
    # The place itself is denied.
    ("cctv for the police, not Benghazi. Nairobi", {"KE"}),
    ("drones for the police in Kenya, it won't be used in Uganda", {"KE"}),
    ("cctv for a mall, not in Kenya, Uganda or Tanzania but in Rwanda", {"RW"}),
    ("cctv for the police in Ghana instead of Togo", {"GH"}),
    # The body is denied, and its country named again.
    ("it is not the Saudi intelligence, it is the Saudi customs, thermal cameras", {"SA"}),
    # Agencies have their home in their names.
    ("voice recognition for Services Australia", {"AU"}),
    ("deep packet inspection for the Kazakh telecom regulator", {"KZ"}),
    # Sellers and buyers meet elsewhere.
    ("met the Kenyan police at the Dubai airshow, they want drones", {"KE"}),
    ("a lead from the Singapore trade show: cctv for the police in Peru", {"PE"}),
    ("the Kenyan army came to our booth at the Paris arms fair, for drones", {"KE"}),
    # Cities and regions, as they are spelt.
    ("plate readers for the city of Ghent", {"BE"}),
    ("drones for a farm in Minas Gerais", {"BR"}),
    ("plate readers for the city of Gehnt", None),
])
def test_where_it_is_used(reader, text, expected):
    message = reader.read(text, Conversation(ConversationId("c")), key=MessageKey("m"),
                          author="a", sent_at=WHEN)

    country = message.heard.get("country")
    assert (country and set(country.values or ())) == expected


@pytest.mark.parametrize(("opens", "told", "country"), [
    # Money, goods, training, owners and neighbours are elsewhere.
    ("cctv for the municipality in Georgia", "payment via a bank in Cyprus", {"GE"}),
    ("cctv for the municipality in Georgia", "the bank is in Latvia", {"GE"}),
    ("cctv for the police in Moldova", "shipping from China via Turkey", {"MD"}),
    ("cctv for the police in Moldova", "it transits through Romania", {"MD"}),
    ("cctv for the police in Georgia", "the operators get trained in the UK", {"GE"}),
    ("cctv for the police in Georgia", "their officers were trained by Israel", {"GE"}),
    ("cctv for the police in Georgia", "run by a turkish company though", {"GE"}),
    ("cctv for the police in Georgia", "the main investor is from Qatar", {"GE"}),
    ("drones for the army in Azerbaijan", "there's a ceasefire with Armenia", {"AZ"}),
    ("drones for the army in Azerbaijan", "Iran is next door", {"AZ"}),
    # Where it may go on to.
    ("drones for the army in Egypt", "some of it may end up in Libya", {"EG"}),
    ("drones for the army in Egypt", "we fear it gets smuggled into Sudan", {"EG"}),
    # Where a go-between sits.
    ("drones for the police in Uzbekistan", "our distributor sits in Almaty", {"UZ"}),
    ("drones for the police in Uzbekistan", "the middleman is a guy from Lebanon", {"UZ"}),
    ("drones for the police in Oman via a reseller", "UAE is only the reseller", {"OM"}),
    ("drones for the police in Oman via a reseller", "the UAE firm is just the reseller", {"OM"}),
    # What is said to be no more than that is taken away.
    ("cctv for the police in Georgia and Cyprus", "no, Cyprus is just the bank", {"GE"}),
    ("cctv for the police in Georgia and Turkey", "Turkey is only transit", {"GE"}),
    # The same words, where it is used.
    ("cctv for a bank", "the bank in Kenya", {"KE"}),
    ("cctv for the police", "run by the police in Togo", {"TG"}),
    ("cctv", "training and cameras for the police in Ghana, shipped via Dubai", {"GH"}),
])
def test_a_place_of_another_role_is_no_country_of_use(begin, opens, told, country):
    talk = begin()
    talk.say(opens)
    talk.say(told)

    assert talk.conversation.deal.known("country") == country


@pytest.mark.parametrize("told", [
    "payment via a bank in Cyprus", "paid by a private company in Panama",
    "Cyprus is just the bank", "The ministry of finance pays by bank transfer from Tbilisi",
    "the health ministry foots the bill",
])
def test_who_only_pays_is_no_end_user(begin, told):
    talk = begin()
    talk.say("cctv for the police in Georgia")
    talk.say(told)

    assert talk.conversation.deal.known("end_user") == {"police"}


@pytest.mark.parametrize("texts", [
    ("drones for the police in Peru", "I was wrong about Peru", "It's Paraguay"),
    ("drones for the police in Peru. I was wrong about Peru. It's Paraguay",),
    ("drones for the police in Peru", "Peru was a mistake, it's Paraguay"),
])
def test_a_place_that_was_wrong_goes(begin, texts):
    talk = begin()
    for text in texts:
        talk.say(text)

    assert talk.conversation.deal.known("country") == {"PY"}


@pytest.mark.parametrize(("text", "places"), [
    # Where a buyer sits counts for nothing beside where it is used,
    ("drones for the border guard of Ukraine, the buyer is a company in Cyprus", {"UA"}),
    ("Spyware. The buyer is a firm in Cyprus, the user is the Greek intelligence service", {"GR"}),
    ("Customer HQ in Switzerland, cctv for a copper mine in Zambia", {"ZM"}),
    ("cctv for a bank, headquartered in London, in Kenya", {"KE"}),
    ("a bank headquartered in Vienna wants cctv for its branches in Bratislava", {"SK"}),
    ("a Swiss mining company wants cctv for its copper mine in Zambia", {"ZM"}),
    # and for something where nothing else is told, or what sits there is the user.
    ("drones, the buyer is a company in Cyprus", {"CY"}),
    ("cctv for the police HQ in Nairobi and the police of Uganda", {"KE", "UG"}),
    ("cctv for a Kenyan company and the police of Uganda", {"KE", "UG"}),
    ("a Swiss mining company wants cctv, their reseller is in Dubai", {"CH"}),
])
def test_where_a_buyer_sits_is_no_second_country_of_use(begin, text, places):
    talk = begin()
    talk.say(text)

    assert talk.conversation.deal.known("country") == places


def test_where_a_buyer_sits_is_none_beside_one_that_is_known(begin):
    talk = begin()
    talk.say("cctv for the police in Georgia")
    talk.say("the buyer is a company in Cyprus")

    assert talk.conversation.deal.known("country") == {"GE"}


@pytest.mark.parametrize(("text", "conflict"), [
    ("Body cams for Danish police. Our factory is in Israel, where there is war", None),
    ("Our plant is in Israel, where there's war. Body cams for the police of Denmark", None),
    ("Our factory is in Israel, where there's war. Body cams for the police of Denmark", None),
    ("Body cams for the police of Chad via a reseller in Sudan, where there is war", None),
    # The place of use has the war itself, or no other place is told.
    ("Body cams for the police of Sudan, where there is war", {"yes"}),
    ("Body cams for the police of Sudan. Our office is in Sudan, where there is war", {"yes"}),
    ("Body cams for the police. Our reseller is in Sudan, where there is war", {"yes"}),
])
def test_what_is_told_of_where_others_sit_is_not_told_of_where_it_is_used(begin, text, conflict):
    talk = begin()
    talk.say(text)

    answer = talk.conversation.deal.answers.get("conflict")
    assert (answer and answer.values) == conflict


@pytest.mark.parametrize(("text", "places"), [
    ("we already supply the Botswana police with bodycams, now the Zimbabwe police want the same",
     {"ZW"}),
    ("so we equipped the police of Togo with drones and the police of Benin want the same",
     {"BJ"}),
    ("The police of Togo bought our drones. The police of Benin want the same kit", {"BJ"}),
    # The order is one for both, or who was told last is no customer.
    ("we supply the police of Botswana and the police of Zimbabwe with bodycams", {"BW", "ZW"}),
    ("we already supply the police of Botswana with bodycams, now they want the same for prisons",
     {"BW"}),
    ("we already sold drones to the police of Chad, the police of Sudan get access to them",
     {"TD", "SD"}),
])
def test_who_was_sold_the_same_before_is_in_no_deal_of_who_wants_it_now(begin, text, places):
    talk = begin()
    talk.say(text)

    assert talk.conversation.deal.known("country") == places
