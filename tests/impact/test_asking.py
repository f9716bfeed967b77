"""Impact on the command line: of a release against the one before it, and of a provision."""

import json
import re
from dataclasses import replace

import pytest
import typer
from sqlalchemy import event
from typer.testing import CliRunner

from bot.commands.impact import corpus_impact
from bot.dialogue.conversation import ConversationId
from bot.errors import AdvisorError
from bot.impact.asking import (
    NothingToCompare,
    impact_of_provision,
    impact_of_release,
    publication_of,
)
from bot.impact.telling import Publication
from bot.schema import case_cites
from retrieval.guidance import ReleaseId
from retrieval.releases import content_of
from tests.impact.edits import retired
from tests.reviews.conftest import ADA, BEN, DEAL

QUESTION = "What does the guidance say about resellers?"


@pytest.fixture
def filled(house):
    """Two deals and a question, and then a release without a flag and a provision."""
    before = house.guidance
    house.store.keep_release(ReleaseId("r0"), content_of(before))
    house.put_in_force(replace(before, release=ReleaseId("r0")))
    house.say(DEAL)
    house.say(QUESTION, name="c2", user="U2")
    cited = house.store.turns(ConversationId("c2"))[0].reply.citations()[0].provision
    after = replace(retired(before, cited), release=ReleaseId("r9"))
    after = replace(after, red_flags=tuple(f for f in after.red_flags if f.id != "sg-c2-rf6"))
    house.store.keep_release(ReleaseId("r9"), content_of(after))
    house.put_in_force(after)
    return house, cited


def run(url, monkeypatch, tmp_path, *words):
    monkeypatch.setenv("ADVISOR_DATABASE_URL", url)
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path / "data"))
    app = typer.Typer()
    app.command()(corpus_impact)
    return CliRunner().invoke(app, list(words))


def test_a_release_is_held_against_the_one_before_it(filled, url, monkeypatch, tmp_path):
    house, cited = filled
    assert publication_of(house.store, ReleaseId("r9")) == Publication("r0", "r9")
    # house keeps "{}" for what it puts in force, so the command reads what was kept before.
    made = json.loads(run(url, monkeypatch, tmp_path, "r9", "--json").stdout)
    assert (made["release"], made["before"], made["conversations"]) == ("r9", "r0", 2)
    assert made["counts"] == {"advice": 1, "texts": 0, "answer": 1}
    assert [(one["id"], one["how"]) for one in made["altered"]] == [(cited, "retired")]
    deal, plain = made["affected"]
    assert (deal["conversation"], deal["asker"], deal["open"], deal["release"]) == (
        "c1", "U1", True, "r0")
    assert {"part": "flag_gone", "id": "sg-c2-rf6", "before": "raised", "now": ""}.items() <= next(
        one for one in deal["changes"] if one["part"] == "flag_gone").items()
    assert (plain["conversation"], plain["cites"], plain["changes"]) == ("c2", [cited], [])
    shown = run(url, monkeypatch, tmp_path, "r9").stdout
    assert "1 advice differs, 0 only texts changed, 1 an answer cited it" in shown
    assert "c1" in shown and "c2" in shown


def test_a_provision_tells_who_relied_on_it(filled, url, monkeypatch, tmp_path):
    _, cited = filled
    made = json.loads(run(url, monkeypatch, tmp_path, cited, "--json").stdout)
    assert (made["provision"], made["retired"]) == (cited, "Superseded.")
    assert "c2" in [one["conversation"] for one in made["relied"]]
    assert made["conversations"] == len(made["relied"])
    assert {one["reads_the_same"] for one in made["relied"]} == {False}
    shown = run(url, monkeypatch, tmp_path, cited).stdout
    assert "Nobody is advised by it any more: Superseded." in shown


def test_a_provision_that_is_gone_is_called_as_those_were_told_who_rely_on_it(
    filled, url, monkeypatch, tmp_path
):
    """It was called by its id twice over."""
    house, cited = filled
    place = run(url, monkeypatch, tmp_path, cited).stdout.splitlines()[0]
    now = house.guidance
    without = replace(now, release=ReleaseId("r10"), provisions={
        name: one for name, one in now.provisions.items() if name != cited}, set_aside={
        name: one for name, one in now.set_aside.items() if name != cited})
    house.store.keep_release(ReleaseId("r10"), content_of(without))
    house.put_in_force(without)
    assert run(url, monkeypatch, tmp_path, cited).stdout.splitlines()[0] == place != cited


def test_a_deal_that_one_of_two_has_signed_is_not_said_to_be_signed_off(
    build, url, monkeypatch, tmp_path
):
    monkeypatch.setenv("COLUMNS", "200")
    house = build(four_eyes=True)
    house.store.keep_release(ReleaseId("r0"), content_of(house.guidance))
    house.put_in_force(replace(house.guidance, release=ReleaseId("r0")))
    house.say(DEAL)
    house.say("Give me the advice now.")
    for reviewer, stands in ((ADA, "signed off once"), (BEN, "signed off")):
        house.sign(reviewer)
        shown = run(url, monkeypatch, tmp_path, "sg-c2-rf3").stdout
        assert re.findall(r"signed off(?: once)?|open", shown) == [stands]


def test_what_can_not_be_told_is_said_in_a_sentence(filled, url, monkeypatch, tmp_path):
    house, _ = filled
    result = run(url, monkeypatch, tmp_path, "no-such")
    assert (result.exit_code, result.stderr) == (1, (
        "There is no provision or release 'no-such', and no answer cites one. 'advisor corpus "
        "list' prints the provisions, and 'advisor corpus releases' the releases; 'draft' is what "
        "would be published now.\n"))
    with pytest.raises(AdvisorError):
        publication_of(house.store, ReleaseId("r-none"))


def test_the_first_release_changed_nobodys_advice(house, on_impact):
    house.say(DEAL)
    with pytest.raises(NothingToCompare) as error:
        impact_of_release(house.store, house.editions.__getitem__, on_impact, ReleaseId("r1"))
    assert error.value.code == "first"


LATER = ("corpus_edits", "publications", "preparation", "second_looks", "chat_choices",
         "chat_usage", "schema_floor", "last_backup")
"""Tables that came after the citations."""
LATER_INDEXES = ("ix_deliveries_person", "ix_deliveries_waiting", "ix_outgoing_due",
                 "ix_outgoing_waiting")
"""Indexes that came after them."""
OF_SQLITE = ("ix_case_tags_filed", "ix_case_lines_fresh")
"""Those of them that PostgreSQL hasn't."""
LATER_COLUMNS = (("case_tags", "fresh"), ("case_lines", "fresh"))
"""Columns that came after them, of tables that stay."""


def test_a_database_of_before_is_upgraded_with_all_that_was_cited(filled, url):
    house, _ = filled
    with house.store.reading() as connection:
        before = connection.execute(case_cites.select().order_by(
            *case_cites.primary_key.columns)).all()
    with house.store.writing() as connection:
        for table in ("case_cites", *LATER):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        of_sqlite = OF_SQLITE if connection.dialect.name == "sqlite" else ()
        for index in (*LATER_INDEXES, *of_sqlite):
            connection.exec_driver_sql(f"DROP INDEX {index}")
        for table, column in LATER_COLUMNS:
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0010'")
    house.store.upgrade()
    with house.store.reading() as connection:
        after = connection.execute(case_cites.select().order_by(
            *case_cites.primary_key.columns)).all()
    # What was cited before there was anything to file later is filed.
    assert before and after == [
        tuple({**row._mapping, "fresh": 0}.values()) for row in before]
    assert house.store.verify_log() is None


def test_a_provision_that_more_conversations_cite_than_a_query_names_is_told_of(
    house, monkeypatch, sentences
):
    """SQLite takes 32,766 at most, and with --json all are asked for at once."""
    for number in range(9):
        house.say(QUESTION, name=f"c{number}")
    cited = house.store.turns(ConversationId("c0"))[0].reply.citations()[0].provision
    monkeypatch.setattr("bot.casebook.cites.ASKED_AT_ONCE", 4)
    named = []

    @event.listens_for(house.store.engine, "before_cursor_execute")
    def count(_connection, _cursor, _statement, parameters, _context, _many):
        named.append(len(parameters))

    found = impact_of_provision(
        house.store, lambda release: house.editions[release], sentences, cited, limit=1_000_000)

    assert {one.cite.conversation for one in found.relied} == {f"c{n}" for n in range(9)}
    assert max(named) < 9
