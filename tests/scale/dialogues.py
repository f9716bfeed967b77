"""Conversations held with the real bot: the turns that a big log is made of.

Each is played once, from the labelled deals; a big log holds them again and again, with other
people, times, countries and words.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot import wording
from bot.advisor import Advisor, Said
from bot.casebook import cites as case_cites
from bot.casebook.words import named, shown, words_of
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Asked, Status
from bot.ledger import canonical
from bot.record.log import TURN
from bot.store import Store
from bot.turns.turn import Turn, lift, turn_from
from retrieval import corpus
from retrieval.guidance import Guidance
from retrieval.releases import content_of
from tests.dialogue.talking import LIMIT, WordSearch

PROJECT = Path(__file__).parents[2]
WHEN = datetime(2026, 1, 1, tzinfo=UTC)
COUNTRY = "@country@"
"""Stands in a body for the country of a deal, which each copy has one of its own for."""
MOST_CHOICES = 12


@dataclass(frozen=True, slots=True)
class Spoken:
    """One turn, to be said again elsewhere."""

    text: str
    turn: Turn
    """As it is read back from its body."""
    pieces: tuple[str, ...]
    """The body in canonical JSON; every second piece names what a copy has of its own."""
    quotes: str
    shown: frozenset[str]
    """The words of its reply that are searched."""
    cites: case_cites.Cites
    """What its reply cites, as if in the turn that is read back."""

    @property
    def moves(self) -> dict[str, Any]:
        """Of its body, what the standing of a review goes by."""
        reply = self.turn.reply
        return {"intent": self.turn.message.intent,
                "reply": {"kind": reply.kind, "coverage": reply.coverage}}

    def body(self, own: Mapping[str, str]) -> str:
        """The body of a copy, with *own* as JSON."""
        return "".join(own[one] if n % 2 else one for n, one in enumerate(self.pieces))


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One conversation."""

    spoken: tuple[Spoken, ...]
    state: str
    """What it remembered at the end, as JSON."""


def release() -> Guidance:
    """The corpus that the dialogues are held over."""
    return corpus.read(PROJECT / "guidance_corpus")


def played(guidance: Guidance, number: int, *, lean: bool) -> list[Dialogue]:
    """The first *number* labelled deals, talked through.

    Args:
        guidance: The corpus.
        number: How many.
        lean: Leave out of each body what only the page of a conversation shows, so that a
            million of them fit on a disk.  Lines, tags and words are as they are.
    """
    golds = [json.loads(line) for name in "ab" for line in
             (PROJECT / f"tests/gold/dialogue-{name}.jsonl").read_text("utf-8").splitlines()]
    sentences = wording.load(PROJECT / "prompts", "your compliance lead")
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/a.sqlite3")
        store.upgrade()
        store.keep_release(guidance.release, content_of(guidance))
        advisor = Advisor(guidance=guidance, reader=PlainReader(guidance),
                          search=WordSearch(guidance), wording=sentences, store=store,
                          question_limit=LIMIT, message_limit=8000)
        made = []
        for n, gold in enumerate(golds[:number]):
            state = _hold(advisor, ConversationId(f"g{n}"), gold, n)
            turns = store.turns(ConversationId(f"g{n}"))
            made.append(Dialogue(tuple(_spoken(turn, lean=lean) for turn in turns), state))
        store.close()
    return made


def _hold(advisor: Advisor, name: ConversationId, gold: Mapping[str, Any], n: int) -> str:
    """Say what the deal says, answer what is asked, ask for the advice; gives what is remembered.

    Every fourth gives up half way, and every third asks one thing more.
    """
    numbers = iter(range(1000))

    def say(text: str = "", picks: Mapping[str, Any] | None = None) -> Any:
        return advisor.take_turn(Said(
            MessageKey(f"{name}:{next(numbers)}"), name, "slack:T1:U1", WHEN, text, picks,
            workspace="T1"))

    for words in gold["says"]:
        outcome = say(words)
    for _ in range(MOST_CHOICES if n % 4 else 3):
        asked = outcome.reply.question
        if asked is None:
            break
        outcome = say(picks={str(one.fact): gold["answers"].get(str(one.fact))
                             for one in asked.all()})
    if n % 4:
        outcome = say("advise now")
    if n % 3 == 0:
        outcome = say("what does the guidance say about resellers?")
    return canonical(outcome.conversation)


OWN = ("at", "conversation", "key", "personal_sha256", "recorded_at", "sent_at", "seq", "version",
       "workspace")
"""What the body of a copy has of its own, beside the country."""
_PLACES = re.compile(r'"@(\w+)@"')


def _spoken(turn: Turn, *, lean: bool) -> Spoken:
    turn = _lean(turn) if lean else turn
    body = turn.body() | {"kind": TURN, **{name: f"@{name}@" for name in OWN}}
    told = body["heard"].get("country")
    if told and told["values"]:
        told["values"] = [COUNTRY]
    for answer in body["heard"].values():
        answer["message"] = "@key@"
    quotes = canonical(lift(body))
    read = turn_from(body | {"recorded_at": WHEN, "sent_at": WHEN, "version": turn.version},
                     author="", text="")
    return Spoken(turn.text, read, tuple(_PLACES.split(canonical(body))), quotes,
                  frozenset(words_of(" ".join([shown(read.reply), *named({"quotes": quotes})]))),
                  case_cites.cited_in(body | {"version": turn.version}, "", {
                      str(one.provision) for one in read.reply.citations()}))


def _lean(turn: Turn) -> Turn:
    def bare(note: Any) -> Any:
        return replace(note, citations=())

    def asked(question: Asked) -> Asked:
        return replace(bare(question), choices=(), beside=tuple(map(asked, question.beside)))

    reply = turn.reply
    raised = [flag for flag in reply.flags if flag.status is Status.RAISED]
    return replace(
        turn,
        findings=tuple(one for one in turn.findings if one.status is Status.RAISED),
        found=tuple(replace(one, passages=one.passages[:2]) for one in turn.found[:2]),
        reply=replace(
            reply, question=None if reply.question is None else asked(reply.question),
            lead=tuple(map(bare, reply.lead)),
            flags=tuple(replace(flag, citations=flag.citations[:2]) if n < 2 else bare(flag)
                        for n, flag in enumerate(raised)),
            considerations=tuple(map(bare, reply.considerations[:2])), related=(),
            safeguards=tuple(map(bare, reply.safeguards[:2])), more_safeguards=(), coverage=(),
            consult=(), changes=None))
