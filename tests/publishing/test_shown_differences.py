"""What 'advisor corpus diff' writes, in colours and where there are none: in a file or a pipe."""

from io import StringIO

import pytest
from rich.console import Console

from bot.commands.publishing import show_differences
from retrieval.editing.differences import compare
from retrieval.guidance import Guidance
from tests.retrieval.small import guidance, provision

OTHER = provision("a-1")


def reading(text: str) -> Guidance:
    """A corpus of two provisions, one of which says *text*."""
    return guidance([OTHER, provision("a-2", text)])


def shown(before: Guidance, after: Guidance, *, colours: bool = False) -> str:
    """What is written of the difference between the two."""
    screen = Console(file=StringIO(), width=200, force_terminal=colours, no_color=False,
                     color_system="standard" if colours else None)
    with screen.capture() as captured:
        show_differences(screen, compare(before, after))
    return captured.get()


def test_without_colours_what_is_gone_is_told_from_what_is_new() -> None:
    written = shown(reading("Logs are kept for five years."),
                    reading("Logs are kept for ten years."))
    assert "Logs are kept for [-five-]{+ten+} years." in written


def test_in_colours_no_marks_stand_in_the_words() -> None:
    written = shown(reading("kept for five years"), reading("kept for ten years"), colours=True)
    assert "[-" not in written
    assert "{+" not in written
    assert "\x1b[" in written


@pytest.mark.parametrize("added", [True, False])
def test_a_whole_text_that_came_or_went_has_no_marks(added: bool) -> None:
    whole, without = reading("Logs are kept [for five] years."), guidance([OTHER])
    written = shown(without, whole) if added else shown(whole, without)
    assert "  Logs are kept [for five] years.\n" in written
