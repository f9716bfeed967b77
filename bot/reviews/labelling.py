"""A verdict as a labelled case, in the form in which `advisor evaluate` reads it.

A plain question becomes a case of search: what answers it, and what must not be shown.  All else
becomes a deal that is played: its messages, and what has to come of them.  A case asks for what
the reviewer spoke of and for nothing beside it, so that no other change of the advice breaks it;
only where the answer was called fine does it ask for all of the answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.dialogue.reply import Kind, Reply, Status
from bot.reviews.review import Verdict, VerdictKind
from retrieval.guidance import Guidance

SHOWN = 5
"""How many passages and safeguards of an answer a person is shown."""
SPLIT = "test"
"""Nothing is ever tuned on an approved case."""

Facts = Mapping[str, tuple[str, ...] | None]
"""Values by fact; None for "doesn't know"."""
_NO_FACTS: Facts = MappingProxyType({})


class Shape(StrEnum):
    """Of which kind a case is."""

    QUESTION = "retrieval"
    DEAL = "dialogue"


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a case needs of a turn."""

    number: int
    text: str
    """What was typed; empty where a button was pressed, or once erased."""
    question: str
    """What was looked for, where it was a plain question; else empty."""
    facts: Facts
    """All that was known after it."""
    reply: Reply


@dataclass(frozen=True, slots=True)
class Labelled:
    """A case as it is approved."""

    shape: Shape
    says: tuple[str, ...]
    """The messages; a question has one."""
    answers: Facts = field(default_factory=lambda: _NO_FACTS)
    """What is answered where the bot asks."""
    facts: Facts = field(default_factory=lambda: _NO_FACTS)
    """What it has to have understood in the end."""
    raised: tuple[str, ...] = ()
    exact: bool = False
    """No flag may be raised beside these."""
    considers: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    cites_never: tuple[str, ...] = ()
    safeguards: tuple[str, ...] = ()
    wrong_safeguards: tuple[str, ...] = ()
    unanswerable: bool = False
    """Nothing answers the question, so nothing may be found."""
    note: str = ""

    def record(self, id_: str) -> dict[str, Any]:
        """The entry of `evaluation.yaml` that has *id_*."""
        if self.shape is Shape.QUESTION:
            found: dict[str, Any] = {"id": id_, "kind": self.shape.value, "query": self.says[0]}
            if self.cites or self.unanswerable:
                found["relevant"] = list(self.cites)
            found |= _filled({"wrong": self.cites_never})
        else:
            found = {"id": id_, "kind": self.shape.value, "says": list(self.says)}
            tables = {"answers": self.answers, "facts": self.facts}
            found |= {name: {fact: None if values is None else list(values)
                             for fact, values in table.items()}
                      for name, table in tables.items() if table}
            found |= _filled({"raised": self.raised})
            found |= {} if self.exact else {"not_raised": []}
            found |= _filled({
                "considers": self.considers, "cites_at_least": self.cites,
                "cites_never": self.cites_never, "safeguards_at_least": self.safeguards,
                "wrong_safeguards": self.wrong_safeguards})
        found |= {"note": self.note} if self.note else {}
        return {**found, "held": True, "split": SPLIT}

    @property
    def asks_for_something(self) -> bool:
        """Whether an answer could fail it."""
        return bool(self.facts or self.raised or self.exact or self.considers or self.cites
                    or self.cites_never or self.safeguards or self.wrong_safeguards
                    or self.unanswerable)


def _filled(lists: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    return {name: list(ids) for name, ids in lists.items() if ids}


def proposed(
    verdict: Verdict, spoken: Sequence[Spoken], clean: Callable[[str], str]
) -> Labelled | None:
    """The case that *verdict* makes of the turn it speaks of.

    Args:
        verdict: What the reviewer said.
        spoken: The turns of the conversation, in order.
        clean: Takes out of words what tells which deal it is.

    Returns:
        None where the words of the turn are gone, or there is no such turn.
    """
    upto = [one for one in spoken if one.number <= verdict.turn]
    if not upto or upto[-1].number != verdict.turn:
        return None
    turn = upto[-1]
    note = clean(verdict.note or "")
    if turn.question:
        made = Labelled(Shape.QUESTION, (clean(turn.question),), note=note)
    else:
        says = tuple(clean(one.text) for one in upto if one.text)
        if not says:
            return None
        made = Labelled(Shape.DEAL, says, answers=turn.facts, note=note)
    return _LABELS[verdict.kind](made, verdict.about, turn)


def _wrong_citation(made: Labelled, about: Mapping[str, Any], _: Spoken) -> Labelled:
    return replace(made, cites_never=_ids(about, "provision"), cites=_ids(about, "instead"))


def _missing_consideration(made: Labelled, about: Mapping[str, Any], _: Spoken) -> Labelled:
    missing = _ids(about, "consideration")
    if made.shape is Shape.QUESTION:
        # A consideration is the provision of that id.
        return replace(made, cites=missing)
    return replace(made, considers=missing, raised=_ids(about, "flag"))


def _wrong_safeguard(made: Labelled, about: Mapping[str, Any], _: Spoken) -> Labelled:
    return replace(made, wrong_safeguards=_ids(about, "safeguard"),
                   safeguards=_ids(about, "instead"))


def _corrected(made: Labelled, about: Mapping[str, Any], turn: Spoken) -> Labelled:
    given = about.get("facts")
    if made.shape is Shape.QUESTION or not isinstance(given, Mapping) or not given:
        # What the right answer holds stands in the note alone; whoever approves says it in ids.
        return made
    facts: dict[str, tuple[str, ...] | None] = {
        str(fact): None if values is None else _listed(values) for fact, values in given.items()}
    return replace(made, facts=facts, answers={**turn.facts, **facts})


def _fine(made: Labelled, _: Mapping[str, Any], turn: Spoken) -> Labelled:
    reply = turn.reply
    if made.shape is Shape.QUESTION:
        passages = (c.provision for note in reply.considerations for c in note.citations)
        return replace(made, cites=_once(passages)[:SHOWN],
                       unanswerable=reply.kind is Kind.DECLINE)
    raised = [flag for flag in reply.flags if flag.status is Status.RAISED]
    made = replace(made, facts=turn.facts, raised=_once(flag.id for flag in raised),
                   cites=_once(c.provision for flag in raised for c in flag.citations))
    if reply.kind is not Kind.ADVICE:
        # While something is asked, what comes of the answers is not known yet.
        return made
    return replace(made, exact=True, safeguards=_once(s.id for s in reply.safeguards)[:SHOWN])


_LABELS: Mapping[VerdictKind, Callable[[Labelled, Mapping[str, Any], Spoken], Labelled]] = {
    VerdictKind.WRONG_CITATION: _wrong_citation,
    VerdictKind.MISSING_CONSIDERATION: _missing_consideration,
    VerdictKind.WRONG_SAFEGUARD: _wrong_safeguard,
    VerdictKind.CORRECTED_ANSWER: _corrected,
    VerdictKind.FINE: _fine,
}


def _ids(about: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return _listed(about.get(name) or ())


def _listed(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(one) for one in value)


def _once(names: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(str, names)))


def slips(case: Labelled, guidance: Guidance) -> tuple[str, ...]:
    """What keeps *case* from being approved, in sentences for whoever approves; none if nothing."""
    found = []
    if not case.says or not all(one.strip() for one in case.says):
        found.append("A message is empty. Write what was asked, or take the message away.")
    if not case.asks_for_something:
        found.append("The case asks for nothing yet, so no answer could fail it. Say which facts, "
                     "flags, considerations, citations or safeguards the answer must have, or "
                     "must not have.")
    if case.unanswerable and case.cites:
        found.append("Either nothing answers the question, or the provisions listed do: "
                     "take one of the two away.")
    for wanted, never, what in ((case.cites, case.cites_never, "cited"),
                                (case.safeguards, case.wrong_safeguards, "suggested")):
        found += [f"“{one}” can’t be both {what} and not {what}. Take it out of one of the two."
                  for one in wanted if one in never]
    known: Sequence[tuple[str, tuple[str, ...], Any]] = (
        ("red flag", case.raised, guidance.flag_by_id),
        ("consideration", case.considers, guidance.consideration_by_id),
        ("provision", (*case.cites, *case.cites_never), guidance.provisions),
        ("safeguard", (*case.safeguards, *case.wrong_safeguards), guidance.safeguards),
        ("fact", tuple({**case.facts, **case.answers}), guidance.questions),
    )
    found += [f"The corpus has no {what} “{name}”. Look it up in the lists below the form."
              for what, names, there in known for name in dict.fromkeys(names)
              if name not in there]
    found += [f"The fact “{fact}” has no value “{value}”. Look it up in the lists below the form."
              for table in (case.facts, case.answers) for fact, values in table.items()
              for value in values or () if _unknown(guidance, fact, value)]
    return tuple(dict.fromkeys(found))


def _unknown(guidance: Guidance, fact: str, value: str) -> bool:
    question = next((q for name, q in guidance.questions.items() if name == fact), None)
    choices = set() if question is None else {choice.value for choice in question.choices}
    return bool(choices) and value not in choices
