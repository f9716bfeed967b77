"""Turns of our own making: a message heard, one flag raised, one passage found, and a reply."""

from datetime import UTC, datetime, timedelta

from bot.dialogue.citation import Citation
from bot.dialogue.conversation import Conversation, ConversationId, Message, Phase
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.deciding import Decision
from bot.dialogue.judging import Finding
from bot.dialogue.reply import (
    Asked,
    Coverage,
    CoverageLine,
    FlagNote,
    Kind,
    Line,
    Reply,
    SafeguardNote,
    Status,
)
from bot.turns.turn import Turn
from retrieval.guidance import (
    Checked,
    Choice,
    DealStage,
    Fact,
    FlagId,
    ProvisionId,
    QuestionKind,
    RedFlag,
    ReleaseId,
    SafeguardId,
    SourceId,
    sha256_of,
)
from retrieval.matches import Found, Match, Query, Why
from retrieval.passages import Passage

RELEASE = ReleaseId("0123456789ab")
END_USER = Fact("end_user")
TEXT = "The police of Ruritania want forty kits"
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SEED = bytes(range(32))
"""Of the key that signs checkpoints."""

CITATION = Citation(
    provision=ProvisionId("sg-c2-rf3"),
    pinpoint="Guidance, Considerations (pp. 8–13)",
    source=SourceId("sg"),
    source_title="Guidance",
    checked=Checked.UNCHECKED,
    url="https://example.org/sg",
    release=RELEASE,
    start=0,
    end=12,
    sha256=sha256_of("What it says"),
)
FLAG = RedFlag(
    FlagId("sg-c2-rf3"), "Police", "Look.", {END_USER: frozenset({"police"})}, "sg-c2",
    (CITATION.provision,), (), 2,
)


class Clock:
    """Time that a test moves."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        """Let *seconds* go by."""
        self.now += timedelta(seconds=seconds)


def reply() -> Reply:
    note = FlagNote(FLAG.id, "Police", "Look.", "sg-c2", Status.RAISED, (END_USER,),
                    ("The police",), (), False, 2, False, (CITATION,))
    asked = Asked(Fact("product"), QuestionKind.CHOICE, "What is it?", "It matters.", False,
                  (Choice("camera", "Camera"),), (CITATION,))
    return Reply(
        Kind.ASK, RELEASE, (Line("Weigh this.", (CITATION,)),), heard="end-user: police",
        flags=(note,), question=asked, open_facts=(Fact("product"),),
        safeguards=(SafeguardNote(SafeguardId("s1"), "Certificate", "Get one.",
                                  DealStage.BEFORE_SALE, (CITATION,)),),
        coverage=(CoverageLine("sg-c2", 2, Coverage.ADDRESSED, (END_USER,)),),
    )


def step(before: Conversation, key: str, author: str = "U1", text: str = TEXT) -> tuple[
    Turn, Conversation
]:
    """The turn that a message makes, and the conversation after it."""
    version = before.version + 1
    answer = Answer(frozenset({"police", "military"}), "The police", MessageKey(key), True, 0, 10)
    after = Conversation(before.id, Deal({**before.deal.answers, END_USER: answer}),
                         (Fact("product"),), Fact("product"), Phase.ASKING, version)
    message = Message(MessageKey(key), author, text, START + timedelta(seconds=version),
                      heard={END_USER: answer}, topics={END_USER: frozenset({"police"})})
    decision = Decision(before, after, message, (
        Finding(FLAG, Status.RAISED, (END_USER,), (), ()),), None, ())
    passage = Passage(CITATION.provision, 0, 12, "What it says")
    found = [Found(Query(text, pinned=(CITATION.provision,)),
                   (Match(passage, 0.1 + 0.2, Why.SIMILAR),))]
    turn = Turn.of(decision, found, reply(), composer="plain", wording_digest="abc", took_ms=12,
                   recorded_at=START + timedelta(minutes=version))
    return turn, after


def begin(name: str = "c1") -> Conversation:
    return Conversation(ConversationId(name))
