"""What somebody sees who has signed in, and what nobody sees."""

import re
from dataclasses import replace
from html import escape, unescape
from urllib.parse import quote

import pytest
from sqlalchemy import event

from bot.advisor import Said
from bot.casebook.memory import Memory
from bot.console.conversations.stretches import ALL
from bot.console.conversations.stretches import stretches as stretches_of
from bot.console.turns.exchange import Span, spans
from bot.console.viewer import Role
from bot.console.wording.called import what_stands_out
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import Answer, MessageKey
from bot.dialogue.intents import Intent
from bot.editions.held import Editions
from bot.people import People
from bot.turns.circumstances import Where
from retrieval.guidance import Checked, Fact, GapKind, ReleaseId
from retrieval.releases import content_of
from tests.console.seen import links, words
from tests.console.talking import DEAL, WHEN, viewer

ASKER, OTHER = viewer("U1", Role.ASKER), viewer("U2", Role.ASKER)
AWAY = viewer("U1", Role.ADMIN, workspace="T2")
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7373*7}}"


@pytest.fixture
def talked(desk):
    desk.say("c1", DEAL)
    desk.say("c1", "What does the guidance say about audits?")
    return desk


def test_the_queue_names_the_deal_and_says_first_why_to_look(talked):
    page = talked.reads()
    assert page.status_code == 200
    assert "Cell-site simulator · Police · Kenya" in words(page)
    assert "grave flag" in words(page)
    assert "/console/conversations/c1" in links(page)
    assert words(page).index("grave flag") < words(page).index("Cell-site simulator · Police")


def test_what_a_message_hides_or_turns_round_is_shown_to_whoever_signs(desk):
    """A browser would show "the police", where Advisor has read "ecilop eht"."""
    turned = "it is for \u202eecilop eht\u202c, not the ar\u200bmy"
    desk.say("c1", f"{DEAL} and {turned}")
    desk.note("c1", "comment", user="U2", words={"text": turned})
    desk.say("c1", "What about \u2067baseball\u2069?")
    conversation, *others = map(unescape, (
        desk.reads("/conversations/c1").text, desk.reads().text, desk.reads("/declined").text))
    shown = "it is for ⟨U+202E⟩ecilop eht⟨U+202C⟩, not the ar⟨U+200B⟩my"
    assert re.sub("<[^>]+>", "", conversation).count(shown) == 2
    for page in (conversation, *others):
        assert not set(page) & set("\u202e\u202c\u200b\u2067\u2069")


def test_a_deal_of_which_other_facts_are_told_is_not_called_nothing(desk):
    desk.say("c1", "it is to watch crowds at demonstrations")
    desk.say("c2", "What does the guidance say about audits?")
    called = "A deal without product, end-user and country yet"
    queue = words(desk.reads())
    assert (queue.count(called), queue.count("Nothing told of a deal yet")) == (1, 1)
    assert called in words(desk.reads("/conversations/c1"))
    assert "Nothing told of a deal yet" in words(desk.reads("/conversations/c2"))


def test_a_line_without_a_deal_says_what_was_asked_and_declined(guidance):
    """A dozen lines below a gap of the overview read "Nothing told of a deal yet", all alike."""
    gap = next(one for one in guidance.gaps if one.kind is not GapKind.OPENING)
    talk = next(one for one in guidance.gaps if one.kind is GapKind.OPENING)
    asked = Memory(gaps=[gap.id, talk.id])
    assert what_stands_out(guidance, asked) == ((f"Declined: {gap.title}",), 0)
    assert what_stands_out(guidance, replace(asked, facts={"country": ["KE"]})) == ((), 0)


def test_nobody_waits_for_the_log_while_a_conversation_is_read_and_drawn(talked):
    """It was read in the transaction that says who reads it, which holds the log."""
    happened = []
    event.listen(talked.store.engine, "before_cursor_execute",
                 lambda _c, _k, statement, *_: happened.append(" ".join(statement.split())))
    event.listen(talked.store.engine, "commit", lambda _: happened.append("COMMIT"))

    assert talked.reads("/conversations/c1").status_code == 200

    noted = next(n for n, one in enumerate(happened) if one.startswith("INSERT INTO log "))
    read = next(n for n, one in enumerate(happened) if n > noted
                and "log.conversation = " in one and "log.words" in one)
    assert "COMMIT" in happened[noted:read]


def test_a_conversation_shows_words_facts_flags_sources_and_passages(talked):
    talked.note("c1", "feedback", body={"turn": 1, "good": False})
    page = talked.reads("/conversations/c1")
    assert page.status_code == 200
    assert re.search(r'data-tip="[^"]*end-user: Police[^"]*"><mark>police', page.text)
    shown = words(page)
    for said in ("What was understood", "Red flags raised", "grave", "not checked", "Relied on",
                 "Search:", "Worded by Advisor’s own sentences, no language model", "Feedback",
                 "The log is whole", "Turn 2"):
        assert said in shown, said
    assert any("/provisions/" in link for link in links(page))


def test_what_is_only_tried_out_is_neither_told_nor_a_correction(desk):
    """A what-if stood among the turns as "corrected", and its words as those of a fact."""
    for said in ("Drones for the police of Kenya", "what if we host it ourselves?",
                 "maybe through a reseller", "sorry, it's Uganda, not Kenya"):
        desk.say("c1", said)
    page = desk.reads("/conversations/c1")
    steps = re.findall(r'<li(?: data-first)?><a href="#turn-\d+">.*?</a></li>', page.text, re.S)
    assert [re.findall(r'class="also">([^<]+)', step) for step in steps] == [
        [], ["~ only tried out"], [], ["↻ corrected"]]
    marks = re.findall(r'href="#([^"]*)" data-tip="([^"]*)"><mark>', page.text)
    assert [unescape(tip) for _, tip in marks] == [
        "product: Drones", "end-user: Police", "country of use: Kenya",
        "hosting: We host it, only supposed", "intermediary: Reseller, not certain",
        "country of use: Uganda"]
    # Each leads to its line of the table.
    assert all(re.fullmatch(r"turn-\d-fact-\d", row) for row, _ in marks)


def test_a_turn_says_which_facts_count_no_more(desk):
    """It was told of Kenya, and went with it; the table named the new country alone."""
    for said in ("Drones for the police of Kenya", "they arrest journalists there",
                 "sorry, it's Uganda, not Kenya", "forget the police"):
        desk.say("c1", said)
    page = desk.reads("/conversations/c1").text
    assert re.findall(r">Taken back: ([^<]+)<", page) == [
        "abuse or arbitrary detention", "end-user: Police"]


def test_who_may_not_see_what_reviewers_did_is_not_told_that_nothing_was_done(talked):
    talked.note("c1", "review_begun", user="U-rev")
    nothing = "Nothing happened beside the turns"
    assert f"{nothing} that stands on your pages." in words(
        talked.reads("/conversations/c1", ASKER))
    assert nothing not in words(talked.reads("/conversations/c1"))


def test_every_region_of_a_conversation_has_a_name_of_its_own(talked):
    page = talked.reads("/conversations/c1").text
    named = re.findall(r'<section[^>]* aria-label="([^"]+)"', page)
    assert {"Reply of turn 1", "Reply of turn 2"} <= {one[:15] for one in named}
    assert sorted(set(named)) == sorted(named)


def test_a_digest_that_was_relied_on_is_ours_and_never_drawn_as_a_quotation(talked):
    """It stood as a quotation, "seen in a reliable source"."""
    page = talked.reads("/conversations/c1").text
    passages = re.findall(r'<li id="passage-\d+">(.*?)</li>', page, re.S)
    states = {re.search(r'<span class="checked \w+">. ([^<]+)</span>', one)[1]
              for one in passages}

    assert states == {"our digest, seen in a reliable source", "our digest, not checked"}
    assert all('<div class="words">' in one and "<blockquote" not in one for one in passages)


def test_what_was_taken_away_is_not_counted_as_read(talked):
    talked.reads("/conversations/c1")
    talked.note("c1", "exported", user="U-rev", body={"form": "pdf"})

    assert "Read 2 times, exported once" in words(talked.reads("/conversations/c1"))


def gone(desk, **body):
    desk.note("c1", "deleted", user=None,
              body={**body, "deleted_at": "2026-11-26T10:11:12.000000+00:00"})


@pytest.mark.parametrize("seen", [viewer(), ASKER])
def test_a_turn_says_that_its_message_was_deleted_in_slack(talked, seen):
    gone(talked, what="message", turn=1, message="k0")
    shown = " ".join(words(talked.reads("/conversations/c1", seen)).split())
    said = ("Deleted in Slack , 26 Nov 2026, 10:11 UTC ; Slack doesn’t tell by whom. That changes "
            "nothing in the deal, and here it stands as it was sent.")
    assert shown.count(said) == 1
    assert shown.index("Turn 1") < shown.index(said) < shown.index("What was understood")
    assert "Deleted in Slack 25 Nov 2026, 09:02 UTC on turn 1 deleted: the message" in shown
    assert "k0" not in shown


def test_the_new_wording_of_a_message_that_was_deleted_says_so_too(desk):
    first = desk.say("c1", DEAL)
    desk.advisor.take_turn(Said(
        MessageKey("k0:edit:1.2"), ConversationId("c1"), "slack:T1:U1", WHEN, "It is Norway.",
        workspace="T1", edits=MessageKey("k0")))
    assert first.number == 1
    gone(desk, what="message", turn=1, message="k0")
    assert words(desk.reads("/conversations/c1")).count("here it stands as it was sent") == 2


@pytest.mark.parametrize(("more", "what"), [
    ({"part": 1, "parts": 1}, "the reply"),
    ({"part": 2, "parts": 3}, "message 2 of 3 of the reply"),
])
def test_a_turn_says_that_its_reply_was_deleted_in_slack(talked, more, what):
    gone(talked, what="reply", turn=2, post="k1:reply:0", **more)
    shown = " ".join(words(talked.reads("/conversations/c1")).split())
    assert (f"Deleted in Slack , 26 Nov 2026, 10:11 UTC : {what}. Slack doesn’t tell by whom. "
            "What was advised stands here as it was.") in shown
    assert f"on turn 2 deleted: {what}" in shown


def test_a_deletion_that_a_later_version_wrote_is_shown_as_far_as_it_can_be_read(talked):
    gone(talked, what="canvas", turn=1)
    page = talked.reads("/conversations/c1")
    assert page.status_code == 200
    assert "Deleted in Slack" in words(page)


def test_a_turn_without_a_word_names_the_button(desk):
    """It said "a button or a form" of "Advise now"."""
    desk.say("c1", DEAL)
    desk.advisor.take_turn(Said(
        MessageKey("pressed"), ConversationId("c1"), "slack:T1:U1", WHEN, intent=Intent.ADVISE_NOW,
        workspace="T1", where=Where("slack", "steer")))

    page = desk.reads("/conversations/c1").text

    assert "Pressed “Advise now”; nothing was typed." in page
    assert page.count("Pressed “Advise now”") == 2  # and in the list of turns


def test_every_link_to_a_provision_leads_to_the_passage_that_was_relied_on(talked):
    turn = talked.store.turns(ConversationId("c1"))[0]
    guidance = talked.advisor.guidance
    page = talked.reads("/conversations/c1")
    assert turn.reply.citations()
    for one in turn.reply.citations():
        link = (f"/corpus/releases/{one.release}/provisions/{one.provision}"
                f"?from={one.start}&to={one.end}#passage")
        assert f"/console{link}" in links(page)
    for one in turn.reply.citations()[:5]:
        read = talked.reads(f"/corpus/releases/{one.release}/provisions/{one.provision}"
                            f"?from={one.start}&to={one.end}")
        passage = guidance.provisions[one.provision].text[one.start:one.end]
        assert unescape(re.search(r"<mark[^>]*>(.*?)</mark>", read.text, re.S)[1]) == passage


def test_each_reading_is_on_record_and_a_refused_one_is_not(talked):
    talked.reads("/conversations/c1")
    talked.reads("/conversations/c1", ASKER)
    talked.reads("/conversations/c1", OTHER)
    talked.reads("/conversations/c1", AWAY)
    talked.reads("/conversations/none")
    talked.reads("/")
    assert [(row.actor, row.conversation, row.workspace, row.detail)
            for row in talked.rows("viewed")] == [
        ("U-rev", "c1", "T1", {"session": "s1"}), ("U1", "c1", "T1", {"session": "s1"})]
    assert talked.store.verify_log() is None


def test_nobody_reads_what_could_not_be_put_on_record(talked, monkeypatch):
    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr("bot.console.conversations.casefile.append", fail)
    with pytest.raises(OSError, match="full"):
        talked.reads("/conversations/c1")


@pytest.mark.parametrize("seen", [OTHER, AWAY, viewer("", Role.ASKER)])
def test_others_and_other_workspaces_see_nothing(talked, seen):
    page = talked.reads("/conversations/c1", seen)
    none = talked.reads("/conversations/nothing", seen)
    assert page.status_code == none.status_code == 404
    assert page.text == none.text
    queue = talked.reads("/", seen)
    assert "Cell-site simulator ·" not in queue.text
    assert "KE" not in re.findall(r'<option value="([^"]*)"', queue.text)
    assert "Nothing fits" in talked.reads("/?text=police", seen).text


def test_whoever_asked_sees_their_conversation_and_not_what_reviewers_do(talked):
    talked.note("c1", "review_comment", user="U-rev", words={"text": "zebra remark"})
    talked.note("c1", "held", user="U-lead", body={"reason": "zebra suit"})
    talked.note("c1", "escalated", user="U-lead", body={"why": "zebra doubt"})
    talked.note("c1", "comment", words={"text": "my remark"})
    talked.reads("/conversations/c1")
    mine, theirs = talked.reads("/conversations/c1", ASKER), talked.reads("/conversations/c1")
    assert mine.status_code == 200
    assert "my remark" in mine.text
    assert "zebra" not in mine.text and "Read 1" not in words(mine)
    for said in ("zebra remark", "zebra suit", "zebra doubt", "Read 3 times"):
        assert said in words(theirs)


def test_whatever_people_write_stays_text(desk):
    desk.say("c1", f"{DEAL} {EVIL}")
    desk.note("c1", "comment", user=EVIL, words={"text": EVIL}, body={"turn": EVIL})
    desk.note("c1", EVIL, body={"x": {"y": [EVIL]}, "z": [EVIL]})
    seen = replace(viewer(), name=EVIL, token='"><script>')
    for path in ("/", "/conversations/c1",
                 f"/?text={EVIL}&flag={EVIL}&asker={EVIL}&fact:product={EVIL}",
                 f"/conversations/{EVIL}", f"/corpus/releases/{EVIL}/provisions/{EVIL}"):
        page = desk.client(seen).get("/console" + path)
        assert "<script>" not in page.text and "<img" not in page.text, path
        assert str(7373 * 7) not in page.text, path
    page = desk.reads("/conversations/c1", seen)
    assert EVIL in unescape(page.text)


def test_pages_hold_no_script_or_style_of_their_own(talked):
    for path in ("/", "/conversations/c1", "/conversations/none"):
        page = talked.reads(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?! src=)", page)
        assert re.findall(r'(?:src|action)="(?!/console/)([^"]*)"', page) == []
        assert '<html lang="en">' in page and "<h1" in page


def test_every_column_has_a_header_and_every_field_a_label(talked):
    page = talked.reads("/").text
    table = re.search(r"<table.*?</table>", page, re.S)[0]
    columns = len(re.findall(r'<th scope="col"', table))
    assert all(len(re.findall(r"<t[dh]", row)) == columns
               for row in re.findall(r"<tr.*?</tr>", table, re.S))
    for field in re.finditer(r"<(?:input|select)(?![^>]*hidden)[^>]*>", page):
        before = page[:field.start()]
        assert before.rfind("<label") > before.rfind("</label"), field[0]


def test_a_provision_reads_as_it_did_in_its_release(talked, guidance):
    turn = talked.store.turns(ConversationId("c1"))[0]
    cited = turn.reply.citations()[0].provision
    then = guidance.provisions[cited]
    now = replace(then, text="Quite other words stand here now.", checked=Checked.OFFICIAL)
    later = replace(guidance, release=ReleaseId("later"),
                    provisions={**guidance.provisions, cited: now})
    talked.store.keep_release(later.release, content_of(later))
    talked.store.activate(later.release)
    talked.editions = Editions(talked.store, later)

    old = talked.reads(f"/corpus/releases/{guidance.release}/provisions/{cited}")
    assert then.text in unescape(old.text)
    assert "It reads otherwise today" in old.text
    assert f"/console/corpus/releases/later/provisions/{cited}" in links(old)
    new = talked.reads(f"/corpus/releases/later/provisions/{cited}")
    assert now.text in new.text and "Official text" in words(new)
    assert "otherwise today" not in new.text
    page = talked.reads("/conversations/c1")
    assert f"/corpus/releases/{guidance.release}/provisions/{cited}" in page.text
    assert f"/corpus/releases/later/provisions/{cited}" not in page.text


def test_the_provisions_before_and_after_are_of_the_same_source(talked, guidance):
    order = list(guidance.provisions)
    for name in (order[0], order[1], order[-1]):
        page = talked.reads(f"/corpus/releases/{guidance.release}/provisions/{name}")
        beside = re.findall(
            rf'rel="(?:prev|next)" href="[^"]*/{guidance.release}/provisions/(.*?)"', page.text)
        source = guidance.provisions[name].source
        same = [p.id for p in guidance.provisions.values() if p.source == source]
        at = same.index(name)
        assert beside == [*same[max(at - 1, 0):at], *same[at + 1:at + 2]]


@pytest.mark.parametrize(("path", "back"), [
    ("/corpus/releases/none/provisions/none", "/corpus"), ("/corpus/releases/none", "/corpus"),
    ("/corpus/releases/{release}/provisions/none", "/corpus"), ("/conversations/a/b/c", "/")])
def test_what_is_not_there_says_so_and_leads_to_what_it_would_stand_under(
        talked, path, back, guidance):
    """From a provision that was gone there was no way but to the conversations."""
    names = {"/": "the conversations", "/corpus": "the guidance"}
    page = talked.reads(path.format(release=guidance.release))
    assert page.status_code == 404
    assert f'<a href="/console{back}">Back to {names[back]}</a>' in page.text


def test_nobody_is_led_to_where_they_may_not_go(talked):
    page = talked.reads("/corpus/releases/none/provisions/none", ASKER)
    assert page.status_code == 404 and '/console/">Back to the conversations</a>' in page.text


@pytest.mark.parametrize("span", ["from=x&to=2", "from=5", "from=-9&to=99999999", "from=9&to=2"])
def test_a_passage_that_makes_no_sense_marks_what_it_can(talked, span, guidance):
    name = next(iter(guidance.provisions))
    page = talked.reads(f"/corpus/releases/{guidance.release}/provisions/{name}?{span}")
    assert page.status_code == 200
    assert guidance.provisions[name].text in unescape(re.sub("</?mark[^>]*>", "", page.text))


def test_a_turn_whose_release_is_gone_is_read_by_ids(talked, guidance):
    def lost(release):
        from bot.errors import UnknownRelease
        raise UnknownRelease(release)

    class Lost:
        of = staticmethod(lost)

    talked.editions = Lost()
    page = talked.reads("/conversations/c1")
    assert page.status_code == 200
    assert "ids stand for names" in words(page)
    assert DEAL.split(".")[0].split()[0] in words(page)
    assert talked.reads("/").status_code == 200


def test_that_a_conversation_is_under_a_legal_hold_stands_at_its_top(desk):
    """It stood among what happened beside the turns, and whether it was lifted, further on."""
    desk.say("c1", DEAL)

    def top(seen=None):
        page = desk.reads("/conversations/c1", seen).text
        return words(page.partition('<header class="case">')[2].partition("</header>")[0])

    for act, held in ((desk.erasing.hold, True), (desk.erasing.release, False),
                      (desk.erasing.hold, True)):
        act("T1", ConversationId("c1"), by="counsel", reason="asked for by the regulator")
        assert ("Under a legal hold since" in top()) is held
        assert "hold" not in top(ASKER)


def test_nobody_is_told_whose_words_an_erasure_took(desk):
    """The salted hash of their id stood on the page, and was undone by trying the ids there are."""
    desk.say("c1", DEAL)
    desk.erasing.person("T1", "U1", by="U-lead", reason="asked for")

    page = desk.reads("/conversations/c1")

    assert "Words erased" in words(page) and "asked for" in words(page)
    assert "sha256" not in page.text and "salt" not in page.text


def test_that_whoever_asked_was_erased_is_said_where_their_name_stood(desk):
    """A dash stood there, as for a program that has no name either."""
    name = "slack:T1:C1:1.1"
    desk.say(name, DEAL)
    desk.erasing.person("T1", "U1", by="U-lead", reason="asked for")
    assert "Asked by name erased" in words(desk.reads(f"/conversations/{name}"))
    assert 'data-label="Asker">name erased</td>' in desk.reads("/").text


def test_erased_words_are_on_no_page(desk):
    desk.say("c1", f"{DEAL} It is for Wolpertinger.")
    desk.say("c1", "and Wolpertinger again")
    desk.note("c1", "comment", words={"text": "Wolpertinger"})
    assert "Wolpertinger" in desk.reads("/conversations/c1").text
    desk.erasing.conversation("T1", ConversationId("c1"), by="U-lead", reason="asked for")
    page = desk.reads("/conversations/c1")
    assert "olpertinger" not in page.text and "journalists" not in page.text.split("reply")[0]
    assert "The words were erased" in page.text
    assert "Red flags raised" in page.text
    assert "Nothing fits" in desk.reads("/?text=wolpertinger").text
    assert "words erased" in words(desk.reads("/"))
    assert desk.reads("/conversations/c1", ASKER).status_code == 404
    assert "The log is whole" in words(page)



def test_a_filter_is_kept_and_dropped_and_leads_to_where_it_says(talked):
    client = talked.client()
    kept = client.post("/console/filters", data={"name": "<b>Grave</b>", "query": "feedback=none"})
    assert (kept.status_code, kept.headers["location"]) == (303, "/console/?feedback=none")
    page = client.get("/console/")
    assert "&lt;b&gt;Grave&lt;/b&gt;" in page.text
    assert "/console/?feedback=none" in links(page)
    assert "&lt;b&gt;Grave" not in talked.reads("/", viewer("U-other")).text
    assert client.post("/console/filters", data={"name": "", "query": ""}).status_code == 400
    assert client.post("/console/filters/drop", data={"name": "<b>Grave</b>"}).status_code == 303
    assert "&lt;b&gt;Grave" not in client.get("/console/").text


def test_a_provision_that_is_looked_for_stays_in_the_filter(talked, guidance):
    """Its page leads here; with the next press of "Show" it was gone."""
    cited = talked.store.turns("c1")[0].reply.citations()[0].provision
    page = talked.reads(f"/?cites={cited}")
    heading = escape(guidance.provisions[cited].heading)
    assert re.search(rf'<select name="cites">\n<option value="">Any</option>\n<option '
                     rf'value="{cited}" selected>{re.escape(heading)}</option>', page.text)
    assert '<select name="cites">' not in talked.reads("/").text


def test_the_next_page_goes_on_with_the_same_filter(talked, monkeypatch):
    for n in range(2, 6):
        talked.say(f"c{n}", DEAL)
    monkeypatch.setattr("bot.console.conversations.reading_pages.listing.MOST_LINES", 2)
    seen, path = [], "/?text=police&order=newest"
    page = None
    while path:
        page = talked.reads(path)
        seen += re.findall(r'href="/console/conversations/(\w+)"', page.text)
        assert 'value="police"' in page.text
        more = re.search(r'rel="next" href="/console([^"]*)"', page.text)
        path = unescape(more[1]) if more else None
    assert "That is all" in page.text
    assert sorted(seen) == ["c1", "c2", "c3", "c4", "c5"]


def told(fact, said, words_, at):
    return Fact(fact), Answer(frozenset({"x"}), said, MessageKey("k"), True, at, at + len(words_))


def test_stretches_name_every_fact_that_rests_on_them_and_lose_no_character():
    said = "the police of Kenya"
    facts = [told("who", "police", "police", 4), told("where", "police of Kenya",
             "police of Kenya", 4), told("picked", "Other", "Other", 0)]
    found = spans(said, facts, named)
    assert found == [Span("the "), Span("police", ("where", "who")), Span(" of Kenya", ("where",))]
    assert spans("", [], named) == []


def test_words_that_stand_apart_are_marked_apart():
    found = spans("watch the crowds there", [told("use", "watch, crowds", "watch the crowds", 0)],
                  named)
    assert found == [Span("watch", ("use",)), Span(" the "), Span("crowds", ("use",)),
                     Span(" there")]


def named(fact, _answer):
    return str(fact)


def test_a_search_goes_by_all_its_words_and_says_which_it_leaves_out(talked, monkeypatch):
    """It went by six of them, by the alphabet, and found what holds none of the others."""
    found = "police will watch crowds at demonstrations journalists"
    page = talked.reads(f"/?text={found} zebra")
    assert "Nothing fits" in words(page) and "left out" not in words(page)
    assert "Cell-site simulator" in words(talked.reads(f"/?text={found}"))

    monkeypatch.setattr("bot.casebook.words.MOST_SOUGHT", 2)
    page = talked.reads("/?text=simulators police simulator zebra")
    assert "left out: zebra" in words(page) and "Cell-site simulator" in words(page)
    assert "Left out of the search: zebra" in words(page)


def test_where_there_is_no_word_to_search_for_that_is_said(talked):
    """It read as if no conversation had the sign in it."""
    for typed in ("%25%20_", "😀"):
        assert "There is no letter and no digit in" in words(talked.reads(f"/?text={typed}"))
    assert "There is no letter" not in words(talked.reads("/?text=zebra"))


def test_a_filter_that_is_too_long_is_refused_in_words(talked):
    for path in ("/", "/declined", "/corpus/provisions"):
        assert talked.reads(f"{path}?text={'x' * 9_000}").status_code == 414, path


@pytest.mark.parametrize(("given", "told"), [
    ("since=2026-13-45", "Changed from “ 2026-13-45 ”"),
    ("opened=01.11.2026", "Opened from “ 01.11.2026 ”"), ("standing=signd", "Review “ signd ”"),
    ("waiting=perhaps", "Waits for a review “ perhaps ”"), ("contry=KE", "contry “ KE ”"),
    ("flag=a&" * 200, "all of it, since it has more than 60 fields")])
def test_what_a_link_asks_for_that_can_not_be_read_is_said_to_be_left_out(talked, given, told):
    """All conversations stood there, as if all of them fitted."""
    for path in ("/", "/declined"):
        page = words(talked.reads(f"{path}?text=police&{given}"))
        assert f"Left out of the filter, since it can’t be read: {told}" in page, path
        assert "More may stand here than was asked for" in page
    fine = "text=police&since=2026-11-01&standing=none&order=newest&after=[1]&flag="
    assert "Left out of the filter" not in words(talked.reads(f"/?{fine}"))


def test_a_filter_takes_no_other_ones_place_unasked(talked):
    client = talked.client()

    def keep(**fields):
        return client.post("/console/filters", data={"name": "chad", **fields})

    def kept():
        return re.findall(r'<li><a href="/console/\?([^"]*)">chad', client.get("/console/").text)

    assert keep(query="text=chad").status_code == 303
    asked = keep(query="text=kenya")
    assert asked.status_code == 409 and kept() == ["text=chad"]
    assert "You keep a filter as “chad” already" in words(asked)
    assert keep(query="text=kenya", instead="yes").status_code == 303
    assert kept() == ["text=kenya"]


def test_who_is_mentioned_stands_in_a_message_by_name(desk):
    """Slack writes a mention as an id, and nobody knew of whom was spoken."""
    desk.people = People(desk.store)
    desk.people.learn("T1", "U0AMINA001", "Amina <b>Yusuf</b>")
    desk.say("c1", "@U0AMINA001 sells drones to the police in Kenya with @U0NOBODY01")
    page = desk.reads("/conversations/c1")
    assert ('@<bdi>Amina &lt;b&gt;Yusuf&lt;/b&gt;</bdi> <span class="id">(U0AMINA001)</span>'
            in page.text)
    assert "with @U0NOBODY01" in words(page)


@pytest.mark.parametrize(("turns", "stretches"), [
    (1, [1]), (25, [25]), (26, [13, 13]), (51, [17, 17, 17]), (105, [21] * 5)])
def test_a_long_conversation_is_read_in_stretches_of_like_length(turns, stretches):
    found = stretches_of(range(1, turns + 1))
    assert [len(one) for one in found.every] == stretches
    assert found.shown[-1] == turns
    assert stretches_of(range(1, turns + 1), "1").shown[0] == 1
    assert stretches_of(range(1, turns + 1), turns=ALL).shown == tuple(range(1, turns + 1))
    for nonsense in ("0", "999", "x", "-1"):
        assert stretches_of(range(1, turns + 1), nonsense) == found


def test_of_a_long_conversation_a_page_has_one_stretch_and_leads_to_the_others(
    talked, monkeypatch
):
    """All 105 turns of one took 5.5 MB and three seconds."""
    monkeypatch.setattr("bot.console.conversations.stretches.MOST_TURNS", 2)
    talked.say("c1", "Give me the advice now.")
    last, first, every = (talked.reads(f"/conversations/c1{query}")
                          for query in ("", "?turn=1", "?turns=all"))

    def turns(page):
        return re.findall(r'<article class="turn" id="turn-(\d+)"', page.text)

    assert (turns(last), turns(first), turns(every)) == (["2", "3"], ["1"], ["1", "2", "3"])
    assert {"/console/conversations/c1?turn=1#turn-1", "#turn-2", "#turn-3"} <= set(links(last))
    assert "On this page: turns 2 to 3 of 3." in words(last)
    assert "All 3 turns are on this page." in words(every)
    # What was raised before the stretch is not new in it.
    assert "new in this turn" not in words(last)
    assert "the same as in the turn before" in words(last)


def test_what_no_text_answers_is_read_in_the_words_in_which_it_was_asked(desk, guidance):
    """It stood by its group alone: each conversation had to be opened for what was asked."""
    desk.say("c1", DEAL)
    desk.say("c1", "Is zymurgy in it?")
    desk.say("c2", "What does the guidance say about audits?", user="U2")
    (gap,) = {f"near:{found['nearest'] or ''}" for row in desk.rows("turn")
              for found in row.body["found"] if found["abstained"]}
    assert "/console/declined?" in " ".join(links(desk.reads("/overview")))
    assert f"/console/declined?gap={quote(gap, safe='')}" in links(
        desk.reads(f"/?gap={quote(gap, safe='')}"))
    for query in ("", f"?gap={quote(gap, safe='')}"):
        page = desk.reads(f"/declined{query}")
        assert "Is zymurgy in it?" in words(page)
        assert "audits" not in words(page)
        assert "Cell-site simulator · Police · Kenya" in words(page)
        assert "/console/conversations/c1?turn=2#turn-2" in links(page)
    read = [(row.conversation, row.actor) for row in desk.rows("viewed")]
    assert read == [("c1", "U-rev")] * 2
    assert "There are none" in words(desk.reads("/declined?gap=prices"))
    assert "zymurgy" not in desk.reads("/declined", AWAY).text

    desk.erasing.conversation("T1", ConversationId("c1"), by="U-rev", reason="asked for")
    gone = desk.reads("/declined")
    assert "zymurgy" not in gone.text and "The words were erased." in words(gone)
