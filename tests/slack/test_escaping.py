import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.escaping import cut, escape, inline, plain


@pytest.mark.parametrize(("said", "shown"), [
    ("<!channel> look", "&lt;!channel&gt; look"),
    ("<!here|everybody>", "&lt;!here|everybody&gt;"),
    ("<@U1> and <#C1>", "&lt;@U1&gt; and &lt;#C1&gt;"),
    ("<!subteam^S1>", "&lt;!subteam^S1&gt;"),
    ("<http://evil.example|state.gov>", "&lt;http://evil.example|state.gov&gt;"),
    ("&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;"),
    ("a & b", "a &amp; b"),
    ("@here, sam@example.com", "@here, sam@example.com"),
])
def test_nothing_said_can_ring_link_or_mention(said, shown):
    assert escape(said) == shown
    assert inline(said) == shown


@pytest.mark.parametrize(("said", "shown"), [
    ("*bold*", "∗bold∗"),
    ("a ~struck~ word", "a ∼struck∼ word"),
    ("```code```", "ˋˋˋcodeˋˋˋ"),
    ("_leaning_ words", "ˍleaningˍ words"),
    ("end_user_v2 keeps its own", "end_user_v2 keeps its own"),
    ("one\n> quoted\r\n- listed", "one &gt; quoted - listed"),
    ("right\u202eleft", "rightleft"),
    ("bell\x07", "bell"),
])
def test_nothing_said_can_format_what_stands_beside_it(said, shown):
    assert inline(said) == shown


@pytest.mark.parametrize(("said", "most", "shown"), [
    ("Police", 6, "Police"),
    ("Armed forces or defence ministry", 20, "Armed forces or…"),
    ("Armed forces or defence", 13, "Armed forces…"),
    ("Donaudampfschiffahrt", 10, "Donaudamp…"),
    ("<b> & co", 75, "<b> & co"),
    ("😀😀😀", 5, "😀😀…"),
    ("😀😀😀", 4, "😀…"),
])
def test_a_label_is_cut_at_a_word(said, most, shown):
    assert plain(said, most) == shown


@given(st.text(), st.integers(1, 80))
def test_a_cut_never_exceeds_its_limit(said, most):
    shown = plain(said, most)
    assert len(shown.encode("utf-16-le")) // 2 <= most


@given(st.text(), st.integers(1, 80))
def test_what_fits_is_not_cut(said, most):
    if len(said.encode("utf-16-le")) // 2 <= most:
        assert cut(said, most) == said
