"""The rules of judging, ranking and asking, word for word and as slow as they read.

What advises has the same rules in a form that is quick; a test holds it to these.
"""

from bot.dialogue.deal import Answer, MessageKey
from bot.dialogue.interview import (
    AT_REST,
    COVERED,
    FITTING,
    NEARER,
    RAISED,
    SPARED,
    likely,
)
from bot.dialogue.replies.suggesting import (
    FOR_OPEN,
    FOR_RAISED,
    FROM_GUIDANCE,
    SERVED,
    SPECIFIC,
)
from bot.dialogue.reply import Coverage, Status
from retrieval.guidance import UNKNOWN, Checked, DealStage


def row(fact, values, deal):
    """Whether a row matches: True, False, or None while it is open."""
    if not deal.answered(fact):
        return None
    if deal.unknown(fact):
        return True if UNKNOWN in values else None
    if deal.known(fact) & values:
        return True
    return False if deal.answers[fact].sure else None


def fits(table, deal):
    verdicts = [row(fact, values, deal) for fact, values in table.items()]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def judge(flag, deal, idle):
    """Status, what decided it, what was never answered, what leaves it open, and if tentative."""
    verdicts = {fact: row(fact, values, deal) for fact, values in flag.when.items()}
    missing = tuple(f for f in flag.when if not deal.answered(f))
    if False in verdicts.values():
        return Status.NOT_RAISED, tuple(f for f, v in verdicts.items() if v is False), (), (), False
    if None not in verdicts.values():
        hedged = any(not deal.settled(f) and not deal.unknown(f) for f in flag.when)
        return Status.RAISED, tuple(flag.when), (), (), hedged
    if idle & set(missing):
        return Status.NOT_RAISED, tuple(f for f in missing if f in idle), (), (), False
    return (Status.OPEN, tuple(f for f, v in verdicts.items() if v), missing,
            tuple(f for f, v in verdicts.items() if v is None and deal.answered(f)), False)


def scope_of(guidance, deal):
    for scope in guidance.scopes:
        if fits(scope.when, deal) and all(
                deal.settled(f) and deal.known(f) <= values for f, values in scope.when.items()):
            return scope
    return None


def idle_facts(guidance, deal):
    scope = scope_of(guidance, deal)
    return {
        q.fact for q in guidance.questions.values()
        if (q.only_if and all(fits(t, deal) is False for t in q.only_if))
        or (scope is not None and q.fact not in scope.still_ask and q.fact not in scope.when)}


def open_facts(guidance, deal):
    idle = idle_facts(guidance, deal)
    waits = dict.fromkeys(guidance.questions, 0)
    for flag in guidance.red_flags:
        if fits(flag.when, deal) is None:
            for fact in flag.when:
                waits[fact] = waits.get(fact, 0) + flag.gravity
    still = [q for q in guidance.questions.values()
             if not deal.settled(q.fact) and (q.fact not in idle or deal.answered(q.fact))]
    return tuple(q.fact for q in sorted(still, key=lambda q: (-waits[q.fact], q.rank)))


def coverage(guidance, deal):
    """By consideration: its state, and the facts that say so."""
    scope, idle = scope_of(guidance, deal), idle_facts(guidance, deal)
    found = {}
    for c in guidance.considerations:
        judged = [judge(f, deal, idle) for f in guidance.red_flags if f.consideration == c.id]
        raised = [because for status, because, *_ in judged if status is Status.RAISED]
        waiting = [f for f in c.settled_by
                   if not deal.settled(f) and (f not in idle or deal.answered(f))]
        for status, _, missing, unknown, _ in judged:
            if status is Status.OPEN:
                waiting += [f for f in (*missing, *unknown) if f not in waiting]
        settled = [f for f in c.settled_by if deal.settled(f)]
        if scope is not None and c.id not in scope.applies and not raised:
            found[c.id] = Coverage.NOT_APPLICABLE, tuple(scope.when)
        elif waiting or not c.settled_by:
            found[c.id] = Coverage.OPEN, tuple(waiting)
        else:
            facts = settled or [f for because in raised for f in because]
            found[c.id] = Coverage.ADDRESSED, tuple(dict.fromkeys(facts))
    return found


def standings(guidance, deal, findings):
    found = {}
    for name, (state, _) in coverage(guidance, deal).items():
        if state is Coverage.NOT_APPLICABLE:
            continue
        if any(f.flag.consideration == name and f.status is Status.RAISED for f in findings):
            found[name] = Status.RAISED
        else:
            found[name] = Status.OPEN if state is Coverage.OPEN else Status.NOT_RAISED
    return found


def stages_of(guidance, deal):
    return next((guidance.stage_order[s] for s in sorted(deal.known(guidance.stage_fact))
                 if s in guidance.stage_order),
                (DealStage.ANY_TIME, DealStage.BEFORE_SALE, DealStage.DESIGN,
                 DealStage.AFTER_SALE))


def rank_safeguards(guidance, deal, findings):
    """The ids of those that fit, each time the best of all that are left.

    Behind the best five comes what the two gravest raised flags name first; and if none of all
    these suits a quarter of some fact's choices or fewer, the best that does.
    """
    calls = {}
    for finding in findings:
        if finding.status is Status.NOT_RAISED:
            continue
        strength = FOR_OPEN
        if finding.status is Status.RAISED:
            strength = FOR_RAISED * finding.flag.gravity
        for n, safeguard in enumerate(finding.flag.safeguards):
            if strength > n:
                calls.setdefault(safeguard, {})[finding.flag.id] = strength - n
    stages = stages_of(guidance, deal)
    narrow = scope_of(guidance, deal) is not None
    left = {}
    for s in guidance.safeguards.values():
        if s.stage not in stages or (s.suits and fits(s.suits, deal) is not True):
            continue
        if narrow and s.id not in calls:
            continue
        if s.unless and all(deal.settled(f) and deal.known(f) and deal.known(f) <= row
                            for f, row in s.unless.items()):
            continue
        apt = sum(bool(deal.known(f) & values) for f, values in s.apt_for.items())
        left[s.id] = (SPECIFIC * (len(s.suits) + apt) + s.weight - stages.index(s.stage)
                      + (FROM_GUIDANCE if s.binding or s.id in guidance.provisions else 0.0))
    loudness = dict.fromkeys((f.id for f in guidance.red_flags), 1.0)
    order = list(guidance.safeguards)
    ranked = []
    named = named_first(guidance, findings, left)
    shares = {s.id: [len(row) / len(guidance.questions[fact].choices)
                     for fact, row in s.suits.items() if guidance.questions[fact].choices]
              for s in guidance.safeguards.values()}
    made = {name for name, found in shares.items() if found and min(found) <= 0.25}
    while left:
        waiting = [name for name in named if name in left] if len(ranked) >= 5 else []
        own = made & set(left) if len(ranked) >= 5 and not made & set(ranked) else set()
        best = waiting[0] if waiting else max(own or left, key=lambda name: (
            (0.0 if narrow else left[name])
            + sum(worth * loudness[f] for f, worth in calls.get(name, {}).items()),
            -min(shares[name]) if own else 0,
            -order.index(name)))
        del left[best]
        ranked.append(best)
        for flag in calls.get(best, {}):
            loudness[flag] *= SERVED
    return ranked


def named_first(guidance, findings, possible):
    """Of each of the two gravest raised flags the first safeguard that is possible."""
    raised = [f for f in findings if f.status is Status.RAISED]
    checked = [Checked.OFFICIAL, Checked.SEEN, Checked.UNCHECKED]
    raised.sort(key=lambda f: (
        f.tentative, -f.flag.severity.irremediable, -f.flag.severity.scale,
        -f.flag.severity.scope,
        checked.index(guidance.provisions[f.flag.authorities[0]].checked), f.flag.ours))
    found = []
    for finding in raised[:2]:
        named = [s for s in finding.flag.safeguards if s in possible]
        found += [s for s in named[:1] if s not in found]
    return found


def to_come(guidance, deal, findings):
    """The safeguards that some answer may bring into the advice, or has brought there."""
    stages = stages_of(guidance, deal)
    called = {s for f in findings if f.status is not Status.NOT_RAISED for s in f.flag.safeguards}
    return {s.id for s in guidance.safeguards.values() if s.stage in stages
            and (scope_of(guidance, deal) is None or s.id in called)}


def worth(guidance, fact, deal, findings):
    """What the answer to *fact* is expected to settle; nothing if it changes no advice."""
    idle, coming = idle_facts(guidance, deal), to_come(guidance, deal, findings)
    waiting = [f.flag for f in findings if f.status is Status.OPEN and fact in f.missing]
    found = 0.0
    for value, chance in likely(guidance.questions[fact], deal).items():
        then = deal.with_answers({fact: Answer(frozenset({value}), "", MessageKey("if"))})
        outcomes = [(fits(flag.when, then), flag.gravity) for flag in waiting]
        gained = sum((RAISED if fit else AT_REST if fit is False else NEARER) * gravity
                     for fit, gravity in outcomes)
        gained += FITTING * sum(fits(s.suits, then) is True for s in guidance.safeguards.values()
                                if fact in s.suits and s.id in coming)
        gained += SPARED * len(idle_facts(guidance, then) - idle - set(deal.answers))
        found += chance * gained
    moved = any(fact in s.apt_for or fact in s.unless for s in guidance.safeguards.values()
                if s.id in coming)
    if not found and not moved and not any(fact in q.after for q in guidance.questions.values()):
        return 0.0
    return found + sum(COVERED for c in guidance.considerations if fact in c.settled_by)
