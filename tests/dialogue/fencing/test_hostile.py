"""No hostile draft passes, and faithful ones mostly do: by words alone, without a model."""

from collections import Counter

import pytest

from bot.dialogue.fencing.fence import inspect
from bot.dialogue.fencing.refusal import Reason
from bot.dialogue.fencing.words import sentences_of
from tests.dialogue.fencing.conftest import alike
from tests.dialogue.fencing.figures import faithful, labelled
from tests.dialogue.fencing.mutating import hostile
from tests.dialogue.fencing.points import draft, keys, point

GOOD, REFUSED_GOOD = 199, 50
"""Good rewordings of the split dev; docs/fence-figures.md has those of test, which do worse."""


def test_no_hostile_draft_of_a_sample_passes(guidance, rules):
    kinds: Counter[str] = Counter()
    escaped = []
    for one in hostile(guidance, rules, every=37):
        kinds[one.kind] += 1
        if inspect(one.draft, one.points, rules, alike) is None:
            escaped.append((one.kind, one.key, [s.text for s in one.draft.sentences]))

    assert escaped == []
    assert sum(kinds.values()) > 1_000
    assert len(kinds) == 27


def test_no_labelled_falsehood_passes_and_most_good_rewordings_do(guidance, rules):
    passed: Counter[bool] = Counter()
    for row in labelled("dev"):
        refusal = inspect(draft(row["sentence"]), [point(guidance, row["evidence"])], rules, alike)
        passed[row["supported"]] += refusal is None

    assert passed == {True: GOOD - REFUSED_GOOD, False: 0}


def test_each_sentence_of_a_point_may_be_copied(guidance, rules):
    refused = []
    for key in list(keys(guidance))[::5]:
        one = point(guidance, key)
        refused += [
            (key, refusal) for text in sentences_of(one.text, rules) if '"' not in text
            if (refusal := inspect(draft(text), [one], rules, alike)) is not None
        ]

    assert refused == []


@pytest.mark.long
def test_two_sentences_of_a_point_may_be_joined(guidance, rules):
    joined = [(proposed, one) for kind, proposed, one in faithful(guidance, rules)
              if kind == "joined"]
    refused = {(refusal.reason, proposed.sentences[0].text) for proposed, one in joined
               if (refusal := inspect(proposed, [one], rules, alike)) is not None}

    assert len(joined) == 445
    assert {(reason, text[:34]) for reason, text in refused
            if reason is not Reason.TOO_LONG} == REFUSED_IN_VAIN


REFUSED_IN_VAIN = {
    # "Compliance" stands in each of the two, and the second tells nothing else that is new.
    (Reason.UNSUPPORTED, "The guidance encourages a business"),
    # "Each of them did" is taken for "each of them" that is told.
    (Reason.STRENGTH, "Records that were gathered for oth"),
}
"""All that is refused although it only joins what stands there; such a draft is not shown."""


def test_sentences_found_by_thinking_like_an_attacker_are_refused(guidance, rules):
    passed = [
        (key, text) for key, text in ATTACKS
        if inspect(draft(text), [point(guidance, key)], rules, alike) is None
    ]

    assert passed == []


ATTACKS = (
    ("flag:sg-c2-rf6", "Past misuse is no strong sign of future misuse."),
    ("flag:sg-c2-rf4", "Safeguards in the product and the contract then carry more."),
    ("flag:sg-c3-rf1", "Ask the customer what approval the law really requires."),
    ("safeguard:sg-c6-5", "The customer may end access, withhold updates, training or support."),
    ("safeguard:sg-c6-5", "Reserve the right to end access; do not say which evidence is enough."),
    ("safeguard:government-demands", "Hand over data or access."),
    ("safeguard:government-demands", "Hand over data or access on a legal order."),
    ("safeguard:sg-c5-4", "Block connections to systems."),
    ("safeguard:sg-c5-4", "Collect no data."),
    ("safeguard:target-authorisation", "Use it."),
    ("safeguard:staged-delivery", "Begin with a pilot of users and functions."),
    ("safeguard:sg-c6-9", "Oblige the supplier to pass them on to its customer."),
    ("safeguard:sg-c7-2", "End the contract."),
    ("safeguard:responsible-exit", "End the relationship."),
    ("safeguard:senior-decision", "Sign nothing."),
    ("safeguard:time-limited-licence", "Grant a licence."),
    ("safeguard:live-screening", "Rely on an old result."),
    ("flag:bis-kyc", "Evasive answers are known."),
    ("flag:complaint-of-misuse", "Your company contributed to harm."),
    ("flag:sg-c1-rf2", "Custom features can make a harmful system."),
    ("flag:biometrics-in-public-space", "Safeguards exist."),
    ("flag:hacking-tools-for-the-state", "Rigorous safeguards exist."),
    ("flag:undisclosed-end-use", "Write misuse into the contract."),
    ("flag:sg-c2-rf3", "Build cases against the same people."),
    ("flag:sg-c2-rf3", "The product could help the same people."),
    ("flag:monitoring-of-assemblies", "People stay away from peaceful gatherings."),
    ("safeguard:no-live-recognition", "Deliver the system."),
    ("safeguard:human-review", "Show results as proof."),
    ("safeguard:sg-c6-3", "Make tracking journalists a use."),
    ("safeguard:sg-c6-3", "List journalists, opponents or peaceful protesters in the contract."),
    ("safeguard:hosted-by-us", "End an account."),
    ("safeguard:protected-people-clause", "Stop service."),
    ("safeguard:protected-people-clause", "State that people may be aimed at for their faith."),
    ("safeguard:asylum-safeguard", "Use their data."),
    ("safeguard:sg-c8-1", "Leave out risks."),
    ("safeguard:sg-c8-2", "Name complaints."),
    ("consideration:sg-c7", "Delivery does end the matter."),
    ("provision:iccpr-6", "Use data from the product to find people in order to kill them."),
    ("provision:iccpr-9", "Everyone may be arrested or detained."),
    ("provision:iccpr-17", "A law that allows surveillance ends the question."),
    ("provision:sg-p-6", "The guidance creates duties under the export rules."),
    ("provision:ungp-22-c", "A business is not required to provide remedy itself."),
    ("provision:hrc-41-35", "He calls for the sale and transfer of such tools."),
    ("provision:udhr-11", "A person is guilty."),
    ("provision:udhr-11", "Nobody may be held guilty for an act."),
    ("safeguard:sg-c6-6", "Let accounts lapse and end access under the contract."),
    ("safeguard:oversight-consulted", "Sign before it gets its confirmation."),
    ("safeguard:sg-c6-8", "Report those who report."),
    ("safeguard:sg-c6-8", "Report people inside the company."),
    ("flag:sg-c4-rf2", "The deal needs that party."),
    ("flag:sg-c3-rf3", "The law is ignored."),
    ("flag:automated-suspicion", "People can see why they were marked."),
    ("safeguard:dna-limits", "Run a sample before the operator enters the consent."),
    ("safeguard:dna-limits", "Destroy profiles and collect from whole groups."),
    ("safeguard:plate-retention", "Delete wanted vehicles."),
    ("safeguard:build-leverage", "Get misuse."),
    ("safeguard:sales-incentives", "Pay a bonus."),
    ("safeguard:sg-c6-7", "Give a regular written report on who used the product."),
    ("provision:sg-c7-1", "Keep watching renew, upgrade, service or train."),
    ("safeguard:data-recipients", "Ask for a list of the agencies and companies that the it, "
     "and that what has no recipient named stays where it is."),
    ("provision:sg-c2-1", "Read credible reporting by civil society itself, not only for the "
     "country."),
    ("provision:echri-code", "Points to a non-binding code of 30 March what your own government "
     "has made of it."),
    ("provision:sg-d-5", "It is also in scope when it goes to a goes to a foreign government "
     "end-user."),
    ("safeguard:senior-decision", "Take the gravest risk first, record reasons and conditions, "
     "and go further until then."),
    ("safeguard:sg-c5-1", "Take out every function that the stated use does not need: before you "
     "ship, or by an update."),
)
"""Fragments, reversals and changes of who does what that each passed once."""
