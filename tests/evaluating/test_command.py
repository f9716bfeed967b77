"""`advisor evaluate` as it is called."""

import json

import pytest
from typer.testing import CliRunner

from bot.advisor import Advisor
from bot.cli import app
from bot.dialogue.reply import Kind
from bot.evaluating.rehearsing import rehearse
from bot.evaluating.staging import speed
from bot.measures.labelled import Case
from bot.measures.measured import last
from retrieval.model.passes import KEPT

pytestmark = pytest.mark.long


def test_a_deal_nobody_knows_anything_about_still_ends_in_advice(light):
    advisor: Advisor = light.advisor

    played = rehearse(Case("c", ("phone spyware for the police in kenya",)), advisor.take_turn)

    assert played.failure is None
    assert played.reply is not None
    assert played.reply.kind is Kind.ADVICE
    assert played.asked_again == ()
    assert 0 < played.rounds <= light.settings.question_limit


def test_the_command_measures_both_suites_and_leaves_the_database_alone(light, tmp_path):
    gold = tmp_path / "gold.jsonl"
    rows = [
        {"kind": "retrieval", "query": "do we need a complaints hotline", "relevant": ["ungp-29"]},
        {"kind": "retrieval", "query": "a missing one", "relevant": ["ungp-999"]},
        {"kind": "dialogue", "says": ["phone spyware for the police in kenya"], "raised": []},
    ]
    gold.write_text("\n".join(map(json.dumps, rows)), "utf-8")

    result = CliRunner().invoke(app, ["evaluate", "--gold", str(gold), "--json"])

    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["retrieval"]["queries"] == 2
    assert report["retrieval"]["systems"]["advisor"]["recall@5"]["value"] == 0.5
    assert report["dialogue"]["conversations"] == 1
    assert report["dialogue"]["cases"][0]["failure"] is None
    assert report["notes"] == ["The gold file names what this release lacks: ungp-999."]
    assert not list((tmp_path / "data").glob("*.sqlite3"))


def test_every_suite_measures_what_the_files_together_hold(light, tmp_path):
    says = ["phone spyware for the police in Kenya. Courts there are independent"]
    dialogue = {"id": "d", "says": says, "raised": [], "not_raised": [], "split": "dev",
                "told": {"product": "spyware", "country": "KE"}}
    files = {
        "cases": [dialogue, {**dialogue, "id": "t", "split": "test"}],
        "questions": [{"query": "recipe for soup", "relevant": [], "group": "outside",
                       "split": "dev"}],
        "pairs": [{"base": says, "flipped": ["phone spyware for the army in Kenya"],
                   "fact": "end_user", "from": ["police"], "to": ["military"], "split": "dev"}],
        "bearing": [{"kind": "bearing", "claim": "sg-c1", "provision": "sg-c1", "bears": False}],
    }
    arguments = ["evaluate", "--split", "dev", "--json"]
    for name, rows in files.items():
        (tmp_path / name).write_text("\n".join(map(json.dumps, rows)), "utf-8")
        arguments += ["--gold", str(tmp_path / name)]
    report, picture = tmp_path / "report.md", tmp_path / "figures.png"

    result = CliRunner().invoke(app, [*arguments, "--report", str(report), "--plot", str(picture),
                                      "--keep"])

    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    left = last(tmp_path / "data")
    assert (left.release, left.split) == (found["release"], "dev")
    assert left.cases == tuple(files)
    assert {"stability", "citations exist"} <= {aim.name for aim in left.aims}
    assert any(sheet.title.startswith("Minimal pairs") for sheet in left.sheets)
    assert found["dialogue"]["conversations"] == 1
    assert found["dialogue"]["scope"]["outside"]["false answers"]["n"] == 1
    assert found["dialogue"]["scope"]["all"]["false declines"]["n"] == 1
    grounding = found["dialogue"]["grounding"]
    assert grounding["figures"]["citations that exist, word for word"]["value"] == 1.0
    assert ["sg-c1", "sg-c1"] in grounding["not bearing"]
    assert found["stability"]["deals"] == 1
    assert found["pairs"]["pairs"] == 1
    assert found["pairs"]["figures"]["sensitivity"]["n"] == 1
    assert "undisclosed-end-user" in found["mutations"]["unnoticed"]["red flag"]
    assert "## Stability" in report.read_text("utf-8")
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--suite", "dialogue"], "needs a gold file"),
        (["--suite", "pairs"], "needs a gold file"),
        (["--suite", "everything"], "everything"),
        (["--gold", "{bad}"], "not JSON"),
        (["--gold", "{empty}"], "no case"),
        (["--gold", "{misspelt}"], "no case of that suite and split. Entries of a kind that no "
                                   "suite measures were left out: 1 of 'retreival'."),
    ],
)
def test_bad_usage_is_told_and_exits_with_two(light, tmp_path, arguments, complaint):
    (tmp_path / "bad").write_text("{", "utf-8")
    (tmp_path / "empty").write_text("", "utf-8")
    (tmp_path / "misspelt").write_text('{"kind": "retreival", "query": "x"}', "utf-8")
    places = {name: str(tmp_path / name) for name in ("bad", "empty", "misspelt")}

    result = CliRunner().invoke(app, ["evaluate", *(a.format(**places) for a in arguments)])

    assert result.exit_code == 2
    assert complaint in " ".join(result.output.replace("│", " ").split())


@pytest.mark.parametrize("option", ["--report", "--plot"])
def test_a_file_that_can_not_be_written_is_told_before_anything_is_measured(
        light, tmp_path, option):
    """An hour of measuring ended in "File name too long", and what was measured was lost."""
    (tmp_path / "bad").write_text("{", "utf-8")

    result = CliRunner().invoke(
        app, ["evaluate", "--gold", str(tmp_path / "bad"), option, str(tmp_path / ("x" * 300))])

    assert result.exit_code == 2
    told = " ".join(result.output.replace("│", " ").split())
    assert "can't be written: File name too long." in told
    assert "not JSON" not in told


def test_a_file_that_can_be_written_is_as_it_was_until_all_is_measured(light, tmp_path):
    bad, new, old = tmp_path / "bad", tmp_path / "new.md", tmp_path / "old.png"
    bad.write_text("{", "utf-8")
    old.write_text("of last week", "utf-8")

    result = CliRunner().invoke(app, [
        "evaluate", "--gold", str(bad), "--report", str(new), "--plot", str(old)])

    assert "not JSON" in " ".join(result.output.replace("│", " ").split())
    assert not new.exists()
    assert old.read_text("utf-8") == "of last week"


def test_few_questions_are_not_timed_since_the_model_would_not_be_asked_again(light):
    told: list[str] = []

    assert speed(light, {}, [f"question {n % KEPT}" for n in range(99)], told.append) == {}
    assert told == ["Nothing is timed: that takes more than 16 questions. Of fewer, the model's "
                    "passes would still be held from the round before."]
    assert speed(light, {}, [f"question {n}" for n in range(KEPT + 1)], told.append) == {
        "search": {}, "recorded turn": {}}
