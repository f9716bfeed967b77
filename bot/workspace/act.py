"""One thing that a person does: who, and what they gave with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.workspace.interactions import Impossible
from bot.workspace.site import Site
from bot.workspace.world import Message, User, View


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, and what they gave with it."""

    site: Site
    user: User
    given: Mapping[str, Any]

    def text(self, name: str) -> str:
        """What was given, "" where nothing was."""
        return str(self.given.get(name) or "")

    def channel(self, name: str = "channel") -> str:
        """The id of the channel meant, given as *name*.

        Raises:
            Impossible: This person cannot see such a channel.
        """
        channel_id = self.text(name)
        if not self.site.world.sees(self.user.id, channel_id):
            raise Impossible("You cannot see that channel.")
        return channel_id

    def joined(self, name: str = "channel") -> str:
        """The id of the channel meant, of which this person must be a member.

        Raises:
            Impossible: They are not.
        """
        channel_id = self.channel(name)
        if self.user.id not in self.site.world.channels[channel_id].members:
            raise Impossible("Join the channel first.")
        return channel_id

    def message(self) -> Message:
        """The message meant.

        Raises:
            Impossible: This person sees no such message.
        """
        found = self.site.world.messages[self.channel()].get(self.text("ts"))
        if found is None or found.only_to not in {None, self.user.id}:
            raise Impossible("That message is no longer there.")
        return found

    def own(self) -> Message:
        """The message meant, which this person wrote.

        Raises:
            Impossible: Somebody else did.
        """
        message = self.message()
        if message.user != self.user.id or message.subtype == "tombstone":
            raise Impossible("Only its author can do that.")
        return message

    def view(self) -> View:
        """The modal meant.

        Raises:
            Impossible: It is not open.
        """
        for view in self.site.world.modals.get(self.user.id, []):
            if view.id == self.text("view_id"):
                return view
        raise Impossible("That form is no longer open.")

    def state(self) -> Mapping[str, Any]:
        """What stands in the fields of the message or view acted on."""
        state = self.given.get("state") or {}
        return state if isinstance(state, Mapping) else {}
