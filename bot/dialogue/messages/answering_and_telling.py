"""A message that answers several questions, and may tell and ask other things beside.

"1, 3, 6. It goes via a reseller" answers three questions and tells a fact: what is left when the
answers are taken out is read as if it had been sent by itself, right after them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.dialogue.answers.answer_entries import parts_of
from bot.dialogue.answers.answer_names import pieces_of
from bot.dialogue.answers.answer_ways import Said
from bot.dialogue.answers.answering import plainly, skips
from bot.dialogue.answers.answering_together import Together, answered_together
from bot.dialogue.answers.asking_back import confirmation
from bot.dialogue.answers.by_place import Part
from bot.dialogue.answers.piece import Piece, Sort
from bot.dialogue.answers.reporting import names_a_report
from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.deal import DOUBTED, Answer, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.messages.answering_in_turn import answered_in_turn
from bot.dialogue.messages.beside import blanked, in_full
from bot.dialogue.messages.stretching import follows
from bot.dialogue.messages.understood import Read, TakeApart, Understood
from bot.dialogue.refining import refined
from bot.dialogue.small_words.answer_words import HEDGES
from bot.dialogue.small_words.cues import Cues, Span, intents_of
from bot.dialogue.small_words.subjects import Subjects
from bot.dialogue.small_words.verdicts import value_said
from retrieval.guidance import Fact, Guidance, Question
from retrieval.words.mentions import Reading, Strength

_STEERS = frozenset({Intent.ADVISE_NOW, Intent.START_OVER})
"""What may be wanted beside answers, and counts for the whole message."""


class AnswersTogether:
    """Reads answers to several questions, with the small words of one release.

    Args:
        guidance: The release.
        cues: Its cue lists, compiled.
        subjects: What its questions are about.
        of: Takes a text apart.
        read: Reads what is told beside.
    """

    def __init__(
        self,
        guidance: Guidance,
        cues: Cues,
        subjects: Subjects,
        of: TakeApart,
        read: Read,
    ) -> None:
        self._guidance = guidance
        self._cues = cues
        self._subjects = subjects
        self._of = of
        self._read = read

    def of(self, understood: Understood, facts: Sequence[Fact]) -> Together | None:
        """What the message answers to the questions for *facts*, asked together."""
        return self._together(facts, self._pieces(understood, facts))

    def _together(self, facts: Sequence[Fact], pieces: Sequence[Piece]) -> Together | None:
        return answered_together(self._questions(facts), pieces) if facts else None

    def _pieces(self, understood: Understood, facts: Sequence[Fact]) -> Sequence[Piece]:
        questions = self._questions(facts)
        return pieces_of(questions, understood.reading, understood.clauses, self._cues,
                         self._subjects) if questions else ()

    def _questions(self, facts: Sequence[Fact]) -> Sequence[Question]:
        return [self._guidance.questions[fact] for fact in facts]

    def read(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* with what it answers and tells; None where it is no such answer."""
        awaiting = conversation.awaiting()
        doubt = self._as_a_doubt(understood, message, conversation)
        if doubt is not None:
            return doubt
        pieces = self._pieces(understood, awaiting)
        together = self._as_seen(understood, message, conversation, pieces)
        if together is not None and together.by_order and (
                any(map(conversation.deal.guessed, awaiting))
                or intents_of(self._guidance).find("verdict", understood.reading.tokens)):
            # "Yes and no" to a guess and a question: what each is of is another matter; and "yes
            # or no??" answers nothing, but wants a verdict.
            together = None
        if skips(understood.reading.tokens.words, self._cues):
            together = None
        if together is None or not self._settles(together, awaiting):
            in_turn = answered_in_turn(understood, message, conversation, self._guidance,
                                       self._cues, self._subjects, of=self._of, read=self._read)
            if in_turn is not None:
                return in_turn
        if together is not None and _puts_right(together, understood, conversation):
            together = None
        if together is None or not (together.said or together.unclear or together.elsewhere):
            before = self._to_those_before(understood, message, conversation)
            if before is not None:
                return before
        if together is None:
            return self._without_courtesies(understood, message, conversation, pieces)
        answers, wrong = self._answers(together, understood.reading, conversation, message.key)
        answers = {**self._elsewhere(together, understood.reading, conversation, message.key),
                   **answers}
        deal = conversation.deal.without(wrong).with_answers(answers)
        told = self._told(together, understood, message, replace(conversation, deal=deal))
        heard = {**answers}
        subject, intent, topics = None, Intent.DESCRIBE, understood.reading.by_fact()
        withdrawn: Mapping[Fact, frozenset[str]] = {}
        retracted = wrong
        if told is not None:
            besides = {f: in_full(a, understood.reading.text) for f, a in told.heard.items()
                       if f not in together.unclear}
            answers = _less_surely(answers, besides, together, understood, conversation)
            disagreeing = {f for f, a in besides.items() if f in answers and a.sure
                           and a.values != answers[f].values}
            heard = {f: a for f, a in {**besides, **answers}.items() if f not in disagreeing}
            withdrawn = {f: v for f, v in told.withdrawn.items() if f not in heard}
            retracted = (wrong | told.retracted) - heard.keys()
            if told.intent in _STEERS:
                intent = told.intent
        heard = refined(self._guidance, conversation.deal, heard)
        if not (heard or withdrawn or retracted) and intent is Intent.DESCRIBE:
            intent = Intent.UNCLEAR
        return replace(
            message, intent=intent, subject=subject, heard=heard, withdrawn=withdrawn,
            retracted=frozenset(retracted), topics=topics,
            answers_pending=not {*heard, *wrong}.isdisjoint(awaiting))

    def _as_a_doubt(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* where its "not sure" is of what it tells: "not sure, maybe the army too".

        None where it may be an answer: it has to tell of nothing that was asked.
        """
        tokens, awaiting = understood.reading.tokens, conversation.awaiting()
        length = self._cues.starts("doubts_what_follows", tokens)
        rest = tokens[length + 1 :]
        if not length or not rest or tokens[length].norm != "," or not any(
                self._cues.starts(name, rest) for name in HEDGES):
            return None
        told = {m.fact for m in understood.reading.mentions
                if m.first > length and m.strength is Strength.TERM}
        if not told or not told.isdisjoint(awaiting):
            return None
        read = self._read(self._of(blanked(understood.reading.text, (0, rest[0].start))),
                          message, conversation)
        return read if not read.heard.keys().isdisjoint(told) and (
            read.heard.keys().isdisjoint(awaiting)) else None

    def _settles(self, together: Together, facts: Sequence[Fact]) -> bool:
        """Whether *together* says something that is an answer to each of *facts*.

        "None, none" says no twice, where what approval there is takes no such answer.
        """
        return together.said.keys() == set(facts) and all(
            said.values or said.name == "dont_know"
            or value_said(self._guidance.questions[fact], said.name) is not None
            for fact, said in together.said.items())

    def _to_those_before(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* with what it answers by name of what was asked before and is not known yet.

        Who said "idk" and comes back with "no conflict, laws yes" answers by then what nobody asks.
        """
        deal, awaiting = conversation.deal, conversation.awaiting()
        before = tuple(fact for fact in conversation.asked_before
                       if fact not in awaiting and not deal.known(fact))
        pieces = self._pieces(understood, before)
        entries = [e for part in parts_of(pieces, len(before)) for e in part.entries]
        named = all(e.name and e.places for e in entries) and all(
            p.worded for p in pieces if p.sort in (Sort.PLACE, Sort.NUMBER))
        if not entries or not named:
            return None
        read = self.read(understood, message, replace(
            conversation, deal=deal.without(before), pending=before[0], beside=before[1:],
            asked_before=(), stretch=None))
        return None if read is None or not read.heard else replace(read, answers_pending=False)

    def _as_seen(
        self,
        understood: Understood,
        message: Message,
        conversation: Conversation,
        pieces: Sequence[Piece],
    ) -> Together | None:
        """What the message answers to the list that its author saw last.

        *pieces* are the message for what is asked now.

        Who sends two answers at once has not seen what the first made of the list: where the
        numbers of both lists say different things, neither is taken.
        """
        awaiting, stretch = conversation.awaiting(), conversation.stretch
        now = self._together(awaiting, pieces)
        shrunk = stretch is not None and awaiting and set(awaiting) < set(stretch.awaiting)
        if stretch is None or not shrunk or not follows(
                stretch, message.author, message.sent_at, message.text):
            return now
        then = self.of(understood, stretch.awaiting)
        if now is None or then is None:
            return then or now
        agreed = {fact: said for fact, said in now.said.items() if then.said.get(fact) == said}
        apart = {*now.said, *then.said, *now.unclear, *then.unclear} - agreed.keys()
        return replace(now, said=agreed, unclear=frozenset(apart))

    def _answers(
        self,
        together: Together,
        reading: Reading,
        conversation: Conversation,
        key: MessageKey,
    ) -> tuple[dict[Fact, Answer], frozenset[Fact]]:
        """What is answered, and which guesses that were asked back are wrong."""
        deal = conversation.deal
        guesses = [self._guidance.questions[f] for f in together.said if deal.guessed(f)]
        parts = {f: Part(said.name, said.first, said.last)
                 for f, said in together.said.items() if deal.guessed(f) and said.name}
        back = confirmation(deal, guesses, reading, (), self._cues, key, parts)
        answers: dict[Fact, Answer] = {}
        for fact, said in together.said.items():
            if fact in parts:
                continue
            answer = _answer(self._guidance.questions[fact], said, reading, key)
            if answer is not None:
                answers[fact] = answer
        return {**answers, **back.answers}, back.wrong

    def _elsewhere(
        self,
        together: Together,
        reading: Reading,
        conversation: Conversation,
        key: MessageKey,
    ) -> dict[Fact, Answer]:
        """What is answered by name that was not asked last; who doesn't know unsays nothing."""
        found: dict[Fact, Answer] = {}
        for fact, said in together.elsewhere:
            answer = _answer(self._guidance.questions[fact], said, reading, key)
            if answer is not None and (answer.values or not conversation.deal.known(fact)):
                found[fact] = answer
        return found

    def _told(
        self,
        together: Together,
        understood: Understood,
        message: Message,
        conversation: Conversation,
    ) -> Message | None:
        """What the rest of the message tells and wants; None where nothing is left."""
        if together.left_out:
            return None
        text = _less_marks_before(_without(understood.reading, together.taken))
        rest = self._of(text)
        if not any(t.is_word for t in rest.reading.tokens) or (
                not together.tells and names_a_report(rest.utterance, self._subjects)):
            # A report that is named beside answers is where they come from.
            return None
        return self._read(rest, message, conversation)

    def _without_courtesies(
        self,
        understood: Understood,
        message: Message,
        conversation: Conversation,
        pieces: Sequence[Piece],
    ) -> Message | None:
        """*message* as an answer with courtesies beside it: "hi, no"; None where it is none.

        "No thanks" answers nothing.
        """
        reading = understood.reading
        asides = [p for p in pieces if p.sort is Sort.ASIDE]
        if not asides or any(p.sort is Sort.OTHER for p in pieces) or not any(
                part.entries for part in parts_of(pieces, len(conversation.awaiting()))):
            return None
        polite = intents_of(self._guidance).find("thanks", reading.tokens)
        said = [p for p in pieces if p.sort is Sort.VERDICT]
        if any(a <= p.first < b for a, b in polite for p in said):
            return None
        rest = self._of(_without(reading, [(p.first, p.last) for p in asides]))
        answered = self._read(rest, message, conversation)
        return replace(answered, heard={
            fact: in_full(answer, reading.text) for fact, answer in answered.heard.items()})


def _less_surely(
    answers: dict[Fact, Answer],
    besides: Mapping[Fact, Answer],
    together: Together,
    understood: Understood,
    conversation: Conversation,
) -> dict[Fact, Answer]:
    """*answers*, where the only one may be to what was asked before: "2: yes there is, an NGO law".

    What is told in its own sentence *besides* was asked then, and its number may be of that list.
    """
    before = set(conversation.asked_before) - set(conversation.awaiting())
    if len(together.said) != 1 or before.isdisjoint(besides):
        return answers
    [(fact, said)] = together.said.items()
    tokens = understood.reading.tokens
    first, last = next((begin, end) for begin, end in understood.clauses.sentences()
                       if begin <= said.first < end)
    mine = range(tokens[first].start, tokens[last - 1].end)
    return {f: replace(a, sure=False, confidence=DOUBTED) if f == fact and a.values and any(
        one in before and besides[one].start in mine for one in besides) else a
        for f, a in answers.items()}


def _puts_right(
    together: Together, understood: Understood, conversation: Conversation
) -> bool:
    """Whether what looks like an answer puts something else right: "correction: agency is clean".

    Its words name, as a whole, another value of what is known and not asked for.
    """
    awaiting, deal = conversation.awaiting(), conversation.deal
    return bool(understood.clauses.corrections) and any(
        m.strength is Strength.TERM and m.fact not in awaiting and deal.known(m.fact)
        and m.value not in deal.known(m.fact) and m.first <= said.first and said.last <= m.last
        for said in together.said.values() for m in understood.reading.mentions)


def _answer(
    question: Question, said: Said, reading: Reading, key: MessageKey
) -> Answer | None:
    """What is *said* as the answer to *question*; None where it answers nothing of it."""
    start, end = reading.tokens[said.first].start, reading.tokens[said.last - 1].end
    words = reading.text[start:end]
    if said.values:
        values = question.together(said.values)
        # A number says nothing to who reads it later.
        label = ", ".join(question.label_of(c.value) for c in question.choices
                          if c.value in values)
        return Answer(values, label, key, not said.hedged, start, end)
    value, sure = plainly(question, said.name, said.looked)
    if value is None and said.name != "dont_know":
        return None
    return Answer(None if value is None else frozenset({value}), words, key,
                  True if value is None else sure, start, end)


def _without(reading: Reading, spans: Sequence[Span]) -> str:
    """The text of *reading* with blanks in place of the tokens at *spans*."""
    text = reading.text
    for first, last in spans:
        if last > first:
            text = blanked(text, (reading.tokens[first].start, reading.tokens[last - 1].end))
    return text


def _less_marks_before(text: str) -> str:
    """*text* with blanks for the marks before its first word, which parted what was taken out.

    A model hears more in ", , same reseller" than in the words.
    """
    first = next((n for n, one in enumerate(text) if one.isalnum()), len(text))
    return " " * first + text[first:]
