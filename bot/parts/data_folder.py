"""The data folder, made where it is missing."""

from pathlib import Path

from bot.errors import BadSetting


def data_folder(folder: Path) -> Path:
    """*folder*, which is there from now on.

    Raises:
        BadSetting: It can't be made, or a file is in its place.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        no_folder = ", and it is no folder" if isinstance(error, FileExistsError) else ""
        raise BadSetting(
            f"The data folder {folder} can't be used: {error.strerror}{no_folder}. Set "
            "ADVISOR_DATA_DIR to a folder that the account which runs this may write to."
        ) from None
    return folder
