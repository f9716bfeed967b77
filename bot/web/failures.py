"""What is answered where a request can't be done."""

import logging
from collections.abc import Mapping

from slack_sdk.errors import SlackClientError
from starlette.responses import JSONResponse, Response

from bot.outages import in_log

_log = logging.getLogger("advisor.web")


def failed(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The answer with *status* that says what is wrong, by a *code* and in a *message*."""
    return JSONResponse({"error": {"code": code, "message": message}}, status, headers)


def not_installed(error: Exception) -> Response:
    """What whoever installs the app is told where that failed; they may simply try again."""
    away = in_log(error)
    if away is not None:
        _log.warning("the app could not be installed", extra={"outage": away})
    elif isinstance(error, SlackClientError | OSError):
        away = "Slack can't be reached"
        _log.warning("the app could not be installed", extra={"slack_error": error})
    else:
        _log.error("the app could not be installed", exc_info=error)
    status, code, why = (503, "away", away) if away is not None else (
        500, "internal", "something went wrong here, and the log says where")
    return failed(status, code, f"The app is not installed: {why}. Open /slack/install again.")
