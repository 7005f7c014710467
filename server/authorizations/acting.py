"""What is done with one authorization: its condition is confirmed, or it is ended.

Each is an event with who did it, and an addendum in the chart of the exam: a signed chart is
never changed otherwise.
"""

from __future__ import annotations

from datetime import date

from server import addenda, local_days
from server.authorizations import record, terms
from server.authorizations.answering import Standing
from server.authorizations.covering import cover_view
from server.authorizations.ending import end
from server.authorizations.protocol_standing import standing_of
from server.authorizations.record import About, Asker
from server.authorizations.refusals import (
    AuthorizationEnded,
    CredentialRefused,
    NoConditionOpen,
)
from server.delivery import telling
from server.services import Core
from server.storage import authorizations as stored
from server.storage import directory
from server.storage.authorizations import AuthorizationRow
from server.storage.database import Tx
from server.views.authorizations import (
    ChangedView,
    CoversView,
    CoverView,
    RevokeForm,
    SatisfyForm,
)


async def satisfy(
    core: Core, asker: Asker, authorization_id: str, form: SatisfyForm
) -> ChangedView:
    """Keep that somebody named says that the condition is met.

    Raises:
        NoConditionOpen: it has none, or it is met already.
        AuthorizationEnded: revoked, expired, or its protocol lapsed.
        CredentialRefused: the exam does not name this credential.
        RequestIdReused: the id came before, with something else.
    """
    async with core.database.write() as tx:
        row = await stored.get(tx, authorization_id, lock=True)
        request = (form.request_id, form)
        before = await record.answered_before(tx, core, asker, request, authorization_id)
        if before is not None:
            return ChangedView.model_validate_json(before)
        agreed = await terms.opened(tx, core.keyring, row)
        if row.disposition != "conditional" or row.satisfied_at is not None:
            raise NoConditionOpen
        if await has_ended(tx, row, core.clock.now()):
            raise AuthorizationEnded
        if form.credential not in agreed.satisfied_by:
            raise CredentialRefused(fields=("credential",))
        now = core.clock.now()
        await stored.satisfy(tx, row.id, now)
        name = row.treatment_class.replace("_", " ")
        text = f"Condition for {name} confirmed by {form.name}, {form.credential}: {form.note}"
        await addenda.write(tx, core, row.encounter_id, asker.actor, text, now=now)
        await telling.satisfied(tx, row, at=now)
        view = ChangedView(authorization=await _cover(tx, core, row.id))
        about = About(row.id, row.patient_id)
        await record.record(tx, core, asker, "satisfied", request, view, about)
        return view


async def revoke(
    core: Core, asker: Asker, authorization_id: str, form: RevokeForm
) -> ChangedView:
    """End an authorization, for good; one that has ended stays as it ended.

    Raises:
        RequestIdReused: the id came before, with something else.
    """
    async with core.database.write() as tx:
        row = await stored.get(tx, authorization_id, lock=True)
        request = (form.request_id, form)
        before = await record.answered_before(tx, core, asker, request, authorization_id)
        if before is not None:
            return ChangedView.model_validate_json(before)
        if row.revoked_at is None:
            await end(tx, core, row, reason=form.reason, actor=asker.actor, detail=form.note)
        view = ChangedView(authorization=await _cover(tx, core, row.id))
        about = About(row.id, row.patient_id)
        await record.record(tx, core, asker, "revoked", request, view, about)
        return view


async def of_encounter(tx: Tx, core: Core, encounter_id: str) -> CoversView:
    """Return all that one exam allows, ended ones included."""
    rows = await stored.of_encounter(tx, encounter_id)
    return CoversView(authorizations=[await _cover(tx, core, one.id) for one in rows])


async def has_ended(tx: Tx, row: AuthorizationRow, now: int) -> bool:
    """Tell whether an authorization is revoked, expired, or without a protocol in force."""
    site = await directory.site(tx, row.site_id)
    return (
        row.revoked_at is not None
        or local_days.first_day(site.jurisdiction, now) > date.fromisoformat(row.valid_until)
        or await standing_of(tx, row, now, site=site) is not Standing.IN_FORCE
    )


async def _cover(tx: Tx, core: Core, authorization_id: str) -> CoverView:
    row = await stored.get(tx, authorization_id)
    agreed = await terms.opened(tx, core.keyring, row)
    examiner = await directory.practitioner(tx, row.practitioner_id)
    return cover_view(row, agreed, examiner.display_name)
