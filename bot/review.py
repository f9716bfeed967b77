"""What was said, read back: each recorded turn rendered again from its record and its release."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.dialogue import citing
from bot.dialogue.conversation import ConversationId
from bot.plain import to_text
from bot.store import Store
from bot.turns.turn import Turn
from retrieval.guidance import Guidance, ReleaseId
from retrieval.releases import guidance_of


@dataclass(frozen=True, slots=True)
class Retold:
    """A turn, its reply as it was shown, and whether every citation still holds in its release."""

    turn: Turn
    text: str
    fault: str | None
    """What is wrong with a citation, None if all hold."""


def retell(store: Store, conversation: ConversationId) -> Iterator[Retold]:
    """Render the turns of *conversation* again, each by the release it was drawn from.

    Raises:
        UnknownRelease: The database lacks the release of a turn.
        ReleaseNotReady: That release was written by another version of the program, or is not
            what was published.
    """
    releases: dict[ReleaseId, Guidance] = {}
    erased = False
    for turn in store.turns(conversation):
        if turn.release not in releases:
            content = store.release_content(turn.release)
            releases[turn.release] = guidance_of(content, turn.release)
        guidance = releases[turn.release]
        reply = turn.reply
        erased = erased or turn.erased
        try:
            citing.check(reply, guidance)
            fault = None
        except (citing.UncitedClaim, citing.BadCitation) as error:
            fault = str(error)
        yield Retold(turn, to_text(reply, guidance, erased=erased), fault)
