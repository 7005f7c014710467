"""The part of the schema about what compliance decided: snapshots, openings, sign-offs, policy.

Everything is dated and nothing is deleted: what no longer holds has a second date. A superseded
snapshot is documentation that is kept for six years (45 CFR 164.316(b)(2)(i)).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from server.storage.columns import METADATA, instant, key, reference

REFERENCE: Final = String(200)
PERSON: Final = String(120)


def _one_standing(table: str, ended: str, *more: str) -> Index:
    """Let one row of its kind hold at a time."""
    standing = text(f"{ended} IS NULL")
    return Index(
        f"uq_{table}_standing",
        *more,
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


rules_snapshots: Final = Table(
    "rules_snapshots",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("version", String(20), nullable=False),
    instant("effective_from"),
    instant("effective_until"),
    Column("public_key", String(64), nullable=False),
    Column("signature", String(128), nullable=False),
    Column("document", Text, nullable=False),  # canonical JSON: what was signed
    instant("stored_at"),
)
rules_publications: Final = Table(
    "rules_publications",
    METADATA,
    key(),
    reference("network_id", "organizations.id"),
    Column("sha256", String(64), ForeignKey("rules_snapshots.sha256"), nullable=False),
    Column("published_by", PERSON, nullable=False),
    instant("published_at"),
    Column("reference", REFERENCE, nullable=False),
    Column("number", Integer, nullable=False),  # the network's first, second, ...
    Index("uq_rules_publications_number", "network_id", "number", unique=True),
)
compliance_openings: Final = Table(
    "compliance_openings",
    METADATA,
    key(),
    reference("network_id", "organizations.id"),
    Column("jurisdiction", String(2), nullable=False),
    Column("profession", String(2), nullable=False),
    Column("treatment_class", String(40), nullable=False),
    Column("opened_by", PERSON, nullable=False),
    instant("opened_at"),
    Column("reference", REFERENCE, nullable=False),
    Column("closed_by", PERSON, nullable=True),
    instant("closed_at", nullable=True),
    Column("closed_reference", REFERENCE, nullable=True),
    _one_standing(
        "compliance_openings",
        "closed_at",
        *("network_id", "jurisdiction", "profession", "treatment_class"),
    ),
)
compliance_sign_offs: Final = Table(
    "compliance_sign_offs",
    METADATA,
    key(),
    reference("network_id", "organizations.id"),
    Column("jurisdiction", String(2), nullable=False),
    # store_and_forward | audio_only | definition_opinion
    Column("what", String(24), nullable=False),
    Column("signed_by", PERSON, nullable=False),  # the counsel
    Column("entered_by", PERSON, nullable=False),
    instant("signed_at"),
    Column("reference", REFERENCE, nullable=False),
    Column("withdrawn_by", PERSON, nullable=True),
    instant("withdrawn_at", nullable=True),
    Column("withdrawn_reference", REFERENCE, nullable=True),
    _one_standing(
        "compliance_sign_offs", "withdrawn_at", *("network_id", "jurisdiction", "what")
    ),
)
operator_policies: Final = Table(
    "operator_policies",
    METADATA,
    key(),
    reference("network_id", "organizations.id"),
    # compliance: what it allows at all | operator: may only take away from that
    Column("layer", String(16), nullable=False),
    Column("switches", Text, nullable=False),  # JSON
    Column("set_by", PERSON, nullable=False),
    instant("set_at"),
    Column("reference", REFERENCE, nullable=False),
    instant("replaced_at", nullable=True),
    _one_standing("operator_policies", "replaced_at", *("network_id", "layer")),
)
compliance_changes: Final = Table(
    "compliance_changes",
    METADATA,
    key(),
    reference("network_id", "organizations.id"),
    Column("number", Integer, nullable=False),  # the network's first, second, ...
    instant("at"),
    Column("actor", PERSON, nullable=False),
    # opened | closed | signed_off | sign_off_withdrawn | policy_set | published
    Column("what", String(24), nullable=False),
    Column("subject", Text, nullable=False),  # JSON: what exactly
    Column("reference", REFERENCE, nullable=False),
    Index("uq_compliance_changes_number", "network_id", "number", unique=True),
)
