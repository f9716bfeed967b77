"""Whatever a file of sentences holds, it is loaded or a sentence says what is wrong with it."""

import pytest

from bot.errors import BadContent
from bot.wording import read

VARIABLES = {"a.b": frozenset({"x"})}


@pytest.fixture
def reading(tmp_path):
    def read_it(content: bytes):
        (tmp_path / "s.yaml").write_bytes(content)
        return read(tmp_path / "s.yaml", VARIABLES, frozenset({"free"}))
    return read_it


def test_a_sound_file_is_read_with_its_empty_and_its_free_groups(reading):
    assert reading(b"a: {b: 'of {x}'}\nempty:\nfree: {more: text}\n") == {
        "a.b": "of {x}", "free.more": "text"}


@pytest.mark.parametrize(("content", "problem"), [
    (b"a: {b: 'a { stray'}", "s.yaml: the sentence 'a.b' has a brace that opens or closes nothing; "
                             "write {{ for a brace that is to be read"),
    (b"a: {b: 'a } stray'}", "s.yaml: the sentence 'a.b' has a brace that opens or closes nothing; "
                             "write {{ for a brace that is to be read"),
    (b"a: {b: 'an {} empty one'}", "s.yaml: the sentence 'a.b' names {}, "
                                   "but is given only ['x']"),
    (b"a: {b: '{0}'}", "s.yaml: the sentence 'a.b' names {0}, but is given only ['x']"),
    (b"a: {b: '{x.real}'}", "s.yaml: the sentence 'a.b' names {x.real}, but is given only ['x']"),
    (b"a: {b: '{x:{y}}'}", "s.yaml: the sentence 'a.b' has a {x} that is more than a name; "
                           "leave nothing but {x}"),
    (b"a: {b: '{x!r}'}", "s.yaml: the sentence 'a.b' has a {x} that is more than a name; "
                         "leave nothing but {x}"),
    (b"", "s.yaml: groups of named sentences are wanted, and there is nothing"),
    (b"- a", "s.yaml: groups of named sentences are wanted, and there is a list"),
    (b"zzz: yes", "s.yaml: the group 'zzz' is to hold named sentences, and holds True"),
    (b"a: [b]", "s.yaml: the group 'a' is to hold named sentences, and holds a list"),
    (b"a: {b: 3}", "s.yaml: the sentence 'a.b' is 3 and no text; put it in quotation marks"),
    (b"a: {b: }", "s.yaml: the sentence 'a.b' is nothing and no text; put it in quotation marks"),
    (b"a: {b: '{x}', yes: c}", "s.yaml: in the group 'a' the name True is no text; "
                               "put it in quotation marks"),
    (b"1: {b: c}", "s.yaml: the group 1 is no text; put it in quotation marks"),
])
def test_a_file_of_another_shape_is_told_in_a_sentence(reading, content, problem):
    with pytest.raises(BadContent) as error:
        reading(content)
    assert problem in str(error.value).splitlines()


@pytest.mark.parametrize("content", [b"a: {b: '\xff'}", b"a: {b", b"\x00"])
def test_a_file_that_can_not_be_read_is_to_be_restored(reading, content):
    with pytest.raises(BadContent, match=r"(?s)can't be read.* Restore it from the release\.$"):
        reading(content)
