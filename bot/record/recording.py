"""Writing a turn: what has to fit before it may be recorded, and the conversation after it."""

import json
from collections.abc import Mapping, Set
from dataclasses import replace
from itertools import chain
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, literal_column, select, update

from bot.casebook.lines import Line
from bot.casebook.memory import remembered
from bot.database import prepared
from bot.errors import (
    AlreadyAnswered,
    BadInput,
    OtherWorkspace,
    StaleConversation,
    UnknownRelease,
)
from bot.ledger import canonical, timestamp
from bot.record import log as log_
from bot.record.in_force import LAST, InForce, last_of
from bot.record.log import TURN, Happening, Logged
from bot.schema import case_lines, case_words, cases, conversations, log, releases, turns
from bot.turns.echoes import ECHOES, ECHOES_SHA256
from bot.turns.turn import Turn
from bot.unseen import can_be_kept
from retrieval.guidance import ReleaseId


def write_turn(
    connection: Connection,
    workspace: str,
    turn: Turn,
    *,
    happening: Happening,
    state: str,
    expected_version: int,
    in_force: InForce | None,
) -> tuple[Logged, bool]:
    """Write *turn* and what it makes of its conversation, in the transaction of *connection*.

    Args:
        connection: A transaction that writes.
        workspace: Whose log it goes to.
        turn: What happened.
        happening: The same as a row.
        state: The conversation after it, as canonical JSON.
        expected_version: The version that was loaded.
        in_force: What the log is told of before the turn, as far as it doesn't say so.

    Returns:
        The row, and whether a sign-off of the conversation stood before it.

    Raises:
        AlreadyAnswered, StaleConversation, OtherWorkspace, UnknownRelease: See `Store.record`.
    """
    end = log_.lock(connection, workspace)
    stands = _stands(connection, workspace, turn)
    if in_force is not None and in_force.note_after(
            connection, workspace, turn.release, turn.recorded_at, tuple(stands[:_OF_LAST])):
        end = log_.lock(connection, workspace)
    if stands.taken is not None:
        raise AlreadyAnswered(turn.key)
    if stands.release is None:
        raise UnknownRelease(turn.release)
    line = Line(
        stands.line or stands.workspace or workspace,
        None if stands.memory is None else remembered(stands.memory),
        stands.number or stands.known_as or 0,
        new=stands.number is None and stands.known_as is None, asker=stands.asker or "",
        fresh=None if stands.fresh is None else bool(stands.fresh))
    gone = _gone(connection, turn, stands.workspace, line)
    if gone:
        stored = _stored(connection, turn)
        happening = _silenced(happening, stored)
        state = _without(state, gone, turn.text, stored)
    logged = log_.append_after(connection, workspace, happening, end, line)
    _advance(
        connection, turn, state, expected_version=expected_version, workspace=workspace,
        home=stands.workspace, seq=logged.seq)
    prepared.change(connection, _ADD_TURN, {
        "key": turn.key, "conversation": turn.conversation, "version": turn.version,
        "release": turn.release, "workspace": workspace, "seq": logged.seq,
        "posted_ref": turn.posted_ref})
    return logged, line.memory is not None and bool(line.memory.review.signed)


_ADD_TURN = turns.insert()
_ADD_CONVERSATION = conversations.insert()
_MOVE_ON = update(conversations).where(
    conversations.c.id == bindparam("its_id"), conversations.c.version == bindparam("follows"))
_IT: BindParameter[str] = bindparam("its_conversation")
_ONE = select(literal_column("1").label("one")).subquery()
_OF_LAST = len(LAST)
_STANDS = select(
    *LAST,
    select(log.c.seq).where(log.c.key == bindparam("its_key")).scalar_subquery().label("taken"),
    select(releases.c.id).where(releases.c.id == bindparam("its_release"))
    .scalar_subquery().label("release"),
    conversations.c.workspace, case_lines.c.workspace.label("line"), case_lines.c.memory,
    case_lines.c.number, case_lines.c.fresh, case_words.c.id.label("known_as"), cases.c.asker,
).select_from(
    _ONE.outerjoin(conversations, conversations.c.id == _IT)
    .outerjoin(case_lines, case_lines.c.conversation == _IT)
    .outerjoin(case_words, case_words.c.conversation == _IT)
    .outerjoin(cases, cases.c.conversation == _IT))


def _stands(connection: Connection, workspace: str, turn: Turn) -> Any:
    """What there is of the message, its release, its conversation and its log, in one look."""
    return prepared.one(connection, _STANDS, {
        **last_of(workspace), "its_key": turn.key, "its_release": turn.release,
        "its_conversation": turn.conversation})


def insist_on_release(connection: Connection, release: ReleaseId) -> None:
    """Stop unless *release* was kept.

    Raises:
        UnknownRelease: It never was.
    """
    if connection.scalar(select(releases.c.id).where(releases.c.id == release)) is None:
        raise UnknownRelease(release)


def insist_on_storable(words: str) -> None:
    """Stop unless every database takes *words*.

    Raises:
        BadInput: The text holds characters that none does.
    """
    if not can_be_kept(words):
        raise BadInput(
            "bad_characters",
            "That message holds characters that can't be kept (a null, or half of a surrogate "
            "pair). Please type it again, or paste it as plain text.",
        )


def _advance(
    connection: Connection,
    turn: Turn,
    state: str,
    *,
    expected_version: int,
    workspace: str,
    home: str | None,
    seq: int,
) -> None:
    """Bring the conversation's row, of workspace *home*, from *expected_version* to the turn's."""
    at = timestamp(turn.recorded_at)
    row = {"state": state, "version": turn.version, "last_seq": seq, "updated_at": at}
    if home not in (None, workspace):
        raise OtherWorkspace(turn.conversation)
    if expected_version == 0:
        if home is not None:
            raise StaleConversation(turn.conversation, expected_version)
        prepared.change(connection, _ADD_CONVERSATION, {
            "id": turn.conversation, "workspace": workspace, "created_at": at, **row})
        return
    there = {"its_id": turn.conversation, "follows": expected_version}
    if not prepared.change(connection, _MOVE_ON, {**there, **row}):
        raise StaleConversation(turn.conversation, expected_version)


def _stored(connection: Connection, turn: Turn) -> Mapping[str, Any]:
    """What the conversation of *turn* remembers by now, as JSON types."""
    state = connection.scalar(
        select(conversations.c.state).where(conversations.c.id == turn.conversation))
    found: Mapping[str, Any] = json.loads(state or "{}")
    return found


def _silenced(happening: Happening, stored: Mapping[str, Any]) -> Happening:
    """*happening* without echoes of words that were erased while it was worked on.

    An echo that the conversation, as it is *stored*, no longer remembers may be one of them.  The
    row then has no hash of echoes either, so nothing is missing of what it was recorded with.
    """
    echoes = happening.words.get(ECHOES)
    if echoes is None:
        return happening
    deal = stored.get("deal", {})
    known = {answer["said"] for answers in (
        deal.get("answers", {}).values(), stored.get("supposed", {}).values(),
        *deal.get("earlier", {}).values()) for answer in answers}
    topic = stored.get("topic") or None
    if all(said in known or (topic and said.startswith(topic))
           for _, said in json.loads(echoes["quotes"])):
        return happening
    kept = {name: value for name, value in happening.words.items()
            if name not in {ECHOES, ECHOES_SHA256}}
    return replace(happening, words=kept)


def _gone(connection: Connection, turn: Turn, home: str | None, line: Line) -> set[str]:
    """The messages of the conversation whose words are gone, if it is there, of workspace *home*.

    Without a line nobody has counted them.
    """
    if home is None or (line.memory is not None and not line.memory.erased):
        return set()
    return set(connection.scalars(select(log.c.key).where(
        log.c.conversation == turn.conversation, log.c.kind == TURN, log.c.words.is_(None))))


def _without(state: str, gone: Set[str], own: str, stored: Mapping[str, Any]) -> str:
    """*state* without the words of the messages *gone*, erased while it was worked on.

    Whoever loads a conversation, steps, and records what came of it may have loaded words that
    were erased meanwhile; they must not come back.  Of a topic nobody knows which message it is
    of: it stays where it is of the turn's *own* words, or goes on from the one *stored*.
    """
    whole = json.loads(state)
    stretch = whole["stretch"]
    if stretch is not None and not gone.isdisjoint(part["key"] for part in stretch["parts"]):
        stretch = whole["stretch"] = None
    before = (*(() if stretch is None else stretch["before"].values()),
              *whole["changed_last"].values())
    deal = whole["deal"]
    for answer in (*deal["answers"].values(), *chain.from_iterable(deal["earlier"].values()),
                   *whole["supposed"].values(), *whole["supposed_before"].values(), *before):
        if answer is not None and answer["message"] in gone:
            answer["said"] = ""
    topic = stored.get("topic")
    if not (whole["topic"] in own or (topic and whole["topic"].startswith(topic))):
        whole["topic"] = ""
    return canonical(whole)
