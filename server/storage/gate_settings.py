"""What a network and its sites have settled about the gates before care.

Reviews of consent texts, and what a site does in an emergency. Nothing here decides. Which
classes are open for patients under 18 is policy (`server.rulebooks`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from server.storage.statements import Tx, insert_into
from server.storage.tables import consent_reviews, site_plans

STEPS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Review:
    """Counsel or a translator approved one text, by its hash."""

    network_id: str
    part: str
    sha256: str
    reviewed_by: str
    reference: str
    reviewed_at: int


async def add_review(tx: Tx, review: Review) -> None:
    """Keep a review; a second one of the same text changes nothing."""
    row = {
        "network_id": review.network_id,
        "part": review.part,
        "sha256": review.sha256,
        "reviewed_by": review.reviewed_by,
        "reference": review.reference,
        "reviewed_at": review.reviewed_at,
    }
    await tx.execute(
        insert_into(tx, consent_reviews)
        .values(**row)
        .on_conflict_do_nothing(index_elements=["network_id", "part", "sha256"])
    )


async def reviewed(tx: Tx, network_id: str) -> frozenset[tuple[str, str]]:
    """Return the parts that a network has had reviewed, each with the hash of its text."""
    query = select(consent_reviews.c.part, consent_reviews.c.sha256).where(
        consent_reviews.c.network_id == network_id
    )
    return frozenset((part, sha256) for part, sha256 in (await tx.execute(query)).all())


async def set_steps(tx: Tx, site_id: str, steps: str, *, now: int) -> None:
    """Write what the people at a site do in an emergency."""
    row = {"emergency_steps": steps, "changed_at": now}
    await tx.execute(
        insert_into(tx, site_plans)
        .values(site_id=site_id, **row)
        .on_conflict_do_update(index_elements=["site_id"], set_=row)
    )


async def steps_of(tx: Tx, site_ids: Collection[str]) -> dict[str, str]:
    """Return the emergency steps of sites that have written some."""
    query = select(site_plans.c.site_id, site_plans.c.emergency_steps).where(
        site_plans.c.site_id.in_(site_ids)
    )
    return {one.site_id: one.emergency_steps for one in await tx.execute(query)}
