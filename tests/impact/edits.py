"""Releases as admins would make them of another: edits of every part, and deals to try them on."""

from dataclasses import replace

from hypothesis import strategies as st

from bot.dialogue.deal import Answer, Deal, MessageKey
from retrieval.guidance import (
    Checked,
    Fact,
    ReleaseId,
    Retirement,
    Severity,
)

FACTS = {"product": ["cell-site-simulator", "facial-recognition", "thermal-imaging",
                     "intrusion-software"],
         "end_user": ["police", "health-ministry", "intelligence", "no-such-agency"],
         "end_use": ["crowd-monitoring", "traffic", "public-health", "research"],
         "agency_misuse": ["yes", "no"], "judicial_oversight": ["independent", "weak", "none"],
         "stage": ["early", "signed", "delivered"], "country": ["KE", "CA", "ZV"],
         "intermediary": ["reseller", "none"], "no_such_fact": ["x"]}

deals = st.fixed_dictionaries({}, optional={
    fact: st.tuples(st.none() | st.sets(st.sampled_from(values), max_size=2), st.booleans())
    for fact, values in FACTS.items()}).map(lambda told: Deal({
        Fact(fact): Answer(None if values is None else frozenset(values), "said",
                           MessageKey("m"), sure)
        for fact, (values, sure) in told.items()}))


def retired(guidance, name):
    """*guidance* without the provision *name*, which is set aside; its rules cite others."""
    provisions = dict(guidance.provisions)
    gone = provisions.pop(name)
    instead = next(iter(provisions))

    def without(one):
        left = tuple(a for a in one.authorities if a != name) or (instead,)
        return replace(one, authorities=left)

    return replace(
        guidance, provisions=provisions,
        set_aside={**guidance.set_aside, name: replace(
            gone, retired=Retirement("U-adm", "2026-11-25", "Superseded."))},
        red_flags=tuple(map(without, guidance.red_flags)),
        considerations=tuple(map(without, guidance.considerations)),
        scopes=tuple(map(without, guidance.scopes)),
        safeguards={k: without(s) for k, s in guidance.safeguards.items()})


@st.composite
def edited(draw, guidance):
    """*guidance* after up to four edits."""
    for _ in range(draw(st.integers(0, 4))):
        guidance = draw(st.sampled_from(EDITS))(draw, guidance)
    return replace(guidance, release=ReleaseId("after"))


def _some(draw, names):
    return draw(st.sampled_from(sorted(names)))


def _provision(draw, guidance):
    name = _some(draw, guidance.provisions)
    was = guidance.provisions[name]
    more = draw(st.sampled_from([
        {"text": was.text + " Amended."}, {"checked": Checked.SEEN}, {"pinpoint": "Art. 99"},
        {"checked": Checked.OFFICIAL}, {"heading": "Else"}, {"note": "Mind this."}]))
    return replace(guidance, provisions={**guidance.provisions, name: replace(was, **more)})


def _retire(draw, guidance):
    # One of the guidance's own safeguards is named by its provision as well.
    return retired(guidance, _some(draw, guidance.provisions))


def _table(draw):
    fact = _some(draw, set(FACTS) - {"no_such_fact"})
    return {Fact(fact): frozenset(draw(st.sets(st.sampled_from(
        [*FACTS[fact], "unknown"]), min_size=1, max_size=2)))}


def _flag(draw, guidance):
    n = draw(st.integers(0, len(guidance.red_flags) - 1))
    flags = list(guidance.red_flags)
    was = flags[n]
    what = draw(st.sampled_from(["when", "row", "authorities", "severity", "safeguards", "title",
                                 "consideration", "gone", "explains"]))
    if what == "gone":
        del flags[n]
        return replace(guidance, red_flags=tuple(flags))
    numbers = st.integers(1, 3)
    more = {
        "when": lambda: {"when": _table(draw)},
        "row": lambda: {"when": {**was.when, **_table(draw)}},
        "authorities": lambda: {"authorities": (
            _some(draw, guidance.provisions), *was.authorities[:1])},
        "severity": lambda: {"severity": Severity(
            draw(numbers), draw(numbers), draw(numbers))},
        "safeguards": lambda: {"safeguards": (_some(draw, guidance.safeguards),)},
        "title": lambda: {"title": was.title + ", amended"},
        "explains": lambda: {"explains": was.explains + " Amended."},
        "consideration": lambda: {"consideration": draw(
            st.sampled_from(guidance.considerations)).id},
    }[what]()
    flags[n] = replace(was, **more)
    return replace(guidance, red_flags=tuple(flags))


def _safeguard(draw, guidance):
    name = _some(draw, guidance.safeguards)
    was = guidance.safeguards[name]
    what = draw(st.sampled_from([
        "text", "suits", "apt_for", "unless", "weight", "binding", "authorities", "gone"]))
    if what == "gone":
        left = {k: s for k, s in guidance.safeguards.items() if k != name}
        flags = tuple(replace(f, safeguards=tuple(s for s in f.safeguards if s != name))
                      for f in guidance.red_flags)
        return replace(guidance, safeguards=left, red_flags=flags)
    more = {
        "text": lambda: {"text": was.text + " Amended."},
        "suits": lambda: {"suits": _table(draw)},
        "apt_for": lambda: {"apt_for": _table(draw)},
        "unless": lambda: {"unless": _table(draw)},
        "binding": lambda: {"binding": not was.binding},
        "weight": lambda: {"weight": draw(st.integers(1, 3))},
        "authorities": lambda: {"authorities": (_some(draw, guidance.provisions),)},
    }[what]()
    return replace(guidance, safeguards={**guidance.safeguards, name: replace(was, **more)})


def _question(draw, guidance):
    fact = _some(draw, guidance.questions)
    was = guidance.questions[fact]
    more = draw(st.sampled_from([
        {"only_if": ()}, {"only_if": (_table(draw),)}, {"why": "Else."},
        {"choices": with_a_choice(was).choices}, {"choices": was.choices[:-1]}]))
    return replace(guidance, questions={**guidance.questions, fact: replace(was, **more)})


def with_a_choice(question):
    """*question* with one more to choose from, if it has choices."""
    return replace(question, choices=(*question.choices, *(
        replace(one, value="one-more", label="One more") for one in question.choices[:1])))


def _consideration(draw, guidance):
    n = draw(st.integers(0, len(guidance.considerations) - 1))
    many = list(guidance.considerations)
    more = draw(st.sampled_from([
        {"number": 9}, {"weigh": "Weigh it otherwise."},
        {"settled_by": (Fact(_some(draw, guidance.questions)),)},
        {"authorities": (_some(draw, guidance.provisions),)}]))
    many[n] = replace(many[n], **more)
    return replace(guidance, considerations=tuple(many))


def _scope(draw, guidance):
    if not guidance.scopes:
        return guidance
    n = draw(st.integers(0, len(guidance.scopes) - 1))
    many = list(guidance.scopes)
    more = draw(st.sampled_from([
        {"when": _table(draw)}, {"still_ask": frozenset()},
        {"applies": frozenset({guidance.considerations[0].id})}]))
    many[n] = replace(many[n], **more)
    return replace(guidance, scopes=tuple(many))


EDITS = [_provision, _provision, _retire, _flag, _flag, _safeguard, _question, _consideration,
         _scope]
