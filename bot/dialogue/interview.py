"""Which questions come next: those whose answers are expected to settle most of what is open.

The worth of a question is what its answer would settle, averaged over the answers that such a deal
is likely to give (`Likelihood`): red flags raised or put to rest, each by its gravity; safeguards
that would newly fit; further questions that would no longer be needed.  One step is looked ahead.
A question of which no answer would change any of this is never asked.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.dialogue.conversation import Status
from bot.dialogue.deal import Answer, Deal, MessageKey, fits
from bot.dialogue.judging import Finding, idle_facts, judge_all, left_out, matters, scope_of
from retrieval.guidance import (
    Fact,
    Guidance,
    Question,
    QuestionGroup,
    QuestionKind,
    Safeguard,
)

RAISED = 1.0
"""What a flag that an answer raises is worth, times its gravity."""
AT_REST = 0.35
"""What a flag is worth that an answer puts to rest: less, since the advice only gets shorter."""
NEARER = 0.25
"""What a flag is worth of whose several conditions an answer meets one more."""
FITTING = 0.12
"""What a safeguard is worth that an answer makes fit."""
SPARED = 0.3
"""What a question is worth that an answer makes needless."""
COVERED = 0.1
"""What a consideration is worth that waits for the fact."""
TOGETHER = 0.25
"""What each further fact in one message costs: a share of the message's worth."""

_IF = MessageKey("if")


@dataclass(frozen=True, slots=True)
class Agenda:
    """What could still be asked of a deal, and what each answer is expected to be worth."""

    worth: Mapping[Fact, float]
    """By fact, for every fact whose answer could change the advice; best first."""

    def best(self) -> tuple[Fact, ...]:
        """The facts, those expected to settle most first."""
        return tuple(self.worth)


def agenda(guidance: Guidance, deal: Deal, findings: Sequence[Finding]) -> Agenda:
    """What is worth asking of *deal*, whether or not it was asked before."""
    guesses = [fact for fact in guidance.questions if deal.guessed(fact)]
    if guesses:
        # What was only guessed is worth asking as if nothing had been read.
        deal = deal.without(guesses)
        findings = judge_all(guidance, deal)
    idle = idle_facts(guidance, deal)
    worth = {
        q.fact: _worth(guidance, q, deal, findings, idle)
        for q in guidance.questions.values()
        if not deal.answered(q.fact) and q.fact not in idle
    }
    order = {fact: place for place, fact in enumerate(guidance.questions)}
    best = sorted((f for f, w in worth.items() if w > 0), key=lambda f: (-worth[f], order[f]))
    return Agenda({f: worth[f] for f in best})


def next_questions(
    guidance: Guidance, deal: Deal, findings: Sequence[Finding], asked: Collection[Fact]
) -> tuple[Question, ...]:
    """The questions for the next message, at best one group of related ones.

    Args:
        guidance: The release.
        deal: What is known.
        findings: One per red flag of the release.
        asked: Facts asked for before, whether or not they were answered.

    Returns:
        Empty when nothing is open that was not asked before.  A fact answered with "I don't know"
        is not asked again: not knowing the end-user is itself among the signs to look into, so it
        belongs in the advice, not in another round of questions.
    """
    settled = {*asked, *deal.answers}
    worth = {
        fact: value for fact, value in agenda(guidance, deal, findings).worth.items()
        if fact not in asked and settled.issuperset(guidance.questions[fact].after)
    }
    if not worth:
        return ()
    groups = [_members(group, worth) for group in guidance.groups]
    grouped = {fact for members in groups for fact in members}
    groups += [(fact,) for fact in worth if fact not in grouped]
    best = max((g for g in groups if g), key=lambda members: _value(members, worth))
    return tuple(guidance.questions[fact] for fact in best)


def group_of(guidance: Guidance, facts: Collection[Fact]) -> QuestionGroup | None:
    """The group in which *facts* are asked together; None for a fact asked by itself."""
    return next((g for g in guidance.groups if len(facts) > 1 and set(facts) <= set(g.facts)), None)


def likely(question: Question, deal: Deal) -> Mapping[str, float]:
    """How likely each answer to *question* is for such a deal; the chances add up to one.

    The first likelihood whose table fits counts.  Without one all choices are alike.
    """
    for case in question.likely:
        if fits(case.when, deal) is True:
            return _shares(case.values)
    if question.kind is not QuestionKind.CHOICE:
        return {}
    return _shares(dict.fromkeys((choice.value for choice in question.choices), 1.0))


def _shares(weights: Mapping[str, float]) -> Mapping[str, float]:
    whole = sum(weights.values())
    return {value: weight / whole for value, weight in weights.items()}


def _members(group: QuestionGroup, worth: Mapping[Fact, float]) -> tuple[Fact, ...]:
    """The facts of *group* still worth asking, best first."""
    return tuple(sorted((f for f in group.facts if f in worth), key=lambda f: -worth[f]))


def _value(members: Sequence[Fact], worth: Mapping[Fact, float]) -> float:
    """What one message that asks for *members* is worth: two in one are less work than two."""
    first, *rest = (worth[fact] for fact in members)
    return first + sum(rest) / (1 + TOGETHER * len(rest))


def _worth(
    guidance: Guidance,
    question: Question,
    deal: Deal,
    findings: Sequence[Finding],
    idle: Collection[Fact],
) -> float:
    fact = question.fact
    waiting = [f for f in findings if f.status is Status.OPEN and fact in f.missing]
    stake = _stakes(guidance)[fact]
    worth, safeguards, narrows = stake.covered, stake.safeguards, stake.narrows
    steered = [q for q in stake.steered if q.fact not in idle]
    for value, chance in likely(question, deal).items():
        answer = Answer(frozenset({value}), "", _IF)
        then = deal.with_answers({fact: answer})
        gained = sum(_settled(finding, then) for finding in waiting)
        gained += FITTING * sum(fits(s.suits, then) is True for s in safeguards)
        # Whether any other question matters doesn't hang on this fact.
        spared = {q.fact for q in steered if not matters(q, then)}
        scope = scope_of(guidance, then) if narrows else None
        if scope is not None:
            spared |= left_out(guidance, scope).difference(idle)
        gained += SPARED * len(spared)
        worth += chance * gained
    return worth


@dataclass(frozen=True, slots=True)
class _Stake:
    """What hangs on a fact, whatever is known of a deal."""

    covered: float
    """What the considerations are worth that wait for it."""
    safeguards: tuple[Safeguard, ...]
    narrows: bool
    steered: tuple[Question, ...]
    """Questions that it can make needless."""


def _stakes(guidance: Guidance) -> Mapping[Fact, _Stake]:
    """By fact, what hangs on it."""
    known: Mapping[Fact, _Stake] | None = guidance.worked_out.get(_stakes)
    if known is None:
        known = guidance.worked_out[_stakes] = {fact: _Stake(
            sum(COVERED for c in guidance.considerations if fact in c.settled_by),
            tuple(s for s in guidance.safeguards.values() if fact in s.suits),
            any(fact in scope.when for scope in guidance.scopes),
            tuple(q for q in guidance.questions.values()
                  if any(fact in table for table in q.only_if)),
        ) for fact in guidance.questions}
    return known


def _settled(finding: Finding, then: Deal) -> float:
    """What is settled of *finding* by what *then* knows more."""
    outcome = fits(finding.flag.when, then)
    if outcome is True:
        return RAISED * finding.flag.gravity
    if outcome is False:
        return AT_REST * finding.flag.gravity
    return NEARER * finding.flag.gravity
