"""`python -m bot.workspace`: the workspace alone, on loopback, for a bot that runs elsewhere.

Secrets come from SLACK_SIGNING_SECRET, SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or are made up.  The
first line of output is JSON with what the bot must know: url, signing_secret, bot_token, app_token.
"""

import argparse
import json
import os
import secrets
import socket
import sys
from pathlib import Path

import uvicorn

from bot.workspace.app import WorkspaceSettings, build_workspace

LOOPBACK = "127.0.0.1"
MANIFEST = Path(__file__).parent.parent / "slack" / "manifest.yaml"


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m bot.workspace", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--bot-url", help="where events are POSTed; without it, Socket Mode only")
    parser.add_argument("--manifest", type=Path, default=MANIFEST,
                        help="the app's manifest (YAML)")
    parser.add_argument("--journal", type=Path, help="file from which the workspace comes back")
    parser.add_argument("--rates", type=float, default=1.0,
                        help="multiplies Slack's rate limits; 0 switches them off")
    chosen = parser.parse_args(arguments)
    settings = WorkspaceSettings(
        bot_url=chosen.bot_url,
        signing_secret=os.environ.get("SLACK_SIGNING_SECRET") or secrets.token_hex(16),
        bot_token=os.environ.get("SLACK_BOT_TOKEN") or f"xoxb-{secrets.token_hex(16)}",
        app_token=os.environ.get("SLACK_APP_TOKEN") or f"xapp-{secrets.token_hex(16)}",
        manifest=chosen.manifest, journal=chosen.journal, rate_scale=chosen.rates)
    try:
        app = build_workspace(settings)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    listening = socket.create_server((LOOPBACK, chosen.port))
    port = listening.getsockname()[1]
    sys.stdout.write(json.dumps({
        "url": f"http://{LOOPBACK}:{port}/", "signing_secret": settings.signing_secret,
        "bot_token": settings.bot_token, "app_token": settings.app_token}) + "\n")
    sys.stdout.flush()
    # Our own Date header follows the workspace's clock, which tests may move.
    config = uvicorn.Config(app, log_level="warning", date_header=False, ws="websockets-sansio",
                            timeout_graceful_shutdown=1)
    uvicorn.Server(config).run(sockets=[listening])
    return 0


if __name__ == "__main__":
    sys.exit(main())
