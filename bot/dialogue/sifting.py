"""What a message claims of a deal, sifted: what only sounds like a claim is taken away.

The passes stand in order in `Sifting.claimed`; each is a module of its own.
"""

from collections.abc import Collection, Mapping, Sequence

from bot.dialogue.claim import Claim
from bot.dialogue.claiming import claims_of, to_the_point
from bot.dialogue.clauses import Clauses
from bot.dialogue.conversation import Conversation
from bot.dialogue.cues import Cues
from bot.dialogue.deal import Deal
from bot.dialogue.departing import still_there
from bot.dialogue.namesakes import Namesakes
from bot.dialogue.remarking import beyond_the_talk
from bot.dialogue.steering import Steering
from bot.dialogue.subjects import Subjects
from bot.dialogue.understood import Understood
from bot.dialogue.unnamed import Unnamed, named
from bot.dialogue.unsaying import denied_by_name
from retrieval.guidance import Fact, Guidance, QuestionKind, Role
from retrieval.words.mentions import Reading, Strength
from retrieval.words.tells import Told


class Sifting:
    """Sifts what messages claim, with the small words of one release.

    Args:
        guidance: The release.
        cues: Its cue lists, compiled.
        steering: Its phrases by which people steer.
        subjects: What its questions are about.
        unnamed: Its facts that only certain words tell of.
    """

    def __init__(
        self,
        guidance: Guidance,
        cues: Cues,
        steering: Steering,
        subjects: Subjects,
        unnamed: Unnamed,
    ) -> None:
        self._guidance, self._cues = guidance, cues
        self._steering, self._subjects = steering, subjects
        self._unnamed = unnamed
        self._namesakes = Namesakes(guidance)

    def claimed(
        self,
        understood: Understood,
        told: Sequence[Told] | None,
        conversation: Conversation,
        open_again: Collection[Fact],
        *,
        telling: bool,
    ) -> tuple[list[Claim], Sequence[Claim]]:
        """What the message claims of the deal, and what it claims without a word that names it.

        Each pass takes away what only sounds like a claim, or makes it less sure; nothing at all
        is claimed where it is not *telling*, but for what a pass itself finds denied.
        """
        reading, clauses = understood.reading, understood.clauses
        awaiting, deal = conversation.awaiting(), conversation.deal
        claims = [] if not telling else to_the_point(claims_of(
            reading, clauses, (*awaiting, *open_again), told, self._guidance, self._cues,
            _known_places(deal, self._guidance), unanswered=_unanswered(deal, self._guidance)),
            reading, clauses, self._subjects)
        claims = self._namesakes.told_apart(still_there(
            claims, reading, clauses, deal, awaiting, self._guidance, self._cues),
            reading, deal)
        unnamed = self._unnamed.among(claims, reading, clauses, awaiting)
        claims = named(claims, unnamed, clauses)
        claims = beyond_the_talk(
            claims, reading, clauses, awaiting, self._guidance, self._cues,
            weighed=told is not None)
        claims = self._beside_a_refusal(reading, claims)
        # "No clue about arrests" says neither that there are any nor that there are none.
        open_still = self._subjects.named_unknown(
            [self._guidance.questions[fact] for fact in awaiting], reading, clauses)
        claims = [c for c in self._steering.beside_wishes(reading, claims)
                  if _is_said_beside(c, clauses) or not (
                      c.mention.fact in open_still or _is_not_known(c, clauses))]
        if telling:
            claims = denied_by_name(claims, reading, clauses, deal, self._guidance, self._cues)
        return claims, unnamed

    def _beside_a_refusal(self, reading: Reading, claims: list[Claim]) -> list[Claim]:
        """*claims* without those that rest on our own refusal to answer: "I don't want to say".

        Who won't say is whoever writes, and not the customer.
        """
        last = self._cues.starts("skip", reading.tokens)
        ours = self._cues.words("first_person")
        if not last or not any(t.norm in ours or t.norm.split("'")[0] in ours
                               for t in reading.tokens[:last]):
            return claims
        return [c for c in claims if c.mention.last > last]


def _is_said_beside(claim: Claim, clauses: Clauses) -> bool:
    """Whether words of it are those of a "don't know": "no data sharing" knows of sharing."""
    mention = claim.mention
    return any(mention.first < last and first < mention.last for first, last in clauses.unknowns)


def _is_not_known(claim: Claim, clauses: Clauses) -> bool:
    """Whether it is a word of answer in what nobody knows: "not sure if there's abuse"."""
    return claim.mention.strength is Strength.ASKED and any(
        claim.mention.first in clauses.asked_of(span) for span in clauses.unknowns)


def _places(guidance: Guidance) -> frozenset[Fact]:
    """Facts that are countries."""
    return frozenset(f for f, q in guidance.questions.items() if q.kind is QuestionKind.COUNTRY)


def _unanswered(deal: Deal, guidance: Guidance) -> frozenset[Fact]:
    """What of *deal* nobody has told, of the end-user and of what no customer has to be asked."""
    return frozenset(f for f, q in guidance.questions.items()
                     if q.kind is QuestionKind.CHOICE and q.several and not deal.known(f)
                     and (q.role is Role.END_USER or not q.of_customer))


def _known_places(deal: Deal, guidance: Guidance) -> Mapping[Fact, frozenset[str]]:
    """The countries of *deal* that are known, by fact."""
    return {fact: deal.known(fact) for fact in _places(guidance) if deal.known(fact)}
