from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.naming import deal_title
from bot.errors import BadContent
from bot.slack import names, sentences
from bot.slack.blocks import to_posts
from bot.slack.countries import country_options
from bot.slack.form import DONT_KNOW, VALUE, WORDS, block_of
from bot.slack.home import MOST_DEALS, HomeDeal, home_view
from bot.slack.names import Press, load_press
from bot.slack.shown import Shown
from bot.slack.views import (
    comment_view,
    intake_view,
    notice_view,
    passages_view,
    read_comment,
    read_correction,
    read_form,
    read_watch,
    watch_view,
)
from retrieval.guidance import Fact, QuestionKind
from tests.conftest import PROJECT
from tests.dialogue.talking import Talk
from tests.slack.limits import check_view, mrkdwn, objects

TODAY = date(2026, 11, 25)


def deal(**answers):
    return Deal({
        Fact(f): Answer(None if v is None else frozenset(v.split()), "said", MessageKey("1"))
        for f, v in answers.items()
    })


def asked_back(known, *instead):
    """A deal whose end-user may be another, or another too."""
    return Deal({Fact("end_user"): Answer(frozenset({known}), "words", MessageKey("1"),
                                          instead=frozenset(instead))})


def submit(view, **changes):
    """The state of *view* as Slack sends it on submission, after somebody made *changes*.

    A change is by fact: values, or "" to empty the field.
    """
    values = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        fact = block["block_id"].removeprefix("fact:")
        values[block["block_id"]] = {
            element["action_id"]: _state(element, changes[fact]) if fact in changes
            else _untouched(element)
        }
    return values


def _untouched(element):
    return {"type": element["type"], "value": element.get("initial_value"),
            "selected_option": element.get("initial_option"),
            "selected_options": element.get("initial_options", [])}


def _state(element, given):
    picked = [{"value": v} for v in given.split()]
    if element["type"] == "plain_text_input":
        return {"type": element["type"], "value": given or None}
    if "multi" in element["type"]:
        return {"type": element["type"], "selected_options": picked}
    return {"type": element["type"], "selected_option": picked[0] if picked else None}


@pytest.fixture
def form(guidance, say):
    return intake_view(guidance, say, deal=None, private="p")


@pytest.fixture
def talk(guidance, reader, sentences):
    return Talk(guidance, reader, sentences)


# ---- the form of a deal ----


def test_every_fact_can_be_filled_in_and_none_has_to_be(form, guidance):
    check_view(form)
    asked = [b for b in form["blocks"] if b["type"] == "input"]
    assert {b["block_id"] for b in asked} == {WORDS, *(block_of(f) for f in guidance.questions)}
    assert all(b["optional"] for b in asked)
    assert form["callback_id"] == names.INTAKE_VIEW and form["private_metadata"] == "p"


def test_what_is_asked_first_stands_first(form):
    labels = [b["block_id"] for b in form["blocks"] if b["type"] == "input"]
    assert labels[:5] == [WORDS, "fact:product", "fact:end_user", "fact:country", "fact:end_use"]


def test_every_menu_offers_not_to_know(form):
    menus = [block["element"] for block in form["blocks"]
             if "static_select" in block.get("element", {}).get("type", "")]
    assert menus
    for menu in menus:
        last = menu["options"][-1]
        assert (last["text"]["text"], last["value"]) == ("I don't know", DONT_KNOW)


def test_dont_know_is_no_value_of_the_guidance(guidance):
    values = {c.value for q in guidance.questions.values() for c in q.choices}
    assert DONT_KNOW not in values


def test_a_filled_form_is_read(form, guidance, say):
    read = read_form(submit(form, product="drone cctv", end_user="?", country="KE UG",
                            stage="negotiating", words=" Through a friend. "), guidance, say)
    assert read.errors == {}
    assert read.text == "Through a friend."
    assert read.answers == {"product": ["drone", "cctv"], "end_user": None, "country": ["KE", "UG"],
                            "stage": ["negotiating"]}


def test_words_alone_are_enough(form, guidance, say):
    read = read_form(submit(form, words="Drones for the police"), guidance, say)
    assert (read.text, read.answers, read.errors) == ("Drones for the police", {}, {})


@pytest.mark.parametrize(("changes", "where", "starts"), [
    ({}, WORDS, "Fill in at least one field"),
    ({"words": "   "}, WORDS, "Fill in at least one field"),
    ({"words": "x" * 3_001}, WORDS, "That is too long. I read 3,000"),
    ({"end_user": "police ?"}, "fact:end_user", 'You picked "I don\'t know" together'),
    ({"end_user": "police undisclosed"}, "fact:end_user", '"The customer won\'t say" can\'t stand'),
    ({"intermediary": "none broker"}, "fact:intermediary", '"No one, we sell direct" can\'t'),
    ({"country": "XX"}, "fact:country", "I don't know one of these choices."),
    ({"product": "drone teapot"}, "fact:product", "I don't know one of these choices."),
    ({"stage": "teapot"}, "fact:stage", "I don't know one of these choices."),
])
def test_a_mistake_is_told_beside_its_field(form, guidance, say, changes, where, starts):
    read = read_form(submit(form, **changes), guidance, say)
    assert set(read.errors) == {where}
    assert read.errors[where].startswith(starts)


def test_two_answers_to_a_question_that_takes_one_are_told(guidance, say):
    values = {"fact:stage": {VALUE: {"selected_options": [{"value": "idea"}, {"value": "signed"}]}}}
    assert read_form(values, guidance, say).errors == {"fact:stage": "Pick one only."}


@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_submission_makes_the_reader_fail(guidance, say, data):
    blocks = st.sampled_from([WORDS, *map(block_of, guidance.questions), "other"])
    options = st.fixed_dictionaries({"value": st.text(max_size=5)})
    state = st.fixed_dictionaries({}, optional={
        "value": st.one_of(st.none(), st.text(max_size=9)),
        "selected_option": st.one_of(st.none(), options),
        "selected_options": st.one_of(st.none(), st.lists(options, max_size=3)),
    })
    actions = st.sampled_from([WORDS, VALUE, names.ANSWER_COUNTRY])
    values = data.draw(st.dictionaries(blocks, st.dictionaries(actions, state)))
    read = read_form(values, guidance, say)
    assert read.text or read.answers or read.errors


# ---- correcting ----

KNOWN = deal(product="drone facial-recognition", end_user="police", country="KE", hosting=None,
             stage="negotiating")


def test_a_correction_starts_from_what_is_known(guidance, say):
    view = intake_view(guidance, say, deal=KNOWN, private="p")
    check_view(view)
    assert view["callback_id"] == names.CORRECTION_VIEW
    shown = {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}
    assert [o["value"] for o in shown["fact:product"]["initial_options"]] == [
        "facial-recognition", "drone"]
    assert [o["value"] for o in shown["fact:country"]["initial_options"]] == ["KE"]
    assert shown["fact:hosting"]["initial_option"]["value"] == DONT_KNOW
    assert shown["fact:stage"]["initial_option"]["value"] == "negotiating"
    assert "initial_options" not in shown["fact:end_use"]
    for element in shown.values():
        initial = [element.get("initial_option"), *element.get("initial_options", [])]
        if element["type"] != "multi_external_select":
            assert all(o in element.get("options", ()) for o in initial if o)


@pytest.mark.parametrize(("changes", "answers"), [
    ({"end_user": "military"}, {"end_user": ["military"]}),
    ({"end_user": ""}, {"end_user": None}),
    ({"country": ""}, {"country": None}),
    ({"country": "?"}, None),
    ({"stage": "?"}, {"stage": None}),
    ({"hosting": "customer"}, {"hosting": ["customer"]}),
    ({"product": "drone"}, {"product": ["drone"]}),
    ({"product": "drone facial-recognition", "end_use": "research"}, {"end_use": ["research"]}),
    ({"words": "It is the army."}, {}),
])
def test_only_what_was_changed_is_read(guidance, say, changes, answers):
    view = intake_view(guidance, say, deal=KNOWN, private="p")
    read = read_correction(submit(view, **changes), guidance, say, view["blocks"])
    assert read.errors == {}
    assert read.answers == ({"country": None} if answers is None else answers)


def test_a_correction_that_changes_nothing_says_so(guidance, say):
    view = intake_view(guidance, say, deal=KNOWN, private="p")
    read = read_correction(submit(view), guidance, say, view["blocks"])
    assert read.errors == {WORDS: "Nothing is different yet. Change a field, or say here what is "
                                  "wrong."}


def test_a_fact_with_two_values_where_one_can_be_shown_is_not_lost(guidance, say):
    two = deal(stage="signed delivered")
    view = intake_view(guidance, say, deal=two, private="p")
    read = read_correction(submit(view, words="And a broker"), guidance, say, view["blocks"])
    assert read.answers == {}


def _deals(guidance):
    def answer(question):
        values = st.sampled_from([c.value for c in question.choices])
        most = 5 if question.several else 1
        picked = st.one_of(st.none(), st.frozensets(values, min_size=1, max_size=most))
        return picked.map(lambda v: Answer(v, "said", MessageKey("1")))

    optional = {f: answer(q) for f, q in guidance.questions.items()
                if q.kind is not QuestionKind.TEXT}
    return st.fixed_dictionaries({}, optional=optional).map(Deal)


@pytest.mark.long
@settings(max_examples=40, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_deal_can_be_shown_for_correction_and_comes_back_unchanged(guidance, say, data):
    known = data.draw(_deals(guidance))
    view = intake_view(guidance, say, deal=known, private="p")
    check_view(view)
    read = read_correction(submit(view, words="x"), guidance, say, view["blocks"])
    assert (read.answers, read.errors) == ({}, {})


# ---- passages ----


def test_the_passages_stand_under_the_numbers_of_the_message(talk, guidance, say):
    talk.say("Kenyan police want drones with facial recognition")
    reply = talk.say("advise now")
    view = passages_view(reply, guidance, say)
    check_view(view)

    posts = to_posts([(reply, Shown(ConversationId("c"), 2))], guidance, say)
    marks = set(_marks(mrkdwn([b for p in posts for b in p.blocks])))
    assert set(_marks(mrkdwn(view["blocks"]))) == marks
    text = mrkdwn(view["blocks"])
    for note in (*reply.considerations, *reply.safeguards):
        for citation in note.citations:
            provision = guidance.provisions[citation.provision]
            words = provision.text[citation.start:citation.end]
            assert " ".join(words.split()) in " ".join(text.split())
    assert "This is our digest, not yet checked against the official text." in text
    assert "Caution: " in text


def _marks(text):
    return [part.split("]")[0] for part in text.split("[")[1:] if part.split("]")[0].isdigit()]


def test_passages_that_do_not_fit_are_counted(talk, guidance, say):
    talk.say("Kenyan police want drones with facial recognition")
    reply = talk.say("advise now")
    note = reply.considerations[0]
    many = tuple(replace(c, pinpoint=f"{c.pinpoint} {n}")
                 for n in range(40) for c in note.citations)
    view = passages_view(replace(reply, considerations=(replace(note, citations=many),)),
                         guidance, say)
    check_view(view)
    assert len(view["blocks"]) == 100
    assert 'more don\'t fit here. Say "show sources"' in mrkdwn(view["blocks"][-1:])


def test_a_reply_that_cites_nothing_says_so(talk, guidance, say):
    view = passages_view(talk.say("help"), guidance, say)
    check_view(view)
    assert mrkdwn(view["blocks"]) == "This message cites nothing."


# ---- small forms ----


def test_small_views_are_taken_by_slack(say):
    for view in (comment_view("{}", say), watch_view("{}", say, TODAY, None),
                 notice_view("A title that is far too long", "<!channel> " * 900)):
        check_view(view)
    assert "<!channel>" not in str(notice_view("Sorry", "<!channel>"))


def test_a_comment_is_read(say):
    view = comment_view("{}", say)
    assert view["callback_id"] == names.COMMENT_VIEW and view["private_metadata"] == "{}"
    block, action = view["blocks"][0]["block_id"], view["blocks"][0]["element"]["action_id"]
    assert read_comment({block: {action: {"value": " Too long. "}}}) == "Too long."


@pytest.mark.parametrize(("picked", "read"), [
    ("2026-11-26", date(2026, 11, 26)),
    ("2026-11-25", "Pick a day after today."),
    ("2020-01-01", "Pick a day after today."),
    (None, "Pick a day."),
    ("soon", "Pick a day."),
])
def test_a_reminder_needs_a_day_to_come(say, picked, read):
    view = watch_view("{}", say, TODAY, date(2027, 1, 2))
    block = view["blocks"][1]
    assert block["element"]["initial_date"] == "2027-01-02"
    values = {block["block_id"]: {block["element"]["action_id"]: {"selected_date": picked}}}
    assert read_watch(values, TODAY, say) == read


def test_a_reminder_can_be_taken_back_where_there_is_one(say):
    assert len(watch_view("{}", say, TODAY, None)["blocks"]) == 2
    box = watch_view("{}", say, TODAY, date(2027, 1, 2))["blocks"][2]
    picked = {"selected_options": box["element"]["options"]}
    values = {box["block_id"]: {box["element"]["action_id"]: picked}}

    assert read_watch(values, TODAY, say) is None


# ---- countries ----


@pytest.mark.parametrize(("typed", "first"), [
    ("ken", "KE"), ("Kenya", "KE"), ("KE", "KE"), ("kenia", "KE"), ("ivory", "CI"),
    ("Cote d", "CI"), ("Burma", "MM"), ("uk", "GB"), ("germny", "DE"), ("untied states", "US"),
    ("Niger", "NE"), ("nigeri", "NG"), ("south k", "KR"), ("congo", "CG"), ("türk", "TR"),
])
def test_a_country_is_found_as_people_type_it(guidance, typed, first):
    assert country_options(guidance, typed)[0]["value"] == first


def test_nonsense_finds_no_country(guidance):
    assert country_options(guidance, "zzzzqqq") == []


@given(typed=st.text(max_size=80))
def test_options_are_never_more_than_slack_takes(guidance, typed):
    options = country_options(guidance, typed)
    assert len(options) <= 100
    assert len({o["value"] for o in options}) == len(options)
    assert all(1 <= len(o["text"]["text"]) <= 75 for o in options)


# ---- App Home ----


def home_deal(n=1, **how):
    given = {"title": "Drones · Police · Kenya", "state": "Advice given", "link": None,
             "raised": 0, "next_question": None, **how}
    return HomeDeal(ConversationId(f"c{n}"), n, updated=datetime(2026, 11, 25, 9, tzinfo=UTC),
                    **given)


@pytest.mark.parametrize(("known", "title"), [
    (deal(product="drone facial-recognition", end_user="police", country="KE"),
     "Facial recognition, drones · Police · Kenya"),
    (deal(product="drone cctv", stage="signed"), "CCTV cameras, drones"),
    (deal(product="drone", end_user=None, country="UG"), "Drones · Uganda"),
    (Deal(), ""),
    # What may hold beside that, or instead of it, is asked back.
    (asked_back("police", "police", "military"), "Police, armed forces or defence ministry?"),
    (asked_back("police", "military"), "Police, armed forces or defence ministry?"),
])
def test_a_deal_is_named_by_what_where_and_for_whom(guidance, known, title):
    assert deal_title(guidance, known) == title


def test_home_lists_deals_that_can_be_opened(say):
    listed = home_deal(3, raised=2, next_question="Who will use it?",
                       link="https://northwind.slack.com/archives/C1/p1")
    view = home_view(say, [listed], None)
    check_view(view)
    (row,) = [b for b in view["blocks"] if b.get("accessory")]
    assert row["text"]["text"].startswith("*Drones · Police · Kenya*\nAdvice given · 2 red flags")
    assert "<!date^1795597200^" in row["text"]["text"]
    assert "Next: Who will use it?" in row["text"]["text"]
    assert load_press(row["accessory"]["value"]) == Press("c3", 3)


def test_home_tells_a_newcomer_how_to_begin(say):
    view = home_view(say, [], None)
    check_view(view)
    assert "No deals yet." in mrkdwn(view["blocks"])
    assert [o["action_id"] for o in objects(view) if o.get("type") == "button"] == [
        names.HOME_START]


def test_home_of_a_compliance_lead_starts_with_what_waits(say):
    view = home_view(say, [], [home_deal()])
    check_view(view)
    heads = [b["text"]["text"] for b in view["blocks"] if b["type"] == "header"]
    assert heads == ["Sent to compliance", "Your deals"]


def test_home_with_more_deals_than_fit_says_how_many_are_left_out(say):
    many = [home_deal(n, title="<!channel> " * 40, state="x" * 500, next_question="y" * 900,
                      raised=1, link="https://x.example/" + "p" * 200)
            for n in range(1, MOST_DEALS + 31)]
    view = home_view(say, many, many)
    check_view(view)
    assert mrkdwn(view["blocks"]).count("30 older ones are not listed.") == 2
    ids = [o["action_id"] for o in objects(view) if o.get("type") == "button"]
    assert len(ids) == len(set(ids)) == MOST_DEALS + 1  # the queue is only to be read


# ---- sentences ----


def test_a_sentence_that_nothing_uses_or_that_is_missing_stops_the_start(tmp_path):
    (tmp_path / "replies.yaml").write_text((PROJECT / "prompts/replies.yaml").read_text("utf-8"))
    text = (PROJECT / "prompts/slack.yaml").read_text("utf-8")
    text = text.replace("  pick: ", "  pikc: ").replace("deal again on {date}", "deal on {day}", 1)
    (tmp_path / "slack.yaml").write_text(text)
    with pytest.raises(BadContent) as refused:
        sentences.load(tmp_path, "Kim")
    assert str(refused.value).splitlines() == [
        "slack.yaml: nothing uses the sentence 'ask.pikc'; remove it",
        "slack.yaml: the sentence 'ask.pick' is missing",
        "slack.yaml: the sentence 'post.watch_on' names {day}, but is given only ['date']",
    ]


def test_no_sentence_of_slack_hides_one_of_the_replies(sentences, say):
    theirs = sentences.sentences
    assert {k: say.sentences[k] for k in theirs} == dict(theirs)
