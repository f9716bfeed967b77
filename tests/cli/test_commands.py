"""Every command: its help, its output and its exit status."""

import json
import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.brief.markdown import escaped
from bot.commands.exporting import _file_name, _write
from bot.commands.log import _by
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.errors import AdvisorError
from bot.ledger import GENESIS
from bot.log_order import LOCAL
from bot.record.deletions import of_message, of_reply
from bot.record.log import Happening
from bot.record.merkle import Edge
from bot.store import Store
from tests.store.small import begin, step

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


def test_an_unknown_conversation_is_told_plainly(spoken):
    done = spoken("show", "nobody")
    assert done.returncode == 1
    assert "There is no conversation 'nobody'" in done.stderr


@pytest.mark.long
def test_resume_goes_on_with_the_last_conversation(run, tmp_path):
    here = {"ADVISOR_DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite3'}"}
    run("chat", "--conversation", "mine", stdin="CCTV for the city of Accra\n", env=here)
    done = run("chat", "--resume", stdin="actually it's for the police\n", env=here)
    assert "This conversation is mine" in " ".join(done.stdout.split())
    assert "Police" in done.stdout


def test_the_log_is_whole_and_shows_what_was_said(run, talk):
    talk({"conversation": "log-show", "text": "CCTV for the city of Accra"})
    assert run("log", "verify").returncode == 0
    shown = run("log", "show", "log-show")
    assert "CCTV for the city of Accra" in shown.stdout
    assert "log-show" in run("log", "list", "--limit", "1000").stdout


def test_the_log_says_who_said_what_and_where_nothing_was_typed(run, talk):
    """A colleague's words stood as whoever asked's, and a press as if its words were gone."""
    talk({"conversation": "who-said", "text": "CCTV for the city of Accra"},
         {"conversation": "who-said", "answers": {"end_use": ["traffic"]}})
    shown = run("log", "show", "who-said").stdout
    rows = [json.loads(line)
            for line in run("log", "show", "who-said", "--json").stdout.splitlines()]

    assert {row["author"] for row in rows} == {"terminal"}
    heads = [line for line in shown.splitlines() if line.startswith("--- turn")]
    assert [head.split(", ")[2] for head in heads] == ["by terminal"] * 2
    assert "> (nothing was typed: chosen)" in shown


@pytest.mark.long
def test_nothing_that_somebody_wrote_steers_the_terminal_of_who_reads_it(run, talk):
    """A message could clear the screen of whoever looked it up, or name the window."""
    evil = "\x1b[2J\x1b]0;mine\x07\x9b31m\u202e"
    talk({"conversation": f"steering {evil}",
          "text": f"CCTV for the city of Accra {evil}\n\u200d."})
    there = next(line for line in run("log", "list", "--limit", "1000").stdout.splitlines()
                 if "steering" in line)
    shown = run("log", "show", f"steering {evil}").stdout
    foreseen = run("log", "erase", "--preview", "--conversation", f"steering {evil}").stdout
    held = "".join(run("log", act, f"steering {evil}", "--by", "lead", "--reason", "r").stdout
                   for act in ("hold", "release"))

    seen = "⟨U+001B⟩[2J⟨U+001B⟩]0;mine⟨U+0007⟩⟨U+009B⟩31m⟨U+202E⟩"
    assert there.endswith(f"steering {seen}")
    assert f"> CCTV for the city of Accra {seen}\n\u200d.\n" in shown
    assert f"  steering {seen}\n" in foreseen
    assert held == f"steering {seen} is held.\nsteering {seen} is held no longer.\n"
    assert not {*evil} & {*shown, *foreseen} - {*"[2J]0;mine31m"}


def test_a_conversation_is_found_by_its_name_as_a_memo_has_it(run, talk):
    """The memo in Markdown breaks the id, unseen, and no command found what was copied from it."""
    talk({"conversation": "slack:T1:D9:17.5", "text": "CCTV for the city of Accra"})
    copied = escaped("slack:T1:D9:17.5")

    assert copied != "slack:T1:D9:17.5"
    assert "CCTV for the city of Accra" in run("log", "show", copied).stdout
    assert "comes out again" in run("log", "replay", copied).stdout


def test_a_stored_answer_is_rendered_again_to_the_letter(run, talk):
    said = ["stingrays for the police in Chad, they torture journalists", "no idea", "advise now"]
    shown = [out["text"] for out in talk(*({"conversation": "retold", "text": t} for t in said))]
    done = run("log", "show", "retold", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["shown"] for row in rows] == shown
    assert {row["fault"] for row in rows} == {None}
    assert done.returncode == 0


def test_the_terminal_answers_and_ends_with_its_input(cold):
    done = cold("chat", stdin="drones for the police in Kenya\n[1]\n[99]\n")
    assert done.returncode == 0
    assert "Drones" in done.stdout
    assert "no citation [99]" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_turn_is_shown_as_the_new_wording_of_an_edited_message():
    turn = replace(step(begin("c1"), "k:edit:1.2", "U1", "It is Norway.")[0], version=2)

    assert _by(turn, 1) == ", the new wording of the message of turn 1"
    assert _by(turn, 2) == ""
    assert _by(replace(turn, retakes=1), 1) == ", turn 1 looked at again"


@pytest.mark.long
def test_a_turn_is_shown_with_what_was_deleted_of_it_in_slack(run, tmp_path):
    url = f"sqlite:///{tmp_path / 'own.sqlite3'}"
    here = {"ADVISOR_DATABASE_URL": url}
    run("chat", "--conversation", "gone", stdin="CCTV for the city of Accra\n", env=here)
    store, at = Store(url), datetime(2026, 11, 26, 10, 11, 12, tzinfo=UTC)
    for n, event in enumerate([of_message(MessageKey("k"), 1, at), of_reply("k:r", 1, 2, 3, at)]):
        store.note(LOCAL, Happening(event.kind, f"n{n}", at, event.author, ConversationId("gone"),
                                    event.body))
    store.close()

    shown = run("log", "show", "gone", env=here).stdout
    (row,) = map(json.loads, run("log", "show", "gone", "--json", env=here).stdout.splitlines())

    assert ("... the message was deleted in Slack at 2026-11-26T10:11:12+00:00; Slack doesn't tell "
            "by whom") in shown
    assert "... message 2 of 3 of the reply was deleted in Slack at 2026-11-26T10:11:12" in shown
    assert row["deleted_in_slack"] == [
        {"what": "message", "turn": 1, "at": "2026-11-26T10:11:12.000000+00:00", "part": 1,
         "parts": 1},
        {"what": "reply", "turn": 1, "at": "2026-11-26T10:11:12.000000+00:00", "part": 2,
         "parts": 3}]
    assert run("log", "verify", env=here).returncode == 0


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


@pytest.fixture(scope="session")
def told_once(run, tmp_path_factory):
    """A database with one conversation; to be copied."""
    file = tmp_path_factory.mktemp("told") / "log.sqlite3"
    lines = "\n".join(json.dumps({"conversation": "c1", "text": text}) for text in
                      ["spyware for the Wolpertinger police in chad", "they never ask a judge"])
    run("chat", "--jsonl", stdin=lines + "\n", env={"ADVISOR_DATABASE_URL": f"sqlite:///{file}"})
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    return file


@pytest.fixture
def spoken(run, told_once, tmp_path):
    """What runs commands on a database of its own with one conversation."""
    file = shutil.copy(told_once, tmp_path)
    own = {"ADVISOR_DATABASE_URL": f"sqlite:///{file}"}
    return lambda *words: run("log", *words, env=own)


@pytest.mark.long
def test_the_log_is_proved_by_a_checkpoint_that_was_kept_elsewhere(spoken, tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text(spoken("checkpoint").stdout)
    assert kept.read_text().startswith("advisor-log/local\n4\n")
    assert spoken("key").stdout.startswith("advisor-log+")

    whole = spoken("verify", "--checkpoint", str(kept))
    with sqlite3.connect(tmp_path / "log.sqlite3") as database:
        database.execute("UPDATE log SET body = replace(body, 'chad', 'mali') WHERE seq = 4")
        database.execute("UPDATE log SET actor = 'somebody' WHERE seq = 4")
    broken = spoken("verify", "--checkpoint", str(kept))
    other = spoken("verify", "--checkpoint", str(tmp_path / "log.sqlite3"))

    assert (whole.returncode, whole.stdout) == (
        0, "local: 4 rows, whole, and as the last checkpoint has them.\n")
    assert broken.returncode == 1
    assert broken.stdout.startswith("local: Row 4 of the log was altered")
    assert other.returncode == 1
    assert "Traceback" not in other.stderr


def test_it_says_how_far_the_checkpoint_that_was_given_proves(spoken, run, tmp_path):
    kept = tmp_path / "kept.txt"
    before = spoken("verify")
    assert (before.returncode, before.stdout.split("; ")[0]) == (
        0, "local: 4 rows, whole. No checkpoint covers any of them yet")
    kept.write_text(spoken("checkpoint").stdout)
    own = {"ADVISOR_DATABASE_URL": f"sqlite:///{tmp_path / 'log.sqlite3'}"}
    run("chat", "--jsonl", stdin=json.dumps({"conversation": "c1", "text": "hello"}) + "\n",
        env=own)
    spoken("checkpoint")

    done = spoken("verify", "--checkpoint", str(kept))

    assert (done.returncode, done.stdout) == (0, (
        "local: 5 rows, whole. Your checkpoint proves those up to 4, and none of the 1 after it: "
        "these fit one another, which proves nothing against somebody who could write the "
        "database. The database's own checkpoints fit too, up to row 5; who has its key could "
        "have made those anew.\n"))
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("of something else\n")
    none = spoken("verify", "--checkpoint", str(kept), "--checkpoint", str(wrong))
    assert (none.returncode, none.stdout, none.stderr) == (1, "", (
        f"{wrong}: That is no checkpoint of this log: an empty line and a signature are "
        "missing.\n"))
    nowhere = spoken("verify", "--workspace", "NOPE")
    assert (nowhere.returncode, nowhere.stdout) == (1, "")
    assert nowhere.stderr == (
        "There is no log of workspace 'NOPE'; there are those of local.\n")


@pytest.mark.long
def test_guidance_that_was_altered_is_named_and_not_shown(spoken, run, tmp_path):
    own = {"ADVISOR_DATABASE_URL": f"sqlite:///{tmp_path / 'log.sqlite3'}"}
    with sqlite3.connect(tmp_path / "log.sqlite3") as database:
        (release,) = database.execute("SELECT id FROM releases").fetchone()
        database.execute("UPDATE releases SET content = replace(content, 'surveillance', 'kind')")

    told = f"release '{release}' is not what was published"
    why = ("--by", "lead", "--reason", "asked for")
    for words in (("replay", "c1"), ("show", "c1"), ("verify",), ("export", "c1", "--as", "zip",
                  "--out", str(tmp_path / "c1.zip"), *why)):
        done = spoken(*words)
        assert done.returncode == 1, words
        assert told in done.stderr or f"release {release}" in done.stdout, words
        assert "Traceback" not in done.stderr, words
    assert not (tmp_path / "c1.zip").exists()
    looked = run("doctor", env=own)
    assert looked.returncode == 1
    assert release in looked.stdout + looked.stderr
    assert "Traceback" not in looked.stderr


@pytest.mark.long
def test_recorded_answers_come_out_again(spoken):
    done = spoken("replay", "c1")

    assert (done.returncode, done.stdout) == (
        0, "turn 1: comes out again, to the byte\nturn 2: comes out again, to the byte\n")
    assert spoken("replay", "c9").returncode == 1


def test_words_are_erased_held_and_kept_for_a_time_on_request(spoken, tmp_path):
    why = ("--by", "lead", "--reason", "asked for")

    held = spoken("hold", "c1", *why)
    refused = spoken("erase", "--conversation", "c1", *why)
    released = spoken("release", "c1", *why)
    unsigned = spoken("erase", "--conversation", "c1")
    foreseen = spoken("erase", "--conversation", "c1", "--preview")
    erased = spoken("erase", "--conversation", "c1", *why)
    kept = spoken("retention", "--days", "30", *why)

    assert (held.returncode, released.returncode, kept.returncode) == (0, 0, 0)
    assert refused.returncode == 1
    assert "legal hold" in refused.stderr
    assert (unsigned.returncode, "--preview" in unsigned.stderr) == (2, True)
    assert foreseen.stdout == ("Would be erased: the words of 2 rows in 1 conversation.\n  c1\n"
                               "Nothing was erased.\n")
    assert erased.stdout.startswith("Erased: the words of 2 rows in 1 conversation.")
    assert spoken("erase", *why).returncode == 2
    assert spoken("verify").stdout.startswith("local: 8 rows, whole.")
    assert b"Wolpertinger" not in (tmp_path / "log.sqlite3").read_bytes()
    shown = spoken("show", "c1").stdout
    assert "Wolpertinger" not in shown
    assert "> (the words were erased)" in shown
    assert "Because you said words that were erased." in shown
    assert "“”" not in shown


def test_a_hold_is_put_once_and_the_retention_in_force_is_shown(spoken):
    why = ("--by", "lead", "--reason", "asked for")
    assert spoken("hold", "c1", *why).returncode == 0
    twice = spoken("hold", "c1", *why)
    assert (twice.returncode, twice.stderr) == (
        1, "c1 is held already, so nothing was done and nothing is on record of it.\n")
    assert spoken("release", "c1", *why).returncode == 0
    free = spoken("release", "c1", *why)
    assert (free.returncode, free.stderr) == (
        1, "c1 is not held, so nothing was done and nothing is on record of it.\n")
    assert spoken("retention").stdout == "Words are kept for ever.\n"
    assert spoken("retention", "--days", "30", *why).stdout == "Words are kept for 30 days.\n"
    assert spoken("retention").stdout == "Words are kept for 30 days.\n"
    half = spoken("retention", "--days", "3")
    assert (half.returncode, half.stderr) == (
        2, "To set the period, give --by and --reason too; without any option it is shown.\n")
    assert spoken("verify").stdout.startswith("local: 7 rows, whole.")


def test_all_is_exported_though_a_log_is_empty(spoken, tmp_path):
    with sqlite3.connect(tmp_path / "log.sqlite3") as database:
        database.execute("INSERT INTO log_heads (workspace, count, digest, edge) "
                         "VALUES ('T1', 0, ?, ?)", (GENESIS, Edge().dump()))
    done = spoken("export", "--all", "--as", "csv", "--by", "kim", "--reason", "audit",
                  "--out", str(tmp_path / "all.csv"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1] == "The log of T1 is empty, and not in it."
    assert (tmp_path / "all.csv").is_file()


@pytest.mark.long
def test_an_export_proves_itself_without_the_database(spoken, run, tmp_path):
    why = ("--by", "lead", "--reason", "asked for")
    case, table, memo = tmp_path / "c1.zip", tmp_path / "all.jsonl", tmp_path / "c1.docx"
    nowhere = {"ADVISOR_DATABASE_URL": "sqlite:////nowhere/at/all"}

    made = [
        spoken("export", "c1", "--as", "zip", "--out", str(case), *why),
        spoken("export", "c1", "--as", "docx", "--redact", "all", "--out", str(memo), *why),
        spoken("export", "--all", "--as", "jsonl", "--since", "2020-01-01", "--out", str(table),
               *why),
    ]
    assert [one.returncode for one in made] == [0, 0, 0], [one.stderr for one in made]
    assert "Names of people" in made[1].stdout
    key = spoken("key").stdout.strip()
    for file in (case, table, memo):
        done = run("log", "verify", "--export", str(file), "--key", key, env=nowhere)
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "All fits."), done.stderr
    assert spoken("verify").stdout.startswith("local: 7 rows, whole.")

    again = spoken("export", "c1", "--as", "zip", "--out", str(case), *why)
    assert again.returncode == 1
    assert "there already" in again.stderr
    assert spoken("export", "c1", "--as", "csv", *why).returncode == 2
    assert spoken("export", "c1", "--all", "--as", "zip", *why).returncode == 2
    assert spoken("export", "--all", "--as", "zip", *why).returncode == 2
    table.write_bytes(table.read_bytes().replace(b"Wolpertinger", b"Wolpertingor"))
    broken = run("log", "verify", "--export", str(table), env=nowhere)
    assert broken.returncode == 1
    assert "Traceback" not in broken.stderr


def test_a_conversation_is_found_in_whatever_workspace_it_is(spoken, tmp_path):
    with sqlite3.connect(tmp_path / "log.sqlite3") as database:
        database.execute("UPDATE conversations SET workspace = 'T1'")
    why = ("--by", "lead", "--reason", "asked for")

    assert spoken("hold", "c1", *why).stdout == "c1 is held.\n"
    assert spoken("release", "c1", *why).stdout == "c1 is held no longer.\n"
    missing = spoken("hold", "c9", *why)
    assert (missing.returncode, missing.stderr) == (
        1, "There is no conversation 'c9'; 'advisor log list' prints them.\n")
    nobody = spoken("erase", "--person", "U9", *why)
    assert (nobody.returncode, nobody.stderr) == (1, "'U9' has said nothing in any workspace.\n")


def test_the_list_says_that_there_are_more(spoken, run, tmp_path):
    own = {"ADVISOR_DATABASE_URL": f"sqlite:///{tmp_path / 'log.sqlite3'}"}
    run("chat", "--jsonl", stdin=json.dumps({"conversation": "c2", "text": "hello"}) + "\n",
        env=own)

    done = spoken("list", "--limit", "1")

    assert done.stdout.endswith("  c2\n")
    assert done.stderr == "These are the newest 1 of 2 conversations; --limit shows more.\n"
    assert spoken("list").stderr == ""


def test_a_period_and_a_checkpoint_are_of_the_workspace_that_somebody_speaks_in(spoken, tmp_path):
    """Thirty days were promised, and set for what comes from no Slack: nothing was ever erased."""
    why = ("--by", "lead", "--reason", "asked for")
    Store(f"sqlite:///{tmp_path / 'log.sqlite3'}").note(
        "T1", Happening("installed", "i", datetime(2026, 11, 26, tzinfo=UTC), "U1", None, {}))

    unnamed = spoken("retention", "--days", "30", *why)
    mistyped = spoken("retention", "--days", "30", "--workspace", "T2", *why)
    unsigned = spoken("checkpoint")
    named = spoken("retention", "--days", "30", "--workspace", "T1", *why)

    several = ("There are logs of several workspaces; say which one is meant with --workspace: "
               "T1, local.\n")
    assert (unnamed.returncode, unnamed.stdout, unnamed.stderr) == (1, "", several)
    assert (unsigned.returncode, unsigned.stdout, unsigned.stderr) == (1, "", several)
    assert (mistyped.returncode, mistyped.stderr) == (1, (
        "Nothing of workspace 'T2' is on record, so nothing was done. "
        "There is a log of T1, local.\n"))
    assert (named.returncode, named.stdout) == (0, "T1: words are kept for 30 days.\n")
    assert spoken("retention").stdout == (
        "T1: words are kept for 30 days.\nlocal: words are kept for ever.\n")


@pytest.mark.parametrize("name", ["n" * 255, "北" * 255])
def test_the_longest_name_of_a_conversation_names_a_file(tmp_path, name):
    """The command ended with "File name too long", and told to use what nobody had named."""
    file = tmp_path / f"{_file_name(name)}.docx.manifest.json"

    file.write_text("{}")

    assert file.name.startswith(name[:60])
    assert _file_name("北京 c/1") == "北京-c-1"


def test_an_export_is_written_whole_or_not_at_all(spoken, tmp_path):
    """Half a sealed case was left on a full disk, and stood in the way of the next try."""
    first, second = tmp_path / "case.pdf", tmp_path / "case.pdf.manifest.json"
    second.write_text("somebody else's")
    with pytest.raises(AdvisorError) as told:
        _write({first: b"pdf", second: b"manifest"})
    assert str(told.value) == (
        f"{second} can't be written: File exists. Nothing was left there, and the log says that an "
        "export was taken; make room, or give another place with --out.")
    assert [one.name for one in tmp_path.glob("case*")] == [second.name]
    assert second.read_text() == "somebody else's"

    table = spoken("export", "--all", "--as", "csv", "--by", "lead", "--reason", "r",
                   "--out", "/proc/log.csv")
    assert (table.returncode, table.stderr) == (
        1, "/proc/log.csv can't be written: No such file or directory. Nothing was left there; "
        "make room, or give another place with --out.\n")

    unknown = spoken("export", "nope", "--as", "pdf", "--by", "lead", "--reason", "r",
                     "--out", str(tmp_path / "new" / "x.pdf"))
    assert unknown.returncode == 1
    assert not (tmp_path / "new").exists()


def test_a_key_or_a_checkpoint_that_is_none_is_told_as_that(spoken, tmp_path):
    """A slip in the key was told as if another had sealed the case."""
    slip = spoken("verify", "--export", str(tmp_path / "any.zip"), "--key", "advisor-log+abc")
    missing = spoken("verify", "--checkpoint", str(tmp_path / "missing"))
    unread = spoken("verify", "--checkpoint", str(tmp_path / "log.sqlite3"))

    assert (slip.returncode, slip.stderr) == (1, (
        "'advisor-log+abc' is no public key of a log. 'advisor log key' prints it where the log "
        "is; copy the whole line.\n"))
    assert (missing.returncode, missing.stderr) == (
        1, f"{tmp_path / 'missing'} can't be read: No such file or directory.\n")
    assert unread.returncode == 1
    assert unread.stderr.startswith(f"{tmp_path / 'log.sqlite3'} is no checkpoint")


def test_the_check_of_an_export_is_one_document_for_a_program(spoken, tmp_path):
    """With --json it printed lines for people, and nothing at all of what didn't fit."""
    case = tmp_path / "case.zip"
    spoken("export", "c1", "--as", "zip", "--out", str(case), "--by", "lead", "--reason", "asked")
    whole = spoken("verify", "--export", str(case), "--json")
    said = json.loads(whole.stdout)
    assert (whole.returncode, said["export"], said["fault"]) == (0, str(case), None)
    assert "row 4: digest, words and place fit" in said["checked"]

    data = bytearray(case.read_bytes())
    data[len(data) // 2] ^= 1
    case.write_bytes(data)
    broken = spoken("verify", "--export", str(case), "--json")
    assert broken.returncode == 1
    assert json.loads(broken.stdout)["fault"].startswith("It ")
    assert broken.stderr == ""


@pytest.mark.parametrize("words", [
    ["--export", "case.zip", "--checkpoint", "kept.txt"],
    ["--export", "case.zip", "--workspace", "T1"], ["--key", "advisor-log+1"]], ids=" ".join)
def test_what_a_check_would_pass_over_is_refused(run, words):
    done = run("log", "verify", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--export" in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("words", "told"), [
    (["chat", "--jsonl", "--conversation", "c1"], "With --jsonl each line names its conversation"),
    (["chat", "--conversation", "c1", "--resume"], "give --conversation or --resume"),
    (["corpus", "register", "--reason", "no longer relied on"], "--reason goes with --retire"),
    (["corpus", "correct", "sg-c1-1", "--reason", "a slip"], "Say what to correct: --text"),
    (["db", "verify-backup", "b.zip", "--checkpoint", "c.txt"], "goes with --rehearse"),
    (["db", "backup", "b.zip", "--keep", "3"], "--keep goes with a folder"),
], ids=str)
def test_an_option_that_would_count_for_nothing_is_refused(run, words, told):
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("words", "status", "told"), [
    (["--all", "--since", "9999-12-31T23:59:59-12:00"], 2,
     "'9999-12-31T23:59:59-12:00' is no day or moment; write it like 2026-11-25 or "
     "2026-11-25T17:00."),
    (["--all", "--since", "2026-02-01", "--until", "2026-01-01"], 2,
     "--until 2026-01-01 is not after --since 2026-02-01, so no row lies between them."),
    (["--all", "--workspace", "T9"], 1,
     "Nothing of workspace 'T9' is on record, so nothing was done. There is a log of local."),
    (["--all", "--out", "/proc/none/x.csv"], 1,
     "The folder /proc/none can't be made: No such file or directory. Nothing was exported; give "
     "another place with --out."),
], ids=str)
def test_an_export_that_can_not_be_is_told_before_the_log_says_that_it_was(
        spoken, tmp_path, words, status, told):
    out = [] if "--out" in words else ["--out", str(tmp_path / "x.csv")]
    done = spoken("export", *words, *out, "--as", "csv", "--by", "lead", "--reason", "asked for")
    assert (done.returncode, done.stderr) == (status, f"{told}\n")
    # Two turns, and the release and the settings that they rest on.
    assert spoken("verify").stdout.startswith("local: 4 rows, whole.")
    assert not (tmp_path / "x.csv").exists()


def test_a_memo_for_a_folder_that_can_not_be_made_leaves_no_row(spoken):
    done = spoken("export", "c1", "--as", "md", "--out", "/proc/none/x.md", "--by", "lead",
                  "--reason", "asked for")
    assert (done.returncode, done.stderr.split(":")[0]) == (
        1, "The folder /proc/none can't be made")
    assert spoken("verify").stdout.startswith("local: 4 rows, whole.")


def test_whoever_holds_or_erases_says_who(spoken):
    """A legal hold could be put on record by nobody."""
    for words in (["hold", "c1"], ["erase", "--conversation", "c1"], ["retention", "--days", "9"]):
        done = spoken(*words, "--by", " ", "--reason", "asked for")
        assert (done.returncode, done.stderr) == (
            1, "Say who has it done: it stays on record.\n"), words


def test_a_name_that_is_no_text_is_told_as_that(spoken):
    """It was told as a fault of the program, and that nothing that was given had to be wrong."""
    for words in (["show", "\udcff"], ["erase", "--person", "\udcff", "--preview"]):
        done = spoken(*words)
        assert (done.returncode, done.stderr) == (1, (
            "This can't go on: '\\udcff' is no text in UTF-8, and nothing goes by such a name. "
            "Type it anew, or copy it from where it is shown.\n"))
