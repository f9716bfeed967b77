"""What is over is a guess at a no that is asked back; what is of others takes nothing back."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Status
from retrieval.guidance import Fact
from tests.dialogue.talking import Says, Talk

DEAL = "cctv for the police in Ghana"
OF_PLACE = ["detentions", "conflict"]


def told(begin, text, before="there is armed conflict"):
    talk = begin()
    talk.say(DEAL)
    talk.conversation = talk.conversation.asking([Fact(fact) for fact in OF_PLACE])
    talk.say(before)
    return talk, talk.say(text)


def held(talk, fact="conflict"):
    answer = talk.conversation.deal.answers.get(Fact(fact))
    return answer and (set(answer.latest or ()), answer.certain)


@pytest.mark.parametrize("text", [
    "the war is over", "the civil war ended in 2022", "the armed conflict has ended",
    "the war came to an end two years ago", "the coup is over now",
])
def test_a_war_that_is_over_is_a_guess_at_none_and_asked_back(begin, text):
    """The flag of a war that was certain went as soon as it was asked back whether it is over."""
    talk, reply = told(begin, text)
    assert held(talk) == ({"no"}, False)
    assert talk.conversation.deal.guessed(Fact("conflict"))
    assert talk.conversation.deal.known(Fact("conflict")) == {"yes"}
    assert reply.question.fact == "conflict"
    assert reply.question.text == "I read “conflict or turmoil: No”. Is that right?"
    assert "sg-c2-rf2" in {f.id for f in reply.flags
                           if f.status is Status.RAISED and not f.tentative}


def test_a_yes_to_that_settles_it_and_a_no_brings_it_back(begin):
    talk, _ = told(begin, "the war is over")
    standing = talk.conversation
    talk.say("yes")
    assert held(talk) == ({"no"}, True)
    talk.conversation = standing
    talk.say("no")
    assert held(talk) == ({"yes"}, True)


@pytest.mark.parametrize("text", [
    "the war never ended", "the war is far from over", "the war isn't over",
    "once the war is over, they will come", "when the civil war is over, they install them",
    "our contract with them ended in May", "the war ended in riots and unrest",
])
def test_what_goes_on_is_not_over(begin, text):
    talk, _ = told(begin, text)
    assert held(talk)[0] == {"yes"}


@pytest.mark.parametrize("text", [
    "the ceasefire is over", "the truce has ended", "the peace is over", "peace talks have ended",
    "the first war ended in 2005", "an earlier war ended in 2005", "the other war is over",
    "the previous civil war ended in 2005", "people say the war is over",
    "they told us the war is over", "the government declared that the war is over",
    "war ended but started again", "the war ended in 2020 and resumed in 2023",
    "the war has ended. It broke out again in May.", "the war is over, yet there are clashes",
])
def test_a_war_that_is_not_surely_over_stays_as_certain_as_it_was(begin, text):
    talk, reply = told(begin, text)
    assert held(talk) == ({"yes"}, True)
    assert "sg-c2-rf2" in {f.id for f in reply.flags if f.status is Status.RAISED}


@pytest.mark.parametrize("text", [
    "the war ended back in 2019", "but the war is over now", "the war ended last year",
    "the war is over. The police are new.",
])
def test_what_only_sounds_like_it_goes_on_is_over(begin, text):
    talk, _ = told(begin, text)
    assert held(talk) == ({"no"}, False)


@pytest.mark.parametrize(("text", "sure"), [
    ("detentions stopped in 2015 but resumed", True),
    ("detentions stopped in 2015", False),
])
def test_arrests_that_were_taken_up_again_are_no_guess_at_none(guidance, sentences, text, sure):
    talk = Talk(guidance, PlainReader(
        guidance, Says(("detentions", "yes", 0.98, text))), sentences)
    talk.say(text)
    assert held(talk, "detentions") == ({"yes" if sure else "no"}, sure)


def test_an_earlier_war_alone_is_asked_back_as_a_war(begin):
    talk, _ = told(begin, "an earlier war ended in 2005", "the police are trained")
    assert held(talk) == ({"yes"}, False)


def test_what_a_model_hears_in_it_is_over_all_the_same(guidance, sentences):
    text = f"{DEAL}, war ended in 2022"
    said = Says(("product", "cctv", 1.0, "cctv"), ("end_user", "police", 1.0, "the police"),
                ("country", "*", 1.0, "Ghana"), ("conflict", "yes", 0.99, "war ended in 2022"))
    talk = Talk(guidance, PlainReader(guidance, said), sentences)
    talk.say(text)
    assert held(talk) == ({"no"}, False)


def test_who_was_stopped_has_not_ended(guidance, sentences):
    text = "police stopped and beat reporters"
    talk = Talk(guidance, PlainReader(guidance, Says(("detentions", "yes", 0.98, text))), sentences)
    talk.say(text)
    assert held(talk, "detentions") == ({"yes"}, True)


@pytest.mark.parametrize("text", [
    "it's not true, we looked", "that turned out to be false", "that is not true any more",
    "that's about others, not this police", "those reports were about another agency",
    "the articles are about other units, not this one",
])
def test_what_takes_back_without_a_name_is_asked_back_and_stands_until_then(begin, text):
    talk, reply = told(begin, text, "the police misused such tools before")
    assert talk.conversation.deal.known("end_user") == {"police"}
    assert talk.conversation.deal.known("agency_misuse") == {"yes"}
    assert talk.conversation.deal.answers["agency_misuse"].instead == {"no"}
    assert [q.fact for q in reply.question.all()] == ["agency_misuse"]


def test_what_takes_back_without_a_name_what_was_told_a_while_ago_is_told_how(begin):
    talk, _ = told(begin, "we're negotiating", "the police misused such tools before")
    before = talk.replies[-1]
    reply = talk.say("it's not true, we looked")
    assert talk.messages[-1].intent is Intent.PUT_RIGHT
    assert talk.conversation.deal.known("agency_misuse") == {"yes"}
    assert reply.question == before.question


@pytest.mark.parametrize("text", [
    "not the police, the army", "not this police, it's for the coast guard",
    "it is about 40 cameras", "they care about other people", "we looked at other units",
])
def test_what_names_what_is_right_or_tells_of_others_is_no_such_wish(begin, text):
    talk, _ = told(begin, text)
    assert talk.messages[-1].intent is not Intent.PUT_RIGHT
