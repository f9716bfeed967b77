"""Where provisions are used: nothing that rests on one goes unnoticed."""

from dataclasses import replace

from retrieval.editing.uses import References, Use, User, uses_of
from retrieval.guidance import ProvisionId
from tests.console import editions


def test_every_authority_of_the_corpus_is_a_use_and_nothing_else_is(guidance):
    found = {(provision, use.user, use.id) for provision, uses in uses_of(guidance).items()
             for use in uses if not use.consulted}
    expected = {
        *((p, User.FLAG, f.id) for f in guidance.red_flags for p in f.authorities),
        *((p, User.SAFEGUARD, s.id) for s in guidance.safeguards.values() for p in s.authorities),
        *((p, User.CONSIDERATION, c.id) for c in guidance.considerations for p in c.authorities),
        *((p, User.QUESTION, q.fact) for q in guidance.questions.values() for p in q.authorities),
        *((p, User.SCOPE, s.id) for s in guidance.scopes for p in s.authorities),
        *((p, User.GLOSSARY, g.id) for g in guidance.vocabulary.glossary for p in g.authorities),
        *((p, User.GAP, g.id) for g in guidance.gaps for p in g.nearest),
        *((p, User.OTHER_MATTER, m.id) for m in guidance.other_matters for p in m.authorities),
    }
    assert found == expected


def test_what_is_only_consulted_is_told_apart_from_what_rests_on_it(guidance):
    one = guidance.considerations[0]
    name = next(iter(guidance.provisions))
    bare = replace(guidance, red_flags=(), safeguards={}, questions={}, scopes=(), gaps=(),
                   other_matters=(), vocabulary=replace(guidance.vocabulary, glossary=()),
                   considerations=(replace(one, authorities=(name,), consult=(name,)),))
    assert uses_of(bare) == {name: (
        Use(User.CONSIDERATION, one.id, one.title),
        Use(User.CONSIDERATION, one.id, one.title, consulted=True))}


def test_a_flag_that_cites_a_provision_twice_is_one_use(guidance):
    flag = guidance.red_flags[0]
    twice = replace(guidance, red_flags=(replace(flag, authorities=flag.authorities[:1] * 2),))
    uses = uses_of(twice)[flag.authorities[0]]
    assert [use for use in uses if use.user is User.FLAG] == [Use(User.FLAG, flag.id, flag.title)]


def test_a_provision_refers_to_those_that_its_text_cites_by_number(guidance):
    name = ProvisionId("ungp-13")
    it = guidance.provisions[name]
    named = replace(it, text="As UNGP 17 and UNGP 13 say.", note="See UNGP 19.")
    found = References(replace(guidance, provisions={**guidance.provisions, name: named}))
    assert found.of(name) == (ProvisionId("ungp-17"), ProvisionId("ungp-19"))
    assert name in found.to(ProvisionId("ungp-17"))
    assert name not in found.to(name)


def test_it_refers_to_the_passage_of_a_tick_and_to_what_stands_for_it(guidance):
    found = References(editions.later(guidance))
    assert editions.PASSAGE in found.of(editions.CONFIRMED)
    assert editions.INSTEAD in found.of(editions.RETIRED)
    assert editions.CONFIRMED in found.of(editions.QUOTED)
    assert editions.RETIRED in found.to(editions.INSTEAD)


def test_who_refers_to_a_provision_is_whoever_it_is_found_in(guidance):
    texts = ("UNGPs 16 to 18 apply.", "Guiding Principles 17, 19 and 21.", "Principle no. 17.",
             "Article 17 of the ICCPR.", "articles 17 and 19, ICCPR", "Nothing of the kind: 17.")
    names = list(guidance.provisions)[: len(texts)]
    odd = replace(guidance, provisions={**guidance.provisions, **{
        name: replace(guidance.provisions[name], text=text)
        for name, text in zip(names, texts, strict=True)}})
    found = References(odd)
    for name in ("ungp-17", "iccpr-17", "udhr-12", "ungp-18"):
        assert set(found.to(ProvisionId(name))) == {
            one for one in odd.provisions if name in found.of(one)}
    assert set(names[:3]) <= set(found.to(ProvisionId("ungp-17")))
