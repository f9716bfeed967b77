"""The outbox: what we owe and have to post, in the order of each conversation.

What goes elsewhere than the conversation's own thread has an order of its own for each place:
where one takes nothing for a while, what is owed to the others goes out all the same.

A post is marked as begun before Slack is called and as sent after, so that whoever finds a begun
one knows that it has to look before it posts again.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, Update, bindparam, func, or_, select, update

from bot.database import in_bulk, prepared
from bot.database.upserting import putting
from bot.dialogue.conversation import Conversation, ConversationId
from bot.ledger import canonical, timestamp
from bot.queue.cases import Cases
from bot.queue.claims import Claims
from bot.queue.dueness import is_due, moments
from bot.queue.posts import Posts
from bot.queue.rounds import held_up
from bot.record.log import Happening, append, lock
from bot.schema import WAITING, cases, log, outgoing, turns
from bot.store import Store
from bot.turns.delivery import (
    REMOVE,
    REPLACE,
    UPDATE,
    Outgoing,
    Overtaken,
    Place,
    Queued,
    Then,
    Unshown,
    from_kept,
    kept_body,
)

NOT_THERE = ("not_in_channel", "channel_not_found")
"""What Slack says where we are not a member, in a public and in a private channel."""

UNDELIVERED, DELIVERED_LATE = "undelivered", "delivered_late"

_CHANGING = (REPLACE, REMOVE)
_REDRAWING = (UPDATE, REPLACE)

_CONVERSATION = TypeAdapter(Conversation)


class Outbox:
    """Posts owed, in the store's database; safe to share between threads."""

    def __init__(self, store: Store, claims: Claims, now: Callable[[], datetime]) -> None:
        self._store = store
        self._claims = claims
        self._cases = Cases(store)
        self._now = now
        self.posts = Posts(store)

    def owe(
        self,
        connection: Connection,
        conversation: ConversationId,
        team: str,
        post: Outgoing,
        shown: str | None = None,
        *,
        in_doubt: bool = False,
    ) -> None:
        """Put *post* into the outbox; one whose key is there already stays as it is.

        With *in_doubt* it may stand at Slack already, so it is looked for before it is posted.
        """
        self.owe_all(connection, conversation, team, [post], shown, in_doubt=in_doubt)

    def owe_all(
        self,
        connection: Connection,
        conversation: ConversationId,
        team: str,
        posts: Sequence[Outgoing],
        shown: str | None = None,
        *,
        in_doubt: bool = False,
    ) -> None:
        """As `owe`, of several *posts* in their order."""
        if not posts:
            return
        self._claims.allow(connection, conversation)
        due = timestamp(self._now())
        in_bulk.run(connection, putting(outgoing, connection.dialect.name), [{
            "key": post.key,
            "conversation": conversation,
            "team": team,
            "turn": post.turn,
            "method": post.method,
            "target": None if post.target is None else canonical(post.target),
            "opens_thread": int(post.opens_thread),
            "body": canonical(kept_body(post)),
            "shown": shown,
            "state": "waiting",
            "tries": 0,
            "in_doubt": int(in_doubt),
            "due": due,
            "marker": marker_of(post.key),
        } for post in posts])

    def unshown(self, conversation: ConversationId) -> Unshown | None:
        """Replies of which nothing was posted yet; None if there are none.

        Those that were to replace another and were dropped are among them: the person saw the
        other one.
        """
        with self._store.looking() as connection:
            rows = prepared.rows(connection, _UNSHOWN, {"its_conversation": conversation})
        if not rows:
            return None
        return Unshown(tuple(row.turn for row in rows), _CONVERSATION.validate_json(rows[0].shown))

    def next_outgoing(self, conversation: ConversationId) -> Queued | None:
        """The post that is owed next, None if nothing is or it is not due yet."""
        with self._store.looking() as connection:
            row = prepared.first(connection, _NEXT, {"its_conversation": conversation})
            if row is not None and row.error is not None and not is_due(row.due, self._now()):
                row = connection.execute(
                    _NEXT_ELSEWHERE,
                    {"its_conversation": conversation, **moments(self._now())}).first()
        return None if row is None else _queued(row)

    def begin(self, queued: Queued) -> None:
        """Note that a try to post begins: from now on it may stand at Slack.

        Raises:
            Overtaken: Another process has begun one since *queued* was read, or has ended it.
        """
        self._change(queued, queued.tries, tries=queued.tries + 1, in_doubt=1,
                     tried_at=timestamp(self._now()))

    def call(self, queued: Queued) -> None:
        """Note that the try that was begun calls Slack only now, since what came first took long.

        Raises:
            Overtaken: Another process has gone on with it.
        """
        self._change(queued, queued.tries + 1, tried_at=timestamp(self._now()))

    def note_ref(self, queued: Queued, ref: str) -> None:
        """Note what a try has left at Slack so far.

        Raises:
            Overtaken: Another process has gone on with it.
        """
        self._change(queued, queued.tries + 1, ref=ref)

    def sent(
        self, queued: Queued, ref: str, place: Place | None = None, *, found: bool = False
    ) -> bool:
        """Note that *queued* stands at Slack as *ref*, "" where it was taken away.

        What comes of it is owed and kept with that.  *place* is given if its message has become
        the conversation's thread; *found* says that an earlier try stood there already.

        Returns:
            Whether that was noted, and not by another process before.
        """
        then = queued.outgoing.then
        with self._store.writing() as connection:
            late = bool(ref) and self._was_refused(connection, queued)
            if late or place is not None or (then is not None and then.events):
                lock(connection, queued.team)  # as an erasure, which then empties the trays
            noted = connection.execute(_waiting(queued).values(
                state="sent", ref=ref, body=None, shown=None, error=None, in_doubt=0))
            if not noted.rowcount:
                return False  # another process has found it, or has made it anew
            if queued.outgoing.turn is not None and ref:
                connection.execute(
                    update(turns)
                    .where(turns.c.conversation == queued.conversation,
                           turns.c.version == queued.outgoing.turn)
                    .values(posted_ref=ref))
            if late:
                self._note(connection, DELIVERED_LATE, queued, {})
            if then is not None:
                self._go_on(connection, queued, then, found=found)
            if place is not None:
                connection.execute(
                    update(cases).where(cases.c.conversation == queued.conversation)
                    .values(channel=place.channel, thread=place.thread))
                self._cases.settle_at(connection, queued.conversation, place)
        return True

    def _go_on(
        self, connection: Connection, queued: Queued, then: Then, *, found: bool
    ) -> None:
        # What was drawn anew since shows what has been answered since, which what was drawn
        # before would ask again.
        since = _redrawn_since(connection, queued)
        due = [post for post in then.posts
               if _changed(connection, post.method, post.body) not in since]
        # What is found may have been posted after a back-up that was restored since, and with it
        # what came of it.
        self.owe_all(connection, queued.conversation, queued.team, due, in_doubt=found)
        for n, happened in enumerate(then.events):
            append(connection, queued.team, Happening(
                happened.kind, f"{queued.outgoing.key}:{happened.kind}:{n}", self._now(),
                happened.author, queued.conversation, happened.body))

    def delay(
        self, queued: Queued, due: datetime, error: str, *, in_doubt: bool,
        tried_at: datetime | None = None,
    ) -> None:
        """Note that *queued* was not posted, or nobody knows; it is tried again from *due* on.

        *tried_at* replaces the moment of the last try, where the clock has gone back since.

        Raises:
            Overtaken: Another process has gone on with it.
        """
        moved = {} if tried_at is None else {"tried_at": timestamp(tried_at)}
        self._change(queued, queued.tries + 1, due=timestamp(due), error=error,
                     in_doubt=int(in_doubt), **moved)

    def refused(self, queued: Queued, error: str) -> None:
        """Note that Slack will not take *queued*; its body is kept.

        A turn tells what was to be shown, and of other posts something was to come: a row of the
        log says where it did not.  Where it was to replace an earlier post, that one stands, and
        the next turn goes on from there.
        """
        state = "dropped" if queued.outgoing.method in _CHANGING else "refused"
        told_of = queued.outgoing.turn is not None or queued.outgoing.then is not None
        is_told = told_of and queued.outgoing.method != REMOVE
        with self._store.writing() as connection:
            if is_told:
                lock(connection, queued.team)
            noted = connection.execute(_waiting(queued).values(
                state=state, error=error, in_doubt=0))
            if not noted.rowcount:
                return
            if is_told:
                self._note(connection, UNDELIVERED, queued, {"reason": error})

    def _was_refused(self, connection: Connection, queued: Queued) -> bool:
        """Whether *queued* is of a reply of which the log says that it could not be posted."""
        refused = select(log.c.seq).where(log.c.key == _key_of(UNDELIVERED, queued))
        return queued.outgoing.turn is not None and connection.scalar(refused) is not None

    def _note(
        self, connection: Connection, kind: str, queued: Queued, more: Mapping[str, Any]
    ) -> None:
        append(connection, queued.team, Happening(
            kind, _key_of(kind, queued), self._now(), None, queued.conversation,
            {"turn": queued.outgoing.turn, "post": queued.outgoing.key, **more}))

    def again(self, team: str, channel: str, since: datetime) -> int:
        """Let what Slack refused because we were not in *channel* be posted after all.

        Args:
            team: The workspace.
            channel: Where we are now.
            since: What was tried before that is left alone: nobody waits for it any more.

        Returns:
            How many posts wait again.
        """
        here = select(cases.c.conversation).where(
            cases.c.team == team, cases.c.channel == channel)
        now = timestamp(self._now())
        with self._store.writing() as connection:
            lock(connection, team)  # as an erasure, which then empties the trays, one by one
            changed = connection.scalars(
                update(outgoing)
                .where(outgoing.c.team == team, outgoing.c.state == "refused",
                       outgoing.c.error.in_(NOT_THERE), outgoing.c.target.is_(None),
                       outgoing.c.tried_at >= timestamp(since),
                       # What was erased since has nothing left to post.
                       outgoing.c.body.is_not(None),
                       outgoing.c.conversation.in_(here))
                .values(state="waiting", due=now).returning(outgoing.c.conversation)).all()
            for conversation in dict.fromkeys(changed):
                # A restored back-up lets only that be claimed which waited in it.
                self._claims.allow(connection, conversation)
        return len(changed)

    def leave_standing(
        self, connection: Connection, conversation: ConversationId, *, seen: bool
    ) -> None:
        """Let nothing of *conversation* be replaced any more of which nothing was replaced yet.

        Args:
            connection: The transaction of what was done there.
            conversation: Where somebody wrote or pressed something.
            seen: Whether a turn was taken, which counts the replacing reply as seen; the next
                one goes on from what was to be replaced otherwise.
        """
        values = {"state": "stale", "shown": None} if seen else {"state": "dropped"}
        prepared.change(connection, _LEFT_STANDING, {
            "its_conversation": conversation, "body": None, **values})

    def promise(self, queued: Queued, post: Outgoing) -> None:
        """Owe *post* in the conversation of *queued*."""
        with self._store.writing() as connection:
            self.owe(connection, queued.conversation, queued.team, post)

    def _change(self, queued: Queued, most: int, **values: Any) -> None:
        """Change what waits, unless another process has begun more than *most* tries by now."""
        with self._store.writing() as connection:
            noted = connection.execute(
                _waiting(queued).where(outgoing.c.tries <= most).values(**values))
        if not noted.rowcount:
            raise Overtaken(queued.outgoing.key)


def _waiting(queued: Queued) -> Update:
    # Whoever was frozen for long comes back to what others have posted.
    return update(outgoing).where(outgoing.c.id == queued.id, outgoing.c.state == WAITING)


def _redrawn_since(connection: Connection, queued: Queued) -> set[str | None]:
    """Where messages stand of *queued*'s conversation that a later post has drawn anew, or will."""
    later = connection.execute(
        select(outgoing.c.method, outgoing.c.ref, outgoing.c.body).where(
            outgoing.c.conversation == queued.conversation, outgoing.c.id > queued.id,
            outgoing.c.method.in_(_REDRAWING), outgoing.c.state.in_((WAITING, "sent"))))
    return {row.ref or _changed(connection, row.method, json.loads(row.body))
            for row in later if row.ref or row.body} - {None}


def _changed(connection: Connection, method: str, body: Mapping[str, Any]) -> str | None:
    """Where the message stands that a post draws anew; None where it draws none anew."""
    if method == UPDATE:
        return f"{body['channel']}:{body['ts']}"
    if method == REPLACE:
        return connection.scalar(select(outgoing.c.ref).where(
            outgoing.c.key == body["replaces"], outgoing.c.state == "sent"))
    return None


def marker_of(key: str) -> str:
    """What the post *key* carries at Slack.

    By the key, so that a database that was restored finds what was posted after its back-up.
    """
    return hashlib.sha256(f"advisor post {key}".encode()).hexdigest()[:24]


_HERE = outgoing.c.conversation == bindparam("its_conversation")
_UNSHOWN = (
    select(outgoing.c.turn, func.max(outgoing.c.shown).label("shown"))
    .where(_HERE, outgoing.c.turn.is_not(None),
           or_(*(outgoing.c.state == state for state in ("waiting", "sent", "dropped"))))
    .group_by(outgoing.c.turn)
    # A reply of several posts counts as shown once the first of them may stand.
    .having(func.sum(outgoing.c.in_doubt) == 0, func.count(outgoing.c.ref) == 0)
    .order_by(outgoing.c.turn)
)
_NEXT = (select(outgoing).where(_HERE, outgoing.c.state == WAITING)
         .order_by(outgoing.c.id).limit(1))
# Looked for only where the first has to wait.
_NEXT_ELSEWHERE = _NEXT.where(~held_up())
_BEGUN = select(outgoing.c.turn).where(
    _HERE, outgoing.c.turn.is_not(None), (outgoing.c.in_doubt == 1) | outgoing.c.ref.is_not(None))
_REPLACING = select(outgoing.c.turn).where(
    _HERE, outgoing.c.turn.is_not(None),
    or_(*(outgoing.c.method == method for method in _CHANGING)), outgoing.c.state == WAITING)
_LEFT_STANDING = update(outgoing).where(
    _HERE, outgoing.c.state == WAITING, outgoing.c.turn.in_(_REPLACING),
    outgoing.c.turn.not_in(_BEGUN))


def _key_of(kind: str, queued: Queued) -> str:
    return f"{queued.outgoing.key}:{kind}"


def _queued(row: Row[Any]) -> Queued:
    body, then = from_kept(json.loads(row.body))
    post = Outgoing(
        key=row.key,
        method=row.method,
        body=body,
        target=None if row.target is None else json.loads(row.target),
        turn=row.turn,
        opens_thread=bool(row.opens_thread),
        then=then,
    )
    tried = None if row.tried_at is None else datetime.fromisoformat(row.tried_at)
    return Queued(row.id, post, ConversationId(row.conversation), row.team, row.tries,
                  bool(row.in_doubt), tried, row.marker, row.ref)
