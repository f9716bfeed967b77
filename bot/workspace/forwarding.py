"""A message that somebody passes on, as the attachment that Slack's client makes of it.

Slack documents `is_share` nowhere; it tells what a person forwards from the preview of a link to
a message, which has the rest alike.
"""

from typing import Any

from bot.workspace.shapes import file_json
from bot.workspace.world import APP_ID, BOT_ID, TEAM_ID, Message, World

Json = dict[str, Any]


def share_of(world: World, message: Message) -> Json:
    """The attachment in which *message* is passed on."""
    author, place = world.users[message.user], world.channels[message.channel]
    link = f"{world.base}archives/{place.id}/p{message.ts.replace('.', '')}"
    share: Json = {
        "id": 1, "ts": message.ts, "author_id": author.id, "author_name": author.real_name,
        "author_subname": author.real_name, "channel_id": place.id, "channel_team": TEAM_ID,
        "is_msg_unfurl": True, "is_share": True, "from_url": link, "original_url": link,
        "text": message.text, "fallback": message.text or "[no preview available]",
        "mrkdwn_in": ["text"],
        "footer": "Direct message" if place.kind == "im" else f"Posted in #{place.name}",
        "message_blocks": [{"team": TEAM_ID, "channel": place.id, "ts": message.ts,
                            "message": {"blocks": list(message.blocks)}}]}
    if message.bot_id is not None:
        share |= {"bot_id": BOT_ID, "app_id": APP_ID}
    if message.files:
        share["files"] = [file_json(world, world.files[f]) for f in message.files]
    return share
