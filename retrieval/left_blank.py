"""What is empty where something has to stand: a text that is shown, a phrase, a table.

Pure.  An empty table matches every deal, an empty group every sentence, and a text without words
is a line that says nothing, or a button that Slack refuses; each slips in without a wrong name.
"""

from collections.abc import Iterator, Mapping, Sequence

from retrieval.guidance import GapKind, Guidance, Term

Told = tuple[tuple[str, str], str]
"""Kind and name of what is wrong, and what is wrong with it."""

_LISTS = ("terms", "weak", "exactly", "asked", "shared", "but_not")


def left_blank(guidance: Guidance) -> Iterator[Told]:
    """What of *guidance* is empty and must not be."""
    yield from _texts(guidance)
    yield from _sources(guidance)
    yield from _tables(guidance)
    for term in guidance.vocabulary.terms:
        yield from _phrases(term)
    for entry in guidance.vocabulary.glossary:
        if not any(_says_something(name) for name in entry.names):
            yield ("glossary entry", entry.id), "its 'names' are empty, so nobody could ask for it"
    for matter in guidance.other_matters:
        for alternatives in (matter.told, matter.in_turn):
            if not all(_says_something(phrase) for groups in alternatives for group in groups
                       for phrase in group):
                yield ("other matter", matter.id), (
                    "a phrase in it has no letter and no digit; take it out")


def _texts(guidance: Guidance) -> Iterator[Told]:
    shown: Sequence[tuple[str, str, object, tuple[str, ...]]] = [
        *(("source", str(s.id), s, ("title", "short_title"))
          for s in guidance.sources.values()),
        *(("consideration", c.id, c, ("title", "weigh")) for c in guidance.considerations),
        *(("question", str(q.fact), q, ("label", "wording", "why"))
          for q in guidance.questions.values()),
        *(("question group", g.id, g, ("wording",)) for g in guidance.groups),
        *(("red flag", str(f.id), f, ("title", "explains")) for f in guidance.red_flags),
        *(("safeguard", str(s.id), s, ("title", "text")) for s in guidance.safeguards.values()),
        *(("scope", n.id, n, ("title", "reason")) for n in guidance.scopes),
        *(("gap", g.id, g, ("title", "says", *(("whom",) if g.kind is not GapKind.OPENING else ())))
          for g in guidance.gaps),
        *(("glossary entry", e.id, e, ("text",)) for e in guidance.vocabulary.glossary),
    ]
    for kind, name, entry, keys in shown:
        for key in keys:
            if not str(getattr(entry, key)).strip():
                yield (kind, name), f"its {key!r} is empty, and people are shown it; write it"
    for p in guidance.provisions.values():
        if not p.text.strip():
            yield ("provision", str(p.id)), (
                "its text is empty; write the digest or remove the entry")
        if not p.pinpoint.strip():
            yield ("provision", str(p.id)), "it has no pinpoint, so nobody could look it up"
    for gap in guidance.gaps:
        if not any(ask.strip() for ask in gap.asks):
            yield ("gap", gap.id), (
                "it has no asks, so no question could be known to fall into it")
    for q in guidance.questions.values():
        for choice in q.choices:
            if not (choice.value.strip() and choice.label.strip()):
                yield ("question", str(q.fact)), (
                    f"the choice {choice.value or choice.label!r} needs a value and a label")


def _sources(guidance: Guidance) -> Iterator[Told]:
    for s in guidance.sources.values():
        for pattern in s.cited_as:
            if pattern.count("{n}") != 1:
                yield ("source", str(s.id)), (
                    f"cited_as: {pattern!r} needs {{n}} once, where the number stands, such as "
                    '"UNGP {n}"')


def _tables(guidance: Guidance) -> Iterator[Told]:
    for flag in guidance.red_flags:
        if not flag.when:
            yield ("red flag", str(flag.id)), (
                "its 'when' table is empty, so every deal would raise it")
    for scope in guidance.scopes:
        if not scope.when:
            yield ("scope", scope.id), "its 'when' table is empty, so every deal would fall into it"
        if not scope.applies:
            yield ("scope", scope.id), ("'applies' is empty, so nothing at all would be advised; "
                                        "name the considerations that still count")
    for r in guidance.vocabulary.refinements:
        if not r.when:
            yield ("refinement", f"{r.fact}.{r.value}"), (
                "its 'when' table is empty, so every deal would be read so")
    for q in guidance.questions.values():
        if not all(q.only_if):
            yield ("question", str(q.fact)), (
                "only_if: one of its tables is empty, so the question would always be asked; fill "
                "it, or take 'only_if' out")
        if not all(q.pressing):
            yield ("question", str(q.fact)), (
                "pressing: one of its tables is empty, so the question would come first in every "
                "deal; fill it, or take 'pressing' out")


def _phrases(term: Term) -> Iterator[Told]:
    subject = ("vocabulary entry", f"{term.fact}.{term.value}")
    if not (term.near or any(getattr(term, key) for key in _LISTS[:4])):
        yield subject, "it lists nothing that people say; fill 'terms', or take the entry out"
    for key in _LISTS:
        for phrase in getattr(term, key):
            if not _says_something(phrase):
                yield subject, f"{key}: {phrase!r} has no letter and no digit; take it out"
    if not all(groups and all(groups) for groups in term.near):
        yield subject, ("near: an alternative or a group of it is empty, so that every sentence "
                        "would say it; fill it, or take it out")
    elif not all(_says_something(phrase) for groups in term.near for group in groups
                 for phrase in group):
        yield subject, "near: a phrase in it has no letter and no digit; take it out"


def _says_something(phrase: str) -> bool:
    return any(sign.isalnum() for sign in phrase)


def unreachable(after: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Those of *after*, each with what it waits for, that wait for themselves in the end."""
    for fact in after:
        behind, seen = list(after[fact]), set[str]()
        while behind:
            one = behind.pop()
            if one not in seen:
                seen.add(one)
                behind += after.get(one, ())
        if fact in seen:
            yield fact
