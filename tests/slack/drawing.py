"""Replies as messages of Slack, each held against what Slack takes."""

import re

from bot.dialogue.conversation import ConversationId
from bot.dialogue.reply import Asked, Kind, Line, Reply
from bot.slack.blocks import Post, to_posts
from bot.slack.shown import Shown
from retrieval.guidance import Choice, Fact, QuestionKind, ReleaseId
from tests.slack.limits import check_message, mrkdwn, objects

WHERE = Shown(ConversationId("T0ADVISOR1:C0DEALS001:1795564800.000100"), 3)


def drawing(guidance, say):
    """Draws a reply as posts, as they look once what is told of it in *shown* has happened."""
    def drawn(reply, shown=WHERE):
        posts = to_posts([(reply, shown)], guidance, say)
        for post in posts:
            check_message(post.text, post.blocks)
        return posts
    return drawn


def said(posts: tuple[Post, ...]) -> str:
    """What a reader sees, marks and links as their words."""
    text = "\n".join(mrkdwn(post.blocks) for post in posts)
    return re.sub(r"<[^|>]+\|([^>]*)>", r"\1", text)


def buttons(posts):
    return [o["text"]["text"] for o in objects([p.blocks for p in posts])
            if o.get("type") == "button"]


def action(posts, action_id):
    (found,) = [o for o in objects([p.blocks for p in posts]) if o.get("action_id") == action_id]
    return found


def question(kind=QuestionKind.CHOICE, several=False, choices=()):
    return Asked(Fact("end_user"), kind, "Who will use it?", "It matters.", several,
                 tuple(Choice(v, v.title()) for v in choices), ())


def asking(**how):
    return Reply(Kind.ASK, ReleaseId("r"), (Line("Noted."),), question=question(**how),
                 shape="step")
