"""Calls of the language model: with a wall of time, tries, a rest after failures, and limits.

Whatever the model or its server does, a call ends as a `Call` and never as an error.  What comes
back is read by the shape that was asked for and by nothing more lenient.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from bot.chat.calls import Call, Ended, Use
from bot.chat.prompting import Prompt
from bot.chat.resting import Rest
from bot.chat.structured import Got, Structured, TryFailed
from bot.chat.trying import Tries

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

RECEIVED_MOST = 20_000
"""Characters of an answer that are kept; a longer one is malformed."""
MOMENT_SECONDS = 0.5
"""How long a call waits for its turn."""
TOKENS_MOST = 10_000_000
"""More than this no server is believed to have counted."""
_CHARACTERS_A_TOKEN = 4
_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32)), "\N{REPLACEMENT CHARACTER}")
_KEY_LEAST = 6
"""A shorter key is none, and would be found in ordinary words."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What calls may take; each is a setting of the same name."""

    seconds: float = 20.0
    """Of one try."""
    budget_seconds: float = 60.0
    """Of all tries of a call."""
    retries: int = 1
    parallel: int = 2
    failures: int = 5
    """After so many in a row the model rests."""
    rest_seconds: float = 60.0
    tokens_per_day: int = 0
    """Of a workspace; 0 for no limit."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How calls of the model go in this process."""

    model: str
    resting_until: datetime | None
    failures: int
    """In a row, by now."""
    under_way: int
    method: str | None
    """How structure is asked for; None before the first answer."""
    last: Ended | None
    """How the last call that left ended; None before the first."""
    last_why: str


class Calls:
    """One language model, and every call that this process makes of it; safe to share."""

    def __init__(
        self,
        name: str,
        chat: "BaseChatModel",
        prompts: Mapping[Use, Prompt],
        limits: Limits = Limits(),
        *,
        keys: Sequence[str] = (),
        address: str = "",
    ) -> None:
        """Take over a model that is ready to be called.

        Args:
            name: vendor:model, as set.
            chat: The model, with its own retries off.
            prompts: By use.
            limits: What calls may take.
            keys: The model's keys, which are left out of everything that is kept.
            address: Host and port of its server; empty where that isn't known.
        """
        self.name, self.prompts, self.address = name, prompts, address
        self._limits = limits
        self._keys = [key for key in keys if len(key) >= _KEY_LEAST]
        self._structured = Structured(chat)
        self._rest = Rest(limits.failures, limits.rest_seconds)
        self._turn = threading.BoundedSemaphore(limits.parallel)
        self._lock = threading.Lock()
        self._under_way = 0
        self._last: Call | None = None

    def __repr__(self) -> str:
        """Nothing but the name: a key must not come out in a traceback."""
        return f"Calls({self.name!r})"

    def standing(self) -> Standing:
        """How calls go by now."""
        with self._lock:
            last = self._last
            return Standing(
                self.name, self._rest.until, self._rest.failures, self._under_way,
                self._structured.method, last.ended if last else None, last.why if last else "")

    def ask(self, use: Use, said: Mapping[str, str], *, shape: type, spent: int = 0) -> Call:
        """See `bot.chat.calls.Model.ask`."""
        began = time.monotonic()
        prompt = self.prompts[use]
        nothing = Call(use, self.name, prompt.digest, (), "", Ended.BUSY)
        if 0 < self._limits.tokens_per_day <= spent:
            return replace(nothing, ended=Ended.SPENT, why="the tokens of the day are used up")
        if self._rest.until is not None:
            return self._resting(nothing)
        if not self._turn.acquire(timeout=MOMENT_SECONDS):
            return replace(nothing, why=f"{self._limits.parallel} calls are under way",
                           took_ms=_ms_since(began))
        try:
            leave = self._rest.enter()
            if leave is None:
                return self._resting(nothing)
            well: bool | None = None
            try:
                call, well = self._called(nothing, prompt, said, shape)
            finally:
                self._rest.leave(leave, well)
        finally:
            self._turn.release()
        call = replace(call, took_ms=_ms_since(began))
        with self._lock:
            self._last = call
        return call

    def _resting(self, nothing: Call) -> Call:
        until = self._rest.until
        when = "until a call that tries it has ended" if until is None else \
            f"until {until:%H:%M:%S} UTC"
        return replace(nothing, ended=Ended.RESTING, why=f"failed too often, rests {when}")

    def _called(
        self, nothing: Call, prompt: Prompt, said: Mapping[str, str], shape: type[BaseModel]
    ) -> tuple[Call, bool | None]:
        """The call, and whether it says that the model is well."""
        filled = prompt.fill(said)
        rough = sum(map(_tokens_of, (m["content"] for m in filled.messages)))
        limits = self._limits
        tries = Tries(self._structured, most=1 + limits.retries, seconds=limits.seconds,
                      budget_seconds=limits.budget_seconds)
        with self._lock:
            self._under_way += 1
        try:
            got = tries.run(filled.messages, shape)
        except TryFailed as failed:
            fault = failed.fault
            sent_tokens, got_tokens = fault.tokens or (rough if tries.left else 0, 0)
            return replace(
                nothing, ended=fault.ended, why=self._why(fault.why, *filled.cut),
                sent=filled.messages if tries.left else (), received=self._kept(fault.received),
                tokens_in=_believed(sent_tokens), tokens_out=_believed(got_tokens),
                tries=tries.number), not fault.unwell
        finally:
            with self._lock:
                self._under_way -= 1
        # A lone surrogate can be in JSON, but neither in a database nor in what pydantic reads.
        got = replace(got, text=got.text.encode("utf-8", "replace").decode())
        sent_tokens, got_tokens = got.tokens or (rough, _tokens_of(got.text))
        call = replace(
            nothing, sent=filled.messages, received=self._kept(got.text), tries=tries.number,
            tokens_in=_believed(sent_tokens), tokens_out=_believed(got_tokens))
        parsed, wrong = _parsed(got, shape)
        return replace(
            call, ended=Ended.MALFORMED if parsed is None else Ended.ANSWERED, parsed=parsed,
            why=self._why(wrong, *filled.cut)), True

    def _why(self, *told: str) -> str:
        return self._without_keys("; ".join(filter(None, told)))

    def _kept(self, received: str) -> str:
        whole = received.encode("utf-8", "replace").decode()
        return self._without_keys(whole.translate(_CONTROL))[:RECEIVED_MOST]

    def _without_keys(self, text: str) -> str:
        for key in self._keys:
            text = text.replace(key, "[key]")
        return text


def _parsed(got: Got, shape: type[BaseModel]) -> tuple[Mapping[str, Any] | None, str]:
    """What was asked for as JSON types, or None and what is wrong."""
    if got.declined:
        return None, "the model declined"
    if not got.text.strip():
        return None, "the answer is empty"
    if len(got.text) > RECEIVED_MOST:
        return None, f"the answer is longer than {RECEIVED_MOST} characters"
    try:
        return shape.model_validate_json(got.text).model_dump(mode="json"), ""
    except ValidationError as error:
        # Of where it is wrong only what stands in the shape: other names are the model's words.
        kinds = sorted({str(problem["type"]) for problem in error.errors(
            include_input=False, include_url=False, include_context=False)})
        end = f", ended by {got.finish}" if got.finish in ("length", "max_tokens") else ""
        return None, f"not what was asked for: {', '.join(kinds[:4])}{end}"


def _tokens_of(text: str) -> int:
    return -(-len(text) // _CHARACTERS_A_TOKEN)


def _believed(tokens: int) -> int:
    return min(max(0, tokens), TOKENS_MOST)


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
