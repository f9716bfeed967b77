"""The parts that handling needs, joined once."""

from dataclasses import dataclass

from bot.advisor import Advisor
from bot.dialogue.phrasing import Wording
from bot.editions.held import Editions
from bot.language_model.looks import Looks
from bot.queue.cases import Cases
from bot.queue.deliveries import Deliveries
from bot.slack.audience import Audiences
from bot.slack.catching_up import CatchingUp
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Parts:
    """What handling needs."""

    advisor: Advisor
    store: Store
    deliveries: Deliveries
    cases: Cases
    editions: Editions
    audiences: Audiences
    catching_up: CatchingUp
    say: Wording
    looks: Looks | None = None
    """Where answers are put down that a language model may better; None without a model."""
