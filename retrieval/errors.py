"""What can be wrong with a corpus or an index, each with a message for the person who keeps it."""


class RetrievalError(Exception):
    """Base of everything this package raises on purpose."""


class CorpusError(RetrievalError):
    """The content files can't be used; `problems` lists every reason, each with file and line."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        count = len(problems)
        head = f"{count} problem{'s' if count != 1 else ''} in the guidance corpus"
        super().__init__("\n".join([head, *problems]))


class UnknownProvision(RetrievalError):
    """A provision id that is not in the release."""


class ReleaseNotReady(RetrievalError):
    """The index of a release is missing, half-built or damaged, and could not be built here."""


class IndexServerAway(ReleaseNotReady):
    """The Chroma server that holds the indexes does not answer; once it does, all is well."""


class IndexServerTooOld(IndexServerAway):
    """A Chroma server answers, of a generation before ours; a newer one in its place will do."""


class ModelNotUsable(RetrievalError):
    """The embedding model is missing or is not the file it should be."""


class EmbeddingsAway(RetrievalError):
    """The vendor that embeds texts does not answer; once it does, all is well."""


class NotIngested(RetrievalError):
    """A document that can't be read; the message is one sentence: what is wrong, what to do."""


class NotDownloaded(RetrievalError):
    """An address gave no document; the message says why and what to do instead."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        # It may quote what a server sent, which is to steer nobody's terminal.
        self.reason = reason = "".join(sign for sign in reason if sign.isprintable())
        """Why, as part of a sentence: "the address leads to a private network (10.0.0.5)"."""
        super().__init__(
            f"Nothing was downloaded from {url}, since {reason}; download the file yourself and "
            "add it with 'advisor corpus add FILE'.")
