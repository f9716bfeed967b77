"""What of a PDF is left out, or refused, and that it is said so."""

from io import BytesIO

import pypdf
import pytest

from retrieval.errors import NotIngested
from retrieval.ingesting.layout import sheets
from retrieval.ingesting.limits import LIMITS, Limits
from retrieval.ingesting.pdf import extract
from tests.ingesting.paper import REVIEW, Paper, picture
from tests.ingesting.pdf_read import P, read, refusal, told


def test_pages_that_hold_pictures_only_are_named() -> None:
    made = Paper()
    for n in range(6):
        made.add_page()
        if n in {0, 5}:
            made.paragraph(REVIEW)
        elif n in {2, 3, 4}:
            made.image(picture(), w=100)
    assert read(made.bytes()).notes == (
        "Pages 3 to 5 hold only pictures; run text recognition (OCR) over it if there is text on "
        "them.",
    )


def test_a_scan_is_told_plainly() -> None:
    made = Paper()
    made.add_page()
    made.image(picture(), w=100)
    assert refusal(made.bytes()) == (
        "This PDF holds pictures of text and no text; run text recognition (OCR) over it and add "
        "the result."
    )


def test_recognised_text_over_a_scan_is_read_and_other_unseen_text_is_not() -> None:
    made = Paper()
    made.add_page()
    made.image(picture(), x=0, y=0, w=210, h=290)
    with made.local_context(text_mode="INVISIBLE"):
        made.text(20, 50, "Recognised words")
    made.add_page()
    made.text(20, 50, "Seen words")
    with made.local_context(text_mode="INVISIBLE"):
        made.text(20, 60, "Unseen words")
    made.set_text_color(255, 255, 255)
    made.text(20, 70, "White words")
    made.set_fill_color(0, 0, 120)
    made.rect(15, 75, 100, 10, style="F")
    made.text(20, 80, "White words on blue")
    made.set_text_color(0, 0, 0)
    made.set_font_size(1)
    made.text(20, 90, "Tiny words")
    made.set_font_size(11)
    made.text(20, -30, "Words off the page")
    extracted = read(made.bytes())
    assert [text for _, text in told(extracted)] == [
        "Recognised words", "Seen words", "White words on blue",
    ]  # fmt: skip
    assert extracted.notes == (
        "Page 2 holds text that can't be seen on paper (white, tiny or invisible), which is left "
        "out.",
        "Page 2 holds text outside the visible page, which is left out.",
    )


def test_what_is_blacked_out_is_left_out_and_told() -> None:
    """The words under the bar became a provision, as if everybody could read them."""
    made = Paper()
    made.add_page()
    made.set_fill_color(40, 40, 40)
    made.rect(15, 25, 100, 10, style="F")
    made.set_text_color(255, 255, 255)
    made.text(20, 30, "White on a bar that was there before")
    made.set_text_color(0, 0, 0)
    made.text(20, 50, "The agent is called Jane")
    made.rect(15, 45, 100, 10, style="F")
    made.text(20, 70, "Marked with a pen that lets it through")
    with made.local_context(fill_opacity=0.4):
        made.rect(15, 65, 100, 10, style="F")
    made.text(20, 90, "Under a light bar")
    made.set_fill_color(250, 250, 120)
    made.rect(15, 85, 100, 10, style="F")
    made.text(20, 110, "Framed")
    made.set_fill_color(0, 0, 0)
    with made.new_path() as frame:
        frame.style.fill_color, frame.style.stroke_color = "#000", None
        frame.style.intersection_rule = "evenodd"
        frame.rectangle(15, 105, 100, 10)
        frame.rectangle(16, 106, 98, 8)
    extracted = read(made.bytes())
    assert [text for _, text in told(extracted)] == [
        "White on a bar that was there before", "Marked with a pen that lets it through",
        "Under a light bar", "Framed"]
    assert extracted.notes == ("Page 1 holds text that is blacked out, which is left out.",)


def test_text_that_runs_sideways_is_left_out_and_said_so() -> None:
    made = Paper()
    made.add_page()
    made.paragraph(REVIEW)
    with made.rotation(90, 200, 150):
        made.text(200, 150, "Draft for comment")
    extracted = read(made.bytes())
    assert told(extracted) == [(P, REVIEW.strip())]
    assert extracted.notes == ("Page 1 holds text that runs sideways, which is left out.",)


def encrypted(user: str) -> bytes:
    made = Paper()
    made.add_page()
    made.paragraph(REVIEW)
    writer = pypdf.PdfWriter(clone_from=BytesIO(made.bytes()))
    writer.encrypt(user, "owner", algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_password_is_told_and_an_empty_one_opens() -> None:
    assert refusal(encrypted("secret")) == (
        "This PDF has a password; save it without one and try again."
    )
    assert told(read(encrypted(""))) == [(P, REVIEW.strip())]


def test_a_page_of_which_only_a_part_would_be_read_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paper = Paper()
    paper.add_page()
    paper.paragraph("Whoever sells watches over what is sold. " * 5)
    monkeypatch.setattr(sheets, "MOST_CHARACTERS", 100)
    with pytest.raises(NotIngested, match="Page 1 of this PDF has more than 100 characters"):
        extract(paper.bytes(), LIMITS)


def test_more_pages_than_the_limit_are_refused() -> None:
    made = Paper()
    for _ in range(3):
        made.add_page()
        made.paragraph(REVIEW)
    assert refusal(made.bytes(), Limits(pages=2)) == (
        "This PDF has 3 pages, and 2 is the most that is read; split it into parts."
    )
