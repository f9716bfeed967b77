"""Runs inside the bare machine: starts the image's command, asks what Docker and people ask, stops.

Standard library only.  Arguments: the words of the command and of the health check, as JSON.
Prints one line of JSON.
"""

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request


def main() -> None:
    """Drive it."""
    command, check = map(json.loads, sys.argv[1:])
    told = {"before": subprocess.run(check, capture_output=True, check=False).returncode}
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    told["healthy"] = until(
        lambda: subprocess.run(check, capture_output=True, check=False).returncode == 0)
    told["ready"] = until(lambda: asked("readyz")[0] == 200)
    turn = {"conversation": "c1", "text": "We sell IMSI catchers to a police force."}
    told["turn"] = asked("api/turns", turn)
    told["console"] = asked("console")[0]
    server.send_signal(signal.SIGTERM)
    told["status"] = server.wait(40)
    told["said"] = server.stderr.read()[-600:]
    print(json.dumps(told))


def until(true, seconds: float = 90) -> bool:
    """Whether it came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.2)
    return False


def asked(path: str, body: object = None) -> tuple[int, str]:
    """Status and body of an answer; 0 where there is none."""
    request = urllib.request.Request(
        f"http://127.0.0.1:8080/{path}", None if body is None else json.dumps(body).encode(),
        {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


if __name__ == "__main__":
    main()
