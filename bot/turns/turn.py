"""A turn: one message, what was made of it, and the reply, as it is kept for ever.

A turn holds all that a reviewer needs to see why the bot said what it said, and nothing that a
release already holds: passages by span and digest, red flags by id.  Words of the person are
marked by `PERSONAL`, so that the store can keep them apart from the rest and erase them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from bot.dialogue.citation import Citation
from bot.dialogue.conversation import ConversationId, Message
from bot.dialogue.deal import MessageKey
from bot.dialogue.deciding import Decision
from bot.dialogue.drafting import Draft
from bot.dialogue.reply import Reply, Status
from bot.ledger import Forms, Spelled, plain, written
from bot.turns.circumstances import Circumstances
from retrieval.guidance import Fact, FlagId, ProvisionId, ReleaseId
from retrieval.matches import Found, Query, Why

SIMILARITY_PLACES = 6
"""Decimal places of a similarity kept; beyond them machines differ from one another."""

EACH = "*"
PERSONAL: tuple[tuple[str, ...], ...] = (
    ("subject",),
    ("matter",),
    ("heard", EACH, "said"),
    ("supposed", EACH, "said"),
    ("found", EACH, "query", "text"),
    ("reply", "heard"),
    ("reply", "flags", EACH, "said", EACH),
    ("reply", "worded", EACH, "text"),
    ("drafted", "draft", "sentences", EACH, "text"),
)
"""Where in a body the person's words stand; `EACH` is every key or place."""

Quote = tuple[tuple[str | int, ...], str]
"""A path into a body, and the words that stand there."""


@dataclass(frozen=True, slots=True)
class FindingNote:
    """A red flag as it was judged, by its id in the release."""

    flag: FlagId
    status: Status
    because: tuple[Fact, ...]
    missing: tuple[Fact, ...]
    unknown: tuple[Fact, ...]
    tentative: bool


@dataclass(frozen=True, slots=True)
class PassageNote:
    """A passage that was found: its span and digest, how near it was and why it came."""

    provision: ProvisionId
    start: int
    end: int
    sha256: str
    similarity: float
    why: Why


@dataclass(frozen=True, slots=True)
class FoundNote:
    """What one query gave."""

    query: Query
    passages: tuple[PassageNote, ...]
    abstained: bool
    nearest: ProvisionId | None
    gap: str | None = None
    """The gap in the texts that the question fell into."""


@dataclass(frozen=True, slots=True)
class ComparedWith:
    """Another conversation of the person that the turn could tell of, as it stood then."""

    conversation: ConversationId
    version: int


@dataclass(frozen=True, slots=True)
class Drafted:
    """The draft that a language model's wording was made from; the fence can judge it once more."""

    draft: Draft
    rules: str
    """Digest of the fence's rules that let it pass."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One recorded step; `seq`, `digest`, `posted_ref` and `erased` are the store's to fill in."""

    conversation: ConversationId
    version: int
    """Number of the turn in its conversation, from 1."""
    message: Message
    findings: tuple[FindingNote, ...]
    found: tuple[FoundNote, ...]
    reply: Reply
    composer: str
    wording_digest: str
    took_ms: int
    recorded_at: datetime
    refused: str | None = None
    """Why no wording of a language model is shown though one was asked for."""
    shown_version: int | None = None
    """Version of the conversation that the person last saw, if replies after it went stale."""
    question_limit: int | None = None
    """Most questions in a conversation, as it was set; None where that was not kept yet."""
    compared: tuple[ComparedWith, ...] | None = None
    """The person's other conversations, where they could be told of."""
    circumstances: Circumstances | None = None
    """How it came about; None where that was not kept yet."""
    renews: ReleaseId | None = None
    """The release of the turn before, if it was another: the reply says what has changed since."""
    retakes: int | None = None
    """The turn that this one takes again in its place, with a language model beside."""
    drafted: Drafted | None = None
    """What the worded lines of the reply were made from; None where there are none."""
    seq: int = field(default=0, compare=False)
    digest: str = field(default="", compare=False)
    posted_ref: str | None = field(default=None, compare=False)
    erased: bool = False
    """The person's words were erased; they read as empty."""

    @classmethod
    def of(
        cls,
        decision: Decision,
        found: Sequence[Found],
        reply: Reply,
        *,
        composer: str,
        wording_digest: str,
        took_ms: int,
        recorded_at: datetime,
        refused: str | None = None,
        shown: int | None = None,
        limit: int | None = None,
        circumstances: Circumstances | None = None,
        renews: ReleaseId | None = None,
        retakes: int | None = None,
        drafted: Drafted | None = None,
    ) -> "Turn":
        """The turn that *decision*, what the search *found* and the *reply* make.

        Times are any aware `datetime`; they are kept in UTC.
        """
        return cls(
            conversation=decision.conversation.id,
            version=decision.conversation.version,
            message=decision.message,
            findings=tuple(
                FindingNote(f.flag.id, f.status, f.because, f.missing, f.unknown, f.tentative)
                for f in decision.findings
            ),
            found=tuple(_noted(one) for one in found),
            reply=reply,
            composer=composer,
            wording_digest=wording_digest,
            took_ms=took_ms,
            recorded_at=recorded_at,
            refused=refused,
            shown_version=shown,
            question_limit=limit,
            compared=None if decision.others is None else tuple(
                ComparedWith(other.id, other.version) for other in decision.others),
            circumstances=circumstances,
            renews=renews,
            retakes=retakes,
            drafted=drafted,
        )

    @property
    def key(self) -> MessageKey:
        """The message's key, which no two turns share."""
        return self.message.key

    @property
    def author(self) -> str:
        """Who wrote the message; empty once erased."""
        return self.message.author

    @property
    def text(self) -> str:
        """What the person wrote; empty once erased."""
        return self.message.text

    @property
    def release(self) -> ReleaseId:
        """The release that the reply was drawn from."""
        return self.reply.release

    def body(self) -> dict[str, Any]:
        """All of the turn but its author and text, as JSON types in a fixed form.

        Each citation stands once under `citations`; a `citations` of the reply's parts holds
        places in that list.  A provision is cited in a dozen places of one advice, and written
        out each time the record would be three times as long.
        """
        listed: dict[Citation, int] = {}
        forms = Forms({Citation: lambda one: listed.setdefault(one, len(listed))})
        noted = {name: plain(getattr(self, name)) for name in _KEPT if name != "reply"}
        message = {name: plain(getattr(self.message, name)) for name in _OF_MESSAGE}
        reply = forms[Reply](self.reply)
        spelled = [_spelled(one) for one in listed]
        return {**noted, **message, "reply": reply, "release": self.release,
                "citations": Spelled([one for one, _ in spelled],
                                     f"[{','.join([text for _, text in spelled])}]")}


@lru_cache(maxsize=2_000)
def _spelled(citation: Citation) -> tuple[Any, str]:
    """*citation* as JSON types and as canonical JSON.

    It is half of what is kept of a deal's turn, and the next one cites mostly the same: nothing of
    it is anybody's words.
    """
    made = plain(citation)
    return made, written(made)


_OF_TURN = frozenset({"seq", "digest", "posted_ref", "erased", "message"})
_KEPT = tuple(f.name for f in fields(Turn) if f.name not in _OF_TURN)
_OF_MESSAGE = tuple(f.name for f in fields(Message) if f.name not in {"author", "text"})

_TURN = TypeAdapter(Turn)


def _noted(found: Found) -> FoundNote:
    passages = tuple(
        PassageNote(
            m.provision,
            m.passage.start,
            m.passage.end,
            m.passage.sha256,
            round(m.similarity, SIMILARITY_PLACES),
            m.why,
        )
        for m in found.matches
    )
    return FoundNote(found.query, passages, found.abstained, found.nearest, found.gap)


def _written_out(value: Any, citations: Sequence[Any]) -> Any:
    """*value* with the citations of the list in place of their places there."""
    if isinstance(value, dict):
        return {key: [citations[place] for place in inner]
                if key == "citations" else _written_out(inner, citations)
                for key, inner in value.items()}
    if isinstance(value, list):
        return [_written_out(one, citations) for one in value]
    return value


def turn_from(
    body: Mapping[str, Any],
    *,
    author: str,
    text: str,
    seq: int = 0,
    digest: str = "",
    posted_ref: str | None = None,
    erased: bool = False,
) -> Turn:
    """The turn whose `body` is *body*."""
    message = {name: body[name] for name in _OF_MESSAGE if name in body}
    kept = {name: body[name] for name in _KEPT if name in body}
    kept["reply"] = _written_out(body["reply"], body["citations"])
    return _TURN.validate_python({
        **kept,
        "message": {**message, "author": author, "text": text},
        "seq": seq, "digest": digest, "posted_ref": posted_ref, "erased": erased,
    })


def lift(body: dict[str, Any]) -> tuple[Quote, ...]:
    """Take the person's words out of *body*, leaving empty strings, and give them back."""
    quotes = []
    for pattern in PERSONAL:
        for holder, path in _places(body, pattern, ()):
            words = holder[path[-1]]
            if isinstance(words, str) and words:
                quotes.append((path, words))
                holder[path[-1]] = ""
    return tuple(quotes)


def put_back(body: dict[str, Any], quotes: Sequence[Quote]) -> None:
    """Undo `lift`."""
    for path, words in quotes:
        holder: Any = body
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = words


def _places(
    holder: Any, pattern: tuple[str, ...], path: tuple[str | int, ...]
) -> Iterator[tuple[Any, tuple[str | int, ...]]]:
    """The containers and paths of what *pattern* names below *holder*."""
    step, *rest = pattern
    keys: list[str | int] = [step]
    if step == EACH:
        keys = list(range(len(holder))) if isinstance(holder, list) else sorted(holder)
    for key in keys:
        if not rest:
            yield holder, (*path, key)
        elif holder[key] is not None:
            yield from _places(holder[key], tuple(rest), (*path, key))
