"""What reaches us, what we owe in return, and where conversations stand in Slack."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("sent_at", sa.Text, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("received_at", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due", sa.Text, nullable=False),
        sa.Column("reference", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("key", name="uq_deliveries_key"),
    )
    op.create_index("ix_deliveries_state_conversation", "deliveries", ["state", "conversation"])
    op.create_table(
        "outgoing",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("turn", sa.Integer),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("target", sa.Text),
        sa.Column("opens_thread", sa.Integer, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("shown", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("in_doubt", sa.Integer, nullable=False),
        sa.Column("tried_at", sa.Text),
        sa.Column("due", sa.Text, nullable=False),
        sa.Column("marker", sa.Text, nullable=False),
        sa.Column("ref", sa.Text),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_outgoing"),
        sa.UniqueConstraint("key", name="uq_outgoing_key"),
    )
    op.create_index("ix_outgoing_conversation_turn", "outgoing", ["conversation", "turn"])
    op.create_index("ix_outgoing_state_conversation", "outgoing", ["state", "conversation"])
    op.create_table(
        "claims",
        sa.Column("conversation", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("conversation", name="pk_claims"),
    )
    op.create_table(
        "cases",
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("asker", sa.Text, nullable=False),
        sa.Column("opened_at", sa.Text, nullable=False),
        sa.Column("channel", sa.Text),
        sa.Column("thread", sa.Text),
        sa.Column("private", sa.Integer, nullable=False),
        sa.Column("listening", sa.Integer, nullable=False),
        sa.Column("link", sa.Text),
        sa.Column("watch_on", sa.Text),
        sa.PrimaryKeyConstraint("conversation", name="pk_cases"),
    )
    op.create_index("ix_cases_team_asker", "cases", ["team", "asker"])
    op.create_index("ix_cases_watch_on", "cases", ["watch_on"])
    op.create_table(
        "places",
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("thread", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("team", "channel", "thread", name="pk_places"),
    )
    op.create_index("ix_places_conversation", "places", ["conversation"])
    op.create_table(
        "case_events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_events"),
        sa.UniqueConstraint("key", name="uq_case_events_key"),
    )
    op.create_index("ix_case_events_conversation", "case_events", ["conversation"])
