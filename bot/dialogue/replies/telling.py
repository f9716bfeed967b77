"""Say what a message was taken to say, and what it did to the advice."""

from collections.abc import Iterator, Mapping, Sequence

from bot.dialogue.answers.reporting import bare_no
from bot.dialogue.changes import Changes, Ground, Group, Named, Part
from bot.dialogue.citing import cite_all
from bot.dialogue.deal import Answer, Deal
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.comparing import Difference, Shift
from bot.dialogue.reply import Status, labels
from retrieval.guidance import Fact, Guidance, RedFlag, Safeguard


def changes(
    guidance: Guidance, wording: Wording, of: Ground, found: Difference, **said: str
) -> Changes:
    """*found* in words, each flag and safeguard with its citations.

    Which parts are told, and how, is for the sentences of *of*: a part without one is left out.
    What is *said* by name goes into those sentences, as what the two are called.
    """
    named = {
        Part.FACTS: [_differing(guidance, wording, fact, found) for fact in found.facts],
        Part.FLAGS_ADDED: [_named(guidance, x) for x in found.flags_added],
        Part.FLAGS_REMOVED: [_named(guidance, x) for x in found.flags_removed],
        Part.CONSIDERATIONS: [_shifted(guidance, wording, s) for s in found.shifts],
        Part.SAFEGUARDS_ADDED: [_named(guidance, x) for x in found.safeguards_added],
        Part.SAFEGUARDS_REMOVED: [_named(guidance, x) for x in found.safeguards_removed],
        Part.FACTS_OPENED: [_fact(guidance, x) for x in found.facts_opened],
        Part.FACTS_NEEDLESS: [_fact(guidance, x) for x in found.facts_needless],
    }
    groups = tuple(_groups(wording, of, named, said))
    keeps = any(id_ in guidance.safeguards for id_ in found.kept)
    return Changes(of, groups, found.kept, _rest(
        wording, of, found, bool(groups), said, keeps=keeps))


def _rest(
    wording: Wording,
    of: Ground,
    found: Difference,
    differs: bool,
    said: Mapping[str, str],
    *,
    keeps: bool,
) -> str:
    """What is said of what doesn't differ, and how many differ that are not told by name.

    *keeps* is whether any of the first safeguards stays: of others there is no rest that stands.
    """
    further = [(name, len(ids)) for name, ids in (
        ("gone", found.further_removed), ("new", found.further_added)) if ids]
    if further and wording.has(f"{of}.first"):
        stays = [wording.say(f"{of}.{'first' if differs else 'all_first'}")] if keeps else []
        return " ".join([*stays,
                         *(wording.say(f"{of}.{name}", n=n, **said) for name, n in further)])
    return wording.say(f"{of}.{'nothing' if not differs else 'rest' if found.kept else 'other'}")


def facts_said(guidance: Guidance, wording: Wording, answers: Mapping[Fact, Answer]) -> str:
    """*answers* in one line: "hosting: Run by us · intermediary: None (not certain)"."""
    said = []
    for fact in (f for f in guidance.questions if f in answers):
        label, values = guidance.questions[fact].label, answers[fact].values
        value = None if values is None else labels(guidance, fact, values)
        if value is not None and answers[fact].instead:
            value = wording.say("heard.perhaps", value=value, instead=labels(
                guidance, fact, answers[fact].instead))
        elif value is not None and not answers[fact].sure:
            value = wording.say("heard.supposed", value=value)
        said.append(wording.say("heard.unknown", label=label) if value is None
                    else wording.say("heard.fact", label=label, value=value))
    return " · ".join(said)


def _groups(
    wording: Wording, of: Ground, named: dict[Part, list[Named]], said: Mapping[str, str]
) -> Iterator[Group]:
    for part, those in named.items():
        if those and wording.has(f"{of}.{part}"):
            yield Group(part, wording.say(f"{of}.{part}", **said), tuple(those))


def _named(guidance: Guidance, what: RedFlag | Safeguard) -> Named:
    return Named(what.id, what.title.strip(), cite_all(guidance, what.authorities))


def _differing(guidance: Guidance, wording: Wording, fact: Fact, found: Difference) -> Named:
    there, here = (_held(guidance, wording, fact, deal) for deal in (found.one, found.other))
    label = guidance.questions[fact].label
    return Named(fact, wording.say("stands.fact", label=label, here=here, there=there))


def _held(guidance: Guidance, wording: Wording, fact: Fact, deal: Deal) -> str:
    """What is known of *fact*, and whether that is certain: who compares relies on either."""
    values = deal.known(fact)
    if not values:
        return wording.say("stands.not_known")
    value = labels(guidance, fact, values)
    return value if deal.answers[fact].certain else wording.say("heard.supposed", value=value)


def _fact(guidance: Guidance, fact: Fact) -> Named:
    """The name of a fact; a name asserts nothing, so it cites nothing."""
    return Named(fact, guidance.questions[fact].label)


def _shifted(guidance: Guidance, wording: Wording, shift: Shift) -> Named:
    consideration = guidance.consideration_by_id[shift.consideration]
    title = wording.say(
        "stands.shift", title=consideration.title.strip(),
        new=_stands(wording, shift.after), old=_stands(wording, shift.before))
    return Named(shift.consideration, title, cite_all(guidance, consideration.authorities[:1]))


def _stands(wording: Wording, status: Status | None) -> str:
    return wording.say(f"stands.{status or 'not_applicable'}")


def describe(
    guidance: Guidance,
    wording: Wording,
    before: Deal,
    after: Deal,
    first: bool,
    withdrawn: Sequence[Fact] = (),
) -> str:
    """One line that says back what a message was taken to say, so that it can be corrected."""
    parts = []
    for fact in guidance.questions:
        answer = after.answers.get(fact)
        if answer is None and before.known(fact):
            parts.append(wording.say("heard.taken_back", label=guidance.questions[fact].label,
                                     old=labels(guidance, fact, before.known(fact))))
        if answer is None or answer == before.answers.get(fact):
            continue
        parts.append(_said_back(guidance, wording, before, after, fact, fact in withdrawn))
    if not parts:
        return ""
    line = wording.say("heard.first" if first else "heard.more", facts=" · ".join(parts))
    lines = [line, wording.say("heard.correct")] if first else [line]
    if any(bare_no(guidance, after, fact) and not bare_no(guidance, before, fact)
           for fact in after.answers):
        lines.append(wording.say("heard.not_looked"))
    return " ".join(lines)


def _said_back(
    guidance: Guidance, wording: Wording, before: Deal, after: Deal, fact: Fact, withdrawn: bool
) -> str:
    question = guidance.questions[fact]
    answer = after.answers[fact]
    old = labels(guidance, fact, before.known(fact))
    if answer.values is None:
        name = "heard.removed" if withdrawn and old else "heard.unknown"
        return wording.say(name, label=question.label, old=old)
    value = labels(guidance, fact, answer.latest or answer.values)
    if not answer.certain:
        value = wording.say("heard.supposed", value=value)
    gone = before.known(fact) - answer.values
    if gone:
        return wording.say("heard.changed", label=question.label, new=value,
                           old=labels(guidance, fact, gone))
    return wording.say("heard.fact", label=question.label, value=value)
