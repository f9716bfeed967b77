"""Connections of a download: to the very address that was checked, and until a deadline.

A name is resolved once, all that it stands for is checked, and the connection goes to one of those
addresses and to nothing that the name may stand for a moment later.  TLS still asks the server for
a certificate of the name.
"""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import httpcore

from retrieval.ingesting.addresses import Address, literal, why_not_public

Resolver = Callable[[str, int], Sequence[Address]]
"""Gives every address of a host name for a port; raises OSError if it has none."""

MOST_TRIED = 4
"""Addresses of one name that are tried."""
CONNECT_SECONDS = 10.0
"""How long one address is waited for, so that there is time for the next."""


class Refused(Exception):
    """A connection that may not be made; the message is the reason, as part of a sentence."""


@dataclass
class Deadline:
    """When a download has to be over, whatever it is doing."""

    seconds: float
    ends: float = field(init=False)

    def __post_init__(self) -> None:
        self.ends = time.monotonic() + self.seconds

    def left(self) -> float:
        """Seconds that are left.

        Raises:
            httpcore.ReadTimeout: None are.
        """
        left = self.ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time is over")
        return left


def resolve(host: str, port: int) -> Sequence[Address]:
    """The addresses of *host*, as this machine resolves names."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))


def resolved(resolver: Resolver, host: str, port: int, seconds: float) -> Sequence[Address]:
    """What *resolver* gives, but not later than in so many *seconds*.

    Raises:
        OSError: The name has no address, or none came in time.
    """
    answer: queue.Queue[Sequence[Address] | Exception] = queue.Queue()

    def ask() -> None:
        try:
            answer.put(resolver(host, port))
        except Exception as error:
            answer.put(error)

    # The system's resolver can't be stopped, only left behind.
    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("the name was not resolved in time") from None
    if isinstance(found, Exception):
        raise found
    return found


@dataclass
class PublicBackend(httpcore.NetworkBackend):
    """Makes connections for httpcore, to public addresses and to what an installation allows."""

    deadline: Deadline
    resolver: Resolver
    allowed: Callable[[str, int], bool]
    """Whether a host and port may be reached wherever they lie."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline is what counts
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to *host*.

        Raises:
            Refused: It isn't public, or has no address.
            httpcore.ConnectError: None of its addresses can be reached.
        """
        reasons: list[str] = []
        for address in self._addresses(host, port)[:MOST_TRIED]:
            try:
                stream = httpcore.SyncBackend().connect_tcp(
                    str(address), port, min(CONNECT_SECONDS, self.deadline.left()),
                    local_address, socket_options)
            except httpcore.ConnectTimeout:
                self.deadline.left()
                reasons.append(f"{address} did not answer")
            except httpcore.ConnectError as error:
                reasons.append(f"{address}: {getattr(error.__cause__, 'strerror', error)}")
            else:
                return _Timed(stream, self.deadline)
        raise httpcore.ConnectError("; ".join(reasons))

    def _addresses(self, host: str, port: int) -> Sequence[Address]:
        written = literal(host)
        if written is not None:
            found: Sequence[Address] = [written]
        else:
            try:
                found = resolved(self.resolver, host, port, self.deadline.left())
            except TimeoutError as error:
                self.deadline.left()
                raise Refused(f"the name {host} was not resolved in time") from error
            except (OSError, UnicodeError) as error:
                raise Refused(f"there is no host {host}") from error
        if not found:
            raise Refused(f"there is no host {host}")
        if not self.allowed(host, port):
            insist_on_public(found)
        return found


def insist_on_public(addresses: Iterable[Address]) -> None:
    """Let no address through that isn't public, and none beside one: its name is not to be trusted.

    Raises:
        Refused: Names the first that isn't, and what sort of place it is.
    """
    for address in addresses:
        place = why_not_public(address)
        if place is not None:
            raise Refused(f"the address leads to {place} ({address})")


class _Timed(httpcore.NetworkStream):
    """A connection that is done with at a deadline, however little it sends at a time."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  httpcore's signature
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  httpcore's signature
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002  httpcore's signature
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _Timed(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
