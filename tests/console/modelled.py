"""The pages on the language model behind the real doors, with calls that are rows of the log."""

from datetime import timedelta
from itertools import count

from sqlalchemy import insert
from starlette.applications import Starlette

from bot.chat.calls import Use
from bot.console.app import Console, build_console
from bot.console.conversations.integrity import Integrity
from bot.console.conversations.reading_pages import Reading, pages
from bot.console.entry.access import Address, require
from bot.console.language_model.model_pages import Modelling, model_pages
from bot.console.language_model.model_set import language_model
from bot.dialogue.conversation import ConversationId
from bot.language_model.choices import ChatChoices
from bot.record.log import Happening
from bot.schema import chat_usage
from tests.conftest import PROJECT
from tests.console.conftest import BASE
from tests.console.talking import WHEN

MODEL = "openai:gpt-test"
_NUMBERS = count(1)
SET = {"name": MODEL, "address": "models.example.com:8443", "uses": frozenset(Use),
       "mask": lambda text: text.replace("Acme Ltd", "PARTY-1"),
       "limits": (("Longest call", "20 s"),), "prices": "0.15/0.60"}
DIGEST = {use: one.digest
          for use, one in language_model(PROJECT / "prompts", **SET).prompts.items()}


def set_(**more):
    """What is set, as from the settings."""
    return language_model(PROJECT / "prompts", **{**SET, **more})


def with_model(whole, model=None, **more):
    """*whole* with the pages on *model* in it."""
    reading = Reading(
        whole.desk.store, whole.desk.editions.of,
        Integrity(whole.desk.checkpoints, start=lambda work: work()), whole.clock,
        people=whole.people)
    settled = model or set_()
    modelling = Modelling(
        reading, lambda: settled, ChatChoices(whole.desk.store, whole.clock), **more)
    console = Console(whole.desk.store, whole.sessions, whole.roles, Address(BASE),
                      now=whole.clock)
    whole.app = Starlette(routes=build_console(
        console, [*pages(reading, require), *model_pages(modelling, require)]))
    return whole


def call(desk, conversation="c1", turn=1, workspace="T1", user="U1", sent=None, received="",
         words=None, **body):
    """Put a row into the log as a second look does."""
    n = next(_NUMBERS)
    words = {**(words or {}), "sent": [{"role": "system", "content": "Be exact."},
                      {"role": "user", "content": "<message>…</message>"}]
             if sent is None else sent, "received": received}
    desk.store.note(workspace, Happening(
        "model_call", f"k{n}:call:{n}", WHEN + timedelta(minutes=n), user,
        ConversationId(conversation),
        {"turn": turn, "use": "wording", "model": MODEL, "prompt": DIGEST[Use.WORDING],
         "outcome": "passed", "why": "", "tokens_in": 1200, "tokens_out": 300, "took_ms": 812,
         "tries": 1, **body}, words))


def used(desk, day, use="wording", outcome="passed", calls=1, workspace="T1", **more):
    """Count calls as a second look does."""
    with desk.store.writing() as connection:
        connection.execute(insert(chat_usage).values(**{
            "workspace": workspace, "day": day, "model": MODEL, "use": use, "outcome": outcome,
            "calls": calls, "tokens_in": 1000 * calls, "tokens_out": 100 * calls,
            "micros": 210 * calls, "took_ms": 900 * calls, **more}))
