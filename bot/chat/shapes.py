"""What a model may answer, use by use; anything else is malformed.

The limits stand in the JSON schema that a server is sent, so that one that decodes by grammar
can't even begin an answer that breaks them.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Union

from langchain_core.utils.json_schema import dereference_refs
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from retrieval.guidance import Guidance, Question, QuestionKind

FACTS_MOST = 12
WORDS_MOST = 200
"""Characters of the message that a proposed fact may rest on."""
VALUE_MOST = 60
"""Characters of a value that is none of a list: a country's name."""
QUERIES_MOST = 3
QUERY_MOST = 200
SENTENCES_MOST = 24
SENTENCE_MOST = 400
POINTS_MOST = 6
"""Points that one sentence may rest on."""


def _printable(text: str) -> str:
    if any(ord(sign) < 32 and sign not in "\t\n\r" for sign in text):
        raise ValueError("holds control characters")
    return text


Words = Annotated[str, Field(min_length=1, max_length=WORDS_MOST), AfterValidator(_printable)]
Value = Annotated[str, Field(min_length=1, max_length=VALUE_MOST), AfterValidator(_printable)]
Query = Annotated[str, Field(min_length=1, max_length=QUERY_MOST), AfterValidator(_printable)]
Text = Annotated[str, Field(min_length=1, max_length=SENTENCE_MOST), AfterValidator(_printable)]
PointId = Annotated[str, Field(pattern="^[A-Z][0-9]{1,3}$")]


class Shape(BaseModel):
    """What every shape holds to: nothing beside what is asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Queries(Shape):
    """A question put as queries, best first."""

    queries: Annotated[list[Query], Field(min_length=1, max_length=QUERIES_MOST)]


class WordedSentence(Shape):
    """The ids of the points that a sentence restates, and the sentence.

    In this order a weak model that writes by grammar has chosen what to restate before it writes.
    """

    points: Annotated[list[PointId], Field(max_length=POINTS_MOST)]
    text: Text


class Worded(Shape):
    """The answer, sentence by sentence."""

    sentences: Annotated[list[WordedSentence], Field(max_length=SENTENCES_MOST)]


def worded_of(ids: Sequence[str]) -> type[Shape]:
    """`Worded`, with the *ids* of the points that are given named in what is sent.

    Whether an id was given, and whether anything was said at all, is for the fence to judge, which
    says so: such a draft is not malformed.
    """
    given = Annotated[PointId, WithJsonSchema({"type": "string", "enum": list(ids)})]
    points = Field(max_length=POINTS_MOST, json_schema_extra={"minItems": 1})
    sentence: Any = create_model("WordedSentence", __base__=WordedSentence, **_one(
        "points", Annotated[list[given], points]))
    # A weak model that decodes by grammar finds no end by itself, and says the same for ever.
    most = Field(max_length=SENTENCES_MOST, json_schema_extra={
        "minItems": 1, "maxItems": min(SENTENCES_MOST, len(ids))})
    sentences = _one("sentences", Annotated[list[sentence], most])
    return create_model("Worded", __base__=Worded, __doc__=Worded.__doc__, **sentences)


def reading_of(guidance: Guidance) -> type[Shape]:
    """What a model may read in a message: `facts`, each with its `fact`, `value` and `words`.

    Each fact allows its own values alone; a country is named freely.
    """
    kinds = tuple(_read(question) for question in guidance.questions.values()
                  if question.choices or question.kind is QuestionKind.COUNTRY)
    read: Any = Union[kinds]  # noqa: UP007  made of a tuple
    facts = _one("facts", Annotated[list[read], Field(max_length=FACTS_MOST)])
    return create_model("Reading", __base__=Shape, __doc__="Facts that a message states.", **facts)


def schema_of(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of *shape*, in one piece and without names that say nothing.

    A server of one's own may follow no references, and each word of it may cost tokens.
    """
    whole = dereference_refs(shape.model_json_schema())
    return {"title": shape.__name__, **_untitled(whole)}


def _one(name: str, kind: Any) -> dict[str, Any]:
    """The one field of a model that is made."""
    return {name: (kind, ...)}


def _read(question: Question) -> type[Shape]:
    # Hundreds of codes would be sent with every call, and a weak model knows names better.
    free = question.kind is QuestionKind.COUNTRY
    values = tuple(choice.value for choice in question.choices)
    fields: dict[str, Any] = {
        "fact": (Literal[question.fact], ...),
        "value": (Value if free else Literal[values], ...),
        "words": (Words, ...)}
    return create_model(f"Read_{question.fact}", __base__=Shape, **fields)


def _untitled(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {name: _untitled(part) for name, part in schema.items()
                if name != "$defs" and not (name == "title" and isinstance(part, str))}
    return [_untitled(part) for part in schema] if isinstance(schema, list) else schema
