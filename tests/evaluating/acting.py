"""A bot that follows a script, and replies to put in its mouth."""

from dataclasses import replace

from bot.advisor import Outcome, Said
from bot.dialogue.citation import Citation
from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import Answer, Deal
from bot.dialogue.reply import (
    Asked,
    ConsiderationNote,
    FlagNote,
    Kind,
    Line,
    Reply,
    SafeguardNote,
    Status,
)
from bot.measures.labelled import Case
from retrieval.guidance import (
    Checked,
    DealStage,
    Fact,
    FlagId,
    ProvisionId,
    QuestionKind,
    RedFlag,
    ReleaseId,
    SafeguardId,
    Severity,
    SourceId,
    sha256_of,
)
from tests.retrieval.small import guidance

RELEASE = ReleaseId("0123456789ab")
EMPTY = guidance([])
"""A release without content: nobody draws the replies of these tests."""
PRODUCT, END_USER = Fact("product"), Fact("end_user")


def flag(id_: str, *, ours: bool = False, gravity: int = 2, **when: str) -> RedFlag:
    table = {Fact(fact): frozenset(values.split()) for fact, values in when.items()}
    return RedFlag(FlagId(id_), id_, "Look.", table, "sg-c1", (ProvisionId("ungp-17"),), (),
                   Severity(gravity, 1, 1), ours)


def noted(id_: str, status: Status = Status.RAISED, *cited: Citation) -> FlagNote:
    return FlagNote(
        FlagId(id_), id_, "Look.", "sg-c1", status, (), (), (), False, 2, False, cited
    )


def ask(fact: Fact, *beside: Fact) -> Asked:
    others = tuple(ask(one) for one in beside)
    return Asked(
        fact, QuestionKind.CHOICE, "What is it?", "It matters.", False, (), (), beside=others
    )


def safeguard(id_: str, *cited: Citation) -> SafeguardNote:
    return SafeguardNote(SafeguardId(id_), id_, "Do it.", DealStage.DESIGN, cited)


def consideration(id_: str, *cited: Citation) -> ConsiderationNote:
    return ConsiderationNote(id_, 1, id_, "Weigh it.", Status.OPEN, cited)


def citation(provision: str, text: str = "", source: str = "sg", pinpoint: str = "p") -> Citation:
    return Citation(
        ProvisionId(provision), pinpoint, SourceId(source), "S", Checked.UNCHECKED, "",
        RELEASE, 0, len(text), sha256_of(text),
    )


def with_flags(*ids: str) -> Reply:
    notes = (*map(noted, ids), noted("never", Status.OPEN))
    return Reply(Kind.ADVICE, RELEASE, (Line("Weigh this."),), flags=notes)


def case(id_: str = "c", raised: str = "", not_raised: str | None = None, **rest: object) -> Case:
    spared = None if not_raised is None else frozenset(not_raised.split())
    return Case(id_, ("kits",), raised=frozenset(raised.split()), not_raised=spared, **rest)


class Scripted:
    """A bot that asks for the given facts in turn, then advises with the given reply.

    Of every message it takes to be said what `hears` has for its text.
    """

    def __init__(
        self,
        *facts: Fact | tuple[Fact, ...],
        ends: Reply | None = None,
        hears: dict[str, dict[str, str]] | None = None,
        supposes: str = "",
        guesses: str = "",
    ) -> None:
        self._facts = [one if isinstance(one, tuple) else (one,) for one in facts]
        self._ends = ends or Reply(Kind.ADVICE, RELEASE, (Line("Weigh this."),))
        self._hears = hears or {}
        self._supposes = supposes.split()
        self._guesses = guesses.split()
        self._answers: dict[Fact, Answer] = {}
        self._pending: tuple[Fact, ...] = ()
        self.said: list[str | dict[str, list[str] | None]] = []

    def __call__(self, said: Said) -> Outcome:
        self.said.append(said.text or dict(said.answers or {}))
        for name, values in self._hears.get(said.text, {}).items():
            sure = name not in self._supposes
            guessed = name in self._guesses
            self._answers[Fact(name)] = Answer(
                frozenset(values.split()), "", said.key, sure and not guessed,
                confidence=0.1 if guessed else 1.0)
        for fact, picked in (said.answers or {}).items():
            known = None if picked is None else frozenset(picked)
            self._answers[Fact(fact)] = Answer(known, "", said.key)
            self._pending = ()
        self._pending = self._pending or (self._facts.pop(0) if self._facts else ())
        reply = self._ends
        if self._pending:
            reply = replace(reply, kind=Kind.ASK, question=ask(*self._pending))
        conversation = Conversation(said.conversation, Deal(dict(self._answers)))
        return Outcome(conversation, reply, len(self.said), conversation, EMPTY)
