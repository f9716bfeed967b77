"""What is supposed of a fact without its value: "what if they come round", "the reports are wrong".

Told, such words are of nothing that could be noted: who comes round to what?  Beside what is known
they suppose that the other is so.  They are content: a list `supposed_…` for a value that they put
in the place of what is known, a list `supposed_no_…` for one that they take away, and one of what
makes anything untrue that the message names by its question.
"""

from collections.abc import Iterator, Sequence

from bot.dialogue.claim import Claim
from bot.dialogue.deal import ASKED_BACK, Deal
from bot.dialogue.messages.option import other_way
from bot.dialogue.messages.understood import Understood
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span, covered
from retrieval.guidance import Fact, Guidance, Role
from retrieval.words.mentions import Mention, Strength
from retrieval.words.tokens import forms_of_label

SUPPOSED, SUPPOSED_NO = "supposed_{fact}_{value}", "supposed_no_{fact}_{value}"
"""Names of the lists of words that suppose a value of a fact, or that it is not so any more."""
UNTRUE = "turns_out_untrue"
_SMALL = (FUNCTION_WORDS, "sentence_openers", "pronouns", "turns_out", "follow_up")


class TurnedRound:
    """Finds it with the lists of one release.

    Args:
        guidance: The release.
        intents: Its phrases by which people steer.
        cues: Its cue lists.
    """

    def __init__(self, guidance: Guidance, intents: Cues, cues: Cues) -> None:
        self._guidance, self._intents, self._cues = guidance, intents, cues
        self._lists = [
            (name, fact, choice.value, holds)
            for fact, question in guidance.questions.items() for choice in question.choices
            for form, holds in ((SUPPOSED, True), (SUPPOSED_NO, False))
            if (name := form.format(fact=fact, value=choice.value)) in intents.by_name]

        self._answered = frozenset(
            fact for _, fact, _, _ in self._lists if has_poles(guidance.questions[fact]))

    def without_another(
        self, claims: Sequence[Claim], understood: Understood
    ) -> Sequence[Claim]:
        """*claims* less what a go-between does that is asked of the customer.

        "What if the integrator refuses our terms" supposes no customer that does.
        """
        tokens, roles = understood.reading.tokens, self._guidance.questions
        between = [m for m in understood.reading.mentions if m.strength is not Strength.ASKED
                   and roles[m.fact].role is Role.GO_BETWEEN]
        doing = [span for span in self._intents.find("does_with_terms", tokens)
                 if any(m.last == span[0] for m in between)]
        if not doing:
            return claims
        clauses = understood.clauses
        return [c for c in claims if c.mention.fact not in self._answered or not any(
            clauses.same_clause(span, (c.mention.first, c.mention.last)) for span in doing)]

    def without_who_lacks_it(
        self, claims: Sequence[Claim], understood: Understood, deal: Deal
    ) -> Sequence[Claim]:
        """*claims* less a new end-user that is supposed to have no part in it.

        "What if the police doesn't get the feed" supposes no police that use it, and neither does
        "what if the police ask for the footage".
        """
        tokens = understood.reading.tokens
        lacks = [first for name in ("goes_without", "asks_for_what_is_kept")
                 for first, _ in self._intents.find(name, tokens)]
        # Between the two may be a pause that is only heard there.
        lacking = {(m.fact, m.value) for m in understood.reading.mentions
                   if self._guidance.questions[m.fact].role is Role.END_USER
                   and m.value not in deal.known(m.fact) and any(
                       m.last <= first and not any(t.is_word for t in tokens[m.last : first])
                       for first in lacks)}
        return [c for c in claims if (c.mention.fact, c.value) not in lacking] if (
            lacking) else claims

    def claims(self, understood: Understood, deal: Deal) -> Sequence[Claim]:
        """What *understood* supposes so of *deal*, as claims; of what isn't known it is nothing."""
        return [*self._by_lists(understood, deal), *self._untrue(understood, deal)]

    def _by_lists(self, understood: Understood, deal: Deal) -> Iterator[Claim]:
        for name, fact, value, holds in self._lists:
            known = deal.known(fact)
            if not known or not (holds or value in known):
                continue
            question = self._guidance.questions[fact]
            for span in self._intents.find(name, understood.reading.tokens)[:1]:
                if question.role is not None and self._is_of_a_go_between(span, understood):
                    continue
                # Who uses it besides comes on top of who is known.
                yield _claim(fact, value, span, holds=holds, added=holds and question.several)

    def _is_of_a_go_between(self, span: Span, understood: Understood) -> bool:
        """Whether its clause speaks of one: "the partner is state-owned" tells of no end-user."""
        return any(
            self._guidance.questions[m.fact].role is Role.GO_BETWEEN
            and m.strength is not Strength.ASKED
            and understood.clauses.same_clause(span, (m.first, m.last))
            for m in understood.reading.mentions)

    def _untrue(self, understood: Understood, deal: Deal) -> Iterator[Claim]:
        tokens = understood.reading.tokens
        spans = self._intents.find(UNTRUE, tokens)
        if not spans:
            return
        small = covered(spans) | self._cues.covered(tokens, *_SMALL) | covered(
            span for name in ("what_if", "what_if_asked", "what_it_does")
            for span in self._intents.find(name, tokens))
        named = {t.stem for i, t in enumerate(tokens) if t.is_word and i not in small}
        for fact in deal.answers:
            question, known = self._guidance.questions[fact], deal.known(fact)
            other = other_way(self._guidance, question, known) if (
                known and has_poles(question)) else None
            texts = (question.label, *question.names,
                     *(choice.label for choice in question.choices if choice.value in known))
            if other is not None and named and named <= {
                    stem for text in texts for _, stem in forms_of_label(text)}:
                yield _claim(fact, other, spans[0], holds=True, added=False)


def _claim(fact: Fact, value: str, span: Span, *, holds: bool, added: bool) -> Claim:
    mention = Mention(fact, value, None, *span, Strength.TERM, (span,))
    return Claim(mention, value, holds, True, added, ASKED_BACK)
