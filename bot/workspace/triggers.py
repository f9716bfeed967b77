"""Short-lived permissions that a person's act gives the app: trigger ids and response URLs."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

TRIGGER_SECONDS = 3.0
RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 1800.0


class Void(Exception):
    """The permission does not hold; the text is Slack's code for why."""


@dataclass(slots=True)
class _Trigger:
    user: str
    made: float
    used: bool = False


class Triggers:
    """Trigger ids: three seconds, one use."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._triggers: dict[str, _Trigger] = {}

    def mint(self, user: str) -> str:
        """A trigger id for what *user* just did."""
        trigger_id = (f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**10)}"
                      f".{secrets.token_hex(16)}")
        self._triggers[trigger_id] = _Trigger(user, self._now())
        return trigger_id

    def exchange(self, trigger_id: object) -> str:
        """The user of *trigger_id*, which is spent by this.

        Raises:
            Void: It is unknown, spent or too old.
        """
        trigger = self._triggers.get(trigger_id) if isinstance(trigger_id, str) else None
        if trigger is None:
            raise Void("invalid_trigger_id")
        if trigger.used:
            raise Void("exchanged_trigger_id")
        if self._now() - trigger.made > TRIGGER_SECONDS:
            raise Void("expired_trigger_id")
        trigger.used = True
        return trigger.user


@dataclass(slots=True)
class ResponseUrl:
    """Where an answer to one act goes."""

    user: str
    channel: str
    made: float
    message_ts: str | None = None
    """The message acted on, which an answer may replace."""
    thread_ts: str | None = None
    uses: int = 0


class ResponseUrls:
    """Response URLs: five uses in thirty minutes."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._urls: dict[str, ResponseUrl] = {}

    def mint(self, user: str, channel: str, message_ts: str | None = None,
             thread_ts: str | None = None) -> str:
        """The id of a new response URL."""
        url_id = secrets.token_urlsafe(24)
        self._urls[url_id] = ResponseUrl(user, channel, self._now(), message_ts, thread_ts)
        return url_id

    def use(self, url_id: str) -> ResponseUrl:
        """What *url_id* answers to; counts one use.

        Raises:
            Void: It is unknown, used up or too old.
        """
        url = self._urls.get(url_id)
        if url is None:
            raise Void("invalid_url")
        if self._now() - url.made > RESPONSE_URL_SECONDS:
            raise Void("expired_url")
        if url.uses >= RESPONSE_URL_USES:
            raise Void("used_url")
        url.uses += 1
        return url
