"""Every setting, read from the environment and `.env`; the environment wins."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import BadSetting

_PROJECT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """The settings of one process; each field is `ADVISOR_<NAME>` in the environment."""

    model_config = SettingsConfigDict(
        env_prefix="ADVISOR_", env_file=".env", env_file_encoding="utf-8", extra="ignore"
    )

    data_dir: Annotated[Path, Field(
        description="All local state: the database, the index, the exported model."
    )] = Path("data")
    database_url: Annotated[str | None, Field(
        description="SQLAlchemy URL of the database; empty for SQLite in the data folder."
    )] = None
    chroma_url: Annotated[str | None, Field(
        description="Address of a Chroma server; empty for an index in the data folder."
    )] = None
    embeddings: Annotated[str | None, Field(
        description="Another embedding model: a folder, a hub id, or vendor:model; empty for "
        "the packaged one, which needs no network."
    )] = None
    corpus_dir: Annotated[Path, Field(
        description="Folder of the guidance corpus."
    )] = _PROJECT / "guidance_corpus"
    prompts_dir: Annotated[Path, Field(
        description="Folder of the bot's own sentences."
    )] = _PROJECT / "prompts"
    contact: Annotated[str, Field(
        min_length=1,
        description="Who people are told to turn to, as it reads in a sentence."
    )] = "your compliance lead"
    question_limit: Annotated[int, Field(
        ge=0, le=50, description="Most questions in one conversation before the full advice."
    )] = 12
    message_limit: Annotated[int, Field(
        ge=100, le=100_000, description="Longest message that is read, in characters."
    )] = 8000
    log_level: Annotated[str, Field(
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description="Least level of what is logged to standard error."
    )] = "WARNING"

    @property
    def database(self) -> str:
        """The URL of the database in force."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'advisor.sqlite3').resolve()}"


def load() -> Settings:
    """The settings in force.

    Raises:
        BadSetting: A value can't be used; names each one, what is wrong, and what is expected.
    """
    try:
        return Settings()
    except ValidationError as error:
        problems = [
            f"ADVISOR_{'_'.join(str(p) for p in e['loc']).upper()}: {e['msg']} "
            f"(given: {str(e.get('input'))[:60]!r})"
            for e in error.errors()
        ]
        raise BadSetting("Some settings can't be used.\n" + "\n".join(problems)) from None
