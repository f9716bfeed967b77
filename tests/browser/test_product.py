"""What people do with Advisor, in a real browser, over the product as it is started."""

import re

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import expect

from tests.browser.deals import (
    CROWDS,
    KENYA,
    advised,
    asked_together,
    beside,
    question_of,
    take,
)
from tests.browser.person import (
    COMPLIANCE,
    DEALS,
    FROM_ADVISOR,
    KIM,
    NOOR,
    OLU,
    PARTNER,
    SAM,
    direct,
)

# One browser and one server serve all these tests, so that they start once.
pytestmark = [pytest.mark.xdist_group("chromium"), pytest.mark.long]

PURPOSE, WHO = "What will they use it for?", "Who will use it in the end?"
WHERE = "In which country will it be used?"


# --- telling and answering -----------------------------------------------------------------------


def test_a_deal_told_by_mention_is_answered_in_its_thread(people):
    sam = people.sit_down().go(DEALS)

    answer = sam.mention(KENYA)

    expect(answer).to_contain_text("No red flag so far")
    expect(answer).to_contain_text("country of use: Kenya")
    expect(answer).to_contain_text("Bind resellers and distributors to the same safeguards")
    expect(answer).to_contain_text(PURPOSE)
    expect(sam.main.get_by_role("article").last).not_to_contain_text(PURPOSE)


def test_a_pressed_choice_stands_in_the_message_that_asked_and_the_next_question_follows(people):
    sam = people.sit_down()
    together = asked_together(sam)
    for n in range(1, together.get_by_role("combobox").count()):
        take(together, n)
    asked = sam.press_for_answer(together, "Answer")
    choice = asked.get_by_role("button", name=re.compile("^Yes")).first
    label = choice.inner_text()

    following = sam.press_for_answer(asked, label)

    expect(asked).to_contain_text(f"You answered: {label}")
    expect(asked.get_by_role("button", name="I don't know")).to_have_count(0)
    expect(following.get_by_role("button", name="Why do you ask?")).to_be_visible()


def test_two_questions_of_one_message_are_answered_at_once(people):
    sam = people.sit_down()
    asked = asked_together(sam)
    first, second = (question_of(asked, n) for n in (0, 1))
    sam.press(asked, "Answer")
    expect(sam.thread).to_contain_text("Nothing is chosen yet.")

    chosen = take(asked, 0), take(asked, 1, "I don't know")
    following = sam.press_for_answer(asked, "Answer")

    expect(asked.get_by_role("combobox")).to_have_count(0)
    expect(asked).to_contain_text(beside(first, chosen[0]))
    expect(asked).to_contain_text(beside(second, chosen[1]))
    expect(following).not_to_contain_text(first)
    expect(following).not_to_contain_text(second)


def test_what_is_left_blank_of_several_questions_is_asked_again(people):
    sam = people.sit_down()
    asked = asked_together(sam)
    first, second = (question_of(asked, n) for n in (0, 1))

    take(asked, 1)
    following = sam.press_for_answer(asked, "Answer")

    expect(asked).to_contain_text(beside(first, "Left blank, so it stays open."))
    expect(following).to_contain_text(first)
    expect(following).not_to_contain_text(second)


def test_several_choices_are_sent_together(people):
    sam = people.sit_down().go(DEALS)
    asked = sam.mention(KENYA)

    sam.choose(asked, "Choose all that fit", "crowds", "Watching crowds, protests or events")
    sam.choose(asked, "Choose all that fit", "crim", "Law enforcement or criminal investigation")
    following = sam.press_for_answer(asked, "That's it")

    expect(asked).to_contain_text("You answered:")
    expect(asked).to_contain_text("Watching crowds, protests or events")
    expect(following).to_contain_text("Stop and take this to your compliance lead")


def test_what_is_typed_into_a_menu_outlasts_a_message_that_changes(people):
    sam = people.sit_down().go(DEALS)
    asked = sam.mention(KENYA)
    wanted = asked.get_by_role(
        "option", name="Law enforcement or criminal investigation", exact=True)

    asked.get_by_role("combobox", name="Choose all that fit").fill("crim")
    expect(wanted).to_be_visible()
    # As if the bot had edited it: what came last is another than what is shown.
    asked.evaluate("node => { node.closest('.row').dataset.digest = 'of before'; }")
    people.sit_down(NOOR).go(DEALS).write("Lunch?")
    expect(sam.main).to_contain_text("Lunch?")

    expect(wanted).to_be_visible()
    wanted.click()
    following = sam.press_for_answer(asked, "That's it")
    expect(following).to_contain_text("end use: Law enforcement or criminal investigation")


def test_a_country_is_found_by_typing(people):
    sam = people.sit_down().go(DEALS)
    asked = sam.mention("We sell phone extraction tools for criminal investigations.")
    for _ in range(15):
        expect(asked.get_by_role("button", name="Why do you ask?")).to_be_visible()
        if asked.get_by_role("combobox", name=WHERE).count():
            break
        asked = sam.press_for_answer(asked, "I don't know")

    sam.choose(asked, WHERE, "viet", "Vietnam")
    following = sam.press_for_answer(asked, re.compile("^(Answer|That's it)$"))

    expect(asked.get_by_role("combobox")).to_have_count(0)
    expect(asked).to_contain_text("Vietnam")
    expect(following).to_contain_text("country of use: Vietnam")


def test_why_a_question_is_asked_is_told_and_the_question_put_again(people):
    sam = people.sit_down().go(DEALS)
    asked = sam.mention(KENYA)

    why = sam.press_for_answer(asked, "Why do you ask?")

    expect(why).to_contain_text("Why I ask (")
    expect(why).to_contain_text(PURPOSE)


def test_advice_is_given_at_once_when_it_is_wanted_and_more_safeguards_on_demand(people):
    sam = people.sit_down()
    last = advised(sam)

    more = sam.press_for_answer(last, re.compile(r"^\d+ more safeguards$"))

    expect(more).to_contain_text(re.compile(r"\((any time|design|before sale|after sale)[^)]*\)"))


# --- where it comes from -------------------------------------------------------------------------


def test_a_citation_leads_to_its_source_and_the_passages_say_how_far_they_are_checked(people):
    sam = people.sit_down().go(DEALS)
    answer = sam.mention(KENYA)
    citation = answer.get_by_role("link", name="[1]", exact=True)
    expect(citation).to_have_attribute("href", re.compile(r"^https://www\.state\.gov/\S+"))
    expect(citation).to_have_attribute("target", "_blank")
    expect(answer).to_contain_text("not yet checked against the official text")

    sam.press(answer, "Show the passages")

    expect(sam.form).to_have_accessible_name("The passages")
    expect(sam.form).to_contain_text("This is our digest, not yet checked")
    expect(sam.form.get_by_role("link", name=re.compile("^Open: ")).first).to_be_visible()
    sam.close_form()


# --- setting right -------------------------------------------------------------------------------


def test_a_fact_set_right_in_the_form_is_shown_before_and_after(people):
    sam = people.sit_down().go(DEALS)
    answer = sam.mention(KENYA)
    sam.press(answer, "Correct")
    expect(sam.form).to_have_accessible_name("Correct the facts")
    country = sam.form.get_by_label(WHERE)
    expect(sam.form.get_by_role("button", name="Remove Kenya")).to_be_visible()

    sam.form.get_by_role("button", name="Remove Kenya").click()
    country.fill("ugan")
    sam.form.get_by_role("option", name="Uganda", exact=True).click()
    sam.press(sam.form, "Send")

    corrected = sam.answer_after(1)
    expect(corrected).to_contain_text("Kenya")
    expect(corrected).to_contain_text("Uganda")


def test_an_edited_message_is_told_anew(people):
    sam = people.sit_down().go(DEALS)
    sam.mention(KENYA)
    told = sam.thread.get_by_role("article", name=re.compile("^Sam Ortiz, ")).first

    sam.menu(told, "Edit message")
    field = sam.page.get_by_label("Edit message", exact=True)
    field.fill(f"@Advisor {KENYA.replace('Kenya', 'Uganda')}")
    field.press("Enter")

    anew = sam.answer_after(1)
    expect(anew).to_contain_text("Uganda")


# --- handing over --------------------------------------------------------------------------------


def test_a_deal_sent_to_compliance_reaches_its_lead_with_a_brief_to_download(people, tmp_path):
    sam = people.sit_down()
    last = advised(sam, CROWDS.replace("Kenya", "Jordan"))
    noted = sam.press_for_answer(last, "Send to compliance")
    expect(noted).to_contain_text("I sent the brief")
    expect(last).to_contain_text("Sent to compliance by @Sam Ortiz")

    kim = people.sit_down(KIM).go(COMPLIANCE)

    sent = kim.main.get_by_role("article", name=FROM_ADVISOR).filter(
        has_text="A deal for review").last
    expect(sent).to_contain_text("Jordan")
    expect(sent).to_contain_text("Red flag: Watching crowds or protests")
    sent.get_by_role("link", name=re.compile("repl")).click()
    brief = kim.answer_after(1)
    for ending, beginning in ((".pdf", b"%PDF-"), (".md", b"# ")):
        with kim.page.expect_download() as download:
            brief.get_by_role("link", name=re.compile(re.escape(ending))).click()
        kept = tmp_path / f"brief{ending}"
        download.value.save_as(kept)
        assert kept.read_bytes().startswith(beginning)

    kim.go("/home")
    expect(kim.main.get_by_role("heading", name="Sent to compliance")).to_be_visible()
    expect(kim.main).to_contain_text("Jordan")
    expect(kim.main).to_contain_text("Sent to compliance · ")


# --- direct messages, the command, shortcuts -----------------------------------------------------


def test_a_direct_message_greets_and_a_suggested_prompt_is_answered(people):
    noor = people.sit_down(NOOR).go(direct(NOOR))
    expect(noor.main.get_by_role("article", name=FROM_ADVISOR).first).to_contain_text(
        "Tell me about a deal in your own words")
    prompts = noor.main.get_by_role("group", name="Try one of these")

    prompts.get_by_role("button", name="Check a deal").click()

    expect(noor.answer_after(0)).to_contain_text("country of use: Kenya")


def test_the_command_helps_lists_deals_and_opens_the_form(people):
    noor = people.sit_down(NOOR).go(DEALS)
    unseen = noor.main.get_by_text("Only visible to you")

    noor.write("/advisor help")
    expect(unseen).to_have_count(1)
    expect(noor.main).to_contain_text("/advisor new: a form for a new deal.")
    noor.go(DEALS).mention(KENYA.replace("Kenya", "Ghana"))
    noor.go(DEALS).write("/advisor status")
    expect(noor.main).to_contain_text("Police · Ghana: Waiting for your answer")

    noor.write("/advisor new")
    expect(noor.form).to_have_accessible_name("Describe a deal")
    noor.press(noor.form, "Send")
    words = noor.form.get_by_label("In your own words")
    expect(words).to_have_accessible_description(re.compile("Fill in at least one field"))

    words.fill(KENYA.replace("Kenya", "Peru"))
    noor.choose(noor.form, PURPOSE, "crowd", "Watching crowds, protests or events")
    noor.press(noor.form, "Send")
    expect(noor.form).to_be_hidden()
    noor.go(direct(NOOR))
    filled = noor.main.get_by_role("article", name=FROM_ADVISOR).filter(has_text="From your form:")
    expect(filled.last).to_contain_text("Police · Peru")
    filled.last.get_by_role("link", name=re.compile(r"repl")).click()
    expect(noor.answer_after(1)).to_contain_text("Stop and take this to your compliance lead")


def test_a_message_of_somebody_else_is_checked_by_its_shortcut(people):
    kim = people.sit_down(KIM).go(DEALS)
    kim.write("Customer asks for IMSI catchers for the border guard in Peru.")
    noor = people.sit_down(NOOR).go(DEALS)
    told = noor.main.get_by_role("article").filter(has_text="IMSI catchers for the border guard")

    noor.menu(told.last, "Check this deal")
    expect(noor.form).to_contain_text("I answer in our direct messages")
    noor.close_form()

    noor.go(direct(NOOR))
    asked = noor.main.get_by_role("article").filter(has_text="You asked me to check").last
    expect(asked).to_contain_text("IMSI catchers")
    asked.get_by_role("link", name=re.compile(r"repl")).click()
    expect(noor.answer_after(1)).to_contain_text("country of use: Peru")


# --- beside the turns ----------------------------------------------------------------------------


def test_a_thumb_is_noted_and_takes_a_comment(people):
    sam = people.sit_down()
    last = advised(sam)

    sam.press(last, "Not helpful")
    word = sam.thread.get_by_role("article").filter(has_text="What should be better?")
    expect(word).to_contain_text("Only visible to you")
    sam.press(word, "Add a comment")
    sam.form.get_by_role("textbox").fill("The second red flag does not fit.")
    sam.press(sam.form, "Send")

    expect(sam.thread).to_contain_text("Your comment is kept with this conversation.")


def test_a_paused_thread_is_not_answered_until_listening_again(people):
    sam = people.sit_down().go(DEALS)
    answer = sam.mention(KENYA)
    paused = sam.press_for_answer(answer, "Pause")
    expect(paused).to_contain_text("I am not listening in this thread any more")

    field = sam.thread.get_by_role("textbox", name="Reply…")
    field.fill("They will watch crowds.")
    field.press("Enter")
    expect(sam.thread).to_contain_text("They will watch crowds.")
    resumed = sam.press_for_answer(paused, "Listen again")
    expect(resumed).to_contain_text("I am listening in this thread again")

    answered = sam.reply("They will watch crowds at demonstrations.")
    expect(answered).to_contain_text("New red flags")
    expect(sam.answers).to_have_count(4)


def test_where_a_partner_reads_along_the_answer_moves_to_a_direct_message(people):
    sam = people.sit_down().go(PARTNER)
    sam.write(f"@Advisor {KENYA.replace('Kenya', 'Togo')}")
    moved = sam.answer_after(0)
    expect(moved).to_contain_text("so I answer you in a direct message")

    olu = people.sit_down(OLU).go(PARTNER)
    expect(olu.main).to_contain_text("Togo")
    expect(olu.main).not_to_contain_text("red flag")
    expect(sam.answers).to_have_count(1)

    sam.go(direct(SAM))
    told = sam.main.get_by_role("article").filter(has_text="You wrote in a channel:").last
    expect(told).to_contain_text("Togo")
    told.get_by_role("link", name=re.compile("repl")).click()
    expect(sam.answer_after(1)).to_contain_text("country of use: Togo")
