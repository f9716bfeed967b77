"""What opens with an offer: "we would like to sell", "customs asked for", "spare parts for".

What follows is told of a deal, whatever it would be by itself.
"""

from collections.abc import Sequence

from bot.dialogue.messages.wondering import Wondering
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span
from retrieval.guidance import Guidance, QuestionKind, Role
from retrieval.words.mentions import Reading, Strength
from retrieval.words.tokens import Token

REQUEST_REACH = 3
"""Most words before who asks for something, and from there on: "some police lab asked for"."""
SERVICE_REACH = 8
"""Most words from "upgrade" to what that is of: "upgrade from v3 to v4 of the drones"."""


class Offering:
    """Finds offers, with the small words of one release."""

    def __init__(self, guidance: Guidance, cues: Cues, wondering: Wondering) -> None:
        self._guidance, self._cues, self._wondering = guidance, cues, wondering

    def offers(self, reading: Reading) -> bool:
        """Whether it opens with an offer and names a deal: "we want to sell drones to the army"."""
        return self.behind_the_offer(reading) != reading.text.strip() and (
            self._wondering.names_deal(reading))

    def behind_the_offer(self, reading: Reading) -> str:
        """The text behind "we would like to sell", "customs asked for" or "spare parts for".

        The whole text where it opens with none of them.
        """
        tokens = reading.tokens
        last = (self._request(reading) or (0, 0))[1]
        offer = None if last else next(iter(self._cues.find("offer", tokens)), None)
        came_in = next(iter(self._cues.find("came_in_from", tokens)), None)
        service = None if "?" in reading.text else self._service(reading)
        for span in (came_in, offer, service):
            if span is not None and span[0] >= last and self._opens(tokens[last : span[0]]):
                last = span[1]
        return reading.text[tokens[last - 1].end if last else 0:].strip()

    def _opens(self, tokens: Sequence[Token]) -> bool:
        """Whether no words but those that may open an offer stand in *tokens*."""
        home = self._cues.words("home_words")
        before = {i - 1 for i, token in enumerate(tokens) if token.norm in home}
        rest = [t for i, t in enumerate(tokens) if i not in before]  # "our Italian office"
        return self._cues.only(rest, FUNCTION_WORDS, "offer_beside", "home_words")

    def _request(self, reading: Reading) -> Span | None:
        """Where an end-user who is named before it "asked for" something, from the very start."""
        for mention in reading.mentions:
            if mention.strength is Strength.ASKED or self._guidance.questions[
                    mention.fact].role is not Role.END_USER:
                continue
            for first, last in self._cues.find("asks_for", reading.tokens):
                if mention.last <= first <= mention.last + REQUEST_REACH and (
                        words_before(reading, mention.first) <= REQUEST_REACH):
                    return 0, last
        return None

    def _service(self, reading: Reading) -> Span | None:
        """Where it offers a service on what was sold, up to that: "firmware update for the".

        What the service is on follows behind a preposition, and is named.
        """
        tokens, questions = reading.tokens, self._guidance.questions
        mentions = [m for m in reading.mentions if m.strength is not Strength.ASKED
                    and questions[m.fact].role is not Role.STAGE]
        what = {m.first for m in mentions if questions[m.fact].kind is not QuestionKind.COUNTRY}
        named = sorted(m.first for m in mentions)
        for first, last in self._cues.find("service_on_the_sold", tokens):
            begin = next((i for i in named if i >= last), len(tokens))
            between = tokens[last:begin]
            joins = self._cues.words("prepositions")
            # "Renewal mail for the Tashkent licence" offers nothing, "for the Uzbek police" does.
            found = begin in what or any(m.first == begin and m.last in what for m in mentions)
            if (found and sum(t.is_word for t in between) <= SERVICE_REACH
                    and not any(t.ends_clause for t in between)
                    and not self._cues.find("is_paperwork", between)
                    and any(t.norm in joins for t in tokens[first:begin][-REQUEST_REACH:])):
                return first, begin
        return None


def words_before(reading: Reading, position: int) -> int:
    """How many words stand before the token at *position*."""
    return sum(t.is_word for t in reading.tokens[:position])
