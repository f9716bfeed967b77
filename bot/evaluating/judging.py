"""Rehearsals held against their cases.

A red flag is judged if the guidance lists it, or if the case names it.  Where a case has a list of
what must not be raised, be it empty, a flag it doesn't mention is not held against the bot; where
it has none, every flag beyond `raised` is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bot.dialogue.deal import Deal
from bot.dialogue.reply import Reply, Status
from bot.evaluating.asking import SHOWN, idle_questions
from bot.evaluating.claims import texts_of
from bot.evaluating.rehearsing import Rehearsal, raised_in
from retrieval.assuring import assurances
from retrieval.guidance import GRAVE, UNKNOWN, Fact, Guidance


@dataclass(frozen=True, slots=True)
class Reading:
    """What was known after the messages alone, beside what they say; a pair is fact and value."""

    right: int
    claimed: int
    """Pairs that the bot took the messages to say."""
    stated: int
    """Pairs that the messages say."""
    exact: bool
    """Every fact right, and nothing beyond them."""
    hedged: int
    """Facts that were only supposed."""
    hedges_kept: int
    wrong: tuple[str, ...]
    """Facts missed, misread or made up."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rehearsal held against its case; every tuple is in order of name."""

    case: str
    group: str | None
    expect: str
    right: tuple[str, ...]
    """Flags that were to be raised, and were."""
    missed: tuple[str, ...]
    unasked: tuple[str, ...]
    """Those of the missed flags that the advice names as still open."""
    wrong: tuple[str, ...]
    """Flags raised that were not to be."""
    premature: tuple[str, ...]
    """Flags raised on a fact that nobody gave."""
    raised: int
    """Flags raised in any reply from the last message on."""
    grave: int
    """How many of the flags to be raised are of the highest gravity."""
    grave_missed: int
    reading: Reading | None
    """None where the case doesn't state what its messages say."""
    facts: int
    """How many facts of the case were told or asked for; 0 where it states none."""
    wrong_facts: tuple[str, ...]
    unasked_facts: tuple[str, ...]
    """Facts of the case that were neither told nor asked for."""
    safeguards: int
    missing_safeguards: tuple[str, ...]
    """Wanted and not among the first five."""
    unnamed_safeguards: tuple[str, ...]
    """Wanted and not among all those that the reply holds."""
    citations: int
    missing_citations: tuple[str, ...]
    never_cited: int
    """How many provisions the case calls wrong."""
    wrong_citations: tuple[str, ...]
    """Those of them cited from the last message on."""
    never_suggested: int
    wrong_safeguards: tuple[str, ...]
    considered: int
    """How many considerations had to be weighed."""
    missing_considerations: tuple[str, ...]
    kind: str | None
    messages: int
    """How many the case holds."""
    first_kind: str | None
    """What the reply to the first message was."""
    as_expected: bool
    questions: int
    """Messages in which something was asked; one may ask for several facts."""
    facts_asked: int
    idle: tuple[str, ...]
    """Facts asked for although no answer could have changed the advice."""
    asked_again: int
    told_anyway: tuple[str, ...]
    """Facts asked for although the messages say them."""
    assurances: tuple[str, ...]
    """Sentences that call the deal approved, lawful or safe."""
    failure: str | None


def judge(rehearsal: Rehearsal, guidance: Guidance) -> Verdict:
    """Hold *rehearsal* against what its case asks for."""
    case, reply = rehearsal.case, rehearsal.reply
    named = case.raised | (case.not_raised or frozenset())
    judged = {f.id for f in guidance.red_flags if not f.ours} | named
    raised = rehearsal.raised & judged
    missed = case.raised - raised
    beyond = raised - case.raised
    wrong = beyond if case.not_raised is None else beyond & case.not_raised
    grave = {f.id for f in guidance.red_flags if f.gravity >= GRAVE} & case.raised
    counted, unasked = _counted(rehearsal)
    advised = _advised_in(reply)
    settled = [turn.reply for turn in rehearsal.settled]
    ever_cited = {c.provision for one in settled for c in one.citations()}
    ever_held = {s.id for one in settled for s in (*one.safeguards, *one.more_safeguards)}
    kind = reply.kind.value if reply else None
    return Verdict(
        case=case.id,
        group=case.group,
        expect=case.expect,
        right=_sorted(raised & case.raised),
        missed=_sorted(missed),
        unasked=_sorted(missed & advised.still_open),
        wrong=_sorted(wrong),
        premature=_premature(rehearsal, guidance),
        raised=len({flag for turn in rehearsal.settled for flag in raised_in(turn.reply)}),
        grave=len(grave),
        grave_missed=len(grave - raised),
        reading=_reading(rehearsal),
        facts=len(counted),
        wrong_facts=_sorted(
            f for f, values in counted.items() if rehearsal.deal.known(Fact(f)) != values
        ),
        unasked_facts=unasked,
        safeguards=len(case.safeguards_at_least),
        missing_safeguards=_sorted(case.safeguards_at_least - set(advised.safeguards[:SHOWN])),
        unnamed_safeguards=_sorted(case.safeguards_at_least - advised.held),
        citations=len(case.cites_at_least),
        missing_citations=_sorted(case.cites_at_least - advised.cited),
        never_cited=len(case.cites_never),
        wrong_citations=_sorted(case.cites_never & ever_cited),
        never_suggested=len(case.wrong_safeguards),
        wrong_safeguards=_sorted(case.wrong_safeguards & ever_held),
        considered=len(case.considers),
        missing_considerations=_sorted(case.considers - advised.weighed),
        kind=kind,
        messages=len(case.says),
        first_kind=rehearsal.turns[0].reply.kind.value if rehearsal.turns else None,
        as_expected=rehearsal.failure is None and kind == case.expect,
        questions=rehearsal.rounds,
        facts_asked=len(rehearsal.asked),
        idle=idle_questions(rehearsal, guidance),
        asked_again=len(rehearsal.asked_again),
        told_anyway=_sorted(rehearsal.told_anyway),
        assurances=tuple(dict.fromkeys(
            s for turn in rehearsal.turns for s in assurances(texts_of(turn.reply))
        )),
        failure=rehearsal.failure,
    )


class _Advised(NamedTuple):
    """What a reply advises, by ids."""

    still_open: frozenset[str] = frozenset()
    """Flags of which it is not known yet whether they are raised."""
    safeguards: tuple[str, ...] = ()
    """Those shown, the best first."""
    held: frozenset[str] = frozenset()
    """Those too that are shown on asking."""
    cited: frozenset[str] = frozenset()
    """Provisions."""
    weighed: frozenset[str] = frozenset()
    """Considerations."""


def _advised_in(reply: Reply | None) -> _Advised:
    if reply is None:
        return _Advised()
    shown = tuple(s.id for s in reply.safeguards)
    return _Advised(
        still_open=frozenset(f.id for f in reply.flags if f.status is Status.OPEN),
        safeguards=shown,
        held=frozenset((*shown, *(s.id for s in reply.more_safeguards))),
        cited=frozenset(c.provision for c in reply.citations()),
        weighed=frozenset(note.id for note in reply.considerations))


def _counted(
    rehearsal: Rehearsal,
) -> tuple[Mapping[str, frozenset[str]], tuple[str, ...]]:
    """The facts of the case that the bot could know, and those that nobody told it.

    A case that doesn't state what its messages say is held to all its facts.
    """
    case = rehearsal.case
    facts = {fact: values or frozenset() for fact, values in (case.facts or {}).items()}
    reached = facts if case.told is None else {*case.told, *rehearsal.asked}
    counted = {fact: values for fact, values in facts.items() if fact in reached}
    return counted, _sorted(facts.keys() - counted.keys())


def _reading(rehearsal: Rehearsal) -> Reading | None:
    if rehearsal.case.told is None:
        return None
    told = {fact: values for fact, values in rehearsal.case.told.items() if values}
    deal = rehearsal.told
    known = {fact: deal.known(fact) for fact in deal.answers if deal.known(fact)}
    claimed = {(fact, value) for fact, values in known.items() for value in values}
    stated = {(fact, value) for fact, values in told.items() for value in values}
    hedged = {fact for fact in rehearsal.case.hedged if fact in told}
    return Reading(
        right=len(claimed & stated),
        claimed=len(claimed),
        stated=len(stated),
        # Of a message that was refused nothing was read, though it may have nothing to say.
        exact=claimed == stated and len(rehearsal.said) == len(rehearsal.case.says),
        hedged=len(hedged),
        hedges_kept=sum(_supposed(deal, Fact(fact)) for fact in hedged),
        wrong=_sorted({fact for fact, _ in claimed ^ stated}),
    )


def _supposed(deal: Deal, fact: Fact) -> bool:
    return bool(deal.known(fact)) and not deal.settled(fact)


def _premature(rehearsal: Rehearsal, guidance: Guidance) -> tuple[str, ...]:
    """Flags raised on something that neither the messages nor the answers say.

    Looked for from the last message on: what an earlier one said may have been taken back.
    """
    case = rehearsal.case
    if case.told is None:
        return ()
    found = set()
    asked: list[Fact] = []
    for turn in rehearsal.settled:
        given = case.given(asked)
        for flag_id in raised_in(turn.reply):
            when = guidance.flag_by_id[flag_id].when
            if not all(_gives(given.get(fact), values) for fact, values in when.items()):
                found.add(flag_id)
        asked += turn.asks
    return _sorted(found)


def _gives(said: frozenset[str] | None, values: frozenset[str]) -> bool:
    if said is None:
        return False
    return bool(said & values) or (not said and UNKNOWN in values)


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))
