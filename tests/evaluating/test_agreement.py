"""How agreement between raters is counted, and that their labels can be read."""

import pytest

from retrieval.guidance import Fact, QuestionKind
from tests.evaluating.agreement import agreement, cases, majority, raters

DRONE, POLICE, KENYA = ("product", "drone"), ("end_user", "police"), ("country", "KE")


def labels(**told):
    return {id_.replace("_", "-"): frozenset(pairs) for id_, pairs in told.items()}


def test_agreement_counts_whole_cases_and_pairs():
    one = labels(d_1=[DRONE, POLICE], d_2=[DRONE], plain_1=[])
    other = labels(d_1=[DRONE, POLICE], d_2=[DRONE, KENYA], plain_1=[KENYA])

    assert agreement(one, other, "d-") == (0.5, pytest.approx(6 / 7), 2)
    assert agreement(one, other, "plain-") == (0.0, 0.0, 1)


def test_most_raters_are_more_than_half():
    said = [labels(d_1=[DRONE, POLICE]), labels(d_1=[DRONE, KENYA]), labels(d_1=[KENYA])]
    assert majority(dict(zip("abc", said, strict=True))) == labels(d_1=[DRONE, KENYA])
    assert majority(dict(zip("ab", said, strict=False))) == labels(d_1=[DRONE])


def test_each_rater_labelled_each_case_with_known_values(guidance):
    known = {(fact, choice.value) for fact, question in guidance.questions.items()
             for choice in question.choices}
    places = {fact for fact, question in guidance.questions.items()
              if question.kind is QuestionKind.COUNTRY}
    assert len(cases()) == 272
    for said in raters().values():
        assert said.keys() == cases().keys()
        for pairs in said.values():
            assert all((fact in places and len(value) == 2) or (Fact(fact), value) in known
                       for fact, value in pairs), pairs
