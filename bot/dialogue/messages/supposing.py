"""What a message only supposes: "what if we host it ourselves?".

It is heard as the same words would be if they were told, and the reply says back what that was.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.dialogue.answers.asking_back import takes_yes_or_no
from bot.dialogue.claim import CONTEST, GUESS, HINT, SURE, Claim
from bot.dialogue.claims.claiming import claims_of
from bot.dialogue.claims.merging import heard_of
from bot.dialogue.claims.unnamed import Unnamed, named
from bot.dialogue.conversation import Conversation, Message, Possible
from bot.dialogue.deal import ASKED_BACK, Answer, Deal
from bot.dialogue.intents import Intent
from bot.dialogue.messages.adopting import adopted
from bot.dialogue.messages.asking_by_name import without
from bot.dialogue.messages.bettering import Bettering
from bot.dialogue.messages.called_by_name import CalledByName
from bot.dialogue.messages.half_supposed import likeliest, nearest
from bot.dialogue.messages.halves import Halves
from bot.dialogue.messages.on_top import OnTop
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.turned_round import TurnedRound
from bot.dialogue.messages.understood import OUTRIGHT, TakeApart, Understood
from bot.dialogue.messages.wondering import unopened
from bot.dialogue.naming import LEAVE, WHICH_ONE, deciding_which_deal
from bot.dialogue.poles import graver, has_poles
from bot.dialogue.refining import refined
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, covered, intents_of
from bot.dialogue.small_words.quoting import quoted
from retrieval.guidance import Fact, Guidance, QuestionKind
from retrieval.words.mentions import Strength
from retrieval.words.tells import Told


class Supposing:
    """Hears suppositions with the small words of one release.

    Args:
        guidance: The release.
        cues: Its cue lists, compiled.
        steering: Its phrases by which people steer.
        unnamed: Its words without which nothing is told of some facts.
        of: Takes a text apart.
    """

    def __init__(
        self,
        guidance: Guidance,
        cues: Cues,
        steering: Steering,
        unnamed: Unnamed,
        of: TakeApart,
    ) -> None:
        self._guidance, self._cues, self._steering = guidance, cues, steering
        self._unnamed, self._of = unnamed, of
        self._which_deal = deciding_which_deal(guidance)
        self._halves = Halves(guidance, cues, of)
        self._on_top = OnTop(guidance, intents_of(guidance), cues)
        self._turned = TurnedRound(guidance, intents_of(guidance), cues)
        self._bettering = Bettering(guidance, intents_of(guidance), cues)
        self._called = CalledByName(guidance, intents_of(guidance), cues)
        # "What if they use it against journalists?" has the shape of a report of misuse, but names
        # nothing of the deal: it asks what to do then.
        places = frozenset(f for f, q in guidance.questions.items()
                           if q.kind is QuestionKind.COUNTRY)
        self._done = frozenset(f for f, q in guidance.questions.items()
                               if q.look_up and takes_yes_or_no(q) and q.after
                               and any(choice.looked for choice in q.choices)
                               and places.isdisjoint(q.after))

    def begun(self, understood: Understood) -> Understood | None:
        """The deal that is only tried out before any is told: "what if we sell to India?".

        There is nothing that it could differ from yet, so it is told like any other.  None where
        no deal is supposed, or something is asked of it: "what if we sell drones and they crash".
        """
        reading, cues = understood.reading, self._cues
        words = unopened(reading.tokens, cues)
        length = self._steering.begins("suppose_a_deal", words)
        rest = words[length:]
        apart = cues.words("asking_words") | cues.words("inverted") | cues.words("pronouns")
        if not length or any(t.norm in apart for t in rest) or not any(
                m.strength.is_firm for m in reading.mentions):
            return None
        # What is offered stays: "sell to India".
        spans = [(0, words[length - 1].start),
                 *((t.start, t.end) for t in rest if t.norm == "?")]
        return self._of(without(reading.text, spans))

    def called(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* where it supposes by the names of facts and values; None where it doesn't.

        It comes before all else: "hosting: run by us" is an answer, and "what if" before it isn't.
        """
        supposes = conversation.deal.answers and self._steering.what_if.supposes(
            understood.reading, understood.clauses)
        called = self._called.of(understood, message) if supposes else {}
        return replace(message, intent=Intent.WHAT_IF, supposed=called,
                       topics={f: a.values for f, a in called.items() if a.values}) if (
            called) else None

    def read(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* read as a supposition about the deal or its adoption; None if it is neither."""
        reading, deal = understood.reading, conversation.deal
        if conversation.supposed and self._steering.adopts(reading):
            return adopted(message, conversation)
        opens = self._steering.what_if.supposes(reading, understood.clauses)
        elsewhere = {} if opens else self._elsewhere(understood, message, conversation)
        supposes = opens or self._steering.what_if.sounds_so(reading, understood.clauses)
        if elsewhere:
            leave = bool(intents_of(self._guidance).find("fine_words", reading.tokens))
            return replace(message, intent=Intent.WHAT_IF, supposed=elsewhere,
                           subject=LEAVE if leave else None, topics=reading.by_fact())
        if not deal.answers or not (supposes or self._steering.weighs(reading)):
            return None
        supposed = self.heard(understood, message, deal, supposes=supposes)
        if not supposed:
            return replace(message, intent=Intent.HELP, subject=WHICH_ONE) if (
                supposes and self._on_top.names_nothing(reading)) else None
        leave = self._steering.what_if.asks_for_leave(reading, understood.clauses)
        return replace(message, intent=Intent.WHAT_IF, supposed=supposed,
                       subject=LEAVE if leave else None, topics=reading.by_fact())

    def heard(
        self, understood: Understood, message: Message, deal: Deal, *, supposes: bool = True
    ) -> Mapping[Fact, Answer]:
        """What *message* supposes of *deal*, or holds against it; {} where that is nothing new.

        Where each half of it supposes something, as in "what if they sign and we host", both count.
        """
        parts = self._halves.of(understood) if supposes else ()
        ours = [half for half in parts if not self._halves.is_cut_short(half)]
        if len(parts) > len(ours) > 0:
            understood, parts = ours[0], ours if len(ours) > 1 else ()
        whole = next(filter(None, self._heard(understood, message, deal, supposes)), {})
        halves = [next(filter(None, self._heard(half, message, deal, supposes)), {})
                  for half in parts]
        each = {fact: answer for half in halves for fact, answer in half.items()}
        # To a clause that was refused "they sign" is an answer by itself alone; and what is said of
        # one fact in both halves, as two who use it, only the whole has right.
        apart = bool(halves) and all(halves) and len(each) == sum(map(len, halves))
        if whole or apart or not supposes:
            return each if apart else whole
        return next(filter(None, (
            answers for half in self._halves.without_subject(understood)
            for answers in self._heard(half, message, deal, supposes))), {}) or (
            self._likeliest(understood, message, deal))

    def _likeliest(
        self, understood: Understood, message: Message, deal: Deal
    ) -> Mapping[Fact, Answer]:
        """What a model most likely hears supposed, where that is of one fact; {} for none.

        Nothing is noted of what is tried out, and the reply says back what that was.
        """
        bare = self._bare(understood)
        told = bare.told()
        # That it is heard at all counts here, however faint the word that it hangs on.
        claims = [replace(c, mention=replace(c.mention, strength=Strength.TOLD))
                  for c in likeliest(self._claims(bare, told), deal, but=self._done,
                                     which_deal=self._which_deal)] if told else []
        return self._of_claims(bare, claims, message, deal)

    def nearest(self, understood: Understood, deal: Deal) -> tuple[Possible, ...]:
        """What a supposition may be of that isn't heard, the likeliest first."""
        return nearest(self._bare(understood).told() or (), deal, self._guidance)

    def _bare(self, understood: Understood) -> Understood:
        """It without its words of supposing and what it asks of what it supposes."""
        spans = self._steering.what_if.spans(understood.reading, understood.clauses)
        return self._of(without(understood.reading.text, spans))

    def _elsewhere(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Mapping[Fact, Answer]:
        """Another party or product than that of the deal, where only that is asked after.

        "Would Germany be better?" and "is cctv less risky?" suppose it, and so does "and Uganda?",
        unless a question on the texts went before.  Behind a supposition "or the army?" does too.
        """
        reading, deal, wondering = understood.reading, conversation.deal, self._steering.wondering
        one = wondering.place_judged(reading) or wondering.weighed_against(reading)
        if one is None and not conversation.topic:
            one = wondering.goes_on_to(reading, conversation.supposed, deal)
        answers = one is not None and one.fact in conversation.awaiting() and (
            one.fact not in conversation.supposed)
        # Behind "what if it was for traffic", "and for policing?" supposes it too.
        again = one is not None and one.fact in conversation.supposed
        if one is None or answers or (
                not (deal.known(one.fact) or again) or one.value in deal.known(one.fact)) or (
                not self._guidance.questions[one.fact].several):
            return {}
        # "Isn't Chile better?" denies nothing.
        claims = [replace(c, added=False, holds=True) for c in self._claims(understood, None)
                  if c.mention.fact == one.fact and c.value == one.value]
        return self._of_claims(understood, claims, message, deal)

    def _heard(
        self, understood: Understood, message: Message, deal: Deal, supposes: bool
    ) -> Iterator[Mapping[Fact, Answer]]:
        """What may be meant, the likeliest first."""
        if not supposes:
            claims = self._claims(understood, None)
            other = _the_other_of_two(claims, deal)
            if self._steering.holds_against(understood.reading) and (
                    len({(c.mention.fact, c.value) for c in claims}) == 1):
                # "Compare it with selling to the army", "compare with and without the broker"
                other = [c for c in claims if deal.known(c.mention.fact)
                         and c.holds != (c.value in deal.known(c.mention.fact))]
            yield self._of_claims(understood, other, message, deal)
            return
        turned = self._turned.claims(understood, deal) or (
            self._bettering.claims(understood, deal))
        if turned:
            # What is so already is said back, and changes nothing.
            yield self._of_claims(understood, turned, message, deal) or {
                c.mention.fact: deal.answers[c.mention.fact] for c in turned}
            return
        spans = self._steering.what_if.spans(understood.reading, understood.clauses)
        bare = self._of(without(understood.reading.text, spans))
        yield self._of_claims(bare, self._as_to_the_known(bare, deal), message, deal)
        told = bare.told()
        if told:
            claims = [c for c in self._on_top.of(self._claims(bare, told), bare, deal)
                      if self._is_supposed(c, bare, deal)]
            yield self._of_claims(bare, claims, message, deal)
        # What is known already is nothing new to hear: the drones of "the drones had cameras".
        hears = {one.fact: one.chance for one in told or ()
                 if one.chance >= HINT and one.value not in deal.known(one.fact)}
        # The "quote" of "can we quote if they sign" tells of no stage.
        tokens = understood.reading.tokens
        behind = [c for c in self._claims(understood, None) if not any(
            begin <= tokens[c.mention.first].start and tokens[c.mention.last - 1].end <= end
            for begin, end in spans)]
        named = self._on_top.of(behind, understood, deal)
        if all(fact in self._done and chance < GUESS for fact, chance in hears.items()) or any(
                c.added and c.mention.strength in OUTRIGHT for c in named):
            # What a model hears nothing of is named by words alone, and outright; that something
            # was done, half heard in "what if it had face recognition?", is nothing supposed.
            claims = [c for c in named if c.mention.fact not in hears]
            if not any(c.mention.strength in OUTRIGHT for c in claims):
                claims = [c for c in claims
                          if told is None and self._is_supposed(c, understood, deal)]
            yield self._of_claims(understood, claims, message, deal)
        yield self._of_claims(understood, self._instead(understood, deal), message, deal)
        yield self._as_it_is(bare, deal)

    def _as_it_is(self, understood: Understood, deal: Deal) -> Mapping[Fact, Answer]:
        """What it names and is known to be so, where it says no more: "if it was just for police".

        Whoever supposes what is so hears that it changes nothing, and nothing is searched for it.
        """
        tokens = understood.reading.tokens
        named = [m for m in understood.reading.mentions
                 if m.strength is not Strength.ASKED and m.value in deal.known(m.fact)]
        small = self._cues.covered(
            tokens, FUNCTION_WORDS, "only_these", "pronouns", "inverted", "turns_out") | covered(
            part for m in named for part in m.parts)
        alone = all(i in small for i, token in enumerate(tokens) if token.is_word)
        return {m.fact: deal.answers[m.fact] for m in named} if (
            alone and not self._cues.find("negation", tokens)) else {}

    def _as_to_the_known(self, understood: Understood, deal: Deal) -> list[Claim]:
        """What it supposes in place of what is known and grave, and names nothing: "they sign".

        To a clause that was refused such words are an answer, as they are where it is asked for.
        """
        reading, questions = understood.reading, self._guidance.questions
        if any(mention.strength.is_firm for mention in reading.mentions):
            return []  # "what if we sell direct" is of who stands between, and of no ties
        grave = [fact for fact in deal.answers if has_poles(questions[fact])
                 and not deal.known(fact).isdisjoint(graver(self._guidance, fact))]
        besides = covered(self._cues.find("turns_out", reading.tokens))
        # In answer to the fact's own question they say it as firmly as its name; and the "later" of
        # "they agree to it later" is no answer of its own.
        claims = [replace(c, sure=True, mention=replace(c.mention, strength=Strength.NEAR))
                  for c in claims_of(understood.utterance, grave, None, supposed=True)
                  if c.mention.fact in grave and c.holds
                  and not besides.issuperset(range(c.mention.first, c.mention.last))]
        small = besides | self._cues.covered(reading.tokens, FUNCTION_WORDS) | covered(
            part for c in claims for part in c.mention.parts)
        alone = len({c.mention.fact for c in claims}) == 1 and all(
            i in small for i, token in enumerate(reading.tokens) if token.is_word)
        return claims if alone else []

    def _claims(self, understood: Understood, told: Sequence[Told] | None) -> list[Claim]:
        reading, clauses = understood.reading, understood.clauses
        claims = claims_of(understood.utterance, (), told, supposed=True)
        unnamed = self._unnamed.among(claims, reading, clauses, ())
        return [replace(c, sure=True) for c in named(claims, unnamed, clauses)]

    def _instead(self, understood: Understood, deal: Deal) -> list[Claim]:
        """What the words name in place of what is known, a model or not: "spyware, not drones"."""
        named = [c for c in self._claims(understood, None) if c.mention.strength in OUTRIGHT]
        gone = {c.mention.fact for c in named
                if not c.holds and c.value in deal.known(c.mention.fact)}
        return [c for c in named if c.mention.fact in gone]

    def _is_supposed(self, claim: Claim, understood: Understood, deal: Deal) -> bool:
        mention = claim.mention
        # "What if they had never misused it?" asks what the advice would be without that.
        known = deal.known(mention.fact)
        unsaid = bool(known) and claim.value not in known | graver(self._guidance, mention.fact)
        hinted = any((m.fact, m.value) == (mention.fact, mention.value)
                     for m in understood.reading.mentions)
        # A guess at other goods or another party takes away what the advice is on: "what if we only
        # rent it and host it" is half heard as cloud hosting, and it is still spyware.
        another = claim.mention.fact in self._which_deal and not hinted and not claim.added
        least = SURE if another else CONTEST if unsaid else GUESS if hinted else SURE
        if mention.strength is Strength.WEAK:
            least = ASKED_BACK  # the "traffic" of "what if it was just for traffic"
        return mention.strength in OUTRIGHT or (
            claim.confidence >= least and mention.strength is not Strength.ASKED
            and (mention.fact not in self._done or unsaid))

    def _of_claims(
        self, understood: Understood, claims: Sequence[Claim], message: Message, deal: Deal
    ) -> Mapping[Fact, Answer]:
        """What *claims* would change in *deal*; what is heard is said back, and nothing doubted."""
        claims = [replace(c, confidence=max(c.confidence, ASKED_BACK))
                  for c in self._turned.without_who_lacks_it(
                      self._turned.without_another(claims, understood), understood, deal)]
        heard, gone = heard_of(
            understood.reading, claims, deal, clauses=understood.clauses, answered=(),
            key=message.key, guidance=self._guidance)
        for fact, values in gone.items():
            nobody = self._guidance.questions[fact].no
            if nobody is not None and fact not in heard and deal.known(fact) <= values:
                # "And without the reseller?" leaves nobody between.
                mine = [c for c in claims if c.mention.fact == fact]
                heard[fact] = quoted(understood.reading, understood.clauses, mine,
                                     frozenset({nobody}), True, message.key)
        return {fact: answer for fact, answer
                in refined(self._guidance, deal, heard).items()
                if answer.values != deal.known(fact) and not self._is_one_of_them(
                    answer.values, fact, understood, claims, deal)} if claims else {}

    def _is_one_of_them(
        self,
        values: frozenset[str] | None,
        fact: Fact,
        understood: Understood,
        claims: Sequence[Claim],
        deal: Deal,
    ) -> bool:
        """Whether *values* are some of those known, and nothing takes the others away.

        "What if we disable face recognition?" doesn't suppose that nothing else is sold.
        """
        return (values is not None and values < deal.known(fact)
                and all(c.holds for c in claims if c.mention.fact == fact)
                and not self._cues.find("only_these", understood.reading.tokens))


def _the_other_of_two(claims: Sequence[Claim], deal: Deal) -> list[Claim]:
    """The claims on what *deal* is not, where two values of one fact are held against each other.

    "Which is riskier, cctv or spyware?" asks of a deal with cctv what spyware would do to it.
    """
    facts = {c.mention.fact for c in claims}
    known = {c.value for c in claims if c.value in deal.known(c.mention.fact)}
    if len(facts) != 1 or len(known) != 1 or len({c.value for c in claims}) != 2:
        return []
    return [c for c in claims if c.value not in known]
