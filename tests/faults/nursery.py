"""`python -m tests.faults.nursery`: a process that has everything loaded and forks bots on demand.

Loading the guidance takes a second and a fork takes none, so that a bot can be killed and started
again many times a minute.  Nothing here has a thread or a database connection before the fork.

Reads lines of JSON: `{"start": n}` forks bot number n and answers with its process id;
`{"reap": pid}` waits until it is gone and answers with the status.  Ends with its input.
"""

import gc
import inspect
import json
import os
import sys
import traceback
from dataclasses import dataclass, field, replace
from pathlib import Path
from signal import SIGKILL
from typing import Any

from pydantic import SecretStr

from bot import wording
from bot.assembly import Assembly
from bot.connecting import slack as connecting
from bot.dialogue.reading import PlainReader
from bot.editions.edition import Edition
from bot.serving import service as serving
from bot.settings import Settings, SlackSettings
from bot.slack.posting import Posting
from bot.telemetry.log_lines import begin_logging
from retrieval import corpus
from retrieval.releases import content_of, digest_of
from tests.dialogue.talking import WordSearch
from tests.retrieval.conftest import WordEmbeddings

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Plan:
    """What the bots of a run have in common; comes as JSON in the first line of input."""

    folder: str
    database: str
    ports: tuple[int, ...]
    api_url: str
    signing_secret: str
    bot_token: str
    grace_seconds: float
    blind: bool
    """Whether they never look for a post of unclear end: the control, which must fail."""
    drain_seconds: float = 0.0
    app_token: str = ""
    """For Socket Mode; empty where Slack comes over HTTP alone."""
    workers: int = 3
    settings: dict[str, Any] = field(default_factory=dict)
    """More of them, by name."""
    any_team: bool = False
    """Whether the token is given to every workspace, and not to its own alone."""


def main() -> int:
    """Load, then fork on demand."""
    plan = Plan(**json.loads(sys.stdin.readline()))
    if plan.blind:
        # On the class, so that it holds whichever module makes one.
        Posting.find = lambda *_: None  # type: ignore[method-assign]
    if plan.any_team:
        connecting.OneWorkspace.learn = lambda _: None  # type: ignore[method-assign]
    content = corpus.read(PROJECT / "guidance_corpus")
    guidance = replace(content, release=digest_of(content, "words"))
    loaded = {"edition": Edition(guidance, PlainReader(guidance), WordSearch(guidance)),
              "wording": wording.load(PROJECT / "prompts", "your compliance lead"),
              # Whoever asks what answers rest on asks for the model, which a fresh data folder
              # takes half a minute to export: no bot would live that long.
              "embeddings": WordEmbeddings()}
    inspect.stack()  # Bolt asks for it on starting: the first time looks at every module
    gc.freeze()
    _tell({"ready": True})
    alive: set[int] = set()
    for line in sys.stdin:
        asked = json.loads(line)
        if "start" in asked:
            pid = os.fork()
            if pid == 0:
                _live(plan, int(asked["start"]), loaded)
            alive.add(pid)
            _tell({"pid": pid})
        else:
            _, status = os.waitpid(asked["reap"], 0)
            alive.discard(asked["reap"])
            _tell({"status": os.waitstatus_to_exitcode(status)})
    for pid in alive:
        os.kill(pid, SIGKILL)
    return 0


def _live(plan: Plan, number: int, loaded: dict[str, Any]) -> None:
    """Be bot *number* until killed."""
    status = 1
    try:
        os.close(0)
        os.dup2(2, 1)
        begin_logging(sys.stderr, "WARNING", as_json=True)
        settings = Settings(
            data_dir=Path(plan.folder), database_url=plan.database, port=plan.ports[number],
            post_grace_seconds=plan.grace_seconds, drain_seconds=plan.drain_seconds,
            workers=plan.workers, _env_file=None, **plan.settings)
        slack = SlackSettings(
            bot_token=SecretStr(plan.bot_token), signing_secret=SecretStr(plan.signing_secret),
            app_token=SecretStr(plan.app_token) if plan.app_token else None,
            api_url=plan.api_url, _env_file=None)
        parts = Assembly(settings)
        parts.__dict__.update(loaded)
        guidance = loaded["edition"].guidance
        parts.database.begin_with(guidance.release, content_of(guidance))
        status = serving.serve(parts, slack, lambda _: None)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _tell(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
