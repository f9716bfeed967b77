"""The parts that handling needs, joined once."""

from dataclasses import dataclass

from bot.advisor import Advisor
from bot.cases import Cases
from bot.deliveries import Deliveries
from bot.dialogue.phrasing import Wording
from bot.editions import Editions
from bot.looks import Looks
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
