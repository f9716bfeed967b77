"""The `advisor` command: each command parses, calls a use case and prints."""

import re
import uuid
from typing import Annotated, Any

import typer
from rich.markup import escape

from bot import setting_sources
from bot.advisor import Outcome
from bot.answering.hearing import insist_on_length
from bot.assembly import Assembly
from bot.commands.cases import cases_app
from bot.commands.corpus import corpus_app, provision_json
from bot.commands.db import db_app
from bot.commands.doctor import examine
from bot.commands.launching import (
    AsJson,
    assembled,
    ending,
    err,
    input_lines,
    misused,
    print_json,
    print_line,
    terminal,
)
from bot.commands.log import log_app
from bot.commands.model import model_app
from bot.commands.serve import serve
from bot.connecting.preconditions import conditions
from bot.dialogue.small_words.lookups import asked_outright
from bot.errors import AdvisorError, BadInput
from bot.evaluating.command import evaluate
from bot.following import Following
from bot.machine.exchange import NOT_UTF8, answer_line, looked_at, take
from bot.record import spoken
from bot.second_look.journey import SecondLook
from bot.terminal import sentences as terminal_sentences
from bot.terminal.screen import Screen
from retrieval.guidance import Guidance
from retrieval.matches import Found

app = typer.Typer(
    help="Cited considerations, red flags and safeguards for sales of surveillance-capable "
    "products to foreign governments. Not legal advice.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    # Else a paragraph of a help breaks wherever the line of its docstring does.
    rich_markup_mode="markdown",
)
app.add_typer(corpus_app, name="corpus")
app.add_typer(log_app, name="log")
app.add_typer(cases_app, name="cases")
app.add_typer(db_app, name="db")
app.add_typer(model_app, name="model")

TERMINAL_AUTHOR = "terminal"


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
    if (jsonl and (conversation is not None or resume)) or (conversation is not None and resume):
        misused("With --jsonl each line names its conversation; else give --conversation or "
                "--resume, and not both.")
    if not jsonl and err.is_terminal:
        err.print("Getting ready; the first time takes half a minute.")
    with assembled() as parts:
        following = parts.following()  # built before the first prompt, under the progress bar
    if jsonl:
        for line in input_lines():
            _take_up(following)
            answer = NOT_UTF8 if line is None else answer_line(
                parts.advisor, line, TERMINAL_AUTHOR, alone=True, second_look=parts.second_look,
                workspace=parts.settings.api_workspace)
            print_line(answer)
        return
    _talk(parts, following, conversation or _resumed(parts, resume))


app.command()(serve)


def _resumed(parts: Assembly, resume: bool) -> str:
    if resume:
        last = spoken.latest(parts.store, TERMINAL_AUTHOR)
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
            err.print(f"[yellow]{escape(str(following.fault))}[/yellow]")
        return False


def _talk(parts: Assembly, following: Following, name: str) -> None:
    console = terminal()
    say = terminal_sentences.load(parts.settings.prompts_dir, parts.settings.contact)
    screen = Screen(console, parts.guidance, say)
    screen.begin(name)
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
            screen.tell_release(parts.advisor.edition.release)
        try:
            taken = take(parts.advisor, name, TERMINAL_AUTHOR, text, alone=True)
            screen.show(taken.reply, taken.guidance)
            _look_again(parts.second_look, taken, screen)
        except AdvisorError as error:
            console.print(f"[yellow]{escape(str(error))}[/yellow]")
        console.print()


def _look_again(second_look: SecondLook | None, taken: Outcome, screen: Screen) -> None:
    """Show what a language model betters in the answer that stands; nothing where there is none."""
    if second_look is None or not taken.worth_a_look:
        return
    with screen.looking():
        looked = looked_at(second_look, taken)
    if looked.outcome is not None:
        screen.show_better(looked.outcome.reply, looked.outcome.guidance)
    if looked.refused is not None:
        screen.tell_refused(looked.refused)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for; - reads queries from stdin.")],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Most provisions.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find provisions that bear on a question, or that it names by id or pinpoint."""
    with assembled() as parts:
        find, guidance, limit = parts.search, parts.guidance, parts.settings.message_limit

    def asked(text: str) -> Found:
        insist_on_length(text, limit)
        return find([asked_outright(guidance, text, k, parts.topics(text))])[0]

    def answered(line: str) -> dict[str, Any]:
        try:
            return _found_json(line, asked(line), guidance, k)
        except BadInput as error:
            return {"error": {"code": error.code, "message": str(error)}}

    if query == "-":
        for line in input_lines():
            print_line(NOT_UTF8 if line is None else answered(line.strip()))
        return
    found = asked(query)
    if as_json:
        print_json(_found_json(query, found, guidance, k))
    else:
        _show_found(found, guidance, k)


def _found_json(query: str, found: Found, guidance: Guidance, k: int) -> dict[str, Any]:
    matches = [] if found.abstained else found.matches[:k]
    return {
        "query": query,
        "release": guidance.release,
        "abstained": found.abstained,
        "nearest": found.nearest,
        "matches": [
            {**provision_json(guidance, m.provision), "similarity": round(m.similarity, 4),
             "why": m.why.value, "text": m.passage.text}
            for m in matches
        ],
    }


def _show_found(found: Found, guidance: Guidance, k: int) -> None:
    console = terminal()
    if found.abstained:
        console.print("Nothing in the corpus bears on that.")
        return
    for m in found.matches[:k]:
        p = guidance.provisions[m.provision]
        # Official words in brackets are no marks of how to draw them.
        console.print(f"[bold]{escape(p.id)}[/bold] {escape(p.heading)} "
                      f"[dim]({escape(p.pinpoint)}; {p.checked}; {m.why} {m.similarity:.2f})[/dim]")
        console.print(f"  {m.passage.text}", markup=False)


@app.command()
def doctor(
    ask_model: Annotated[bool, typer.Option(
        "--ask-model", help="Send the language model one question, to see that it answers."
    )] = False,
    as_json: AsJson = False,
) -> None:
    """Check settings, corpus, models, index, database and Slack, and say what to do."""
    from bot.connecting.slack import reach  # noqa: PLC0415  as above

    slack = setting_sources.load_slack()
    with assembled(tells_names=True) as parts:
        findings = examine(parts, reach(slack), conditions(parts.settings, slack),
                           ask_model=ask_model)
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
    ending(app)
