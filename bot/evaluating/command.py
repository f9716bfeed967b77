"""`advisor evaluate`: labelled cases in, figures with their intervals out.

Nothing of it touches the installation's own database: turns are recorded in one made for the
run, and thrown away.  The peers of `--baseline` get the same corpus and the same questions in the
same run.
"""

# The measures and the peers take seconds to import, and every other command can do without.
# ruff: noqa: PLC0415

import json
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from bot import setting_sources
from bot.assembly import Assembly
from bot.connecting.preconditions import not_taken
from bot.evaluating import options
from bot.evaluating.options import Composer, Split, Suite
from retrieval.labelled.cases import CASES

if TYPE_CHECKING:
    from bot.evaluating.gold import Gold

_err = Console(stderr=True, highlight=False)


def evaluate(
    gold: options.GoldFiles = None,
    suite: options.OfSuite = Suite.ALL,
    baseline: options.Baseline = False,
    split: options.OfSplit = None,
    composer: options.WordedBy = Composer.PLAIN,
    minutes: options.Minutes = None,
    report: options.Report = None,
    plot: options.Plot = None,
    keep: options.Keep = False,
    draft: options.Draft = False,
    as_json: options.AsJson = False,
) -> None:
    """Measure search and dialogue of the release in force on labelled cases, with 95 % intervals.

    Ends with 1 if a case that a reviewer approved does not hold.
    """
    if suite not in {Suite.RETRIEVAL, Suite.HELD, Suite.ALL} and not gold:
        raise typer.BadParameter(f"The {suite} suite needs a gold file: give --gold FILE.")
    if plot is not None:
        _require_matplotlib()
    # Told before an hour of measuring and not after it.
    for option, file in (("--report", report), ("--plot", plot)):
        if file is not None:
            _insist_on_writable(file, option)
    settings = setting_sources.load()
    # A misspelt setting would have the wrong thing measured, unseen.
    for unread in not_taken():
        _err.print(unread, soft_wrap=True, markup=False)
    if composer is Composer.MODEL and not settings.chat_model:
        raise typer.BadParameter(
            "It needs a language model: set ADVISOR_CHAT_MODEL to vendor:model, and "
            "ADVISOR_CHAT_BASE_URL for a server of your own.", param_hint="--composer")
    logging.basicConfig(stream=sys.stderr, level=settings.log_level)
    parts = Assembly(settings)
    # A first run is no reason to publish anything.
    parts.draft = draft or not parts.begun
    files = gold or [settings.corpus_dir / CASES]
    cases = _read(files, split).of_release(parts.guidance)
    found = _measure(parts, cases, suite, baseline, split)
    if composer is Composer.MODEL:
        found["composers"] = _compare(parts, cases, suite, minutes)
        found["notes"] += found["composers"]["notes"]
    found["notes"] += cases.remarks(parts.guidance)
    if suite is Suite.ALL and not gold:
        found["notes"].append(
            "The dialogue suite was left out: it needs a gold file, --gold FILE."
        )
    _write(found, report, plot)
    if keep:
        _keep(found, files, parts.data_dir)
    _print(found, as_json=as_json)
    if found["held"] and not all(one.holds for one in found["held"]["cases"]):
        raise typer.Exit(1)


def _insist_on_writable(file: Path, option: str) -> None:
    """Refuse the *file* of an *option* that can't be written; what it holds is left as it is."""
    if not file.absolute().parent.is_dir():
        raise typer.BadParameter(f"There is no folder {file.absolute().parent}; make it first.",
                                 param_hint=option)
    try:
        if file.exists() and not file.is_file():
            return  # whoever reads a pipe would take this for its end
        there = os.path.lexists(file)
        with file.open("ab"):
            pass
        if not there:
            file.unlink()
    except OSError as error:
        raise typer.BadParameter(f"{file} can't be written: {error.strerror}.",
                                 param_hint=option) from None


def _write(found: dict[str, Any], report: Path | None, plot: Path | None) -> None:
    """Write what was *found* into the files that were asked for."""
    from bot.evaluating.showing import markdown

    if report is not None:
        report.write_text(markdown(found), "utf-8")
    if plot is not None:
        _plot(found, plot)


def _print(found: dict[str, Any], *, as_json: bool) -> None:
    from bot.evaluating.showing import plain, show

    if as_json:
        print(json.dumps(plain(found), ensure_ascii=False, indent=2))
    else:
        show(found, Console(highlight=False))


def _read(files: list[Path], split: Split | None) -> "Gold":
    from bot.evaluating.gold import read_gold
    from retrieval.labelled.cases import BadGold

    try:
        return read_gold(files).of_split(split)
    except BadGold as error:
        raise typer.BadParameter(str(error), param_hint="--gold") from None


def _measure(
    parts: Assembly, cases: "Gold", suite: Suite, baseline: bool, split: Split | None
) -> dict[str, Any]:
    from bot.evaluating import suites
    from retrieval.estimates import SEED

    def wanted(one: Suite, cases: object) -> bool:
        return suite in {one, Suite.ALL} and bool(cases)

    gold, held = cases.measured(), cases.held()
    found: dict[str, Any] = {
        "release": parts.guidance.release,
        "seed": SEED,
        "split": split,
        **dict.fromkeys(one.value for one in Suite if one is not Suite.ALL),
        "composers": None,
        "notes": [],
    }
    if wanted(Suite.RETRIEVAL, gold.queries):
        found["retrieval"] = suites.retrieval_suite(parts, gold.queries, baseline, _say)
    if wanted(Suite.DIALOGUE, gold.cases):
        found["dialogue"] = suites.dialogue_suite(parts, gold, _say)
    if wanted(Suite.STABILITY, gold.cases):
        found["stability"] = suites.stability_suite(parts, gold.cases, _say)
    if wanted(Suite.PAIRS, gold.pairs):
        found["pairs"] = suites.pairs_suite(parts, gold.pairs, _say)
    if wanted(Suite.MUTATIONS, gold.cases):
        found["mutations"] = suites.mutations_suite(parts, gold.cases, _say)
    if wanted(Suite.HELD, held.queries or held.cases):
        found["held"] = suites.held_suite(parts, held, _say)
    if not any(found[one.value] for one in Suite if one is not Suite.ALL):
        raise typer.BadParameter(" ".join(
            ["There is no case of that suite and split.", *cases.remarks(parts.guidance)]))
    return found


def _compare(
    parts: Assembly, cases: "Gold", suite: Suite, minutes: float | None
) -> dict[str, Any]:
    from bot.evaluating.composers import composer_suite

    played = {Suite.DIALOGUE, Suite.RETRIEVAL}
    wanted = played if suite is Suite.ALL else played & {suite}
    if not wanted:
        raise typer.BadParameter(
            f"The {suite} suite knows no composer; take retrieval, dialogue or all.",
            param_hint="--composer")
    names = frozenset(one.value for one in wanted)
    return composer_suite(parts, cases.measured(), names, minutes, _say)


def _require_matplotlib() -> None:
    from importlib.util import find_spec

    if find_spec("matplotlib") is None:
        raise typer.BadParameter(
            "Drawing needs matplotlib: .venv/bin/pip install '.[plots]' in the project's folder.",
            param_hint="--plot"
        )


def _plot(found: dict[str, Any], file: Path) -> None:
    from bot.evaluating.headline import headlines
    from bot.evaluating.plotting import plot
    from bot.evaluating.showing import heading

    plot(headlines(found), heading(found), file)


def _keep(found: dict[str, Any], files: list[Path], folder: Path) -> None:
    from bot.evaluating.leaving import measured
    from bot.measures.measured import leave

    _say(f"Left in {leave(measured(found, files, datetime.now(UTC)), folder)}.")


def _say(text: str) -> None:
    _err.print(text, style="dim")
