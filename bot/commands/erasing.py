"""`advisor log erase|hold|release|retention`: what is kept of words, and for how long."""

from collections.abc import Mapping
from typing import Annotated

import typer

from bot.assembly import Assembly
from bot.commands.administering import Command
from bot.commands.launching import (
    ConversationName,
    counted,
    misused,
    pasted,
    reading,
)
from bot.dialogue.conversation import ConversationId
from bot.erasure.erasing import Erased
from bot.erasure.overwriting import Remains
from bot.erasure.whereabouts import (
    home_of_person,
    workspace_on_record,
    workspaces_on_record,
)
from bot.log_order import LOCAL
from bot.terminal.legible import in_one_line

Workspace = Annotated[str | None, typer.Option(
    "--workspace", help="Slack's id of the workspace, or 'local' for what comes from no Slack; "
    "needed where there are several.")]
Home = Annotated[str | None, typer.Option(
    "--workspace", help="Slack's id of the workspace; found without it.")]
By = Annotated[str, typer.Option("--by", help="Who has it done; stays on record.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; stays on record.")]

LOGGED = ("PostgreSQL's own write-ahead log, its archives and the logs of replicas have it until "
          "they are recycled or deleted, as you have set.")
"""What no command of ours can write anew; docs/backing-up.md tells of it."""
REMAIN = {
    Remains.AHEAD: "They are not yet overwritten in the database's write-ahead file, since "
    "something reads the database, such as an export or a back-up. 'advisor serve' does it within "
    "a minute of its end; without one, call 'advisor db rewrite' then.",
    Remains.FREED: "PostgreSQL's files have them in free space until that is used again; "
    "'advisor db rewrite' writes the tables anew, while nobody else uses them. "
    + LOGGED,
}


def home(parts: Assembly, conversation: str, workspace: str | None) -> str:
    """The *workspace* that was given, or the one that *conversation* is in.

    Raises:
        UnknownConversation: None was given, and there is no such conversation in any.
    """
    if workspace is not None:
        return workspace
    return parts.store.workspace_of(ConversationId(conversation))


def erase(
    by: Annotated[str | None, typer.Option(
        "--by", help="Who has it done; stays on record. Not needed with --preview.")] = None,
    reason: Annotated[str | None, typer.Option(
        "--reason", help="Why; stays on record. Not needed with --preview.")] = None,
    conversation: Annotated[str | None, typer.Option(
        help="All words of one conversation, as 'advisor log list' prints its name.",
        parser=pasted, metavar="CONVERSATION")] = None,
    person: Annotated[str | None, typer.Option(help="All words of one person, by Slack's id.")]
    = None,
    workspace: Home = None,
    preview: Annotated[bool, typer.Option(
        "--preview", help="Say what would be erased, and erase nothing.")] = False,
) -> None:
    """Erase what was said, for good; the log stays whole and says that it was done."""
    if (conversation is None) == (person is None):
        misused("Give --conversation or --person.")
    if preview:
        _preview(conversation, person, workspace)
        return
    if by is None or reason is None:
        raise typer.BadParameter("Give --by and --reason, which stay on record; or --preview, to "
                                 "see what would be erased.")
    with reading() as parts:
        if conversation is not None:
            erased = parts.erasing.conversation(
                home(parts, conversation, workspace), ConversationId(conversation), by=by,
                reason=reason)
        else:
            erased = parts.erasing.person(
                _whereabouts(parts, person or "", workspace), person or "", by=by, reason=reason)
    print(f"Erased: {_what(erased)}.")
    if erased.held:
        print(in_one_line(f"Kept by a legal hold: {', '.join(erased.held)}."))
    if erased.remains in REMAIN:
        print(REMAIN[erased.remains])
    print("What Slack, exports and a database that a restore has moved aside hold of them is not "
          "in reach of this command. Back-ups forget them when they are restored, by the list of "
          "erasures.")


def _preview(conversation: str | None, person: str | None, workspace: str | None) -> None:
    """Print what `erase` would do."""
    with reading() as parts:
        if conversation is not None:
            foreseen = parts.erasing.preview_of_conversation(
                home(parts, conversation, workspace), ConversationId(conversation))
        else:
            foreseen = parts.erasing.preview_of_person(
                _whereabouts(parts, person or "", workspace), person or "")
    print(f"Would be erased: {_what(foreseen)}.")
    for name in foreseen.conversations:
        print(in_one_line(f"  {name}"))
    if foreseen.held:
        print(in_one_line(f"Would be kept by a legal hold: {', '.join(foreseen.held)}."))
    print("Nothing was erased.")


def _whereabouts(parts: Assembly, person: str, workspace: str | None) -> str:
    """The *workspace* that was given, or the only one that *person* has spoken in."""
    return home_of_person(parts.store, person) if workspace is None else workspace


def _what(erased: Erased) -> str:
    return (f"the words of {counted(erased.rows, 'row')} in "
            f"{counted(len(erased.conversations), 'conversation')}")


def hold(conversation: ConversationName, by: By, reason: Reason, workspace: Home = None) -> None:
    """Put a conversation under a legal hold: nothing of it is erased until it is released."""
    with reading() as parts:
        parts.erasing.hold(home(parts, conversation, workspace), ConversationId(conversation),
                           by=by, reason=reason)
    print(in_one_line(f"{conversation} is held."))


def release(conversation: ConversationName, by: By, reason: Reason, workspace: Home = None) -> None:
    """Lift the legal hold of a conversation."""
    with reading() as parts:
        parts.erasing.release(home(parts, conversation, workspace), ConversationId(conversation),
                              by=by, reason=reason)
    print(in_one_line(f"{conversation} is held no longer."))


def retention(
    by: Annotated[str | None, typer.Option(
        "--by", help="Who has it set; stays on record. Without it the period in force is shown."
    )] = None,
    reason: Annotated[str | None, typer.Option(
        "--reason", help="Why it is set; stays on record.")] = None,
    days: Annotated[int | None, typer.Option(
        min=1, help="Days after the last turn; without it words are kept for ever."
    )] = None,
    workspace: Workspace = None,
) -> None:
    """Set for how long words are kept, or show it; `advisor serve` erases what is older."""
    if by is None and reason is None and days is None:
        with reading() as parts:
            shown = (workspaces_on_record(parts.store) if workspace is None
                     else (workspace_on_record(parts.store, workspace),))
            kept = {name: parts.erasing.retained(name) for name in shown}
    elif by is None or reason is None:
        misused("To set the period, give --by and --reason too; without any option it is shown.")
    else:
        with reading() as parts:
            named = workspace_on_record(parts.store, workspace)
            parts.erasing.retain(named, days, by=by, reason=reason)
            kept = {named: days}
    for name, period in kept.items():
        said = "for ever" if period is None else f"for {counted(period, 'day')}"
        print(f"Words are kept {said}." if [*kept] == [LOCAL]
              else f"{name}: words are kept {said}.")


COMMANDS: Mapping[str, Command] = {
    "erase": erase, "hold": hold, "release": release, "retention": retention,
}
