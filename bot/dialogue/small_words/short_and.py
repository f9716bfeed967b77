"""Where "and" is short, as it is typed on a phone: "journalists n bloggers", "radar + cameras".

The same letter is a no in "law n, war n".  To a model every lone "n" sounds like one, and it heard
that nobody is in jail; and of what a plus joins it heard the first alone.
"""

from collections.abc import Sequence

from bot.dialogue.small_words.cues import Cues
from retrieval.words.tokens import PLUS, Token, tokenise

_WRITTEN = "&"
"""What stands for "and" in one character, so that all else stays where it is."""
_PAUSE = ","
"""The only mark that may stand before it: "they jail reporters, n the press is gagged"."""


def short_ands(text: str, cues: Cues) -> Sequence[tuple[int, int]]:
    """The characters of *text* that stand for "and"; none where a letter in it answers."""
    short = {*cues.words("short_for_and"), PLUS}
    letters = cues.words("yes_or_no_letters")
    tokens = tokenise(text)
    found = [n for n, token in enumerate(tokens) if token.text in short]
    if not found:
        return ()
    joins = {n for n in found if 0 < n < len(tokens) - 1
             and (_goes_on(tokens[n - 1], letters) or tokens[n - 1].norm == _PAUSE)
             and _goes_on(tokens[n + 1], letters)}
    if any(token.norm in letters and n not in joins for n, token in enumerate(tokens)):
        return ()
    return [(tokens[n].start, tokens[n].end) for n in sorted(joins)]


def written_out(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """*text* with a sign for "and" in place of *spans*; the rest stands where it stood."""
    ends = [0, *(end for _, end in spans)]
    begins = [*(begin for begin, _ in spans), len(text)]
    signs = [*(_WRITTEN.ljust(end - begin) for begin, end in spans), ""]
    return "".join(text[end:begin] + sign
                   for end, begin, sign in zip(ends, begins, signs, strict=True))


def _goes_on(token: Token, letters: frozenset[str]) -> bool:
    """Whether *token* is a word, and neither a number nor an answer in a letter."""
    return token.is_word and not token.norm.isdecimal() and token.norm not in letters
