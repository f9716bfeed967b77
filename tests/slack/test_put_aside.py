"""What is pressed under replies on a deal that was put aside is not done to the one after it."""

import pytest

from bot.dialogue.phrasing import Wording
from tests.slack.joined import COMPLIANCE_CHANNEL, OFFICE
from tests.slack.playing import DEAL, Bot, advised, asked, control, words
from tests.workspace.running import BOT, KIM, NOOR, SAM


@pytest.fixture(scope="session")
def transport() -> str:
    """What a press is done to does not depend on the transport."""
    return "http"


def begun_anew(bot: Bot, thread: str) -> None:
    """Begin another deal in *thread*."""
    bot.mention("start over. The coast guard of Norway wants thermal cameras", thread=thread)
    assert bot.deal(OFFICE, thread)["country"] == ["NO"]


def test_a_choice_made_under_its_question_is_not_written_into_the_deal_after_it(
        bot: Bot, say: Wording):
    thread = bot.mention(DEAL)
    question = bot.last(OFFICE, thread)
    fact = asked(question)
    begun_anew(bot, thread)
    known, shown = bot.deal(OFFICE, thread), len(bot.replies(OFFICE, thread))

    bot.press(question, "answer_unknown")

    assert fact not in known and bot.deal(OFFICE, thread) == known
    assert len(bot.replies(OFFICE, thread)) == shown
    assert words(bot.whispers(OFFICE)[-1]) == say.say("acts.put_aside")
    assert control(bot.replies(OFFICE, thread)[0], "answer_unknown")


def test_its_advice_sends_and_briefs_no_other_deal(bot: Bot, say: Wording):
    thread = advised(bot)
    advice = bot.last(OFFICE, thread)
    begun_anew(bot, thread)
    sent, shown = len(bot.messages(COMPLIANCE_CHANNEL, user=KIM)), len(
        bot.replies(OFFICE, thread))

    for button in ("compliance", "brief"):
        bot.press(advice, button)
        assert words(bot.whispers(OFFICE)[-1]) == say.say("acts.put_aside")

    assert len(bot.messages(COMPLIANCE_CHANNEL, user=KIM)) == sent
    assert len(bot.replies(OFFICE, thread)) == shown
    assert bot.happened(OFFICE, thread) == []


@pytest.mark.parametrize("button", ["advise_now", "why"])
def test_what_is_asked_under_it_is_not_answered_of_another_deal(
        bot: Bot, say: Wording, button: str):
    thread = bot.mention(DEAL)
    above = bot.last(OFFICE, thread)
    begun_anew(bot, thread)
    turns = len(bot.turns(OFFICE, thread))

    bot.press(above, button)

    assert len(bot.turns(OFFICE, thread)) == turns
    assert words(bot.whispers(OFFICE)[-1]) == say.say("acts.put_aside")


def test_home_resumes_the_thread_with_the_deal_that_it_holds(bot: Bot):
    user = bot.newcomer()
    thread = bot.direct(DEAL, user=user)
    bot.look_home(user)
    bot.direct("start over. The coast guard of Norway wants thermal cameras", user=user,
               thread=thread)
    waits = asked(bot.last(bot.dm(user), thread, user=user))

    bot.press_home("home_show", user=user)

    assert waits is not None and asked(bot.last(bot.dm(user), thread, user=user)) == waits


def test_a_form_that_lay_open_meanwhile_corrects_no_other_deal(bot: Bot, say: Wording):
    thread = bot.mention(DEAL)
    bot.press(bot.last(OFFICE, thread), "correct", user=NOOR)
    view = bot.view("correction", user=NOOR)
    begun_anew(bot, thread)
    known = bot.deal(OFFICE, thread)

    assert bot.submit(view, {"fact:intermediary": []}, user=NOOR)["ok"]

    assert bot.deal(OFFICE, thread) == known
    assert words(bot.whispers(OFFICE, user=NOOR)[-1]) == say.say("acts.put_aside")


def test_a_form_opened_since_shows_and_corrects_the_deal_of_now(bot: Bot):
    thread = bot.mention(DEAL)
    above = bot.last(OFFICE, thread)
    begun_anew(bot, thread)

    bot.press(above, "correct")
    view = bot.view("correction")
    (peru,) = bot.options(view, "answer_country", "peru")
    assert bot.submit(view, {"fact:country": [peru]})["ok"]

    assert bot.deal(OFFICE, thread)["country"] == ["PE"]


def test_the_deal_after_it_is_answered_and_sent_as_ever(bot: Bot):
    thread = bot.mention(DEAL)
    begun_anew(bot, thread)

    bot.press(bot.last(OFFICE, thread), "answer_unknown")
    bot.press(bot.last(OFFICE, thread), "advise_now")
    bot.press(bot.last(OFFICE, thread), "compliance")

    ((kind, who, _),) = bot.happened(OFFICE, thread)
    assert (kind, who) == ("handed_over", SAM)
    summary, _brief = bot.messages(COMPLIANCE_CHANNEL, user=KIM)[-2:]
    assert "Norway" in words(summary)


def test_an_edit_of_what_told_it_changes_no_other_deal(bot: Bot, say: Wording):
    thread = bot.mention(DEAL)
    begun_anew(bot, thread)
    known = bot.deal(OFFICE, thread)

    bot.edit(OFFICE, thread, f"<@{BOT}> {DEAL.replace('Kenya', 'Chad')}")

    assert bot.deal(OFFICE, thread) == known
    assert words(bot.whispers(OFFICE)[-1]) == say.say("acts.put_aside")


def test_an_edit_of_what_began_the_deal_after_it_counts(bot: Bot):
    thread = bot.mention(DEAL)
    begun_anew(bot, thread)
    (anew,) = [m["ts"] for m in bot.messages(OFFICE, thread=thread) if "start over" in m["text"]]

    bot.edit(OFFICE, anew, f"<@{BOT}> start over. The coast guard of Chile wants thermal cameras")

    assert bot.deal(OFFICE, thread)["country"] == ["CL"]
