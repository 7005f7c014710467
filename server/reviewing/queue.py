"""The review queue as one practitioner sees it: what they have, and what they may take."""

from __future__ import annotations

from typing import Final

from server.ages import age_on, day_of
from server.chart.reading import flags_of
from server.reviewing.judging import Prospect, prospect
from server.rulings.facts import Facts
from server.rulings.ruling import facts_for
from server.services import Core
from server.storage import directory, reviews
from server.storage.database import Tx
from server.storage.reviews import Review
from server.views.reviews import ReviewRow, ReviewsView

ROWS_MAX: Final = 200
MS: Final = 1_000
SECOND: Final = 1_000_000


async def queue_for(tx: Tx, core: Core, practitioner_id: str) -> ReviewsView:
    """Return what a practitioner has in review and may take, what is due first first.

    What they may not examine, and what somebody else is at, they never see.
    """
    now = core.clock.now()
    file = await directory.practitioner_file(tx, practitioner_id)
    network_id = file.practitioner.network_id
    asked = await reviews.of_network(tx, network_id, limit=ROWS_MAX)
    settled = await reviews.settings(tx, network_id)
    free = [one for one in asked if _is_theirs_to_see(one, practitioner_id, settled, now)]
    names = [one.encounter.encounter_id for one in free]
    facts = await facts_for(tx, core.keyring, names)
    known = await core.rulebooks.standing(tx, network_id)
    rows = []
    for one in free:
        said = facts.get(one.encounter.encounter_id, Facts())
        found = prospect(one.encounter, said, file, known, now)
        mine = one.encounter.practitioner_id == practitioner_id
        if mine or found.theirs:
            rows.append(_row(one, said, found, mine=mine, now=now))
    return ReviewsView(now_ms=now // MS, reviews=rows)


def _is_theirs_to_see(
    one: Review, practitioner_id: str, settled: reviews.ReviewSettings, now: int
) -> bool:
    if one.encounter.visit == "submitted" or one.active_at is None:
        return True
    idle = now >= one.active_at + settled.idle_after_s * SECOND
    return idle or one.encounter.practitioner_id == practitioner_id


def _row(one: Review, facts: Facts, found: Prospect, *, mine: bool, now: int) -> ReviewRow:
    state, encounter = facts.chart, one.encounter
    born = facts.birth_date
    submitted_at = encounter.submitted_at or encounter.changed_at
    sent = state.forward.submitted
    return ReviewRow(
        encounter_id=encounter.encounter_id,
        patient_name=state.identity.legal_name if mine and state.identity else None,
        age_years=age_on(born, day_of(now)) if born else 0,
        jurisdiction=facts.location or "",
        site_jurisdiction=facts.site or "",
        treatments=list(facts.treatments),
        flags=flags_of(state),
        pictures=len(sent.items) if sent else 0,
        submitted_at_ms=submitted_at // MS,
        due_at_ms=one.due_at // MS,
        overdue=one.due_at <= now,
        mine=mine,
        live_only=not found.forward,
    )
