"""Messages that somebody passes on: what they say counts as told by whoever passes them on."""

import copy
from typing import Any

import pytest

from bot.dialogue.phrasing import Wording
from bot.erasure.erasing import Erasing
from bot.slack.inbound import from_event
from bot.slack.wellformed import trouble
from bot.slack.written import in_blocks, shown, whose
from tests.slack.joined import OFFICE
from tests.slack.payloads import SAM, TS, US, event
from tests.slack.playing import DEAL, Bot, everything_stored, words
from tests.workspace.running import BOT, KIM, RANDOM

THEIRS = "U0KIM00001"


@pytest.fixture(scope="session")
def transport() -> str:
    """They come the same way over Socket Mode."""
    return "http"


def share(text: str = DEAL, **more: Any) -> dict[str, Any]:
    """The attachment in which Slack tells of a message of Kim's that is passed on."""
    return {"id": 1, "is_msg_unfurl": True, "is_share": True, "author_id": THEIRS,
            "author_name": "Kim", "from_url": "https://x.slack.com/archives/C2/p1", "text": text,
            "fallback": f"[1 May] Kim: {text}", **more}


def told(*attachments: Any, **more: Any) -> str:
    """What is read of a direct message with *attachments*."""
    body = event(channel="D1", channel_type="im", attachments=list(attachments),
                 **{"text": "", **more})
    assert trouble(body) is None
    found = from_event(body, US)
    assert found is not None
    return str(found.body["text"])


def block(*lines: str) -> list[dict[str, Any]]:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": line}} for line in lines]


# --- what is read ------------------------------------------------------------------------------

def test_what_is_passed_on_is_read_behind_the_own_words() -> None:
    assert told(share("Drones for Kenya"), text="what about this?") == (
        "what about this?\n\nDrones for Kenya")
    assert told(share("Drones for Kenya")) == "Drones for Kenya"


def test_a_preview_of_a_link_to_a_message_is_none_of_the_persons_words() -> None:
    """Slack marks both as unfurled messages; what a person passes on alone as shared."""
    preview = share("Drones for Kenya") | {"is_share": None}

    assert told(preview, text="see there") == "see there"
    assert told({"title": "News", "text": "Coup in Mali", "is_app_unfurl": True}, text="hm") == "hm"


@pytest.mark.parametrize("ours", [
    {"author_id": US}, {"author_id": None, "bot_id": "B0ADVISOR1"},
    {"author_id": None, "bot_id": "B0ADVISOR1", "app_id": "A0ADVISOR1"},
])
def test_a_post_of_ours_that_is_passed_on_tells_no_deal(ours: dict[str, Any]) -> None:
    """What we ask and warn of would be taken for facts."""
    body = event(channel="D1", text="what is this?", attachments=[share(**ours)])

    found = from_event({**body, "api_app_id": "A0ADVISOR1"}, US)

    assert found is not None
    assert found.body["text"] == "what is this?"


def test_a_post_of_some_app_may_be_ours_where_slack_does_not_say_who_we_are() -> None:
    ours, theirs = (share(author_id="U0BOT", bot_id="B0BOT", **more)
                    for more in ({}, {"app_id": "A0OTHER"}))

    assert [whose("", "A0ADVISOR1")(one) for one in (ours, theirs, share())] == [
        True, False, False]


def test_of_an_apps_post_that_is_passed_on_the_blocks_are_read() -> None:
    """Its text is what a notification says."""
    post = share("New lead", author_id="U0CRM", bot_id="B0CRM", message_blocks=[
        {"message": {"blocks": block("*Product:* drones", "*Country:* Kenya")}}])

    assert told(post) == "Product: drones\nCountry: Kenya"


def test_whom_a_message_that_is_passed_on_mentions_is_not_spoken_to() -> None:
    among_colleagues = event(channel="C1", text="fyi", attachments=[share(f"<@{US}> {DEAL}")])
    assert from_event(among_colleagues, US) is None

    found = from_event(event("app_mention", text=f"<@{US}>", attachments=[
        share(f"<@{US}> ask <@U0NOOR0001>: drones")]), US)
    assert found is not None
    assert found.body["text"] == "ask @U0NOOR0001: drones"
    assert not found.body["to_others"]


def test_files_of_a_message_that_is_passed_on_are_told_of() -> None:
    found = from_event(event(channel="D1", attachments=[share(files=[{"id": "F1"}])]), US)

    assert found is not None
    assert found.body["files"] is True


@pytest.mark.parametrize("attachments", [
    {"is_share": True}, [share(7)], [share(author_id={})], [share(app_id=["A"])],
])
def test_what_is_shared_and_not_as_slacks_is_noticed_at_the_door(attachments: Any) -> None:
    assert str(trouble(event(attachments=attachments))).startswith("event.attachments")


@pytest.mark.parametrize("attachments", [
    [None, 7, "x", []], [{"text": 7, "is_share": "yes"}], [share(None)], [share(None, files="x")],
    [share(None, message_blocks=[7, {"message": 7}, {"message": {"blocks": {"type": "section"}}}])],
    [share(None, blocks=[{"type": "rich_text", "elements": [7, {"elements": 7}]}])],
    [share(None, blocks=[{"type": "table", "rows": [7, [7, {"type": "rich_text"}]]}])],
    [share(None, blocks=[{"type": []}, {"type": "section", "text": "x", "fields": [None]}])],
])
def test_whatever_else_is_attached_costs_nobody_their_words(attachments: Any) -> None:
    body = event(channel="D1", attachments=attachments)

    assert trouble(body) is None
    found = from_event(body, US)
    assert found is not None
    assert found.body["text"] == "Drones for the police"


def test_what_is_passed_on_without_end_is_read_to_an_end() -> None:
    again = share("a")
    for _ in range(200):
        again = share("a", attachments=[again])

    assert told(again).count("a") == 3


# --- edits -------------------------------------------------------------------------------------

def edit(now: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """The event of an edit of a message."""
    base = {"type": "message", "user": SAM, "ts": TS}
    return event(subtype="message_changed", user=None, text=None, message={
        **base, "edited": {"user": SAM, "ts": "1795578088.100000"}, **now},
        previous_message={**base, **before})


def test_an_edit_of_the_own_words_keeps_what_is_passed_on_and_its_files() -> None:
    shared = {"attachments": [share("Drones for Kenya", files=[{"id": "F1"}])]}
    body = edit({"text": "please check", **shared}, {"text": "check", **shared})

    assert trouble(body) is None
    found = from_event(body, US)
    assert found is not None
    assert found.body["text"] == "please check\n\nDrones for Kenya"
    assert found.body["files"] is True


def test_a_preview_that_comes_or_goes_later_is_no_edit() -> None:
    same = {"text": "see there"}
    body = edit({**same, "attachments": [share() | {"is_share": False}]}, same)

    assert from_event(body, US) is None


# --- blocks ------------------------------------------------------------------------------------

def test_the_blocks_of_an_app_are_read_as_they_are_shown() -> None:
    post = {"text": "New request", "bot_id": "B0FORM", "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "R&D <lead>"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "Drones"}, "fields": [
            {"type": "mrkdwn", "text": "*Country:*\nKenya"}]},
        {"type": "rich_text", "elements": [
            {"type": "rich_text_section", "elements": [
                {"type": "text", "text": "for "}, {"type": "user", "user_id": "U1"},
                {"type": "text", "text": " Peru", "style": {"strike": True}},
                {"type": "link", "url": "https://x.example", "text": " police"}]},
            {"type": "rich_text_list", "elements": [{"type": "rich_text_section", "elements": [
                {"type": "text", "text": "cameras"}]}]}]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "Use"},
                                    {"type": "raw_text", "text": "crowds"}]]},
        {"type": "actions", "elements": [{"type": "button", "text": {"text": "Approve"}}]},
        {"type": "divider"}]}

    assert shown(post) == ("R&amp;D &lt;lead&gt;\nDrones\n*Country:*\nKenya\nfor <@U1> police\n"
                           "cameras\nUse | crowds")


def test_what_an_app_attaches_in_the_old_form_is_read() -> None:
    post = {"text": "", "attachments": [{
        "pretext": "Deal", "title": "Northwind", "text": "drones", "fallback": "x",
        "fields": [{"title": "Country", "value": "Kenya"}]}]}

    assert shown(post) == "Deal\nNorthwind\ndrones\nCountry\nKenya"
    assert in_blocks(None) == ""


# --- in the workspace --------------------------------------------------------------------------

def test_a_deal_that_is_forwarded_without_a_word_is_answered(bot: Bot) -> None:
    """It was said to have no words that could be read."""
    user = bot.newcomer()
    bot.do("join", user, channel=RANDOM)
    ts = bot.say(DEAL, channel=RANDOM, user=KIM)

    sent = bot.do("forward", user, channel=RANDOM, ts=ts)

    (advice, *_) = bot.replies(bot.dm(user), sent["ts"], user=user)
    assert "drone" in words(advice).casefold()
    assert bot.deal(bot.dm(user), sent["ts"])["country"] == ["KE"]
    (turn,) = bot.turns(bot.dm(user), sent["ts"])
    assert turn.text == DEAL
    assert turn.author.endswith(user)


def test_what_was_forwarded_is_erased_with_what_its_person_said(bot: Bot) -> None:
    user, canary = bot.newcomer(), "zirkonia"
    bot.do("join", user, channel=RANDOM)
    ts = bot.say(f"{DEAL} {canary}", channel=RANDOM, user=KIM)
    bot.do("forward", user, channel=RANDOM, ts=ts)
    assert canary in everything_stored(bot)

    Erasing(bot.joined.store).person("T0ADVISOR1", user, by=KIM, reason="asked for")

    assert canary not in everything_stored(bot)


def test_a_deal_forwarded_to_a_channel_with_a_mention_is_answered_there(bot: Bot) -> None:
    ts = bot.say(DEAL, channel=OFFICE, user=KIM)

    sent = bot.do("forward", channel=OFFICE, ts=ts, to=OFFICE, text=f"<@{BOT}> what is open here?")

    assert bot.deal(OFFICE, sent["ts"])["country"] == ["KE"]


def test_the_own_words_of_what_was_forwarded_can_be_edited(bot: Bot) -> None:
    user = bot.newcomer()
    ts = bot.say("We sell drones with facial recognition to the police.", channel=OFFICE, user=KIM)
    bot.do("join", user, channel=OFFICE)
    sent = bot.do("forward", user, channel=OFFICE, ts=ts, text="This is in Peru.")

    bot.edit(bot.dm(user), sent["ts"], "This is in Kenya.", user=user)

    deal = bot.deal(bot.dm(user), sent["ts"])
    assert deal["country"] == ["KE"]
    assert deal["end_user"] == ["police"]


def test_an_answer_of_ours_that_is_forwarded_tells_no_deal(bot: Bot, say: Wording) -> None:
    user = bot.newcomer()
    ts = bot.direct(DEAL, user=user)
    answer = bot.last(bot.dm(user), ts, user=user)

    sent = bot.do("forward", user, channel=bot.dm(user), ts=answer["ts"])

    (one,) = bot.replies(bot.dm(user), sent["ts"], user=user)
    assert words(one) == say.say("acts.own_forwarded")


def test_a_message_that_is_too_long_is_told_of_its_file_once_it_is_shortened(bot: Bot) -> None:
    """Nothing was said of the file."""
    user = bot.newcomer()
    done = bot.do("message", user, channel=bot.dm(user), text=f"{DEAL} " + "and so on " * 1_000,
                  files=[{"name": "tender.pdf", "text": "%PDF-1.4"}])
    bot.edit(bot.dm(user), done["ts"], DEAL, user=user)
    bot.edit(bot.dm(user), done["ts"], DEAL.replace("Kenya", "Peru"), user=user)

    replies = [words(one) for one in bot.replies(bot.dm(user), done["ts"], user=user)]
    assert sum(one.startswith("I can't open files") for one in replies) == 1
    assert bot.deal(bot.dm(user), done["ts"])["country"] == ["PE"]


def test_the_shortcut_reads_what_an_app_shows(bot: Bot) -> None:
    """It read the words of the notification alone."""
    user = bot.newcomer()
    payload = {
        "type": "message_action", "callback_id": "check_deal", "trigger_id": "1.2.3",
        "team": {"id": "T0ADVISOR1", "domain": "northwind"}, "user": {"id": user},
        "channel": {"id": OFFICE}, "api_app_id": "A0ADVISOR1", "message": {
            "type": "message", "ts": TS, "user": "U0CRM", "bot_id": "B0CRM", "text": "New lead",
            "blocks": block("*Product:* drones with facial recognition", "*Country:* Kenya",
                            "*End-user:* police")}}
    bot.expected.add("expired_trigger_id")
    bot.expected.add("invalid_trigger_id")

    bot.deliver(copy.deepcopy(payload))

    (opening, *_) = bot.messages(bot.dm(user), user=user)
    deal = bot.deal(bot.dm(user), opening["ts"])
    assert deal["country"] == ["KE"]
    assert deal["end_user"] == ["police"]


def test_the_shortcut_on_an_answer_of_ours_that_somebody_passes_on_says_so(
    bot: Bot, say: Wording
) -> None:
    user = bot.newcomer()
    ts = bot.direct(DEAL, user=user)
    answer = bot.last(bot.dm(user), ts, user=user)
    bot.do("join", user, channel=OFFICE)
    sent = bot.do("forward", user, channel=bot.dm(user), ts=answer["ts"], to=OFFICE)

    bot.check(OFFICE, sent["ts"], user=user)

    assert say.say("acts.own_message") in words(bot.view(user=user))


def test_the_shortcut_reads_what_a_message_passes_on(bot: Bot) -> None:
    user = bot.newcomer()
    ts = bot.say(DEAL, channel=OFFICE, user=KIM)
    bot.do("join", user, channel=OFFICE)
    sent = bot.do("forward", user, channel=OFFICE, ts=ts, to=OFFICE)

    bot.check(OFFICE, sent["ts"], user=user)

    (opening, *_) = bot.messages(bot.dm(user), user=user)
    assert f">{DEAL}" in words(opening)
