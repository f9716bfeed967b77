"""Make the posts that are owed: messages, streams, updates, files, words to one person.

A reply that is to replace another takes the place of its posts one by one, each only once the one
before it stands.  Where the first can't be replaced, since somebody has deleted it or Slack lets
nobody edit it any more, the others are refused too: what stands stays as it is, whole.  A later
one that is gone by then is posted anew, so that no half of a reply is missing.

Every message carries an opaque id as metadata, so that after an unclear end the desk can look
whether it stands before it posts again.  A stream can't carry one before its end: one of our own
messages without an id in the thread is a stream that was cut off, and is finished in place.

What goes wrong at Slack is sorted by `bot.slack.slack_errors`.
"""

import base64
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.queue.cases import Case, Cases
from bot.queue.door import POSTING_WAITS, PostDelayed, Posted, PostRefused
from bot.slack.audience import Audience, Audiences
from bot.slack.calling import Caller
from bot.slack.changing import GONE, redrawn, remove, rewritten
from bot.slack.clients import Clients, Pair, reason_of, told
from bot.slack.posts import EPHEMERAL, FILES, GUARDED, MESSAGE, NEEDED, OUTSIDE
from bot.slack.slack_errors import NotInstalled, not_known, sorted_errors
from bot.turns.delivery import REMOVE, REPLACE, UPDATE, Place, Queued

EVENT_TYPE = "advisor_post"
STREAMS_PER_MINUTE = 8
"""Streams begun a minute and workspace: each takes two of Slack's twenty calls of that tier, and
some are left for others."""
LOOKED_AT = 200
"""Messages looked through for one of ours: of a thread a page, of a channel the latest."""

_NO_STREAM = frozenset({
    "message_not_in_streaming_state", "streaming_state_conflict", "stopped_by_user",
    "message_not_found", "not_allowed_token_type", "method_deprecated", "unknown_method",
    "missing_recipient_team_id", "missing_recipient_user_id", "ratelimited",
    "channel_type_not_supported",
})
_DEAD_STREAM = _NO_STREAM - {"ratelimited"}
"""What says that a stream is over; an open one can't be rewritten, only ended."""

_log = logging.getLogger("advisor.slack")


class Posting:
    """The desk's poster.

    Args:
        clients: Call Slack.
        cases: Where conversations stand.
        ref_of: Where the post of a key stands at Slack.
        clock: Seconds that pass; counts streams.
        audiences: Asked before a deal goes to a channel, since a post may have waited long; None
            leaves it at what was found when the message was handled.
        waits: Whether the post of a key is still to be made.
    """

    def __init__(
        self,
        clients: Clients,
        cases: Cases,
        ref_of: Callable[[str], str | None],
        *,
        clock: Callable[[], float] = time.monotonic,
        audiences: Audiences | None = None,
        waits: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._clients = clients
        self._cases = cases
        self._ref_of = ref_of
        self._clock = clock
        self._audiences = audiences
        self._waits = waits
        self._streams: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    # --- the desk's side --------------------------------------------------------------------

    def post(
        self, queued: Queued, note: Callable[[str], None], insist: Callable[[], None]
    ) -> Posted:
        """Make one post; see `bot.queue.door.Poster`."""
        with sorted_errors():
            pair = self._pair(queued.team)
            case = self._cases.case(queued.team, queued.conversation)
            body, kind = queued.outgoing.body, queued.outgoing.method
            needed = body.get("needs")
            if needed is not None:
                self._standing(needed)
            if kind == UPDATE:
                # What was answered shows there, and may have waited like a reply.
                self._check_readers(queued, body["channel"])
                return Posted(redrawn(pair.once, body))
            if kind == REMOVE:
                remove(pair.once, self._ref_of(body["removes"]), body)
                return Posted("")
            if kind == REPLACE:
                return self._replace(pair, queued, case, insist)
            channel, thread = self._where(queued, case, pair)
            if kind == EPHEMERAL:
                insist()
                pair.once.chat_postEphemeral(
                    channel=channel, user=body["user"], text=body["text"],
                    blocks=body.get("blocks"), thread_ts=thread)
                return Posted("ephemeral")
            if queued.outgoing.turn or kind == FILES or body.get(GUARDED):
                self._check_readers(queued, channel)
            if kind == FILES:
                return self._upload(pair.once, body, channel, thread, insist)
            if body.get("stream") and thread and case is not None:
                posted = self._stream(pair.once, queued, case, channel, thread, note=note,
                                      insist=insist)
                if posted is not None:
                    return posted
            return self._message(pair.once, queued, channel, thread, insist)

    def take_back(self, queued: Queued, posted: Posted) -> None:
        """Take a message away that stands twice; see `bot.queue.door.Poster`."""
        if queued.outgoing.method != MESSAGE:
            return  # what changes a message does so twice, the rest can't be told apart
        stands = self._ref_of(queued.outgoing.key)
        if stands is None or stands == posted.ref:
            return
        channel, ts = posted.ref.split(":")
        try:
            self._pair(queued.team).once.chat_delete(channel=channel, ts=ts)
        except (SlackApiError, SlackClientError, OSError, HTTPException, PostRefused) as error:
            _log.warning("a post stands twice and could not be taken away",
                         extra={"slack_error": reason_of(error)})

    def find(self, queued: Queued) -> Posted | None:
        """Where an earlier try stands; see `bot.queue.door.Poster`."""
        kind = queued.outgoing.method
        if kind in {UPDATE, REMOVE, EPHEMERAL}:
            # Updating and deleting can be done twice; a word to one person can't be looked up.
            return Posted("unknown") if kind == EPHEMERAL else None
        with sorted_errors():
            pair = self._pair(queued.team)
            case = self._cases.case(queued.team, queued.conversation)
            channel, thread = self._where(queued, case, pair)
            messages = self._recent(pair.reads, channel, thread)
            if kind == FILES:
                names = {f["name"] for f in queued.outgoing.body["files"]}
                for message in messages:
                    if names & {f.get("name") for f in message.get("files") or ()}:
                        return Posted(f"{channel}:{message['ts']}")
                return None
            for message in messages:
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("id") == queued.marker:
                    return self._stood(queued, channel, str(message["ts"]))
            if queued.ref is not None and queued.outgoing.body.get("stream"):
                return self._finish(pair.once, queued, *queued.ref.split(":"))
            return self._adopt(pair.once, queued, channel, messages)

    def _pair(self, team: str) -> Pair:
        try:
            return self._clients.of(team)
        except LookupError as error:
            raise NotInstalled(team) from error

    # --- where ------------------------------------------------------------------------------

    def _where(self, queued: Queued, case: Case | None, pair: Pair) -> tuple[str, str | None]:
        """Channel and thread of a post."""
        target = queued.outgoing.target
        if target is None:
            if case is None:
                raise PostRefused("conversation_unknown")
            if case.channel is None:
                return self._direct(pair, case.asker), None
            return case.channel, None if queued.outgoing.opens_thread else case.thread
        if "user" in target:
            return self._direct(pair, target["user"]), target.get("thread")
        if "after" in target:
            channel, ts = self._standing(target["after"]).split(":")
            return channel, ts
        return target["channel"], target.get("thread")

    def _standing(self, key: str) -> str:
        """Where the post *key* stands, which another one needs.

        Raises:
            PostDelayed: It is still to be made.
            PostRefused: It never will be.
        """
        ref = self._ref_of(key)
        if ref is not None:
            return ref
        if self._waits(key):
            raise PostDelayed(POSTING_WAITS[1], NEEDED)
        raise PostRefused(NEEDED)

    def _check_readers(self, queued: Queued, channel: str) -> None:
        """Refuse to tell of a deal where people from outside have come to read meanwhile.

        While Slack can't say who reads along, the post waits; where it will never say, the post is
        refused, so that the asker is told.  Of a channel beside the conversation's own nothing
        that is kept is believed: a deal seldom goes there, and another replica may be the one that
        heard of a guest.
        """
        if self._audiences is None:
            return
        if queued.outgoing.target is not None:
            self._audiences.forget(queued.team, channel)
        try:
            audience = self._audiences.find(queued.team, channel)
        except (SlackApiError, SlackClientError, OSError, HTTPException, LookupError) as error:
            raise not_known(error, queued.tries) from error
        if audience is Audience.UNKNOWN:
            raise PostRefused("who_can_read_it_can_not_be_found_out")
        if audience is not Audience.COLLEAGUES:
            raise PostRefused(OUTSIDE)

    def _direct(self, pair: Pair, user: str) -> str:
        # Opening a conversation that is open changes nothing, so it may be tried again.
        return str(told(pair.reads.conversations_open(users=user))["channel"]["id"])

    def _recent(
        self, reads: WebClient, channel: str, thread: str | None
    ) -> list[Mapping[str, Any]]:
        if thread is None:
            found = reads.conversations_history(
                channel=channel, limit=LOOKED_AT, include_all_metadata=True)
        else:
            # The oldest come first, so what we look for is on the last page.
            pages = reads.conversations_replies(
                channel=channel, ts=thread, limit=LOOKED_AT, include_all_metadata=True)
            return [message for page in pages for message in page["messages"]]
        return list(told(found)["messages"])

    # --- how --------------------------------------------------------------------------------

    def _message(
        self, once: WebClient, queued: Queued, channel: str, thread: str | None,
        insist: Callable[[], None],
    ) -> Posted:
        body = queued.outgoing.body
        insist()
        answer = told(once.chat_postMessage(
            channel=channel,
            thread_ts=thread,
            text=body["text"],
            blocks=body.get("blocks"),
            metadata=_metadata(queued),
            unfurl_links=False,
            unfurl_media=False,
        ))
        return self._stood(queued, channel, str(answer["ts"]))

    def _stood(self, queued: Queued, channel: str, ts: str) -> Posted:
        place = Place(queued.team, channel, ts) if queued.outgoing.opens_thread else None
        return Posted(f"{channel}:{ts}", place)

    def _replace(
        self, pair: Pair, queued: Queued, case: Case | None, insist: Callable[[], None]
    ) -> Posted:
        body = queued.outgoing.body
        ref = self._ref_of(body["replaces"])
        if ref is None:
            raise PostRefused(NEEDED)
        self._check_readers(queued, ref.split(":")[0])
        stood = rewritten(pair.once, ref, body, metadata=_metadata(queued))
        if not stood and "needs" not in body:
            raise PostRefused(GONE)
        if not stood:
            channel, thread = self._where(queued, case, pair)
            return self._message(pair.once, queued, channel, thread, insist)
        return Posted(ref)

    def _upload(
        self, once: Caller, body: Mapping[str, Any], channel: str, thread: str | None,
        insist: Callable[[], None],
    ) -> Posted:
        files = [{"id": once.put(f["name"], base64.b64decode(f["content"])), "title": f["title"]}
                 for f in body["files"]]
        insist()  # nobody sees them before this, and each call until here may take its time
        once.files_completeUploadExternal(
            files=files, channel_id=channel, thread_ts=thread, initial_comment=body["text"])
        return Posted(f"{channel}:{thread}")

    # --- streams ----------------------------------------------------------------------------

    def _stream(
        self,
        once: WebClient,
        queued: Queued,
        case: Case,
        channel: str,
        thread: str,
        *,
        note: Callable[[str], None],
        insist: Callable[[], None],
    ) -> Posted | None:
        """Stream the post; None if Slack has no stream to give, so that it is posted whole."""
        if not self._may_stream(queued.team):
            return None
        body = queued.outgoing.body
        insist()
        try:
            started = told(once.chat_startStream(
                channel=channel, thread_ts=thread, markdown_text=body["stream"],
                recipient_team_id=queued.team, recipient_user_id=case.asker))
        except SlackApiError as error:
            reason = reason_of(error)
            if reason in _NO_STREAM or error.response.status_code == 429:
                _log.info("no stream to be had; posting whole", extra={"slack_error": reason})
                return None
            raise
        ts = str(started["ts"])
        note(f"{channel}:{ts}")
        return self._finish(once, queued, channel, ts)

    def _finish(self, once: WebClient, queued: Queued, channel: str, ts: str) -> Posted:
        """Bring a begun stream to its end; one that is dead is rewritten in place."""
        body = queued.outgoing.body
        try:
            rest = body["blocks"][body["streamed"]:]
            once.chat_stopStream(channel=channel, ts=ts, blocks=rest,
                                 metadata=_metadata(queued))
        except SlackApiError as error:
            if reason_of(error) not in _DEAD_STREAM:
                raise
            if not rewritten(once, f"{channel}:{ts}", body, metadata=_metadata(queued)):
                raise PostRefused(GONE) from error
        return self._stood(queued, channel, ts)

    def _adopt(
        self,
        once: WebClient,
        queued: Queued,
        channel: str,
        messages: list[Mapping[str, Any]],
    ) -> Posted | None:
        """Finish a stream of ours that was begun and of which we never heard."""
        if not queued.outgoing.body.get("stream"):
            return None
        ours = told(once.auth_test())
        for message in reversed(messages):
            carries = message.get("metadata") or message.get("files")
            if message.get("user") == ours["user_id"] and not carries:
                return self._finish(once, queued, channel, str(message["ts"]))
        return None

    def _may_stream(self, team: str) -> bool:
        now = self._clock()
        with self._lock:
            begun = self._streams.setdefault(team, deque())
            while begun and begun[0] < now - 60:
                begun.popleft()
            if len(begun) >= STREAMS_PER_MINUTE:
                return False
            begun.append(now)
            return True


def _metadata(queued: Queued) -> dict[str, Any]:
    # The whole workspace can read it: an opaque id and nothing else.
    return {"event_type": EVENT_TYPE, "event_payload": {"id": queued.marker}}
