"""Loading guidance, model and index, as soon as they can be had.

It takes longer than Slack waits, so a server takes messages in before.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.outages import in_log
from retrieval.errors import EmbeddingsAway, IndexServerAway

if TYPE_CHECKING:
    from bot.serving.loaded import Loaded

AGAIN_SECONDS = 2
"""How long until what could not be loaded is tried again."""


class Loading:
    """Loads what takes long, over and over until it is there.

    Args:
        load: Loads all that answers.
        tell: Says something to whoever started the server.
    """

    def __init__(self, load: "Callable[[], Loaded]", tell: Callable[[str], None]) -> None:
        self._load = load
        self._tell = tell
        self.waiting_for: str | None = None
        """What has to come up before anything can be loaded; whoever asks is told no address."""

    def at_last(self, ended: threading.Event) -> "Loaded | None":
        """All that is loaded, as soon as it can be; None where the process is to end before.

        What is taken in meanwhile waits in the database, so nobody's message is lost to a server
        that comes up later than this one.
        """
        told = None
        while not ended.is_set():
            try:
                return self._load()
            except (EmbeddingsAway, IndexServerAway) as error:
                self.waiting_for = in_log(error)
                if told != str(error):
                    told = str(error)
                    self._tell(f"{told} Messages are taken in and answered after that.")
            ended.wait(AGAIN_SECONDS)
        return None
