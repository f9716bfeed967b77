"""What nothing caught, counted in what a process wrote to standard error."""

import json
import re
from collections.abc import Iterator

_TRACEBACK = re.compile(r"^Traceback \(most recent call last\)", re.MULTILINE)


def uncaught(written: str) -> int:
    """How many exceptions stand in *written*, as tracebacks or as log lines that say where.

    What is logged with its frames was caught by nobody who knew what it was: an outage, a refusal
    of Slack's and whatever else is provided for is told in a sentence.
    """
    return len(_TRACEBACK.findall(written)) + sum(1 for _ in _logged(written))


def told_of(written: str) -> str:
    """The first of them: where it was raised, and by what; "" if there is none."""
    for line in _logged(written):
        first = line["error"][0]
        return f"{line['event']}: {first['type']} in {(first['frames'] or ['?'])[-1]}"
    found = _TRACEBACK.search(written)
    return "" if found is None else written[found.start():].strip().splitlines()[-1]


def _logged(written: str) -> Iterator[dict[str, list[dict[str, list[str]]]]]:
    for line in written.splitlines():
        if line.startswith("{") and '"error": [' in line:
            try:
                found = json.loads(line)
            except ValueError:
                continue  # the last line of a process that was killed
            if found.get("level") in {"error", "critical"}:
                yield found
