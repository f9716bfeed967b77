"""Searches that came to nothing: "I searched for any misuse and drew a blank".

They have no "no" near what is denied, and so are heard as what they deny.
"""

from collections.abc import Iterator, Sequence

from bot.dialogue.small_words.cues import Cues, Span
from retrieval.words.tokens import Tokens


def searches_in_vain(
    tokens: Tokens, cues: Cues, sentences: Sequence[Span], looked: Sequence[Span]
) -> Iterator[tuple[Span, Span]]:
    """Where it says that somebody searched, each with where it says that nothing was found.

    *sentences* and *looked* are those of *tokens*.  "They did, but of the reseller I found none"
    and "drew a blank except for one paper" are none, and nor is "I searched, and they do".
    """
    empty = cues.find("search_was_empty", tokens)
    searches = [*looked, *cues.find("a_search", tokens)] if empty else []
    for first, last in sentences:
        for look in searches:
            begins = first <= look[0] and cues.starts("turns", tokens[look[1] : last]) == 0
            for none in empty:
                if (begins and look[1] <= none[0] and none[1] <= last
                        and not cues.find("sets_apart", tokens[look[1] : last])
                        and not cues.find("negation", tokens[none[0] : last])):
                    yield look, none
