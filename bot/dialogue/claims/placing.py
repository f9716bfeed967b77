"""Which of the countries named is the place of use: not the seller's, not the go-between's."""

from collections.abc import Collection, Sequence

from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.claims.roles import Roles
from bot.dialogue.small_words.cues import Cues
from retrieval.guidance import Guidance, QuestionKind, Role
from retrieval.words.mentions import Mention, Reading, Strength

MOST_SEAT_WORDS = 5
"""Most words from a go-between to where it sits: "the middleman is a guy from Lebanon"."""
MOST_FIRM_WORDS = 6
"""Most words from a "we are" to the firm that it is of."""
MOST_BACK_WORDS = 2
"""Most tokens from the "no" that goes back on a place to the right one: "Peru? no wait, Chile"."""


def of_place_of_use(
    at: Utterance, roles: Roles, known: Collection[str] = ()
) -> tuple[Mention, ...]:
    """The mentions, less the countries of the seller and of a go-between.

    What counts is the place of use: "a Dubai reseller for the police in Kenya" is Kenya, and
    "the reseller is Turkish" leaves the country open.  So do a bank, a stop on the way, an owner
    and a neighbour, see `bot.dialogue.claims.roles`; and people are called Jordan and Chad.  Where
    a buyer sits counts as long as no other place is named or *known*.
    """
    reading, guidance, cues = at.reading, at.guidance, at.cues
    countries = [m for m in reading.mentions
                 if guidance.questions[m.fact].kind is QuestionKind.COUNTRY]
    parties = [m for m in reading.mentions if (
        question := guidance.questions[m.fact]).role is Role.GO_BETWEEN and m.value != question.no]
    named = [m for m in parties if m.strength.is_firm]
    between = [m for m in countries
               if _is_go_betweens(reading, m, named, roles, cues)
               or _is_somebodys(reading, m, guidance, cues) or roles.elsewhere(m)
               or _is_a_persons(reading, m, cues)]
    sellers = [m for m in countries if _is_sellers(reading, m, cues)]
    left = [m for m in countries if m not in between and m not in sellers]
    left = [m for m in left if not _is_gone_back_on(m, left, reading, cues)]
    # Whoever is only called a partner may be the buyer; "a partner in Istanbul" for Baku is not.
    weakly = [m for m in parties if _is_weakly_named(m, reading, cues)]
    partners = [m for m in left if _is_go_betweens(reading, m, weakly, roles, cues)]
    if {m.value for m in left if m not in partners} - {m.value for m in partners}:
        left = [m for m in left if m not in partners]
        between += partners
    seats = _seats(left, roles, known)
    out = {*between, *sellers, *seats, *(
        m for m in countries if _is_gone_back_on(m, countries, reading, cues))}
    return tuple(m for m in reading.mentions if m not in out)


def _is_gone_back_on(
    place: Mention, places: Sequence[Mention], reading: Reading, cues: Cues
) -> bool:
    """Whether another place is named at once in its stead: "Iran? no, Egypt"."""
    tokens = reading.tokens
    if [t.norm for t in tokens[place.last : place.last + 1]] != ["?"]:
        return False
    begin = place.last + 1
    behind = begin + cues.starts("no", tokens[begin:])
    return behind > begin and any(
        behind <= m.first <= behind + MOST_BACK_WORDS and m.value != place.value for m in places)


def _seats(places: Sequence[Mention], roles: Roles, known: Collection[str]) -> list[Mention]:
    """Those of *places* where a buyer sits who uses it in another of them, or one *known*."""
    named = [m for m in places if roles.is_seat(m)]
    others = {m.value for m in places if m not in named} | set(known)
    return [m for m in places if (m in named and others - {m.value}) or any(
        m.value != other.value and roles.is_seat_of(m, other) for other in places)]


def _is_sellers(reading: Reading, country: Mention, cues: Cues) -> bool:
    """Whether it is where the seller sits: "we're a German company", "I'm based in London"."""
    if _is_writers(reading, country, cues):
        return True
    following = [t.norm for t in reading.tokens[country.last : country.last + 2]]
    before = [t.norm for t in reading.tokens[max(0, country.first - 6) : country.first]]
    first_person, home_words = cues.words("first_person"), cues.words("home_words")
    if not any(w in first_person for w in before):
        return False
    rest = reading.tokens[country.last : country.last + 1]
    if (not rest or rest[0].ends_clause) and any(
            cues.is_one("we_are", reading.tokens[country.first - n : country.first])
            for n in (1, 2) if n <= country.first):
        return True  # "we are Czech" names no place of use
    seller_nouns = cues.words("seller_nouns")
    if any(w in home_words or w in seller_nouns for w in following):
        return True
    last = max(i for i, w in enumerate(before) if w in first_person)
    between = before[last + 1 :]
    home = any(w in home_words for w in between)
    beside = home_words | cues.words("home_places") | cues.words("home_links")
    return home and all(w in beside for w in between)


def _is_writers(reading: Reading, country: Mention, cues: Cues) -> bool:
    """Whether whoever writes has a firm there: "we're a hospital supplies firm in Nairobi"."""
    tokens = reading.tokens
    at = country.first
    while at and tokens[at - 1].norm in cues.words("is_from") | cues.words("is_where"):
        at -= 1
    begin = max(0, at - 1 - MOST_FIRM_WORDS)
    return at < country.first and at > 0 and tokens[at - 1].norm in cues.words("seller_nouns") and (
        any(not any(t.ends_clause for t in tokens[begin + last : at])
            for _, last in cues.find("we_are", tokens[begin:at])))


def _is_weakly_named(party: Mention, reading: Reading, cues: Cues) -> bool:
    """Whether a go-between is only called a partner, or is "our" trader, or is named outright."""
    ours = party.first > 0 and (
        reading.tokens[party.first - 1].norm in cues.words("first_person"))
    return party.strength.is_firm or party.strength is Strength.WEAK or (
        ours and party.strength is Strength.ASKED)


def _is_go_betweens(
    reading: Reading, country: Mention, parties: Sequence[Mention], roles: Roles, cues: Cues
) -> bool:
    """Whether one of *parties* sits there: "a Dubai reseller", "a distributor based in Oman"."""
    by_way_of = cues.words("by_way_of")
    return any(
        (m.first == country.last and reading.tokens[m.first].norm not in by_way_of)
        or (m.last <= country.first <= m.last + MOST_SEAT_WORDS
            and roles.sits(m.last, country.first)) for m in parties)


def _is_somebodys(
    reading: Reading, country: Mention, guidance: Guidance, cues: Cues
) -> bool:
    """Whether somebody sits there who turns out to be between: "a guy in Oman, he's a broker"."""
    tokens = reading.tokens
    if country.first < 2 or tokens[country.first - 1].norm not in cues.words("sits") or (
            tokens[country.first - 2].norm not in cues.words("somebody")):
        return False
    end = next((i for i in range(country.last, len(tokens)) if tokens[i].ends_sentence),
               len(tokens))
    behind = [m for m in reading.mentions if country.last <= m.first < end
              and m.strength.is_firm]
    between = [m.first for m in behind if guidance.questions[m.fact].role is Role.GO_BETWEEN
               and m.value != guidance.questions[m.fact].no]
    users = [m.first for m in behind if guidance.questions[m.fact].role is Role.END_USER]
    return bool(between) and min(between) <= min(users, default=end)


def _is_a_persons(reading: Reading, place: Mention, cues: Cues) -> bool:
    """Whether it is somebody's first name: "Jordan Smith from the police"."""
    tokens = reading.tokens[place.first : place.last + 2]
    if len(tokens) != 3 or not cues.starts("given_names", tokens):
        return False
    first, name, behind = tokens
    named = any(m.first <= place.last < m.last and m.strength.is_firm for m in reading.mentions)
    return (first.text[:1].isupper() and name.text.istitle() and not named
            and (behind.norm == "," or bool(cues.starts("behind_a_name", [behind]))))
