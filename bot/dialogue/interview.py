"""Which questions come next: those whose answers are expected to settle most of what is open.

The worth of a question is what its answer would settle, averaged over the answers that such a deal
is likely to give (`Likelihood`): red flags raised or put to rest, each by its gravity; safeguards
that would newly fit; further questions that would no longer be needed.  One step is looked ahead;
and a question that others wait for is worth a share of theirs.
A question of which no answer would change any of this is never asked, but for what, who and where:
without these nobody can look anything up.
What is sold is asked first where only who or where is told: it may be nothing that the texts
speak of.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.dialogue.deal import Deal, fits, fits_beside, surely_fits
from bot.dialogue.judging import (
    Finding,
    holds_beside,
    idle_facts,
    judge_all,
    left_out,
    scope_of,
    stages_left,
)
from bot.dialogue.naming import what_is_sold
from bot.dialogue.reply import Status
from retrieval.guidance import (
    Fact,
    Guidance,
    Question,
    QuestionGroup,
    QuestionKind,
    Safeguard,
    SafeguardId,
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
OPENED = 0.5
"""What a question is worth that can only be asked once this one was: a share of its own worth."""
TOGETHER = 0.25
"""What each further fact in one message costs: a share of the message's worth."""


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
    waiting: dict[Fact, list[Finding]] = {}
    for finding in findings:
        if finding.status is Status.OPEN:
            for fact in finding.missing:
                waiting.setdefault(fact, []).append(finding)
    to_come = _to_come(guidance, deal, findings)
    worth = {
        q.fact: _worth(guidance, q, deal, waiting.get(q.fact, ()), idle, to_come)
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
    harmless = _would_narrow(guidance, deal, findings, asked)
    if harmless:
        return tuple(guidance.questions[fact] for fact in harmless)
    settled = {*asked, *(fact for fact in deal.answers if not _is_guessed_place(
        guidance, deal, fact))}
    left = {fact: value for fact, value in agenda(guidance, deal, findings).worth.items()
            if fact not in asked}
    worth = {fact: value for fact, value in left.items()
             if settled.issuperset(guidance.questions[fact].after)}
    if not worth:
        return ()
    for fact, value in left.items():
        if fact in worth:
            continue
        # "Is there conflict where it will be used?" has to wait for where that is.
        first = [one for one in guidance.questions[fact].after if one not in settled]
        if len(first) == 1 and first[0] in worth:
            worth[first[0]] += OPENED * value
    groups = [_members(group, worth) for group in guidance.groups]
    grouped = {fact for members in groups for fact in members}
    groups += [(fact,) for fact in worth if fact not in grouped]
    sold = what_is_sold(guidance)
    if sold is not None and sold.fact in worth and not deal.answered(sold.fact) and any(
            q.kind is QuestionKind.COUNTRY or q.role is not None
            for q in map(guidance.questions.get, deal.answers) if q is not None):
        # Who is asked about the owners of a bakery that buys dough mixers is asked for nothing.
        groups = [members for members in groups if sold.fact in members]
    groups = _pressing(guidance, deal, groups) or groups
    best = max((g for g in groups if g), key=lambda members: _value(members, worth))
    return tuple(guidance.questions[fact] for fact in best)


def _pressing(
    guidance: Guidance, deal: Deal, groups: Sequence[tuple[Fact, ...]]
) -> list[tuple[Fact, ...]]:
    """Those of *groups* that *deal* presses for: none while one asks for what others wait for.

    After a complaint it is asked what the contract allows and who holds the records before
    anything about the country; but of whom it is, and where, still earlier.
    """
    left = {fact for members in groups for fact in members}
    if any(not left.isdisjoint(question.after) for question in guidance.questions.values()):
        return []
    pressing = {fact for fact in left if any(
        surely_fits(table, deal) for table in guidance.questions[fact].pressing)}
    return [members for members in groups if not pressing.isdisjoint(members)]


def _would_narrow(
    guidance: Guidance, deal: Deal, findings: Sequence[Finding], asked: Collection[Fact]
) -> tuple[Fact, ...]:
    """Guesses by which, if they are right, few considerations would apply: they are asked first.

    Who sprays crops is not asked about detentions before it is clear that crops are sprayed.
    Together are asked those that a group holds.
    """
    guesses = {fact: answer for fact, answer in deal.answers.items() if answer.guessed}
    if not guesses or scope_of(guidance, deal) or any(
            finding.status is Status.RAISED for finding in findings):
        return ()
    scope = scope_of(guidance, deal.with_answers(
        {fact: replace(answer, sure=True) for fact, answer in guesses.items()}))
    facts = [fact for fact in guidance.questions
             if scope and fact in scope.when and fact in guesses and fact not in asked]
    grouped = [tuple(f for f in group.facts if f in facts) for group in guidance.groups]
    return max(grouped, key=len, default=()) or tuple(facts[:1])


def _is_guessed_place(guidance: Guidance, deal: Deal, fact: Fact) -> bool:
    """Whether where it is used is only guessed: what holds there is asked once that is known."""
    question = guidance.questions.get(fact)
    return question is not None and question.kind is QuestionKind.COUNTRY and deal.guessed(fact)


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
    waiting: Sequence[Finding],
    idle: Collection[Fact],
    to_come: frozenset[SafeguardId],
) -> float:
    """What the answer to *question* is expected to settle; *waiting* are the flags open for it.

    Of safeguards count those *to_come* alone.  What only fills in a consideration, and changes
    neither a flag nor a safeguard, is worth nothing.

    An answer meets the row of its own fact or doesn't; what else a table asks stays as it is.
    So that is looked at once, and not again for each of the answers.
    """
    fact = question.fact
    stake = _stakes(guidance)[fact]
    # What was answered already is spared by nothing.
    worth = 0.0
    steered = [q for q in stake.steered if q.fact not in idle and not deal.answered(q.fact)]
    settling = [_settling(finding, fact) for finding in waiting]
    fitting = [s.suits[fact] for s in stake.safeguards
               if s.id in to_come and fits_beside(s.suits, fact, deal) is True]
    sparing = [(q.fact, rows) for q in steered
               if (rows := _mattering(q, fact, deal)) is not None]
    narrowing = list(_narrowing(guidance, fact, deal, idle)) if stake.narrows else []
    for value, chance in likely(question, deal).items():
        gained = sum([met if value in row else unmet for row, met, unmet in settling])
        gained += FITTING * sum([value in row for row in fitting])
        # Whether any other question matters doesn't hang on this fact.
        spared = {other for other, rows in sparing if not any(value in row for row in rows)}
        for row, left in narrowing:
            if row is None or value in row:
                spared |= left
                break
        gained += SPARED * len(spared)
        worth += chance * gained
    if worth or stake.leads or not to_come.isdisjoint(stake.moved):
        return stake.covered + worth
    return 0.0


def _to_come(
    guidance: Guidance, deal: Deal, findings: Sequence[Finding]
) -> frozenset[SafeguardId]:
    """The safeguards that some answer may bring into the advice on *deal*, or has brought there.

    Those that its stage has overtaken can't come any more, and for a deal to which few
    considerations apply only those that a flag calls for.
    """
    stages, narrow = stages_left(guidance, deal), scope_of(guidance, deal) is not None
    called = {id_ for finding in findings if finding.status is not Status.NOT_RAISED
              for id_ in finding.flag.safeguards} if narrow else guidance.safeguards.keys()
    return frozenset(s.id for s in guidance.safeguards.values()
                     if s.stage in stages and s.id in called)


def _settling(finding: Finding, fact: Fact) -> tuple[frozenset[str], float, float]:
    """The row of *fact* in an open flag, and what is settled where an answer meets it or not."""
    gravity = finding.flag.gravity
    last = len(finding.missing) == 1 and not finding.unknown
    return finding.flag.when[fact], (RAISED if last else NEARER) * gravity, AT_REST * gravity


def _mattering(question: Question, fact: Fact, deal: Deal) -> list[frozenset[str]] | None:
    """Rows of *fact* of which one has to be met for *question* to matter; None: it does anyway."""
    rows = []
    for table in question.only_if:
        if fits_beside(table, fact, deal) is not False:
            if fact not in table:
                return None
            rows.append(table[fact])
    return rows


def _narrowing(
    guidance: Guidance, fact: Fact, deal: Deal, idle: Collection[Fact]
) -> Iterator[tuple[frozenset[str] | None, frozenset[Fact]]]:
    """The scopes that an answer of *fact* can bring about, and what each newly leaves out.

    With each the row that the answer has to meet; None where it holds already.
    """
    for scope in guidance.scopes:
        if holds_beside(scope, fact, deal):
            yield scope.when.get(fact), left_out(guidance, scope).difference(idle, deal.answers)


@dataclass(frozen=True, slots=True)
class _Stake:
    """What hangs on a fact, whatever is known of a deal."""

    covered: float
    """What the considerations are worth that wait for it."""
    safeguards: tuple[Safeguard, ...]
    moved: tuple[SafeguardId, ...]
    """Safeguards that it moves up, or makes needless."""
    leads: bool
    """Whether other questions wait for it."""
    narrows: bool
    steered: tuple[Question, ...]
    """Questions that it can make needless."""


def _stakes(guidance: Guidance) -> Mapping[Fact, _Stake]:
    """By fact, what hangs on it."""
    kept = guidance.worked_out.of(_stakes)
    known = kept.get("")
    if known is None:
        known = kept[""] = {fact: _Stake(
            sum(COVERED for c in guidance.considerations if fact in c.settled_by),
            tuple(s for s in guidance.safeguards.values() if fact in s.suits),
            tuple(s.id for s in guidance.safeguards.values()
                  if fact in s.apt_for or fact in s.unless),
            any(fact in q.after for q in guidance.questions.values()),
            any(fact in scope.when for scope in guidance.scopes),
            tuple(q for q in guidance.questions.values()
                  if any(fact in table for table in q.only_if)),
        ) for fact in guidance.questions}
    return known
