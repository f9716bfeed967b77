"""The door: what taking Slack's payloads in needs, and how a delivery is received."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.dialogue.phrasing import Wording
from bot.queue.deliveries import Deliveries, Received
from bot.slack.clients import Clients
from bot.store import Store
from bot.telemetry.metrics import SILENT, Metrics
from bot.telemetry.tracing import UNTRACED, Tracing
from bot.turns.delivery import Delivery, told

if TYPE_CHECKING:
    from bot.slack.surfaces import Surfaces

Body = dict[str, Any]
"""A payload of Slack's."""


@dataclass(frozen=True, slots=True)
class Door:
    """What the app and its listeners need.

    `surfaces` gives None while the guidance and the index are being loaded; messages are taken in
    meanwhile and wait.
    """

    store: Store
    deliveries: Deliveries
    clients: Clients
    say: Wording
    surfaces: "Callable[[], Surfaces | None]"
    wake: Callable[[], None]
    prompts: Sequence[Mapping[str, str]]
    removed: Callable[[str, str | None, datetime | None], None]
    """Forgets the tokens of a workspace (and its enterprise) that has removed the app, by when."""
    now: Callable[[], datetime]
    metrics: Metrics = SILENT
    tracing: Tracing = UNTRACED

    def receive(self, delivery: Delivery) -> Received:
        """Store *delivery* and wake the desk."""
        began = time.perf_counter()
        received = self.deliveries.receive(delivery)
        self.metrics.count("advisor_deliveries", delivery.act.value, received.value)
        if received is Received.NEW:
            self.tracing.arrived(delivery.key, time.perf_counter() - began, {
                "delivery": told(delivery.key), "act": delivery.act.value,
                "workspace": delivery.team})
            self.wake()
        return received
