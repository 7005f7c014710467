"""An authorization as the wire shows it, and as the core judges it."""

from __future__ import annotations

from datetime import date

from server import local_days
from server.authorizations.answering import Authorization
from server.authorizations.terms import Terms
from server.storage.authorizations import AuthorizationRow
from server.storage.directory import Site
from server.views.authorizations import CoverView
from server.views.authorizations import RevokedReason as Reason
from signaling.messages import Disposition

MS = 1_000


def judged(row: AuthorizationRow, terms: Terms | None, site: Site) -> Authorization:
    """Return what the core may know.

    Args:
        row: as stored; one whose terms were destroyed with the exam's record has expired.
        terms: opened; None where they were destroyed.
        site: of the authorization; its days are local ones.
    """
    return Authorization(
        authorization_id=row.id,
        treatment_class=row.treatment_class,
        site_id=row.site_id,
        products=frozenset(terms.products if terms else ()),
        performers=frozenset(terms.performers if terms else ()),
        signed_at=row.signed_at,
        first_day=local_days.first_day(site.jurisdiction, row.signed_at),
        last_day=date.fromisoformat(row.valid_until) if terms else date.min,
        revoked=row.revoked_at is not None,
        precaution=row.disposition == "approved_with_precaution",
        condition_open=row.disposition == "conditional" and row.satisfied_at is None,
    )


def cover_view(row: AuthorizationRow, terms: Terms, practitioner_name: str) -> CoverView:
    """Return an authorization with its order."""
    disposition: Disposition = row.disposition  # type: ignore[assignment]  # as it was written
    revoked: Reason | None = row.revoked_reason  # type: ignore[assignment]  # the same
    return CoverView(
        authorization_id=row.id,
        encounter_id=row.encounter_id,
        treatment_class=row.treatment_class,
        disposition=disposition,
        order=terms.order,
        conditions=terms.conditions,
        order_salt=terms.salt,
        performers=terms.performers,
        satisfied_by=terms.satisfied_by,
        satisfied_at_ms=in_ms(row.satisfied_at),
        practitioner_name=practitioner_name,
        signed_at_ms=row.signed_at // MS,
        valid_until=row.valid_until,
        revoked_reason=revoked,
        revoked_at_ms=in_ms(row.revoked_at),
    )


def in_ms(instant: int | None) -> int | None:
    """Return microseconds as milliseconds."""
    return None if instant is None else instant // MS
