"""New channels of the workspace, and what the bot has told there."""

import itertools
import json
from typing import Any

from bot.workspace.world import BOT_USER, Channel
from tests.slack.playing import Bot
from tests.workspace.running import BOT, NOOR, SAM

TEAM = "T0ADVISOR1"
TELLING = ("Kenya", "olice", "rone", "acial", "eseller", "crowd", "demonstration")
"""Parts of words that only somebody who knows the deal would write."""
_numbers = itertools.count()


def channel(bot: Bot, *more: str) -> str:
    """A new channel of Sam, Noor, the bot, and whoever else."""
    made = f"C0AUDIEN{next(_numbers):02}"
    bot.joined.world.put_channel(
        Channel(made, made.lower(), "channel", (SAM, NOOR, BOT_USER, *more)))
    return made


def share(bot: Bot, where: str) -> None:
    """Share a channel with another organisation, which Slack tells the bot."""
    bot.workspace.order("external", channel=where)
    bot.workspace.order("event", type="channel_shared", channel=where,
                        connected_team_id="T0PARTNER1")
    bot.settle()


def posted(bot: Bot, where: str) -> str:
    """Everything that the bot has written to a channel in this test, as JSON."""
    return json.dumps([
        c["args"] for c in bot.log("call")
        if where in {c["args"].get("channel"), c["args"].get("channel_id")}
        and c["method"].startswith(("chat.post", "chat.start", "chat.update", "files."))
    ], ensure_ascii=False)


def tells(bot: Bot, where: str) -> list[str]:
    text = posted(bot, where)
    return [part for part in TELLING if part in text]


def moved_to(bot: Bot, user: str = SAM) -> dict[str, Any]:
    """The bot's last thread in the direct messages of *user*: its first message."""
    firsts = [m for m in bot.messages(bot.dm(user), user=user) if m.get("thread_ts") in
              {None, m["ts"]} and m["user"] == BOT]
    return firsts[-1]
