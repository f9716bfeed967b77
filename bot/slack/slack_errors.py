"""What goes wrong at Slack, sorted: refused for good, later, or nobody knows whether it stands.

A broken connection, a 5xx and what we can't read leave open whether a post stands.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.queue.door import POSTING_WAITS, PostDelayed, PostRefused, PostUnclear
from bot.slack.clients import wait_of

SHUT_OUT_SECONDS = 300.0
"""Between tries while the token is no good."""

_LATER = frozenset({"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org"})
_UNCLEAR = frozenset({"internal_error", "fatal_error", "request_timeout"})
_SHUT_OUT = frozenset({
    "token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive",
    "accesslimited", "org_login_required", "ekm_access_denied", "two_factor_setup_required",
    "team_access_not_granted",
})
"""What the operator can put right, with a new token say: the answer is kept until then."""

_CODE = re.compile(r"[a-z0-9_]+")
"""An error code of Slack."""


class NotInstalled(Exception):
    """The app is not installed in a workspace, or not any more."""


@contextmanager
def sorted_errors() -> Iterator[None]:
    """Sorts what goes wrong at Slack into refused, later and unclear.

    Raises:
        PostRefused: Slack won't do it, or the app is not installed there.
        PostDelayed: Slack asks to be left alone for a while, or the token has to be mended first.
        PostUnclear: It may have been done: there is no answer, or none that tells.
    """
    try:
        yield
    except SlackApiError as error:
        raise _sorted(error) from error
    except NotInstalled as error:
        raise PostRefused("not_installed") from error
    except LookupError as error:
        # Taken, it seems, and we can't tell where: the desk looks for it.
        raise PostUnclear("incomplete_answer") from error
    except (SlackClientError, OSError, HTTPException) as error:
        raise PostUnclear(_unanswered(error)) from error


def is_refusal(error: SlackApiError) -> bool:
    """Whether Slack refuses what is asked, as with another's token: not only for now."""
    reason, status = str(error.response.get("error") or ""), error.response.status_code
    return (status < 500 and status != 429 and _CODE.fullmatch(reason) is not None
            and reason not in _LATER | _UNCLEAR)


def not_known(error: Exception, tries: int) -> Exception:
    """What becomes of a post because *error* left open who would read it; nothing was posted."""
    end = _sorted(error) if isinstance(error, SlackApiError) else None
    if isinstance(end, PostRefused | PostDelayed):
        return end
    wait = POSTING_WAITS[min(tries, len(POSTING_WAITS) - 1)]
    return PostDelayed(wait, str(end or _unanswered(error)))


def _unanswered(error: Exception) -> str:
    """Why there is no answer that can be read, in a word of ours: a log line shows no other."""
    late = isinstance(error, TimeoutError) or isinstance(
        getattr(error, "reason", None), TimeoutError)
    return "timed_out" if late else "no_answer"


def _sorted(error: SlackApiError) -> Exception:
    response = error.response
    reason = str(response.get("error") or "")
    if not _CODE.fullmatch(reason):
        # An answer that is cut off or a page of HTML: the SDK puts all of it here, words and all.
        reason = ""
    if response.status_code == 429 or reason in _LATER:
        return PostDelayed(wait_of(response.headers), reason or "ratelimited")
    if reason in _SHUT_OUT:
        return PostDelayed(SHUT_OUT_SECONDS, reason)
    if response.status_code >= 500 or reason in _UNCLEAR or not reason:
        return PostUnclear(reason or f"http_{response.status_code}")
    return PostRefused(reason)
