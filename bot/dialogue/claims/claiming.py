"""What a message claims of the deal: named, not taken back, and weighed against what a model hears.

The vocabulary names values; small words deny, hedge, correct or add them; where a product is used
is one of the places named (`placing`, beside this module); and a model judges whole clauses, with
or against the vocabulary (`weighing`).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from bot.dialogue.claim import DOUBT, HINT, PLACE, SURE, UNWEIGHED, Claim
from bot.dialogue.claims.abroad import is_language, less_at_home, stationed
from bot.dialogue.claims.answered_at_once import answered_at_once
from bot.dialogue.claims.contrasting import contrast_in, is_party
from bot.dialogue.claims.correcting import placed
from bot.dialogue.claims.echoes import less_echoes
from bot.dialogue.claims.ending import over, taken_back
from bot.dialogue.claims.half_said import HalfSaid
from bot.dialogue.claims.heard_places import place_of_use
from bot.dialogue.claims.hedging import hedged
from bot.dialogue.claims.named_alone import named_alone
from bot.dialogue.claims.not_of_this_deal import NotOfThisDeal
from bot.dialogue.claims.nothing_without import barred
from bot.dialogue.claims.occasion import Occasion
from bot.dialogue.claims.once_and_now import held_once
from bot.dialogue.claims.placing import of_place_of_use
from bot.dialogue.claims.quoted_speakers import from_their_side
from bot.dialogue.claims.roles import Roles
from bot.dialogue.claims.sold_at_large import sold_at_large
from bot.dialogue.claims.weighing import weighed
from bot.dialogue.deal import ASKED_BACK, DOUBTED
from bot.dialogue.poles import graver, has_poles, settles
from bot.dialogue.small_words.answer_words import leading
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Cues, Span
from bot.dialogue.small_words.subjects import Subjects
from bot.dialogue.small_words.verdicts import value_said
from retrieval.guidance import Fact, Guidance, Question, QuestionKind, Role
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.tells import Told

_NOWHERE: Mapping[Fact, frozenset[str]] = MappingProxyType({})


def claims_of(
    reading: Reading,
    clauses: Clauses,
    pending: Collection[Fact],
    told: Sequence[Told] | None,
    guidance: Guidance,
    cues: Cues,
    known: Mapping[Fact, frozenset[str]] = _NOWHERE,
    *,
    unanswered: Collection[Fact] = (),
    supposed: bool = False,
) -> list[Claim]:
    """What *reading* claims of the deal, in order of position.

    Args:
        reading: A message with what the vocabulary finds in it.
        clauses: The scope of its small words.
        pending: The facts asked for last: to them a hint, or a word of answer, says something.
        told: What a model takes it to tell, weighed against the vocabulary; None without one.
        guidance: The release that it is read with.
        cues: Its small words.
        known: The places of use that are known already: to them, that of a bank adds nothing.
        unanswered: Facts of which nothing is known, and a mere name says something.
        supposed: It is a "what if", so that its question mark asks for none of what it claims.
    """
    roles = Roles(reading, clauses, guidance, cues, user_known=any(
        q.role is Role.END_USER and fact not in unanswered
        for fact, q in guidance.questions.items()))
    told = None if told is None else [one for one in roles.of_users(told)
                                      if not _is_forbidden(one, reading, clauses, guidance)]
    here = frozenset[str]().union(*known.values())
    placed = of_place_of_use(reading, guidance, roles, cues, here)
    others = None if supposed else NotOfThisDeal(
        reading, clauses, told, guidance, cues, here, placed)
    if others is not None and told is not None:
        told = [one for one in told if not others.hears(one)]
    contrast = contrast_in(reading, clauses, guidance, cues)
    claims = list(_Naming(
        reading, clauses, pending, told, guidance, cues, known, roles, others, placed,
        bool(contrast)).claims())
    claims = named = [c for c in claims if not _is_local_colour(c, claims, reading)]
    claims = held_once(claims, told, reading, clauses, guidance, cues)
    halves = HalfSaid(reading, clauses, guidance, cues)
    if told is not None:
        # What is heard in words on something else is no rival to what is said.
        told = [one for one in told if not halves.hears_something_else(one)]
        claims = weighed(claims, told, reading, clauses, guidance, pending,
                         contrast=bool(contrast))
        claims = list(less_echoes(claims, told, reading, clauses, guidance))
        claims += named_alone(named, claims, told, reading, clauses, guidance, cues,
                              unanswered)
    claims += sold_at_large(claims, reading, clauses, guidance, cues, unanswered)
    if contrast:
        claims += contrast.turned(claims)
        if contrast.finds():
            claims = [c for c in claims
                      if c.holds or not is_party(guidance.questions[c.mention.fact])]
    claims = barred(claims, reading, clauses, guidance, cues)
    claims = held_once(claims, (), reading, clauses, guidance, cues)
    claims = [*over(less_at_home(claims, reading, clauses, guidance, cues), reading, clauses,
                    guidance, cues),
              *_with_access(claims, reading, clauses, guidance, cues),
              *stationed(claims, placed, reading, guidance, cues)]
    claims = halves.less_halves(
        _less_doubts(claims, named, clauses, guidance), pending, supposed=supposed)
    claims = taken_back(claims, reading, clauses, guidance, cues)
    claims = answered_at_once(from_their_side(claims, reading, clauses, guidance, cues),
                              reading, clauses, guidance, cues, pending)
    return [replace(c, sure=False) if _is_doubted(c, clauses, guidance, cues) else c
            for c in claims]


class _Naming:
    """What the vocabulary's finds in a message claim; for the arguments see `claims_of`."""

    def __init__(
        self,
        reading: Reading,
        clauses: Clauses,
        pending: Collection[Fact],
        told: Sequence[Told] | None,
        guidance: Guidance,
        cues: Cues,
        known: Mapping[Fact, frozenset[str]],
        roles: Roles,
        others: NotOfThisDeal | None,
        placed: Sequence[Mention],
        contrast: bool,
    ) -> None:
        self._reading, self._clauses, self._pending = reading, clauses, pending
        self._told, self._guidance, self._cues = told or (), guidance, cues
        self._known, self._roles, self._others = known, roles, others
        # A hint alone ("felt like a prison") says nothing; beside something said outright, or in
        # answer to its own question, it does.
        self._hints = bool(cues.find("deal", reading.tokens)) or any(
            m.strength.is_firm for m in reading.mentions)
        self._placed = frozenset(placed)
        self._paying = {(m.first, m.last) for m in reading.mentions
                        if guidance.questions[m.fact].role is Role.END_USER
                        and (roles.only_pays(m) or roles.only_between(m)
                             or roles.is_what_is_between(m) or roles.is_near_by(m))}
        self._contrasted = {m.fact for m in reading.mentions if m.strength.is_firm
                            and not guidance.questions[m.fact].several
                            } if contrast else frozenset[Fact]()

    def claims(self) -> Iterator[Claim]:
        """What they claim, in order of position."""
        for mention in self._reading.mentions:
            # "A joint venture in Paramaribo" is where a go-between sits, and yet where it is used.
            astray = mention not in self._placed
            if self._is_of_others(mention) or is_language(mention, self._reading, self._cues):
                continue
            if astray and self._roles.nothing_else(mention):
                yield Claim(mention, mention.value, False, True, False)
            elif not (astray and self._is_elsewhere(mention)) and not (
                    self._is_not_said(mention)):
                yield self._claim(mention, astray=astray)

    def _is_of_others(self, mention: Mention) -> bool:
        """Whether it is of another deal, or of who only pays for this one."""
        return (self._others is not None and self._others.holds(mention)) or (
            (mention.first, mention.last) in self._paying
            and self._guidance.questions[mention.fact].role is not Role.GO_BETWEEN)

    def _is_elsewhere(self, mention: Mention) -> bool:
        """Whether it is no place of use, as far as a model hears, or one is known already."""
        return self._place(mention) < PLACE or mention.fact in self._known or any(
            m.fact == mention.fact for m in self._placed)

    def _place(self, mention: Mention) -> float:
        return place_of_use(mention, self._told, self._reading)

    def _is_not_said(self, mention: Mention) -> bool:
        """Whether it is taken back, forbidden, unknown, only hinted or no answer."""
        clauses, question = self._clauses, self._guidance.questions[mention.fact]
        if clauses.taken_back(mention) or clauses.forbids(mention) or (
                not has_poles(question) and clauses.forbidden((mention.first, mention.last))):
            return True
        if not question.several and clauses.unknown(mention):
            return True
        # "I searched for independent courts and drew a blank" doesn't say what they are; but a
        # search that "came back clean" does, by itself.
        if settles(self._guidance, mention.fact, mention.value) and any(
                not (first < mention.last and mention.first < last)
                for first, last in clauses.searched_in_vain((mention.first, mention.last))):
            return True
        if mention.strength is Strength.WEAK:
            return not (self._hints or self._place(mention) >= SURE
                        or mention.fact in self._pending)
        return mention.strength is Strength.ASKED and self._is_no_answer(mention)

    def _is_no_answer(self, mention: Mention) -> bool:
        tokens = self._reading.tokens
        return (
            self._clauses.corrects(mention)
            or (mention.fact not in self._pending and mention.fact not in self._contrasted)
            # "Can't say" is a don't-know, and no limit on speech.
            or any(first <= mention.first and mention.last <= last
                   for first, last in self._clauses.unknowns)
            # "They want to know where journalists are" says nothing that journalists are.
            or any(t.norm in self._cues.words("asks_a_matter")
                   for t in tokens[mention.first - 1 : mention.first]))

    def _claim(self, mention: Mention, *, astray: bool) -> Claim:
        clauses = self._clauses
        is_place = self._guidance.questions[mention.fact].kind is QuestionKind.COUNTRY
        denied = (clauses.denied_place if is_place else clauses.denied)(mention)
        # "Norwegian police" names the country by the way, but firmly enough.
        guessed = mention.strength is Strength.WEAK and not is_place
        sure = not hedged(mention, clauses, self._cues) and not guessed and not astray
        value, holds = mention.value, not denied
        if denied and mention.negated_value is not None and not (
                mention.negated_value in graver(self._guidance, mention.fact)
                and clauses.not_yet(mention)):
            value, holds = mention.negated_value, True
        return Claim(mention, value, holds, sure, clauses.added(mention))


def _with_access(
    claims: Sequence[Claim], reading: Reading, clauses: Clauses, guidance: Guidance, cues: Cues
) -> Iterator[Claim]:
    """Who has access by the message and is no user by the *claims* made of it yet, as a guess.

    "The militia has access too": whether that makes it a user of the product is asked back.
    """
    said = {c.value for c in claims if guidance.questions[c.mention.fact].role is Role.END_USER}
    for mention in reading.mentions:
        if (guidance.questions[mention.fact].role is not Role.END_USER or mention.value in said
                or mention.strength is Strength.ASKED or clauses.denied(mention)):
            continue
        behind = next((i for i in range(mention.last, len(reading.tokens))
                       if reading.tokens[i].norm not in cues.words("before_access")), mention.last)
        if cues.starts("has_access", reading.tokens[behind:]) and clauses.same_clause(
                (mention.first, mention.last), (behind, behind + 1)):
            said.add(mention.value)
            yield Claim(mention, mention.value, True, False, True, DOUBTED)


def to_the_point(claims: Sequence[Claim], at: Occasion) -> list[Claim]:
    """*claims* without words of answer in clauses that are about something else.

    In "the courts are fine" nothing is said of conflict, though that was asked.
    """
    reading, clauses, subjects = at.reading, at.clauses, at.subjects

    @cache
    def of(clause: Span, fact: Fact) -> int:
        return subjects.of(reading, clause, fact)

    @cache
    def spoken_of(clause: Span) -> frozenset[Fact]:
        """What else than an answer is told in *clause*, in words that are about it."""
        begin, end = clause
        facts = {c.mention.fact for c in claims if c.mention.strength is not Strength.ASKED
                 and c.mention.first < end and begin < c.mention.last}
        return frozenset(fact for fact in facts if of(clause, fact))

    def elsewhere(claim: Claim) -> bool:
        mention = claim.mention
        if claim.confidence < DOUBT and any(
                c.mention.fact != mention.fact and c.mention.strength.is_firm
                and c.confidence >= ASKED_BACK and c.mention.length > mention.length
                and c.mention.first <= mention.first and mention.last <= c.mention.last
                for c in claims):
            return True  # the "abuse" of "no system with a history of abuse" answers nothing else
        stands = clauses.positions((mention.first, mention.last))
        clause = stands.start, stands.stop
        if of(clause, mention.fact):
            return False
        beside = (clause[0], mention.first), (mention.last, clause[1])
        # A model that hears nothing of it, or "they have" before a budget: no answer.
        # "Anyone in government" is about nothing by its words, and clearly heard by a model.
        heard = SURE <= claim.confidence < UNWEIGHED
        weightless = claim.confidence < DOUBT or (not heard and subjects.empty(
            reading, (mention.first, mention.last)))
        if weightless and not all(subjects.empty(reading, span) for span in beside):
            return True
        return bool(spoken_of(clause) - {mention.fact})

    spoken = {c.mention.fact for c in claims if c.mention.strength is not Strength.ASKED}
    return [c for c in claims if c.mention.strength is not Strength.ASKED
            or c.mention.fact in spoken or not elsewhere(c)]


def of_no_weight(
    claims: list[Claim], asked: Sequence[Fact], is_the_one: Callable[[Claim], bool]
) -> list[Claim]:
    """*claims* without words that might answer one of several questions, beside a clear telling.

    In "not any more, named users only now" a model hears who may use the data, and nothing of the
    conflict that was asked for with two other matters.  What the message says outright that
    *is_the_one* need not be named by a word of its own: "not any more, only traffic now".
    """
    clear = {c.mention.strength for c in claims
             if c.holds and c.mention.fact not in asked and c.confidence >= SURE
             and ((c.mention.strength.is_firm and c.mention.strength is not Strength.TOLD)
                  or is_the_one(c))}
    least = DOUBT if any(s.is_firm and s is not Strength.TOLD for s in clear) else HINT
    return claims if len(asked) < 2 or not clear else [
        c for c in claims if c.mention.strength is not Strength.ASKED or c.confidence >= least]


def _less_doubts(
    claims: Sequence[Claim], named: Sequence[Claim], clauses: Clauses, guidance: Guidance
) -> Iterator[Claim]:
    """*claims*, with what a doubt leaves of them in place of what is doubted.

    A model hears the independence in "I doubt that the courts are independent"; what the
    vocabulary makes of the doubt is among those *named*.  Of a charge that it does not know the
    doubt leaves the charge, to be asked back.
    """
    for claim in claims:
        mention = claim.mention
        if not (claim.holds and claim.value == mention.value and clauses.in_doubt(mention)
                and has_poles(guidance.questions[mention.fact])):
            yield claim
            continue
        left = [c for c in named if c.mention.fact == mention.fact and c.holds
                and c.value != claim.value and clauses.in_doubt(c.mention)]
        yield from left[:1]
        if not left and not settles(guidance, mention.fact, claim.value):
            yield claim


def _is_forbidden(
    one: Told, reading: Reading, clauses: Clauses, guidance: Guidance
) -> bool:
    """Whether *one* is a use or a user that the deal rules out: "the contract bans use at"."""
    place = placed(one, reading)
    question = guidance.questions.get(one.fact)
    return place is not None and question is not None and not has_poles(question) and (
        clauses.forbidden((int(place.middle), int(place.middle) + 1)))


def _is_doubted(claim: Claim, clauses: Clauses, guidance: Guidance, cues: Cues) -> bool:
    """Whether its own clause makes it less than certain.

    What the customer or the government says of itself settles nothing, however sure it sounds:
    "they claim there was never any misuse"; nor does the denial of one of several grave values,
    as courts that are not weak may be none at all.  What almost came about has not.
    A report of what is grave stands, and one that
    did not hold up is asked back: whether it did is no seller's to decide.
    """
    mention = claim.mention
    if not claim.holds or not claim.sure:
        return False
    poles = has_poles(guidance.questions[mention.fact])
    if hedged(mention, clauses, cues) or (poles and clauses.nearly(mention)):
        return True
    if not settles(guidance, mention.fact, claim.value):
        return poles and clauses.rebutted(mention)
    by_denial = claim.value != mention.value and len(graver(guidance, mention.fact)) > 1
    return by_denial or clauses.hearsay(mention)


def is_grave_news(claim: Claim, guidance: Guidance) -> bool:
    """Whether it raises a flag, named and clearly heard: what an NGO says is a complaint."""
    return (claim.holds and claim.confidence >= ASKED_BACK and claim.mention.strength.is_firm
            and claim.mention.strength is not Strength.TOLD
            and claim.value in graver(guidance, claim.mention.fact))


def is_the_answer(
    mentions: Sequence[Mention], question: Question, verdicts: Sequence[str]
) -> bool:
    """Whether short words like "sometimes" or "no middleman" outrank a leading yes or no.

    They do where they open the message, and wherever the question is no yes-or-no question.  Of a
    message of nothing but *verdicts*, as `whole` has them, less is needed to say just those: to a
    yes-or-no question "reportedly" is a yes with a doubt although "reported" is a yes, and to any
    other the "never" of "no, never" is no denial of "never".
    """
    plain = {"yes", "no"} <= {choice.value for choice in question.choices}
    opens = any(m.first == 0 for m in mentions)
    if verdicts:
        return opens and not plain
    return bool(mentions) and (opens or not plain)


def of_another(
    asked: Sequence[Question],
    reading: Reading,
    claims: Sequence[Claim],
    guidance: Guidance,
    cues: Cues,
    subjects: Subjects,
) -> bool:
    """Whether a leading no is said of what was not *asked*: "no, it's no part of that system"."""
    span = (0, len(reading.tokens))
    # "No. No war either", "no, and no bad laws": the first is of what was asked.
    norms = [t.norm for t in reading.tokens]
    if norms[1:2] == ["."] or "either" in norms or [
            n for n in norms[1:3] if n != ","][:1] in (["and"], ["nor"]):
        return False
    if leading(reading.tokens.words, cues)[1] != "no" or any(
            subjects.of(reading, span, q.fact) for q in asked):
        return False
    return any(c.holds and c.value == value_said(guidance.questions[c.mention.fact], "no")
               and subjects.speaks_of(reading, c.mention.fact) for c in claims
               if c.mention.fact not in {q.fact for q in asked})


def _is_local_colour(claim: Claim, claims: Sequence[Claim], reading: Reading) -> bool:
    """Whether it only tells of the place: "for the regulator; police there need no warrant"."""
    following = reading.tokens[claim.mention.last : claim.mention.last + 1]
    return [t.norm for t in following] == ["there"] and any(
        c.mention.fact == claim.mention.fact and c.mention.first != claim.mention.first
        for c in claims
    )
