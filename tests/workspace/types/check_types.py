"""Hold what the workspace and the bot send each other against Slack's own type definitions.

    python -m tests.workspace.types.check_types --schemas FOLDER
"""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.workspace.types.collecting import Payload, collect
from tests.workspace.types.schemas import Json, NoNode, build, faults
from tests.workspace.types.settled import reason, unused


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
    wrong: Counter[tuple[str, str]] = Counter()
    settled: Counter[tuple[str, str]] = Counter()
    seen: Counter[str] = Counter()
    for payload in found:
        seen[payload.kind] += 1
        if payload.kind not in schemas:
            wrong[payload.kind, "is of no kind that shapes.ts names"] += 1
            continue
        for fault in set(faults(schemas[payload.kind], payload.body,
                                form=payload.kind.startswith("call_"))):
            known = settled if reason(payload.kind, fault) else wrong
            known[payload.kind, fault] += 1
    for kind in sorted(seen):
        print(f"{seen[kind]:6,} {kind}")
    for kind in sorted(schemas.keys() - seen.keys()):
        print(f"never met: {kind}")
    for why in unused(set(settled)):
        print(f"settled for nothing: {why}")
    for (kind, fault), times in sorted(wrong.items()):
        print(f"WRONG {kind} {fault} (in {times} of {seen[kind]})")
    print(f"{len(found):,} payloads of {len(seen)} kinds; {len(settled)} differences settled, "
          f"{len(wrong)} open")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
