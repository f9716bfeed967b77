"""The pages on the language model: what they say, to whom, and what they never let through."""

import re
from html import unescape

import pytest

from bot.chat.calling import Standing
from bot.chat.calls import Ended, Use
from bot.chat.prompting import LIMITS
from bot.chat.prompting import load as load_prompts
from bot.console.turns.model_calls import ASKED_BACK, DROPPED, NOTHING, TAKEN
from bot.console.wording import model_wording
from bot.dialogue.fencing.refusal import Reason
from bot.dialogue.second_reading import Why
from bot.language_model.choices import CHAT_ALLOWED, ChatChoices
from tests.conftest import PROJECT
from tests.console.conftest import START
from tests.console.modelled import DIGEST, MODEL, set_, used, with_model
from tests.console.seen import words
from tests.console.test_hostile import TEXTS, _Tags
from tests.console.whole import whole

__all__ = ["whole"]
EVIL = TEXTS["markup"] + TEXTS["attribute"] + TEXTS["template"] + TEXTS["right to left"]


def safe(page):
    for tag, attributes in _Tags(page.text).tags:
        assert tag not in {"img", "iframe", "object", "base", "style", "embed"}, tag
        assert tag != "script" or attributes["src"].startswith("/console/static/")
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
    assert "\u202e" not in page.text


@pytest.fixture
def modelled(whole):
    return with_model(whole)


@pytest.fixture
def choices(desk):
    return ChatChoices(desk.store)


# --- what is set ------------------------------------------------------------------------------


def test_with_none_set_it_says_that_nothing_leaves_and_how_to_set_one(whole):
    with_model(whole, set_(name="", address=""))
    page = words(whole.as_().see("/model"))
    assert "No language model is set: nothing leaves this machine." in page
    assert "ADVISOR_CHAT_MODEL=vendor:model" in page
    assert "What is set" not in page
    assert "Nothing, since none is set. With one set, this and nothing else." in page
    assert "Nothing was sent in these 30 days." in page


def test_it_says_what_is_set_and_where_it_is_reached(modelled):
    page = modelled.as_().see("/model")
    said = words(page)
    for part in (MODEL, "models.example.com:8443", "reading, search, wording", "Masking on:",
                 "Longest call 20 s", "0.15/0.60"):
        assert part in said, part
    assert "nothing leaves this machine" not in said


def test_without_an_address_of_ones_own_the_vendors_is_named(whole):
    with_model(whole, set_(address=""))
    assert "Reached at the address of the vendor (openai)" in words(whole.as_().see("/model"))


def test_what_is_switched_off_is_said_to_send_nothing(whole):
    with_model(whole, set_(uses={Use.SEARCH}, mask=None))
    page = words(whole.as_().see("/model"))
    assert page.count("switched off: nothing is sent") == 2
    assert "Used for search Masking off: names go out as they were typed" in page
    assert page.count("no: masking is off") == 3 and "PARTY-1" not in page


def test_every_field_of_every_prompt_stands_in_its_table_as_it_is_sent(modelled):
    page = modelled.as_().see("/model")
    made = set_()
    for use in Use:
        table = re.search(
            rf"<caption>{model_wording.use(use)}: each field.*?</table>", page.text, re.S)[0]
        assert re.findall(r'<th scope="row"><code>(\w+)</code>', table) == [
            field.about.name for field in made.prompts[use].fields]
        assert {field.about.name for field in made.prompts[use].fields} == set(LIMITS[use])
        for field in made.prompts[use].fields:
            told = words(table)
            assert field.about.holds.strip() in told and field.about.why.strip() in told
            assert f"at most {LIMITS[use][field.about.name]:,} characters" in told
            assert field.stands in unescape(table)
    assert "The message:\n> Ms Wanjiru of PARTY-1 wants our" in unescape(page.text)
    for one in made.never:
        assert one in words(page)


def test_what_stands_in_a_prompt_is_what_is_filled_into_it():
    prompts = load_prompts(PROJECT / "prompts")
    for use, prompt in set_(mask=None).prompts.items():
        filled = prompts[use].fill({one.about.name: one.about.example for one in prompt.fields})
        for field in prompt.fields:
            assert field.stands in filled.messages[1]["content"]
            assert field.about.example not in filled.messages[0]["content"]


@pytest.mark.parametrize(("standing", "said"), [
    (Standing(MODEL, None, 0, 0, None, None, ""), "At the moment asked"),
    (Standing(MODEL, None, 2, 1, None, Ended.TIMED_OUT, "no answer within 20 s"),
     "asked; it failed 2 times in a row; 1 under way The last call took too long: no answer "
     "within 20 s . Since this process"),
    (Standing(MODEL, START, 5, 0, None, Ended.FAILED, ""),
     "resting until 01 Mar 2026, 09:00 UTC : it failed 5 times in a row; answers are plain")])
def test_it_says_how_calls_go_by_now(whole, standing, said):
    with_model(whole, standing=lambda: standing)
    assert said in words(whole.as_().see("/model"))


@pytest.mark.parametrize(("micros", "said"), [
    (0, "0"), (162, "0.000162"), (630, "0.00063"), (1_500_000, "1.50"), (2_000_000, "2.00"),
    (1_234_567_890, "1,234.56789")])
def test_a_cost_is_not_rounded_so_that_figures_add_up(micros, said):
    """"0.0002" and "0.0002" stood above "0.0003"."""
    assert model_wording.money(micros) == said


# --- who may see and change ---------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/model", "/model/refused", "/model/prompts/x"])
def test_it_is_for_reviewers_and_admins(modelled, path):
    assert modelled.as_("U1").see(path).status_code == 403
    assert modelled.as_("U-rev").see(path).status_code == (404 if path.endswith("x") else 200)
    assert modelled.as_("U-adm").see(path).status_code == (404 if path.endswith("x") else 200)
    assert modelled.browser().see(path).status_code == 303


def test_a_choice_that_is_pressed_twice_is_one_on_record(modelled, choices, desk):
    """Both presses wrote a row, as if it had been said a second time."""
    admin = modelled.as_("U-adm")

    def choose(allowed, reason="Counsel asked."):
        answer = admin.press("/model/choice", allowed=allowed, reason=reason)
        assert answer.headers["location"] == "/console/model#choice"
        modelled.clock.pass_(seconds=1)

    for allowed in ("no", "no", "yes", "no"):  # taken back and said anew it is another choice
        choose(allowed)
    assert [row.detail["allowed"] for row in desk.rows(CHAT_ALLOWED)] == [False, True, False]
    choose("no", "Counsel asked again.")
    assert len(desk.rows(CHAT_ALLOWED)) == 4 and not choices.allowed("T1")


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


def test_a_reason_of_many_lines_that_the_field_takes_is_taken(modelled, choices):
    why = "Counsel asked.\n" * 66
    assert modelled.as_("U-adm").press(
        "/model/choice", allowed="no", reason=why.replace("\n", "\r\n")).status_code == 303
    assert modelled.desk.rows("chat_allowed")[-1].detail["reason"] == why.strip()


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
    assert "Reading 3 3,000 300 0.00063 900 ms" in said
    assert "Wording 3 3,000 300 0.00063 900 ms" in said
    assert "All 6 6,000 600 0.00126 900 ms" in said
    assert "Passed the fence 0 2" in said
    assert "Refused: it says whether the deal is lawful, approved or safe 0 1" in said
    assert "Not asked: it had failed too often 4 0" in said
    assert "1 March 2026, wording 3" in said and "10 February 2026, reading 3" in said
    assert "1 draft of the model was refused in these 30 days." in said
    assert "1,000,000" not in said and "77,000" not in said
    assert said.index("Passed the fence") < said.index("Refused: it says whether")
    assert page.text.count('<rect class="bar"') == 2


def test_costs_are_not_made_up_where_no_price_is_set(whole):
    with_model(whole, set_(prices=""))
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
    assert set(model_wording.DROPPED_FOR) == set(Why)
    assert set(model_wording.BECAME) == {TAKEN, ASKED_BACK, DROPPED, NOTHING}
    assert set(model_wording.USES) == set(model_wording.WHAT_FOR) == set(Use)


# --- prompts ------------------------------------------------------------------------------------


def test_a_prompt_is_shown_as_it_is_and_as_it_was(modelled):
    before = "a" * 64
    modelled.desk.store.keep_wording(before, f"# Before\n{EVIL}")
    browser = modelled.as_()
    now = browser.see(f"/model/prompts/{DIGEST[Use.READING]}")
    assert "Reading: in force." in words(now) and "# System You read one message" in words(now)
    page = browser.see(f"/model/prompts/{before}")
    assert "Not in force any more." in words(page) and "⟨U+202E⟩" in page.text
    safe(page)
    assert browser.see(f"/model/prompts/{'b' * 64}").status_code == 404
    assert browser.see("/model/prompts/%2e%2e%2fx").status_code == 404
