"""A reply that a language model has worded, as a Slack message, and the plain wording behind it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.dialogue import pointing
from bot.dialogue.conversation import ConversationId
from bot.dialogue.drafting import Draft, PointKind, Sentence
from bot.dialogue.phrasing import Wording
from bot.dialogue.pointing import points_of
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Line, Reply, WordedLine
from bot.slack import names
from bot.slack.blocks import Post, to_posts
from bot.slack.names import load_press
from bot.slack.shown import Shown
from bot.slack.views import passages_view, plain_view
from bot.workspace.emoji import EMOJI
from bot.workspace.markup import Names
from bot.workspace.markup import mrkdwn as as_slack_draws
from retrieval.guidance import Guidance
from tests.dialogue.talking import Talk
from tests.slack.limits import check_message, check_view, mrkdwn, objects
from tests.slack.replies import HOSTILE, over, replies
from tests.slack.second import worded

WHERE = Shown(ConversationId("T0ADVISOR1:C0DEALS001:1795564800.000100"), 4)
DEAL = "We want to sell spyware to the intelligence agency of Kenya, through a reseller."

Draw = Callable[[Reply], tuple[Post, ...]]
Better = Callable[..., Reply]


@pytest.fixture
def first(guidance: Guidance, reader: PlainReader, sentences: Wording) -> Reply:
    """The plain first answer on a deal that raises red flags."""
    reply = Talk(guidance, reader, sentences).say(DEAL)
    assert [f for f in reply.flags if f.status == "raised"]
    return reply


@pytest.fixture
def advice(guidance: Guidance, reader: PlainReader, sentences: Wording) -> Reply:
    """The plain advice in full on the same deal."""
    talk = Talk(guidance, reader, sentences)
    talk.say(DEAL)
    return talk.say("advise now")


@pytest.fixture
def better(guidance: Guidance, say: Wording) -> Better:
    """Words a reply with the texts given."""
    return lambda reply, *texts: worded(reply, guidance, say, *texts)


@pytest.fixture
def draw(guidance: Guidance, say: Wording) -> Draw:
    def drawn(reply: Reply) -> tuple[Post, ...]:
        posts = to_posts([(reply, WHERE)], guidance, say)
        for post in posts:
            check_message(post.text, post.blocks)
        return posts
    return drawn


def texts(post: Post) -> list[str]:
    """The texts of sections and small print, in order, marks as their words."""
    found = [b["text"]["text"] if b["type"] == "section" else b["elements"][0]["text"]
             for b in post.blocks if b["type"] in {"section", "context"}]
    return [re.sub(r"<[^|>]+\|([^>]*)>", r"\1", text) for text in found]


def labels(posts: tuple[Post, ...]) -> list[str]:
    return [o["text"]["text"] for post in posts for o in objects(list(post.blocks))
            if o.get("type") == "button"]


def test_the_models_lines_stand_in_place_of_the_findings_and_all_else_stays(
    first: Reply, better: Better, draw: Draw
) -> None:
    (before,) = draw(first)
    (after,) = draw(better(first, "An agency that spies raises a flag.", "A reseller needs care."))

    plain, now = texts(before), texts(after)
    assert now[:2] == plain[:2], "the upshot, and what was understood"
    assert re.fullmatch(r"An agency that spies raises a flag. (\[\d+\])+", now[2])
    assert re.fullmatch(r"A reseller needs care. (\[\d+\])+", now[3])
    assert now[4] in plain, "the question"
    assert not any("*Red flag" in text for text in now)
    assert [label for label in labels((after,)) if label != "Plain wording"] == labels((before,))


def test_what_a_model_passes_over_is_told_by_name(
    first: Reply, guidance: Guidance, say: Wording, draw: Draw
) -> None:
    points = points_of(first, guidance)
    draft = Draft((Sentence("An agency that spies raises a flag.", (points[0].id,)),))
    (post,) = draw(pointing.worded(first, draft, points, "test:scripted", say))

    shown = texts(post)
    safeguards = next(text for text in shown if text.startswith("*Also to put in place:*"))
    named = [point.title for point in points if point.kind is PointKind.SAFEGUARD]
    assert named and all(title in safeguards for title in named)
    assert points[0].title not in "".join(text for text in shown[3:] if text.startswith("*Also"))


def test_small_print_says_that_a_model_worded_it_and_that_each_sentence_was_checked(
    first: Reply, better: Better, draw: Draw, say: Wording
) -> None:
    (plain,), (post,) = draw(first), draw(better(first, "One.", "Two."))

    said = say.say("worded.by")
    assert "checked against its sources" in said
    assert texts(post).count(said) == 1
    assert said not in texts(plain)
    sources = next(n for n, text in enumerate(texts(post)) if text.startswith("_Sources"))
    assert texts(post).index(said) > sources


def test_only_what_is_shown_is_listed(first: Reply, better: Better, draw: Draw) -> None:
    (post,) = draw(better(first, "One."))
    marks = set(re.findall(r"\|\[(\d+)\]>", mrkdwn(post.blocks)))
    listed = set(re.findall(r"\[(\d+)\] ", mrkdwn(post.blocks)))
    assert marks
    assert marks == listed


def test_advice_that_was_worded_keeps_every_button_and_gets_one_more(
    advice: Reply, better: Better, draw: Draw
) -> None:
    plain, now = draw(advice), draw(better(advice, "One.", "Two.", "Three."))

    assert sorted(labels(now)) == sorted([*labels(plain), "Plain wording"])
    (button,) = [o for o in objects(list(now[-1].blocks)) if o.get("action_id") == names.PLAIN]
    press = load_press(button["value"])
    assert (press.conversation, press.turn) == (WHERE.conversation, WHERE.turn)


def test_a_notification_says_the_upshot_and_then_the_models_lines(
    first: Reply, better: Better, draw: Draw
) -> None:
    (post,) = draw(better(first, "One.", "Two."))
    lines = [re.sub(r" (\[\d+\])+$", "", line) for line in post.text.split("\n")]
    assert lines[0] == first.lead[-1].text
    assert lines.index("Two.") == lines.index("One.") + 1


def test_a_stream_can_begin_with_our_own_line_alone(
    first: Reply, better: Better, draw: Draw
) -> None:
    (plain,), (post,) = draw(first), draw(better(first, "A sentence of the model."))
    assert (post.lead, post.lead_blocks) == (plain.lead, 1)
    assert "model" not in post.lead


def test_the_plain_wording_holds_every_flag_with_its_sources(
    advice: Reply, better: Better, guidance: Guidance, say: Wording
) -> None:
    view = plain_view(better(advice, "One."), guidance, say)

    check_view(view)
    shown = mrkdwn(view["blocks"])
    for flag in advice.flags:
        assert (flag.title in shown) == (flag.status == "raised")
    assert "One." not in shown
    assert "A language model worded this" not in shown
    assert [o for o in objects(view["blocks"]) if o.get("type") == "button"] == []
    for mark in re.findall(r"\|(\[\d+\])>", shown):
        assert f"{mark} " in shown


def test_the_passages_of_a_worded_reply_come_under_its_own_numbers(
    first: Reply, better: Better, guidance: Guidance, say: Wording, draw: Draw
) -> None:
    now = better(first, "One.", "Two.")
    view = passages_view(now, guidance, say)
    check_view(view)
    numbers = re.findall(r"\*\[(\d+)\]", mrkdwn(view["blocks"]))
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    assert set(numbers) == set(re.findall(r"\|\[(\d+)\]>", mrkdwn(draw(now)[0].blocks)))


# ---- whatever a model says ----

_TRICKS = st.sampled_from([
    *HOSTILE, *(f":{name}:" for name in EMOJI), *EMOJI.values(), "http://evil.example/",
    "<https://evil.example|the Guiding Principles>", "mailto:sam@example.com", "@here", "@channel",
    "<!everyone>", "<#C0DEALS001>", "<!date^1^{date}|x>", "> quoted", "&gt; quoted", "_", "*", "`",
    "~", "\u200b", "\ufe0f", "\u20e3", "1\ufe0f\u20e3", "_*~`x`~*_",
])
_SENTENCES = st.lists(
    st.one_of(_TRICKS, st.text(max_size=30)), min_size=1, max_size=8
).flatmap(lambda parts: st.sampled_from(["", " "]).map(lambda between: between.join(parts)))


@pytest.mark.long
@settings(max_examples=200, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=_SENTENCES)
@example(text="".join(sorted(HOSTILE, key=len)[-3:]))
def test_whatever_a_model_says_is_words_and_nothing_else(
    guidance: Guidance, say: Wording, text: str
) -> None:
    reply = Reply("advice", guidance.release, (Line("Upshot."),), worded=(WordedLine(text),))
    first, *further = to_posts([(reply, WHERE)], guidance, say)  # several hostile texts are long
    words = first.text.split("\n")[1:]
    for post, blocks in ((first, first.blocks[1:]), *((one, one.blocks) for one in further)):
        check_message(post.text, post.blocks)
        words += [b["text"]["text"] for b in blocks if b["type"] == "section"]
    for one in (*words, *(line for post in further for line in post.text.split("\n"))):
        drawn = str(as_slack_draws(one, Names()))
        assert "<" not in drawn.replace("<br>", "")
        assert not any(picture in drawn for picture in EMOJI.values())
        assert "://" not in drawn and "@" not in drawn
    drawn_blocks = [block for post in (first, *further) for block in post.blocks]
    assert all(o["verbatim"] for o in objects(drawn_blocks) if o.get("type") == "mrkdwn")


@pytest.mark.long
@settings(max_examples=20, deadline=None,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large,
                                 HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_plain_wording_is_a_modal_that_slack_takes(
    guidance: Guidance, say: Wording, data: st.DataObject
) -> None:
    guidance = over(guidance)
    reply = replace(data.draw(replies(guidance)), worded=(WordedLine("One."),))
    check_view(plain_view(reply, guidance, say))


def test_what_happens_to_a_worded_reply_changes_its_last_message_only(
    advice: Reply, better: Better, guidance: Guidance, say: Wording
) -> None:
    long = better(advice, *("A sentence that goes on for quite a while. " * 30 for _ in range(12)))
    before = to_posts([(long, WHERE)], guidance, say)
    after = to_posts([(long, replace(WHERE, watch_on=date(2027, 12, 28)))], guidance, say)
    assert len(before) > 1
    assert before[:-1] == after[:-1]
