"""`advisor evaluate`: labelled cases in, figures with their intervals out.

Nothing of it touches the installation's own database: turns are recorded in one made for the
run, and thrown away.  The peers of `--baseline` get the same corpus, the same model and the same
questions in the same run.
"""

# The measures and the peers take seconds to import, and every other command can do without.
# ruff: noqa: PLC0415

import dataclasses
import json
import logging
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot import settings as settings_
from bot.advisor import Advisor, Said
from bot.assembly import Assembly
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.store import Store
from retrieval.embedding import open_embeddings, packaged_weights
from retrieval.guidance import ProvisionId
from retrieval.matches import Query
from retrieval.releases import content_of

if TYPE_CHECKING:
    from bot.rehearsing import Case
    from retrieval.evaluate import Estimate, LabelledQuery, System
    from retrieval.timing import Timed

OURS = "advisor"
TIMED_TEXTS = 25
"""Questions in a block of a race: 1,000 turns of ours against 1,000 of a peer in all."""

_QUERIES = "evaluation.yaml"

_err = Console(stderr=True, highlight=False)


class Suite(StrEnum):
    """What is measured."""

    RETRIEVAL = "retrieval"
    DIALOGUE = "dialogue"
    ALL = "all"


class Split(StrEnum):
    """Which cases of a file that tells them apart."""

    DEV = "dev"
    TEST = "test"


def evaluate(
    gold: Annotated[
        Path | None,
        typer.Option(
            help="Labelled cases, JSON lines or a YAML list; without it the corpus's own queries.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    suite: Annotated[Suite, typer.Option(help="What to measure.")] = Suite.ALL,
    baseline: Annotated[
        bool,
        typer.Option(
            "--baseline", help="Measure plain peers beside it, their quality and their speed."
        ),
    ] = False,
    split: Annotated[
        Split | None,
        typer.Option(help="Only cases of this split; dev may be tuned on, test may not."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")] = False,
) -> None:
    """Measure search and dialogue on labelled cases, with 95 % intervals."""
    from bot.rehearsing import read_cases
    from retrieval.evaluate import SEED, BadGold, read_queries

    if suite is Suite.DIALOGUE and gold is None:
        raise typer.BadParameter("The dialogue suite needs a gold file: give --gold FILE.")
    settings = settings_.load()
    logging.basicConfig(stream=sys.stderr, level=settings.log_level)
    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG on import
    parts = Assembly(settings)
    queries: Sequence[LabelledQuery] = ()
    cases: Sequence[Case] = ()
    try:
        if suite is not Suite.DIALOGUE:
            queries = read_queries(gold or settings.corpus_dir / _QUERIES)
        if suite is not Suite.RETRIEVAL and gold is not None:
            cases = read_cases(gold)
    except BadGold as error:
        raise typer.BadParameter(str(error), param_hint="--gold") from None
    if split is not None:
        queries = [one for one in queries if one.split == split]
        cases = [one for one in cases if one.split == split]
    if not queries and not cases:
        raise typer.BadParameter("There is no case of that suite and split.")
    report: dict[str, Any] = {"release": parts.guidance.release, "seed": SEED, "split": split}
    report["retrieval"] = _retrieval(parts, queries, baseline) if queries else None
    report["dialogue"] = _dialogue(parts, cases) if cases else None
    notes = _notes(parts, queries, cases)
    if suite is Suite.ALL and gold is None:
        notes.append("The dialogue suite was left out: it needs a gold file, --gold FILE.")
    report["notes"] = notes
    if as_json:
        print(json.dumps(_plain(report), ensure_ascii=False, indent=2))
    else:
        _show(report)


def _notes(
    parts: Assembly, queries: "Sequence[LabelledQuery]", cases: "Sequence[Case]"
) -> list[str]:
    from bot.rehearsing import unknown_names
    from retrieval.evaluate import unknown_ids

    missing = [*unknown_ids(queries, parts.guidance), *unknown_names(cases, parts.guidance)]
    if not missing:
        return []
    return [f"The gold file names what this release lacks: {', '.join(missing)}."]


# Retrieval ---------------------------------------------------------------------------------


def _retrieval(
    parts: Assembly, queries: "Sequence[LabelledQuery]", baseline: bool
) -> dict[str, Any]:
    from retrieval.evaluate import evaluate as measure
    from retrieval.evaluate import gains

    ours = measure(_ours(parts), queries)
    report: dict[str, Any] = {
        "queries": sum(bool(one.relevant) for one in queries),
        "outside": sum(not one.relevant for one in queries),
        "systems": {OURS: ours.figures},
        "gains": {},
        "speed": {},
    }
    if baseline:
        peers, timed = _peers(parts)
        for name, peer in peers.items():
            theirs = measure(peer, queries)
            report["systems"][name] = theirs.figures
            report["gains"][name] = gains(ours, theirs)
        report["speed"] = _speed(parts, timed, [one.query for one in queries])
    report["cases"] = [
        {
            "id": one.query.id,
            "query": one.query.query,
            "relevant": one.query.relevant,
            "found": one.found,
            **one.measures,
        }
        for one in ours.judged
    ]
    return report


def _ours(parts: Assembly) -> "System":
    from retrieval.evaluate import DEPTH

    search = parts.search

    def system(questions: Sequence[str]) -> list[list[ProvisionId]]:
        asked = [Query(text, topics=parts.topics(text), limit=DEPTH) for text in questions]
        return [[] if f.abstained else [m.provision for m in f.matches] for f in search(asked)]

    return system


def _peers(parts: Assembly) -> "tuple[dict[str, System], dict[str, Timed]]":
    """The plain peers by name, and those worth a race."""
    from retrieval.plain_rag import MeaningAlone, PlainRag, WordsAlone

    guidance, served = parts.guidance, parts.embeddings
    _say("Building the peers: the plain chain embeds the corpus anew.")
    # As a user would load it: sentence-transformers over the packaged files.
    reference = open_embeddings(str(packaged_weights()), parts.data_dir)
    plain = PlainRag(guidance, reference)
    return {
        "plain LangChain RAG": plain,
        "plain RAG, with asks": PlainRag(guidance, served, with_asks=True),
        "BM25 alone": WordsAlone(guidance),
        "BM25, with asks": WordsAlone(guidance, with_asks=True),
        "dense alone": MeaningAlone(guidance, served),
        "dense, with asks": MeaningAlone(guidance, served, with_asks=True),
    }, {
        "plain LangChain RAG": plain.retrieve,
        "plain RAG on our runtime": PlainRag(guidance, served).retrieve,
    }


def _speed(
    parts: Assembly, timed: "dict[str, Timed]", texts: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Races against the retrieve step of each peer: like with like, and a whole turn.

    The turn also reads the message, words and checks the reply and commits it to disk.  Everything
    runs on one thread: on a busy machine, threads that wait for each other are most of the time.
    """
    from threadpoolctl import threadpool_limits

    from retrieval.timing import race

    some = list(texts)[:: max(1, len(texts) // TIMED_TEXTS)][:TIMED_TEXTS]
    ours = _ours(parts)
    with threadpool_limits(1), _advisor(parts) as advisor:

        def turn(text: str) -> object:
            key, conversation = MessageKey(uuid.uuid4().hex), ConversationId(uuid.uuid4().hex)
            return advisor.take_turn(Said(key, conversation, "evaluation", datetime.now(UTC), text))

        mine: dict[str, Timed] = {"search": lambda text: ours([text]), "recorded turn": turn}
        races: dict[str, dict[str, Any]] = {name: {} for name in mine}
        for name, do in mine.items():
            for peer, retrieve in timed.items():
                _say(f"Timing a {name} against {peer}.")
                races[name][peer] = race(do, retrieve, some)
    return races


# Dialogue ----------------------------------------------------------------------------------


def _dialogue(parts: Assembly, cases: "Sequence[Case]") -> dict[str, Any]:
    from bot.rehearsing import figures, judge, questions, rehearse

    with _advisor(parts) as advisor:
        verdicts = [judge(rehearse(case, advisor.take_turn), parts.guidance) for case in cases]
    return {
        "conversations": len(cases),
        "figures": figures(verdicts),
        "questions": questions(verdicts, len(parts.guidance.questions)),
        "cases": verdicts,
    }


@contextmanager
def _advisor(parts: Assembly) -> Iterator[Advisor]:
    """An advisor like the one in force, on a database that is thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="advisor-evaluate-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'advisor.sqlite3'}")
        try:
            store.upgrade()
            store.keep_release(parts.guidance.release, content_of(parts.guidance))
            store.activate(parts.guidance.release)
            yield Advisor(
                guidance=parts.guidance,
                reader=parts.reader,
                search=parts.search,
                wording=parts.wording,
                store=store,
                question_limit=parts.settings.question_limit,
                message_limit=parts.settings.message_limit,
            )
        finally:
            store.close()


# Showing -----------------------------------------------------------------------------------


def _say(text: str) -> None:
    _err.print(text, style="dim")


def _plain(value: Any) -> Any:
    """*value* as JSON has it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _plain({f.name: getattr(value, f.name) for f in dataclasses.fields(value)})
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return round(value, 6) if isinstance(value, float) else value


def _show(report: dict[str, Any]) -> None:
    console = Console(highlight=False)
    which = f", split {report['split']}" if report["split"] else ""
    console.print(
        f"Release {report['release']}{which}; 95 % intervals in brackets, seed {report['seed']}.\n"
    )
    if report["retrieval"]:
        _show_retrieval(console, report["retrieval"])
    if report["dialogue"]:
        _show_dialogue(console, report["dialogue"])
    for note in report["notes"]:
        console.print(note)


def _show_retrieval(console: Console, found: dict[str, Any]) -> None:
    figures = list(found["systems"][OURS])
    title = f"Search: {found['queries']} questions, {found['outside']} outside the corpus"
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for name in found["systems"]:
        table.add_column(name, justify="right")
    for figure in figures:
        table.add_row(figure, *(_cell(one[figure]) for one in found["systems"].values()))
    console.print(table)
    if found["gains"]:
        table = Table(title="What advisor gains on each, query by query", title_justify="left")
        table.add_column("")
        for name in found["gains"]:
            table.add_column(name, justify="right")
        for figure in next(iter(found["gains"].values())):
            table.add_row(figure, *(_cell(one[figure], "+.3f") for one in found["gains"].values()))
        console.print(table)
    if found["speed"]:
        _show_speed(console, found["speed"])


def _show_speed(console: Console, speed: dict[str, dict[str, Any]]) -> None:
    table = Table(title="Time against the peer's retrieve step", title_justify="left")
    table.add_column("advisor's")
    table.add_column("peer")
    for column in ("advisor p50/p95 ms", "peer p50/p95 ms", "p50 ratio", "p95 ratio", "gauge"):
        table.add_column(column, justify="right")
    for name, races in speed.items():
        for peer, one in races.items():
            table.add_row(
                name,
                peer,
                f"{one.ours.p50_ms:.1f} / {one.ours.p95_ms:.1f}",
                f"{one.theirs.p50_ms:.1f} / {one.theirs.p95_ms:.1f}",
                _cell(one.p50_ratio),
                _cell(one.p95_ratio),
                _cell(one.gauge),
            )
    console.print(table)
    console.print("Below one advisor is faster. The gauge is advisor against itself, near one.\n")


def _show_dialogue(console: Console, found: dict[str, Any]) -> None:
    table = Table(title=f"Dialogue: {found['conversations']} deals", title_justify="left")
    table.add_column("")
    table.add_column(OURS, justify="right")
    for name, one in found["figures"].items():
        if one.n:
            table.add_row(name, _cell(one))
    asked = found["questions"]
    if asked.median is not None:
        table.add_row(
            f"questions, median and p90 (a form asks {asked.form})",
            f"{asked.median:g} and {asked.p90:g}",
        )
        table.add_row("questions as a share of the form's", _cell(asked.of_form))
    console.print(table)
    for verdict in found["cases"]:
        slips = _slips(verdict)
        if slips:
            console.print(f"{verdict.case}: {'; '.join(slips)}", markup=False)


def _slips(verdict: Any) -> list[str]:
    """What went wrong in one case, in words."""
    lists = {
        "missed": verdict.missed,
        "wrongly raised": verdict.wrong,
        "facts wrong": verdict.wrong_facts,
        "safeguards missing": verdict.missing_safeguards,
        "citations missing": verdict.missing_citations,
    }
    slips = [f"{name} {', '.join(names)}" for name, names in lists.items() if names]
    if verdict.failure:
        slips.append(f"broke off ({verdict.failure})")
    elif not verdict.as_expected:
        slips.append(f"ended as {verdict.kind}")
    return slips


def _cell(one: "Estimate", shape: str = ".3f") -> str:
    if one.value is None:
        return "-"
    return f"{one.value:{shape}} [{one.low:{shape}}, {one.high:{shape}}]"
