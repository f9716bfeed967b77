"""A question put beside what a message tells: "There's a reseller. Do we need to vet them?".

What is told is noted, and the question is answered in the same reply.  Read as one, either would
take the other's place.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.dialogue.conversation import Message
from bot.dialogue.deal import Answer
from bot.dialogue.intents import Intent
from bot.dialogue.messages.wondering import unopened
from bot.dialogue.phrasing import Wording
from bot.dialogue.reply import Kind, Line, Reply
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span
from retrieval.guidance import GapKind, Guidance, ProvisionId
from retrieval.matches import Found, Match, Why
from retrieval.words.mentions import Reading
from retrieval.words.tokens import tokenise

ASKED = frozenset({Intent.ASK, Intent.DEFINE, Intent.VERDICT, Intent.OUT_OF_SCOPE})
"""What a question beside may want; what else it may be steers, and is read as one with the rest."""
OF_WHAT_IS_TOLD = frozenset({
    Intent.NEXT_STEPS, Intent.RED_FLAGS, Intent.GRAVEST, Intent.REMEDY, Intent.WHAT_IS_KNOWN,
    Intent.FINDING, Intent.WHY, Intent.UNCLEAR, Intent.REMARK, Intent.FILLER})
"""What is asked of what is told beside it: the advice that follows from that is the answer."""
ALTERNATIVES = 5
"""Most words of what is put to choose from, before who of them it is is asked."""
FEWEST_WORDS = 3
"""Words of a question: "…, right?" and "…, ok?" ask for nothing but a nod."""
ASKED_AHEAD = 3
"""A verb within so many words behind "what" or "how" makes a question of them."""
_CLOSES = frozenset({")", "]", "\"", "”", "’", "'"})
"""Behind these no new part begins."""
_DASHES = frozenset({"-", "--", "–", "—"})
"""Between two words, with blanks around it."""
HEADING_WORDS = 5
"""Most words of a heading that is filled in, though it asks by its form: "how far are we:"."""
FEWEST_HEADED = 2
"""Fewest lines with a heading that make a form of a message: "one question: can I …?" is none."""
NAMING_WORDS = 2
"""Fewest words beside small ones of a question that can be searched by itself."""
RANKS = 5
"""Added to a place in either of two rankings, from 0, of which the reciprocals are added up."""
MOST_POINTS = 2
"""Passages shown for such a question: the reply has to say what became of the deal as well."""


def question_beside(
    reading: Reading, clauses: Clauses, cues: Cues, asks: Callable[[Reading, Span], bool]
) -> tuple[int, int] | None:
    """Where in the text a marked question stands that has something else beside it.

    Args:
        reading: The message.
        clauses: Its clauses.
        cues: The cue phrases of the release; `question` lists how a question begins.
        asks: Whether a span of tokens is a question by its form.

    Returns:
        Its first and last character, the last exclusive; None where there is none, or more than
        one.
    """
    found = [span for first, last in clauses.sentences() if reading.tokens[last - 1].norm == "?"
             and (span := _question(reading, (first, last), cues)) and asks(reading, span)]
    words = {i for i, token in enumerate(reading.tokens) if token.is_word}
    if len(found) != 1:
        return None
    first, last = found[0]
    inside = words.intersection(range(first, last))
    # "What now?" asks in two.
    asks_what = reading.tokens[first].norm in cues.words("asking_words")
    if len(inside) < FEWEST_WORDS - asks_what or inside == words:
        return None
    return reading.tokens[first].start, reading.tokens[last - 1].end


def _question(reading: Reading, sentence: Span, cues: Cues) -> Span | None:
    """The part of *sentence* that asks: all of it, or what stands behind a mark or an "and".

    Of "the army or the militia, who controls it?" nothing is told.
    """
    first, last = sentence
    for begin in range(first, last):
        parts = begin == first or not reading.tokens[begin - 1].is_word or (
            reading.tokens[begin - 1].norm in cues.words("parts_a_question"))
        if parts and cues.starts("question", reading.tokens[begin:last]):
            ahead = [t.norm for t in reading.tokens[first:begin] if t.is_word]
            offered = len(ahead) <= ALTERNATIVES and not cues.words("nor_words").isdisjoint(ahead)
            return (first if offered else begin), last
    return None


def question_in_opening(
    reading: Reading,
    clauses: Clauses,
    cues: Cues,
    puts: Callable[[Reading, Span], bool],
    *,
    advised: bool,
) -> tuple[int, int] | None:
    """Where in the text that opens a conversation something is asked which no advice answers.

    Most people leave out the mark, and put the question behind a comma: "renewal is coming up, do
    we look again".  "What should we look at" asks for the advice itself.

    Args:
        reading: The message.
        clauses: Its clauses.
        cues: The cue phrases of the release; `asks_for_advice` lists what asks for the advice.
        puts: Whether a span of tokens is a question, by the verb in front and its subject.
        advised: Whether the advice on what is told answers who asks for no more than advice.

    Returns:
        Its first and last character, the last exclusive; None where nothing is asked.
    """
    tokens = reading.tokens
    named = {i for m in reading.mentions if m.strength.is_firm
             for part in m.parts for i in range(*part)}
    lists = (FUNCTION_WORDS, "asks_for_advice") if advised else (FUNCTION_WORDS,)
    beside = named | cues.covered(tokens, *lists)
    sentences = clauses.sentences()

    def is_put(span: Span, sentence: Span) -> bool:
        part = tokens[slice(*span)]
        whole, marked = span[0] == sentence[0], part[-1].norm == "?"
        if marked and sentence == sentences[-1] and named.isdisjoint(range(*span)) and sum(
                t.is_word for t in part) > 1:
            return True  # "Arms rules?" at the end, but not "MSS? No."
        begins = whole and cues.starts("question", unopened(part, cues)) > 0
        # "The army, which is in the north" asks nothing, and "which line do we use" does.
        joins = not (whole or marked) and part[0].norm in cues.words("joins_a_clause")
        # "What else can we do instead": the verb stands behind what is asked for.
        verbs = [i for i in range(1, ASKED_AHEAD + 1) if cues.starts("inverted", part[i:])] if (
            part[0].norm in cues.words("asking_words")) else []
        ours = any(t.norm in cues.words("pronouns") for i in verbs for t in part[i + 1 : i + 2])
        # "Who should own the decision" is of us, and "who decides on all" of whom it follows.
        ours = ours or cues.starts("asks_who_should", part) > 0 or (
            cues.starts("asks_who_does", part) > 0 and any(
                t.norm in cues.words("first_person") for t in part))
        return begins or ours or (bool(verbs or puts(reading, span)) and not joins)

    headed = [span for span in sentences if _is_headed(reading, span)]
    for sentence in sentences:
        if len(headed) >= FEWEST_HEADED and sentence in headed:
            continue
        for first, last in parts_of(reading, sentence, cues):
            # "Can someone check this: …" asks no more than stands before its mark.
            ends = next((i for i in range(first, last) if tokens[i].ends_clause), last)
            asked = [i for i in range(first, ends) if tokens[i].is_word]
            if any(i not in beside for i in asked) and is_put((first, last), sentence):
                return tokens[first].start, tokens[last - 1].end
    return None


def _is_headed(reading: Reading, sentence: Span) -> bool:
    """Whether *sentence* is a line that fills in a heading: "who's buying: a mine in Peru"."""
    first, last = sentence
    tokens = reading.tokens
    mark = next((i for i in range(first, last) if tokens[i].ends_clause), last)
    return first < mark < last and mark - first <= HEADING_WORDS and tokens[mark].norm == ":" and (
        any(token.is_word for token in tokens[mark:last]))


def parts_of(reading: Reading, sentence: Span, cues: Cues) -> Iterator[Span]:
    """*sentence*, and what of it stands behind a mark or an "and"."""
    first, last = sentence
    parting = cues.words("parts_a_question")
    for begin in range(first, last):
        before, token = reading.tokens[begin - 1], reading.tokens[begin]
        if begin == first or (token.is_word and (
                before.norm in parting or not (before.is_word or before.norm in _CLOSES)
                or reading.text[before.end : token.start].strip() in _DASHES)):
            yield begin, last


def names_something(question: str, cues: Cues) -> bool:
    """Whether *question* says by itself what it is about, as "is that worse" doesn't."""
    words = [t for t in tokenise(question) if t.is_word]
    small = cues.covered(words, FUNCTION_WORDS, "asking_words")
    return len(words) - len(small) >= NAMING_WORDS


def blanked(text: str, span: tuple[int, int]) -> str:
    """*text* with blanks in place of *span*, so that every other word stays where it is."""
    begin, end = span
    return text[:begin] + " " * (end - begin) + text[end:]


def in_full(answer: Answer, text: str) -> Answer:
    """*answer*, of a message with blanks in place of some words, as it stands in *text*."""
    whole = text[answer.start : answer.end]
    # What rests on all of a message quotes it without the blanks at its ends, but with others.
    holes = "  " in answer.said and len(answer.said) < len(whole)
    return replace(answer, said=whole.strip()) if holes or (
        len(whole) == len(answer.said)) else answer


def question_of(message: Message) -> Message | None:
    """The question beside what *message* tells, as a message of its own; None if there is none."""
    beside = message.beside
    return None if beside is None else Message(
        message.key, message.author, message.text[beside.start:beside.end], message.sent_at,
        beside.intent, subject=beside.entry, topics=beside.topics)


def found_together(found: Sequence[Found], guidance: Guidance) -> Sequence[Found]:
    """What answers a question beside a deal, of what was *found* by it alone, and with the deal.

    By itself it shows whether the texts speak to it.  With the deal it is found what "do we vet
    them" is about, and alone what was asked rather than what is sold: what both find comes first.

    Args:
        found: Both, or one where the question is searched in one way only.
        guidance: The release that was searched.
    """
    alone, whole = found[:1], found[1:2]
    gap = guidance.gap_by_id.get(alone[0].gap or "")
    if whole and whole[0].abstained and gap is not None and gap.kind is GapKind.OPENING:
        return whole  # "can you do the tender": what it wants is no word before the matter
    if not whole or alone[0].abstained or whole[0].abstained or any(
            one.why is Why.PINNED for one in alone[0].matches):
        return alone
    worth: dict[ProvisionId, float] = {}
    matches: dict[ProvisionId, Match] = {}
    for one in (alone[0], whole[0]):
        for rank, match in enumerate(one.matches):
            matches.setdefault(match.provision, match)
            worth[match.provision] = worth.get(match.provision, 0.0) + 1 / (rank + RANKS)
    # The better of equals is the one that was found by the question alone.
    order = sorted(matches, key=worth.__getitem__, reverse=True)
    return (replace(alone[0], matches=tuple(
        matches[id_] for id_ in order[:alone[0].query.limit])),)


def with_answer(
    reply: Reply, answer: Reply, wording: Wording, *, opens: bool, silent: bool
) -> Reply:
    """*reply* to what was told, with *answer* to the question beside it.

    The question is not said back: whose words may have to be erased stand nowhere else.

    Args:
        reply: The reply to what was told.
        answer: The answer to what is asked beside it.
        wording: The bot's own sentences.
        opens: Whether the message opens the conversation.
        silent: Whether it is for something that the texts are silent on; that is then said before
            the advice, and declined.
    """
    if silent and answer.kind is Kind.DECLINE:
        return replace(reply, kind=Kind.DECLINE, lead=(*answer.lead, *reply.lead))
    points = [Line(wording.say("beside.point", title=note.title, text=note.text), note.citations)
              for note in answer.considerations[:MOST_POINTS]]
    said: Sequence[Line] = points or answer.lead
    # What the texts are silent on may be no question: "… same terms as in 2022".
    name = "beside.silent" if answer.kind is Kind.DECLINE and opens else "beside.lead"
    return replace(reply, aside=(*reply.aside, Line(wording.say(name)), *said))
