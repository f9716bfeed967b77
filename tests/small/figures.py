"""Write docs/model-figures.md anew: what a real, weak model and a lying one come to.

    python -m tests.small.figures --minutes 20

The real model plays as many cases of the dev split as the time allows, drawn by a fixed seed; the
lying one, which costs nothing, plays each that is drawn for it.  Needs `make small-model`.
"""

import argparse
import os
import platform
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.assembly import Assembly
from bot.evaluating.composer_tables import composer_sheets, draft_sheets
from bot.evaluating.composers import PASSED, composer_suite
from bot.evaluating.gold import Gold, read_gold
from bot.evaluating.sheet import Sheet
from bot.evaluating.showing import section
from bot.settings import Settings
from retrieval.estimates import SEED
from tests.chat.scripted_server import MODEL as SCRIPTED
from tests.chat.scripted_server import ScriptedServer
from tests.small.lying import LIES, Lying
from tests.small.server import MISSING, MODEL, installed, served

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs" / "model-figures.md"
PROSE = Path(__file__).with_name("figures.md")
BOTH = frozenset({"dialogue", "retrieval"})
LYING_DEALS, LYING_QUESTIONS = 6, 60
"""How many cases the lying model plays."""
ANSWER_TOKENS = 600
"""Longest answer of the real one; what runs into it comes out malformed."""


def drawn(gold: Gold) -> Gold:
    """*gold* in an order that says nothing."""
    chance = random.Random(SEED)
    cases, queries = list(gold.cases), list(gold.queries)
    chance.shuffle(cases)
    chance.shuffle(queries)
    return replace(gold, cases=tuple(cases), queries=tuple(queries))


def dev() -> Gold:
    """The labelled deals and questions that may be tuned on."""
    folder = PROJECT / "tests" / "gold"
    files = sorted([*folder.glob("dialogue-*.jsonl"), *folder.glob("retrieval-*.jsonl")])
    return drawn(read_gold([*files, folder / "bearing.jsonl"]).of_split("dev").measured())


def played(
    gold: Gold, minutes: float | None, model: str, url: str, data: Path | None
) -> Mapping[str, Any]:
    """What the comparison finds with the model at *url*."""
    settings = Settings(
        **({} if data is None else {"data_dir": data}), chat_model=model, chat_base_url=url,
        chat_seconds=300, chat_budget_seconds=1200, _env_file=None)
    return composer_suite(Assembly(settings), gold, BOTH, minutes, say)


def page(weak: Mapping[str, Any], lying: Mapping[str, Any], told: Sequence[tuple[str, str]],
         minutes: float) -> str:
    """The page's text."""
    kinds = {kind: sum(one == kind for one, _ in told) for kind in LIES}
    shown = {one.text for one in lying["sentences"]["all"] if one.shown}
    named = {one.text for one in lying["sentences"]["all"] if one.faults}
    fates = weak["refusals"]
    values = {
        "when": f"{datetime.now(UTC):%d %B %Y}",
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "minutes": f"{minutes:g}",
        "answer": str(ANSWER_TOKENS),
        "deals": str(weak["deals"]),
        "questions": str(weak["questions"]),
        "weak": _tables(composer_sheets(weak)),
        "lies": ", ".join(f"{kind} {n}" for kind, n in kinds.items() if n),
        "lies_told": str(len(told)),
        "lies_shown": str(sum(lie in shown for _, lie in told)),
        "lies_named": str(sum(lie in named for _, lie in told)),
        "lying": _tables(draft_sheets(lying)),
        "drafts": str(sum(n for n, _ in fates.values())),
        "passed": str(fates[PASSED][0] if PASSED in fates else 0),
        "refused": _examples(weak),
    }
    text = PROSE.read_text("utf-8")
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _tables(sheets: Sequence[Sheet]) -> str:
    return "\n".join(section(one).replace("## ", "### ", 1) for one in sheets).rstrip()


def _examples(found: Mapping[str, Any]) -> str:
    """A few sentences that were refused though the outside check finds nothing wrong."""
    some = [one for one in found["sentences"]["all"] if not one.shown and not one.faults]
    lines = [f"- {one.refused}: {' '.join(one.text.split())}" for one in some[:12]]
    return "\n".join(lines) or "- none"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--minutes", type=float, default=20, help="how long the real model plays")
    asked.add_argument("--data-dir", type=Path, help="where model and index are kept")
    given = asked.parse_args()
    if not installed():
        sys.exit(MISSING)
    gold, liar = dev(), Lying()
    few = replace(gold, cases=gold.cases[:LYING_DEALS], queries=gold.queries[:LYING_QUESTIONS])
    with ScriptedServer(liar) as server:
        lying = played(few, None, SCRIPTED, server.url, given.data_dir)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), ANSWER_TOKENS) as url:
        weak = played(gold, given.minutes, MODEL, url, given.data_dir)
    PAGE.write_text(page(weak, lying, liar.told, given.minutes), "utf-8")
    say(f"Written to {PAGE}.")


if __name__ == "__main__":
    main()
