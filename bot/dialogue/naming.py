"""What a deal is called, so that a person recognises it."""

from collections.abc import Iterable, Sequence

from bot.dialogue.deal import Deal
from retrieval.guidance import Fact, Guidance, Question, QuestionKind, Role

NAMING_FACTS = 3
"""Facts that name a deal: those asked for first."""
MOST_APART = 2
"""Facts that tell a deal from others of its name."""
TEXTS = "texts"
"""The subject of a wish for what the texts name, whatever the deal."""
IN_SHORT = "in_short"
"""The subject of a wish that is met in a few words."""
ALL = "all"
"""The subject of a wish to see all of something: sources, what to weigh, safeguards."""
CALLED_FOR, MORE = "called_for", "more"
"""The names of two lists of safeguards: what red flags call for, and what is shown on request."""
CUSTOMER = "customer"
"""The subject of a wish to know what of all that is open the customer has to be asked."""
MINE = "mine"
"""The subject of a wish to be told which deals one has told."""
OTHERS = "others"
"""The subject of a wish to get round the rules that others are said to have."""
READERS, ERASING, CONTACT, FILES = "readers", "erasing", "contact", "files"
"""The subjects of a wish to know who reads along, how words are erased, whom to ask, and of a
message that points to a file."""
SKIPPING, COMING_BACK, SIZE = "skipping", "coming_back", "size"
"""The subjects of a question whether one may leave something unanswered, or go on later, or sell
fewer."""
REVIEW, FORMS, CORRECTING = "review", "forms", "correcting"
"""The subjects of a question what becomes of a deal that is sent to compliance and how long that
takes, whether there is a form to fill in, and whether an answer can be changed."""
REMINDING, PASSING_ON, TRUST = "reminding", "passing_on", "trust"
"""The subjects of a wish to be reminded, of a question whether the customer may hear of this, and
of one how sure all of it is."""
HANDED_ON = "handed_on"
"""The subject of a wish for a few words that another may be given."""
LEGAL_ADVICE = "legal_advice"
"""The subject of a question whether what is said here is legal advice."""
ITSELF, CURRENT = "itself", "current"
"""The subjects of a question whether one talks to a person, and whether the texts are as they are
today."""
NO_CAPABILITY = "no_capability"
"""The subject of what says that what is sold can watch nobody."""
WHICH_ONE = "which_one"
"""The subject of a supposition that something comes on top, which it doesn't name."""
OPTIONS = "options"
"""The subject of a question which of two is better, of which the advice goes by neither."""
_LOOK_UP = "look_up:"
"""Begins the subject of a question where facts can be found out; the facts follow."""
TOLD, CHANGED = "told", "changed"
"""The subjects of a question why what was told just before matters, and what it has changed."""
AGAIN = "again"
"""The subject of a wish to be asked once more what was asked last."""
PONDERING = "pondering"
"""The subject of what fills the time and agrees with nothing: "hm"."""
DRAFTS, NUMBERED = "drafts", "numbered"
"""The subjects of a wish for contract terms in words, and for a source by its number."""
NOT_TRIED, NEVER_NOTED = "not_tried", "never_noted"
"""The subjects of a wish to take in what was supposed, where nothing is being tried out, and of one
to take it back: "never mind"."""
LEAVE = "leave"
"""The subject of a supposition that asks for leave as well: "can we do it if they sign?"."""
FLAGS, DECIDES = "flags", "decides"
"""The subjects of a supposition beside which it is asked whether that is a red flag, or who decides
or what to do then."""
LAST = "last"
"""The name of the deal that a person spoke of last, whatever it is about."""
_OF_FACTS = "of:"
"""Begins the subject of a question after other questions: "why do you ask who it's for?"."""


def of_facts(facts: Sequence[Fact]) -> str:
    """The subject of what asks after the questions of *facts*, which `facts_of` reads back."""
    return _OF_FACTS + " ".join(facts)


def facts_of(subject: str | None) -> tuple[Fact, ...]:
    """The facts that `of_facts` has written into *subject*; () where it hasn't."""
    named = (subject or "").removeprefix(_OF_FACTS)
    return () if named == (subject or "") else tuple(map(Fact, named.split(" ")))


def looked_up(facts: Sequence[Fact]) -> str:
    """The subject of a question where *facts* can be found out; `looked_up_in` reads it back."""
    return _LOOK_UP + " ".join(facts)


def looked_up_in(subject: str | None) -> tuple[Fact, ...]:
    """The facts that `looked_up` has written into *subject*; () where it hasn't."""
    named = (subject or "").removeprefix(_LOOK_UP)
    return () if named == (subject or "") else tuple(map(Fact, named.split(" ")))


def naming_questions(guidance: Guidance) -> tuple[Question, ...]:
    """The questions whose answers name a deal."""
    return tuple(sorted(guidance.questions.values(), key=lambda q: q.rank)[:NAMING_FACTS])


def what_is_sold(guidance: Guidance) -> Question | None:
    """The question for what the product does: the first of choices that is of no party.

    None where a release asks no such thing.
    """
    return min(filter(is_of_goods, guidance.questions.values()),
               key=lambda q: q.rank, default=None)


def is_of_goods(question: Question) -> bool:
    """Whether *question* offers several choices and is of no party, as what the product does is."""
    return question.kind is QuestionKind.CHOICE and question.several and question.role is None


def deciding_which_deal(guidance: Guidance) -> frozenset[Fact]:
    """The facts by which one deal is told from another: what names it, and who has a part in it.

    They are those asked for first, and those to which the questions give the part of an end-user
    or a go-between, so another corpus has its own.
    """
    parties = {q.fact for q in guidance.questions.values()
               if q.role in {Role.END_USER, Role.GO_BETWEEN}}
    return frozenset(parties.union(q.fact for q in naming_questions(guidance)))


def deal_title(guidance: Guidance, deal: Deal) -> str:
    """What a deal is called: "Drones, facial recognition · Police · Kenya"; "" without facts.

    What may hold beside or instead of that, and is asked back, stands behind it with a mark:
    "Police, armed forces?".
    """
    parts = []
    for question in naming_questions(guidance):
        answer = deal.answers.get(question.fact)
        known = deal.known(question.fact)
        instead = answer.instead - known if answer else frozenset()
        labels = [*_labels(question, known), *(f"{one}?" for one in _labels(question, instead))]
        if question.kind is not QuestionKind.COUNTRY:
            labels = [label if not n else _inside(label) for n, label in enumerate(labels)]
        if labels:
            parts.append(", ".join(labels))
    return " · ".join(parts)


def set_apart(guidance: Guidance, deals: Sequence[Deal]) -> list[str]:
    """What tells each of *deals*, which are called the same, from the others: "Intermediary: None".

    That is what is known of it, and not of all of them alike; "" where nothing is.
    """
    named = naming_questions(guidance)
    differing = [q for q in guidance.questions.values() if q not in named
                 and len({deal.known(q.fact) for deal in deals}) > 1]
    return [" · ".join(f"{q.label[:1].upper()}{q.label[1:]}: "
                       f"{', '.join(_labels(q, deal.known(q.fact)))}"
                       for q in [q for q in differing if deal.known(q.fact)][:MOST_APART])
            for deal in deals]


def _labels(question: Question, values: Iterable[str]) -> list[str]:
    """What *values* are called, in the order of the choices of *question*."""
    order = {choice.value: n for n, choice in enumerate(question.choices)}
    return [question.label_of(v)
            for v in sorted(values, key=lambda v: (order.get(v, len(order)), v))]


def _inside(label: str) -> str:
    """*label* inside a list; abbreviations keep their capitals."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
