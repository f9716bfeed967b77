"""Many conversations as tables: safe in a spreadsheet, whole as lines, in bounded memory."""

import csv
import io
import json
import re
import time
import tracemalloc
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.erasure.erasing import Erasing
from bot.exporting.asked import Asked, Form
from bot.exporting.checking import Unproved, check
from bot.exporting.many import Chosen
from bot.exporting.redacting import Redaction, Redactor
from bot.exporting.rows import NotExported
from bot.exporting.tables import COLUMNS, FORMS, cell
from bot.log_order import LOCAL
from bot.people import People
from bot.record.log import Happening, append, lock, logged, rows
from bot.schema import log
from bot.turns.echoes import naming
from tests.exporting.sealed import ALL, ASKED
from tests.store.small import START, begin, step


def talk(store, name, words, author="U1", workspace=LOCAL):
    before = store.load(name)
    turn, after = step(before if before.version else begin(name), f"{name}:{before.version + 1}",
                       author, words)
    store.record(turn, after, before.version, workspace=workspace)


@pytest.fixture
def store(store):
    store.keep_release("0123456789ab", '{"b":1}')
    return store


@pytest.fixture
def spoken(store):
    talk(store, "c1", "kits for Chad")
    talk(store, "c2", "=1+1", workspace="T1")
    talk(store, "c1", "more \"kits\",\r\nsaid he")
    store.note("T1", Happening("retention", "r", START, "U9", None, {"days": 3, "reason": "-x"}))


def read(file):
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_table_tells_what_was_told_beside_the_guidance(say, exporting, store, tmp_path):
    """It was a reason to look in the queue, and whoever had the table alone found no word of it."""
    say("drones for the police in Kenya, they pay in cash")
    say("my boss wants to send them via Sharjah so nobody asks")
    say("can we leave the end user off the paperwork?")
    say("can we hide the end user?", name="c2")
    Erasing(store).conversation(LOCAL, "c2", by="U9", reason="asked for")
    file = tmp_path / "all.csv"
    exporting.many(file, Form.CSV, Chosen(), ASKED)
    turns = [row for row in read(file) if row["kind"] == "turn"]
    assert [json.loads(row["detail"])["beside"] if row["detail"] else [] for row in turns] == [
        ["odd-payment"], ["evasion"], ["evasion"], []]


def test_a_table_holds_each_row_and_its_manifest_proves_it(
    spoken, exporting, store, tmp_path, checkpoints
):
    made = exporting.many(tmp_path / "log.csv", Form.CSV, Chosen(), ASKED)

    assert made.rows == 4
    table = read(made.file)
    assert [(r["workspace"], r["seq"], r["kind"]) for r in table] == [
        ("T1", "1", "turn"), ("T1", "2", "retention"), (LOCAL, "1", "turn"), (LOCAL, "2", "turn")]
    assert table[0]["said"] == "'=1+1"
    assert table[3]["said"] == "more \"kits\",\r\nsaid he"
    assert table[2]["raised"] == "sg-c2-rf3"
    lines = []
    check(made.file, checkpoints.key, lines.append)
    assert "log 'T1': 2 rows are in the checkpoint of 2 rows" in "\n".join(lines)
    with store.reading() as connection:
        assert list(rows(connection, "c1"))[-1].kind == "turn"
    assert [store.head(name).count for name in ("T1", LOCAL)] == [3, 3]
    assert store.verify_log() is None


def test_lines_are_checked_one_by_one(spoken, exporting, tmp_path):
    made = exporting.many(tmp_path / "log.jsonl", Form.JSONL, Chosen("T1"), ASKED)

    lines = []
    check(made.file, None, lines.append)
    assert lines[-1] == "2 rows: digests, words and places fit"
    assert all(json.loads(line)["workspace"] == "T1" for line in made.file.open())
    data = made.file.read_bytes()
    for n in range(0, len(data), max(1, len(data) // 40)):
        made.file.write_bytes(data[:n] + bytes([data[n] ^ 1]) + data[n + 1:])
        with pytest.raises(Unproved):
            check(made.file, None, lines.append)
    made.file.write_bytes(data)
    manifest = made.manifest.read_bytes()
    for n in range(0, len(manifest), max(1, len(manifest) // 40)):
        made.manifest.write_bytes(manifest[:n] + bytes([manifest[n] ^ 1]) + manifest[n + 1:])
        with pytest.raises(Unproved):
            check(made.file, None, lines.append)


def test_times_and_workspace_choose_rows_and_the_manifest_says_which(
    spoken, exporting, store, tmp_path
):
    talk(store, "c3", "later")
    chosen = Chosen(LOCAL, since=START + timedelta(minutes=2))
    made = exporting.many(tmp_path / "x.jsonl", Form.JSONL, chosen, ASKED)

    told = json.loads(made.manifest.read_text())
    assert [one["covered"] for one in told["logs"]] == [[[2, 2]]]
    since = "2026-03-01T09:02:00.000000+00:00"
    assert told["chosen"] == {"workspace": LOCAL, "since": since, "until": None}
    check(made.file, None, lambda _: None)
    # Nor does the log say less of what went out, for whoever has no file.
    with store.reading() as connection:
        noted = connection.execute(
            select(log).where(log.c.kind == "exported", log.c.workspace == LOCAL)).one()
    body = logged(noted._mapping).detail
    assert {name: body.get(name) for name in ("rows", "since", "until")} == {
        "rows": 1, "since": since, "until": None}
    assert not Redactor(frozenset(Redaction)).any_in(body)


def test_a_log_without_a_row_keeps_nothing_from_the_others(store, exporting, tmp_path):
    with store.writing() as connection:
        lock(connection, LOCAL)
    with pytest.raises(NotExported, match="no log has a row yet"):
        exporting.many(tmp_path / "none.csv", Form.CSV, Chosen(), ASKED)
    talk(store, "c2", "kits for Chad", workspace="T1")

    made = exporting.many(tmp_path / "log.csv", Form.CSV, Chosen(), ASKED)

    assert (made.rows, made.empty) == (1, (LOCAL,))
    assert [row["workspace"] for row in read(made.file)] == ["T1"]
    check(made.file, None, lambda _: None)
    with pytest.raises(NotExported, match="The log of 'local' is empty"):
        exporting.many(tmp_path / "local.csv", Form.CSV, Chosen(LOCAL), ASKED)


def test_erased_and_redacted_rows_are_said_to_be(spoken, exporting, store, clock, tmp_path):
    talk(store, "c1", "write to dana@mail.example")
    Erasing(store, clock).conversation("T1", "c2", by="U", reason="asked")
    made = exporting.many(tmp_path / "x.jsonl", Form.JSONL, Chosen(), ALL)

    lines = []
    check(made.file, None, lines.append)
    assert "dana@mail" not in made.file.read_text()
    assert any("erased" in line for line in lines)
    assert any("redacted and not proved" in line for line in lines)


def test_a_row_of_a_table_holds_words_and_nothing_of_how_they_are_kept(
    spoken, exporting, store, tmp_path
):
    """Whom a question is to stood there as program text, with its salt, before the question."""
    store.note("T1", Happening("asked_person", "q", START, "U9", "c2", {"number": 1},
                               {"text": "Who pays?", **naming("U0SAM00003", "a1")}))
    store.note("T1", Happening(
        "model_call", "m", START, "U9", "c2", {"turn": 1, "use": "wording"},
        {"sent": [{"role": "user", "content": "“kits”"}], "received": "{}", "detail": None}))
    made = exporting.many(tmp_path / "log.csv", Form.CSV, Chosen("T1"), ASKED)

    asked, call = read(made.file)[-2:]
    assert (asked["said"], asked["detail"]) == ("Who pays?", '{"number": 1, "to": "U0SAM00003"}')
    assert call["said"] == '{} [{"content": "“kits”", "role": "user"}]'


def test_what_is_taken_out_of_words_is_taken_out_of_names_too(
    spoken, exporting, store, tmp_path
):
    People(store).learn("T1", "U9", "Ada (ada@example.com)")
    made = exporting.many(tmp_path / "log.csv", Form.CSV, Chosen("T1"), Asked(
        "U-lead", "asked", frozenset({Redaction.EMAIL})))

    assert [row["name"] for row in read(made.file)] == ["", "Ada ([redacted: e-mail address])"]


def test_nothing_is_written_over_and_nothing_half_is_left(spoken, exporting, tmp_path, monkeypatch):
    file = tmp_path / "log.csv"
    file.write_text("mine")
    with pytest.raises(NotExported, match="there already"):
        exporting.many(file, Form.CSV, Chosen(), ASKED)
    assert file.read_text() == "mine"
    file.unlink()

    def broken(*_):
        raise RuntimeError("disk")

    monkeypatch.setattr("bot.exporting.asked.append", broken)
    with pytest.raises(RuntimeError):
        exporting.many(file, Form.CSV, Chosen(), ASKED)
    assert list(tmp_path.glob("*.csv*")) == []
    assert list(tmp_path.glob(".*part")) == []


def test_who_may_read_is_whoever_took_it(spoken, exporting, tmp_path):
    made = exporting.many(tmp_path / "log.csv", Form.CSV, Chosen(), ASKED)
    assert {oct(file.stat().st_mode & 0o777) for file in (made.file, made.manifest)} == {"0o600"}


@pytest.mark.parametrize(("form", "asked", "why"), [
    (Form.PDF, ASKED, "one conversation"), (Form.CSV, Asked("", "x"), "who"),
    (Form.CSV, Asked("U", ""), "why")])
def test_what_can_not_be_is_said(spoken, exporting, tmp_path, form, asked, why):
    with pytest.raises(NotExported, match=why):
        exporting.many(tmp_path / "x", form, Chosen(), asked)


@pytest.mark.parametrize("text", [
    "=1+1", "+1", "-1", "@x", "\tx", "\rx", " =cmd|' /C calc'!A0", "＝1", "－1"])
def test_a_cell_that_a_spreadsheet_takes_for_a_formula_gets_a_quote(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(("text", "written"), [
    ("drones for Kenya;=cmd|'/C calc'!A0;bye", "drones for Kenya;'=cmd|'/C calc'!A0;bye"),
    ("a\t @x", "a\t '@x"), ('a; "=1', 'a; "\'=1'), ("a;'=1", "a;''=1"), ("a\n- one", "a\n'- one"),
    ("\n=1", "'\n'=1"), ("a;＝1", "a;'＝1"), ("end_user=police; country=KE",) * 2])
def test_what_another_spreadsheet_parts_off_is_no_formula_either(text, written):
    """Where lists are separated by semicolons, the middle of a message was a cell of its own."""
    assert cell(text) == written


def test_a_cell_of_many_blank_lines_is_written_at_once_and_a_formula_behind_them_is_none():
    """It took the length of the run squared."""
    blank, began = "\n" * 300_000, time.perf_counter()

    assert cell(f"x{blank}y") == f"x{blank}y"
    assert cell(f"x{blank}=1") == f"x{blank}'=1"
    assert cell(f"x;{' ' * 300_000}=1") == f"x;{' ' * 300_000}'=1"

    assert time.perf_counter() - began < 10


@pytest.mark.parametrize("separator", [";", "\t"])
@given(st.lists(st.text(alphabet=st.sampled_from(";\t\n\r \"',=+-@＝xy"), max_size=12),
                min_size=3, max_size=3))
def test_however_a_line_is_parted_no_cell_is_a_formula(separator, values):
    from bot.exporting.tables import _line
    text = _line(["a", *(cell(value) for value in values), "z"])
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        assert not any(one.lstrip()[:1] in tuple("=+-@＝") for one in row if one.strip())


@given(st.lists(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=30),
                min_size=16, max_size=16))
def test_whatever_stands_in_cells_comes_back(values):
    from bot.exporting.tables import _line
    text = _line(COLUMNS) + _line([cell(value) for value in values])
    (row,) = list(csv.reader(io.StringIO(text, newline="")))[1:]
    back = [one[1:] if one[:1] == "'" != value[:1] else one
            for one, value in zip(row, values, strict=True)]
    put_in = re.compile(r"""([;\t\r\n][\s"]*)'(?='*[=+\-@＝＋－＠])""")
    assert [put_in.sub(r"\1", one) for one in back] == values
    assert not any(one.lstrip()[:1] in tuple("=+-@") for one in row if one.strip())
    assert text.endswith("\r\n")


@pytest.mark.long
def test_a_huge_conversation_is_written_in_bounded_memory(store, exporting, tmp_path):
    words = {"text": "x" * 20_000}
    with store.writing() as connection:
        for n in range(2500):
            append(connection, LOCAL, Happening("comment", f"n{n}", START, "U1", "c1", {}, words))

    for form in FORMS:
        tracemalloc.start()
        made = exporting.many(tmp_path / f"log.{form}", Form(form), Chosen(LOCAL), ASKED)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert made.file.stat().st_size > 2500 * 20_000
        assert peak < 32_000_000


def test_a_table_tells_what_is_not_certain_and_what_is_taken_back(say, exporting, tmp_path):
    """A "maybe" read as told, and whoever took something back seemed to have said nothing."""
    for words in ("drones with facial recognition for the police in Kenya",
                  "to watch crowds at demonstrations",
                  "maybe they will use it for border control too",
                  "what if we host it ourselves?", "they arrest journalists",
                  "sorry, it's Uganda, not Kenya", "maybe through a reseller"):
        say(words)
    made = exporting.many(tmp_path / "log.csv", Form.CSV, Chosen(), ASKED)

    assert [row["understood"] for row in read(made.file)] == [
        "country=KE; end_user=police; product=drone, facial-recognition",
        "end_use=crowd-monitoring",
        "end_use=crowd-monitoring (not certain: border-control, crowd-monitoring)",
        "", "detentions=yes", "country=UG; detentions (taken back)",
        "intermediary=reseller (not certain)"]
