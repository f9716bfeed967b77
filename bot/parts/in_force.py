"""What answers rest on beside the guidance, put together of the settings and the prompts folder."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.chat.calls import uses_of
from bot.errors import BadContent
from bot.program import account, program
from bot.record.in_force import InForce
from bot.settings import Settings
from bot.store import Store
from retrieval import not_utf8

if TYPE_CHECKING:
    from bot.chat.calling import Calls


def in_force_of(
    settings: Settings, store: Store, *, recipe: str, reads_clauses: bool, model: "Calls | None"
) -> InForce:
    """What is in force, as the log is told of it.

    Args:
        settings: Those of this process.
        store: Keeps the sentences and prompts, so that replies worded with them can be made again.
        recipe: Of the embedding model.
        reads_clauses: Whether a model reads messages beside the words.
        model: The language model; None without one.

    Raises:
        BadContent: A file of sentences is not UTF-8.
    """
    prompts = _sentences_kept(settings.prompts_dir, store)
    for prompt in () if model is None else model.prompts.values():
        store.keep_wording(prompt.digest, prompt.text)
    return InForce(
        {
            "contact": settings.contact,
            "question_limit": settings.question_limit,
            "message_limit": settings.message_limit,
            "compliance_channel": settings.compliance_channel,
            "reviewer_group": settings.reviewer_group,
            "admin_group": settings.admin_group,
            "embeddings": recipe,
            "reader": "words and clauses" if reads_clauses else "words",
            "prompts": prompts,
            "program": program(),
            # Without a model nothing is said of one, as in rows from before there was any.
            **({} if model is None else {"language_model": {
                "model": model.name,
                "address": model.address,
                "uses": sorted(uses_of(settings.chat_uses)),
                "mask": settings.chat_mask,
                "prompts": {str(use): prompt.digest for use, prompt in model.prompts.items()},
            }}),
        },
        people={"reviewers": settings.reviewers, "admins": settings.admins}, by=account())


def _sentences_kept(folder: Path, store: Store) -> Mapping[str, str]:
    """Keep the files of sentences in *folder*; the digest of each by its name."""
    digests: dict[str, str] = {}
    for file in sorted(folder.glob("*.yaml")):
        content = file.read_bytes()
        misread = not_utf8.fault(content)
        if misread is not None:
            raise BadContent(f"{file}:{misread[0]}: {misread[1]}.")
        text = content.decode()
        digests[file.name] = hashlib.sha256(text.encode()).hexdigest()
        store.keep_wording(digests[file.name], text)
    return digests
