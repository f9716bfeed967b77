"""What puts right a number given before: "sorry, I meant 2", "no wait, yes to the first".

By then the next question may stand there; what was wrong is the answer to the one before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.dialogue.answers.answering import answers_whole
from bot.dialogue.answers.by_place import parted
from bot.dialogue.claims.said_otherwise import told_wrongly
from bot.dialogue.conversation import Conversation, Going, Message
from bot.dialogue.deal import DOUBTED, Answer, Deal
from bot.dialogue.intents import Intent
from bot.dialogue.messages.beside import blanked, in_full
from bot.dialogue.messages.both import both_after_all
from bot.dialogue.messages.understood import Read, TakeApart, Understood
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.answer_words import Kind, only_answer
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span
from bot.dialogue.small_words.verdicts import value_said, whole
from retrieval.guidance import Fact, Guidance, Question


def put_right(
    understood: Understood,
    message: Message,
    conversation: Conversation,
    *,
    guidance: Guidance,
    cues: Cues,
    of: TakeApart,
    read: Read,
) -> Message | None:
    """*message* as another answer to what was asked and answered last.

    Args:
        understood: Its matter.
        message: The message.
        conversation: What it is said in.
        guidance: The release that it is read with.
        cues: Its small words.
        of: Takes apart what is left of it without "sorry, I meant".
        read: Reads that.

    Returns:
        None where it holds more than that and a number or a place, or nothing was answered:
        "sorry, I meant the army" names what it is about by itself, and "I mean, no" may be of
        what is asked now.
    """
    both = both_after_all(understood, message, conversation, guidance, cues)
    if both is not None:
        return both
    deal = conversation.deal
    before = [guidance.questions[fact] for fact in conversation.asked_before
              if fact in guidance.questions]
    answered = [question.fact for question in before if deal.answered(question.fact)]
    wrong = _said_wrong(understood, cues)
    if not answered or not (understood.clauses.corrections or wrong):
        return None
    for_all = bool(cues.find("all_of_these", understood.reading.tokens))
    left = of(_without_small_words(understood, wrong, cues, for_all=for_all))
    words = left.reading.tokens.words
    twice = _said_twice(understood, cues)
    # "Sorry, I meant no to all" is of all that was answered.
    for_all = for_all and bool(understood.clauses.corrections) and len(whole(words, cues)) == 1
    # "Wrong button, should be no" can only be of what was answered.
    slipped = len(answered) == 1 and len(whole(words, cues)) == 1 and bool(
        cues.find("picked_wrongly", understood.reading.tokens))
    if slipped:
        before = [guidance.questions[answered[0]]]
    facts = tuple(question.fact for question in before)
    # "1 was wrong" is the first answer, and picks no other.
    picks = twice or slipped or for_all or (bool(understood.clauses.corrections) and any(
        t.norm.isdecimal() for t in words) and answers_whole(words, cues))
    parts = parted(before, left.reading, cues) if len(before) > 1 and not picks else {}
    named = {fact for fact, part in parts.items() if part.name}
    surely = bool(understood.clauses.retractions or wrong) or twice or slipped
    if not picks and _only_slipped(understood, left, cues):
        # Of several answers it doesn't say which was wrong: none of them is relied on.
        return _open_again(answered, message, conversation, guidance)
    if not picks and not named.intersection(answered):
        return _opened_again(left, message, conversation, before, guidance, cues) if (
            wrong or understood.clauses.retractions) else None
    told = read(left, message, replace(
        conversation, deal=deal.without(facts), pending=facts[0], beside=facts[1:]))
    text = understood.reading.text
    heard = {fact: in_full(answer, text) for fact, answer in told.heard.items() if fact in (
        facts if picks else answered) and (
            answer.values is not None or not deal.known(fact) or not deal.settled(fact))}
    first = facts[:1]
    if not told.heard and named == set(first) and deal.known(first[0]) and value_said(
            before[0], parts[first[0]].name) not in deal.known(first[0]):
        # Whether "1 no actually" counts questions or choices, it says no to what was answered.
        return _open_again(first, message, conversation, guidance)
    if not _differs(heard, conversation):
        said = {fact: parts[fact].name for fact in answered if fact in named}
        counted = _otherwise(said, conversation, guidance) or _otherwise(
            _counted(left, before, deal, cues), conversation, guidance)
        if counted:
            return replace(message, intent=Intent.DESCRIBE, heard=counted, going=Going.ALONE)
    # "I mean, yes to all" behind three yeses may be of what is asked now.
    certain = not for_all and (surely or (picks and not twice))
    if not heard or (not certain and not _differs(heard, conversation)):
        return None
    # "Not 1 but 3" is another of the questions: what was answered by mistake is open again.
    mistaken = frozenset() if heard.keys() & set(answered) else frozenset(answered)
    if surely:
        # Who takes an answer back for sure leaves nothing of it to stand beside the new one.
        mistaken |= heard.keys() & set(answered)
    return replace(told, heard=heard, retracted=mistaken, answers_pending=not heard.keys(
        ).isdisjoint(conversation.awaiting()), going=Going.ALONE)


def _only_slipped(understood: Understood, left: Understood, cues: Cues) -> bool:
    """Whether it says that the wrong thing was picked, and with what is *left* not what it was."""
    return bool(cues.find("picked_wrongly", understood.reading.tokens)) and cues.only(
        left.reading.tokens, FUNCTION_WORDS, "filler", "sentence_openers")


def _said_twice(understood: Understood, cues: Cues) -> bool:
    """Whether it says the same before and behind its "I mean": "no I mean no".

    A yes or no that only puts itself right, or thinks aloud, may be of what is asked now.
    """
    first, last = next(iter(understood.clauses.corrections), (0, 0))
    tokens = understood.reading.tokens
    before, behind = ([t for t in part if t.is_word] for part in (tokens[:last], tokens[last:]))
    opens = sum(t.is_word for t in tokens[:first]) <= 1
    said = whole(behind, cues)
    return opens and len(said) == 1 and whole(before[:1], cues) == said


def _counted(
    left: Understood, before: Sequence[Question], deal: Deal, cues: Cues
) -> dict[Fact, str]:
    """The question that a number counts, with what is said of it: "wait, 3 is also yes".

    Empty where the choice of that number may be meant: where it would put anything right as well.
    """
    said = {one.kind: one for one in only_answer(left.reading.tokens, cues)
            if one.kind not in (Kind.BETWEEN, Kind.STOP)}
    if said.keys() != {Kind.PLACE, Kind.VERDICT}:
        return {}
    n, name = said[Kind.PLACE].place, said[Kind.VERDICT].name
    choices = [(q.fact, choice.value) for q in before for choice in q.choices]
    if not 0 <= n < len(before):
        return {}
    if n < len(choices):
        fact, value = choices[n]
        if (value in deal.known(fact)) is not name.startswith("yes"):
            return {}
    return {before[n].fact: name}


def _otherwise(
    said: Mapping[Fact, str], conversation: Conversation, guidance: Guidance
) -> dict[Fact, Answer]:
    """What the words of answer *said* would change of what was answered, to be asked back."""
    found = {}
    for fact, name in said.items():
        question, stood = guidance.questions[fact], conversation.deal.answers.get(fact)
        value = value_said(question, name) if has_poles(question) else None
        if value is not None and stood is not None and stood.values and value not in stood.values:
            found[fact] = replace(stood, confidence=DOUBTED, instead=frozenset({value}))
    return found


def _differs(heard: Mapping[Fact, Answer], conversation: Conversation) -> bool:
    """Whether it says anything else than was answered: "actually the first is yes", after a no."""
    return any((answer.values or frozenset()) != conversation.deal.known(fact)
               for fact, answer in heard.items())


def _said_wrong(understood: Understood, cues: Cues) -> list[Span]:
    """Where it calls something wrong, or says what it should be: "the second was wrong"."""
    tokens = understood.reading.tokens
    being = cues.words("being_verbs")
    return [*((first - 1, last) for first, last in cues.find("said_wrong", tokens)
              if first and tokens[first - 1].norm in being), *cues.find("should_be", tokens)]


def _opened_again(
    left: Understood,
    message: Message,
    conversation: Conversation,
    before: Sequence[Question],
    guidance: Guidance,
    cues: Cues,
) -> Message | None:
    """*message* where it only says which answer was wrong: "I was wrong about the first".

    What raises a flag for sure stands until a no, which is asked back, is answered.  None where it
    says more, or names no question of those *before*.
    """
    items = only_answer(left.reading.tokens, cues)
    places = [n for one in items if one.kind is Kind.PLACE for n in one.places(len(before))]
    if not places or any(one.kind in (Kind.VERDICT, Kind.REST, Kind.HALF) for one in items) or (
            max(places) >= len(before)):
        return None
    named = [before[n].fact for n in places if conversation.deal.known(before[n].fact)]
    return _open_again(named, message, conversation, guidance) if named else None


def _open_again(
    facts: Sequence[Fact], message: Message, conversation: Conversation, guidance: Guidance
) -> Message:
    """*message* as saying that what was answered to *facts* is wrong, and no more."""
    doubted, _ = told_wrongly(conversation, guidance, facts)
    return replace(message, intent=Intent.DESCRIBE, heard=doubted,
                   retracted=frozenset(facts) - doubted.keys(), going=Going.ALONE)


def _without_small_words(
    understood: Understood, wrong: Sequence[Span], cues: Cues, *, for_all: bool
) -> str:
    """The text without what says that it corrects, or is *wrong*, and without "it should be".

    The "to" of "no to everything" stays, where it is said *for_all*, and the "no" of a "no
    actually" that ends it.
    """
    reading = understood.reading
    words = reading.tokens.words
    answers = {words[first].start for first, last in cues.find("no_and_correction", words)
               if first > 0 and last == len(words)}
    beside = frozenset[str]() if for_all else cues.words("beside_another_number")
    text = reading.text
    for first, last in (*understood.clauses.corrections, *wrong):
        begin = first + (reading.tokens[first].start in answers)
        text = blanked(text, (reading.tokens[begin].start, reading.tokens[last - 1].end))
    for token in reading.tokens:
        if token.norm in beside:
            text = blanked(text, (token.start, token.end))
    return text
