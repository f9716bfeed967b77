"""Whatever people do and have erased, the log is called whole, and so is each sealed case of it.

And whatever words somebody takes out of the database in secret are missed in both.
"""

import io
import itertools
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.dialogue.conversation import ConversationId
from bot.erasure import withholding
from bot.erasure.erasing import Erasing, NotErased
from bot.exporting import verify
from bot.exporting.rows import NotExported
from bot.ledger import Break, Wrong, canonical
from bot.record.log import Happening
from bot.record.wholeness import first_break
from bot.schema import log
from bot.turns.echoes import ECHOES, naming
from tests.exporting.sealed import case
from tests.store.small import RELEASE, step
from tests.store.tampering import NO_WORDS

pytestmark = pytest.mark.long

WHY = {"by": "U-lead", "reason": "they asked for it"}
PEOPLE = ("U1", "U2")
ACTS = ("says", "says", "repeats", "is_outrun", "comments", "asks", "looks_again",
        "erase_person", "erase_person", "erase_conversation", "retain")
acts = st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from("ab"), st.sampled_from(PEOPLE)),
                min_size=1, max_size=12)
FEW = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[
    HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
NUMBERS = itertools.count(1)


class Workspace:
    """One workspace of its own, in which people talk in two conversations."""

    def __init__(self, store, clock) -> None:
        self.store, self.clock, self.name = store, clock, f"T{next(NUMBERS)}"
        self.erasing = Erasing(store, clock)
        self.keys = (f"{self.name}:{n}" for n in itertools.count(1))
        self.told = set[str]()

    def do(self, act: str, where: str, who: str) -> None:
        name = ConversationId(f"{self.name}-{where}")
        try:
            getattr(self, act)(name, who)
        except NotErased:
            assert act.startswith("erase")  # they have said nothing

    def says(self, name, who):
        self.record(name, *self.worked_out(name, who))

    def worked_out(self, name, who, repeated=()):
        before = self.store.load(name)
        turn, after = step(before, next(self.keys), who, f"what {who} says")
        flag = replace(turn.reply.flags[0], said=tuple(repeated))
        return replace(turn, reply=replace(turn.reply, flags=(flag,))), after

    def record(self, name, turn, after):
        self.store.record(turn, after, after.version - 1, workspace=self.name)
        self.told.add(name)

    def repeats(self, name, who):
        self.record(name, *self.worked_out(name, who, ("what they said before",)))

    def is_outrun(self, name, who):
        """Everything in the conversation is erased while an answer is worked out."""
        made = self.worked_out(name, who, ("what they said before",))
        self.do("erase_conversation", name[-1], who)
        self.record(name, *made)

    def comments(self, name, who):
        self.note("review_comment", name, who, {}, {"text": "a word"})

    def asks(self, name, who):
        self.note("asked_person", name, who, {"number": 1},
                  {"text": "Who pays?", **naming(PEOPLE[who == PEOPLE[0]], "a1b2")})

    def note(self, kind, name, who, body, words):
        self.store.note(self.name, Happening(
            kind, next(self.keys), self.clock(), who, name, body, words))

    def looks_again(self, name, who):
        """A language model was asked, and what was sent was erased meanwhile."""
        with self.store.writing() as connection:
            withholding.record(connection, self.name, name, [
                Happening("model_call", next(self.keys), self.clock(), who, name,
                          {"turn": 1}, {"sent": [], "received": ""}) for _ in range(2)],
                self.clock())

    def wrong(self):
        with self.store.snapshot() as connection:
            return first_break(connection, self.name)

    def erase_person(self, _, who):
        self.erasing.person(self.name, who, **WHY)

    def erase_conversation(self, name, _):
        self.erasing.conversation(self.name, name, **WHY)

    def retain(self, *_):
        self.erasing.retain(self.name, 1, **WHY)
        self.clock.now += timedelta(days=400)
        self.erasing.overdue()
        self.erasing.retain(self.name, None, **WHY)


@pytest.fixture
def plain(store):
    store.keep_release(RELEASE, '{"b":1}')
    return store


def files_of(exporting, workspace, name):
    with zipfile.ZipFile(io.BytesIO(case(exporting, name, workspace=workspace.name))) as box:
        return {one: box.read(one) for one in box.namelist()}


@FEW
@given(done=acts)
def test_an_honest_log_is_whole_and_so_are_its_cases(plain, clock, exporting, done):
    workspace = Workspace(plain, clock)
    for act in done:
        workspace.do(*act)

    assert workspace.wrong() is None
    for name in workspace.told:
        verify.check_case(files_of(exporting, workspace, name), None, lambda _: None)


@FEW
@given(done=acts, chance=st.randoms(use_true_random=False))
def test_words_that_are_taken_in_secret_are_missed(
        plain, clock, exporting, monkeypatch, done, chance):
    workspace = Workspace(plain, clock)
    workspace.says(ConversationId(f"{workspace.name}-a"), "U1")
    for act in done:
        workspace.do(*act)
    seq, name, left = chance.choice(takeable(plain, workspace))
    with plain.writing() as connection:
        connection.execute(update(log).where(
            log.c.workspace == workspace.name, log.c.seq == seq).values(**left))

    assert workspace.wrong() == Break(seq, Wrong.EMPTIED)
    if name not in workspace.told:
        return
    with pytest.raises(NotExported, match=f"Row {seq} of the log"):
        files_of(exporting, workspace, name)
    with monkeypatch.context() as patched:
        patched.setattr("bot.exporting.exports.Recorded.insist", lambda *_: None)
        patched.setattr("bot.exporting.exports.insist_on_case", lambda _: None)
        files = files_of(exporting, workspace, name)
    with pytest.raises(verify.Unfit, match=f"row {seq}: .* no erasure in this case took them"):
        verify.check_case(files, None, lambda _: None)


def takeable(store, workspace):
    """Each row whose words are there, and what somebody may leave of them."""
    found = []
    with store.reading() as connection:
        for row in connection.execute(select(log).where(log.c.workspace == workspace.name)):
            if row.words is None:
                continue
            found.append((row.seq, row.conversation, NO_WORDS))
            words = json.loads(row.words)
            if words.pop(ECHOES, None):
                found.append((row.seq, row.conversation, {"words": canonical(words)}))
    return found
