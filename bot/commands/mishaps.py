"""What ended a command that nobody raised on purpose, told in one line to whoever started it."""

import errno
import logging
import secrets
import sys

from bot.outages import told
from bot.telemetry.log_lines import begin_logging

_MISSING = "Put it there, or correct what names it."
_HELP = {
    errno.ENOENT: _MISSING,
    errno.ENOTDIR: _MISSING,
    errno.EISDIR: "Name a file; it is a folder.",
    errno.EEXIST: "Move it away, or name another place.",
    errno.EADDRINUSE: "End what uses the port, or name another.",
}
_ELSE = "Let the account that runs this use it, or name another place."

_log = logging.getLogger("advisor")


def _is_unicode(argument: str) -> bool:
    """Whether *argument* is no leftover of bytes that Python could not read as text."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


def sentence(error: Exception) -> str:
    """How "This can't go on" goes on for *error*.

    What is away, full or missing is named with what to do about it.  All else is a fault of the
    program: the log gets where it was raised, under a reference that the sentence names, and
    neither holds what the error says, since that may be what somebody said.
    """
    away = told(error)
    if away is not None:
        return f": {away.rstrip('.')}."
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f": {error.filename}: {error.strerror}. {_HELP.get(error.errno or 0, _ELSE)}"
    odd = next((one for one in sys.argv[1:] if not _is_unicode(one)), None)
    if odd is not None and isinstance(error, UnicodeError):
        return (f": {odd!a} is no text in UTF-8, and nothing goes by such a name. Type it anew, or "
                "copy it from where it is shown.")
    reference = secrets.token_hex(4)
    if not logging.root.handlers:
        begin_logging(sys.stderr, "WARNING", as_json=False)
    _log.error("a command was ended by a fault of the program", exc_info=error,
               extra={"reference": reference})
    return (f", by a fault of the program ({type(error).__name__}). Nothing that you gave has to "
            f"be wrong. Tell whoever looks after it the reference {reference}; the log line above "
            "has it, and where the fault was.")
