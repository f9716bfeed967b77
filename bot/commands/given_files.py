"""The files that an option names, read; one that can't be is told with what to do."""

from pathlib import Path

from bot.errors import AdvisorError

CHECKPOINT, ERASURES = "--checkpoint", "--erasures"
_KINDS = {CHECKPOINT: "a checkpoint", ERASURES: "a list of erasures, an export of all rows as "
          "jsonl or a back-up"}
"""What each option takes."""


def text_of(file: Path, option: str) -> str:
    """What *file* holds, which *option* names: `CHECKPOINT` or `ERASURES`.

    Raises:
        AdvisorError: It can't be read; says which, why and what to do.
    """
    try:
        return bytes_of(file, option).decode("utf-8")
    except UnicodeDecodeError:
        raise AdvisorError("no_such_file", f"{file} can't be read, since it is no text in UTF-8: "
                           f"{option} takes {_KINDS[option]}.") from None


def bytes_of(file: Path, option: str, most: int = -1) -> bytes:
    """The first *most* bytes of *file*, which *option* names; all of them without that.

    Raises:
        AdvisorError: As for `text_of`.
    """
    try:
        with file.open("rb") as held:
            return held.read(most)
    except FileNotFoundError:
        told = f"There is no file {file}. Correct it, or leave {option} out"
    except IsADirectoryError:
        told = f"{file} is a folder. Name the file in it: {option} takes {_KINDS[option]}"
    except OSError as error:
        told = f"{file} can't be read: {error.strerror}. Let the account that runs this read it"
    raise AdvisorError("no_such_file", f"{told}.")
