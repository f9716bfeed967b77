"""The `advisor` command: each command parses, calls a use case and prints."""

import json
import re
import sys
import uuid
from typing import Annotated, Any

import typer
from rich.console import Console

from bot import documents_cli, publishing_cli
from bot import settings as settings_
from bot.assembly import Assembly
from bot.cases_cli import cases_app
from bot.corpus_parts import CorpusParts
from bot.doctor import examine
from bot.errors import AdvisorError
from bot.evaluating.command import evaluate
from bot.following import Following
from bot.gaps import shortfalls
from bot.impact_cli import corpus_impact
from bot.launching import AsJson, assembled, err, fail, print_json
from bot.lint_cli import Linted, lint_command
from bot.log_cli import log_app
from bot.machine import answer_line, take
from bot.simulate_cli import simulate_command
from bot.terminal import Screen, unchecked_share
from retrieval import corpus as corpus_
from retrieval import register as register_
from retrieval.errors import CorpusError, RetrievalError
from retrieval.guidance import Guidance, ProvisionId
from retrieval.labelled import CASES
from retrieval.matches import Found, Query

app = typer.Typer(
    help="Cited considerations, red flags and safeguards for sales of surveillance-capable "
    "products to foreign governments. Not legal advice.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
corpus_app = typer.Typer(help="The guidance corpus: list, show, check.", no_args_is_help=True)
db_app = typer.Typer(help="The database.", no_args_is_help=True)
for name, command in {**documents_cli.COMMANDS, **publishing_cli.COMMANDS}.items():
    corpus_app.command(name)(command)
corpus_app.command("impact")(corpus_impact)
corpus_app.command("lint")(lint_command(Linted(
    lambda parts: CorpusParts(parts).drafts.draft().guidance,
    lambda parts: CorpusParts(parts).draft_edition().search)))
corpus_app.command("simulate")(simulate_command(
    lambda parts: parts.edition, lambda parts: CorpusParts(parts).draft_edition()))
app.add_typer(corpus_app, name="corpus")
app.add_typer(log_app, name="log")
app.add_typer(cases_app, name="cases")
app.add_typer(db_app, name="db")

TERMINAL_AUTHOR = "terminal"

Draft = Annotated[bool, typer.Option(
    "--draft", help="What lies in the corpus folder, in place of the release in force.")]


@app.command()
def chat(
    jsonl: Annotated[bool, typer.Option(
        "--jsonl", help="Machine protocol: one JSON object a line in, one out."
    )] = False,
    conversation: Annotated[str | None, typer.Option(
        help="Resume or name a conversation; a new one without it."
    )] = None,
    resume: Annotated[bool, typer.Option(
        "--resume", help="Go on with the conversation of the last time."
    )] = False,
) -> None:
    """Talk about a deal in the terminal."""
    if not jsonl and err.is_terminal:
        err.print("Getting ready; the first time takes half a minute.")
    with assembled() as parts:
        following = parts.following()  # built before the first prompt, under the progress bar
    if jsonl:
        for line in sys.stdin:
            if line.strip():
                _take_up(following)
                answer = answer_line(parts.advisor, line, TERMINAL_AUTHOR, alone=True)
                print(json.dumps(answer, ensure_ascii=False), flush=True)
        return
    _talk(parts, following, conversation or _resumed(parts, resume))


@app.command()
def serve() -> None:
    """Serve the bot: in Slack with tokens set, otherwise in a local workspace in the browser."""
    # It imports what no other command needs, and that takes two seconds.
    from bot import serving  # noqa: PLC0415

    slack = settings_.load_slack()
    with assembled() as parts:
        status = serving.serve(parts, slack, lambda line: err.print(
            line, highlight=False, soft_wrap=True))
    if status:
        raise typer.Exit(status)


def _resumed(parts: Assembly, resume: bool) -> str:
    if resume:
        last = parts.store.latest(TERMINAL_AUTHOR)
        if last is not None:
            return str(last.id)
    return f"chat-{uuid.uuid4().hex[:8]}"


def _take_up(following: Following) -> bool:
    """Take the release in force; where it can't be opened, say so and go on with the one before."""
    told = following.fault
    try:
        return following.look()
    except Exception:
        if following.fault != told:
            err.print(f"[yellow]{following.fault}[/yellow]")
        return False


def _talk(parts: Assembly, following: Following, name: str) -> None:
    console = Console(highlight=False)
    screen = Screen(console, parts.guidance)
    console.print("[bold]Advisor[/bold]. Describe a deal as you would to a colleague: what is "
                  "sold, who will use it, where, what for.\nCtrl-D ends. This conversation is "
                  f"[bold]{name}[/bold]. Not legal advice; {unchecked_share(parts.guidance)}.\n")
    while True:
        try:
            text = console.input("[bold blue]> [/bold blue]")
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if not text.strip():
            continue
        if number := re.fullmatch(r"\s*\[(\d{1,3})\]\s*", text):
            screen.expand(int(number.group(1)))
            continue
        if _take_up(following):
            console.print("[dim]The guidance has changed since; answers come from release "
                          f"{parts.advisor.edition.release} now.[/dim]\n")
        try:
            taken = take(parts.advisor, name, TERMINAL_AUTHOR, text, alone=True)
            screen.show(taken.reply, taken.guidance)
        except AdvisorError as error:
            console.print(f"[yellow]{error}[/yellow]")
        console.print()


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for; - reads queries from stdin.")],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Most provisions.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find provisions that bear on a question."""
    with assembled() as parts:
        find, guidance = parts.search, parts.guidance
    if query == "-":
        for line in sys.stdin:
            if line.strip():
                found = find([Query(line.strip(), topics=parts.topics(line), limit=k)])[0]
                print(json.dumps(_found_json(found, guidance, k), ensure_ascii=False),
                      flush=True)
        return
    found = find([Query(query, topics=parts.topics(query), limit=k)])[0]
    if as_json:
        print_json(_found_json(found, guidance, k))
    else:
        _show_found(found, guidance)


def _found_json(found: Found, guidance: Guidance, k: int) -> dict[str, Any]:
    matches = [] if found.abstained else found.matches[:k]
    return {
        "query": found.query.text,
        "release": guidance.release,
        "abstained": found.abstained,
        "nearest": found.nearest,
        "matches": [
            {**_provision_json(guidance, m.provision), "similarity": round(m.similarity, 4),
             "why": m.why.value, "text": m.passage.text}
            for m in matches
        ],
    }


def _show_found(found: Found, guidance: Guidance) -> None:
    console = Console(highlight=False)
    if found.abstained:
        console.print("Nothing in the corpus bears on that.")
        return
    for m in found.matches:
        p = guidance.provisions[m.provision]
        console.print(f"[bold]{p.id}[/bold] {p.heading} [dim]({p.pinpoint}; {p.checked}; "
                      f"{m.why} {m.similarity:.2f})[/dim]")
        console.print(f"  {m.passage.text}")


def _provision_json(guidance: Guidance, provision: ProvisionId) -> dict[str, Any]:
    p = guidance.provisions[provision]
    return {"id": p.id, "pinpoint": p.pinpoint, "source": guidance.sources[p.source].short_title,
            "checked": p.checked.value}


def _content(draft: bool) -> Guidance:
    """The release in force; the folder's content if it is asked for, or nothing is in force yet."""
    with assembled() as parts:
        if draft or not parts.begun:
            return corpus_.read(parts.settings.corpus_dir)
        return parts.guidance


@corpus_app.command("list")
def corpus_list(as_json: AsJson = False, draft: Draft = False) -> None:
    """List every provision of the release in force, one a line."""
    guidance = _content(draft)
    for p in guidance.provisions.values():
        if as_json:
            row = {**_provision_json(guidance, p.id), "kind": p.kind, "text": p.text}
            print(json.dumps(row, ensure_ascii=False))
        else:
            print(f"{p.id:<24} {p.checked.value:<10} {p.pinpoint}")


@corpus_app.command("show")
def corpus_show(provision: str, as_json: AsJson = False, draft: Draft = False) -> None:
    """Show one provision of the release in force with its source and where it is used."""
    guidance = _content(draft)
    p = guidance.provisions.get(ProvisionId(provision))
    if p is None:
        fail(f"There is no provision {provision!r}; 'advisor corpus list' prints them all.")
    flags = [f.id for f in guidance.red_flags if p.id in f.authorities]
    safeguards = [s.id for s in guidance.safeguards.values() if p.id in s.authorities]
    row = {**_provision_json(guidance, p.id), "kind": p.kind, "heading": p.heading,
           "text": p.text, "note": p.note, "basis": p.basis,
           "url": guidance.sources[p.source].url, "red_flags": flags, "safeguards": safeguards}
    if as_json:
        print_json(row)
    else:
        for key, value in row.items():
            if value:
                text = ", ".join(value) if isinstance(value, list) else value
                print(f"{key:<11} {text}")


@corpus_app.command("check")
def corpus_check(as_json: AsJson = False) -> None:
    """Check the corpus folder; print every problem with file and line, and count what is there."""
    from bot.evaluating.gold import problems_of  # noqa: PLC0415  it takes a second, as above

    with assembled() as parts:
        root = parts.settings.corpus_dir
        guidance, problems = corpus_.read_all(root)
    problems += [line.removeprefix(f"{root}/")
                 for line in problems_of(root / CASES, guidance)]
    counts = {
        "sources": len(guidance.sources),
        "provisions": len(guidance.provisions),
        "considerations": len(guidance.considerations),
        "red_flags": len(guidance.red_flags),
        "safeguards": len(guidance.safeguards),
        "questions": len(guidance.questions),
        "vocabulary_terms": sum(
            len(t.terms) + len(t.weak) + len(t.near) for t in guidance.vocabulary.terms
        ),
        "glossary": len(guidance.vocabulary.glossary),
    }
    if as_json:
        print_json({"ok": not problems, "counts": counts, "problems": problems})
    else:
        for problem in problems:
            print(problem)
        print(", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items()))
        print("The corpus is sound." if not problems else f"{len(problems)} problems.")
    if problems:
        raise typer.Exit(1)


@corpus_app.command("gaps")
def corpus_gaps(as_json: AsJson = False) -> None:
    """What people asked and the texts did not answer, the most frequent kind first."""
    with assembled() as parts:
        found = shortfalls(parts.store, parts.guidance)
    if as_json:
        print_json([{"gap": s.gap, "nearest": s.nearest, "title": s.title, "count": s.count,
                      "last": s.last.isoformat(), "examples": s.examples} for s in found])
        return
    for s in found:
        print(f"{s.count:>5}  {s.title}  (last {s.last:%Y-%m-%d})")
        for example in s.examples:
            print(f"         {example!r}")
    if not found:
        print("No question was declined so far.")


@corpus_app.command("register")
def corpus_register() -> None:
    """Enter new ids in the register of ids ever shipped; ids that are gone stay listed."""
    with assembled() as parts:
        root = parts.settings.corpus_dir
        guidance, _ = corpus_.read_all(root)
    added = register_.register(root, guidance)
    print(f"{added} new ids registered in {root / register_.REGISTER}.")


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the newest schema."""
    with assembled() as parts:
        parts.store.upgrade()
    print("The database is up to date.")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check settings, corpus, model, index, database and Slack, and say what to do."""
    from bot.connecting import reach  # noqa: PLC0415  as above

    with assembled() as parts:
        findings = examine(parts, reach(settings_.load_slack()))
    if as_json:
        print_json([{"name": f.name, "ok": f.ok, "text": f.text} for f in findings])
    else:
        for f in findings:
            print(f"{'ok  ' if f.ok else 'FAIL'} {f.name}: {f.text}")
    if not all(f.ok for f in findings):
        raise typer.Exit(1)


app.command()(evaluate)


def main() -> None:
    """Run the command; a known error ends as its sentence, never as a traceback."""
    try:
        app()
    except (AdvisorError, RetrievalError, CorpusError) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)


