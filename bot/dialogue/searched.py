"""What somebody looked for and did not find: "I searched for any misuse and drew a blank".

It has no "no" near what is denied, and so is heard as what it denies.
"""

from collections.abc import Iterator, Sequence

from bot.dialogue.cues import Cues, Span
from retrieval.words.tokens import Tokens


class InVain:
    """The searches of one message that came to nothing."""

    def __init__(
        self, tokens: Tokens, cues: Cues, sentences: Sequence[Span], looked: Sequence[Span]
    ) -> None:
        """Find them in *tokens*, whose *sentences* say where somebody *looked*."""
        empty = cues.find("search_was_empty", tokens)
        self._searches = [
            ((look[1], none[0]), none) for first, last in sentences if empty
            for look in (*looked, *cues.find("a_search", tokens)) for none in empty
            if first <= look[0] and look[1] <= none[0] and none[1] <= last
            # "They did, but of the reseller I found none"; "drew a blank except for one paper".
            and not cues.find("sets_apart", tokens[look[1] : last])
            and not cues.find("negation", tokens[none[0] : last])]

    def of(self, span: Span) -> Iterator[Span]:
        """Where it says that the search for what stands at *span* found nothing.

        What stands before the look, or behind what came of it, was not searched for.
        """
        middle = sum(span) / 2
        yield from (none for (first, last), none in self._searches if first <= middle < last)
