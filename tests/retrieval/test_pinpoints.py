"""What counts as naming a provision; the rows are the specification."""

import pytest

from retrieval.words.pinpoints import recogniser, speller

from . import small

SOURCES = [
    small.source("ungp", "UNGP {n}", "UNGP #{n}", "guiding principle {n}", "principle {n}"),
    small.source("iccpr", "ICCPR {n}", "ICCPR, article {n}", "article {n} ICCPR", "art. {n} ICCPR"),
    small.source("udhr", "UDHR {n}", "article {n}"),
    small.source("ear", "15 CFR {n}", "EAR {n}"),
    small.source("hrc", "A/HRC/{n}", "HRC {n}"),
    small.source("gc", "general comment {n}", "general comment no. {n}"),
    small.source("eo", "E.O. {n}"),
    small.source("uncited"),
]
NUMBERS = {
    "ungp": ["13", "13(b)", "17", "18", "19", "20", "21"],
    "iccpr": ["17", "19"],
    "udhr": ["12", "19"],
    "ear": ["744.22", "742.7"],
    "hrc": ["41/35"],
    "gc": ["34"],
    "eo": ["14093"],
    "uncited": ["17"],
}
PROVISIONS = [
    small.provision(f"{id_}-{number}", number=number)
    for id_, numbers in NUMBERS.items()
    for number in numbers
]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("UNGP 17", "ungp-17"),
        ("what does ungp 17 say?", "ungp-17"),
        ("See UNGP 17.", "ungp-17"),
        ("UNGP17 and UNGP-18", "ungp-17 ungp-18"),
        ("UNGPs 17 and 19", "ungp-17 ungp-19"),
        ("UNGP #21", "ungp-21"),
        ("UNGP 17, 18, and 20", "ungp-17 ungp-18 ungp-20"),
        ("UNGP 17 to 21", "ungp-17 ungp-18 ungp-19 ungp-20 ungp-21"),
        ("UNGP 17\u201319", "ungp-17 ungp-18 ungp-19"),
        ("guiding principles 17 & 18", "ungp-17 ungp-18"),
        ("Guiding Principle No. 17", "ungp-17"),
        ("UNGP 13(b)", "ungp-13(b)"),
        ("UNGP 13 (b)", "ungp-13(b)"),
        ("UNGP 13(c)", "ungp-13"),
        ("article 19 ICCPR", "iccpr-19"),
        ("article 19 of the ICCPR", "iccpr-19"),
        ("articles 17 and 19 of the ICCPR", "iccpr-17 iccpr-19"),
        ("Art. 19(2) ICCPR", "iccpr-19"),
        ("art 19 iccpr", "iccpr-19"),
        ("ICCPR, article 17", "iccpr-17"),
        ("ICCPR 17 and UDHR 12", "iccpr-17 udhr-12"),
        ("article 19 and the press", "udhr-19"),
        ("15 CFR 744.22", "ear-744.22"),
        ("EAR 742.7.", "ear-742.7"),
        ("A/HRC/41/35", "hrc-41/35"),
        ("general comment no. 34", "gc-34"),
        ("General Comment 34", "gc-34"),
        ("E.O. 14093", "eo-14093"),
        ("EO 14093", ""),
        ("UDHR 12, then UNGP 17, then UDHR 12 again", "udhr-12 ungp-17"),
    ],
)
def test_a_citation_names_its_provisions(text: str, named: str):
    assert recogniser(SOURCES, PROVISIONS)(text) == tuple(named.split())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "17",
        "seventeen units, model UNGP",
        "UNGP 99",
        "UNGP 170",
        "UNGP 17.5",
        "XUNGP 17",
        "A/HRC/41/35/Add.1",
        "A/HRC/41/3",
        "we sold 19 articles in 17 days",
        "15 CFR 744",
        "uncited 17",
    ],
)
def test_what_is_no_citation_names_nothing(text: str):
    assert recogniser(SOURCES, PROVISIONS)(text) == ()


def test_a_pattern_without_a_place_for_the_number_is_ignored():
    assert recogniser([small.source("ungp", "UNGP")], PROVISIONS)("UNGP 17") == ()


@pytest.mark.parametrize(("text", "spelt"), [
    ("guiding principle 20, which tools", "ungp-20, which tools"),
    ("art. 17 ICCPR and UDHR 12", "iccpr-17 and udhr-12"),
    ("UNGP 17 to 19", "ungp-17, ungp-18, ungp-19"),
    ("UN principle 99", "UN principle 99"), ("what is it", "what is it"), ("", ""),
])
def test_what_is_named_by_number_is_put_in_words(text: str, spelt: str):
    """What was near to the figures of "principle 31" came right behind it."""
    assert speller(SOURCES, PROVISIONS)(text) == spelt
