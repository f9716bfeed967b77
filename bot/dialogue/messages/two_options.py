"""Two options held against each other beside a deal: "drones or cctv, which is riskier?".

Neither is told.  What parts the two parts the message, and each part is read by itself, as it would
be if it were told.  What is said of one alone is held against what is known.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from bot.dialogue.claim import HINT, SURE
from bot.dialogue.claims.claiming import claims_of
from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.deal import Answer, Deal
from bot.dialogue.intents import Intent
from bot.dialogue.messages.asking_by_name import without
from bot.dialogue.messages.option import NOTHING, Held, Option, in_the_deal, other_way
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.understood import TakeApart, Understood
from bot.dialogue.messages.wondering import unopened
from bot.dialogue.messages.words_for_options import WordsForOptions
from bot.dialogue.naming import OPTIONS
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, intents_of
from bot.dialogue.small_words.safeguards_called import safeguards_called
from retrieval.guidance import Fact, Guidance, QuestionKind, Role
from retrieval.words.tells import Told
from retrieval.words.tokens import forms_of_label

BARE_WORDS = 12
"""Most words of what asks which of two is better, and names neither; or only names both."""
_UNSAID = Option({}, {}, {})


class TwoOptions:
    """Hears such comparisons with the small words of one release.

    Args:
        guidance: The release.
        cues: Its cue lists, compiled.
        steering: Its phrases by which people steer.
        of: Takes a text apart.
    """

    def __init__(
        self, guidance: Guidance, cues: Cues, steering: Steering, of: TakeApart
    ) -> None:
        self._guidance, self._cues, self._steering, self._of = guidance, cues, steering, of
        self._intents = intents_of(guidance)
        self._words = WordsForOptions(cues, self._intents, steering, of)
        self._questions = {q.fact: q for q in guidance.questions.values()
                           if q.kind is not QuestionKind.TEXT and q.role is not Role.STAGE}
        # Who stands between, and who hosts, is told in a word or two: "deliver ourselves".
        self._faint = frozenset(fact for fact, q in self._questions.items()
                                if q.role is Role.GO_BETWEEN or has_poles(q))

    def read(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* as a comparison of two ways that the deal may go; None if it is none.

        What it supposes has the values of the one and, as `instead`, those of the other.
        """
        reading, deal = understood.reading, conversation.deal
        if not deal.answers or understood.lookup.names or (
                self._steering.of_another_deal(reading) and not self._is_beside_this(understood)
                ) or self._words.tells_beside(understood):
            return None
        asks = self._words.asks(understood)
        first_two = self._of_several(understood, deal, asks=asks)
        supposed = first_two or (
            self._tried_out(understood, conversation) if asks else {}) or (
            self._held_apart(understood, deal, asks=asks))
        if supposed:
            answers = {fact: Answer(values, message.text, message.key, end=len(message.text),
                                    instead=instead)
                       for fact, (values, instead) in supposed.items()}
            return replace(message, intent=Intent.WHAT_IF, supposed=answers,
                           subject=OPTIONS if first_two else None, topics=reading.by_fact())
        return self._unheld(understood, message) if asks else None

    def _unheld(self, understood: Understood, message: Message) -> Message | None:
        """*message* where the advice goes by neither of the two: "which is better, lease or sale".

        None where it is no comparison, or the texts may speak to it.
        """
        text = understood.reading.text.strip()
        parts = next(self._words.parted(understood), None)
        if parts is None or safeguards_called(understood.reading.tokens, self._guidance):
            return None
        if all(self._names_a_question(self._of(part)) for part in parts[:2]):
            # "The product or the customer" are no two ways to go, but points of the one deal.
            return replace(message, intent=Intent.GRAVEST)
        if any(self._intents.find("turning_down", self._of(part).reading.tokens)
               for part in parts[:2]):
            return replace(message, intent=Intent.VERDICT)
        if understood.strays(text) <= 0:
            return None
        return replace(message, intent=Intent.HELP, subject=OPTIONS)

    def _names_a_question(self, half: Understood) -> bool:
        """Whether *half* names what is asked, and no answer to it: "the product", "the courts"."""
        tokens = half.reading.tokens
        small = self._cues.covered(
            tokens, FUNCTION_WORDS, "judges_options", "asks_to_choose", "sentence_openers")
        named = {t.stem for i, t in enumerate(tokens) if t.is_word and i not in small}
        return bool(named) and not any(m.strength.is_firm for m in half.reading.mentions) and any(
            named <= {stem for text in (q.label, *q.names) for _, stem in forms_of_label(text)}
            for q in self._guidance.questions.values())

    def unnoted(
        self, understood: Understood, read: Message, conversation: Conversation
    ) -> Message:
        """*read* with nothing told, where *understood* only holds things against each other.

        "Renewal vs new sale, any difference" tells of no renewal, though neither of the two can be
        tried out.  It is no answer that wasn't understood, either; but a court case has its "vs.".
        """
        told = bool(read.heard) or read.intent in {Intent.UNCLEAR, Intent.REMARK}
        if not told or not conversation.deal.answers or understood.lookup.names or (
                self._words.tells_beside(understood)):
            return read
        short = len(understood.reading.tokens.words) <= BARE_WORDS
        if not self._words.asks(understood, apart=short) or not (
                self._words.sets_apart(understood)):
            return read
        return replace(read, intent=Intent.HELP, subject=OPTIONS, heard={}, withdrawn={},
                       retracted=frozenset(), beside=None, answers_pending=False)

    def _tried_out(
        self, understood: Understood, conversation: Conversation
    ) -> Mapping[Fact, Held]:
        """The last two suppositions, or the last one and what is known, where it names nothing."""
        reading, supposed = understood.reading, conversation.supposed
        named = any(m.strength.is_firm for m in reading.mentions)
        if not supposed or named or len(reading.tokens.words) > BARE_WORDS or (
                next(self._words.parted(understood), None) is not None):
            return {}
        if self._cues.find("of_the_flags", reading.tokens):
            return {}
        return {fact: (answer.values or NOTHING,
                       answer.instead or conversation.deal.known(fact))
                for fact, answer in supposed.items()}

    def _of_several(
        self, understood: Understood, deal: Deal, *, asks: bool
    ) -> Mapping[Fact, Held]:
        """The first two of three or more that it lists of one fact; empty where it lists none.

        What is known comes before what isn't, whatever the order: "Chad, Kenya or Togo, which is
        safest" of a deal in Kenya holds Chad against it.
        """
        tokens = understood.reading.tokens
        if not asks and not any(token.norm == "?" for token in tokens[-1:]):
            return {}
        parts = self._cues.words("nor_words") | self._cues.words("holds_apart") | {",", "/"}
        firm = [m for m in understood.reading.mentions if m.strength.is_firm]
        for fact, question in self._questions.items():
            named = sorted((m for m in firm if m.fact == fact), key=lambda m: m.first)
            values = list(dict.fromkeys(m.value for m in named))
            if len(values) <= 2 or not all(
                    token.norm in parts for one, then in pairwise(named)
                    for token in tokens[one.last : then.first]):
                continue
            known = deal.known(fact)
            mine = [v for v in values if v in known] + [v for v in values if v not in known]
            two = frozenset(mine[:1]), frozenset(mine[1:2])
            return {fact: in_the_deal(*two, known, several=question.several)}
        return {}

    def _held_apart(
        self, understood: Understood, deal: Deal, *, asks: bool
    ) -> Mapping[Fact, Held]:
        """The two that it names itself, or the one beside what is known; empty for none.

        Where nothing *asks* which is better, "should we go direct or by a reseller" does, and
        "Togo or Benin?", if both are of one fact and one of them is known.
        """
        tokens = understood.reading.tokens
        parts = next(self._words.parted(understood), None)
        if parts is None:
            return self._of_one(understood, deal) if asks and (
                self._words.is_of_one(understood)) else {}
        marked = tokens[-1].norm == "?" and len(tokens.words) <= BARE_WORDS
        if not (asks or marked) and not (
                self._cues.starts("asks_which_way", unopened(tokens, self._cues))):
            return {}
        halves = [self._of(self._words.unsupposed(part)) for part in parts[:2]]
        one, other = map(self._option, halves)
        one, other = self._left_out(halves[0], one, other), self._left_out(halves[1], other, one)
        one, other = one.with_heard(other.facts, self._faint), other.with_heard(
            one.facts, self._faint)
        other = self._on_top(halves[1], other, one)
        shared = one.facts & other.facts
        if parts[2] in self._cues.words("held_against_the_known") and (
                one.facts and self._is_what_there_is(halves[1], one, deal)):
            return self._of_both(one, _UNSAID, deal)
        if not (one.facts and other.facts) and self._steering.what_if.supposes(
                understood.reading, understood.clauses):
            return {}  # "what if the police used it, or is that no better?"
        left_out = one.without | other.without
        if not asks and not any(fact in left_out or deal.known(fact) & (
                one.named.get(fact, NOTHING) | other.named.get(fact, NOTHING))
                for fact in shared | left_out):
            return {}
        if any(not option.facts and not self._words.points_back(half)
               for option, half in zip((one, other), halves, strict=True)):
            return {}  # of what one of them is nothing is known
        return self._of_both(one, other, deal)

    def _is_beside_this(self, understood: Understood) -> bool:
        """Whether it holds something against this deal: "is a bank in Chad better than this"."""
        parts = next(self._words.parted(understood), None)
        return parts is not None and parts[2] in self._cues.words("held_against_the_known") and (
            self._words.points_back(self._of(parts[1])))

    def _is_what_there_is(self, half: Understood, beside: Option, deal: Deal) -> bool:
        """Whether *half* can but be the deal as it is: "instead of SafeTech", "than the ministry".

        No word of it is certain to name anything, and what the option *beside* it says is of facts
        that are known.
        """
        return not any(m.strength.is_firm for m in half.reading.mentions) and not (
            self._words.points_back(half)) and all(deal.known(fact) for fact in beside.facts)

    def _of_one(self, understood: Understood, deal: Deal) -> Mapping[Fact, Held]:
        """What it names alone beside what is known; what is known so beside the other way.

        "Us hosting it, pros and cons" of a deal that we host holds that against their hosting.
        """
        text, tokens = understood.reading.text, understood.reading.tokens
        bare = self._of(without(text, [(tokens[first].start, tokens[last - 1].end) for first, last
                                       in self._cues.find("asks_of_one", tokens)]))
        option = self._left_out(bare, self._option(bare), _UNSAID)
        held = dict(self._of_both(option, _UNSAID, deal))
        for fact in option.facts:
            question, known = self._questions[fact], deal.known(fact)
            named = option.named.get(fact, known)
            other = other_way(self._guidance, question, named)
            if other is not None and named and known <= named and (
                    fact not in held or not held[fact][1]):
                held[fact] = frozenset({other}), named
        return held or {fact: (values, values) for fact, values in option.named.items()
                        if values == deal.known(fact) and self._questions[fact].several}

    def _left_out(self, half: Understood, option: Option, beside: Option) -> Option:
        """*option*, with what stands behind its "without" as denied: "or without thermal".

        To a model such words alone name nothing; behind a bare "without" it is what the other
        option names.
        """
        tokens = half.reading.tokens
        if self._words.only_denies(half):
            # "If they accept the clause vs if they don't"
            return replace(option, named={}, denied=beside.named)
        # The "no" of "is that no better" leaves nothing out.
        away = [span for span in self._cues.find("lacks", tokens)
                if tokens[span[0]].norm not in self._cues.words("bare_no")] or (
            self._intents.find("supposed_away", tokens))
        ends = [last for _, last in self._cues.find("is_left_out", tokens)]
        if ends and not any(t.is_word for t in tokens[ends[-1] :]) and not option.denied:
            # "Analytics on vs analytics off"
            return replace(option, named={}, denied=option.named or beside.named)
        if not away or option.denied:
            return option
        begin = tokens[away[0][1] - 1].end
        behind = self._of(half.reading.text[begin:])
        bare = not any(t.is_word for t in behind.reading.tokens) or self._words.points_back(behind)
        there = beside.named if bare else self._option(behind).named
        return replace(option, named={f: v for f, v in option.named.items() if f not in there},
                       denied=there)

    def _on_top(self, half: Understood, option: Option, beside: Option) -> Option:
        """*option* with what the one *beside* it has too: "cams only or with face matching"."""
        tokens = unopened(half.reading.tokens, self._cues)
        if not self._cues.starts("has_on_top", tokens):
            return option
        # Who has a part in it comes in the place of another: "by a broker or with a dealer".
        more = {fact: values | beside.named.get(fact, NOTHING)
                for fact, values in option.named.items() if self._questions[fact].several
                and self._questions[fact].role is None}
        return replace(option, named={**option.named, **more})

    def _option(self, part: Understood) -> Option:
        """What *part* says of the deal, as it would if it were told."""
        named: dict[Fact, frozenset[str]] = {}
        denied: dict[Fact, frozenset[str]] = {}
        for claim in claims_of(part.utterance, (), None, supposed=True):
            fact = claim.mention.fact
            if claim.mention.strength.is_firm and fact in self._questions:
                into = named if claim.holds else denied
                into[fact] = into.get(fact, NOTHING) | {claim.value}
        heard: dict[Fact, Told] = {}
        for one in sorted(part.told() or (), key=lambda one: one.chance):
            question = self._questions.get(one.fact)
            if question is not None and one.chance >= HINT and any(
                    one.value == choice.value for choice in question.choices):
                heard[one.fact] = one
        for fact, one in heard.items():
            if one.chance >= SURE and fact not in denied:
                named.setdefault(fact, frozenset({one.value}))
        return Option(named, denied, heard)

    def _of_both(self, one: Option, other: Option, deal: Deal) -> Mapping[Fact, Held]:
        """What the two come to in *deal*, by fact: values of the one and of the other."""
        held: dict[Fact, Held] = {}
        same: dict[Fact, Held] = {}
        for fact, question in self._questions.items():
            known = deal.known(fact)
            mine, theirs = (
                option.values(self._guidance, question, known) for option in (one, other))
            if mine is None and theirs is None:
                continue
            if mine is not None and mine == theirs:
                same[fact] = mine, theirs
                continue
            if one.facts and other.facts and (mine or known) | (theirs or known) <= known:
                same[fact] = known, known
            if fact in one.without or fact in other.without:
                # "With thermal or without" leaves all else that is sold.
                mine, theirs = (
                    values if fact in option.without else known | (
                        values or NOTHING) if question.several else values
                    for option, values in ((one, mine), (other, theirs)))
            first, second = in_the_deal(mine, theirs, known, several=question.several)
            if first != second and first:
                held[fact] = first, second
        # What is found of a country or a party is no option, but what comes with one of them.
        chosen = {fact: two for fact, two in held.items()
                  if not has_poles(self._questions[fact]) or fact in one.facts & other.facts}
        return chosen or held or same
