"""Every command explains itself; search, the corpus, the doctor and chat: output, exit status."""

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.cli import app

CORPUS = Path(__file__).parents[2] / "guidance_corpus"

COMMANDS = [
    ["chat"], ["search"], ["doctor"], ["evaluate"],
    ["corpus", "list"], ["corpus", "show"], ["corpus", "check"], ["corpus", "register"],
    ["log", "list"], ["log", "show"], ["log", "verify"], ["log", "checkpoint"], ["log", "key"],
    ["log", "replay"], ["log", "export"], ["log", "erase"], ["log", "hold"],
    ["log", "release"], ["log", "retention"],
    ["db", "upgrade"],
    ["cases", "list"], ["cases", "write"],
]


def every(command, *names):
    """Each command with its names, groups left out."""
    for name, inner in getattr(command, "commands", {}).items():
        yield from every(inner, *names, name)
    if not hasattr(command, "commands"):
        yield names, command


def test_each_command_says_what_it_does_and_what_it_takes():
    """`log show` and others named a CONVERSATION and said nothing of where its name is found."""
    found = dict(every(typer.main.get_command(app)))
    assert {" ".join(one) for one in COMMANDS} <= {
        " ".join(names) for names in found}
    untold = [(*names, one.name) for names, command in found.items() for one in command.params
              if not one.help]
    assert untold == [] and all(command.help for command in found.values())


def test_a_help_breaks_its_lines_where_they_are_full():
    """It broke them as the docstring does, and again where they were full, after a word or two."""
    done = CliRunner().invoke(app, ["corpus", "impact", "--help"], env={"COLUMNS": "80"})
    assert "conversations the advice would be another. " in done.stdout


@pytest.mark.long
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_explains_itself(run, command):
    done = run(*command, "--help")
    assert done.returncode == 0
    assert "Usage" in done.stdout


def test_a_wrong_option_is_bad_usage(cold):
    assert cold("search", "--nonsense").returncode == 2


def test_search_prints_one_document(cold):
    done = cold("search", "do we need a complaints hotline", "-k", "3", "--json")
    found = json.loads(done.stdout)
    assert found["query"] == "do we need a complaints hotline"
    assert found["abstained"] is False
    assert {match["id"] for match in found["matches"]} == {"ungp-31", "ungp-29", "sg-c6-8"}
    assert len(found["matches"]) == 3
    assert found["matches"][0].keys() >= {
        "id", "pinpoint", "source", "checked", "similarity", "why", "text",
    }


@pytest.mark.long
def test_search_reads_queries_from_standard_input(run):
    done = run("search", "-", "-k", "2", stdin="ungp 19\nbest pizza in town\n")
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["matches"][0]["id"], first["matches"][0]["why"]) == ("ungp-19", "pinned")
    assert (second["abstained"], second["matches"]) == (True, [])


def test_a_question_longer_than_a_message_may_be_is_refused_and_the_next_is_answered(run):
    """It was read however long it was, for minutes, and nobody could ask anything meanwhile."""
    of = "complaints hotline".ljust
    done = run("search", "-", "-k", "1", stdin=f"{of(8000, 'x')}\n{of(8001, 'x')}\nungp 19\n")
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert len(first["query"]) == 8000
    assert second == {"error": {"code": "too_long", "message": (
        "That message has 8,001 characters; I read 8,000 at most. Please send just the part about "
        "the deal.")}}
    assert third["matches"][0]["id"] == "ungp-19"

    done = run("search", of(8001, "x"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "I read 8,000 at most" in done.stderr


def test_no_more_is_listed_than_was_asked_for_whatever_is_named(run):
    done = run("search", "UNGP 19", "-k", "1")
    assert [line.split()[0] for line in done.stdout.splitlines()
            if line.startswith("ungp-")] == ["ungp-19"]


@pytest.mark.long
def test_the_corpus_is_sound_and_counted(run):
    done = run("corpus", "check", "--json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert report["problems"] == []
    counts = report["counts"]
    assert (counts["provisions"], counts["considerations"], counts["questions"]) == (230, 8, 25)


def test_a_broken_corpus_exits_1_and_names_the_line(run, tmp_path):
    done = run("corpus", "check", env={"ADVISOR_CORPUS_DIR": str(tmp_path)})
    assert done.returncode == 1
    assert "considerations.yaml:1: the file is missing" in done.stdout
    assert "Traceback" not in done.stderr


def test_broken_lines_of_what_is_trained_with_are_told(run, tmp_path):
    root = Path(shutil.copytree(CORPUS, tmp_path / "corpus"))
    places = []
    for folder, pattern in (("exemplars/", "*.jsonl"), ("openings/", "*.jsonl"), ("", "border.*")):
        file = min((root / folder).glob(pattern))
        with file.open("a", encoding="utf-8") as lines:
            lines.write("{bad json\n")
        many = len(file.read_text("utf-8").splitlines())
        places.append(f"{folder}{file.name}:{many}: ")
    done = run("corpus", "check", env={"ADVISOR_CORPUS_DIR": str(root)})
    assert done.returncode == 1
    for place in places:
        assert place in done.stdout.replace("\n", "")


@pytest.mark.long
def test_a_corpus_without_a_labelled_question_is_told(run, tmp_path):
    root = Path(shutil.copytree(CORPUS, tmp_path / "corpus"))
    (root / "evaluation.yaml").write_text("[]\n", encoding="utf-8")
    done = run("corpus", "check", env={"ADVISOR_CORPUS_DIR": str(root)})
    assert done.returncode == 1
    assert "evaluation.yaml:1: No labelled question with an answer" in done.stdout
    (root / "evaluation.yaml").unlink()
    done = run("corpus", "check", env={"ADVISOR_CORPUS_DIR": str(root)})
    assert done.returncode == 1
    assert "evaluation.yaml can't be read" in done.stdout


def test_the_corpus_list_has_one_provision_a_line(run):
    done = run("corpus", "list", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == 230
    assert rows[0].keys() == {"id", "pinpoint", "source", "checked", "kind", "text"}


def test_an_unknown_provision_is_a_sentence_not_a_traceback(run):
    done = run("corpus", "show", "sg-c9")
    assert done.returncode == 1
    assert "no provision 'sg-c9'" in done.stderr


@pytest.mark.long
def test_the_doctor_finds_a_sound_installation(cold):
    done = cold("doctor", "--json")
    assert done.returncode == 0, done.stdout
    assert all(row["ok"] for row in json.loads(done.stdout))


@pytest.mark.long
def test_the_doctor_names_what_is_wrong(run, tmp_path):
    (tmp_path / "replies.yaml").write_text("upshot: {}\n", encoding="utf-8")
    done = run("doctor", env={"ADVISOR_PROMPTS_DIR": str(tmp_path)})
    assert done.returncode == 1
    assert "FAIL sentences" in done.stdout
    assert "'lead.help' is missing" in done.stdout


def test_a_bad_setting_is_a_sentence(run):
    done = run("corpus", "check", env={"ADVISOR_QUESTION_LIMIT": "many"})
    assert done.returncode == 1
    assert "ADVISOR_QUESTION_LIMIT" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.long
def test_resume_goes_on_with_the_last_conversation(run, tmp_path):
    here = {"ADVISOR_DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite3'}"}
    run("chat", "--conversation", "mine", stdin="CCTV for the city of Accra\n", env=here)
    done = run("chat", "--resume", stdin="actually it's for the police\n", env=here)
    assert "This conversation is mine" in " ".join(done.stdout.split())
    assert "Police" in done.stdout


def test_the_terminal_answers_and_ends_with_its_input(cold):
    done = cold("chat", stdin="drones for the police in Kenya\n[1]\n[99]\n")
    assert done.returncode == 0
    assert "Drones" in done.stdout
    assert "no citation [99]" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.long
def test_what_the_texts_leave_open_is_declined_and_listed_grouped(run, tmp_path, data_dir):
    """A first message on a gap names whom to ask, though it names a product and a country."""
    own = {"ADVISOR_DATABASE_URL": f"sqlite:///{tmp_path / 'gaps.sqlite3'}"}
    asked = ["whats the ECCN for our face matching server",
             "does a thermal camera with 60 hz go under 6A003",
             "whats the VAT on cctv cameras for kenya"]
    lines = "\n".join(json.dumps({"conversation": f"g{n}", "text": text})
                      for n, text in enumerate(asked))

    answers = [json.loads(line) for line in
               run("chat", "--jsonl", stdin=lines + "\n", env=own).stdout.splitlines()]
    listed = json.loads(run("corpus", "gaps", "--json", env=own).stdout)

    assert [(one["kind"], one["deal"]) for one in answers] == [("decline", {})] * 3
    assert "export counsel" in answers[0]["text"]
    assert [(one["count"], sorted(one["examples"])) for one in listed] == [
        (2, sorted(asked[:2])), (1, asked[2:]),
    ]


@pytest.mark.long
def test_a_word_before_the_matter_is_answered_and_is_no_gap_in_the_texts(run, tmp_path, data_dir):
    own = {"ADVISOR_DATABASE_URL": f"sqlite:///{tmp_path / 'opening.sqlite3'}"}
    said = ["hi need a quick steer",
            "hi, need help, drones for the police in chad"]
    lines = "\n".join(json.dumps({"conversation": f"o{n}", "text": text})
                      for n, text in enumerate(said))

    opening, deal = [json.loads(line) for line in
                     run("chat", "--jsonl", stdin=lines + "\n", env=own).stdout.splitlines()]
    listed = json.loads(run("corpus", "gaps", "--json", env=own).stdout)

    assert opening["kind"] == "decline"
    assert "what is sold, who will use it" in opening["text"]
    assert set(deal["deal"]) == {"product", "end_user", "country"}
    assert listed == []
