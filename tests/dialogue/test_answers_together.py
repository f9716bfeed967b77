"""Answers to several questions at once are read as people give them, in whatever form."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue.deal import Answer, Deal
from bot.dialogue.intents import Intent
from retrieval.guidance import Fact
from tests.dialogue.talking import KEY, Talk

DEAL = {"product": "cctv", "end_user": "police", "country": "KE", "intermediary": "broker"}
COUNTRY = ["detentions", "restrictive_laws", "conflict"]
PRODUCT = ["misuse_reports", "system_of_concern"]
RECORD = ["agency_misuse", "onward_supply"]
PARTIES = ["government_ties", "hidden_ownership", "party_reported"]
FREEDOMS = ["rights_limits", "law_in_practice"]
YES, NO, UNKNOWN = "yes", "no", "unknown"

Asked = Callable[[Sequence[str]], Talk]


@pytest.fixture(scope="module")
def asked(begin) -> Asked:
    """A talk about cameras for the Kenyan police in which *facts* were asked for last."""

    def start(facts: Sequence[str]) -> Talk:
        return begin().amid({f: v for f, v in DEAL.items() if f not in facts}, facts)

    return start


def heard(talk: Talk) -> dict[str, str]:
    """What the last message was taken to say, whether certain or not; "??" behind a guess."""
    return {str(fact): UNKNOWN if answer.values is None else "+".join(sorted(answer.values))
            + ("??" if answer.guessed else "")
            for fact, answer in talk.messages[-1].heard.items()}


def told(facts: Sequence[str], *values: str) -> dict[str, str]:
    return {fact: value for fact, value in zip(facts, values, strict=True) if value}


# In words of their own -----------------------------------------------------------------------


@pytest.mark.parametrize(("facts", "said", "values"), [
    # Who lists yeses and noes answers one of the questions in words of its own.
    (COUNTRY, "none, none, some protests", (NO, NO, "yes??")),
    (COUNTRY, "no, no, some unrest", (NO, NO, YES)),
    (COUNTRY, "no no and there's an election coming that's tense", (NO, NO, YES)),
    (COUNTRY, "nothing, nothing, elections next month are tense", (NO, NO, YES)),
    (COUNTRY, "none. none. yes a bit of turmoil", (NO, NO, YES)),
    (COUNTRY, "no, no, there is a war in the north", (NO, NO, YES)),
    (COUNTRY, "no, ngo law, civil war", (NO, YES, YES)),
    (COUNTRY, "some arrests of journalists, no, no", (YES, NO, NO)),
    (COUNTRY, "yes, yes, mostly calm", (YES, YES, NO)),
    (COUNTRY, "no war, no, no", (NO, NO, NO)),
    (COUNTRY, "dunno, yes, there's fighting at the border", (UNKNOWN, YES, YES)),
    # The rest is what is not told.
    (COUNTRY, "war in the east. rest no", (NO, NO, YES)),
    (COUNTRY, "yes there was a coup, the rest no idea", (UNKNOWN, UNKNOWN, YES)),
    # A no that ends what was told is of the other question.
    (RECORD, "yes there are reports. No", (YES, NO)),
    (RECORD, "they were caught spying on journalists. no", (YES, NO)),
    # So is a no before it; but who says yes and goes on says one thing twice.
    (PRODUCT, "none. part of the safe city project", (NO, YES)),
    (PRODUCT, "yes. it's part of the safe city project", ("", YES)),
    # Emphasis, and what tells of something else, is no list.
    (COUNTRY, "no, no, they want 40 of them", ("", "", "")),
    (COUNTRY, "no war. no", ("", "", NO)),
    (RECORD, "the customer hosts it. no", ("", "")),
    (RECORD, "the customer hosts it. no, no", ("", "")),
])
def test_an_item_of_a_list_may_tell_in_words_of_its_own(asked, facts, said, values):
    talk = asked(facts)

    talk.say(said)

    assert {fact: value for fact, value in heard(talk).items() if fact in facts} == told(
        facts, *values)


@pytest.mark.parametrize(("said", "values"), [
    ("yes, and the second one too, third no", (YES, YES, NO)),
    ("yes, second too, third no", (YES, YES, NO)),
    ("first yes, second also, last no", (YES, YES, NO)),
    ("no to the first, same for the second, yes to the third", (NO, NO, YES)),
    ("no to 1, ditto 2, 3 yes", (NO, NO, YES)),
    ("yes to the first two, third likewise", (YES, YES, YES)),
    ("first no, and the same goes for the last", (NO, "", NO)),
    # Nothing was said before that it could be the same as.
    ("the second too", ("", "", "")),
    # What is told beside is told by its own words.
    ("yes and also the owner is the minister's cousin", (YES, "", "")),
])
def test_an_item_of_a_list_may_say_the_same_as_the_one_before(asked, said, values):
    talk = asked(PARTIES)

    talk.say(said)

    assert heard(talk) == told(PARTIES, *values)


# As a tester wrote them --------------------------------------------------------------------


@pytest.mark.parametrize(("said", "values"), [
    # A name with a don't-know is never a yes or no.
    ("conflict: don't know", ("", "", UNKNOWN)),
    ("war? no idea", ("", "", UNKNOWN)),
    ("laws: no idea", ("", UNKNOWN, "")),
    ("laws not checked", ("", UNKNOWN, "")),
    ("detentions: no clue; laws: no, checked; conflict: no", (UNKNOWN, NO, NO)),
    ("detentions - dunno, laws - yes, conflict - no", (UNKNOWN, YES, NO)),
    # Numbers and words in one list.
    ("1 and 3. for conflict: no", (YES, YES, NO)),
    ("1.\n3.\ndunno", (YES, YES, UNKNOWN)),
    ("3, dunno, 6", ("", "", "")),
    ("2, dunno, 6", (NO, UNKNOWN, NO)),
    ("1 and 4, conflict yes", (YES, NO, YES)),
    ("option 2, option 4, and the last I'd have to check", (NO, NO, UNKNOWN)),
    ("1+3, not 5", (YES, YES, NO)),
    ("one, four and six", (YES, NO, NO)),
    ("1, 3 and I think 6", (YES, YES, NO)),
    ("2 (checked with the embassy), 3, 6", (NO, YES, NO)),
    ("1 idk 2 bad, so yes 3 no", (UNKNOWN, YES, NO)),
    # Marks between.
    ("No / Yes - the 2015 anti terror law / No", (NO, YES, NO)),
    ("fine: yes, yes, no", (YES, YES, NO)),
    ("yes (Amnesty 2023), no, no", (YES, NO, NO)),
    ("1) yes 2) we found none 3) no", (YES, NO, NO)),
    ("Q1 yes Q2 no we looked Q3 yes", (YES, NO, YES)),
    # Of all, of some, of the rest.
    ("yes to everything, sadly", (YES, YES, YES)),
    ("all yes. Amnesty has a report", (YES, YES, YES)),
    ("yes to all three, HRW has a report", (YES, YES, YES)),
    ("everything yes except conflict", (YES, YES, NO)),
    ("all except the last", (YES, YES, NO)),
    ("all no except the laws", (NO, YES, NO)),
    ("just the laws", ("", YES, "")),
    ("yes to the first two", (YES, YES, "")),
    ("the first two yes, third no", (YES, YES, NO)),
    ("the last two no", ("", NO, NO)),
    ("yes to 1, 2 and 3", (YES, YES, YES)),
    # Courtesies.
    ("1 3 6 thanks", (YES, YES, NO)),
    ("yes, no, no, thanks", (YES, NO, NO)),
    ("hi, 1 3 6", (YES, YES, NO)),
    ("my answers: 1, 3, 6", (YES, YES, NO)),
    ("ok back. 1 3 6", (YES, YES, NO)),
    ("sorry for the delay! yes, yes, no", (YES, YES, NO)),
    ("hello, no", (NO, NO, NO)),
    ("hi, 1. no\n2. yes\n3. yes", (NO, YES, YES)),
    # Labels word for word.
    ("Yes, credible sources report it. No, we looked and found none. No", (YES, NO, NO)),
])
def test_of_three_questions_each_gets_its_answer(asked, said, values):
    talk = asked(COUNTRY)
    talk.say(said)
    assert heard(talk) == told(COUNTRY, *values)


@pytest.mark.parametrize(("facts", "said", "values"), [
    (PRODUCT, "1 and no", (YES, NO)),
    (RECORD, "1, no", (YES, NO)),
    (RECORD, "agency: yes, passing on: no", (YES, NO)),
    (PARTIES, "3, dont know, 7", ("not-applicable", UNKNOWN, NO)),
    (PARTIES, "no ties, no reports, owners not checked", (NO, UNKNOWN, NO)),
    (PARTIES, "hidden ownership? not that we know of", ("", NO, "")),
    (FREEDOMS, "1, 5", (YES, "ignored")),
])
def test_other_groups_get_theirs(asked, facts, said, values):
    talk = asked(facts)
    talk.say(said)
    assert heard(talk) == told(facts, *values)


@pytest.mark.parametrize("facts", [["conflict"], ["detentions"], COUNTRY])
@pytest.mark.parametrize("said", ["1 idk 2 bad, so yes 4 no",
                                  "1 no idea 2 the law is bad, so yes 3"])
def test_numbers_that_fit_no_question_take_no_turn_down(asked, facts, said):
    talk = asked(facts)
    reply = talk.say(said)
    assert len(talk.messages) == 1
    assert reply.question is not None


def test_a_number_that_says_yes_beside_a_no_is_asked_back(asked):
    talk = asked(COUNTRY)
    talk.say("1 no")
    assert heard(talk) == {}
    assert "detentions" in talk.conversation.awaiting()


def test_what_is_answered_in_other_words_is_not_eaten(asked):
    talk = asked(FREEDOMS)
    talk.say("ignored mostly; freedoms yes limited")
    assert heard(talk)["rights_limits"] == YES


# A matter in the word of answer -----------------------------------------------------------


@pytest.mark.parametrize(("facts", "said", "values"), [
    (PARTIES, "No reports, we checked", ("", "", NO)),
    (PARTIES, "no such reports", ("", "", NO)),
    (PARTIES, "we searched, nothing was reported", ("", "", NO)),
    (PARTIES, "clean record, we checked", ("", "", NO)),
    (PARTIES, "we've seen reports", ("", "", YES)),
    (PRODUCT, "no reports, we checked", (NO, "")),
    (PRODUCT, "we found reports", (YES, "")),
    (RECORD, "we looked and found no reports", (NO, "")),
    (RECORD, "no reports as far as we know", (NO, "")),
    # Where none of them asks for reports it is of those that reports can answer.
    (COUNTRY, "no reports, we checked", (NO, NO, "")),
    (FREEDOMS, "no reports, we checked", (NO, "")),
])
def test_a_word_of_answer_that_names_a_matter_is_of_that_alone(asked, facts, said, values):
    talk = asked(facts)
    talk.say(said)
    assert heard(talk) == told(facts, *values)
    assert {f for f, value in zip(facts, values, strict=True) if not value} == set(
        talk.conversation.awaiting())


@pytest.mark.parametrize("said", [
    "no, we checked", "No hits, we checked", "none found, we searched the news",
    "no, we checked the reports", "no evidence, we looked",
])
@pytest.mark.parametrize("facts", [PARTIES, COUNTRY, PRODUCT, RECORD])
def test_a_word_of_answer_that_names_none_is_of_all(asked, facts, said):
    talk = asked(facts)
    talk.say(said)
    assert heard(talk) == dict.fromkeys(facts, NO)
    assert all(a.sure for a in talk.messages[-1].heard.values())


@pytest.mark.parametrize(("said", "facts"), [
    ("no reports, we checked", {"party_reported"}), ("checked, none", set(PARTIES)),
])
def test_who_saw_no_reports_has_not_looked_who_owns_a_company(begin, said, facts):
    talk = begin()
    noes = {Fact(f): Answer(frozenset({NO}), "no", KEY, sure=False) for f in PARTIES}
    talk.conversation = replace(talk.conversation, deal=Deal(
        {**noes, Fact("product"): Answer(frozenset({"cctv"}), "cctv", KEY)}))
    talk.say(said)
    assert heard(talk) == dict.fromkeys(facts, NO)
    assert {f for f in PARTIES if talk.conversation.deal.answers[Fact(f)].sure} == facts


# A name before a mark ----------------------------------------------------------------------

PURPOSE = ["end_use", "agency_misuse"]


@pytest.mark.parametrize(("facts", "said", "values"), [
    (PARTIES, "owners: not checked; reports: none; ties: none", (NO, UNKNOWN, NO)),
    (PARTIES, "ties: unknown; reports: unknown; owners: not checked", (UNKNOWN,) * 3),
    (PARTIES, "reports: yes, ties: no, owners: no", (NO, NO, YES)),
    (PURPOSE, "reports: don't know", ("", UNKNOWN)),
    (PURPOSE, "misuse reports: unknown", ("", UNKNOWN)),
    (COUNTRY, "detentions: nobody looked", (UNKNOWN, "", "")),
    (COUNTRY, "detentions: not verified", (UNKNOWN, "", "")),
    (COUNTRY, "detentions: pending, laws: no, conflict: no", (UNKNOWN, NO, NO)),
])
def test_the_name_that_an_answer_is_bound_by_tells_nothing_itself(asked, facts, said, values):
    talk = asked(facts)
    talk.say(said)
    assert heard(talk) == told(facts, *values)


@pytest.mark.parametrize(("facts", "said", "found"), [
    (PURPOSE, "conflict: don't know", {"conflict": UNKNOWN}),
    (PURPOSE, "war? no idea", {"conflict": UNKNOWN}),
    (PURPOSE, "onward supply: no idea", {"onward_supply": UNKNOWN}),
    (PURPOSE, "detentions: no clue; laws: bad; conflict: none",
     {"detentions": UNKNOWN, "conflict": NO}),
    (["detentions"], "war: no idea", {"conflict": UNKNOWN}),
    (COUNTRY, "abuse: don't know; censorship: no; elections: no",
     {"detentions": UNKNOWN, "rights_limits": NO, "conflict": NO}),
    (PURPOSE, "political prisoners: yes", {"detentions": YES}),
    (PURPOSE, "resellers? none", {"intermediary": "none"}),
    (PURPOSE, "laws: no idea", {}),
    (PURPOSE, "everything yes except conflict", {}),
])
def test_a_name_that_was_not_asked_last_answers_for_itself_alone(asked, facts, said, found):
    talk = asked(facts)
    talk.say(said)
    assert heard(talk) == found
    assert set(facts) - found.keys() <= set(talk.conversation.awaiting())


def test_who_does_not_know_what_is_known_takes_nothing_back(asked):
    talk = asked(PURPOSE)
    talk.say("product: no idea")
    assert heard(talk) == {}
    assert talk.conversation.deal.known(Fact("product")) == {"cctv"}


@pytest.mark.parametrize("facts", [["restrictive_laws", "conflict"], PURPOSE])
def test_a_number_that_its_word_gainsays_names_no_question_of_a_shortened_list(asked, facts):
    talk = asked(facts)
    talk.say("2 bad, so yes")
    assert heard(talk) == {}
    assert set(facts) <= set(talk.conversation.awaiting())


def test_a_number_with_a_no_beside_it_picks_nothing(asked):
    talk = asked(PURPOSE)
    talk.say("3 no")
    assert heard(talk) == {}


# What is told beside -----------------------------------------------------------------------


@pytest.mark.parametrize(("facts", "said", "values", "beside"), [
    (COUNTRY, "1, 3, 6. Also it goes via a reseller", (YES, YES, NO), {"intermediary"}),
    (COUNTRY, "yes yes no, and we sell through a reseller", (YES, YES, NO), {"intermediary"}),
    (PRODUCT, "2, 4 and they host it", (NO, NO), {"hosting"}),
])
def test_what_is_told_beside_is_heard_and_eats_no_answer(asked, facts, said, values, beside):
    talk = asked(facts)
    talk.say(said)
    found = heard(talk)
    assert {f: v for f, v in found.items() if f in facts} == told(facts, *values)
    assert found.keys() - set(facts) == beside


@pytest.mark.parametrize("said", ["yes to all three, HRW has a report on it",
                                  "all yes, Amnesty wrote about it"])
def test_where_answers_come_from_tells_nothing_of_a_party(asked, said):
    talk = asked(COUNTRY)
    talk.say(said)
    assert heard(talk) == dict.fromkeys(COUNTRY, YES)


def test_who_ends_the_questions_beside_answers_gets_the_advice(asked):
    talk = asked(COUNTRY)
    talk.say("1, 3, 6, advise now")
    assert heard(talk) == told(COUNTRY, YES, YES, NO)
    assert talk.messages[-1].intent is Intent.ADVISE_NOW


def test_a_number_is_quoted_by_its_label(asked):
    talk = asked(COUNTRY)
    talk.say("1, 3, 6")
    answer = talk.messages[-1].heard[Fact("detentions")]
    assert answer.said == "Yes, credible sources report it"
    assert "1, 3, 6"[answer.start:answer.end] == "1"


# What is no such answer --------------------------------------------------------------------


@pytest.mark.parametrize("said", [
    "2 weeks, 3 drones", "no thanks", "they want 5 or 6 cameras", "no rush", "first things first",
    "the laws are a pain to read, hold on", "no no, that's not what I meant",
])
def test_what_only_looks_like_answers_is_none(asked, said):
    talk = asked(COUNTRY)
    talk.say(said)
    assert set(heard(talk)).isdisjoint(COUNTRY)


# Every combination in every form -----------------------------------------------------------

GROUPS = {
    2: (PRODUCT, ("reports", "system")),
    3: (COUNTRY, ("detentions", "laws", "conflict")),
}
WORDS = {YES: ("yes", "yep", "yeah"), NO: ("no", "nope"), UNKNOWN: ("don't know", "no idea", "idk")}
ORDINALS = ("first", "second", "third")
BEFORE = ("", "", "hi, ", "sorry for the delay! ", "my answers: ", "hello. ")
BEHIND = ("", "", ", thanks", ". cheers", ", hope that helps", " thanks")
FACTS_BESIDE = (". Also it goes via a reseller", ", and we sell through a reseller")


def _numbers(values: Sequence[str]) -> list[int]:
    return [2 * n + (1 if value == YES else 2) for n, value in enumerate(values)]


@st.composite
def answers(draw) -> tuple[list[str], str, tuple[str, ...], bool]:
    """A group, a message that answers it, what it means, and whether it tells a fact beside."""
    count = draw(st.sampled_from(sorted(GROUPS)))
    facts, labels = GROUPS[count]
    form = draw(st.sampled_from([
        "numbers", "plus", "spaces", "and", "lines", "q", "brackets", "dots", "order", "slashes",
        "labels", "equals", "ordinals", "all but", "mixed"]))
    numbered = form in ("numbers", "plus", "spaces", "and", "lines")
    kinds = [YES, NO] if numbered or form == "all but" else [YES, NO, UNKNOWN]
    values = draw(st.lists(st.sampled_from(kinds), min_size=count, max_size=count))
    words = [draw(st.sampled_from(WORDS[v])) for v in values]
    numbers = list(map(str, _numbers(values)))
    if form == "all but":
        other = draw(st.integers(0, count - 1))
        main = draw(st.sampled_from([YES, NO]))
        values = [main] * count
        values[other] = NO if main == YES else YES
        name = draw(st.sampled_from([labels[other], f"the {ORDINALS[other]}"]))
        but = draw(st.sampled_from(["except", "but", "apart from"]))
        said = draw(st.sampled_from([f"all {main} {but} {name}", f"{main} to all {but} {name}",
                                     f"everything {main} {but} {name}"]))
    elif form == "mixed":
        if values[0] == UNKNOWN:
            values[0] = YES
        first = str(_numbers(values)[0])
        said = ", ".join([first, *words[1:]]) if count == 2 else ", ".join(
            [first, *(f"{label} {word}" for label, word in zip(labels[1:], words[1:],
                                                               strict=True))])
    else:
        said = {
            "numbers": ", ".join(numbers), "plus": "+".join(numbers), "spaces": " ".join(numbers),
            "and": " and ".join(numbers), "lines": "\n".join(numbers),
            "q": " ".join(f"Q{n} {w}" for n, w in enumerate(words, 1)),
            "brackets": " ".join(f"{n}) {w}" for n, w in enumerate(words, 1)),
            "dots": "\n".join(f"{n}. {w}" for n, w in enumerate(words, 1)),
            "order": ", ".join(words), "slashes": " / ".join(words),
            "labels": ", ".join(f"{a}: {w}" for a, w in zip(labels, words, strict=True)),
            "equals": " ".join(f"{n}={w}" for n, w in enumerate(words, 1)),
            "ordinals": ", ".join(f"{o} {w}" for o, w in zip(ORDINALS, words, strict=False)),
        }[form]
    if form == "numbers" and draw(st.booleans()):
        said = said.replace(", ", " (Amnesty 2023), ", 1)
    tells = draw(st.booleans())
    same = count == 2 and len(set(values)) == 1 and form in ("order", "slashes")
    if tells and not same:
        said += draw(st.sampled_from(FACTS_BESIDE))
    else:
        tells = False
        said += draw(st.sampled_from(BEHIND))
    return facts, draw(st.sampled_from(BEFORE)) + said, tuple(values), tells


def often(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, derandomize=True,
                    suppress_health_check=list(HealthCheck))


@pytest.mark.long
@given(answers())
@often(250)
def test_every_combination_is_read_as_it_is_meant(asked, case):
    facts, said, values, tells = case
    talk = asked(facts)
    talk.say(said)
    found = heard(talk)
    assert {f: v for f, v in found.items() if f in facts} == told(facts, *values), said
    assert ("intermediary" in found) == tells, said
    assert found.keys() <= {*facts, "intermediary"}, said


TOKENS = ["1", "2", "3", "6", "yes", "no", "idk", "no idea", "not", "so", "bad", "all", "the rest",
          "except", "the first two", "last", "laws", "conflict", "war", "we looked", "maybe",
          "I think", "(", ")", ",", ".", ":", ";", "?", "\n", "/", "-", "=", "+", "and", "Q1",
          "thanks", "hi", "HRW has a report", "a)", "b)", "both", "only", "via a reseller", "skip"]


@pytest.mark.long
@given(st.sampled_from([COUNTRY, PRODUCT, PARTIES, FREEDOMS, ["conflict"], ["product", "end_use"]]),
       st.lists(st.sampled_from(TOKENS), max_size=10), st.sampled_from([" ", ""]))
@often(250)
def test_no_text_takes_the_step_down(asked, facts, tokens, glue):
    talk = asked(facts)
    talk.say(glue.join(tokens))
    assert {f for f, a in talk.messages[-1].heard.items() if a.values is not None
            and not a.values} == set()


@given(st.sampled_from([COUNTRY, PRODUCT]), st.sampled_from(["don't know", "no idea", "not checked",
                                                             "idk", "no clue", "not sure"]),
       st.integers(0, 2), st.sampled_from([": ", "? ", " - ", " = ", ", ", " "]))
@often(60)
def test_a_name_with_a_dont_know_is_never_a_yes_or_no(asked, facts, words, place, sign):
    place %= len(facts)
    label = GROUPS[len(facts)][1][place]
    talk = asked(facts)
    talk.say(f"{label}{sign}{words}")
    assert set(heard(talk).values()) <= {UNKNOWN}


@pytest.mark.parametrize("said", [
    "don't know who gets data", "we dont know who gets the footage", "no idea who gets the data"])
def test_a_value_that_says_what_nobody_knows_is_heard_behind_those_words(asked, said):
    """The name of the fact right behind the "don't know" took it away: nothing was noted."""
    talk = asked(COUNTRY)
    talk.say(said)
    assert heard(talk) == {"data_sharing": UNKNOWN}
