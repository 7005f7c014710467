"""From a link or a code, and a date of birth, to a patient's session.

    secret or code -> known? -> still good? -> birth date -> other device? -> session
                       404        410            401           409

Guesses are limited per link and per address (or tablet). Whoever has a link is no stranger: its
guesses are counted for it alone, and what others at the same address guessed keeps nobody out
of their visit. A wrong guess and an unknown link take the same time to answer.

A link may be redeemed again until the visit is over, and after the signature to read the
result; the newest device holds the visit, and the one before is told.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from server import attempts, charting, sessions, visits
from server.access import Audience, Principal
from server.attempts import Limited
from server.chart.entries import LinkRedeemed
from server.concerning import About
from server.errors import (
    BirthDateWrong,
    CodeUnknown,
    DeviceTakeoverRequired,
    GoodfaithError,
    LinkCancelled,
    LinkExpired,
    LinkFinished,
    LinkUnknown,
)
from server.identities import identity_of
from server.joining import birth_date_matches
from server.links import hash_of_code, hash_of_secret
from server.services import Services
from server.sessions import Bearer, NewSession, hash_of, idle_s
from server.storage import encounters, links
from server.storage import sessions as stored_sessions
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.storage.links import Link
from server.views import KioskRedeemForm, RedeemForm
from signaling.visit import LinkRedeemed as Redeemed
from signaling.visit import VisitState

REFUSAL_S: Final = 0.25
PATIENT: Final[Audience] = "patient"


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says to be let in, and from where.

    Attributes:
        birth_date: as typed.
        device: which browser; on a tablet, which tablet.
        take_over: the other device may be dropped.
        cookie_value: the patient session that this browser has already, if any.
        source: how wrong guesses from there are limited.
        site_id: of the tablet; None on somebody's own device.
    """

    birth_date: str
    device: str
    take_over: bool
    cookie_value: str | None
    source: Limited
    site_id: str | None = None

    @property
    def kiosk(self) -> bool:
        """Tell whether it comes from a site's tablet."""
        return self.site_id is not None


async def redeem_link(
    services: Services, form: RedeemForm, *, address: str, cookie_value: str | None
) -> NewSession:
    """Begin a session on somebody's own device.

    Raises:
        TooManyAttempts, LinkUnknown, LinkExpired, LinkCancelled, LinkFinished,
        BirthDateWrong, DeviceTakeoverRequired: see the picture above.
    """
    began_s = services.clock.elapsed_s()
    claim = Claim(
        birth_date=form.birth_date,
        device=form.device,
        take_over=form.take_over,
        cookie_value=cookie_value,
        source=Limited("join_address", address, services.settings.attempts_per_address_max),
    )
    async with services.database.read() as tx:
        link = await links.by_secret_hash(tx, hash_of_secret(form.secret))
    if link is None:
        await attempts.check(services, claim.source)
    return await _redeem(services, link, claim, LinkUnknown(), began_s)


async def redeem_code(
    services: Services,
    tablet: Principal,
    form: KioskRedeemForm,
    *,
    cookie_value: str | None,
) -> NewSession:
    """Begin a session on a site's tablet; only codes of that site exist there.

    Raises:
        As `redeem_link`, with CodeUnknown for LinkUnknown.
    """
    began_s, site_id = services.clock.elapsed_s(), tablet.site_id or ""
    claim = Claim(
        birth_date=form.birth_date,
        device=tablet.session,
        take_over=form.take_over,
        cookie_value=cookie_value,
        source=Limited("join_site", site_id, services.settings.attempts_per_address_max),
        site_id=site_id,
    )
    await attempts.check(services, claim.source)
    async with services.database.write() as tx:  # a spa's first code makes its index key
        code_hash = await hash_of_code(tx, services, tablet.organization_id or "", form.code)
        link = await links.by_code_hash(tx, code_hash, site_id)
    return await _redeem(services, link, claim, CodeUnknown(), began_s)


async def _redeem(
    services: Services,
    link: Link | None,
    claim: Claim,
    unknown: GoodfaithError,
    began_s: float,
) -> NewSession:
    if link is None or link.replaced_at is not None:
        await _count_wrong(services, claim.source, began_s)
        raise unknown
    async with services.database.read() as tx:
        encounter = await encounters.get(tx, link.encounter_id)
        identity = await identity_of(tx, services.keyring, encounter)
    _require_good(link, encounter, now=services.clock.now())
    target = Limited("link", link.secret_hash, services.settings.attempts_per_link_max)
    await attempts.begin(services, target)
    if not birth_date_matches(identity.birth_date, claim.birth_date):
        await _count_wrong(services, claim.source, began_s)
        refused = BirthDateWrong()
        refused.about = About(encounter_id=link.encounter_id)
        raise refused
    await attempts.succeeded(services, target)
    most = services.settings.redemptions_per_link_max
    await attempts.begin(services, Limited("link_redeemed", link.secret_hash, most))
    return await _enter(services, link, claim)


async def _count_wrong(services: Services, source: Limited, began_s: float) -> None:
    """Count a wrong guess, and take as long over it as over any other."""
    await attempts.failed(services, source)
    took_s = services.clock.elapsed_s() - began_s
    await asyncio.sleep(max(0.0, REFUSAL_S - took_s))


def _require_good(link: Link, encounter: Encounter, *, now: int) -> None:
    match VisitState(encounter.visit):
        case VisitState.CANCELLED:
            raise LinkCancelled
        case VisitState.EXPIRED:
            raise LinkExpired
        case VisitState.NO_SHOW:
            raise LinkFinished
        case _ if link.expires_at <= now:
            raise LinkExpired
        case _:
            return


async def _enter(services: Services, link: Link, claim: Claim) -> NewSession:
    """Give the visit to this device, and take it from the one before."""
    now = services.clock.now()
    async with services.database.write() as tx:
        encounter = await encounters.get(tx, link.encounter_id, lock=True)
        current = await links.by_secret_hash(tx, link.secret_hash, lock=True)
        if current is None or current.replaced_at is not None:
            raise LinkUnknown
        _require_good(current, encounter, now=now)
        before = await _of_this_browser(tx, claim)
        others = await _others(tx, services, encounter, claim, before)
        if others and not claim.take_over:
            raise DeviceTakeoverRequired
        bearer = Bearer(
            encounter_id=encounter.encounter_id,
            site_id=claim.site_id,
            kiosk=claim.kiosk,
            device=claim.device,
        )
        begun = await sessions.begin(
            tx, services, PATIENT, bearer, assurance=sessions.BIRTH_DATE
        )
        kept = begun.session.id_hash
        await stored_sessions.end_for_encounter(
            tx, encounter.encounter_id, "replaced", now, keep=kept
        )
        if before is not None:  # this browser may have been in another visit
            await stored_sessions.end(tx, before, "replaced", now)
        await _record(tx, services, encounter, claim, took_over=bool(others), now=now)
    await services.hub.replace_device(encounter.encounter_id, kept)
    if before is not None:
        await services.hub.end_session(before, "replaced")
    services.hub.encounter_changed(encounter.encounter_id)
    return begun


async def _of_this_browser(tx: Tx, claim: Claim) -> str | None:
    """Return the name of the session that this browser has already, live or over."""
    if not claim.cookie_value:
        return None
    found = await stored_sessions.find_by_cookie(tx, hash_of(claim.cookie_value))
    return None if found is None else found.id_hash


async def _others(
    tx: Tx, services: Services, encounter: Encounter, claim: Claim, before: str | None
) -> list[str]:
    """Return the live sessions of the visit in other browsers than this one."""
    live = await stored_sessions.live_of_encounter(
        tx,
        encounter.encounter_id,
        now=services.clock.now(),
        idle_s=idle_s(services.settings, PATIENT),
    )
    return [one.id_hash for one in live if one.id_hash != before and one.device != claim.device]


async def _record(
    tx: Tx,
    services: Services,
    encounter: Encounter,
    claim: Claim,
    *,
    took_over: bool,
    now: int,
) -> None:
    """Write the arrival into the chart and the visit; a signed chart stays as it is."""
    if VisitState(encounter.visit) is VisitState.SIGNED:
        return
    actor = charting.patient(encounter.encounter_id)
    entry = LinkRedeemed(
        via="kiosk" if claim.kiosk else "link", device=claim.device, took_over=took_over
    )
    await charting.write(tx, services.keyring, encounter.encounter_id, actor, [entry], now=now)
    await visits.move(tx, services.keyring, encounter, Redeemed(), actor=actor, now=now)
