"""Ticks and crosses, which stand for a yes and a no: "conflict ✗", "✅ clause".

Of the vocabulary and of whoever reads the words they are that yes and that no.  A model never saw
one, so that to it they are spelt out.  A tick may as well say that somebody looked as that it is
so: what rests on one alone is never certain (`less_ticked`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, groupby

from bot.dialogue.deal import Answer
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.cues import Cues
from retrieval.guidance import Fact, Guidance
from retrieval.words.tells import Tells, Told
from retrieval.words.tokens import Token

NAME_WORDS = 2
"""Most words of a fact's bare name."""


def ticks_in(tokens: Sequence[Token], cues: Cues) -> Sequence[Token]:
    """The *tokens* that are a tick or a cross: an answer that is written without a letter."""
    answers = cues.words("yes") | cues.words("no")
    return [token for token in tokens if token.norm in answers and not token.text[:1].isalnum()]


def told_with(tells: Tells, text: str, ticks: Sequence[Token]) -> Sequence[Told]:
    """What *tells* hears in *text* with its *ticks* spelt out, at the places of the text itself."""
    standing = [tick for tick in ticks if text[tick.start : tick.end] == tick.text]
    if not standing:
        return tells(text)
    # Each has a blank on either side, since people write "✓clause".
    words = [f" {tick.norm} " for tick in standing]
    ends = [0, *(tick.end for tick in standing)]
    begins = [*(tick.start for tick in standing), len(text)]
    spelt = "".join(text[end:begin] + word for end, begin, word in zip(
        ends, begins, [*words, ""], strict=True))
    grown = [*accumulate(len(word) - len(tick.text)
                         for tick, word in zip(standing, words, strict=True))]

    def back(position: int, *, end: bool) -> int:
        """Where in the text what stands at *position* of what is spelt out begins, or ends."""
        before = 0
        for tick, word, more in zip(standing, words, grown, strict=True):
            first = tick.start + before
            if position <= first:
                break
            if position < first + len(word):
                return tick.end if end else tick.start
            before = more
        return position - before

    return [replace(one, start=back(one.start, end=False), end=back(one.end, end=True))
            for one in tells(spelt)]


def less_ticked(
    heard: Mapping[Fact, Answer],
    otherwise: Mapping[Fact, Answer],
    bare: Sequence[tuple[int, int]],
    guidance: Guidance,
) -> Mapping[Fact, Answer]:
    """*heard*, uncertain where it rests on a tick and is not heard *otherwise*, without ticks.

    Nor is it certain in what is *bare*, a name behind a tick: "detentions ✓" may tell of some, or
    that somebody looked.
    """
    def stands(fact: Fact, answer: Answer) -> bool:
        told = otherwise.get(fact)
        return told is not None and told.sure and told.values == answer.values and not (
            has_poles(guidance.questions[fact]) and any(
                answer.start < end and start < answer.end for start, end in bare))

    return {fact: answer if stands(fact, answer) else replace(answer, sure=answer.values is None)
            for fact, answer in heard.items()}


def bare_with_ticks(tokens: Sequence[Token], ticks: Sequence[Token]) -> list[tuple[int, int]]:
    """The characters of the clauses of *tokens* that are *ticks* and hardly more than a name."""
    found = []
    parts = groupby(tokens, key=lambda token: token.ends_clause)
    for clause in (list(part) for ends, part in parts if not ends):
        mine = [token for token in clause if token in ticks]
        if mine and sum(token.is_word for token in clause) <= (NAME_WORDS + 1) * len(mine):
            found.append((clause[0].start, clause[-1].end))
    return found
