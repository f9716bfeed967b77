"""Lists of `phrases.yaml` that no code reads: what stands in them is never heard."""

import re
from collections.abc import Collection, Iterator, Mapping, Set
from difflib import get_close_matches

from retrieval.guidance import Guidance
from retrieval.linting.remarks import Remark, Severity

_FREE = re.compile(r"\{\w+\}")
"""What stands for an id in the common name of a family of lists."""
_FAMILY = re.compile(rf"[a-z_]{{4,}}_(?:{_FREE.pattern})?(?:_{_FREE.pattern})?")
"""The name of a family: "said_else_{fact}_{value}", or "named_" before the id of a source."""
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_ALIKE = 0.8
"""From which likeness on another name may be meant; see `difflib`."""
_PLACES = 100
"""By how many places in a row lists may be told apart ("ordinal_2"): more than anybody counts."""


def remarks(guidance: Guidance, words: Set[str]) -> Iterator[Remark]:
    """A warning for each list of *guidance* that no code reads.

    Args:
        guidance: The release.
        words: The texts that stand in the code: names of lists and of families among them.
    """
    families = [re.compile(_FREE.sub("(.+)", word) if "{" in word else f"{word}(.+)")
                for word in words if _FAMILY.fullmatch(word)]
    ids = _ids(guidance)
    for kind, lists in (("cue list", guidance.vocabulary.cues),
                        ("intent list", guidance.vocabulary.intents)):
        for name in lists:
            if name in words:
                continue
            called = {"_".join(found.groups()) for family in families
                      if (found := family.fullmatch(name))}
            if ids.isdisjoint(called):
                yield Remark(Severity.WARNING, "unread list", (kind, name),
                             "Nothing reads it, so what stands in it is never heard. "
                             f"{_way_out(name, called, lists, words)}")


def _way_out(
    name: str, called: Collection[str], lists: Mapping[str, object], words: Set[str]
) -> str:
    """What to do about the list *name*; of a family it may be that of what is *called* so."""
    if called:
        return (f"No question, value, safeguard or source is called {min(called, key=len)!r}; "
                "correct its name.")
    missing = sorted(word for word in words if _NAME.fullmatch(word) and word not in lists)
    near = get_close_matches(name, missing, n=1, cutoff=_ALIKE)
    return f"Is {near[0]!r} meant?" if near else "Correct its name, or take it out."


def _ids(guidance: Guidance) -> frozenset[str]:
    """All that a list of a family may be of, as its name has it: "detentions_yes", "2"."""
    values = (f"{fact}_{choice.value}" for fact, question in guidance.questions.items()
              for choice in question.choices)
    places = map(str, range(1, _PLACES))
    return frozenset([*values, *places, *guidance.questions, *guidance.safeguards,
                      *guidance.sources])
