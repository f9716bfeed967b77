"""Take words out of the database: of conversations, or of what one person said in them.

It is what an erasure does to the rows; who may order one, and what is held against it, is of
`bot.erasure.erasing`.
"""

import json
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl

from pydantic import TypeAdapter
from sqlalchemy import (
    Case,
    Column,
    ColumnElement,
    Connection,
    case,
    delete,
    select,
    tuple_,
    update,
)

from bot import people
from bot.casebook import lines as case_lines
from bot.casebook.cites import ASKED_AT_ONCE
from bot.casebook.standing import ASKED, WITHOUT_WORDS
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import Answer, Deal
from bot.language_model.choices import CHAT_ALLOWED
from bot.ledger import canonical, committed
from bot.record.deletions import DELETED
from bot.record.erasure_list import ERASED, HELD, RELEASED, RETENTION
from bot.record.erasures import Place, Taken
from bot.record.log import TURN, lock, logged
from bot.record.model_calls import MODEL_CALL
from bot.record.turn_rows import without_echoes
from bot.schema import (
    WAITING,
    cases,
    conversations,
    deliveries,
    holds,
    log,
    outgoing,
    review_locks,
    saved_filters,
    second_looks,
    sessions,
    turns,
)
from bot.turns.echoes import ECHOES, whom

RESTORED = "restored"
"""The kind of row that says that the database is a restored back-up."""
KEPT = frozenset({ERASED, HELD, RELEASED, RETENTION, RESTORED, "viewed", "exported",
                  "signed_in", "signed_out", "refused", "revoked", "published", "configured",
                  "installed", "uninstalled", "told", CHAT_ALLOWED, DELETED,
                  *WITHOUT_WORDS})
"""Kinds of rows that say what was done with the record: who did it stays on record.

That holds for who could have seen it, too: for the sign-ins of the console.
"""

_THEIRS = ((review_locks, review_locks.c.by), (saved_filters, saved_filters.c.user),
           (sessions, sessions.c.user))
"""What is kept of people beside the log and `people`, and where it says whose it is."""

Rows = dict[str, Place]
"""Rows of the log by their keys."""
_CONVERSATION = TypeAdapter(Conversation)


def names_of(workspace: str, person: str) -> frozenset[str]:
    """The ways in which rows of *workspace* name *person*, who may be given by any of them."""
    bare = people.bare(person)
    return frozenset({person, bare, f"slack:{workspace}:{bare}"})


def covered(person: str) -> dict[str, str]:
    """A salted hash of *person*, by which whoever has the name can tell that it was theirs."""
    salt = secrets.token_hex(16)
    return {"salt": salt, "sha256": committed(salt, person)}


def is_of(person: str, cover: Mapping[str, str]) -> bool:
    """Whether *cover* is of *person*."""
    return committed(cover["salt"], person) == cover["sha256"]


def silence(
    connection: Connection,
    workspace: str,
    names: Sequence[ConversationId],
    by: Collection[str] | None,
) -> dict[ConversationId, Taken]:
    """Take the words of the conversations *names* out of all that has them.

    What the files hold of them is overwritten by `bot.erasure.overwriting.sweep`, once it is
    committed.

    Args:
        connection: A transaction.
        workspace: Where the conversations are.
        names: The conversations.
        by: Whose words alone; everybody's without it.

    Returns:
        By each of the conversations the rows of the log that lost words.  Whoever calls says so in
        the log, in the same transaction.
    """
    # The head first, as whoever appends does: both change the counts of a day.
    lock(connection, workspace)
    gone: dict[ConversationId, Rows] = {name: {} for name in names}
    which = select(log.c.conversation, log.c.key, log.c.workspace, log.c.seq)
    for start in range(0, len(names), ASKED_AT_ONCE):
        said = (log.c.conversation.in_(names[start:start + ASKED_AT_ONCE])
                & log.c.kind.not_in(KEPT) & log.c.words.is_not(None))
        if by is not None:
            said &= log.c.actor.in_(by)
        for row in connection.execute(which.where(said)).all():
            gone[ConversationId(row.conversation)][row.key] = (row.workspace, row.seq)
        connection.execute(update(log).where(said).values(actor=None, words=None, salt=None))
    taken = dict[ConversationId, Taken]()
    for name, rows in gone.items():
        whole, echoes = _silence_echoes(connection, name, rows)
        rows.update(whole)
        if rows:
            rows.update(_silence_calls(connection, name, min(rows.values())))
        echoes |= set() if by is None else _forget_asked(connection, name, by)
        taken[name] = Taken(frozenset(rows.values()), frozenset(echoes))
    every = {key for rows in gone.values() for key in rows}
    for name in names:
        _forget(connection, name, every)
        spared = [] if by is None else _spared(connection, name, by, taken[name], every)
        _empty_trays(connection, name, by, spared)
    case_lines.redo(connection, names)
    return taken


def forget_person(connection: Connection, workspace: str, person: str) -> None:
    """Forget what *person* is called, and whatever else has their name or their words.

    Their sessions, locks and filters have it; whoever is still there signs in again.  So have
    filters of others that look for them, and what they wrote where nothing came of it: a message
    that was given up, or was to somebody else.
    """
    of_deliveries, of_cases = _unheld(workspace, names_of(workspace, person))
    connection.execute(update(deliveries).where(of_deliveries).values(
        state=_once(deliveries.c.state, ("new",), "aside"), author="", body=None))
    opened = connection.scalars(select(cases.c.conversation).where(of_cases)).all()
    connection.execute(update(cases).where(of_cases).values(asker="", watch_on=None))
    case_lines.redo(connection, opened)
    for its, user in _THEIRS:
        connection.execute(delete(its).where(
            its.c.workspace == workspace, user.in_(names_of(workspace, person))))
    _forget_filters(connection, workspace, person)
    people.forget(connection, workspace, people.bare(person))


def _forget_filters(connection: Connection, workspace: str, person: str) -> None:
    """Forget filters of whomever that look for *person*, or are called so, by id or by name."""
    called = {*names_of(workspace, person),
              *people.names_of(connection, workspace, [person]).values()} - {""}
    says = re.compile(
        rf"(?<!\w)(?:{'|'.join(re.escape(one.casefold()) for one in sorted(called))})(?!\w)")
    its = saved_filters.c
    for row in connection.execute(select(saved_filters).where(its.workspace == workspace)).all():
        told = [row.name, *(value for _, value in parse_qsl(row.query))]
        if any(says.search(one.casefold()) for one in told):
            connection.execute(delete(saved_filters).where(
                its.workspace == workspace, its.user == row.user, its.name == row.name))


def _unheld(
    workspace: str, theirs: Collection[str]
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Which deliveries and which cases of *workspace* are *theirs* and under no legal hold."""
    held = select(holds.c.conversation)
    return ((deliveries.c.team == workspace) & deliveries.c.author.in_(theirs)
            & deliveries.c.conversation.not_in(held),
            (cases.c.team == workspace) & cases.c.asker.in_(theirs)
            & cases.c.conversation.not_in(held))


def is_remembered(connection: Connection, workspace: str, person: str) -> bool:
    """Whether there is anything of *person* that `forget_person` takes away."""
    theirs = names_of(workspace, person)
    if "" in theirs:
        return False  # it names nobody; what was erased, and what nobody did, has no name either
    of_deliveries, of_cases = _unheld(workspace, theirs)
    wrote = (select(deliveries.c.id).where(of_deliveries),
             select(cases.c.conversation).where(of_cases))
    if any(connection.scalar(one.limit(1)) is not None for one in wrote):
        return True
    return bool(people.names_of(connection, workspace, [person])) or any(
        connection.scalar(select(user).where(
            its.c.workspace == workspace, user.in_(theirs)).limit(1)) is not None
        for its, user in _THEIRS)


def _silence_echoes(
    connection: Connection, name: str, gone: Collection[str]
) -> tuple[Rows, set[Place]]:
    """Take out of turns what they repeat of the messages *gone*, which came before them.

    Returns:
        Turns that had to lose all their words, since they were recorded when a turn's own words
        and what it repeats lay under one hash; and those that lost only what they repeat.
    """
    whole, parts, after = Rows(), set[Place](), False
    query = (select(log).where(log.c.conversation == name, log.c.kind == TURN)
             .order_by(log.c.workspace, log.c.seq))
    for row in connection.execute(query).all():
        after = after or row.key in gone
        if not after or row.words is None:
            continue
        turn = logged(row._mapping)
        left = without_echoes(turn)
        here = update(log).where(log.c.workspace == turn.workspace, log.c.seq == turn.seq)
        if left is None:
            whole[turn.key] = (turn.workspace, turn.seq)
            connection.execute(here.values(actor=None, words=None, salt=None))
        elif left != turn.words:
            connection.execute(here.values(words=canonical(left)))
            parts.add((turn.workspace, turn.seq))
    return whole, parts


def _forget_asked(connection: Connection, name: str, by: Collection[str]) -> set[Place]:
    """Take out of questions of reviewers whom they are to, where that is one of *by*."""
    asked = select(log).where(log.c.conversation == name, log.c.kind == ASKED,
                              log.c.words.is_not(None))
    parts = set[Place]()
    for row in connection.execute(asked).all():
        words = json.loads(row.words)
        if whom({}, words) in by:
            del words[ECHOES]
            connection.execute(update(log).where(
                log.c.workspace == row.workspace, log.c.seq == row.seq).values(
                words=canonical(words)))
            parts.add((row.workspace, row.seq))
    return parts


def _silence_calls(connection: Connection, name: str, first: Place) -> Rows:
    """Take out of calls of a language model what may repeat messages of which *first* is the first.

    Nobody can tell what of a prompt goes back to whom, so whatever was sent or came back in the
    conversation after that goes, also where it was about a colleague's message.

    Returns:
        The calls.
    """
    # A conversation of before logs were of workspaces begins in the log of then, which sorts
    # before every other and numbers its rows by itself.
    calls = ((log.c.conversation == name) & (log.c.kind == MODEL_CALL) & log.c.words.is_not(None)
             & (tuple_(log.c.workspace, log.c.seq) > tuple_(*first)))
    found = {row.key: (row.workspace, row.seq) for row in connection.execute(
        select(log.c.key, log.c.workspace, log.c.seq).where(calls)).all()}
    connection.execute(update(log).where(log.c.key.in_(found)).values(
        actor=None, words=None, salt=None))
    return found


def _forget(connection: Connection, name: ConversationId, keys: Collection[str]) -> None:
    """Take the words of the messages *keys* out of what the conversation remembers."""
    state = connection.scalar(select(conversations.c.state).where(conversations.c.id == name))
    if state is None:
        return
    connection.execute(update(conversations).where(conversations.c.id == name).values(
        state=_silent(state, keys)))


def _silent(state: str, keys: Collection[str]) -> str:
    """A conversation as it is kept, *state*, without the words of the messages *keys*."""
    whole = _CONVERSATION.validate_json(state)

    def silent(answer: Answer) -> Answer:
        return replace(answer, said="") if answer.message in keys else answer

    return canonical(replace(
        whole,
        deal=Deal({f: silent(a) for f, a in whole.deal.answers.items()},
                  {f: tuple(map(silent, told)) for f, told in whole.deal.earlier.items()}),
        supposed={f: silent(a) for f, a in whole.supposed.items()},
        supposed_before={f: silent(a) for f, a in whole.supposed_before.items()},
        topic="",
        stretch=None,
        changed_last={f: a and silent(a) for f, a in whole.changed_last.items()}))


def _spared(
    connection: Connection, name: ConversationId, by: Collection[str], taken: Taken,
    keys: Collection[str],
) -> list[int]:
    """The posts that wait of replies to others than *by* and repeat nothing that was *taken*.

    The conversation as it was shown before them, which lies with them, loses the words of the
    messages *keys*.  What is posted along with a reply may be of anybody, and so is not spared.
    """
    query = (
        select(outgoing.c.id, outgoing.c.body, outgoing.c.shown, turns.c.workspace, turns.c.seq)
        .join(turns, (turns.c.conversation == outgoing.c.conversation)
              & (turns.c.version == outgoing.c.turn))
        .where(outgoing.c.conversation == name, outgoing.c.state == WAITING,
               outgoing.c.body.is_not(None), ~outgoing.c.key.contains(":carried:")))
    spared = []
    for row in connection.execute(query).all():
        lost = (row.workspace, row.seq) in taken.words | taken.echoes
        if lost or any(people.bare(one) in row.body for one in by):
            continue
        spared.append(row.id)
        if row.shown is not None:
            connection.execute(update(outgoing).where(outgoing.c.id == row.id).values(
                shown=_silent(row.shown, keys)))
    return spared


def _empty_trays(
    connection: Connection, name: ConversationId, by: Collection[str] | None, spared: Sequence[int]
) -> None:
    """Empty the inbox and outbox of what has words in it, but for *spared*, and forget who asked.

    What a row becomes and that it loses its words is one statement.  On PostgreSQL one that comes
    in between two of them would be of the second alone: it would wait to be handled or posted, and
    nobody can without its words.
    """
    arrived = deliveries.c.conversation == name
    mine = cases.c.conversation == name
    if by is not None:
        arrived &= deliveries.c.author.in_(by)
        mine &= cases.c.asker.in_(by)
    connection.execute(update(deliveries).where(arrived).values(
        state=_once(deliveries.c.state, ("new",), "aside"), author="", body=None))
    connection.execute(update(cases).where(mine).values(asker="", watch_on=None))
    connection.execute(delete(second_looks).where(second_looks.c.conversation == name))
    connection.execute(update(outgoing).where(
        outgoing.c.conversation == name, outgoing.c.id.not_in(spared)).values(
            state=_once(outgoing.c.state, ("waiting", "dropped"), "stale"),
            body=None, shown=None, target=None))


def _once(state: Column[str], now: Sequence[str], then: str) -> Case[str]:
    """*then* where *state* is one of *now*, else as it is."""
    return case((state.in_(now), then), else_=state)
