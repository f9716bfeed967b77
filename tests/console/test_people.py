"""What people are called: kept, refreshed beside the pages, forgotten, and only ever text."""

import csv
import io
import threading
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from sqlalchemy import select

from bot.casebook.words import words_of
from bot.console.lines import listing
from bot.console.lines.filters import Filter
from bot.console.viewer import Role
from bot.people import LONGEST, NEVER_AGAIN, called, names_of, shown, tidy
from bot.schema import people as table
from bot.slack.acquainting import AT_ONCE, Acquainting, name_of
from tests.console.seen import words
from tests.console.talking import DEAL, viewer
from tests.console.test_exports import WHY
from tests.console.test_pages import EVIL
from tests.console.whole import whole

__all__ = ["whole"]

RTL = "\u202egnp.Ada\u2066\u200f"


def plain(page):
    return " ".join(words(page).split())


def kept(whole):
    with whole.desk.store.reading() as connection:
        return {(row.workspace, row.user): row.name
                for row in connection.execute(select(table))}


class SlackPeople:
    """Slack as far as users.info goes: names by id, None for nobody, or an error for all."""

    def __init__(self, names, error=None):
        self.names, self.error, self.asked = names, error, []
        self.refusing, self.workspace = {}, ""

    def of(self, workspace):
        if workspace == "T-none":
            raise LookupError(workspace)
        self.workspace = workspace
        return self

    @property
    def once(self):
        return self

    def users_info(self, *, user):
        self.asked.append(user)
        error = self.refusing.get(self.workspace, self.error)
        if error is not None:
            raise error
        if user not in self.names:
            raise SlackApiError("no", _Answer({"ok": False, "error": "user_not_found"}))
        return _Answer({"ok": True, "user": {"profile": {"real_name": self.names[user]}}})


class _Answer:
    def __init__(self, data):
        self.data = data

    def get(self, name):
        return self.data.get(name)


def look(whole, slack):
    Acquainting(whole.people, slack, start=lambda work: work()).look()


def test_pages_show_the_name_with_the_id_beside_and_the_id_where_there_is_none(whole):
    whole.desk.say("c1", DEAL)
    whole.desk.say("c2", DEAL, user="U2")
    whole.desk.note("c1", "comment", user="U2", words={"text": "hm"})
    whole.people.learn("T1", "U1", "Ada Lovelace")
    whole.people.learn("T2", "U2", "Elsewhere")
    page = plain(whole.as_().see("/"))
    assert "Ada Lovelace (U1)" in page and "U2" in page and "Elsewhere" not in page
    page = plain(whole.as_().see("/conversations/c1"))
    assert "Asked by Ada Lovelace (U1)" in page
    assert page.count("Ada Lovelace (U1)") == 2  # and at the turn
    whole.as_().see("/conversations/c1")
    assert "Read by U-rev" in plain(whole.as_().see("/conversations/c1"))
    whole.people.learn("T1", "U-rev", "Kim Adler")
    assert "Read by Kim Adler (U-rev)" in plain(whole.as_().see("/conversations/c1"))


def test_names_are_asked_for_beside_the_pages_and_again_after_a_day(whole):
    whole.desk.say("c1", DEAL)
    whole.as_("U-rev")
    slack = SlackPeople({"U1": "Ada", "U-rev": "Kim"})
    look(whole, slack)
    assert sorted(slack.asked) == ["U-rev", "U1"]
    assert kept(whole) == {("T1", "U1"): "Ada", ("T1", "U-rev"): "Kim"}

    slack.names["U1"] = "Ada King"
    whole.clock.pass_(hours=23)
    look(whole, slack)
    assert kept(whole)["T1", "U1"] == "Ada"
    whole.clock.pass_(hours=2)
    look(whole, slack)
    assert kept(whole)["T1", "U1"] == "Ada King"
    assert len(slack.asked) == 4


def test_whom_a_page_meets_is_asked_for_next(whole):
    whole.desk.say("c1", DEAL)
    whole.desk.note("c1", "comment", user="U7", words={"text": "hm"})
    slack = SlackPeople({"U1": "Ada", "U7": "Bo"})
    look(whole, slack)
    assert slack.asked == ["U1"]
    whole.as_("U1").see("/conversations/c1")
    look(whole, slack)
    assert "U7" in slack.asked
    assert "Bo (U7)" in plain(whole.as_().see("/conversations/c1"))


def test_a_stranger_on_a_page_is_asked_for_at_once_and_once(whole):
    whole.desk.say("c1", DEAL, user="U404")
    woken = []
    whole.people.on_stranger = lambda: woken.append(whole.people.due(10))
    whole.as_("U-rev").see("/conversations/c1")
    assert ("T1", "U404") in woken[0]
    whole.as_("U-rev").see("/conversations/c1")
    assert len(woken) == 1
    whole.desk.say("c2", DEAL, user="U8")
    whole.as_("U-rev").see("/conversations/c2")
    assert ("T1", "U8") in woken[1]


def test_who_is_not_known_to_slack_is_not_asked_for_every_minute(whole):
    whole.desk.say("c1", DEAL, user="U404")
    whole.desk.say("c2", DEAL, user="U5", workspace="T-none")
    slack = SlackPeople({})
    look(whole, slack)
    look(whole, slack)
    assert slack.asked == ["U404"]
    assert kept(whole) == {("T1", "U404"): "", ("T-none", "U5"): ""}


@pytest.mark.parametrize("error", [
    OSError("away"), SlackApiError("no", _Answer({"error": "ratelimited"}))])
def test_while_slack_is_away_names_stay_and_it_is_left_alone(whole, error):
    for n in range(3):
        whole.desk.say(f"c{n}", DEAL, user=f"U{n}")
    look(whole, SlackPeople({"U0": "Ada"}))
    before = kept(whole)
    whole.clock.pass_(days=2)
    slack = SlackPeople({}, error)
    look(whole, slack)
    assert len(slack.asked) == 1
    assert kept(whole) == before
    assert "Ada (U0)" in plain(whole.as_().see("/"))


def test_a_workspace_that_lets_nobody_be_looked_up_holds_up_no_other(whole):
    """One that had revoked the app's token came first each minute, and nobody got a name."""
    whole.desk.say("c1", DEAL, user="U1", workspace="T0-revoked")
    whole.desk.say("c2", DEAL, user="U2")
    slack = SlackPeople({"U2": "Ada"})
    slack.refusing["T0-revoked"] = SlackApiError("no", _Answer({"error": "token_revoked"}))
    acquainting = Acquainting(whole.people, slack, start=lambda work: work())
    acquainting.look()
    acquainting.look()
    assert slack.asked == ["U1", "U2"]
    assert kept(whole) == {("T1", "U2"): "Ada"}


def test_only_so_many_are_asked_for_in_a_round_and_the_next_goes_on(whole):
    for n in range(AT_ONCE + 3):
        with whole.desk.store.reading() as connection:
            whole.people.names(connection, "T1", [f"U{n:03}"])
    slack = SlackPeople({f"U{n:03}": "x" for n in range(100)})
    look(whole, slack)
    assert len(slack.asked) == AT_ONCE


def test_one_round_at_a_time_and_no_page_waits_for_it(whole):
    whole.desk.say("c1", DEAL)
    free, begun = threading.Event(), threading.Event()

    class Slow(SlackPeople):
        def users_info(self, *, user):
            begun.set()
            assert free.wait(20)
            return super().users_info(user=user)

    slack = Slow({"U1": "Ada"})
    acquainting = Acquainting(whole.people, slack)
    acquainting.look()
    assert begun.wait(20)
    acquainting.look()
    assert whole.as_().see("/").status_code == 200
    free.set()
    for _ in range(400):
        if kept(whole):
            break
        threading.Event().wait(0.05)
    assert kept(whole) == {("T1", "U1"): "Ada"}
    assert slack.asked == ["U1"]


def test_who_is_erased_has_no_name_and_gets_none_again(whole):
    whole.desk.say("c1", DEAL)
    whole.as_("U1").see("/conversations/c1")
    whole.people.learn("T1", "U1", "Ada Lovelace")
    whole.people.learn("T2", "U1", "Ada of T2")
    whole.desk.erasing.person("T1", "U1", by="U-adm", reason="asked to")
    assert kept(whole) == {("T1", "U1"): "", ("T2", "U1"): "Ada of T2"}
    whole.people.learn("T1", "U1", "Ada Lovelace")  # as a round that had asked before
    whole.clock.pass_(days=30)
    page = plain(whole.as_().see("/conversations/c1"))
    assert "Ada" not in page and "Read by U1" in page  # who looked stays on record
    slack = SlackPeople({"U1": "Ada Lovelace", "U-rev": "Kim"})
    look(whole, slack)
    assert kept(whole)["T1", "U1"] == ""
    assert ("T1", "U1") not in whole.people.due(100)
    with whole.desk.store.reading() as connection:
        assert connection.execute(select(table.c.seen_at).where(
            table.c.workspace == "T1", table.c.user == "U1")).scalar() == NEVER_AGAIN


def test_no_name_outlasts_what_its_person_did(whole):
    whole.desk.say("c1", DEAL)
    whole.as_("U-rev")
    for user in ("U1", "U-rev", "U-gone"):
        whole.people.learn("T1", user, f"Name {user}")
    whole.people.learn("T2", "U1", "stands in no row there")
    assert whole.people.sweep() == 2
    assert set(kept(whole)) == {("T1", "U1"), ("T1", "U-rev")}
    whole.desk.erasing.conversation("T1", "c1", by="U-adm", reason="retention")
    assert whole.people.sweep() == 1
    assert set(kept(whole)) == {("T1", "U-rev")}


def test_the_filter_takes_a_name_or_an_id_and_finds_in_ones_own_workspace(whole):
    for n, (user, team) in enumerate([("U1", "T1"), ("U2", "T1"), ("U3", "T1"), ("U9", "T2")]):
        whole.desk.say(f"c{n}", DEAL, user=user, workspace=team)
    for team, user, name in (("T1", "U1", "Ada Lovelace"), ("T1", "U2", "Zoë Adamson"),
                             ("T1", "U3", "U1"), ("T2", "U9", "Ada Away"),
                             ("T2", "U2", "Elsewhere")):
        whole.people.learn(team, user, name)

    def found(asker, who=None):
        with whole.desk.store.reading() as connection:
            page = listing.page(connection, who or viewer(), Filter(asker=asker))
            return {line.asker for line in page.lines}

    assert found("ada") == {"U1", "U2"}
    assert found("LOVE ada") == {"U1"}
    assert found("zoe") == {"U2"}
    assert found("elsewhere") == set()  # the same person may have another name there
    assert found("U1") == {"U1"}  # an id means that person, whoever took it for a name
    assert found("Ada Lovelace (U1)") == {"U1"}
    assert found("Zoë Adamson (U1)") == {"U1"}
    assert found("nobody") == found("%") == found("_") == found("'; --") == found(" ") == set()
    assert found("ada", viewer("U9", workspace="T2")) == {"U9"}
    page = whole.as_().see("/?asker=ada")
    assert "2 conversations that fit" in plain(page) and 'value="ada"' in page.text


@pytest.mark.long
@pytest.mark.parametrize("hostile", [
    EVIL, '"><svg onload=alert(1)>', "{{ viewer.token }}{% raw %}", "=HYPERLINK(\"http://x\")",
    "@SUM(1)", RTL, "x" * 100_000, "a\0b", "</bdi></span>", "\ud800"])
def test_a_hostile_name_is_text_on_every_page_and_in_every_file(whole, hostile):
    whole.desk.say("c1", DEAL)
    whole.people.learn("T1", "U1", hostile)
    admin = whole.as_("U-adm")
    whole.as_("U1", name="signed in as")
    for path in ("/", "/conversations/c1", "/sessions", "/?asker=U1"):
        page = admin.see(path)
        assert page.status_code == 200
        for bad in ("<script>", "<img", "<svg", "\u202e", "\u2066", "\0", "x" * 100):
            assert bad not in page.text, (path, bad)
        assert admin.token not in plain(page)
    answer = admin.press("/exports", form="csv", **WHY)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as box:
        text = box.read("conversations.csv").decode()
    for row in csv.DictReader(io.StringIO(text, newline="")):
        assert not row["name"].startswith(("=", "+", "-", "@", "\t", "\r"))
    for form in ("md", "pdf", "docx", "zip"):
        assert admin.press("/exports/conversation", conversation="c1", form=form,
                           **WHY).status_code == 200, form


@given(st.text(max_size=300))
def test_a_tidy_name_is_one_line_that_can_be_seen_and_tidy_again(name):
    once = tidy(name)
    assert tidy(once) == once
    assert len(once) <= LONGEST
    assert once.isprintable() and once == once.strip()
    once.encode()


def test_names_are_written_out_for_files(whole):
    names = {"U1": "Ada"}
    assert shown("slack:T1:U1", names) == shown("U1", names) == "Ada (U1)"
    assert shown("slack:T1:U2", names) == "slack:T1:U2"
    assert shown(None, names) == shown("", names) == ""
    assert name_of({}) == name_of({"profile": None}) == ""
    assert name_of({"real_name": "B", "profile": {"real_name": ""}}) == "B"


def test_many_names_are_looked_up_at_once(whole):
    for n in range(12):
        whole.people.learn("T1", f"U{n}", f"N{n}")
    with whole.desk.store.reading() as connection:
        found = names_of(connection, "T1", [f"slack:T1:U{n}" for n in range(3_000)])
        assert found == {f"U{n}": f"N{n}" for n in range(12)}
        assert called(connection, "T1", "n1") == ["U1", "U10", "U11"]


def test_who_has_brackets_in_their_name_is_found_by_it(whole):
    whole.people.learn("T1", "U1", "Ada Lovelace (she/her)")
    whole.people.learn("T1", "U2", "Ada Byron")
    with whole.desk.store.reading() as connection:
        assert called(connection, "T1", "Ada Lovelace (she/her)") == ["U1"]
        assert called(connection, "T1", "Ada (her)") == ["U1"]
        assert called(connection, "T1", "Ada Lovelace (she/her) (U1)") == ["U1"]
        assert called(connection, "T1", "Ada (U2)") == ["U2"]
        assert called(connection, "T1", "Ada (U3)") == []


def test_who_has_no_id_sees_nothing_of_what_was_erased(whole):
    whole.desk.say("c1", DEAL)
    whole.desk.erasing.person("T1", "U1", by="U-adm", reason="asked to")
    with whole.desk.store.reading() as connection:
        (line,) = listing.page(connection, viewer(), Filter()).lines
        assert line.asker == ""
        assert listing.page(connection, viewer("", Role.ASKER), Filter()).lines == ()


@pytest.mark.parametrize(
    "written", ["𝐀𝐝𝐚 𝐋𝐨𝐯𝐞𝐥𝐚𝐜𝐞", "ＡＤＡ Lovelace", "Ⓐⓓⓐ Lovelace", "ADÁ LOVELACE"])
def test_words_are_found_in_small_letters_whatever_letters_they_are_written_in(written):
    assert words_of(written) == ["ada", "lovelace"]
