"""What a message asks and answers itself is no claim of what it asked."""

import pytest

from tests.dialogue.test_half_said import DEAL, noted, read

DONE, OPENLY = "is the export review done", "is the customer open with us"


@pytest.mark.parametrize(("said", "heard", "fact", "value"), [
    (f"{DONE}? no way", ("export_review", "done", 0.76, DONE), "export_review", {"not-started"}),
    (f"{DONE}? no", ("export_review", "done", 0.62, DONE), "export_review", {"not-started"}),
    (f"{OPENLY}? hard no", ("transparency", "open", 0.79, OPENLY), "transparency", {"evasive"}),
    (f"{OPENLY}? no", None, "transparency", {"evasive"}),
    ("is there a war? no", None, "conflict", {"no"}),
    ("is there a war? yes", None, "conflict", {"yes"}),
    ("is there no war? no", None, "conflict", None),
    ("are the courts independent? nope", ("judicial_oversight", "independent", 0.9,
                                          "are the courts independent"),
     "judicial_oversight", {"weak"}),
    # What is heard as denied already, or affirmed, stays as it is.
    ("any misuse by them? not that we know", ("agency_misuse", "no", 0.6, "any misuse by them"),
     "agency_misuse", {"no"}),
    (f"{DONE}? yes", ("export_review", "done", 0.9, DONE), "export_review", {"done"}),
    # No answer to it.
    (f"{DONE}? no rush", ("export_review", "done", 0.9, DONE), "export_review", {"done"}),
    (f"{DONE}? no?", ("export_review", "done", 0.9, DONE), "export_review", {"done"}),
])
def test_a_question_that_is_answered_at_once_says_what_the_answer_says(
        guidance, said, heard, fact, value):
    message = read(guidance, f"{DEAL}{said}", *[one for one in (heard,) if one])

    assert noted(message, fact) == (value and (value, True))
