"""What a model may answer."""

import json

import pytest
from pydantic import ValidationError

from bot.chat.shapes import Worded, reading_of, schema_of, worded_of
from retrieval.guidance import QuestionKind


@pytest.fixture(scope="session")
def reading(guidance):
    return reading_of(guidance)


def read(reading, **fact):
    return reading.model_validate_json(json.dumps({"facts": [fact]})).model_dump()["facts"][0]


def test_a_fact_allows_its_own_values_alone(reading):
    police = {"fact": "end_user", "value": "police", "words": "the police"}
    assert read(reading, **police) == police
    for wrong in ({"value": "yes"}, {"fact": "nothing"}, {"words": ""}, {"words": "x" * 201},
                  {"sure": True}, {"value": None}):
        with pytest.raises(ValidationError):
            read(reading, **{**police, **wrong})


def test_a_country_is_named_freely(reading):
    assert read(reading, fact="country", value="Kenya", words="in Kenya")["value"] == "Kenya"


def test_every_question_with_choices_can_be_read_and_its_schema_stays_small(reading, guidance):
    schema = schema_of(reading)
    kinds = schema["properties"]["facts"]["items"]["anyOf"]
    assert {kind["properties"]["fact"]["const"] for kind in kinds} == {
        str(q.fact) for q in guidance.questions.values() if q.choices}
    for kind in kinds:
        question = guidance.questions[kind["properties"]["fact"]["const"]]
        if question.kind is QuestionKind.CHOICE:
            assert kind["properties"]["value"]["enum"] == [c.value for c in question.choices]
    assert "$ref" not in json.dumps(schema)
    assert len(json.dumps(schema)) < 10_000


def test_the_given_points_are_named_in_what_is_sent_but_another_id_is_for_the_fence():
    shape = worded_of(["F1", "S2"])
    sentences = schema_of(shape)["properties"]["sentences"]
    assert (sentences["minItems"], sentences["maxItems"]) == (1, 2)
    assert list(sentences["items"]["properties"]) == ["points", "text"]
    assert sentences["items"]["properties"]["points"] == {
        "type": "array", "minItems": 1, "maxItems": 6,
        "items": {"type": "string", "enum": ["F1", "S2"]}}
    assert schema_of(shape)["title"] == "Worded"
    assert shape.model_validate({"sentences": []}).sentences == []
    sentences = [{"text": "Look into it.", "points": ["F9"]}]
    assert isinstance(shape.model_validate({"sentences": sentences}), Worded)


def test_a_draft_has_no_control_characters_and_no_end_of_sentences():
    for text in ("a\x00b", "a\x1bb", "x" * 401, ""):
        with pytest.raises(ValidationError):
            Worded.model_validate({"sentences": [{"text": text, "points": ["F1"]}]})
    with pytest.raises(ValidationError):
        Worded.model_validate({"sentences": [{"text": "x", "points": ["F1"]}] * 25})
