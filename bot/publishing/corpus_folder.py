"""The corpus folder beside the release in force: whether somebody has changed it since."""

from pathlib import Path

from bot.editions.held import Editions
from bot.publishing.drafts import edits_in
from bot.record.history import history_in
from bot.store import Store
from retrieval import corpus
from retrieval.releases import content_of

FOLDER_DIFFERS = (
    "The corpus folder differs from the release in force. 'advisor corpus diff' shows in what; "
    "'advisor corpus publish' puts it in force.")


def differs(folder: Path, store: Store, editions: Editions) -> bool:
    """Whether *folder* was changed since the release in force was made from it.

    It takes milliseconds where nobody touched the folder, half a second otherwise.

    Raises:
        CorpusError: With every problem found in a folder that was touched.
    """
    with store.reading() as connection:
        history = history_in(connection)
        edited = any(row.holds for row in edits_in(connection))
    if not history:
        return False
    now = history[0].release
    made = next((one.folder_sha256 for one in history
                 if one.release == now and one.folder_sha256), None)
    if made == corpus.folder_digest(folder):
        return False
    # With edits over it, the folder alone is never what is in force.
    return edited or content_of(corpus.read(folder)) != content_of(editions.of(now))
