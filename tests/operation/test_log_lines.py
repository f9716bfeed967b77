"""No line of the log holds what somebody said, whoever logs it and however."""

import io
import json
import logging
import sqlite3
import sys
import threading
import warnings

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from sqlalchemy.exc import IntegrityError

from bot.errors import BadInput
from bot.telemetry.log_lines import FIELDS, HIDDEN, NOT_SHOWN, about, begin_logging
from bot.turns.delivery import Act
from tests.operation.written import written

CANARY = "Zyxcanary wants 40 drones, ask Kim Lee <kim@buyer.example>"
TOKEN = "xoxb-1234-canary"


def test_a_message_stands_as_it_does_in_the_source_code():
    with written() as lines:
        logging.getLogger("advisor.desk").warning("handling %s took %d tries in %.1f s: %s",
                                                  Act.MESSAGE, 3, 1.5, CANARY)
    assert [line["event"] for line in lines] == ["handling message took 3 tries in 1.5 s: …"]
    assert (lines[0]["level"], lines[0]["logger"]) == ("warning", "advisor.desk")


@pytest.mark.parametrize("name", ["advisor.desk", "slack_sdk.web.base_client", "httpx"])
def test_a_message_made_at_run_time_is_not_shown(name):
    with written() as lines:
        logging.getLogger(name).critical(f"body: {CANARY}")
        logging.getLogger(name).critical(CANARY)
        logging.getLogger(name).critical("body: " + CANARY + "%s", TOKEN)
        logging.getLogger(name).critical({"text": CANARY})
        logging.getLogger(name).critical(ValueError(CANARY))
    assert {line["event"] for line in lines} == {NOT_SHOWN}
    assert "anary" not in json.dumps(lines)


def test_of_a_librarys_message_no_value_is_shown():
    with written() as lines:
        logging.getLogger("x").info("[%s] %r", 12, (CANARY, TOKEN))
        logging.getLogger("x").info("%(who)s", {"who": CANARY})
        logging.getLogger("x").info("100%% of %s", CANARY)
    assert [line["event"] for line in lines] == ["[…] …", "%(who)s", "100% of …"]


def test_fields_pass_in_their_shape_and_no_others():
    given = {
        "workspace": "T012AB3C4", "conversation": "slack:T012AB3C4:C1:1700000000.000100",
        "delivery": "slack:T012AB3C4:C1:1700000000.000100", "act": "message", "turn": 3,
        "release": "0123456789ab", "reference": "T-0A1B2C", "slack_error": "not_in_channel",
        "seconds": 1.25, "tries": 2, "count": 40, "text": CANARY, "user": "U012AB3C4",
        "author": "U012AB3C4"}
    with written() as lines:
        logging.getLogger("advisor.desk").info("seen", extra=given)
    told = {name: lines[0][name] for name in given if name in lines[0]}
    assert told == {name: str(given[name]) for name in given if name in FIELDS}
    assert set(told) == set(given) - {"text", "user", "author"}


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_words_in_a_field_are_hidden(field):
    with written() as lines:
        logging.getLogger("advisor.desk").info("seen", extra={field: CANARY})
    value = str(lines[0][field])
    assert value == HIDDEN or value.startswith("sha256:")
    assert "anary" not in json.dumps(lines)


def test_what_a_thread_works_on_is_in_every_line_of_it():
    with written(always=lambda: {"replica": "host-1"}) as lines, about(turn=4):
        logging.getLogger("advisor").info("within")
        with about(act="brief"):
            logging.getLogger("a_library").info("deeper")
        logging.getLogger("advisor").info("within")
    assert [(line.get("turn"), line.get("act")) for line in lines] == [
        ("4", None), ("4", "brief"), ("4", None)]
    assert {line["replica"] for line in lines} == {"host-1"}


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


@pytest.mark.parametrize(("error", "told"), [
    (ValueError(CANARY), {"type": "ValueError"}),
    (BadInput("too_long", CANARY), {"type": "bot.errors.BadInput", "code": "too_long"}),
    (OSError(28, CANARY, CANARY), {"type": "OSError", "errno": "ENOSPC"}),
    (IntegrityError(f"INSERT {CANARY}", {"words": CANARY}, sqlite3.IntegrityError(CANARY)),
     {"type": "sqlalchemy.exc.IntegrityError", "driver": "sqlite3.IntegrityError"}),
    (SlackApiError(CANARY, SlackResponse(
        client=None, http_verb="POST", api_url=CANARY, req_args={"json": CANARY},
        data={"ok": False, "error": "is_archived", "text": CANARY}, headers={}, status_code=200)),
     {"type": "slack_sdk.errors.SlackApiError", "status": 200, "slack_error": "is_archived"}),
    (SlackApiError(CANARY, SlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data={"error": CANARY},
        headers={}, status_code=502)),
     {"type": "slack_sdk.errors.SlackApiError", "status": 502}),
])
def test_of_an_error_there_is_its_kind_and_where_it_was_raised(error, told):
    with written() as lines:
        logging.getLogger("advisor").error("it failed", exc_info=raised(error))
    [one] = lines[0]["error"]
    assert [frame.rpartition(":")[0] for frame in one.pop("frames")] == [
        "operation/test_log_lines.py:raised"]
    assert one == told
    assert "anary" not in json.dumps(lines)


def test_the_causes_of_an_error_are_told_too():
    def deep() -> None:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            raise RuntimeError(CANARY) from error

    with written() as lines:
        try:
            deep()
        except RuntimeError:
            logging.getLogger("advisor").exception("it failed")
    assert [one["type"] for one in lines[0]["error"]] == ["RuntimeError", "KeyError"]
    assert "anary" not in json.dumps(lines)


def test_what_goes_to_standard_error_by_itself_is_logged(capfd):
    def fail() -> None:
        raise ValueError(CANARY)

    class Broken:
        def __del__(self) -> None:
            raise ValueError(CANARY)

    with written() as lines:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        Broken()
        warnings.warn(CANARY, stacklevel=1)
        logging.getLogger("advisor").info("%d", CANARY)
    assert [line["event"] for line in lines] == [
        "a thread was ended by an error", "an error was raised where nothing can catch it",
        NOT_SHOWN, "…"]
    assert "anary" not in json.dumps(lines) + "".join(capfd.readouterr())


def test_a_line_that_cannot_be_made_is_told_without_its_values(capfd):
    class Bad:
        def __str__(self) -> str:
            raise ValueError(CANARY)

    with written() as lines:
        logging.getLogger("advisor").info("seen", extra={"turn": Bad()})
    assert lines == [{"event": "a log line could not be written", "from": lines[0]["from"],
                      "error": [{"type": "ValueError"}]}]
    assert "anary" not in "".join(capfd.readouterr())


def test_a_handler_of_a_librarys_own_is_taken_from_it():
    library, past = logging.getLogger("some_library"), io.StringIO()
    library.addHandler(logging.StreamHandler(past))
    library.propagate = False
    with written() as lines:
        library.warning(CANARY)
    assert past.getvalue() == ""
    assert [line["event"] for line in lines] == [NOT_SHOWN]


def test_with_text_everything_is_shown():
    with written(with_text=True) as lines:
        logging.getLogger("advisor").error("said %s", CANARY, exc_info=raised(ValueError(TOKEN)))
    assert lines[0]["event"] == f"said {CANARY}"
    assert TOKEN in lines[0]["traceback"]


def test_a_person_at_a_terminal_reads_the_same():
    stream, root = io.StringIO(), logging.root
    before = root.handlers[:], root.level
    try:
        begin_logging(stream, "INFO", as_json=False)
        logging.getLogger("advisor").error("it failed: %s", CANARY, extra={"turn": 3},
                                           exc_info=raised(ValueError(CANARY)))
    finally:
        root.handlers[:], root.level = before
        logging.captureWarnings(False)
        threading.excepthook, sys.unraisablehook = threading.__excepthook__, (
            sys.__unraisablehook__)
    first, kind, frame = stream.getvalue().splitlines()
    assert first[8:] == " ERROR advisor: it failed: … [turn=3]"
    assert (kind, frame.split(":")[:2]) == (
        "  ValueError", ["    operation/test_log_lines.py", "raised"])
