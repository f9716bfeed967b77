"""What a person types, as Slack's client sends it along."""

from bot.workspace.texts import rich_text


def test_words_between_marks_have_their_style():
    (block,) = rich_text("in ~Kenya~ *Ghana* for 2*3 &lt;5 km, _says_ <@U2>: `a_b` ~ x")

    (section,) = block["elements"]
    assert section["elements"] == [
        {"type": "text", "text": "in "},
        {"type": "text", "text": "Kenya", "style": {"strike": True}},
        {"type": "text", "text": " "},
        {"type": "text", "text": "Ghana", "style": {"bold": True}},
        {"type": "text", "text": " for 2*3 <5 km, "},
        {"type": "text", "text": "says", "style": {"italic": True}},
        {"type": "text", "text": " "},
        {"type": "user", "user_id": "U2"},
        {"type": "text", "text": ": "},
        {"type": "text", "text": "a_b", "style": {"code": True}},
        {"type": "text", "text": " ~ x"},
    ]


def test_a_picture_is_an_element_of_its_own_and_an_unknown_name_stays_words():
    """Slack's client gives the name in the text and what it looks like in the block."""
    (block,) = rich_text("hi :wave: at 10:30:15")

    assert block["elements"][0]["elements"] == [
        {"type": "text", "text": "hi "},
        {"type": "emoji", "name": "wave", "unicode": "1f44b"},
        {"type": "text", "text": " at 10:30:15"}]
