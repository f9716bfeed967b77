"""From an edit to a release in force, and back, on both databases."""

import json
import re
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from bot.dialogue.conversation import Conversation, ConversationId
from bot.publishing.drafts import NotEdited, TakenBack
from bot.publishing.gate import NOTHING_MEASURED, Gate
from bot.publishing.preparing import SILENT_SECONDS, Busy, Preparing, State
from bot.publishing.publishing import NotPublished, Overtaken
from bot.schema import log, preparation, releases
from bot.store import Store
from retrieval import corpus
from retrieval.editing.edits import AddDocument, Confirm, Retire, state_of
from retrieval.guidance import Checked, Page, ProvisionId, sha256_of
from retrieval.labelled.cases import LabelledQuery
from retrieval.reading.register import register
from tests.publishing.conftest import House
from tests.publishing.house import DILIGENCE, WHY, correct
from tests.retrieval.small import provision, source
from tests.store.clocks import put_ahead
from tests.store.migrated import postgresql_on
from tests.store.small import step


def published(house: House, by: str = "U1") -> str:
    prepared = house.preparing.prepare(by)
    assert prepared.state is State.READY, prepared.report
    return house.publishing.publish(prepared.token, by, WHY).release


def text_of(house: House, id_: ProvisionId = DILIGENCE) -> str:
    return house.live().guidance.provisions[id_].text


def test_an_edit_is_seen_only_when_it_is_published(house: House) -> None:
    first = house.store.active_release()
    house.drafts.make(correct(house), "U1")
    assert text_of(house) == "Look before you sell."
    release = published(house)
    assert text_of(house) == "Look twice before you sell."
    last, begun = house.publishing.history()
    assert (last.kind, last.release, last.before, last.by, last.reason, last.override) == (
        "publish", release, first, "U1", WHY, None)
    assert last.report["counts"] == {"provision": {"changed": 1}}
    assert [row["subject"] for row in last.report["edits"]] == ["ungp-17"]
    assert last.report["built"] == {"texts": 5, "embedded": 1}
    assert (begun.kind, begun.release) == ("first", first)


def test_the_way_back_is_one_step(house: House) -> None:
    first = house.store.active_release()
    house.drafts.make(correct(house), "U1")
    second = published(house)
    back = house.publishing.roll_back(first, "U2", "it reads wrongly")
    assert (back.kind, back.release, back.before) == ("roll back", first, second)
    assert house.store.active_release() == first
    assert text_of(house) == "Look before you sell."
    # And forward again: it was in force once.
    house.publishing.roll_back(second, "U2", "it was right after all")
    assert text_of(house) == "Look twice before you sell."


def test_there_is_no_way_back_to_what_was_never_in_force(house: House) -> None:
    house.store.keep_release("abc", "{}")
    with pytest.raises(NotPublished, match="was never in force"):
        house.publishing.roll_back("abc", "U1", "to see whether it works")
    with pytest.raises(NotPublished, match="is in force already"):
        house.publishing.roll_back(house.store.active_release(), "U1", "to see whether it works")


def test_a_second_admin_who_rolls_back_late_is_told(house: House) -> None:
    first = house.store.active_release()
    house.drafts.make(correct(house), "U1")
    second = published(house)
    house.publishing.roll_back(first, "U1", "it reads wrongly", seen=second)
    with pytest.raises(Overtaken, match=f"{first} has been put in force meanwhile by U1") as told:
        house.publishing.roll_back(first, "U2", "it reads wrongly", seen=second)
    assert told.value.first == house.publishing.history()[0]


def test_a_second_admin_who_publishes_late_is_told_who_was_faster(house: House) -> None:
    house.drafts.make(correct(house), "U1")
    prepared = house.preparing.prepare("U1")
    done = house.publishing.publish(prepared.token, "U1", WHY)
    for _ in range(2):
        with pytest.raises(Overtaken, match=f"meanwhile by U1, as {done.release}") as told:
            house.publishing.publish(prepared.token, "U2", WHY)
        assert told.value.first == done == house.publishing.history()[0]
        # What others have prepared since hides nothing of it.
        house.drafts.make(correct(house, "Look thrice."), "U2")
        house.preparing.prepare("U2")


def test_what_is_unsound_cannot_be_published(house: House) -> None:
    flags = house.folder / "red_flags.yaml"
    flags.write_text(flags.read_text().replace("[sg-c1-rf1, ungp-17]", "[sg-c1-rf1, ungp-18]"))
    prepared = house.preparing.prepare("U1")
    assert prepared.state is State.UNSOUND
    assert prepared.report["problems"] == [
        "red_flags.yaml:1: red flag 'sg-c1-rf1': authorities: provision 'ungp-18' does not exist. "
        "Nearest: 'ungp-19'."]
    with pytest.raises(NotPublished, match="the draft is unsound"):
        house.publishing.publish(prepared.token, "U1", WHY)


def test_a_draft_without_a_difference_is_not_published(house: House) -> None:
    assert house.preparing.prepare("U1").state is State.UNCHANGED


def test_the_gate_refuses_what_finds_less_and_takes_a_written_reason(house: House) -> None:
    house.queries += [LabelledQuery("q1", "act on what you find", (ProvisionId("ungp-19"),)),
                      LabelledQuery("q2", "look before you sell", (DILIGENCE,))]
    ungp = house.folder / "sources" / "ungp.yaml"
    ungp.write_text(ungp.read_text().replace("heading: Acting on it", "heading: Zzz").replace(
        "Act on what you find.", "Whistle quietly.").replace("checked: seen", "checked: unchecked"))
    prepared = house.preparing.prepare("U1")
    gate = prepared.report["gate"]
    assert prepared.state is State.REFUSED
    assert gate["passes"] is False
    assert [one["id"] for one in gate["worse"]] == ["q1"]
    assert gate["worse"][0]["relevant"] == ["ungp-19"]
    with pytest.raises(NotPublished, match="The gate refuses"):
        house.publishing.publish(prepared.token, "U1", WHY)
    with pytest.raises(NotPublished, match="Say why"):
        house.publishing.publish(prepared.token, "U1", WHY, override="ok")
    release = house.publishing.publish(
        prepared.token, "U1", WHY, override="the question is out of date").release
    assert house.store.active_release() == release
    assert house.publishing.history()[0].override == "the question is out of date"


def test_a_gate_that_has_nothing_to_ask_refuses(house: House) -> None:
    house.queries.clear()
    house.drafts.make(correct(house), "U1")
    prepared = house.preparing.prepare("U1")
    assert prepared.state is State.REFUSED
    assert Gate.from_json(prepared.report["gate"]).reasons == (NOTHING_MEASURED,)
    with pytest.raises(NotPublished, match="No labelled question with an answer"):
        house.publishing.publish(prepared.token, "U1", WHY)
    # What nothing should answer tells nothing of what is found either.
    house.queries.append(LabelledQuery("q1", "what does it cost", ()))
    assert house.preparing.prepare("U1").state is State.REFUSED


def test_a_source_that_collapses_is_held_up_with_its_numbers(house: House) -> None:
    ungp = house.folder / "sources" / "ungp.yaml"
    more = "".join(
        f"  - id: ungp-2{n}\n    pinpoint: UNGP 2{n}\n    heading: More\n    kind: principle\n"
        f"    checked: unchecked\n    basis: '[K]'\n    text: Number {n} says this.\n"
        for n in range(5))
    ungp.write_text(ungp.read_text() + more)
    register(house.folder, corpus.read_all(house.folder)[0])
    published(house)
    ungp.write_text(re.sub(r"Number \d says this", "All is well", ungp.read_text()))
    prepared = house.preparing.prepare("U1")
    assert prepared.state is State.REFUSED
    assert Gate.from_json(prepared.report["gate"]).reasons == (
        "ungp: 5 of its 7 provisions now have one and the same text, and 5 of the 7 texts it had "
        "are others or gone.",)
    with pytest.raises(NotPublished, match="5 of its 7 provisions now have one and the same text"):
        house.publishing.publish(prepared.token, "U1", WHY)
    house.publishing.publish(prepared.token, "U1", WHY, override="the edition says just that")
    assert house.publishing.history()[0].override == "the edition says just that"


def test_an_override_of_a_gate_that_passed_is_not_kept(house: House) -> None:
    house.drafts.make(correct(house), "U1")
    prepared = house.preparing.prepare("U1")
    last = house.publishing.publish(prepared.token, "U1", WHY, override="just to be safe")
    assert last.override is None


def test_nothing_is_published_that_the_gate_has_not_seen(house: House) -> None:
    house.drafts.make(correct(house), "U1")
    prepared = house.preparing.prepare("U1")
    house.drafts.make(correct(house, "Look three times."), "U1")
    with pytest.raises(NotPublished, match="has been edited since it was prepared"):
        house.publishing.publish(prepared.token, "U1", WHY)
    assert text_of(house) == "Look before you sell."


def test_nothing_is_published_over_a_release_that_came_between(house: House) -> None:
    first = house.store.active_release()
    house.drafts.make(correct(house), "U1")
    second = published(house)
    house.drafts.make(correct(house, "Look three times."), "U1")
    prepared = house.preparing.prepare("U1")
    house.publishing.roll_back(first, "U2", "it reads wrongly")
    with pytest.raises(NotPublished, match="was put in force after this one had been held against"):
        house.publishing.publish(prepared.token, "U1", WHY)
    assert house.store.active_release() == first != second


AT_IT = r"^U1 has been preparing a release since [-0-9]{10} [0-9:]{5} UTC \(beginning\)"


def test_one_release_is_prepared_at_a_time(house: House) -> None:
    house.preparing.begin("U1")
    with pytest.raises(Busy, match=AT_IT):
        house.preparing.prepare("U2")


def test_a_preparation_that_died_is_taken_over(house: House) -> None:
    dead = house.preparing.begin("U1")
    house.time += timedelta(seconds=SILENT_SECONDS + 1)
    house.drafts.make(correct(house), "U2")
    prepared = house.preparing.prepare("U2")
    assert (prepared.state, prepared.by) == (State.READY, "U2")
    with pytest.raises(NotPublished, match="U2 has prepared another one meanwhile"):
        house.publishing.publish(dead, "U1", WHY)


def test_no_replica_takes_a_preparation_for_dead_since_its_own_clock_is_ahead(
        folder: Path, tmp_path: Path, postgres: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock five minutes ahead every beat was old, and what another was at was taken over."""
    with postgresql_on(postgres) as url:
        house = House(Store(url), folder, tmp_path / "data", [])
        preparing = Preparing(house.store, house.drafts, house.ways, house.live)
        preparing.begin("U1")
        put_ahead(monkeypatch, "bot.publishing.preparing")
        standing = preparing.standing()
        assert standing is not None and preparing.is_alive(standing)
        with pytest.raises(Busy, match=AT_IT):
            preparing.begin("U2")
        house.store.close()


def test_of_two_who_publish_at_once_one_is_told(house: House) -> None:
    house.drafts.make(correct(house), "U1")
    prepared = house.preparing.prepare("U1")
    results: list[str] = []

    def press(by: str) -> None:
        try:
            house.publishing.publish(prepared.token, by, WHY)
            results.append("done")
        except NotPublished as error:
            results.append(str(error)[:38])

    threads = [threading.Thread(target=press, args=(by,)) for by in ("U1", "U2", "U3")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["What you saw is no longer there: it wa"] * 2 + ["done"]
    assert len(house.publishing.history()) == 2


def test_edits_made_at_once_are_all_kept(house: House) -> None:
    ids = [ProvisionId(id_) for id_ in ("ungp-17", "ungp-19", "sg-c1", "sg-c1-rf1")]
    edits = [correct(house, f"Other words of {id_}.", id_) for id_ in ids]
    threads = [threading.Thread(target=house.drafts.make, args=(edit, f"U{n}"))
               for n, edit in enumerate(edits)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    draft = house.drafts.draft()
    assert draft.conflicts == ()
    assert [draft.guidance.provisions[id_].text for id_ in ids] == [
        f"Other words of {id_}." for id_ in ids]


def test_who_edits_what_another_has_edited_meanwhile_is_told(house: House) -> None:
    seen = house.drafts.draft().stamp
    mine, theirs = correct(house, "Mine."), correct(house, "Theirs.")
    house.drafts.make(theirs, "U2", seen=seen)
    with pytest.raises(NotEdited, match="U2 has edited ungp-17 at"):
        house.drafts.make(mine, "U1", seen=seen)
    assert house.drafts.draft().guidance.provisions[DILIGENCE].text == "Theirs."


def test_an_edit_taken_back_is_still_in_the_history(house: House) -> None:
    made = house.drafts.make(correct(house), "U1")
    house.drafts.withdraw(made.id, "U2")
    assert house.drafts.draft().guidance.provisions[DILIGENCE].text == "Look before you sell."
    row, = house.drafts.rows(DILIGENCE)
    assert (row.holds, row.withdrawn_by, row.made) == (False, "U2", made)
    with pytest.raises(TakenBack, match=r"U2 took .* already, at 20[0-9-]+ [0-9:]+ UTC") as told:
        house.drafts.withdraw(made.id, "U1")
    assert told.value.by == "U2"


def test_an_edit_that_is_made_twice_by_one_person_is_one(house: House) -> None:
    """Whoever pressed twice would else take back the second, and the first would still hold."""
    retired = Retire(DILIGENCE, WHY)
    made = house.drafts.make(retired, "U1")
    assert house.drafts.make(retired, "U1") == made
    house.drafts.withdraw(made.id, "U1")
    assert house.drafts.draft().edits == ()
    # Taken back, or overtaken by another one, it is an edit again.
    corrected = correct(house)
    once = house.drafts.make(corrected, "U1")
    house.drafts.make(correct(house, "Look thrice."), "U1")
    again = house.drafts.make(corrected, "U1")
    assert again.id > once.id
    assert house.drafts.make(corrected, "U2").id > again.id, "somebody else stands for it too"


def test_a_correction_says_why(house: House) -> None:
    with pytest.raises(NotEdited, match="Say why"):
        house.drafts.make(replace(correct(house), reason=" "), "U1")


def test_a_tick_reaches_answers_with_the_next_release(house: House) -> None:
    words = "Business enterprises should carry out human rights due diligence."
    paper = replace(provision("paper-17", words, number="17"), checked=Checked.OFFICIAL,
                    page=Page(20, "17"), basis="document abc")
    house.drafts.make(AddDocument(source("paper"), (paper,), "abc"), "U1")
    digest = house.drafts.draft().guidance.provisions[DILIGENCE]
    house.drafts.make(Confirm(DILIGENCE, paper.id, 0, len(words), sha256_of(words),
                              state_of(digest)), "U2")
    published(house)
    now = house.live().guidance.provisions[DILIGENCE]
    assert (now.text, now.checked, now.page) == (words, Checked.OFFICIAL, Page(20, "17"))
    assert now.confirmed is not None
    assert now.confirmed.by == "U2"
    assert "paper-17" in house.live().guidance.set_aside


def test_a_flag_rests_on_what_a_document_brought(house: House) -> None:
    """The folder was read by itself, so that no flag could name a provision of a document."""
    paper = replace(provision("paper-3", "Sellers look twice."), checked=Checked.OFFICIAL,
                    page=Page(2), basis="document abc")
    flags = house.folder / "red_flags.yaml"
    shipped = flags.read_text(encoding="utf-8")
    flags.write_text(shipped.replace("authorities: [sg-c1-rf1", "authorities: [sg-c1-rf1, paper-3"),
                     encoding="utf-8")
    assert "paper-3" not in shipped
    missing, = house.drafts.draft().problems
    assert "authorities: provision 'paper-3' does not exist" in missing
    made = house.drafts.make(AddDocument(source("paper"), (paper,), "abc"), "U1")
    assert house.drafts.draft().problems == ()
    published(house)
    live = house.live().guidance
    assert paper.id in live.red_flags[0].authorities and paper.id in live.provisions
    house.drafts.withdraw(made.id, "U1")
    assert house.drafts.draft().problems == (missing,)


def test_what_was_ticked_stands_in_the_log_of_a_workspace(house: House) -> None:
    turn, after = step(Conversation(ConversationId("c1")), "m1")
    release = house.store.active_release()
    turn = replace(turn, reply=replace(turn.reply, release=release))
    house.store.record(turn, after, 0)
    made = house.drafts.make(Retire(ProvisionId("ungp-17"), WHY, ProvisionId("ungp-19")), "U1")
    published(house)
    with house.store.reading() as connection:
        body = json.loads(connection.scalar(select(log.c.body).where(log.c.kind == "published")))
    assert body["why"] == WHY
    assert body["edits"] == [{"id": made.id, "kind": "retire", "subject": "ungp-17", "by": "U1",
                              "at": made.at}]
    assert house.store.verify_log() is None


def test_what_was_prepared_leaves_nothing_once_it_is_published(house: House) -> None:
    house.drafts.make(correct(house), "U1")
    prepared = house.preparing.prepare("U1")
    with house.store.reading() as connection:
        kept = connection.scalars(select(releases.c.id)).all()
    assert prepared.release not in kept
    house.publishing.publish(prepared.token, "U1", WHY)
    with house.store.reading() as connection:
        assert connection.execute(select(preparation)).all() == []


def test_what_breaks_off_says_so_and_can_be_begun_again(house: House) -> None:
    house.drafts.make(correct(house), "U1")
    house.full = True
    prepared = house.preparing.prepare("U1")
    assert (prepared.state, prepared.report) == (
        State.FAILED, {"problems": ["[Errno 28] No space left on device"]})
    with pytest.raises(NotPublished, match="preparing it broke off"):
        house.publishing.publish(prepared.token, "U1", WHY)
    house.full = False
    assert published(house) == house.store.active_release()


def test_a_draft_is_sound_as_soon_as_what_is_read_beside_it_is_mended(house: House) -> None:
    beside = house.folder / "publishers.yaml"
    assert house.drafts.draft().sound
    beside.write_text("- 3\n", encoding="utf-8")
    assert house.drafts.draft().problems == (
        "publishers.yaml:1: an official document is a table of keys and values",)
    beside.write_text("[]\n", encoding="utf-8")
    assert house.drafts.draft().problems == ()
