"""Who may read an encounter besides the practitioner whose it is; asked anew each time.

    part          accepted an offer for it once, or wrote into its chart
    supervisors   answer for its examiner where the patient or the site is: when the exam was
                  signed, or now
    emergency     have opened the patient's charts in an emergency, and their time is not over

Nobody of these writes anything. What it is not: who examines (`encounters.practitioner_id`),
and what the policy makes of it (`server.access`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select

from server.storage import encounters as stored
from server.storage.emergency_access import is_open
from server.storage.encounters import Encounter
from server.storage.statements import Tx
from server.storage.tables import (
    chart_entries,
    collaborations,
    emergency_accesses,
    encounters,
    offers,
    sites,
)

PRACTITIONER: Final = "practitioner:"
ACCEPTED: Final = "accepted"


@dataclass(frozen=True, slots=True)
class Readers:
    """Practitioners who may read an encounter, by what lets them."""

    part: frozenset[str] = frozenset()
    supervisors: frozenset[str] = frozenset()
    emergency: frozenset[str] = frozenset()


async def readers_of(tx: Tx, encounter: Encounter, *, now: int) -> Readers:
    """Give who may read an encounter besides its examiner, at an instant (microseconds UTC)."""
    return Readers(
        part=await _took_part(tx, encounter.encounter_id),
        supervisors=await _supervise(tx, encounter, now),
        emergency=await _opened(tx, encounter, now),
    )


async def _took_part(tx: Tx, encounter_id: str) -> frozenset[str]:
    accepted = select(offers.c.practitioner_id).where(
        offers.c.encounter_id == encounter_id, offers.c.state == ACCEPTED
    )
    wrote = (
        select(chart_entries.c.actor)
        .where(
            chart_entries.c.encounter_id == encounter_id,
            chart_entries.c.actor.startswith(PRACTITIONER),
        )
        .distinct()
    )
    found = set((await tx.execute(accepted)).scalars())
    found |= {one.removeprefix(PRACTITIONER) for one in (await tx.execute(wrote)).scalars()}
    return frozenset(found)


async def _supervise(tx: Tx, encounter: Encounter, now: int) -> frozenset[str]:
    if encounter.practitioner_id is None:
        return frozenset()
    query = (
        select(collaborations.c.physician_id)
        .select_from(encounters)
        .join(sites, sites.c.id == encounters.c.site_id)
        .join(collaborations, _answers_for(now))
        .where(encounters.c.id == encounter.encounter_id)
    )
    return frozenset((await tx.execute(query)).scalars())


async def _opened(tx: Tx, encounter: Encounter, now: int) -> frozenset[str]:
    query = select(emergency_accesses.c.practitioner_id).where(
        emergency_accesses.c.patient_id == encounter.patient_id,
        emergency_accesses.c.network_id == encounter.network_id,
        is_open(now),
    )
    return frozenset((await tx.execute(query)).scalars())


def _answers_for(now: int) -> ColumnElement[bool]:
    """Join an encounter and its site with those who answer for its examiner there and then."""

    def active(at: ColumnElement[int] | int) -> ColumnElement[bool]:
        return and_(collaborations.c.active_from <= at, collaborations.c.active_until > at)

    return and_(
        collaborations.c.practitioner_id == encounters.c.practitioner_id,
        collaborations.c.physician_id.is_not(None),
        or_(
            collaborations.c.jurisdiction == encounters.c.jurisdiction,
            collaborations.c.jurisdiction == sites.c.jurisdiction,
        ),
        or_(active(now), active(encounters.c.signed_at)),
    )


# ------------------------------------------------------------------ lists


@dataclass(frozen=True, slots=True)
class Readable:
    """An encounter of somebody else, and whether it is read by supervision alone."""

    encounter: Encounter
    supervised: bool


async def readable_by(
    tx: Tx, practitioner_id: str, network_id: str, *, now: int, before: int, limit: int
) -> list[Readable]:
    """Give what somebody was in, or supervises, and does not have: the last asked for first.

    Of what is supervised, what is signed; offers that were accepted say what they were in.

    Args:
        tx: reads.
        practitioner_id: who.
        network_id: theirs.
        now: microseconds UTC.
        before: what was asked for before that instant.
        limit: how many.
    """
    was_in = select(offers.c.encounter_id).where(
        offers.c.practitioner_id == practitioner_id, offers.c.state == ACCEPTED
    )
    supervised = (
        select(encounters.c.id)
        .join(sites, sites.c.id == encounters.c.site_id)
        .join(collaborations, _answers_for(now))
        .where(
            collaborations.c.physician_id == practitioner_id,
            encounters.c.signed_at.is_not(None),
        )
    )
    query = (
        select(encounters.c.id, encounters.c.id.not_in(was_in))
        .where(
            encounters.c.id.in_(was_in.union(supervised)),
            encounters.c.network_id == network_id,
            or_(
                encounters.c.practitioner_id.is_(None),
                encounters.c.practitioner_id != practitioner_id,
            ),
            encounters.c.requested_at < before,
        )
        .order_by(encounters.c.requested_at.desc(), encounters.c.id)
        .limit(limit)
    )
    rows = [(one, bool(alone)) for one, alone in await tx.execute(query)]
    there = await stored.with_ids(tx, [one for one, _ in rows])
    return [Readable(there[one], alone) for one, alone in rows if one in there]


async def of_patient(
    tx: Tx, patient_id: str, network_id: str, *, limit: int
) -> list[Encounter]:
    """Give a patient's encounters of a network that have a chart, the last one first.

    Before the patient has said who and where they are there is none.
    """
    query = (
        select(encounters.c.id)
        .where(
            encounters.c.patient_id == patient_id,
            encounters.c.network_id == network_id,
            encounters.c.jurisdiction.is_not(None),
        )
        .order_by(encounters.c.requested_at.desc(), encounters.c.id)
        .limit(limit)
    )
    ids = list((await tx.execute(query)).scalars())
    there = await stored.with_ids(tx, ids)
    return [there[one] for one in ids if one in there]
