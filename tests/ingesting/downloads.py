"""Downloads from a server on loopback, by rules that let it be reached."""

from datetime import UTC, datetime
from ipaddress import IPv4Address

import pytest

from retrieval.errors import NotDownloaded
from retrieval.ingesting.downloading import DownloadRules, download
from retrieval.ingesting.hosts import AllowedHost

PAGE = b"<!doctype html><html><body><p>Everyone has the right to privacy.</p></body></html>"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LOOPBACK = IPv4Address("127.0.0.1")


def rules(server, **more):
    return DownloadRules(**{
        "allowed": (AllowedHost("127.0.0.1", server.port),
                    AllowedHost("docs.example", server.port)),
        "resolver": names({"docs.example": [LOOPBACK]}), "now": lambda: START, **more})


def names(table):
    """A resolver that knows *table* and nothing else."""
    def resolver(host, port):
        if host not in table:
            raise OSError(f"{host} is unknown")
        return table[host]
    return resolver


def refused(url, by):
    with pytest.raises(NotDownloaded) as error:
        download(url, by)
    assert str(error.value).endswith(
        "download the file yourself and add it with 'advisor corpus add FILE'.")
    assert "\n" not in str(error.value)
    return error.value.reason
