"""The form of a deal: every fact as a field, filled in from what is known, and read back.

Each field is optional.  "I don't know" is a choice of its own in every menu, since not knowing
the end-user is not the same as not having been asked; countries are looked up as one types, so
there an empty field has to do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.answering.hearing import stands_alone
from bot.dialogue.deal import Deal
from bot.dialogue.phrasing import Wording
from bot.slack.controls import (
    DONT_KNOW,
    MOST_OPTIONS,
    OPTION_VALUE,
    country_menu,
    option,
    placeholder,
    plain_text,
)
from bot.slack.names import ANSWER_COUNTRY
from bot.slack.pictures import with_pictures
from bot.slack.splitting import Block
from retrieval.guidance import Guidance, Question, QuestionKind

MOST_TEXT = 3_000
"""Characters that Slack takes in one field."""
WORDS = "words"
"""Id of the field for free text, of its block and of its action."""
VALUE = "value"
"""Action id of a field; a menu of countries has the id that loads its options."""
ESSENTIAL = 4
"""Questions of lowest rank, which stand together at the top."""
MOST_FIELDS = 80
"""Fields of a form; with their headings they have to stay within a modal's 100 blocks."""

Values = Mapping[str, Any]
"""`view.state.values` of a submission: by block id, then by action id."""


@dataclass(frozen=True, slots=True)
class FormRead:
    """What a form says.

    `answers` hold only what was filled in, None for "I don't know"; `errors` are sentences by the
    id of the block they belong under, and while there are any, nothing else counts.
    """

    text: str
    answers: Mapping[str, list[str] | None]
    errors: Mapping[str, str]


def most_text(message_limit: int) -> int:
    """Characters of the field for free text, where *message_limit* is the longest that is read."""
    return min(MOST_TEXT, message_limit)


def fields(
    guidance: Guidance, say: Wording, deal: Deal | None, most: int = MOST_TEXT
) -> Iterator[Block]:
    """The fields of the form in groups: the words, *most* of them, then those of the facts."""
    yield _words(say, "words_example" if deal is None else "words_example_correct", most)
    yield from of_facts(guidance, say, deal)


def of_facts(guidance: Guidance, say: Wording, deal: Deal | None) -> Iterator[Block]:
    """A field for each fact, filled in from *deal*, in groups: what matters most comes first."""
    left = MOST_FIELDS
    for title, questions in _groups(guidance, say):
        if left:
            yield {"type": "header", "text": plain_text(title, 150)}
        for question in questions[:left]:
            yield _field(question, deal, say)
        left -= min(left, len(questions))


def _groups(guidance: Guidance, say: Wording) -> Iterator[tuple[str, Sequence[Question]]]:
    ranked = sorted(guidance.questions.values(), key=lambda q: q.rank)
    yield say.say("form.essential"), ranked[:ESSENTIAL]
    groups: dict[str, list[Question]] = {}
    for question in ranked[ESSENTIAL:]:
        titles = (c.title for c in guidance.considerations if question.fact in c.settled_by)
        groups.setdefault(next(titles, say.say("form.other")), []).append(question)
    yield from groups.items()


def _words(say: Wording, example: str, most: int) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": WORDS, "multiline": True,
                      "max_length": most,
                      "placeholder": placeholder(say.say(f"form.{example}"))}
    return _input(WORDS, say.say("form.words"), element)


def _input(block: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": block, "optional": True,
            "label": plain_text(label, 300), "element": element}


def block_of(fact: str) -> str:
    """Id of the block in which *fact* is asked for."""
    return f"fact:{fact}"


def _field(question: Question, deal: Deal | None, say: Wording) -> Block:
    return _input(block_of(question.fact), question.wording, _element(question, deal, say))


def _element(question: Question, deal: Deal | None, say: Wording) -> Block:
    filled = _filled(question, deal)
    if question.kind is QuestionKind.TEXT:
        element: Block = {"type": "plain_text_input", "action_id": VALUE, "max_length": MOST_TEXT}
        return {**element, "initial_value": filled[0][:MOST_TEXT]} if filled else element
    if question.kind is QuestionKind.COUNTRY:
        menu = country_menu(question.several, say)
        chosen = [option(question.label_of(v), v) for v in filled]
        return {**menu, "initial_options": chosen} if chosen else menu
    options = _options(question, say)
    chosen = [o for o in options if o["value"] in filled]
    kind = "multi_static_select" if question.several else "static_select"
    shown = "ask.pick_several" if question.several else "ask.pick"
    menu = {"type": kind, "action_id": VALUE, "options": options,
            "placeholder": placeholder(say.say(shown))}
    if not chosen:
        return menu
    if question.several:
        return {**menu, "initial_options": chosen}
    return {**menu, "initial_option": chosen[0]}


def _options(question: Question, say: Wording) -> list[Block]:
    fitting = [c for c in question.choices if len(c.value) <= OPTION_VALUE][: MOST_OPTIONS - 1]
    return [*(option(c.label, c.value) for c in fitting),
            option(say.say("button.unknown"), DONT_KNOW)]


def _filled(question: Question, deal: Deal | None) -> list[str]:
    """What the field shows of *deal*; a menu of one choice can't show two."""
    if deal is None:
        return []
    if question.kind is QuestionKind.TEXT:
        return sorted(deal.known(question.fact))[:1]
    if question.kind is QuestionKind.CHOICE and deal.unknown(question.fact):
        return [DONT_KNOW]
    known = deal.known(question.fact)
    filled = [c.value for c in question.choices if c.value in known]
    return filled if question.several or len(filled) == 1 else []


def read_form(
    values: Values, guidance: Guidance, say: Wording, most: int = MOST_TEXT
) -> FormRead:
    """What the intake form says; nothing filled in at all is an error, as is text over *most*."""
    read = _read(values, guidance, say, most)
    if not (read.text or read.answers or read.errors):
        return FormRead("", {}, {WORDS: say.say("form.empty")})
    return read


def read_correction(
    values: Values, guidance: Guidance, say: Wording, blocks: Sequence[Block],
    most: int = MOST_TEXT,
) -> FormRead:
    """What a form says otherwise than it was filled in.

    A field that was emptied takes the answer back: it is no longer known.  One that nobody touched
    says nothing, whatever became known of its fact while the form lay open.

    Args:
        values: What it says.
        guidance: Its questions are the fields.
        say: The bot's sentences.
        blocks: Those of the form, as it was opened.
        most: Characters of the free text; longer is an error.
    """
    shown = dict(_shown(blocks))
    read = _read(values, guidance, say, most, shown)
    if read.errors:
        return read
    answers: dict[str, list[str] | None] = {}
    for question in guidance.questions.values():
        before = shown.get(block_of(question.fact))
        if before is None:
            continue  # asked since another release answers, and not in this form
        now = read.answers.get(question.fact, [])
        said = [DONT_KNOW] if now is None else now
        if set(said) != set(before):
            answers[question.fact] = None if said in ([], [DONT_KNOW]) else said
    if not answers and not read.text:
        return FormRead("", {}, {WORDS: say.say("form.unchanged")})
    return FormRead(read.text, answers, {})


def read_tried_out(
    values: Values, guidance: Guidance, say: Wording, blocks: Sequence[Block]
) -> FormRead:
    """What a form says would be different; arguments as for `read_correction`.

    A field that was emptied is an error: that something isn't known tries out nothing.
    """
    read = read_correction(values, guidance, say, blocks)
    if WORDS in read.errors:
        first = next(str(b["block_id"]) for b in blocks if b.get("type") == "input")
        return FormRead("", {}, {first: say.say("form.nothing_tried")})
    empty = {block_of(fact): say.say("form.pick_instead")
             for fact, chosen in read.answers.items() if chosen is None}
    return FormRead("", {}, empty) if empty and not read.errors else read


def _shown(blocks: Sequence[Block]) -> Iterator[tuple[str, list[str]]]:
    """What each field was filled in with, by the id of its block."""
    for block in blocks:
        element = block.get("element") or {}
        chosen = [element.get("initial_option"), *(element.get("initial_options") or ())]
        filled = [str(o["value"]) for o in chosen if o]
        yield str(block.get("block_id") or ""), filled or list(
            filter(None, [str(element.get("initial_value") or "").strip()]))


def _read(
    values: Values, guidance: Guidance, say: Wording, most: int,
    shown: Mapping[str, Sequence[str]] | None = None,
) -> FormRead:
    answers: dict[str, list[str] | None] = {}
    errors: dict[str, str] = {}
    text = with_pictures(_typed(values, WORDS, WORDS))
    if len(text) > most:
        # Once the form has closed, all that was filled in beside it would be lost.
        errors[WORDS] = say.say("form.too_long", most=f"{most:,}")
    for question in guidance.questions.values():
        given = _given(values, question)
        # What was there before and nobody touched is not held against who corrects the rest.
        before = () if shown is None else shown.get(block_of(question.fact), ())
        touched = shown is None or set(given) != set(before)
        wrong = _wrong(question, given, say) if touched else None
        if wrong is not None:
            errors[block_of(question.fact)] = wrong
        elif given:
            answers[question.fact] = None if given == [DONT_KNOW] else given
    return FormRead(text, answers, errors)


def _given(values: Values, question: Question) -> list[str]:
    block = block_of(question.fact)
    if question.kind is QuestionKind.TEXT:
        return list(filter(None, [_typed(values, block, VALUE)]))
    action = ANSWER_COUNTRY if question.kind is QuestionKind.COUNTRY else VALUE
    state = (values.get(block) or {}).get(action) or {}
    chosen = [state.get("selected_option"), *(state.get("selected_options") or [])]
    return list(dict.fromkeys(str(o["value"]) for o in chosen if o))


def _typed(values: Values, block: str, action: str) -> str:
    state = (values.get(block) or {}).get(action) or {}
    return str(state.get("value") or "").strip()


def _wrong(question: Question, given: Sequence[str], say: Wording) -> str | None:
    """The sentence to put beside the field, None where nothing is wrong with it."""
    if question.kind is QuestionKind.TEXT:
        too_long = len("".join(given)) > MOST_TEXT
        return say.say("form.too_long", most=f"{MOST_TEXT:,}") if too_long else None
    known = {choice.value for choice in question.choices} | {DONT_KNOW}
    if set(given) - known:
        return say.say("form.not_a_choice")
    if len(given) > 1:
        if DONT_KNOW in given:
            return say.say("form.unknown_and")
        if not question.several:
            return say.say("form.one_only")
        alone = stands_alone(question, given)
        if alone is not None:
            return say.say("form.alone", label=question.label_of(alone))
    return None


def typed(values: Values, field: str) -> str:
    """What was typed into the single *field* of a small form, "" when nothing was."""
    return _typed(values, field, field)
