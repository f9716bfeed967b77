"""The page of a conversation shows each reply as it was posted, under the numbers that it had."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import update

from bot.advisor import Said
from bot.brief.document import Part
from bot.brief.sentences import load
from bot.brief.writing import brief_of
from bot.console.conversations.casefile import laid_out, take_up
from bot.console.turns.sources import numbered
from bot.dialogue.conversation import ConversationId
from bot.errors import UnknownRelease
from bot.plain import to_text
from bot.schema import turns as turn_rows
from bot.slack.blocks import to_posts
from bot.slack.reposted import posted
from bot.slack.shown import Shown
from bot.turns.circumstances import Circumstances, Where
from bot.turns.delivery import key_of_edit
from bot.turns.posted import as_text, marked
from tests.conftest import PROJECT
from tests.console.talking import DEAL, WHEN, viewer
from tests.slack.conftest import say

__all__ = ["say"]


def words(html):
    html = html.replace('<span class="hidden">Source </span>', "")
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def of(page, number):
    """What the page shows as posted in turn *number*."""
    turn = page.text.split(f'id="turn-{number}" ')[1].split("</article>")[0]
    return re.search(r'<div class="posted">(.*?)</div>\s*<!-- posted -->', turn, re.S)[1]


@pytest.fixture
def talked(desk):
    desk.say("c1", DEAL)
    desk.say("c1", "Give me the advice now.")
    desk.say("c1", "Actually the end-user is the health ministry, not the police.")
    desk.say("c1", "What does the guidance say about audits?")
    return desk


def turns(desk):
    return desk.store.turns(ConversationId("c1"))


def test_a_reply_reads_as_it_was_posted_with_the_numbers_that_it_had(talked):
    page = talked.reads("/conversations/c1")
    for turn in turns(talked):
        shown = words(of(page, turn.version))
        assert " ".join(to_text(turn.reply, talked.advisor.guidance).split()) in shown


def test_each_number_leads_to_the_provision_that_it_cites(talked):
    page, guidance = talked.reads("/conversations/c1"), talked.advisor.guidance
    for turn in turns(talked):
        html, seen = of(page, turn.version), 0
        for message in as_text(turn, guidance).messages:
            for run in (run for one in message for run in one.runs if run.cites):
                one = run.cites[0]
                link = (f"/console/corpus/releases/{one.release}/provisions/{one.provision}"
                        f"?from={one.start}&to={one.end}#passage")
                assert re.search(rf'<a[^>]* href="{re.escape(link)}"[^>]*>.*?'
                                 rf'{re.escape(run.text)}', html, re.S)
                seen += 1
        assert seen


def test_the_data_are_in_a_fold_below(talked):
    turn = talked.reads("/conversations/c1").text.split('id="turn-1" ')[1]
    assert turn.index('<div class="posted">') < turn.index("Red flags raised") < turn.index(
        "The same as data")


def test_what_cannot_be_drawn_again_is_shown_as_data_alone(talked, monkeypatch):
    monkeypatch.setattr(talked, "editions", Unreadable())
    page = talked.reads("/conversations/c1")
    assert page.status_code == 200
    assert '<div class="posted">' not in page.text
    assert "<details><summary>The same as data" not in page.text
    assert "Red flags raised" in page.text


class Unreadable:
    def of(self, release):
        raise UnknownRelease(release)


def test_an_edit_is_told_at_the_message_and_where_it_was_heard(desk):
    desk.say("c1", DEAL)
    desk.say("c1", "What does the guidance say about audits?")
    first = turns(desk)[0]
    desk.advisor.take_turn(Said(
        key_of_edit(first.key, "1.5"), ConversationId("c1"), first.author,
        first.message.sent_at + timedelta(hours=1), DEAL.replace("Kenya", "Norway"),
        workspace="T1", edits=first.key))
    told = [words(one) for one in
            desk.reads("/conversations/c1").text.split('<article class="turn"')[1:]]
    assert ("Edited in Slack since, 25 Nov 2026, 10:00 UTC: these are the old words; the new ones "
            "were heard in turn 3.") in told[0]
    assert ("Edited in Slack: this is the new wording of the message of turn 1, sent "
            "25 Nov 2026, 10:00 UTC.") in told[2]
    assert "Edited in Slack" not in told[1]


def test_the_brief_says_of_an_edit_that_it_was_heard_in_its_own_turn(desk, guidance, sentences):
    desk.say("c1", DEAL)
    first = turns(desk)[0]
    desk.advisor.take_turn(Said(
        key_of_edit(first.key, "1.5"), ConversationId("c1"), first.author, WHEN,
        DEAL.replace("Kenya", "Norway"), workspace="T1", edits=first.key))
    brief = brief_of(
        desk.store.load(ConversationId("c1")), turns(desk), guidance,
        load(PROJECT / "prompts", sentences), asker="U1", link=None, now=WHEN)
    grounds = {point.text or point.head: [ground.place for ground in point.grounds]
               for section in brief.sections if section.part is Part.UNDERSTOOD
               for point in section.points}
    assert [place for name, place in grounds.items() if "Norway" in name] == [["turn 2"]]
    assert [place for name, place in grounds.items() if "Police" in name] == [["turn 1"]]


def test_what_slack_shows_is_drawn_by_what_posts_it(talked, guidance, say):
    turn = turns(talked)[1]
    drawn = posted(turn, guidance, say)
    posts = to_posts([(turn.reply, Shown(turn.conversation, turn.version))], guidance, say)
    assert drawn.where == "Slack"
    assert len(drawn.messages) == len(posts)
    for message, post in zip(drawn.messages, posts, strict=True):
        for n in re.findall(r"\|\[(\d+)\]>", str(post.blocks)):
            assert any(run.text == f"[{n}]" and run.cites for one in message for run in one.runs)
    text = "".join(run.text for message in drawn.messages for one in message for run in one.runs)
    assert turn.reply.lead[-1].text in text
    assert "<http" not in text
    assert "&amp;" not in text
    assert "Send to compliance" in {
        label for message in drawn.messages for one in message for label in one.choices}


def test_a_thread_where_it_listens_says_so_again(talked, guidance, say):
    turn = replace(turns(talked)[1], circumstances=Circumstances(
        Where("slack", channel="C1", thread="1.0")))
    text = "".join(run.text for message in posted(turn, guidance, say).messages
                   for one in message for run in one.runs)
    assert say.say("post.listening") in text


def test_a_number_in_brackets_that_stands_for_no_source_stays_words():
    assert [run.text for run in marked("see [7] there", {1: ()})] == ["see [7] there"]


@pytest.mark.parametrize("words", [f"[{'1' * 5_000}]", "[\u0661]", "[01]", "[0]"])
def test_what_no_mark_of_ours_looks_like_stays_words(words, guidance):
    """Five thousand digits in brackets raised an error, and "[01]" was taken for source 1."""
    cited = (next(iter(guidance.red_flags)),)
    (run,) = marked(words, {0: cited, 1: cited})
    assert (run.text, run.cites) == (words, ())


def test_what_was_posted_is_on_record_as_posted_and_what_was_not_is_said_not_to_be(
        talked, guidance, say):
    """Every reply read as one that may never have gone out, long after it was answered."""
    with talked.store.writing() as connection:
        connection.execute(update(turn_rows).where(turn_rows.c.version != 3).values(
            posted_ref="D1:1.0"))
    with talked.store.writing() as connection:
        rows = take_up(connection, viewer(), ConversationId("c1"), WHEN)
    file = laid_out(rows, viewer(), talked.editions.of, "A deal",
                    lambda turn, release: posted(turn, release, say))
    assert [one.turn.posted_ref for one in file.exchanges] == ["D1:1.0", "D1:1.0", None, "D1:1.0"]


def test_a_source_has_one_number_the_one_of_the_reply_as_posted(talked, guidance, say):
    """[5] in the reply was another provision than the 5 in the box below it."""
    with talked.store.writing() as connection:
        rows = take_up(connection, viewer(), ConversationId("c1"), WHEN)
    file = laid_out(rows, viewer(), talked.editions.of, "A deal",
                    lambda turn, release: posted(turn, release, say))
    for one in file.exchanges:
        runs = [run for message in one.posted.messages for block in message
                for run in block.runs if run.cites]
        for run in runs:
            assert {f"[{numbered(one.sources)(cited)}]" for cited in run.cites} == {run.text}
        shown = {source.number for source in one.sources if source.shown}
        assert shown == {int(run.text[1:-1]) for run in runs}
        assert all(source.number > max(shown) for source in one.sources if not source.shown)
        assert {source.citation for source in one.sources} == set(one.turn.reply.citations())
