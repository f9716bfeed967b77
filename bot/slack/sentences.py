"""Load what the bot says in Slack from `prompts/slack.yaml`, checked as its replies are."""

from collections.abc import Mapping
from pathlib import Path

from bot import wording
from bot.dialogue.phrasing import Wording

FILE = "slack.yaml"

_NOTHING: frozenset[str] = frozenset()

VARIABLES: Mapping[str, frozenset[str]] = {
    "review.asks": frozenset({"who"}),
    **dict.fromkeys((
        "review.answer_here", "review.completed", "review.outcome_agreed",
        "review.another_deal", "review.another_guidance", "review.another_texts",
        "review.no_verdict"), _NOTHING),
    **dict.fromkeys((
        "review.outcome_with_conditions", "review.outcome_not_agreed",
        "review.outcome_returned", "review.withdrawn"), frozenset({"contact"})),
    "proof.checkpoint": frozenset({"size"}),
    "impact.advice": frozenset({"title"}),
    "impact.texts": frozenset({"title"}),
    "impact.answer": frozenset({"title"}),
    "impact.untitled": _NOTHING,
    "impact.more": frozenset({"n"}),
    "impact.advise_again": _NOTHING,
    "impact.ask_again": _NOTHING,
    "button.suppose": frozenset({"named"}),
    "impact.no_verdict": frozenset({"contact"}),
    **dict.fromkeys((
        "head.flag", "head.flags", "head.new_flag", "head.new_flags", "head.weigh", "head.related",
        "head.safeguards", "head.open", "head.look_up", "head.coverage",
        "flag.supposed", "flag.ours", "safeguard.ours",
        "state.raised", "state.open", "state.not_raised", "state.no_flags",
        "post.onward", "post.back", "post.replaced", "post.listening", "post.paused",
        "ask.answered", "ask.left_open", "ask.still", "ask.more_choices", "ask.pick",
        "ask.pick_several", "ask.country",
        "button.answer", "button.done", "button.unknown", "button.why", "button.correct",
        "button.advise_now", "button.go_on", "button.passages", "button.compliance",
        "button.brief", "button.watch", "button.watch_change", "button.pause", "button.resume",
        "button.good", "button.bad", "button.plain", "button.try_out",
        "form.title", "form.title_correct", "form.intro", "form.intro_correct", "form.words",
        "form.words_example", "form.words_example_correct", "form.essential", "form.other",
        "form.send", "form.cancel", "form.close", "form.empty", "form.unchanged",
        "form.title_try_out", "form.intro_try_out", "form.try_out", "form.nothing_tried",
        "form.pick_instead",
        "form.not_a_choice", "form.one_only", "form.unknown_and",
        "passages.title", "passages.nothing",
        "plain.title", "plain.intro", "plain.more",
        "loading.title",
        "comment.title", "comment.label", "comment.example", "comment.missing",
        "watch.title", "watch.intro", "watch.label", "watch.set", "watch.missing",
        "watch.or", "watch.never", "watch.past",
        "home.intro", "home.start", "home.deals", "home.queue", "home.queue_empty", "home.empty",
        "home.state_new", "home.state_asking", "home.state_advised", "home.state_handed_over",
        "home.state_reviewing", "home.state_compliance_asks", "home.state_lapsed",
        "home.state_agreed", "home.state_with_conditions", "home.state_not_agreed",
        "home.state_returned",
        "home.untitled", "home.flag_one", "home.updated", "home.begun", "home.link", "home.show",
        "acts.waking", "acts.reading", "acts.writing", "acts.asked", "acts.asked_about",
        "acts.this_message",
        "acts.filled_in", "acts.said_in", "acts.moved_outsiders", "acts.moved_guests",
        "acts.moved_unknown", "acts.outside", "acts.not_here", "acts.not_there", "acts.remedy_join",
        "acts.remedy_other", "acts.nothing_told", "acts.brief_text", "acts.for_review",
        "acts.open_conversation", "acts.open_console", "acts.brief_attached", "acts.paused",
        "acts.resumed",
        "acts.feedback_good", "acts.feedback_bad", "acts.comment_kept", "acts.add_comment",
        "acts.nothing_chosen", "acts.unchanged", "acts.no_change", "acts.watch_removed",
        "acts.change", "acts.look_again", "acts.greeting",
        "acts.prompts", "acts.command_answered", "acts.command_no_deal", "acts.command_brief",
        "acts.status_head", "acts.check_title", "acts.starting", "acts.no_text",
        "acts.files_unopened", "acts.only_files", "acts.own_forwarded", "acts.above_unread",
        "acts.link_unread",
        "acts.hand_over_late", "acts.answer_in_thread", "acts.put_aside", "acts.own_message",
        "acts.edit_unheard",
    ), _NOTHING),
    "flag.because": frozenset({"said"}),
    "flag.named": frozenset({"title"}),
    "sources.state": frozenset({"state"}),
    "post.watch_on": frozenset({"date"}),
    "button.more_safeguards": frozenset({"n"}),
    "form.too_long": frozenset({"most"}),
    "form.alone": frozenset({"label"}),
    "passages.state": frozenset({"state"}),
    "passages.caution": frozenset({"note"}),
    "passages.link": frozenset({"source"}),
    "passages.left_out": frozenset({"n"}),
    "home.flag_many": frozenset({"n"}),
    "home.next": frozenset({"question"}),
    "home.more": frozenset({"n"}),
    "home.not_advice": frozenset({"contact"}),
    "acts.unknown_and": frozenset({"label"}),
    "acts.sorry": frozenset({"contact", "reference"}),
    "acts.sorry_last": frozenset({"contact", "reference"}),
    "acts.undelivered": frozenset({"reason", "remedy"}),
    "acts.handed_over": frozenset({"who"}),
    "acts.handed_over_note": frozenset({"contact"}),
    "acts.handed_over_direct": frozenset({"contact"}),
    "acts.no_channel": frozenset({"contact"}),
    "acts.unreachable_channel": frozenset({"contact"}),
    "acts.unsafe_channel": frozenset({"contact"}),
    "acts.brief_not_sent": frozenset({"contact", "reason"}),
    "acts.sent_by": frozenset({"who"}),
    "acts.watch_set": frozenset({"date"}),
    "acts.reminder": frozenset({"title"}),
    "acts.command_help": frozenset({"contact"}),
    "acts.later": frozenset({"contact"}),
    "acts.who_unknown": frozenset({"contact"}),
    "acts.deleted_told": frozenset({"contact"}),
    "acts.deleted_kept": frozenset({"contact"}),
}
"""Each sentence the code uses, and the variables it may name."""


def load(folder: Path, contact: str) -> Wording:
    """The sentences of the replies and of Slack under *folder*, checked.

    Raises:
        BadContent: A sentence is missing, unknown, or names a variable that it isn't given.
    """
    replies = wording.load(folder, contact)
    ours = wording.read(folder / FILE, VARIABLES)
    return Wording({**replies.sentences, **ours}, contact)
