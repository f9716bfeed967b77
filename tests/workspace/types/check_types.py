"""Hold what the workspace and the bot send each other against Slack's own type definitions.

    python -m tests.workspace.types.check_types --schemas FOLDER
"""

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from tests.workspace.types.collecting import Payload, collect
from tests.workspace.types.schemas import Json, NoNode, build, faults
from tests.workspace.types.settled import reason


def main() -> int:
    """Check and report; 1 if something does not fit, 2 if the schemas cannot be made."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schemas", type=Path, required=True, metavar="FOLDER",
                        help="where Slack's packages and the schemas are, or are to be put")
    try:
        schemas = build(parser.parse_args().schemas)
    except NoNode as problem:
        print(problem, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        return report(schemas, collect(Path(folder)))


def report(schemas: dict[str, Json], found: list[Payload]) -> int:
    """Print what does not fit, and how much was looked at; 1 if anything does not fit."""
    wrong: dict[tuple[str, str], int] = Counter()
    settled: dict[str, set[str]] = defaultdict(set)
    seen: dict[str, int] = Counter()
    for payload in found:
        seen[payload.kind] += 1
        if payload.kind not in schemas:
            wrong[payload.kind, "is of no kind that shapes.ts names"] += 1
            continue
        for fault in set(faults(schemas[payload.kind], payload.body,
                                form=payload.kind.startswith("call_"))):
            why = reason(payload.kind, fault)
            if why is None:
                wrong[payload.kind, fault] += 1
            else:
                settled[why].add(f"{payload.kind} {fault}")
    for why, places in sorted(settled.items()):
        print(f"settled: {why} ({len(places)} places)")
    for kind in sorted(schemas.keys() - seen.keys()):
        print(f"not seen: {kind}")
    for (kind, fault), times in sorted(wrong.items()):
        print(f"{kind} {fault} (in {times} of {seen[kind]})")
    print(f"{len(found)} payloads of {len(seen)} kinds; {len(wrong)} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
