"""Answering a spa, or its software: is this covered by a valid exam?

    repeat? -> site of the spa -> patient -> same-day check kept -> core -> JWS -> event

One transaction. What belongs to another spa is answered as if it did not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from server import local_days
from server.authorizations import answering, jws, record, same_day, terms
from server.authorizations.answering import TOPICS, Answer, Question, Standing
from server.authorizations.covering import cover_view, judged
from server.authorizations.protocol_standing import standing_of
from server.authorizations.record import About, Asker
from server.authorizations.refusals import CheckNotToday, DateOutside
from server.authorizations.sentences import ANSWERS, reasons
from server.authorizations.terms import Terms
from server.errors import NotFound
from server.sealing import blind_index
from server.services import Core
from server.storage import authorizations as stored
from server.storage import directory, patients
from server.storage.authorizations import AuthorizationRow
from server.storage.database import Tx
from server.storage.directory import Site
from server.storage.errors import RowMissing
from server.storage.patients import Patient
from server.views.authorizations import (
    AuthorizationAnswerView,
    AuthorizationQueryForm,
    CoverView,
    PatientRefForm,
)

SECOND_US: Final = 1_000_000
TOKEN_S: Final = 12 * 3_600
ANSWER_BYTES: Final = 16
AHEAD_MAX: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, and the encounters whose charts the question changed."""

    view: AuthorizationAnswerView
    touched: tuple[str, ...] = ()


@dataclass(slots=True)
class _Known:
    """What is known about the patient for one question."""

    patient: Patient | None
    checks: list[answering.Check] = field(default_factory=list)
    rows: dict[str, tuple[AuthorizationRow, Terms]] = field(default_factory=dict)
    standings: list[tuple[answering.Authorization, Standing]] = field(default_factory=list)


async def ask(core: Core, asker: Asker, form: AuthorizationQueryForm) -> Asked:
    """Answer one question, and keep that it was asked.

    Raises:
        NotFound: the site is not one of the spa's.
        DateOutside: no exam can answer for that day.
        CheckNotToday: a check came with it, for another day than today.
        RequestIdReused: the id came before, with something else.
    """
    async with core.database.write() as tx:
        before = await record.answered_before(tx, core, asker, form.request_id, form)
        if before is not None:
            return Asked(AuthorizationAnswerView.model_validate_json(before))
        return await _ask(tx, core, asker, form)


async def _ask(tx: Tx, core: Core, asker: Asker, form: AuthorizationQueryForm) -> Asked:
    now = core.clock.now()
    site = await site_of(tx, asker.spa_id, form.site_id)
    network_id = (await directory.organization(tx, asker.spa_id)).network_id or asker.spa_id
    day = _day(site, form, now)
    known = _Known(await find(tx, core, asker.spa_id, form.patient))
    touched: Sequence[str] = ()
    if known.patient is not None and form.same_day is not None:
        touched = await same_day.write(
            tx, core, asker, known.patient, network_id, day.isoformat(), form.same_day
        )
    if known.patient is not None:
        await _look_up(
            tx, core, known, known.patient, site, form.treatment_class, day, network_id
        )
    question = Question(
        form.treatment_class, site.site_id, day, form.product, form.performer_credential
    )
    answer = answering.answer(known.standings, known.checks, question)
    view = await _view(tx, known, answer, form, day)
    claims = _claims(core, view, known, answer, site, now)
    token = jws.signed(await core.keyring.issuer_key(tx, network_id), claims)
    view = view.model_copy(update={"jws": token})
    about = About(
        answer.authorization.authorization_id if answer.authorization else None,
        view.patient_id,
    )
    await record.record(tx, core, asker, "queried", (form.request_id, form), view, about)
    return Asked(view, tuple(touched))


async def site_of(tx: Tx, spa_id: str, site_id: str) -> Site:
    """Return a site of this spa.

    Raises:
        NotFound: it is another's, or nobody's.
    """
    try:
        site = await directory.site(tx, site_id)
    except RowMissing:
        raise NotFound from None
    if site.spa_id != spa_id:
        raise NotFound
    return site


async def find(tx: Tx, core: Core, spa_id: str, who: PatientRefForm) -> Patient | None:
    """Return a patient of this spa by id, or by exact name and date of birth."""
    if who.patient_id is not None:
        try:
            patient = await patients.get(tx, who.patient_id)
        except RowMissing:
            return None
        return patient if patient.spa_id == spa_id else None
    key = await core.keyring.index_key(tx, spa_id)
    index = blind_index(key, who.legal_name or "", who.birth_date or "")
    return await patients.by_index(tx, spa_id, index)


async def _look_up(
    tx: Tx,
    core: Core,
    known: _Known,
    patient: Patient,
    site: Site,
    treatment_class: str,
    day: date,
    network_id: str,
) -> None:
    now = core.clock.now()
    known.checks = await same_day.of_day(tx, core, patient, network_id, day.isoformat())
    for row in await stored.of_class(tx, patient.id, treatment_class):
        agreed = await terms.opened(tx, core.keyring, row)
        place = site if row.site_id == site.site_id else await directory.site(tx, row.site_id)
        known.rows[row.id] = (row, agreed)
        known.standings.append((judged(row, agreed, place), await standing_of(tx, row, now)))


def _day(site: Site, form: AuthorizationQueryForm, now: int) -> date:
    """Return the day asked about, which is today at the site or later."""
    today = {
        local_days.first_day(site.jurisdiction, now),
        local_days.last_midnight(site.jurisdiction, now),
    }
    if form.date is None:
        return min(today)
    try:
        day = date.fromisoformat(form.date)
    except ValueError:
        raise DateOutside(fields=("date",)) from None
    if not min(today) <= day <= max(today) + AHEAD_MAX:
        raise DateOutside(fields=("date",))
    if form.same_day is not None and day not in today:
        raise CheckNotToday(fields=("same_day",))
    return day


async def _view(
    tx: Tx, known: _Known, answer: Answer, form: AuthorizationQueryForm, day: date
) -> AuthorizationAnswerView:
    said = answering.merged(known.checks)
    codes = answer.reasons if known.patient else ("patient_unknown",)
    return AuthorizationAnswerView(
        answer=answer.kind,
        text=ANSWERS[answer.kind],
        reasons=reasons(codes),
        patient_id=known.patient.id if known.patient else None,
        treatment_class=form.treatment_class,
        site_id=form.site_id,
        date=day.isoformat(),
        unanswered=[topic for topic in TOPICS if said[topic] is None],
        authorization=await _cover(tx, known, answer),
        jws="",
    )


async def _cover(tx: Tx, known: _Known, answer: Answer) -> CoverView | None:
    if answer.authorization is None:
        return None
    row, agreed = known.rows[answer.authorization.authorization_id]
    return cover_view(row, agreed, await directory.practitioner(tx, row.practitioner_id))


def _claims(
    core: Core,
    view: AuthorizationAnswerView,
    known: _Known,
    answer: Answer,
    site: Site,
    now: int,
) -> jws.Claims:
    """Return what is signed: identifiers and hashes, nobody's name, and no reason."""
    issued = now // SECOND_US
    day_ends = local_days.ends(site.jurisdiction, date.fromisoformat(view.date)) // SECOND_US
    claims: dict[str, str | int] = {
        "iss": core.settings.origin,
        "iat": issued,
        "exp": max(issued + 1, min(issued + TOKEN_S, day_ends + 86_400)),
        "jti": core.random_bytes(ANSWER_BYTES).hex(),
        "answer": view.answer,
        "text": view.text,
        "treatment_class": view.treatment_class,
        "site": view.site_id,
        "date": view.date,
    }
    if known.patient is not None:
        claims["sub"] = known.patient.id
    if answer.authorization is not None:
        row, agreed = known.rows[answer.authorization.authorization_id]
        claims |= {
            "authorization": row.id,
            "encounter": row.encounter_id,
            "chart_head": row.chart_head,
            "order_sha256": agreed.order_sha256,
            "signed_at": datetime.fromtimestamp(row.signed_at // SECOND_US, UTC).isoformat(),
            "valid_until": row.valid_until,
        }
    return claims
