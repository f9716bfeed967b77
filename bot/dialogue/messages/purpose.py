"""What a message is for: it tells of a deal, asks what the texts say, or wants something of us.

Much of what is told is put as a question ("can we sell drones to Peru?"), and what asks for a chore
names what it is for ("VAT on cctv for Kenya").  Where a conversation opens, that decides whether a
deal is noted; later on, whether what is named answers anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.dialogue.claim import SURE
from bot.dialogue.conversation import Conversation, Phase
from bot.dialogue.deal import TELLING_FACTS
from bot.dialogue.intents import Intent
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.understood import Understood
from bot.dialogue.small_words.cues import Cues
from bot.dialogue.small_words.verdicts import is_asked_back, whole
from retrieval.words.mentions import Reading
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


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a message is for."""

    intent: Intent | None
    """What it says that it wants; None where it only tells or asks."""
    subject: str | None
    """What of."""
    asking: bool
    """Whether it asks what the texts say, and so tells nothing."""
    wonders: bool
    """Whether it does nothing but ask, and states no deal."""


class Purposes:
    """Tells what messages are for, with the small words of one release."""

    def __init__(self, cues: Cues, steering: Steering) -> None:
        self._cues = cues
        self._steering = steering

    def of(
        self, understood: Understood, told: Sequence[Told] | None, conversation: Conversation
    ) -> Purpose:
        """What a message is for, of which *understood* is the matter.

        Args:
            understood: The message, taken apart.
            told: What a model hears in it, less what only steers; None without a model.
            conversation: What it is said in.
        """
        reading, clauses = understood.reading, understood.clauses
        steering, begins = self._steering, conversation.phase is Phase.NEW
        # Whoever states two facts of a deal tells of it, however much of it is put as a question.
        stated = len({one.fact for one in told or () if one.chance >= SURE})
        intent, subject = steering.stated(reading, conversation)
        if intent is Intent.HELP and understood.lookup.names:
            # "What should I do under UNGP 19" asks for that, and not for what we can do.
            intent, subject = None, None
        named = steering.requests.on_one_named(reading) if (
            begins and not conversation.deal.answers) else None
        if intent is None and (named is Intent.VERDICT or (begins and any(
                steering.requests.lets_know(reading, s) for s in clauses.sentences()))):
            intent = Intent.VERDICT
        # "Can we sell drones?" asks for a verdict, and names what is sold all the same.
        wonders = steering.wondering.only_asks(reading, clauses, told, conversation) and not (
            intent is Intent.VERDICT and stated)
        searches = intent is None and begins and not conversation.deal.answers and (
            steering.wondering.is_a_search(reading, clauses, told))
        lookup = understood.lookup
        texts = [*(lookup.spans if lookup.source or lookup.names else ()),
                 *steering.wondering.texts_not_held(reading)] if begins else []
        # "Face recognition at rallies, UN position" names two facts of nobody's deal.
        of_a_text = begins and intent is None and steering.wondering.asks_of_a_text(reading, texts)
        tells_of_it = stated >= TELLING_FACTS and not wonders and not searches and not of_a_text
        offers = named is not None or (begins and (steering.offering.offers(reading) or (
            steering.wondering.names_deal(reading) and steering.requests.has_it_checked(reading))))
        deals = tells_of_it or offers
        asking = not deals and not self._answers(reading, conversation) and (
            wonders or steering.questions.asks(reading, clauses, conversation)
            or steering.holds_against(reading)
            # "Which deal is better, this or one in Ghana" tells of none.
            or (not begins and bool(self._cues.find("asks_to_choose", reading.tokens))))
        if begins and not deals and intent is None:
            asking = asking or searches or of_a_text or (
                steering.wondering.asks_by_a_text(reading, texts)) or (
                steering.wondering.names_then_asks(reading, steering.questions.ending(reading)))
        purpose = Purpose(intent, subject, asking, wonders)
        if named is None:
            purpose, deals = self._unless_astray(purpose, understood, conversation, stated, deals)
        elif intent is Intent.VERDICT:
            deals = deals and named is not intent and not steering.questions.opens_asking(
                reading, clauses)
        if deals and (purpose.intent in _ASIDE or (tells_of_it and begins)):
            # A first message that ends in "advise me fast" is no reason to ask nothing.
            purpose = replace(purpose, intent=None, subject=None)
        if purpose.intent is Intent.OUT_OF_SCOPE and conversation.deal.answers and (
                steering.not_for_us.in_passing(reading, told or ())) and not (
                steering.questions.puts_a_question(reading, clauses)):
            purpose = replace(purpose, intent=None)
        if purpose.intent is Intent.OUT_OF_SCOPE and understood.strays(reading.text.strip()) > 0:
            # A gap says what is missing and whom to ask; the phrase only that it is not for us.
            purpose = replace(purpose, intent=None, asking=True)
        return purpose

    def supposes(self, understood: Understood, conversation: Conversation) -> bool:
        """Whether it is a supposition on the deal, which tells nothing, whatever may come of it.

        "Suppose they resell it to Bhutan" is one.
        """
        reading, clauses = understood.reading, understood.clauses
        what_if = self._steering.what_if
        # Of several sentences one that opens so may stand beside what is told.
        supposes = what_if.is_supposed if len(clauses.sentences()) == 1 else what_if.sounds_so
        return bool(conversation.deal.answers) and not self._answers(reading, conversation) and (
            supposes(reading, clauses))

    def _unless_astray(
        self,
        purpose: Purpose,
        understood: Understood,
        conversation: Conversation,
        stated: int,
        deals: bool,
    ) -> tuple[Purpose, bool]:
        """*purpose*, and whether it *deals*, once what it wants beside the deal is weighed.

        "Can we sell cameras to the police in Ghana?" wants what is not for us to say, and yet tells
        of a deal: the verdict is declined, and what is to be weighed is said all the same.

        Args:
            purpose: What it seems to be for.
            understood: Its matter.
            conversation: What it is said in.
            stated: How many facts a model surely hears.
            deals: Whether it seems to tell of a deal.
        """
        opens_asking = self._steering.questions.opens_asking(understood.reading, understood.clauses)
        verdict = deals and purpose.intent is Intent.VERDICT
        clearing = verdict and opens_asking
        if stated < WHOLE_DEAL_FACTS or opens_asking:
            least = 0.0 if opens_asking else PLAINLY[min(stated, len(PLAINLY) - 1)]
            astray = self._opens_astray(understood, conversation, least, deals)
            clearing = clearing or (astray and verdict)
            purpose = replace(purpose, asking=purpose.asking or (astray and not clearing))
            deals = deals and not astray
        return purpose, deals and not clearing

    def _answers(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether it is an answer and asks nothing: "shouldn't think so" begins as questions do."""
        tokens = reading.tokens
        return bool(conversation.awaiting()) and (
            bool(whole(tokens, self._cues)) or self._cues.is_one("skip", tokens.words)) and (
            not is_asked_back(tokens, self._cues))

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
        if understood.strays(text) <= least or (
                deals and self._steering.requests.has_it_checked(understood.reading)):
            return False
        behind = self._steering.offering.behind_the_offer(understood.reading) if deals else text
        return behind == text or understood.strays(behind) > least
