"""Where a payload differs from Slack's types and is right nevertheless, with the reason.

What is listed here is known of Slack from elsewhere: from its documentation, its samples, or what
apps have recorded.  Anything new fails the check until it is mended or has a reason here.
"""

import re

_NO_KEY = "is no key that Slack names"
_SAMPLED = r"answer_(chat_postMessage|chat_stopStream|conversations_(history|replies))|message"
_INNER = r"event\.(message|previous_message|root)\."

_SETTLED: tuple[tuple[str, str, str], ...] = (
    ("event_.*", "context_enterprise_id: is NoneType.*",
     "the Events API's reference shows null for a workspace of no enterprise"),
    ("payload_.*", "enterprise: is NoneType.*",
     "interactions carry null for a workspace of no enterprise"),
    ("answer_oauth_v2_access", "enterprise: is NoneType.*",
     "oauth.v2.access answers null for a workspace of no enterprise"),
    ("answer_views_.*", r"view\.(close|submit|previous_view_id): is NoneType.*",
     "the types of answers are made of samples; bolt's ViewOutput has null here"),
    ("answer_views_.*", rf"view\.state\.values: {_NO_KEY}",
     "the types of answers are made of samples, in which no view had been filled in"),
    ("event_app_home_opened",
     r"event\.view\.(app_id|app_installed_team_id|bot_id|clear_on_close|close|hash|id|"
     rf"notify_on_close|previous_view_id|root_view_id|state|submit|team_id|title): {_NO_KEY}",
     "the view is typed as an app sends it; Slack returns its own, with an id and a hash"),
    ("event_message", rf"{_INNER}(channel|channel_type|event_ts): is missing",
     "a message within an event is typed as an event; the reference shows it without a place"),
    ("event_message", rf"event\.((message|previous_message)\.)?(app_id|metadata): {_NO_KEY}",
     "messages of apps carry these in conversations.history, and in events too"),
    ("event_message", rf"{_INNER}(is_locked|subscribed|latest_reply|reply_count|reply_users|"
     rf"reply_users_count): {_NO_KEY}",
     "the reference shows these on the parent of a thread"),
    ("event_message", rf"event\.({_INNER[6:]})?(bot_id|bot_profile|team|parent_user_id|"
     rf"user_team|source_team): {_NO_KEY}",
     "named for messages in general or for mentions, and left out of this subtype"),
    ("event_message",
     rf"event\.((message|previous_message)\.)?(client_msg_id|team): {_NO_KEY}",
     "the type of file_share leaves out what any message of a person has"),
    ("event_message", r"event\.client_msg_id: is missing",
     "a client gives a message this id; what an app broadcasts has none"),
    ("event_message", r"event\.inviter: is missing",
     "the reference: only there when somebody was invited"),
    ("event_message", rf"event\.(message\.|previous_message\.)?files\.\*\.(timestamp|ims|"
     rf"user_team|file_access|media_display_type): {_NO_KEY}",
     "a file is typed three times, each time with other keys"),
    ("event_app_mention", rf"event\.files\.\*\.(channels|groups|ims): {_NO_KEY}",
     "a file is typed three times, each time with other keys"),
    ("payload_block_actions",
     rf"actions\.\*\.(style|selected_date_time): {_NO_KEY}|"
     r"actions\.\*\.type: 'datetimepicker' is not allowed",
     "the reference of block_actions has these; bolt's types lag behind"),
    ("payload_block_actions", "response_url: is missing",
     "the reference: only there where the press was in a message"),
    ("answer_auth_revoke", f"revoked: {_NO_KEY}", "the reference of auth.revoke has it"),
    ("answer_blocks_validate", f"valid: {_NO_KEY}", "the reference of blocks.validate has it"),
    ("answer_conversations_open", rf"channel\.(is_ext_shared|is_user_deleted): {_NO_KEY}",
     "named for the channel of conversations.info"),
    ("answer_users_list", rf"members\.\*\.is_stranger: {_NO_KEY}",
     "named for the user of users.info"),
    (_SAMPLED + "|answer_chat_update",
     rf"(message\.|messages\.\*\.)?metadata\.event_payload\..*: {_NO_KEY}",
     "what the payload of metadata holds is the app's own affair"),
    (_SAMPLED, rf"(message\.|messages\.\*\.)(metadata|client_msg_id|subtype|root|"
     rf"root\.(blocks|client_msg_id|is_locked|team|user)): {_NO_KEY}",
     "the types of answers are made of samples; other methods' messages have these"),
    ("ack_command|response_url", "(attachments|blocks|markdown_text): is missing",
     "the union of what a message may hold becomes all of it when TypeScript omits a key of it"),
    ("call_.*", f"team_id: {_NO_KEY}",
     "Bolt's client names the workspace of the event in every call, and Slack ignores it"),
    ("manifest", r"oauth_config\.scopes\.bot\.\*: 'assistant:write' is not allowed",
     "the reference of scopes has it; the types lag behind"),
)
"""Pattern of kinds, pattern of faults, reason."""


def reason(kind: str, fault: str) -> str | None:
    """Why *fault* in a payload of *kind* is none; None if it is one."""
    return next((why for kinds, what, why in _SETTLED
                 if re.fullmatch(kinds, kind) and re.fullmatch(what, fault)), None)


def unused(met: set[tuple[str, str]]) -> list[str]:
    """Reasons that excuse nothing of what was *met*, as (kind, fault), and so should go."""
    return [why for kinds, what, why in _SETTLED
            if not any(re.fullmatch(kinds, k) and re.fullmatch(what, f) for k, f in met)]
