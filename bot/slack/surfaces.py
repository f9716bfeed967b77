"""What has to be shown while the person waits: forms, passages, App Home, the command's word.

All of it only reads.  What a person sends with a form comes back as a delivery.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.casebook.standing import Standing
from bot.dialogue.conversation import ConversationId, Phase
from bot.dialogue.fitting import fitted
from bot.dialogue.interview import group_of
from bot.dialogue.judging import judge_all
from bot.dialogue.naming import deal_title, set_apart
from bot.dialogue.reply import Status
from bot.queue.cases import Case, Listed
from bot.reviews.review import Outcome
from bot.slack import names
from bot.slack.aloud import aloud
from bot.slack.handing_over import HandingOver, Links
from bot.slack.home import MOST_DEALS, HomeDeal, home_view
from bot.slack.names import Press
from bot.slack.parts import Parts
from bot.slack.splitting import Block, Span, fit, section
from bot.slack.views import (
    comment_view,
    country_options,
    intake_view,
    most_text,
    notice_view,
    passages_view,
    plain_view,
    try_out_view,
    watch_view,
)
from retrieval.guidance import Fact, Guidance

LOOKED_AT = 200
"""Conversations looked through for deals: in direct messages each question begins one."""
IN_COMMAND = 10
"""Deals that the command lists."""
LINK_SECONDS = 1.0
"""How long the command waits for their addresses: Slack waits three seconds for its word."""


@dataclass(frozen=True, slots=True)
class Surfaces:
    """Draws what is asked for.

    `reviewers` are the ids of the people who see the queue in App Home.
    """

    parts: Parts
    handing_over: HandingOver
    reviewers: frozenset[str]
    now: Callable[[], datetime]

    # --- modals -----------------------------------------------------------------------------

    def view(self, action: str, team: str, user: str, press: Press) -> Block | None:
        """The modal that the button *action* opens for *user*; None if it opens none."""
        say, parts = self.parts.say, self.parts
        if action in {names.HOME_START, names.DESCRIBE_DEAL}:
            return intake_view(parts.advisor.guidance, say, deal=None, private="",
                               most=most_text(parts.advisor.message_limit))
        if action not in {names.CORRECT, names.SOMETHING_CHANGED, names.TRY_OUT, names.PASSAGES,
                          names.PLAIN, names.WATCH, names.COMMENT}:
            return None
        case = self._case(team, user, press)
        if case is None:
            return self.trouble()
        if action in {names.PASSAGES, names.PLAIN}:
            return self._said(action, case, press)
        if action == names.WATCH:
            return watch_view(press.dump(), say, self.now().date(), case.watch_on)
        if action == names.COMMENT:
            return comment_view(press.dump(), say)
        conversation = parts.store.load(case.conversation)
        # It says what was known when it was opened, whichever reply it was opened from.
        opened = Press(press.conversation, conversation.version)
        if action == names.TRY_OUT:
            return try_out_view(parts.advisor.guidance, say, deal=conversation.deal,
                                private=opened.dump())
        return intake_view(parts.advisor.guidance, say, deal=conversation.deal,
                           private=opened.dump(),
                           most=most_text(parts.advisor.message_limit))

    def trouble(self) -> Block:
        """A modal that says that something went wrong."""
        say = self.parts.say
        return notice_view(say.say("loading.title"), say.say("acts.later"))

    def _said(self, action: str, case: Case, press: Press) -> Block:
        """A recorded reply's passages, or its plain wording."""
        turn = self.parts.store.turn_at(case.conversation, press.turn)
        if turn is None:
            return self.trouble()
        drawn = passages_view if action == names.PASSAGES else plain_view
        return drawn(turn.reply, self.parts.editions.of(turn.release), self.parts.say)

    def countries(self, query: str) -> list[Block]:
        """Countries that fit what was typed so far."""
        return country_options(self.parts.advisor.guidance, query)

    def corrects(self, team: str, user: str, press: Press) -> bool:
        """Whether *user* may correct what is known of the deal that *press* names."""
        return self._case(team, user, press) is not None

    def _case(self, team: str, user: str, press: Press) -> Case | None:
        """What *press* names, unless another workspace has it or somebody else alone."""
        case = self.parts.cases.case(team, ConversationId(press.conversation))
        return case if case is not None and case.is_theirs(user) else None

    # --- App Home ---------------------------------------------------------------------------

    def home(self, team: str, user: str) -> Block:
        """The Home tab of *user*."""
        cases = self.parts.cases
        queue = None
        if user in self.reviewers:
            waiting = cases.handed_over(team, LOOKED_AT)
            links = self.handing_over.review_links([one.case for one in waiting[:MOST_DEALS]])
            queue = self._told_apart(waiting, links)
        return home_view(self.parts.say, self._lines(self._deals(team, user)), queue)

    def _deals(self, team: str, user: str) -> list[Listed]:
        """The person's deals, latest first; a greeting or a question of the guidance is none."""
        return [one for one in self.parts.cases.of(team, user, LOOKED_AT) if _is_deal(one)]

    def _lines(self, deals: Sequence[Listed], seconds: float | None = None) -> list[HomeDeal]:
        """*deals* as they are listed; where *seconds* are given, with what Slack tells in them."""
        shown = [one.case for one in deals[:MOST_DEALS]]
        links = (self.handing_over.links(shown) if seconds is None
                 else self.handing_over.links_in_time(shown, seconds))
        return self._told_apart(deals, links)

    def _told_apart(self, deals: Sequence[Listed], links: Links) -> list[HomeDeal]:
        """*deals*, each with what tells it from those that are called the same."""
        lines = [self._line(one, links) for one in deals]
        alike: dict[str, list[int]] = {}
        for n, line in enumerate(lines[:MOST_DEALS]):
            alike.setdefault(line.title, []).append(n)
        for those in (those for those in alike.values() if len(those) > 1):
            apart = set_apart(self.parts.advisor.guidance, [deals[n].state.deal for n in those])
            for n, words in zip(those, apart, strict=True):
                lines[n] = replace(lines[n], apart=words, begun=deals[n].case.opened_at)
        return lines

    def _line(self, listed: Listed, links: Links) -> HomeDeal:
        guidance = self.parts.advisor.guidance
        case, conversation = listed.case, listed.state
        findings = judge_all(guidance, conversation.deal)
        return HomeDeal(
            conversation=case.conversation,
            turn=conversation.version,
            title=deal_title(guidance, conversation.deal),
            state=self.parts.say.say(_state(listed)),
            updated=listed.updated_at or case.opened_at,
            link=links.get(case.conversation),
            raised=sum(f.status is Status.RAISED for f in findings),
            next_question=_asked(guidance, fitted(conversation, guidance).awaiting()),
        )

    # --- the command ------------------------------------------------------------------------

    def status(self, team: str, user: str) -> dict[str, Any]:
        """The person's deals, as what the command answers."""
        say = self.parts.say
        deals = self._deals(team, user)
        if not deals:
            return {"text": say.say("acts.command_no_deal")}
        parts = [[Span(say.say("acts.status_head"), "*")]]
        parts += [list(self._told(deal)) for deal in self._lines(deals[:IN_COMMAND], LINK_SECONDS)]
        if len(deals) > IN_COMMAND:
            parts.append([Span(say.say("home.more", n=len(deals) - IN_COMMAND))])
        blocks = [section(chunk.text) for part in parts for chunk in fit(part)]
        return {"text": aloud(blocks, (), ()), "blocks": blocks}

    def _told(self, deal: HomeDeal) -> Iterator[Span]:
        """A deal as the command lists it."""
        say = self.parts.say
        yield from (Span("• "), Span(deal.title or say.say("home.untitled")))
        if deal.apart:
            yield Span(f" ({deal.apart})")
        yield Span(f": {deal.state}")
        if deal.raised:
            flags = "home.flag_one" if deal.raised == 1 else "home.flag_many"
            yield Span(", " + say.say(flags, n=deal.raised))
        if deal.begun:
            yield from (Span(", " + say.say("home.begun") + " "), Span("", moment=deal.begun))
        if deal.link:
            yield from (Span(" "), Span(say.say("home.link"), url=deal.link))
        if deal.next_question:
            yield Span("\n" + say.say("home.next", question=deal.next_question))

    def latest(self, team: str, user: str) -> Press | None:
        """The deal that *user* spoke of last; where there is none, whatever they said last."""
        listed = self.parts.cases.of(team, user, LOOKED_AT)
        last = next(filter(_is_deal, listed), next(iter(listed), None))
        return None if last is None else Press(last.case.conversation, last.state.version)


def _is_deal(listed: Listed) -> bool:
    return bool(listed.state.deal.answers) or listed.state.pending is not None


def _asked(guidance: Guidance, facts: Sequence[Fact]) -> str | None:
    """The question that waits for an answer, the first of several; None for nothing."""
    if not facts:
        return None
    group, question = group_of(guidance, facts), guidance.questions[facts[0]].wording
    # What opens several is no question by itself.
    return question if group is None else f"{group.wording} {question}"


_REVIEWED: Mapping[Standing, str] = {
    Standing.UNDER_REVIEW: "home.state_reviewing", Standing.SIGNED_ONCE: "home.state_reviewing",
    Standing.WAITING: "home.state_compliance_asks", Standing.LAPSED: "home.state_lapsed",
}


def _state(listed: Listed) -> str:
    """The sentence that says how a deal stands: its review first, since that is of people."""
    if listed.standing is Standing.SIGNED:
        return f"home.state_{listed.outcome or Outcome.AGREED}"
    if listed.standing in _REVIEWED:
        return _REVIEWED[listed.standing]
    if listed.handed_over:
        return "home.state_handed_over"
    if listed.state.pending is not None:
        return "home.state_asking"
    return "home.state_advised" if listed.state.phase is not Phase.NEW else "home.state_new"
