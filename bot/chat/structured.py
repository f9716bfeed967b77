"""One try: structure is asked for in the form that the server knows, and what came is read out.

What comes back is taken as it is.  LangChain's own parsers complete an answer that broke off,
which would make a model say what it did not; so only the message itself is used.
"""

import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from langsmith import tracing_context
from pydantic import BaseModel

from bot.chat.calls import Ended
from bot.chat.faults import Fault, fault_of
from bot.chat.opening import without_own_limit
from bot.chat.shapes import schema_of
from bot.chat.walls import within

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

_METHODS = ("json_schema", "function_calling", "json_mode")
"""How structure can be asked for, the strictest first."""


@dataclass(frozen=True, slots=True)
class Got:
    """What one try brought back."""

    text: str
    tokens: tuple[int, int] | None
    """Sent and received; None where the server doesn't count."""
    declined: bool
    finish: str
    """Why the model stopped, in its server's words."""


class TryFailed(Exception):
    """A try brought nothing back that can be read."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.why)


class Structured:
    """A chat model that is asked for structure; safe to share."""

    def __init__(self, chat: "BaseChatModel") -> None:
        self._chat = chat
        self._lock = threading.Lock()
        self._method: str | None = None

    @property
    def method(self) -> str | None:
        """How structure is asked for; None before the first answer."""
        return self._method

    def once(
        self, messages: Sequence[Mapping[str, str]], shape: type[BaseModel], seconds: float
    ) -> Got:
        """Ask once.

        Until a server has answered, one that refuses a form is asked in the next; after that a
        refusal is about what was sent.

        Raises:
            TryFailed: It brought nothing back that can be read.
        """
        ends = time.monotonic() + seconds
        schema = schema_of(shape)
        pairs = [(message["role"], message["content"]) for message in messages]
        known = self._method
        fault = Fault(Ended.FAILED, "it offers no structured output", left=False)
        for method in (known,) if known else _METHODS:
            answer = self._ask(method, schema, pairs, ends)
            if isinstance(answer, Fault) and answer.refused_limit:
                relaxed = without_own_limit(self._chat)
                if relaxed is not None:
                    self._chat = relaxed
                    answer = self._ask(method, schema, pairs, ends)
            if isinstance(answer, Fault):
                fault = answer
                if fault.refused_form:
                    continue
                break
            if answer is not None:
                with self._lock:
                    self._method = self._method or method
                return _got(answer, shape.__name__)
        raise TryFailed(fault)

    def _ask(
        self, method: str, schema: dict[str, Any], pairs: list[tuple[str, str]], ends: float
    ) -> "AIMessage | Fault | None":
        """The answer, or what was wrong; None where the client can't ask in this way."""
        try:
            asking = self._chat.with_structured_output(schema, method=method, include_raw=True)
        except (NotImplementedError, TypeError, ValueError):
            return None
        try:
            return within(ends - time.monotonic(), partial(_asked, asking, pairs))
        except Exception as error:
            return fault_of(error)


async def _asked(asking: Any, messages: list[tuple[str, str]]) -> "AIMessage":
    # A variable of the environment would have LangChain tell everything to its own service.
    with tracing_context(enabled=False):
        told = await asking.ainvoke(messages)
    message: AIMessage = told["raw"]
    return message


def _got(message: "AIMessage", name: str) -> Got:
    """What a message says: its text, or what it calls the one tool with that was asked for."""
    refusal = message.additional_kwargs.get("refusal")
    finish = str(message.response_metadata.get("finish_reason")
                 or message.response_metadata.get("stop_reason") or "")
    counted = message.usage_metadata
    tokens = (counted["input_tokens"], counted["output_tokens"]) if counted else None
    called = [*message.tool_calls, *message.invalid_tool_calls]
    if refusal:
        return Got(str(refusal), tokens, True, finish)
    if len(called) == 1 and called[0]["name"] == name:
        arguments = called[0]["args"]
        text = arguments if isinstance(arguments, str) else json.dumps(
            arguments, ensure_ascii=False)
        return Got(text, tokens, False, finish)
    if called:
        text = json.dumps([{"name": one["name"], "args": one["args"]} for one in called],
                          ensure_ascii=False)
        return Got(message.text + text, tokens, False, finish)
    return Got(message.text, tokens, False, finish)
