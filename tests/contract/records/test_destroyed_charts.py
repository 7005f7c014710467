"""An exam whose chart was destroyed, of a patient who stays: nothing is covered by it."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from server.authorizations import acting, ending, terms, treating
from server.authorizations.asking import Asked, ask
from server.authorizations.record import Asker
from server.authorizations.terms import Terms
from server.documents.issuing import document
from server.errors import RecordShredded
from server.fhir.gathering import bundle_of
from server.keystore.shredding import Shred, shred
from server.portal_view import detail, encounter_rows
from server.problems import problem, status_of
from server.retention.replaying import Replayed, replay_shreds
from server.storage import authorizations as stored
from server.storage import chart_log, destinations, encounters
from server.storage.authorizations import AuthorizationRow
from server.storage.errors import KeyShredded
from server.storage.outbox_tables import outbox_messages
from server.views.authorizations import (
    AuthorizationQueryForm,
    RevokeForm,
    SatisfyForm,
    UseForm,
)
from tests.contract.records.charts import FIRST, LAST, SECOND, Charts
from tests.contract.storage.rows import NOW
from tests.contract.storage.test_authorizations import ONE as ROW
from tests.contract.storage.test_outbox import ENDPOINT

ORDER = "Up to 20 units in the glabella."
TERMS = Terms(
    order=ORDER,
    conditions="",
    salt="0" * 32,
    products=[],
    doses=[],
    areas=[],
    performers=[],
    satisfied_by=[],
)
SPA = Asker("spa-1", "staff:kim")
OF_FIRST = replace(ROW, encounter_id=FIRST)
OF_SECOND = replace(ROW, id="authorization-2", encounter_id=SECOND, treatment_class="filler")
MET = SatisfyForm(request_id="request-0001", name="Kim", credential="NP", note="Ok.")
REVOKED = RevokeForm(request_id="request-0002", reason="practitioner_decision", note="No.")
USED = UseForm(
    request_id="request-0003",
    performer_name="Kim",
    performer_credential="RN",
    performed_at_ms=NOW // 1_000,
)
NOTHING_NEW = dict.fromkeys(
    ("pregnancy", "new_diagnosis", "new_medication", "new_allergy", "infection"), False
)


@pytest.fixture
async def standing(charts: Charts) -> Charts:
    """Each exam allows something until next year; the first one is asked about in the tests."""
    core = charts.core
    async with core.database.write() as tx:
        for row in (OF_FIRST, OF_SECOND):
            owner = (row.patient_id, row.spa_id, row.network_id)
            sealed = await terms.sealed(tx, core.keyring, TERMS, row.id, owner)
            await stored.add(tx, replace(row, sealed_terms=sealed))
    return charts


async def destroy(charts: Charts) -> None:
    """Destroy the first exam's chart, as `records expire` does; the patient stays."""
    core = charts.core
    gone = Shred("encounter", FIRST, "network-1", NOW, "compliance:Robin", "retention over")
    await shred(core.database.keystore, [gone])
    core.keyring.forget()
    assert await replay_shreds(core) == Replayed(0, 1)


async def asked(charts: Charts, request_id: str, wanted: str, **check: bool) -> Asked:
    form = AuthorizationQueryForm.model_validate(
        {
            "request_id": request_id,
            "patient": {"patient_id": "patient-1"},
            "treatment_class": wanted,
            "site_id": "site-0001",
            "performer_credential": "RN",
            "same_day": {"answered_by": "patient", **NOTHING_NEW, **check},
        }
    )
    here = form.model_copy(update={"site_id": "site-1"})  # shorter than the wire has them
    return await ask(charts.core, SPA, here)


def claims(answered: Asked) -> dict[str, Any]:
    payload = answered.view.jws.split(".")[1]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * 3))
    return told


async def row_of(charts: Charts, row: AuthorizationRow) -> AuthorizationRow:
    async with charts.core.database.read() as tx:
        return await stored.get(tx, row.id)


async def test_what_a_destroyed_exam_allowed_has_expired(standing: Charts) -> None:
    before = await asked(standing, "request-0001", "neurotoxin")
    assert before.view.answer == "covered"
    assert claims(before)["encounter"] == FIRST
    await destroy(standing)
    after = await asked(standing, "request-0002", "neurotoxin")
    assert after.view.answer == "not_covered"
    assert [one.code for one in after.view.reasons] == ["expired"]
    assert after.view.authorization is None
    assert {"authorization", "encounter", "order_sha256"}.isdisjoint(claims(after))
    with pytest.raises(RecordShredded):  # nor is the old answer given again
        await asked(standing, "request-0001", "neurotoxin")
    assert (await asked(standing, "request-0003", "filler")).view.answer == "covered"


async def test_the_order_of_a_destroyed_exam_is_gone_and_nothing_is_done_with_it(
    standing: Charts,
) -> None:
    await destroy(standing)
    core, one = standing.core, OF_FIRST.id
    assert (await row_of(standing, OF_FIRST)).sealed_terms == b""
    kept = await row_of(standing, OF_FIRST)
    with pytest.raises(RecordShredded):
        await acting.satisfy(core, SPA, one, MET)
    with pytest.raises(RecordShredded):
        await acting.revoke(core, SPA, one, REVOKED)
    with pytest.raises(RecordShredded):
        await treating.use(core, SPA, one, USED)
    assert await row_of(standing, OF_FIRST) == kept
    async with core.database.read() as tx:
        with pytest.raises(RecordShredded):
            await acting.of_encounter(tx, core, FIRST)
        assert len((await acting.of_encounter(tx, core, SECOND)).authorizations) == 1


async def test_new_health_information_is_told_though_a_chart_was_destroyed(
    standing: Charts,
) -> None:
    await destroy(standing)
    answered = await asked(standing, "request-0001", "filler", pregnancy=True)
    assert "revoked" in [one.code for one in answered.view.reasons]
    for row in (OF_FIRST, OF_SECOND):
        assert (await row_of(standing, row)).revoked_reason == "new_health_information"
    async with standing.core.database.read() as tx:
        assert len(await chart_log.leaves(tx, FIRST)) == LAST
        assert len(await chart_log.leaves(tx, SECOND)) == LAST + 1


async def test_a_later_exam_takes_the_place_of_a_destroyed_one_and_webhooks_name_nobody(
    standing: Charts,
) -> None:
    await destroy(standing)
    core = standing.core
    async with core.database.write() as tx:
        await destinations.add(
            tx, core.keyring, replace(ENDPOINT, topics=("authorization.ended",))
        )
        row = await stored.get(tx, OF_FIRST.id, lock=True)
        await ending.end(tx, core, row, reason="superseded", actor="system", detail="")
    async with core.database.read() as tx:
        query = select(outbox_messages.c.body).where(outbox_messages.c.channel == "webhook")
        (body,) = (await tx.execute(query)).scalars()
    assert json.loads(body) == {
        "authorization_id": OF_FIRST.id,
        "encounter_id": FIRST,
        "site_id": "site-1",
    }


async def test_whoever_reads_a_destroyed_chart_is_told_so(standing: Charts) -> None:
    core = standing.core
    await destroy(standing)
    for kind in ("exam", "spa_copy", "patient_copy"):
        with pytest.raises(KeyShredded) as refused:
            await document(core, FIRST, kind)
        assert (status_of(refused.value), problem(refused.value).code) == (
            410,
            "record_shredded",
        )
    for view in ("network", "spa"):
        with pytest.raises(RecordShredded):
            await bundle_of(core, FIRST, view)
    async with core.database.read() as tx:
        with pytest.raises(KeyShredded):
            await detail(tx, core, FIRST)
        both = [await encounters.get(tx, one) for one in (FIRST, SECOND)]
        first, second = await encounter_rows(tx, core, both)
    assert first.patient_name == second.patient_name == "Zephyrine Quillfeather"
    assert (first.treatments, first.dispositions) == ([], {})
    assert second.treatments
