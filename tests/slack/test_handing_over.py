"""Briefs as files, and deals sent to compliance: what is posted, what is kept, what is refused."""

from pathlib import Path

import pytest

from bot.connecting.entrance import page_of
from bot.console.entry.access import Address
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Guidance
from tests.slack.joined import COMPLIANCE_CHANNEL, OFFICE, joined
from tests.slack.playing import DEAL, Bot, actions, advised, asked_together, control, words
from tests.workspace.running import KIM, NOOR, PARTNER, RANDOM, SAM

# A brief takes seconds to set; how Slack is connected makes no difference to it.
pytestmark = pytest.mark.parametrize("transport", ["http"], indirect=True, scope="session")

CROWDS = DEAL + " It is to watch crowds at demonstrations."


@pytest.fixture(scope="module")
def thread(shared_bot: Bot) -> str:
    """The thread of a deal that Noor has sent to compliance, pressing twice."""
    thread = advised(shared_bot, CROWDS)
    advice = shared_bot.last(OFFICE, thread)
    shared_bot.press(advice, "compliance", user=NOOR)
    block, button = control(advice, "compliance")
    # The second tap of a hasty thumb: the workspace has redrawn the message, the hand was faster.
    shared_bot.workspace.do("press", NOOR, channel=OFFICE, ts=advice["ts"],
                            block_id=block["block_id"], action_id="compliance",
                            value=button["value"])
    shared_bot.settle()
    return thread


def sent(bot: Bot, thread: str) -> list[dict]:
    """What compliance was sent of a deal: the post, and its thread."""
    where = thread.replace(".", "")
    posts = bot.messages(COMPLIANCE_CHANNEL, user=KIM)
    (post,) = [m for m in posts if where in str(m.get("blocks"))]
    return [m for m in posts if post["ts"] in {m["ts"], m.get("thread_ts")}]


def download(bot: Bot, file: dict) -> bytes:
    """The content of a file, as its reader gets it."""
    got = bot.workspace.http.get(file["url_private"], params={"user": KIM})
    assert got.status_code == 200
    return got.content


def test_compliance_gets_the_deal_with_its_flags_a_link_and_the_brief(bot: Bot, thread: str):
    post, brief = sent(bot, thread)

    raised = [f.title for f in bot.turns(OFFICE, thread)[-1].reply.flags
              if f.status.value == "raised"]
    assert raised and all(title in words(post) for title in raised)
    assert "Kenya" in words(post) and f"<@{NOOR}>" in words(post)
    _, link = control(post, "open_link")
    assert f"/{OFFICE}/p{thread.replace('.', '')}" in link["url"]
    assert [Path(f["name"]).suffix for f in brief["files"]] == [".md", ".pdf"]


def test_the_brief_that_compliance_gets_is_that_of_the_deal(bot: Bot, thread: str):
    _, brief = sent(bot, thread)
    markdown, pdf = (download(bot, f) for f in brief["files"])

    text = markdown.decode()
    assert "Kenya" in text and "Noor Haddad" in text
    assert "not legal advice" in text.lower()
    assert "not yet checked" in text
    assert pdf.startswith(b"%PDF-") and len(pdf) > 10_000


def test_the_thread_says_that_compliance_has_it(bot: Bot, thread: str, say: Wording):
    note = bot.last(OFFICE, thread)

    assert note["text"] == say.say("acts.handed_over_note")
    assert note["thread_ts"] == thread


def test_the_button_is_replaced_by_who_sent_it(bot: Bot, thread: str):
    advice = bot.replies(OFFICE, thread)[-2]

    assert "compliance" not in actions(advice)
    assert f"<@{NOOR}>" in words(advice)
    assert {"brief", "passages", "watch", "feedback"} <= set(actions(advice))


def test_pressed_twice_it_is_sent_once_and_kept_once(bot: Bot, thread: str):
    (kept,) = bot.happened(OFFICE, thread)

    kind, by, what = kept
    assert (kind, by) == ("handed_over", NOOR)
    assert what["turn"] == len(bot.turns(OFFICE, thread))
    assert what["channel"] == COMPLIANCE_CHANNEL
    assert len(sent(bot, thread)) == 2


def test_the_compliance_lead_finds_it_in_app_home_with_a_link_to_read_it(bot: Bot, thread: str):
    post, _ = sent(bot, thread)

    kim, sam = bot.look_home(KIM), bot.look_home(SAM)

    heads = [b["text"]["text"] for b in kim["blocks"] if b["type"] == "header"]
    assert len(heads) == 2
    assert len([b for b in sam["blocks"] if b["type"] == "header"]) == 1
    waiting = next(b for b in kim["blocks"] if b["type"] == "section"
                   and "Kenya" in b["text"]["text"])
    assert f"/{COMPLIANCE_CHANNEL}/p{post['ts'].replace('.', '')}" in waiting["text"]["text"]
    # Going on with a deal is for those whose deal it is.
    assert "accessory" not in waiting


def test_of_a_direct_message_compliance_gets_no_link_that_they_could_not_open(
    bot: Bot, say: Wording
):
    user = bot.newcomer()
    thread = advised(bot, CROWDS, channel=bot.dm(user), user=user)

    bot.press(bot.last(bot.dm(user), thread, user=user), "compliance", user=user)

    post = next(m for m in reversed(bot.messages(COMPLIANCE_CHANNEL, user=KIM))
                if m.get("blocks") and f"<@{user}>" in words(m))
    assert actions(post) == []
    assert bot.last(bot.dm(user), thread, user=user)["text"] == say.say("acts.handed_over_direct")


def test_where_there_is_a_console_compliance_gets_a_link_to_it_though_it_is_a_direct_message(
    transport, tmp_path, guidance, reader, sentences, say
):
    with joined(transport, tmp_path, guidance, reader, sentences, say,
                page_of=page_of(Address("https://advisor.example.com"))) as it:
        bot = Bot(it)
        user = bot.newcomer()
        thread = advised(bot, CROWDS, channel=bot.dm(user), user=user)

        bot.press(bot.last(bot.dm(user), thread, user=user), "compliance", user=user)

        post = next(m for m in reversed(bot.messages(COMPLIANCE_CHANNEL, user=KIM))
                    if m.get("blocks") and f"<@{user}>" in words(m))
        (button,) = post["blocks"][-1]["elements"]
        assert button["text"]["text"] == say.say("acts.open_console")
        assert button["url"].startswith(
            "https://advisor.example.com/console/conversations/slack%3A")


def test_a_notification_of_a_deal_for_review_names_it_and_its_red_flags_the_gravest_first(
    bot: Bot, say: Wording
):
    thread = bot.mention("Maybe phone forensics for the police in Jordan, the courts are weak. "
                         "It might be used to watch crowds at demonstrations.")

    bot.press(bot.last(OFFICE, thread), "compliance")

    post = sent(bot, thread)[0]
    shown = words(post).splitlines()
    told = post["text"].splitlines()
    assert told[0] == say.say("acts.for_review")
    assert "Jordan" in told[1]
    assert told[2:] == [line for line in shown if line.startswith("• ")]
    assert told[2].startswith("• Red flag: ")
    supposed = [line for line in told[2:] if line.endswith(say.say("flag.supposed"))]
    assert supposed and len(supposed) < len(told[2:])


def test_a_deal_that_nothing_names_yet_is_called_so(bot: Bot, say: Wording):
    thread = bot.mention("it is to watch crowds at demonstrations")

    bot.press(bot.last(OFFICE, thread), "compliance")

    assert words(sent(bot, thread)[0]).splitlines()[:2] == [
        f"*{say.say('acts.for_review')}*", say.say("home.untitled")]


def test_what_was_answered_stays_answered_where_the_deal_is_sent_from(bot: Bot, say: Wording):
    """The message is drawn anew, and would else ask once more what was answered by its buttons."""
    thread = bot.mention(CROWDS)
    question = bot.last(OFFICE, thread)
    first, *others = asked_together(question)
    bot.choose_each(question, {first: ["yes"]})
    bot.press(question, "answer_done")
    answered = next(m for m in bot.replies(OFFICE, thread) if m["ts"] == question["ts"])

    bot.press(answered, "compliance")

    sent_on = next(m for m in bot.replies(OFFICE, thread) if m["ts"] == question["ts"])
    assert "Sent to compliance by" in words(sent_on)
    assert "compliance" not in actions(sent_on)
    assert asked_together(sent_on) == []
    assert words(sent_on).count(say.say("ask.left_open")) == len(others)
    shown = [[line for line in words(m).splitlines() if line.startswith("*Yes")]
             for m in (answered, sent_on)]
    assert len(shown[0]) == 1
    assert shown[1] == shown[0]


def test_a_brief_comes_into_the_thread_as_markdown_and_pdf(bot: Bot):
    thread = advised(bot, CROWDS)

    bot.press(bot.last(OFFICE, thread), "brief")

    posted = bot.messages(OFFICE, thread=thread)[-1]
    assert [Path(f["name"]).suffix for f in posted["files"]] == [".md", ".pdf"]
    assert bot.happened(OFFICE, thread) == [("briefed", SAM, {})]
    markdown = download(bot, posted["files"][0]).decode()
    raised = [f.title for f in bot.turns(OFFICE, thread)[-1].reply.flags
              if f.status.value == "raised"]
    assert raised and all(title in markdown for title in raised)


@pytest.mark.parametrize(("channel", "sentence"), [
    ("", "acts.no_channel"),
    (PARTNER, "acts.unsafe_channel"),
    (RANDOM, "acts.unreachable_channel"),
    ("C0NOWHERE1", "acts.unreachable_channel"),
])
def test_where_it_cannot_be_sent_safely_nothing_is_sent_and_the_person_is_told(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording,
    transport: str, channel: str, sentence: str,
):
    with joined("http", tmp_path, guidance, reader, sentences, say, compliance=channel) as made:
        bot = Bot(made)
        thread = advised(bot, CROWDS)
        before = bot.log("call")

        # Twice, since the person may try again once somebody has mended it.
        bot.press(advice_of(bot, thread), "compliance")
        bot.press(advice_of(bot, thread), "compliance")

        told = [m["text"] for m in bot.replies(OFFICE, thread)[-2:]]
        assert told == [say.say(sentence)] * 2
        assert bot.happened(OFFICE, thread) == []
        assert "compliance" in actions(advice_of(bot, thread))
        posts = [c for c in bot.log("call")[len(before):] if c["method"].startswith("chat.")]
        assert {c["args"]["channel"] for c in posts} == {OFFICE}


def advice_of(bot: Bot, thread: str) -> dict:
    """The message of a thread that has the buttons of its advice."""
    return next(m for m in reversed(bot.replies(OFFICE, thread))
                if m.get("blocks") and "brief" in actions(m))
