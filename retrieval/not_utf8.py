"""Where a text is not UTF-8, told so that somebody can mend it with an editor."""


def fault(content: bytes) -> tuple[int, str] | None:
    """The line in which *content* is first not UTF-8, from 1, and what is wrong there.

    None where all of it is: `(14, "not UTF-8 (byte 0xe9 at character 6); save the file as
    UTF-8")`.  What stands around it is not quoted, since it may be a secret.
    """
    try:
        content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].split(b"\n")
        return len(before), (
            f"not UTF-8 (byte {content[error.start]:#04x} at character "
            f"{len(before[-1].decode()) + 1}); save the file as UTF-8")
    return None
