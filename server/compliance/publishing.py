"""What this release's snapshot would change, and whom it touches, with an action for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal

from server.chart.ruling_entries import RulingMoment
from server.compliance.authorized import Authorized, authorized
from server.compliance.overview import fault_of
from server.conditions.evidencing import reviewable_codes
from server.rulebooks.standing import Standing, shipped_book
from server.rules.difference import changes
from server.rules.impact import Stage, Touched, touched
from server.rules.impact import Standing as Somebody
from server.rulings.facts import Facts
from server.rulings.ruling import Asked, case_asked, facts_for
from server.services import Core
from server.storage import directory, encounters
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.views.compliance import ReleaseDetailView, RulesChangeView, TouchedView
from signaling.messages import Visit

CHANGES_MAX: Final = 500
TOUCHED_MAX: Final = 500
VISITS: Final[Sequence[tuple[Visit, Stage]]] = (
    ("waiting", Stage.WAITING),
    ("in_progress", Stage.LIVE),
    ("wrap_up", Stage.LIVE),
    ("submitted", Stage.WAITING),
    ("in_review", Stage.LIVE),
)
MOMENTS: Final[Mapping[str, RulingMoment]] = {
    "waiting": "changed",
    "in_progress": "sign",
    "wrap_up": "sign",
    "submitted": "review",
    "in_review": "review",
}
"""What they are asked about next: where they are was said for that, as any ruling counts it."""
STAGES: Final[dict[Stage, Literal["waiting", "live", "authorized"]]] = {
    Stage.WAITING: "waiting",
    Stage.LIVE: "live",
    Stage.AUTHORIZED: "authorized",
}


async def release(tx: Tx, core: Core, network_id: str) -> ReleaseDetailView:
    """Return what publishing would do."""
    standing = await core.rulebooks.standing(tx, network_id)
    book = shipped_book()
    found = changes(standing.book.signed.snapshot, book.signed.snapshot)
    ordered = sorted(found, key=lambda one: not one.decides)
    now = core.clock.now()
    people = touched(await visits(tx, core, network_id, standing, now), standing.book, book)
    room = max(0, TOUCHED_MAX - len(people))
    held = await authorized(tx, network_id, standing, book, now, room)
    return ReleaseDetailView(
        version=book.version,
        sha256=book.signed.sha256,
        fault=fault_of(book, now),
        in_force=standing.published and book.signed.sha256 == standing.book.signed.sha256,
        changes=[
            RulesChangeView(
                where=one.where, before=one.before, after=one.after, decides=one.decides
            )
            for one in ordered[:CHANGES_MAX]
        ],
        changes_total=len(found),
        touched=[
            *(told(one) for one in people[:TOUCHED_MAX]),
            *(told_of(one) for one in held.listed),
        ],
        touched_total=len(people) + held.total,
    )


async def visits(
    tx: Tx, core: Core, network_id: str, standing: Standing, now: int
) -> list[Somebody]:
    """Return everybody who waits or is being seen, each with the case as it stands."""
    found: list[Somebody] = []
    for visit, stage in VISITS:
        here = await encounters.in_visit(tx, network_id, visit)
        facts = await facts_for(tx, core.keyring, [one.encounter_id for one in here])
        for one in here:
            chart = facts.get(one.encounter_id, Facts())
            if chart.forward.forward:  # what a review can still evidence is not missing yet
                chart = replace(chart, evidenced=chart.evidenced | reviewable_codes())
            found.append(await _somebody(tx, one, stage, chart, standing, now))
    return found


async def _somebody(
    tx: Tx, encounter: Encounter, stage: Stage, facts: Facts, standing: Standing, now: int
) -> Somebody:
    file = None
    if stage is Stage.LIVE and encounter.practitioner_id is not None:
        file = await directory.practitioner_file(tx, encounter.practitioner_id)
    moment = MOMENTS[encounter.visit]
    case = case_asked(Asked(encounter, facts, file, moment), standing.policy, now)
    return Somebody(encounter.encounter_id, stage, case)


def told(one: Touched) -> TouchedView:
    """Return one line of the list."""
    return TouchedView(
        encounter_id=one.standing.reference,
        authorization_id=None,
        stage=STAGES[one.standing.stage],
        before=one.before.value,
        after=one.after.value,
        more=list(one.more),
        action=one.action.value,
    )


def told_of(one: Authorized) -> TouchedView:
    """Return the line of an authorization: of the exam that gave it, and its own id."""
    held = one.held
    return told(one.what).model_copy(
        update={
            "encounter_id": held.encounter_id,
            "authorization_id": held.authorization_id,
        }
    )
