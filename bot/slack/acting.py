"""What can be done with a reply: the row of buttons below it, and what comes last."""

from collections.abc import Iterator

from bot.dialogue.changes import Ground
from bot.dialogue.phrasing import Wording
from bot.dialogue.reply import Kind, Reply
from bot.slack import names
from bot.slack.controls import button, plain_text
from bot.slack.shown import Shown, dated
from bot.slack.splitting import Block, drawn_within, mrkdwn, section

_TRIED_OUT = frozenset({Ground.SUPPOSITION, Ground.ALTERNATIVE})


def acts(
    reply: Reply, shown: Shown, say: Wording, *, raised: bool, cited: bool
) -> Iterator[Block]:
    """The row of buttons; and what was done already, in its place.

    Args:
        reply: What was said.
        shown: What happened to it since.
        say: The bot's sentences.
        raised: Whether it shows a red flag.
        cited: Whether it cites anything.
    """
    press = shown.press()
    advice = _is_advice(reply)
    asking = reply.question is not None and shown.answered is None
    row = []
    if asking:
        row.append(button(say.say("button.advise_now"), names.ADVISE_NOW, press))
    handable = advice or reply.to_send or bool(reply.coverage and raised)
    if handable and shown.handed_over is None:
        row.append(button(say.say("button.compliance"), names.COMPLIANCE, press, "primary"))
    if advice or reply.to_send:
        row.append(button(say.say("button.brief"), names.BRIEF, press))
    if advice and reply.more_safeguards:
        label = say.say("button.more_safeguards", n=len(reply.more_safeguards))
        row.append(button(label, names.MORE_SAFEGUARDS, press))
    row += [button(say.say("button.suppose", named=one.named), f"{names.SUPPOSE}:{n}",
                   shown.press(one.value, fact=one.fact))
            for n, one in enumerate(reply.may_be_supposed)]
    if advice or reply.to_try_out or (
            reply.changes is not None and reply.changes.of in _TRIED_OUT):
        row.append(button(say.say("button.try_out"), names.TRY_OUT, press))
    if cited and reply.shape != "sources":
        row.append(button(say.say("button.passages"), names.PASSAGES, press))
    if reply.worded:
        row.append(button(say.say("button.plain"), names.PLAIN, press))
    if advice and reply.open_facts and reply.question is None:
        row.append(button(say.say("button.go_on"), names.GO_ON, press))
    if advice:
        label = "button.watch" if shown.watch_on is None else "button.watch_change"
        row.append(button(say.say(label), names.WATCH, press))
    if row:
        yield {"type": "actions", "elements": row}
    if shown.handed_over is not None:
        yield {"type": "context", "elements": [mrkdwn(shown.handed_over)]}
    if advice and shown.watch_on is not None:
        words = drawn_within(say.say("post.watch_on", date=dated(shown.watch_on)), 300)
        yield {"type": "context", "elements": [mrkdwn(words)]}


def afterwards(reply: Reply, shown: Shown, say: Wording, *, cited: bool) -> Iterator[Block]:
    """Was it any good; and in a channel, whether the bot goes on listening."""
    if reply.kind is Kind.ADVICE and cited:
        yield {"type": "context_actions", "elements": [{
            "type": "feedback_buttons",
            "action_id": names.FEEDBACK,
            "positive_button": _thumb(shown, say.say("button.good"), names.GOOD),
            "negative_button": _thumb(shown, say.say("button.bad"), names.BAD),
        }]}
    # Said under the first reply and with the advice; under every other it would be in the way.
    # That nothing is heard any more is said until it is over.
    opens = reply.shape != "step" and (shown.opens or _is_advice(reply))
    if shown.listening is False or (shown.listening and opens):
        words, label, action = (
            ("post.listening", "button.pause", names.PAUSE) if shown.listening
            else ("post.paused", "button.resume", names.RESUME)
        )
        text = drawn_within(say.say(words), 300)
        yield section(f"_{text}_", button(say.say(label), action, shown.press()))


def _is_advice(reply: Reply) -> bool:
    """Whether it is the advice as a whole, and no answer on the way to it."""
    return bool(reply.coverage) and reply.shape in {"full", "short"}


def _thumb(shown: Shown, text: str, value: str) -> Block:
    return {"text": plain_text(text, 75), "value": shown.press(value),
            "accessibility_label": plain_text(text, 75)["text"]}
