"""`advisor corpus simulate`: a case against what answers now and against the draft."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.assembly import Assembly
from bot.commands.launching import AsJson, assembled, print_json
from bot.dialogue.conversation import ConversationId
from bot.errors import BadInput, UnknownConversation
from bot.simulating.playing import Edition, Manner
from bot.simulating.scripts import Mode, Script, answers_of, from_file, invented, stored
from bot.simulating.simulation import Simulation, Step, as_document, said, simulate
from bot.terminal.legible import legible
from retrieval.editing.differences import Run, RunKind

EditionOf = Callable[[Assembly], Edition]

_MARKS = {RunKind.SAME: "{}", RunKind.GONE: "[-{}-]", RunKind.NEW: "{{+{}+}}"}


def simulate_command(live: EditionOf, draft: EditionOf) -> Callable[..., None]:
    """The command, over what answers now and the draft that may follow it."""

    def corpus_simulate(
        conversation: Annotated[str | None, typer.Option(
            help="A conversation of the database, by its id.")] = None,
        says: Annotated[list[str] | None, typer.Option(
            "--says", help="A message of an invented case; again for the next one.")] = None,
        answers: Annotated[str | None, typer.Option(
            help="What is answered when something is asked after the messages, as JSON: "
                 "'{\"end_user\": [\"police\"]}'. \"I don't know\" to all else.")] = None,
        case: Annotated[Path | None, typer.Option(
            help="A file with a case: 'steps' that say or choose, or 'says' alone.")] = None,
        facts: Annotated[bool, typer.Option(
            "--facts", help="Play a stored conversation from what was understood then, instead of "
                            "reading its words anew.")] = False,
        as_json: AsJson = False,
    ) -> None:
        """Play a case against what answers now and against the draft, side by side.

        Nothing is posted or recorded.
        """
        with assembled() as parts:
            script = _script(parts, conversation=conversation, says=says, answers=answers,
                             case=case, facts=facts)
            manner = Manner(parts.wording, parts.settings.question_limit,
                            parts.settings.message_limit)
            editions = live(parts), draft(parts)
            _insist_on_facts(script, editions)
            found = simulate(script, *editions, manner)
        if as_json:
            print_json(as_document(found))
        else:
            for line in lines(found):
                print(legible(line))

    return corpus_simulate


def _script(
    parts: Assembly, *, conversation: str | None, says: list[str] | None, answers: str | None,
    case: Path | None, facts: bool,
) -> Script:
    if sum(bool(one) for one in (conversation, says, case)) != 1:
        raise typer.BadParameter("give one of --conversation, --says and --case")
    if facts and not conversation:
        raise typer.BadParameter("--facts goes with --conversation: only what is stored has facts")
    if answers is not None and not says:
        raise typer.BadParameter("--answers goes with --says")
    if conversation:
        name = ConversationId(conversation)
        turns = parts.database.turns(name)
        if not turns:
            raise UnknownConversation(conversation)
        return stored(turns, Mode.FACTS if facts else Mode.READ, parts.replaying.state)
    if case is not None:
        return from_file(case)
    return invented(says or [], None if answers is None else answers_of(_parsed(answers)))


def _insist_on_facts(script: Script, editions: Iterable[Edition]) -> None:
    """A slip in a fact's name would else read as if its answer changed nothing."""
    known = {str(fact) for one in editions for fact in one.guidance.questions}
    for fact in script.answers or {}:
        if fact not in known:
            raise BadInput("unknown_fact", f"No question asks for {fact!r}; known are "
                           f"{', '.join(sorted(known))}.")


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BadInput("bad_json", f"--answers is not JSON: {error.msg} at character "
                       f"{error.pos}.") from None


def lines(found: Simulation) -> Iterator[str]:
    """What the command prints."""
    yield f"{found.script.title}: nothing of this is posted or recorded."
    yield from found.script.notes
    for name, play in (("What is live", found.live), ("The draft", found.draft)):
        yield from (f"{name}: {note}" for note in play.notes)
    yield ""
    yield found.upshot()
    yield from (f"- {one}" for one in found.outlook)
    for step in found.steps:
        yield from _step(found, step)


def _step(found: Simulation, step: Step) -> Iterator[str]:
    yield ""
    told = {said(one.line, play.guidance) for one, play in (
        (step.live, found.live), (step.draft, found.draft)) if one is not None}
    yield f"{step.number}. " + " / ".join(sorted(told))
    if step.difference.same:
        yield "   Both answer alike."
        return
    yield from (f"   - {one}" for one in step.difference.told())
    for name, one in (("what is live", step.live), ("the draft", step.draft)):
        if one is not None and one.failure:
            yield f"   - No answer from {name}: {one.failure}"
    text = "".join(map(_marked, step.difference.words))
    yield from (f"   | {line}" for line in text.splitlines())


def _marked(run: Run) -> str:
    return _MARKS[run.kind].format(run.text) if run.text.strip() else run.text
