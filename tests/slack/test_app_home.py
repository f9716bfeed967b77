"""App Home: a person's own deals, and how to go on with one."""

from datetime import date, timedelta

import pytest

from tests.slack.joined import OFFICE, joined
from tests.slack.playing import (
    DEAL,
    Bot,
    actions,
    advised,
    asked,
    asked_together,
    control,
    until,
    words,
)
from tests.workspace.running import KIM, NOOR, SAM, eventually


def test_a_newcomer_is_told_how_to_begin(bot: Bot):
    user = bot.newcomer()

    home = bot.look_home(user)

    assert home["type"] == "home"
    assert actions(home) == ["home_start"]


def test_the_form_can_be_opened_from_home(bot: Bot):
    user = bot.newcomer()
    bot.look_home(user)

    bot.press_home("home_start", user=user)

    assert bot.view("intake", user=user)["callback_id"] == "intake"


def test_home_lists_my_deals_with_how_they_stand_the_last_one_first(bot: Bot):
    user = bot.newcomer()
    bot.direct(DEAL, user=user)
    later = bot.direct("Spyware for an intelligence service in Chad", user=user)
    bot.press(bot.last(bot.dm(user), later, user=user), "advise_now", user=user)

    home = bot.look_home(user)

    deals = [b["text"]["text"] for b in home["blocks"] if b["type"] == "section"][1:]
    assert ["Chad" in d for d in deals] == [True, False]
    assert ["Kenya" in d for d in deals] == [False, True]
    asking = bot.joined.parts.advisor.guidance.questions["end_use"].wording
    assert [asking in d for d in deals] == [False, True]
    assert f"p{later.replace('.', '')}" in deals[0]
    assert actions(home) == ["home_start", "home_show:0", "home_show:1"]


def test_deals_of_one_title_are_told_apart(bot: Bot):
    """Three times "Drones · Police · Kenya", and nobody knew which was which."""
    user = bot.newcomer()
    bot.do("join", user, channel=OFFICE)
    for deal in ("Drones for the police in Kenya, through a reseller",
                 "Drones for the police in Kenya, to direct the traffic",
                 "Drones for the army in Chad"):
        bot.mention(deal, user=user)

    home = bot.look_home(user)

    army, traffic, reseller = (
        b["text"]["text"] for b in home["blocks"] if b["type"] == "section" and "accessory" in b)
    assert "\nEnd use: Traffic or transport\n" in traffic
    assert "\nIntermediary: Reseller\n" in reseller
    assert [" · begun <!date" in one for one in (army, traffic, reseller)] == [False, True, True]
    told = bot.command("status", user=user, channel=bot.dm(user))
    assert told is not None
    assert "Kenya (Intermediary: Reseller): Waiting for your answer, begun <!date" in words(told)
    assert "Chad: Waiting for your answer <http" in words(told)


def test_nobody_sees_anothers_deals(bot: Bot):
    mine, theirs = bot.newcomer(), bot.newcomer()
    bot.direct(DEAL, user=theirs)

    assert "Kenya" not in words(bot.look_home(mine))


def test_resuming_puts_the_question_that_waits_again_in_its_thread(bot: Bot):
    user = bot.newcomer()
    thread = bot.direct(DEAL, user=user)
    bot.look_home(user)

    bot.press_home("home_show", user=user)

    first, again = bot.replies(bot.dm(user), thread, user=user)
    assert asked(first) == asked(again) is not None


def test_several_questions_that_wait_are_named_by_what_opens_them(bot: Bot):
    thread = bot.mention(DEAL)
    until(bot, OFFICE, thread, lambda m: len(asked_together(m)) > 1)
    question = bot.turns(OFFICE, thread)[-1].reply.question

    assert question is not None
    assert f"Next: {question.opener}" in words(bot.look_home())


def test_resuming_a_deal_that_was_advised_on_asks_what_is_open(bot: Bot):
    user = bot.newcomer()
    thread = bot.direct(DEAL, user=user)
    bot.press(bot.last(bot.dm(user), thread, user=user), "advise_now", user=user)
    bot.look_home(user)

    bot.press_home("home_show", user=user)

    assert asked(bot.last(bot.dm(user), thread, user=user)) is not None


def test_a_deal_of_a_channel_is_resumed_in_the_channel(bot: Bot):
    user = bot.newcomer()
    bot.do("join", user, channel=OFFICE)
    thread = bot.mention(DEAL, user=user)
    bot.look_home(user)

    bot.press_home("home_show", user=user)

    assert len(bot.replies(OFFICE, thread)) == 2
    assert bot.messages(bot.dm(user), user=user) == []


# --- watch dates that have come --------------------------------------------------------------

def watched(bot: Bot) -> str:
    """A thread whose watch date has come and was reminded of."""
    thread = bot.mention(DEAL)
    bot.press(bot.last(OFFICE, thread), "advise_now")
    bot.press(bot.last(OFFICE, thread), "watch")
    on = date.today() + timedelta(days=30)
    bot.submit(bot.view("watch"), {"watch_on": on.isoformat()})
    bot.remind(on - timedelta(days=1))
    assert bot.replies(OFFICE, thread)[-1]["text"].find("again today") == -1
    bot.remind(on)
    return thread


def test_a_watch_date_that_has_come_is_reminded_of_once(bot: Bot):
    thread = watched(bot)
    before = bot.replies(OFFICE, thread)

    bot.remind(date.today() + timedelta(days=31))

    reminder = before[-1]
    assert bot.replies(OFFICE, thread) == before
    assert "Kenya" in words(reminder)
    assert actions(reminder) == ["nothing_changed", "something_changed", "watch"]
    assert [kind for kind, _, _ in bot.happened(OFFICE, thread)] == ["watch", "reminded"]
    assert bot.case(OFFICE, thread).watch_on is None


def test_a_reminder_of_a_deal_whose_asker_was_erased_names_nobody(bot: Bot):
    """A colleague has set it since; Slack knows nobody without an id."""
    thread = advised(bot)
    case = bot.case(OFFICE, thread)
    with bot.joined.store.writing() as connection:
        bot.joined.cases.change(connection, case.conversation, asker="", watch_on="2026-01-02")

    bot.remind(date(2026, 1, 2))

    reminder = bot.last(OFFICE, thread)
    assert actions(reminder) == ["nothing_changed", "something_changed", "watch"]
    assert "<@" not in words(reminder)
    assert bot.happened(OFFICE, thread) == [("reminded", "", {"on": "2026-01-02"})]


def test_that_nothing_has_changed_is_kept(bot: Bot):
    thread = watched(bot)
    turns = len(bot.turns(OFFICE, thread))

    bot.press(bot.last(OFFICE, thread), "nothing_changed", user=KIM)

    assert bot.happened(OFFICE, thread)[-1] == ("unchanged", KIM, {"turn": turns})
    assert len(bot.turns(OFFICE, thread)) == turns
    assert actions(bot.last(OFFICE, thread)) == ["watch"]


def test_who_says_once_more_that_nothing_has_changed_is_told_and_the_thread_is_not(bot: Bot):
    thread = watched(bot)
    reminder = bot.last(OFFICE, thread)
    bot.press(reminder, "nothing_changed", user=KIM)
    posts = len(bot.replies(OFFICE, thread))

    bot.press(reminder, "nothing_changed", user=NOOR)

    assert len(bot.replies(OFFICE, thread)) == posts
    assert [(kind, who) for kind, who, _ in bot.happened(OFFICE, thread)][-2:] == [
        ("unchanged", KIM), ("unchanged", NOOR)]
    (word,) = [m for m in bot.messages(OFFICE, thread=thread, user=NOOR) if m["is_ephemeral"]]
    assert "nothing has changed" in words(word)


def test_that_nothing_has_changed_is_said_again_of_a_later_reminder(bot: Bot):
    thread = watched(bot)
    bot.press(bot.last(OFFICE, thread), "nothing_changed")
    bot.press(bot.last(OFFICE, thread), "watch")
    bot.submit(bot.view("watch"), {"watch_on": "2099-02-01"})
    bot.remind(date(2099, 2, 1))
    posts = len(bot.replies(OFFICE, thread))

    bot.press(bot.last(OFFICE, thread), "nothing_changed", user=KIM)

    assert len(bot.replies(OFFICE, thread)) == posts + 1


def test_that_something_has_changed_opens_the_facts_to_be_corrected(bot: Bot):
    thread = watched(bot)

    bot.press(bot.last(OFFICE, thread), "something_changed")

    view = bot.view("correction")
    assert control(view, "answer_country")[1]["initial_options"][0]["value"] == "KE"
    (peru,) = bot.options(view, "answer_country", "peru")
    bot.submit(view, {"fact:country": [peru]})
    assert bot.deal(OFFICE, thread)["country"] == ["PE"]


def test_a_deal_can_be_watched_again_after_its_reminder(bot: Bot):
    thread = watched(bot)
    bot.press(bot.last(OFFICE, thread), "watch")

    on = date.today() + timedelta(days=60)
    assert bot.submit(bot.view("watch"), {"watch_on": on.isoformat()})["ok"]
    bot.remind(on)

    assert [kind for kind, _, _ in bot.happened(OFFICE, thread)] == [
        "watch", "reminded", "watch", "reminded"]
    assert bot.happened(OFFICE, thread)[-1] == ("reminded", SAM, {"on": on.isoformat()})


def test_a_deal_that_comes_by_the_form_stands_on_the_tab_that_is_open(
        tmp_path, guidance, reader, sentences, say):
    with joined("http", tmp_path, guidance, reader, sentences, say, draws_home=True) as made:
        bot = Bot(made)
        user = bot.newcomer()
        assert actions(bot.look_home(user)) == ["home_start"]
        bot.press_home("home_start", user=user)
        view = bot.view("intake", user=user)
        (kenya,) = bot.options(view, "answer_country", "keny", user=user)
        assert bot.submit(view, {"fact:country": [kenya]}, user=user)["ok"]
        (opening, *_) = bot.messages(bot.dm(user), user=user)

        assert eventually(lambda: actions(bot.home(user)) == ["home_start", "home_show:0"])
        drawn = words(bot.home(user))
        assert "Kenya" in drawn
        assert f"p{opening['ts'].replace('.', '')}" in drawn
        assert bot.refusals() == []


def test_a_home_tab_that_slack_does_not_take_is_noted_in_a_line(
    bot: Bot, caplog: pytest.LogCaptureFixture
):
    """What Slack sent was taken in; only what it was to show could not be shown."""
    user = bot.newcomer()
    bot.expected.add("ratelimited")
    bot.workspace.order("faults", method="views.publish", nth=1, kind="rate_limited", seconds=30)

    bot.open("home", user=user)

    assert eventually(lambda: bot.calls("views.publish"))
    assert eventually(lambda: [r.levelname for r in caplog.records
                               if r.getMessage() == "could not draw a Home tab"]) == ["WARNING"]
    assert [r.getMessage() for r in caplog.records if r.exc_info] == []


def test_of_several_questions_that_wait_the_first_is_told_whole(bot: Bot):
    thread = bot.mention(DEAL)
    until(bot, OFFICE, thread, lambda m: len(asked_together(m)) > 1)
    question = bot.turns(OFFICE, thread)[-1].reply.question

    assert question is not None
    told = f"Next: {question.opener} {question.text}"
    assert told in words(bot.look_home()).splitlines()
