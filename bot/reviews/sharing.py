"""What tells which deal it is, taken out of words that go into the shared corpus.

Nobody can find every name by a program, so this takes too much sooner than too little, and a
person reads what is left before it is shared.  Countries and kinds of end-user stay: the
vocabulary knows them, and the case would be of no use without.
"""

import re
from collections.abc import Callable, Iterator

from retrieval.guidance import Guidance
from retrieval.words.tokens import words_of

NAME, AMOUNT, DATE, CONTACT = "[name]", "[amount]", "[date]", "[contact]"

_MARK = re.compile(r"\[redacted: [^\]]*\]")
_MONTH = (r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
          r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?")
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"\b{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}\b|\b\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:{_YEAR}|\d\d)\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? {_YEAR})?\b"
    rf"|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? {_YEAR})?\b|\b{_MONTH},? {_YEAR}\b"
    rf"|\bQ[1-4](?:[ /-]?{_YEAR})?\b|\b{_YEAR}\b", re.IGNORECASE)
# Bounded, or a long list of numbers would be looked through to its end from each of them.
_DIGITS = r"(?:\d[\d.,' \u00a0]{0,40}\d|\d)"
_NUMBER = rf"(?<![\w-]){_DIGITS}"
_SCALE = r"(?:\s?(?:k|m|mn|mio|bn|thousand|million|billion)\b)"
_CURRENCY = (r"(?:\b(?-i:[A-Z]{3})(?=\s?\d)|US\$|[$€£¥₹₽₦₺]"
             r"|(?:USD|EUR|GBP|CHF|JPY|CNY|INR|AED|SAR|KES|NGN|dollars?|euros?|pounds?|shillings?|francs?|dirhams?|riyals?|bucks)\b)")
_AMOUNT = re.compile(
    rf"{_CURRENCY}\s?{_DIGITS}{_SCALE}?"
    rf"|{_NUMBER}{_SCALE}?\s?{_CURRENCY}"
    rf"|{_NUMBER}{_SCALE}|(?<![\w-])(?:\d{{1,3}}(?:[,']\d{{3}})+|\d{{3,}})\b", re.IGNORECASE)
_FORM = (r"(?:Ltd|Limited|LLC|LLP|Inc|Corp|Corporation|Co|Company|GmbH|AG|SA|SARL|SAS|SpA|Srl|BV|NV"
         r"|AB|AS|Oy|PLC|Pty|FZE|FZCO|JSC|OOO|Holdings?|Group)")
_COMPANY = re.compile(rf"\b(?:[A-Z][\w&’'-]*[ ,]{{1,2}}){{1,5}}{_FORM}\b\.?")
_QUOTED = re.compile(r"[“\"«]([^”\"»]{1,80})[”\"»]")
_WORD = re.compile(r"[^\W_][\w’'&-]*")
_OPENING = frozenset("“\"'([")
_ENDS = frozenset(".!?:;\n•*-")
"""What a sentence or an item ends with, so that what stands behind it begins one."""
_MIXED = re.compile(r"(?=.*\d)(?=.*[^\W\d_])|[^\W\d_]*[a-z][A-Z]")
_KEPT = frozenset({"i", "ok", "pm", "am", "eu", "un", "usa", "us", "uk", "uae", "it", "hr"})
_SMALL = re.compile(r"^\d{1,2}(?:st|nd|rd|th|g|x)$", re.IGNORECASE)


class Sharing:
    """Takes out of words what tells which deal it is.

    Args:
        guidance: Its vocabulary says which words are of the domain; they stay.
        forms: Takes out what has a form: addresses, numbers to call, ids, links.
    """

    def __init__(self, guidance: Guidance, forms: Callable[[str], str]) -> None:
        self._forms = forms
        self._english = guidance.vocabulary.english
        self._known = frozenset(_known(guidance))
        self._places = _known_pairs(guidance)

    def clean(self, text: str) -> str:
        """*text* with marks in the place of what is taken out."""
        text = _MARK.sub(CONTACT, self._forms(text))
        text = _COMPANY.sub(NAME, text)
        text = _QUOTED.sub(self._quoted, text)
        text = _DATE.sub(DATE, text)
        text = _AMOUNT.sub(AMOUNT, text)
        parts: list[str] = []
        end = 0
        for start, stop in self._names(text):
            between = text[end:start]
            # A name of several words is one.
            if not (parts and parts[-1] == NAME and not between.strip()):
                parts += [between, NAME]
            end = stop
        return "".join([*parts, text[end:]])

    def _names(self, text: str) -> Iterator[tuple[int, int]]:
        marks = [found.span() for found in re.finditer(r"\[(?:name|amount|date|contact)\]", text)]
        places = list(self._known_places(text))
        held: tuple[int, int] | None = None
        for found in _WORD.finditer(text):
            start, stop = found.span()
            if any(a <= start and stop <= b for a, b in (*marks, *places)):
                held = None
                continue
            first = _begins(text, start)
            if self._is_name(found[0], first=first):
                # "Ada Byron": the first of the two may be a plain word elsewhere.
                if held is not None and not text[held[1]:start].strip():
                    yield held
                yield start, stop
            doubtful = first and found[0][:1].isupper() and not self._of_the_domain(found[0])
            held = (start, stop) if doubtful and not self._is_name(found[0], first=True) else None

    def _is_name(self, word: str, *, first: bool) -> bool:
        bare = re.sub(r"[’']s?$", "", word)
        if _SMALL.match(bare) or bare.casefold() in _KEPT or self._of_the_domain(bare):
            return False
        if _MIXED.match(bare):
            return True
        if not bare[:1].isupper():
            return False
        # A sentence begins with a capital whatever the word is; a name there is no plain word.
        return not (first and not bare[1:].isupper() and self._plain(bare)) or (
            len(bare) > 1 and bare.isupper())

    def _plain(self, word: str) -> bool:
        return all(part in self._english for part in re.split(r"[’'&-]", word.casefold()) if part)

    def _of_the_domain(self, word: str) -> bool:
        parts = [token.norm for token in words_of(word)]
        return bool(parts) and all(part in self._known for part in parts)

    def _known_places(self, text: str) -> Iterator[tuple[int, int]]:
        for name in self._places:
            for found in re.finditer(rf"\b{re.escape(name)}\b", text, re.IGNORECASE):
                yield found.span()

    def _quoted(self, found: re.Match[str]) -> str:
        """What stands in quotes goes where a capital says that it is a name."""
        said = found[1].strip()
        capital = said[:1].isupper() and len(said.split()) <= 4
        return NAME if capital and not self._of_the_domain(said) else found[0]


def _begins(text: str, at: int) -> bool:
    """Whether a sentence begins at *at*: looked at backwards, over opening marks and blanks."""
    end = at
    while end and text[end - 1] in _OPENING:
        end -= 1
    while end and text[end - 1].isspace() and text[end - 1] != "\n":
        end -= 1
    return not end or text[end - 1] in _ENDS


def _known(guidance: Guidance) -> Iterator[str]:
    """Words of the vocabulary, of the choices and of the glossary that may stay in capitals."""
    vocabulary = guidance.vocabulary
    phrases = [phrase for term in vocabulary.terms
               for phrase in (*term.terms, *term.weak, *term.asked)]
    phrases += [name for entry in vocabulary.glossary for name in entry.names]
    phrases += [choice.label for question in guidance.questions.values()
                for choice in question.choices]
    return (token.norm for phrase in phrases for token in words_of(phrase))


def _known_pairs(guidance: Guidance) -> tuple[str, ...]:
    """Names of several words that the vocabulary has, such as those of countries."""
    return tuple(dict.fromkeys(
        phrase for term in guidance.vocabulary.terms for phrase in term.terms
        if " " in phrase and phrase != phrase.casefold()))
