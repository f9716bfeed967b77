"""Every setting: what it is called, what it may hold, and what holds where it isn't set."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict
from sqlalchemy.engine import URL

from bot.chat.calls import uses_of
from bot.setting_values import Token, Written, is_server
from retrieval.ingesting.hosts import allowed_hosts

_PROJECT = Path(__file__).resolve().parents[1]
PREFIX = "ADVISOR_"
"""What the name of each setting but Slack's begins with in the environment."""
SLACK_PREFIX = "SLACK_"


class Settings(Written):
    """The settings of one process; each field is `ADVISOR_<NAME>` in the environment."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore"
    )

    data_dir: Annotated[Path, Field(
        description="All local state: the database, the index, the exported model."
    )] = Path("data")
    model_dir: Annotated[Path | None, Field(
        description="Folder that 'advisor model export' has filled, which is only read; empty for "
        "the data folder, where the model is exported at the first start."
    )] = None
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
    chat_model: Annotated[str | None, Field(
        pattern=r"^([a-z0-9_]+:\S+)?$", examples=["openai:gpt-4o-mini", "ollama:llama3.1"],
        description="Language model as vendor:model, any that LangChain knows; empty for none, and "
        "then nothing leaves this machine."
    )] = None
    chat_base_url: Annotated[str, Field(
        pattern=r"^(https?://[^?#\s]+)?$", examples=["http://127.0.0.1:11434/v1"],
        description="Address of a model server of your own, http://…/v1; empty for the vendor's."
    )] = ""
    chat_api_key: Annotated[Token | None, Field(
        description="Key of the language model; without it the vendor's own variable is read, but "
        "only for the vendor's own address."
    )] = None
    chat_uses: Annotated[str, Field(
        min_length=1,  # who leaves it empty may mean all uses or none
        description="What the language model is used for, by commas: reading, search, wording."
    )] = "reading,search,wording"
    chat_mask: Annotated[bool, Field(
        description="Whether names and counterparties are masked before anything is sent."
    )] = True
    chat_seconds: Annotated[float, Field(
        gt=0, le=600, description="How long one call of the language model may take."
    )] = 20.0
    chat_budget_seconds: Annotated[float, Field(
        gt=0, le=3600,
        description="How long after an answer the language model may still change it."
    )] = 60.0
    chat_retries: Annotated[int, Field(
        ge=0, le=5, description="How often a call that failed is tried again."
    )] = 1
    chat_parallel: Annotated[int, Field(
        ge=1, le=64, description="Most calls of the language model at the same time."
    )] = 2
    chat_failures: Annotated[int, Field(
        ge=1, le=100, description="Failures in a row after which the language model rests."
    )] = 5
    chat_rest_seconds: Annotated[float, Field(
        gt=0, le=86_400, description="How long it rests then."
    )] = 60.0
    chat_tokens_per_day: Annotated[int, Field(
        ge=0, description="Most tokens of a workspace a day; 0 for no limit."
    )] = 0
    chat_prices: Annotated[str, Field(
        pattern=r"^(\d{1,6}(\.\d+)?/\d{1,6}(\.\d+)?)?$", examples=["0.15/0.60"],
        description="Price of a million tokens sent and received, as 0.15/0.60, to count costs."
    )] = ""
    contact: Annotated[str, Field(
        min_length=1, max_length=200,
        description="Who people are told to turn to, as it reads in a sentence."
    )] = "your compliance lead"
    question_limit: Annotated[int, Field(
        ge=0, le=50, description="Most questions in one conversation before the full advice."
    )] = 12
    message_limit: Annotated[int, Field(
        ge=100, le=100_000, description="Longest message that is read, in characters."
    )] = 8000
    host: Annotated[str, Field(
        description="Address that `advisor serve` listens on."
    )] = "127.0.0.1"
    port: Annotated[int, Field(
        ge=0, le=65535, description="Port that `advisor serve` listens on."
    )] = 8080
    api_token: Annotated[Token | None, Field(
        description="Bearer token for POST /api/turns; without one it answers this machine only."
    )] = None
    api_workspace: Annotated[str, Field(
        pattern=r"^([TE][A-Z0-9]{2,40})?$", examples=["T0123ABCD"],
        description="Slack's id of the one workspace whose compliance leads see, in the console, "
        "what is said by the machine protocol; without it nobody there does."
    )] = ""
    token_key: Annotated[SecretStr | None, Field(
        description="Seals the tokens of several workspaces in the database; a Fernet key."
    )] = None
    log_key: Annotated[SecretStr | None, Field(
        description="Signs the checkpoints of the log: 32 random bytes in Base64. Without it a "
        "key is made in the data folder, which protects less: whoever copies the folder has it."
    )] = None
    log_keys_before: Annotated[str, Field(
        description="Public keys that checkpoints were signed with before the key of now, by "
        "commas, as 'advisor log key' prints them: after a restore without the old key."
    )] = ""
    erasure_list: Annotated[Path | None, Field(
        description="File that every erasure is listed in, so that a restored back-up forgets the "
        "same again; best on another disk. Empty for erasures.jsonl in the data folder."
    )] = None
    production: Annotated[bool, Field(
        description="Whether this is a real installation: the local workspace then never starts."
    )] = False
    compliance_channel: Annotated[str, Field(
        description="Id of the Slack channel that deals are sent to for review; empty for none."
    )] = ""
    reviewers: Annotated[str, Field(
        description="Slack ids of compliance leads, by commas; they see the queue in App Home and "
        "all conversations in the console."
    )] = ""
    reviewer_group: Annotated[str, Field(
        description="Id of a Slack user group whose members are compliance leads too, in the "
        "console; empty for none."
    )] = ""
    admins: Annotated[str, Field(
        description="Slack ids of those who besides keep the corpus in the console, by commas."
    )] = ""
    admin_group: Annotated[str, Field(
        description="Id of a Slack user group whose members are admins too; empty for none."
    )] = ""
    four_eyes: Annotated[bool, Field(
        description="Whether two people have to sign off a review."
    )] = False
    base_url: Annotated[str, Field(
        pattern=r"^(https?://[^/?#\s]+/?)?$", examples=["https://advisor.example.com"],
        description="Where the server is reached from outside, https://…; the console needs it."
    )] = ""
    fetch_from: Annotated[str, Field(
        description="Hosts that documents may be downloaded from although they aren't public, as "
        "host or host:port, by commas: a mirror in your own network."
    )] = ""
    fetch_proxy: Annotated[str, Field(
        pattern=r"^(https?://[^/?#\s]+/?)?$", examples=["http://proxy.example.com:3128"],
        description="Proxy that documents are downloaded through, http://…; it then decides what "
        "can be reached. Proxies of the environment are not used."
    )] = ""
    fetch_seconds: Annotated[float, Field(
        ge=1, le=3600, description="How long the download of one document may take."
    )] = 120.0
    document_megabytes: Annotated[int, Field(
        ge=1, le=200, description="Largest document that is downloaded or read; unpacked (a "
        ".docx is packed) five times as much."
    )] = 20
    document_pages: Annotated[int, Field(
        ge=1, le=20_000, description="Most pages of a document that is read."
    )] = 2_000
    document_characters: Annotated[int, Field(
        ge=1_000, le=100_000_000, description="Most characters of a document that is read."
    )] = 12_000_000
    document_seconds: Annotated[int, Field(
        ge=5, le=3600,
        description="Computing time that reading one document may take; twice as long by the clock."
    )] = 300
    document_memory_megabytes: Annotated[int, Field(
        ge=500, le=64_000, description="Address space that reading one document may take."
    )] = 2_000
    workers: Annotated[int, Field(
        ge=1, le=32, description="Conversations that are worked on at the same time."
    )] = 4
    post_grace_seconds: Annotated[float, Field(
        ge=0.1, le=600,
        description="How long a post of unclear end is left alone before it is looked for."
    )] = 12.0
    drain_seconds: Annotated[float, Field(
        ge=0, le=300,
        description="How long the server goes on answering after it was told to end, so that a "
        "balancer can notice; 0 where there is none."
    )] = 0.0
    log_level: Annotated[str, Field(
        pattern="^(DEBUG|INFO|WARNING|ERROR)$", examples=["DEBUG", "INFO", "WARNING", "ERROR"],
        description="Least level of what is logged to standard error."
    )] = "WARNING"
    log_format: Annotated[str, Field(
        pattern="^(json|text)?$", examples=["json", "text"],
        description="Log lines as json or as text for a person; empty for text on a terminal and "
        "json in production and elsewhere."
    )] = ""
    log_text: Annotated[bool, Field(
        description="Whether log lines hold messages and errors whole, with what people said: only "
        "to look into a fault."
    )] = False
    metrics: Annotated[bool, Field(
        description="Whether the process counts what it does, for GET /metrics."
    )] = True
    metrics_token: Annotated[Token | None, Field(
        description="Bearer token for GET /metrics; without one it answers this machine only."
    )] = None

    @field_validator("fetch_from")
    @classmethod
    def _hosts(cls, value: str) -> str:
        allowed_hosts(value)
        return value

    @field_validator("contact")
    @classmethod
    def _in_a_sentence(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("It is read within a sentence, so write it in one line")
        return value

    @field_validator("chroma_url")
    @classmethod
    def _server(cls, value: str | None) -> str | None:
        if value and not is_server(value):
            raise ValueError("Write it like http://chroma:8000, or leave it empty to keep the "
                             "index in the data folder")
        return value

    @field_validator("base_url", "chat_base_url", "fetch_proxy")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not is_server(value):
            raise ValueError("It is no address: its host or its port can't be read")
        return value

    @field_validator("chat_uses")
    @classmethod
    def _uses(cls, value: str) -> str:
        uses_of(value)
        return value

    @model_validator(mode="after")
    def _model_of_address(self) -> Self:
        if self.chat_base_url and not self.chat_model:
            raise ValueError(
                "ADVISOR_CHAT_BASE_URL names a model server, but ADVISOR_CHAT_MODEL no model: set "
                "it to vendor:model, such as openai:my-model for a server that speaks as OpenAI's "
                "does, or leave both empty")
        return self

    @property
    def chat_call_seconds(self) -> float:
        """How long a call of the language model may take, its tries and the waits between them.

        A server that asks to wait for longer is not tried again: who holds what is looked at would
        be taken for dead, and somebody else would send the same once more.
        """
        return min(self.chat_budget_seconds, self.chat_seconds * (1 + self.chat_retries))

    @property
    def database(self) -> str:
        """The URL of the database in force."""
        if self.database_url:
            return self.database_url
        # A folder may be called by signs that mean something in an address: "?", "%20".
        file = str((self.data_dir / "advisor.sqlite3").resolve())
        return URL.create("sqlite", database=file).render_as_string(hide_password=False)

    @property
    def erasures(self) -> Path:
        """The list of erasures in force."""
        return self.erasure_list or self.data_dir / "erasures.jsonl"


class SlackSettings(Written):
    """How Slack is reached; each field is `SLACK_<NAME>` in the environment.

    With `app_token` and `bot_token` the bot connects by Socket Mode; with `signing_secret` and
    `bot_token`, or with `client_id` and `client_secret` for several workspaces, Slack calls
    `/slack/events`; with nothing the local workspace starts.
    """

    model_config = SettingsConfigDict(
        env_prefix=SLACK_PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore"
    )

    bot_token: Annotated[Token | None, Field(
        description="Bot token of the one workspace, xoxb-…"
    )] = None
    app_token: Annotated[Token | None, Field(
        description="App-level token with connections:write, xapp-…: Socket Mode."
    )] = None
    signing_secret: Annotated[Token | None, Field(
        description="Checks that requests over HTTP come from Slack."
    )] = None
    client_id: Annotated[str | None, Field(
        description="Of the app: for the console, and where several workspaces install it."
    )] = None
    client_secret: Annotated[Token | None, Field(
        description="Of the app: for the console, and where several workspaces install it."
    )] = None
    api_url: Annotated[str, Field(
        pattern="^https?://.+/$", examples=["https://slack.com/api/"],
        description="Slack's Web API; another address for a proxy or a test."
    )] = "https://slack.com/api/"

    @property
    def connects(self) -> bool:
        """Whether there is a Slack to connect to."""
        return bool(self.bot_token or self.app_token or self.client_id or self.signing_secret)
