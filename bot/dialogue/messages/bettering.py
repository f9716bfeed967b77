"""What is supposed to end, to get better or worse: "what if the war ends", "the courts reform".

Told, such words are a guess, since what ended may begin again.  Supposed, they say the other way of
what is known, or of what they name where nothing is.  They are content: words for what ends, which
is so of what a question asks whether it is there, and words for what gets better or worse, which is
so of all that a flag hangs on.
"""

from collections.abc import Iterator, Sequence

from bot.dialogue.claim import HINT, Claim
from bot.dialogue.deal import ASKED_BACK, Deal
from bot.dialogue.messages.option import other_way
from bot.dialogue.messages.understood import Understood
from bot.dialogue.poles import graver, has_poles
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span, covered
from bot.dialogue.small_words.subjects import subjects_of
from bot.dialogue.small_words.verdicts import value_said
from retrieval.guidance import Fact, Guidance, QuestionKind
from retrieval.words.mentions import Mention, Strength
from retrieval.words.tokens import forms_of_label

ENDS, BETTERS = "supposed_to_end", "supposed_to_get_better"
WORSENS = "supposed_to_get_worse"
"""Names of the lists."""


class Bettering:
    """Hears it with the lists of one release.

    Args:
        guidance: The release.
        intents: Its phrases by which people steer.
        cues: Its cue lists.
    """

    def __init__(self, guidance: Guidance, intents: Cues, cues: Cues) -> None:
        self._guidance, self._intents, self._cues = guidance, intents, cues
        self._subjects = subjects_of(guidance)
        poles = {f: q for f, q in guidance.questions.items() if has_poles(q)}
        # What is there or isn't: of the courts nobody means that they end.
        self._there = frozenset(f for f, q in poles.items() if (
            no := value_said(q, "no")) is not None and no not in graver(guidance, f))
        self._poles = frozenset(poles)
        self._goods = frozenset(f for f, q in guidance.questions.items() if f not in poles
                                and q.role is None and q.kind is QuestionKind.CHOICE)

    def claims(self, understood: Understood, deal: Deal) -> Sequence[Claim]:
        """What *understood* supposes so of *deal*; nothing where it isn't clear of what."""
        found = {(fact, span, name) for name, facts in (
                     (ENDS, self._there), (BETTERS, self._poles), (WORSENS, self._poles))
                 for span in self._spans(name, understood)
                 for fact in self._meant(span, understood, deal, worse=name == WORSENS)
                 if fact in facts}
        if len({fact for fact, _, _ in found}) != 1:
            return []
        fact, span, name = min(found)
        value = self._then(fact, deal, worse=name == WORSENS)
        mention = Mention(fact, value or "", None, *span, Strength.TERM, (span,))
        return [Claim(mention, value, True, True, False, ASKED_BACK)] if value else []

    def _then(self, fact: Fact, deal: Deal, *, worse: bool) -> str | None:
        """The value that *fact* would have; what is grave and known gets no worse."""
        question, grave = self._guidance.questions[fact], graver(self._guidance, fact)
        known = deal.known(fact)
        if not worse:
            return other_way(self._guidance, question, known & grave or grave)
        return next((c.value for c in question.choices if c.value in (known & grave or grave)),
                    None)

    def _spans(self, name: str, understood: Understood) -> Iterator[Span]:
        """Where the list *name* stands, but for what is denied and for what we do."""
        tokens = understood.reading.tokens
        ours = self._cues.words("first_person")
        # "The war ends up spreading", "with the army as end user"
        other = covered((*self._intents.find("turns_out_so", tokens),
                         *self._intents.find("end_of_a_name", tokens)))
        for span in self._intents.find(name, tokens):
            before = tokens[span[0] - 1].norm if span[0] else ""
            if not understood.clauses.denies_in(span) and before not in ours and (
                    span[0] not in other):
                yield span

    def _meant(
        self, span: Span, understood: Understood, deal: Deal, *, worse: bool
    ) -> frozenset[Fact]:
        """The fact that the words before *span* in its clause name, or else those behind.

        Of several that may be meant those that are known to be grave, or of what gets *worse* those
        that are known to be well, and else what isn't known.  Where words before it name
        nothing, as "the fighting", it is what a model hears of what is known to be so.
        """
        clause = understood.clauses.positions(span)
        reading = understood.reading
        for part in ((clause.start, span[0]), (span[1], clause.stop)):
            words = self._bare(part, understood)
            facts, _ = self._subjects.called(reading, words) if words[0] < words[1] else (
                frozenset[Fact](), False)
            if not facts.isdisjoint(self._goods):
                continue  # "the cameras at the court" are no courts
            facts = facts & self._poles or self._told_in(words, understood, deal)
            known = frozenset(f for f in self._poles if deal.known(f) and worse == (
                deal.known(f).isdisjoint(graver(self._guidance, f))))
            meant = facts & known or frozenset(f for f in facts if not deal.known(f))
            if not meant and words[0] < words[1] <= span[0]:
                meant = known & {t.fact for t in understood.told() or () if t.chance >= HINT}
            if meant:
                return meant
        return frozenset()

    def _told_in(self, words: Span, understood: Understood, deal: Deal) -> frozenset[Fact]:
        """The facts that *words* and others told: "the activists", of "activists in jail"."""
        tokens = understood.reading.tokens[words[0] : words[1]]
        small = self._cues.covered(tokens, FUNCTION_WORDS)
        stems = {t.stem for i, t in enumerate(tokens) if t.is_word and i not in small}
        return frozenset(
            fact for fact in self._poles & deal.answers.keys()
            if stems and stems <= {stem for _, stem in forms_of_label(deal.answers[fact].said)})

    def _bare(self, words: Span, understood: Understood) -> Span:
        """*words* without what opens the supposition, and the small ones at either end."""
        tokens = understood.reading.tokens
        opening = max((last for name in ("what_if", "what_if_asked")
                       for _, last in self._intents.find(name, tokens) if last <= words[1]),
                      default=0)
        first, last = max(words[0], opening), words[1]
        small = self._cues.covered(tokens[first:last], FUNCTION_WORDS, "pronouns")
        kept = [i for i in range(first, last) if tokens[i].is_word and i - first not in small]
        return (kept[0], kept[-1] + 1) if kept else (last, last)
