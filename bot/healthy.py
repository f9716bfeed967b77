"""`python -m bot.healthy [URL]`: whether a server on this machine answers with 200, and if not why.

Only the standard library is imported: it runs every few seconds beside the bot.  Without a URL it
asks /healthz of `advisor serve` at ADVISOR_PORT.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

SECONDS = 4
SAID_BYTES = 1_000
"""How much of an answer is shown that is not 200: /readyz names what is missing."""
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  listened on, not by us


def main(arguments: list[str]) -> int:
    """Ask, say what is wrong on standard error, and return 0 where all is well."""
    url = arguments[0] if arguments else _own()
    asked = urlsplit(url)
    # By hand, since urllib would go through a proxy that the environment names.
    connection = HTTPConnection(asked.hostname or "", asked.port, timeout=SECONDS)
    try:
        connection.request("GET", asked.path)
        answer = connection.getresponse()
        status, said = answer.status, answer.read(SAID_BYTES).decode("utf-8", "replace")
    except (OSError, HTTPException) as error:
        sys.stderr.write(f"{url} does not answer: {error}\n")
        return 1
    finally:
        connection.close()
    if status != 200:
        sys.stderr.write(f"{url} answers with status {status}, and 200 is expected: {said}\n")
    return int(status != 200)


def _own() -> str:
    given = os.environ.get("ADVISOR_HOST", "")
    host = LOOPBACK.get(given, given)
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{os.environ.get('ADVISOR_PORT') or 8080}/healthz"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
