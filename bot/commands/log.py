"""`advisor log`: the record as it is read; what is proved of it and done with it stands beside."""

import json
import sys
from typing import Annotated

import typer

from bot.answering.replaying import PLAIN
from bot.commands import erasing, proving
from bot.commands.exporting import export
from bot.commands.launching import AsJson, ConversationName, counted, fail, print_line, reading
from bot.dialogue.conversation import ConversationId
from bot.errors import UnknownConversation
from bot.ledger import plain
from bot.record import spoken
from bot.record.deletions import Deletion, What, deleted_in
from bot.record.model_calls import ModelCall, calls_in
from bot.review import retell
from bot.terminal.legible import in_one_line, legible
from bot.turns.delivery import edited
from bot.turns.turn import Turn
from bot.turns.untyped import untyped

log_app = typer.Typer(help="The record of what was said: show, prove, erase.",
                      no_args_is_help=True)


@log_app.command("list")
def log_list(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most conversations.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List conversations, newest first."""
    with reading() as parts:
        lines = spoken.lines(parts.store, limit)
        there = spoken.count(parts.store)
    for line in lines:
        row = {"conversation": line.id, "turns": line.version, "updated_at": line.updated_at}
        print(json.dumps(row) if as_json else
              in_one_line(f"{line.updated_at}  {counted(line.version, 'turn'):>9}  {line.id}"))
    if there > len(lines):
        print(f"These are the newest {len(lines)} of {there:,} conversations; --limit shows more.",
              file=sys.stderr)


@log_app.command("show")
def log_show(conversation: ConversationName, as_json: AsJson = False) -> None:
    """Show one conversation, rendered again from its record and the releases it was drawn from."""
    with reading() as parts:
        retold = list(retell(parts.store, ConversationId(conversation)))
        with parts.store.reading() as connection:
            calls = calls_in(connection, ConversationId(conversation))
            gone = deleted_in(connection, ConversationId(conversation))
    if not retold:
        raise UnknownConversation(conversation)
    numbers = {one.turn.key: one.turn.version for one in retold}
    for one in retold:
        turn = one.turn
        first = numbers.get(edited(turn.key) or turn.key)
        deleted = [it for n in sorted({first or turn.version, turn.version})
                   for it in gone.get(n, ()) if n == turn.version or it.what is What.MESSAGE]
        if as_json:
            row = {"author": turn.author, "text": turn.text, "digest": turn.digest,
                   "shown": one.text, "fault": one.fault, **turn.body(),
                   "deleted_in_slack": [plain(it) for it in deleted],
                   "model_calls": [plain(call) for call in calls if call.turn == turn.version]}
            print_line(row)
        else:
            said = "(the words were erased)" if turn.erased else turn.text or _pressed(turn)
            said = said.replace("\n", "\n> ")  # nothing that was typed looks like a turn
            by = f"by {in_one_line(turn.author)}, " if turn.author else ""
            print(legible(f"--- turn {turn.version}, {turn.body()['recorded_at']}, {by}"
                          f"release {turn.release}{_by(turn, first)}\n> {said}\n\n{one.text}\n"))
            for it in deleted:
                print(f"{_gone(it)}\n")
            for call in calls:
                if call.turn == turn.version:
                    print(legible(f"{_told(call)}\n"))
    if any(one.fault for one in retold):
        fail("\n".join(f"turn {one.turn.version}: {one.fault}" for one in retold if one.fault))


def _by(turn: Turn, first: int | None) -> str:
    """What is to be said of a turn that a language model had to do with, or of an edited message.

    *first* is the turn that its message was said in first.
    """
    again = ""
    if turn.retakes is not None:
        again = f", turn {turn.retakes} looked at again"
    elif first not in {None, turn.version}:
        again = f", the new wording of the message of turn {first}"
    worded = "" if turn.composer == PLAIN else f", worded by {turn.composer}"
    refused = "" if turn.refused is None else f", a model's wording not shown: {turn.refused}"
    return f"{again}{worded}{refused}"


def _pressed(turn: Turn) -> str:
    """What was done in a turn in which nothing was typed: that no words of it are missing."""
    where = None if turn.circumstances is None else turn.circumstances.where
    done = untyped(None if where is None else where.act, turn.message.intent.value,
                   tells=bool(turn.message.heard))
    return f"(nothing was typed: {done.value.replace('_', ' ')})"


def _gone(deletion: Deletion) -> str:
    what = ("the message" if deletion.what is What.MESSAGE else "the reply" if deletion.parts == 1
            else f"message {deletion.part} of {deletion.parts} of the reply")
    return (f"... {what} was deleted in Slack at {deletion.at.isoformat()}; "
            "Slack doesn't tell by whom")


def _told(call: ModelCall) -> str:
    """A call of a language model, with exactly what was sent and what came back."""
    lines = [f"... {call.model} asked for {call.use}, prompt {call.prompt}: {call.outcome}, "
             f"{call.tokens_in} + {call.tokens_out} tokens, {call.took_ms} ms"]
    lines += [call.why] if call.why else []
    if call.sent is None:
        return "\n".join([*lines, "(what was sent and came back is erased)"])
    lines += [f"sent as {one['role']}: {one['content']}" for one in call.sent]
    lines += [f"received: {call.received}"]
    lines += [f"refused for: {call.detail}"] if call.detail else []
    lines += [f"not taken, {one['why']}: {one['fact']} {one['value']}, of “{one['words']}”"
              for one in call.dropped]
    return "\n".join(lines)


for name, command in {**proving.COMMANDS, "export": export, **erasing.COMMANDS}.items():
    log_app.command(name)(command)
