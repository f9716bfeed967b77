"""A guidance of our own with a dozen facts and flags, and deals told of it in a line."""

from dataclasses import replace

from bot.dialogue.deal import Answer, Deal, MessageKey
from retrieval.guidance import (
    Checked,
    Choice,
    Consideration,
    Fact,
    FlagId,
    Guidance,
    Likelihood,
    NarrowScope,
    ProvisionId,
    Question,
    QuestionGroup,
    QuestionKind,
    RedFlag,
    Severity,
    Table,
)
from tests.retrieval.small import guidance as small
from tests.retrieval.small import provision

DONT_KNOW = None
CITED = (ProvisionId("ungp-1"),)


def table(**rows: str) -> Table:
    return {Fact(fact): frozenset(values.split()) for fact, values in rows.items()}


def deal(*hedged: str, **facts: str | None) -> Deal:
    """Answers by fact; None is "I don't know", and what *hedged* names was only supposed."""
    return Deal({
        Fact(f): Answer(None if v is None else frozenset(v.split()), str(v), MessageKey("m"),
                        f not in hedged)
        for f, v in facts.items()
    })


def question(fact: str, values: str, rank: int, **more: object) -> Question:
    choices = tuple(Choice(v, v) for v in values.split())
    return replace(
        Question(Fact(fact), QuestionKind.CHOICE, fact, f"{fact}?", "It matters.", CITED, choices,
                 rank=rank),
        **more,
    )


def flag(id_: str, consideration: str, gravity: int, **when: str) -> RedFlag:
    return RedFlag(FlagId(id_), id_, "Look into it.", table(**when), consideration, CITED, (),
                   Severity(gravity, gravity, gravity), ours=True)


def made() -> Guidance:
    """Buyer, product, broker and three circumstances; a kind of deal that asks for less."""
    questions = [
        question("product", "spyware camera", 1),
        question("buyer", "police hospital firm", 2, several=True),
        question("record", "yes no", 5),
        question("courts", "free captured", 5),
        question("broker_ties", "yes no", 6, only_if=(table(broker="yes"),),
                 likely=(Likelihood({"yes": 9, "no": 1}, table(buyer="firm")),
                         Likelihood({"yes": 1, "no": 9}))),
        question("broker", "yes no", 7),
        question("terms", "kept refused", 8, only_if=(table(buyer="police"), table(broker="yes"))),
    ]
    considerations = [
        Consideration(f"c{n}", n, Checked.SEEN, f"Number {n}", "Weigh it.",
                      tuple(Fact(f) for f in facts.split()), CITED)
        for n, facts in enumerate(["product buyer", "record courts", "broker broker_ties"], start=1)
    ]
    return replace(
        small([provision("ungp-1")]),
        considerations=tuple(considerations),
        red_flags=(
            flag("abuse", "c2", 3, record="yes"),
            flag("captured-courts", "c2", 1, courts="captured"),
            flag("hacking", "c1", 3, product="spyware", buyer="police"),
            flag("ties", "c3", 2, broker_ties="yes"),
            flag("hidden-buyer", "c1", 2, buyer="unknown"),
        ),
        questions={q.fact: q for q in questions},
        scopes=(NarrowScope("care", "Care", "It heals.",
                            table(product="camera", buyer="hospital firm"),
                            frozenset({"c1"}), frozenset({Fact("record")}), CITED),),
        groups=(QuestionGroup("state", (Fact("courts"), Fact("record")), "How is it there?"),),
    )


MADE = made()
"""Buyer, product, broker and three circumstances."""


def guessing(known: Deal, *facts: str) -> Deal:
    """*known* with *facts* read with so little confidence that they are asked back."""
    return Deal({f: replace(a, sure=False, confidence=0.5) if f in facts else a
                 for f, a in known.answers.items()})
