"""Faults that a test orders: the n-th call of a method fails, deliveries misbehave."""

from dataclasses import dataclass, field

KINDS = frozenset({"rate_limited", "http_500", "http_502", "html_500", "reset_before",
                   "reset_after_commit", "latency", "bad_json"})
REFUSED = "refused:"
"""Begins a kind that is refused with whatever code follows, such as a workspace's settings may
cause: `refused:edit_window_closed`."""


@dataclass(slots=True)
class _Order:
    method: str
    left: int
    """Calls until it strikes; 1 is the next."""
    kind: str
    seconds: float


@dataclass(slots=True)
class DeliveryFaults:
    """How deliveries misbehave until set otherwise."""

    duplicate: int = 0
    """Extra copies of each event."""
    reorder: int = 0
    """Events held back and then sent last first, in batches of this many."""
    delay: float = 0.0
    """Seconds before each delivery."""
    skew_seconds: float = 0.0
    """Added to the timestamp that is signed."""
    wrong_signature: bool = False


@dataclass(slots=True)
class Faults:
    """What is to go wrong."""

    deliveries: DeliveryFaults = field(default_factory=DeliveryFaults)
    _orders: list[_Order] = field(default_factory=list)

    def order(self, method: str, nth: int, kind: str, seconds: float = 0.0) -> None:
        """Make the *nth* call of *method* from now (1 is the next) fail as *kind* says.

        Raises:
            ValueError: There is no such kind, or *nth* is below 1.
        """
        if kind not in KINDS and not kind.startswith(REFUSED):
            known = ", ".join([*sorted(KINDS), f"{REFUSED}CODE"])
            raise ValueError(f"no fault {kind!r}; there are {known}")
        if nth < 1:
            raise ValueError("nth counts from 1, the next call")
        self._orders.append(_Order(method, nth, kind, seconds))

    def strike(self, method: str) -> tuple[str, float] | None:
        """Count a call of *method*; the fault and its seconds, if one was ordered for it."""
        struck = None
        for order in list(self._orders):
            if order.method != method:
                continue
            order.left -= 1
            if order.left == 0:
                self._orders.remove(order)
                struck = struck or (order.kind, order.seconds)
        return struck

    def clear(self) -> None:
        """Forget everything ordered."""
        self._orders.clear()
        self.deliveries = DeliveryFaults()
