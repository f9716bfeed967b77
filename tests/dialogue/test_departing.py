"""Who has left the deal takes along what was found of them, and nothing else."""

from datetime import timedelta

import pytest

from bot.dialogue.changes import Part
from bot.dialogue.claims.departing import departed
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Status
from retrieval.guidance import Fact
from tests.dialogue.talking import WHEN, Says, Talk

OPENER = "drones for the police in Kenya via a reseller"
FOUND = {"government_ties": ["yes"], "hidden_ownership": ["no"]}


def told(begin, opener: str = OPENER, **found):
    talk = begin()
    talk.say(opener)
    talk.choose({**FOUND, **found})
    return talk


def raised(talk) -> set[str]:
    return {f.id for f in talk.replies[-1].flags if f.status is Status.RAISED}


@pytest.mark.parametrize("said", [
    "no reseller, direct sale now", "we sell to them direct, not through a reseller",
    "correction: we sell it direct", "no middleman any more",
])
def test_a_flag_on_the_ties_of_a_reseller_goes_with_the_reseller(begin, said):
    talk = told(begin)
    assert "sg-c4-rf1" in raised(talk)

    reply = talk.say(said)

    assert talk.conversation.deal.known("intermediary") == {"none"}
    assert not talk.conversation.deal.answered("government_ties")
    assert not talk.conversation.deal.answered("hidden_ownership")
    assert "sg-c4-rf1" not in raised(talk)
    assert [n.id for n in reply.changes.named(Part.FLAGS_REMOVED)] == ["sg-c4-rf1"]
    assert "ties to a government" in reply.heard
    assert "hidden or partial government ownership" in reply.heard


def test_the_corrected_deal_is_that_of_who_sold_direct_from_the_start(begin):
    talk, fresh = told(begin), begin()
    talk.say("no reseller, it's direct")
    fresh.say("drones for the police in Kenya, no reseller")
    held = [{f: (a.values, a.sure) for f, a in t.conversation.deal.answers.items()}
            for t in (talk, fresh)]
    assert held[0] == held[1]
    left, right = talk.say("advise now"), fresh.say("advise now")
    assert [(f.id, f.status) for f in left.flags] == [(f.id, f.status) for f in right.flags]
    assert left.open_facts == right.open_facts
    assert left.coverage == right.coverage


def test_of_another_go_between_later_it_is_asked_anew(begin):
    talk = told(begin)
    talk.conversation = talk.conversation.asking(["government_ties", "hidden_ownership"])
    talk.choose({"intermediary": ["none"]})
    talk.choose({"intermediary": ["broker"]})
    assert not talk.conversation.deal.answered("government_ties")
    reply = talk.replies[-1]
    asked: set[str] = set()
    while reply.question is not None:
        now = [q.fact for q in reply.question.all()]
        asked.update(now)
        reply = talk.choose(dict.fromkeys(now))
    assert {"government_ties", "hidden_ownership"} <= asked


@pytest.mark.parametrize(("found", "then"), [
    ({"end_user": ["private-company"]}, {"intermediary": ["none"]}),  # perhaps it was of them
    ({}, {"intermediary": ["distributor"]}),  # perhaps only called otherwise
    ({"intermediary": ["reseller", "broker"]}, {"intermediary": ["broker"]}),
    ({}, {"intermediary": None}),
    ({}, {"intermediary": ["none"], "government_ties": ["yes"]}),  # told of the deal as it is
])
def test_what_may_still_hold_stays(begin, found, then):
    talk = told(begin, **found)
    talk.choose(then)
    assert talk.conversation.deal.known("government_ties") == {"yes"}
    assert "sg-c4-rf1" in raised(talk)


def test_who_only_may_be_gone_takes_nothing_along(begin):
    talk = told(begin)
    talk.say("maybe we sell direct")
    assert talk.conversation.deal.known("government_ties") == {"yes"}


def test_what_was_told_before_anybody_stood_between_is_of_nobody_who_left(begin):
    talk = begin()
    talk.say("drones for the police in Kenya")
    talk.choose({"government_ties": ["yes"]})
    talk.choose({"intermediary": ["none"]})
    assert "sg-c4-rf1" in raised(talk)


def test_what_left_in_one_breath_does_not_come_back_with_the_next_part(begin):
    """Parts that follow at once are read as one, and the first of them told of the ties."""
    talk = begin()
    parts = [OPENER, "the reseller has close ties to the regime", "no reseller, it's direct",
             "to catch speeding drivers"]
    for n, text in enumerate(parts):
        talk.say(text, WHEN + timedelta(seconds=4 * n))
        if n == 1:
            assert "sg-c4-rf1" in raised(talk)
    assert talk.conversation.deal.known("end_use") == {"traffic"}
    assert not talk.conversation.deal.answered("government_ties")
    assert "sg-c4-rf1" not in raised(talk)


def test_supposed_to_be_direct_the_deal_has_no_flag_of_the_resellers(begin):
    talk = told(begin)
    foretold = talk.say("what if we sell direct?")
    assert [n.id for n in foretold.changes.named(Part.FLAGS_REMOVED)] == ["sg-c4-rf1"]
    assert talk.conversation.deal.known("government_ties") == {"yes"}
    done = talk.say("ok do that")
    assert [n.id for n in done.changes.named(Part.FLAGS_REMOVED)] == ["sg-c4-rf1"]
    assert not talk.conversation.deal.answered("government_ties")


def test_what_no_question_ties_to_a_go_between_is_not_taken_along(guidance):
    def deal(**facts: str) -> Deal:
        return Deal({Fact(f): Answer(frozenset({v}), v, MessageKey("1"))
                     for f, v in facts.items()})

    before = deal(end_user="police", intermediary="reseller", government_ties="yes",
                  hidden_ownership="yes", party_reported="yes", onward_supply="yes",
                  transparency="evasive")
    after = before.with_answers(deal(intermediary="none").answers)
    assert departed(before, after, guidance) == {"government_ties", "hidden_ownership"}
    assert departed(after, before, guidance) == frozenset()


@pytest.mark.parametrize("said", [
    "the reseller is out of the deal", "we got rid of the reseller", "the reseller dropped out",
    "we parted ways with the reseller",
])
def test_a_reseller_who_left_is_not_there_whatever_a_model_hears(guidance, sentences, said):
    hears = Says(("intermediary", "reseller", 0.6 if said.startswith("we") else 0.95, "reseller"))
    talk = Talk(guidance, PlainReader(guidance, hears), sentences)
    talk.choose({"product": ["drone"], "end_user": ["police"], "country": ["KE"],
                 "intermediary": ["reseller"], **FOUND})
    talk.say(said)
    assert "reseller" not in talk.conversation.deal.known("intermediary")
    assert not talk.conversation.deal.answered("government_ties")
    assert "sg-c4-rf1" not in raised(talk)


@pytest.mark.parametrize("said", [
    "the reseller is out of stock", "the reseller is out of office",
    "the reseller sends the papers",
])
def test_a_reseller_who_is_only_away_is_still_there(guidance, sentences, said):
    talk = Talk(guidance, PlainReader(
        guidance, Says(("intermediary", "reseller", 0.95, "reseller"))), sentences)
    talk.choose({"intermediary": ["reseller"], **FOUND})
    talk.say(said)
    assert talk.conversation.deal.known("intermediary") == {"reseller"}
    assert talk.conversation.deal.known("government_ties") == {"yes"}


OWNED = {"intermediary": ["distributor"], "government_ties": ["yes"], "hidden_ownership": ["yes"]}


@pytest.mark.parametrize(("said", "left"), [
    ("no agent", "none"), ("no broker", "none"), ("no reseller", "none"),  # it is a distributor
    ("we could sell direct", "none"), ("we'd like to sell direct", "none"),
    ("delivery goes directly to the customer", "none"), ("no distributor discount", "none"),
    ("training is arranged directly with the customer", "none"),
    ("no other distributor", "distributor"), ("no second distributor", "distributor"),
    ("we might drop the distributor", "distributor"),
    ("we want to drop the distributor", "distributor"),
    ("we are trying to drop the distributor", "distributor"),
])
def test_what_ends_no_go_between_takes_nothing_along(begin, said, left):
    talk = told(begin, **OWNED)
    assert raised(talk) == {"sg-c4-rf1", "sg-c4-rf4"}
    talk.say(said)
    assert raised(talk) == {"sg-c4-rf1", "sg-c4-rf4"}
    assert talk.conversation.deal.known("intermediary") == {left}
    assert talk.conversation.deal.settled("intermediary") is (left == "distributor")


@pytest.mark.parametrize("said", [
    "we dropped the distributor, direct sale now", "no distributor anymore", "no go-between",
    "we sell to them ourselves", "no distributor", "no reseller, we sell direct",
    "not through a distributor", "there is no distributor in this deal", "no middleman now",
    "the distributor is out of the deal",
])
def test_what_surely_ends_the_go_between_takes_its_flags_along(begin, said):
    talk = told(begin, **OWNED)
    talk.say(said)
    assert raised(talk) == set()
    assert not talk.conversation.deal.answered("government_ties")
    assert "distributor" not in talk.conversation.deal.known("intermediary")


def test_no_distributor_anymore_is_sure_however_little_a_model_hears(guidance, sentences):
    hears = Says(("intermediary", "none", 0.5, "no distributor anymore"))
    talk = Talk(guidance, PlainReader(guidance, hears), sentences)
    talk.choose({"product": ["drone"], "end_user": ["police"], "country": ["KE"], **OWNED})
    talk.say("no distributor anymore")
    assert talk.conversation.deal.settled("intermediary")
    assert raised(talk) == set()


def test_that_nobody_of_another_kind_is_between_takes_the_ties_away_once_it_is_sure(begin):
    talk = told(begin, **OWNED)
    before = raised(talk)
    talk.say("no reseller")
    assert before
    assert raised(talk) == before
    assert talk.conversation.deal.guessed(Fact("intermediary"))
    talk.choose({"intermediary": ["none"]})
    assert raised(talk) == set()


def test_asked_who_is_between_no_reseller_says_what_it_says(begin):
    talk = begin()
    talk.say("drones for the police in Kenya")
    talk.conversation = talk.conversation.asking([Fact("intermediary")])
    talk.say("no reseller")
    assert talk.conversation.deal.settled("intermediary")
    assert talk.conversation.deal.known("intermediary") == {"none"}


@pytest.mark.parametrize(("then", "record"), [
    ("no reseller after all", None), ("we sell direct, without the reseller", None),
    ("we might drop the reseller", True),
])
def test_what_is_said_of_a_reseller_by_name_leaves_with_it(begin, then, record):
    talk = begin()
    for text in ("cctv for the police in Peru via a reseller",
                 "the reseller has been reported for misuse", then):
        talk.say(text)
    answer = talk.conversation.deal.answers.get(Fact("party_reported"))
    assert (answer and answer.sure) is record


def test_what_is_said_of_the_police_stays_when_the_reseller_leaves(begin):
    talk = begin()
    for text in ("cctv for the police in Peru via a reseller", "journalists are jailed",
                 "no reseller after all"):
        talk.say(text)
    assert talk.conversation.deal.known("detentions") == {"yes"}


def test_of_a_new_broker_it_is_asked_back_whether_it_holds_too(begin):
    talk = begin()
    for text in ("cctv for the police in Peru via a reseller",
                 "the reseller has been reported for misuse", "now it's a broker"):
        talk.say(text)
    deal = talk.conversation.deal
    assert deal.known("intermediary") == {"broker"}
    assert deal.known("party_reported") == {"yes"}
    assert deal.guessed("party_reported")
    assert "sg-c4-rf2" in raised(talk)


@pytest.mark.parametrize("said", [
    "we used to go through a reseller", "that used to be a reseller",
    "until recently we sold via a reseller",
])
def test_through_whom_it_once_went_is_nobody_between_now(begin, said):
    """The reseller of before was taken for one of this deal, for certain."""
    first, later = begin(), told(begin)
    first.say(f"drones for the police in Kenya, {said}")
    later.say(said)

    assert first.conversation.deal.known("intermediary") == frozenset()
    assert first.conversation.deal.known("product") == {"drone"}
    assert later.conversation.deal.known("intermediary") == frozenset()
    assert "sg-c4-rf1" not in raised(later)


@pytest.mark.parametrize("said", [
    "the reseller used to be army", "the reseller is one we used to work with",
    "the police used to have trouble with it",
])
def test_what_once_was_so_of_others_takes_nobody_away(begin, said):
    talk = told(begin)
    talk.say(said)

    assert talk.conversation.deal.known("intermediary") == {"reseller"}
    assert talk.conversation.deal.known("product") == {"drone"}
