"""What a workspace must be told before it can be built."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class WorkspaceSettings:
    """Where the app is, the secrets they share, and how strict and how fast the workspace is."""

    bot_url: str | None
    """Where deliveries are POSTed; None: Socket Mode only."""
    signing_secret: str
    bot_token: str
    app_token: str
    manifest: Path
    """The app's YAML manifest."""
    journal: Path | None = None
    """JSON lines from which the workspace comes back after a restart."""
    client_id: str | None = None
    client_secret: str | None = None
    clock: Callable[[], float] = time.time
    retry_delays: tuple[float, ...] = (0.1, 60, 300)
    """Seconds before each further try of an event that was not acknowledged."""
    ack_seconds: float = 3.0
    """How long the app may take to acknowledge."""
    rate_scale: float = 1.0
    """Multiplies Slack's rate limits; 0 switches them off."""
