"""Nothing is sealed that is not as it was recorded, and a case shows what took its words."""

import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.dialogue.conversation import ConversationId
from bot.erasure.erasing import Erasing
from bot.erasure.silencing import silence
from bot.exporting.asked import Form
from bot.exporting.checking import Unproved, check
from bot.exporting.exports import Exporting
from bot.exporting.many import Chosen
from bot.exporting.rows import NotExported
from bot.log_order import LOCAL
from bot.record.erasures import all_taken
from bot.record.log import Happening, append, rows
from bot.schema import log
from bot.turns.echoes import naming
from retrieval.releases import guidance_of
from tests.exporting.sealed import ALL, ASKED, case, program, run, unpacked
from tests.store.small import START
from tests.store.tampering import NO_WORDS

pytestmark = pytest.mark.long

BY = {"by": "U-lead", "reason": "a person asked for it"}


@pytest.fixture
def spoken(say, store):
    say("A reseller wants 40 IMSI catchers for the police in Egypt; used at protests")
    say("hello", "c2")
    say("no, they never ask a judge")
    store.note(LOCAL, Happening("signed_off", "n1", START, "U7", "c1", {"number": 1},
                                {"reason": "See C."}))


def change(store, seq, **values):
    with store.writing() as connection:
        connection.execute(update(log).where(
            log.c.workspace == LOCAL, log.c.seq == seq).values(**values))


@pytest.mark.parametrize("whose", ["conversation", "person"])
@pytest.mark.parametrize("form", [Form.ZIP, Form.MD, Form.JSONL])
def test_what_is_erased_while_an_export_is_made_does_not_go_out(
    spoken, say, store, checkpoints, memos, exporting, tmp_path, form, whose
):
    say("and cctv", author="U2")
    out = tmp_path / "out"
    out.mkdir()

    def erased():
        """The clock, which an export looks at once its rows are read."""
        by = Erasing(store, lambda: START)
        if whose == "person":
            by.person(LOCAL, "U2", **BY)
        else:
            by.conversation(LOCAL, ConversationId("c1"), **BY)
        return START

    def taken(by, name="log"):
        if form is Form.JSONL:
            return by.many(out / name, form, Chosen(), ASKED)
        return by.one(LOCAL, ConversationId("c1"), form, ASKED)

    racing = Exporting(store, checkpoints, memos,
                       lambda r: guidance_of(store.release_content(r), r), erased)
    with pytest.raises(NotExported, match="Words were erased that the export had read already"):
        taken(racing)
    assert list(out.iterdir()) == []
    with store.reading() as connection:
        assert "exported" not in {row.kind for row in rows(connection, ConversationId("c1"))}

    taken(exporting, "again")


def test_an_erasure_elsewhere_keeps_no_export_from_going_out(
    spoken, store, checkpoints, memos
):
    def elsewhere():
        Erasing(store, lambda: START).conversation(LOCAL, ConversationId("c2"), **BY)
        return START

    racing = Exporting(store, checkpoints, memos,
                       lambda r: guidance_of(store.release_content(r), r), elsewhere)
    assert racing.one(LOCAL, ConversationId("c1"), Form.MD, ASKED).rows == 3


@pytest.mark.parametrize("form", [Form.ZIP, Form.MD])
def test_an_altered_row_is_not_exported(spoken, exporting, store, form):
    before = store.head()
    change(store, 4, words='{"reason":"Fine."}')

    with pytest.raises(NotExported, match=r"Row 4 of the log of 'local' is not as it was recorded: "
                                          r"what doesn't fit is its words"):
        exporting.one(LOCAL, "c1", form, ASKED)
    assert store.head() == before


def test_an_altered_row_is_not_exported_in_a_table_either(spoken, exporting, store, tmp_path):
    change(store, 2, words='{"quotes":"[]","text":"bye"}')

    with pytest.raises(NotExported, match="Row 2 of the log"):
        exporting.many(tmp_path / "all.csv", Form.CSV, Chosen(), ASKED)
    assert not (tmp_path / "all.csv").exists()


def test_words_that_no_erasure_took_are_not_exported(spoken, exporting, store):
    change(store, 3, **NO_WORDS)

    with pytest.raises(NotExported, match="its words are gone, and no erasure on record took them"):
        exporting.one(LOCAL, "c1", Form.ZIP, ASKED)


def test_a_case_holds_the_erasure_that_took_its_words_and_others(
        spoken, exporting, store, clock, tmp_path):
    clock.now += timedelta(minutes=1)
    Erasing(store, clock).person(LOCAL, "slack:T1:U024BE7LH", **BY)

    for asked in (ASKED, ALL):
        folder = unpacked(case(exporting, asked=asked), tmp_path / str(len(asked.redact)))
        told = json.loads((folder / "case.json").read_text())
        (row,) = [row for row in told["rows"] if row["kind"] == "erased"]
        assert row["conversation"] == "c1"
        assert json.loads(row["body"])["conversations"] == ["c1"]
        done = run(folder)
        assert done.returncode == 0, done.stdout
        assert done.stdout.count("words erased, not proved") == 2


def test_a_case_of_somebody_erased_names_no_other_conversation_of_theirs(
        say, exporting, store, clock, tmp_path):
    """The row of the erasure named them all, and redaction had to leave them there."""
    for name in ("c1", "T1:C0ELSEWHERE:7.1"):
        say("Drones for the police of Kenya", name)
    clock.now += timedelta(minutes=1)
    Erasing(store, clock).person(LOCAL, "slack:T1:U024BE7LH", **BY)

    folder = unpacked(case(exporting), tmp_path / "case")
    for file in folder.iterdir():
        assert b"C0ELSEWHERE" not in file.read_bytes(), file.name
    assert run(folder).returncode == 0
    assert store.verify_log() is None


def test_a_case_of_before_holds_the_erasure_that_names_others_too(
        spoken, exporting, store, clock, tmp_path):
    """An earlier release wrote one row for all, and its digest covers the names."""
    with store.writing() as connection:
        taken = silence(connection, LOCAL, ["c1", "c2"], {"slack:T1:U024BE7LH"})
        append(connection, LOCAL, Happening("erased", "e1", clock(), "U-lead", None, {
            "conversations": ["c1", "c2"], **all_taken(taken).told(), "scope": "person"}))

    folder = unpacked(case(exporting), tmp_path / "case")
    told = json.loads((folder / "case.json").read_text())
    (row,) = [row for row in told["rows"] if row["kind"] == "erased"]
    assert (row["conversation"], json.loads(row["body"])["conversations"]) == (None, ["c1", "c2"])
    assert run(folder).returncode == 0
    assert store.verify_log() is None


def test_the_verifier_misses_the_erasure_that_took_the_words(
        spoken, exporting, store, clock, tmp_path, monkeypatch):
    change(store, 3, **NO_WORDS)
    monkeypatch.setattr("bot.exporting.exports.Recorded.insist", lambda *_: None)
    monkeypatch.setattr("bot.exporting.exports.insist_on_case", lambda _: None)
    folder = unpacked(case(exporting), tmp_path / "case")

    done = run(folder, program=program(tmp_path))

    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == (
        "DOES NOT FIT: row 3: its words are gone, and no erasure in this case took them")


def test_a_case_that_would_fail_its_own_check_is_not_sealed(
        spoken, exporting, store, monkeypatch):
    change(store, 3, **NO_WORDS)
    monkeypatch.setattr("bot.exporting.exports.Recorded.insist", lambda *_: None)

    with pytest.raises(NotExported, match="would fail its own check, so it was not sealed: row 3"):
        exporting.one(LOCAL, "c1", Form.ZIP, ASKED)


def test_whom_a_reviewer_asked_goes_with_the_ids(spoken, exporting, store, tmp_path):
    store.note(LOCAL, Happening("asked_person", "n2", START, "U7", "c1",
                                {"number": 1, "to": "U0SAM00001"}, {"text": "Who pays?"}))

    folder = unpacked(case(exporting, asked=ALL), tmp_path / "case")
    for file in folder.iterdir():
        assert b"U0SAM00001" not in file.read_bytes(), file.name
    assert run(folder).returncode == 0
    exporting.many(tmp_path / "all.csv", Form.CSV, Chosen(), ALL)
    assert b"U0SAM00001" not in (tmp_path / "all.csv").read_bytes()
    kept = json.loads((unpacked(case(exporting), tmp_path / "kept") / "case.json").read_text())
    assert any('"to":"U0SAM00001"' in row["body"] for row in kept["rows"])


def test_whom_a_reviewer_asked_is_taken_out_and_the_body_stays(spoken, exporting, store, tmp_path):
    store.note(LOCAL, Happening("asked_person", "n2", START, "U7", "c1", {"number": 1},
                                {"text": "Who pays?", **naming("U0SAM00001", "a1b2")}))

    kept = unpacked(case(exporting), tmp_path / "kept")
    assert b"U0SAM00001" in (kept / "case.json").read_bytes()
    assert "{" not in (kept / "memo.md").read_text().partition("Who pays?")[2].splitlines()[0]
    folder = unpacked(case(exporting, asked=ALL), tmp_path / "case")
    for file in folder.iterdir():
        assert b"U0SAM00001" not in file.read_bytes(), file.name
    assert run(folder).returncode == 0
    (row,) = [row for row in json.loads((folder / "case.json").read_text())["rows"]
              if row["kind"] == "asked_person"]
    assert (row["state"], row["salt"]) == ("redacted", None)
    assert json.loads(row["words"]) == {
        "text": "Who pays?", "echoes": {"quotes": '{"to":"[redacted: Slack id]"}'}}


def test_a_memo_in_a_zip_with_its_manifest_is_checked(spoken, exporting, tmp_path):
    made = exporting.one(LOCAL, "c1", Form.MD, ASKED)
    file = tmp_path / "memo.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("memo.md", made.data)
        box.writestr("memo.md.manifest.json", made.manifest)
    lines = []
    check(file, None, lines.append)
    assert "files: 1, as the manifest has them" in lines

    done = run(file, program=program(tmp_path))
    assert (done.returncode, done.stdout) == (2, (
        f"NOT CHECKED, so nothing is proved: {file} is no sealed case: it holds no case.json\n"))
    with zipfile.ZipFile(file, "w") as box:
        box.writestr("memo.md", made.data + b" ")
        box.writestr("memo.md.manifest.json", made.manifest)
    with pytest.raises(Unproved, match=r"memo\.md: its bytes"):
        check(file, None, lines.append)


@pytest.mark.parametrize("which", ["memo.jsonl", "memo.jsonl.manifest.json"])
def test_what_a_pair_in_a_zip_would_grow_to_is_not_unpacked(tmp_path, which):
    """It filled the folder for temporary files, however large that is."""
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as box:
        for name in ("memo.jsonl", "memo.jsonl.manifest.json"):
            box.writestr(name, bytes(100_000_000) if name == which else b"{}")

    with pytest.raises(Unproved, match=f"does not fit: {which}: what was sealed is never packed"):
        check(bomb, None, lambda _: None)


def test_what_cannot_be_checked_is_not_said_to_differ(spoken, exporting, tmp_path):
    (tmp_path / "memo.pdf").write_bytes(exporting.one(LOCAL, "c1", Form.PDF, ASKED).data)
    with pytest.raises(Unproved, match=r"There is no memo\.pdf\.manifest\.json beside memo\.pdf"):
        check(tmp_path / "memo.pdf", None, print)
    with pytest.raises(Unproved, match="There is no file"):
        check(tmp_path / "nothing.zip", None, print)

    verifier = program(tmp_path)
    told = run(verifier, "--help", program=verifier)
    assert told.returncode == 0
    assert "python3 verify.py [CASE.zip | FOLDER] [--key KEY]" in told.stdout
    nowhere = run(tmp_path / "nothing.zip", program=verifier)
    assert nowhere.returncode == 2
    assert nowhere.stdout.startswith("NOT CHECKED, so nothing is proved: ")
