"""What a model is told of a message, and what comes back of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.chat.calls import Call, Ended, Use
from bot.chat.masking import Maskings
from bot.chat.masking_rules import load
from bot.chat.reading import read
from bot.chat.rewriting import MOST_WORDS, NEAR, near, rewrite
from bot.dialogue.conversation import Conversation, ConversationId, Message
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.second_reading import Proposed, merged
from retrieval.guidance import Fact
from tests.conftest import PROJECT
from tests.dialogue.talking import WHEN

TEXT = "Akmal Karimov of Falcon Drone Systems Ltd needs flying eyes for the lads near Nairobi"


@dataclass
class Scripted:
    """A model that says what it was given, where that has the shape that is asked for."""

    says: Mapping[str, Any] | None
    name: str = "test:scripted"
    asked: list[tuple[Use, Mapping[str, str], type]] = field(default_factory=list)

    def ask(self, use: Use, said: Mapping[str, str], *, shape: type, spent: int = 0) -> Call:
        self.asked.append((use, said, shape))
        if self.says is None:
            return Call(use, self.name, "p", (), "", Ended.RESTING)
        parsed = shape.model_validate(self.says).model_dump(mode="json")
        return Call(use, self.name, "p", ({"role": "user", "content": str(said)},), "…",
                    Ended.ANSWERED, tokens_in=spent, parsed=parsed)


@pytest.fixture(scope="session")
def maskings() -> Maskings:
    return Maskings(load(PROJECT / "prompts"))


def message(text: str = TEXT, **changes: Any) -> Message:
    return replace(Message(MessageKey("m"), "a", text, WHEN), **changes)


def conversation(**values: str) -> Conversation:
    return Conversation(ConversationId("c"), pending=Fact("end_user"), deal=Deal({
        Fact(fact): Answer(frozenset({value}), "picked", MessageKey("k"))
        for fact, value in values.items()}))


def facts(*triples: tuple[str, str, str]) -> Mapping[str, Any]:
    return {"facts": [dict(zip(("fact", "value", "words"), one, strict=True)) for one in triples]}


def test_only_what_nobody_answered_is_asked_for_what_was_asked_last_first(guidance):
    model = Scripted(facts())
    read(model, message(heard={Fact("hosting"): Answer(None, "no idea", MessageKey("m"))}),
         conversation(product="drone"), guidance, spent=7)
    (use, said, _), = model.asked
    lines = said["facts"].splitlines()
    assert use is Use.READING
    assert [line.split(" ")[0] for line in lines] == list(dict.fromkeys((
        "end_user", *(fact for fact in guidance.questions if fact not in {"product", "hosting"}))))
    assert lines[0].startswith(
        "end_user (Who will use it in the end?) police; intelligence = ")
    assert f"country ({guidance.questions['country'].label}): any country" in lines
    assert said["asked"] == "Who will use it in the end?"
    assert len(said["facts"]) < 6_000


def test_names_are_masked_on_the_way_out_and_restored_on_the_way_back(guidance, maskings):
    model = Scripted(facts(
        ("product", "drone", "flying eyes"), ("country", "Kenya", "the lads near Nairobi"),
        ("end_user", "private-company", "{COMPANY_1}")))
    call, proposed = read(model, message(), conversation(), guidance, maskings=maskings)

    assert model.asked[0][1]["message"] == (
        "{NAME_1} of {COMPANY_1} needs flying eyes for the lads near Nairobi")
    assert not any(name in str(call.sent) for name in ("Akmal", "Karimov", "Falcon"))
    assert proposed == (
        Proposed(Fact("product"), "drone", "flying eyes"),
        Proposed(Fact("country"), "KE", "the lads near Nairobi"),
        Proposed(Fact("end_user"), "private-company", "Falcon Drone Systems Ltd"))
    heard = merged(message(), proposed, conversation(), guidance).message.heard
    assert {fact: sorted(answer.values) for fact, answer in heard.items()} == {
        "product": ["drone"], "country": ["KE"], "end_user": ["private-company"]}


def test_without_masking_the_message_goes_out_as_it_is(guidance):
    model = Scripted(facts())
    read(model, message(), conversation(), guidance)
    assert model.asked[0][1]["message"] == TEXT


@pytest.mark.parametrize(("said", "value"), [
    ("Kenya", "KE"), ("kenya", "KE"), ("KE", "KE"), ("Côte d’Ivoire", "CI"),
    ("Cote d'Ivoire", "CI"), ("Republic of Korea", "KR"), ("Utopia", "Utopia"),
])
def test_a_country_comes_back_as_its_code_or_as_it_was_said(guidance, said, value):
    _, proposed = read(Scripted(facts(("country", said, "Nairobi"))), message(), conversation(),
                       guidance)
    assert [one.value for one in proposed] == [value]


def test_nothing_is_proposed_by_a_call_that_was_not_answered(guidance):
    call, proposed = read(Scripted(None), message(), conversation(), guidance)
    assert (call.ended, proposed) == (Ended.RESTING, ())


def test_where_all_is_answered_nothing_is_asked(guidance):
    known = conversation(**{fact: q.choices[0].value for fact, q in guidance.questions.items()})
    model = Scripted(facts())
    call, proposed = read(model, message(), known, guidance)
    assert (model.asked, call.left, proposed) == ([], False, ())


# Queries ----------------------------------------------------------------------------------


def alike(*cosines: float):
    return lambda pairs: list(cosines[:len(pairs)])


def test_a_question_goes_out_masked_and_comes_back_as_queries_beside_its_topics(
    guidance, maskings
):
    question = message("is Falcon Drone Systems Ltd a problem for the police?", intent=Intent.ASK,
                       topics={Fact("end_user"): frozenset({"police"})})
    model = Scripted({"queries": ["what is {COMPANY_1}", "reports about a party"]})
    _, queries = rewrite(model, question, conversation(), guidance, similarity=alike(0.9, 0.5),
                         maskings=maskings)
    assert model.asked[0][1] == {"question": "is {COMPANY_1} a problem for the police?",
                                 "topics": "end-user: Police"}
    assert [one.text for one in queries] == [
        "what is Falcon Drone Systems Ltd", "reports about a party"]
    assert all(one.topics == question.topics for one in queries)


def test_a_follow_up_asks_nobody_since_the_question_before_would_go_along(guidance):
    model = Scripted({"queries": ["x"]})
    follow_up = message("and in Kenya?", subject="does Acme bind its resellers?", intent=Intent.ASK)
    call, queries = rewrite(model, follow_up, conversation(), guidance, similarity=alike(0.9))
    assert (model.asked, call.left, call.ended, queries) == ([], False, Ended.ANSWERED, ())


@pytest.mark.parametrize(("queries", "cosines", "kept"), [
    (["a b", "a  b", "A question"], [0.9], ["a b"]),
    (["far off", "near by"], [NEAR - 0.01, NEAR], ["near by"]),
    # One word, however often, asks for nothing.
    (["police", "the the the", "near by"], [NEAR], ["near by"]),
    ([" ", "x " * (MOST_WORDS + 1)], [], []),
    ([], [], []),
])
def test_a_query_that_is_long_short_far_or_nothing_new_is_dropped(queries, cosines, kept):
    assert near("a question", queries, alike(*cosines)) == kept


def test_a_search_that_was_not_answered_gives_no_queries(guidance):
    _, queries = rewrite(Scripted(None), message(), conversation(), guidance, similarity=alike())
    assert queries == []
