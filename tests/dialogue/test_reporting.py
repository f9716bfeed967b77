"""A report offered for an answer counts; of several questions it is a guess at each."""

import pytest

from retrieval.guidance import Fact

DEAL = "cctv for the police in Ghana"
COUNTRY = ["detentions", "restrictive_laws", "conflict"]


def asked(begin, facts, text):
    talk = begin()
    talk.say(DEAL)
    talk.conversation = talk.conversation.asking([Fact(fact) for fact in facts])
    reply = talk.say(text)
    return talk, reply


def heard(talk):
    return {f: (a.values and set(a.values), a.sure)
            for f, a in talk.messages[-1].heard.items()}


@pytest.mark.parametrize("text", [
    "Human Rights Watch mentions it", "there's an Amnesty report on them", "CPJ wrote about it",
    "the press has reported on it", "a UN report says so", "according to Freedom House",
    "I read about it in the Guardian", "it's in the State Department report", "there are reports",
    "yes there are reports", "local NGOs have documented it",
])
def test_a_report_is_a_guess_at_each_that_reports_can_answer(begin, text):
    talk, reply = asked(begin, COUNTRY, text)
    assert heard(talk) == {"detentions": ({"yes"}, False), "restrictive_laws": ({"yes"}, False)}
    assert {q.fact for q in reply.question.all()} == set(COUNTRY)


@pytest.mark.parametrize("fact", ["detentions", "misuse_reports", "agency_misuse"])
def test_a_report_answers_the_one_question_on_reports(begin, fact):
    talk, _ = asked(begin, [fact], "CPJ wrote about it")
    assert heard(talk) == {fact: ({"yes"}, True)}


def test_what_a_report_is_guessed_to_be_of_is_settled_by_a_yes(begin):
    talk, _ = asked(begin, COUNTRY[:2], "Human Rights Watch mentions it")
    talk.say("1 yes, 2 no")
    deal = talk.conversation.deal
    assert deal.settled(Fact("detentions"))
    assert deal.known("detentions") == {"yes"}
    assert deal.known("restrictive_laws") != {"yes"}


@pytest.mark.parametrize("text", [
    "Human Rights Watch found nothing", "Amnesty doesn't mention it", "the UN reports nothing"])
def test_a_report_of_nothing_is_no_yes_and_settles_nothing(begin, text):
    talk, _ = asked(begin, COUNTRY[:2], text)
    assert heard(talk) == {"detentions": ({"no"}, False), "restrictive_laws": ({"no"}, False)}


def test_who_found_no_reports_has_looked_as_before(begin):
    talk, _ = asked(begin, COUNTRY[:2], "no such reports")
    assert heard(talk) == {"detentions": ({"no"}, True), "restrictive_laws": ({"no"}, True)}


@pytest.mark.parametrize("text", [
    "the customer reports to the UN", "we will publish a press release", "the press likes us",
    "I have to write a report", "did the press report on it?", "the government says so",
    "our partner wrote about it",
])
def test_what_is_no_report_answers_nothing(begin, text):
    talk, _ = asked(begin, COUNTRY, text)
    assert not talk.messages[-1].heard


def test_a_report_that_says_of_what_is_of_that(begin):
    talk, _ = asked(begin, COUNTRY, "CPJ wrote about arrests of journalists")
    assert talk.messages[-1].heard.keys() == {"detentions"}


def test_a_report_is_none_where_nothing_was_asked_that_reports_answer(begin):
    talk, _ = asked(begin, ["hosting", "data_sharing"], "Human Rights Watch mentions it")
    assert not talk.messages[-1].heard


@pytest.mark.parametrize("text", [
    "checked, none", "we looked and found none", "looked, came back clean", "we checked, nothing"])
@pytest.mark.parametrize("facts", [["misuse_reports"], COUNTRY])
def test_who_checked_and_found_none_has_answered_all_that_was_asked(begin, facts, text):
    talk, _ = asked(begin, facts, text)
    assert heard(talk) == {fact: ({"no"}, True) for fact in facts}


@pytest.mark.parametrize("text", ["we checked", "we looked into it"])
def test_a_look_of_which_nobody_says_what_came_is_no_answer(begin, text):
    talk, _ = asked(begin, ["misuse_reports"], text)
    assert not talk.messages[-1].heard


@pytest.mark.parametrize("text", [
    "no, nobody checked", "no, we haven't looked", "no, not checked yet", "no, I never looked"])
def test_a_no_of_which_somebody_says_that_nobody_looked_is_not_certain(begin, text):
    """"No, nobody checked" was taken for a look, since it has more than a no."""
    talk, _ = asked(begin, ["misuse_reports"], text)
    assert heard(talk).get("misuse_reports", ({"no"}, False)) in (
        ({"no"}, False), (None, True))


def test_the_reply_to_a_bare_no_says_how_it_is_settled(begin, sentences):
    hint = sentences.say("heard.not_looked")
    talk, reply = asked(begin, COUNTRY, "no")
    assert reply.heard.endswith(hint)
    assert "I checked" in hint
    talk.conversation = talk.conversation.asking([Fact("conflict")])
    assert hint not in talk.say("yes").heard


def test_in_the_end_checked_none_settles_what_bare_noes_left_open(begin):
    talk, _ = asked(begin, ["misuse_reports", "detentions"], "no")
    talk.say("advise now")
    reply = talk.say("checked, none")
    deal = talk.conversation.deal
    assert {f: (set(deal.known(f)), deal.settled(f)) for f in ("misuse_reports", "detentions")} == {
        "misuse_reports": ({"no"}, True), "detentions": ({"no"}, True)}
    assert not {"misuse_reports", "detentions"} & set(reply.open_facts)


@pytest.mark.parametrize("text", ["no, nobody looked", "did we check?", "none", "we looked"])
def test_in_the_end_nothing_less_settles_them(begin, text):
    talk, _ = asked(begin, ["misuse_reports"], "no")
    talk.say("advise now")
    talk.say(text)
    assert not talk.conversation.deal.settled(Fact("misuse_reports"))


@pytest.mark.parametrize("text", [
    "i checked all of them", "yes we looked", "checked all of em on the state dept site",
    "I checked", "we looked it up on the embassy site"])
def test_who_says_right_after_bare_noes_that_they_looked_has_settled_these(begin, text):
    """The reply to a bare no asks whether anybody looked, and took "I checked" for no answer."""
    talk, _ = asked(begin, COUNTRY, "no to all")
    assert talk.conversation.awaiting()
    asks = talk.conversation.awaiting()
    talk.say(text)
    deal = talk.conversation.deal

    assert all(deal.known(fact) == {"no"} and deal.settled(fact) for fact in COUNTRY)
    assert not any(deal.answered(fact) for fact in asks)
    assert talk.conversation.awaiting() == asks


@pytest.mark.parametrize("text", [
    "nobody checked", "I checked, they arrest journalists", "did you check all of them?",
    "we will check", "haven't looked"])
def test_who_says_less_or_more_than_that_has_not(begin, text):
    talk, _ = asked(begin, COUNTRY, "no to all")
    unsettled = [fact for fact in COUNTRY if not talk.conversation.deal.settled(Fact(fact))]
    talk.say(text)
    deal = talk.conversation.deal

    assert unsettled
    assert not any(deal.settled(fact) for fact in unsettled if deal.known(fact) == {"no"})


@pytest.mark.parametrize(("text", "looked"), [
    ("nah all fine", False), ("no, it's all good", False), ("all good there", False),
    ("nope, all good there, checked everything", True),
])
def test_who_calls_it_all_fine_says_no_to_what_was_asked(begin, text, looked):
    """"nah all fine" was taken for no answer to three questions, and "all good there" for one."""
    talk, _ = asked(begin, COUNTRY, text)

    said = heard(talk)
    assert {fact: values for fact, (values, _) in said.items()} == {f: {"no"} for f in COUNTRY}
    assert said["detentions"][1] is looked


@pytest.mark.parametrize("text", ["yes, all fine", "all good", "is it all good there?",
                                  "all fine there, the army helps"])
def test_who_does_not_say_so_has_answered_nothing_with_it(begin, text):
    talk, _ = asked(begin, COUNTRY, text)

    assert "detentions" not in heard(talk)


def test_what_a_no_would_not_settle_is_not_called_fine(begin):
    talk, _ = asked(begin, ["judicial_oversight", "detentions"], "nah all fine")

    assert heard(talk).keys() == {"detentions"}
