"""Messages that are written while somebody reads: started, appended to, stopped, or dead.

A stream dies about five minutes after it began, whatever is sent; a person can stop it.  What it
holds is kept as parts in the order they came, from which text and blocks are made anew each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.workspace import limits
from bot.workspace.world import Message, World

Json = dict[str, Any]

STREAM_SECONDS = 300.0
MOST_TASKS = 50
_TASK_STATES = frozenset({"pending", "in_progress", "complete", "error"})


class StreamRefusal(Exception):
    """A chunk or a step is refused with Slack's code."""

    def __init__(self, code: str, *messages: str) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages


@dataclass(slots=True)
class Stream:
    """What one streaming message holds."""

    channel: str
    ts: str
    began: float
    plan: bool
    """Whether tasks are shown together under a title."""
    state: str = "streaming"
    """"streaming", "stopped", "expired" or "stopped_by_user"."""
    parts: list[Json] = field(default_factory=list)
    """{"markdown": …}, {"task": …} or {"block": …}, as they came."""
    title: str = "Thinking"


class Streams:
    """The streams that were started."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._streams: dict[tuple[str, str], Stream] = {}

    def start(self, message: Message, plan: bool, chunks: Sequence[Json]) -> Message:
        """Begin to write *message*; returns it with what *chunks* say.

        Raises:
            StreamRefusal: A chunk is wrong or too long.
        """
        stream = Stream(message.channel, message.ts, self._world.now(), plan)
        stream.parts = _extended(stream, chunks)
        self._streams[message.channel, message.ts] = stream
        return replace(message, streaming=True, **_content(stream))

    def append(self, message: Message, chunks: Sequence[Json]) -> None:
        """Write more into *message*.

        Raises:
            StreamRefusal: It is no longer streaming, or a chunk is wrong or too long.
        """
        stream = self._writable(message)
        stream.parts = _extended(stream, chunks)
        after = replace(message, **_content(stream))
        self._world.messages[message.channel][message.ts] = after
        self._world.changed("stream", message.channel, None, ts=message.ts,
                            thread_ts=message.thread_ts)

    def stop(self, message: Message, chunks: Sequence[Json], blocks: Sequence[Json],
             metadata: Json | None) -> Message:
        """End the writing of *message*; returns it as it stays.

        Raises:
            StreamRefusal: As `append`.
        """
        stream = self._writable(message)
        parts = _extended(stream, chunks)
        if sum("block" in part for part in parts) + len(blocks) > 2 * limits.MESSAGE_BLOCKS:
            raise StreamRefusal("msg_blocks_too_many")
        stream.parts = parts + [{"block": block} for block in blocks]
        stream.state = "stopped"
        return replace(message, streaming=False, metadata=metadata, **_content(stream))

    def stop_by_user(self, message: Message) -> Message | None:
        """End the writing because a person said so; None if nothing was being written."""
        stream = self._streams.get((message.channel, message.ts))
        if stream is None or self._settled(stream) != "streaming":
            return None
        stream.state = "stopped_by_user"
        return replace(message, streaming=False)

    def is_streaming(self, message: Message) -> bool:
        """Whether *message* is still being written."""
        stream = self._streams.get((message.channel, message.ts))
        return stream is not None and self._settled(stream) == "streaming"

    def forget(self, message: Message) -> None:
        """*message* was replaced or deleted."""
        self._streams.pop((message.channel, message.ts), None)

    def settle(self) -> None:
        """Let streams that have had their time die, so that readers see it."""
        for stream in list(self._streams.values()):
            self._settled(stream)

    def _writable(self, message: Message) -> Stream:
        stream = self._streams.get((message.channel, message.ts))
        state = "stopped" if stream is None else self._settled(stream)
        if stream is None or state in {"stopped", "expired"}:
            raise StreamRefusal("message_not_in_streaming_state")
        if state == "stopped_by_user":
            raise StreamRefusal("stopped_by_user")
        return stream

    def _settled(self, stream: Stream) -> str:
        if stream.state == "streaming" and self._world.now() - stream.began > STREAM_SECONDS:
            stream.state = "expired"
            message = self._world.message(stream.channel, stream.ts)
            if message is not None:
                self._world.put_message(replace(message, streaming=False))
        return stream.state


def _extended(stream: Stream, chunks: Sequence[Json]) -> list[Json]:
    parts = [dict(part) for part in stream.parts]
    for chunk in chunks:
        kind = chunk.get("type") if isinstance(chunk, dict) else None
        if kind == "markdown_text":
            _add_markdown(parts, chunk.get("text"))
        elif kind == "task_update":
            _add_task(parts, chunk)
        elif kind == "plan_update":
            stream.title = str(chunk.get("title", ""))
        elif kind == "blocks":
            blocks = chunk.get("blocks")
            faults = limits.check_blocks(blocks, "message", "/chunks/blocks")
            if faults or not isinstance(blocks, list):
                raise StreamRefusal("invalid_blocks", *faults)
            parts += [{"block": block} for block in blocks]
        else:
            raise StreamRefusal("invalid_arguments", f"[ERROR] unsupported type: {kind}")
    if sum("block" in part for part in parts) > limits.MESSAGE_BLOCKS or sum(
            "task" in part for part in parts) > MOST_TASKS:
        raise StreamRefusal("msg_blocks_too_many")
    if _weight(parts) > limits.STREAM_BYTES:
        raise StreamRefusal("msg_too_long")
    return parts


def _add_markdown(parts: list[Json], text: object) -> None:
    if not isinstance(text, str):
        raise StreamRefusal("invalid_arguments", "[ERROR] text must be a string")
    if len(text) > limits.MARKDOWN:
        raise StreamRefusal("msg_too_long")
    if parts and "markdown" in parts[-1]:
        parts[-1] = {"markdown": parts[-1]["markdown"] + text}
    elif text:
        parts.append({"markdown": text})


def _add_task(parts: list[Json], chunk: Json) -> None:
    if not chunk.get("id") or not chunk.get("title") or chunk.get("status") not in _TASK_STATES:
        raise StreamRefusal("invalid_arguments", "[ERROR] a task needs id, title and status")
    task = {k: v for k, v in chunk.items() if k != "type" and v is not None}
    for index, part in enumerate(parts):
        if part.get("task", {}).get("id") == chunk["id"]:
            # An update keeps what it does not mention, and adds to what was written.
            old = part["task"]
            grown = {k: old.get(k, "") + task[k] for k in ("details", "output") if k in task}
            parts[index] = {"task": old | task | grown}
            return
    parts.append({"task": task})


def _weight(parts: list[Json]) -> int:
    size = 0
    for part in parts:
        task = part.get("task", {})
        size += len(part.get("markdown", "").encode()) + len(str(task.get("title", "")).encode())
        size += 2 * len((str(task.get("details", "")) + str(task.get("output", ""))).encode())
    return size


def _content(stream: Stream) -> Json:
    blocks: list[Json] = []
    tasks = [part["task"] for part in stream.parts if "task" in part]
    if stream.plan and tasks:
        blocks.append({"type": "plan", "block_id": "plan", "title": stream.title,
                       "tasks": [_card(task) for task in tasks]})
    for index, part in enumerate(stream.parts):
        if "markdown" in part:
            blocks.append({"type": "markdown", "block_id": f"m{index}", "text": part["markdown"]})
        elif "block" in part:
            blocks.append(part["block"])
        elif not stream.plan:
            blocks.append(_card(part["task"]))
    text = "\n".join(part["markdown"] for part in stream.parts if "markdown" in part)
    return {"text": text, "blocks": tuple(blocks)}


def _card(task: Json) -> Json:
    card = {"type": "task_card", "block_id": f"task-{task['id']}", "task_id": task["id"],
            "title": task["title"], "status": task["status"]}
    for key in ("details", "output"):
        if key in task:
            card[key] = {"type": "rich_text", "elements": [{
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": task[key]}]}]}
    if "sources" in task:
        card["sources"] = task["sources"]
    return card
