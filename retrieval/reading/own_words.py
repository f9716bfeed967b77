"""What of a release is said in our own words, held against what may never be said of a deal.

The official words of a document are as they are, and are never held against it.
"""

from collections.abc import Iterator

from retrieval.assuring import speaks_of_a_deal, verdicts
from retrieval.checks import Problem, Subject
from retrieval.guidance import Checked, Guidance, QuestionKind

RESTATE = frozenset({"provision", "glossary entry"})
"""What may say what is lawful or allowed at large: the law is its matter."""


def verdicts_in(guidance: Guidance) -> Iterator[Problem]:
    """Where our words say that a deal is approved, lawful, safe, or forbidden."""
    for subject, key, text in _our_words(guidance):
        for sentence in verdicts(text):
            if subject[0] in RESTATE and not speaks_of_a_deal(sentence):
                continue
            yield Problem(subject, f"{key}: “{sentence}” reads as a verdict on a deal, which "
                          "nobody here may give; say what to look at instead")


def _our_words(guidance: Guidance) -> Iterator[tuple[Subject, str, str]]:
    """Every text of our own that is shown, with what it is of and the key that holds it."""
    def of(kind: str, name: str, **texts: str) -> Iterator[tuple[Subject, str, str]]:
        yield from (((kind, name), key, text) for key, text in texts.items())

    for p in guidance.provisions.values():
        if p.checked is not Checked.OFFICIAL:
            yield from of("provision", p.id, heading=p.heading, text=p.text)
        yield from of("provision", p.id, note=p.note)
    for c in guidance.considerations:
        yield from of("consideration", c.id, title=c.title, weigh=c.weigh)
    for flag in guidance.red_flags:
        yield from of("red flag", flag.id, title=flag.title, explains=flag.explains)
    for s in guidance.safeguards.values():
        yield from of("safeguard", s.id, title=s.title, text=s.text)
    for q in guidance.questions.values():
        yield from of("question", q.fact, label=q.label, wording=q.wording, why=q.why,
                      look_up=q.look_up)
        if q.kind is not QuestionKind.COUNTRY:
            for choice in q.choices:
                yield from of("question", q.fact, choices=choice.label)
    for group in guidance.groups:
        yield from of("question group", group.id, wording=group.wording)
    for gap in guidance.gaps:
        yield from of("gap", gap.id, title=gap.title, says=gap.says, whom=gap.whom)
    for matter in guidance.other_matters:
        yield from of("other matter", matter.id, title=matter.title, says=matter.says,
                      whom=matter.whom)
    for scope in guidance.scopes:
        yield from of("scope", scope.id, title=scope.title, reason=scope.reason)
    for entry in guidance.vocabulary.glossary:
        yield from of("glossary entry", entry.id, text=entry.text)
