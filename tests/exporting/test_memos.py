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
from bot.store import Store
from retrieval.guidance import Fact, QuestionKind, ReleaseId
from retrieval.releases import content_of
from tests.conftest import PROJECT
from tests.dialogue.talking import LIMIT, WHEN, WordSearch
from tests.exporting.sealed import ALL, ASKED
from tests.store.small import RELEASE, START, begin, step

pytestmark = pytest.mark.long

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


def test_an_older_release_is_exported_as_it_was(told, exporting, store: Store, guidance):
    newer = replace(guidance, release="f" * 12, safeguards={})
    store.keep_release("f" * 12, content_of(newer))
    store.activate("f" * 12)

    made = exporting.one(LOCAL, ConversationId("c1"), Form.MD, ASKED)

    assert json.loads(made.manifest)["releases"] == [guidance.release]
    assert "Contract language" in made.data.decode()


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


def test_a_memo_says_of_itself_what_is_so_of_a_memo(say, exporting):
    """It called itself a brief, and said to lack the turns that its own timeline holds."""
    say("Surveillance drones for the police of Kenya")
    say("start over. Spyware for the police of Egypt")
    text = exporting.one(LOCAL, "c1", Form.MD, ASKED).data.decode()
    assert "This memo gives no verdict." in text and "brief" not in text.lower().split()
    assert "in the timeline alone" in text and "Surveillance drones for the police" in text


def test_what_is_taken_out_of_words_is_taken_out_of_names_too(told, store, exporting):
    for user in ("U7", "U024BE7LH"):
        People(store).learn(LOCAL, user, "ada@example.com")
    text = exporting.one(LOCAL, ConversationId("c1"), Form.MD, Asked(
        "U-lead", "asked", frozenset({Redaction.EMAIL}))).data.decode()
    text = re.sub(r"[\\\u2060]", "", text)

    assert "ada@example.com" not in text
    assert "- **Asked for by:** [redacted: e-mail address] (U024BE7LH)" in text
    assert "[redacted: e-mail address] (U7) commented on turn 2." in text


def test_a_memo_says_whom_a_message_mentions(say, store, exporting):
    """Somebody mentioned in Slack stood in the timeline by their id alone."""
    People(store).learn(LOCAL, "U0AMINA001", "Amina Yusuf")
    say("@U0AMINA001 and @U0NOBODY01 sell drones to the police in Kenya")

    made = exporting.one(LOCAL, ConversationId("c1"), Form.MD, ASKED).data.decode()
    whole = re.sub(r"[\\\u2060]", "", made)
    assert "@U0AMINA001 and @U0NOBODY01 sell drones" in whole  # to the letter
    assert "Whom the message mentions: Amina Yusuf (U0AMINA001)" in whole
    without = replace(ASKED, redact=frozenset({Redaction.SLACK}))
    cleaned = exporting.one(LOCAL, ConversationId("c1"), Form.MD, without).data.decode()
    assert "Amina" not in cleaned
