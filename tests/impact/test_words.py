"""What is another is said by the sentences of `prompts/impact.yaml`, each checked when loaded."""

from dataclasses import replace

import pytest

from bot.errors import BadContent
from bot.impact import sentences
from bot.impact.alterations import altered
from bot.impact.differing import Change, Part
from bot.impact.words import Said, Words
from tests.conftest import PROJECT


@pytest.fixture
def words(guidance, on_impact):
    return Words(guidance, guidance, {}, on_impact)


@pytest.mark.parametrize(("part", "before", "now", "said"), [
    (Part.HEADLINE, "open", "stop_one", Said(
        "What stands on top", "no red flag so far, and points still open",
        "stop, on one red flag")),
    (Part.FLAG_RAISED, "", "raised", Said(
        "Red flag “{flag}”", "does not apply", "raised")),
    (Part.FLAG_CHANGED, "open", "tentative", Said(
        "Red flag “{flag}”", "still open", "raised on something only supposed")),
    (Part.SAFEGUARD_FIRST, "", "", Said(
        "Safeguard “{safeguard}”", "suggested on asking", "among the first suggested")),
    (Part.PROVISION_GONE, "", "", Said(
        "{place}", "relied on", "no longer relied on for this deal")),
])
def test_before_and_now_are_said_in_the_words_of_the_prompts(
        guidance, words, part, before, now, said):
    flag, safeguard = guidance.red_flags[0], next(iter(guidance.safeguards.values()))
    provision = next(iter(guidance.provisions.values()))
    about = {"flag": flag.id, "safeguard": safeguard.id, "provision": provision.id}
    titles = {"flag": flag.title, "safeguard": safeguard.title,
              "place": words.place(provision.id)}
    kind = part.value.split("_")[0]
    found = words.said(Change(part, about.get(kind, ""), before, now))
    assert found == Said(said.what.format(**titles), said.before, said.now)
    assert words.line(found) == f"{found.what}: {found.before} → {found.now}"


@pytest.mark.parametrize(("was", "now", "before", "after"), [
    ("Ask who buys.", "Ask who sells.", "Ask who buys.", "Ask who sells."),
    ("Ask first. " * 30 + "Then sell.", "Ask first. " * 30 + "Then wait.",
     "…" + "Ask first. " * 5 + "Then sell.", "…" + "Ask first. " * 5 + "Then wait."),
    ("Ask first. " * 30, "Ask first. " * 30 + "Then wait.",
     "…first. " + "Ask first. " * 4 + "Ask first.",
     "…first. " + "Ask first. " * 5 + "Then wait."),
    ("Sell now. " * 30, "Ask first. " * 30,
     "Sell now. " * 23 + "Sell now.…", "Ask first. " * 21 + "Ask…"),
])
def test_of_a_long_text_the_stretch_is_shown_in_which_the_two_first_differ(
        guidance, on_impact, was, now, before, after):
    old = next(one for one in guidance.provisions.values() if one.checked == "unchecked")
    both = [replace(guidance, provisions={
        **guidance.provisions, old.id: replace(old, text=text)}) for text in (was, now)]
    words = Words(*both, altered(*both), on_impact)
    mark = "our digest, not yet checked against the official text"

    said = words.altered(old.id)

    assert (said.before, said.now) == (f"{before} ({mark})", f"{after} ({mark})")


def test_a_state_of_another_version_that_has_no_sentence_stands_as_it_was_kept(words):
    assert words.said(Change(Part.HEADLINE, "", "of-old", "quiet")) == Said(
        "What stands on top", "of-old", "no red flag came up")


def test_a_sentence_that_lacks_or_that_nothing_uses_is_named_when_it_is_loaded(tmp_path):
    whole = (PROJECT / "prompts" / sentences.FILE).read_text("utf-8")
    (tmp_path / sentences.FILE).write_text(
        whole.replace("  worst:", "  worse:").replace("{title}", "{name}", 1), encoding="utf-8")
    with pytest.raises(BadContent) as told:
        sentences.load(tmp_path, "your compliance lead")
    assert str(told.value).split("\n") == [
        "impact.yaml: nothing uses the sentence 'what.worse'; remove it",
        "impact.yaml: the sentence 'what.flag' names {name}, but is given only ['title']",
        "impact.yaml: the sentence 'what.worst' is missing",
    ]
