"""Where numbers and traces are sent, by the environment, and whether anybody listens there."""

import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from bot.telemetry import sending, tracing

PORTS = {"http": 80, "https": 443}
SECONDS = 3.0
"""How long a receiver may take to let somebody in."""


def receivers(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The addresses that *environment* has numbers or traces sent to, each once."""
    names = dict.fromkeys((*sending.ENDPOINTS, *tracing.ENDPOINTS))
    return tuple(dict.fromkeys(given for name in names if (given := environment.get(name))))


def unreached(address: str) -> str | None:
    """Why nobody can be reached at *address*, an http or https URL; None where somebody listens.

    Whether it takes what it is sent is not tried: that would put something there.
    """
    parts = urlsplit(address)
    try:
        port = parts.port or PORTS.get(parts.scheme, 0)
        socket.create_connection((parts.hostname or "", port), SECONDS).close()
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    return None
