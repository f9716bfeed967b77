"""Which of the countries named is the place of use: not the seller's, not the go-between's."""

from bot.dialogue.roles import Roles
from retrieval.guidance import Guidance, QuestionKind, Role
from retrieval.mentions import Mention, Reading

FIRST_PERSON = frozenset({"we", "we're", "our", "i", "i'm", "im", "weare", "us", "my"})
_SELLERS = frozenset({"company", "firm", "vendor", "manufacturer", "supplier", "exporter",
                      "startup", "business", "maker"})
_HOME_WORDS = frozenset({"based", "office", "offices", "hq", "headquarters", "headquartered",
                         "team", "entity", "subsidiary", "branch", "factory", "located"})
_LINKS = frozenset({"are", "am", "is", "a", "an", "no", "have", "has", "and", "only", "our", "we",
                    "i", "with", "sales", "own", "main", "head"})
_BY_WAY_OF = frozenset({"thru", "through", "via", "with", "using", "by"})
_PLACE_WORDS = frozenset({"is", "in", "from", "based", "of", "the", "out", "at", "registered",
                          "located", "headquartered"})
MOST_SEAT_WORDS = 5
"""Most words from a go-between to where it sits: "the middleman is a guy from Lebanon"."""


def of_place_of_use(
    reading: Reading, guidance: Guidance, roles: Roles
) -> tuple[Mention, ...]:
    """The mentions, less the countries of the seller and of a go-between.

    What counts is the place of use: "a Dubai reseller for the police in Kenya" is Kenya, and
    "the reseller is Turkish" leaves the country open.  So do a bank, a stop on the way, an owner
    and a neighbour; see `bot.dialogue.roles`.
    """
    countries = [m for m in reading.mentions
                 if guidance.questions[m.fact].kind is QuestionKind.COUNTRY]
    between = [m for m in countries
               if _is_go_betweens(reading, m, guidance, roles) or roles.elsewhere(m)]
    sellers = [m for m in countries if _is_sellers(reading, m)]
    return tuple(m for m in reading.mentions if m not in between and m not in sellers)


def _is_sellers(reading: Reading, country: Mention) -> bool:
    """Whether it is where the seller sits: "we're a German company", "I'm based in London"."""
    following = [t.norm for t in reading.tokens[country.last : country.last + 2]]
    before = [t.norm for t in reading.tokens[max(0, country.first - 6) : country.first]]
    if not any(w in FIRST_PERSON for w in before):
        return False
    if any(w in _SELLERS | _HOME_WORDS for w in following):
        return True
    last = max(i for i, w in enumerate(before) if w in FIRST_PERSON)
    between = before[last + 1 :]
    home = any(w in _HOME_WORDS for w in between)
    return home and all(w in _HOME_WORDS | _PLACE_WORDS | _LINKS for w in between)


def _is_go_betweens(
    reading: Reading, country: Mention, guidance: Guidance, roles: Roles
) -> bool:
    """Whether it is where a go-between sits: "a Dubai reseller", "a distributor based in Oman"."""
    for m in reading.mentions:
        question = guidance.questions[m.fact]
        nobody = m.value == question.no
        if question.role is not Role.GO_BETWEEN or nobody or not m.strength.is_firm:
            continue
        opener = reading.tokens[m.first].norm
        if m.first == country.last and opener not in _BY_WAY_OF:
            return True
        if m.last <= country.first <= m.last + MOST_SEAT_WORDS and roles.sits(
                m.last, country.first):
            return True
    return False
