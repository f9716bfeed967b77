"""What must hold before content is used: a list of every problem, never just the first.

Pure: it looks at a `Guidance` alone.  `retrieval.corpus` adds file and line to each problem.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from retrieval.content.other_matters import faults
from retrieval.guidance import (
    UNKNOWN,
    Checked,
    Fact,
    GapKind,
    Guidance,
    ProvisionId,
    Question,
    QuestionKind,
    Role,
)
from retrieval.left_blank import left_blank, unreachable

Subject = tuple[str, str]
"""Kind and name of what a problem is about: ("red flag", "sg-c2-rf3")."""

FACT_WORD = "fact"
DOES_NOT_EXIST = " does not exist."

_PAGE = re.compile(r"https?://[^\s<>\"/@]+(?:[/?#][^\s<>\"]*)?", re.IGNORECASE)
"""An address that may be shown: another scheme can run a program or open a file."""

SMALL_WORDS = (
    "first_person", "seller_nouns", "home_words", "home_places", "home_links", "by_way_of",
    "sentence_openers", "asking_words", "pronouns", "being_verbs", "doing_verbs",
    "allowing_verbs", "prepositions", "goes_to", "clause_subjects", "subjects_as_typed",
    "asks_a_matter", "joins", "turns", "and_words", "nor_words", "before_a_member",
    "begins_afresh", "opens_addition", "unknown_of", "beside_a_party", "beside_a_confirmation",
    "beside_a_number", "beside_an_answer", "half_no", "half_yes", "no_or_number",
    "yes_or_no_letters", "counts_things", "parts_a_question", "points_with",
    "points_to_nothing", "behind_a_definition", "of_which_deal", "definite_article",
    "infinitive", "lookup_range", "lookup_between", "endings_of_adverbs",
)
"""The cue lists of single small words, which tell a question from a statement, one clause from the
next, and the seller's country from that of the deal."""
REQUIRED_CUES = ("negation", "uncertain", "correction", "dont_know", "yes", "no", *SMALL_WORDS)
"""Without these lists messages would be read, and read wrongly."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, in words for the person who edits the files."""

    subject: Subject
    text: str
    missing: Subject | None = None
    """What is named there and isn't in the release; with an empty name, some entry of that kind."""


def check(guidance: Guidance) -> list[Problem]:
    """Every problem of *guidance*; an empty list means that it may be published."""
    return [
        *_sources(guidance),
        *_provisions(guidance),
        *_considerations(guidance),
        *_questions(guidance),
        *_groups(guidance),
        *_gaps(guidance),
        *_other_matters(guidance),
        *_red_flags(guidance),
        *_safeguards(guidance),
        *_scopes(guidance),
        *_vocabulary(guidance),
        *_stages(guidance),
        *(Problem(subject, said) for subject, said in left_blank(guidance)),
    ]


def _sources(guidance: Guidance) -> Iterator[Problem]:
    for source in guidance.sources.values():
        yield from _address(("source", str(source.id)), source.url)


def _address(subject: Subject, url: str) -> Iterator[Problem]:
    """An address that is shown leads to a page of the web, and to nothing else."""
    if url and not _PAGE.fullmatch(url):
        yield Problem(subject, f"{url!r} is no address of a page; write one that begins with "
                      "https:// or http://, or leave 'url' empty")


def _provisions(guidance: Guidance) -> Iterator[Problem]:
    considerations = guidance.consideration_by_id
    for p in guidance.provisions.values():
        subject = ("provision", str(p.id))
        yield from _address(subject, p.url)
        if p.checked is not Checked.OFFICIAL and not p.basis:
            yield Problem(subject, "a digest says what it rests on: add the key 'basis'")
        if p.checked is Checked.SEEN and "S" not in p.basis:
            yield Problem(subject, f"marked 'seen', but its basis {p.basis!r} names no source seen")
        if p.consideration is not None and p.consideration not in considerations:
            yield _lacks(subject, "consideration", p.consideration, considerations)
        yield from _table(guidance, subject, "topics", p.topics)


def _considerations(guidance: Guidance) -> Iterator[Problem]:
    for c in guidance.considerations:
        subject = ("consideration", c.id)
        if c.id not in guidance.provisions:
            yield Problem(subject, "no provision has this id, so it could not be cited",
                          ("provision", c.id))
        yield from _authorities(guidance, subject, c.authorities)
        yield from _exist(guidance, subject, "consult", c.consult)
        for fact in c.settled_by:
            if fact not in guidance.questions:
                yield _lacks(subject, FACT_WORD, fact, guidance.questions)
    numbers = [c.number for c in guidance.considerations]
    free = sorted(set(range(1, len(numbers) + 1)) - set(numbers))
    for place, c in enumerate(guidance.considerations):
        if not 1 <= c.number <= len(numbers) or c.number in numbers[:place]:
            yield Problem(("consideration", c.id), f"numbers must run from 1 without a gap, each "
                          f"once, and its own is {c.number} where {free[0]} is free",
                          ("consideration", ""))


def _questions(guidance: Guidance) -> Iterator[Problem]:
    for fact in unreachable({q.fact: q.after for q in guidance.questions.values()}):
        yield Problem(("question", fact), "after: it waits for itself in the end, and would never "
                      "be asked; take one of those that it waits for out")
    for q in guidance.questions.values():
        subject = ("question", str(q.fact))
        yield from _authorities(guidance, subject, q.authorities)
        yield from _exist(guidance, subject, "consult", q.consult)
        for name, tables in (("only_if", q.only_if), ("pressing", q.pressing)):
            for table in tables:
                yield from _table(guidance, subject, name, table)
        for fact in q.after:
            if fact not in guidance.questions:
                yield _lacks(subject, FACT_WORD, fact, guidance.questions, before="after: ")
        for case in q.likely:
            yield from _table(guidance, subject, "likely", case.when)
            yield from _values(q, subject, "likely", case.values)
            if not case.values or min(case.values.values()) < 0 or not sum(case.values.values()):
                yield Problem(subject, "likely: weights are not negative, and one is above zero")
        yield from _values(q, subject, "yes and no", {v for v in (q.yes, q.no) if v})
        values = [choice.value for choice in q.choices]
        if q.kind is QuestionKind.CHOICE and len(values) < 2:
            yield Problem(subject, "a question of kind 'choice' offers at least two choices")
        for value in {v for v in values if values.count(v) > 1}:
            yield Problem(subject, f"the choice {value!r} is offered twice")
        if q.alone and not q.several:
            yield Problem(subject, "alone: of a question that takes one value only, each is alone")
        if q.several and q.no is not None and q.no not in q.alone:
            yield Problem(subject, f"the choice {q.no!r} is what a bare no says, so it needs "
                          "'alone: true'")


def _groups(guidance: Guidance) -> Iterator[Problem]:
    home: dict[str, str] = {}
    for group in guidance.groups:
        subject = ("question group", group.id)
        if len(group.facts) < 2:
            yield Problem(subject, "a group holds two facts or more")
        for fact in group.facts:
            if fact not in guidance.questions:
                yield _lacks(subject, FACT_WORD, fact, guidance.questions)
            elif group.facts.count(fact) > 1:
                yield Problem(subject, f"{fact!r} stands in it twice; take one out")
                break
            elif home.setdefault(fact, group.id) != group.id:
                yield Problem(subject, f"{fact!r} is in the group {home[fact]!r} already")


def _other_matters(guidance: Guidance) -> Iterator[Problem]:
    for id_, text in faults(guidance.other_matters):
        yield Problem(("other matter", id_), text)
    for matter in guidance.other_matters:
        subject = ("other matter", matter.id)
        yield from _exist(guidance, subject, "authorities", matter.authorities)
        for fact in matter.unless_facts:
            if fact not in guidance.questions:
                yield _lacks(subject, FACT_WORD, fact, guidance.questions, before="unless_facts: ")


def _gaps(guidance: Guidance) -> Iterator[Problem]:
    for gap in guidance.gaps:
        subject = ("gap", gap.id)
        yield from _exist(guidance, subject, "nearest", gap.nearest)
        if gap.kind is GapKind.NEAR and not gap.nearest:
            yield Problem(subject, "a near gap names the provisions that come closest")


def _red_flags(guidance: Guidance) -> Iterator[Problem]:
    for flag in guidance.red_flags:
        subject = ("red flag", str(flag.id))
        yield from _table(guidance, subject, "when", flag.when)
        yield from _authorities(guidance, subject, flag.authorities)
        if flag.consideration not in guidance.consideration_by_id:
            known = guidance.consideration_by_id
            yield _lacks(subject, "consideration", flag.consideration, known)
        if not flag.safeguards:
            yield Problem(subject, "it names no safeguard: what can be done about it?")
        for safeguard in flag.safeguards:
            if safeguard not in guidance.safeguards:
                yield _lacks(subject, "safeguard", safeguard, guidance.safeguards)
        for name in ("scale", "scope", "irremediable"):
            degree = getattr(flag.severity, name)
            if not 1 <= degree <= 3:
                yield Problem(subject, f"severity: {name} is 1, 2 or 3, not {degree}")
        if not flag.ours and str(flag.id) not in {str(p) for p in guidance.provisions}:
            yield Problem(subject, "a red flag of the guidance has the id of its provision; "
                          "mark one of our own making with 'ours: true'",
                          ("provision", str(flag.id)))


def _safeguards(guidance: Guidance) -> Iterator[Problem]:
    for s in guidance.safeguards.values():
        subject = ("safeguard", str(s.id))
        yield from _authorities(guidance, subject, s.authorities)
        yield from _table(guidance, subject, "suits", s.suits)
        yield from _table(guidance, subject, "apt_for", s.apt_for)
        yield from _table(guidance, subject, "unless", s.unless)
        if not 1 <= s.weight <= 3:
            yield Problem(subject, f"weight is 1, 2 or 3, not {s.weight}")


def _scopes(guidance: Guidance) -> Iterator[Problem]:
    for scope in guidance.scopes:
        subject = ("scope", scope.id)
        yield from _authorities(guidance, subject, scope.authorities)
        yield from _table(guidance, subject, "when", scope.when)
        for consideration in scope.applies:
            if consideration not in guidance.consideration_by_id:
                known = guidance.consideration_by_id
                yield _lacks(subject, "consideration", consideration, known)
        for fact in scope.still_ask:
            if fact not in guidance.questions:
                yield _lacks(subject, FACT_WORD, fact, guidance.questions)


def _vocabulary(guidance: Guidance) -> Iterator[Problem]:
    said: dict[tuple[str, str], str] = {}
    for term in guidance.vocabulary.terms:
        subject = ("vocabulary entry", f"{term.fact}.{term.value}")
        question = guidance.questions.get(term.fact)
        if question is None:
            yield _lacks(subject, FACT_WORD, term.fact, guidance.questions)
            continue
        values = {term.value} | ({term.negated} if term.negated else set())
        yield from _values(question, subject, "vocabulary", values)
        alone = [name for name in term.shared if not any(
            other.fact == term.fact and other.value != term.value and name in other.shared
            for other in guidance.vocabulary.terms)]
        for name in alone:
            yield Problem(subject, f"no other value shares the name {name!r}; "
                          "name it under 'shared' there too, or under 'terms' alone")
        for phrase in term.terms:
            key = (str(term.fact), phrase.casefold())
            other = said.setdefault(key, term.value)
            if other != term.value:
                yield Problem(subject, f"the term {phrase!r} already says {other!r}; "
                              "one term can't say two values of a fact")
    yield from _places(guidance)
    covered = {(t.fact, t.value) for t in guidance.vocabulary.terms}
    for q in guidance.questions.values():
        for choice in q.choices:
            if choice.value != "other" and (q.fact, choice.value) not in covered:
                yield Problem(("question", str(q.fact)), f"nobody can say {choice.value!r}: "
                              "the vocabulary has no term for it",
                              ("vocabulary entry", f"{q.fact}.{choice.value}"))
    for cue in REQUIRED_CUES:
        if not guidance.vocabulary.cues.get(cue):
            yield Problem(("cue list", cue), "it is missing or empty in phrases.yaml, so nothing "
                          "would be denied, hedged, corrected or answered with it",
                          ("cue list", cue))
    for entry in guidance.vocabulary.glossary:
        yield from _authorities(guidance, ("glossary entry", entry.id), entry.authorities)
    for refinement in guidance.vocabulary.refinements:
        subject = ("refinement", f"{refinement.fact}.{refinement.value}")
        yield from _table(guidance, subject, "when", refinement.when)
        yield from _table(guidance, subject, "value", {refinement.fact: {refinement.value}})


def _stages(guidance: Guidance) -> Iterator[Problem]:
    """Each stage that can be told has its safeguards, and one question asks for it."""
    asking = [q for q in guidance.questions.values() if q.role is Role.STAGE]
    for other in asking[1:]:
        yield Problem(("question", str(other.fact)), f"role: {asking[0].fact!r} asks for the stage "
                      "already, and one question does; take one of the two out")
    for stage, order in guidance.stage_order.items():
        if not order:
            yield Problem(("stage order", stage), "it lists no stage, so no safeguard would be "
                          "suggested; write those that are still possible")
        if len(set(order)) < len(order):
            yield Problem(("stage order", stage), "a stage stands in it twice; take one out")
        if asking:
            yield from _values(asking[0], ("stage order", stage), "stage_order", {stage})
    if asking and guidance.stage_order:
        for choice in asking[0].choices:
            if choice.value not in guidance.stage_order:
                yield Problem(("stage order", choice.value), "it is missing in 'stage_order', "
                              "which says what safeguards are still possible; add it")


def _places(guidance: Guidance) -> Iterator[Problem]:
    """No place name raises a red flag: no deal is judged by its country alone."""
    kinds = {fact: q.kind for fact, q in guidance.questions.items()}
    places = {
        phrase.casefold()
        for term in guidance.vocabulary.terms
        if kinds.get(term.fact) is QuestionKind.COUNTRY
        for phrase in (*term.terms, *term.weak, *term.exactly)
    }
    alone = {
        (fact, value)
        for flag in guidance.red_flags
        if len(flag.when) == 1
        for fact, values in flag.when.items()
        for value in values
    }
    for term in guidance.vocabulary.terms:
        if (term.fact, term.value) not in alone:
            continue
        for phrase in (*term.terms, *term.weak):
            if phrase.casefold() in places:
                yield Problem(("vocabulary entry", f"{term.fact}.{term.value}"),
                              f"{phrase!r} is a place, and a place alone must raise no red flag")


def _authorities(
    guidance: Guidance, subject: Subject, authorities: Collection[str]
) -> Iterator[Problem]:
    if not authorities:
        yield Problem(subject, "it cites nothing, so it could not be shown; "
                      "add its 'authorities'")
    yield from _exist(guidance, subject, "authorities", authorities)


def _exist(
    guidance: Guidance, subject: Subject, key: str, ids: Iterable[str]
) -> Iterator[Problem]:
    for provision in ids:
        if provision in guidance.set_aside:
            yield Problem(subject, f"{key}: {_why_aside(guidance, provision)}")
        elif provision not in guidance.provisions:
            yield _lacks(subject, "provision", provision, guidance.provisions, before=f"{key}: ")


def _why_aside(guidance: Guidance, provision: str) -> str:
    """Why nothing may rely on a provision that is set aside, and what to rely on instead."""
    aside = guidance.set_aside[ProvisionId(provision)]
    if aside.retired is None:
        return f"{provision!r} is quoted in full by {aside.same_as!r}; name that instead"
    stands = guidance.in_place_of(ProvisionId(provision))
    instead = "name another, or take the entry out" if stands is None else (
        f"name {str(stands)!r} instead")
    return f"{provision!r} was retired ({aside.retired.reason}); {instead}"


def _table(
    guidance: Guidance, subject: Subject, key: str, table: Mapping[Fact, Collection[str]]
) -> Iterator[Problem]:
    for fact, values in table.items():
        question = guidance.questions.get(fact)
        if question is None:
            yield _lacks(subject, FACT_WORD, fact, guidance.questions, before=f"{key}: ",
                         after=" Add a question for it, or correct the name")
        elif not values:
            yield Problem(subject, f"{key}: the row {fact!r} lists no value")
        else:
            yield from _values(question, subject, key, values)


def _values(
    question: Question, subject: Subject, key: str, values: Iterable[str]
) -> Iterator[Problem]:
    known = {choice.value for choice in question.choices}
    for value in sorted(values):
        if value == UNKNOWN or value in known:
            continue
        if question.kind is QuestionKind.COUNTRY:
            if known or len(value) != 2 or not value.isupper():
                yield Problem(subject, f"{key}: {value!r} is not an ISO 3166-1 alpha-2 code")
        elif question.kind is QuestionKind.CHOICE:
            yield Problem(subject, f"{key}: {question.fact!r} has no value {value!r}."
                          + _nearest(value, known))


def _lacks(
    subject: Subject, kind: str, name: str, known: Collection[str], *, before: str = "",
    after: str = "",
) -> Problem:
    """*subject* names an entry that there is not, at the key that *before* says."""
    said = f"{before}{kind} {str(name)!r}{DOES_NOT_EXIST}{_nearest(name, known)}{after}"
    return Problem(subject, said, (kind, str(name)))


def _nearest(name: str, known: Collection[str]) -> str:
    close = get_close_matches(str(name), [str(k) for k in known], n=1, cutoff=0.6)
    return f" Nearest: {close[0]!r}." if close else ""
