"""A file that an option names and that can't be read: which it is, why, and what to do."""

import pytest

from bot.commands.given_files import CHECKPOINT, ERASURES, bytes_of, text_of
from bot.errors import AdvisorError


def test_a_file_that_is_missing_is_told_in_words(tmp_path):
    """It was told as "[Errno 2] No such file or directory: '/no/such'"."""
    with pytest.raises(AdvisorError) as told:
        bytes_of(tmp_path / "none", ERASURES)
    assert str(told.value) == (
        f"There is no file {tmp_path / 'none'}. Correct it, or leave --erasures out.")


@pytest.mark.parametrize(("option", "takes"), [
    (CHECKPOINT, "--checkpoint takes a checkpoint."),
    (ERASURES, "--erasures takes a list of erasures, an export of all rows as jsonl or a back-up."),
])
def test_a_folder_and_what_is_no_text_are_told_with_what_the_option_takes(tmp_path, option, takes):
    with pytest.raises(AdvisorError) as told:
        text_of(tmp_path, option)
    assert str(told.value) == f"{tmp_path} is a folder. Name the file in it: {takes}"
    (tmp_path / "odd").write_bytes(b"\xff\xfe")
    with pytest.raises(AdvisorError) as told:
        text_of(tmp_path / "odd", option)
    assert str(told.value) == (
        f"{tmp_path / 'odd'} can't be read, since it is no text in UTF-8: {takes}")
