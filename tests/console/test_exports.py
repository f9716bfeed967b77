"""What goes out of the console: to whom, with which row of the log, and that it can be checked."""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from hashlib import sha256
from html import unescape

import pytest
from pypdf import PdfReader

from bot.console.exporting.export_pages import LONGEST_REASON
from bot.console.lines.filters import Filter
from bot.console.wording.filtered import filter_in_words
from bot.dialogue.conversation import ConversationId
from bot.exporting.checking import Unproved, check
from bot.record.log import BEFORE_WORKSPACES
from tests.console.seen import refusal_at, words
from tests.console.talking import DEAL
from tests.console.whole import whole

pytestmark = pytest.mark.long

__all__ = ["whole"]

WHY = {"reason": "asked for by the regulator"}
SECRET = "zebra remark of a reviewer"


@pytest.fixture
def talked(whole):
    desk = whole.desk
    desk.say("c1", f"{DEAL} Write to ada@example.com or +49 30 1234567.")
    desk.note("c1", "comment", words={"text": "my own remark"})
    desk.note("c1", "reviewed", user="U-rev", words={"text": SECRET})
    desk.note("c1", "held", user="U-adm", body={"reason": SECRET})
    desk.note("c1", "review_comment", user="U-rev", words={"text": SECRET})
    desk.say("c2", "Thermal cameras for frost research in Canada", user="U2")
    desk.say("d1", "Drones for the army of Chad", user="U9", workspace="T2")
    whole.people.learn("T1", "U1", "Ada Lovelace")
    whole.people.learn("T1", "U-rev", "=cmd|' /C calc'!A0")
    return whole


def exported(whole):
    return [(row.workspace, row.actor, row.conversation, row.detail["form"], row.detail["reason"],
             row.detail["redacted"]) for row in whole.desk.rows("exported")]


def box(answer):
    return zipfile.ZipFile(io.BytesIO(answer.content))


def name(answer):
    begin, _, rest = answer.headers["content-disposition"].partition('"')
    assert begin == "attachment; filename=" and rest.endswith('"')
    return rest[:-1]


def test_a_sealed_case_proves_itself_in_an_empty_folder_with_plain_python(talked, tmp_path):
    browser = talked.as_()
    answer = browser.press("/exports/conversation", conversation="c1", form="zip", **WHY)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    (row,) = talked.desk.rows("exported")
    assert exported(talked) == [("T1", "U-rev", "c1", "zip", "asked for by the regulator", [])]
    manifest = box(answer).read("manifest.json")
    assert sha256(manifest).hexdigest() == row.detail["manifest_sha256"]
    assert name(answer) == f"c1-{row.detail['manifest_sha256'][:12]}.zip"
    assert SECRET in box(answer).read("memo.md").decode()

    folder = tmp_path / "empty"
    folder.mkdir()
    box(answer).extractall(folder)
    key = talked.desk.checkpoints.key
    ran = subprocess.run([sys.executable, "-I", "-S", "verify.py", "--key", key], cwd=folder,
                         capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout.splitlines()[-1][:9]) == (0, "All fits.")
    (folder / "memo.md").write_text("something else")
    ran = subprocess.run([sys.executable, "-I", "-S", "verify.py"], cwd=folder,
                         capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 1
    assert key in unescape(browser.see("/exports/checking").text)


@pytest.mark.parametrize(("form", "kind", "start"), [
    ("pdf", "application/pdf", b"%PDF-"), ("md", "text/markdown; charset=utf-8", b"#"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK")])
def test_a_memo_comes_alone_or_with_the_manifest_that_checks_it(
    talked, tmp_path, form, kind, start
):
    browser = talked.as_()
    alone = browser.press("/exports/conversation", conversation="c1", form=form, **WHY)
    assert alone.headers["content-type"] == kind
    assert alone.content.startswith(start)
    assert name(alone).endswith(f".{form}")

    packed = browser.press("/exports/conversation", conversation="c1", form=form, manifest="yes",
                           **WHY)
    assert box(packed).namelist() == [f"memo.{form}", f"memo.{form}.manifest.json"]
    box(packed).extractall(tmp_path)
    said = []
    check(tmp_path / f"memo.{form}", talked.desk.checkpoints.key, said.append)
    assert said
    (tmp_path / f"memo.{form}").write_bytes(b"x")
    with pytest.raises(Unproved):
        check(tmp_path / f"memo.{form}", talked.desk.checkpoints.key, said.append)


def test_whoever_asked_gets_a_memo_of_their_own_without_what_reviewers_did(talked):
    browser = talked.as_("U1")
    page = browser.see("/exports/conversation?conversation=c1")
    assert page.status_code == 200 and 'value="zip"' not in page.text
    talked.as_().see("/conversations/c1")

    answer = browser.press("/exports/conversation", conversation="c1", form="md", manifest="yes",
                           **WHY)
    assert answer.status_code == 200
    memo = box(answer).read("memo.md").decode()
    assert "my own remark" in memo and "Ada Lovelace (U1)" in memo
    for hidden in (SECRET, "(reviewed)", "(held)", "(review comment)", "(viewed)", "(exported)",
                   "U-rev", "U-adm", "\\_\\_\\_"):
        assert hidden not in memo, hidden
    assert memo.count("(turn)") == memo.count("(comment)") == 1
    told = json.loads(box(answer).read("memo.md.manifest.json"))
    kinds = {row.seq: row.kind for kind in ("turn", "comment") for row in talked.desk.rows(kind)}
    assert [kinds[seq] for seq, *_ in told["logs"][0]["rows"]] == ["turn", "comment"]
    assert talked.as_().press("/exports/conversation", conversation="c1", form="md",
                              **WHY).text.count("\\_\\_\\_\\_") > 3

    pdf = browser.press("/exports/conversation", conversation="c1", form="pdf", **WHY)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    assert SECRET not in text and "remark" in text


@pytest.mark.parametrize(("user", "team", "form", "conversation", "status"), [
    ("U1", "T1", "zip", "c1", 400), ("U1", "T1", "csv", "c1", 400),
    ("U-rev", "T1", "csv", "c1", 400),
    ("U1", "T1", "pdf", "c2", 404), ("U2", "T1", "pdf", "c1", 404), ("U9", "T2", "zip", "c1", 404),
    ("U-rev", "T1", "zip", "d1", 404), ("U-adm", "T1", "zip", "d1", 404),
    ("U1", "T2", "pdf", "c1", 404), ("U-rev", "T1", "zip", "", 404),
    ("U-rev", "T1", "zip", "none", 404), ("U-rev", "T1", "", "c1", 400)])
def test_what_somebody_may_not_have_goes_not_out_and_leaves_no_row(
    talked, user, team, form, conversation, status
):
    answer = talked.as_(user, team).press("/exports/conversation", conversation=conversation,
                                          form=form, **WHY)
    assert answer.status_code == status
    assert "content-disposition" not in answer.headers
    assert exported(talked) == []


@pytest.mark.parametrize(("typed", "kept"), [
    ("می\u200cخواهم", "می\u200cخواهم"), ("for 👨\u200d👩\u200d👧", "for 👨\u200d👩\u200d👧"),
    ("\ufeffquar\u00adterly\u200b review", "quarterly review")])
def test_a_reason_in_persian_or_out_of_a_document_is_taken(talked, typed, kept):
    """It was to be typed again, for a sign that nobody sees."""
    answer = talked.as_().press("/exports/conversation", conversation="c1", form="md", reason=typed)
    assert answer.status_code == 200
    (row,) = exported(talked)
    assert row[4] == kept


@pytest.mark.parametrize(("data", "said"), [
    ({}, "Say why"), ({"reason": " \n "}, "Say why"),
    ({"reason": "x" * (LONGEST_REASON + 1)}, "at most 500"),
    ({"reason": "x" * 100_000}, "100,000 characters"),
    ({"reason": "a\0b"}, "can’t be kept"), ({"reason": "a\u202eb"}, "can’t be kept"),
    ({"reason": "why", "redact": "names"}, "what to take out")])
@pytest.mark.parametrize("path", ["/exports/conversation", "/exports"])
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(talked, path, data, said):
    form = {"/exports": "csv"}.get(path, "pdf")
    answer = talked.as_().press(path, conversation="c1", query="text=police", form=form, **data)
    assert answer.status_code == 400
    assert said in words(answer) and "Nothing was exported" in words(answer)
    assert f'value="{form}" required' in answer.text
    assert exported(talked) == []
    # What is wrong with another field is no fault of the reason.
    assert (said in refusal_at(answer, "reason")) == ("redact" not in data)


def test_what_is_chosen_is_taken_out_and_the_page_says_what(talked):
    page = talked.as_().see("/exports/conversation?conversation=c1")
    for told in ("E-mail addresses", "such as ada@example.com", "Phone numbers", "IP addresses",
                 "Names of people are not found by their form and stay"):
        assert told in words(page), told
    whole_ = talked.as_().press("/exports/conversation", conversation="c1", form="md", **WHY)
    assert "example.com" in whole_.text and "Ada Lovelace (U1)" in whole_.text
    clean = talked.as_().press("/exports/conversation", conversation="c1", form="md",
                               redact=["email", "slack"], **WHY)
    for gone in ("example.com", "Ada Lovelace", "calc"):
        assert gone not in clean.text, gone
    # As a word of its own: a signature may hold any two letters.
    assert not re.search(r"(?<![\w+/=-])U1(?![\w+/=-])", clean.text)
    assert "1234567" in clean.text
    assert "redacted: e-mail address" in clean.text
    assert [row[-1] for row in exported(talked)] == [[], ["email", "slack"]]


def test_each_press_is_an_export_of_its_own_and_its_file_finds_its_row(talked):
    browser = talked.as_()
    answers = [browser.press("/exports/conversation", conversation="c1", form="zip", **WHY)
               for _ in range(2)]
    answers += [browser.press("/exports", form="csv", **WHY) for _ in range(2)]
    rows = talked.desk.rows("exported")
    assert len(rows) == len(answers) == 4
    for answer, row in zip(answers, rows, strict=True):
        inside = next(n for n in box(answer).namelist() if n.endswith("manifest.json"))
        digest = sha256(box(answer).read(inside)).hexdigest()
        assert digest == row.detail["manifest_sha256"]
        assert name(answer).endswith(f"-{digest[:12]}.zip")
    assert len({row.detail["manifest_sha256"] for row in rows}) == 4
    assert talked.desk.store.verify_log() is None


def test_nothing_goes_out_that_could_not_be_put_on_record(talked, monkeypatch):
    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr("bot.exporting.asked.append", fail)
    browser = talked.as_()
    for path, form in (("/exports/conversation", "zip"), ("/exports", "csv")):
        answer = browser.press(path, conversation="c1", form=form, **WHY)
        assert answer.status_code == 500
        assert "content-disposition" not in answer.headers
        assert "disk" not in answer.text and DEAL[:20] not in answer.text


def test_asking_for_the_page_exports_nothing(talked):
    browser = talked.as_()
    for path in ("/exports", "/exports?text=police", "/exports/conversation?conversation=c1",
                 "/exports/checking"):
        assert browser.see(path).status_code == 200
        assert browser.request("HEAD", f"/console{path}").status_code == 200
    assert exported(talked) == []


def test_a_table_holds_what_the_filter_shows_and_nothing_else(talked, tmp_path):
    browser = talked.as_()
    page = browser.see("/exports?asker=ada&text=police")
    assert "1 conversation fits this filter" in words(page).replace("  ", " ")
    assert "Asker ada" in words(page).replace("  ", " ")

    answer = browser.press("/exports", query="asker=ada&text=police", form="csv", **WHY)
    assert box(answer).namelist() == ["conversations.csv", "conversations.csv.manifest.json"]
    table = list(csv.DictReader(io.StringIO(
        box(answer).read("conversations.csv").decode(), newline="")))
    assert {row["conversation"] for row in table} == {"c1"}
    assert {row["workspace"] for row in table} == {"T1"}
    assert [row["kind"] for row in table] == ["turn", "comment", "reviewed", "held",
                                              "review_comment"]
    assert table[0]["name"] == "Ada Lovelace" and table[0]["who"] == "slack:T1:U1"
    assert table[2]["name"] == "'=cmd|' /C calc'!A0"
    told = json.loads(box(answer).read("conversations.csv.manifest.json"))
    assert told["chosen"]["filter"] == "asker=ada&text=police"
    (row,) = talked.desk.rows("exported")
    assert (row.workspace, row.conversation, row.detail["rows"], row.words) == (
        "T1", None, 5, {"filter": "asker=ada&text=police", "reason": "asked for by the regulator"})
    box(answer).extractall(tmp_path)
    check(tmp_path / "conversations.csv", talked.desk.checkpoints.key, lambda _: None)


def test_a_table_goes_not_out_by_a_filter_of_which_a_part_can_not_be_read(talked):
    """A lead who defends an export must know that nothing was asked for that it did not go by."""
    browser = talked.as_("U-rev")
    asked = "text=police&opened=2026-31-12"
    assert "Opened from “ 2026-31-12 ”" in words(browser.see(f"/exports?{asked}"))
    refused = browser.press("/exports", query=asked, form="csv", reason="asked for")
    assert refused.status_code == 400 and "A part of the filter can't be read" in words(refused)


def test_a_filter_is_told_in_the_words_of_the_queue(guidance):
    """It named fields and codes of the program: "standing: signed_once", "erased: no"."""
    provision = next(iter(guidance.provisions.values()))
    wanted = Filter.parse(
        "state=ask&standing=signed_once&assigned=me&waiting=yes&reason=down&erased=no&open=country"
        f"&opened=2026-01-01&since=2026-02-01&until=2026-03-01&cites={provision.id}")
    assert filter_in_words(wanted, guidance) == [
        ("Changed from", "2026-02-01"), ("Opened until", "2026-03-01"),
        ("Last reply", "being asked"), ("Assigned to", "me"),
        ("Review", "Signed off once"), ("Opened from", "2026-01-01"),
        ("Waits for a review", "Yes"), ("Words", "Still there"),
        ("Provision cited", provision.heading), ("Why look", "Thumbs down"),
        ("Fact to be found out", "Country of use")]
    assert filter_in_words(Filter(cites="x"), None) == [("Provision cited", "x")]


def test_lines_can_be_checked_row_by_row_and_a_changed_one_is_found(talked, tmp_path):
    answer = talked.as_().press("/exports", query="", form="jsonl", **WHY)
    lines = box(answer).read("conversations.jsonl").decode().splitlines()
    assert {json.loads(line)["conversation"] for line in lines} == {"c1", "c2"}
    box(answer).extractall(tmp_path)
    check(tmp_path / "conversations.jsonl", talked.desk.checkpoints.key, lambda _: None)
    (tmp_path / "conversations.jsonl").write_text("\n".join(
        [lines[0].replace("simulators", "simulator5"), *lines[1:], ""]))
    with pytest.raises(Unproved):
        check(tmp_path / "conversations.jsonl", talked.desk.checkpoints.key, lambda _: None)


def test_a_table_of_too_many_rows_goes_not_out(talked):
    for n in range(200):
        talked.desk.note("c2", "comment", user="U2", words={"text": f"remark {n}"})
    answer = talked.as_().press("/exports", query="", form="csv", **WHY)
    assert answer.status_code == 409
    assert "more than 200 rows" in words(answer) and "advisor log export --all" in words(answer)
    assert exported(talked) == []
    assert talked.as_().press("/exports", query="asker=U1", form="csv", **WHY).status_code == 200


def test_only_so_many_tables_are_made_at_once(talked):
    room = talked.exports.room
    assert room.acquire(blocking=False) and room.acquire(blocking=False)
    answer = talked.as_().press("/exports", query="", form="csv", **WHY)
    assert answer.status_code == 503 and "Try again in a minute" in words(answer)
    room.release()
    for _ in range(3):
        assert talked.as_().press("/exports", form="csv", **WHY).status_code == 200


def test_askers_export_no_tables(talked):
    browser = talked.as_("U1")
    assert browser.see("/exports").status_code == 403
    assert browser.press("/exports", form="csv", **WHY).status_code == 403
    assert "/exports?" not in browser.see("/").text
    assert exported(talked) == []


def test_rows_of_before_workspaces_had_logs_go_along_but_no_row_is_added_there(talked):
    store = talked.desk.store
    before = store.head(BEFORE_WORKSPACES)
    talked.desk.store.note(BEFORE_WORKSPACES, _old("c1"))
    answer = talked.as_().press("/exports", query="asker=U1", form="csv", **WHY)
    table = list(csv.DictReader(io.StringIO(
        box(answer).read("conversations.csv").decode(), newline="")))
    assert {row["workspace"] for row in table} == {"T1", ""}
    assert store.head(BEFORE_WORKSPACES).count == before.count + 1


def _old(conversation):
    from bot.record.log import Happening
    from tests.console.talking import WHEN
    return Happening("comment", "old", WHEN, "U1", ConversationId(conversation), {},
                     {"text": "old words"})


@pytest.mark.parametrize("odd", [
    "a/b c", '"; filename="evil.exe', "..\\..\\x", "ü" * 300, "<b>", "a\r\nSet-Cookie: x=1", "-"])
def test_names_of_files_are_safe_whatever_a_conversation_is_called(whole, odd):
    whole.desk.say(odd, DEAL)
    page = whole.as_().get("/console/exports/conversation", params={"conversation": odd})
    assert page.status_code == 200
    answer = whole.as_().press("/exports/conversation", conversation=odd, form="md", **WHY)
    assert answer.status_code == 200, answer.text
    plain = name(answer)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.md", plain)
    assert "set-cookie" not in answer.headers


def test_what_was_erased_is_in_no_export(talked):
    talked.desk.erasing.person("T1", "U1", by="U-adm", reason="asked to")
    for form in ("md", "zip"):
        answer = talked.as_().press("/exports/conversation", conversation="c1", form=form, **WHY)
        found = answer.content if form == "md" else b"".join(
            box(answer).read(one) for one in box(answer).namelist())
        for gone in (b"ada@example.com", b"my own remark", b"Ada Lovelace"):
            assert gone not in found, (form, gone)


def test_the_queue_and_the_conversation_lead_to_their_exports(talked):
    reviewer = talked.as_()
    assert 'href="/console/exports?text=police"' in reviewer.see("/?text=police").text
    for who in (reviewer, talked.as_("U1")):
        assert 'href="/console/exports/conversation?conversation=c1"' in who.see(
            "/conversations/c1").text
