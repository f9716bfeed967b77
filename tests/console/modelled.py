"""The pages on the language model behind the real doors, with calls that are rows of the log."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import insert
from starlette.applications import Starlette

from bot.chat.calls import Use
from bot.chat.fields import load
from bot.console.access import Address, require
from bot.console.app import Console, build_console
from bot.console.integrity import Integrity
from bot.console.model_pages import LanguageModel, Modelling, Prompt, model_pages
from bot.console.reading_pages import Reading, pages
from bot.dialogue.conversation import ConversationId
from bot.log import Happening
from bot.schema import chat_usage
from tests.conftest import PROJECT
from tests.console.conftest import BASE
from tests.console.talking import WHEN

VARIABLES = {
    Use.READING: ("message", "facts", "asked"),
    Use.SEARCH: ("question",),
    Use.WORDING: ("points", "facts", "question"),
}
MODEL = "openai:gpt-test"
_NUMBERS = count(1)
DIGEST = {use: format(number, "064x") for number, use in enumerate(Use, start=10)}


def language_model(name=MODEL, **more):
    prompts = {use: Prompt(DIGEST[use], f"---\n# {use}\nBe exact.", {
        variable: f"<{variable}>…</{variable}>" for variable in VARIABLES[use]}) for use in Use}
    return LanguageModel(**{
        "name": name, "where": "models.example.com", "uses": frozenset(Use), "masks": True,
        "limits": (("Longest call", "20 s"),), "prices": "0.15/0.60", "prompts": prompts,
        "fields": load(PROJECT / "prompts", VARIABLES), **more})


@dataclass(frozen=True)
class Chosen:
    allowed: bool
    at: datetime
    by: str


class Choices:
    """Stands where choices are kept, with memory; each is a row of the log."""

    def __init__(self, store):
        self.store, self.made = store, {}

    def of(self, workspace):
        return self.made.get(workspace)

    def choose(self, workspace, *, allow, by, reason):
        self.made[workspace] = Chosen(allow, WHEN, by)
        self.store.note(workspace, Happening(
            "chat_allowed", f"choice{next(_NUMBERS)}", WHEN, by, None,
            {"allowed": allow, "reason": reason}))


def with_model(whole, choices, model=None, **more):
    """*whole* with the pages on *model* in it."""
    reading = Reading(
        whole.desk.store, whole.desk.editions.of,
        Integrity(whole.desk.checkpoints, start=lambda work: work()), whole.clock,
        people=whole.people)
    modelling = Modelling(reading, model or language_model(), choices, **more)
    console = Console(whole.desk.store, whole.sessions, whole.roles, Address(BASE),
                      now=whole.clock)
    whole.app = Starlette(routes=build_console(
        console, [*pages(reading, require), *model_pages(modelling, require)]))
    return whole


def call(desk, conversation="c1", turn=1, workspace="T1", user="U1", sent=None, received="",
         detail="", read=None, **body):
    """Put a row into the log as a second look does."""
    n = next(_NUMBERS)
    words = {"sent": [{"role": "system", "content": "Be exact."},
                      {"role": "user", "content": "<message>…</message>"}]
             if sent is None else sent, "received": received}
    words |= {"detail": detail} if detail else {}
    words |= {"read": read} if read is not None else {}
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
