"""What was chosen by the buttons of a reply, in words: it stands there in place of the buttons."""

from collections.abc import Mapping, Sequence

from bot.dialogue.conversation import ConversationId
from bot.queue.cases import Case
from bot.slack.inbound import of_press
from bot.slack.parts import Parts
from bot.slack.versions import Versions
from bot.turns.delivery import Act
from bot.turns.turn import Turn
from retrieval.guidance import Question

Answers = Mapping[str, list[str] | None]
"""What was chosen by fact; None is "I don't know"."""
Labels = Mapping[str, str]
"""The same in words."""


class Chosen:
    """Says what was chosen; see `bot.slack.shown.Shown.answered`."""

    def __init__(self, parts: Parts, versions: Versions) -> None:
        self._parts = parts
        self._say = parts.say
        self._versions = versions

    def labels(self, conversation: ConversationId, asking: Turn, answers: Answers) -> Labels:
        """*answers*, as far as the reply of *asking* asks for them.

        What was left blank there and is told all the same isn't open.
        """
        question = asking.reply.question
        if question is None:
            return {}
        questions = self._parts.editions.of(asking.release).questions
        deal = self._parts.store.load(conversation).deal
        answers = {**{one.fact: sorted(deal.known(one.fact)) for one in question.all()
                      if deal.settled(one.fact)}, **answers}
        return {str(one.fact): self._label(questions[one.fact], answers[one.fact])
                for one in question.all() if one.fact in answers}

    def before(self, case: Case, turn: int, asking: Turn) -> Labels:
        """What was chosen already for what *asking* asks; nothing where nothing was.

        *turn* is what the buttons name, in whose place the reply may stand.
        """
        if asking.reply.question is None:
            return {}
        numbers = self._versions.numbers(case.conversation, turn)
        presses = tuple(
            f"{of_press(case.team, case.conversation, n, Act.ANSWER)}:" for n in numbers)
        pressed = next((one for one in reversed(self._parts.store.turns(case.conversation))
                        if one.key.startswith(presses)), None)
        return {} if pressed is None else self.labels(case.conversation, asking, {
            str(fact): None if answer.values is None else sorted(answer.values)
            for fact, answer in pressed.message.heard.items() if answer.message == pressed.key})

    def _label(self, question: Question, values: Sequence[str] | None) -> str:
        if values is None:
            return self._say.say("button.unknown")
        return ", ".join(map(question.label_of, values))
