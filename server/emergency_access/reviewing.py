"""What compliance makes of emergency accesses: who, when, why, how much was read; no chart."""

from __future__ import annotations

from typing import Final, Literal

from server import auditing
from server.auditing import Action
from server.emergency_access.acting import Actor
from server.emergency_access.refusals import AlreadyReviewed, StillOpen
from server.sealing import unseal
from server.services import Core
from server.storage import directory, emergency_access, local_sign_ins
from server.storage.emergency_access import EmergencyAccess, words_place
from server.storage.errors import KeyShredded
from server.storage.statements import Tx
from server.views.emergency_access import (
    EmergencyReviewForm,
    EmergencyReviewsView,
    EmergencyReviewView,
    EmergencyWaitingView,
)

MS: Final = 1_000
SHOWN_MAX: Final = 50


async def reviews(tx: Tx, core: Core, network_id: str) -> EmergencyReviewsView:
    """Return what was opened in a network: first what nobody has reviewed, then the newest."""
    found = await emergency_access.of_network(tx, network_id, limit=SHOWN_MAX)
    return EmergencyReviewsView(
        waiting=(await waiting(tx, network_id)).waiting,
        accesses=[await _view(tx, core, one) for one in found],
    )


async def waiting(tx: Tx, network_id: str) -> EmergencyWaitingView:
    """Return how many nobody has reviewed, without a word of them."""
    found = (await emergency_access.unreviewed(tx)).get(network_id)
    entered = (await local_sign_ins.unseen(tx)).get(network_id)
    return EmergencyWaitingView(
        waiting=found.count if found else 0,
        newest_ms=found.newest_at // MS if found else None,
        signed_in=entered.count if entered else 0,
    )


async def review(
    tx: Tx, core: Core, reviewer: Actor, access_id: str, form: EmergencyReviewForm
) -> None:
    """Write what compliance finds; what is not justified ends with it, if it is still open.

    Raises:
        StillOpen: it is called justified, and more may be read by it.
        AlreadyReviewed: somebody did before.
        RowMissing: there is no such access.
    """
    now = core.clock.now()
    one = await emergency_access.get(tx, access_id)
    if form.verdict == "justified" and one.reviewed_at is None and one.over_at > now:
        raise StillOpen
    if not await emergency_access.review(
        tx,
        one.id,
        by=reviewer.account_id,
        at=now,
        verdict=form.verdict,
        sealed_review=await _sealed(tx, core, one, form.note),
    ):
        raise AlreadyReviewed
    await auditing.note(
        tx, reviewer.event(Action.REVIEWED, one.encounter_id, now, reason=form.verdict)
    )
    if form.verdict == "not_justified" and await emergency_access.end(tx, one.id, at=now):
        await auditing.note(tx, reviewer.event(Action.ACCESS_ENDED, one.encounter_id, now))


async def _sealed(tx: Tx, core: Core, one: EmergencyAccess, note: str) -> bytes | None:
    """Return what is kept of the reviewer's words; None: the record is destroyed."""
    try:
        key = await core.keyring.encounter_key(tx, one.encounter_id, one.network_id)
    except KeyShredded:
        return None
    place = words_place("sealed_review", one.id, one.network_id)
    return core.keyring.seal(key, note.encode(), place)


async def _view(tx: Tx, core: Core, one: EmergencyAccess) -> EmergencyReviewView:
    who = await directory.practitioner(tx, one.practitioner_id)
    reviewer = one.reviewed_by and (await directory.account(tx, one.reviewed_by)).display_name
    return EmergencyReviewView(
        id=one.id,
        practitioner_name=who.display_name,
        encounter_id=one.encounter_id,
        reason=await _words(tx, core, one, "sealed_reason"),
        started_at_ms=one.started_at // MS,
        over_at_ms=one.over_at // MS,
        open=one.over_at > core.clock.now(),
        readings=await emergency_access.readings(tx, one),
        verdict=one.verdict,
        note=await _words(tx, core, one, "sealed_review"),
        reviewed_by=reviewer or None,
        reviewed_at_ms=None if one.reviewed_at is None else one.reviewed_at // MS,
    )


async def _words(
    tx: Tx, core: Core, one: EmergencyAccess, column: Literal["sealed_reason", "sealed_review"]
) -> str | None:
    """Return what was said; None: nothing, or it was destroyed with the record."""
    sealed = one.sealed_reason if column == "sealed_reason" else one.sealed_review
    if sealed is None:
        return None
    try:
        key = await core.keyring.encounter_key(tx, one.encounter_id, one.network_id)
    except KeyShredded:
        return None
    return unseal(key, sealed, place=words_place(column, one.id, one.network_id)).decode()
