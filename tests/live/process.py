"""A process of the bot, as small as it gets: all is real but the search, which goes by words.

It reads lines: "say TEXT" takes a turn and prints its release, "publish" puts the corpus folder
in force and dies in that instant, before anything here has taken it.
"""

import os
import signal
import sys

from bot.assembly import Assembly
from bot.machine.exchange import take
from bot.parts import edition as edition_parts
from bot.settings import Settings
from retrieval.releases import content_of
from tests.dialogue.talking import WordSearch
from tests.retrieval.conftest import WordEmbeddings


def search_by_words() -> None:
    """Open releases without building an index, which takes half a minute."""
    Assembly.embeddings = WordEmbeddings()  # type: ignore[assignment]
    edition_parts.open_release = lambda guidance, *_, **__: WordSearch(guidance)


def main() -> None:
    """Start, say so, and do what the lines say."""
    search_by_words()
    parts = Assembly(Settings(_env_file=None))
    _tell("begun")
    for line in sys.stdin:
        what, _, rest = line.strip().partition(" ")
        if what == "start":
            following = parts.following()
            _tell(parts.guidance.release)
        elif what == "say":
            following.look()
            _tell(take(parts.advisor, "c", "a", rest).reply.release)
        elif what == "publish":
            folder = parts.folder
            parts.store.keep_release(folder.release, content_of(folder))
            parts.store.activate(folder.release)
            _tell(folder.release)
            os.kill(os.getpid(), signal.SIGKILL)


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
