"""A case against what is live and against a draft, turn by turn beside each other."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from bot.dialogue.reply import Status
from bot.errors import BadInput
from bot.simulating.differing import Apart, Difference, difference, outlook
from bot.simulating.playing import Edition, Manner, Play, Played, play
from bot.simulating.scripts import Answers, Line, Script
from retrieval.checks import check
from retrieval.guidance import Fact, Guidance


@dataclass(frozen=True, slots=True)
class Step:
    """One message, and the two answers to it."""

    number: int
    live: Played | None
    """None where this play has ended before."""
    draft: Played | None
    difference: Difference


@dataclass(frozen=True, slots=True)
class Simulation:
    """A case as both editions take it."""

    script: Script
    live: Play
    draft: Play
    steps: tuple[Step, ...]
    outlook: tuple[str, ...]
    """What would be different for this deal, a sentence each."""

    @property
    def same(self) -> bool:
        """Whether nobody would see a difference."""
        return not self.outlook and all(step.difference.same for step in self.steps)

    def upshot(self) -> str:
        """The outcome in one sentence."""
        if self.same:
            return "Nothing would be different for this deal: both answer alike, word by word."
        if not self.outlook:
            changed = sum(not step.difference.same for step in self.steps)
            return (f"The advice on this deal would be the same; {changed} of {len(self.steps)} "
                    "answers would be worded otherwise.")
        n = len(self.outlook)
        return f"{n} thing{'' if n == 1 else 's'} would be different for this deal."


def simulate(script: Script, live: Edition, draft: Edition, manner: Manner) -> Simulation:
    """Play *script* against *live* and *draft*; nothing is kept or posted.

    Raises:
        BadInput: The draft has problems for which it could not be published either.
    """
    problems = check(draft.guidance)
    if problems:
        (kind, name), text = problems[0].subject, problems[0].text
        many = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
        raise BadInput("unsound", f"The draft has {many} and can't be answered from: "
                       f"{kind} {name!r}: {text.rstrip('.')}. Correct the draft first; its check "
                       "lists all.")
    plays = play(script, live, manner), play(script, draft, manner)
    steps = tuple(
        Step(number, one, other, difference(one, other, plays))
        for number, (one, other) in enumerate(
            zip_longest(plays[0].turns, plays[1].turns), start=1))
    return Simulation(script, *plays, steps, outlook(*plays))


def said(line: Line, guidance: Guidance) -> str:
    """What the person says or picks in *line*, in words."""
    parts = [line.text] if line.text else []
    if line.answers is not None:
        parts.append("(picks) " + picked(line.answers, guidance))
    if line.understood is not None and not line.text:
        heard, supposed = (
            {str(f): None if a.values is None else sorted(a.values) for f, a in told.items()}
            for told in (line.understood.heard, line.understood.supposed))
        parts.append("(understood then) " + picked(heard, guidance) if heard
                     else "(tries out) " + picked(supposed, guidance) if supposed
                     else f"(understood then as: {line.understood.intent.replace('_', ' ')})")
    elif line.intent is not None:
        parts.append(f"(presses) {line.intent.replace('_', ' ')}")
    if line.edits is not None:
        parts.insert(0, "(edits an earlier message)")
    return " ".join(parts)


def picked(answers: Answers, guidance: Guidance) -> str:
    """*answers* in words, as far as *guidance* has words for them."""
    said_of = []
    for fact, values in answers.items():
        question = guidance.questions.get(Fact(fact))
        label = question.label if question else fact
        told = "I don't know" if values is None else ", ".join(
            question.label_of(v) if question else v for v in values)
        said_of.append(f"{label}: {told}")
    return "; ".join(said_of)


def as_document(found: Simulation) -> dict[str, Any]:
    """*found* for machines."""
    return {
        "title": found.script.title,
        "live": found.live.guidance.release,
        "draft": found.draft.guidance.release,
        "notes": [*found.script.notes],
        "not_known": {"live": [*found.live.notes], "draft": [*found.draft.notes]},
        "same": found.same,
        "upshot": found.upshot(),
        "outlook": [*found.outlook],
        "steps": [{
            "number": step.number,
            "live": _one(step.live, found.live.guidance),
            "draft": _one(step.draft, found.draft.guidance),
            "same": step.difference.same,
            "different": [*step.difference.told()],
            "flags": _apart(step.difference.flags),
            "considerations": _apart(step.difference.considerations),
            "safeguards": _apart(step.difference.safeguards),
            "citations": _apart(step.difference.citations),
            "words": [{"kind": run.kind.value, "text": run.text}
                      for run in step.difference.words],
        } for step in found.steps],
    }


def _one(played: Played | None, guidance: Guidance) -> dict[str, Any] | None:
    if played is None:
        return None
    reply = played.reply
    return {
        "said": said(played.line, guidance),
        "kind": reply.kind.value if reply else None,
        "text": played.text,
        "failure": played.failure or None,
        "understood": {f: None if a.values is None else sorted(a.values)
                       for f, a in played.heard.items()},
        "raised": [f.id for f in reply.flags if f.status is Status.RAISED] if reply else [],
        "considerations": {c.id: c.status.value for c in reply.considerations} if reply else {},
        "safeguards": [s.id for s in reply.safeguards] if reply else [],
        "cites": sorted({c.provision for c in reply.citations()}) if reply else [],
        "asks": [*played.asks],
    }


def _apart(apart: Apart) -> dict[str, list[str]]:
    return {"only_live": [one.id for one in apart.only_live],
            "only_draft": [one.id for one in apart.only_draft],
            "reworded": [one.id for one in apart.reworded]}
