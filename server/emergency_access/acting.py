"""Who does something to an emergency access, as the audit log is told of it."""

from __future__ import annotations

from dataclasses import dataclass

from server import auditing
from server.access import Principal
from server.auditing import Action, AuditEvent
from server.auditing.event import MARK_CHARS


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts on an access, and by which route."""

    principal: Principal
    route: str

    @property
    def account_id(self) -> str:
        """Whose account it is."""
        return self.principal.account_id or ""

    @property
    def network_id(self) -> str:
        """Where they work."""
        return self.principal.organization_id or ""

    def event(
        self, action: Action, encounter_id: str, now: int, reason: str | None = None
    ) -> AuditEvent:
        """Return what the audit log is to know."""
        who = self.principal
        return AuditEvent(
            action=action,
            actor=auditing.actor_of(who),
            role=who.role.value,
            organization_id=who.organization_id,
            encounter_id=encounter_id,
            route=self.route,
            reason=reason,
            at=now,
            session=who.session[:MARK_CHARS] or None,
            asker=who.account_id,
        )
