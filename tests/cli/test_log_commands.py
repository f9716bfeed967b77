"""`advisor log`: what was said is shown, proved, replayed, erased and held."""

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.brief.markdown import escaped
from bot.commands.log import _by
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.log_order import LOCAL
from bot.record.deletions import of_message, of_reply
from bot.record.log import Happening
from bot.store import Store
from tests.store.small import begin, step


def test_an_unknown_conversation_is_told_plainly(spoken):
    done = spoken("show", "nobody")
    assert done.returncode == 1
    assert "There is no conversation 'nobody'" in done.stderr


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
    name = f"steering {evil}\n2026-12-02T09:00Z    1 turn  made up"
    talk({"conversation": name,
          "text": f"CCTV for the city of Accra {evil}\n\u200d."})
    there = next(line for line in run("log", "list", "--limit", "1000").stdout.splitlines()
                 if "steering" in line)
    shown = run("log", "show", name).stdout
    foreseen = run("log", "erase", "--preview", "--conversation", name).stdout
    held = "".join(run("log", act, name, "--by", "lead", "--reason", "r").stdout
                   for act in ("hold", "release"))

    seen = "⟨U+001B⟩[2J⟨U+001B⟩]0;mine⟨U+0007⟩⟨U+009B⟩31m⟨U+202E⟩"
    called = f"steering {seen}⟨U+000A⟩2026-12-02T09:00Z    1 turn  made up"
    assert there.endswith(called)
    assert f"> CCTV for the city of Accra {seen}\n> \u200d.\n" in shown
    assert f"  {called}\n" in foreseen
    assert held == f"{called} is held.\n{called} is held no longer.\n"
    assert not {*evil} & {*shown, *foreseen} - {*"[2J]0;mine31m"}


def test_a_conversation_is_found_by_its_name_as_a_memo_has_it(run, talk):
    """The memo in Markdown breaks the id, unseen, and no command found what was copied from it."""
    talk({"conversation": "erp:T1:D9:17.5", "text": "CCTV for the city of Accra"})
    copied = escaped("erp:T1:D9:17.5")

    assert copied != "erp:T1:D9:17.5"
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


def test_a_key_or_a_checkpoint_that_is_none_is_told_as_that(spoken, tmp_path):
    """A slip in the key was told as if another had sealed the case."""
    slip = spoken("verify", "--export", str(tmp_path / "any.zip"), "--key", "advisor-log+abc")
    missing = spoken("verify", "--checkpoint", str(tmp_path / "missing"))
    unread = spoken("verify", "--checkpoint", str(tmp_path / "log.sqlite3"))

    assert (slip.returncode, slip.stderr) == (1, (
        "'advisor-log+abc' is no public key of a log. 'advisor log key' prints it where the log "
        "is; copy the whole line.\n"))
    assert (missing.returncode, missing.stderr) == (
        1, f"There is no file {tmp_path / 'missing'}. Correct it, or leave --checkpoint out.\n")
    assert (unread.returncode, unread.stderr) == (1, (
        f"{tmp_path / 'log.sqlite3'} can't be read, since it is no text in UTF-8: --checkpoint "
        "takes a checkpoint.\n"))


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
