"""What reviewers see and do: cases and their lines, sign-offs, and who they are."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, UniqueConstraint

from bot.schema.tables import metadata, only_on, where

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
"""What a line of the list of cases is looked for by, or shows."""

case_lines = Table(
    "case_lines",
    metadata,
    # What the log adds up to for one conversation, for whoever looks through many; see
    # `bot.casebook.lines`, which makes it again from the log.
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
    # Who is to review it, empty for nobody, and how far that is; see `bot.casebook.standing`.
    Column("assigned", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("memory", Text, nullable=False),
    # What tags and the index of words know it by; see `case_words`.
    Column("number", Integer, nullable=False),
    # 1 while tags of it are fresh, as in case_tags.
    Column("fresh", Integer, nullable=False, server_default="0"),
    Index("ix_case_lines_number", "number", unique=True),
    # All that a line is looked for by stands in both, so that the lines themselves, which are far
    # wider, are read only for the page.
    Index("ix_case_lines_newest", "workspace", "opened_at", "conversation", *_SOUGHT, "urgency"),
    Index("ix_case_lines_urgent", "workspace", "urgency", "opened_at", "conversation", *_SOUGHT),
    Index("ix_case_lines_asker", "workspace", "asker", "number"),
    Index("ix_case_lines_standing", "standing", "workspace", "conversation"),
    Index("ix_case_lines_assigned", "workspace", "assigned"),
    only_on("sqlite", Index("ix_case_lines_fresh", "conversation", **where("fresh = 1"))),
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
    # Flags and considerations raised, and values of facts: what lines are looked for by.  The key
    # begins with the conversation, so that what a turn adds stands together.
    Column("conversation", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    # The line's, so that all of a tag are found without a look at the lines.
    Column("workspace", Text, nullable=False),
    Column("number", Integer, nullable=False),
    # 1 until it is filed, as in case_cites: each tag has a place of its own in the index by value.
    # Which conversations have such tags, their lines tell.
    Column("fresh", Integer, nullable=False, server_default="0"),
    only_on("sqlite", Index("ix_case_tags_filed", "workspace", "kind", "value", "number",
                            **where("fresh = 0"))),
    only_on("postgresql", Index("ix_case_tags_found", "workspace", "kind", "value", "number")),
    # PostgreSQL keeps the order of before, in which an older program looks: the value first.
    only_on("postgresql", Index("ix_case_tags_conversation", "conversation")),
    sqlite_with_rowid=False,
)

case_cites = Table(
    "case_cites",
    metadata,
    # Which provisions the answers of a conversation cite; see `bot.casebook.cites`.
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
    # 1 until it is filed: a turn cites a hundred provisions, each in a place of its own in the
    # index by provision, so that rows are put there many at once; see `bot.casebook.filing`.
    # Programs of before write 0, and what they write is found at once.  On PostgreSQL nothing is
    # fresh: the index that an older program looks in can't be taken away under it.
    Column("fresh", Integer, nullable=False, server_default="0"),
    # Who cites a provision, the latest first, and how often, without a look at the rows.
    only_on("sqlite", Index(
        "ix_case_cites_filed", "workspace", "provision", "at", "conversation", "number",
        "turns", "shown", **where("fresh = 0"))),
    only_on("sqlite", Index(
        "ix_case_cites_fresh", "conversation", "provision", **where("fresh = 1"))),
    only_on("postgresql", Index(
        "ix_case_cites_found", "workspace", "provision", "at", "conversation", "number",
        "turns", "shown")),
    # There are some hundred for each deal, so SQLite keeps them in the order of the key.
    sqlite_with_rowid=False,
)

day_counts = Table(
    "day_counts",
    metadata,
    # How many conversations opened on a day have a trait; see `bot.casebook.day_counts`.
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
