"""The audit log, as compliance sees it: ids, codes and names of staff; nothing of a patient."""

from __future__ import annotations

from typing import Literal

from signaling.messages import Message

AuditActionName = Literal[
    "read",
    "downloaded",
    "exported",
    "searched",
    "denied",
    "signed_in",
    "signed_out",
    "step_up",
    "session_ended",
    "resent",
    "shredded",
    "hold_set",
    "hold_lifted",
    "key_rotated",
    "backed_up",
    "restored",
    "connected",
    "disconnected",
    "break_glass",
    "access_ended",
    "reviewed",
    "enrolled",
    "unenrolled",
    "password_changed",
    "policy_changed",
    "rules_changed",
    "protocol_changed",
    "registered",
    "file_changed",
    "invited",
    "uninvited",
    "joined",
    "role_changed",
    "account_created",
    "account_closed",
    "account_reopened",
    "recovery_asked",
    "recovery_allowed",
    "recovery_refused",
    "recovered",
    "access_changed",
]
AuditOutcomeName = Literal["done", "refused", "failed"]


class AuditEntryView(Message):
    """One entry. `actor_name` is the name of staff; `log_index`: null before it has one."""

    id: str
    at_ms: int
    action: AuditActionName
    outcome: AuditOutcomeName
    actor: str
    actor_name: str | None
    role: str
    encounter_id: str | None
    patient_id: str | None
    route: str
    reason: str | None
    session: str | None
    address: str | None
    shown: list[str]
    number: int | None
    log_index: int | None


class AuditPageView(Message):
    """What a search found, the newest first; `next` is what the next page is asked for with."""

    since_ms: int
    until_ms: int
    entries: list[AuditEntryView]
    next: str | None


class AuditPersonView(Message):
    """Somebody whose readings can be looked for."""

    actor: str
    name: str
    role: str


class AuditPeopleView(Message):
    """Everybody who has or had an account, by name."""

    people: list[AuditPersonView]


class AuditHasteView(Message):
    """How much somebody read within one hour."""

    actor: str
    actor_name: str | None
    hour_ms: int
    entries: int


class AuditUnusualView(Message):
    """What is looked at first. Each list is the newest of it, and says nothing of guilt."""

    since_ms: int
    until_ms: int
    haste_min: int
    denials: list[AuditEntryView]
    without_part: list[AuditEntryView]
    departures: list[AuditEntryView]
    haste: list[AuditHasteView]


class AuditProofView(Message):
    """One entry with what it takes to check it: its leaf, and where the leaf is in the tree.

    `header` is the text of the leaf's header; docs/record-format.md says how it is hashed.
    `holds`: the stored hash is the hash of what is stored, and the newest signed tree has it at
    its place. `late`: it entered the tree later than it says: a tree was signed without it more
    than a minute after its time. `proof` is the inclusion proof (RFC 9162, section 2.1.3) in
    the tree of `tree_size` leaves; both are empty until the entry is in it.
    """

    entry: AuditEntryView
    header: str
    leaf_hash: str
    holds: bool
    late: bool
    tree_size: int | None
    proof: list[str]
