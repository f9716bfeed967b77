"""What one message says and wants by itself: not with one before, nor with a question beside it.

First what it wants, where words say so ("start over", "what if it was the army?"); then what it
tells of the deal, read against what was asked last and what is known already.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.dialogue.answering import (
    answers_in_parts,
    answers_to,
    of_own_part,
    typed_label,
)
from bot.dialogue.answering_and_telling import AnswersTogether
from bot.dialogue.asking_back import confirmation
from bot.dialogue.asking_by_name import sought
from bot.dialogue.by_place import Part, parted
from bot.dialogue.claiming import (
    claims_of,
    is_grave_news,
    is_the_answer,
    of_another,
    to_the_point,
)
from bot.dialogue.clauses import Clauses
from bot.dialogue.contrasting import Contrast
from bot.dialogue.conversation import (
    Conversation,
    Intent,
    Message,
    Phase,
)
from bot.dialogue.cues import Cues
from bot.dialogue.deal import DOUBTED, TELLING_FACTS, Answer, Deal, MessageKey
from bot.dialogue.departing import still_there
from bot.dialogue.in_passing import InPassing
from bot.dialogue.lookups import Lookups
from bot.dialogue.merging import heard_of, said_unknown
from bot.dialogue.namesakes import Namesakes
from bot.dialogue.naming import PONDERING
from bot.dialogue.refining import refined
from bot.dialogue.remarking import (
    beyond_the_talk,
    denies_what_was_told_last,
    is_remark,
)
from bot.dialogue.reporting import found_none, looked_into, offered
from bot.dialogue.steering import Steering
from bot.dialogue.subjects import Subjects
from bot.dialogue.supposing import Supposing
from bot.dialogue.understood import OUTRIGHT, Understood
from bot.dialogue.unnamed import Unnamed, named
from bot.dialogue.unsaying import denied_by_name, disowned, unsaid
from bot.dialogue.verdicts import is_asked_back, says_only, whole
from bot.dialogue.weighing import SURE, Claim
from retrieval.guidance import Fact, Guidance, Question, QuestionKind
from retrieval.words.mentions import Reading, Strength
from retrieval.words.phrases import Phrases
from retrieval.words.tells import Told

WHOLE_DEAL_FACTS = 5
"""So many facts are a deal whatever else is wanted, unless the message opens with a question."""
PLAINLY = (0.0, 0.0, 0.1, 0.3)
"""Who states so many facts, and puts no question, tells of a deal unless something else is wanted
as plainly as this: whatever it is, to decline a deal is worse."""
STRAY_WORDS = 5
"""Words that an opening needs before it can be taken for a question on something else."""

_ASIDE = {Intent.OUT_OF_SCOPE, Intent.HELP, Intent.DEFINE, Intent.WHY}
"""What a phrase may seem to want in the middle of a deal that is being told."""


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


def _known_places(deal: Deal, guidance: Guidance) -> Mapping[Fact, frozenset[str]]:
    """The countries of *deal* that are known, by fact."""
    return {fact: deal.known(fact) for fact in _places(guidance) if deal.known(fact)}


class SingleMessages:
    """Reads single messages with the small words of one release.

    Args:
        guidance: The release.
        cues: Its cue lists, compiled.
        steering: Its phrases by which people steer.
        lookups: Its names of provisions and sources.
        of: Takes a text apart.
    """

    def __init__(
        self,
        guidance: Guidance,
        cues: Cues,
        steering: Steering,
        lookups: Lookups,
        of: Callable[[str], Understood],
    ) -> None:
        self._guidance = guidance
        self._cues = cues
        self._steering = steering
        self._lookups = lookups
        self._names = {f: Phrases(q.names) for f, q in guidance.questions.items()}
        self._unnamed = Unnamed(guidance)
        self._namesakes = Namesakes(guidance)
        self._supposing = Supposing(guidance, cues, steering, self._unnamed, of)
        self.subjects = Subjects(guidance.questions, cues)
        self.together = AnswersTogether(guidance, cues, self.subjects, of, self.read)

    def read(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Message:
        """*message*, of which *understood* is the matter, as said in *conversation* by itself."""
        reading, clauses = understood.reading, understood.clauses
        if self._steering.starts_over(reading):
            return replace(message, intent=Intent.START_OVER)
        answering = self.together.read(understood, message, conversation)
        if answering is not None:
            return answering
        adopting = bool(conversation.supposed) and self._steering.adopts(reading)
        request, subject = (None, None) if adopting else (
            self._steering.requests.request(reading, conversation))
        if request is not None:
            return replace(message, intent=request, subject=subject, topics=reading.by_fact())
        looked_up = self.looks_up(understood, conversation)
        if looked_up is not None:
            wants, about = looked_up
            return replace(message, intent=wants, subject=about)
        begun = None if conversation.deal.answers else self._supposing.begun(understood)
        if begun is not None:
            understood, reading, clauses = begun, begun.reading, begun.clauses
        told = understood.told()
        if told is not None:
            told = self._steering.beside(reading, told)
        # Whoever states two facts of a deal tells of it, however much of it is put as a question.
        stated = len({one.fact for one in told or () if one.chance >= SURE})
        wondering = self._steering.wondering
        intent, subject = self._steering.stated(reading, conversation)
        # "Can we sell drones?" asks for a verdict, and names what is sold all the same.
        wonders = wondering.only_asks(reading, clauses, told, conversation) and not (
            intent is Intent.VERDICT and stated)
        offers = conversation.phase is Phase.NEW and self._steering.offers(reading)
        tells_of_it = stated >= TELLING_FACTS and not wonders
        deals = tells_of_it or offers
        # "Shouldn't think so" begins as questions do.
        answers = bool(conversation.awaiting()) and bool(
            whole(reading.tokens, self._cues)) and not is_asked_back(reading.tokens, self._cues)
        asking = not deals and not answers and (
            wonders or self._steering.asks(reading, clauses, conversation))
        opens_asking = self._steering.opens_asking(reading, clauses)
        # "Can we sell cameras to the police in Ghana?" wants what is not for us to say, and yet
        # tells of a deal: the verdict is declined, and what is to be weighed is said all the same.
        clearing = deals and opens_asking and intent is Intent.VERDICT
        if stated < WHOLE_DEAL_FACTS or opens_asking:
            least = 0.0 if opens_asking else PLAINLY[min(stated, len(PLAINLY) - 1)]
            astray = self._opens_astray(understood, conversation, least, deals)
            clearing = clearing or (astray and deals and intent is Intent.VERDICT)
            asking = asking or (astray and not clearing)
            deals = deals and not astray
        deals = deals and not clearing
        if deals and (intent in _ASIDE or (tells_of_it and conversation.phase is Phase.NEW)):
            # A first message that ends in "advise me fast" is no reason to ask nothing.
            intent, subject = None, None
        if intent is Intent.OUT_OF_SCOPE and understood.strays(reading.text.strip()) > 0:
            # A gap says what is missing and whom to ask; the phrase only that it is not for us.
            intent, asking = None, True
        if intent is None:
            meant = self._supposing.read(understood, message, conversation)
            if meant is not None:
                return meant
            # "Suppose they resell it to Bhutan" tells nothing, whatever can be supposed of it.
            asking = asking or (bool(conversation.deal.answers)
                                and len(clauses.sentences()) == 1
                                and self._steering.supposes(reading, clauses))
        found = wondering.finding(reading, told, conversation) if (
            wonders and intent is None) else None
        if found is not None:
            return replace(message, intent=Intent.FINDING, subject=found,
                           topics=reading.by_fact())
        return self._telling(
            understood, message, conversation, told, intent, subject, asking=asking)

    def _telling(
        self,
        understood: Understood,
        message: Message,
        conversation: Conversation,
        told: Sequence[Told] | None,
        intent: Intent | None,
        subject: str | None,
        *,
        asking: bool,
    ) -> Message:
        """*message* with what it tells of the deal; what it wants may show by that alone.

        Args:
            understood: Its matter.
            message: The message.
            conversation: What it is said in.
            told: What a model hears in it, less what only steers; None without a model.
            intent: What it says that it wants, if it says so.
            subject: What of.
            asking: Whether it asks what the guidance says, and so tells nothing.
        """
        reading, clauses, key = understood.reading, understood.clauses, message.key
        # "What is DPI?" says nothing of the product, even while the product is asked for.
        telling = not asking and intent is not Intent.DEFINE
        awaiting = conversation.awaiting()
        if intent is Intent.GO_ON and awaiting:
            intent = None
        telling = telling and not denies_what_was_told_last(reading, conversation, self._cues)
        open_again = disowned(
            reading, conversation.deal, self._guidance, self._cues) if telling else frozenset()
        claims = [] if not telling else to_the_point(claims_of(
            reading, clauses, (*awaiting, *open_again), told, self._guidance, self._cues,
            _known_places(conversation.deal, self._guidance)),
            reading, clauses, self.subjects)
        claims = self._namesakes.told_apart(still_there(
            claims, reading, clauses, conversation.deal, awaiting, self._guidance, self._cues),
            reading, conversation.deal)
        unnamed = self._unnamed.among(claims, reading, clauses, awaiting)
        claims = named(claims, unnamed, clauses)
        pending = [self._guidance.questions[fact] for fact in awaiting]
        # "No clue about arrests" says neither that there are any nor that there are none.
        open_still = self.subjects.named_unknown(pending, reading, clauses)
        claims = beyond_the_talk(
            claims, reading, clauses, awaiting, self._guidance, self._cues,
            weighed=told is not None)
        claims = self._beside_a_refusal(reading, claims)
        claims = [c for c in self._steering.beside_wishes(reading, claims)
                  if _is_said_beside(c, clauses) or not (
                      c.mention.fact in open_still or _is_not_known(c, clauses))]
        deal = conversation.deal
        if telling:
            claims = denied_by_name(claims, reading, clauses, deal, self._guidance, self._cues)
        direct: Mapping[Fact, Answer] = {}
        wrong: frozenset[Fact] = frozenset()
        if pending and telling and intent in (None, Intent.ADVISE_NOW):
            parts = parted(pending, reading, self._cues, self.subjects) if (
                len(pending) > 1) else {}
            claims = of_own_part(self._nothing_else(claims, reading, pending), parts, awaiting)
            said = confirmation(deal, pending, reading, claims, self._cues, key, parts)
            report = {} if said or any(
                c.mention.fact in awaiting and c.mention.strength in OUTRIGHT | {Strength.TOLD}
                for c in claims) else offered(
                    pending, reading, clauses, self._cues, key, self.subjects)
            wrong = said.wrong
            settled = said.answers.keys() | wrong
            pending = [q for q in pending if q.fact not in settled]
            deal = deal.with_answers({f: replace(
                deal.answers[f], values=deal.latest(f), instead=frozenset(), sure=True,
                confidence=1.0) for f in said.widened})
            claims = [replace(c, added=c.added or c.mention.fact in said.widened)
                      for c in claims if c.mention.fact not in settled]
            direct, claims = (report, []) if report else self._answered(
                pending, reading, clauses, claims, key, parts)
            # Who doesn't know, or perhaps spoke of something else, leaves what was read as it is.
            direct = {f: a for f, a in direct.items()
                      if a.confidence > DOUBTED or not deal.known(f)}
            direct = {f: a if a.values or not deal.known(f) else
                      replace(deal.answers[f], confidence=1.0)
                      for f, a in direct.items() if f not in said.unsaid}
            direct = {**direct, **said.answers}
        if not awaiting and telling and found_none(reading, clauses, self._cues, self.subjects):
            direct, claims = looked_into(
                self._guidance, deal, reading, clauses, key, self.subjects), []
        answered = {*direct, *(c.mention.fact for c in claims if c.holds)}.intersection(awaiting)
        heard, withdrawn = heard_of(
            reading, claims, deal, clauses, answered, key, self._guidance,
            bool(Contrast(reading, clauses, self._guidance, self._cues)),
            InPassing(reading, claims, clauses, self._cues))
        unknown = said_unknown(reading, clauses, heard, deal, key, self._names)
        # "Correction: no such reports" is no answer to what was asked meanwhile.
        replaces = clauses.retractions and not any(c.mention.strength.is_firm for c in claims)
        if telling and not withdrawn and (replaces or not (heard or direct or unknown)):
            withdrawn = unsaid(reading, clauses, deal, self._cues)
            if withdrawn:
                heard, direct, unknown = {}, {}, {}
        heard = refined(self._guidance, deal, {**direct, **unknown, **heard}, key)
        wrong |= {fact for fact in open_again if fact not in heard}
        pends = not {*heard, *wrong}.isdisjoint(awaiting)
        if intent is None and unnamed and not (heard or withdrawn or wrong):
            # "Compliance is fine with it" is a clearance, of which nothing follows here.
            intent = Intent.VERDICT
        if intent is None:
            intent = Intent.DESCRIBE if wrong else self._steering.implied(
                reading, heard, withdrawn, asking, conversation)
        if intent is Intent.FILLER and self._steering.ponders(reading):
            subject = PONDERING
        if intent is Intent.UNCLEAR and is_remark(
                reading, awaiting, self.subjects, self._cues):
            intent = Intent.REMARK
        if intent is Intent.UNCLEAR and any(
                m.strength.is_firm and m.value in deal.known(m.fact) for m in reading.mentions):
            intent = Intent.REMARK  # what is known already answers nothing else
        if intent is Intent.ASK and self._cues.starts("follow_up", reading.tokens):
            subject = conversation.topic
        if intent in {Intent.OUT_OF_SCOPE, Intent.COMPARE}:
            heard, withdrawn = {}, {}
        emptied = {f for f, values in withdrawn.items() if f not in heard
                   and deal.known(f) and deal.known(f) <= values}
        return replace(message, intent=intent, heard=heard, withdrawn=withdrawn,
                       retracted=(wrong | emptied) - heard.keys(), subject=subject,
                       answers_pending=pends, topics=reading.by_fact())

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

    def looks_up(
        self, understood: Understood, conversation: Conversation
    ) -> tuple[Intent, str | None] | None:
        """What a message wants that only names something of the corpus: "UNGP 19?".

        Intent and subject as `sought` gives them; None where it tells or asks anything else.
        """
        return sought(understood.lookup, understood.reading, understood.told, conversation,
                      self._lookups, self._cues)

    def _opens_astray(
        self, understood: Understood, conversation: Conversation, least: float, deals: bool
    ) -> bool:
        """Whether a conversation opens with a question that the texts don't answer.

        "VAT on cctv for kenya" names a product and a country, and yet tells of no deal.  Where it
        *deals*, it has to stray without "we need to sell" before it as well.
        """
        text = understood.reading.text.strip()
        if conversation.phase is not Phase.NEW or len(text.split()) < STRAY_WORDS:
            return False
        least = 0.0 if "?" in text else least
        if understood.strays(text) <= least:
            return False
        behind = self._steering.behind_the_offer(understood.reading) if deals else text
        return behind == text or understood.strays(behind) > least

    def _nothing_else(
        self, claims: list[Claim], reading: Reading, pending: Sequence[Question]
    ) -> list[Claim]:
        """*claims* without what a model hears of something else in a mere yes, no or maybe.

        "Skip" claims nothing, though a step that was skipped may have that very name.
        """
        if self._cues.is_one("skip", reading.tokens.words):
            return []
        if len(pending) > 1 and self._steering.is_filler(reading):
            return []  # "no problem" is a courtesy where three things were asked
        if not says_only(reading.tokens, self._cues):
            return claims
        asked = {q.fact for q in pending}
        if len(pending) > 1 and whole(reading.tokens, self._cues, len(pending)):
            # "Nothing like that" is the wording of one answer, and said of all that was asked.
            claims = [c for c in claims if c.mention.strength is not Strength.ASKED]
        return [c for c in claims
                if c.mention.strength is not Strength.TOLD or c.mention.fact in asked]

    def _answered(
        self,
        pending: Sequence[Question],
        reading: Reading,
        clauses: Clauses,
        claims: list[Claim],
        key: MessageKey,
        parts: Mapping[Fact, Part],
    ) -> tuple[Mapping[Fact, Answer], list[Claim]]:
        """The answers to the questions asked that the claims don't hold, and the claims left."""
        typed = typed_label(pending, reading, key)
        if typed:
            return typed, []
        if parts:
            direct = answers_in_parts(pending, parts, reading, clauses, claims, self._cues, key)
            return direct, [c for c in claims if c.mention.fact not in direct]
        mine = {q.fact: [c.mention for c in claims if c.mention.fact == q.fact] for q in pending}
        open_ones = [
            q for q in pending
            if all(m.strength is Strength.ASKED for m in mine[q.fact])
            and not is_the_answer(mine[q.fact], q)
        ]
        hinted = [q.fact for q in open_ones if mine[q.fact]]
        alone = len(open_ones) == len(pending)
        direct = answers_to(
            open_ones, reading, clauses, self._cues, key, hinted, self.subjects) if alone else {}
        if self._cues.starts("skip", reading.tokens) and any(c.holds for c in claims):
            # Who skips one matter and tells of another may answer with that.
            direct = {f: a for f, a in direct.items() if a.values}
        if any(c.mention.fact not in mine for c in claims):
            # "No misuse reports" says its own fact, and perhaps nothing of what was asked.
            direct = {f: a for f, a in direct.items() if a.confidence > DOUBTED}
        if direct and not of_another(
                open_ones, reading, claims, self._guidance, self._cues, self.subjects):
            return direct, [c for c in claims if c.mention.fact not in direct]
        # "They exist on paper" answers the question asked; that the same words could say
        # something of another fact is no news, unless that is grave, and named and heard clearly.
        own = [m for mentions in mine.values() for m in mentions]
        return {}, [
            c for c in claims
            if c.mention.fact in mine or is_grave_news(c, self._guidance)
            or not any(m.first < c.mention.last and c.mention.first < m.last for m in own)
        ]
