"""What is supposed on top of what is known, and what in its place: "what if we added drones?".

Told of a deal, "it's for the army" puts right who uses it.  Supposed of one, "what if it had face
recognition" takes no camera away, and "what if we swapped the drones for cameras" takes just them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.dialogue.claim import Claim
from bot.dialogue.deal import Deal
from bot.dialogue.messages.understood import OUTRIGHT, Understood
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, covered
from bot.dialogue.small_words.doubts import overlaps
from bot.dialogue.small_words.safeguards_called import CALLED
from retrieval.guidance import Fact, Guidance, QuestionKind
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.tokens import Tokens


class OnTop:
    """Tells the two apart with the small words of one release.

    Args:
        guidance: The release.
        intents: Its phrases by which people steer.
        cues: Its cue lists.
    """

    def __init__(self, guidance: Guidance, intents: Cues, cues: Cues) -> None:
        self._intents, self._cues = intents, cues
        self._several = frozenset(f for f, q in guidance.questions.items() if q.several)
        # What a thing can have in it is goods, and no party.
        self._parts = frozenset(f for f in self._several if guidance.questions[f].role is None
                                and guidance.questions[f].kind is QuestionKind.CHOICE)
        self._safeguards = [name for name in cues.by_name if name.startswith(CALLED)]

    def names_nothing(self, reading: Reading) -> bool:
        """Whether something comes on top, and it doesn't say what: "if there's a second buyer"."""
        tokens, intents = reading.tokens, self._intents
        small = self._cues.covered(tokens, FUNCTION_WORDS, "pronouns", "inverted") | covered(
            span for name in ("another_of_it", "supposed_on_top", "supposed_within", "what_if",
                              "what_if_asked", "what_it_does")
            for span in intents.find(name, tokens))
        return bool(intents.find("another_of_it", tokens)) and all(
            i in small for i, token in enumerate(tokens) if token.is_word)

    def of(self, claims: Sequence[Claim], understood: Understood, deal: Deal) -> Sequence[Claim]:
        """*claims*, with those marked that are supposed beside what *deal* has already."""
        tokens = understood.reading.tokens
        if self._cues.find("only_these", tokens) or (
                self._intents.find("in_place_of_that", tokens)):
            return claims
        on_top = self._intents.find("supposed_on_top", tokens)
        # Words for adding name nothing themselves, as a renewal in "extend it to Uganda".
        small = covered(on_top) | self._cues.covered(tokens, FUNCTION_WORDS)
        claims = [c for c in claims if c.mention.strength in OUTRIGHT or not overlaps(
            (c.mention.first, c.mention.last), on_top) or (
                # In "add faces next year" a model hears more than the adding.
                c.mention.fact in self._parts and not small.issuperset(
                    range(c.mention.first, c.mention.last)))]
        claims = [c for c in claims if not self._lacks_it_anyway(c, understood, deal)]
        if on_top:
            # "What if we added geofencing" adds a limit, and no tracking of anybody.
            limits = [span for name in self._safeguards for span in self._cues.find(name, tokens)]
            claims = [c for c in claims if c.mention.fact not in self._parts or not overlaps(
                (c.mention.first, c.mention.last), limits)]
        if self._intents.find("supposed_off", tokens):
            # Nothing is sold in that what is switched off is named.
            claims = [c for c in claims if c.mention.fact not in self._several]
        exchanged = self._exchanged(claims, deal) if (
            self._intents.find("exchanges", tokens)) else frozenset()
        chosen = covered(self._intents.find("with_a_choice", tokens))
        within = any(chosen.isdisjoint(range(first, last)) for first, last
                     in self._intents.find("supposed_within", tokens))
        away = bool(self._intents.find("supposed_away", tokens))

        def placed(claim: Claim) -> Claim:
            fact = claim.mention.fact
            if claim.value in deal.known(fact) and (fact in exchanged or self._intents.starts(
                    "supposed_gone", tokens[claim.mention.last :]) or (
                    self._is_taken_away(claim.mention, tokens)) or (
                    # Of what words don't name, no "not" is found: "leave out thermal".
                    away and fact in self._several and claim.mention.strength is Strength.TOLD
                    and not any(self._names_another(m, tokens) for m in understood.reading.mentions
                                if (m.fact, m.value) == (fact, claim.value)))):
                return replace(claim, holds=False)
            adds = fact in exchanged or (bool(on_top) and fact in self._several) or (
                within and fact in self._parts)
            return replace(claim, added=True) if adds and claim.holds else claim

        changed = [placed(claim) for claim in claims]
        return [*changed, *self._staying(changed, exchanged, deal)]

    def _lacks_it_anyway(self, claim: Claim, understood: Understood, deal: Deal) -> bool:
        """Whether it is left out and wasn't in: "leave out the location module" sells none."""
        tokens, fact = understood.reading.tokens, claim.mention.fact
        small = self._cues.covered(tokens, FUNCTION_WORDS)
        first = claim.mention.first
        # What a model hears rests on the leaving out as well.
        return fact in self._parts and claim.value not in deal.known(fact) and any(
            (begin >= first and end < claim.mention.last) or (
                end <= first and small.issuperset(range(end, first)))
            for begin, end in self._intents.find("supposed_away", tokens))

    def _is_taken_away(self, mention: Mention, tokens: Tokens) -> bool:
        """Whether right before its words stands what takes it away: "what if we bin the cctv"."""
        small = self._cues.covered(tokens, FUNCTION_WORDS)
        return not self._names_another(mention, tokens) and any(
            end <= mention.first and small.issuperset(range(end, mention.first))
            for _, end in self._intents.find("supposed_away", tokens))

    def _names_another(self, mention: Mention, tokens: Tokens) -> bool:
        """Whether its words only begin the name of something else: "bin the cctv footage".

        A pause that is only heard there parts no two words of a name.
        """
        behind = tokens[mention.last :]
        if behind and not behind[0].text.strip():
            behind = behind[1:]
        return bool(behind) and behind[0].is_word and not (
            self._cues.covered(behind[:1], FUNCTION_WORDS)
            or self._intents.starts("behind_what_is_gone", behind))

    def _staying(
        self, claims: Sequence[Claim], exchanged: frozenset[Fact], deal: Deal
    ) -> Iterator[Claim]:
        """What stays beside what takes the place of something else, as if it were named with it."""
        for fact in exchanged:
            gone = {c.value for c in claims if c.mention.fact == fact and not c.holds}
            new = next(c for c in claims if c.mention.fact == fact and c.holds)
            yield from (replace(new, value=value) for value in sorted(deal.known(fact) - gone))

    def _exchanged(self, claims: Sequence[Claim], deal: Deal) -> frozenset[Fact]:
        """The facts of which something known is named beside something that isn't."""
        old = {c.mention.fact for c in claims if c.value in deal.known(c.mention.fact)}
        new = {c.mention.fact for c in claims
               if c.holds and c.value not in deal.known(c.mention.fact)}
        return frozenset(old & new & self._several)
