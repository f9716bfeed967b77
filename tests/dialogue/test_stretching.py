"""A telling in several messages: each part is read together with the parts before it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.dialogue.answers.answering import answers_whole
from bot.dialogue.conversation import Conversation, ConversationId, Going, Spoken
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.messages.moving import left_behind
from bot.dialogue.messages.stretching import MOST_WORDS, PAUSE, PER_WORD, joined
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Status
from retrieval.guidance import Fact
from retrieval.words.tells import ANY
from retrieval.words.tokens import words_of
from tests.dialogue.talking import WHEN, Says, Talk
from tests.dialogue.test_respond import OPENERS, REMARKS

SOON = timedelta(seconds=6)
DEALS = (
    "we sell drones to the border police in Chad through a reseller, hosted by us",
    "IMSI catchers for the interior ministry of Kenya. They ask no judge. Contract is signed",
    "facial recognition for the mayor of a city in Brazil, no middleman, to watch protests",
    "spyware for the army in Uganda via a broker to fight terrorism; there is a war",
    "maybe the police, maybe the army of Mali; cameras to find missing people",
    "not for the police in Kenya but for the health ministry, thermal cameras for fever",
)


def values(deal: Deal) -> dict[str, tuple[frozenset[str] | None, bool]]:
    return {f: (a.values, a.sure) for f, a in deal.answers.items()}


def fresh(talk: Talk, reader, text: str) -> Deal:
    message = reader.read(text, Conversation(ConversationId("x")), key=MessageKey("x"), author="a",
                          sent_at=WHEN)
    return Deal(message.heard)


@pytest.mark.parametrize(("words", "of_its_own", "key", "said", "quoted"), [
    ("drones", False, "1", "drones", "drones"),
    ("border", False, "1", "border", "border"),
    ("police", False, "2", "police", "police"),
    # Of words in two parts the later one holds what stands in it.
    ("border police", False, "2", "border police", "police"),
    ("border police", True, "2", "police", "police"),
    ("police", True, "2", "police", "police"),
    ("in Chad", False, "3", "in Chad", "in Chad"),
])
def test_words_rest_on_the_part_that_they_stand_in(words, of_its_own, key, said, quoted):
    """What a page quotes of a message are the words at these places, blanks before it or not."""
    texts = {"1": "  drones for the border ", "2": " police", "3": "in Chad"}
    whole = joined([(Spoken(MessageKey(k), t), t) for k, t in texts.items()], [" ", " "])
    assert whole.text == "drones for the border police in Chad"
    start = whole.text.index(words)
    answer = Answer(frozenset({"x"}), words, MessageKey("2"), True, start, start + len(words))
    found = whole.anchored(answer, of_its_own)
    assert (found.message, found.said) == (key, said)
    assert texts[key][found.start : found.end] == quoted


def in_parts(talk: Talk, parts, pause=SOON) -> None:
    for n, part in enumerate(parts):
        talk.say(part, WHEN + n * pause)


@pytest.mark.parametrize("parts", [
    ("drones, they want it for the border", "police in Chad"),
    ("we'd like to sell", "drones to the police", "in Kenya, via a reseller"),
    ("cameras for the police in Kenya,", "who never ask a judge"),
    ("hi", "cameras for the police in Kenya"),
    # Put as a question is, and none without a mark.
    ("cameras for the police in Kenya,", "which has been accused of misusing such systems"),
])
def test_a_clause_that_was_cut_says_what_it_says_in_one(begin, reader, parts):
    talk = begin()
    in_parts(talk, parts)

    assert values(talk.conversation.deal) == values(fresh(talk, reader, " ".join(parts)))
    assert [m.going for m in talk.messages] == [Going.BEGINS] + [Going.ON] * (len(parts) - 1)


@pytest.mark.parametrize(("then", "told"), [
    ("detentions: no, though critics are watched", ("detentions", "yes", 0.77, "Ghana\n{}")),
    ("detentions: no, but the press is censored", ("rights_limits", "yes", 0.96, "censored")),
])
def test_what_is_filled_in_behind_what_is_asked_is_its_answer_however_soon_it_comes(
    guidance, sentences, then, told
):
    """Within twenty seconds it was read with what came before: a flag that it denies, or nothing.

    A model hears the place that came before in the first word of it too.
    """
    *what, words = told
    says = Says(("product", "cctv", 1.0, "cctv"), ("end_user", "police", 1.0, "police"),
                ("country", ANY, 1.0, "in Ghana"), ("country", ANY, 1.0, "in Ghana\ndetentions"),
                (*what, words.format(then)))
    talk = Talk(guidance, PlainReader(guidance, says), sentences)
    in_parts(talk, ["cctv for police in Ghana", then])

    assert talk.conversation.deal.known(Fact("detentions")) == {"no"}
    assert talk.messages[1].answers_pending
    assert Fact("detentions") not in talk.conversation.awaiting()


def test_what_goes_on_answers_no_question_that_came_between(guidance, sentences):
    """"fine" behind the owners told nothing of them, and "no" to two questions nobody had read."""
    told = ("hidden_ownership", "no", 0.81, "owners of the buyer checked, fine")
    talk = Talk(guidance, PlainReader(guidance, Says(told)), sentences)
    in_parts(talk, ["police of Algeria, location tracking, vague answers.",
                    "owners of the buyer checked, fine"])

    assert talk.replies[0].question is not None
    assert talk.messages[1].heard.keys() == {"hidden_ownership"}
    assert talk.messages[1].going is Going.ON


def test_a_question_with_a_mark_is_one_however_it_begins(begin):
    talk = begin()
    in_parts(talk, ["cameras for the police in Kenya,", "which is the worst of it?"])

    assert talk.messages[1].going is not Going.ON


def test_a_country_that_is_only_supposed_is_asked_back_beside_the_one_just_told(begin):
    talk = begin()
    talk.say(DEALS[1], WHEN)
    talk.say(DEALS[2], WHEN + timedelta(minutes=10))
    talk.say(DEALS[4], WHEN + timedelta(minutes=10, seconds=3))

    assert talk.messages[2].going is Going.ON
    country = talk.conversation.deal.answers[Fact("country")]
    assert (country.values, country.sure, country.instead) == ({"BR"}, True, {"BR", "ML"})


@pytest.mark.long
@given(text=st.sampled_from(DEALS), data=st.data())
@settings(max_examples=120, deadline=None)
def test_wherever_a_deal_is_cut_it_ends_as_in_one_message(begin, reader, text, data):
    words = text.split()
    cuts = sorted(data.draw(st.sets(st.integers(1, len(words) - 1), min_size=1, max_size=3)))
    parts = [" ".join(words[a:b])
             for a, b in zip([0, *cuts], [*cuts, len(words)], strict=True)]
    talk = begin()
    in_parts(talk, parts)

    if all(m.going is Going.ON for m in talk.messages[1:]):
        whole = talk._reader._continuing._whole(talk.conversation.stretch.parts)
        assert values(talk.conversation.deal) == values(fresh(talk, reader, whole.text))
        one = begin()
        one.say(whole.text)
        assert {f.id for f in talk.replies[-1].flags if f.status is Status.RAISED} <= {
            f.id for f in one.replies[-1].flags if f.status is Status.RAISED}


STEPS = st.lists(st.tuples(
    st.sampled_from([*OPENERS, *REMARKS, *DEALS, "hosted by us", "in Chad", "the police", "", "?"]),
    st.sampled_from([0.0, 3.0, 20.0, 600.0]), st.sampled_from(["a", "b"])), min_size=1, max_size=7)


@pytest.mark.long
@given(steps=STEPS)
@example(steps=[("chicago police department wants 200 bodycams", 0.0, "a"),
                ("actually Uganda not Kenya", 0.0, "a"), ("spyware", 3.0, "a")])
@settings(max_examples=120, deadline=None)
def test_what_goes_on_ends_as_the_whole_would_beside_what_was_told(begin, reader, steps):
    talk, at, first = begin(), WHEN, None
    for text, seconds, by in steps:
        at += timedelta(seconds=seconds)
        then = talk.conversation
        talk.say(text, at, by)
        message, stretch = talk.messages[-1], talk.conversation.stretch
        if message.going is not Going.ON:
            first = then
            assert stretch is None or len(stretch.parts) == 1
            continue
        if stretch is None:
            # A go-between has left: read once more, what hung on it would be told again.
            assert message.retracted or talk.conversation.deal.known("intermediary") == {"none"}
            continue
        assert first is not None
        whole = reader._continuing._whole(stretch.parts)
        again = reader.read(whole.text, replace(first, stretch=None), key=MessageKey("w"),
                            author=by, sent_at=at)
        alone = reader.read(text, replace(then, stretch=None), key=MessageKey("w"),
                            author=by, sent_at=at)
        # What an earlier part told that was an answer by itself stands: "none of these".
        finished = {part.key for part in stretch.parts if is_answer(reader, part.text)}
        wanted = values(first.deal.without(again.retracted).with_answers(again.heard))
        now = values(talk.conversation.deal)
        for fact, (said, sure) in values(then.deal).items():
            if then.deal.answers[fact].message in finished:
                assert now.get(fact) == (said, sure)
            elif fact in alone.heard or now.get(fact) == wanted.get(fact):
                assert now.get(fact) in ((said, sure), wanted.get(fact),
                                         values(Deal(alone.heard)).get(fact))
            else:
                # What it does not speak of by itself is neither dropped nor doubted.
                assert now[fact] == (said, sure)
        # What was found of a country that was left before does not come back.
        gone = left_behind(first.deal, again, reader._guidance)
        assert {f: v for f, v in now.items() if f not in then.deal.answers} == {
            f: v for f, v in wanted.items() if f not in then.deal.answers and f not in gone}


def is_answer(reader, text):
    return answers_whole(words_of(text), reader._cues)


@pytest.mark.long
@given(steps=STEPS)
@settings(max_examples=60, deadline=None)
def test_each_fact_points_at_words_of_the_message_it_names(begin, steps):
    talk, at = begin(), WHEN
    for text, seconds, by in steps:
        at += timedelta(seconds=seconds)
        talk.say(text, at, by)
    texts = {m.key: m.text for m in talk.messages}
    for answer in talk.conversation.deal.answers.values():
        assert 0 <= answer.start <= answer.end <= len(texts[answer.message])


def test_what_was_told_is_not_told_twice(begin):
    talk = begin()
    in_parts(talk, ["drones for the police in Kenya,", "it goes through a reseller"])

    assert set(talk.messages[1].heard) == {"intermediary"}
    assert talk.messages[1].heard[Fact("intermediary")].message == talk.messages[1].key
    assert talk.conversation.deal.answers[Fact("end_user")].message == talk.messages[0].key
    assert talk.replies[1].changes is None


def test_what_only_the_cut_made_it_say_is_taken_back(begin):
    talk = begin()
    in_parts(talk, ["drones for the coast guard of Niger, they had a military",
                    "takeover there last year"])

    assert talk.conversation.deal.known(Fact("conflict")) == {"yes"}
    assert "military" in {v for a in talk.messages[0].heard.values() for v in a.values}
    assert talk.conversation.deal.known(Fact("end_user")) == {"border-guard"}
    assert talk.replies[1].changes is not None


@pytest.mark.parametrize("first", [
    "the army of Uganda, drones; perhaps they never ask a judge",
    "the army of Uganda, drones; there is a war",
])
def test_what_a_clause_by_itself_does_not_speak_of_stands(begin, first):
    talk = begin()
    in_parts(talk, [first])
    stood = values(talk.conversation.deal)
    in_parts(talk, ["they do not get any training from us"])

    assert {f: a for f, a in values(talk.conversation.deal).items() if f in stood} == stood


def test_a_correction_counts_as_one(begin):
    talk = begin()
    in_parts(talk, ["drones for the police in Kenya", "sorry, it's the health ministry"])

    assert talk.messages[1].going is Going.BEGINS
    assert talk.conversation.deal.known(Fact("end_user")) == {"health-ministry"}
    assert talk.replies[1].changes is not None


def test_what_is_denied_is_taken_back_as_ever(begin):
    talk = begin()
    in_parts(talk, ["drones for the police in Kenya", "not the police"])

    assert talk.messages[1].withdrawn == {"end_user": {"police"}}
    assert Fact("end_user") not in talk.conversation.deal.answers


@pytest.mark.parametrize("later", [
    timedelta(0), -SOON, PAUSE + 3 * PER_WORD + timedelta(seconds=1), timedelta(hours=1)])
def test_what_does_not_follow_at_once_is_read_by_itself(begin, later):
    talk = begin()
    talk.say("we sell predictive", WHEN)
    talk.say("policing in Kenya", WHEN + later)

    assert talk.messages[1].going is Going.BEGINS


def test_somebody_else_does_not_go_on_from_it(begin):
    talk = begin()
    talk.say("drones for the police", WHEN, "a")
    talk.say("who are in Kenya, via a reseller", WHEN + SOON, "b")

    assert talk.messages[1].going is Going.BEGINS


def test_a_choice_in_between_ends_it(begin):
    talk = begin()
    talk.say("drones for the police in Kenya", WHEN)
    pending = talk.conversation.pending
    talk.choose({pending: None})

    assert talk.conversation.stretch is None


@pytest.mark.parametrize(("text", "intent"), [
    ("why do you ask?", Intent.WHY), ("start over", Intent.START_OVER),
    ("what if we host it ourselves?", Intent.WHAT_IF), ("thanks", Intent.THANKS),
    ("what does the guidance say on audits?", Intent.ASK), ("what is DPI?", Intent.DEFINE),
    ("ok", Intent.FILLER),
])
def test_what_steers_or_asks_stands_by_itself(begin, text, intent):
    talk = begin()
    talk.say("IMSI catchers for the police in Kenya", WHEN)
    known = talk.conversation.deal
    talk.say(text, WHEN + SOON)

    assert talk.messages[1].intent is intent
    assert talk.messages[1].going is not Going.ON
    assert text == "start over" or talk.conversation.deal == known


@pytest.mark.parametrize("text", ["no idea", "skip", "1"])
def test_a_short_answer_is_one_to_what_was_asked(begin, text):
    talk = begin()
    talk.say("IMSI catchers for the police in Kenya", WHEN)
    awaiting = talk.conversation.awaiting()
    talk.say(text, WHEN + SOON)

    assert awaiting
    assert talk.messages[1].answers_pending


def test_more_than_is_read_in_one_pass_begins_anew(begin):
    talk = begin()
    talk.say(" ".join(["drones for the police in Kenya", *["and so on"] * 38]), WHEN)
    talk.say("the deal goes through a reseller in Dubai", WHEN + SOON)

    assert MOST_WORDS < 6 + 3 * 38 + 8
    assert talk.messages[1].going is Going.BEGINS


def test_a_part_that_says_nothing_new_leaves_the_question_standing(begin):
    talk = begin()
    talk.say("IMSI catchers for the police in Kenya", WHEN)
    awaiting, known = talk.conversation.awaiting(), talk.conversation.deal
    reply = talk.say("so as I said, Kenya it is, and the police there are the ones", WHEN + SOON)

    assert talk.messages[1].intent is Intent.FILLER
    assert reply.lead[0].text == (
        "I have that already (end-user: Police · country of use: Kenya) and have "
        "noted nothing else of it. The question stands: \"I don't know\" and \"skip\" are fine "
        "too, and \"advise now\" ends the questions.")
    assert talk.conversation.awaiting() == awaiting
    assert values(talk.conversation.deal) == values(known)


FOUND = ("No independent courts oversee it.",
         "Journalists are detained there without trial.", "There is a civil war there.",
         "The law forbids criticism of the government.")
NEXT = ("it goes through a reseller in Dubai", "via a broker", "and hosted by us",
        "the contract is signed", "and also drones")


@pytest.mark.parametrize("found", FOUND)
@pytest.mark.parametrize("next_", NEXT)
def test_what_was_found_of_a_country_that_was_left_comes_from_nothing(
        guidance, begin, found, next_):
    """A grave flag came back, raised on words said of another country."""
    hangs = {q.fact for q in guidance.questions.values() if "country" in q.after}
    talk = begin()
    in_parts(talk, ["Spyware for the police in Chad", found])
    told = {f: a.said for f, a in talk.conversation.deal.answers.items() if f in hangs}
    for n, part in enumerate(("Correction: the country is Bahrain, not Chad.", next_)):
        talk.say(part, WHEN + timedelta(hours=1) + n * SOON)

    deal = talk.conversation.deal
    assert talk.messages[-1].going is Going.ON
    assert deal.known("country") == {"BH"}
    assert told
    assert hangs.isdisjoint(deal.answers)


@pytest.mark.parametrize("moves", [
    "it's Brazil", "sorry, Brazil", "Brazil, not Chad", "it's for Brazil", "I mean Brazil",
])
@pytest.mark.parametrize("parts", [
    ("Spyware for the police in Chad", "Journalists are detained there without trial."),
    ("Spyware for the police", "in Chad", "There is a civil war there."),
])
def test_a_country_that_is_put_right_at_once_takes_along_what_was_found_of_the_other(
        guidance, begin, parts, moves):
    """Arrests in Nepal raised a flag on Brazil, since they were told a few seconds before."""
    hangs = {q.fact for q in guidance.questions.values() if "country" in q.after}
    talk = begin()
    in_parts(talk, [*parts, moves])

    deal = talk.conversation.deal
    assert talk.messages[-2].heard.keys() & hangs
    assert deal.known(Fact("country")) == {"BR"}
    assert hangs.isdisjoint(deal.answers)
    assert deal.known(Fact("end_user")) == {"police"}


@pytest.mark.parametrize(("parts", "country", "fact"), [
    (("Spyware for the police in Chad", "There is a civil war there.", "and Brazil"),
     {"TD", "BR"}, "conflict"),
    (("Spyware for the police", "There is a civil war in South", "Sudan, and they want drones"),
     {"SS"}, "conflict"),
    (("Spyware for the police in Chad", "There is a civil war there.", "it's Chad, as I said"),
     {"TD"}, "conflict"),
])
def test_what_was_found_stays_where_the_country_does(begin, parts, country, fact):
    talk = begin()
    in_parts(talk, parts)

    assert talk.conversation.deal.known(Fact("country")) == country
    assert talk.conversation.deal.known(Fact(fact)) == {"yes"}


@pytest.mark.parametrize("answer", ["no", "no reports, no", "nope"])
def test_a_no_does_not_join_on_to_what_follows_at_once(begin, answer):
    """"No", and four seconds later "court order needed", said that none is needed."""
    talk = begin()
    talk.say("plate readers for the police in Fiji, against burglary", WHEN)
    talk.say(answer, WHEN + timedelta(minutes=2))
    talk.say("court order needed", WHEN + timedelta(minutes=2, seconds=4))
    assert not talk.conversation.deal.known("access_safeguards") & {"none", "inadequate"}


@pytest.mark.parametrize(("parts", "values"), [
    (("plate readers for a port in Togo via a reseller, no government stake in the reseller",
      "a ministry holds 12% of it"), {"yes"}),
    (("drones for a bank in Togo, no government stake in it", "or an army stake in it"), {"no"}),
    (("drones for a bank in Togo, no government stake in it", "it's private"), {"no"}),
])
def test_news_right_behind_a_no_is_no_part_of_it(begin, parts, values):
    """Read as one, the no stood, and the flag of a hidden owner was missed."""
    talk = begin()
    in_parts(talk, parts)

    assert talk.conversation.deal.known(Fact("hidden_ownership")) == values
