"""What a message quotes above its own words, as people reply in a thread: "> the army too?".

What is quoted was said by others, or by us, and the words below are of that: a "yes" below a
colleague's question answers no question of ours, and below one of ours it answers that alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.dialogue.conversation import Conversation
from bot.dialogue.messages.answering_a_reviewer import unasked
from bot.dialogue.small_words.answer_words import leading
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues
from retrieval.guidance import Fact, Guidance
from retrieval.words.tokens import tokenise

_LINE = re.compile(r"[^\r\n]+")
_MARKS = re.compile(r"\s*>[\s>]*")
SHARED = 0.6
"""Least part of the words of a quoted line that are those of a question, for it to be that."""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that are quoted, and one's own words below them."""

    quoted: str
    """What is quoted, without its marks."""
    own: str
    """The whole message with blanks in place of all but the words below."""
    with_quoted: str
    """The same with what is quoted as well."""


def sections(text: str) -> Sequence[Section]:
    """*text* in sections, where it begins with a quoted line and has words of its own below.

    Who announces a quotation tells what it says: "they wrote:" and then the lines.
    """
    lines = [(m.start(), m.group()) for m in _LINE.finditer(text) if m.group().strip()]
    marks = [_MARKS.match(line) for _, line in lines]
    if not lines or marks[0] is None or marks[-1] is not None:
        return ()
    found: list[Section] = []
    nothing = " " * len(text)
    above, below = nothing, nothing
    for (start, line), mark in zip(lines, marks, strict=True):
        end = start + len(line)
        if mark is not None and below != nothing:
            found.append(_section(above, below))
            above = below = nothing
        if mark is not None:
            begin = start + mark.end()
            above = above[:begin] + text[begin:end] + above[end:]
        else:
            below = below[:start] + text[start:end] + below[end:]
    return (*found, _section(above, below))


def _section(above: str, below: str) -> Section:
    both = "".join(one if two == " " else two for one, two in zip(above, below, strict=True))
    if above.strip():
        # The line break between them, of which either has a blank.
        end = len(above.rstrip())
        both = both[:end] + "\n" + both[end + 1 :]
    return Section(above.strip(), below, both)


def read_in(
    section: Section, conversation: Conversation, guidance: Guidance, cues: Cues
) -> tuple[str, Conversation]:
    """What of *section* is read, and what it is said in: *conversation* as far as it is of that.

    Whoever agrees with what somebody else said says so themselves.
    """
    asked = _asked_in(section.quoted, conversation.awaiting(), guidance, cues)
    if asked:
        return section.own, replace(conversation, pending=asked[0], beside=asked[1:])
    words = [t for t in tokenise(section.own) if t.is_word]
    agrees = leading(words, cues)[1] == "yes" or cues.starts("confirms", words)
    told = bool(agrees or cues.find("others_say", words)) and "?" not in section.quoted
    return section.with_quoted if told else section.own, unasked(conversation)


def _asked_in(
    quoted: str, asked: Sequence[Fact], guidance: Guidance, cues: Cues
) -> tuple[Fact, ...]:
    """Which of the questions *asked* are *quoted*, by their words, their name or their number."""
    words = [t for t in tokenise(quoted) if t.is_word]
    small = cues.words(FUNCTION_WORDS)
    numbers = [int(t.norm) for t in words if t.norm.isdecimal()]
    if len(words) == len(numbers) == 1 and 0 < numbers[0] <= len(asked):
        return (asked[numbers[0] - 1],)
    said = {t.stem for t in words if t.norm not in small and not t.norm.isdecimal()}
    if not said:
        return ()
    shares = {fact: max(len(said & stems) / len(said) for stems in _worded(fact, guidance))
              for fact in asked}
    best = max(shares.values(), default=0.0)
    if best >= SHARED:
        return tuple(fact for fact in asked if shares[fact] == best)
    return tuple(asked) if any(
        said <= {t.stem for t in tokenise(group.wording)} for group in guidance.groups
        if set(group.facts) & set(asked)) else ()


def _worded(fact: Fact, guidance: Guidance) -> Iterator[set[str]]:
    """The stems of the wordings and names of the question for *fact*."""
    question = guidance.questions[fact]
    for words in (question.wording, question.label, *question.names):
        yield {token.stem for token in tokenise(words)}
