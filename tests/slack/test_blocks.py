import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue.citation import Citation
from bot.dialogue.reply import Coverage, CoverageLine, FlagNote, Kind, Line, Reply, Status
from bot.plain import to_text
from bot.slack import names
from bot.slack.blocks import to_posts
from bot.slack.names import Press, load_press
from bot.slack.points import INTERIM_MARKS
from bot.slack.splitting import web_address
from bot.slack.views import intake_view, passages_view
from retrieval.guidance import Checked, ReleaseId
from tests.conftest import PROJECT
from tests.dialogue.talking import Talk
from tests.slack.drawing import WHERE, action, asking, buttons, drawing, said
from tests.slack.limits import KIM, check_message, check_view, mrkdwn, objects
from tests.slack.replies import holders, over, replies

LISTENING = ("_I am listening in this thread: just reply. From colleagues I take what tells me of "
             "the deal, answers my question or asks me something; for anything else, mention me._")
DEAL = "Kenyan police want drones with facial recognition"


@pytest.fixture
def talk(guidance, reader, sentences):
    return Talk(guidance, reader, sentences)


@pytest.fixture
def draw(guidance, say):
    return drawing(guidance, say)


# ---- what a person sees ----


def test_the_first_answer_leads_with_the_upshot_and_ends_with_the_question(talk, draw):
    (post,) = draw(talk.say(DEAL))

    texts = [b["text"]["text"] for b in post.blocks if b["type"] == "section"]
    assert texts[0].startswith("*No red flag so far")
    assert texts[1].startswith("I understood: product: Facial recognition and Drones")
    assert texts[2].startswith("*What to weigh*\n• *The end-user's human rights record* (open): ")
    assert texts[-1] == "*What will they use it for?*"
    assert buttons([post]) == ["Correct", "That's it", "I don't know", "Why do you ask?",
                               "Advise now", "Show the passages"]


def test_what_else_can_be_asked_for_does_not_outshine_the_upshot(talk, draw, sentences):
    offer = sentences.say("lead.in_full")
    reply = talk.say("Kenyan police want drones with face recognition to watch demonstrations")
    (*_, upshot) = reply.lead

    (post, *_) = draw(replace(reply, lead=(*reply.lead, Line(offer))))

    first = post.blocks[0]["text"]["text"].split("\n")
    assert first[-2].startswith(f"*{upshot.text[:20]}")
    assert first[-1] == offer


@pytest.mark.parametrize("remark", ["I had a nice lunch", "Kenya"])
def test_a_remark_is_not_answered_in_bold_where_the_upshot_is_not_said_again(talk, draw, remark):
    talk.say(DEAL)

    (post,) = draw(talk.say(remark))

    told, *_ = said([post]).splitlines()
    assert "have noted nothing" in told
    assert "*" not in told


def test_the_upshot_below_a_remark_is_in_bold_as_ever(talk, draw):
    talk.say("Kenyan police want drones with face recognition to watch demonstrations")

    (post, *_) = draw(talk.say("I had a nice lunch"))

    told, upshot, *_ = said([post]).splitlines()
    assert told.startswith("I take that as no answer")
    assert upshot.startswith("*Stop and take this to your compliance lead")


def test_what_is_said_beside_the_advice_stands_below_what_was_heard(talk, draw):
    (post,) = draw(talk.say(DEAL + ", they pay in cash"))

    texts = [b["text"]["text"] for b in post.blocks if b["type"] == "section"]
    assert texts[0].startswith("*No red flag so far")
    assert texts[1].startswith("I understood: ")
    assert texts[2].startswith("Beside the guidance: Cash, or money that comes from elsewhere.")
    assert texts[3].startswith("*What to weigh*")
    assert "Beside the guidance: Cash" in post.text


@pytest.mark.parametrize("words", [
    "what does UNGP 17 say?", "UNGP 13", "it is Uganda, not Kenya", "what if it was for traffic",
    "safeguards", "all sources", "what's the weather?"])
def test_who_is_given_the_text_alone_is_told_what_the_blocks_say(talk, draw, words):
    talk.say(DEAL)

    (post, *_) = draw(talk.say(words))

    for line in said([replace(post, blocks=post.blocks[:2])]).splitlines():
        assert line.replace("*", "").strip("_") in post.text


def test_the_text_ends_with_what_is_asked_however_long_the_answer_is(draw):
    long = replace(asking(choices="ab"), lead=(Line("word " * 900),), shape="brief")

    posts = draw(long)

    assert posts[-1].text.endswith("…\nWho will use it?")
    assert len(posts[-1].text) <= 3_000


def test_the_text_shows_marks_of_ours_and_signs_of_others_as_what_they_are(draw):
    (post,) = draw(replace(asking(), lead=(Line("R&D <3 of _cats_ in a_b *now*"),)))

    assert post.text.startswith("R&amp;D &lt;3 of ˍcatsˍ in a_b ∗now∗")


def test_a_step_shows_only_what_is_new(talk, draw):
    talk.say(DEAL)
    (post,) = draw(talk.say("we sell through a reseller"))

    assert said([post]).split("\n") == [
        "Noted: intermediary: Reseller.", "*Still asked: What will they use it for?*",
    ]


def test_a_step_that_raises_several_flags_says_so(talk, draw):
    talk.say(DEAL)

    assert "*New red flags*" in said(draw(talk.say("to watch crowds at demonstrations")))


def test_a_step_that_raises_a_flag_shows_it_with_its_sources(talk, draw):
    talk.say(DEAL)
    posts = draw(talk.say("they arrest journalists"))

    assert "*New red flag*" in said(posts)
    assert "You said “arrest journalists”." in said(posts)
    assert "_Sources: our digest, not yet checked against the official text_" in said(posts)
    assert "Send to compliance" in buttons(posts)


@pytest.mark.parametrize("words", ["send it to compliance", "can I get a PDF", "send 2 compliance"])
def test_who_wants_it_sent_on_finds_the_buttons_for_it_below(talk, draw, sentences, words):
    """It was told to press them under the advice, and amid the questions there were none."""
    talk.say(DEAL)
    posts = draw(talk.say(words))

    assert sentences.say("lead.send_on_here") in said(posts)
    assert buttons(posts)[-3:] == ["Advise now", "Send to compliance", "Brief"]


def test_before_a_deal_is_told_there_is_nothing_to_send(talk, draw, sentences):
    posts = draw(talk.say("can I get a PDF"))

    assert said(posts) == sentences.say("lead.send_on")
    assert not buttons(posts)


def test_a_single_flag_that_the_upshot_names_is_told_without_its_name(talk, draw):
    reply = talk.say("selling spyware licence to the police in Morocco")
    [flag] = [f for f in reply.flags if f.status is Status.RAISED]
    text = said(draw(reply))

    assert text.casefold().count(flag.title.casefold()) == 1
    assert (f"*Red flag* (our own flag). You said “spyware”, “police”. {flag.explains} [1]"
            in text)


def test_where_the_menus_leave_no_room_the_points_stay_together(talk, draw):
    """The last safeguard went with the question, under a heading and sources of its own."""
    reply = talk.say("forensic lab software, army of mali, there is a war")
    assert {q.fact for q in reply.question.all()} == {"product", "end_use"}
    points, asked_ = draw(reply)

    assert all(f"• *{s.title}*" in said([points]) for s in reply.safeguards[:3])
    assert not buttons([points]) or buttons([points]) == ["Correct"]
    assert said([asked_]).startswith(
        f"_Continued from the message above_\n*{reply.question.opener}*")
    assert "Sources:" not in said([asked_])
    assert said(draw(replace(reply, says_once=False))[1:]).startswith(
        "_Continued from the message above_\n*Safeguards to put in place*")


def test_full_advice_offers_what_comes_next(talk, draw):
    talk.say(DEAL)
    posts = draw(talk.say("advise now"))

    assert len(posts) == 2
    assert buttons(posts)[0] == "Send to compliance"
    assert [b.split(" ")[0] for b in buttons(posts)[1:]] == [
        "Brief", *(b.split(" ")[0] for b in buttons(posts) if b.endswith("more safeguards")),
        "What", "Show", "Ask", "Remind"]
    assert load_press(action(posts, names.FEEDBACK)["positive_button"]["value"]) == Press(
        WHERE.conversation, 3, value=names.GOOD)


def test_each_part_of_long_advice_can_be_read_alone(talk, draw):
    talk.say(DEAL)
    first, second = draw(talk.say("advise now"))

    for post in (first, second):
        text = said([post])
        assert "not yet checked against the official text" in text
        marks = set(re.findall(r"\[\d+\](?! )", text))
        assert marks and marks <= set(re.findall(r"\[\d+\](?= )", text))
    assert said([first]).endswith("_Continued in the next message_")
    # Where it is cut depends on how long the parts are; it begins with the name of what goes on.
    assert said([second]).startswith("_Continued from the message above_\n*")
    assert not buttons([first])


def test_a_plain_question_is_answered_without_the_buttons_of_a_deal(talk, draw):
    posts = draw(talk.say("what does the guidance say about resellers?"))
    assert buttons(posts) == ["Show the passages"]


def test_a_refusal_has_nothing_to_press(talk, draw):
    posts = draw(talk.say("what's the weather?"))
    assert buttons(posts) == []
    assert len(posts[0].blocks) == 1


def test_typed_show_sources_draws_each_passage_under_its_number(talk, draw, guidance):
    talk.say(DEAL)
    posts = draw(talk.say("show sources"))
    text = " ".join(said(posts).split())
    citations = talk.replies[-1].citations()
    assert citations
    for citation in citations:
        words = guidance.provisions[citation.provision].text[citation.start:citation.end]
        assert " ".join(words.split()) in text


def test_a_consideration_is_never_called_by_its_unchecked_number(talk, draw):
    talk.say(DEAL)
    text = said(draw(talk.say("advise now")))
    assert not re.search(r"[Cc]onsideration \d", text)


# ---- what happened since ----


def test_a_case_sent_on_says_so_in_place_of_the_button(talk, draw):
    talk.say(DEAL)
    reply = talk.say("advise now")
    posts = draw(reply, replace(WHERE, handed_over="Sent to compliance by <@U0KIM00001>"))
    assert "Send to compliance" in buttons(draw(reply, WHERE))
    assert "Send to compliance" not in buttons(posts)
    assert f"Sent to compliance by {KIM}" in "\n".join(
        o["text"] for o in objects(posts[-1].blocks) if o.get("type") == "mrkdwn")


def test_nothing_is_said_to_be_looked_at_that_nobody_asked(talk, draw, guidance):
    talk.say(DEAL)
    reply = talk.say("advise now")
    # No question asks for it, so it stays open.
    assert "*Public reporting* (open): " in said(draw(reply))
    assert "Public reporting (open): " in to_text(reply, guidance)
    assert "looked at)" not in said(draw(reply)) + to_text(reply, guidance)

    # A corpus may have a consideration that is settled by facts and has no flags.
    settled = replace(reply, considerations=tuple(
        replace(c, status=Status.NOT_RAISED) if c.id == "sg-c8" else c
        for c in reply.considerations))
    assert "*Public reporting* (no red flags of its own): " in said(draw(settled))
    assert "Public reporting (no red flags of its own): " in to_text(settled, guidance)
    assert "looked at)" not in said(draw(settled)) + to_text(settled, guidance)


def test_a_reminder_says_its_day_with_the_month_in_words(talk, draw):
    talk.say(DEAL)
    posts = draw(talk.say("advise now"), replace(WHERE, watch_on=date(2027, 3, 2)))
    assert "I will ask you about this deal again on 2 March 2027." in said(posts)
    assert "Change the reminder" in buttons(posts)


@pytest.mark.parametrize(("listening", "line", "label"), [
    (True, LISTENING, "Pause"),
    (False, "_I am not listening in this thread. Mention me to ask something._", "Listen again"),
])
def test_a_channel_thread_says_whether_the_bot_listens(draw, listening, line, label):
    first = replace(asking(choices="ab"), shape="brief")
    posts = draw(first, replace(WHERE, turn=1, listening=listening))
    assert said(posts).endswith(line)
    assert buttons(posts)[-1] == label


def test_what_comes_between_the_first_reply_and_the_advice_does_not_say_again_that_it_listens(
    talk, draw
):
    def listens(reply, **where):
        return "listening" in said(draw(reply, replace(WHERE, listening=True, **where)))

    assert listens(talk.say(DEAL), turn=1)
    assert listens(talk.say("why do you ask?"), turn=2, retakes=1)  # where the first one stood
    assert not any(listens(talk.say(words), turn=n) for n, words in enumerate(
        ["why do you ask?", "what's the weather?", "it is Uganda", "what if it was for traffic",
         "safeguards", "UNGP 13"], start=2))
    assert listens(talk.say("advise now"), turn=8)


def test_a_step_does_not_say_again_that_the_bot_listens(draw):
    posts = draw(asking(choices="ab"), replace(WHERE, listening=True))
    assert "listening" not in said(posts)
    assert "Pause" not in buttons(posts)


def test_an_answer_that_was_never_shown_is_drawn_before_the_next_without_buttons(
    talk, guidance, say
):
    first, second = talk.say(DEAL), talk.say("we sell through a reseller")
    posts = to_posts([(first, WHERE), (second, replace(WHERE, turn=4))], guidance, say)
    assert len(posts) == 2
    assert buttons(posts[:1]) == []
    assert "*What to weigh*" in said(posts[:1])
    assert all(load_press(o["value"]).turn == 4 for o in objects(posts[1].blocks)
               if o.get("type") == "button")


# ---- whatever arrives ----


def citation(n=1, title="S", pinpoint="P", url="https://x.example/"):
    return Citation("p", f"{pinpoint}{n}", "s", title, Checked.UNCHECKED, url, "r", 0, n, "")


def flag(words, *citations):
    return FlagNote("f", words, words, "sg-c1", Status.RAISED, (), (words,), (), False, 3, False,
                    citations)


@pytest.mark.parametrize("words", [
    "<!channel>", "<@U1>", "<#C1>", "<http://evil.example|state.gov>", "*bold*", "```code```",
    "@here", "&lt;!here&gt;",
])
def test_quoted_words_stay_words(draw, words):
    reply = Reply(Kind.ADVICE, ReleaseId("r"), (Line(words),), heard=words,
                  flags=(flag(words, citation()),))
    (post,) = draw(reply)
    text = mrkdwn(post.blocks)
    assert not re.search(r"<(?!https://x\.example/\|)", text)
    assert "`" not in text and "*bold*" not in text.replace("**", "")
    assert all(o["verbatim"] for o in objects(post.blocks) if o.get("type") == "mrkdwn")


def test_a_hundred_citations_of_one_point_fit_and_are_all_listed(draw):
    cited = [citation(n, "&" * 99, "&" * 99 + "P", "https://x.example/" + "u" * 270)
             for n in range(1, 101)]
    posts = draw(Reply(Kind.ADVICE, ReleaseId("r"), (Line("Upshot."),), flags=(flag("x", *cited),)))
    for n in range(1, 101):
        assert f"|[{n}]>" in "".join(mrkdwn(p.blocks) for p in posts)
        assert f"[{n}] &amp;" in "".join(mrkdwn(p.blocks) for p in posts)


def test_short_citations_of_one_point_stay_few_enough_for_their_list_to_fit(draw):
    cited = [citation(n, f"{n}" + "&" * 99, "&" * 99 + "P", "") for n in range(1, 101)]
    posts = draw(Reply(Kind.ADVICE, ReleaseId("r"), (Line("Upshot."),), flags=(flag("x", *cited),)))
    assert all(f"[{n}] &amp;" in "".join(mrkdwn(p.blocks) for p in posts) for n in range(1, 101))


@pytest.mark.parametrize("several", [True, False])
def test_a_menu_that_does_not_fit_says_that_words_are_welcome(draw, several):
    labels = [f"{n} " + "\"" * 70 for n in range(100)]
    posts = draw(asking(choices=labels, several=several))
    assert said(posts).endswith("Not in the list? Say it in your own words.")


def test_a_button_pressed_never_moves_an_answer_across_two_messages(draw):
    """Over every length, so that some of them stand right at the edge."""
    happened = replace(WHERE, answered={"end_user": "y" * 200}, watch_on=date(2027, 12, 28),
                       handed_over="Sent to compliance by someone with a very long name" * 5)
    coverage = (CoverageLine("sg-c1", 1, Coverage.OPEN, ()),)
    for words in range(1_000, 2_400, 20):
        reply = Reply(Kind.ADVICE, ReleaseId("r"), (Line("word " * words),), coverage=coverage)
        assert len(draw(reply, WHERE)) == len(draw(reply, happened))


@pytest.mark.long
@settings(max_examples=30, deadline=None,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large,
                                 HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_reply_fits_and_shows_every_citation_whole(guidance, say, data):
    guidance = over(guidance)
    reply = data.draw(replies(guidance))
    posts = to_posts([(reply, replace(WHERE, listening=True))], guidance, say)

    for post in posts:
        check_message(post.text, post.blocks)
        drawn = mrkdwn(post.blocks)
        for mark in re.findall(r"\|(\[\d+\])>", drawn):
            assert f"{mark} " in drawn  # its line in the list of this very message
    drawn = "\n".join(mrkdwn(post.blocks) for post in posts)
    for citations in holders(reply):
        most = INTERIM_MARKS if reply.shape in {"brief", "step"} else None
        for citation in citations[:most]:
            part, mark, place = citation.pinpoint.partition(": ")
            named = f"(?:{re.escape(part + mark)})?{re.escape(place or part)}"
            assert re.search(rf"\[\d+\] {named}", drawn)
            if web_address(citation.url) is None:
                assert citation.url == "" or citation.url not in drawn


@pytest.mark.long
@settings(max_examples=30, deadline=None,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large,
                                 HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_happens_to_a_reply_changes_its_last_message_only(guidance, say, data):
    guidance = over(guidance)
    reply = data.draw(replies(guidance))
    before = to_posts([(reply, WHERE)], guidance, say)
    after = to_posts([(reply, replace(
        WHERE, answered=_answered(reply, data), watch_on=date(2027, 12, 28),
        handed_over=f"Sent to compliance by {KIM} on 25 November 2026"))], guidance, say)

    assert len(before) == len(after)
    assert before[:-1] == after[:-1]
    check_message(after[-1].text, after[-1].blocks)


def _answered(reply, data):
    """Some of what *reply* asks for, answered with whatever words."""
    facts = [one.fact for one in reply.question.all()] if reply.question else ["end_user"]
    return data.draw(st.dictionaries(st.sampled_from(facts), st.text(max_size=200), min_size=1))


def test_the_upshot_can_be_streamed_ahead_of_the_rest(talk, draw):
    (post,) = draw(talk.say(DEAL))
    assert post.lead.startswith("**No red flag so far")
    assert post.blocks[0]["text"]["text"].startswith("*No red flag so far")
    assert post.blocks[post.lead_blocks]["text"]["text"].startswith("I understood")


def test_a_message_of_one_block_is_not_streamed(talk, draw):
    (post,) = draw(talk.say("what's the weather?"))
    assert (post.lead, post.lead_blocks) == ("", 0)


SCENARIOS = sorted((PROJECT / "tests/scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: p.stem)
def test_every_reply_of_the_scenarios_is_a_message_slack_takes(path, talk, draw, guidance, say):
    steps = yaml.safe_load(path.read_text(encoding="utf-8"))
    steps = steps["steps"] if isinstance(steps, dict) else steps
    for step in steps:
        reply = talk.choose(step["chooses"]) if "chooses" in step else talk.say(step["says"])
        draw(reply, replace(WHERE, listening=True))
        check_view(passages_view(reply, guidance, say))
        check_view(intake_view(guidance, say, deal=talk.conversation.deal, private="p"))


def test_lines_that_do_not_fit_into_one_block_are_cut_between_and_not_within(talk, draw):
    talk.say("drones for the police in Kenya")
    reply = talk.say("why do you ask?")

    (post,) = draw(reply)

    leads = [line.text.split("\n") for line in reply.lead]
    drawn = [[re.sub(r" <.*", "", part) for part in block["text"]["text"].split("\n")]
             for block in post.blocks if block["type"] == "section"]
    assert len(leads) == 6 and drawn[:6] == leads


def test_a_part_of_a_source_that_several_places_are_in_is_named_once(talk, draw):
    talk.say(DEAL)
    posts = draw(talk.say("advise now"))

    for post in posts:
        for line in said([post]).splitlines():
            places = re.findall(r"\[\d+\] ([^·]+)", line) if line.startswith("State Dep") else []
            for before, after in pairwise(places):
                part, mark, _ = before.partition(": ")
                assert not (mark and after.startswith(f"{part}: "))
    assert re.search(r"\[\d+\] Considerations \(pp. 8–13\): [^·]+ · \[\d+\] [a-z]", said(posts))
