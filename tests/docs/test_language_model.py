"""What is documented of the language model is what is sent."""

import re

import pytest

from bot.chat import fields
from bot.chat.calls import Use
from bot.chat.prompting import LIMITS, load
from bot.errors import BadContent
from bot.settings import Settings
from tests.docs.sent_fields import FILE, PROJECT, table, written

PAGE = FILE.read_text(encoding="utf-8")


def test_the_table_of_fields_is_that_of_the_prompts():
    assert written() == table(), "run python -m tests.docs.sent_fields"


def test_every_variable_of_every_prompt_is_told_of():
    told = fields.load(PROJECT / "prompts", LIMITS)
    for use, prompt in load(PROJECT / "prompts").items():
        named = set(re.findall(r"^\{(\w+)\}$", prompt.text, re.MULTILINE))
        assert {field.name for field in told.uses[use]} == named


def test_the_settings_it_names_are_there():
    named = set(re.findall(r"ADVISOR_(CHAT_[A-Z_]*[A-Z])", PAGE))
    assert named and {name.lower() for name in named} <= set(Settings.model_fields)


@pytest.mark.parametrize(("text", "said"), [
    ("", "fields.yaml: "),
    ("uses: {}\nnever: []", "reading.message is missing: the prompt sends it"),
    ("uses: {reading: {other: {holds: a, example: b, masked: true, why: c}}}\nnever: []",
     "reading.other is sent by no prompt; remove it"),
    ("uses: {reading: {message: {holds: a}}}\nnever: []", "uses.reading.0.example: Field required"),
    ("uses: {judging: {}}\nnever: []", "Input should be 'reading', 'search' or 'wording'"),
    ("uses: [", "can't be read"),
    ("never: []", "uses: Field required"),
    ("uses: 3", "uses: Input should be"),
])
def test_what_is_told_otherwise_than_the_prompts_stops_with_the_place(tmp_path, text, said):
    (tmp_path / fields.FILE).write_text(text, "utf-8")
    with pytest.raises(BadContent, match=re.escape(said)):
        fields.load(tmp_path, LIMITS)


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(BadContent, match="can't be read"):
        fields.load(tmp_path, dict.fromkeys(Use, ()))
