"""What a language model is asked for in a second look, and what of its say is taken.

It may read the message for facts that were missed, put a loose question as queries, and word what
was decided.  Its readings go through rules and its drafts through the fence before they count.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.answering.stepping import Ground, Step
from bot.chat.calls import Ended
from bot.dialogue import citing
from bot.dialogue.conversation import Message
from bot.dialogue.fencing.parting import place_of
from bot.dialogue.intents import Intent
from bot.dialogue.phrasing import Wording
from bot.dialogue.pointing import points_of, worded, worth_wording
from bot.dialogue.replies.widening import widened
from bot.dialogue.second_reading import READ_FOR, merged
from bot.language_model.fence import Fence
from bot.language_model.usage import ChatUsage
from bot.language_model.uses import Uses
from bot.second_look.thought import Thought
from bot.turns.turn import Drafted
from retrieval.matches import Found, Query, Search

_NOT_CALLED = frozenset({Ended.RESTING, Ended.BUSY, Ended.SPENT})
"""Ends of a call after which another would end alike."""


class Consulting:
    """Asks the model of an installation; safe to share between threads.

    Args:
        uses: What the model is asked for.
        fence: Judges its drafts.
        usage: The counters.
        wording: The bot's own sentences.
        in_time: Whether something can still come of a look; asked before each call.
    """

    def __init__(
        self, uses: Uses, fence: Fence, usage: ChatUsage, wording: Wording,
        in_time: Callable[[Thought], bool],
    ) -> None:
        self._uses = uses
        self._fence = fence
        self._usage = usage
        self._wording = wording
        self._in_time = in_time

    def _may_ask(self, thought: Thought) -> bool:
        """Whether another call can be of use."""
        hopeless = bool(thought.calls) and thought.calls[-1].ended in _NOT_CALLED
        return not hopeless and thought.go_on() and self._in_time(thought)

    def _spent(self, thought: Thought) -> int:
        return self._usage.spent(thought.workspace) + thought.tokens()

    def read(self, thought: Thought, ground: Ground) -> Message:
        """The message, with what the model read in it as far as that may be taken."""
        message, read = thought.first.message, self._uses.read
        if (read is None or message.intent not in READ_FOR or not message.text.strip()
                or not self._may_ask(thought)):
            return message
        guidance = ground.edition.guidance
        call, proposed = read(message, ground.fitted, guidance, spent=self._spent(thought))
        thought.made(call)
        merging = merged(message, proposed, ground.fitted, guidance)
        thought.dropped = merging.dropped
        return merging.message

    def searching(
        self, thought: Thought, ground: Ground, message: Message
    ) -> Search | None:
        """The search with the model's queries beside the question; None where there are none."""
        rewrite = self._uses.rewrite
        if rewrite is None or message.intent is not Intent.ASK or not self._may_ask(thought):
            return None
        call, more = rewrite(
            message, ground.fitted, ground.edition.guidance, spent=self._spent(thought))
        thought.made(call)
        search = ground.edition.search

        def fused(queries: Sequence[Query]) -> Sequence[Found]:
            return [widened(one, search(more)) for one in search(queries)]

        return fused if more else None

    def worded(self, thought: Thought, step: Step) -> Step:
        """*step* with its reply worded by the model, where the fence lets that pass."""
        word, guidance = self._uses.word, step.ground.edition.guidance
        if word is None or not self._may_ask(thought):
            return step
        if not worth_wording(step.reply):
            return step
        points = points_of(step.reply, guidance)
        if any(map(self._uses.speaks_to_programs, (t for p in points for t in p.evidence))):
            # Its document was taken in all the same; what it orders would pass as its own words.
            return step
        message = step.decision.message
        question = message if message.intent is Intent.ASK else None
        call, draft = word(points, question, guidance, spent=self._spent(thought))
        thought.made(call)
        if draft is None:
            return step
        proposed, draft = draft, self._fence.parted(draft)
        refusal = self._fence.inspect(draft, points)
        if refusal is not None:
            fell = None if refusal.sentence is None else draft.sentences[refusal.sentence]
            # As it is kept, the draft is what the model said.
            thought.refusal = replace(
                refusal, sentence=None if fell is None else place_of(fell, proposed))
            return step
        thought.drafted = Drafted(draft, self._fence.rules)
        reply = worded(step.reply, draft, points, call.model, self._wording)
        citing.check(reply, guidance)
        return replace(step, reply=reply)
