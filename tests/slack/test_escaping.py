import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.escaping import cut, escape, inline, plain, sober


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


@pytest.mark.parametrize(("worded", "shown"), [
    ("Look :bomb: and :+1::skin-tone-2: here", "Look ∶bomb: and ∶+1:∶skin-tone-2: here"),
    ("see http://evil.example/x", "see http∶//evil.example/x"),
    ("@channel, sam@example.com in #deals", "＠channel, sam＠example.com in ＃deals"),
    ("> they say", "＞ they say"),
    ("all clear ✅👍🏽 1️⃣ 🇰🇪 ⚠️", "all clear 1"),
    ("zero\u200bwidth, so\u00adft and tag\U000e0041", "zerowidth, soft and tag"),
    ("Principle 13(b): the end-user, art. 5 § 2, 40 °C", None),
    ("Ask at 10:30, and write: yes", None),
    ("Société d’État, Ελλάδα, 日本", None),
])
def test_a_models_words_are_nothing_but_words(worded, shown):
    assert " ".join(sober(worded).split()) == (worded if shown is None else shown)
