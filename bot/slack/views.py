"""Modals: forms, the passages behind a reply, and short notices.

What a form says is read back by the functions beside them; nothing here opens or sends anything.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.dialogue.deal import Deal
from bot.dialogue.phrasing import Wording
from bot.dialogue.reply import Reply
from bot.plain import MARKS, placed
from bot.slack.blocks import numbered, plainly
from bot.slack.controls import placeholder, plain_text
from bot.slack.countries import country_options
from bot.slack.escaping import inline
from bot.slack.form import (
    MOST_TEXT,
    FormRead,
    Values,
    fields,
    most_text,
    of_facts,
    read_correction,
    read_form,
    read_tried_out,
    typed,
)
from bot.slack.names import (
    COMMENT_VIEW,
    CORRECTION_VIEW,
    INTAKE_VIEW,
    PASSAGES_VIEW,
    PLAIN_VIEW,
    TRY_OUT_VIEW,
    WATCH_VIEW,
)
from bot.slack.splitting import SECTION_TEXT, Block, Span, fit, mrkdwn, section
from retrieval.guidance import Guidance, Provision

TITLE = 24
MOST_BLOCKS = 100
MOST_VIEW = 200_000
"""Characters of a modal's blocks as JSON; Slack takes 250 kB."""
PASSAGE = SECTION_TEXT - 100
COMMENT = "comment"
MOST_COMMENT = 2_000
WATCH_ON = "watch_on"
WATCH_OFF = "watch_off"
USUAL_WATCH = timedelta(days=90)
"""How far off the date is that the reminder's form proposes."""

__all__ = [
    "FormRead", "comment_view", "country_options", "intake_view", "most_text", "notice_view",
    "passages_view", "plain_view", "read_comment", "read_correction", "read_form",
    "read_tried_out", "read_watch", "try_out_view", "watch_view",
]


def intake_view(
    guidance: Guidance, say: Wording, *, deal: Deal | None, private: str, most: int = MOST_TEXT
) -> Block:
    """The form of a deal.

    Args:
        guidance: Its questions are the fields.
        say: The bot's sentences.
        deal: None for a new deal; else what is known, to be corrected.
        private: What the submission brings back in `private_metadata`, at most 3,000 characters.
        most: Characters of the free text.
    """
    fresh = deal is None
    title = say.say("form.title" if fresh else "form.title_correct")
    intro = say.say("form.intro" if fresh else "form.intro_correct")
    return _modal(
        title,
        [section(inline(intro)), *fields(guidance, say, deal, most)],
        callback_id=INTAKE_VIEW if fresh else CORRECTION_VIEW,
        private_metadata=private,
        submit=plain_text(say.say("form.send"), TITLE),
        close=plain_text(say.say("form.cancel"), TITLE),
    )


def try_out_view(guidance: Guidance, say: Wording, *, deal: Deal, private: str) -> Block:
    """The form in which it is picked what would be different; arguments as for `intake_view`."""
    return _modal(
        say.say("form.title_try_out"),
        [section(inline(say.say("form.intro_try_out"))), *of_facts(guidance, say, deal)],
        callback_id=TRY_OUT_VIEW,
        private_metadata=private,
        submit=plain_text(say.say("form.try_out"), TITLE),
        close=plain_text(say.say("form.cancel"), TITLE),
    )


def passages_view(reply: Reply, guidance: Guidance, say: Wording) -> Block:
    """The passages behind what *reply* shows, under the numbers of its message.

    *guidance* is the reply's own release.
    """
    cited = numbered(reply, guidance, say).cited
    blocks: list[Block] = []
    room = MOST_VIEW
    for number, citations in cited.items():
        first = citations[0]
        spans = [Span(f"[{number}] {placed(first)}", "*"), Span("\n"),
                 Span(say.say("passages.state", state=MARKS[first.checked]), "_")]
        for citation in citations:
            provision = guidance.provisions[citation.provision]
            words = provision.text[citation.start:citation.end]
            spans += _passage(provision, words, say)
        if first.url:
            spans += [Span("\n"), Span(say.say("passages.link", source=first.source_title),
                                       url=first.url)]
        drawn = [section(chunk.text) for chunk in fit(spans, PASSAGE, len(cited))]
        room -= sum(len(str(block)) for block in drawn)
        if len(blocks) + len(drawn) >= MOST_BLOCKS or room < 0:
            left_out = say.say("passages.left_out", n=len(cited) - number + 1)
            blocks.append({"type": "context", "elements": [mrkdwn(inline(left_out))]})
            break
        blocks += drawn
    return _modal(
        say.say("passages.title"),
        blocks or [section(inline(say.say("passages.nothing")))],
        callback_id=PASSAGES_VIEW,
        close=plain_text(say.say("form.close"), TITLE),
    )


def plain_view(reply: Reply, guidance: Guidance, say: Wording) -> Block:
    """What *reply* says in the plain wording, for whoever doubts a language model's.

    *guidance* is the reply's own release.
    """
    intro, more = (
        {"type": "context", "elements": [mrkdwn(inline(say.say(sentence)))]}
        for sentence in ("plain.intro", "plain.more"))
    blocks: list[Block] = [intro]
    room = MOST_VIEW
    for block in plainly(reply, guidance, say):
        room -= len(str(block))
        if len(blocks) == MOST_BLOCKS - 1 or room < 0:
            blocks.append(more)
            break
        blocks.append(block)
    return _modal(say.say("plain.title"), blocks, callback_id=PLAIN_VIEW,
                  close=plain_text(say.say("form.close"), TITLE))


def _passage(provision: Provision, words: str, say: Wording) -> list[Span]:
    spans = [Span("\n"), Span(provision.heading, "*"), Span("\n"), Span(words.replace("\n", " "))]
    if provision.note.strip():
        caution = " ".join(provision.note.split())
        spans += [Span("\n"), Span(say.say("passages.caution", note=caution), "_")]
    return spans


def notice_view(title: str, text: str) -> Block:
    """A short word to one person."""
    drawn = [section(chunk.text) for chunk in fit([Span(text)], PASSAGE)]
    return _modal(title, drawn[:MOST_BLOCKS] or [section("…")])


def comment_view(press: str, say: Wording) -> Block:
    """The form for a comment on feedback; *press* comes back in `private_metadata`."""
    return _modal(
        say.say("comment.title"),
        [{"type": "input", "block_id": COMMENT,
          "label": plain_text(say.say("comment.label"), 300),
          "element": {"type": "plain_text_input", "action_id": COMMENT, "multiline": True,
                      "max_length": MOST_COMMENT,
                      "placeholder": placeholder(say.say("comment.example"))}}],
        callback_id=COMMENT_VIEW,
        private_metadata=press,
        submit=plain_text(say.say("form.send"), TITLE),
        close=plain_text(say.say("form.cancel"), TITLE),
    )


def read_comment(values: Values) -> str:
    """The comment typed, at most 2,000 characters."""
    return typed(values, COMMENT)[:MOST_COMMENT]


def watch_view(press: str, say: Wording, today: date, current: date | None) -> Block:
    """The form that sets a watch date; *press* comes back in `private_metadata`."""
    proposed = current or today + USUAL_WATCH
    blocks: list[Block] = [
        section(inline(say.say("watch.intro"))),
        {"type": "input", "block_id": WATCH_ON,
         "label": plain_text(say.say("watch.label"), 300),
         "element": {"type": "datepicker", "action_id": WATCH_ON,
                     "initial_date": proposed.isoformat()}},
    ]
    if current is not None:
        never = {"text": plain_text(say.say("watch.never"), 75), "value": WATCH_OFF}
        blocks.append({
            "type": "input", "block_id": WATCH_OFF, "optional": True,
            "label": plain_text(say.say("watch.or"), 300),
            "element": {"type": "checkboxes", "action_id": WATCH_OFF, "options": [never]}})
    return _modal(
        say.say("watch.title"),
        blocks,
        callback_id=WATCH_VIEW,
        private_metadata=press,
        submit=plain_text(say.say("watch.set"), TITLE),
        close=plain_text(say.say("form.cancel"), TITLE),
    )


def read_watch(values: Values, today: date, say: Wording) -> date | str | None:
    """The day chosen, None if the reminder is not wanted any more.

    Or the sentence to put beside the field, whose block id is `WATCH_ON`.
    """
    off = (values.get(WATCH_OFF) or {}).get(WATCH_OFF) or {}
    if off.get("selected_options"):
        return None
    state = (values.get(WATCH_ON) or {}).get(WATCH_ON) or {}
    try:
        day = date.fromisoformat(str(state.get("selected_date") or ""))
    except ValueError:
        return say.say("watch.missing")
    return day if day > today else say.say("watch.past")


def _modal(title: str, blocks: Sequence[Block], **more: object) -> Block:
    return {"type": "modal", "title": plain_text(title, TITLE), "blocks": list(blocks), **more}
