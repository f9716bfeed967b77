"""Headings without anything below them, and headings that say nothing."""

import re
from collections import defaultdict
from collections.abc import Iterator

from retrieval.guidance import Checked, Guidance, Provision
from retrieval.linting.remarks import Remark, Severity, named, of

SAME_HEADING = 3
"""So many provisions of one source under one heading can't be told apart in a list."""
LONGEST_HEADING_WORDS = 8
"""A text of so few words that doesn't end like a sentence is a heading that nothing followed."""

_WORD = re.compile(r"\w+")
_ENDS = tuple(".!?;:…)”’\"'»。؟।")


def remarks(guidance: Guidance) -> Iterator[Remark]:
    """What is odd about the headings of *guidance*."""
    for provision in guidance.provisions.values():
        yield from _alone(provision)
    yield from _nothing_below(guidance)
    yield from _the_same(guidance)


def _alone(provision: Provision) -> Iterator[Remark]:
    heading, text = _folded(provision.heading), _folded(provision.text)
    if not heading:
        yield Remark(Severity.NOTE, "heading", of(provision),
                     f"It has no heading, so lists name it by its pinpoint "
                     f"({provision.pinpoint}) alone; add one that says what it holds.")
    elif text == heading or text == _folded(f"{provision.number or ''} {provision.heading}"):
        yield Remark(Severity.WARNING, "heading", of(provision),
                     f"Its text is only its heading, {provision.heading!r}; join it to what "
                     "follows it, or retire it.")
        return
    words = text.split()
    if (provision.checked is Checked.OFFICIAL and len(words) <= LONGEST_HEADING_WORDS
            and " | " not in provision.text  # a row of a table is no sentence
            and not provision.text.rstrip().endswith(_ENDS)):
        yield Remark(Severity.WARNING, "heading", of(provision),
                     f"{provision.text.strip()!r} looks like a heading with no text below it; "
                     "join it to what follows it.")


def _nothing_below(guidance: Guidance) -> Iterator[Remark]:
    below = {str(p.consideration) for p in guidance.provisions.values()
             if p.consideration is not None and p.id != p.consideration}
    for c in guidance.considerations:
        if c.id not in below:
            yield Remark(Severity.WARNING, "heading", ("consideration", c.id),
                         f"No provision stands below {c.title!r} but its overview; give those that "
                         f"belong to it 'consideration: {c.id}'.")
    held = {p.source for p in (*guidance.provisions.values(), *guidance.set_aside.values())}
    for source in guidance.sources.values():
        if source.id not in held:
            yield Remark(Severity.WARNING, "heading", ("source", str(source.id)),
                         f"{source.title!r} has no provision, so nothing of it can be cited; "
                         "take its document in, or remove the source.")


def _the_same(guidance: Guidance) -> Iterator[Remark]:
    under: dict[tuple[str, str], list[Provision]] = defaultdict(list)
    for provision in guidance.provisions.values():
        if heading := _folded(provision.heading):
            under[provision.source, heading].append(provision)
    for (source, _), same in under.items():
        if len(same) >= SAME_HEADING:
            yield Remark(Severity.WARNING, "heading", ("source", source),
                         f"{len(same)} provisions have the heading {same[0].heading!r}, which "
                         "says nothing of what each holds: "
                         f"{named([str(p.id) for p in same])}. Give each one of its own.")


def _folded(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
