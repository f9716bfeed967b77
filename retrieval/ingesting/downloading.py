"""Downloads of documents: from public addresses only, up to a size and for a while.

Nothing is downloaded unless an admin asked for it.  What an address answers is judged before it is
taken: where it leads, how large it grows once it is unpacked, and whether it is a document at all.
Whatever is wrong becomes one sentence that says so, and how to get the document in by hand.
"""

import hashlib
import re
import ssl
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from http import HTTPStatus

import httpcore
import httpx

from retrieval.errors import NotDownloaded
from retrieval.ingesting.addresses import literal
from retrieval.ingesting.connecting import (
    Deadline,
    PublicBackend,
    Refused,
    Resolver,
    insist_on_public,
    resolve,
    resolved,
)
from retrieval.ingesting.hosts import ORDINARY_PORTS, AllowedHost
from retrieval.ingesting.media import (
    FORMS,
    WRITTEN,
    NoDocument,
    charset_in,
    form_of,
    media_type_of,
    name_for,
)

MOST_BYTES = 20 * 1024 * 1024
MOST_SECONDS = 120.0
MOST_REDIRECTS = 5
LONGEST_ADDRESS = 2000
AGENT = "Advisor/1 (document fetcher; started by an administrator, one document at a time)"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 64 * 1024
_LENGTH = re.compile("[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class DownloadRules:
    """How far a download may go."""

    most_bytes: int = MOST_BYTES
    """Of the document once it is unpacked."""
    most_seconds: float = MOST_SECONDS
    """For all of it: finding, connecting, redirects, reading."""
    most_redirects: int = MOST_REDIRECTS
    allowed: tuple[AllowedHost, ...] = ()
    proxy: str = ""
    """Address of a proxy that all goes through; empty for none, whatever the environment says.

    It resolves names by itself, so which of them lead into its own network is for it to refuse."""
    resolver: Resolver = resolve
    certificates: Callable[[], ssl.SSLContext] = httpx.create_ssl_context
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def lets(self, host: str, port: int) -> bool:
        """Whether the installation allows *host* at *port* wherever it lies."""
        return any(one.is_(host, port) for one in self.allowed)


@dataclass(frozen=True, slots=True)
class Marks:
    """What a server said to tell one state of a document from another."""

    url: str
    """The address that said it, after redirects: nobody else's marks are comparable."""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A document as it came."""

    data: bytes = field(repr=False)
    url: str
    """What was asked for."""
    final_url: str
    """What answered, after redirects."""
    media_type: str
    """What it is, judged by its bytes."""
    name: str
    sha256: str
    at: datetime
    etag: str = ""
    last_modified: str = ""
    charset: str = ""
    """What its server calls the encoding of a page or a text; empty where it doesn't."""

    @property
    def marks(self) -> Marks:
        """What to ask with the next time."""
        return Marks(self.final_url, self.etag, self.last_modified)


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that the document is still as its marks say."""

    url: str
    final_url: str
    at: datetime


def download(url: str, rules: DownloadRules, known: Marks | None = None
             ) -> Downloaded | NotModified:
    """Download the document at *url*.

    Args:
        url: http or https.
        rules: How far it may go.
        known: Marks of the state that is already kept; its server may then answer that nothing
            has changed.

    Raises:
        NotDownloaded: Says why, in one sentence.
    """
    try:
        return _Download(url, rules, known).run()
    except Refused as error:
        raise NotDownloaded(_shown(url), str(error)) from error
    except NoDocument as error:
        raise NotDownloaded(_shown(url), f"what came is {error}, and only {FORMS} can be "
                            "read") from error
    except httpcore.TimeoutException as error:
        raise NotDownloaded(_shown(url), "the document did not arrive within "
                            f"{rules.most_seconds:g} seconds") from error
    except httpcore.ConnectError as error:
        raise NotDownloaded(_shown(url), f"no connection came about ({error})") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError,
            zlib.error) as error:
        raise NotDownloaded(_shown(url), f"the transfer broke off ({error})") from error


def _shown(url: str) -> str:
    """*url* for a message: without what somebody may have typed as a password."""
    scheme, colon, rest = url.partition("://") if "://" in url else ("", "", url)
    # A password may hold a slash, so only the last "@" says where it ends at the latest.
    text = f"{scheme.rpartition('@')[2]}{colon}{rest.rpartition('@')[2]}"
    return "".join(c for c in text[:LONGEST_ADDRESS] if c.isprintable())


class _Download:
    """One download: its clock runs over all redirects."""

    def __init__(self, url: str, rules: DownloadRules, known: Marks | None) -> None:
        self._asked = url
        self._rules = rules
        self._known = known
        self._deadline = Deadline(rules.most_seconds)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._rules.certificates()

    def run(self) -> Downloaded | NotModified:
        url = self._checked(self._asked)
        for _ in range(self._rules.most_redirects + 1):
            answer = self._ask(url)
            if not isinstance(answer, httpx.URL):
                return answer
            if url.scheme == "https" and answer.scheme == "http":
                raise Refused("it redirects from https to http, where anybody on the way could "
                              f"change the document ({answer})")
            url = answer
        raise Refused(f"it redirects more than {self._rules.most_redirects} times")

    def _checked(self, text: str | httpx.URL) -> httpx.URL:
        """*text* as an address that may be asked."""
        try:
            if len(str(text)) > LONGEST_ADDRESS:
                raise Refused(f"the address has more than {LONGEST_ADDRESS} characters")
            url = httpx.URL(text).copy_with(fragment=None)
            host = url.raw_host.decode("ascii")
        except (httpx.InvalidURL, UnicodeError, ValueError, TypeError) as error:
            # What it names as a port, say, may be the beginning of a password with a slash in it.
            why = "" if "@" in str(text) else f" ({error})"
            raise Refused(f"the address can't be read{why}") from error
        if url.scheme not in ORDINARY_PORTS:
            raise Refused("the address doesn't begin with https:// or http://")
        if url.userinfo:
            raise Refused("the address holds a user name or password, which is never sent")
        if not host:
            raise Refused("the address names no host")
        try:
            literal(host)
        except ValueError as error:
            raise Refused(f"the host {host} is a number in a form that hides where it leads"
                          ) from error
        port = url.port or ORDINARY_PORTS[url.scheme]
        if port not in ORDINARY_PORTS.values() and not self._rules.lets(host, port):
            named = "another port" if "@" in str(text) else f"port {port}"
            raise Refused(f"the address names {named}, and only 80 and 443 are let through "
                          "(ADVISOR_FETCH_FROM lists others)")
        return url

    def _ask(self, url: httpx.URL) -> Downloaded | NotModified | httpx.URL:
        headers = [(b"Host", url.netloc), (b"User-Agent", AGENT.encode()),
                   (b"Accept", b"application/pdf, text/html;q=0.9, */*;q=0.5"),
                   (b"Accept-Language", b"en"), (b"Accept-Encoding", b"gzip, identity"),
                   (b"Connection", b"close")]
        known = self._known if self._known and self._known.url == str(url) else None
        if known and known.etag:
            headers.append((b"If-None-Match", known.etag.encode("latin-1", "replace")))
        elif known and known.last_modified:
            headers.append(
                (b"If-Modified-Since", known.last_modified.encode("latin-1", "replace")))
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port,
                              target=url.raw_path)
        with self._pool(url) as pool, pool.stream("GET", target, headers=headers) as response:
            said = httpx.Headers(response.headers)
            if response.status in _REDIRECTS and "location" in said:
                try:
                    return self._checked(url.join(said["location"]))
                except (httpx.InvalidURL, ValueError, TypeError) as error:
                    raise Refused(f"it redirects to what is no address ({error})") from error
            if response.status == HTTPStatus.NOT_MODIFIED and known:
                return NotModified(self._asked, str(url), self._rules.now())
            if response.status != HTTPStatus.OK:
                raise Refused(f"its server answers {_status(response.status)}")
            return self._taken(url, said, self._unpacked(said, response))

    def _pool(self, url: httpx.URL) -> httpcore.ConnectionPool:
        rules = self._rules
        if not rules.proxy:
            backend = PublicBackend(self._deadline, rules.resolver, rules.lets)
            return httpcore.ConnectionPool(ssl_context=self._tls, network_backend=backend)
        self._check_beforehand(url)
        proxy = httpx.Proxy(rules.proxy)
        backend = PublicBackend(self._deadline, resolve, lambda _host, _port: True)
        return httpcore.HTTPProxy(
            httpcore.URL(scheme=proxy.url.raw_scheme, host=proxy.url.raw_host,
                         port=proxy.url.port, target=proxy.url.raw_path),
            proxy_auth=proxy.raw_auth, ssl_context=self._tls, network_backend=backend)

    def _check_beforehand(self, url: httpx.URL) -> None:
        """Through a proxy, refuse at least what can be seen from here to be private."""
        host, port = url.raw_host.decode("ascii"), url.port or ORDINARY_PORTS[url.scheme]
        if self._rules.lets(host, port):
            return
        written = literal(host)
        try:
            found = [written] if written else resolved(
                self._rules.resolver, host, port, self._deadline.left())
        except OSError:
            return  # where only the proxy knows the names of the world, only it can tell
        insist_on_public(found)

    def _unpacked(self, said: httpx.Headers, response: httpcore.Response) -> bytes:
        """The body, unpacked as it comes, so that nothing grows beyond the limit."""
        most = self._rules.most_bytes
        too_large = Refused(f"the document is larger than {_size(most)}")
        if _LENGTH.fullmatch(said.get("content-length", "")) and int(said["content-length"]) > most:
            raise too_large
        unpacker = _unpacker(said.get("content-encoding", ""))
        body = bytearray()
        for chunk in response.iter_stream():
            self._deadline.left()
            for piece in unpacker.pieces(chunk, most + 1 - len(body)):
                body += piece
                if len(body) > most:
                    raise too_large
        unpacker.end()
        return bytes(body)

    def _taken(self, url: httpx.URL, said: httpx.Headers, data: bytes) -> Downloaded:
        form = form_of(data, said.get("content-type", ""), url.path)
        return Downloaded(
            data=data,
            url=self._asked,
            final_url=str(url),
            media_type=media_type_of(form),
            name=name_for(form, url.raw_path.partition(b"?")[0].decode("ascii"),
                          said.get("content-disposition", "")),
            sha256=hashlib.sha256(data).hexdigest(),
            at=self._rules.now(),
            etag=said.get("etag", ""),
            last_modified=said.get("last-modified", ""),
            charset=charset_in(said.get("content-type", "")) if form in WRITTEN else "",
        )


class _Plain:
    """A body that comes as it is."""

    def pieces(self, chunk: bytes, most: int) -> Iterator[bytes]:  # noqa: ARG002  as the packed ones
        yield chunk

    def end(self) -> None:
        """Nothing can be missing that httpcore doesn't miss."""


class _Gzip:
    """A body that is unpacked as it comes, never more than is told at once."""

    def __init__(self) -> None:
        self._unpacking = zlib.decompressobj(wbits=31)

    def pieces(self, chunk: bytes, most: int) -> Iterator[bytes]:
        left = chunk
        while left:
            yield self._unpacking.decompress(left, min(most, _CHUNK))
            left = self._unpacking.unconsumed_tail
            if self._unpacking.eof and self._unpacking.unused_data:
                # The format lets several packed parts follow one another.
                left = self._unpacking.unused_data
                self._unpacking = zlib.decompressobj(wbits=31)

    def end(self) -> None:
        if not self._unpacking.eof:
            raise Refused("the packed document ends in the middle")


def _unpacker(encoding: str) -> _Plain | _Gzip:
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        return _Plain()
    if encoding in {"gzip", "x-gzip"}:
        return _Gzip()
    raise Refused(f"it comes packed in a way that was not asked for ({encoding[:40]})")


def _status(code: int) -> str:
    try:
        phrase = HTTPStatus(code).phrase
    except ValueError:
        return str(code)
    return f"{code} ({phrase})"


def _size(count: int) -> str:
    return f"{count // 2**20} MB" if count >= 2**20 else f"{count:,} bytes"
