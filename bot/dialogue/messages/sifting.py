"""What a message claims of a deal, sifted: what only sounds like a claim is taken away.

The passes stand in order in `Sifting.passes`, which says why each stands where it stands; each is
a module of its own, or one of the small ones here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.dialogue.claim import Claim
from bot.dialogue.claims.claiming import claims_of
from bot.dialogue.claims.denied_in_answer import of_the_answer
from bot.dialogue.claims.departing import still_there
from bot.dialogue.claims.heard_unknown import heard_unknown, is_left_open
from bot.dialogue.claims.merely_done import merely_done
from bot.dialogue.claims.namesakes import Namesakes
from bot.dialogue.claims.occasion import Occasion, Pass
from bot.dialogue.claims.of_whom import of_whom
from bot.dialogue.claims.remarking import beyond_the_talk
from bot.dialogue.claims.tried_out import less_tried_out
from bot.dialogue.claims.unnamed import Unnamed, named
from bot.dialogue.claims.unsaying import denied_by_name
from bot.dialogue.claims.words_of_answer import to_the_point
from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import Deal
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.understood import Understood
from bot.dialogue.poles import settles
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.doubts import overlaps
from bot.dialogue.small_words.subjects import Subjects
from retrieval.guidance import UNKNOWN, Fact, Guidance, QuestionKind, Role
from retrieval.words.lexicon import MIN_FUZZY_LETTERS
from retrieval.words.mentions import Mention, Strength
from retrieval.words.tells import Told
from retrieval.words.tokens import fold


@dataclass(frozen=True, slots=True)
class Sifted:
    """What is left of the claims of a message."""

    claims: list[Claim]
    nameless: bool
    """Whether anything was claimed without a word of what it is about."""


class Sifting:
    """Sifts what messages claim, with the names and phrases of one release.

    Args:
        guidance: The release.
        steering: Its phrases by which people steer.
        subjects: What its questions are about.
        unnamed: Its facts that only certain words tell of.
    """

    def __init__(
        self,
        guidance: Guidance,
        steering: Steering,
        subjects: Subjects,
        unnamed: Unnamed,
    ) -> None:
        self._guidance, self._subjects, self._unnamed = guidance, subjects, unnamed
        self.passes: Sequence[Pass] = (
            # Looks at all that is claimed and how likely a model holds it, which the others change.
            merely_done,
            less_tried_out,
            to_the_point,
            # Who is between by the message, and which of two names is meant, is told by all claims
            # on them: so before any is taken away.
            still_there,
            Namesakes(guidance).told_apart,
            # Takes words of answer beside it along, which the five after it would take first.
            self._with_a_name,
            # Leaves nothing of a word but what was asked, whatever the others would make of it.
            _only_mended,
            # These four take away claim by claim, each by words of its own: in whatever order.
            beyond_the_talk,
            _beside_a_refusal,
            steering.ways_on.beside_wishes,
            _beside_the_unknown,
            # Denies who was a guess, and makes less sure what the others have left.
            of_whom,
            # Takes away denials, which the last two add to.
            of_the_answer,
            # These add denials that none of the others is to judge, and what they deny is gone.
            _not_known_for_sure,
            denied_by_name,
        )
        """What the claims go through, in order."""

    def claimed(
        self,
        understood: Understood,
        told: Sequence[Told] | None,
        conversation: Conversation,
        open_again: Collection[Fact],
        *,
        telling: bool,
    ) -> Sifted:
        """What the message claims of the deal; nothing at all where it is not *telling*."""
        if not telling:
            return Sifted([], False)
        utterance = understood.utterance
        awaiting, deal = conversation.awaiting(), conversation.deal
        claims = claims_of(
            utterance, (*awaiting, *open_again), told, _known_places(deal, self._guidance),
            unanswered=_unanswered(deal, self._guidance))
        at = Occasion(
            utterance.reading, utterance.clauses, utterance.guidance, utterance.cues,
            deal, awaiting, told is not None, self._subjects,
            heard_unknown(told or (), utterance, self._subjects))
        nameless = False
        for sift in self.passes:
            left = sift(claims, at)
            if sift == self._with_a_name:
                nameless = len(left) < len(claims)
            claims = left
        return Sifted(claims, nameless)

    def _with_a_name(self, claims: Sequence[Claim], at: Occasion) -> list[Claim]:
        """*claims* without those that lack the words which tell of their fact."""
        return named(claims, self._unnamed.among(
            claims, at.reading, at.clauses, at.awaiting), at.clauses)


def _only_mended(claims: Sequence[Claim], at: Occasion) -> list[Claim]:
    """*claims* less those that a short word makes alone, which nobody knows as it is written.

    "gaca", an authority of the country that was told, is a letter away from "Gaza".  It answers
    what was asked, and begins a deal.
    """
    words = at.reading.tokens.words
    if len(words) != 1 or not at.deal.answers or len(words[0].norm) >= MIN_FUZZY_LETTERS or (
            fold(words[0].text)[0].startswith(words[0].norm)):
        return list(claims)
    return [c for c in claims if c.mention.fact in at.awaiting]


def _beside_a_refusal(claims: Sequence[Claim], at: Occasion) -> list[Claim]:
    """*claims* without those that rest on our own refusal to answer: "I don't want to say".

    Who won't say is whoever writes, and not the customer.
    """
    tokens = at.reading.tokens
    last = at.cues.starts("skip", tokens)
    ours = at.cues.words("first_person")
    if not last or not any(t.norm in ours or t.norm.split("'")[0] in ours
                           for t in tokens[:last]):
        return list(claims)
    return [c for c in claims if c.mention.last > last]


def _beside_the_unknown(claims: Sequence[Claim], at: Occasion) -> list[Claim]:
    """*claims* without those on what nobody knows, but for what is said beside it.

    "No clue about arrests" says neither that there are any nor that there are none, and "conflict
    unknown" doesn't either, whatever was asked.  A value by the name of unknown says just that.
    """
    open_still = at.subjects.named_unknown(
        [at.guidance.questions[fact] for fact in at.awaiting], at.reading, at.clauses)
    nothing_else = at.subjects.named_alone(at.reading, at.clauses)
    return [c for c in claims if c.value == UNKNOWN or ((_is_said_beside(c, at.clauses) or not (
        c.mention.fact in open_still or _is_not_known(c, at.clauses)))
        and not overlaps((c.mention.first, c.mention.last), nothing_else.get(c.mention.fact, ()))
        and not is_left_open(c, at.unknown, at.reading, at.clauses))]


def _not_known_for_sure(claims: Sequence[Claim], at: Occasion) -> list[Claim]:
    """*claims* without what would settle a fact and stands right behind a "don't know" of it.

    A model hears the review in "I'm not sure the export review is done", and hardly the "not
    sure".  What was told before is doubted by it.
    """
    clauses, guidance, deal = at.clauses, at.guidance, at.deal
    mentions = [*(c.mention for c in claims if c.holds), *at.reading.mentions]
    doubted = {(m.fact, m.value): m for m in mentions
               if m.strength is not Strength.ASKED and settles(guidance, m.fact, m.value)
               and m.value != UNKNOWN and _is_behind_the_unknown(m, clauses)}
    left = [c for c in claims if not c.holds or (c.mention.fact, c.value) not in doubted]
    return [*left, *(Claim(mention, value, False, False, False)
                     for (fact, value), mention in doubted.items()
                     if deal.settled(fact) and value in deal.known(fact))]


def _is_behind_the_unknown(mention: Mention, clauses: Clauses) -> bool:
    """Whether *mention* follows on a "don't know"; what a model hears may begin within that."""
    if mention.strength is not Strength.TOLD:
        return clauses.unknown(mention)
    begins = max((last for first, last in clauses.unknowns
                  if first < mention.last and mention.first < last), default=mention.first)
    # A mark between them ends what nobody knows: "courts unknown, clause agreed".
    begins = next((i for i in range(begins, mention.last) if clauses.tokens[i].is_word), begins)
    return begins < mention.last and clauses.unknown(
        replace(mention, first=begins))


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
    """What of *deal* nobody has told, of its parties and of what no customer has to be asked.

    So is how far it is.
    """
    return frozenset(f for f, q in guidance.questions.items()
                     if q.kind is QuestionKind.CHOICE and not deal.known(f) and (
                         q.role is Role.STAGE or (q.several and (
                             q.role in {Role.END_USER, Role.GO_BETWEEN} or not q.of_customer))))


def _known_places(deal: Deal, guidance: Guidance) -> Mapping[Fact, frozenset[str]]:
    """The countries of *deal* that are known, by fact."""
    return {fact: deal.known(fact) for fact in _places(guidance) if deal.known(fact)}
