"""Whether a message that was edited says more than it did.

Only words are counted: what they tell of a deal is for the reader to hear.
"""

import re

WORTH_A_WORD = 4
"""New words from which on somebody added something, and didn't mend a slip or add a thanks."""


def says_more(now: str, before: str) -> bool:
    """Whether *now* has several words more than *before* had.

    Words that are gone from *before* are set off, since whoever mends slips swaps words; nothing is
    known where *before* was erased and is empty.
    """
    was, is_now = _words(before), _words(now)
    added, gone = is_now - was, was - is_now
    return bool(was) and len(added) - len(gone) >= WORTH_A_WORD


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))
