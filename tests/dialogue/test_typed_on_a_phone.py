"""Short messages without capitals or marks, as they are typed on a phone."""

import re
from dataclasses import replace

import pytest

from bot.dialogue.deal import Answer, Deal
from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from retrieval.words.tokens import Mend
from tests.dialogue.talking import KEY, Says, Talk

ABROAD = tuple(map(Fact, ("detentions", "restrictive_laws", "conflict")))


@pytest.fixture
def asked(begin):
    """Begin a conversation in which some facts of a deal were just asked for."""
    def start(*facts: str, **known: str) -> Talk:
        return begin().amid(known, facts)

    return start


# Codes of countries ------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["no", "so?", "np", "hm", "er", "si", "nope", "No."])
def test_a_word_of_answer_is_no_code_of_a_country(asked, text):
    """"no" was Norway, and "so?" Somalia, which took back what was found of the country before."""
    talk = asked("country", "end_user", product="cctv")
    talk.say(text)

    assert not talk.conversation.deal.known("country")


@pytest.mark.parametrize(("text", "code"), [
    ("ke", "KE"), ("KE", "KE"), ("NO", "NO"), ("cd", "CD"), ("norway", "NO"), ("somalia?", "SO"),
    ("in india", "IN"), ("it", "IT"),
])
def test_a_code_that_says_nothing_else_is_taken(asked, text, code):
    talk = asked("country", product="cctv", end_user="police")
    talk.say(text)

    assert talk.conversation.deal.known("country") == {code}


# Numbers with their answers, where no mark parts them --------------------------------------


def pauses_at(text: str, *behind: str):
    """The pauses that a model hears in *text* behind each of those words, as it would read it."""
    def mends(read: str):
        if read != text:
            return ()
        ends = [found.end() for found in re.finditer(r"\S+", text)]
        words = text.split()
        marks = [end for end, word in zip(ends, words, strict=True) if word in behind]
        return tuple(Mend(end, end + 1, ", ") for end in marks if end < len(text))

    return mends


def answered(guidance, sentences, text, *behind):
    talk = Talk(guidance, PlainReader(guidance, mends=pauses_at(text, *behind)), sentences)
    talk.conversation = replace(talk.conversation, deal=Deal({
        Fact("product"): Answer(frozenset({"cctv"}), "words", KEY),
        Fact("country"): Answer(frozenset({"JO"}), "words", KEY)})).asking(ABROAD)
    talk.say(text)
    known = talk.conversation.deal.answers
    return [None if fact not in known else known[fact].values for fact in ABROAD]


@pytest.mark.parametrize(("text", "answers"), [
    ("1 no 2 no 3 no", ["no", "no", "no"]),
    ("1 no 2 yes 3 no", ["no", "yes", "no"]),
    ("1 yes 2 no 3 not sure", ["yes", "no", None]),
    ("1 yes 2 no 3 no they accepted the clause", ["yes", "no", "no"]),
])
def test_a_pause_parts_no_number_from_its_answer(guidance, sentences, text, answers):
    """"1 no 2 no 3 no" was heard as "1, no 2, no 3, no", and its 1 as "yes, they are"."""
    said = answered(guidance, sentences, text, "1", "2", "3", "yes")

    assert said == [None if one is None else frozenset({one}) for one in answers]


@pytest.mark.parametrize(("text", "behind", "tokens"), [
    ("drones for the police 12 no reseller", ("police", "12"),
     "drones for the police , 12 , no reseller"),
    ("we sell 2 no idea where to", ("2",), "we sell 2 , no idea where to"),
    ("1 yes 2 yes and we host", ("yes",), "1 yes , 2 yes , and we host"),
])
def test_other_pauses_are_heard(guidance, text, behind, tokens):
    reader = PlainReader(guidance, mends=pauses_at(text, *behind))
    heard = reader._understanding.of(text).reading.tokens

    assert " ".join(token.norm for token in heard) == tokens


# What an answer says beside itself ---------------------------------------------------------


@pytest.mark.parametrize(("facts", "text", "code"), [
    (("end_user",), "bolivia bodycams police", "BO"),
    (("end_use", "product"), "cctv at a telecom operator, bolivia", "BO"),
    (("end_use",), "traffic, Togo", "TG"),
])
def test_who_gets_what_somewhere_else_moves_the_deal(asked, facts, text, code):
    """The other country was passed over as though it were named in passing."""
    known = {"country": "PE"} | ({} if "product" in facts else {"product": "cctv"})
    talk = asked(*facts, **known)
    talk.say(text)

    assert talk.conversation.deal.known("country") == {code}


@pytest.mark.parametrize("text", [
    "police, trained in the UK", "the police, same as in Norway",
    "army, and the reseller is in Togo", "the police, the buyer flies in from France",
    "police, at the border with Bolivia",
])
def test_a_country_that_an_answer_only_mentions_moves_nothing(asked, text):
    talk = asked("end_user", country="PE", product="cctv")
    talk.say(text)

    assert talk.conversation.deal.known("country") == {"PE"}


def test_nor_does_one_named_beside_what_was_found(asked):
    talk = asked("detentions", "conflict", country="PE", product="cctv", end_user="police")
    talk.say("no war, and the detentions were in Togo, Benin")

    assert talk.conversation.deal.known("country") == {"PE"}


@pytest.mark.parametrize("text", [
    "no conflict, no detentions", "no conflict no detentions", "no war and no detentions",
])
def test_a_flag_that_is_denied_beside_an_answer_is_asked_back(asked, text):
    talk = asked("conflict", "restrictive_laws", detentions="yes", country="PE")
    reply = talk.say(text)
    stands = talk.conversation.deal.answers[Fact("detentions")]

    assert talk.conversation.deal.known("conflict") == {"no"}
    assert (stands.values, stands.instead) == ({"yes"}, {"no"})
    assert [q.fact for q in reply.question.all()] == ["detentions"]


@pytest.mark.parametrize("text", [
    "no conflict", "no war, they arrest people", "no war, not sure about detentions",
    "no war, no answer on detentions", "no war, there's no end to the detentions",
])
def test_a_flag_that_nobody_denies_is_not_asked_back(asked, text):
    talk = asked("conflict", "restrictive_laws", detentions="yes", country="PE")
    talk.say(text)

    assert not talk.conversation.deal.answers[Fact("detentions")].instead


@pytest.mark.parametrize(("text", "facts"), [
    ("peru", {"country"}), ("lima", {"country"}), ("its the police", {"end_user"}),
    ("federal police, peru", {"country", "end_user"}),
])
def test_what_is_known_and_said_again_is_not_called_no_answer(asked, sentences, text, facts):
    talk = asked("conflict", country="PE", end_user="police", product="cctv")
    lead = talk.say(text).lead[0].text
    labels = {fact: talk.guidance.questions[Fact(fact)].label for fact in ("country", "end_user")}

    assert lead != sentences.say("lead.remark")
    assert {fact for fact, label in labels.items() if label in lead} == facts
    assert talk.conversation.awaiting() == ("conflict",)


@pytest.mark.parametrize("text", ["they have no budget", "purple monkey", "togo has no budget"])
def test_what_is_not_known_is_said_to_be_no_answer(asked, sentences, text):
    talk = asked("conflict", country="PE", end_user="police", product="cctv")

    assert talk.say(text).lead[0].text == sentences.say("lead.remark")


# To begin again ----------------------------------------------------------------------------


# What is only wanted looked at, supposed or asked ------------------------------------------


def strays(_: str) -> float:
    """Far, whatever it is: what tells of a deal has to say so itself."""
    return 0.5


@pytest.fixture
def opened(guidance, sentences):
    """What the first message of a conversation tells, where the search is silent on any text."""
    def read(text: str) -> Talk:
        talk = Talk(guidance, PlainReader(guidance, strays=strays), sentences)
        talk.say(text)
        return talk

    return read


@pytest.mark.parametrize(("text", "country"), [
    ("pls check: spyware, UAE, 2m USD", "AE"),
    ("check this pls - drones, army, chad, 1.2m eur", "TD"),
    ("can you check this: 40 drones, army, Chad", "TD"),
    ("pls review: fingerprint scanners / immigration service / oman / $300k", "OM"),
])
def test_a_deal_that_is_to_be_checked_is_told(opened, text, country):
    """It was declined as what the texts are silent on, or that was said before the advice."""
    talk = opened(text)

    assert talk.conversation.deal.known("country") == {country}
    assert talk.messages[-1].beside is None


@pytest.mark.parametrize("text", [
    "pls check: VAT on spyware, UAE, 2m USD", "pls check the licence for spyware, UAE, 2m USD",
    "please check Hikvision for me, UAE, now", "pls check: is spyware for UAE on the control list",
    "can you check the flights to Chad for the army",
])
def test_what_else_is_to_be_checked_is_declined_as_before(opened, text):
    assert not opened(text).conversation.deal.answers


@pytest.mark.parametrize("text", [
    "if the reseller resells it what then", "if they use a reseller what happens",
    "if they refuse the clause can we walk away",
    "if we go through a reseller do we have to vet him",
])
def test_what_if_behind_an_if_needs_no_mark(asked, text):
    """"if the reseller resells it what then" noted a reseller."""
    talk = asked("conflict", country="PE", end_user="police", product="cctv")
    before = talk.conversation.deal
    talk.say(text)

    assert talk.messages[-1].intent in {Intent.WHAT_IF, Intent.ASK}
    assert talk.conversation.deal == before


@pytest.mark.parametrize(("text", "fact", "value"), [
    ("if you need to know we go through a reseller", "intermediary", "reseller"),
    ("if that's what you mean, we sell through a reseller", "intermediary", "reseller"),
    ("if it matters there's a war", "conflict", "yes"),
    ("if you ask who, a reseller is between", "intermediary", "reseller"),
])
def test_an_if_that_only_leads_up_to_what_is_told_supposes_nothing(asked, text, fact, value):
    talk = asked("conflict", country="PE", end_user="police", product="cctv")
    talk.say(text)

    assert talk.conversation.deal.known(fact) == {value}


@pytest.mark.parametrize("text", [
    "is peru at war", "is peru on any list", "is peru stable", "is peru sanctioned",
])
def test_a_question_about_a_country_tells_nothing_without_its_mark(asked, text):
    """"is ethiopia at war" raised a flag."""
    talk = asked("conflict", country="PE", end_user="police", product="cctv")
    before = talk.conversation.deal
    talk.say(text)

    assert talk.messages[-1].intent in {Intent.ASK, Intent.FINDING}
    assert talk.conversation.deal == before


@pytest.mark.parametrize(("asks", "text", "known"), [
    ("conflict", "is at war", ("conflict", "yes")), ("country", "is mali", ("country", "ML")),
    ("conflict", "they are at war", ("conflict", "yes")),
    ("end_user", "is the army of peru", ("end_user", "military")),
])
def test_an_answer_may_leave_out_what_it_is_of(asked, asks, text, known):
    talk = asked(asks, **({} if asks == "country" else {"country": "PE"}), product="cctv")
    talk.say(text)

    assert talk.conversation.deal.known(known[0]) == {known[1]}


@pytest.mark.parametrize(("text", "intent"), [
    ("so?", Intent.NEXT_STEPS), ("what are our options", Intent.NEXT_STEPS),
    ("ok so?", Intent.NEXT_STEPS), ("fine?", Intent.VERDICT),
    ("ok?", Intent.VERDICT), ("alright?", Intent.VERDICT),
    # These ask nothing.
    ("so", Intent.FILLER), ("fine", Intent.FILLER), ("ok", Intent.FILLER), ("hm?", Intent.FILLER),
    ("right?", Intent.FILLER), ("ok, got it", Intent.FILLER),
])
def test_a_small_word_with_a_question_mark_asks_of_the_deal(asked, text, intent):
    talk = asked("conflict", "detentions", country="PE", end_user="police", product="cctv")
    talk.say(text)

    assert talk.messages[-1].intent is intent
    assert talk.conversation.awaiting() == ("conflict", "detentions")


# Next, and later ---------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "elections next month", "election next yr", "next month elections", "elections later this year",
    "elections next may", "no arrests, elections next month",
])
def test_what_is_told_of_a_time_to_come_passes_over_no_question(asked, text):
    """"elections next month" left it unknown whether there is turmoil, and raised no flag."""
    talk = asked("detentions", "conflict", country="PE", end_user="police", product="cctv")
    talk.say(text)

    assert talk.conversation.deal.known("conflict") == {"yes"}


@pytest.mark.parametrize(("text", "open_ones"), [
    ("next", {"detentions", "conflict"}), ("later", {"detentions", "conflict"}),
    ("ok next", {"detentions", "conflict"}), ("next please", {"detentions", "conflict"}),
    ("skip this", {"detentions", "conflict"}), ("conflict: next", {"conflict"}),
    ("detentions later, war yes", {"detentions"}),
])
def test_what_passes_over_a_question_leaves_it_open(asked, text, open_ones):
    talk = asked("detentions", "conflict", country="PE", end_user="police", product="cctv")
    talk.say(text)
    answers = talk.conversation.deal.answers

    assert {str(fact) for fact, one in answers.items() if one.values is None} == open_ones


@pytest.mark.parametrize(("text", "fact", "value"), [
    ("wrong its cameroon", "country", "CM"), ("wrong it's the army", "end_user", "military"),
    ("wrong, its cameroon", "country", "CM"), ("wrong country its cameroon", "country", "CM"),
])
def test_what_is_called_wrong_gives_way_to_what_it_is(asked, text, fact, value):
    talk = asked("detentions", "conflict", country="PE", end_user="police", product="cctv")
    talk.say(text)

    assert talk.conversation.deal.known(fact) == {value}


@pytest.mark.parametrize("text", [
    "nothing was wrong with cameroon", "whats wrong with cameroon", "is it wrong in cameroon?",
    "wrong people were held in cameroon",
])
def test_what_is_only_called_wrong_somewhere_moves_nothing(asked, text):
    talk = asked("conflict", country="PE", end_user="police", product="cctv")
    talk.say(text)

    assert talk.conversation.deal.known("country") == {"PE"}


# What a model hears more in than is said ---------------------------------------------------


@pytest.mark.parametrize(("text", "sure"), [
    ("they keep the pics 5 yrs", False), ("kept for 6 mths", False),
    ("they keep it 2 years", False), ("the pics stay with the unit only", True),
    ("only named officers see it, for 5 yrs", True), ("shared with no one, kept 2 yrs", True),
])
def test_how_long_something_is_kept_tells_nobody_who_gets_it(guidance, sentences, text, sure):
    """"they keep the pics 5 yrs" settled that only named users get at them."""
    told = Says(("data_sharing", "restricted", 0.96, text))
    talk = Talk(guidance, PlainReader(guidance, told), sentences)
    talk.conversation = replace(talk.conversation, deal=Deal({
        Fact("product"): Answer(frozenset({"cctv"}), "words", KEY)})).asking([Fact("end_use")])
    talk.say(text)

    assert talk.conversation.deal.known("data_sharing") == {"restricted"}
    assert talk.conversation.deal.settled("data_sharing") is sure


@pytest.mark.parametrize(("text", "supposed"), [
    ("ok what about oman instead", {"country": {"OM"}}),
    ("how about the army instead?", {"end_user": {"military"}}),
    ("what about drones instead of the cctv", {"product": {"drone"}}),
])
def test_what_about_another_instead_is_tried_out(asked, text, supposed):
    """It was searched, and nothing of it said."""
    talk = asked("conflict", country="PE", end_user="police", product="cctv")
    before = talk.conversation.deal
    talk.say(text)

    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert {fact: one.values for fact, one in talk.conversation.supposed.items()} == supposed
    assert talk.conversation.deal == before


@pytest.mark.parametrize(("text", "intent"), [
    ("what about oman", Intent.ASK), ("what about training instead", Intent.ASK),
    ("it's oman instead", Intent.DESCRIBE), ("what do we put instead of that clause", Intent.ASK),
])
def test_what_about_or_instead_alone_supposes_nothing(asked, text, intent):
    talk = asked("conflict", country="PE", end_user="police", product="cctv")
    talk.say(text)

    assert talk.messages[-1].intent is intent
    assert not talk.conversation.supposed


# Words that a thumb in a hurry leaves letters out of ---------------------------------------


@pytest.mark.parametrize(("text", "plain"), [
    ("wat shud i ask em", "what should i ask them"),
    ("what r the red flags", "what are the red flags"),
    ("wats left", "what's left"), ("cud we drop it", "could we drop it"),
    ("wat if the courts were weak", "what if the courts were weak"),
    ("shld i walk away", "should i walk away"),
])
def test_short_forms_are_read_as_what_they_stand_for(begin, text, plain):
    """"wat shud i ask em" was answered by "Take your time"."""
    intents = []
    for said in (text, plain):
        talk = begin()
        talk.say("cctv for the police in Kenya")
        talk.say(said)
        intents.append((talk.messages[-1].intent, talk.messages[-1].subject))

    assert intents[0] == intents[1]
    assert intents[0][0] not in {Intent.REMARK, Intent.FILLER, Intent.UNCLEAR, Intent.ASK}


def test_a_name_that_is_a_letter_away_from_a_country_moves_no_deal(guidance, sentences):
    """"gaca", the authority that was asked for, was Gaza, and the deal had a war in it."""
    def mends(text: str):
        return [Mend(0, 4, "gaza")] if text == "gaca" else []

    talk = Talk(guidance, PlainReader(guidance, mends=mends), sentences)
    talk.say("network monitoring for an airport in Saudi Arabia")
    talk.say("gaca")
    assert talk.conversation.deal.known("country") == {"SA"}

    talk = Talk(guidance, PlainReader(guidance, mends=mends), sentences)
    talk.say("cctv for the police")
    assert "country" in talk.conversation.awaiting()
    talk.say("gaca")
    assert talk.conversation.deal.known("country") == {"PS"}


def test_a_short_word_that_is_mended_tells_what_it_does_beside_others(guidance, sentences):
    def mends(text: str):
        return [Mend(0, 4, "army")] if text.startswith("arny") else []

    talk = Talk(guidance, PlainReader(guidance, mends=mends), sentences)
    talk.say("network monitoring for an airport in Saudi Arabia")
    talk.say("arny and police use it too")

    assert talk.conversation.deal.known("end_user") >= {"military", "police"}


# A dash, as keyboards without one have it ----------------------------------------------------


@pytest.mark.parametrize("dash", [" - ", " -- ", "--", " \u2013 ", " \u2014 "])
@pytest.mark.parametrize(("text", "facts"), [
    # The no reached over the dash, and who was jailed was none.
    ("no conflict{}journalists were jailed", {"conflict": {"no"}, "detentions": {"yes"}}),
    ("no conflict{}they get jailed for a tweet", {"conflict": {"no"}, "detentions": {"yes"}}),
    # It was taken for the colon of "no: detentions, conflict".
    ("no detentions{}there is conflict in the north", {"detentions": {"no"}, "conflict": {"yes"}}),
    ("no arrests{}conflict in the north", {"detentions": {"no"}, "conflict": {"yes"}}),
    ("not the police{}the army", {"end_user": {"military"}}),
    ("broker{}no, distributor{}yes", {"intermediary": {"distributor"}}),
    ("no / yes{}the 2015 terror law / no",
     {"detentions": {"no"}, "restrictive_laws": {"yes"}, "conflict": {"no"}}),
    ("detentions{}no, laws{}yes, conflict{}no",
     {"detentions": {"no"}, "restrictive_laws": {"yes"}, "conflict": {"no"}}),
])
def test_a_typed_dash_parts_what_is_said(asked, dash, text, facts):
    talk = asked(*ABROAD, product="alpr", end_user="police", country="FJ")
    talk.say(text.replace("{}", dash))

    assert {fact: talk.conversation.deal.known(Fact(fact)) for fact in facts} == facts


@pytest.mark.parametrize("dash", ["-", "--", "\u2013"])
def test_what_stands_behind_a_typed_dash_is_not_said_of_the_country_before_it(begin, dash):
    """Kenya was lost with the army that has no part."""
    talk = begin()
    talk.say(f"cctv for the police in Kenya {dash} the army is not involved")

    assert {fact: talk.conversation.deal.known(Fact(fact)) for fact in (
        "end_user", "country")} == {"end_user": {"police"}, "country": {"KE"}}


@pytest.mark.parametrize("dash", ["-", "--", "\u2013"])
def test_nobody_between_may_stand_behind_a_dash(begin, dash):
    """A longer dash made a broker of it."""
    talk = begin()
    talk.say(f"product {dash} cctv\nbuyer {dash} police\ngo-between {dash} none")

    assert not talk.conversation.deal.known(Fact("intermediary"))
    assert talk.conversation.deal.known(Fact("end_user")) == {"police"}


@pytest.mark.parametrize("dash", ["-", "\u2013"])
def test_no_idea_before_a_dash_leaves_open_what_was_asked(asked, dash):
    talk = asked(*ABROAD, product="alpr", end_user="police", country="FJ")
    talk.say(f"no idea {dash} ask the distributor")

    assert all(talk.conversation.deal.answers[fact].values is None for fact in ABROAD)
