"""The words of the fence are checked when they are loaded: a hole in it would go unseen."""

import shutil

import pytest

from bot.dialogue.fencing.rules import Strength, Turn
from bot.errors import BadContent
from bot.language_model import fence_rules
from tests.dialogue.fencing.conftest import PROMPTS


@pytest.fixture
def folder(tmp_path):
    shutil.copy(PROMPTS / fence_rules.FILE, tmp_path)
    return tmp_path


def changed(folder, old: str, new: str) -> str:
    """What loading says after *old* has become *new*."""
    file = folder / fence_rules.FILE
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadContent) as error:
        fence_rules.load(folder)
    return str(error.value)


def test_the_rules_that_ship_load(rules):
    assert {one.turn for one in rules.operators} == set(Turn)
    assert rules.modals[("must",)] is Strength.MUST
    assert rules.modals[("have", "to")] is Strength.MUST
    assert rules.phrases[("human", "right")] == "humanrights"
    assert rules.similarity == 0.62


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(BadContent, match=r"fence\.yaml: can't be read: .* Restore it"):
        fence_rules.load(tmp_path)


def test_a_missing_list_is_named(folder):
    assert changed(folder, "numbers: >-", "digits: >-") == (
        "fence.yaml: numbers: Field required\n"
        "fence.yaml: digits: Extra inputs are not permitted")


def test_a_missing_operator_is_named(folder):
    assert changed(folder, "  restriction:", "  part_of:").startswith(
        "fence.yaml: operators.part_of")
    shutil.copy(PROMPTS / fence_rules.FILE, folder)
    said = changed(
        folder, "  choice:\n    words: or\n    kept: true\n", "")
    assert said == "fence.yaml: operators: 'choice' is missing"


def test_an_empty_list_is_an_error(folder):
    assert "fence.yaml: causatives: " in changed(
        folder, "causatives: make let have require get allow oblige put give", "causatives: ''")


def test_a_word_alone_in_a_group_is_an_error(folder):
    assert changed(folder, "  - misuse abuse\n", "  - misuse\n") == (
        "fence.yaml: synonyms: a group needs two words, and 'misuse' stands alone")


def test_the_digest_changes_with_any_word(folder):
    before = fence_rules.digest_of(folder)
    assert before == fence_rules.digest_of(PROMPTS)
    file = folder / fence_rules.FILE
    file.write_text(file.read_text(encoding="utf-8") + "\n# more\n", encoding="utf-8")
    assert fence_rules.digest_of(folder) != before
