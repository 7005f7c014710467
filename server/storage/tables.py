"""The schema, once for SQLite and PostgreSQL.

Instants are integer microseconds UTC (`..._at`). Columns named `sealed_...` hold ciphertext of
`server.sealing`; every other column is plaintext and listed, with the reason, in
`docs/plaintext-columns.md` (a test compares the two). Who there is stands in `people_tables`,
who is signed in in `session_tables`, by what else than a password in `proof_tables`, who is
invited in `invitation_tables`, what practitioners' files hold besides licences in
`credential_tables`, what is planned and promised in `planned_tables`, what compliance decided
in `compliance_tables`, what signed exams cover in `authorization_tables`, what comes before
care in `gates_tables`, who signed health questions off in `intake_tables`, what decisions read
in `ruling_tables`, what patients send in `upload_tables`, when it is due in `review_tables`,
the tree over all charts in `tlog_tables`, what other systems are told in `outbox_tables`,
patients in `message_tables`, who was shown what in `audit_tables`, in an emergency in
`emergency_tables`, what holds records in `retention_tables`, spas' own software in
`software_tables`, and providers of identities in `federation_tables`; whoever imports this has
the whole schema. Keys are elsewhere: `server.keystore.tables`.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from server.storage import (
    audit_tables,
    authorization_tables,
    cluster_tables,
    columns,
    compliance_tables,
    credential_tables,
    emergency_tables,
    emr_tables,
    federation_tables,
    gates_tables,
    intake_tables,
    invitation_tables,
    message_tables,
    outbox_tables,
    people_tables,
    planned_tables,
    proof_tables,
    protocol_tables,
    retention_tables,
    review_tables,
    ruling_tables,
    session_tables,
    software_tables,
    tlog_tables,
    upload_tables,
)
from server.storage.columns import instant as _instant
from server.storage.columns import key as _key
from server.storage.columns import reference as _ref

ID: Final = columns.ID
METADATA: Final = columns.METADATA
organizations: Final = people_tables.organizations
sites: Final = people_tables.sites
accounts: Final = people_tables.accounts
practitioners: Final = people_tables.practitioners
authorities: Final = people_tables.authorities
collaborations: Final = people_tables.collaborations
credential_standards: Final = credential_tables.credential_standards
exclusion_checks: Final = credential_tables.exclusion_checks
malpractice_policies: Final = credential_tables.malpractice_policies
employments: Final = credential_tables.employments
trainings: Final = credential_tables.trainings
authority_checks: Final = credential_tables.authority_checks
credential_documents: Final = credential_tables.credential_documents
credential_pages: Final = credential_tables.credential_pages
expiry_notices: Final = credential_tables.expiry_notices
sessions: Final = session_tables.sessions
attempts: Final = session_tables.attempts
code_generators: Final = proof_tables.code_generators
recovery_codes: Final = proof_tables.recovery_codes
passkeys: Final = proof_tables.passkeys
challenges: Final = proof_tables.challenges
sign_in_policies: Final = proof_tables.sign_in_policies
service_accounts: Final = software_tables.service_accounts
service_keys: Final = software_tables.service_keys
service_assertions: Final = software_tables.service_assertions
service_tokens: Final = software_tables.service_tokens
oidc_providers: Final = federation_tables.oidc_providers
oidc_identities: Final = federation_tables.oidc_identities
oidc_flows: Final = federation_tables.oidc_flows
oidc_sessions: Final = federation_tables.oidc_sessions
oidc_logouts: Final = federation_tables.oidc_logouts
local_sign_ins: Final = federation_tables.local_sign_ins
emergency_accounts: Final = federation_tables.emergency_accounts
invitations: Final = invitation_tables.invitations
recoveries: Final = invitation_tables.recoveries
audit_entries: Final = audit_tables.audit_entries
authorizations: Final = authorization_tables.authorizations
callbacks: Final = planned_tables.callbacks
retention_holds: Final = retention_tables.retention_holds
consent_reviews: Final = gates_tables.consent_reviews
questionnaire_sign_offs: Final = intake_tables.questionnaire_sign_offs
site_plans: Final = gates_tables.site_plans
shifts: Final = planned_tables.shifts
staffing_intervals: Final = planned_tables.staffing_intervals
wait_models: Final = planned_tables.wait_models
compliance_changes: Final = compliance_tables.compliance_changes
compliance_openings: Final = compliance_tables.compliance_openings
compliance_sign_offs: Final = compliance_tables.compliance_sign_offs
operator_policies: Final = compliance_tables.operator_policies
rules_publications: Final = compliance_tables.rules_publications
rules_snapshots: Final = compliance_tables.rules_snapshots
medical_directors: Final = protocol_tables.medical_directors
protocols: Final = protocol_tables.protocols
dea_registrations: Final = ruling_tables.dea_registrations
signed_exams: Final = ruling_tables.signed_exams
nodes: Final = cluster_tables.nodes
requests: Final = cluster_tables.requests
node_words: Final = cluster_tables.node_words
log_checkpoints: Final = tlog_tables.log_checkpoints
log_cosignatures: Final = tlog_tables.log_cosignatures
log_tiles: Final = tlog_tables.log_tiles
uploads: Final = upload_tables.uploads
reviews: Final = review_tables.reviews
review_settings: Final = review_tables.review_settings
destinations: Final = outbox_tables.destinations
patient_messages: Final = message_tables.patient_messages
emr_connections: Final = emr_tables.emr_connections
emergency_accesses: Final = emergency_tables.emergency_accesses


def _one_ringing(column: str, *more: str) -> Index:
    ringing = text("state = 'ringing'")
    return Index(
        f"uq_offers_ringing_{column}",
        column,
        *more,
        unique=True,
        sqlite_where=ringing,
        postgresql_where=ringing,
    )


# ------------------------------------------------------------------ encounters

patients: Final = Table(
    "patients",
    METADATA,
    _key(),
    _ref("spa_id", "organizations.id"),
    Column("blind_index", String(64), nullable=False),  # keyed: exact name and birth date
    Column("sealed_identity", LargeBinary, nullable=False),
    _instant("created_at"),
    UniqueConstraint("spa_id", "blind_index"),
)
encounters: Final = Table(
    "encounters",
    METADATA,
    _key(),
    _ref("network_id", "organizations.id"),
    _ref("spa_id", "organizations.id"),
    _ref("site_id", "sites.id"),
    _ref("patient_id", "patients.id"),
    Column("request_id", String(64), nullable=False),
    _ref("requested_by", "accounts.id", nullable=True),
    Column("visit", String(16), nullable=False),
    # live_video | store_and_forward
    Column("requested_modality", String(20), nullable=False, server_default="live_video"),
    Column("jurisdiction", String(2), nullable=True),  # where the patient attested to be
    Column("eligibility", String(120), nullable=True),  # opaque class
    Column("language", String(8), nullable=False, server_default=text("''")),  # to be spoken
    Column("priority", Integer, nullable=False, server_default=text("0")),
    Column("place", BigInteger, nullable=True),  # order in the queue, never changes
    Column("presence", String(16), nullable=False),
    _ref("practitioner_id", "practitioners.id", nullable=True),
    Column("parked", Boolean, nullable=False),
    Column("chart_seq", Integer, nullable=False),
    Column("chart_head", String(64), nullable=False),
    _instant("requested_at"),
    _instant("ready_at", nullable=True),
    _instant("accepted_at", nullable=True),
    _instant("connected_at", nullable=True),
    _instant("ended_at", nullable=True),
    _instant("submitted_at", nullable=True),
    _instant("signed_at", nullable=True),
    _instant("changed_at"),
    UniqueConstraint("spa_id", "request_id"),
    Index(None, "network_id", "visit"),
    Index(None, "network_id", "changed_at"),
    Index(None, "network_id", "ready_at"),
    Index(None, "spa_id", "changed_at"),
    Index(None, "practitioner_id", "visit"),
    Index(None, "patient_id", "requested_at"),
)
links: Final = Table(
    "links",
    METADATA,
    Column("secret_hash", String(64), primary_key=True),
    Column("code_hash", String(64), nullable=False),
    _ref("encounter_id", "encounters.id"),
    _instant("created_at"),
    _instant("expires_at"),
    _instant("replaced_at", nullable=True),
    Index(None, "encounter_id"),
    Index(None, "code_hash"),
)
chart_entries: Final = Table(
    "chart_entries",
    METADATA,
    Column("encounter_id", ID, ForeignKey("encounters.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    _instant("at"),
    Column("actor", String(80), nullable=False),  # pseudonym: role and id
    Column("leaf_version", Integer, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("leaf_hash", String(64), nullable=False),
    Column("ciphertext_hash", String(64), nullable=False),
    Column("commitment", String(64), nullable=False),
    Column("sealed_entry", LargeBinary, nullable=False),  # salt and payload
    *columns.place_in_log("chart_entries", "at", "encounter_id", "seq"),
)
signatures: Final = Table(
    "signatures",
    METADATA,
    Column("encounter_id", ID, ForeignKey("encounters.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # the entry that is the head signed over
    Column("chart_head", String(64), nullable=False),
    # without one, the network's own key signed: the author of that addendum has none
    Column("practitioner_id", ID, ForeignKey("practitioners.id")),
    Column("public_key", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    _instant("signed_at"),
    # exam_v1 exam_v2 addendum_v1
    Column("context", String(16), nullable=False, server_default="exam_v1"),
    Column("attestation_sha256", String(64)),
    Column("authority_sha256", String(64)),
    Column("rules_version", String(20)),
)
documents: Final = Table(
    "documents",
    METADATA,
    Column("encounter_id", ID, ForeignKey("encounters.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),  # exam patient_copy spa_copy
    Column("sha256", String(64), nullable=False),
    Column("sealed_pdf", LargeBinary, nullable=False),
    _instant("created_at"),
    # the last entry that it shows
    Column("chart_seq", Integer, nullable=False, server_default="0"),
)
calls: Final = Table(
    "calls",
    METADATA,
    Column("encounter_id", ID, ForeignKey("encounters.id"), primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("mode", String(16), nullable=False),
    _instant("started_at"),
    _instant("patient_first_frame_at", nullable=True),
    _instant("practitioner_first_frame_at", nullable=True),
    _instant("connected_at", nullable=True),
    _instant("ended_at", nullable=True),
    Column("outcome", String(32), nullable=True),
)

# ------------------------------------------------------------------ the waiting room

offers: Final = Table(
    "offers",
    METADATA,
    _key(),
    _ref("encounter_id", "encounters.id"),
    _ref("practitioner_id", "practitioners.id"),
    Column("state", String(16), nullable=False),
    Column("reason", String(40), nullable=True),
    Column("parallel", Boolean, nullable=False, server_default=text("false")),
    _instant("rung_at"),
    _instant("expires_at"),
    _instant("settled_at", nullable=True),
    Index(None, "encounter_id"),
    Index(None, "practitioner_id", "rung_at"),
    Index(None, "rung_at"),
    # One offer rings per practitioner, and per patient one and a parallel one, whatever a
    # program believes.
    _one_ringing("practitioner_id"),
    _one_ringing("encounter_id", "parallel"),
)
duty: Final = Table(
    "duty",
    METADATA,
    # One row per practitioner: on duty in one network at a time.
    Column("practitioner_id", ID, ForeignKey("practitioners.id"), primary_key=True),
    _ref("network_id", "organizations.id"),
    Column("status", String(16), nullable=False),
    Column("licence_count", Integer, nullable=False),
    Column("languages", String(40), nullable=False, server_default=text("''")),  # "en es"
    _ref("encounter_id", "encounters.id", nullable=True),
    Column("missed_offers", Integer, nullable=False),
    _instant("idle_since"),
    _instant("paused_until", nullable=True),
    _instant("shift_ends_at", nullable=True),
    Column("leaving", Boolean, nullable=False),  # away as soon as the exam is over
    _instant("changed_at"),
)
commands: Final = Table(
    "commands",
    METADATA,
    Column("actor", String(80), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("outcome", Text, nullable=False),  # the acknowledgement, without PHI
    _instant("created_at"),
    Index(None, "created_at"),
)
leases: Final = Table(
    "leases",
    METADATA,
    Column("name", String(120), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    _instant("expires_at"),  # the database's clock
)
counters: Final = Table(
    "counters",
    METADATA,
    Column("name", String(120), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
