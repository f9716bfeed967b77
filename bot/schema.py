"""The tables.  Text, integers and JSON as text: the same on SQLite and on PostgreSQL.

Times are text in UTC, of one width, so that they sort; see `bot.ledger.timestamp`.
"""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

releases = Table(
    "releases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("content", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)

schema_floor = Table(
    "schema_floor",
    metadata,
    # The oldest program that can work on this schema, by its revision.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Text, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

active_release = Table(
    "active_release",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("release", ForeignKey(releases.c.id), nullable=False),
    Column("since", Text, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

corpus_edits = Table(
    "corpus_edits",
    metadata,
    # What an installation changed of the corpus that ships, in order; see `bot.publishing.drafts`.
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    # Rows stay when they are taken back: who ticked what against what is part of the history.
    Column("withdrawn_at", Text),
    Column("withdrawn_by", Text),
    Index(None, "subject"),
)

publications = Table(
    "publications",
    metadata,
    # Every time that a release was put in force: the first, published ones, and ways back.
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("release", ForeignKey(releases.c.id), nullable=False),
    Column("before", Text),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    # Why it was published although the gate refused; null where it passed.
    Column("override", Text),
    # Of the corpus folder that it was made from, so that a change there can be noticed.
    Column("folder_sha256", Text),
    # What differed, what the gate found, whose advice became another; as JSON.
    Column("report", Text, nullable=False),
)

preparation = Table(
    "preparation",
    metadata,
    # The one release that is being prepared, or waits to be published; see
    # `bot.publishing.preparing`.
    Column("id", Integer, primary_key=True, autoincrement=False),
    # Whoever holds it prepares; another one that finds the beat fresh leaves it alone.
    Column("token", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("since", Text, nullable=False),
    Column("beat", Text, nullable=False),
    # preparing, ready, refused (by the gate), unsound (by the checks), failed.
    Column("state", Text, nullable=False),
    Column("step", Text, nullable=False),
    # Of the draft, and the release that was in force.
    Column("stamp", Text, nullable=False),
    Column("base", Text),
    Column("release", Text),
    Column("content", Text),
    Column("report", Text),
    CheckConstraint("id = 1", name="one_row"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    # Number of its last turn in the log: orders those of a workspace whatever the clocks said.
    Column("last_seq", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Index(None, "workspace", "last_seq"),
    Index(None, "updated_at"),
)

log = Table(
    "log",
    metadata,
    Column("workspace", Text, primary_key=True),
    # Handed out by log_heads and not by the database, whose counters skip: a gap is a lost row.
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("conversation", Text),
    Column("at", Text, nullable=False),
    # The person's: null once erased, all together.  The body holds their salted hash.
    Column("actor", Text),
    Column("words", Text),
    Column("salt", Text),
    Column("personal_sha256", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
    UniqueConstraint("key"),
    UniqueConstraint("digest"),
    Index(None, "conversation", "workspace", "seq"),
    Index(None, "actor", "at"),
    Index(None, "workspace", "kind", "seq"),
)

log_heads = Table(
    "log_heads",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    # The right edge of the tree over the log; see `bot.merkle.Edge`.
    Column("edge", Text, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("key", Text, primary_key=True),
    Column("conversation", ForeignKey(conversations.c.id), nullable=False),
    Column("version", Integer, nullable=False),
    Column("release", ForeignKey(releases.c.id), nullable=False),
    # Its row in the log, which holds all else.
    Column("workspace", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    # Where the reply was posted; the only column that is written later.
    Column("posted_ref", Text),
    UniqueConstraint("conversation", "version"),
    UniqueConstraint("workspace", "seq"),
    ForeignKeyConstraint(["workspace", "seq"], [log.c.workspace, log.c.seq]),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    # The signed note; see `bot.checkpoints`.
    Column("note", Text, nullable=False),
)

holds = Table(
    "holds",
    metadata,
    # Conversations that nothing may be erased of, for as long as they stand here.
    Column("conversation", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("since", Text, nullable=False),
)

retention = Table(
    "retention",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("days", Integer, nullable=False),
    CheckConstraint("days > 0", name="some_days"),
)

wordings = Table(
    "wordings",
    metadata,
    # The bot's own sentences, by their digest: what a reply was worded with.
    Column("digest", Text, primary_key=True),
    Column("content", Text, nullable=False),
)

NEW: ColumnElement[str] = literal_column("'new'")
WAITING: ColumnElement[str] = literal_column("'waiting'")
"""The states that indexes are over, for statements that are made often.

Given as a value, SQLite plans the statement anew each time that it is run, since another value
would forbid the index, and PostgreSQL does without the index once it keeps the plan.
"""


def _only(state: str) -> dict[str, Any]:
    """Options of an index over the rows in *state* alone."""
    rows = text(f"state = '{state}'")
    return {"sqlite_where": rows, "postgresql_where": rows}


deliveries = Table(
    "deliveries",
    metadata,
    # Grows in the order of commits within a conversation: see `Deliveries.receive`.
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("sent_at", Text, nullable=False),
    # Null once handled: from then on the words are the turn's alone, where they can be erased.
    Column("body", Text),
    Column("event_id", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    # new, done, aside (people were talking to each other), failed.
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due", Text, nullable=False),
    Column("reference", Text),
    UniqueConstraint("key"),
    Index(None, "state", "conversation"),
    # Of what waits alone, and so always small: whose turn it is, and what holds it back.  The
    # state stands first so that SQLite, which knows no figures, prefers them.
    Index("ix_deliveries_person", "state", "team", "author", "id", "conversation",
          **_only("new")),
    Index("ix_deliveries_waiting", "state", "conversation", "due", **_only("new")),
)

outgoing = Table(
    "outgoing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("turn", Integer),
    Column("method", Text, nullable=False),
    Column("target", Text),
    Column("opens_thread", Integer, nullable=False),
    # Null once posted: Slack has it, and the turn holds what it was drawn from.
    Column("body", Text),
    # The conversation as it was last shown before this reply; null once that has changed.
    Column("shown", Text),
    # waiting, sent, stale (somebody wrote again first), refused (Slack will not take it),
    # dropped (what it was to replace stands as it was; the next turn makes it stale).
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("in_doubt", Integer, nullable=False),
    Column("tried_at", Text),
    Column("due", Text, nullable=False),
    Column("marker", Text, nullable=False),
    Column("ref", Text),
    Column("error", Text),
    UniqueConstraint("key"),
    Index(None, "state", "conversation"),
    Index(None, "conversation", "turn"),
    Index("ix_outgoing_due", "state", "due", "id", "conversation", **_only("waiting")),
    Index("ix_outgoing_waiting", "state", "conversation", "due", **_only("waiting")),
)

claims = Table(
    "claims",
    metadata,
    # Rows that are locked and never changed: whoever holds one works on the conversation.
    Column("conversation", Text, primary_key=True),
)

cases = Table(
    "cases",
    metadata,
    Column("conversation", Text, primary_key=True),
    Column("team", Text, nullable=False),
    Column("asker", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    # Where replies go.  The channel is empty until a direct message with the asker is open, and
    # the thread until its first message stands.
    Column("channel", Text),
    Column("thread", Text),
    Column("private", Integer, nullable=False),
    Column("listening", Integer, nullable=False),
    Column("link", Text),
    Column("watch_on", Text),
    Index(None, "team", "asker"),
    Index(None, "watch_on"),
)

places = Table(
    "places",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("thread", Text, primary_key=True),
    Column("conversation", Text, nullable=False),
    Index(None, "conversation"),
)

sessions = Table(
    "sessions",
    metadata,
    # SHA-256 of what the cookie holds: who reads the database can't sign in with it.
    Column("id", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("name", Text, nullable=False),
    # What they were when they signed in; a session never holds more than that.
    Column("role", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("revoked_at", Text),
    Index(None, "workspace", "user"),
    Index(None, "expires_at"),
)

_SOUGHT = ("number", "turns", "asker", "updated_at", "state", "ups", "downs", "unchecked",
           "handed_over", "reviewed", "erased", "assigned", "standing")

case_lines = Table(
    "case_lines",
    metadata,
    # What the log adds up to for one conversation, for whoever looks through many; see
    # `bot.case_lines`, which makes it again from the log.
    Column("conversation", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    # Empty once erased, and where nobody of Slack's opened it.
    Column("asker", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("ups", Integer, nullable=False),
    Column("downs", Integer, nullable=False),
    Column("unchecked", Integer, nullable=False),
    Column("handed_over", Integer, nullable=False),
    Column("reviewed", Integer, nullable=False),
    Column("erased", Integer, nullable=False),
    # Who is to review it, empty for nobody, and how far that is; see `bot.standing`.
    Column("assigned", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("memory", Text, nullable=False),
    # What tags and the index of words know it by; see `case_words`.
    Column("number", Integer, nullable=False),
    Index("ix_case_lines_number", "number", unique=True),
    # All that a line is looked for by stands in both, so that the lines themselves, which are far
    # wider, are read only for the page.
    Index("ix_case_lines_newest", "workspace", "opened_at", "conversation", *_SOUGHT, "urgency"),
    Index("ix_case_lines_urgent", "workspace", "urgency", "opened_at", "conversation", *_SOUGHT),
    Index("ix_case_lines_asker", "workspace", "asker", "number"),
    Index("ix_case_lines_standing", "standing", "workspace", "conversation"),
    Index("ix_case_lines_assigned", "workspace", "assigned"),
)

review_locks = Table(
    "review_locks",
    metadata,
    # Who is reviewing right now; see `bot.reviews.locks`.
    Column("conversation", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("since", Text, nullable=False),
    Column("until", Text, nullable=False),
)

review_sweep = Table(
    "review_sweep",
    metadata,
    # How far what is signed was held against the release in force; see `bot.reviews.lapsing`.
    Column("id", Integer, primary_key=True, autoincrement=False),
    # When that release was put in force.
    Column("since", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("finished", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

case_tags = Table(
    "case_tags",
    metadata,
    # Flags and considerations raised, and values of facts: what lines are looked for by.
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("conversation", Text, primary_key=True),
    # The line's, so that all of a tag are found without a look at the lines.
    Column("workspace", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Index(None, "conversation"),
    Index("ix_case_tags_found", "workspace", "kind", "value", "number"),
)

case_cites = Table(
    "case_cites",
    metadata,
    # Which provisions the answers of a conversation cite; see `bot.case_cites`.
    Column("conversation", Text, primary_key=True),
    Column("provision", Text, primary_key=True),
    # The line's, as in case_tags.
    Column("workspace", Text, nullable=False),
    Column("number", Integer, nullable=False),
    # How many turns do, which did last, and which showed it last to the person (0: none did).
    Column("turns", Integer, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("release", Text, nullable=False),
    # The characters of the provision that it cited, their SHA-256, and how far they were checked.
    Column("span_start", Integer, nullable=False),
    Column("span_end", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("checked", Text, nullable=False),
    # Who cites a provision, the latest first, and how often, without a look at the rows.
    Index("ix_case_cites_found", "workspace", "provision", "at", "conversation", "number",
          "turns", "shown"),
    # There are some hundred for each deal, so SQLite keeps them in the order of the key.
    sqlite_with_rowid=False,
)

day_counts = Table(
    "day_counts",
    metadata,
    # How many conversations opened on a day have a trait; see `bot.day_counts`.
    Column("workspace", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("number", Integer, nullable=False),
)

case_words = Table(
    "case_words",
    metadata,
    # The number of each conversation.  By it, its words are in case_words_index, which each
    # database has in a form of its own.
    Column("id", Integer, primary_key=True),
    Column("conversation", Text, nullable=False),
    UniqueConstraint("conversation"),
)

saved_filters = Table(
    "saved_filters",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("user", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("query", Text, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("user", Text, primary_key=True),
    # Empty where nobody knows it, and for who was erased; see `bot.people`.
    Column("name", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    # Of the bytes: the same file is kept once, whatever it is called.
    Column("sha256", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    # What the document calls itself, and what was read out of it; see `retrieval.ingesting`.
    Column("title", Text, nullable=False),
    Column("extracted", Text, nullable=False),
    Column("kept_at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Index(None, "kept_at"),
)

fetches = Table(
    "fetches",
    metadata,
    # Every try to get a document, also what came to nothing.
    Column("id", Integer, primary_key=True),
    # Of the list of official documents; empty for an address that somebody gave.
    Column("official", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("final_url", Text, nullable=False),
    # Of what came; null where nothing did.
    Column("sha256", Text),
    # The document that it is, which differs from what came where only the packing does; null
    # where it was not taken, and then the error says why.
    Column("document", ForeignKey(documents.c.sha256)),
    Column("error", Text),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Index(None, "official", "id"),
)

document_cuts = Table(
    "document_cuts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document", ForeignKey(documents.c.sha256), nullable=False),
    # Id of the source that the pieces become provisions of, and all else of it as JSON.
    Column("source", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("pieces", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", Text, nullable=False),
    Column("by", Text, nullable=False),
    # open, added, dropped.
    Column("state", Text, nullable=False),
    UniqueConstraint("document", "source"),
)

second_looks = Table(
    "second_looks",
    metadata,
    # Answers that a language model may still change, until it has looked; see `bot.second_look`.
    Column("conversation", Text, primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("workspace", Text, nullable=False),
    Column("asked_at", Text, nullable=False),
    # Nobody takes it up before: somebody else has it, or its answer is not posted yet.
    Column("due", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Index(None, "due"),
)

chat_choices = Table(
    "chat_choices",
    metadata,
    # Workspaces that said whether a language model may be used for them.
    Column("workspace", Text, primary_key=True),
    Column("allowed", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
)

chat_usage = Table(
    "chat_usage",
    metadata,
    # What a language model was used for, and what it took, by day (UTC).
    Column("workspace", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("use", Text, primary_key=True),
    # How it ended; of a draft that came back, why it was refused, or "passed".
    Column("outcome", Text, primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    # Millionths of the currency in which ADVISOR_CHAT_PRICES is set.
    Column("micros", Integer, nullable=False),
    Column("took_ms", Integer, nullable=False),
)
