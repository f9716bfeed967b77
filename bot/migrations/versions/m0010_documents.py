"""Documents of others: their bytes and text, every try to get one, and how each is cut."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documents",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("sha256", "name", "media_type")),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False)
          for name in ("title", "extracted", "kept_at", "by")),
        sa.PrimaryKeyConstraint("sha256", name="pk_documents"),
    )
    op.create_index("ix_documents_kept_at", "documents", ["kept_at"])
    op.create_table(
        "fetches",
        sa.Column("id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False)
          for name in ("official", "url", "at", "by", "final_url")),
        *(sa.Column(name, sa.Text) for name in ("sha256", "document", "error")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("etag", "last_modified")),
        sa.PrimaryKeyConstraint("id", name="pk_fetches"),
        sa.ForeignKeyConstraint(["document"], ["documents.sha256"],
                                name="fk_fetches_document_documents"),
    )
    op.create_index("ix_fetches_official_id", "fetches", ["official", "id"])
    op.create_table(
        "document_cuts",
        sa.Column("id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False)
          for name in ("document", "source", "about", "pieces")),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("updated_at", "by", "state")),
        sa.PrimaryKeyConstraint("id", name="pk_document_cuts"),
        sa.ForeignKeyConstraint(["document"], ["documents.sha256"],
                                name="fk_document_cuts_document_documents"),
        sa.UniqueConstraint("document", "source", name="uq_document_cuts_document_source"),
    )
