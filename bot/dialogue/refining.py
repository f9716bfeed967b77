"""What facts say only together: the police, in the United States, are a domestic end-user."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from bot.dialogue.deal import Answer, Deal, surely_fits
from retrieval.content.vocabulary import Refinement
from retrieval.guidance import Fact, Guidance, Table
from retrieval.words.mentions import Reading


def refined(
    guidance: Guidance, deal: Deal, heard: Mapping[Fact, Answer]
) -> dict[Fact, Answer]:
    """*heard* with the readings that only the facts together allow; see `Refinement`.

    Such a reading may clear a deal, so it is as certain as what it makes more of, and what stands
    beside that has to be certain: "maybe the US" makes nobody domestic.  It rests on the words
    that its fact was told in, whenever that was.  What was picked stands as it was picked, in
    whatever order that was done.
    """
    found = dict(heard)
    for rule in guidance.vocabulary.refinements:
        whole = deal.with_answers(found)
        if found.keys().isdisjoint(rule.when) or not all(
                surely_fits({fact: row}, whole) or (fact == rule.fact and _may_be_read(
                    whole.answers.get(fact), row, rule)) for fact, row in rule.when.items()):
            continue
        basis = whole.answers[rule.fact if rule.fact in rule.when else next(iter(rule.when))]
        if rule.fact in rule.when and basis.picked:
            continue
        found[rule.fact] = replace(basis, values=frozenset({rule.value}), instead=frozenset())
    return found


def _may_be_read(answer: Answer | None, row: frozenset[str], rule: Refinement) -> bool:
    """Whether all that *answer* says may hold is of *row*, or is what *rule* reads in that."""
    if answer is None or not answer.values or answer.values == frozenset({rule.value}):
        return False
    return answer.values | answer.instead <= row | {rule.value}


def unrefined(
    guidance: Guidance, deal: Deal, after: Deal
) -> frozenset[Fact]:
    """Facts of *deal* that were read together with others which *after* has otherwise.

    The police in the United States are a domestic end-user; those in Kenya, or there as well, are
    none.  Whoever it was is told no more by what is known: see `named_before`.
    """
    return frozenset(rule.fact for rule in _parted(guidance, deal, after))


def named_before(
    guidance: Guidance, deal: Deal, after: Deal, find: Callable[[str], Reading]
) -> dict[Fact, Answer]:
    """What the words say by themselves that `unrefined` facts were told in: the police.

    *find* finds what the vocabulary names in a text; what it finds nothing in has to be asked.
    """
    found = {}
    for rule in _parted(guidance, deal, after):
        answer = deal.answers[rule.fact]
        row = rule.when.get(rule.fact, frozenset())
        values = frozenset(m.value for m in find(answer.said).mentions
                           if m.fact == rule.fact and m.strength.is_firm and m.value in row)
        if values:
            found[rule.fact] = replace(answer, values=values)
    return found


def _parted(guidance: Guidance, deal: Deal, after: Deal) -> Iterator[Refinement]:
    """The rules by which something was read in *deal* that *after* does not allow any more."""
    for rule in guidance.vocabulary.refinements:
        beside: Table = {fact: row for fact, row in rule.when.items() if fact != rule.fact}
        if deal.known(rule.fact) == after.known(rule.fact) == {rule.value} and (
                _hold(beside, deal) and not _hold(beside, after)):
            yield rule


def _hold(table: Table, deal: Deal) -> bool:
    """Whether each fact of *table* has values, and none beside its row."""
    return all(deal.known(fact) and deal.known(fact) <= row for fact, row in table.items())
