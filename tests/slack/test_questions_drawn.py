"""How questions are drawn, one or several in a message, and what was answered to them."""

from dataclasses import replace

import pytest

from bot.dialogue.replies.composing import asked
from bot.slack import names
from bot.slack.controls import picked
from bot.slack.names import Press, load_press
from retrieval.guidance import Choice, Fact, QuestionKind
from tests.slack.drawing import WHERE, action, asking, buttons, drawing, question, said
from tests.slack.limits import objects


@pytest.fixture
def draw(guidance, say):
    return drawing(guidance, say)


# ---- how a question is answered ----


def test_up_to_four_choices_are_buttons(draw):
    posts = draw(asking(choices=("police", "army", "prison", "other")))
    assert buttons(posts) == ["Police", "Army", "Prison", "Other", "I don't know",
                              "Why do you ask?", "Advise now"]
    assert load_press(action(posts, "answer:1")["value"]) == Press(
        WHERE.conversation, 3, "end_user", "army")
    assert load_press(action(posts, names.ANSWER_UNKNOWN)["value"]) == Press(
        WHERE.conversation, 3, "end_user", None)


def test_more_choices_are_a_menu_that_answers_at_once(draw):
    menu = action(draw(asking(choices="abcde")), names.ANSWER_SELECT)
    assert menu["type"] == "static_select"
    assert load_press(menu["options"][4]["value"]) == Press(WHERE.conversation, 3, "end_user", "e")


def test_several_choices_are_picked_and_then_sent(draw):
    posts = draw(asking(several=True, choices="ab"))
    menu = action(posts, names.ANSWER_SEVERAL)
    assert menu["type"] == "multi_static_select"
    assert [o["value"] for o in menu["options"]] == ["a", "b"]
    assert load_press(action(posts, names.ANSWER_DONE)["value"]) == Press(
        WHERE.conversation, 3, "end_user")
    block = next(b["block_id"] for b in posts[0].blocks if b.get("accessory") == menu)
    values = {block: {names.ANSWER_SEVERAL: {"selected_options": menu["options"]}}}
    assert picked(values, "end_user") == ["a", "b"]
    assert picked({}, "end_user") == []
    assert picked({block: {names.ANSWER_SEVERAL: {"selected_options": []}}}, "end_user") == []


def test_countries_are_looked_up_while_typing(draw):
    posts = draw(asking(kind=QuestionKind.COUNTRY))
    menu = action(posts, names.ANSWER_COUNTRY)
    assert (menu["type"], menu["min_query_length"], menu["max_selected_items"]) == (
        "multi_external_select", 1, 1)
    assert buttons(posts)[:2] == ["That's it", "I don't know"]


def test_a_question_for_words_has_no_menu(draw):
    assert buttons(draw(asking(kind=QuestionKind.TEXT))) == [
        "I don't know", "Why do you ask?", "Advise now"]


def test_buttons_that_carry_more_than_a_message_holds_are_left_to_words(draw):
    several = replace(question(), choices=tuple(Choice(c * 1_900, c) for c in "abcd"))

    posts = draw(replace(asking(), question=several))

    assert buttons(posts)[:2] == ["I don't know", "Why do you ask?"]
    assert said(posts).endswith("Not in the list? Say it in your own words.")


def test_what_is_asked_for_in_words_has_no_buttons_for_choices(draw):
    posts = draw(asking(kind=QuestionKind.TEXT, choices="abcdefghijklmnopqrstuvwxyz"))
    assert buttons(posts)[:2] == ["I don't know", "Why do you ask?"]


def test_an_answered_question_keeps_the_answer_in_place_of_its_buttons(draw):
    reply = asking(choices=("police", "army"))
    posts = draw(reply, replace(WHERE, answered={"end_user": "Police"}))
    assert said(posts).split("\n")[-2:] == ["*Who will use it?*", "You answered: *Police*"]
    assert buttons(posts) == []


# ---- several questions in one message ----


TWO = [("conflict", False, "ab"), ("end_user", True, "cd")]


def group(*asked, opener="Two things."):
    """A step that asks for *asked*, each a fact, whether several fit, and its choices or a kind."""
    first, *beside = (
        replace(question(kind=of, several=several) if isinstance(of, QuestionKind)
                else question(several=several, choices=of), fact=Fact(fact), text=f"{fact}?")
        for fact, several, of in asked)
    return replace(asking(), question=replace(first, opener=opener, beside=tuple(beside)))


def asked_by(posts):
    """The wording of each question, and the type of its menu, None where it has none."""
    return [(b["text"]["text"], b.get("accessory", {}).get("type")) for b in posts[-1].blocks
            if b.get("block_id", "").startswith("question:")]


def test_several_questions_have_a_menu_each_and_one_row_of_buttons(draw):
    posts = draw(group(*TWO, ("country", True, QuestionKind.COUNTRY)))

    assert "*Two things.*" in said(posts).split("\n")
    assert asked_by(posts) == [
        ("conflict?", "static_select"), ("end_user?", "multi_static_select"),
        ("country?", "multi_external_select")]
    assert buttons(posts) == ["Answer", "I don't know", "Why do you ask?", "Advise now"]
    for name in (names.ANSWER_DONE, names.ANSWER_UNKNOWN, names.WHY):
        assert load_press(action(posts, name)["value"]) == Press(
            WHERE.conversation, 3, facts=("conflict", "end_user", "country"))


def test_i_dont_know_is_among_the_options_and_under_a_menu_of_countries_in_a_box(draw):
    posts = draw(group(*TWO, ("country", True, QuestionKind.COUNTRY)))

    for name in (names.ANSWER_CHOICE, names.ANSWER_SEVERAL, names.ANSWER_DONT_KNOW):
        *_, last = action(posts, name)["options"]
        assert (last["text"]["text"], last["value"]) == ("I don't know", "?")
    assert [o["value"] for o in action(posts, names.ANSWER_CHOICE)["options"]] == ["a", "b", "?"]


def test_what_is_picked_in_several_menus_is_read_for_each_fact(draw):
    posts = draw(group(*TWO, ("country", True, QuestionKind.COUNTRY)))
    one, many = (action(posts, n)["options"] for n in (names.ANSWER_CHOICE, names.ANSWER_SEVERAL))
    box = action(posts, names.ANSWER_DONT_KNOW)["options"]
    values = {
        "question:conflict": {names.ANSWER_CHOICE: {"selected_option": one[1]}},
        "question:end_user": {names.ANSWER_SEVERAL: {"selected_options": many[:2]}},
        "question:country": {names.ANSWER_COUNTRY: {"selected_options": []}},
        "unknown:country": {names.ANSWER_DONT_KNOW: {"selected_options": box}}}

    assert [picked(values, fact) for fact in ("conflict", "end_user", "country")] == [
        ["b"], ["c", "d"], ["?"]]
    assert picked({"question:conflict": {names.ANSWER_CHOICE: {"selected_option": None}}},
                  "conflict") == []


def test_what_was_chosen_stands_beside_each_question_and_what_was_left_blank_says_so(draw):
    posts = draw(group(*TWO), replace(WHERE, answered={"end_user": "C, D"}))

    assert said(posts).split("\n")[-5:] == [
        "*Two things.*", "conflict?", "_Left blank, so it stays open._", "end_user?", "*C, D*"]
    assert buttons(posts) == []


def test_a_notification_names_all_that_is_asked(draw):
    (post,) = draw(group(*TWO))

    assert post.text == "Noted.\nTwo things.\nconflict?\nend_user?"


def test_a_question_too_long_to_stand_among_menus_stands_whole_above_them(draw):
    reply = group(*TWO)
    long = "whether " * 100 + "or not?"
    posts = draw(replace(reply, question=replace(reply.question, text=long)))

    assert said(posts).count("or not?") == 1
    assert asked_by(posts)[0][0].endswith("…")


def test_a_question_for_words_beside_others_can_be_answered_in_words(draw):
    posts = draw(group(TWO[0], ("end_user", False, QuestionKind.TEXT)))

    assert asked_by(posts)[1] == ("end_user?", None)
    assert "Say it in your own words." in said(posts)


def test_menus_that_do_not_all_fit_share_the_room_and_say_that_words_are_welcome(draw):
    long = [f"{n} " + "\"" * 70 for n in range(99)]
    posts = draw(group(("conflict", False, "ab"), ("end_user", True, long),
                       ("end_use", True, long)))

    shown = [len(o["options"]) for o in objects(posts[-1].blocks) if "options" in o]
    assert shown[0] == 3
    assert shown[1] > 10 and abs(shown[1] - shown[2]) <= 1
    assert "Not in the list? Say it in your own words." in said(posts)


def test_the_questions_of_the_guidance_that_are_asked_together_have_all_their_choices(
    draw, guidance, say
):
    for together in guidance.groups:
        reply = replace(asking(), question=asked(
            guidance, [guidance.questions[f] for f in together.facts]))
        posts = draw(reply, replace(WHERE, listening=True))
        assert say.say("ask.more_choices") not in said(posts)
