"""What is said of another party by a clause that leaves the rest out: "Qatar doesn't".

"Oman's courts are independent, Qatar's aren't" has both, and a deal with both has the graver: what
the clause before would settle is not settled by it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.dialogue.claim import HINT, Claim
from bot.dialogue.claims.contrasting import is_party
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import DOUBTED, Answer, MessageKey
from bot.dialogue.poles import graver, settles
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span
from retrieval.guidance import Fact, QuestionKind
from retrieval.words.mentions import Mention, Reading, Strength

_SO, _IS_SO, _NOT_SO = "does_so", "is_so", "does_not_so"
_SAYS = (_SO, _IS_SO, _NOT_SO, "beside_what_is_left_out")


class _LeftOut(NamedTuple):
    """Words on a party that say no more than that it is so there, or is not."""

    span: Span
    """What is quoted: the words that say so."""
    head: range
    """The clause before them, which they are held against."""
    denies: bool
    of_the_deal: bool
    """Whether the party is no place beside those that are known."""


def said_of_another(
    claims: Sequence[Claim], named: Sequence[Claim], at: Utterance, here: Collection[str] = ()
) -> list[Claim]:
    """*claims*, with what is said otherwise of another party in place of what would settle a fact.

    Of a yes or no it is the other; of several values the one that may be meant is asked back, as is
    what is said of a place that is none of the deal's.

    Args:
        claims: What the message is taken to claim.
        named: What its words alone claim: a model may hear neither in a clause that says both.
        at: The message, and the release that it is read with.
        here: The places of use that are known.
    """
    found = list(claims)
    for one in _left_out(at, here):
        if one.denies == _is_denied(one.head, at.clauses, at.cues):
            continue
        told = {c.mention.fact for c in found if c.holds}
        heads = [c for c in (*found, *named) if c.holds and c.mention.first in one.head
                 and c.mention.strength is not Strength.ASKED and (
                     c.mention.last < one.span[1] or one.span[1] <= one.head.start)
                 and (c in found or (c.mention.strength.is_firm and c.mention.fact not in told))
                 and c.confidence >= HINT and settles(at.guidance, c.mention.fact, c.value)]
        for fact in dict.fromkeys(c.mention.fact for c in heads):
            grave = graver(at.guidance, fact)
            if not grave or any(c.holds and c.mention.fact == fact and c.value in grave
                                for c in found):
                continue
            head = max((c for c in heads if c.mention.fact == fact), key=lambda c: c.confidence)
            found = [c for c in found if c.mention.fact != fact or not c.holds]
            found.append(_turned(head, one, at.reading, grave))
    return found


def answered_of_another(
    heard: Mapping[Fact, Answer], at: Utterance, key: MessageKey
) -> dict[Fact, Answer]:
    """*heard*, with what a word of answer would settle asked back likewise: "yes, not in Qatar".

    Args:
        heard: What the message tells, each by the words that it rests on.
        at: The message, and the release that it is read with.
        key: Its own; what an earlier one told stands on the words of that.
    """
    guidance = at.guidance
    found, tokens = dict(heard), at.reading.tokens
    for one in _left_out(at, ()):
        if one.denies == _is_denied(one.head, at.clauses, at.cues):
            continue
        begin, end = tokens[one.head.start].start, tokens[one.head.stop - 1].end
        for fact, answer in heard.items():
            value = next(iter(answer.values or ()), None)
            grave = graver(guidance, fact) if fact in guidance.questions else frozenset()
            # What is asked back anyhow may be what `not_here` makes of "a war in Qatar, not here".
            if (answer.message == key and answer.start < end and begin < answer.end
                    and (answer.sure or answer.confidence > DOUBTED)
                    and value is not None and len(grave) == 1
                    and settles(guidance, fact, value)):
                found[fact] = replace(answer, values=grave, sure=False, confidence=DOUBTED)
    return found


def _turned(head: Claim, one: _LeftOut, reading: Reading, grave: frozenset[str]) -> Claim:
    """What *one* makes of *head*: the other answer, or a value that is asked back."""
    fact = head.mention.fact
    value = next((m.negated_value for m in reading.mentions if m.fact == fact
                  and m.value == head.value and m.first in one.head
                  and m.negated_value in grave), None)
    if len(grave) == 1:
        (value,) = grave
    surely = one.of_the_deal and {head.value, value} == {"no", "yes"}
    value = value or head.value
    rests = Mention(fact, value, None, *one.span, Strength.TOLD, (one.span,))
    return replace(head, mention=rests, value=value, sure=head.sure and surely,
                   confidence=head.confidence if surely else DOUBTED)


def _is_denied(clause: range, clauses: Clauses, cues: Cues) -> bool:
    """Whether a "no" or a "nobody" stands in *clause*."""
    return clauses.denies_in((clause.start, clause.stop)) or any(
        clauses.tokens[i].norm in cues.words("nobody_at_all") for i in clause)


def _left_out(at: Utterance, here: Collection[str]) -> Iterator[_LeftOut]:
    reading, clauses, guidance, cues = at.reading, at.clauses, at.guidance, at.cues
    tokens = reading.tokens
    if clauses.corrections:
        return  # "no, wait, it's Mali and not Malta" says where it is
    parties = [m for m in reading.mentions if m.strength is not Strength.ASKED
               and m.fact in guidance.questions and is_party(guidance.questions[m.fact])]
    small = cues.covered(tokens, FUNCTION_WORDS, *_SAYS)
    small |= {i for m in parties for i in range(m.first, m.last)}
    # "Athens has the same" says of it what was said before.
    small -= cues.covered(tokens, "says_the_same")
    seen: set[int] = set()
    yield from _set_against(parties, at, small, here)
    for party in parties:
        clause = clauses.positions((party.first, party.last))
        if clause.start in seen or clauses.asked((party.first, party.last)):
            continue
        seen.add(clause.start)
        begin, end = _with_the_next(clause, clauses, cues)
        place = guidance.questions[party.fact].kind is QuestionKind.COUNTRY
        said = _said_in((begin, end), reading, cues, place=place)
        head = _head(begin, clauses)
        if said is None or head is None or not all(
                i in small or not tokens[i].is_word for i in range(begin, end)):
            continue
        beside = {m.value for m in parties if m.fact == party.fact and (
            m.first in head or begin <= m.first < end)}
        others = {m.value for m in parties if m.fact == party.fact and m.first in head}
        if party.value in others or len(beside - others) > 1:
            continue
        denies, span = said
        if cues.find("says_the_contrary", tokens[span[0] : span[1]]):
            denies = not _is_denied(head, clauses, cues)
        yield _LeftOut(span if end == clause.stop else (begin, end), head, denies,
                       not (place and here and party.value not in here))


def _set_against(
    parties: Sequence[Mention], at: Utterance, small: Collection[int], here: Collection[str]
) -> Iterator[_LeftOut]:
    """What is held against a party before it is said: "unlike Qatar, Oman has free courts"."""
    clauses, guidance = at.clauses, at.guidance
    for first, last in at.cues.find("set_against", clauses.tokens):
        clause = clauses.positions((first, last))
        theirs = [m for m in parties if last <= m.first < clause.stop]
        head = clauses.positions((clause.stop + 1, clause.stop + 1))
        if not theirs or not head or any(clauses.tokens[i].ends_sentence for i in (
                clause.stop, *head) if i < len(clauses.tokens)) or not all(
                i in small or first <= i < last or not clauses.tokens[i].is_word for i in clause):
            continue
        party = theirs[0]
        if any(m.fact == party.fact and m.value == party.value and m.first in head
               for m in parties):
            continue
        place = guidance.questions[party.fact].kind is QuestionKind.COUNTRY
        yield _LeftOut((clause.start, clause.stop), head,
                       not _is_denied(head, clauses, at.cues),
                       not (place and here and party.value not in here))


def _with_the_next(clause: range, clauses: Clauses, cues: Cues) -> Span:
    """*clause* with the next one of its sentence where that says all: "in Qatar, they don't"."""
    tokens, span = clauses.tokens, (clause.start, clause.stop)
    says = any(clause.start <= first < clause.stop for name in (_SO, _IS_SO, _NOT_SO)
               for first, _ in cues.find(name, tokens))
    if says or clause.stop >= len(tokens) or tokens[clause.stop].norm != ",":
        return span
    end = clauses.end_behind(clause.stop)
    behind = tokens[clause.stop : end]
    return (clause.start, end) if cues.only(behind, FUNCTION_WORDS, *_SAYS) else span


def _said_in(
    span: Span, reading: Reading, cues: Cues, *, place: bool
) -> tuple[bool, Span] | None:
    """Whether *span* denies that it is so of its party, and by which words; None if neither.

    "Not the police" says of no courts that they are otherwise: it says who is no user, where "not
    in Qatar" is of a *place*.
    """
    tokens = reading.tokens

    def found(*names: str) -> list[Span]:
        return [one for name in names for one in cues.find(name, tokens)
                if span[0] <= one[0] < span[1]]

    nots = found(_NOT_SO)
    for one in nots:
        if place or not cues.is_one("mere_not", tokens[one[0] : one[1]]):
            return True, one
    does = [] if nots else found(_SO, _IS_SO)
    return (False, does[0]) if does else None


def _head(begin: int, clauses: Clauses) -> range | None:
    """The clause before *begin*, of its own sentence or of the one before, if that asks nothing."""
    before = clauses.word_before(begin)
    if before is None:
        return None
    sentences = clauses.sentences()
    mine, other = (next(n for n, (first, last) in enumerate(sentences) if first <= at < last)
                   for at in (begin, before))
    if mine > other + 1 or clauses.asked((before, before + 1)):
        return None
    return clauses.positions((before, before + 1))
