"""What the switchboard asked to be kept about offers and duty, and the calls that follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, or_, select

from media.call import Call
from server.storage.errors import OnDutyElsewhere
from server.storage.statements import Insertion, Query, Tx, Values, insert_rows, upsert
from server.storage.tables import calls, duty, encounters, offers
from signaling.identifiers import EncounterId, Instant, OfferId, PractitionerId
from signaling.offers import Offer, OfferState
from signaling.participants import PractitionerStatus
from signaling.snapshot import DutyRow

PASSED: Final = (OfferState.DECLINED.value, OfferState.MISSED.value)
AWAY: Final = PractitionerStatus.AWAY.value


@dataclass(frozen=True, slots=True)
class CallRow:
    """A row of `calls`: one generation; instants in microseconds UTC.

    Attributes:
        mode: how media travels.
        patient_first_frame_at, practitioner_first_frame_at: when that side decoded its first
            remote frame.
        outcome: the state of the call when the row was last written.
    """

    encounter_id: EncounterId
    generation: int
    mode: str
    started_at: int
    patient_first_frame_at: int | None
    practitioner_first_frame_at: int | None
    connected_at: int | None
    ended_at: int | None
    outcome: str | None


# ------------------------------------------------------------------ offers


async def save_offer(tx: Tx, offer: Offer) -> None:
    """Insert an offer, or overwrite the one with the same id.

    The schema lets one offer ring per practitioner, and per encounter one and a parallel one:
    an offer that settled is written before the next one rings, and one too many ends the
    transaction as `ConstraintBroken`.
    """
    await upsert(tx, offers, _offer_values(offer))


async def save_offers(tx: Tx, changed: Iterable[Offer]) -> None:
    """Write offers, each as `save_offer` does, those that settled before those that ring."""
    settled: list[Values] = []
    ringing: list[Values] = []
    for offer in changed:
        (ringing if offer.state is OfferState.RINGING else settled).append(_offer_values(offer))
    await upsert(tx, offers, *settled)
    await upsert(tx, offers, *ringing)


def _offer_values(offer: Offer) -> Values:
    return {
        "id": offer.offer_id,
        "encounter_id": offer.encounter_id,
        "practitioner_id": offer.practitioner_id,
        "state": offer.state.value,
        "reason": None if offer.reason is None else str(offer.reason),
        "parallel": offer.parallel,
        "rung_at": offer.rung_at,
        "expires_at": offer.expires_at,
        "settled_at": offer.settled_at,
    }


async def get_offer(tx: Tx, offer_id: str) -> Offer | None:
    """Give an offer."""
    found = await _offers(tx, select(offers).where(offers.c.id == offer_id))
    return found[0] if found else None


async def offers_since(tx: Tx, network_id: str, since: int) -> list[Offer]:
    """Give a network's offers that ring, or were declined or missed since an instant.

    Those are the offers that `Switchboard.rebuild` needs; the oldest come first.
    """
    passed = offers.c.state.in_(PASSED) & (offers.c.settled_at >= since)
    query = (
        select(offers)
        .join(encounters, encounters.c.id == offers.c.encounter_id)
        .where(
            encounters.c.network_id == network_id,
            or_(offers.c.state == OfferState.RINGING.value, passed),
        )
        .order_by(offers.c.rung_at, offers.c.id)
    )
    return await _offers(tx, query)


async def _offers(tx: Tx, query: Query) -> list[Offer]:
    return [
        Offer(
            offer_id=OfferId(row["id"]),
            encounter_id=EncounterId(row["encounter_id"]),
            practitioner_id=PractitionerId(row["practitioner_id"]),
            state=OfferState(row["state"]),
            rung_at=Instant(row["rung_at"]),
            expires_at=Instant(row["expires_at"]),
            settled_at=row["settled_at"],
            reason=row["reason"],
            parallel=row["parallel"],
        )
        for row in (await tx.execute(query)).mappings()
    ]


# ------------------------------------------------------------------ duty


async def save_duty(tx: Tx, network_id: str, row: DutyRow, *, now: int) -> None:
    """Write a practitioner's duty in a network; AWAY gives them free for another one.

    Raises:
        OnDutyElsewhere: another network has them, and not as away.
    """
    await save_duties(tx, network_id, [row], now=now)


async def save_duties(tx: Tx, network_id: str, rows: Sequence[DutyRow], *, now: int) -> None:
    """Write the duty of several practitioners, each as `save_duty` does.

    Raises:
        OnDutyElsewhere: another network has one of them, and not as away.
    """

    def unless_elsewhere(statement: Insertion) -> Insertion:
        return statement.on_conflict_do_update(
            index_elements=["practitioner_id"],
            set_={column.name: statement.excluded[column.name] for column in duty.c},
            where=or_(duty.c.network_id == network_id, duty.c.status == AWAY),
        )

    values = [_duty_values(row, network_id, now) for row in rows]
    if await insert_rows(tx, duty, values, unless_elsewhere) != len(rows):
        raise OnDutyElsewhere(await _elsewhere(tx, network_id, rows))


def _duty_values(row: DutyRow, network_id: str, now: int) -> Values:
    return {
        "practitioner_id": row.practitioner_id,
        "network_id": network_id,
        "status": row.status.value,
        "licence_count": row.licence_count,
        "idle_since": row.idle_since,
        "encounter_id": row.encounter_id,
        "missed_offers": row.missed_offers,
        "paused_until": row.paused_until,
        "leaving": row.leaving,
        "languages": " ".join(sorted(row.languages)),
        "shift_ends_at": row.shift_ends_at,
        "changed_at": now,
    }


async def _elsewhere(tx: Tx, network_id: str, rows: Iterable[DutyRow]) -> str:
    query = select(duty.c.practitioner_id).where(
        duty.c.practitioner_id.in_([row.practitioner_id for row in rows]),
        duty.c.network_id != network_id,
        duty.c.status != AWAY,
    )
    return str((await tx.execute(query.limit(1))).scalar_one())


async def duty_of(tx: Tx, network_id: str) -> list[DutyRow]:
    """Give who is on duty in a network: everybody whose last record is not AWAY."""
    query = (
        select(duty)
        .where(duty.c.network_id == network_id, duty.c.status != AWAY)
        .order_by(duty.c.practitioner_id)
    )
    return [
        DutyRow(
            practitioner_id=PractitionerId(row["practitioner_id"]),
            status=PractitionerStatus(row["status"]),
            licence_count=row["licence_count"],
            idle_since=Instant(row["idle_since"]),
            encounter_id=row["encounter_id"],
            missed_offers=row["missed_offers"],
            paused_until=row["paused_until"],
            leaving=row["leaving"],
            languages=frozenset(row["languages"].split()),
            shift_ends_at=row["shift_ends_at"],
        )
        for row in (await tx.execute(query)).mappings()
    ]


# ------------------------------------------------------------------ calls


async def save_call(
    tx: Tx, encounter_id: str, call: Call, *, outcome: str, mode: str = "direct"
) -> None:
    """Write a generation of a call as it stands."""
    await upsert(tx, calls, _call_values(encounter_id, call, outcome, mode))


async def save_calls(
    tx: Tx, changed: Mapping[str, Call], *, modes: Mapping[str, str] | None = None
) -> None:
    """Write calls by their encounter, each as it stands; without a mode it is direct."""
    known = modes or {}
    rows = [
        _call_values(one, call, call.state.value, known.get(one, "direct"))
        for one, call in changed.items()
    ]
    await upsert(tx, calls, *rows)


def _call_values(encounter_id: str, call: Call, outcome: str, mode: str) -> Values:
    return {
        "encounter_id": encounter_id,
        "generation": call.generation,
        "mode": mode,
        "started_at": call.started_at or 0,
        "patient_first_frame_at": call.patient_first_frame_at,
        "practitioner_first_frame_at": call.practitioner_first_frame_at,
        "connected_at": call.connected_at,
        "ended_at": call.ended_at,
        "outcome": outcome,
    }


async def latest_generation(tx: Tx, encounter_id: str) -> int:
    """Give the number of the newest generation; 0 before the first call."""
    query = select(func.max(calls.c.generation)).where(calls.c.encounter_id == encounter_id)
    return int((await tx.execute(query)).scalar_one_or_none() or 0)


async def latest_generations(tx: Tx, encounter_ids: Iterable[str]) -> Mapping[str, int]:
    """Give the newest generation of each encounter that had a call."""
    wanted = sorted(set(encounter_ids))
    if not wanted:
        return {}
    query = (
        select(calls.c.encounter_id, func.max(calls.c.generation))
        .where(calls.c.encounter_id.in_(wanted))
        .group_by(calls.c.encounter_id)
    )
    return {one: int(newest) for one, newest in await tx.execute(query)}


async def calls_of(tx: Tx, encounter_id: str) -> list[CallRow]:
    """Give every generation of an encounter's call, the first one first."""
    query = (
        select(calls).where(calls.c.encounter_id == encounter_id).order_by(calls.c.generation)
    )
    return [CallRow(**row) for row in (await tx.execute(query)).mappings()]
