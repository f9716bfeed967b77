"""One fact of a deal is put right, or supposed to be otherwise: it changes, and nothing else does.

What the packaged model hears in the words is written out.
"""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.dialogue.deal import Deal
from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Status
from retrieval.guidance import Fact
from retrieval.words.tells import ANY
from tests.dialogue.talking import WHEN, Says, Talk

TOGO = ("country", ANY, 1.0, "Togo")
POLICE = ("end_user", "police", 1.0, "police")
DRONES = ("product", "drone", 1.0, "drones")
DEAL = "drones for the Togo police. "
LATER, AT_ONCE = timedelta(minutes=5), timedelta(seconds=3)


def talking(guidance, sentences, *said: str, told=(), pause: timedelta = LATER) -> Talk:
    talk = Talk(guidance, PlainReader(guidance, Says(TOGO, POLICE, DRONES, *told)), sentences)
    for n, text in enumerate(said):
        talk.say(text, WHEN + n * pause)
    return talk


def noted(deal: Deal, fact: str) -> tuple[set[str], bool] | None:
    """The values and whether nothing is in doubt about them."""
    answer = deal.answers.get(Fact(fact))
    return None if answer is None else (
        set(answer.values or ()), answer.certain and not answer.guessed)


def raised(talk: Talk) -> set[str]:
    return {flag.id for flag in talk.replies[-1].flags if flag.status is Status.RAISED}


JAILED, NOBODY = "journalists are jailed there", "no journalists are jailed there"
STATE, NO_STATE = "the ministry is among its owners", "the state doesn't hold any shares"


@pytest.mark.parametrize(("text", "expected"), [
    (f"sorry, that was wrong: {NOBODY}", ({"no"}, True)),
    (f"no, {NOBODY}", ({"no"}, True)),
    (f"we were wrong, {NOBODY}", ({"no"}, True)),
    # Said without a word that puts anything right, it is asked back as ever.
    (NOBODY, ({"yes"}, False)),
    (f"sorry, maybe {NOBODY}", ({"yes"}, False)),
    (f"no, {JAILED}", ({"yes"}, True)),
])
def test_what_is_put_right_in_its_own_words_is_not_asked_back(
        guidance, sentences, text, expected):
    talk = talking(guidance, sentences, DEAL + JAILED, text, told=(
        ("detentions", "yes", 1.0, JAILED), ("detentions", "no", 0.6, NOBODY)))

    assert noted(talk.conversation.deal, "detentions") == expected
    assert ("sg-c2-rf3" in raised(talk)) is (expected != ({"no"}, True))


def test_what_is_denied_in_the_words_it_was_told_in_is_put_right(guidance, sentences):
    bad, not_so = "Such drones were misused in Asia.", "such drones were not misused"
    talk = talking(guidance, sentences, DEAL + bad, f"my mistake, {not_so}", told=(
        ("misuse_reports", "yes", 1.0, bad), ("misuse_reports", "no", 0.6, not_so)))

    assert noted(talk.conversation.deal, "misuse_reports") == ({"no"}, True)


@pytest.mark.parametrize(("chance", "expected"), [
    (0.87, ({"no"}, True)),
    (0.6, ({"yes"}, False)),
])
def test_what_a_model_alone_hears_put_right_has_to_be_clear(
        guidance, sentences, chance, expected):
    talk = talking(guidance, sentences, "cams for a Togo firm. " + STATE, f"no, {NO_STATE}", told=(
        ("end_user", "private-company", 1.0, "firm"), ("hidden_ownership", "yes", 1.0, STATE),
        ("hidden_ownership", "no", chance, NO_STATE)))

    assert noted(talk.conversation.deal, "hidden_ownership") == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("good news, they accepted the clause now", ({"accepted"}, True)),
    ("turns out they accepted the clause", ({"accepted"}, True)),
    # It may be of something else, and so is asked back.
    ("ok, they accepted now", ({"refused"}, False)),
])
def test_news_of_what_was_answered_is_the_answer_now(guidance, sentences, text, expected):
    refused = "They refused the clause."
    talk = talking(guidance, sentences, DEAL + refused, text, told=(
        ("human_rights_clause", "refused", 1.0, refused),
        ("human_rights_clause", "accepted", 1.0, text)))

    assert noted(talk.conversation.deal, "human_rights_clause") == expected


def test_news_of_another_user_takes_nobody_away(guidance, sentences):
    talk = talking(guidance, sentences, DEAL, "turns out the army uses them too", told=(
        ("end_user", "military", 1.0, "the army uses them too"),))

    assert noted(talk.conversation.deal, "end_user") == ({"police", "military"}, True)


QUIET, CLASHES = "It's calm there, no conflict.", "there are clashes every night in the north"


@pytest.mark.parametrize("pause", [LATER, AT_ONCE])
@pytest.mark.parametrize(("first", "then", "raises"), [
    (QUIET, CLASHES, True),
    (QUIET, f"turns out {CLASHES}", True),
    (QUIET, "quote is due on Friday", False),
])
def test_a_charge_right_behind_its_denial_is_no_half_of_it(
        guidance, sentences, first, then, raises, pause):
    """Read as one with "no conflict" before it, "clashes every night" raised nothing."""
    talk = talking(guidance, sentences, DEAL + first, then, pause=pause, told=(
        ("conflict", "no", 1.0, QUIET), ("conflict", "yes", 0.97, CLASHES)))

    assert ("sg-c2-rf2" in raised(talk)) is raises


@pytest.mark.parametrize(("text", "expected"), [
    ("I said gait, I meant facial recognition", {"facial-recognition"}),
    ("I meant facial recognition", {"facial-recognition"}),
    ("I said gait, they mean facial recognition is next door", {"gait-recognition"}),
])
def test_what_was_meant_takes_the_place_though_no_model_hears_it(
        guidance, sentences, text, expected):
    talk = talking(guidance, sentences, "gait recognition for the Togo police", text, told=(
        ("product", "gait-recognition", 1.0, "gait recognition"),
        ("product", "facial-recognition", 0.15, "facial recognition")))

    assert talk.conversation.deal.known(Fact("product")) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("sorry, no misuse of such drones is reported", {"drone"}),
    ("sorry, no complaints about the drones", {"drone"}),
    ("sorry, no drones", set()),
])
def test_no_misuse_of_a_product_takes_no_product_away(guidance, sentences, text, expected):
    talk = Talk(guidance, PlainReader(guidance, Says(
        TOGO, POLICE, ("product", "video-analytics", 1.0, "video analytics"),
        ("product", "drone", 1.0, "and drones"), ("product", "drone", 0.45, "drones"))), sentences)
    talk.say("video analytics and drones for the Togo police", WHEN)
    talk.say(text, WHEN + LATER)

    assert talk.conversation.deal.known(Fact("product")) == {"video-analytics"} | expected


@pytest.mark.parametrize(("text", "users", "places"), [
    ("sorry, the drones are for the army", {"military", "police"}, {"TG"}),
    ("no wait, the drones are for the army", {"military", "police"}, {"TG"}),
    ("no, the drones will go to the army", {"military", "police"}, {"TG"}),
    ("sorry, the drones are in Mali", {"police"}, {"TG", "ML"}),
])
def test_what_is_put_right_of_one_product_is_of_none_beside_it(
        guidance, sentences, text, users, places):
    """The video analytics were dropped, and the police with them."""
    talk = Talk(guidance, PlainReader(guidance, Says(
        TOGO, POLICE, ("country", ANY, 1.0, "Mali"), ("end_user", "military", 0.96, "army"),
        ("product", "video-analytics", 1.0, "video analytics"),
        ("product", "drone", 0.98, "drones"))), sentences)
    talk.say("video analytics and drones for the Togo police", WHEN)
    talk.say(text, WHEN + LATER)

    deal = talk.conversation.deal
    assert deal.known(Fact("product")) == {"video-analytics", "drone"}
    assert deal.known(Fact("end_user")) == users
    assert deal.known(Fact("country")) == places


@pytest.mark.parametrize("text", ["sorry, just the drones", "sorry, I meant drones for the army"])
def test_what_names_the_product_that_it_is_takes_the_place_of_others(guidance, sentences, text):
    talk = Talk(guidance, PlainReader(guidance, Says(
        TOGO, POLICE, ("end_user", "military", 0.96, "army"),
        ("product", "video-analytics", 1.0, "video analytics"),
        ("product", "drone", 0.98, "drones"))), sentences)
    talk.say("video analytics and drones for the Togo police", WHEN)
    talk.say(text, WHEN + LATER)

    assert talk.conversation.deal.known(Fact("product")) == {"drone"}


@pytest.mark.parametrize(("text", "users"), [
    ("it's state owned", {"telecom-operator", "state-owned-company"}),
    ("they are government-owned", {"telecom-operator", "state-owned-company"}),
    ("the customer is owned by the state", {"telecom-operator", "state-owned-company"}),
    ("it's a state company", {"state-owned-company"}),
])
def test_how_the_end_user_is_takes_no_place_of_who_it_is(guidance, sentences, text, users):
    """The telco was dropped, with what is asked of one."""
    words = "telco", "state owned", "government-owned", "owned by the state", "state company"
    talk = Talk(guidance, PlainReader(guidance, Says(TOGO, ("product", "cctv", 1.0, "cctv"), *(
        ("end_user", "telecom-operator" if said == "telco" else "state-owned-company", 0.98, said)
        for said in words))), sentences)
    talk.say("cctv for a telco in Togo", WHEN)
    talk.say(text, WHEN + LATER)

    assert talk.conversation.deal.known(Fact("end_user")) == users


@pytest.mark.parametrize(("text", "uses"), [
    ("they will not tell us what it's for", ({"crowd-monitoring"}, {"undisclosed"})),
    ("sorry, they will not tell us what it's for", ({"undisclosed"}, set())),
])
def test_who_will_not_say_what_it_is_for_takes_no_use_back(guidance, sentences, text, uses):
    """What the protests had raised was gone."""
    talk = Talk(guidance, PlainReader(guidance, Says(
        TOGO, POLICE, DRONES, ("end_use", "crowd-monitoring", 1.0, "to watch protests"),
        ("end_use", "undisclosed", 0.98, "will not tell us what it's for"))), sentences)
    talk.say("drones for the Togo police, to watch protests", WHEN)
    watching = "monitoring-of-assemblies"
    assert watching in raised(talk)
    talk.say(text, WHEN + LATER)

    answer = talk.conversation.deal.answers[Fact("end_use")]
    assert (answer.values, answer.instead) == uses
    assert (watching in raised(talk)) is (not text.startswith("sorry"))


@pytest.mark.parametrize(("text", "sure"), [
    ("yes in the north, no in the south", False), ("no in the south, yes in the north", False),
    ("no in the south", False), ("no", True),
])
def test_yes_and_no_by_region_is_no_sure_no(guidance, sentences, text, sure):
    """Where a model hears the no as well, it settled that there is no conflict."""
    talk = talking(guidance, sentences, DEAL, text, told=(
        ("conflict", "no", 0.9, "no in the south" if "south" in text else text),))

    assert {"detentions", "restrictive_laws", "conflict"} <= set(talk.conversation.asked)
    assert talk.conversation.deal.certain(Fact("conflict")) is sure


def test_whose_it_is_not_says_nothing_of_ties(guidance, sentences):
    partly, no = "partly owned by the government", "it's not owned by the government at all"
    talk = talking(guidance, sentences, f"cams for a Togo firm {partly}", f"wait no, {no}", told=(
        ("end_user", "private-company", 1.0, "firm"), ("hidden_ownership", "yes", 0.92, partly),
        ("hidden_ownership", "no", 0.94, no), ("government_ties", "no", 0.15, no)))

    deal = talk.conversation.deal
    assert noted(deal, "hidden_ownership") == ({"no"}, True)
    assert noted(deal, "government_ties") != ({"no"}, True)


@pytest.mark.parametrize(("text", "instead"), [
    ("the war? that's over", {"no"}),
    ("the war? it's over since spring", {"no"}),
    ("the war? that's not over", set()),
    ("the war? the talks are what is over", set()),
])
def test_what_heads_its_end_is_what_ended(guidance, sentences, text, instead):
    war = "There's a war."
    talk = talking(guidance, sentences, DEAL + war, text, told=(
        ("conflict", "yes", 0.89, text.split("?")[0]), ("conflict", "yes", 1.0, war)))

    answer = talk.conversation.deal.answers[Fact("conflict")]
    assert (set(answer.values), set(answer.instead)) == ({"yes"}, instead)


# A word of the flip ------------------------------------------------------------------------


def test_whom_it_passes_things_on_to_is_abroad(guidance, sentences):
    """"They pass gear on to militias in Sudan" was taken for news of Sudan's own, and lost."""
    on = "They pass gear on to militias in Sudan."
    talk = talking(guidance, sentences, f"drones for the Togo army. {on}", told=(
        ("end_user", "military", 1.0, "army"), ("onward_supply", "yes", 0.96, on)))

    assert noted(talk.conversation.deal, "onward_supply") == ({"yes"}, True)
    assert "sg-c2-rf5" in raised(talk)


@pytest.mark.parametrize("words", [
    "The army of Sudan passes gear on to militias.", "Sudan's army passes gear on to militias.",
])
def test_what_others_pass_on_is_not_told_of_this_one(guidance, sentences, words):
    talk = talking(guidance, sentences, f"drones for the Togo police. {words}", told=(
        ("onward_supply", "yes", 0.96, words),))

    assert noted(talk.conversation.deal, "onward_supply") is None


@pytest.mark.parametrize(("words", "chance", "expected"), [
    ("No state owns any part of it.", 1.0, ({"no"}, True)),
    ("The state owns a part of it.", 1.0, ({"yes"}, True)),
])
def test_a_party_that_there_is_none_of_is_not_told_apart(
        guidance, sentences, words, chance, expected):
    """"No state owns any part" told a state from a telco, and the "part" counted as a yes."""
    talk = talking(guidance, sentences, f"cloud hosting for a Togo telco. {words}", told=(
        ("end_user", "telecom-operator", 1.0, "telco"),
        ("hidden_ownership", next(iter(expected[0])), chance, words)))

    assert noted(talk.conversation.deal, "hidden_ownership") == expected


def test_a_denial_that_is_clearly_of_the_agency_is_none_of_the_product(guidance, sentences):
    never = "The service has never been accused of misusing such tools"
    talk = talking(guidance, sentences, DEAL + never, told=(
        ("agency_misuse", "no", 0.99, never),))

    assert noted(talk.conversation.deal, "agency_misuse") == ({"no"}, True)
    assert noted(talk.conversation.deal, "misuse_reports") is None


CAUGHT = "The agency was caught abusing such tools."


@pytest.mark.parametrize(("text", "left"), [
    ("sorry, this agency has no record of misuse", None),
    ("sorry, perhaps this agency has no record of misuse", ({"yes"}, False)),
    ("the quote is due on Friday", ({"yes"}, False)),
])
def test_what_was_guessed_in_the_words_of_a_fact_goes_with_it(guidance, sentences, text, left):
    talk = talking(guidance, sentences, DEAL + CAUGHT, text, told=(
        ("agency_misuse", "yes", 0.99, CAUGHT), ("misuse_reports", "yes", 0.89, CAUGHT),
        ("agency_misuse", "no", 1.0, "has no record of misuse")))

    assert noted(talk.conversation.deal, "misuse_reports") == left
    assert ("sg-c1-rf1" in raised(talk)) is (left is not None)


# What is only supposed ---------------------------------------------------------------------


REFUSED, JAIL = "They refused the clause.", "Journalists are jailed."
MISUSED = "They misused such tools."


@pytest.mark.parametrize(("first", "opening", "words", "chance", "fact", "value"), [
    (REFUSED, "what if", "they accept the clause", 0.98, "human_rights_clause", "accepted"),
    (JAIL, "what if", "nobody was detained there", 0.9, "detentions", "no"),
    (MISUSED, "and if", "they had never misused anything", 0.98, "agency_misuse", "no"),
    ("", "and if", "it were spyware instead of drones", 0.0, "product", "spyware"),
    ("", "say the", "courts were weak", 0.9, "judicial_oversight", "weak"),
    ("", "if", "the courts were weak", 0.9, "judicial_oversight", "weak"),
    ("", "if", "they had misused such tools", 0.0, "agency_misuse", "yes"),
])
@pytest.mark.parametrize("then", ["", ", what then", ", would that change the advice"])
def test_what_is_supposed_is_tried_out_and_noted_nowhere(
        guidance, sentences, first, opening, words, chance, fact, value, then):
    told = (("human_rights_clause", "refused", 1.0, REFUSED), ("detentions", "yes", 1.0, JAIL),
            ("agency_misuse", "yes", 1.0, MISUSED), (fact, value, chance, words))
    question = f"{opening} {words}{then}" + ("" if opening == "say the" and not then else "?")
    talk = talking(guidance, sentences, DEAL + first, question, told=told)

    asked = talk.messages[-1]
    assert asked.intent is Intent.WHAT_IF
    assert {f: set(a.values) for f, a in asked.supposed.items()} == {fact: {value}}
    assert _values(talk.conversation.deal) == _values(
        talking(guidance, sentences, DEAL + first, told=told).conversation.deal)


@pytest.mark.parametrize("text", [
    "if they misuse it we'd cut them off", "if so, who signs?",
    "if I recall, they are the good ones?",
    "what if they use it against people?",
])
def test_a_condition_that_supposes_nothing_of_the_deal_is_no_supposition(
        guidance, sentences, text):
    talk = talking(guidance, sentences, DEAL, text)

    assert not talk.messages[-1].supposed
    assert noted(talk.conversation.deal, "agency_misuse") is None


def _values(deal: Deal) -> Mapping[str, set[str]]:
    return {str(fact): set(answer.values or ()) for fact, answer in deal.answers.items()}
