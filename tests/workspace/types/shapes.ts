// What passes between Slack and the bot, by the names that Slack's own packages give it.
// An alias is called after the payload it describes, with "_" for "."; see `kind` in check_types.py.

import type * as bolt from "@slack/bolt";
import type * as slack from "@slack/types";
import type * as web from "@slack/web-api";

type Told<Type extends string> = bolt.EnvelopedEvent<bolt.KnownEventFromType<Type>>;

export type event_agent_session_stopped = Told<"agent_session_stopped">;
export type event_app_home_opened = Told<"app_home_opened">;
export type event_app_mention = Told<"app_mention">;
export type event_app_uninstalled = Told<"app_uninstalled">;
export type event_channel_shared = Told<"channel_shared">;
export type event_member_joined_channel = Told<"member_joined_channel">;
export type event_message = Told<"message">;
export type event_tokens_revoked = Told<"tokens_revoked">;

export type payload_block_actions = bolt.BlockAction;
export type payload_block_suggestion = bolt.BlockSuggestion;
export type payload_command = bolt.SlashCommand;
export type payload_message_action = bolt.MessageShortcut;
export type payload_shortcut = bolt.GlobalShortcut;
export type payload_view_closed = bolt.ViewClosedAction;
export type payload_view_submission = bolt.ViewSubmitAction;

export type ack_block_suggestion =
  bolt.BlockOptions | bolt.OptionGroups<bolt.BlockOptions>;
export type ack_command = bolt.RespondArguments;
export type ack_view_submission = bolt.ViewResponseAction;
export type response_url = bolt.RespondArguments;

// `Manifest` itself is not exported.
export type manifest = web.AppsManifestCreateArguments["manifest"];

export type block = slack.AnyBlock;

// What block_actions and message_action carry as `message` is `any` there.
export type message = NonNullable<web.ConversationsHistoryResponse["messages"]>[number];

export type call_apps_connections_open = web.AppsConnectionsOpenArguments;
export type call_assistant_threads_setStatus = web.AssistantThreadsSetStatusArguments;
export type call_assistant_threads_setSuggestedPrompts =
  web.AssistantThreadsSetSuggestedPromptsArguments;
export type call_assistant_threads_setTitle = web.AssistantThreadsSetTitleArguments;
export type call_auth_revoke = web.AuthRevokeArguments;
export type call_auth_test = web.AuthTestArguments;
export type call_blocks_validate = web.BlocksValidateArguments;
export type call_bots_info = web.BotsInfoArguments;
export type call_chat_appendStream = web.ChatAppendStreamArguments;
export type call_chat_delete = web.ChatDeleteArguments;
export type call_chat_getPermalink = web.ChatGetPermalinkArguments;
export type call_chat_postEphemeral = web.ChatPostEphemeralArguments;
export type call_chat_postMessage = web.ChatPostMessageArguments;
export type call_chat_startStream = web.ChatStartStreamArguments;
export type call_chat_stopStream = web.ChatStopStreamArguments;
export type call_chat_update = web.ChatUpdateArguments;
export type call_conversations_history = web.ConversationsHistoryArguments;
export type call_conversations_info = web.ConversationsInfoArguments;
export type call_conversations_join = web.ConversationsJoinArguments;
export type call_conversations_members = web.ConversationsMembersArguments;
export type call_conversations_open = web.ConversationsOpenArguments;
export type call_conversations_replies = web.ConversationsRepliesArguments;
export type call_files_completeUploadExternal = web.FilesCompleteUploadExternalArguments;
export type call_files_getUploadURLExternal = web.FilesGetUploadURLExternalArguments;
export type call_oauth_v2_access = web.OAuthV2AccessArguments;
export type call_reactions_add = web.ReactionsAddArguments;
export type call_users_info = web.UsersInfoArguments;
export type call_users_list = web.UsersListArguments;
export type call_views_open = web.ViewsOpenArguments;
export type call_views_publish = web.ViewsPublishArguments;
export type call_views_push = web.ViewsPushArguments;
export type call_views_update = web.ViewsUpdateArguments;

export type answer_apps_connections_open = web.AppsConnectionsOpenResponse;
export type answer_assistant_threads_setStatus = web.AssistantThreadsSetStatusResponse;
export type answer_assistant_threads_setSuggestedPrompts =
  web.AssistantThreadsSetSuggestedPromptsResponse;
export type answer_assistant_threads_setTitle = web.AssistantThreadsSetTitleResponse;
export type answer_auth_revoke = web.AuthRevokeResponse;
export type answer_auth_test = web.AuthTestResponse;
export type answer_blocks_validate = web.BlocksValidateResponse;
export type answer_bots_info = web.BotsInfoResponse;
export type answer_chat_appendStream = web.ChatAppendStreamResponse;
export type answer_chat_delete = web.ChatDeleteResponse;
export type answer_chat_getPermalink = web.ChatGetPermalinkResponse;
export type answer_chat_postEphemeral = web.ChatPostEphemeralResponse;
export type answer_chat_postMessage = web.ChatPostMessageResponse;
export type answer_chat_startStream = web.ChatStartStreamResponse;
export type answer_chat_stopStream = web.ChatStopStreamResponse;
export type answer_chat_update = web.ChatUpdateResponse;
export type answer_conversations_history = web.ConversationsHistoryResponse;
export type answer_conversations_info = web.ConversationsInfoResponse;
export type answer_conversations_join = web.ConversationsJoinResponse;
export type answer_conversations_members = web.ConversationsMembersResponse;
export type answer_conversations_open = web.ConversationsOpenResponse;
export type answer_conversations_replies = web.ConversationsRepliesResponse;
export type answer_files_completeUploadExternal = web.FilesCompleteUploadExternalResponse;
export type answer_files_getUploadURLExternal = web.FilesGetUploadURLExternalResponse;
export type answer_oauth_v2_access = web.OauthV2AccessResponse;
export type answer_reactions_add = web.ReactionsAddResponse;
export type answer_users_info = web.UsersInfoResponse;
export type answer_users_list = web.UsersListResponse;
export type answer_views_open = web.ViewsOpenResponse;
export type answer_views_publish = web.ViewsPublishResponse;
export type answer_views_push = web.ViewsPushResponse;
export type answer_views_update = web.ViewsUpdateResponse;
