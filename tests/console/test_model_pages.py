"""The pages on the language model: what they say, to whom, and what they never let through."""

import json
import re
from html import unescape

import pytest

from bot.chat.calls import Ended, Use
from bot.console import model_refusals, model_wording
from bot.console.viewer import Role
from bot.dialogue.fencing.refusal import Reason
from tests.console.modelled import DIGEST, MODEL, Choices, call, language_model, used, with_model
from tests.console.talking import DEAL
from tests.console.test_hostile import TEXTS, _Tags
from tests.console.whole import whole

__all__ = ["whole"]
EVIL = TEXTS["markup"] + TEXTS["attribute"] + TEXTS["template"] + TEXTS["right to left"]
DRAFT = json.dumps({"sentences": [
    {"text": "Audit rights belong into the contract.", "points": ["S1"]},
    {"text": "The deal is lawful.", "points": ["F1"]}]})


def words(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def safe(page):
    for tag, attributes in _Tags(page.text).tags:
        assert tag not in {"img", "iframe", "object", "base", "style", "embed"}, tag
        assert tag != "script" or attributes["src"].startswith("/console/static/")
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
    assert "\u202e" not in page.text


@pytest.fixture
def choices(desk):
    return Choices(desk.store)


@pytest.fixture
def modelled(whole, choices):
    return with_model(whole, choices)


# --- what is set ------------------------------------------------------------------------------


def test_with_none_set_it_says_that_nothing_leaves_and_how_to_set_one(whole, choices):
    with_model(whole, choices, language_model(""))
    page = words(whole.as_().see("/model"))
    assert "No language model is set: nothing leaves this machine." in page
    assert "ADVISOR_CHAT_MODEL=vendor:model" in page
    assert "What is set" not in page
    assert "Nothing, since none is set. With one set, this and nothing else." in page
    assert "Nothing was sent in these 30 days." in page


def test_it_says_what_is_set_and_where_it_is_reached(modelled):
    page = words(modelled.as_().see("/model"))
    for said in (MODEL, "models.example.com", "reading, search, wording", "Masking on:",
                 "Longest call 20 s", "0.15/0.60"):
        assert said in page, said
    assert "nothing leaves this machine" not in page


def test_what_is_switched_off_is_said_to_send_nothing(whole, choices):
    with_model(whole, choices, language_model(uses=frozenset({Use.SEARCH}), masks=False))
    page = words(whole.as_().see("/model"))
    assert page.count("switched off: nothing is sent") == 2
    assert "Used for search Masking off: names go out as they were typed" in page
    assert "no: masking is off" in page


def test_every_field_of_every_prompt_stands_in_its_table(modelled):
    page = modelled.as_().see("/model")
    fields = language_model().fields
    for use in Use:
        table = re.search(
            rf"<caption>{model_wording.use(use)}: each field.*?</table>", page.text, re.S)[0]
        assert re.findall(r'<th scope="row"><code>(\w+)</code>', table) == [
            field.name for field in fields.uses[use]]
        for field in fields.uses[use]:
            told = " ".join(unescape(re.sub(r"<[^>]+>", " ", table)).split())
            assert field.holds.strip() in told and field.why.strip() in told
            assert f"<{field.name}>…</{field.name}>" in unescape(table)
    for one in fields.never:
        assert one in words(page)


def test_an_example_is_shown_as_it_is_sent_only_where_it_is_masked(whole, choices):
    with_model(whole, choices, masked=lambda text: text.replace("Acme Ltd", "PARTY-1"))
    page = words(whole.as_().see("/model"))
    assert "is sent as: Ms Wanjiru of PARTY-1 wants our" in page
    assert page.count("is sent as:") == 3
    with_model(whole, choices, language_model(masks=False), masked=lambda text: text)
    assert "is sent as:" not in words(whole.as_().see("/model"))


@pytest.mark.parametrize(("failures", "resting", "said"), [
    (0, False, "At the moment asked"),
    (2, False, "asked; it failed 2 times in a row and rests after 5"),
    (5, True, "resting : it failed 5 times in a row")])
def test_it_says_whether_the_model_rests(whole, choices, failures, resting, said):
    from bot.console.model_pages import Rest
    with_model(whole, choices, rest=lambda: Rest(resting, failures, 5))
    assert said in words(whole.as_().see("/model"))


# --- who may see and change ---------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/model", "/model/refused", "/model/prompts/x"])
def test_it_is_for_reviewers_and_admins(modelled, path):
    assert modelled.as_("U1").see(path).status_code == 403
    assert modelled.as_("U-rev").see(path).status_code == (404 if path.endswith("x") else 200)
    assert modelled.as_("U-adm").see(path).status_code == (404 if path.endswith("x") else 200)
    assert modelled.browser().see(path).status_code == 303


def test_only_an_admin_chooses_and_is_on_record_with_the_reason(modelled, choices):
    for user in ("U1", "U-rev"):
        assert modelled.as_(user).press(
            "/model/choice", allowed="no", reason="I say so").status_code == 403
    assert choices.of("T1") is None
    assert "<textarea" not in modelled.as_("U-rev").see("/model").text
    admin = modelled.as_("U-adm")
    assert "Nobody has chosen" in words(admin.see("/model"))
    answer = admin.press("/model/choice", allowed="no", reason=f" Counsel asked. {EVIL}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/model#choice")
    assert (choices.of("T1").allowed, choices.of("T1").by) == (False, "U-adm")
    page = admin.see("/model")
    safe(page)
    assert "Nothing of this workspace goes to a language model" in words(page)
    assert "Counsel asked." in words(page) and "U-adm" in words(page)
    assert admin.press("/model/choice", allowed="yes", reason="All is well").status_code == 303
    assert choices.of("T1").allowed
    assert choices.of("T2") is None


@pytest.mark.parametrize(("sent", "said"), [
    ({"allowed": "no", "reason": "  "}, "Say why: the reason stands in the log."),
    ({"allowed": "perhaps", "reason": "x"}, "Say whether it may be used."),
    ({"reason": "x"}, "Say whether it may be used."),
    ({"allowed": "no", "reason": "x" * 1001},
     "The reason has 1,001 characters; at most 1,000 are kept. Shorten it.")])
def test_what_is_refused_says_why_and_keeps_what_was_typed(modelled, choices, sent, said):
    page = modelled.as_("U-adm").press("/model/choice", **sent)
    assert page.status_code == 400
    assert said in words(page)
    assert sent["reason"].strip()[:1000] in page.text
    assert 'aria-invalid="true"' in page.text and 'id="why-wrong"' in page.text
    assert choices.of("T1") is None


def test_a_choice_without_the_token_or_from_elsewhere_changes_nothing(modelled, choices):
    admin = modelled.as_("U-adm")
    assert admin.press("/model/choice", allowed="no", reason="x", token="y").status_code == 403
    assert admin.post("/console/model/choice", headers={"Origin": "https://evil.example"}, data={
        "token": admin.token, "allowed": "no", "reason": "x"}).status_code == 403
    assert choices.of("T1") is None


# --- usage --------------------------------------------------------------------------------------


def test_usage_is_added_up_by_day_by_use_and_by_end(modelled):
    desk = modelled.desk
    used(desk, "2026-03-01", calls=2)
    used(desk, "2026-03-01", outcome="verdict")
    used(desk, "2026-02-10", use="reading", outcome="answered", calls=3)
    used(desk, "2026-02-10", use="reading", outcome="resting", calls=4, tokens_in=0, tokens_out=0,
         micros=0, took_ms=0)
    used(desk, "2026-01-30", calls=1000)
    used(desk, "2026-03-01", calls=77, workspace="T2")
    page = modelled.as_().see("/model")
    said = words(page)
    assert "Reading 3 3,000 300 0.0006 900 ms" in said
    assert "Wording 3 3,000 300 0.0006 900 ms" in said
    assert "All 6 6,000 600 0.0013 900 ms" in said
    assert "Passed the fence 0 2" in said
    assert "Refused: it says whether the deal is lawful, approved or safe 0 1" in said
    assert "Not asked: it had failed too often 4 0" in said
    assert "1 March 2026, wording 3" in said and "10 February 2026, reading 3" in said
    assert "1 draft of the model was refused in these 30 days." in said
    assert "1,000" not in said and "77" not in said
    assert said.index("Passed the fence") < said.index("Refused: it says whether")
    assert page.text.count('<rect class="bar"') == 2


def test_costs_are_not_made_up_where_no_price_is_set(whole, choices):
    with_model(whole, choices, language_model(prices=""))
    used(whole.desk, "2026-03-01", micros=0)
    assert "Wording 1 1,000 100 not counted 900 ms" in words(whole.as_().see("/model"))


def test_an_outcome_that_nobody_knows_is_shown_as_it_is(modelled):
    used(modelled.desk, "2026-03-01", use=EVIL, outcome=EVIL)
    page = modelled.as_().see("/model")
    assert page.status_code == 200
    assert "<script>alert" not in page.text and "<img" not in page.text


def test_every_end_and_every_use_has_words():
    assert set(model_wording.ENDED) == set(Ended)
    assert set(model_wording.REFUSED) == set(Reason)
    assert set(model_wording.USES) == set(model_wording.WHAT_FOR) == set(Use)


# --- prompts ------------------------------------------------------------------------------------


def test_a_prompt_is_shown_as_it_is_and_as_it_was(modelled):
    before = "a" * 64
    modelled.desk.store.keep_wording(before, f"# Before\n{EVIL}")
    browser = modelled.as_()
    now = browser.see(f"/model/prompts/{DIGEST[Use.READING]}")
    assert "Reading: in force." in words(now) and "# reading Be exact." in words(now)
    page = browser.see(f"/model/prompts/{before}")
    assert "Not in force any more." in words(page) and "⟨U+202E⟩" in page.text
    safe(page)
    assert browser.see(f"/model/prompts/{'b' * 64}").status_code == 404
    assert browser.see("/model/prompts/%2e%2e%2fx").status_code == 404


# --- refused drafts -----------------------------------------------------------------------------


def test_refused_drafts_come_with_reason_sentence_and_conversation(modelled):
    desk = modelled.desk
    desk.say("c1", DEAL)
    call(desk)
    call(desk, outcome="verdict", sentence=1, detail="lawful", received=DRAFT)
    call(desk, outcome="left_out", received=DRAFT, detail="F2")
    call(desk, use="reading", outcome="malformed", received="nonsense")
    call(desk, outcome="verdict", sentence=1, received=DRAFT, workspace="T2", conversation="x")
    page = modelled.as_().see("/model/refused")
    said = words(page)
    assert said.count("turn 1 of its conversation") == 2
    assert "It says whether the deal is lawful, approved or safe lawful The deal is lawful." in said
    assert "the draft as a whole" in said
    assert said.index("the draft as a whole") < said.index("The deal is lawful.")
    assert "/console/conversations/c1#call-" in page.text
    assert "conversations/x" not in page.text


def test_whoever_reads_a_refused_sentence_is_on_record_once(modelled):
    desk = modelled.desk
    desk.say("c1", DEAL)
    call(desk, outcome="verdict", sentence=1, received=DRAFT)
    call(desk, outcome="verdict", sentence=0, received=DRAFT)
    modelled.as_().see("/model")
    assert desk.rows("viewed") == []
    modelled.as_().see("/model/refused")
    assert [(row.actor, row.conversation) for row in desk.rows("viewed")] == [("U-rev", "c1")]
    assert desk.store.verify_log() is None


def test_many_drafts_come_page_by_page_and_each_once(modelled, monkeypatch):
    monkeypatch.setattr(model_refusals, "A_PAGE", 3)
    monkeypatch.setattr(model_refusals, "MOST_LOOKED_THROUGH", 7)
    desk = modelled.desk
    for n in range(10):
        call(desk, outcome="figure", detail=f"figure {n};")
        call(desk)
    browser, path, seen, asked = modelled.as_(), "/model/refused", [], 0
    while path:
        page = browser.see(path)
        seen += re.findall(r"figure (\d+);", page.text)
        more = re.search(r'href="/console(/model/refused\?before=\d+)"', page.text)
        path, asked = more and more[1], asked + 1
    assert seen == [str(n) for n in range(9, -1, -1)]
    assert asked <= 8


@pytest.mark.parametrize("before", ["", "-1", "0", "x", "9" * 400, "٣", "1e9", "%00", EVIL])
def test_a_place_that_is_none_breaks_no_page(modelled, before):
    call(modelled.desk, outcome="figure")
    page = modelled.as_().get("/console/model/refused", params={"before": before})
    assert page.status_code == 200
    safe(page)


def test_of_an_erased_draft_the_reason_stays_and_the_words_are_gone(modelled):
    from bot.dialogue.conversation import ConversationId
    desk = modelled.desk
    desk.say("c1", DEAL)
    call(desk, outcome="name", detail="Wanjiru", sentence=0, received=DRAFT, user="slack:T1:U1")
    desk.erasing.conversation("T1", ConversationId("c1"), by="U-adm", reason="asked for")
    page = words(modelled.as_().see("/model/refused"))
    assert "It holds a name that the cited text lacks" in page
    assert "The words were erased." in page
    assert "Wanjiru" not in page and "Audit rights" not in page


# --- on the page of a conversation --------------------------------------------------------------


def shown(modelled, user="U-rev"):
    page = modelled.as_(user).see("/conversations/c1")
    assert page.status_code == 200
    return page


def test_a_turn_shows_its_calls_with_what_was_sent_and_what_came_back(modelled):
    modelled.desk.say("c1", DEAL)
    call(modelled.desk, received=DRAFT, sent=[
        {"role": "system", "content": "Be exact."}, {"role": "user", "content": "S1: audits"}])
    call(modelled.desk, use="reading", outcome="answered", prompt=DIGEST[Use.READING], read=[
        {"fact": "end_user", "value": "police", "words": "the police", "became": "dropped",
         "why": "answered"},
        {"fact": "country", "value": "KE", "words": "Kenya", "became": "asked_back", "why": ""}])
    page = shown(modelled)
    said = words(page)
    assert "A language model was asked" in said
    assert f"Wording by {MODEL} : passed the fence." in said
    assert "1,200 tokens sent, 300 received · 812 ms" in said
    assert f'href="/console/model/prompts/{DIGEST[Use.WORDING]}"' in page.text
    assert "Sent as system, message 1 Be exact. Sent as user, message 2 S1: audits" in said
    assert "end_user police “ the police ” dropped: answered" in said
    assert "country KE “ Kenya ” asked back" in said
    assert "The draft of the model" in said and "Audit rights belong into the contract." in said


def test_a_refused_draft_shows_why_and_where_beside_the_plain_answer(modelled):
    modelled.desk.say("c1", DEAL)
    call(modelled.desk, outcome="verdict", sentence=1, detail="lawful", received=DRAFT)
    page = shown(modelled)
    said = words(page)
    assert ("draft refused it says whether the deal is lawful, approved or safe ( lawful ). "
            "The plain answer stood.") in said
    assert "the draft fell on this The deal is lawful." in said
    assert "The plain answer, decided without the model" in said
    turn = modelled.desk.store.turns("c1")[0]
    beside = said[said.index("decided without the model"):]
    for note in (*turn.reply.considerations, *turn.reply.safeguards):
        assert note.title in beside


def test_whoever_asked_is_told_of_the_model_and_shown_no_draft(modelled):
    modelled.desk.say("c1", DEAL)
    call(modelled.desk, outcome="verdict", sentence=1, detail="zebra", received=DRAFT)
    said = words(shown(modelled, "U1"))
    assert f"Wording by {MODEL}" in said
    for hidden in ("The deal is lawful", "zebra", "Be exact", "exactly what was sent",
                   "side by side"):
        assert hidden not in said, hidden


def test_erased_calls_say_so_and_nothing_else(modelled):
    from bot.dialogue.conversation import ConversationId
    modelled.desk.say("c1", DEAL)
    call(modelled.desk, outcome="name", detail="Wanjiru", received=DRAFT, user="slack:T1:U1")
    modelled.desk.erasing.conversation(
        "T1", ConversationId("c1"), by="U-adm", reason="asked for")
    said = words(shown(modelled))
    assert "What was sent and received was erased." in said
    assert "Wanjiru" not in said and "Audit rights" not in said and "Be exact" not in said


@pytest.mark.parametrize("kind", TEXTS)
def test_whatever_a_model_writes_stays_text(modelled, kind):
    text = TEXTS[kind] * 10 if kind == "large" else TEXTS[kind]
    modelled.desk.say("c1", DEAL)
    hostile = json.dumps({"sentences": [{"text": text, "points": [text, 7]}, text, None]})
    for received in (text, hostile, "[" * 200_000, "{}", '{"sentences": 3}'):
        call(modelled.desk, outcome="markup", sentence=0, detail=text, model=text[:40],
             sent=[{"role": text[:20], "content": text}], received=received, prompt=text[:70],
             read=[{"fact": text, "value": text, "words": text, "became": text, "why": text}])
    for page in (shown(modelled), modelled.as_().see("/model/refused")):
        safe(page)
        assert len(page.text) < 3_000_000


def test_of_a_megabyte_the_beginning_is_shown_and_the_rest_is_counted(modelled):
    modelled.desk.say("c1", DEAL)
    call(modelled.desk, received="z" * 1_000_000)
    page = shown(modelled)
    assert "the first 50,000 characters; 950,000 more are in the export of the log" in words(page)
    assert page.text.count("z" * 50_000) == 1 and "z" * 50_001 not in page.text


def test_a_row_of_another_version_or_for_no_turn_breaks_no_page(modelled):
    desk = modelled.desk
    desk.say("c1", DEAL)
    call(desk, turn=99)
    call(desk, turn="one")
    call(desk, sent="x", received=None, tokens_in="many", use=None, outcome=None, model=["x"])
    said = words(shown(modelled))
    assert said.count("Language model asked") == 2
    assert said.count("A language model was asked") == 1


def test_pages_hold_no_script_or_style_of_their_own(modelled):
    used(modelled.desk, "2026-03-01")
    call(modelled.desk, outcome="figure")
    for path in ("/model", "/model/refused", f"/model/prompts/{DIGEST[Use.SEARCH]}"):
        page = modelled.as_("U-adm").see(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?! src=)", page)
        assert "<h1" in page
        for table in re.findall(r"<table.*?</table>", page, re.S):
            assert "<caption" in table and not re.search(r"<th(?! scope)[ >]", table)
    assert Role.REVIEWER.value in words(modelled.as_().see("/model"))
