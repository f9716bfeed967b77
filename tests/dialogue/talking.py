"""Conversations in memory: the real step over the real corpus, with a search by shared words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.dialogue.conversation import Conversation, ConversationId, Message
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.messages.understood import Strays
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Reply
from bot.dialogue.respond import respond
from retrieval.guidance import Fact, Guidance
from retrieval.matches import Found, Match, Query, Search, Why
from retrieval.passages import passage
from retrieval.words.tells import Told

WHEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
LIMIT = 12
KEY = MessageKey("before")
"""Of what was told before a talk is joined."""
IN_KENYA = ("IMSI catchers for the police in Kenya via a reseller. The courts are not independent. "
            "Journalists keep getting arrested there.")
"""A deal that raises flags."""


class WordSearch:
    """A search without a model: pinned provisions, then those that share most words with it."""

    def __init__(self, guidance: Guidance) -> None:
        self._words = {p.id: set(p.text.lower().split()) for p in guidance.provisions.values()}
        self._guidance = guidance

    def __call__(self, queries: Sequence[Query]) -> Sequence[Found]:
        return [self._find(query) for query in queries]

    def _find(self, query: Query) -> Found:
        words = {w for w in query.text.lower().split() if len(w) > 3}
        shared = {i: len(words & mine) for i, mine in self._words.items() if words & mine}
        best = sorted(shared, key=lambda i: (-shared[i], i))[: query.limit]
        matches = [Match(passage(self._guidance.provisions[i]), 1.0, Why.PINNED)
                   for i in query.pinned]
        matches += [
            Match(passage(self._guidance.provisions[i]), shared[i] / (len(words) or 1), Why.SIMILAR)
            for i in best if i not in query.pinned
        ]
        return Found(query, tuple(matches), abstained=not matches)


class Talk:
    """One conversation being held."""

    def __init__(
        self,
        guidance: Guidance,
        reader: PlainReader,
        sentences: Wording,
        search: Search | None = None,
    ) -> None:
        self.conversation = Conversation(ConversationId("c"))
        self.replies: list[Reply] = []
        self.messages: list[Message] = []
        self.guidance, self._reader, self._wording = guidance, reader, sentences
        self._search = search or WordSearch(guidance)

    def amid(self, known: Mapping[str, str], asked: Sequence[str]) -> "Talk":
        """Join it where *known* was told, and the facts *asked* were asked for last."""
        deal = Deal({Fact(fact): Answer(frozenset({value}), "words", KEY)
                     for fact, value in known.items()})
        self.conversation = replace(self.conversation, deal=deal).asking(list(map(Fact, asked)))
        return self

    def say(self, text: str, at: datetime = WHEN, by: str = "a") -> Reply:
        return self.take(self._reader.read(
            text, self.conversation, key=self._key(), author=by, sent_at=at
        ))

    def choose(self, answers: Mapping[str, Sequence[str] | None]) -> Reply:
        heard = {
            Fact(f): Answer(None if v is None else frozenset(v), "picked", self._key())
            for f, v in answers.items()
        }
        pending = self.conversation.pending
        return self.take(Message(self._key(), "a", "", WHEN, Intent.DESCRIBE, heard,
                                 answers_pending=pending in heard))

    def take(self, message: Message) -> Reply:
        decision, _, reply = respond(
            self.conversation, message, guidance=self.guidance, search=self._search,
            wording=self._wording, limit=LIMIT,
        )
        self.conversation = decision.conversation
        self.messages.append(message)
        self.replies.append(reply)
        return reply

    def _key(self) -> MessageKey:
        return MessageKey(str(len(self.messages)))


def asked_in(
    begin: Callable[[], Talk], text: str, *before: str
) -> tuple[Talk, Intent, Reply]:
    """The talk in which *text* was said behind *before* and changed nothing, and its answer."""
    talk = begin()
    for said in before:
        talk.say(said)
    earlier = talk.conversation
    reply = talk.say(text)
    assert talk.conversation.deal == earlier.deal
    assert talk.conversation.awaiting() == earlier.awaiting()
    return talk, talk.messages[-1].intent, reply


class Says:
    """A model that takes the same words to tell the same, wherever it hears them."""

    def __init__(self, *told: tuple[str, str, float, str]) -> None:
        """Each of *told* is a fact, a value, a chance and the words that it rests on."""
        self._told = told

    def __call__(self, text: str) -> Sequence[Told]:
        return [Told(Fact(fact), value, chance, text.index(words), text.index(words) + len(words))
                for fact, value, chance, words in self._told if words in text]


def read(
    guidance: Guidance, text: str, *told: tuple[str, str, float, str], strays: Strays | None = None
) -> Message:
    """*text* as it opens a conversation, where a model hears in it what *told* says.

    How far it lies from the texts *strays* says, if anything does.
    """
    reader = PlainReader(guidance, Says(*told), strays)
    return reader.read(text, Conversation(ConversationId("c")), key=MessageKey("m"), author="a",
                       sent_at=WHEN)


def values(message: Message) -> dict[str, set[str]]:
    """The values that *message* tells of each fact."""
    return {fact: set(answer.values or ()) for fact, answer in message.heard.items()}
