"""What is kept of a conversation for the queue is what its log says, and no more."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from bot.casebook import day_counts
from bot.casebook import lines as case_lines
from bot.casebook import words as case_words_
from bot.casebook.day_counts import Counted
from bot.casebook.memory import Memory, Raised, remembered, told
from bot.casebook.reasons import reasons
from bot.casebook.standing import Stand
from bot.console.lines import listing
from bot.console.lines.filters import Filter
from bot.dialogue.conversation import ConversationId
from bot.schema import case_lines as lines
from bot.schema import case_tags, case_words
from bot.store import Store
from tests.console.many import START, conversations, main
from tests.console.talking import DEAL, reading, viewer
from tests.store.small import begin, step

CANARY = "Wolpertinger"


def memory_of(desk, name="c1"):
    with reading(desk) as connection:
        return remembered(connection.scalar(
            select(lines.c.memory).where(lines.c.conversation == name)))


def table(desk):
    """Everything that the lines and the index hold, but for the numbers that join them.

    Whether tags are filed yet is none of it: what is made again is filed at once.
    """
    with reading(desk) as connection:
        id_ = "id" if connection.dialect.name == "postgresql" else "rowid"
        known = [c for c in lines.c if c.name not in {"number", "fresh"}]
        return [
            connection.execute(select(*known).order_by(lines.c.conversation)).all(),
            connection.execute(select(
                case_tags.c.kind, case_tags.c.value, case_tags.c.conversation,
                case_tags.c.workspace).order_by(*case_tags.primary_key.columns)).all(),
            sorted((name, sorted(tokens.replace("'", "").split()))
                   for name, tokens in connection.execute(text(
                       "SELECT w.conversation, CAST(i.tokens AS TEXT) FROM case_words w "
                       "JOIN case_words_index i ON i.ID = w.id JOIN case_lines l "
                       "ON l.number = w.id".replace("ID", id_)))),
            connection.scalar(text("SELECT count(*) FROM case_words_index")),
            connection.scalar(select(func.count()).select_from(case_tags.join(
                lines, (lines.c.conversation == case_tags.c.conversation)
                & (lines.c.number == case_tags.c.number)))),
        ]


def counts(desk):
    with reading(desk) as connection:
        return sorted(map(tuple, connection.execute(select(day_counts.day_counts))))


def found(desk, words, seen=None):
    with reading(desk) as connection:
        return {line.conversation for line in listing.page(
            connection, seen or viewer(), Filter(text=words)).lines}


def test_a_line_tells_what_was_raised_corrected_and_left_unanswered(desk):
    desk.say("c1", DEAL)
    first = memory_of(desk)
    assert (first.turns, first.state) == (1, "ask")
    assert first.facts["end_user"] == ["police"]
    assert first.flags and first.pending
    assert not first.corrected and not first.late

    desk.say("c1", "Give me the advice now.")
    assert memory_of(desk).advised
    assert set(memory_of(desk).skipped) == set(first.pending)

    desk.say("c1", "Actually the end-user is the health ministry, not the police.")
    last = memory_of(desk)
    assert last.facts["end_user"] == ["health-ministry"]
    assert last.corrected == last.late == ["end_user"]
    with reading(desk) as connection:
        (line,) = listing.page(connection, viewer(), Filter(
            facts={"end_user": "health-ministry", "country": "KE"})).lines
        assert not listing.page(connection, viewer(), Filter(facts={"end_user": "police"})).lines
    assert line.asker == "U1"
    assert "late" in dict(line.reasons)


def test_what_is_corrected_before_any_advice_on_the_deal_is_not_late(desk):
    """An answer to a plain question is of the kind of an advice, and none on a deal."""
    desk.say("c1", "What is a human rights impact assessment?")
    desk.say("c1", DEAL)
    desk.say("c1", "Actually the end-user is the health ministry, not the police.")
    asked = memory_of(desk)
    assert (asked.advised, asked.corrected, asked.late) == (False, ["end_user"], [])
    assert [one.code for one in reasons(asked) if one.code in {"late", "corrected"}] == [
        "corrected"]

    desk.say("c2", DEAL)
    desk.say("c2", "Give me the advice now.")
    desk.say("c2", "start over")
    desk.say("c2", DEAL)
    desk.say("c2", "Actually the end-user is the health ministry, not the police.")
    anew = memory_of(desk, "c2")
    assert (anew.advised, anew.corrected, anew.late) == (False, ["end_user"], [])


def test_starting_over_forgets_the_deal(desk):
    desk.say("c1", DEAL)
    desk.say("c1", "start over")
    assert memory_of(desk).facts == {}
    assert memory_of(desk).flags == {}
    assert memory_of(desk).skipped == []


def test_what_happens_beside_the_turns_is_told_too(desk):
    desk.say("c1", DEAL)
    desk.note("c1", "feedback", body={"turn": 1, "good": True})
    desk.note("c1", "feedback", body={"turn": 1, "good": False})
    desk.note("c1", "handed_over", body={"turn": 1})
    memory = memory_of(desk)
    assert (memory.votes, memory.handed_over) == ({"1": False}, True)
    # Who sent it has asked for a review outright; a thumb only hints at one.
    assert [one.code for one in reasons(memory)][:2] == ["sent", "down"]

    desk.note("c1", "signed_off", user="U-rev", body={"number": 1, "needs_second": False})
    assert memory_of(desk).reviewed
    assert reasons(memory_of(desk)) == ()

    desk.note("c1", "lapsed", user=None, body={"sign_off": 1, "changes": [], "release": "r"})
    assert not memory_of(desk).reviewed
    assert reasons(memory_of(desk))[0].code == "lapsed"


def test_the_gravest_stands_on_top():
    calm = Memory(turns=1)
    grave = Memory(turns=1, flags={"a": Raised(3, "c", "t")}, unchecked=["p"] * 40)
    late = Memory(turns=1, corrected=["x"], late=["x"], skipped=list("abcdefgh"))
    far = Memory(turns=1, similarity=100)
    points = [sum(r.points for r in reasons(m)) for m in (calm, far, late, grave)]
    assert points == sorted(points) and points[0] == 0
    assert [reasons(m)[0].code for m in (far, late, grave)] == ["far", "late", "grave"]
    assert reasons(Memory(turns=1, similarity=900)) == ()


def test_what_was_sent_to_compliance_comes_before_all_that_nobody_has_sent():
    """The page promised it, and a thumb down with a corrected fact came first."""
    sent = Memory(turns=1, handed_over=True)
    full = Memory(
        turns=9, flags={c: Raised(n % 4, "c", "t") for n, c in enumerate("abcdefghijkl")},
        corrected=list("uvwxyz"), late=list("xyz"), skipped=list("abcdefgh"), similarity=100,
        unchecked=["p"] * 40, votes=dict.fromkeys("123", False), beside=list("abcd"), evasive=True)
    points = [sum(r.points for r in reasons(m)) for m in (
        full, sent, replace(full, handed_over=True), Memory(turns=1, review=Stand(lapsed=True)))]
    assert points == sorted(points)
    assert reasons(full)[0].code == "down"


def test_every_red_flag_is_a_reason_to_look_and_not_the_grave_ones_alone(desk):
    """Four flags under which sales were told to stop stood below "3 questions left unanswered"."""
    desk.say("c1", DEAL)
    for memory in (memory_of(desk), Memory(turns=1, flags={"a": Raised(2, "c", "t")})):
        assert {one.code: one.count for one in reasons(memory)}["raised"] == len(memory.flags)
    both = Memory(turns=1, flags={"a": Raised(3, "c", "t"), "b": Raised(1, "c", "t")})
    assert [one.code for one in reasons(both)] == ["grave", "raised"]
    serious = Memory(turns=1, flags={"a": Raised(2, "c", "t")}, skipped=list("abcdefgh"))
    assert reasons(serious)[0].code == "raised"
    with reading(desk) as connection:
        assert [line.conversation for line in listing.page(
            connection, viewer(), Filter(reason="raised")).lines] == ["c1"]


def test_who_speaks_of_getting_round_the_rules_is_looked_at(desk):
    """Such a conversation was declined, and stood last in the queue as "Nothing stands out"."""
    desk.say("c1", "Can we route it through Dubai to avoid the licence?")
    desk.say("c2", DEAL)
    desk.say("c2", "how can we avoid the licence")
    desk.say("c2", "the customer asked that, not me")
    desk.say("c3", DEAL)
    # Somebody else's wish, told by the way, stood as no reason at all.
    desk.say("c4", f"{DEAL}; my boss wants to route it through Dubai so nobody asks")
    assert memory_of(desk, "c4").beside == []
    for name in ("c1", "c2", "c4"):
        assert "round" in {one.code for one in reasons(memory_of(desk, name))}, name
    assert "round" not in {one.code for one in reasons(memory_of(desk, "c3"))}
    assert reasons(memory_of(desk, "c1"))[0].code == "round"


def test_what_is_told_beside_the_guidance_is_looked_at_though_the_deal_is_put_aside(desk):
    """Whoever told it was sent to compliance, who found no mark of it in the queue."""
    desk.say("c1", DEAL)
    desk.say("c1", "They want to pay us in cash.")
    assert memory_of(desk).beside == ["odd-payment"]
    assert "beside" in {one.code for one in reasons(memory_of(desk))}
    desk.say("c1", "start over")
    assert memory_of(desk).beside == ["odd-payment"]


def talked(desk):
    for n, words in enumerate([DEAL, "what of audits?", "It is for the army", "advise now",
                               "Actually it is the health ministry", "start over", DEAL]):
        desk.say("c1", words)
        desk.say(f"d{n % 3}", words, user="U2", workspace="T2")
    desk.note("c1", "comment", words={"text": "Mostly right"}, body={"turn": 1})
    desk.note("c1", "viewed", user="U-rev")
    desk.note("d1", "feedback", "U2", "T2", {"turn": 1, "good": False})
    desk.note("d1", "signed_off", "U-lead", "T2", {"number": 1, "needs_second": True})
    desk.note("c1", "assigned", "U-lead", body={"to": "U-rev"})
    desk.note("c1", "asked_person", "U-rev", body={"number": 1, "to": "U1"})


def test_all_lines_can_be_made_again_from_the_log(desk):
    talked(desk)
    before = table(desk)
    assert len(before[0]) == 4

    with desk.store.writing() as connection:
        assert case_lines.rebuild(connection) == 4

    assert table(desk) == before


def test_a_database_of_before_gets_its_lines_when_it_is_opened(desk, url):
    talked(desk)
    before = table(desk)
    with desk.store.writing() as connection:
        for one in (case_tags, case_lines.case_lines, case_words):
            connection.execute(one.delete())
        connection.execute(text("DELETE FROM case_words_index"))

    again = Store(url)
    again.upgrade()
    again.upgrade()
    again.close()

    assert table(desk) == before


def test_of_a_database_of_before_sent_deals_waited_only_their_lines_are_made_again(desk, url):
    talked(desk)
    desk.note("c1", "handed_over", body={"turn": 1})
    desk.note("d2", "handed_over", "U2", "T2", {"turn": 1})
    before = table(desk)
    with desk.store.writing() as connection:
        connection.execute(case_tags.delete().where(
            case_tags.c.kind == "reason", case_tags.c.value == "sent"))
        connection.execute(lines.update().where(
            lines.c.conversation.in_(["c1", "d2"])).values(urgency=0))
        # A line that nothing is wrong with is left alone: this one tells if it is made anew.
        connection.execute(lines.update().where(lines.c.conversation == "d1").values(urgency=7))

    again = Store(url)
    again.upgrade()
    again.close()

    with desk.store.writing() as connection:
        left = connection.scalar(select(lines.c.urgency).where(lines.c.conversation == "d1"))
        case_lines.redo(connection, ["d1"])
    assert left == 7
    assert table(desk) == before


def test_of_a_database_of_before_flags_and_evasion_were_reasons_the_lines_get_them(desk, url):
    talked(desk)
    desk.say("e1", "Can we route it through Dubai to avoid the licence?")
    desk.say("e2", "Can we route it through Dubai to avoid the licence?", workspace="T2")
    desk.note("d2", "handed_over", "U2", "T2", {"turn": 1})
    before, counted = table(desk), counts(desk)
    with desk.store.writing() as connection:
        gone = case_tags.c.kind == "reason", case_tags.c.value.in_(["raised", "round"])
        had = connection.execute(select(
            case_tags.c.workspace, lines.c.opened_at, case_tags.c.kind, case_tags.c.value,
        ).join(lines, lines.c.conversation == case_tags.c.conversation).where(*gone)).all()
        assert {one.value for one in had} == {"raised", "round"}
        for one in had:
            # Nothing else stands out of the two that only asked.
            alone = {(day_counts.WAITING, "")} if one.value == "round" else set()
            now = frozenset({(one.kind, one.value), *alone})
            day_counts.move(connection, Counted(one.workspace, one.opened_at, now), None)
        connection.execute(case_tags.delete().where(*gone))
        connection.execute(lines.update().values(urgency=90))

    again = Store(url)
    again.upgrade()
    again.close()

    with desk.store.writing() as connection:
        untouched = connection.scalars(
            select(lines.c.conversation).where(lines.c.urgency == 90)).all()
        case_lines.redo(connection, untouched)
    assert not {"e1", "e2", "d2"} & set(untouched)
    assert table(desk) == before
    assert counts(desk) == counted


def test_a_turn_that_is_not_recorded_leaves_no_line(store):
    turn, after = step(begin(), "k1")

    def fail(_connection):
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        store.record(turn, after, 0, fail)
    with store.reading() as connection:
        assert connection.execute(select(lines)).all() == []
        assert connection.execute(select(case_words)).all() == []


def test_words_are_found_by_how_they_begin_in_messages_and_in_replies(desk):
    desk.say("c1", f"{DEAL} The Café “{CANARY}” is near.")
    desk.note("c1", "comment", words={"text": "quokka-like"})
    desk.say("c2", "What does the guidance say about audits?")
    assert found(desk, "wolpert") == found(desk, "CAFE simulators") == found(desk, "quok") == {"c1"}
    assert found(desk, "audits") == {"c2"}
    assert found(desk, "wolpertinger audits xyzzy") == set()
    reply = desk.store.turns(ConversationId("c1"))[0].reply
    title = next(f.title for f in reply.flags if f.status == "raised")
    assert "c1" in found(desk, title)
    assert found(desk, "quok", viewer(workspace="T2")) == set()


def test_a_deal_is_found_by_what_it_is_called(desk):
    """The title in the queue said "Facial recognition", and a search for that found nothing."""
    desk.say("c1", "Face matching for the airport authority of Georgia")
    desk.say("c2", "Drones for the coast guard of Greece")

    assert found(desk, "facial recognition georgia") == {"c1"}
    assert found(desk, "border guard") == {"c2"}
    before = table(desk)
    with desk.store.writing() as connection:
        case_lines.rebuild(connection)
    assert table(desk) == before


def test_what_reviewers_write_is_not_found_by_those_who_asked(desk):
    desk.say("c1", DEAL)
    desk.note("c1", "review_comment", user="U-rev", words={"text": "axolotl"})
    assert found(desk, "axolotl") == set()


def files(store):
    url = make_url(store.engine.url)
    if url.get_backend_name() != "sqlite":
        return ""
    return "".join(f.read_bytes().decode("latin-1") for f in Path(url.database).parent.iterdir())


def test_a_conversation_of_a_megabyte_of_words_goes_on(desk):
    """On PostgreSQL its next message was given up, and so was each that followed."""
    desk.say("c1", "quokka")
    letters = "\u4e00\u5b57\u6f22\u8a9e"
    with desk.store.writing() as connection:
        number = case_words_.number_of(connection, "c1")
        for n in range(6):
            case_words_.index(connection, number, {
                letters * 15 + f"{n}{m:03}" for m in range(1000)})
        case_words_.index(connection, number, {f"x{n:063}" for n in range(20_000)})
        case_words_.enter(connection, case_words_.number_of(connection, "c2"), {
            f"y{n:063}" for n in range(20_000)})
    desk.say("c1", "wallaby")

    assert found(desk, "quokka") == {"c1"}
    assert memory_of(desk).turns == 2


@pytest.mark.parametrize("whose", ["conversation", "person"])
def test_erased_words_leave_the_index_and_its_files(desk, whose):
    desk.say("c1", f"{DEAL} It is for {CANARY}.")
    # Few rows: with many, the index merges by itself and drops what was taken out.
    for n in range(3):
        desk.say("c1", f"and {CANARY}s or number {n}")
    desk.note("c1", "comment", words={"text": f"{CANARY}!"})
    desk.say("c2", f"{DEAL} Wolf.", user="U2")
    before = memory_of(desk)
    assert found(desk, CANARY) == {"c1"}
    assert "pertinger" in files(desk.store) or not files(desk.store)

    if whose == "person":
        desk.erasing.person("T1", "U1", by="U-lead", reason="asked for")
    else:
        desk.erasing.conversation("T1", ConversationId("c1"), by="U-lead", reason="asked for")

    assert found(desk, CANARY) == set()
    assert CANARY.casefold() not in repr(table(desk)).casefold()
    assert "pertinger" not in files(desk.store)
    assert found(desk, "wolf") == {"c2"}
    assert "c1" in found(desk, "watching crowds")  # the title of a flag in the replies
    after = memory_of(desk)
    assert (after.erased, after.turns, after.facts) == (4, 4, before.facts)
    with reading(desk) as connection:
        mine = connection.execute(select(lines).where(lines.c.conversation == "c1")).one()
    assert mine.asker == ""
    whole = table(desk)
    with desk.store.writing() as connection:
        case_lines.rebuild(connection)
    assert table(desk) == whole


def test_a_person_who_is_erased_takes_the_words_of_others_along_with_nothing(desk):
    desk.say("c1", f"{DEAL} {CANARY}")
    desk.say("c1", "Platypus, says somebody else.", user="U2")
    desk.erasing.person("T1", "U1", by="U-lead", reason="asked for")
    assert found(desk, CANARY) == set()
    assert found(desk, "platypus") == {"c1"}


def test_what_makes_no_sense_as_a_turn_is_counted_and_no_more():
    memory = told(Memory(), {
        "body": '{"key":"k"}', "kind": "turn", "at": START.isoformat(), "words": None,
        "actor": None})
    assert (memory.turns, memory.erased, memory.state) == (1, 1, "")


def test_the_generator_makes_the_same_conversations_again():
    assert list(conversations(random.Random(1), 20)) == list(conversations(random.Random(1), 20))
    assert callable(main)
