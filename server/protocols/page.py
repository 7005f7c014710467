"""What the portal shows of directors and protocols, and who may do what with them."""

from __future__ import annotations

from typing import Final, get_args

from server.access import Principal, Role
from server.protocols import register
from server.protocols.protocol import Protocol, day_of, last_day
from server.protocols.standing import standings
from server.services import Core
from server.storage import directory
from server.storage.database import Tx
from server.storage.directory import Site
from server.storage.protocols import DirectorRow
from server.views import (
    DirectorView,
    ProtocolStanding,
    ProtocolsView,
    ProtocolView,
    SiteProtocolsView,
)
from signaling.messages import PerformerRole

MS: Final = 1_000
DRAFTERS: Final = frozenset({Role.SPA_MANAGER, Role.MEDICAL_DIRECTOR})


async def protocols_view(tx: Tx, core: Core, principal: Principal) -> ProtocolsView:
    """Return the page of a spa: every version, the newest of each class first."""
    now = core.clock.now()
    sites = await directory.sites_of(tx, principal.organization_id or "")
    directors = await register.directors_of(tx, [one.site_id for one in sites])
    versions = await register.versions_of(tx, sites)
    return ProtocolsView(
        sites=[
            SiteProtocolsView(
                site_id=site.site_id,
                site_name=site.name,
                jurisdiction=site.jurisdiction,
                directors=[
                    director_view(one, site, now)
                    for one in directors
                    if one.site_id == site.site_id
                ],
                protocols=[
                    view
                    for (site_id, _), known in versions.items()
                    if site_id == site.site_id
                    for view in version_views(known, now)
                ],
            )
            for site in sites
        ],
        performers=list(get_args(PerformerRole)),
        may_draft=principal.role in DRAFTERS,
        sign_at=[
            site.site_id
            for site in sites
            if principal.role is Role.MEDICAL_DIRECTOR
            and any(_signs(one, site, principal, now) for one in directors)
        ],
    )


def _signs(row: DirectorRow, site: Site, principal: Principal, now: int) -> bool:
    return (
        row.site_id == site.site_id
        and row.account_id is not None
        and row.account_id == principal.account_id
        and _answers(row, site, now)
    )


def _answers(row: DirectorRow, site: Site, now: int) -> bool:
    return register.director_of(row).answers_in(site.jurisdiction, now)


def director_view(row: DirectorRow, site: Site, now: int) -> DirectorView:
    """Return a director, and whether they may answer for the site today."""
    return DirectorView(
        director_id=row.director_id,
        display_name=row.display_name,
        profession=row.profession,
        jurisdiction=row.jurisdiction,
        licence_number=row.licence_number,
        licence_from=day_of(row.licence_from),
        licence_until=last_day(row.licence_until),
        verified_by=row.verified_by,
        in_force=_answers(row, site, now),
        ended=row.ended_at is not None and row.ended_at <= now,
    )


def version_views(versions: list[Protocol], now: int) -> list[ProtocolView]:
    """Return the versions of one site and class, the newest first."""
    pairs = list(zip(versions, standings(versions, now), strict=True))
    return [_version_view(one, standing) for one, standing in reversed(pairs)]


def _version_view(one: Protocol, standing: ProtocolStanding) -> ProtocolView:
    return ProtocolView(
        protocol_id=one.protocol_id,
        version=one.version,
        sha256=one.sha256,
        standing=standing,
        protocol=one.form,
        created_at_ms=one.created_at // MS,
        signed_at_ms=one.signed_at // MS if one.signed_at is not None else None,
        signed_by=one.director.display_name if one.director else None,
    )
