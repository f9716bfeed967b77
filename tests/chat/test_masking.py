"""Names and counterparties are out of what is sent, and back in what returns."""

import json
import re
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.chat.delimiting import data
from bot.chat.masking import Masking
from bot.chat.masking_rules import FILE, load
from bot.dialogue.reading import PlainReader
from bot.errors import BadContent
from retrieval.guidance import Guidance
from tests.conftest import PROJECT

CASES = [json.loads(line) for line in
         (PROJECT / "tests" / "gold" / "masking.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def masking(guidance: Guidance, reader: PlainReader) -> Masking:
    return Masking(guidance, reader.lexicon, load(PROJECT / "prompts"))


def sent(masking: Masking, text: str) -> str:
    (only,) = masking.mask(text).texts
    return only


@pytest.mark.parametrize(("text", "goes_out"), [
    ("Drones for the Kenyan police via Falcon Drone Systems Ltd, contact is Grace Banda.",
     "Drones for the Kenyan police via {COMPANY_1}, contact is {PERSON_1}."),
    ("mr kimani wants cctv. Kimani pays", "mr {PERSON_1} wants cctv. {NAME_1} pays"),
    ("says Col. Barasa. Barasa is keen", "says Col. {PERSON_1}. {PERSON_1} is keen"),
    ("Jordan Peters sells drones in Jordan", "{PERSON_1} sells drones in Jordan"),
    ("write akmal@foo.uz or +998 90 123 45 67", "write {EMAIL_1} or {PHONE_1}"),
    ("tender KPS-2024-0113 worth $4.5 million", "tender {REFERENCE_1} worth {AMOUNT_1}"),
    ("contract no 448812, 12 mio EUR", "contract no {REFERENCE_1}, {AMOUNT_1}"),
    ("order 50 cameras", "order 50 cameras"),
    ("<@U12345678> see www.foo.com/x and https://acme.example/a?b=1",
     "{SLACK_1} see {LINK_1} and {LINK_2}"),
    ("张伟 asks; price $310,000张伟 at the bureau",
     "{NAME_1} asks; price {AMOUNT_1}{NAME_1} at the bureau"),
    ("via Дмитрий Иванов to 北京公安", "via {NAME_1} to {NAME_2}"),
    ("spec_mbeki.pdf from @mbeki", "{FILE_1} from {NAME_1}"),
    ("J. P. Moreau of O'Donnell & Sons", "{NAME_1} of {NAME_2}"),
])
def test_what_tells_whose_deal_it_is_goes_out_as_a_placeholder(masking, text, goes_out):
    assert sent(masking, text) == goes_out


@pytest.mark.parametrize("sign", [
    "\u200b", "\u00ad", "\u2060", "\ufeff", "\u200e", "\u202a", "\u200d", "\ufe0f", "\u034f",
    "\u3164", "\U000e0061", "\x07",
])
def test_a_sign_that_nobody_sees_keeps_nothing_in_the_clear(masking, sign):
    """What is sent leaves such signs out, so a name that they part would be whole again."""
    words = ("akmal@foo.uz", "+998 90 123 45 67", "Falcon Drone Systems Ltd", "Grace Banda",
             "KPS-2024-0113", "$4.5 million", "www.foo.com", "10.1.2.3", "U12345678")
    text = ("Drones via Falcon Drone Systems Ltd, contact is Grace Banda, write akmal@foo.uz or "
            "+998 90 123 45 67, tender KPS-2024-0113 worth $4.5 million, www.foo.com, 10.1.2.3 "
            "for U12345678")
    plainly = data(sent(masking, text))
    for word in words:
        for place in range(1, len(word)):
            said = text.replace(word, word[:place] + sign + word[place:])
            assert data(sent(masking, said)) == plainly, (word, place)


def test_what_returns_holds_the_words_as_they_were_written(masking):
    masked = masking.mask("contact is Gra\u200bce Banda", "Grace Banda signs")
    assert masked.texts == ("contact is {PERSON_1}", "{PERSON_2} signs")
    assert masked.restored("{PERSON_1}, {PERSON_2}") == "Gra\u200bce Banda, Grace Banda"


@pytest.mark.parametrize(("text", "found"), [
    ("1,000 500.20 EUR", ["1,000 500.20 EUR"]),
    ("-1,000 EUR or A12 000 euros", ["000 EUR", "000 euros"]),
    ("x12 EUR and EUR 12k", ["EUR 12k"]),
    ("5 $ 7", ["5 $"]),
    ("$5 7 EUR", ["$5 7"]),
    ("23 EUR$000", ["23 EUR", "$000"]),
    ("units 10 20 30", []),
])
def test_a_run_of_numbers_is_an_amount_where_a_currency_stands_at_its_end(masking, text, found):
    assert [text[start:end] for start, end in masking.amounts.find(text)] == found


@pytest.mark.parametrize("part", ["12 ", "1,", "1.", "$1 ", "a1 "])
def test_a_pasted_table_of_numbers_holds_nobody_up(masking, part):
    """While one pattern reads on, no other thread of the process does anything."""
    text = part * (100_000 // len(part))
    began = time.process_time()
    for _ in masking.amounts.find(text):
        pass
    assert time.process_time() - began < 5


@pytest.mark.parametrize("text", [
    "The Ministry of Interior in Uganda wants IMSI catchers",
    "Facial Recognition for the Border Guard in Turkey, Cloud hosted",
    "see EU 2021/821, ECCN 5A001.f, A/HRC/41/35 and ISO 27001",
    "What does GDPR say of Human Rights Due Diligence under the Wassenaar Arrangement?",
    "Can we sell? Does the Guidance cover this? I think so.",
    "SELLING DRONES TO UGANDA POLICE",
    "drons for the polise in keniya",
])
def test_what_the_guidance_and_its_vocabulary_know_stays(masking, text):
    assert sent(masking, text) == text


def test_a_name_has_one_placeholder_in_all_texts_of_a_call(masking):
    masked = masking.mask("Ask Akmal Karimov", "is it Akmal Karimov? or AKMAL KARIMOV")
    assert masked.texts == ("Ask {PERSON_1}", "is it {PERSON_1}? or {NAME_1}")
    assert masked.restored("{PERSON_1} and {name_1}, not {PERSON_3}") == (
        "Akmal Karimov and AKMAL KARIMOV, not {PERSON_3}")


def test_what_looks_like_a_placeholder_is_the_persons_own(masking):
    masked = masking.mask("tell Akmal that {PERSON_1} is free")
    assert masked.texts == ("tell {PERSON_1} that {TEXT_1} is free",)
    assert masked.restored(masked.texts[0]) == "tell Akmal that {PERSON_1} is free"


def test_the_words_behind_placeholders_are_not_in_what_a_log_might_print(masking):
    assert "Akmal" not in repr(masking.mask("Ask Akmal"))


PIECES = [*(case["text"] for case in CASES), "{PERSON_1}", "{", "}", "_1}", "{NAME_", "Akmal",
          "akmal", "AKMAL", "Ltd", "Dr. ", "+49 170 1234567", "a@b.co", "$5", "police", "İ", "ß"]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=6).map("".join)


@given(one=texts, other=texts)
@example("{PERSON_1", "}")
@example("{{name_1}}", "Akmal")
@settings(max_examples=80, derandomize=True)
def test_whatever_is_masked_comes_back_and_none_of_it_is_sent(masking, one, other):
    masked = masking.mask(one, other)
    assert [masked.restored(text) for text in masked.texts] == [one, other]
    for text in masked.texts:
        bare = re.sub(r"\{[A-Z]+_\d+\}", "\0", text)
        for said in masked.behind.values():
            assert not re.search(rf"(?<!\w){re.escape(said)}(?!\w)", bare, re.IGNORECASE), said


def shares(masking: Masking, cases: list[dict]) -> tuple[float, float, float]:
    """Of names masked whole; of words of the domain and of other words that are masked as well."""
    names, whole, domain, lost, others, over = 0, 0, 0, 0, 0, 0
    for case in cases:
        text = case["text"]
        covered = {n for start, end, _ in masking.found(text) for n in range(start, end)}
        gold = {n for one in case["names"] for n in range(one["start"], one["end"])}
        for one in case["names"]:
            names += 1
            whole += all(n in covered for n in range(one["start"], one["end"]) if text[n].isalnum())
        for start, end in masking.known(text):
            if gold.isdisjoint(range(start, end)):
                domain += 1
                lost += not covered.isdisjoint(range(start, end))
        for word in re.finditer(r"\w+", text):
            if word.start() not in gold:
                others += 1
                over += word.start() in covered
    return whole / names, lost / domain, over / others


def test_of_the_labelled_names_nine_in_ten_are_masked_and_hardly_a_word_beside_them(masking):
    assert len(CASES) >= 80
    assert all(case["text"][one["start"]:one["end"]] == one["words"]
               for case in CASES for one in case["names"])
    dev = shares(masking, [case for case in CASES if case["split"] == "dev"])
    held = shares(masking, [case for case in CASES if case["split"] == "test"])
    assert (dev[0] >= 0.92, dev[1], dev[2] <= 0.01) == (True, 0.0, True), dev
    assert (held[0] >= 0.8, held[1], held[2] <= 0.01) == (True, 0.0, True), held


@pytest.mark.parametrize(("change", "complaint"), [
    ({"titles": None}, "masking.yaml: titles: "),
    ({"titles": []}, "masking.yaml: titles: "),
    ({"title": ["mr"]}, "masking.yaml: title: Extra inputs"),
    ({"kept": ["a", "."]}, "masking.yaml: kept: .*holds an empty entry"),
    ({"kept": [True]}, "masking.yaml: kept.0: Input should be a valid string"),
    ({"kept_references": ["("]}, "masking.yaml: kept_references: .*is no regular expression"),
])
def test_a_broken_list_is_named(tmp_path: Path, change, complaint):
    whole = yaml.safe_load((PROJECT / "prompts" / FILE).read_text(encoding="utf-8"))
    (tmp_path / FILE).write_text(yaml.safe_dump({**whole, **change}), encoding="utf-8")
    with pytest.raises(BadContent, match=complaint):
        load(tmp_path)


def test_a_missing_file_says_what_to_do(tmp_path: Path):
    with pytest.raises(BadContent, match="Restore it from the release"):
        load(tmp_path)
