import json

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.escaping import inline
from bot.slack.packing import measured, pack
from bot.slack.splitting import (
    Item,
    Span,
    fit,
    markdown,
    section,
    sections,
    sections_of,
    size,
    web_address,
)
from tests.slack.limits import TOKEN

URL = "https://undocs.org/A/HRC/17/31"

words = st.text(alphabet=st.sampled_from("ab <>&*_`\n😀\"\\"), max_size=300)
spans = st.lists(st.one_of(
    st.tuples(words, st.sampled_from(["", "*", "_"])).map(lambda one: Span(*one)),
    st.integers(1, 30).map(lambda n: Span(f"[{n}]", url=URL, cites=n)),
), max_size=40)


def test_spans_are_drawn_with_their_formatting_and_links():
    (chunk,) = fit([Span("Stop here.", "*"), Span(" You said “*x*”. "),
                    Span("[1]", url=URL, cites=1), Span("[2]", url=URL, cites=2)])
    assert chunk.text == f"*Stop here.* You said “∗x∗”. <{URL}|[1]><{URL}|[2]>"
    assert chunk.cites == {1, 2}


def test_an_empty_span_takes_no_space_with_it():
    assert fit([Span("one. "), Span(""), Span("two")])[0].text == "one. two"


def test_a_line_break_closes_and_opens_bold():
    assert fit([Span("one\ntwo", "*")])[0].text == "*one*\n*two*"


def test_text_is_cut_between_words_and_bold_goes_on():
    chunks = fit([Span("one two three four", "*")], most=25)
    assert [c.text for c in chunks] == ["*one two three*", "*four*"]


def test_a_link_is_never_cut():
    marks = [Span(f"[{n}]", url=URL, cites=n) for n in range(1, 101)]
    chunks = fit([Span("claim "), *marks])
    assert [n for c in chunks for n in sorted(c.cites)] == list(range(1, 101))
    assert all(not TOKEN.sub("", c.text).strip(" claim") for c in chunks)


def test_what_is_cited_stays_with_its_marks():
    """The eleventh source fell into the next section, away from the words that cite it."""
    units = [[Span(f"claim {n}"), Span(f"[{n}]", url=URL, cites=n), Span("; ")]
             for n in range(1, 13)]
    texts = [item.block["text"]["text"] for item in sections_of(units)]

    assert [text.count("claim") for text in texts] == [10, 2]
    assert [text.count("|[") for text in texts] == [10, 2]
    assert texts[1] == f"claim 11<{URL}|[11]>; claim 12<{URL}|[12]>;"


def test_a_unit_that_is_too_long_by_itself_is_parted():
    long = [Span("word " * 400), Span("[1]", url=URL, cites=1)]
    texts = [item.block["text"]["text"] for item in sections_of([[Span("short.\n")], long])]

    assert texts[0] == "short."
    assert "".join(texts[1:]).count("word") == 400


@given(st.lists(spans, max_size=6))
def test_in_sections_of_units_nothing_is_lost(units):
    whole = "".join(item.block["text"]["text"] for item in sections(
        [span for unit in units for span in unit]))
    parted = "".join(item.block["text"]["text"] for item in sections_of(units))

    assert bare(parted) == bare(whole)


def bare(text):
    return "".join(text.split()).replace("*", "").replace("_", "")


@given(spans)
def test_nothing_is_lost_and_every_chunk_fits(given_spans):
    chunks = fit(given_spans, most=200, most_cites=3)
    assert all(size(c.text) - 2 <= 200 and len(c.cites) <= 3 for c in chunks)
    assert all(c.text.count("*") % 2 == 0 for c in chunks)
    shown = "".join("".join(c.text for c in chunks).split()).replace("*", "").replace("_", "")
    meant = "".join(
        f"<{s.url}|{s.text}>" if s.url else "".join(inline_words(s.text)) for s in given_spans
    )
    assert shown.replace("ˍ", "") == meant.replace("ˍ", "").replace("_", "")


def inline_words(text):
    return ["".join(inline(word).split()) for word in text.split()]


def test_only_web_addresses_become_links():
    assert web_address("https://www.state.gov/a b|c>") == "https://www.state.gov/a%20b%7Cc%3E"
    assert web_address("https://x.example/?a=1&b=2") == "https://x.example/?a=1&amp;b=2"
    for url in ("javascript:alert(1)", "file:///etc", "state.gov", "http://[", "https://x/" * 50):
        assert web_address(url) is None


def _item(n: int, length: int = 900) -> Item:
    return Item(section(f"{n} " + "x" * length), frozenset({n}))


def _foot(cites):
    return measured([section(f"sources {sorted(cites)}")] if cites else [])


CONTROLS = [section("controls")]


def _packed(items, controls=CONTROLS):
    onward, back = measured([section("onward")]), measured([section("back")])
    return pack(items, _foot, lambda _: measured(controls), onward, back)


def _shown(blocks):
    return [b["text"]["text"].split(" x")[0] for b in blocks]


def test_a_long_answer_is_cut_between_blocks_and_each_part_lists_its_own_sources():
    first, second = _packed([_item(n) for n in range(1, 15)])
    assert _shown(first.blocks) == [
        *map(str, range(1, 12)), f"sources {list(range(1, 12))}", "onward"]
    assert _shown(second.blocks) == ["back", "12", "13", "14"]
    assert second.cites == {12, 13, 14}


def test_controls_that_do_not_fit_any_more_go_into_a_message_of_their_own():
    bodies = _packed([_item(1, 2_000)], [section("y" * 2_900)] * 4)
    assert [_shown(body.blocks) for body in bodies] == [["1", "sources [1]", "onward"], ["back"]]


def test_controls_that_need_a_message_of_their_own_take_the_last_point_with_them():
    """A message that holds nothing but buttons looks broken."""
    bodies = _packed([_item(1, 2_000), _item(2, 1_000)], [section("y" * 2_900)] * 3)
    assert [_shown(body.blocks) for body in bodies] == [
        ["1", "sources [1]", "onward"], ["back", "2"]]
    assert [body.cites for body in bodies] == [{1}, {2}]


def test_nothing_to_show_still_has_a_place_for_the_controls():
    assert _packed([]) == [measured([])]


@given(st.lists(st.integers(1, 2_500), max_size=60))
def test_every_message_fits_and_every_block_is_shown_once_in_order(lengths):
    items = [_item(n, length) for n, length in enumerate(lengths)]
    bodies = _packed(items)
    full = [body.blocks for body in bodies[:-1]] + [[*bodies[-1].blocks, section("controls")]]
    for blocks in full:
        assert len(blocks) <= 50
        assert len(json.dumps(blocks)) <= 12_000
    shown = [b for blocks in full for b in blocks]
    assert [b for b in shown if b["text"]["text"][0].isdigit()] == [item.block for item in items]


def test_a_stream_gets_the_same_in_markdown():
    spans = [Span("First *line*. "), Span("\n"), Span("Stop [here](now).", "*"), Span(" "),
             Span("[1]", url="https://x.example/a_(b)", cites=1), Span("[2]", cites=2)]
    assert markdown(spans) == (
        "First ∗line∗. \n\n**Stop [here](now).** [[1]](https://x.example/a_%28b%29)[2]")


def test_nothing_said_makes_a_link_or_a_mention_in_markdown():
    assert markdown([Span("<!channel> [state.gov](http://evil.example) `x`")]) == (
        "&lt;!channel&gt; [state.gov] (http://evil.example) ˋxˋ")
