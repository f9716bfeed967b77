"""What stands is replaced by what is to stand in its place, whole or not at all."""

from typing import Any

import pytest

from bot.delivery import REMOVE, REPLACE, Outgoing
from bot.dialogue.conversation import Conversation, ConversationId
from bot.ledger import canonical
from bot.log import rows
from bot.slack.notes import note
from bot.slack.posting import MESSAGE
from tests.slack.test_posting import GRACE, Bench, bench  # noqa: F401  a fixture
from tests.workspace.running import BOT, BOT_TOKEN, DEALS, SAM, SAMS_DM

Json = dict[str, Any]


class Desk:
    """A reply of several posts that stands, and a second one that is to replace it."""

    def __init__(self, bench: Bench, channel: str = DEALS) -> None:  # noqa: F811
        self.bench, self.channel = bench, channel
        self.box = bench.made.deliveries
        text = "We want to sell drones to the police" if channel == SAMS_DM else None
        self.ts = bench.ask(text, channel) if text else bench.ask()
        bench.work()
        (self.conversation,) = {row.conversation for row in self._turns()}
        (self.key,) = {row.key for row in self._turns()}

    def _turns(self) -> list[Any]:
        return [row for row in rows(self.bench.made.store.engine.connect(), "T0ADVISOR1")
                if row.kind == "turn"]
