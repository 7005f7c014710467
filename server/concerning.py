"""Whom or what a refusal was about, where only who refuses knows it: for the audit log alone.

An error carries it (`server.errors`), and nothing that goes over the wire does.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class About:
    """Ids, never names.

    Attributes:
        encounter_id: whose link it was, say.
        actor: whose account was tried, as the audit log names people.
        role: of theirs.
        organization_id: of theirs.
    """

    encounter_id: str | None = None
    actor: str | None = None
    role: str | None = None
    organization_id: str | None = None
