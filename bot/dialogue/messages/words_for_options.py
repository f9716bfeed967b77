"""How two options are put in words: what parts them, what asks which of them it should be."""

from collections.abc import Iterator, Sequence

from bot.dialogue.messages.asking_by_name import without
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.understood import TakeApart, Understood
from bot.dialogue.messages.wondering import unopened
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span, covered
from retrieval.words.tokens import Token

ENDING_WORDS = 2
"""Most words behind what judges at the end of a message: "…, less of a headache for us?"."""
_PAUSES = frozenset({",", "-", "–", "—", ":", "."})


class WordsForOptions:
    """Finds them with the small words of one release.

    Args:
        cues: Its cue lists, compiled.
        intents: Its lists of phrases by which people steer.
        steering: Its phrases by which people steer.
        of: Takes a text apart.
    """

    def __init__(
        self, cues: Cues, intents: Cues, steering: Steering, of: TakeApart
    ) -> None:
        self._cues, self._intents, self._steering, self._of = cues, intents, steering, of

    def asks(self, understood: Understood, *, apart: bool = True) -> bool:
        """Whether it asks how two things compare, or which of them it should be.

        *apart* is whether a bare "vs" asks it as well.
        """
        tokens, cues = understood.reading.tokens, self._cues
        asking = ("asks_to_choose", "asks_of_one")
        ends = self._intents.find("what_it_does", tokens)
        if ends and not any(t.is_word for t in tokens[ends[-1][1] :]) and (
                cues.starts("inverted", unopened(tokens, cues))) and (
                next(self.parted(understood), None) is not None):
            return True  # "would renting instead of selling help"
        return any(cues.find(name, tokens) for name in asking) or (
            apart and self._holds_apart(tokens)) or (
            self._steering.holds_against(understood.reading)) or any(
            self.judges(understood, span) for span in understood.clauses.sentences())

    def judges(self, understood: Understood, span: Span) -> bool:
        """Whether the tokens of *span* ask how one thing is beside another."""
        reading, cues = understood.reading, self._cues
        tokens = reading.tokens[slice(*span)]
        return bool(cues.find("judges_options", tokens)) and (
            tokens[-1].norm == "?" or self._steering.wondering.is_question(reading, span)
            or cues.starts("inverted", unopened(tokens, cues)) > 0
            or self.judged_behind(tokens))

    def judged_behind(self, tokens: Sequence[Token]) -> bool:
        """Whether a question behind a comma judges: "the army instead, would that be safer"."""
        for behind in (tokens[i + 1 :] for i, t in enumerate(tokens) if t.norm in _PAUSES):
            judging = self._cues.find("judges_options", behind)
            if judging and (self._cues.starts("inverted", behind) or (
                    # "The army, which is better known there" asks nothing.
                    self._cues.starts("question", behind)
                    and sum(t.is_word for t in behind[judging[-1][1] :]) <= 1)):
                return True
        return False

    def is_of_one(self, understood: Understood) -> bool:
        """Whether it asks of one thing how that is beside what is known, and names no other."""
        reading, clauses, cues = understood.reading, understood.clauses, self._cues
        put = len(clauses.sentences()) > 1 and cues.find("puts_an_option", reading.tokens)
        ends = any(reading.tokens[first - 1].norm in _PAUSES for first, last in cues.find(
            "judges_options", reading.tokens) if first and sum(
                t.is_word for t in reading.tokens[last:]) <= ENDING_WORDS)
        return not self._steering.what_if.supposes(reading, clauses) and bool(
            ends or self.judged_behind(reading.tokens)
            or cues.find("asks_of_one", reading.tokens) or (
                put and cues.find("asks_to_choose", reading.tokens)))

    def points_back(self, half: Understood) -> bool:
        """Whether *half* is of nothing but the deal as it is: "is that worse"."""
        tokens = half.reading.tokens
        small = self._cues.covered(
            tokens, FUNCTION_WORDS, "judges_options", "asks_to_choose", "asks_of_one", "inverted",
            "sentence_openers", "announces_options", "asks_which_way", "place_judged_beside")
        return all(i in small for i, token in enumerate(tokens) if token.is_word)

    def only_denies(self, half: Understood) -> bool:
        """Whether *half* says no more than that something isn't so: "if they don't", "not"."""
        tokens, cues = half.reading.tokens, self._cues
        small = cues.covered(tokens, FUNCTION_WORDS, "pronouns", "inverted", "plain_denials")
        # The "no" of "or is that no better" denies nothing by itself.
        denials = cues.words("plain_denials") - cues.words("bare_no")
        return any(t.norm in denials for t in tokens) and all(
            i in small for i, token in enumerate(tokens) if token.is_word)

    def unsupposed(self, part: str) -> str:
        """*part* as it would be if it were told: of "if they sign" that they sign."""
        tokens = self._of(part).reading.tokens
        words = unopened(tokens, self._cues)
        length = self._steering.begins("what_if_asked", words)
        return part[words[length].start :] if length and words[length:] else part

    def _holds_apart(self, tokens: Sequence[Token]) -> bool:
        """Whether a "vs" stands between two things, and is no "very": "yes v close", "v vague"."""
        small, very = self._cues.covered(tokens, FUNCTION_WORDS), self._cues.words("may_be_very")
        return any(first and tokens[first - 1].is_word
                   and (tokens[first].norm not in very or first - 1 not in small or last in small)
                   for first, last in self._cues.find("holds_apart", tokens))

    def sets_apart(self, understood: Understood) -> bool:
        """Whether it has words for two things that are held against each other, or for none."""
        tokens, cues = understood.reading.tokens, self._cues
        return next(self.parted(understood), None) is not None or bool(
            cues.find("asks_of_one", tokens)) or self._holds_apart(tokens) or (
            self._steering.holds_against(understood.reading))

    def tells_beside(self, understood: Understood) -> bool:
        """Whether a sentence beside the one that asks tells something of the deal.

        "We could also offer drones. Which is safer?" puts forward what is asked about.
        """
        reading, cues = understood.reading, self._cues
        beside = [span for span in understood.clauses.sentences()
                  if not self.judges(understood, span)
                  and not any(cues.find(name, reading.tokens[slice(*span)])
                              for name in ("asks_to_choose", "asks_of_one"))]
        if len(beside) == len(understood.clauses.sentences()):
            return False  # "compare Jordan and Egypt"
        return any(m.strength.is_firm and first <= m.first < last
                   for m in reading.mentions for first, last in beside) and not any(
            cues.find(name, reading.tokens[slice(*span)])
            for span in beside for name in ("puts_an_option", "parts_options"))

    def parted(self, understood: Understood) -> Iterator[tuple[str, str, str]]:
        """Its text parted in two by what parts options, and that; the likeliest first."""
        tokens = understood.reading.tokens
        asking = [span for name in ("asks_to_choose", "asks_of_one", "judges_options")
                  for span in self._cues.find(name, tokens)]
        # To a model "thermal, what would you pick" is hardly thermal imaging.
        text = without(understood.reading.text, [
            (tokens[first].start, tokens[last - 1].end) for first, last in asking])
        spans = [s for s in self._cues.find("parts_options", tokens)
                 if covered(asking).isdisjoint(range(*s))]
        announced = [last for _, last in self._cues.find("announces_options", tokens)]
        spans += [s for s in self._cues.find("parts_options_announced", tokens)
                  if not spans and announced and announced[0] <= s[0]]
        # Behind "than" stands what it is held against, whatever an "or" lists before it.
        lists = self._cues.words("nor_words")
        for first, last in sorted(spans, key=lambda s: tokens[s[0]].norm in lists):
            if first > 0 and last < len(tokens):
                yield text[: tokens[first].start], text[tokens[last - 1].end :], tokens[first].norm
