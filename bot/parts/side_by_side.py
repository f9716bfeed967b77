"""The model and the release in force, opened at the same time.

Most of opening the model is reading, hashing and onnxruntime's, which let others compute.
"""

import threading
from collections.abc import Callable

from retrieval.guidance import Guidance


def open_side_by_side(open_model: Callable[[], object], release: Callable[[], Guidance]) -> None:
    """Have the model opened while what needs none is worked out of the release.

    Raises:
        Exception: Whatever opening the model has raised.
    """
    failed: list[Exception] = []

    def opened() -> None:
        try:
            open_model()
        except Exception as error:
            failed.append(error)

    # Nobody who stops the process waits for it.
    opening = threading.Thread(target=opened, name="model", daemon=True)
    opening.start()
    from bot.parts import edition  # noqa: PLC0415  what it imports takes as long as the model

    edition.work_out(release())
    opening.join()
    if failed:
        raise failed[0]
