"""Answering a spa, or its software: is this covered by a valid exam?

    site, repeat? -> patient and approvals -> same-day check -> core -> JWS -> event

One transaction. What belongs to another spa is answered as if it did not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from server import local_days
from server.authorizations import answering, jws, record, same_day, terms
from server.authorizations.answering import TOPICS, Answer, Question, Standing
from server.authorizations.covering import cover_view, judged
from server.authorizations.protocol_standing import standing_of
from server.authorizations.record import About, Asker
from server.authorizations.refusals import CheckNotToday, DateOutside, RequestIdReused
from server.authorizations.sentences import ANSWERS, reasons
from server.authorizations.terms import Terms
from server.errors import NotFound
from server.sealing import blind_index
from server.services import Core
from server.storage import authorization_lookup as lookup
from server.storage import authorizations as stored
from server.storage import directory
from server.storage.authorization_events import EventRow
from server.storage.authorization_lookup import Allowed, Found, Opening
from server.storage.database import Tx
from server.storage.directory import Site
from server.storage.patients import Patient
from server.views.authorizations import (
    AuthorizationAnswerView,
    AuthorizationQueryForm,
    CoverView,
)

SECOND_US: Final = 1_000_000
TOKEN_S: Final = 12 * 3_600
AGAIN_S: Final = 600  # for how long the same request gets the same answer
ANSWER_BYTES: Final = 16
AHEAD_MAX: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, and the encounters whose charts the question changed."""

    view: AuthorizationAnswerView
    touched: tuple[str, ...] = ()


@dataclass(slots=True)
class _Known:
    """What is known about the patient for one question.

    Attributes:
        rows: authorizations of which something can be told, by id.
    """

    patient: Patient | None
    checks: list[answering.Check] = field(default_factory=list)
    rows: dict[str, tuple[Allowed, Terms]] = field(default_factory=dict)
    standings: list[tuple[answering.Authorization, Standing]] = field(default_factory=list)


async def ask(core: Core, asker: Asker, form: AuthorizationQueryForm) -> Asked:
    """Answer one question, and keep that it was asked.

    Raises:
        NotFound: the site is not one of the spa's.
        DateOutside: no exam can answer for that day.
        CheckNotToday: a check came with it, for another day than today.
        RequestIdReused: the id came before, with something else, too long ago, or before the
            authorization was ended.
    """
    async with core.database.write() as tx:
        opening = await lookup.opening(
            tx,
            form.site_id,
            spa_id=asker.spa_id,
            actor=asker.actor,
            request_id=form.request_id,
        )
        if opening is None:
            raise NotFound
        if opening.before is not None:
            return Asked(await _again(tx, core, opening.before, form))
        return await _ask(tx, core, asker, form, opening)


async def _again(
    tx: Tx, core: Core, before: EventRow, form: AuthorizationQueryForm
) -> AuthorizationAnswerView:
    """Return the answer that got lost on its way; one that may have changed is no answer."""
    kept = await record.answer_of(tx, core, before, form)
    if core.clock.now() > before.at + AGAIN_S * SECOND_US:
        raise RequestIdReused
    if before.authorization_id is not None:
        row = await stored.get(tx, before.authorization_id)
        if row.revoked_at is not None and row.revoked_at > before.at:
            raise RequestIdReused
    return AuthorizationAnswerView.model_validate_json(kept)


async def _ask(
    tx: Tx, core: Core, asker: Asker, form: AuthorizationQueryForm, opening: Opening
) -> Asked:
    now, site = core.clock.now(), opening.site
    network_id = opening.network_id or asker.spa_id
    day = _day(site, form, now)
    found = await find(tx, core, asker.spa_id, form)
    known = _Known(None if found is None else found.patient)
    touched: Sequence[str] = ()
    if known.patient is not None:
        known.checks = await same_day.of_day(
            tx, core, known.patient, network_id, day.isoformat()
        )
    if known.patient is not None and form.same_day is not None:
        touched = await same_day.write(
            tx, core, asker, known.patient, network_id, day.isoformat(), form.same_day
        )
        known.checks.append(same_day.as_check(form.same_day))
    if found is not None and touched:  # the check has ended what was read before it
        found = await find(tx, core, asker.spa_id, form)
    if found is not None:
        await _look_into(tx, core, known, found.allowed, site)
    question = Question(
        form.treatment_class, site.site_id, day, form.product, form.performer_credential
    )
    answer = _tellable(known, answering.answer(known.standings, known.checks, question))
    view = _view(known, answer, form, day)
    claims = _claims(core, view, known, answer, site, now) | _narrowed(form)
    token = jws.signed(await core.keyring.issuer_key(tx, network_id), claims)
    view = view.model_copy(update={"jws": token})
    about = About(
        answer.authorization.authorization_id if answer.authorization else None,
        view.patient_id,
    )
    await record.record(tx, core, asker, "queried", (form.request_id, form), view, about)
    return Asked(view, tuple(touched))


async def find(tx: Tx, core: Core, spa_id: str, form: AuthorizationQueryForm) -> Found | None:
    """Return a patient of this spa by id, or by exact name and date of birth."""
    who, wanted = form.patient, form.treatment_class
    if who.patient_id is not None:
        return await lookup.by_id(tx, spa_id, who.patient_id, wanted)
    key = await core.keyring.index_key(tx, spa_id)
    index = blind_index(key, who.legal_name or "", who.birth_date or "")
    return await lookup.by_index(tx, spa_id, index, wanted)


async def _look_into(
    tx: Tx, core: Core, known: _Known, allowed: Sequence[Allowed], site: Site
) -> None:
    now = core.clock.now()
    for one in allowed:
        row = one.row
        agreed = await terms.opened(tx, core.keyring, row) if row.sealed_terms else None
        place = site if row.site_id == site.site_id else await directory.site(tx, row.site_id)
        if agreed is not None:
            known.rows[row.id] = (one, agreed)
        standing = await standing_of(tx, row, now, site=place)
        known.standings.append((judged(row, agreed, place), standing))


def _tellable(known: _Known, answer: Answer) -> Answer:
    """Return an answer without an authorization of which nothing is left to tell."""
    one = answer.authorization
    if one is None or one.authorization_id in known.rows:
        return answer
    return replace(answer, authorization=None)


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


def _view(
    known: _Known, answer: Answer, form: AuthorizationQueryForm, day: date
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
        authorization=_cover(known, answer),
        jws="",
    )


def _cover(known: _Known, answer: Answer) -> CoverView | None:
    if answer.authorization is None:
        return None
    one, agreed = known.rows[answer.authorization.authorization_id]
    return cover_view(one.row, agreed, one.practitioner_name)


def _claims(
    core: Core,
    view: AuthorizationAnswerView,
    known: _Known,
    answer: Answer,
    site: Site,
    now: int,
) -> dict[str, str | int]:
    """Return what is signed: identifiers and hashes, nobody's name, and no reason."""
    issued = now // SECOND_US
    next_day = date.fromisoformat(view.date) + timedelta(days=1)
    day_ends = local_days.ends(site.jurisdiction, next_day) // SECOND_US
    claims: dict[str, str | int] = {
        "iss": core.settings.origin,
        "iat": issued,
        "exp": max(issued + 1, min(issued + TOKEN_S, day_ends)),
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
        one, agreed = known.rows[answer.authorization.authorization_id]
        row = one.row
        claims |= {
            "authorization": row.id,
            "encounter": row.encounter_id,
            "chart_head": row.chart_head,
            "order_sha256": agreed.order_sha256,
            "signed_at": datetime.fromtimestamp(row.signed_at // SECOND_US, UTC).isoformat(),
            "valid_until": row.valid_until,
        }
    return claims


def _narrowed(form: AuthorizationQueryForm) -> dict[str, str | int]:
    """Return what it was asked about: of other products and performers it says nothing."""
    asked = {"product": form.product, "performer_credential": form.performer_credential}
    return {name: one for name, one in asked.items() if one is not None}
