"""What of the guidance can never take effect, or rests on what nobody has looked at."""

from collections import defaultdict
from collections.abc import Iterator, Set

from retrieval.guidance import (
    UNKNOWN,
    Checked,
    Fact,
    Guidance,
    ProvisionId,
    RedFlag,
    Table,
)
from retrieval.linting.remarks import Remark, Severity, named

GRAVEST = 3


def remarks(guidance: Guidance) -> Iterator[Remark]:
    """What is odd about how flags, safeguards, questions and words hang together."""
    yield from _unticked(guidance)
    yield from _never_raised(guidance)
    yield from _shadowed(guidance)
    yield from _safeguards(guidance)
    yield from _questions(guidance)
    yield from _words(guidance)
    yield from _glossary(guidance)


def _unticked(guidance: Guidance) -> Iterator[Remark]:
    """One remark for all: in a corpus of digests it is true of most flags."""
    resting: dict[ProvisionId, int] = defaultdict(int)
    grave = [f for f in guidance.red_flags if f.gravity == GRAVEST]
    for flag in grave:
        for id_ in flag.authorities:
            provision = guidance.provisions.get(id_)
            if provision is not None and provision.checked is Checked.UNCHECKED:
                resting[id_] += 1
    if resting:
        first = sorted(resting, key=lambda id_: (-resting[id_], id_))
        many = sum(any(id_ in resting for id_ in f.authorities) for f in grave)
        yield Remark(Severity.NOTE, "unticked", ("provision", str(first[0])),
                     f"{many} of {len(grave)} grave red flags rest on {len(resting)} digests that "
                     "nobody has held against the official words. Tick these first, the one "
                     f"relied on most at the front: {named([str(id_) for id_ in first])}.")


def _never_raised(guidance: Guidance) -> Iterator[Remark]:
    for flag in guidance.red_flags:
        for fact in flag.when:
            question = guidance.questions.get(fact)
            if question is None or not question.only_if:
                continue
            if all(_contradict(flag.when, table) for table in question.only_if):
                others = ", ".join(sorted({str(f) for t in question.only_if for f in t}
                                          & set(map(str, flag.when))))
                yield Remark(Severity.WARNING, "never raised", ("red flag", str(flag.id)),
                             f"It waits for {fact!r}, which is never asked where its own 'when' "
                             f"holds (see {others}), so no interview raises it. Correct its 'when',"
                             f" or the question's 'only_if'.")
    for scope in guidance.scopes:
        for flag in guidance.red_flags:
            # A scope can hold only where nothing contradicts it; see whether all of it is required.
            if (all(f in flag.when and flag.when[f] <= v for f, v in scope.when.items())
                    and flag.consideration not in scope.applies):
                yield Remark(Severity.NOTE, "never raised", ("red flag", str(flag.id)),
                             f"Wherever it holds, the scope {scope.id!r} holds too, to which its "
                             f"consideration {flag.consideration!r} does not apply.")


def _contradict(one: Table, other: Table) -> bool:
    """Whether no deal can fit both tables, as far as facts with one value say."""
    return any(fact in other and not (values & other[fact]) for fact, values in one.items())


def _shadowed(guidance: Guidance) -> Iterator[Remark]:
    same: dict[object, list[RedFlag]] = defaultdict(list)
    for flag in guidance.red_flags:
        same[frozenset(flag.when.items())].append(flag)
    for alike in same.values():
        if len(alike) > 1:
            yield Remark(Severity.WARNING, "shadowed", ("red flag", str(alike[0].id)),
                         "It is raised by the same answers as "
                         f"{named([str(f.id) for f in alike[1:]])}, so each deal shows both. Join "
                         "them, or tell them apart by a further fact.")
    for flag in guidance.red_flags:
        wider = [w for w in guidance.red_flags if w.id != flag.id and w.when != flag.when
                 and w.consideration == flag.consideration and _implies(flag.when, w.when)
                 and set(flag.safeguards) <= set(w.safeguards) and flag.gravity <= w.gravity]
        if wider:
            yield Remark(Severity.NOTE, "shadowed", ("red flag", str(flag.id)),
                         f"Wherever it is raised, {named([str(w.id) for w in wider])} is raised "
                         "too, is as grave and names all of its safeguards; see whether it adds "
                         "anything.")


def _implies(one: Table, other: Table) -> bool:
    """Whether every deal that fits *one* fits *other*."""
    return all(fact in one and one[fact] <= values for fact, values in other.items())


def _safeguards(guidance: Guidance) -> Iterator[Remark]:
    called = {id_ for flag in guidance.red_flags for id_ in flag.safeguards}
    reached = {stage for stages in guidance.stage_order.values() for stage in stages}
    for safeguard in guidance.safeguards.values():
        subject = ("safeguard", str(safeguard.id))
        if safeguard.id not in called and not safeguard.suits and not safeguard.apt_for:
            yield Remark(Severity.NOTE, "unused", subject,
                         "No red flag names it and it is made for no fact, so it comes up only "
                         "where little else does. Name it in the flags that it answers to.")
        if reached and safeguard.stage not in reached:
            yield Remark(Severity.WARNING, "unused", subject,
                         f"No stage of a deal takes safeguards of {safeguard.stage.value!r}, so it "
                         "is suggested only while the stage is unknown; see 'stage_order'.")


def _questions(guidance: Guidance) -> Iterator[Remark]:
    effect = _effective(guidance)
    for fact, question in guidance.questions.items():
        subject = ("question", str(fact))
        if fact not in effect and question.role is None:
            yield Remark(Severity.WARNING, "no effect", subject,
                         "Nothing depends on its answer: no red flag, safeguard, consideration, "
                         "scope or other question. Use it, or don't ask it.")
            continue
        used = {v for table in _tables(guidance) for v in table.get(fact, ())}
        idle = [c.value for c in question.choices if c.value not in used]
        if used and question.choices and len(idle) == len(question.choices):
            yield Remark(Severity.NOTE, "no effect", subject,
                         "No table names one of its values, only whether it was answered.")


def _effective(guidance: Guidance) -> Set[Fact]:
    """Facts whose answer can change what is said."""
    found = {fact for table in _tables(guidance) for fact in table}
    found |= {fact for c in guidance.considerations for fact in c.settled_by}
    return found | {fact for scope in guidance.scopes for fact in scope.still_ask}


def _tables(guidance: Guidance) -> Iterator[Table]:
    yield from (flag.when for flag in guidance.red_flags)
    for safeguard in guidance.safeguards.values():
        yield safeguard.suits
        yield safeguard.apt_for
        yield safeguard.unless
    yield from (scope.when for scope in guidance.scopes)
    for question in guidance.questions.values():
        yield from question.only_if
        yield from question.pressing
    yield from (refinement.when for refinement in guidance.vocabulary.refinements)
    yield from (provision.topics for provision in guidance.provisions.values())


def _words(guidance: Guidance) -> Iterator[Remark]:
    """Phrases that say two values at once which take part in red flags; one remark for a pair."""
    said: dict[str, dict[tuple[Fact, str], None]] = defaultdict(dict)
    for term in guidance.vocabulary.terms:
        for phrase in term.terms:
            said[" ".join(phrase.casefold().split())][term.fact, term.value] = None
    raising = {(fact, value) for flag in guidance.red_flags
               for fact, values in flag.when.items() for value in values if value != UNKNOWN}
    together: dict[tuple[tuple[Fact, str], ...], list[str]] = defaultdict(list)
    for phrase, means in said.items():
        telling = tuple(one for one in means if one in raising)
        if len(telling) > 1:
            together[telling].append(phrase)
    for pair, phrases in together.items():
        table: dict[Fact, set[str]] = defaultdict(set)
        for fact, value in pair:
            table[fact].add(value)
        # A flag of one fact is meant to be raised by whoever says it; one of several is not.
        whole = [str(f.id) for f in guidance.red_flags if len(f.when) > 1
                 and all(table.get(fact, set()) & values for fact, values in f.when.items())]
        both = " and ".join(f"{fact}: {value}" for fact, value in pair)
        quoted = named([f"“{phrase}”" for phrase in phrases])
        yield Remark(Severity.NOTE, "two meanings",
                     ("vocabulary entry", f"{pair[0][0]}.{pair[0][1]}"),
                     f"{quoted} say{'s' if len(phrases) == 1 else ''} {both} at once"
                     + (f", and so raise{'s' if len(phrases) == 1 else ''} {named(whole)} without "
                        "another word" if whole else ", each of which takes part in a red flag")
                     + ". See whether both are always meant.")


def _glossary(guidance: Guidance) -> Iterator[Remark]:
    """Names that two entries of the glossary have: whoever asks for one is shown the first."""
    first: dict[str, str] = {}
    for entry in guidance.vocabulary.glossary:
        taken: dict[str, list[str]] = defaultdict(list)
        for name in entry.names:
            other = first.setdefault(" ".join(name.casefold().split()), entry.id)
            if other != entry.id:
                taken[other].append(f"“{name}”")
        for other, names in taken.items():
            yield Remark(Severity.WARNING, "two meanings", ("glossary entry", entry.id),
                         f"{named(names)} name{'s' if len(names) == 1 else ''} {other!r} already, "
                         "so whoever asks is shown that. Take it out of one of the two.")
