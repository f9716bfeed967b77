"""Phrases that stand in two lists of which each takes back what the other says.

"Maybe later" can't both pass over a question and say that nobody knows.  Which of the two counts
would rest on what the code happens to ask first, and whoever keeps the lists could not tell.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations

from retrieval.checks import Problem
from retrieval.guidance import Guidance
from retrieval.words.phrases import unarticled
from retrieval.words.tokens import forms_of

PLACES = 10
"""How many questions or choices people count by their place: "the tenth"."""
OPPOSED = (
    ("yes", "no", "yes_unsure", "no_unsure", "dont_know", "skip"),
    ("confirms", "refutes"),
    ("half_yes", "half_no"),
    ("none_of_these", "all_of_these"),
    # "A lot" is a yes, and says nothing of how many of the questions it is to.
    ("yes", "all_of_these"),
    ("ended", "not_ended", "resumed"),
    (*(f"ordinal_{n}" for n in range(1, PLACES + 1)), "ordinal_last"),
    tuple(f"number_{n}" for n in range(1, PLACES + 1)),
    tuple(f"{end}_{n}" for end in ("first", "last") for n in (2, 3, 4)),
)
"""Groups of cue lists: of each, a phrase may stand in one at the most."""
OPPOSED_BEGINNINGS = (("half_said_", "other_half_"), ("said_else_", "said_itself_"))
"""How two lists of one value begin that are opposed: words for a half of it, and for the other."""


def contradictions_in(guidance: Guidance) -> Iterator[Problem]:
    """Every phrase of *guidance* that stands in two opposed lists, told at the later of the two."""
    for name, other, phrase in contradictions(guidance.vocabulary.cues):
        yield Problem(("cue list", name), f"{phrase!r} stands in {other!r} as well, which says "
                      "the opposite; leave it in the list that says what people mean by it")


def contradictions(lists: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str, str]]:
    """Every phrase of two opposed lists.

    Args:
        lists: The cue lists of a release, by name.

    Yields:
        The later of the two lists, the other, and the phrase as the first of them has it.  Phrases
        are the same that are found in the same words, with an article or without.
    """
    opposed = list(_opposed(lists))
    found = {name: {_as_found(phrase): phrase for phrase in lists[name]}
             for name in dict.fromkeys(chain.from_iterable(opposed))}
    for one, other in opposed:
        both = found[one].keys() & found[other].keys()
        for words in sorted(both):
            yield other, one, found[one][words]


def _opposed(lists: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """The pairs of *lists* that are opposed."""
    for group in OPPOSED:
        yield from combinations([name for name in group if name in lists], 2)
    for beginning, opposite in OPPOSED_BEGINNINGS:
        for name in lists:
            other = opposite + name.removeprefix(beginning)
            if name.startswith(beginning) and other in lists:
                yield name, other


def _as_found(phrase: str) -> tuple[str, ...]:
    """*phrase* as it is looked for: the words, folded, without a leading article."""
    return tuple(norm for norm, _ in unarticled(forms_of(phrase)))
