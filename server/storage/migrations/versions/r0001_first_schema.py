"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    _bookkeeping()
    _commands()
    _organizations()
    _wrapped_keys()
    _accounts()
    _patients()
    _sites()
    _practitioners()
    _authorities()
    _collaborations()
    _encounters()
    _calls()
    _chart_entries()
    _documents()
    _duty()
    _links()
    _offers()
    _sessions()
    _signatures()


def _key(table: str) -> tuple[sa.Column[str], sa.PrimaryKeyConstraint]:
    key = sa.Column("id", sa.String(64), nullable=False)
    return key, sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def _text(name: str, length: int, *, optional: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=optional)


def _big(name: str, *, optional: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=optional)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _bytes(name: str, *, optional: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=optional)


def _ref(table: str, name: str, target: str, *, optional: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey(f"{target}.id", name=f"fk_{table}_{name}")
    return sa.Column(name, sa.String(64), key, nullable=optional)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def _one_ringing(column: str) -> None:
    ringing = sa.text("state = 'ringing'")
    op.create_index(
        f"uq_offers_ringing_{column}",
        "offers",
        [column],
        unique=True,
        sqlite_where=ringing,
        postgresql_where=ringing,
    )


def _bookkeeping() -> None:
    op.create_table(
        "attempts",
        _text("bucket", 120),
        _big("window_started_at"),
        _whole("count"),
        sa.PrimaryKeyConstraint("bucket", name="pk_attempts"),
    )
    op.create_table(
        "counters",
        _text("name", 120),
        _big("value"),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.create_table(
        "leases",
        _text("name", 120),
        _text("holder", 64),
        _big("epoch"),
        _big("expires_at"),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )


def _commands() -> None:
    op.create_table(
        "commands",
        _text("actor", 80),
        _text("id", 64),
        sa.Column("outcome", sa.Text(), nullable=False),
        _big("created_at"),
        sa.PrimaryKeyConstraint("actor", "id", name="pk_commands"),
    )
    _index("commands", "created_at")


def _organizations() -> None:
    op.create_table(
        "organizations",
        *_key("organizations"),
        _text("kind", 16),
        _text("name", 120),
        _ref("organizations", "network_id", "organizations", optional=True),
        _flag("demo"),
        _big("created_at"),
    )


def _wrapped_keys() -> None:
    op.create_table(
        "wrapped_keys",
        *_key("wrapped_keys"),
        _text("purpose", 32),
        _text("subject", 64),
        _text("parent", 64),
        _bytes("sealed_key"),
        _bytes("public_key", optional=True),
        _big("created_at"),
        _big("shredded_at", optional=True),
        sa.UniqueConstraint("purpose", "subject", name="uq_wrapped_keys_purpose_subject"),
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        *_key("accounts"),
        _text("audience", 16),
        _ref("accounts", "organization_id", "organizations"),
        _text("login", 120),
        _text("password_hash", 200),
        _text("display_name", 120),
        _text("role", 32),
        _flag("active"),
        _big("created_at"),
        sa.UniqueConstraint("audience", "login", name="uq_accounts_audience_login"),
    )


def _patients() -> None:
    op.create_table(
        "patients",
        *_key("patients"),
        _ref("patients", "spa_id", "organizations"),
        _text("blind_index", 64),
        _bytes("sealed_identity"),
        _big("created_at"),
        sa.UniqueConstraint("spa_id", "blind_index", name="uq_patients_spa_id_blind_index"),
    )


def _sites() -> None:
    op.create_table(
        "sites",
        *_key("sites"),
        _ref("sites", "spa_id", "organizations"),
        _text("name", 120),
        _text("street", 200),
        _text("city", 120),
        _text("postal_code", 10),
        _text("jurisdiction", 2),
    )


def _practitioners() -> None:
    op.create_table(
        "practitioners",
        *_key("practitioners"),
        _ref("practitioners", "network_id", "organizations"),
        _ref("practitioners", "account_id", "accounts"),
        _text("display_name", 120),
        _text("profession", 8),
        _text("npi", 10),
        _text("languages", 40),
        _flag("active"),
        sa.UniqueConstraint("account_id", name="uq_practitioners_account_id"),
    )


def _authorities() -> None:
    op.create_table(
        "authorities",
        *_key("authorities"),
        _ref("authorities", "practitioner_id", "practitioners"),
        _text("jurisdiction", 2),
        _text("kind", 16),
        _text("number", 40),
        _text("profession", 8),
        _big("valid_from"),
        _big("valid_until"),
        _text("status", 16),
        _big("verified_at", optional=True),
        _text("verified_by", 120, optional=True),
        _text("source", 200, optional=True),
        _flag("independent_practice_verified"),
    )
    _index("authorities", "practitioner_id", "jurisdiction")


def _collaborations() -> None:
    op.create_table(
        "collaborations",
        *_key("collaborations"),
        _ref("collaborations", "practitioner_id", "practitioners"),
        _text("jurisdiction", 2),
        _text("physician_name", 120),
        _text("physician_number", 40),
        _big("active_from"),
        _big("active_until"),
    )
    _index("collaborations", "practitioner_id", "jurisdiction")


def _encounters() -> None:
    op.create_table(
        "encounters",
        *_key("encounters"),
        _ref("encounters", "network_id", "organizations"),
        _ref("encounters", "spa_id", "organizations"),
        _ref("encounters", "site_id", "sites"),
        _ref("encounters", "patient_id", "patients"),
        _text("request_id", 64),
        _ref("encounters", "requested_by", "accounts", optional=True),
        _text("visit", 16),
        _text("jurisdiction", 2, optional=True),
        _text("eligibility", 120, optional=True),
        _big("place", optional=True),
        _text("presence", 16),
        _ref("encounters", "practitioner_id", "practitioners", optional=True),
        _flag("parked"),
        _whole("chart_seq"),
        _text("chart_head", 64),
        _big("requested_at"),
        _big("ready_at", optional=True),
        _big("accepted_at", optional=True),
        _big("connected_at", optional=True),
        _big("ended_at", optional=True),
        _big("signed_at", optional=True),
        _big("changed_at"),
        sa.UniqueConstraint("spa_id", "request_id", name="uq_encounters_spa_id_request_id"),
    )
    _index("encounters", "network_id", "changed_at")
    _index("encounters", "network_id", "visit")
    _index("encounters", "practitioner_id", "visit")
    _index("encounters", "spa_id", "changed_at")


def _calls() -> None:
    op.create_table(
        "calls",
        _ref("calls", "encounter_id", "encounters"),
        _whole("generation"),
        _text("mode", 16),
        _big("started_at"),
        _big("patient_first_frame_at", optional=True),
        _big("practitioner_first_frame_at", optional=True),
        _big("connected_at", optional=True),
        _big("ended_at", optional=True),
        _text("outcome", 32, optional=True),
        sa.PrimaryKeyConstraint("encounter_id", "generation", name="pk_calls"),
    )


def _chart_entries() -> None:
    op.create_table(
        "chart_entries",
        _ref("chart_entries", "encounter_id", "encounters"),
        _whole("seq"),
        _text("kind", 40),
        _big("at"),
        _text("actor", 80),
        _whole("leaf_version"),
        _text("previous_hash", 64),
        _text("leaf_hash", 64),
        _text("ciphertext_hash", 64),
        _text("commitment", 64),
        _bytes("sealed_entry"),
        sa.PrimaryKeyConstraint("encounter_id", "seq", name="pk_chart_entries"),
    )


def _documents() -> None:
    op.create_table(
        "documents",
        _ref("documents", "encounter_id", "encounters"),
        _text("kind", 16),
        _text("sha256", 64),
        _bytes("sealed_pdf"),
        _big("created_at"),
        sa.PrimaryKeyConstraint("encounter_id", "kind", name="pk_documents"),
    )


def _duty() -> None:
    op.create_table(
        "duty",
        _ref("duty", "practitioner_id", "practitioners"),
        _ref("duty", "network_id", "organizations"),
        _text("status", 16),
        _whole("licence_count"),
        _ref("duty", "encounter_id", "encounters", optional=True),
        _whole("missed_offers"),
        _big("idle_since"),
        _big("paused_until", optional=True),
        _flag("leaving"),
        _big("changed_at"),
        sa.PrimaryKeyConstraint("practitioner_id", name="pk_duty"),
    )


def _links() -> None:
    op.create_table(
        "links",
        _text("secret_hash", 64),
        _text("code_hash", 64),
        _ref("links", "encounter_id", "encounters"),
        _big("created_at"),
        _big("expires_at"),
        _big("replaced_at", optional=True),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_links"),
    )
    _index("links", "code_hash")
    _index("links", "encounter_id")


def _offers() -> None:
    op.create_table(
        "offers",
        *_key("offers"),
        _ref("offers", "encounter_id", "encounters"),
        _ref("offers", "practitioner_id", "practitioners"),
        _text("state", 16),
        _text("reason", 40, optional=True),
        _big("rung_at"),
        _big("expires_at"),
        _big("settled_at", optional=True),
    )
    _index("offers", "encounter_id")
    _index("offers", "practitioner_id", "rung_at")
    _one_ringing("encounter_id")
    _one_ringing("practitioner_id")


def _sessions() -> None:
    op.create_table(
        "sessions",
        _text("id_hash", 64),
        _text("audience", 16),
        _ref("sessions", "account_id", "accounts", optional=True),
        _ref("sessions", "encounter_id", "encounters", optional=True),
        _ref("sessions", "site_id", "sites", optional=True),
        _flag("kiosk"),
        _text("device", 64),
        _text("assurance", 16),
        _big("auth_time"),
        _big("last_seen_at"),
        _big("expires_at"),
        _big("ended_at", optional=True),
        _text("end_reason", 32, optional=True),
        sa.PrimaryKeyConstraint("id_hash", name="pk_sessions"),
    )
    _index("sessions", "account_id")
    _index("sessions", "encounter_id")


def _signatures() -> None:
    op.create_table(
        "signatures",
        _ref("signatures", "encounter_id", "encounters"),
        _whole("seq"),
        _text("chart_head", 64),
        _ref("signatures", "practitioner_id", "practitioners"),
        _bytes("public_key"),
        _bytes("signature"),
        _big("signed_at"),
        sa.PrimaryKeyConstraint("encounter_id", "seq", name="pk_signatures"),
    )
