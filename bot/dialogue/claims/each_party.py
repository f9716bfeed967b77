"""What each party says to one matter: "the reseller signed the annex, the integrator declined".

The matter is named once, in the first clause, as the heading, or in what was asked.  A word such as
"declined" by itself answers other questions too, and "the army won't" takes no army out of a deal.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import DOUBTED
from bot.dialogue.poles import graver, has_poles
from bot.dialogue.small_words.subjects import subjects_of
from retrieval.guidance import Fact, Role
from retrieval.words.mentions import Mention, Strength

MATTER = "matter_of_each_party_{fact}"
"""Names of the cue lists of what such a matter is called: a clause, an annex."""
SAYS = "each_party_{fact}_{value}"
"""Names of those of what a party says to it, by value: "declined", "not asked"."""
HEADS = frozenset({":", "-", "–"})
"""Marks behind a heading."""
SUBJECT_WORDS = 4
"""Most words that name a party: "the Thai airport operator"."""


@dataclass(frozen=True, slots=True)
class _Stance:
    """What one party says to the matter, in a clause of its own."""

    clause: range
    value: str
    named: bool
    """Whether the clause names the matter itself."""


def each_party(
    claims: Sequence[Claim], at: Utterance, pending: Collection[Fact]
) -> list[Claim]:
    """*claims*, with the gravest of what several parties say to one matter as a guess.

    Args:
        claims: What a message claims.
        at: The message, and the release that it is read with.
        pending: The facts asked for last; one that is asked alone need not be named.
    """
    left = list(claims)
    for fact, question in at.guidance.questions.items():
        if not has_poles(question) or MATTER.format(fact=fact) not in at.cues.by_name:
            continue
        stances = list(_stances(fact, at))
        bare = [one for one in stances if not one.named]
        headed = _is_headed(fact, stances, at)
        asked = [*pending] == [fact] and all(_is_known(one.clause, at) for one in stances)
        if not bare or len(stances) < 2 or not (
                headed or asked or any(one.named for one in stances)):
            continue
        values = {one.value for one in stances}
        grave = next((one for one in stances if one.value in graver(at.guidance, fact)), None)
        gravest = grave or next((one for one in stances if len(values) > 1 and one.value
                                 not in _settling(fact, at)), stances[0])
        left = [c for c in left if c.mention.fact != fact and not any(
            c.mention.first in one.clause and _rests_on_little(c, at) for one in bare)]
        span = (gravest.clause.start, gravest.clause.stop)
        mention = Mention(fact, gravest.value, None, *span, Strength.TOLD, (span,))
        left.append(Claim(mention, gravest.value, True, len(values) == 1, False,
                          1.0 if len(values) == 1 else DOUBTED))
    return sorted(left, key=lambda c: c.mention.first)


def _settling(fact: Fact, at: Utterance) -> frozenset[str]:
    """The value of *fact* that a yes says."""
    yes = at.guidance.questions[fact].yes
    return frozenset({yes} if yes else ())


def _stances(fact: Fact, at: Utterance) -> Iterator[_Stance]:
    """What each clause says to the matter of *fact*, where that is all it says."""
    tokens, cues = at.reading.tokens, at.cues
    matter = cues.covered(tokens, MATTER.format(fact=fact))
    says = {span: choice.value for choice in at.guidance.questions[fact].choices
            for span in cues.find(SAYS.format(fact=fact, value=choice.value), tokens)}
    beside = matter | cues.covered(tokens, "before_a_noun", "times", "not_yet", "before_the_one",
                                   "first_person", "prepositions", "joins_a_list")
    position = 0
    while position < len(tokens):
        clause = at.clauses.positions((position, position + 1))
        position = max(position, clause.stop) + 1
        mine = sorted((s for s in says if s[0] in clause), key=lambda s: (s[0], s[0] - s[1]))
        if not mine or at.clauses.asked((clause.start, clause.stop)):
            continue
        first, last = mine[0]
        before = [i for i in range(clause.start, first) if i in matter]
        if before and tokens[before[-1] + 1].norm not in HEADS:
            continue  # "delivery terms ok" is of another kind of terms
        subject = [i for i in range(clause.start, first) if tokens[i].is_word and i not in matter]
        rest = [i for i in range(last, clause.stop) if tokens[i].is_word and i not in beside
                and not any(a <= i < b for a, b in mine)]
        if rest or not subject or len(subject) > SUBJECT_WORDS or not _is_party(subject, at):
            continue
        yield _Stance(clause, says[first, last], not matter.isdisjoint(clause))


def _is_party(subject: Sequence[int], at: Utterance) -> bool:
    """Whether the words at *subject* name a party: no pronoun, and no matter of another question.

    So do "the mine" and "moi", which nobody knows.
    """
    tokens, questions = at.reading.tokens, at.guidance.questions
    small = at.cues.words("before_a_noun") | at.cues.words("and_words") | at.cues.words("turns")
    words = [i for i in subject if tokens[i].norm not in small]
    pronouns = at.cues.words("pronouns") | at.cues.words("asking_words")
    called, _ = subjects_of(at.guidance).called(at.reading, (subject[0], subject[-1] + 1))
    if called and all(questions[fact].role not in (Role.END_USER, Role.GO_BETWEEN)
                      for fact in called):
        return False  # "export pending"
    return bool(words) and not any(
        tokens[i].norm in pronouns or any(
            m.first <= i < m.last and m.strength is not Strength.ASKED
            and questions[m.fact].role not in (Role.END_USER, Role.GO_BETWEEN)
            for m in at.reading.mentions) for i in words)


def _is_known(clause: range, at: Utterance) -> bool:
    """Whether *clause* names a party by a word for one: in "courts no, laws yes" none does."""
    return any(m.first in clause and m.strength.is_firm and at.guidance.questions[m.fact].role in (
        Role.END_USER, Role.GO_BETWEEN) for m in at.reading.mentions)


def _is_headed(fact: Fact, stances: Sequence[_Stance], at: Utterance) -> bool:
    """Whether the name of the matter stands before all *stances* as a heading: "clause: …"."""
    tokens = at.reading.tokens
    return bool(stances) and any(
        tokens[last : last + 1] and tokens[last].norm in HEADS and last
        <= stances[0].clause.start and _opens(first, at)
        for first, last in at.cues.find(MATTER.format(fact=fact), tokens))


def _opens(position: int, at: Utterance) -> bool:
    """Whether a sentence begins at *position*, but for an article."""
    begin = next(a for a, b in at.clauses.sentences() if a <= position < b)
    return at.cues.covered(at.reading.tokens, "before_a_noun").issuperset(range(begin, position))


def _rests_on_little(claim: Claim, at: Utterance) -> bool:
    """Whether *claim* is a denial of the party, or made of the word that says what that does."""
    several = at.guidance.questions[claim.mention.fact].several
    return (not claim.holds) if several else claim.mention.strength in (
        Strength.ASKED, Strength.TOLD)
