"""Authorizations of signed exams, same-day checks, uses, and tokens of spas."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), nullable=nullable)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _sealed(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _foreign(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{target}.id"], name=f"fk_{table}_{name}")
        for name, target in targets.items()
    ]


def upgrade() -> None:
    """Create the tables."""
    _authorizations()
    _checks_and_uses()
    _events()
    _tokens()


def _authorizations() -> None:
    op.create_table(
        "authorizations",
        _id("id"),
        _id("network_id"),
        _id("spa_id"),
        _id("site_id"),
        _id("patient_id"),
        _id("encounter_id"),
        _id("practitioner_id"),
        _text("treatment_class", 40),
        _text("disposition", 32),
        _id("protocol_id", nullable=True),
        sa.Column("protocol_version", sa.Integer(), nullable=True),
        sa.Column("chart_seq", sa.Integer(), nullable=False),
        _text("chart_head", 64),
        _sealed("sealed_terms"),
        _at("signed_at"),
        _text("valid_until", 10),
        _at("revoked_at", nullable=True),
        _text("revoked_by", 80, nullable=True),
        _text("revoked_reason", 40, nullable=True),
        _at("satisfied_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_authorizations"),
        sa.UniqueConstraint(
            "encounter_id",
            "treatment_class",
            name="uq_authorizations_encounter_id_treatment_class",
        ),
        *_foreign(
            "authorizations",
            network_id="organizations",
            spa_id="organizations",
            site_id="sites",
            patient_id="patients",
            encounter_id="encounters",
            practitioner_id="practitioners",
        ),
    )
    op.create_index(
        "ix_authorizations_patient_id_treatment_class",
        "authorizations",
        ["patient_id", "treatment_class"],
    )


def _checks_and_uses() -> None:
    op.create_table(
        "same_day_checks",
        _id("id"),
        _id("spa_id"),
        _id("patient_id"),
        _text("day", 10),
        _text("answered_by", 16),
        _text("actor", 80),
        _at("recorded_at"),
        _sealed("sealed_answers"),
        sa.PrimaryKeyConstraint("id", name="pk_same_day_checks"),
        *_foreign("same_day_checks", spa_id="organizations", patient_id="patients"),
    )
    op.create_index(
        "ix_same_day_checks_patient_id_day", "same_day_checks", ["patient_id", "day"]
    )
    op.create_table(
        "authorization_uses",
        _id("id"),
        _id("authorization_id"),
        _text("actor", 80),
        _at("performed_at"),
        _at("recorded_at"),
        _text("flags", 200),
        _sealed("sealed_use"),
        sa.PrimaryKeyConstraint("id", name="pk_authorization_uses"),
        *_foreign("authorization_uses", authorization_id="authorizations"),
    )
    op.create_index(
        "ix_authorization_uses_authorization_id_recorded_at",
        "authorization_uses",
        ["authorization_id", "recorded_at"],
    )


def _events() -> None:
    op.create_table(
        "authorization_events",
        _id("id"),
        _id("spa_id"),
        _text("actor", 80),
        _id("request_id"),
        _text("kind", 16),
        _id("authorization_id", nullable=True),
        _id("patient_id", nullable=True),
        _at("at"),
        _text("body_hash", 64),
        _sealed("sealed_outcome"),
        sa.PrimaryKeyConstraint("id", name="pk_authorization_events"),
        sa.UniqueConstraint(
            "spa_id",
            "actor",
            "request_id",
            name="uq_authorization_events_spa_id_actor_request_id",
        ),
        *_foreign(
            "authorization_events",
            spa_id="organizations",
            authorization_id="authorizations",
            patient_id="patients",
        ),
    )
    for name in ("authorization_id", "patient_id"):
        op.create_index(
            f"ix_authorization_events_{name}_at", "authorization_events", [name, "at"]
        )


def _tokens() -> None:
    op.create_table(
        "spa_tokens",
        _id("id"),
        _id("spa_id"),
        _text("secret_hash", 64),
        _text("label", 120),
        _text("scopes", 120),
        _at("created_at"),
        _at("expires_at"),
        _at("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_spa_tokens"),
        sa.UniqueConstraint("secret_hash", name="uq_spa_tokens_secret_hash"),
        *_foreign("spa_tokens", spa_id="organizations"),
    )
    op.create_index("ix_spa_tokens_spa_id", "spa_tokens", ["spa_id"])
