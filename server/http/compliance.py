"""Compliance over HTTP: the rules with their sources, what is open, and each act upon it.

Operations may read; only an account of the role `compliance` changes anything.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from server.access import Role
from server.accounts import new_id
from server.auditing import Action
from server.compliance.law import jurisdiction
from server.compliance.overview import overview
from server.compliance.publishing import release
from server.errors import Conflict, InvalidBody, NotFound
from server.http.calls import Answer, Call, answer
from server.http.changes import note_change
from server.http.operation import operation
from server.http.routes import Route
from server.jurisdictions import is_jurisdiction
from server.rulebooks import changing
from server.rulebooks.changing import Act, cells_of
from server.rulebooks.releases import shipped_release
from server.rulebooks.standing import shipped_book
from server.rulebooks.switches import read_switches
from server.rules.words import Profession, TreatmentClass
from server.storage import directory, encounters
from server.storage.compliance import Cell
from server.storage.database import Tx
from server.views.compliance import (
    ComplianceView,
    JurisdictionView,
    OpeningForm,
    PolicyForm,
    PublishForm,
    ReleaseDetailView,
    SignOffForm,
    WithdrawForm,
)

API: Final = "/api/v1/compliance"


class ReleaseMoved(Conflict):
    """Another snapshot came with a newer release meanwhile."""

    code = "release_moved"
    message = "Another version of the rules came in meanwhile. Please look at it first."


@operation()
async def get_overview(call: Call) -> Answer[ComplianceView]:
    """GET: the map, the rules in force, the policy, the log."""
    return await _overview(call)


@operation()
async def get_jurisdiction(call: Call) -> Answer[JurisdictionView]:
    """GET jurisdictions/{code}: the law with its sources, and what is open there."""
    code = call.request.match_info["code"]
    if not is_jurisdiction(code):
        raise NotFound
    async with call.services.database.read() as tx:
        return answer(await jurisdiction(tx, call.services, _network(call), code))


@operation()
async def get_release(call: Call) -> Answer[ReleaseDetailView]:
    """GET release: what this release's snapshot would change, and for whom."""
    async with call.services.database.read() as tx:
        return answer(await release(tx, call.services, _network(call)))


@operation()
async def post_opening(call: Call, form: OpeningForm) -> Answer[ComplianceView]:
    """POST openings: open professions and classes in a jurisdiction."""

    async def work(tx: Tx, act: Act) -> object:
        return await changing.open_cells(tx, act, _cells(form))

    return await _acted(call, form.reference, work)


@operation()
async def post_closing(call: Call, form: OpeningForm) -> Answer[ComplianceView]:
    """POST closings: close them."""

    async def work(tx: Tx, act: Act) -> object:
        return await changing.close_cells(tx, act, _cells(form))

    return await _acted(call, form.reference, work)


@operation()
async def post_sign_off(call: Call, form: SignOffForm) -> Answer[ComplianceView]:
    """POST sign-offs: a counsel's word."""

    async def work(tx: Tx, act: Act) -> None:
        await changing.sign_off(tx, act, form.jurisdiction, form.what, form.signed_by)

    return await _acted(call, form.reference, work)


@operation()
async def post_withdrawal(call: Call, form: WithdrawForm) -> Answer[ComplianceView]:
    """POST withdrawals: end a counsel's word."""

    async def work(tx: Tx, act: Act) -> object:
        return await changing.withdraw(tx, act, form.jurisdiction, form.what)

    return await _acted(call, form.reference, work)


@operation(changing.PolicyLooser)
async def put_policy(call: Call, form: PolicyForm) -> Answer[ComplianceView]:
    """PUT policy: one layer of the switches."""
    switches = read_switches(form.switches.model_dump_json())

    async def work(tx: Tx, act: Act) -> None:
        await changing.set_switches(tx, act, form.layer, switches)

    return await _acted(call, form.reference, work, Action.POLICY_CHANGED)


@operation(changing.SnapshotRefused, ReleaseMoved)
async def post_publication(call: Call, form: PublishForm) -> Answer[ComplianceView]:
    """POST publications: decide by this release's snapshot from now on."""
    if form.sha256 != shipped_book().signed.sha256:
        raise ReleaseMoved

    async def work(tx: Tx, act: Act) -> object:
        return await changing.publish(tx, act, *shipped_release())

    return await _acted(call, form.reference, work)


async def _acted(
    call: Call,
    reference: str,
    work: Callable[[Tx, Act], Awaitable[object]],
    action: Action = Action.RULES_CHANGED,
) -> Answer[ComplianceView]:
    """Do one act with its audit entry, tell whoever waits, and answer with the new state."""
    services, network_id = call.services, _network(call)
    async with services.database.write() as tx:
        account = await directory.account(tx, call.principal.account_id or "")
        act = Act(
            network_id=network_id,
            actor=account.display_name,
            at=services.clock.now(),
            reference=reference,
            new_id=lambda: new_id(services),
        )
        await work(tx, act)
        await note_change(tx, call, action)
    async with services.database.read() as tx:
        waiting = await encounters.in_visit(tx, network_id, "waiting")
    for one in waiting:
        services.hub.encounter_changed(one.encounter_id)
    return await _overview(call)


async def _overview(call: Call) -> Answer[ComplianceView]:
    may_change = call.principal.role is Role.COMPLIANCE
    async with call.services.database.read() as tx:
        view = await overview(tx, call.services, _network(call), may_change=may_change)
    return answer(view)


def _cells(form: OpeningForm) -> frozenset[Cell]:
    known = {one.value for one in TreatmentClass}
    if not set(form.treatment_classes) <= known:
        raise InvalidBody(fields=("treatment_classes",))
    return cells_of(
        [form.jurisdiction],
        [Profession(one) for one in form.professions],
        [TreatmentClass(one) for one in form.treatment_classes],
    )


def _network(call: Call) -> str:
    return call.principal.organization_id or ""


ROUTES: Final = (
    Route("GET", API, get_overview),
    Route("GET", f"{API}/jurisdictions/{{code}}", get_jurisdiction),
    Route("GET", f"{API}/release", get_release),
    Route("POST", f"{API}/openings", post_opening),
    Route("POST", f"{API}/closings", post_closing),
    Route("POST", f"{API}/sign-offs", post_sign_off),
    Route("POST", f"{API}/withdrawals", post_withdrawal),
    Route("PUT", f"{API}/policy", put_policy),
    Route("POST", f"{API}/publications", post_publication),
)
