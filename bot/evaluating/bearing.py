"""Whether what a claim cites bears on it, by labels that people gave pair by pair.

The claims are the red flags, considerations and safeguards, whose authorities are chosen once for
all deals; so a few hundred labels judge every citation of every rehearsal.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.evaluating.claims import CONSIDERATION, FLAG, SAFEGUARD
from bot.evaluating.grounding import Claim
from bot.measures.labelled import Labels
from retrieval.guidance import Guidance

JUDGED = frozenset({FLAG, SAFEGUARD, CONSIDERATION})


@dataclass(frozen=True, slots=True)
class Bearing:
    """How the distinct citations of one rehearsal stand by the labels."""

    labelled: int
    bearing: int
    claims: int
    """Claims of which every citation is labelled."""
    borne_out: int
    """Claims that at least one citation bears on."""
    unlabelled: tuple[tuple[str, str], ...]


def pairs_of(guidance: Guidance) -> tuple[tuple[str, str], ...]:
    """Every claim of the release with each provision it cites."""
    holders: list[tuple[str, tuple[str, ...]]] = [
        *((one.id, one.authorities) for one in guidance.red_flags),
        *((one.id, one.authorities) for one in guidance.considerations),
        *((one.id, one.authorities) for one in guidance.safeguards.values()),
    ]
    return tuple((claim, provision) for claim, cited in holders for provision in cited)


def weigh(claims: Iterable[Claim], labels: Labels) -> Bearing:
    """Hold the citations of *claims* against *labels*, each pair once."""
    cited: dict[str, dict[str, None]] = {}
    for claim in claims:
        if claim.kind in JUDGED:
            cited.setdefault(claim.id, {}).update(
                dict.fromkeys(citation.provision for citation in claim.citations)
            )
    found = {c: [labels.get((c, p)) for p in provisions] for c, provisions in cited.items()}
    judged = [verdicts for verdicts in found.values() if None not in verdicts]
    return Bearing(
        labelled=sum(v is not None for verdicts in found.values() for v in verdicts),
        bearing=sum(v is True for verdicts in found.values() for v in verdicts),
        claims=len(judged),
        borne_out=sum(True in verdicts for verdicts in judged),
        unlabelled=tuple((c, p) for c, ps in cited.items() for p in ps if (c, p) not in labels),
    )
