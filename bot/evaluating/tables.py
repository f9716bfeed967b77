"""A report as tables, which the terminal and the Markdown file print alike."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.evaluating.composer_tables import composer_sheets
from bot.evaluating.headline import headlines
from bot.evaluating.sheet import Sheet, by_name, cell
from bot.evaluating.suites import OURS
from retrieval.estimates import Estimate


def sheets(report: Mapping[str, Any]) -> list[Sheet]:
    """All tables of *report*, the headline first."""
    found = [_headline(report)] if headlines(dict(report)) else []
    if report["retrieval"]:
        found += _retrieval(report["retrieval"])
    if report["dialogue"]:
        found += dialogue_sheets(report["dialogue"])
    if report.get("composers"):
        found += composer_sheets(report["composers"])
    if report["stability"]:
        found.append(_stability(report["stability"]))
    if report["pairs"]:
        title = f"Minimal pairs: {report['pairs']['pairs']}"
        found.append(_one_column(title, report["pairs"]["figures"]))
    if report.get("held"):
        found.append(_held(report["held"]))
    if report["mutations"]:
        found.append(_mutations(report["mutations"]))
    return found


def _headline(report: Mapping[str, Any]) -> Sheet:
    rows = []
    for one in headlines(dict(report)):
        sign = "≥" if one.at_least else "≤"
        met = "yes" if one.met else "no"
        rows.append((one.name, cell(one.value), str(one.value.n), f"{sign} {one.target:g}", met,
                     cell(one.baseline)))
    return Sheet("Headline", ("", OURS, "n", "target", "met", "plain chain"), tuple(rows))


def _one_column(title: str, figures: Mapping[str, Estimate], note: str = "") -> Sheet:
    rows = tuple((name, cell(one), str(one.n)) for name, one in figures.items() if one.n)
    return Sheet(title, ("", OURS, "n"), rows, note)


def _retrieval(found: Mapping[str, Any]) -> list[Sheet]:
    title = f"Search: {found['queries']} questions, {found['outside']} outside the corpus"
    sheets_ = [by_name(title, found["systems"])]
    if found["gains"]:
        title = f"What {OURS} gains on each, query by query"
        sheets_.append(by_name(title, found["gains"], "+.3f"))
    if found["speed"]:
        sheets_.append(_speed(found["speed"]))
    return sheets_


def _speed(speed: Mapping[str, Mapping[str, Any]]) -> Sheet:
    rows = [
        (
            name,
            peer,
            f"{one.ours.p50_ms:.1f} / {one.ours.p95_ms:.1f}",
            f"{one.theirs.p50_ms:.1f} / {one.theirs.p95_ms:.1f}",
            cell(one.p50_ratio),
            cell(one.p95_ratio),
            cell(one.gauge),
        )
        for name, races in speed.items()
        for peer, one in races.items()
    ]
    columns = (f"{OURS}'s", "peer", f"{OURS} p50/p95 ms", "peer p50/p95 ms", "p50 ratio",
               "p95 ratio", "gauge")
    note = f"Below one {OURS} is faster. The gauge is {OURS} against itself, near one."
    return Sheet("Time against the peer's retrieve step", columns, tuple(rows), note)


def dialogue_sheets(found: Mapping[str, Any]) -> list[Sheet]:
    """The tables of the deals that were played."""
    grounding = found["grounding"]
    title = f"Citations: {grounding['citations']:,} of {grounding['claims']:,} claims"
    slips = [*grounding["faults"], *(f"{name}: uncited" for name in grounding["uncited"])]
    notes = [f"Faults: {'; '.join(slips)}."] if slips else []
    if grounding.get("from the database"):
        notes.append("Held against the release as the database has it, since the corpus folder "
                     "holds something else.")
    if grounding["unlabelled"]:
        notes.append(f"Without a label: {_pairs(grounding['unlabelled'])}.")
    if grounding["not bearing"]:
        notes.append(f"Cited and labelled as not bearing: {_pairs(grounding['not bearing'])}.")
    return [
        _one_column(f"Dialogue: {found['conversations']} deals", found["figures"],
                    _slips(found["cases"])),
        _one_column("Facts as (fact, value), after the messages alone", found["reading"]),
        _questions(found["questions"]),
        by_name("First messages", found["scope"]),
        _one_column(title, grounding["figures"], "\n".join(notes)),
    ]


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{claim} → {provision}" for claim, provision in pairs)


def _questions(asked: Any) -> Sheet:
    rows = [
        (name, f"{one.median:g}", f"{one.p90:g}", cell(one.of_form))
        for name, one in (("messages that ask", asked.messages), ("facts asked", asked.facts))
        if one.median is not None
    ]
    title = f"Questions, beside a form of {asked.form}"
    return Sheet(title, ("", "median", "p90", "share of the form"), tuple(rows))


def _slips(verdicts: Iterable[Any]) -> str:
    """What went wrong, a line for each case."""
    lines = []
    for one in verdicts:
        lists = {
            "missed": one.missed,
            "wrongly raised": one.wrong,
            "premature": one.premature,
            "misread": one.reading.wrong if one.reading else (),
            "facts wrong": one.wrong_facts,
            "safeguards missing": one.missing_safeguards,
            "citations missing": one.missing_citations,
            "wrongly cited": one.wrong_citations,
            "wrongly suggested": one.wrong_safeguards,
            "not considered": one.missing_considerations,
            "asked in vain": one.idle,
            "asked though told": one.told_anyway,
            "assured": one.assurances,
        }
        slips = [f"{name} {', '.join(names)}" for name, names in lists.items() if names]
        if one.failure:
            slips.append(f"broke off ({one.failure})")
        elif not one.as_expected:
            slips.append(f"ended as {one.kind}")
        if slips:
            lines.append(f"{one.case}: {'; '.join(slips)}")
    return "\n".join(lines)


def _stability(found: Mapping[str, Any]) -> Sheet:
    rows = tuple(
        (name, *(cell(one) for one in figures.values()), str(figures["both"].n))
        for name, figures in found["figures"].items()
    )
    title = f"Stability: {found['deals']} deals put in {found['variants']} other ways"
    note = "Each deal counts once, with all its wordings; n is in deals."
    return Sheet(title, ("", "same flags", "same facts", "both", "n"), rows, note)


def _held(found: Mapping[str, Any]) -> Sheet:
    rows = tuple((one.case, "yes" if one.holds else "no", "; ".join(one.faults))
                 for one in found["cases"])
    title = f"Cases that reviewers approved: {found['hold']} of {len(rows)} hold"
    return Sheet(title, ("", "holds", "what is wrong"), rows)


def _mutations(found: Mapping[str, Any]) -> Sheet:
    rows = tuple((part, ", ".join(ids) or "none") for part, ids in found["unnoticed"].items())
    title = f"Parts taken away: {found['noticed']} of {found['mutations']} noticed"
    return Sheet(title, ("", "noticed by no deal"), rows)
