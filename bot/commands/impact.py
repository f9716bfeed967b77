"""`advisor corpus impact`: whose answers relied on a provision, or on what a release changed."""

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from bot.casebook.standing import Standing
from bot.commands.administering import administering
from bot.commands.launching import AsJson, counted, fail, print_json, terminal
from bot.erasure.whereabouts import workspace_on_record
from bot.impact.asking import (
    NothingToCompare,
    ProvisionImpact,
    impact_of_provision,
    impact_of_release,
    is_release,
    provision_json,
    survey_json,
)
from bot.impact.survey import Survey, surveyed
from bot.impact.words import Words
from bot.publishing.soundness import problems_of
from bot.terminal.legible import legible
from retrieval.corpus import UNRELEASED
from retrieval.guidance import ProvisionId, ReleaseId

MOST_LINES = 50
"""Lines of a table that is read; the JSON has all."""
MOST_CHANGES = 3
_DEALS = {Standing.SIGNED: "signed off", Standing.SIGNED_ONCE: "signed off once"}
"""How a deal stands that somebody has signed off; with four eyes once is not enough."""


def corpus_impact(
    name: Annotated[str, typer.Argument(
        metavar="PROVISION|RELEASE|draft",
        help="An id of a provision or of a release, or 'draft'.")],
    workspace: Annotated[str | None, typer.Option(
        "--workspace", help="Slack's id of one workspace; all without it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Past answers that relied on a provision, or that a release would give otherwise.

    Of a release: what it changed against the one before, and of which conversations the advice
    would be another.  Results of searches are not computed again; of answers to plain questions,
    what they cited is looked at.
    """
    with administering(kept=True) as admin:
        store, editions, say = admin.parts.database, admin.releases, admin.parts.on_impact
        if workspace is not None:
            # One that was mistyped would else read as if nobody were concerned.
            workspace = workspace_on_record(store, workspace)
        if name == DRAFT or is_release(store, name):
            if name == DRAFT:
                draft = admin.drafts.draft()
                if not draft.sound:
                    # What can't be read would look like taken out, and all advice like changed.
                    problems = problems_of(draft)
                    fail(f"The draft has {counted(len(problems), 'problem')}, so nobody can tell "
                         "what it would change. 'advisor corpus check' prints all; the first: "
                         f"{problems[0]}")
                before, after = admin.guidance, draft.guidance
                survey = surveyed(before, after, store, workspace)
                words = Words(before, after, survey.altered, say)
            else:
                survey, words = impact_of_release(
                    store, editions, say, ReleaseId(name), workspace)
            if as_json:
                print_json(survey_json(survey, words))
            else:
                _show_survey(survey, words)
            return
        try:
            impact = impact_of_provision(
                store, editions, say, ProvisionId(name), workspace,
                limit=_ALL if as_json else MOST_LINES)
        except NothingToCompare as error:
            if error.code != "unknown":
                raise
            fail(f"{error} 'advisor corpus list' prints the provisions, and 'advisor corpus "
                 "releases' the releases; 'draft' is what would be published now.")
        if as_json:
            print_json(provision_json(impact))
        else:
            _show_provision(impact)


DRAFT = "draft"
"""What would be published now, held against what is in force."""
_ALL = 1_000_000


def _show_survey(survey: Survey, words: Words) -> None:
    screen = terminal()
    what = f"Release {survey.after}" if survey.after != UNRELEASED else "The draft"
    print(f"{what}, held against {survey.before}: {counted(len(survey.altered), 'provision')} "
          "changed.")
    for name, one in survey.altered.items():
        print(f"  {name}: {words.became(one.how)}")
    counts = ", ".join(f"{n:,} {words.kind(kind, short=True)}" for kind, n in survey.counts.items())
    print(f"Of {counted(survey.looked_at, 'conversation')}, {survey.deals:,} of them on deals: "
          f"{counts}.")
    if not survey.affected:
        return
    table = _table("Conversation", "Who asked", "Last change", "Deal", "What differs")
    for line in survey.affected[:MOST_LINES]:
        said = [words.line(words.said(one)) for one in line.changes] or [
            words.line(words.altered(one)) for one in line.cites]
        more = len(said) - MOST_CHANGES
        differs = "\n".join([*said[:MOST_CHANGES], *([f"and {more} more"] if more > 0 else [])])
        table.add_row(*_cells(
            line.conversation, line.asker or "–", f"{line.updated_at:%Y-%m-%d}",
            _DEALS.get(line.standing, "open"),
            f"{words.kind(line.kind, short=True)}\n{differs}"))
    screen.print(table)
    _say_left(len(survey.affected))


def _show_provision(impact: ProvisionImpact) -> None:
    screen = terminal()
    # Where no release that can be read holds it, its id is all there is.
    print(impact.provision if impact.place == impact.provision
          else f"{impact.provision}: {impact.place}")
    if impact.retired:
        print(f"Nobody is advised by it any more: {impact.retired}")
    usage = impact.usage
    print(f"Cited in {counted(usage.turns, 'turn')} of "
          f"{counted(usage.conversations, 'conversation')}; shown to the person in "
          f"{usage.shown:,} of these.")
    if not impact.relied:
        return
    table = _table("Conversation", "Who asked", "Last cited", "Turn", "Release", "Deal",
                   "Reads now")
    for one in impact.relied:
        table.add_row(*_cells(
            one.cite.conversation, one.asker or "–", f"{one.cite.at:%Y-%m-%d}",
            str(one.cite.turn), one.cite.release, _DEALS.get(one.standing, "open"),
            "the same" if one.same else "otherwise"))
    screen.print(table)
    _say_left(usage.conversations)


def _table(*columns: str) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _cells(*words: str) -> Iterator[Text]:
    """*words* as they are shown: people and programs chose what conversations are called."""
    return map(Text, map(legible, words))


def _say_left(number: int) -> None:
    if number > MOST_LINES:
        print(f"The first {MOST_LINES} of {number:,} are shown; --json has all of them.")
