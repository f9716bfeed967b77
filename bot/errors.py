"""What can go wrong on purpose, each with a code for machines and a message for a person."""

from retrieval.errors import ReleaseNotReady


class AdvisorError(Exception):
    """Base of everything the bot raises on purpose; `code` is stable, the message is not."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class BadInput(AdvisorError):
    """What was sent can't be used; the message says what would be."""


class BadSetting(AdvisorError):
    """Settings can't be used; the message names each of them."""

    def __init__(self, message: str) -> None:
        super().__init__("bad_setting", message)


class NoDatabase(AdvisorError):
    """There is no database where the settings say, and nothing is to be made there."""

    def __init__(self, message: str) -> None:
        super().__init__("no_database", message)


class BadContent(AdvisorError):
    """A file that ships with the bot, such as its own sentences, can't be used."""

    def __init__(self, message: str) -> None:
        super().__init__("bad_content", message)


class UnreadableEdit(AdvisorError):
    """An edit of the guidance that another version of the program made."""

    def __init__(self, id_: int, subject: str) -> None:
        super().__init__(
            "bad_edit", f"Edit {id_} of {subject} was written by another version of the program "
            "and can't be read by this one. Use that version, or a newer one.")


class StaleConversation(AdvisorError):
    """Another turn of the conversation was recorded first: load it and step again."""

    def __init__(self, conversation: str, expected: int) -> None:
        self.conversation = conversation
        self.expected = expected
        super().__init__(
            "stale_conversation",
            f"Conversation {conversation!r} has moved on from version {expected}: another message "
            "was answered in between. Nothing was recorded; send the message again.",
        )


class AlreadyAnswered(AdvisorError):
    """The message has its turn; read it instead of giving up."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            "already_answered",
            f"Message {key!r} was answered before; its recorded answer stands.",
        )


class UnknownConversation(AdvisorError):
    """No conversation goes by that name."""

    def __init__(self, conversation: str) -> None:
        self.conversation = conversation
        super().__init__(
            "unknown_conversation",
            f"There is no conversation {conversation!r}; 'advisor log list' prints them.",
        )


class UnknownRelease(AdvisorError):
    """A release that the database doesn't hold."""

    def __init__(self, release: str) -> None:
        self.release = release
        super().__init__(
            "unknown_release",
            f"There is no release {release!r} in the database; 'advisor corpus releases' prints "
            "those that were in force.",
        )


class AlteredRelease(ReleaseNotReady):
    """What the database keeps of a release is not what was published under its name."""

    def __init__(self, release: str, workspace: str, seq: int) -> None:
        self.release = release
        super().__init__(
            f"The content kept of release {release!r} is not what was published: its digest is "
            f"another than row {seq} of the log of {workspace!r} has. Nothing is shown of it; "
            "'advisor log verify' tells more, and a back-up has it as it was.")


class LostEnd(AdvisorError):
    """Where a log ends is no longer kept, or can't be read: nothing can follow its last row."""

    def __init__(self, workspace: str) -> None:
        self.workspace = workspace
        super().__init__(
            "log_broken",
            f"Where the log of {workspace!r} ends is no longer kept, or can't be read. Nothing is "
            "added to it; 'advisor log verify' tells more, and a back-up has it as it was.",
        )


class OtherWorkspace(AdvisorError):
    """The conversation is one of another workspace, which nobody here may reach."""

    def __init__(self, conversation: str) -> None:
        self.conversation = conversation
        super().__init__(
            "other_workspace",
            f"There is a conversation {conversation!r} elsewhere, or its name is as Slack names "
            "them; take another name for this one.",
        )
