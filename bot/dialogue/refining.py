"""What facts say only together: the police, in the United States, are a domestic end-user."""

from collections.abc import Mapping
from dataclasses import replace

from bot.dialogue.deal import Answer, Deal, MessageKey, fits
from retrieval.guidance import Fact, Guidance


def refined(
    guidance: Guidance, deal: Deal, heard: Mapping[Fact, Answer], key: MessageKey
) -> dict[Fact, Answer]:
    """Add the readings that only the facts together allow; see `Refinement`."""
    found = dict(heard)
    for rule in guidance.vocabulary.refinements:
        whole = deal.with_answers(found)
        touched = any(f in found for f in rule.when)
        whole_fits = fits(rule.when, whole) is True and all(
            whole.known(f) <= row for f, row in rule.when.items()
        )
        if touched and whole_fits:
            basis = whole.answers[rule.fact] if rule.fact in rule.when else next(
                whole.answers[f] for f in rule.when
            )
            found[rule.fact] = replace(basis, values=frozenset({rule.value}), message=key)
    return found
