"""What 'check' calls sound is what 'publish' builds, and the doctor tells what both refuse."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.assembly import Assembly
from bot.cli import app
from bot.corpus_parts import CorpusParts
from bot.publishing.gate import NOTHING_MEASURED
from bot.settings import Settings
from retrieval.editing.edits import Retire
from retrieval.guidance import ProvisionId
from tests.evaluating.light import begin_with
from tests.publishing.conftest import WORDS

pytestmark = pytest.mark.long

SOUND = """\
- id: q-act
  query: act on what you find
  relevant: [ungp-19]
- id: d-spyware
  says: we sell spyware
  raised: [spyware-sold]
  cites_at_least: [ungp-17]
"""
UNKNOWN = "evaluation.yaml:4: the corpus has no 'ungp-99'."

Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def run(
    folder: Path, indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run a command over the small corpus in *folder*: its exit status and its JSON."""
    (folder / "evaluation.yaml").write_text(SOUND, "utf-8")
    begin_with(indexed, tmp_path / "data")
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ADVISOR_CORPUS_DIR", str(folder))
    monkeypatch.setattr(Assembly, "embeddings", WORDS)
    parts = Assembly(Settings())
    assert parts.store.active_release() is not None
    parts.store.close()

    def start(*arguments: str) -> tuple[int, dict[str, Any]]:
        done = CliRunner().invoke(app, [*arguments, "--json"])
        found = json.loads(done.stdout)
        return done.exit_code, found if isinstance(found, dict) else {
            one["name"]: one for one in found}
    return start


def label(folder: Path, was: str, is_: str) -> None:
    file = folder / "evaluation.yaml"
    file.write_text(file.read_text("utf-8").replace(was, is_), "utf-8")


def reworded(folder: Path) -> None:
    """Edit the folder, so that there is something to publish."""
    file = folder / "sources" / "ungp.yaml"
    file.write_text(file.read_text("utf-8").replace("Look before", "Look twice before"), "utf-8")


def test_a_name_in_a_labelled_case_that_the_corpus_lacks_is_told_by_every_command(
    run: Run, folder: Path
) -> None:
    reworded(folder)
    label(folder, "[ungp-17]", "[ungp-99]")
    assert run("corpus", "check") == (1, {
        "ok": False, "problems": [UNKNOWN], "warnings": [],
        "counts": run("corpus", "check")[1]["counts"]})
    status, published = run("corpus", "publish")
    assert (status, published["state"], published["problems"]) == (1, "refused", [])
    assert published["gate"]["cases"] == [UNKNOWN]
    status, differs = run("corpus", "diff")
    assert (status, differs["problems"]) == (1, [UNKNOWN])
    assert run("corpus", "lint", "--draft", "--no-search") == (
        1, {"ok": False, "problems": [UNKNOWN]})
    status, found = run("doctor")
    assert found["draft"] == {"name": "draft", "ok": True, "text": (
        f"it has 1 problem, which changes no answer: {UNKNOWN}")}
    assert found["corpus folder"]["ok"] is True
    # Whoever has to publish at once can't always mend the file.
    status, published = run("corpus", "publish", "--override", "counsel wants it out today")
    assert (status, published["state"]) == (0, "published")


def test_where_nothing_was_changed_a_case_at_fault_fails_no_publication(
    run: Run, folder: Path
) -> None:
    label(folder, "[ungp-17]", "[ungp-99]")
    status, published = run("corpus", "publish")
    assert (status, published["state"]) == (0, "unchanged")


def test_what_check_calls_sound_is_published(run: Run, folder: Path) -> None:
    reworded(folder)
    status, checked = run("corpus", "check")
    assert (status, checked["problems"]) == (0, [])
    assert run("doctor")[1]["draft"] == {
        "name": "draft", "ok": True, "text": "sound, as 'advisor corpus check' has it"}
    status, published = run("corpus", "publish", "--reason", "counsel reworded it")
    assert (status, published["state"]) == (0, "published")


@pytest.mark.parametrize(("gone", "state"), [("ungp-17", "ready"), ("ungp-19", "refused")])
def test_a_case_may_name_what_was_retired_here(
    run: Run, folder: Path, gone: str, state: str
) -> None:
    """Whoever retires it in the console can't edit the labelled cases, and the gate knows.

    What stands instead of the second isn't found by the question, so there the gate refuses.
    """
    parts = Assembly(Settings())
    drafts = CorpusParts(parts).drafts
    drafts.make(Retire(ProvisionId(gone), "it was withdrawn", ProvisionId("sg-c1")), "U1")
    parts.store.close()
    status, checked = run("corpus", "check")
    assert (status, checked["problems"]) == (0, [])
    assert run("doctor")[1]["draft"]["ok"] is True
    published = run("corpus", "publish", "--check-only")[1]
    assert (published["state"], published["problems"]) == (state, [])


def test_a_case_may_name_a_flag_that_went_along_with_what_was_retired(
    run: Run, folder: Path
) -> None:
    parts = Assembly(Settings())
    drafts = CorpusParts(parts).drafts
    flag = drafts.base().flag_by_id["spyware-sold"]
    for id_ in flag.authorities:
        drafts.make(Retire(id_, "it was withdrawn", None), "U1")
    assert "spyware-sold" in drafts.draft().went_along
    assert [one for one in CorpusParts(parts).problems(drafts.draft())
            if one.startswith("evaluation.yaml")] == []
    parts.store.close()


def test_a_case_may_not_name_what_the_folder_itself_retires(run: Run, folder: Path) -> None:
    """Its cases lie beside it, and whoever retires there can mend them."""
    file = folder / "sources" / "ungp.yaml"
    retired = "retired: {by: U1, at: '2026-01-01', reason: it was withdrawn, instead: ungp-17}"
    file.write_text(file.read_text("utf-8").replace(
        "    text: Act on what you find.", f"    {retired}\n    text: Act on what you find."))
    problems = run("corpus", "check")[1]["problems"]
    missing = "evaluation.yaml:1: the corpus has no 'ungp-19'."
    assert missing in problems
    assert run("corpus", "publish")[1]["problems"] == [p for p in problems if p != missing]


def test_a_source_that_cannot_be_read_is_one_problem_not_one_for_each_case_that_names_it(
    run: Run, folder: Path
) -> None:
    file = folder / "sources" / "ungp.yaml"
    sound = run("corpus", "check")[1]["problems"]
    file.write_text(file.read_text("utf-8") + "- : [\n", "utf-8")
    (alone,) = run("corpus", "check")[1]["problems"]
    assert (sound, alone.startswith("sources/ungp.yaml:")) == ([], True)
    label(folder, "[ungp-17]", "[ungp-17, ungp-99]")
    assert run("corpus", "check")[1]["problems"] == [alone, UNKNOWN]
    assert run("corpus", "publish")[1]["problems"] == [alone]
    assert run("doctor")[1]["draft"]["text"] == (
        f"it has 2 problems, which changes no answer: {alone} "
        "'advisor corpus check' prints them all.")


@pytest.mark.parametrize("cases", [
    "[]\n",
    "- query: act on what you find\n  relevant: []\n",
    "- query: act on what you find\n  relevant: [ungp-19]\n  held: true\n",
], ids=["none", "without an answer", "approved alone"])
def test_where_nothing_can_be_measured_check_and_doctor_say_so_and_the_gate_refuses(
    run: Run, folder: Path, cases: str
) -> None:
    reworded(folder)
    (folder / "evaluation.yaml").write_text(cases, "utf-8")
    said = f"evaluation.yaml:1: {NOTHING_MEASURED}"
    status, checked = run("corpus", "check")
    assert (status, checked["problems"]) == (1, [said])
    assert run("doctor")[1]["draft"]["text"].endswith(said)
    status, published = run("corpus", "publish")
    assert (status, published["state"], published["problems"]) == (1, "refused", [])
    # A written reason is enough: nothing is wrong with what would be published.
    status, published = run("corpus", "publish", "--override", "there is no time to label any")
    assert (status, published["state"]) == (0, "published")


@pytest.mark.parametrize(("cases", "said"), [
    (None, "evaluation.yaml can't be read: "),
    ("- [", "evaluation.yaml:2: not valid YAML: "),
    ("- query: ''\n  relevant: []\n", "evaluation.yaml:1: 'query' is the question, a text "),
])
def test_cases_that_cannot_be_read_are_one_problem_of_all(
    run: Run, folder: Path, cases: str | None, said: str
) -> None:
    reworded(folder)
    file = folder / "evaluation.yaml"
    file.unlink() if cases is None else file.write_text(cases, "utf-8")
    (problem,) = run("corpus", "check")[1]["problems"]
    assert problem.startswith(said)
    status, published = run("corpus", "publish")
    assert (status, published["state"]) == (1, "failed")
    assert said.rpartition(":")[0] in published["problems"][0]
    assert problem in run("doctor")[1]["draft"]["text"]


def test_a_folder_that_nothing_was_put_in_force_from_yet_is_checked_alike(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path / "new"))
    label(folder, "[ungp-17]", "[ungp-99]")
    status, checked = run("corpus", "check")
    assert (status, checked["problems"]) == (1, [UNKNOWN])
    assert not (tmp_path / "new" / "advisor.sqlite3").exists()


def test_a_broken_line_of_the_border_is_told(run: Run, folder: Path) -> None:
    lines = ['{"text": "does it bear on resale", "relevant": ["ungp-17"]}',
             '{"text": "does it bear on resale", "relevant": ["ungp-99"]}', "{", '["x"]',
             '{"text": "what does it cost", "gap": "no-gap"}']
    (folder / "border.jsonl").write_text("\n".join(lines[:2]), "utf-8")
    status, checked = run("corpus", "check")
    assert (status, checked["problems"]) == (1, ["border.jsonl:2: there is no provision 'ungp-99'"])
    (folder / "border.jsonl").write_text("\n".join(lines), "utf-8")
    assert [one[:15] for one in run("corpus", "check")[1]["problems"]] == ["border.jsonl:3:"]
    # It is part of no release, and trained with elsewhere.
    reworded(folder)
    assert run("corpus", "publish")[1]["state"] == "published"
