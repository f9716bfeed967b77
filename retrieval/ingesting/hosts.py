"""Hosts that an installation lets be reached wherever they lie, as its setting lists them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

ORDINARY_PORTS: Mapping[str, int] = {"http": 80, "https": 443}
_HOST = re.compile(
    r"(?:\[(?P<v6>[0-9a-f:.]+)\]|(?P<host>[^\s:/?#@\[\]]+))(?::(?P<port>[0-9]{1,5}))?"
    r"|(?P<bare>[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*)", re.IGNORECASE)
_BEFORE_HOST = re.compile(r"(?:(?<=://)|^(?!\w+://)).*@", re.DOTALL)
_SET_BEHIND = re.compile(r"(\?[^=\s]*=).*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class AllowedHost:
    """A host that may be reached wherever it lies, such as a mirror in the house."""

    host: str
    port: int | None = None
    """None for the ordinary ones."""

    def is_(self, host: str, port: int) -> bool:
        """Whether it is *host* at *port*."""
        return self.host == _bare(host) and (
            port == self.port or (self.port is None and port in ORDINARY_PORTS.values()))


def allowed_hosts(setting: str) -> tuple[AllowedHost, ...]:
    """The hosts that *setting* lists by commas, each as `host` or `host:port`.

    Raises:
        ValueError: Names the entry that is neither.
    """
    return tuple(_allowed(entry.strip()) for entry in setting.split(",") if entry.strip())


def _allowed(entry: str) -> AllowedHost:
    found = _HOST.fullmatch(entry)
    port = int(found["port"]) if found and found["port"] else None
    if found is None or (port is not None and not 0 < port < 65536):
        raise ValueError(
            f"{without_password(entry)!r} is not a host: write host or host:port, without "
            "https:// and path")
    return AllowedHost(_bare(found["v6"] or found["bare"] or found["host"]), port)


def without_password(address: str) -> str:
    """*address* to be told: without the name and the password that may stand before its host.

    A password may hold a slash or a blank, so only the last "@" says where it ends at the latest.
    Nor is told what is set behind a "?": a key or a password may stand there as well.
    """
    return _SET_BEHIND.sub(r"\1…", _BEFORE_HOST.sub("…@", address, count=1))


def _bare(host: str) -> str:
    return host.lower().removesuffix(".")
