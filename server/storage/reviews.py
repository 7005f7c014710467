"""Reviews of what patients sent: when each is due, when its reviewer last did something.

The encounter's row says whether one is asked for or going on, and who has it; a row here says
by when. Nothing here decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select, update

from server.storage import encounters as stored
from server.storage.encounters import Encounter
from server.storage.errors import RowMissing
from server.storage.statements import Tx, insert_into
from server.storage.tables import encounters, practitioners, review_settings, reviews
from signaling.messages import Visit

ASKED: Final[tuple[Visit, ...]] = ("submitted", "in_review")
DUE_AFTER_S: Final = 24 * 3_600
IDLE_AFTER_S: Final = 30 * 60


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """What a network has settled.

    Attributes:
        due_after_s: seconds from the submission until a review is due.
        idle_after_s: seconds without an act of the reviewer, after which it is given back.
    """

    due_after_s: int = DUE_AFTER_S
    idle_after_s: int = IDLE_AFTER_S


@dataclass(frozen=True, slots=True)
class Review:
    """One that is asked for; instants in microseconds UTC.

    Attributes:
        encounter: its row.
        due_at: by when.
        active_at: the reviewer's last act; None while nobody has it.
    """

    encounter: Encounter
    due_at: int
    active_at: int | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is late in one jurisdiction of a network."""

    network_id: str
    jurisdiction: str
    count: int
    oldest_due_at: int


async def settings(tx: Tx, network_id: str) -> ReviewSettings:
    """Return what a network has settled, or what ships."""
    query = select(review_settings.c.due_after_s, review_settings.c.idle_after_s).where(
        review_settings.c.network_id == network_id
    )
    row = (await tx.execute(query)).one_or_none()
    return ReviewSettings(*row) if row else ReviewSettings()


async def settle(tx: Tx, network_id: str, wanted: ReviewSettings, *, now: int) -> None:
    """Write what a network has settled; what is due already stays due when it was."""
    row = {
        "due_after_s": wanted.due_after_s,
        "idle_after_s": wanted.idle_after_s,
        "changed_at": now,
    }
    await tx.execute(
        insert_into(tx, review_settings)
        .values(network_id=network_id, **row)
        .on_conflict_do_update(index_elements=["network_id"], set_=row)
    )


async def ask(tx: Tx, encounter_id: str, *, due_at: int) -> None:
    """Ask for a review by a time; asked again, the later word counts."""
    row = {"due_at": due_at, "active_at": None}
    await tx.execute(
        insert_into(tx, reviews)
        .values(encounter_id=encounter_id, **row)
        .on_conflict_do_update(index_elements=["encounter_id"], set_=row)
    )


async def set_active(tx: Tx, encounter_id: str, active_at: int | None) -> None:
    """Write when the reviewer last did something; None: nobody has it.

    Raises:
        RowMissing: no review of it was ever asked for.
    """
    changed = await tx.execute(
        update(reviews)
        .where(reviews.c.encounter_id == encounter_id)
        .values(active_at=active_at)
    )
    if changed.rowcount != 1:
        raise RowMissing("reviews", encounter_id)


async def get(tx: Tx, encounter_id: str, *, lock: bool = False) -> Review:
    """Give the review of an encounter; `lock` holds the encounter, as everything about it does.

    Raises:
        RowMissing: no review of it was ever asked for.
    """
    encounter = await stored.get(tx, encounter_id, lock=lock)
    query = select(reviews.c.due_at, reviews.c.active_at).where(
        reviews.c.encounter_id == encounter_id
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise RowMissing("reviews", encounter_id)
    return Review(encounter, *row)


async def of_network(tx: Tx, network_id: str, *, limit: int) -> list[Review]:
    """Give what is asked for in a network, what is due first first."""
    due = (
        select(encounters.c.id, reviews.c.due_at, reviews.c.active_at)
        .join(reviews, reviews.c.encounter_id == encounters.c.id)
        .where(encounters.c.network_id == network_id, encounters.c.visit.in_(ASKED))
        .order_by(reviews.c.due_at, encounters.c.id)
        .limit(limit)
    )
    rows = (await tx.execute(due)).all()
    found = await stored.with_ids(tx, [row[0] for row in rows])
    return [
        Review(found[encounter_id], due_at, active_at)
        for encounter_id, due_at, active_at in rows
        if encounter_id in found
    ]


async def of_practitioner(tx: Tx, practitioner_id: str, *, lock: bool = False) -> list[str]:
    """Give the encounters that a practitioner has in review, the first due first.

    `lock` lets nobody else ask so until the commit: of two that give them a review, one sees
    the other's. It is no shared lock, so it comes before their file is relied upon, which is.
    """
    if lock:
        theirs = select(practitioners.c.id).where(practitioners.c.id == practitioner_id)
        await tx.execute(theirs.with_for_update(key_share=True))
    query = (
        select(encounters.c.id)
        .join(reviews, reviews.c.encounter_id == encounters.c.id)
        .where(
            encounters.c.practitioner_id == practitioner_id, encounters.c.visit == "in_review"
        )
        .order_by(reviews.c.due_at)
    )
    return list((await tx.execute(query)).scalars())


async def idle(tx: Tx, *, now: int, limit: int) -> list[str]:
    """Give the encounters whose reviewer did nothing for longer than their network lets."""
    idle_after_s = func.coalesce(review_settings.c.idle_after_s, IDLE_AFTER_S)
    query = (
        select(encounters.c.id)
        .join(reviews, reviews.c.encounter_id == encounters.c.id)
        .outerjoin(review_settings, review_settings.c.network_id == encounters.c.network_id)
        .where(
            encounters.c.visit == "in_review",
            reviews.c.active_at + idle_after_s * 1_000_000 <= now,
        )
        .order_by(reviews.c.active_at)
        .limit(limit)
    )
    return list((await tx.execute(query)).scalars())


async def overdue(tx: Tx, *, now: int) -> list[Overdue]:
    """Count what is late, by network and jurisdiction of the patient."""
    place = func.coalesce(encounters.c.jurisdiction, "")
    query = (
        select(encounters.c.network_id, place, func.count(), func.min(reviews.c.due_at))
        .join(reviews, reviews.c.encounter_id == encounters.c.id)
        .where(encounters.c.visit.in_(ASKED), reviews.c.due_at <= now)
        .group_by(encounters.c.network_id, place)
        .order_by(encounters.c.network_id, place)
    )
    return [Overdue(*row) for row in await tx.execute(query)]
