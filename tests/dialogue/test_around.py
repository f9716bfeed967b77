"""What stands around a message and says nothing is no part of what it is heard to say."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.small_words.around import ASKS_FOR_A_VIEW, BEFORE, BEHIND, around
from bot.dialogue.small_words.cues import cues_of
from retrieval.guidance import Fact
from retrieval.words.tokens import tokenise
from tests.dialogue.talking import values

DEAL = "Drones with facial recognition for the police in Kenya through a reseller."


@pytest.mark.parametrize(("text", "said"), [
    ("hey team, we host it ourselves", "we host it ourselves"),
    ("Quick one: we host it ourselves thx", "we host it ourselves"),
    ("update: they refused the clause 🙏", "they refused the clause"),
    ("update their cameras in Oman", "update their cameras in Oman"),
    ("btw they refused the clause. asap lol", "they refused the clause."),
    ("so far nothing is known", "so far nothing is known"),
    ("they refused the clause...", "they refused the clause."),
    ("they refused the clause (twice).", "they refused the clause (twice)."),
    ("is it covered :)", "is it covered"),
    ("no thanks", "no thanks"),
    ("not sure tbh", "not sure tbh"),
    ("hi all", "hi all"),
    ("", ""),
])
def test_courtesies_are_found_around_what_is_said(guidance, text, said):
    left = list(text)
    for begin, end in around(text, tokenise(text), cues_of(guidance), (BEFORE,), (BEHIND,)):
        left[begin:end] = " " * (end - begin)

    assert "".join(left).strip() == said
    assert len(left) == len(text)


def test_what_asks_for_a_view_is_found_behind(guidance):
    text = "They refused the clause. What do you think?"

    assert [*around(text, tokenise(text), cues_of(guidance), behind=(ASKS_FOR_A_VIEW,))] == [
        (24, 43)]


@pytest.mark.parametrize("before", [
    "", "hi again, ", "btw ", "quick one: ", "update: ", "got it. "])
@pytest.mark.parametrize("behind", [
    "", " thx", " - urgent", " lol", ". thanks in advance", " 🙏"])
@pytest.mark.parametrize(("said", "intent", "known"), [
    ("they refused the human rights clause", Intent.DESCRIBE, {"human_rights_clause": {"refused"}}),
    ("what if the army used it", Intent.WHAT_IF, {}),
    ("is it different if the reseller is gone", Intent.WHAT_IF, {}),
    ("what is due diligence", Intent.DEFINE, {}),
    ("what are the red flags", Intent.RED_FLAGS, {}),
    ("how serious is that", Intent.VERDICT, {}),
])
def test_a_message_says_the_same_beside_them(begin, before, behind, said, intent, known):
    talk = begin()
    talk.say(DEAL)

    talk.say(f"{before}{said}{behind}")

    message = talk.messages[-1]
    assert message.intent is intent
    assert values(message) == known


@pytest.mark.parametrize("asked", [
    ". What do you think?", ". does that help?", "! any thoughts", "\nwdyt", " - pls advise"])
@pytest.mark.parametrize(("told", "fact", "value"), [
    ("There's a civil war going on", "conflict", {"yes"}),
    ("It's already delivered", "stage", {"delivered"}),
])
def test_what_is_told_before_a_view_is_asked_for_is_noted(begin, told, fact, value, asked):
    talk = begin()
    talk.say(DEAL)

    talk.say(f"{told}{asked}")

    assert talk.messages[-1].intent is Intent.DESCRIBE
    assert talk.conversation.deal.known(Fact(fact)) == value


@pytest.mark.parametrize("supposed", [
    "What if they hosted it. Does that help?", "Suppose we host it. What do you think?"])
def test_what_is_supposed_before_it_is_not(begin, supposed):
    talk = begin()
    talk.say(DEAL)
    before = talk.conversation.deal

    talk.say(supposed)

    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert talk.conversation.deal == before
