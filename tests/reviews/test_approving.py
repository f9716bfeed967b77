"""From a verdict to a case that fails for as long as the answer is wrong."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from bot.assembly import Assembly
from bot.cli import app
from bot.exporting.redacting import Redaction, Redactor
from bot.measures.labelled import read_cases
from bot.reviews.approving import Approving
from bot.reviews.labelling import Shape
from bot.reviews.review import VerdictKind, VerdictState
from bot.reviews.reviewing import NotReviewed
from bot.reviews.sharing import Sharing
from retrieval.labelled.adding import NotWritten
from retrieval.labelled.cases import read_queries
from tests.evaluating.light import begin_with
from tests.retrieval.conftest import WordEmbeddings
from tests.reviews.conftest import ADA, BEN, C1, DEAL, T1
from tests.store.migrated import sqlite_at

CORPUS = Path(__file__).parents[2] / "guidance_corpus"


@pytest.fixture(params=["sqlite"])
def url(tmp_path):
    return sqlite_at(tmp_path / "advisor.sqlite3")


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "corpus" / "evaluation.yaml"
    made.parent.mkdir()
    made.write_text("# ours\n- id: r-1\n  query: a\n  relevant: []\n", "utf-8")
    return made


@pytest.fixture
def approving(house, file):
    clean = Redactor(frozenset(Redaction)).clean
    names = iter(f"v-{n}" for n in range(1, 100))
    return Approving(house.store, house.reviewing, lambda release: house.editions[release],
                     lambda guidance: Sharing(guidance, clean).clean, file, lambda: next(names))


@pytest.fixture
def judged(house):
    """A deal of which Ada has said that a safeguard is wrong."""
    house.say(f"{DEAL} The buyer is Falcontech Ltd, call +44 20 7946 0958.")
    house.say("Give me the advice now.")
    shown = house.store.turns(C1)[-1].reply.safeguards[0].id
    house.reviewing.verdicts.say(ADA, C1, VerdictKind.WRONG_SAFEGUARD, 2, {"safeguard": str(shown)},
                            "Ada Byron says no.")
    return str(shown)


def proposal(approving, house, number=1):
    return approving.proposal(house.rows(), house.store.turns(C1), number)


def listed(approving, house, workspace=T1):
    with house.store.reading() as connection:
        return approving.listed(connection, workspace)


def test_what_is_proposed_is_without_what_tells_the_deal(approving, house, judged):
    found = proposal(approving, house)

    assert found.case.says == (
        f"{DEAL} The buyer is [name], call [contact].", "Give me the advice now.")
    assert found.before[0].endswith("The buyer is Falcontech Ltd, call +44 20 7946 0958.")
    assert found.case.wrong_safeguards == (judged,)
    assert found.case.note == "[name] says no."
    assert found.case.answers["country"] == ("KE",)


def test_what_is_approved_is_in_the_log_and_in_the_file(approving, house, judged, file):
    case = proposal(approving, house).case

    done = approving.approve(BEN, C1, 1, case, admin=False, confirmed=True, key="k")

    assert done == "v-1"
    assert approving.unwritten() == ()
    (row,) = house.rows("verdict_approved")
    assert (row.actor, row.detail["number"], row.detail["case"]) == (BEN.user, 1, "v-1")
    assert row.detail["content"] == case.record("v-1")
    (held,) = read_cases(file)
    assert (held.id, held.held, held.split) == ("v-1", True, "test")
    assert held.wrong_safeguards == frozenset({judged})
    assert [one.id for one in read_queries(file)] == ["r-1"]
    assert "Falcontech" not in file.read_text("utf-8")
    assert house.of().review.verdicts[0].state is VerdictState.APPROVED
    assert house.store.verify_log() is None


def test_nobody_approves_their_own_but_an_admin(approving, house, judged, file):
    case = proposal(approving, house).case

    with pytest.raises(NotReviewed, match="You said this yourself") as told:
        approving.approve(ADA, C1, 1, case, admin=False, confirmed=True)
    assert told.value.code == "own_verdict"
    assert house.rows("verdict_approved") == []
    assert approving.approve(ADA, C1, 1, case, admin=True, confirmed=True) == "v-1"
    assert [one.id for one in read_cases(file)] == ["v-1"]


def test_nothing_is_approved_that_nobody_has_read(approving, house, judged, file):
    before = file.read_bytes()
    with pytest.raises(NotReviewed) as told:
        approving.approve(BEN, C1, 1, proposal(approving, house).case, admin=False,
                          confirmed=False)
    assert told.value.code == "not_confirmed"
    assert (house.rows("verdict_approved"), file.read_bytes()) == ([], before)


@pytest.mark.parametrize(("change", "code"), [
    ({"wrong_safeguards": ("no-such",)}, "bad_case"),
    ({"wrong_safeguards": ()}, "bad_case"),
    ({"says": ("",)}, "bad_case"),
    ({"says": ("a\0",)}, "bad_characters"),
    ({"note": "a" * 20_001}, "too_long"),
])
def test_a_case_that_can_not_be_held_is_refused(approving, house, judged, file, change, code):
    before = file.read_bytes()
    with pytest.raises(NotReviewed) as told:
        approving.approve(BEN, C1, 1, replace(proposal(approving, house).case, **change),
                          admin=False, confirmed=True)
    assert told.value.code == code
    assert (house.rows("verdict_approved"), file.read_bytes()) == ([], before)


def test_pressed_twice_it_is_approved_once_and_by_a_second_person_not_at_all(
    approving, house, judged, file
):
    case = proposal(approving, house).case

    assert approving.approve(BEN, C1, 1, case, admin=False, confirmed=True, key="k") == "v-1"
    assert approving.approve(BEN, C1, 1, case, admin=False, confirmed=True, key="k") == "v-1"
    with pytest.raises(NotReviewed) as told:
        approving.approve(BEN, C1, 1, case, admin=False, confirmed=True, key="other")
    assert told.value.code == "settled"
    assert len(house.rows("verdict_approved")) == len(read_cases(file)) == 1


def test_a_form_that_settled_another_verdict_puts_no_case_into_the_file(
    approving, house, judged, file
):
    """The file that everybody shares had a case that nobody had approved, and no row told of it."""
    house.reviewing.verdicts.say(
        ADA, C1, VerdictKind.WRONG_SAFEGUARD, 2, {"safeguard": judged}, "Nor here.")
    case = proposal(approving, house).case
    approving.approve(BEN, C1, 1, case, admin=False, confirmed=True, key="k")

    with pytest.raises(NotReviewed) as told:
        approving.approve(BEN, C1, 2, case, admin=False, confirmed=True, key="k")

    assert told.value.code == "changed_meanwhile"
    assert len(house.rows("verdict_approved")) == len(read_cases(file)) == 1


def test_refused_with_a_reason_it_becomes_nothing(approving, house, judged, file):
    approving.refuse(BEN, C1, 1, "It fits after all.")

    assert proposal(approving, house) is None
    (item,) = listed(approving, house).refused
    assert (item.verdict.settled_by, item.reason) == (BEN.user, "It fits after all.")
    assert read_cases(file) == ()


def test_a_file_that_can_not_be_written_is_brought_up_to_date_later(
    approving, house, judged, file, caplog
):
    kept = file.read_text("utf-8")
    shutil.rmtree(file.parent)

    done = approving.approve(BEN, C1, 1, proposal(approving, house).case, admin=False,
                             confirmed=True)

    assert done == "v-1"
    assert "there is no folder" in caplog.text
    assert [case["id"] for case in approving.unwritten()] == ["v-1"]
    with pytest.raises(NotWritten):
        approving.write()
    file.parent.mkdir()
    file.write_text(kept, "utf-8")
    assert approving.write() == ("v-1",)
    assert approving.write() == ()
    assert file.read_text("utf-8").startswith(kept)


def test_another_workspace_sees_no_verdict_and_settles_none(approving, house, judged):
    assert listed(approving, house, "T2").waiting == ()
    assert [item.conversation for item in listed(approving, house).waiting] == ["c1"]
    away = replace(BEN, workspace="T2")
    with pytest.raises(NotReviewed) as told:
        approving.approve(away, C1, 1, proposal(approving, house).case, admin=True,
                          confirmed=True)
    assert told.value.code == "unknown_verdict"


def test_of_a_plain_question_search_is_held(approving, house, file):
    house.say("What does the guidance say about audits?")
    cited = house.store.turns(C1)[0].reply.citations()[0].provision
    house.reviewing.verdicts.say(ADA, C1, VerdictKind.WRONG_CITATION, 1, {"provision": str(cited)},
                            "Another one.")

    case = proposal(approving, house).case
    approving.approve(BEN, C1, 1, case, admin=False, confirmed=True)

    assert case.shape is Shape.QUESTION
    assert read_queries(file)[1].wrong == (cited,)
    assert read_queries(file)[1].query == "What does the guidance say about audits?"


def test_what_came_before_starting_over_is_not_said_again(approving, house):
    house.say(DEAL)
    house.say("start over")
    house.say("Thermal cameras for the health ministry of Ghana.")
    house.reviewing.verdicts.say(ADA, C1, VerdictKind.FINE, 3, {}, "")

    found = proposal(approving, house)

    assert found.before == ("start over", "Thermal cameras for the health ministry of Ghana.")
    assert found.case.facts["country"] == ("GH",)


def test_once_the_words_are_erased_there_is_no_case(approving, house, judged):
    from bot.erasure.erasing import Erasing
    Erasing(house.store).conversation(T1, C1, by="U-adm", reason="asked")

    found = proposal(approving, house)

    assert found.case is None or found.case.says == ()


@pytest.mark.long
def test_an_approved_case_fails_while_the_answer_is_wrong_and_holds_once_it_is_mended(
    approving, house, judged, tmp_path, monkeypatch, worded
):
    corpus = tmp_path / "mended"
    shutil.copytree(CORPUS, corpus)
    approving.file = corpus / "evaluation.yaml"
    begin_with(worded, tmp_path / "data")
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ADVISOR_CORPUS_DIR", str(corpus))
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())
    approving.approve(BEN, C1, 1, proposal(approving, house).case, admin=False, confirmed=True)

    def evaluated():
        done = CliRunner().invoke(app, ["evaluate", "--suite", "held", "--json"])
        return done.exit_code, json.loads(done.stdout)["held"]["cases"]

    assert evaluated() == (1, [
        {"case": "v-1", "faults": [f"safeguard still suggested: {judged}"]}])

    shipped = corpus / "safeguards.yaml"
    safeguards = yaml.safe_load(shipped.read_text("utf-8"))
    next(one for one in safeguards["safeguards"] if one["id"] == judged)["suits"] = {
        "country": ["GH"]}
    shipped.write_text(yaml.safe_dump(safeguards, sort_keys=False), "utf-8")

    assert evaluated() == (0, [{"case": "v-1", "faults": []}])
    assert CliRunner().invoke(app, ["corpus", "check"]).exit_code == 0


def test_the_command_writes_what_the_file_lacks_and_says_so(
    approving, house, judged, file, tmp_path, monkeypatch, url
):
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ADVISOR_DATABASE_URL", url)
    monkeypatch.setenv("ADVISOR_CORPUS_DIR", str(file.parent))
    case = proposal(approving, house).case
    approving.approve(BEN, C1, 1, case, admin=False, confirmed=True)
    other = tmp_path / "other.yaml"

    def run(*arguments):
        done = CliRunner().invoke(app, ["cases", *arguments])
        return done.exit_code, done.stdout

    assert run("list") == (0, f"{file} holds every case that was approved.\n")
    assert run("write", "--to", str(other)) == (0, f"1 case written to {other}: v-1.\n")
    assert yaml.safe_load(other.read_text("utf-8")) == [case.record("v-1")]
    file.write_text("[]\n", "utf-8")
    assert json.loads(run("list", "--json")[1]) == [case.record("v-1")]
    assert run("write")[1] == f"1 case written to {file}: v-1.\n"
    assert [one.id for one in read_cases(file)] == ["v-1"]
