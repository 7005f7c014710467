"""A site's own tablet, handed to one patient after another.

It is registered once by staff, under a session of its own that opens nothing but the question
for a code. Registering ends the staff's session in that browser: a tablet that is handed over
never carries one.

That its camera and microphone worked is read from the charts of those who used it within a
working day; a site's midnight is not the server's. Only yes or no is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from server import auditing, sessions
from server.access import Principal
from server.auditing import AuditEvent
from server.chart.entries import IntakeDeviceTest, decode
from server.joining import device_works
from server.services import Core, Services
from server.sessions import Bearer, NewSession
from server.storage import chart_extract, directory, tablets
from server.storage import sessions as stored_sessions
from server.storage.database import Tx
from server.storage.directory import Site
from server.views import KioskView

IDLE_S: Final = 180
WORKING_DAY_S: Final = 12 * 3_600
LOOKED_AT_MAX: Final = 5
MICROSECONDS: Final = 1_000_000


async def register(
    services: Services,
    staff: Principal,
    site: Site,
    *,
    cookie_value: str | None,
    events: Sequence[AuditEvent],
) -> NewSession:
    """Make this browser the tablet of a site, and end the staff's session in it.

    Args:
        services: the running server.
        staff: who registers it; their session ends.
        site: of their spa.
        cookie_value: the tablet session that this browser has already, if any; it ends.
        events: for the audit log: that there is a tablet, and that they are signed out.
    """
    now = services.clock.now()
    async with services.database.write() as tx:
        if cookie_value:
            await sessions.end_by_cookie(tx, cookie_value, "replaced", now)
        bearer = Bearer(site_id=site.site_id, kiosk=True, device=f"by:{staff.account_id}")
        begun = await sessions.begin(tx, services, "site", bearer, assurance=sessions.STAFF)
        await stored_sessions.end(tx, staff.session, "signed_out", now)
        await auditing.note_all(tx, events)
    await services.hub.end_session(staff.session, "signed_out")
    return begun


async def kiosk_view(tx: Tx, core: Core, tablet: Principal) -> KioskView:
    """Return what a tablet knows while nobody holds it: no PHI."""
    site = await directory.site(tx, tablet.site_id or "")
    spa = await directory.organization(tx, site.spa_id)
    return KioskView(
        site_id=site.site_id,
        site_name=site.name,
        city=site.city,
        jurisdiction=site.jurisdiction,
        spa_name=spa.name,
        device_test_done_today=await _was_tested(tx, core, tablet),
        idle_limit_s=IDLE_S,
    )


async def _was_tested(tx: Tx, core: Core, tablet: Principal) -> bool:
    """Tell whether camera and microphone worked for a patient on this tablet today."""
    since = core.clock.now() - WORKING_DAY_S * MICROSECONDS
    lately = await tablets.tested_on(tx, tablet.session, since=since, limit=LOOKED_AT_MAX)
    found = await chart_extract.of_kinds(
        tx, lately, (tablets.DEVICE_TEST,), keyring=core.keyring
    )
    tests = (decode(plaintext) for chart in found.values() for plaintext in chart)
    return any(isinstance(one, IntakeDeviceTest) and device_works(one.test) for one in tests)
