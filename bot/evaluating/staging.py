"""What the bot and its peers are measured on: databases and indexes that are thrown away."""

# The peers take seconds to import, and most runs can do without.
# ruff: noqa: PLC0415

import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from bot.advisor import Advisor, Said
from bot.assembly import Assembly
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.small_words.lookups import asked_outright
from bot.evaluating.grounding import Printed, printed, printed_in
from bot.store import Store
from retrieval import corpus
from retrieval.embedding import open_embeddings
from retrieval.errors import CorpusError
from retrieval.evaluate import DEPTH, System
from retrieval.guidance import Guidance, ProvisionId
from retrieval.matches import Found, Query, Search
from retrieval.measuring.timing import Race, Timed, race
from retrieval.model.passes import KEPT
from retrieval.model.weights import packaged_weights
from retrieval.releases import content_of

if TYPE_CHECKING:
    from bot.evaluating.rehearsing import TakeTurn
    from bot.evaluating.second_looks import Look

TIMED_TEXTS = 25
"""Questions in a block of a race: 1,000 turns of ours against 1,000 of a peer in all."""

Say = Callable[[str], None]


@contextmanager
def store_for(guidance: Guidance) -> Iterator[Store]:
    """A database with the release of *guidance* in force, thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="advisor-evaluate-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'advisor.sqlite3'}")
        try:
            store.upgrade()
            store.keep_release(guidance.release, content_of(guidance))
            store.activate(guidance.release)
            yield store
        finally:
            store.close()


@contextmanager
def staged(parts: Assembly) -> Iterator[Advisor]:
    """An advisor like the one in force, on a database of its own."""
    with store_for(parts.guidance) as store:
        yield _advisor(parts, parts.guidance, parts.search, store)


@contextmanager
def staged_with_model(parts: Assembly) -> "Iterator[tuple[TakeTurn, Look]]":
    """The same with second looks, by the model of *parts*."""
    with store_for(parts.guidance) as store:
        advisor = _advisor(parts, parts.guidance, parts.search, store)
        yield advisor.take_turn, parts.second_look_over(advisor, store).look


@contextmanager
def understudies(parts: Assembly) -> "Iterator[Callable[[Guidance], TakeTurn]]":
    """Advisors over guidance that differs from the one in force, and that look nothing up."""
    with store_for(parts.guidance) as store:
        yield lambda guidance: _advisor(parts, guidance, finds_nothing, store).take_turn


def finds_nothing(queries: Sequence[Query]) -> Sequence[Found]:
    """A search with nothing in it."""
    return [Found(query, (), abstained=True) for query in queries]


def _advisor(parts: Assembly, guidance: Guidance, search: Search, store: Store) -> Advisor:
    return Advisor(
        guidance=guidance,
        reader=parts.reader,
        search=search,
        wording=parts.wording,
        store=store,
        question_limit=parts.settings.question_limit,
        message_limit=parts.settings.message_limit,
    )


def texts_of(parts: Assembly) -> tuple[Mapping[str, Printed], bool]:
    """The provisions to hold citations against, by id, and whether they come from the database.

    They come from the files, unless what answers is not what the folder holds: then something was
    edited over it, or in it since.
    """
    if not parts.draft:
        try:
            folder = content_of(corpus.read(parts.settings.corpus_dir))
        except CorpusError:
            folder = ""
        kept = parts.database.release_content(parts.guidance.release)
        if folder != kept:
            return printed_in(kept), True
    return printed(parts.settings.corpus_dir), False


def ours(parts: Assembly) -> System:
    """The search in force."""
    search = parts.search

    def system(questions: Sequence[str]) -> list[list[ProvisionId]]:
        asked = [asked_outright(parts.guidance, text, DEPTH, parts.topics(text))
                 for text in questions]
        return [[] if f.abstained else [m.provision for m in f.matches] for f in search(asked)]

    return system


def peers(parts: Assembly, say: Say) -> tuple[Mapping[str, System], Mapping[str, Timed]]:
    """The plain peers by name, and those worth a race.

    Each stands with the model as its makers ship it, then as it is served here, then with the
    asks of the corpus as well: the steps show what each part of our own work is worth.
    """
    from retrieval.measuring.plain_rag import MeaningAlone, PlainRag, WordsAlone

    guidance, served = parts.guidance, parts.embeddings
    say("Building the peers: the plain chain embeds the corpus anew.")
    # As a user would load it: sentence-transformers over the packaged files.
    stock = open_embeddings(str(packaged_weights()), parts.data_dir)
    plain = PlainRag(guidance, stock)
    plain_on_ours = PlainRag(guidance, served)
    return {
        "plain LangChain RAG": plain,
        "plain RAG, our model": plain_on_ours,
        "plain RAG, our model, asks": PlainRag(guidance, served, with_asks=True),
        "BM25": WordsAlone(guidance),
        "BM25, asks": WordsAlone(guidance, with_asks=True),
        "dense": MeaningAlone(guidance, stock),
        "dense, our model": MeaningAlone(guidance, served),
        "dense, our model, asks": MeaningAlone(guidance, served, with_asks=True),
    }, {
        "plain LangChain RAG": plain.retrieve,
        "plain RAG on our runtime": plain_on_ours.retrieve,
    }


def speed(
    parts: Assembly, timed: Mapping[str, Timed], texts: Sequence[str], say: Say
) -> dict[str, dict[str, Race]]:
    """Races against the retrieve step of each peer: like with like, and a whole turn.

    The turn also reads the message, words and checks the reply and commits it to disk.  Everything
    runs on one thread: on a busy machine, threads that wait for each other are most of the time.
    """
    each = list(dict.fromkeys(texts))
    some = each[:: max(1, len(each) // TIMED_TEXTS)][:TIMED_TEXTS]
    if len(some) <= KEPT:
        say(f"Nothing is timed: that takes more than {KEPT} questions. Of fewer, the model's "
            "passes would still be held from the round before.")
        return {}
    search = ours(parts)
    with threadpool_limits(1), staged(parts) as advisor:

        def turn(text: str) -> object:
            key, conversation = MessageKey(uuid.uuid4().hex), ConversationId(uuid.uuid4().hex)
            return advisor.take_turn(Said(key, conversation, "evaluation", datetime.now(UTC), text))

        mine: dict[str, Timed] = {"search": lambda text: search([text]), "recorded turn": turn}
        races: dict[str, dict[str, Race]] = {name: {} for name in mine}
        for name, do in mine.items():
            for peer, retrieve in timed.items():
                say(f"Timing a {name} against {peer}.")
                races[name][peer] = race(do, retrieve, some)
    return races
