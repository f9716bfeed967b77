"""Remarks: what is said while a question waits, and answers none.

"too long", "you asked that already" and "they have no budget this year" say nothing of what was
asked.  The question stands, where "purple monkey dishwasher" would have been passed over.
"""

from collections.abc import Collection, Sequence

from bot.dialogue.claim import HINT, Claim
from bot.dialogue.claims.occasion import Occasion
from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import SECOND
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Cues, Span
from bot.dialogue.small_words.subjects import Subjects
from bot.dialogue.small_words.verdicts import whole
from retrieval.guidance import Fact
from retrieval.words.mentions import Mention, Reading, Strength

FEWEST_WORDS = 4
"""Words from which on what begins with "the" is taken for a statement."""
POINTING_WORDS = 4
"""Most words of a message that does nothing but point back: "that's very vague"."""


def is_remark(
    reading: Reading,
    asked: Collection[Fact],
    subjects: Subjects,
    cues: Cues,
    *,
    states: bool = True,
) -> bool:
    """Whether a message of which nothing was understood answers none of the facts *asked* for.

    It has words of the talk, or tells of trade, of oneself or, where *states*, of anybody, in
    words of which none is of the questions.
    """
    if not asked:
        return False
    if cues.find("of_the_talk", reading.tokens):
        return True
    if any(subjects.speaks_of(reading, fact) for fact in asked):
        return False
    if cues.find("deal", reading.tokens):
        return True
    words = [t.norm.split("'")[0] for t in reading.tokens.words]
    first = words[0] if words else ""
    # "The article is from a newspaper" states something; "the usual" may be meant for an answer.
    tells = first in cues.words("clause_subjects") or (
        len(words) >= FEWEST_WORDS and first in cues.words("before_a_noun"))
    return states and (tells or bool(cues.find("seller", reading.tokens)))


def beyond_the_talk(claims: Sequence[Claim], at: Occasion) -> list[Claim]:
    """*claims* without those that rest on words about the talk: "these questions are stupid".

    What the bot is blamed for says nothing of a party or a place; nor, beside a complaint or
    behind an "I", a word of answer that nothing else bears out: "I protest! You ask too much".
    """
    reading, clauses, cues = at.reading, at.clauses, at.cues
    heads = [span for span in cues.find("of_the_bot", reading.tokens)
             if _opens_a_clause(span, reading, clauses, cues)]
    # "They told us to stop asking questions" tells of them.
    reported = cues.find("told_to_us", reading.tokens)
    complaints = [span for span in cues.find("complains", reading.tokens) if not any(
        last <= span[0] and clauses.same_clause((first, last), span)
        for first, last in reported)]

    def is_of_the_talk(claim: Claim) -> bool:
        mention = claim.mention
        mine = (mention.first, mention.last)
        if not has_poles(at.guidance.questions[mention.fact]):
            return False
        if any(clauses.same_clause(head, mine) and (
                not mention.strength.is_firm or mention.strength is Strength.TOLD
                or _overlap(head, mine)) for head in heads):
            return True
        if mention.strength is Strength.ASKED and (claim.confidence < HINT or not at.weighed):
            return bool(complaints) or _is_ours(mention, reading, cues)
        return mention.fact not in at.awaiting and mention.strength is Strength.TOLD and (
            _points_back(mention, reading, cues)
            or any(clauses.same_clause(span, mine) for span in complaints))

    return [claim for claim in claims if not is_of_the_talk(claim)]


def denies_what_was_told_last(
    reading: Reading, conversation: Conversation, cues: Cues
) -> bool:
    """Whether a bare "none" may be of what the message before it told, and not of what was asked.

    "None" behind "we asked about a reseller" may mean that there is no reseller.
    """
    stretch = conversation.stretch
    if stretch is None or whole(reading.tokens, cues) != ["no"]:
        return False
    deal = conversation.deal
    told = {fact for fact, answer in deal.answers.items()
            if answer.message.removesuffix(SECOND) == stretch.parts[-1].key}
    gainsaid = {m.fact for m in reading.mentions if m.strength is Strength.ASKED
                and deal.known(m.fact) and m.value not in deal.known(m.fact)}
    return bool(told) and told <= gainsaid and told.isdisjoint(conversation.awaiting())


def _opens_a_clause(span: Span, reading: Reading, clauses: Clauses, cues: Cues) -> bool:
    """Whether nothing but a word that opens any sentence stands before *span* in its clause."""
    openers = cues.words("sentence_openers")
    before = reading.tokens[clauses.positions(span).start : span[0]]
    return all(not token.is_word or token.norm in openers for token in before)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _is_ours(mention: Mention, reading: Reading, cues: Cues) -> bool:
    """Whether *mention* is what we do ourselves: "I protest"."""
    subjects = cues.words("first_person") & cues.words("clause_subjects")
    return any(t.norm in subjects for t in reading.tokens[max(0, mention.first - 1):mention.first])


def _points_back(mention: Mention, reading: Reading, cues: Cues) -> bool:
    """Whether a model hears of nobody named what only an answer says: "that's vague".

    It is of what was said last, and that was said by the bot.
    """
    words = [t for t in reading.tokens if t.is_word]
    return (len(words) <= POINTING_WORDS
            and cues.starts("points_back", words) > 0
            and not cues.find("of_the_place", reading.tokens)
            and not any(m.strength.is_firm for m in reading.mentions)
            and any(m.fact == mention.fact and m.value == mention.value
                    and m.strength is Strength.ASKED for m in reading.mentions))


def tells_of_an_election(reading: Reading, cues: Cues) -> bool:
    """Whether it tells of an election, and of none of ours: "we vote on it tonight"."""
    ours = cues.words("first_person")
    return bool(cues.find("an_election", reading.tokens)) and ours.isdisjoint(
        token.norm for token in reading.tokens)
