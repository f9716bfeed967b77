"""What hurried people say amid a deal is heard as that, and as nothing else."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from retrieval.matches import Found
from tests.dialogue.talking import Says, Talk

FIRST = "cctv for the police in Ghana, against burglary"


@pytest.fixture
def charged(begin):
    """A deal in which it was told last that journalists are jailed."""
    talk = begin()
    talk.say(FIRST)
    talk.say("they jail journalists there")
    assert talk.conversation.deal.known("detentions") == {"yes"}
    return talk


@pytest.mark.parametrize("text", [
    "wait I mixed that up, that was Togo", "that was Togo", "no sorry, that was in Togo",
    "no sorry that was another country", "sorry, that was a different country",
    "no, that happened elsewhere", "I confused them, that was somewhere else",
    "but not by this police", "not by these police",
])
def test_who_says_that_it_was_elsewhere_has_moved_no_deal(charged, text):
    before = charged.conversation.deal
    reply = charged.say(text)
    deal = charged.conversation.deal

    for fact in ("country", "end_user", "product"):
        assert deal.answers[fact] == before.answers[fact]
    assert deal.answers["detentions"].instead == {"no"}
    assert deal.known("detentions") == {"yes"}
    assert [one.fact for one in reply.question.all()] == ["detentions"]
    assert not deal.answered("onward_supply")


def test_behind_what_told_the_country_it_puts_that_right(begin):
    talk = begin()
    talk.say("cctv for the police in Ghana")
    talk.say("sorry, it was Togo")

    assert talk.conversation.deal.known("country") == {"TG"}


def test_what_the_end_user_is_not_is_still_taken_back(charged):
    charged.say("it's not for the police")

    assert not charged.conversation.deal.known("end_user")


@pytest.mark.parametrize("text", ["can I quote now?", "can we quote?", "can i quote"])
def test_who_wants_to_quote_asks_for_leave_and_not_for_the_sources(begin, text):
    talk = begin()
    talk.say(FIRST)
    talk.say(text)

    assert talk.messages[-1].intent is Intent.VERDICT


@pytest.mark.parametrize("text", ["quote the source please", "show me the quote", "citations?"])
def test_who_wants_the_sources_quoted_sees_them(begin, text):
    talk = begin()
    talk.say(FIRST)
    talk.say(text)

    assert talk.messages[-1].intent is Intent.SHOW_SOURCES


@pytest.mark.parametrize("text", ["ok what else", "what else?", "ok, anything else?"])
def test_what_else_wants_the_next_question_and_no_verdict(begin, text):
    talk = begin()
    talk.say(FIRST)
    before = talk.conversation.awaiting()
    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.GO_ON
    assert tuple(one.fact for one in reply.question.all()) == before


def test_who_is_named_after_all_is_no_longer_undisclosed(begin):
    talk = begin()
    talk.say("lawful interception through a reseller who won't say who the end customer is")
    assert talk.conversation.deal.known("end_user") == {"undisclosed"}
    assert talk.conversation.pending == "country"
    reply = talk.say("he now says it's the telecom regulator of Chad")

    assert talk.conversation.deal.known("end_user") == {"telecom-regulator"}
    assert talk.conversation.deal.known("country") == {"TD"}
    assert "undisclosed-end-user" not in {f.id for f in reply.flags if f.status == "raised"}


def test_who_is_named_in_passing_takes_nobody_s_place(begin):
    talk = begin()
    talk.say("lawful interception through a reseller who won't say who the end customer is")
    talk.say("Chad, where the police ignore the courts")

    assert talk.conversation.deal.known("end_user") == {"undisclosed"}


@pytest.mark.parametrize("text", [
    "no laws against that", "the law has nothing against that", "there's no privacy law there",
])
def test_that_no_law_stops_something_tells_of_no_harsh_laws(begin, text):
    talk = begin()
    talk.say(FIRST)
    talk.say(text)

    assert not talk.conversation.deal.known("restrictive_laws")


def test_that_nothing_is_forbidden_tells_of_them(begin):
    talk = begin()
    talk.say(FIRST)
    talk.say("no laws against protest there")

    assert talk.conversation.deal.known("restrictive_laws") == {"no"}


@pytest.mark.parametrize("text", [
    "not sure these reports are credible", "no idea whether the reports are true",
])
def test_doubts_of_reports_leave_nothing_open_that_no_report_answers(begin, text):
    talk = begin()
    talk.say("facial recognition for the police in Kenya")
    assert talk.conversation.awaiting() == ("end_use",)
    talk.say(text)

    assert not talk.conversation.deal.answered("end_use")
    assert talk.conversation.awaiting() == ("end_use",)


def test_what_is_noted_as_a_guess_is_said_back_as_one(begin):
    talk = begin()
    talk.say("cctv for Ghana, against burglary, maybe through a reseller")
    lead = talk.say("what did you note?").lead[0].text

    assert "intermediary: Reseller (not certain)" in lead
    assert "product: CCTV cameras ·" in lead


def test_what_is_tried_out_is_not_called_uncertain(begin):
    talk = begin()
    talk.say(FIRST)
    lead = talk.say("what if it was maybe through a reseller?").lead[0].text

    assert "intermediary: Reseller." in lead


def test_a_place_that_was_not_asked_is_no_answer_to_what_was(begin):
    talk = begin()
    talk.say(FIRST)
    talk.say("no conflict there, we checked")
    talk.say("detentions: none, we checked")
    (asked,) = talk.conversation.awaiting()
    talk.say("no, the third")

    assert not talk.conversation.deal.answered(asked)


@pytest.mark.parametrize("text", [
    "scrap the imsi catcher", "no scrap the imsi catcher", "no, drop the imsi catcher",
])
def test_what_is_scrapped_goes_however_clearly_a_model_hears_it(guidance, sentences, text):
    hears = Says(("product", "cell-site-simulator", 0.97, "imsi catcher"),
                 ("product", "cctv", 0.97, "cctv"))
    talk = Talk(guidance, PlainReader(guidance, hears), sentences)
    talk.say("cctv and an imsi catcher for the police in Ghana")
    assert talk.conversation.deal.known("product") == {"cctv", "cell-site-simulator"}
    talk.say(text)

    assert talk.conversation.deal.known("product") == {"cctv"}


def test_of_few_words_that_hint_at_nothing_a_model_is_not_believed_outright(guidance, sentences):
    hears = Says(("misuse_reports", "yes", 0.97, "same customer type"),
                 ("misuse_reports", "yes", 0.97, "as bad as with the other ones"))
    for text, sure in (("same customer type", False),
                       ("it was as bad as with the other ones", True)):
        talk = Talk(guidance, PlainReader(guidance, hears), sentences)
        talk.say(FIRST)
        talk.say(text)

        assert talk.conversation.deal.answers["misuse_reports"].sure is sure
        assert talk.conversation.deal.known("misuse_reports") == {"yes"}


@pytest.mark.parametrize("text", ["fine, what do I still need", "what's still needed?"])
def test_who_asks_what_is_needed_is_told_what_is_open(begin, text):
    talk = begin()
    talk.say(FIRST)
    talk.say("advise now")
    talk.say(text)

    assert talk.messages[-1].intent is Intent.STILL_OPEN


@pytest.mark.parametrize("text", ["just give me what I need", "just tell us what we need"])
def test_who_is_in_a_hurry_is_advised(begin, text):
    talk = begin()
    talk.say(FIRST)
    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.ADVISE_NOW
    assert reply.question is None


@pytest.mark.parametrize("text", ["no its only the port", "no, it's only the port of transit"])
def test_a_no_about_one_thing_answers_no_question_for_sure(begin, text):
    talk = begin()
    talk.say(FIRST)
    talk.say("no conflict there, we checked")
    talk.say("detentions: none, we checked")
    assert talk.conversation.awaiting() == ("restrictive_laws",)
    talk.say(text)

    assert not talk.conversation.deal.certain("restrictive_laws")


def test_a_no_that_says_more_of_what_was_asked_answers_it(begin):
    talk = begin()
    talk.say(FIRST)
    talk.say("detentions: none, we checked. Laws: none, we checked")
    assert talk.conversation.awaiting() == ("conflict",)
    talk.say("no, it's calm there")

    assert talk.conversation.deal.certain("conflict")
    assert talk.conversation.deal.known("conflict") == {"no"}


@pytest.mark.parametrize("text", [
    "what counts as turmoil", "what counts as turmoil?", "what is a tense election?",
])
def test_who_asks_what_a_question_means_has_answered_nothing(begin, text):
    talk = begin()
    talk.say(FIRST)
    assert "conflict" in talk.conversation.awaiting()
    before = talk.conversation.deal
    talk.say(text)

    assert talk.messages[-1].intent is Intent.WHY
    assert talk.conversation.deal == before


@pytest.mark.parametrize("text", [
    "but it's over", "that's over now", "it ended in 2022", "but that has stopped",
])
def test_that_it_is_over_puts_what_was_told_last_in_doubt(begin, text):
    talk = begin()
    talk.say(FIRST)
    talk.say("there's a war in the north")
    reply = talk.say(text)

    assert talk.conversation.deal.known("conflict") == {"yes"}
    assert talk.conversation.deal.answers["conflict"].instead == {"no"}
    assert [one.fact for one in reply.question.all()] == ["conflict"]


@pytest.mark.parametrize("text", ["but it's not over", "is it over?", "once it's over"])
def test_what_has_not_ended_stands(begin, text):
    talk = begin()
    talk.say(FIRST)
    talk.say("there's a war in the north")
    before = talk.conversation.deal
    talk.say(text)

    assert talk.conversation.deal == before


@pytest.mark.parametrize("text", [
    "is my name visible to compliance?", "can compliance see who I am",
])
def test_who_asks_whether_they_are_named_is_told_who_reads(begin, text):
    talk = begin()
    talk.say(FIRST)
    talk.say(text)

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.HELP, "readers")


@pytest.mark.parametrize(("text", "intent"), [
    ("is this covered at all", Intent.ASK), ("is that even covered?", Intent.ASK),
    ("are we covered?", Intent.VERDICT),
])
def test_whether_the_texts_cover_it_is_no_wish_for_a_verdict(begin, text, intent):
    talk = begin()
    talk.say(FIRST)
    talk.say(text)

    assert talk.messages[-1].intent is intent


@pytest.mark.parametrize("text", [
    "the army or the militia, who controls it?", "army or navy, who knows?",
])
def test_who_asks_which_of_two_it_is_has_told_neither(begin, text):
    talk = begin()
    talk.say(FIRST)
    before = talk.conversation.deal
    talk.say(text)

    assert talk.conversation.deal == before


def test_beside_what_was_noted_is_not_said_that_nothing_was(guidance, reader, sentences):
    def search(queries):
        return [Found(one, (), abstained=True, gap="bot-itself") for one in queries]

    talk = Talk(guidance, reader, sentences, search)
    talk.say(FIRST)
    reply = talk.say("the courts there are weak. can you make the answers shorter?")

    assert talk.messages[-1].beside is not None
    assert talk.conversation.deal.known("judicial_oversight") == {"weak"}
    assert reply.aside == ()


@pytest.mark.parametrize(("text", "left"), [
    ("we exclude the army", {"police"}), ("the army is excluded", {"police"}),
])
def test_who_is_excluded_is_no_user(begin, text, left):
    talk = begin()
    talk.say("drones for the police and the army in Chad")
    talk.say(text)

    assert talk.conversation.deal.known("end_user") == left


@pytest.mark.parametrize(("text", "intent"), [
    ("dont write that down", Intent.PUT_RIGHT), ("that's off the record", Intent.PUT_RIGHT),
    ("I'd rather stop here", Intent.ADVISE_NOW), ("should we stop here?", Intent.VERDICT),
])
def test_who_wants_nothing_kept_or_nothing_more_asked_is_answered(begin, text, intent):
    talk = begin()
    talk.say(FIRST)
    talk.say("they block news sites")
    before = talk.conversation.deal
    talk.say(text)

    assert talk.messages[-1].intent is intent
    assert talk.conversation.deal == before


@pytest.mark.parametrize("text", [
    "can i do the demo", "hmm so can i do the demo", "can we run the demo tomorrow",
    "ok to demo it?", "can i do a demo for them tmrw", "should we give them a demo",
    "hmm can i ship",
])
def test_who_wants_to_show_it_or_go_ahead_asks_for_leave(begin, text):
    talk = begin()
    talk.say(FIRST)
    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.VERDICT
    assert reply.lead[0].text.startswith("I can't say whether a deal is lawful")


@pytest.mark.parametrize("text", ["do you have a demo", "can i see a demo of you"])
def test_who_wants_to_be_shown_something_asks_for_no_leave(begin, text):
    talk = begin()
    talk.say(FIRST)
    talk.say(text)

    assert talk.messages[-1].intent is not Intent.VERDICT


@pytest.mark.parametrize("text", [
    "send 2 compliance", "ok send it 2 compliance pls", "pls fwd 2 compliance", "fwd to legal",
])
def test_who_sends_it_on_in_short_wants_it_sent(begin, text):
    talk = begin()
    talk.say(FIRST)
    talk.say(text)

    assert talk.messages[-1].intent is Intent.SEND_ON


@pytest.mark.parametrize("text", [
    "is a smaller order fine", "is a smaller order ok?", "what if its only 2 units",
    "would a smaller order help", "what if we sell fewer", "does a bigger order change anything",
    "does it matter that it's free", "does it count if it's a donation?", "does the price matter",
    "are two units ok?",
])
def test_how_many_are_sold_is_no_fact_of_the_advice(begin, text):
    """It was searched, and answered by the size of the business."""
    talk = begin()
    talk.say(FIRST)
    before = talk.conversation.deal
    reply = talk.say(text)

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.HELP, "size")
    assert talk.conversation.deal == before
    assert not reply.considerations


@pytest.mark.parametrize("text", [
    "they ordered fewer cameras", "what if fewer people see it", "a smaller reseller is in it",
])
def test_who_tells_of_numbers_or_of_others_asks_nothing_of_the_size(begin, text):
    talk = begin()
    talk.say(FIRST)
    talk.say(text)

    assert talk.messages[-1].subject != "size"


@pytest.mark.parametrize("text", [
    "its b4 the election there", "it's before the elections", "the vote is in three weeks",
])
def test_that_an_election_is_coming_shows_what_the_texts_say_of_elections(begin, text):
    """It was taken for no answer, though the guidance speaks of elections under strain."""
    talk = begin()
    talk.say(FIRST)
    talk.say("skip")
    awaiting, before = talk.conversation.awaiting(), talk.conversation.deal
    talk.say(text)

    assert talk.messages[-1].intent is Intent.ASK
    assert talk.conversation.deal == before
    assert talk.conversation.awaiting() == awaiting


@pytest.mark.parametrize("text", ["we vote on it tonight", "my boss is back after lunch"])
def test_a_vote_of_ours_and_other_talk_is_not_searched(begin, text):
    talk = begin()
    talk.say(FIRST)
    talk.say(text)

    assert talk.messages[-1].intent is not Intent.ASK


@pytest.mark.parametrize("text", [
    "its for after the elections not b4", "they'd use it after the election",
])
def test_when_it_is_used_is_no_use_in_elections(guidance, sentences, text):
    """The fight against burglary was gone, for "its for after the elections"."""
    hears = Says(("end_use", "elections", 0.94, text))
    talk = Talk(guidance, PlainReader(guidance, hears), sentences)
    talk.say(FIRST)
    use = talk.conversation.deal.known("end_use")
    talk.say(text)

    assert talk.conversation.deal.known("end_use") == use


def test_what_is_counted_after_the_vote_is_a_use_in_elections(guidance, sentences):
    hears = Says(("end_use", "elections", 0.94, "count the ballots"))
    talk = Talk(guidance, PlainReader(guidance, hears), sentences)
    talk.say("cctv for the election commission of Ghana")
    talk.say("it is for after the vote, to count the ballots")

    assert talk.conversation.deal.known("end_use") == {"elections"}


@pytest.mark.parametrize("text", [
    "why does that matter", "does that matter?", "ok does it make a difference",
])
def test_who_asks_whether_what_was_told_matters_is_told_why(begin, text):
    """It was answered by what the questions that waited are for."""
    talk = begin()
    talk.say(FIRST)
    talk.say("the courts are weak")
    awaiting, before = talk.conversation.awaiting(), talk.conversation.deal
    reply = talk.say(text)
    question = talk.guidance.questions[Fact("judicial_oversight")]

    assert [line.text for line in reply.lead if question.why.strip() in line.text]
    assert talk.conversation.deal == before
    assert talk.conversation.awaiting() == awaiting


@pytest.mark.parametrize("text", ["why do you ask", "why does that matter"])
def test_where_nothing_of_that_kind_was_told_it_is_of_the_question(begin, text):
    talk = begin()
    talk.say(FIRST)
    reply = talk.say(text)

    for fact in talk.conversation.awaiting():
        why = talk.guidance.questions[fact].why.strip()
        assert [line.text for line in reply.lead if why in line.text]
