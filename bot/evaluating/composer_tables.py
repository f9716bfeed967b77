"""What a language model changes, as tables."""

from collections.abc import Mapping
from typing import Any

from bot.evaluating.composers import MODEL, PLAIN
from bot.evaluating.sheet import Sheet, by_name, cell
from retrieval.estimates import Estimate

_MOST_TOLD = 40
"""Sentences that are listed."""


def composer_sheets(found: Mapping[str, Any]) -> list[Sheet]:
    """The tables of a run with and without a model."""
    sheets = [*draft_sheets(found), _time(found), _spent(found)]
    if found["search"]:
        sheets += [
            by_name(f"What answers to {found['questions']} questions show",
                    found["search"]["figures"]),
            by_name("What the model gains on it, question by question",
                    {MODEL: found["search"]["gains"]}, "+.3f"),
        ]
    if found["dialogue"]:
        sheets += _dialogue(found)
    return sheets


def draft_sheets(found: Mapping[str, Any]) -> list[Sheet]:
    """What became of the model's drafts, and of their sentences."""
    return [_sentences(found), _refusals(found)]


def _sentences(found: Mapping[str, Any]) -> Sheet:
    told = found["sentences"]
    rows = (
        ("proposed by the model", str(told["tried"]), cell(told["unsupported, tried"])),
        ("shown", str(told["shown"]), cell(told["unsupported, shown"])),
    )
    notes = [f"{name}: {count}" for name, count in told["by fault"].most_common()]
    notes += [f"Shown, with {'; '.join(one.faults)}: {one.text}"
              for one in told["all"] if one.shown and one.faults][:_MOST_TOLD]
    title = f"Sentences that {found['model']} worded, by a check that the fence doesn't share"
    return Sheet(title, ("", "n", "of which unsupported"), rows, "\n".join(notes))


def _refusals(found: Mapping[str, Any]) -> Sheet:
    looks = found["looks"]
    rows = tuple((name, str(n), cell(one)) for name, (n, one) in found["refusals"].items())
    note = (f"{looks['looked at']} of {looks['turns']} answers were looked at again and the model "
            f"was asked in {looks['model asked']} of them; {looks['replaced']} were replaced, "
            f"{looks['worded']} of them in the model's words.")
    dropped = ", ".join(f"{name} {n}" for name, n in looks["dropped"].items())
    return Sheet("What became of the drafts", ("", "n", "share"), rows,
                 f"{note}\nLooks dropped: {dropped}." if dropped else note)


def _time(found: Mapping[str, Any]) -> Sheet:
    rows = tuple((name, cell(one.p50, ",.0f"), f"{one.p95:,.0f}", str(one.n))
                 for name, one in found["time"].items() if one.n)
    return Sheet("Time, in milliseconds", ("", "p50", "p95", "n"), rows)


def _spent(found: Mapping[str, Any]) -> Sheet:
    rows = tuple(
        (use, str(one.calls), ", ".join(f"{name} {n}" for name, n in one.ended.items()),
         f"{one.tokens_in:,}", f"{one.tokens_out:,}",
         f"{one.tokens_out / one.seconds:.1f}" if one.seconds else "-")
        for use, one in found["spent"].items() if one.calls)
    columns = ("", "calls", "ended", "tokens sent", "received", "received a second")
    return Sheet("Calls of the model", columns, rows,
                 "Seconds are those of whole calls, in which what was sent is read too.")


def _dialogue(found: Mapping[str, Any]) -> list[Sheet]:
    both = found["dialogue"]
    title = f"{found['deals']} deals, each played with both composers"

    def of(*path: str) -> dict[str, Mapping[str, Estimate]]:
        tables = {}
        for name, one in both.items():
            for step in path:
                one = one[step]  # noqa: PLW2901  a path is walked
            tables[name] = one
        return tables

    rows = tuple((name, cell(one, "+.3f"), str(up), str(down))
                 for name, (one, up, down) in found["differences"].items())
    return [
        by_name(title, of("figures")),
        by_name("Facts as (fact, value), after the messages alone", of("reading")),
        by_name("Citations and claims", of("grounding", "figures")),
        by_name("First messages", of("scope", "all")),
        Sheet(f"Deal by deal: {MODEL} less {PLAIN}", ("", "mean", "more", "less"), rows),
    ]
