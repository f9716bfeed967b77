"""Two editions over the shipped guidance, and a person whose conversations are kept."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.advisor import Advisor, Said
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.reading import PlainReader
from bot.simulating.playing import Manner
from retrieval.guidance import FlagId, Guidance, ProvisionId, ReleaseId
from tests.dialogue.talking import LIMIT, WHEN, WordSearch
from tests.store.migrated import holding

FLAG, PROVISION = FlagId("sg-c2-rf3"), ProvisionId("sg-c2-rf3")
NEW_WORDS = "Whoever buys is known to lock up reporters and people of faith."


@dataclass(frozen=True)
class Edition:
    guidance: Guidance
    reader: PlainReader
    search: Any


def edition(guidance: Guidance, reader: PlainReader | None = None) -> Edition:
    return Edition(guidance, reader or PlainReader(guidance), WordSearch(guidance))


def without_flag(guidance: Guidance) -> Guidance:
    return replace(guidance, release=ReleaseId("draft"), red_flags=tuple(
        flag for flag in guidance.red_flags if flag.id != FLAG))


def with_new_words(guidance: Guidance) -> Guidance:
    """The passage under a flag reads otherwise."""
    changed = replace(guidance.provisions[PROVISION], text=NEW_WORDS)
    return replace(guidance, release=ReleaseId("draft"),
                   provisions={**guidance.provisions, PROVISION: changed})


def without_words(guidance: Guidance, fact: str, value: str) -> Guidance:
    """Nobody says *value* of *fact* in ordinary words any more."""
    return replace(guidance, release=ReleaseId("draft"), vocabulary=replace(
        guidance.vocabulary, terms=tuple(
            replace(term, terms=("zzyzx",), weak=(), near=(), asked=())
            if (term.fact, term.value) == (fact, value) else term
            for term in guidance.vocabulary.terms)))


def without(guidance: Guidance, provision: str) -> Guidance:
    return replace(guidance, release=ReleaseId("draft"), provisions={
        id_: p for id_, p in guidance.provisions.items() if id_ != provision})


def without_fact(guidance: Guidance, fact: str) -> Guidance:
    """Nothing asks for *fact*, waits for it or speaks of it any more."""
    def apart(table):
        return {f: v for f, v in table.items() if f != fact}

    return replace(
        guidance, release=ReleaseId("draft"),
        questions={f: replace(q, only_if=tuple(map(apart, q.only_if)),
                              after=tuple(a for a in q.after if a != fact),
                              likely=tuple(one for one in q.likely if fact not in one.when))
                   for f, q in guidance.questions.items() if f != fact},
        red_flags=tuple(f for f in guidance.red_flags if fact not in f.when),
        provisions={i: replace(p, topics=apart(p.topics)) for i, p in guidance.provisions.items()},
        safeguards={i: replace(s, suits=apart(s.suits), apt_for=apart(s.apt_for),
                               unless=apart(s.unless))
                    for i, s in guidance.safeguards.items()},
        considerations=tuple(replace(c, settled_by=tuple(f for f in c.settled_by if f != fact))
                             for c in guidance.considerations),
        groups=tuple(g for g in guidance.groups if fact not in g.facts),
        scopes=tuple(replace(s, still_ask=s.still_ask - {fact}) for s in guidance.scopes),
        vocabulary=replace(
            guidance.vocabulary,
            terms=tuple(t for t in guidance.vocabulary.terms if t.fact != fact),
            refinements=tuple(r for r in guidance.vocabulary.refinements
                              if r.fact != fact and fact not in r.when)))


@pytest.fixture(scope="session")
def live(guidance, reader) -> Edition:
    return edition(guidance, reader)


@pytest.fixture(scope="session")
def manner(sentences) -> Manner:
    return Manner(sentences, LIMIT)


@pytest.fixture
def store(tmp_path, guidance, content):
    with holding(guidance.release, content, tmp_path) as made:
        yield made


@pytest.fixture
def say(store, guidance, reader, sentences) -> Callable[..., Any]:
    """Says, picks or presses something in the conversation "c", which is recorded."""
    advisor = Advisor(guidance=guidance, reader=reader, search=WordSearch(guidance),
                      wording=sentences, store=store, question_limit=LIMIT, message_limit=8000)

    def say(text="", *, key, name="c", **more):
        return advisor.take_turn(Said(
            MessageKey(key), ConversationId(name), "U1", WHEN, text, alone=True, **more))

    return say
