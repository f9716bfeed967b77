"""`/advisor`, in any channel, and the shortcut on any message: answers come privately."""

from pathlib import Path

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.phrasing import Wording
from bot.slack.surfaces import IN_COMMAND
from retrieval.guidance import Guidance
from tests.slack.joined import OFFICE
from tests.slack.playing import DEAL, Bot, actions, asked, words
from tests.workspace.running import KIM, OLU, PARTNER, RANDOM, eventually


@pytest.mark.parametrize("text", ["", "help", "HELP", " ? "])
def test_help_says_what_the_command_can_do(bot: Bot, say: Wording, text: str):
    told = bot.command(text)

    assert told is not None
    for word in ("new", "brief", "status"):
        assert f"/advisor {word}" in told["text"]


@pytest.mark.parametrize("channel", [OFFICE, RANDOM, PARTNER])
def test_a_question_is_answered_in_a_direct_message_wherever_it_is_asked(bot: Bot, channel: str):
    """Also in a channel that the bot is no member of, or that outsiders read."""
    user = bot.newcomer()
    bot.do("join", user, channel=channel)
    before = [m for m in bot.messages(channel) if not m["is_ephemeral"]]

    told = bot.command(DEAL, user=user, channel=channel)

    opening, answer = bot.messages(bot.dm(user), user=user)
    assert told is not None and told["is_ephemeral"]
    assert DEAL in words(opening)
    assert answer["thread_ts"] == opening["ts"]
    assert asked(answer) is not None
    assert [m for m in bot.messages(channel) if not m["is_ephemeral"]] == before


def test_a_question_with_the_word_payload_arrives_whole(bot: Bot):
    """Bolt takes a form with that word for another kind of request, and would read nothing."""
    user = bot.newcomer()

    told = bot.command("Is a payload of drones for the police in Kenya fine?", user=user)

    opening, answer = bot.messages(bot.dm(user), user=user)
    assert told is not None
    assert "a payload of drones" in words(opening)
    assert asked(answer) is not None


def test_a_deal_begun_by_command_goes_on_in_its_direct_message(bot: Bot):
    user = bot.newcomer()
    bot.do("join", user, channel=OFFICE)
    bot.command(DEAL, user=user)
    opening, _ = bot.messages(bot.dm(user), user=user)

    bot.direct("for border control", user=user, thread=opening["ts"])

    assert bot.deal(bot.dm(user), opening["ts"])["end_use"] == ["border-control"]


def test_a_question_about_the_guidance_is_answered_with_its_sources(bot: Bot):
    user = bot.newcomer()

    bot.command("What does the guidance say about resellers?", user=user)

    opening, answer = bot.messages(bot.dm(user), user=user)
    (turn,) = bot.turns(bot.dm(user), opening["ts"])
    assert turn.message.intent is Intent.ASK
    assert {"passages", "feedback"} <= set(actions(answer))


def test_new_opens_the_form(bot: Bot):
    bot.command("new")

    assert bot.view("intake")["callback_id"] == "intake"


def test_status_lists_my_deals_and_links_to_them(bot: Bot):
    user = bot.newcomer()
    one = bot.direct(DEAL, user=user)
    other = bot.direct("Spyware for an intelligence service in Chad", user=user)

    told = bot.command("status", user=user, channel=bot.dm(user))

    for thread, country in ((one, "Kenya"), (other, "Chad")):
        line = next(line for line in words(told).split("\n") if country in line)
        assert f"p{thread.replace('.', '')}" in line


def test_status_is_read_aloud_with_the_deals(bot: Bot):
    """A screen reader was given "Your deals" and none of them."""
    user = bot.newcomer()
    bot.direct(DEAL, user=user)

    told = bot.command("status", user=user, channel=bot.dm(user))

    assert told["text"].startswith("Your deals\n• Facial recognition, drones · Police · Kenya: ")
    assert "Open the thread" in told["text"]


def test_status_says_of_each_deal_which_question_waits(bot: Bot, guidance: Guidance):
    user = bot.newcomer()
    thread = bot.direct(DEAL, user=user)
    fact = bot.conversation(bot.dm(user), thread).pending

    told = bot.command("status", user=user, channel=bot.dm(user))

    assert words(told).split("\n")[-1] == f"Next: {guidance.questions[fact].wording}"


def test_status_says_how_many_older_deals_it_leaves_out(bot: Bot, say: Wording):
    user = bot.newcomer()
    countries = ("Kenya", "Chad", "Peru", "Ghana", "Togo", "Norway", "Chile", "Nepal", "Fiji",
                 "Benin", "Malta", "Oman")
    assert len(countries) == IN_COMMAND + 2
    for country in countries:
        bot.direct(DEAL.replace("Kenya", country), user=user)

    told = bot.command("status", user=user, channel=bot.dm(user))

    listed = [country for country in countries if country in words(told)]
    assert listed == list(countries[2:])
    assert words(told).split("\n")[-1] == say.say("home.more", n=2)


def test_status_does_not_wait_for_addresses_that_slack_is_long_in_telling(bot: Bot):
    """The command is to be acknowledged within three seconds, whatever happens behind."""
    user = bot.newcomer()
    thread = bot.direct(DEAL, user=user)
    link = f"p{thread.replace('.', '')}"
    bot.workspace.order("faults", method="chat.getPermalink", nth=1, kind="latency", seconds=4)

    told = bot.command("status", user=user, channel=bot.dm(user))

    assert "Kenya" in words(told)
    assert link not in words(told)
    assert eventually(lambda: bot.case(bot.dm(user), thread).link)
    assert link in words(bot.command("status", user=user, channel=bot.dm(user)))


@pytest.mark.parametrize("word", ["status", "brief"])
def test_who_has_no_deal_is_told_how_to_begin(bot: Bot, say: Wording, word: str):
    user = bot.newcomer()

    told = bot.command(word, user=user, channel=bot.dm(user))

    assert told["text"] == say.say("acts.command_no_deal")


def test_brief_makes_the_brief_of_the_deal_spoken_of_last(bot: Bot):
    if bot.transport != "http":
        pytest.skip("a brief takes seconds, and this one is no different")
    user = bot.newcomer()
    bot.direct("Spyware for an intelligence service in Chad", user=user)
    thread = bot.direct(DEAL, user=user)

    bot.command("brief", user=user, channel=bot.dm(user))

    posted = bot.messages(bot.dm(user), thread=thread, user=user)[-1]
    assert [Path(f["name"]).suffix for f in posted["files"]] == [".md", ".pdf"]


def test_a_brief_of_a_deal_of_which_nothing_is_known_is_not_made(bot: Bot, say: Wording):
    user = bot.newcomer()
    thread = bot.direct("hello", user=user)

    bot.command("brief", user=user, channel=bot.dm(user))

    assert bot.last(bot.dm(user), thread, user=user)["text"] == say.say("acts.nothing_told")


# --- the shortcut on a message ---------------------------------------------------------------

def test_any_message_can_be_checked_privately(bot: Bot):
    user = bot.newcomer()
    bot.do("join", user, channel=RANDOM)
    ts = bot.say(DEAL, channel=RANDOM, user=KIM)

    bot.check(RANDOM, ts, user=user)

    opening, answer = bot.messages(bot.dm(user), user=user)
    assert f"/archives/{RANDOM}/p{ts.replace('.', '')}|" in words(opening)
    assert f">{DEAL}" in words(opening)
    assert answer["thread_ts"] == opening["ts"]
    assert bot.deal(bot.dm(user), opening["ts"])["country"] == ["KE"]
    assert bot.view(user=user)["type"] == "modal"
    assert bot.replies(RANDOM, ts) == []


def test_a_message_that_mentions_us_is_quoted_without_our_id(bot: Bot):
    user = bot.newcomer()
    bot.do("join", user, channel=RANDOM)
    ts = bot.say(f"<@U0ADVISORB> {DEAL}", channel=RANDOM, user=KIM)

    bot.check(RANDOM, ts, user=user)

    opening, *_ = bot.messages(bot.dm(user), user=user)
    assert f">{DEAL}" in words(opening)


def test_an_answer_of_ours_is_no_deal_to_be_checked(bot: Bot, say: Wording):
    user = bot.newcomer()
    bot.do("join", user, channel=OFFICE)
    thread = bot.mention(f"{DEAL} To watch crowds at protests.", user=KIM)

    bot.check(OFFICE, bot.last(OFFICE, thread)["ts"], user=user)

    assert words(bot.view(user=user)) == say.say("acts.own_message")
    bot.close_views(user)
    assert bot.messages(bot.dm(user), user=user) == []


def test_two_people_who_check_one_message_have_a_deal_each(bot: Bot):
    ts = bot.say(DEAL, user=KIM)
    one, other = bot.newcomer(), bot.newcomer()
    for user in (one, other):
        bot.do("join", user, channel=OFFICE)

        bot.check(OFFICE, ts, user=user)

    assert len(bot.messages(bot.dm(one), user=one)) == 2
    assert len(bot.messages(bot.dm(other), user=other)) == 2


def test_a_message_of_an_outsider_can_be_checked_by_a_colleague(bot: Bot):
    ts = bot.say(DEAL, channel=PARTNER, user=OLU)
    user = bot.newcomer()
    bot.do("join", user, channel=PARTNER)

    bot.check(PARTNER, ts, user=user)

    assert len(bot.messages(bot.dm(user), user=user)) == 2
    assert bot.replies(PARTNER, ts) == []


def test_a_greeting_is_no_deal(bot: Bot, say: Wording):
    user = bot.newcomer()
    bot.direct("hello", user=user)

    told = bot.command("status", user=user, channel=bot.dm(user))

    assert told["text"] == say.say("acts.command_no_deal")
    assert say.say("home.empty") in words(bot.look_home(user))


def test_a_greeting_does_not_hide_the_deal_before_it(bot: Bot):
    if bot.transport != "http":
        pytest.skip("a brief takes seconds, and this one is no different")
    user = bot.newcomer()
    thread = bot.direct(DEAL, user=user)
    bot.direct("hello", user=user)

    bot.command("brief", user=user, channel=bot.dm(user))

    assert any(m.get("files") for m in bot.replies(bot.dm(user), thread, user=user))


def test_questions_asked_since_hide_no_deal(bot: Bot):
    """In direct messages each question begins a conversation of its own."""
    user = bot.newcomer()
    bot.direct(DEAL, user=user)
    for _ in range(IN_COMMAND):
        bot.direct("what is DPI?", user=user)

    told = bot.command("status", user=user, channel=bot.dm(user))

    assert "Kenya" in told["text"] + words({"blocks": told.get("blocks", [])})
