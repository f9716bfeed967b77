"""What the app is told of: events it subscribed to, where it may hear them."""

from typing import Any

from bot.workspace.deliveries import Deliveries
from bot.workspace.manifest import Manifest
from bot.workspace.shapes import message_json, view_json
from bot.workspace.texts import mentioned
from bot.workspace.world import (
    APP_ID,
    BOT_USER,
    PARTNER_TEAM_ID,
    TEAM_ID,
    Channel,
    Message,
    World,
)

Json = dict[str, Any]

_SUBSCRIPTIONS = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
_PARTING = frozenset({"tokens_revoked", "app_uninstalled"})
"""What an app is still told when it may do nothing any more."""


class Events:
    """Turns what happens into deliveries."""

    def __init__(self, world: World, manifest: Manifest, deliveries: Deliveries) -> None:
        self._world = world
        self._manifest = manifest
        self._deliveries = deliveries

    def posted(self, message: Message) -> None:
        """Somebody posted: a message event, and a mention where the app is mentioned."""
        channel = self._world.channels[message.channel]
        if message.only_to is not None or BOT_USER not in channel.members:
            return
        body = self.shown(message) | self._place(channel, message.ts)
        if (message.user != BOT_USER and channel.kind != "im"
                and BOT_USER in mentioned(message.text) and message.subtype != "channel_join"):
            mention = {k: v for k, v in body.items() if k not in {"channel_type", "subtype"}}
            self._tell("app_mention", mention | {"type": "app_mention"}, channel)
        self._tell(_SUBSCRIPTIONS[channel.channel_type], body, channel)

    def shown(self, message: Message) -> Json:
        """*message* as an event carries it now."""
        return message_json(self._world, self._manifest, message, metadata=True)

    def changed(self, was: Json, after: Message) -> None:
        """A message is no longer what it *was*: edited, answered, written to its end."""
        channel = self._world.channels[after.channel]
        if after.only_to is not None or BOT_USER not in channel.members:
            return
        ts = self._world.new_ts()
        self._tell(_SUBSCRIPTIONS[channel.channel_type], {
            "type": "message", "subtype": "message_changed", "hidden": True,
            "message": self.shown(after), "previous_message": was, "ts": ts,
            **self._place(channel, ts)}, channel)

    def deleted(self, before: Message) -> None:
        """A message is gone."""
        channel = self._world.channels[before.channel]
        if before.only_to is not None or BOT_USER not in channel.members:
            return
        ts = self._world.new_ts()
        self._tell(_SUBSCRIPTIONS[channel.channel_type], {
            "type": "message", "subtype": "message_deleted", "hidden": True,
            "deleted_ts": before.ts, "previous_message": self.shown(before), "ts": ts,
            **self._place(channel, ts)}, channel)

    def joined(self, channel: Channel, user_id: str, inviter: str | None) -> None:
        """Somebody became a member."""
        event = {"type": "member_joined_channel", "user": user_id, "channel": channel.id,
                 "channel_type": "G" if channel.kind == "private" else "C", "team": TEAM_ID,
                 "event_ts": self._world.new_ts()}
        if inviter is not None:
            event["inviter"] = inviter
        self._tell("member_joined_channel", event, channel)

    def home_opened(self, user_id: str, tab: str) -> None:
        """Somebody opened the app's Home or Messages tab."""
        channel = self._world.direct(user_id)
        event: Json = {"type": "app_home_opened", "user": user_id, "channel": channel.id,
                       "tab": tab, "event_ts": self._world.new_ts()}
        home = self._world.homes.get(user_id)
        if tab == "home" and home is not None:
            event["view"] = view_json(home)
        self._tell("app_home_opened", event, channel)

    def session_stopped(self, user_id: str, message: Message) -> None:
        """Somebody pressed Stop while the app was writing."""
        self._tell("agent_session_stopped", {
            "type": "agent_session_stopped", "user": user_id, "channel": message.channel,
            "thread_ts": message.thread_ts or message.ts, "streaming_message_ts": [message.ts],
            "event_ts": self._world.new_ts()}, self._world.channels[message.channel])

    def tokens_revoked(self) -> None:
        """The bot's token is void."""
        self._tell("tokens_revoked", {"type": "tokens_revoked",
                                      "tokens": {"oauth": [], "bot": [BOT_USER]}}, None)

    def uninstalled(self) -> None:
        """The app was removed from the workspace."""
        self._tell("app_uninstalled", {"type": "app_uninstalled"}, None)

    def other(self, event: Json) -> None:
        """Deliver *event* as given, if the app subscribed to its type."""
        channel = self._world.channels.get(str(event.get("channel")))
        self._tell(str(event["type"]), {"event_ts": self._world.new_ts()} | event, channel)

    @staticmethod
    def _place(channel: Channel, ts: str) -> Json:
        return {"channel": channel.id, "channel_type": channel.channel_type, "event_ts": ts}

    def _tell(self, subscription: str, event: Json, channel: Channel | None) -> None:
        if subscription not in self._manifest.events:
            return
        if self._world.revoked and subscription not in _PARTING:
            return
        shared = channel is not None and channel.is_ext_shared
        body: Json = {
            "token": "local", "team_id": TEAM_ID, "context_team_id": TEAM_ID,
            "context_enterprise_id": None, "api_app_id": APP_ID, "event": event,
            "type": "event_callback", "event_id": self._world.new_id("Ev"),
            "event_time": int(self._world.now()),
            "authorizations": [{"enterprise_id": None, "team_id": TEAM_ID, "user_id": BOT_USER,
                                "is_bot": True, "is_enterprise_install": False}],
            "is_ext_shared_channel": shared, "event_context": self._world.new_id("4-"),
        }
        author = self._world.users.get(str(event.get("user")))
        if author is not None and author.team_id == PARTNER_TEAM_ID:
            event["user_team"] = event["source_team"] = author.team_id
            if subscription in _SUBSCRIPTIONS.values():
                # Of a mention Slack names the app's workspace, of words that of whoever wrote them.
                body["team_id"] = author.team_id
        self._deliveries.tell(body)
