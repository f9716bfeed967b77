"""Slack's rate limits: a bucket for each method, and one a second for posts into one channel."""

import math
from collections.abc import Callable
from dataclasses import dataclass

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute in each tier."""
SPECIAL = 600
"""Calls a minute to methods outside the tiers."""
POSTS_BURST = 5
"""Posts that a channel takes at once before one a second holds."""

TIERS = {
    "auth.revoke": 3, "bots.info": 3, "blocks.validate": 4,
    "chat.appendStream": 4, "chat.delete": 3, "chat.getPermalink": 4, "chat.postEphemeral": 4,
    "chat.startStream": 2, "chat.stopStream": 2, "chat.update": 3,
    "conversations.history": 3, "conversations.info": 3, "conversations.join": 3,
    "conversations.members": 4, "conversations.open": 3, "conversations.replies": 3,
    "apps.connections.open": 3, "agents.sessions.setStatus": 3,
    "files.completeUploadExternal": 4, "files.getUploadURLExternal": 4,
    "assistant.threads.setSuggestedPrompts": 4, "assistant.threads.setTitle": 4,
    "reactions.add": 3, "users.info": 4, "users.list": 2, "oauth.v2.access": 4,
    "usergroups.users.list": 2,
    "views.open": 4, "views.publish": 4, "views.push": 4, "views.update": 4,
}


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Rates:
    """Counts calls against Slack's limits.

    *scale* multiplies every limit; 0 switches them off, for tests of load.
    """

    def __init__(self, now: Callable[[], float], scale: float = 1.0) -> None:
        self._now = now
        self.scale = scale
        self._buckets: dict[str, _Bucket] = {}

    def take(self, method: str, channel: str | None) -> int:
        """Count one call; 0 if it may go ahead, else the seconds to wait (`Retry-After`)."""
        if self.scale <= 0:
            return 0
        a_minute = PER_MINUTE.get(TIERS.get(method, 0), SPECIAL)
        wait = self._take(method, a_minute, a_minute / 60)
        if wait == 0 and channel is not None and method == "chat.postMessage":
            wait = self._take(f"post:{channel}", POSTS_BURST, 1.0)
        return math.ceil(wait)

    def _take(self, name: str, capacity: float, a_second: float) -> float:
        capacity, a_second = max(1.0, capacity * self.scale), a_second * self.scale
        now = self._now()
        bucket = self._buckets.setdefault(name, _Bucket(capacity, now))
        bucket.left = min(capacity, bucket.left + max(0.0, now - bucket.at) * a_second)
        bucket.at = now
        if bucket.left < 1:
            return (1 - bucket.left) / a_second
        bucket.left -= 1
        return 0.0
