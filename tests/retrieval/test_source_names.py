"""A source that one provision speaks for is named by its name alone."""

import dataclasses

import pytest

from retrieval.words.headed import headed
from retrieval.words.source_names import source_recogniser

from . import small


@pytest.fixture(scope="module")
def recognise():
    made = small.guidance([small.provision("csddd-1"), small.provision("gc-16"),
                           small.provision("gc-34"), small.provision("wassenaar-1")])
    cues = {"named_csddd": ("csddd", "due diligence directive"), "named_gc": ("general comments",),
            "named_wassenaar": ("wassenaar arrangement", "wassenaar"), "named_lost": ("lost",)}
    return source_recogniser(dataclasses.replace(
        made, vocabulary=dataclasses.replace(made.vocabulary, cues=cues)))


@pytest.mark.parametrize(("text", "named"), [
    ("does the CSDDD apply to a police force", ["csddd-1"]),
    ("is our kit on the Wassenaar arrangement's list, or under the due diligence directive",
     ["wassenaar-1", "csddd-1"]),
    # Which of them is meant, nobody can tell.
    ("what do the general comments say", []),
    ("what do they have to do", []),
    ("lost", []),
])
def test_the_provision_that_speaks_for_a_source_is_named_by_its_name(recognise, text, named):
    assert list(recognise(text)) == named


def test_without_names_nothing_is_named():
    assert source_recogniser(small.ordinary())("ungp 17") == ()


def test_what_stands_under_the_pinpoint_of_the_first_is_beneath_it():
    def at(id_: str, pinpoint: str):
        return dataclasses.replace(small.provision(id_), pinpoint=pinpoint)

    found = headed([at("sg-1", "pp. 8: what"), at("sg-2", "pp. 8: what"),
                    at("sg-3", "pp. 8: what, red flags"), at("sg-4", "pp. 8: what, red flags"),
                    at("other-1", "pp. 8: what"), at("sg-5", "pp. 9")])

    assert found == {"sg-1": {"sg-2", "sg-3", "sg-4"}, "sg-3": {"sg-4"}}
