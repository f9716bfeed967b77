"""What a message wants: to tell, to ask, to know why, to end, to begin again.

Fixed phrases come first, since they steer whatever else a message holds.  What is left is judged
by its form: a question of whoever is not dealing asks what the guidance says.
"""

from collections.abc import Mapping, Sequence

from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import Answer
from bot.dialogue.intents import Intent
from bot.dialogue.messages.not_for_us import NotForUs
from bot.dialogue.messages.offering import Offering
from bot.dialogue.messages.questions import Questions
from bot.dialogue.messages.requesting import Requests
from bot.dialogue.messages.single_words import is_of_few_texts
from bot.dialogue.messages.stating import Stating
from bot.dialogue.messages.ways_on import WAYS_ON, WaysOn
from bot.dialogue.messages.what_if import WhatIf
from bot.dialogue.messages.wondering import Wondering, unopened
from bot.dialogue.naming import CHANGED, LAST, TOLD, naming_questions
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.answer_words import Kind, only_answer
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, covered, intents_of
from retrieval.guidance import Fact, Guidance, QuestionKind
from retrieval.words.mentions import Reading
from retrieval.words.phrases import ARTICLES, Phrases
from retrieval.words.suppositions import Supposes, never
from retrieval.words.tokens import Token, forms_of_label

COMMAND_WORDS = 9
"""Longest message taken for a bare command ("start over, please")."""
BARE_WHY = 2
"""Most words of a "why" that says nothing of what is asked: "how come"."""
LEAVING_WORDS = 16
"""Longest message that asks to leave a point open, whatever that is called."""
GREETING_WORDS = 4
"""Longest message taken for nothing but a greeting or thanks."""
IRONY = "/s"
"""Ends what is meant the other way round."""


class Steering:
    """The compiled phrases by which people steer, of one release."""

    def __init__(self, guidance: Guidance, cues: Cues, sounds: Supposes = never) -> None:
        """Compile the phrases of *guidance*; *sounds* hears what supposes by how it sounds."""
        self._guidance = guidance
        self._cues = cues
        intents = intents_of(guidance)
        self._intents = intents.by_name
        on_warnings, on_its_use, self.on_a_country = (
            next(iter(guidance.vocabulary.intents.get(name, ())), None)
            for name in ("on_warnings", "on_its_use", "on_a_country"))
        self.requests = Requests(
            intents, cues, guidance, on_warnings=on_warnings, on_its_use=on_its_use)
        self.wondering = Wondering(guidance, cues)
        self.stating = Stating(cues, self.wondering)
        self.questions = Questions(guidance, cues, self.stating)
        self.offering = Offering(guidance, cues, self.wondering)
        self.not_for_us = NotForUs(intents)
        self.what_if = WhatIf(intents, cues, sounds)
        self.ways_on = WaysOn(intents, cues)
        self._naming = {q.fact for q in naming_questions(guidance)}
        self._glossary = {e.id: Phrases(e.names) for e in guidance.vocabulary.glossary}

    def starts_over(self, reading: Reading) -> bool:
        """Whether the message is nothing but a wish to begin again.

        "Forget what I said" is one, and "forget what I said about the journalists" is not, nor is
        "don't start over".
        """
        tokens = reading.tokens
        denials = self._cues.words("plain_denials") - self._cues.words("bare_no")
        return (self._is_mostly(reading, "start_over") or self.requests.starts_over(reading)) and (
            not self._cues.find("takes_back_what_was_said", tokens)) and not any(
            first and tokens[first - 1].norm in denials
            for first, _ in self._intents["start_over"].find(tokens))

    def leaves_open(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether it asks to leave a point for later: "can we leave the detention thing open"."""
        words = unopened(reading.tokens, self._cues)
        return bool(conversation.deal.answers) and len(words) <= LEAVING_WORDS and all(
            self._wants(reading, name) for name in (
                "leave_asked", "leaves_a_point", "stays_open")) and not any(
            m.strength.is_firm and m.fact in self._naming for m in reading.mentions)

    def may_leave_the_deal(self, reading: Reading) -> bool:
        """Whether it has words for beginning again or another deal, in whatever sense."""
        return self._wants(reading, "start_over") or self._wants(reading, "new_deal")

    def begins(self, name: str, tokens: Sequence[Token]) -> int:
        """How many of *tokens* the phrase *name* takes up that they begin with; 0 for none."""
        phrases = self._intents.get(name)
        return phrases.starts(tokens) if phrases else 0

    def weighs(self, reading: Reading) -> bool:
        """Whether it asks which of two things is the riskier one, or how they differ."""
        return self.holds_against(reading) or (self._wants(reading, "riskier") and (
            self.questions.is_question(reading, (0, len(reading.tokens))) or "?" in reading.text
            # "Is cctv worse than drones"
            or self._cues.starts("inverted", unopened(reading.tokens, self._cues)) > 0))

    def holds_against(self, reading: Reading) -> bool:
        """Whether it wants things held against each other, and so tells none of them."""
        return self.begins("compares", unopened(reading.tokens, self._cues)) > 0

    def of_another_deal(self, reading: Reading) -> bool:
        """Whether it speaks of another deal: "the last one", "my Serbia deal", "the army one"."""
        one = self._intents["another_one"]
        return self._wants(reading, "other_deal") or self._is_of_a_deal(reading) or any(
            m.strength.is_firm and one.starts(reading.tokens[m.last :]) > 0
            for m in reading.mentions)

    def adopts(self, reading: Reading) -> bool:
        """Whether the message says that what was supposed last is so, and tells nothing else.

        "Let's not go with that", "can we do that?" and "that, but not the courts" take nothing in.
        """
        tokens = reading.tokens
        if any(m.strength.is_firm for m in reading.mentions) or not (
                self._is_command(reading, "adopt")):
            return False
        adopt = self._intents["adopt"]
        words = unopened(tokens, self._cues, adopt)
        asks = tokens[-1].norm == "?" or (not adopt.starts(words) and any(
            self._cues.starts(name, words) for name in ("question", "inverted")))
        # The "no" of "no, let's go with that" is of something else.
        begin = 1 if len(tokens) > 1 and not tokens[1].is_word else 0
        said = covered(adopt.find(tokens))
        return not asks and not any(
            first >= begin and said.isdisjoint(range(first, last))
            for name in ("negation", "condition", "uncertain")
            for first, last in self._cues.find(name, tokens))

    def stated(
        self, reading: Reading, conversation: Conversation
    ) -> tuple[Intent | None, str | None]:
        """The intent that fixed phrases state, None when the message just tells or asks."""
        firm = {m.fact for m in reading.mentions if m.strength.is_firm}
        if self.not_for_us.wanted(reading, len(firm)):
            return Intent.OUT_OF_SCOPE, None
        if self._compares(reading, conversation) and (
                self._wants(reading, "other_deal") or self._names_another(reading, conversation)):
            return Intent.COMPARE, LAST if self._wants(reading, "last_deal") else None
        if self._wants(reading, "verdict") and not self._in_general(reading, conversation):
            return Intent.VERDICT, None
        if conversation.deal.answers and self.begins("leave_asked", unopened(
                reading.tokens, self._cues)) and self._wants(reading, "while_it_waits"):
            return Intent.VERDICT, None  # "is it ok to start the demo while compliance looks"
        defined = self._defined(reading)
        if defined is not None:
            return Intent.DEFINE, defined
        if conversation.awaiting() and (
                self.begins("why_you_ask", unopened(reading.tokens, self._cues))
                or self.means_a_question(reading, conversation)):
            return Intent.WHY, None
        if conversation.deal.answers and self._is_command(reading, "flag_why") and self._wants(
                reading, "flag_words"):
            return Intent.RED_FLAGS, None  # "why is detentions a flag"
        if self._is_mostly(reading, "what_was_told_matters") and any(
                fact in self._guidance.questions and has_poles(self._guidance.questions[fact])
                for fact in conversation.told_last()):
            return Intent.WHY, TOLD
        if conversation.deal.answers and self._is_mostly(reading, "what_that_changes"):
            behind = conversation.changed_last and conversation.before_last().answers
            return Intent.WHAT_IS_KNOWN, CHANGED if behind else None
        # Where nothing is asked, "why should my boss care about this" is no "why do you ask".
        if not firm and self._is_command(reading, "why") and (
                conversation.awaiting() or self._is_mostly(reading, "why")) and (
                not self._why_of_more(reading, conversation)):
            return Intent.WHY, None
        for name in WAYS_ON:
            if self._wants(reading, name) and (
                name == "advise_now" or self._is_command(reading, name)
            ):
                return Intent(name), None
        for name in ("help", "thanks", "greeting"):
            if not firm and self._is_command(reading, name) and self._is_small_talk(reading, name):
                ironic = reading.text.rstrip().endswith(IRONY)
                return (Intent.REMARK if ironic else Intent(name)), None
        return None, None

    def _why_of_more(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether a bare "why" is of a thing that nothing asked speaks of.

        "Why was the kill switch dropped" wants that, and "why the detentions", asked of those,
        wants to know why they are asked for.
        """
        tokens = reading.tokens
        whys = self._intents["why"].find(tokens)
        matters = self._intents.get("matters_at_all")
        at_all = matters.find(tokens) if matters else []
        if any(last - first > BARE_WHY and (first, last) not in at_all for first, last in whys):
            return False
        small = covered(whys) | self._cues.covered(
            tokens, FUNCTION_WORDS, "sentence_openers", "why_of_the_talk") | covered(
            span for name in ("polite", "of_the_deal") for span in self._intents[name].find(tokens))
        asked = [question for fact in conversation.awaiting()
                 if (question := self._guidance.questions.get(fact)) is not None]
        texts = [text for question in asked for text in (
            question.label, question.wording, *(c.label for c in question.choices))]
        stems = {stem for text in texts for _, stem in forms_of_label(text)}
        return any(i not in small and t.stem not in stems
                   for i, t in enumerate(tokens) if t.is_word)

    def means_a_question(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether it asks what words of a question mean: "what is a tense election?".

        "What if there were elections" supposes them, and "what we do is we host it" says so.
        """
        tokens = unopened(reading.tokens, self._cues)
        if self.what_if.opens(reading.tokens) or self.stating.states(reading, tokens):
            return False
        length = self.begins("define", tokens)
        small = self._cues.words("function_words") | self._cues.words("behind_a_definition")
        words = {t.stem for t in tokens[length:] if t.is_word and t.norm not in small}
        asked = [q for q in map(self._guidance.questions.get, conversation.awaiting()) if q]

        def names(label: str) -> bool:
            # "What's the law on that" asks of no law enforcement.
            stems = {stem for norm, stem in forms_of_label(label) if norm not in small}
            return words <= stems and 2 * len(words) >= len(stems)

        return bool(length and words) and any(
            words <= {stem for _, stem in forms_of_label(question.wording)}
            or any(names(choice.label) for choice in question.choices) for question in asked)

    def _compares(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether it asks for a comparison; "same as last time" may be meant for an answer."""
        if self._is_command(reading, "compare") or self._is_of_a_deal(reading) or (
                self._cues.find("asks_to_choose", reading.tokens)):
            return True
        answers = conversation.awaiting() and not self.questions.is_question(
            reading, (0, len(reading.tokens)))
        return not answers and self._is_command(reading, "compare_unasked")

    def _names_another(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether a comparison names a deal by its party: "the Serbia one", "this or Serbia"."""
        naming = {q.fact for q in naming_questions(self._guidance)}
        tokens, one = reading.tokens, self._intents["another_one"]
        if not conversation.deal.answers:
            return False
        if self._is_of_a_deal(reading):
            return True
        # "Is Uganda safer?" asks about a country, and of no deal with it.
        words = unopened(tokens, self._cues)
        subject = len(tokens) - len(words) + self._cues.starts("inverted", words)
        return any(
            one.starts(tokens[m.last:]) > 0 or (
                self._guidance.questions[m.fact].kind is QuestionKind.COUNTRY
                and m.first != subject
                and m.value not in conversation.deal.known(m.fact))
            for m in reading.mentions if m.strength.is_firm and m.fact in naming)

    def _is_of_a_deal(self, reading: Reading) -> bool:
        """Whether a comparison is asked with a deal that it tells: "compare with drones for Mali".

        "It's worse than drones for the army" tells of this one.
        """
        return bool(self._cues.find("held_against", reading.tokens)) and bool(
            self.begins("compare", unopened(reading.tokens, self._cues))
            or self.questions.is_question(reading, (0, len(reading.tokens)))
            or self.wondering.is_question(reading, (0, len(reading.tokens)))) and (
            self.wondering.names_deal(reading))

    def _in_general(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether a verdict is asked of no deal, but of what the guidance says.

        "When should we walk away" and "can we sell if no licence is required" point to none.
        """
        tokens = reading.tokens
        spans = self._intents["verdict"].find(tokens)
        first, last = spans[0][0], spans[-1][1]
        if self.wondering.names_deal(reading) or any(
                self._at_hand(tokens, span) for span in spans):
            return False
        if self._cues.find("in_general_before", tokens[:first]):
            return True
        behind = tokens[last:]
        meant = conversation.deal.answers and self._cues.find("of_the_parties", behind)
        return bool(self._cues.find("in_general_behind", behind)) and not meant

    def _at_hand(self, tokens: Sequence[Token], span: tuple[int, int]) -> bool:
        """Whether words for a verdict point to a deal: "is this ok", "walk away from this one"."""
        first, last = span
        # The "it" of "is it legal to sell" points to nothing.
        nothing = self._cues.words("points_to_nothing")
        named = [t for t in tokens[first:last] if t.norm not in nothing]
        behind = tokens[last:]
        if behind and behind[0].norm in self._cues.words("points_with"):
            behind = behind[1:]
        return bool(self._cues.find("at_hand", named) or self._cues.starts("at_hand", behind))

    def implied(
        self,
        reading: Reading,
        heard: Mapping[Fact, Answer],
        withdrawn: Mapping[Fact, frozenset[str]],
        asking: bool,
        conversation: Conversation,
    ) -> Intent:
        """What a message wants that does not say so, by what it tells and how it is put.

        "Drones for Kenya" describes a deal, and "ok" fills the time.
        """
        if heard or withdrawn:
            return Intent.DESCRIBE
        if self.is_filler(reading):
            return Intent.FILLER
        words = len(reading.tokens.words)
        if not asking and conversation.pending is None and any(
                one.kind is Kind.VERDICT or one.digit
                for one in only_answer(reading.tokens, self._cues)):
            return Intent.UNCLEAR  # "no to both", where nothing is asked, looks for no text
        if asking or (conversation.pending is None and words >= 2):
            # What a question on the texts is about has a name.
            on_the_deal = self.requests.names_nothing(reading, conversation)
            return Intent.NEXT_STEPS if on_the_deal else Intent.ASK
        if words == 1 and not conversation.deal.answers and (
                is_of_few_texts(reading.tokens.words[0], self._guidance)):
            return Intent.ASK
        return Intent.ASK if self.questions.ends_asking(reading) else Intent.UNCLEAR

    def _is_command(self, reading: Reading, name: str) -> bool:
        words = len(reading.tokens.words)
        return words <= COMMAND_WORDS and self._wants(reading, name)

    def _is_mostly(self, reading: Reading, name: str) -> bool:
        """Whether the phrase makes up most of the message: "reset my password" resets nothing.

        "Perfect, now" before it makes it no less of one.
        """
        phrases = self._intents.get(name)
        words = sum(t.is_word for t in unopened(reading.tokens, self._cues))
        spans = phrases.find(reading.tokens) if phrases else []
        return bool(spans) and 2 * sum(last - first for first, last in spans) > words

    def _is_small_talk(self, reading: Reading, name: str) -> bool:
        """Whether what is *name* in the message is all that it is for.

        "Help me with my expense report" asks for something else than what we can do, "how to exit
        responsibly" doesn't leave, and "necessity test" tries nothing out.
        """
        if name == "help":
            return self._is_mostly(reading, name)
        said = covered(self._intents[name].find(reading.tokens))
        doubtful, polite = (covered(self._intents[one].find(reading.tokens))
                            if one in self._intents else frozenset()
                            for one in ("only_by_itself", "polite"))
        if said and said <= doubtful:
            beside = said | polite | self._cues.covered(
                reading.tokens, "before_a_noun", "being_verbs", "pronouns")
            return all(n in beside for n, t in enumerate(reading.tokens) if t.is_word)
        # "Thanks, what about complaints" goes on with a question.
        left = unopened([t for n, t in enumerate(reading.tokens) if n not in said], self._cues)
        asks = self._cues.starts("question", left) or self._cues.starts("lookup_asks", left)
        return len(reading.tokens.words) <= GREETING_WORDS and not (
            asks and not self._cues.only(left, FUNCTION_WORDS, "lookup_asks"))

    def _wants(self, reading: Reading, name: str) -> bool:
        phrases = self._intents.get(name)
        return bool(phrases and phrases.find(reading.tokens))

    def _defined(self, reading: Reading) -> str | None:
        prefixes = self._intents.get("define")
        if prefixes is None or len(reading.tokens.words) > COMMAND_WORDS:
            return None
        behind = self._cues.words("behind_a_definition")
        for _, last in prefixes.find(reading.tokens):
            for entry, names in self._glossary.items():
                for first, end in names.find(reading.tokens[last:]):
                    before = reading.tokens[last : last + first]
                    after = [t for t in reading.tokens[last + end :] if t.is_word]
                    articles = all(t.norm in ARTICLES for t in before)
                    if articles and (not after or after[0].norm in behind):
                        return entry
        return None

    def is_filler(self, reading: Reading) -> bool:
        """Whether nothing but "ok", "hmm", marks and signs is left of the message."""
        return self._cues.only(reading.tokens.words, "filler")

    def ponders(self, reading: Reading) -> bool:
        """Whether nothing but "hmm", marks and signs is left of it, which agree with nothing."""
        return self._cues.only(reading.tokens.words, "ponders")
