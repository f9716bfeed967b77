"""Who cites a provision: kept with each turn, made again from the log, and told in pages."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update

from bot.casebook import cites as case_cites
from bot.casebook import filing
from bot.casebook import lines as case_lines
from bot.casebook.cites import Usage
from bot.casebook.filing import Filing
from bot.console.lines import listing
from bot.console.lines.filters import Filter
from bot.console.viewer import Role
from bot.dialogue.conversation import ConversationId
from bot.ledger import timestamp
from bot.schema import case_cites as cites
from bot.schema import case_lines as lines
from bot.store import Store
from tests.console.talking import DEAL, viewer
from tests.store.filed import LATER, desk, filed_later

__all__ = ["desk", "filed_later"]

QUESTION = "What does the guidance say about resellers?"


def table(store):
    """All but the numbers, which join it with the lines, and what is filed, which tells nothing."""
    with store.reading() as connection:
        joined = connection.scalars(select(cites.c.conversation).join(
            lines, lines.c.number == cites.c.number).where(
                lines.c.conversation == cites.c.conversation)).all()
        rows = connection.execute(select(
            *(c for c in cites.c if c.name not in {"number", "fresh"})).order_by(
            *cites.primary_key.columns)).all()
    assert len(joined) == len(rows)
    return rows


def by_hand(store, name):
    """What the turns of *name* cite, read from the turns: last turn, how many, last shown."""
    found = {}
    for turn in store.turns(ConversationId(name)):
        shown = {c.provision for c in turn.reply.citations()}
        for provision in {c["provision"] for c in turn.body()["citations"]}:
            _, turns, last = found.get(provision, (0, 0, 0))
            found[provision] = (turn.version, turns + 1,
                                turn.version if provision in shown else last)
    return found


def talked(desk):
    for words in (DEAL, "advise now", "Actually it is the health ministry"):
        desk.say("c1", words)
    desk.say("c2", QUESTION, user="U2")
    desk.say("d1", QUESTION, user="U9", workspace="T2")


def test_every_citation_anywhere_in_a_reply_is_kept_with_the_turn(desk):
    talked(desk)
    for name in ("c1", "c2", "d1"):
        kept = {row.provision: (row.turn, row.turns, row.shown) for row in table(desk.store)
                if row.conversation == name}
        assert kept and kept == by_hand(desk.store, name)
    (one, *_) = [row for row in table(desk.store) if row.conversation == "c2"]
    turn = desk.store.turns(ConversationId("c2"))[0]
    known = next(c for c in turn.reply.citations() if c.provision == one.provision)
    assert (one.release, one.sha256, one.checked, one.span_start, one.span_end, one.workspace) == (
        turn.release, known.sha256, known.checked, known.start, known.end, "T1")
    hidden = [row for row in table(desk.store) if not row.shown]
    assert hidden and {row.conversation for row in hidden} == {"c1"}


def test_it_is_made_again_from_the_log_and_where_there_was_none(desk, url):
    talked(desk)
    before = table(desk.store)
    with desk.store.writing() as connection:
        case_lines.rebuild(connection)
    assert table(desk.store) == before
    assert fresh(desk.store) == 0
    with desk.store.writing() as connection:
        case_cites.forget(connection)
    other = Store(url)
    other.upgrade()
    other.close()
    assert table(desk.store) == before


def test_erasure_leaves_what_was_cited(desk):
    talked(desk)
    before = table(desk.store)
    desk.erasing.person("T1", "U1", by="U-lead", reason="asked for")
    assert table(desk.store) == before


def test_how_often_each_of_a_page_of_provisions_is_cited(desk):
    talked(desk)
    provision = next(iter(by_hand(desk.store, "c2")))
    mine = by_hand(desk.store, "c1").get(provision)
    with desk.store.reading() as connection:
        found = case_cites.usage(connection, "T1", [provision, "no-such"])
        everywhere = case_cites.usage(connection, None, [provision])[provision]
    assert found["no-such"] == Usage()
    assert found[provision].conversations == 1 + (mine is not None)
    assert found[provision].turns == 1 + (mine[1] if mine else 0)
    assert found[provision].last is not None
    assert everywhere.conversations == found[provision].conversations + 1


def test_who_cites_it_comes_in_pages_the_latest_first_and_of_one_workspace(desk):
    talked(desk)
    for n in range(3):
        desk.say(f"e{n}", QUESTION)
    provision = next(iter(by_hand(desk.store, "c2")))
    with desk.store.reading() as connection:
        whole = case_cites.citing(connection, "T1", provision)
        first = case_cites.citing(connection, "T1", provision, limit=2)
        rest = case_cites.citing(connection, "T1", provision,
                                 case_cites.place(connection, first[-1]))
    assert [one.conversation for one in whole][:4] == ["e2", "e1", "e0", "c2"]
    assert [*first, *rest] == whole
    assert all(one.workspace == "T1" for one in whole)


def test_the_queue_is_filtered_by_what_answers_cite(desk):
    talked(desk)
    provision = next(iter(by_hand(desk.store, "c2")))
    wanted = Filter.parse(f"cites={provision}&order=newest")
    assert Filter.parse(wanted.query()) == wanted and wanted.active
    expected = {name for name in ("c1", "c2") if provision in by_hand(desk.store, name)}
    with desk.store.reading() as connection:
        page = listing.page(connection, viewer(), wanted)
        assert {line.conversation for line in page.lines} == expected
        assert listing.count(connection, viewer(), wanted) == len(expected)
        assert not listing.page(connection, viewer(), Filter(cites="no-such")).lines
        own = listing.page(connection, replace(viewer(), role=Role.ASKER, user="U2"), wanted)
    assert [line.conversation for line in own.lines] == ["c2"]


# --- filed in bulk ---------------------------------------------------------------------------

def later(store):
    """What files all that there is."""
    return Filing(store, lambda: LATER)


def fresh(store, name=None):
    """How many citations are not filed."""
    query = select(func.count()).where(cites.c.fresh == 1)
    with store.reading() as connection:
        return connection.scalar(
            query if name is None else query.where(cites.c.conversation == name))


def all_told(store):
    """Whatever is asked of who cites what."""
    provisions = sorted({row.provision for row in table(store)})
    with store.reading() as connection:
        whole = {one: case_cites.citing(connection, "T1", one) for one in provisions}
        pages = {}
        for one in provisions:
            pages[one] = page = case_cites.citing(connection, "T1", one, limit=1)
            while page:
                page = case_cites.citing(connection, "T1", one,
                                         case_cites.place(connection, page[-1]), limit=1)
                pages[one] += page
        assert pages == whole
        return (whole, case_cites.usage(connection, "T1", provisions),
                case_cites.usage(connection, None, provisions),
                {one: sorted(connection.scalars(case_cites.numbers_citing("T1", one)))
                 for one in provisions})


def test_a_server_that_older_programs_share_has_nothing_that_is_not_filed(desk):
    talked(desk)
    sqlite = desk.store.engine.dialect.name == "sqlite"
    assert fresh(desk.store) == (len(table(desk.store)) if sqlite else 0)
    assert (later(desk.store).look() > 0) == sqlite
    assert fresh(desk.store) == 0


def test_it_is_found_alike_while_fresh_half_filed_and_filed(filed_later):
    desk = filed_later
    talked(desk)
    for n in range(3):
        desk.say(f"e{n}", QUESTION)
    with desk.store.writing() as connection:
        for minute, name in enumerate(("e1", "c1", "e0", "c2", "e2")):
            connection.execute(update(cites).where(cites.c.conversation == name).values(
                at=timestamp(LATER.replace(year=2026, minute=minute))))
    before, rows = all_told(desk.store), fresh(desk.store)
    assert rows == len(table(desk.store)) > 100
    with desk.store.writing() as connection:
        half = filing.file(connection, ["c2", "e0", "e1"], LATER)
    assert fresh(desk.store) == rows - half < rows
    assert fresh(desk.store, "c2") == 0 < fresh(desk.store, "e2")
    assert all_told(desk.store) == before
    assert later(desk.store).look() == rows - half
    assert fresh(desk.store) == 0
    assert all_told(desk.store) == before


def test_who_goes_on_after_it_was_filed_is_found_once_and_with_what_came_last(filed_later):
    desk = filed_later
    for n in range(2):
        desk.say(f"c{n}", DEAL)
    later(desk.store).look()
    desk.say("c0", "advise now")
    rows = [row for row in table(desk.store) if row.conversation == "c0"]
    assert fresh(desk.store, "c0") == len(rows) and not fresh(desk.store, "c1")
    provision = next(one for one in by_hand(desk.store, "c1")
                     if by_hand(desk.store, "c0")[one][1] == 2)
    with desk.store.reading() as connection:
        found = case_cites.citing(connection, "T1", provision)
        used = case_cites.usage(connection, "T1", [provision])[provision]
    assert {one.conversation: one.turns for one in found} == {"c0": 2, "c1": 1}
    assert (used.conversations, used.turns, used.last) == (2, 3, found[0].at)


def test_only_what_nobody_went_on_with_for_a_while_is_filed(filed_later):
    desk = filed_later
    talked(desk)
    rows = len(table(desk.store))
    last = max(row.at for row in table(desk.store))
    at = datetime.fromisoformat(last)
    early = Filing(desk.store, lambda: at)
    assert early.look() == 0 and fresh(desk.store) == rows
    due = Filing(desk.store, lambda: at + filing.AFTER + timedelta(seconds=1))
    assert due.look() == rows and fresh(desk.store) == 0
    assert due.look() == 0


def test_what_a_program_of_before_writes_is_found_like_all_else(desk):
    desk.say("c1", DEAL)
    with desk.store.writing() as connection:
        connection.execute(text(
            "INSERT INTO case_cites (conversation, provision, workspace, number, turns, turn, "
            "shown, at, release, span_start, span_end, sha256, checked) SELECT 'old', provision, "
            "workspace, 999, 1, 1, 0, at, release, span_start, span_end, sha256, checked "
            "FROM case_cites"))
    provision = next(iter(by_hand(desk.store, "c1")))
    with desk.store.reading() as connection:
        found = case_cites.citing(connection, "T1", provision)
        used = case_cites.usage(connection, "T1", [provision])[provision]
        numbers = set(connection.scalars(case_cites.numbers_citing("T1", provision)))
    assert [one.conversation for one in found] == ["old", "c1"]
    assert used.conversations == 2 and 999 in numbers and len(numbers) == 2
    assert fresh(desk.store, "old") == 0


def test_what_is_filed_is_counted_in_its_index_and_the_rest_in_theirs(empty_url):
    """SQLite, which knows no sizes, would go through all citations for those of ten minutes."""
    store = Store(empty_url)
    store.upgrade()
    if store.engine.dialect.name == "sqlite":
        with store.reading() as connection:
            query = select(cites.c.provision, func.count()).where(
                cites.c.workspace == "T1", cites.c.provision.in_(["a", "b"])).group_by(
                cites.c.provision)
            plans = [" ".join(row.detail for row in connection.execute(text(
                "EXPLAIN QUERY PLAN " + str(one.compile(
                    connection, compile_kwargs={"literal_binds": True})))))
                for one in (case_cites.filed_of(query), case_cites.fresh_of(query))]
        assert "ix_case_cites_filed (workspace=? AND provision=?)" in plans[0]
        assert "ix_case_cites_fresh" in plans[1]
    store.close()
