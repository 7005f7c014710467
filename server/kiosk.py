"""A site's own tablet, handed to one patient after another.

It is registered once by staff, under a session of its own that opens nothing but the question
for a code. Registering ends the staff's session in that browser: a tablet that is handed over
never carries one.

That its camera and microphone worked is remembered until the end of the (UTC) day, as a count
under the tablet's session: no patient is part of it.
"""

from __future__ import annotations

from typing import Final

from server import sessions
from server.access import Principal
from server.services import Core, Services
from server.sessions import Bearer, NewSession
from server.storage import attempts, directory
from server.storage import sessions as stored_sessions
from server.storage.database import Tx
from server.storage.directory import Site
from server.views import KioskView

IDLE_S: Final = 180
DAY_S: Final = 86_400
MICROSECONDS: Final = 1_000_000


async def register(
    services: Services, staff: Principal, site: Site, *, cookie_value: str | None
) -> NewSession:
    """Make this browser the tablet of a site, and end the staff's session in it.

    Args:
        services: the running server.
        staff: who registers it; their session ends.
        site: of their spa.
        cookie_value: the tablet session that this browser has already, if any; it ends.
    """
    now = services.clock.now()
    async with services.database.write() as tx:
        if cookie_value:
            await stored_sessions.end(tx, sessions.hash_of(cookie_value), "replaced", now)
        bearer = Bearer(site_id=site.site_id, kiosk=True, device=f"by:{staff.account_id}")
        begun = await sessions.begin(tx, services, "site", bearer, assurance=sessions.STAFF)
        await stored_sessions.end(tx, staff.session, "signed_out", now)
    await services.hub.end_session(staff.session, "signed_out")
    return begun


async def kiosk_view(tx: Tx, core: Core, tablet: Principal) -> KioskView:
    """Return what a tablet knows while nobody holds it: no PHI."""
    site = await directory.site(tx, tablet.site_id or "")
    spa = await directory.organization(tx, site.spa_id)
    now = core.clock.now()
    since_midnight_s = now // MICROSECONDS % DAY_S
    worked = await attempts.peek(
        tx, _tested(tablet.session), window_s=since_midnight_s, now=now
    )
    return KioskView(
        site_id=site.site_id,
        site_name=site.name,
        city=site.city,
        jurisdiction=site.jurisdiction,
        spa_name=spa.name,
        device_test_done_today=worked > 0,
        idle_limit_s=IDLE_S,
    )


async def remember_device_test(tx: Tx, tablet_session: str, *, now: int) -> None:
    """Remember that the tablet's camera and microphone worked today."""
    bucket = _tested(tablet_session)
    since_midnight_s = now // MICROSECONDS % DAY_S
    await attempts.count(tx, bucket, window_s=since_midnight_s, now=now)


def _tested(tablet_session: str) -> str:
    return f"device_test:{tablet_session}"
