"""What could not be done, told in the log: an outage in one line and once, a fault each time.

Whoever works on and on tries again while something is away, and a log that says so at every try
buries what else there is in it.  Anything but an outage is a fault of ours, told with where it
was raised.
"""

import logging

from bot.outages import in_log


def tell_failure(
    log: logging.Logger,
    error: BaseException,
    *,
    failed: str,
    waits: str,
    before: str | None = None,
    level: int = logging.WARNING,
    **fields: object,
) -> str | None:
    """Log that something could not be done, because of *error*.

    Args:
        log: Whose line it is.
        error: What was raised.
        failed: The line where *error* is no outage.
        waits: The line where it is one, and what waits until that is over.
        before: What was away the last time, which is not told again.
        level: How loudly an outage is told.
        fields: What either line holds beside that, see `bot.telemetry.log_lines.FIELDS`.

    Returns:
        What is away, to be given as *before* next time; None where *error* is no outage.
    """
    # A log shows only what is written out in the function that logs it: for these lines that is
    # the one that calls this.
    away = in_log(error)
    if away is None:
        log.error(failed, exc_info=error, extra=fields, stacklevel=2)
    elif away != before:
        log.log(level, waits, extra={**fields, "outage": away}, stacklevel=2)
    return away
