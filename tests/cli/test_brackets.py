"""Words in brackets are shown as they stand: to Rich they would say how to draw what follows."""

from dataclasses import replace
from types import SimpleNamespace

from rich.console import Console
from rich.markup import escape

from bot import cli
from bot.commands import documents, launching
from bot.commands.publishing import _show_prepared
from bot.publishing.preparing import Prepared, State
from retrieval.matches import Found, Match, Query, Why
from retrieval.passages import passage
from tests.retrieval.small import guidance, provision

SAID = "The State[s] shall [inter alia] see to it [/sic], and [bold] no other."


def test_a_search_shows_official_words_in_brackets(capsys):
    one = replace(provision("un-12", SAID), heading="[Annex] Duties", pinpoint="UN [12]")
    found = Found(Query("states"), (Match(passage(one), 0.5, Why.SIMILAR),))
    cli._show_found(found, guidance([one]), 5)
    shown = " ".join(capsys.readouterr().out.split())
    assert SAID in shown
    assert "un-12 [Annex] Duties (UN [12]; " in shown


def test_no_words_of_a_document_turn_the_direction_of_writing(capsys):
    """What was cut of one read otherwise in the terminal than it was taken into the draft."""
    evil = "pay \u202etnemyap on\u202c \x1b[2Jnow"
    launching.terminal().print(f"[bold]un-12[/bold] {escape(evil)}")
    documents._show_cut(
        launching.terminal(),
        SimpleNamespace(pieces=(), source=SimpleNamespace(id="evil", title=evil)),
        SimpleNamespace(notes=(evil,)))
    shown = capsys.readouterr().out
    assert "un-12 pay ⟨U+202E⟩tnemyap on⟨U+202C⟩ ⟨U+001B⟩[2Jnow" in shown
    assert not {"\u202e", "\u202c", "\x1b"} & set(shown)


def test_what_the_gate_found_worse_is_shown_with_its_brackets(capsys):
    gate = {"figures": [], "better": 0, "asked": 1, "left_out": [],
            "worse": [{"id": "1", "query": SAID, "relevant": ["un-12"], "before": [], "after": [],
                       "fell": 0.5}],
            "broken": [["case-1", "it lacks [/un-12]"]]}
    prepared = Prepared("t", "U1", "2026-03-01", "2026-03-01", State.REFUSED, "done", "", None,
                        None, {"gate": gate})
    _show_prepared(Console(highlight=False, width=200), prepared, None)
    shown = capsys.readouterr().out
    assert f"worse: {SAID!r} should find un-12" in shown
    assert "no longer holds: case-1: it lacks [/un-12]" in shown
