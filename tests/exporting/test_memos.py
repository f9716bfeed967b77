"""The memo of one conversation: what it holds, in each of its forms, and that words stay words."""

import io
import json
import re
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.advisor import Advisor, Said
from bot.brief.document import Brief, Ground, Part, Point, Row, Section
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.erasure.erasing import Erasing
from bot.exporting.asked import Asked, Form
from bot.exporting.checking import Unproved, check
from bot.exporting.manifest import MANIFEST_SUFFIX
from bot.exporting.memo import load_clauses
from bot.exporting.redacting import Redaction
from bot.exporting.word import to_docx
from bot.log_order import LOCAL
from bot.people import People
from bot.record.log import Happening
from bot.reviews.reading import advised_now
from bot.store import Store
from retrieval.guidance import Fact, QuestionKind, ReleaseId
from retrieval.releases import content_of
from tests.conftest import PROJECT
from tests.dialogue.talking import LIMIT, WHEN, WordSearch
from tests.exporting.sealed import ALL, ASKED
from tests.store.small import RELEASE, START, begin, step

HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))",
    "# head\n- item\n| a | b |", "</w:t></w:r><w:r>", "{{7*7}} ${x} %(y)s", "\x07\x1b[31m\u202e",
    "=HYPERLINK(\"https://evil.example\")",
]


def text_of(data: bytes, form: Form) -> str:
    if form is Form.PDF:
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    if form is Form.DOCX:
        made = Document(io.BytesIO(data))
        cells = [c.text for t in made.tables for row in t.rows for c in row.cells]
        return "\n".join([*(p.text for p in made.paragraphs), *cells])
    return data.decode()


@pytest.fixture
def told(say, store):
    say("A reseller wants 40 IMSI catchers for the police in Egypt; used at protests")
    say("no, they never ask a judge")
    store.note(
        LOCAL, Happening("comment", "n1", START, "U7", "c1", {"turn": 2}, {"text": "See C."}))


@pytest.mark.parametrize("form", [Form.PDF, Form.DOCX, Form.MD])
def test_the_memo_holds_what_a_reviewer_needs(told, exporting, checkpoints, form):
    made = exporting.one(LOCAL, ConversationId("c1"), form, ASKED)

    flat = re.sub(r"[\s\\\u2060]+", " ", text_of(made.data, form))
    for part in ("What was understood", "police”", "Red flags raised", "The eight considerations",
                 "Safeguards before the sale", "Contract language to start from", "The Supplier",
                 "What is open", "Timeline", "turn 2", "See C.", "Checkpoint of the log",
                 "Review and sign-off", "Signature", "Sources and cited passages",
                 "our digest"):
        assert part.lower() in flat.lower(), part
    assert "advisor-log/local" in flat.replace(" ", "")


@pytest.mark.long
@pytest.mark.parametrize("form", [Form.PDF, Form.DOCX, Form.MD])
def test_a_memo_with_its_manifest_is_checked_without_a_database(told, exporting, tmp_path, form):
    made = exporting.one(LOCAL, ConversationId("c1"), form, ASKED)
    file = tmp_path / f"deal.{form.value}"
    file.write_bytes(made.data)
    beside = file.with_name(file.name + MANIFEST_SUFFIX)
    beside.write_bytes(made.manifest)

    lines = []
    check(file, None, lines.append)
    assert any("3 rows are in the checkpoint" in line for line in lines)

    file.write_bytes(made.data + b" ")
    with pytest.raises(Unproved, match="its bytes"):
        check(file, None, lines.append)
    file.write_bytes(made.data)
    beside.write_bytes(made.manifest.replace(ASKED.reason.encode(), b"for fun"))
    with pytest.raises(Unproved, match="signature"):
        check(file, None, lines.append)


@pytest.mark.parametrize("form", [Form.DOCX, Form.MD])
def test_a_memo_without_its_manifest_is_said_to_prove_nothing_by_itself(
    told, exporting, tmp_path, form
):
    """A memo for Word is a ZIP, and was told as a sealed case that can't be read."""
    file = tmp_path / f"deal.{form.value}"
    file.write_bytes(exporting.one(LOCAL, ConversationId("c1"), form, ASKED).data)
    with pytest.raises(Unproved) as why:
        check(file, None, print)
    assert str(why.value) == (
        f"There is no {file.name}{MANIFEST_SUFFIX} beside {file.name}, and by itself it proves "
        "nothing. Put the manifest that came with it there, and check again.")


def test_where_nothing_was_told_of_a_deal_the_memo_says_so(say, exporting):
    say("hello")
    text = exporting.one(LOCAL, ConversationId("c1"), Form.MD, ASKED).data.decode()
    assert "Nothing was told of a deal" in text
    assert "Timeline" in text


def test_where_no_deal_was_told_the_memo_leads_with_what_needs_a_person(say, exporting):
    """It said "Nothing was told of a deal" of somebody who had asked for a way round the rules."""
    say("hello")
    say("can we ship it through Dubai so nobody asks?")
    text = exporting.one(LOCAL, ConversationId("c1"), Form.MD, ASKED).data.decode()
    assert "Nothing was told of a deal" not in text
    assert "No deal was told in this conversation, and what was told beside" in text
    head, _, timeline = text.partition("Timeline")
    _, _, beside = head.partition("Told, and beside the guidance")
    assert "Getting round the rules was spoken of" in beside
    assert "turn 2" in beside
    assert "Dubai" in timeline
    assert "No source is cited" not in text
    # Nor did its head say which guidance it speaks of, and which row of the log.
    assert all(label in head for label in ("Guidance release", "Log of the last turn"))


def test_the_checkpoint_of_a_memo_in_markdown_is_to_the_letter(say, exporting):
    """A signed note that was copied from it had characters that nobody sees, and didn't verify."""
    say("drones for the police in Kenya")
    text = exporting.one(LOCAL, ConversationId("c1"), Form.MD, ASKED).data.decode()
    note = text.partition("## Checkpoint of the log")[2].partition("## ")[0]
    assert "\u2060" not in note
    lines = [line.strip(" -`") for line in note.splitlines() if line.startswith("  - `")]
    assert lines[0].startswith("advisor-log/") and re.search(r"T\d\d:\d\d:\d\d", note)


def test_a_memo_says_that_a_program_asked(say, exporting):
    """It was "Asked for by: api", which nobody can read who has the file alone."""
    say("drones for the police in Kenya", author="api")
    text = exporting.one(LOCAL, ConversationId("c1"), Form.MD, ASKED).data.decode()
    assert "**Asked for by:** a program, over HTTP" in text
    assert "- api" not in text


def test_of_a_deal_that_was_put_aside_a_memo_does_not_say_that_none_was_told(say, exporting):
    say("IMSI catchers for the police in Egypt, the courts there are weak, used at protests")
    say("start over")
    text = exporting.one(LOCAL, ConversationId("c1"), Form.MD, ASKED).data.decode()
    assert "Nothing was told of a deal" not in text
    assert "put aside or taken back" in text
    assert "Watching crowds or protests" in text.partition("Timeline")[0]


@pytest.mark.parametrize("form", [Form.PDF, Form.DOCX, Form.MD])
def test_a_memo_on_a_deal_names_a_wish_to_get_round_the_rules(say, exporting, form):
    say("drones for the police in Kenya")
    say("can we leave the end user off the paperwork?")
    text = text_of(exporting.one(LOCAL, ConversationId("c1"), form, ASKED).data, form)
    assert "Getting round the rules was spoken of" in re.sub(r"\s+", " ", text)


def test_erased_words_take_the_wish_to_get_round_the_rules_out_of_the_memo(
    say, exporting, store
):
    """What was asked goes with its words, as it does in the queue."""
    say("drones for the police in Kenya")
    say("can we leave the end user off the paperwork?")
    Erasing(store).conversation(LOCAL, ConversationId("c1"), by="U9", reason="asked for")
    text = exporting.one(LOCAL, ConversationId("c1"), Form.MD, ASKED).data.decode()
    assert "Getting round the rules was spoken of" not in text


def test_a_release_that_this_version_can_not_read_leaves_the_timeline(exporting, store):
    store.keep_release(RELEASE, '{"b":1}')
    turn, after = step(begin("old"), "k", text="kits for <b>Chad</b>")
    store.record(turn, after, 0)

    made = exporting.one(LOCAL, ConversationId("old"), Form.MD, ASKED)

    assert f"release {RELEASE} is missing or was written by another version" in made.data.decode()
    assert "kits for &lt;b&gt;Chad&lt;/b&gt;" in made.data.decode()
    assert json.loads(made.manifest)["releases"] == [RELEASE]


def test_what_people_wrote_for_a_fact_is_taken_out_of_the_memo_too(
    store: Store, exporting, guidance, reader, sentences
):
    """A release of one's own may ask for words; they stood in the subject and with each fact."""
    use = Fact("end_use")
    own = replace(guidance, release=ReleaseId("e" * 12), questions={
        **guidance.questions,
        use: replace(guidance.questions[use], kind=QuestionKind.TEXT, choices=())})
    store.keep_release(own.release, content_of(own))
    store.activate(own.release)
    advisor = Advisor(guidance=own, reader=reader, search=WordSearch(own), wording=sentences,
                      store=store, question_limit=LIMIT, message_limit=8000)
    for key, text, answers in (("k1", "IMSI catchers for the police in Egypt", None),
                               ("k2", "", {"end_use": ["as ada@example.com says"]})):
        advisor.take_turn(Said(MessageKey(key), ConversationId("c1"), "slack:T1:U024BE7LH", WHEN,
                               text, answers=answers, workspace=LOCAL))

    whole, clean = (exporting.one(LOCAL, ConversationId("c1"), Form.MD, asked).data.decode()
                    .replace("\u2060", "").replace("\\", "") for asked in (ASKED, ALL))

    assert whole.count("ada@example.com") >= 2
    assert "ada@example.com" not in clean
    assert "End use: as [redacted: e-mail address] says" in clean


def test_a_release_of_digits_alone_is_no_phone_number(
    store: Store, exporting, guidance, reader, sentences
):
    """Whoever had numbers taken out of a memo could no longer tell which release it rests on."""
    own = replace(guidance, release=ReleaseId("202611251430"))
    store.keep_release(own.release, content_of(own))
    store.activate(own.release)
    advisor = Advisor(guidance=own, reader=reader, search=WordSearch(own), wording=sentences,
                      store=store, question_limit=LIMIT, message_limit=8000)
    advisor.take_turn(Said(MessageKey("k1"), ConversationId("c1"), "slack:T1:U024BE7LH", WHEN,
                           "drones for the police in Chad, call 202611251431", workspace=LOCAL))

    head = head_of(exporting, Asked("U", "asked", frozenset({Redaction.PHONE})))

    assert "**Guidance release:** 202611251430" in head
    made = exporting.one(LOCAL, ConversationId("c1"), Form.MD, ALL).data.decode()
    assert "202611251431" not in made


def test_an_older_release_is_exported_as_it_was(told, exporting, store: Store, guidance):
    newer = replace(guidance, release="f" * 12, safeguards={})
    store.keep_release("f" * 12, content_of(newer))
    store.activate("f" * 12)

    made = exporting.one(LOCAL, ConversationId("c1"), Form.MD, ASKED)

    assert json.loads(made.manifest)["releases"] == [guidance.release]
    assert "Contract language" in made.data.decode()


@pytest.mark.long
@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words_in_each_form(say, exporting, words):
    say(f"drones for the police of Chad {words}")
    md = exporting.one(LOCAL, ConversationId("c1"), Form.MD, ASKED).data.decode()
    assert "<script" not in md
    assert "<img" not in md
    assert not re.search(r"(?<!\\)\]\(javascript", md)
    assert not re.search(r"^# head|^\| a", md, re.MULTILINE)
    docx = exporting.one(LOCAL, ConversationId("c1"), Form.DOCX, ASKED).data
    with zipfile.ZipFile(io.BytesIO(docx)) as box:
        links = box.read("word/_rels/document.xml.rels").decode()
    assert "evil.example" not in links
    assert "javascript" not in links
    pdf = exporting.one(LOCAL, ConversationId("c1"), Form.PDF, ASKED).data
    notes = [a.get_object() for p in PdfReader(io.BytesIO(pdf)).pages for a in p.get("/Annots", [])]
    assert not any("evil" in str(n) or "javascript" in str(n).lower() for n in notes)


def small(words: str) -> Brief:
    point = Point(words, text=words, grounds=(Ground(words, words, "turn 1"),))
    return Brief("Deal memo", words, START, (Row("Asked for by", words, words),), words, (), words,
                 (words,), (Section(Part.RAISED, words, (point,), words),
                            Section(Part.SIGN_OFF, "Sign", (Point("Date"),))),
                 "Sources", words, (), words)


@pytest.mark.long
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_no_words_break_the_word_file(words):
    data = to_docx(small(words))
    assert to_docx(small(words)) == data
    shown = text_of(data, Form.DOCX)
    assert "Date" in shown
    kept = "".join(c for c in words if c.isalnum() and ord(c) < 0x2000)
    assert set(kept) <= set(shown)


def test_a_word_file_carries_its_own_date_and_no_clock():
    with zipfile.ZipFile(io.BytesIO(to_docx(small("x")))) as box:
        assert {info.date_time[0] for info in box.infolist()} == {1980}
        core = box.read("docProps/core.xml").decode()
    assert "2026-03-01T09:00:00Z" in core
    assert "python-docx" not in core


def test_each_draft_of_a_contract_term_belongs_to_a_safeguard(guidance):
    clauses = load_clauses(PROJECT / "prompts")
    assert set(clauses) <= {str(one) for one in guidance.safeguards}
    assert all(text.endswith(".") for text in clauses.values())


def test_a_timeline_has_turns_and_what_happened_beside_them_in_order(told, exporting, say):
    text = exporting.one(LOCAL, ConversationId("c1"), Form.MD, ASKED).data.decode()
    heads = re.findall(r"\*\*Row (\d+)", text)
    assert sorted(heads) == ["1", "2", "3"]


ADVISED = {"release": "r", "facts": {"country": ["EG"]}, "flags": {}, "safeguards": [],
           "provisions": {}}


def head_of(exporting, asked=ASKED):
    """What the memo says before its first section."""
    made = exporting.one(LOCAL, ConversationId("c1"), Form.MD, asked)
    return re.sub(r"[\s\\\u2060]+", " ", text_of(made.data, Form.MD).split("\n## ")[0])


def test_the_head_says_how_the_review_stands(told, store, exporting):
    """The first page said nothing of it; it stood in the timeline alone."""
    assert "Review" not in head_of(exporting)
    store.note(LOCAL, Happening(
        "signed_off", "s1", START, "U8", "c1",
        {"number": 1, "by": "U8", "advised": ADVISED, "second": False, "needs_second": False,
         "outcome": "with_conditions", "over": []}, {"text": "An audit each year."}))
    head = head_of(exporting)
    day = f"{START.day} {START:%B %Y}"
    assert ("Signed off. This is no statement that the deal is lawful or may go ahead. Agreed "
            f"with conditions: U8, {day}. Conditions: “An audit each year.”") in head

    # Two people may go by one name.
    People(store).learn(LOCAL, "U8", "Ada Byron")
    assert f"Agreed with conditions: Ada Byron (U8), {day}." in head_of(exporting)

    store.note(LOCAL, Happening(
        "lapsed", "l1", START, None, "c1",
        {"sign_off": 1, "release": "r", "changes": [
            {"kind": "fact_changed", "id": "country", "before": "EG", "now": "BY"},
            {"kind": "fact_told", "id": "judicial_oversight", "before": None, "now": "weak"}]}))
    head = head_of(exporting)
    assert "The sign-off has lapsed. Agreed with conditions: Ada Byron (U8)" in head
    assert "Signed off." not in head
    assert f"Lapsed on {day}: what was told changed (country of use; courts and oversight)." in head


def test_a_memo_says_of_itself_what_is_so_of_a_memo(say, exporting):
    """It called itself a brief, and said to lack the turns that its own timeline holds."""
    say("Surveillance drones for the police of Kenya")
    say("start over. Spyware for the police of Egypt")
    text = exporting.one(LOCAL, "c1", Form.MD, ASKED).data.decode()
    assert "This memo gives no verdict." in text and "brief" not in text.lower().split()
    assert "in the timeline alone" in text and "Surveillance drones for the police" in text


def test_the_empty_lines_to_sign_say_where_the_review_stands(told, store, exporting):
    """They read as if nobody had ever reviewed a deal that was signed off in the console."""
    def block():
        text = exporting.one(LOCAL, "c1", Form.MD, ASKED).data.decode()
        return text.split("## Review and sign-off")[1].split("\n## ")[0]

    assert "decides nothing" in block() and "console" not in block()
    store.note(LOCAL, Happening(
        "signed_off", "s1", START, "U8", "c1",
        {"number": 1, "by": "U8", "advised": ADVISED, "second": False, "needs_second": False,
         "outcome": "agreed", "over": []}, {"text": "Read."}))
    assert "How the review in the console stands is said at the head of this memo" in block()


def test_the_head_says_which_objections_were_weighed_and_what_is_another_since(
    told, store, exporting
):
    """"In spite of an objection", Egypt and Belarus stood far behind, or nowhere."""
    def object_to(number):
        store.note(LOCAL, Happening("review_comment", f"o{number}", START, "U9", "c1",
                                    {"objects": True}, {"text": "Not vetted."}))

    object_to(1)
    assert "An objection of a reviewer stands, and is not decided upon." in head_of(exporting)
    store.note(LOCAL, Happening(
        "signed_off", "s1", START, "U8", "c1",
        {"number": 1, "by": "U8", "advised": ADVISED, "second": False, "needs_second": False,
         "outcome": "agreed", "over": ["comment:1"]}, {"text": "Weighed."}))
    head = head_of(exporting)
    assert "It was signed in spite of an objection, which was weighed." in head
    assert "not decided upon" not in head

    store.note(LOCAL, Happening(
        "lapsed", "l1", START, None, "c1",
        {"sign_off": 1, "release": "r", "changes": [
            {"kind": "flag_raised", "id": "monitoring-of-assemblies", "before": None,
             "now": "raised"},
            {"kind": "flag_changed", "id": "sg-c2-rf4", "before": "raised", "now": "open"},
            {"kind": "flag_gone", "id": "sg-c2-rf3", "before": "open", "now": None},
            {"kind": "fact_changed", "id": "country", "before": "EG", "now": "BY"},
            {"kind": "fact_gone", "id": "conflict", "before": "", "now": None},
            {"kind": "fact_told", "id": "end_use", "before": None,
             "now": "crowd-monitoring, traffic"}]}))
    object_to(2)
    head = head_of(exporting)
    assert ("Told of country of use when it was signed: Egypt; since then: Belarus. "
            "Told of conflict or turmoil when it was signed: not known; since then: taken back. "
            "Told of end use when it was signed: nothing; since then: Watching crowds, protests "
            "or events, Traffic or transport. "
            "Red flags raised since it was signed: Watching crowds or protests. "
            "Red flags that were signed and are no longer raised: Courts and oversight of "
            "surveillance are weak or not independent. "
            "2 objections of reviewers stand, and are not decided upon.") in head
    store.note(LOCAL, Happening("review_comment", "o3", START, "U9", "c1", {"withdraws": 1},
                                {"text": ""}))
    assert "An objection of a reviewer stands, and is not decided upon." in head_of(exporting)


def test_the_head_says_that_whoever_signs_second_has_yet_to_weigh_an_objection(
    told, store, exporting
):
    """After the first of two signatures nothing was left to decide upon."""
    def note(kind, key, who, body, text):
        store.note(LOCAL, Happening(kind, key, START, who, "c1", body, {"text": text}))

    def sign(number, who):
        note("signed_off", f"s{number}", who,
             {"number": number, "by": who, "advised": ADVISED, "second": number == 2,
              "needs_second": number == 1, "outcome": "agreed", "over": ["comment:1"]}, "Weighed.")

    note("review_comment", "o1", "U9", {"objects": True}, "Not vetted.")
    sign(1, "U8")
    note("review_comment", "o2", "U9", {"objects": True}, "Nor is the reseller.")
    assert ("An objection of a reviewer stands, and is not decided upon. Whoever signs second has "
            "yet to decide upon the objection that the first one weighed.") in head_of(exporting)
    note("review_comment", "o3", "U9", {"withdraws": 2}, "")
    sign(2, "U7")
    head = head_of(exporting)
    assert "decide" not in head
    assert head.count("It was signed in spite of an objection, which was weighed.") == 2


def test_the_head_says_that_whoever_asked_was_erased(told, store, exporting):
    """"Asked for by: -", which read as if nobody had."""
    assert "no longer kept" not in head_of(exporting)
    Erasing(store).conversation(LOCAL, ConversationId("c1"), by="U9", reason="asked for")
    assert "Asked for by:** somebody whose name is no longer kept" in head_of(exporting)


def test_the_head_says_that_the_conditions_of_a_sign_off_were_erased(told, store, exporting):
    """"Conditions: Words erased Lapsed on …", as if a reviewer had written that."""
    store.note(LOCAL, Happening(
        "signed_off", "s1", START, "slack:T1:U8", "c1",
        {"number": 1, "by": "U8", "advised": ADVISED, "second": False, "needs_second": False,
         "outcome": "with_conditions", "over": []}, {"text": "An audit each year."}))
    Erasing(store).person(LOCAL, "slack:T1:U8", by="U9", reason="asked for")
    head = head_of(exporting)
    assert "The words of the conditions were erased." in head
    assert "Conditions:" not in head


def test_the_head_says_what_was_done_since_the_sign_off(told, say, store, exporting, guidance):
    """Years later, a memo has to say why a sign-off stands of an advice that reads otherwise."""
    with store.reading() as connection:
        now = advised_now(connection, ConversationId("c1"), guidance)
    assert "export-counsel" in now.safeguards
    store.note(LOCAL, Happening(
        "signed_off", "s1", START, "U8", "c1",
        {"number": 1, "by": "U8", "advised": now.as_json(), "second": False,
         "needs_second": False, "outcome": "agreed", "over": []}, {"text": "Read."}))
    title = guidance.safeguards["export-counsel"].title
    done = f"Done since that sign-off, by what was told: {title}."
    assert "Done since" not in head_of(exporting)

    say("the export review is done")

    assert f"Agreed as advised: U8, {START.day} {START:%B %Y}. {done}" in head_of(exporting)
    say("correction: the export review is not done, it has not started")
    assert "Done since" not in head_of(exporting)
    assert "Signed off." in head_of(exporting)


def test_the_head_says_of_which_release_what_was_signed_is(told, store, exporting, guidance):
    """A reviewer signs what the release in force advises; the memo holds what the last turn's did.

    So a memo showed advice as agreed to that nobody had looked at.
    """
    def note(number, release):
        store.note(LOCAL, Happening(
            "signed_off", f"s{number}", START, "U8", "c1",
            {"number": number, "by": "U8", "advised": {**ADVISED, "release": release},
             "second": False, "needs_second": False, "outcome": "agreed", "over": []},
            {"text": "Read."}))

    note(1, guidance.release)
    assert "What was signed" not in head_of(exporting)
    note(2, "bbb222bbb222")
    assert ("What was signed is the advice drawn from guidance release bbb222bbb222; the advice in "
            f"this memo is drawn from {guidance.release}.") in head_of(exporting)


def test_what_is_taken_out_of_words_is_taken_out_of_names_too(told, store, exporting):
    for user in ("U7", "U024BE7LH"):
        People(store).learn(LOCAL, user, "ada@example.com")
    text = exporting.one(LOCAL, ConversationId("c1"), Form.MD, Asked(
        "U-lead", "asked", frozenset({Redaction.EMAIL}))).data.decode()
    text = re.sub(r"[\\\u2060]", "", text)

    assert "ada@example.com" not in text
    assert "- **Asked for by:** [redacted: e-mail address] (U024BE7LH)" in text
    assert "[redacted: e-mail address] (U7) commented on turn 2." in text
