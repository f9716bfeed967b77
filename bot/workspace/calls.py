"""One call of the Web API: its arguments, and the refusals that many methods share."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.workspace import limits
from bot.workspace.site import Refusal, Site
from bot.workspace.world import BOT_USER, Channel, Message

Json = dict[str, Any]

_NESTED = frozenset({"blocks", "attachments", "metadata", "view", "prompts", "loading_messages",
                     "chunks", "files", "message"})
"""Arguments that come as JSON in a string when the call is a form."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is allowed to be made."""

    site: Site
    args: Mapping[str, Any]
    base_url: str
    """Address of the workspace, ending in "/"."""

    def text(self, name: str) -> str | None:
        """The argument as text, None where it is missing or empty."""
        value = self.args.get(name)
        if value is None or value == "":
            return None
        return value if isinstance(value, str) else str(value)

    def need(self, name: str) -> str:
        """The argument as text.

        Raises:
            Refusal: invalid_arguments, as Slack says that one is missing.
        """
        value = self.text(name)
        if value is None:
            raise Refusal("invalid_arguments",
                          f"[ERROR] missing required field: {name} [json-pointer:/{name}]")
        return value

    def flag(self, name: str) -> bool:
        """The argument as a truth."""
        return self.args.get(name) in {True, "1", "true", "True"}

    def number(self, name: str, default: int) -> int:
        """The argument as a count; *default* where it is left out or empty.

        Raises:
            Refusal: invalid_arguments where it is no whole number.
        """
        try:
            return int(self.args.get(name) or default)
        except (TypeError, ValueError):
            raise Refusal("invalid_arguments",
                          f"[ERROR] must be an integer [json-pointer:/{name}]") from None

    def nested(self, name: str) -> Any:
        """The argument as JSON, which forms write into a string.

        Raises:
            Refusal: invalid_blocks_format for blocks that are not JSON, else invalid_arguments.
        """
        value = self.args.get(name)
        if not isinstance(value, str) or name not in _NESTED:
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise Refusal("invalid_blocks_format" if name == "blocks" else "invalid_arguments",
                          f"[ERROR] must be JSON [json-pointer:/{name}]") from None

    def channel(self, name: str = "channel", *, users: bool = False) -> Channel:
        """The channel named.

        Args:
            name: The argument that names it.
            users: Whether a person's id stands for their direct messages.

        Raises:
            Refusal: channel_not_found; also for channels that the app cannot see.
        """
        channel_id = self.text(name)
        world = self.site.world
        if users and channel_id in world.users and channel_id != BOT_USER:
            return world.direct(channel_id)
        channel = world.channels.get(channel_id or "")
        if channel is None or (channel.kind != "channel" and BOT_USER not in channel.members):
            raise Refusal("channel_not_found")
        return channel

    def own(self, code: str = "cant_update_message") -> Message:
        """The app's own message at `channel` and `ts`.

        Raises:
            Refusal: channel_not_found, message_not_found, or *code* for somebody else's.
        """
        channel = self.channel()
        message = self.site.world.message(channel.id, self.need("ts"))
        if message is None or message.subtype == "tombstone":
            raise Refusal("message_not_found")
        if message.user != BOT_USER:
            raise Refusal(code)
        return message

    def scope_for(self, channel: Channel, right: str) -> None:
        """Refuse unless the app may read *channel*'s kind; *right* is "read" or "history".

        Raises:
            Refusal: missing_scope.
        """
        kind = {"channel": "channels", "private": "groups", "im": "im"}[channel.kind]
        scope = f"{kind}:{right}"
        if scope not in self.site.manifest.scopes:
            raise missing_scope(self.site, [scope])

    def blocks(self) -> list[Json]:
        """Blocks for a message, checked.

        Raises:
            Refusal: invalid_blocks_format, invalid_blocks or msg_blocks_too_long.
        """
        blocks = self.nested("blocks")
        if blocks is None:
            return []
        if not isinstance(blocks, list):
            raise Refusal("invalid_blocks_format")
        faults = limits.check_blocks(blocks, "message")
        if faults:
            raise Refusal("invalid_blocks", *faults,
                          errors=[fault.removeprefix("[ERROR] ") for fault in faults])
        if limits.too_long(blocks):
            raise Refusal("msg_blocks_too_long")
        return blocks

    def metadata(self) -> Json | None:
        """The message's metadata, checked; an empty object is none.

        Raises:
            Refusal: invalid_metadata_format, invalid_metadata_schema or metadata_too_large.
        """
        try:
            metadata = self.nested("metadata")
        except Refusal:
            raise Refusal("invalid_metadata_format") from None
        if metadata is None or metadata == {}:
            return None
        if not isinstance(metadata, dict):
            raise Refusal("invalid_metadata_format")
        if not isinstance(metadata.get("event_type"), str) or not isinstance(
                metadata.get("event_payload"), dict):
            raise Refusal("invalid_metadata_schema")
        if limits.size_in_bytes(metadata) > limits.METADATA_BYTES:
            raise Refusal("metadata_too_large")
        return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


Method = Callable[[Call], Json]


def missing_scope(site: Site, needed: Sequence[str]) -> Refusal:
    """The refusal of a call that *needed* one of these scopes."""
    return Refusal("missing_scope", needed=",".join(needed),
                   provided=",".join(sorted(site.manifest.scopes)))
