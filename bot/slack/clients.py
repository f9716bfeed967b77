"""Web API clients, one for each workspace, that never repeat a call which can't be repeated.

The SDK's own client tries a call again when the connection breaks.  A post that Slack had taken
would then stand twice; so posts are tried again by the desk alone, which looks first.
"""

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryHandler, RetryState
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler
from slack_sdk.web import SlackResponse

from bot.queue.baton import aside
from bot.slack.calling import Caller
from bot.telemetry.metrics import SILENT, Metrics

TIMEOUT_SECONDS = 10
"""Longest wait for one call; the desk's grace time has to be longer."""
SHORT_SECONDS = 3.0
"""Longest wait that a read is held for when Slack asks to be left alone; after that whoever called
tries again later, and nobody's worker sleeps meanwhile."""
HELPING_AT_ONCE = 8
"""Calls that only help and wait or are under way."""

UNSAID_SECONDS = 30.0
MOST_SECONDS = 900.0
_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)

_log = logging.getLogger("advisor.slack")

Token = Callable[[str], str]
"""The bot token of a workspace."""


class _GatewayErrors(RetryHandler):
    """Tries a read again after a 5xx; the SDK's own handler leaves out 502 and 504."""

    def _can_retry(
        self,
        *,
        state: RetryState,  # noqa: ARG002  the SDK's signature
        request: HttpRequest,  # noqa: ARG002  the SDK's signature
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002  the SDK's signature
    ) -> bool:
        return response is not None and response.status_code >= 500


class _ShortLimits(RetryHandler):
    """Tries a read again after a 429 that asks for a moment.

    The SDK's own handler sleeps for as long as it is told, and fails on what is no number.
    """

    def _can_retry(
        self,
        *,
        state: RetryState,  # noqa: ARG002  the SDK's signature
        request: HttpRequest,  # noqa: ARG002  the SDK's signature
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002  the SDK's signature
    ) -> bool:
        return response is not None and response.status_code == 429 and (
            wait_of(response.headers) <= SHORT_SECONDS)

    def prepare_for_next_attempt(
        self,
        *,
        state: RetryState,
        request: HttpRequest,  # noqa: ARG002  the SDK's signature
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002  the SDK's signature
    ) -> None:
        state.next_attempt_requested = True
        with aside():
            time.sleep(wait_of({} if response is None else response.headers))
        state.increment_current_attempt()


def wait_of(headers: Mapping[str, str | Sequence[str]]) -> float:
    """Seconds for which Slack wants to be left alone, by `Retry-After`; 30 where it doesn't say.

    Between 1 and 900 whatever stands there: a wait of hours would be one for somebody's answer,
    and to ask too early costs a call.
    """
    given = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    text = (given if isinstance(given, str) else next(iter(given), "")).strip()
    seconds = float(text) if _SECONDS.fullmatch(text) else UNSAID_SECONDS
    return min(max(seconds, 1.0), MOST_SECONDS)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two clients of one workspace."""

    once: Caller
    """For calls that change something: each is made once."""
    reads: WebClient
    """For calls that only read: tried again after a broken connection, a 429 or a 5xx."""


class Clients:
    """Makes and keeps the clients.

    Args:
        token: Gives a workspace's bot token; raises `LookupError` where the app is not installed.
        base_url: Slack's Web API, with a slash at the end.
        metrics: Counts the calls.
    """

    def __init__(self, token: Token, base_url: str, metrics: Metrics = SILENT) -> None:
        self._token = token
        self._metrics = metrics
        self._base_url = base_url
        self._kept: dict[str, Pair] = {}
        self._lock = threading.Lock()
        self._helping = ThreadPoolExecutor(2, thread_name_prefix="helping")
        self._room = threading.BoundedSemaphore(HELPING_AT_ONCE)

    def of(self, team: str) -> Pair:
        """The clients of *team*; made anew when its token has changed."""
        token = self._token(team)
        with self._lock:
            kept = self._kept.get(team)
            if kept is None or kept.once.token != token:
                kept = self._kept[team] = Pair(
                    client(token, self._base_url, [], self._metrics),
                    client(token, self._base_url, [
                        _Noting(self._metrics), ConnectionErrorRetryHandler(), _ShortLimits(),
                        _GatewayErrors(),
                    ], self._metrics),
                )
        return kept

    def soon(self, team: str, call: Callable[[WebClient], object]) -> None:
        """Make a call that only helps, such as a status, beside everything else.

        It is left out where many wait: once its turn had come, it would be out of date.
        """
        try:
            pair = self.of(team)
        except LookupError:
            return
        if self._room.acquire(blocking=False):
            work = self._helping.submit(_quietly, pair.reads, call)
            work.add_done_callback(lambda _: self._room.release())


def reason_of(error: Exception) -> str | Exception:
    """What a log line says of *error* as its `slack_error`.

    Slack's code, such as "not_in_channel", where Slack answered; else the error itself, of which a
    line shows the kind.
    """
    if isinstance(error, SlackApiError):
        return str(error.response.get("error") or "")
    return error


def _quietly(client: WebClient, call: Callable[[WebClient], object]) -> None:
    try:
        call(client)
    except (SlackApiError, SlackClientError, OSError) as error:
        _log.info("a call that only helps failed", extra={"slack_error": reason_of(error)})


class _Counted(Caller):
    """Counts its calls, by method and by how they ended."""

    metrics: Metrics = SILENT

    def api_call(self, api_method: str, **given: Any) -> SlackResponse:
        """Call *api_method*; see the SDK."""
        began, end = time.perf_counter(), "ok"
        try:
            return super().api_call(api_method, **given)
        except SlackApiError as error:
            end = _end_of(error)
            raise
        except (SlackClientError, OSError, HTTPException):
            end = "no_answer"
            raise
        finally:
            self.metrics.count("advisor_slack_calls", api_method, end)
            self.metrics.time(
                "advisor_slack_call_seconds", time.perf_counter() - began, api_method)


class _Noting(RetryHandler):
    """Counts the answers that a reading call is tried again after; decides nothing."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__()
        self._metrics = metrics

    def _can_retry(
        self,
        *,
        state: RetryState,  # noqa: ARG002  the SDK's signature
        request: HttpRequest,  # noqa: ARG002  the SDK's signature
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002  the SDK's signature
    ) -> bool:
        status = 0 if response is None else response.status_code
        if response is None or status == 429 or status >= 500:
            why = "no_answer" if response is None else (
                "ratelimited" if status == 429 else "server_error")
            self._metrics.count("advisor_slack_retries", why)
        return False


TELLING = frozenset({
    "account_inactive", "channel_not_found", "invalid_auth", "is_archived", "missing_scope",
    "not_authed", "not_in_channel", "token_expired", "token_revoked",
})
"""Refusals of Slack that somebody has to do something about, which are counted by name."""


def _end_of(error: SlackApiError) -> str:
    """How a call ended that Slack did not grant, in one word of a short list."""
    reason, status = str(error.response.get("error") or ""), error.response.status_code
    if status == 429 or reason in {"ratelimited", "rate_limited"}:
        return "ratelimited"
    if status >= 500 or reason in {"internal_error", "fatal_error", "service_unavailable"}:
        return "server_error"
    return reason if reason in TELLING else "refused"


def client(
    token: str | None, base_url: str, retries: list[RetryHandler], metrics: Metrics = SILENT
) -> Caller:
    """A client that tries again as *retries* say and not otherwise."""
    made = _Counted(token=token, base_url=base_url, timeout=TIMEOUT_SECONDS,
                    retry_handlers=retries)
    made.metrics = metrics
    return made


def told(response: SlackResponse) -> dict[str, Any]:
    """What Slack answered, as a dictionary."""
    return response.data if isinstance(response.data, dict) else {}
