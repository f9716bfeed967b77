"""What stands around what a message says, and says nothing itself: "hi all, …", "… thx 🙏".

Whoever reads a message reads it without: beside a "btw" a question was told, beside a "lol" it was
searched, and beside an "asap" a model heard laxer access in what it had heard rightly.
"""

import re
from collections.abc import Iterator, Sequence

from bot.dialogue.small_words.cues import Cues
from retrieval.words.tokens import Token

FEWEST_WORDS = 3
"""Words of what is said; less than that is read with the courtesies beside it: "no thanks"."""
BEFORE, FILLERS_BEFORE = "courtesies_before", "fillers_before"
"""The cue lists of what may open a message; the second may be a part of what a phrase says."""
BEFORE_A_MARK = "courtesies_before_a_mark"
"""The cue list of what does where a mark parts it from the rest: "update: …"."""
BEGINS = "begins_like_a_courtesy"
"""The cue list of what only begins like one, and is said: "so far"."""
BEHIND, FILLERS_BEHIND = "courtesies_behind", "fillers_behind"
"""The cue lists of what may end a message; of the second as of the fillers that open one."""
ASKS_FOR_A_VIEW = "asks_for_a_view"
"""The cue list of what asks of all that stands before it: "any thoughts?"."""
_OF_THE_LAST_WORD = frozenset(".?!)]\"'”’%")
"""Marks that are of what is said."""
_DECORATION = re.compile(r"[^\w\s.?!,;:()\[\]\"'”’%–—-]|[:;]-?[()DP]|\.{2,}")
"""A smile, a picture or a row of dots."""


def around(
    text: str, tokens: Sequence[Token], cues: Cues,
    before: Sequence[str] = (), behind: Sequence[str] = (),
) -> Iterator[tuple[int, int]]:
    """The characters of *text* before and behind what it says, if it says something.

    Args:
        text: A message.
        tokens: Its tokens.
        cues: The small words of the release.
        before: The cue lists of what may open it.
        behind: Those of what may end it.
    """
    first = _opened(tokens, before, cues)
    last = len(tokens)
    while (begins := _closes(tokens, last, behind, cues)) > first:
        last = begins
    words = [token for token in tokens[first:last] if token.is_word]
    if len(words) < FEWEST_WORDS:
        return
    if first:
        yield 0, words[0].start
    end = words[-1].end
    if last < len(tokens) or _DECORATION.search(text, end):
        end += text[end : end + 1] in _OF_THE_LAST_WORD
        yield end, len(text)


def _opened(tokens: Sequence[Token], before: Sequence[str], cues: Cues) -> int:
    """Behind how many of the first *tokens* something is said."""
    first = 0
    while before and first < len(tokens):
        rest = tokens[first:]
        length = 0 if cues.starts(BEGINS, rest) else max(cues.starts(n, rest) for n in before)
        if not length:
            length = cues.starts(BEFORE_A_MARK, rest)
            if not length or not rest[length : length + 1] or rest[length].is_word:
                return first
        first += length
        while first < len(tokens) and not tokens[first].is_word:
            first += 1
    return first


def _closes(tokens: Sequence[Token], last: int, names: Sequence[str], cues: Cues) -> int:
    """Where a phrase of *names* begins that ends the *tokens* before *last*; 0 where none does."""
    words = max((i for i in range(last) if tokens[i].is_word), default=-1) + 1
    return min((begin for name in names for begin, end in cues.find(name, tokens)
                if end == words), default=0)
