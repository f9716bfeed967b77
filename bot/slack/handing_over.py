"""Briefs: as files in the thread, and sent to the compliance channel with a link."""

import base64
import logging
import queue
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.brief.document import Brief
from bot.brief.markdown import to_markdown
from bot.brief.writing import NothingToBrief, brief_of
from bot.dialogue.conversation import ConversationId
from bot.dialogue.judging import judge_all
from bot.dialogue.naming import deal_title
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.ranking import ranked_findings
from bot.dialogue.reply import Status
from bot.queue.baton import aside
from bot.queue.cases import Case
from bot.slack.acquainting import beside, name_of
from bot.slack.aloud import aloud
from bot.slack.audience import Audience
from bot.slack.clients import Clients, told
from bot.slack.controls import plain_text
from bot.slack.inbound import of_press
from bot.slack.names import OPEN_CONSOLE, OPEN_LINK
from bot.slack.notes import note
from bot.slack.parts import Parts
from bot.slack.posts import EPHEMERAL, FILES, GUARDED, MESSAGE, TELLS
from bot.slack.replying import Replying
from bot.slack.splitting import Block, Span, fit, section
from bot.telemetry.told_once import tell_failure
from bot.turns.delivery import Act, CaseEvent, Outgoing, Taken, Then
from retrieval.guidance import Guidance

Links = Mapping[ConversationId, str | None]
"""Addresses by conversation; None where Slack gives none."""

_log = logging.getLogger("advisor.slack")


class HandingOver:
    """Writes briefs and sends deals to compliance.

    Args:
        parts: What handling needs.
        replying: Says what can't be done, and redraws the message pressed on.
        clients: For names and links.
        brief_say: The sentences of replies and briefs.
        channel: Id of the compliance channel; empty if there is none.
        page_of: The address of a conversation's page in the console; None where there is no
            console.
    """

    def __init__(
        self,
        parts: Parts,
        replying: Replying,
        clients: Clients,
        brief_say: Wording,
        channel: str,
        *,
        page_of: Callable[[ConversationId], str] | None = None,
    ) -> None:
        self._parts = parts
        self._replying = replying
        self._clients = clients
        self._brief_say = brief_say
        self._channel = channel
        self._page_of = page_of
        self._say = parts.say

    def brief(self, taken: Taken) -> None:
        """Put the brief into the thread, as Markdown and as PDF."""
        if self._replying.addressing.overheard(taken) or self._replying.put_aside(taken):
            return
        case = self._parts.cases.here(taken)
        brief = self._brief(taken, case, self._parts.advisor.guidance)
        if brief is None:
            self._replying.reply_with(taken, self._say.say("acts.nothing_told"))
            return
        body = {**note(self._say.say("acts.brief_text")), "files": _files(brief, taken)}
        event = CaseEvent("briefed", taken.delivery.author)
        self._parts.deliveries.close(
            taken, [Outgoing(f"{taken.delivery.key}:brief", FILES, body)], events=[event])

    def compliance(self, taken: Taken) -> None:
        """Send the deal to compliance: summary, link and brief; and say in the thread what is."""
        case, by = self._parts.cases.here(taken), taken.delivery.author
        key, turn = taken.delivery.key, int(taken.delivery.body["turn"])
        if self._replying.drawing.handed_by(case, turn) is not None:
            # Pressed twice: the message shows who has it already.
            self._parts.deliveries.close(taken, self._replying.drawing.update(taken, case, turn))
            return
        tries = self._under_way(taken, case, turn)
        if tries is not None:
            # A hasty thumb is answered by what is on its way; whoever has waited is told.
            late = self._late(taken, case, f"{key}:note")
            self._parts.deliveries.close(taken, [late] if tries else [])
            return
        if self._replying.put_aside(taken):
            return
        # Once for all that is sent, or a brief and its summary might be of two releases.
        guidance = self._parts.advisor.guidance
        brief = self._brief(taken, case, guidance)
        refusal = self._refusal(taken, brief)
        if brief is None or refusal is not None:
            self._replying.reply_with(taken, self._say.say(refusal or "acts.nothing_told"))
            return
        overheard = self._replying.addressing.is_overheard(taken)
        told_here = Outgoing(
            f"{key}:note", EPHEMERAL if overheard else MESSAGE,
            {**note(self._say.say("acts.handed_over_direct" if case.direct
                                  else "acts.handed_over_note")), "user": by})
        # Outsiders need not see that a deal went to compliance.
        updates = [] if overheard else self._replying.drawing.update(
            taken, case, turn, handed_by=by)
        late = self._late(taken, case, f"{key}:late")
        # Nobody is told that it was sent unless it was, and nor is the log.
        files = Outgoing(
            f"{key}:brief", FILES,
            {**note(self._say.say("acts.brief_attached")), "files": _files(brief, taken),
             TELLS: by},
            target={"after": f"{key}:summary"}, then=Then((told_here,), late=late))
        event = CaseEvent("handed_over", by,
                          {"turn": turn, "channel": self._channel, "summary": f"{key}:summary"})
        summary = Outgoing(
            f"{key}:summary", MESSAGE,
            {**self._summary(taken, case, guidance), GUARDED: True, TELLS: by},
            target={"channel": self._channel}, then=Then((files, *updates), (event,), late))
        self._parts.deliveries.close(taken, [summary])

    def _under_way(self, taken: Taken, case: Case, turn: int) -> int | None:
        """How often it was tried to send the advice of *turn*; None if nobody is sending it."""
        waiting = self._parts.deliveries.outbox.posts.waiting(case.conversation, ":summary")
        team = taken.delivery.team
        beginnings = tuple(
            f"{of_press(team, case.conversation, n, Act.COMPLIANCE)}:"
            for n in self._replying.drawing.numbers(case, turn)) if waiting else ()
        return next((tries for key, tries in waiting.items() if key.startswith(beginnings)), None)

    def _late(self, taken: Taken, case: Case, key: str) -> Outgoing:
        """The word that sending takes its time."""
        return Outgoing(key, MESSAGE, note(self._say.say("acts.hand_over_late")),
                        target=told_apart(case, taken.delivery.author))

    def _refusal(self, taken: Taken, brief: Brief | None) -> str | None:
        """Why nothing is sent, as the name of a sentence."""
        if brief is None:
            return "acts.nothing_told"
        if not self._channel:
            return "acts.no_channel"
        # Slack tells us of nobody who leaves, and people try again once a guest has.
        self._parts.audiences.forget(taken.delivery.team, self._channel)
        audience = self._parts.audiences.of(taken.delivery.team, self._channel)
        if audience is Audience.UNKNOWN or not self._is_member(taken.delivery.team):
            return "acts.unreachable_channel"
        return None if audience is Audience.COLLEAGUES else "acts.unsafe_channel"

    def _is_member(self, team: str) -> bool:
        """Whether we may post in the compliance channel, as far as Slack tells."""
        try:
            found = told(self._clients.of(team).reads.conversations_info(channel=self._channel))
        except (SlackApiError, SlackClientError, OSError, LookupError):
            return False
        return bool(found["channel"].get("is_member"))

    def _brief(self, taken: Taken, case: Case, guidance: Guidance) -> Brief | None:
        self._show_writing(case)
        conversation = self._parts.store.load(case.conversation)
        turns = self._parts.store.turns(case.conversation)
        try:
            return brief_of(
                conversation, turns, guidance, self._brief_say,
                asker=self._name(case.team, taken.delivery.author),
                link=self.link(case), now=taken.delivery.sent_at)
        except NothingToBrief:
            return None

    def _show_writing(self, case: Case) -> None:
        """A brief takes a second or two; the post that follows clears the status."""
        channel, thread = case.channel, case.thread
        if channel is None or thread is None:
            return
        self._clients.soon(case.team, lambda client: client.assistant_threads_setStatus(
            channel_id=channel, thread_ts=thread, status=self._say.say("acts.writing")))

    def _summary(self, taken: Taken, case: Case, guidance: Guidance) -> dict[str, Any]:
        say = self._say
        conversation = self._parts.store.load(case.conversation)
        title = deal_title(guidance, conversation.deal) or say.say("home.untitled")
        what = [Span(say.say("acts.for_review"), "*"), Span(f"\n{title}\n")]
        for finding in ranked_findings(guidance, judge_all(guidance, conversation.deal)):
            if finding.status is Status.RAISED:
                named = say.say("flag.named", title=finding.flag.title)
                doubt = f". {say.say('flag.supposed')}" if finding.tentative else ""
                what.append(Span(f"• {named}{doubt}\n"))
        spans = [*what, Span(say.say("acts.sent_by", who=""))]
        chunks = fit(spans)
        blocks: list[Block] = [section(chunk.text) for chunk in chunks[:-1]]
        blocks.append(section(f"{chunks[-1].text} <@{taken.delivery.author}>"))
        # Nobody but the asker can open their direct message.
        links = [
            (OPEN_LINK, "acts.open_conversation", None if case.direct else self.link(case)),
            (OPEN_CONSOLE, "acts.open_console",
             None if self._page_of is None else self._page_of(case.conversation))]
        buttons = [{"type": "button", "action_id": action, "url": link,
                    "text": plain_text(say.say(sentence), 75)}
                   for action, sentence, link in links if link is not None]
        if buttons:
            blocks.append({"type": "actions", "elements": buttons})
        # Without who sent it: in a text for phones a mention reads as an id.
        text = aloud([section(chunk.text) for chunk in fit(what)], (), ())
        return {"text": text, "blocks": blocks}

    def link(self, case: Case) -> str | None:
        """The address of a case's thread, asked for once; None if Slack gives none."""
        return self.links([case])[case.conversation]

    def links(self, cases: Sequence[Case]) -> Links:
        """The addresses of the threads of *cases* of one workspace, kept in one write."""
        links, new = {case.conversation: case.link for case in cases}, {}
        for case in cases:
            if case.link is None and case.channel is not None and case.thread is not None:
                link = self._permalink(case.team, case.channel, case.thread)
                if link is not None:
                    links[case.conversation] = new[case.conversation] = link
        if new:
            self._parts.cases.keep_links(cases[0].team, new)
        return links

    def links_in_time(self, cases: Sequence[Case], seconds: float) -> Links:
        """As `links`, while somebody waits: none of those that Slack takes longer to tell.

        They are kept once they are told, so the next time they are there.
        """
        asked: queue.SimpleQueue[Links] = queue.SimpleQueue()
        beside(lambda: self._look_up(cases, asked.put))
        try:
            return asked.get(timeout=seconds)
        except queue.Empty:
            return {case.conversation: case.link for case in cases}

    def _look_up(self, cases: Sequence[Case], found: Callable[[Links], None]) -> None:
        try:
            found(self.links(cases))
        except Exception as error:
            tell_failure(
                _log, error, level=logging.INFO, failed="could not look up where threads are",
                waits="where threads are is looked up again")

    def review_links(self, cases: Sequence[Case]) -> Links:
        """The addresses of what compliance was sent of *cases* last, which they can read.

        A case's own thread may be somebody's direct message.
        """
        sent = self._parts.cases.happened_in(
            [case.conversation for case in cases], "handed_over")
        posts = {name: [str(one.detail.get("summary")) for one in reversed(times)]
                 for name, times in sent.items()}
        refs = self._parts.deliveries.outbox.posts.refs_of(
            [post for of_one in posts.values() for post in of_one])
        links: dict[ConversationId, str | None] = {}
        for case in cases:
            ref = next((refs[post] for post in posts[case.conversation] if post in refs), None)
            links[case.conversation] = (
                None if ref is None else self._permalink(case.team, *ref.split(":")))
        return links

    def _permalink(self, team: str, channel: str, ts: str) -> str | None:
        try:
            found = told(self._clients.of(team).reads.chat_getPermalink(
                channel=channel, message_ts=ts))
        except (SlackApiError, SlackClientError, OSError, LookupError):
            return None
        return str(found["permalink"])

    def _name(self, team: str, user: str) -> str:
        """A person's name; the id where Slack does not tell."""
        try:
            person = told(self._clients.of(team).reads.users_info(user=user))["user"]
        except (SlackApiError, SlackClientError, OSError, LookupError):
            return user
        return name_of(person) or user


def told_apart(case: Case, user: str) -> Mapping[str, Any] | None:
    """Where *user* is told of what others need not hear: in the thread, if it is theirs alone."""
    return None if case.direct else {"user": user}


def _files(brief: Brief, taken: Taken) -> list[dict[str, str]]:
    # Fonts take 150 ms to import, and no start needs them.
    from bot.brief.pdf import to_pdf  # noqa: PLC0415

    with aside():  # a second or two of computing
        pdf = to_pdf(brief)
    # The name tells this brief from others in the thread, should an upload end unclearly.
    name = f"deal-brief-{taken.delivery.sent_at:%Y-%m-%d}-{taken.id}"
    return [
        {"name": f"{name}.md", "title": f"{name}.md",
         "content": base64.b64encode(to_markdown(brief).encode()).decode()},
        {"name": f"{name}.pdf", "title": f"{name}.pdf",
         "content": base64.b64encode(pdf).decode()},
    ]
