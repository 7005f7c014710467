"""A treatment that was given, and what of it lies outside the exam.

What happened is recorded as it is told, and flagged: nobody is helped by a refusal afterwards.
`flags` is pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from server import local_days
from server.authorizations import record, same_day, terms
from server.authorizations.answering import (
    TOPICS,
    Authorization,
    Check,
    Standing,
    changed,
    merged,
)
from server.authorizations.covering import judged
from server.authorizations.protocol_standing import standing_of
from server.authorizations.record import About, Asker
from server.authorizations.sentences import reasons
from server.authorizations.terms import Terms
from server.errors import InvalidBody
from server.services import Core
from server.storage import authorizations as stored
from server.storage import directory, patients
from server.storage.authorizations import AuthorizationRow, UseRow
from server.storage.database import Tx
from server.views.authorizations import UseForm, UseView

MS: Final = 1_000
ID_BYTES: Final = 16
AHEAD_US: Final = 5 * 60 * 1_000_000  # clocks differ
Flag = Literal[
    "given_before_signature",
    "after_expiry",
    "after_revocation",
    "given_on_open_condition",
    "protocol_lapsed",
    "no_same_day_check",
    "product_outside_order",
    "performer_outside_order",
    "dose_outside_order",
    "area_outside_order",
]


@dataclass(frozen=True, slots=True)
class Given:
    """A treatment that was given; instants are microseconds UTC.

    Attributes:
        first_day: the earliest day that it was at the site.
        revoked_at: of the authorization.
        satisfied_at: of its condition; None where none is met.
        conditional: it was approved on a condition.
    """

    form: UseForm
    performed_at: int
    first_day: date
    revoked_at: int | None
    satisfied_at: int | None
    conditional: bool


def flags(
    one: Authorization, agreed: Terms, protocol: Standing, checks: Iterable[Check], given: Given
) -> tuple[Flag, ...]:
    """Return what of a treatment lies outside the exam.

    Args:
        one: the authorization.
        agreed: its terms.
        protocol: how the protocol of its order stands.
        checks: of the day on which it was given.
        given: what was given, by whom, when.
    """
    return (
        *_time_flags(one, protocol, merged(checks), given),
        *_order_flags(agreed, given.form),
    )


def _time_flags(
    one: Authorization, protocol: Standing, said: Check, given: Given
) -> Iterator[Flag]:
    if given.performed_at < one.signed_at:
        yield "given_before_signature"
    if given.first_day > one.last_day:
        yield "after_expiry"
    if given.revoked_at is not None and given.revoked_at <= given.performed_at:
        yield "after_revocation"
    if given.conditional and (
        given.satisfied_at is None or given.satisfied_at > given.performed_at
    ):
        yield "given_on_open_condition"
    if protocol is not Standing.IN_FORCE:
        yield "protocol_lapsed"
    if changed(said) or any(said[topic] is None for topic in TOPICS):
        yield "no_same_day_check"


def _order_flags(agreed: Terms, form: UseForm) -> Iterator[Flag]:
    if agreed.products and form.product not in agreed.products:
        yield "product_outside_order"
    if agreed.performers and form.performer_credential not in agreed.performers:
        yield "performer_outside_order"
    if _too_much(agreed, form):
        yield "dose_outside_order"
    if agreed.areas and form.area.casefold() not in {one.casefold() for one in agreed.areas}:
        yield "area_outside_order"


def _too_much(agreed: Terms, form: UseForm) -> bool:
    limit = next((one for one in agreed.doses if one.product == form.product), None)
    if limit is None:
        return False
    dose = form.dose
    return dose is None or dose.unit != limit.unit or dose.value > limit.value


async def use(core: Core, asker: Asker, authorization_id: str, form: UseForm) -> UseView:
    """Record a treatment that was given.

    Raises:
        InvalidBody: it is said to be given in the future.
        RequestIdReused: the id came before, with something else.
    """
    async with core.database.write() as tx:
        request = (form.request_id, form)
        before = await record.answered_before(tx, core, asker, request, authorization_id)
        if before is not None:
            return UseView.model_validate_json(before)
        now = core.clock.now()
        if form.performed_at_ms * MS > now + AHEAD_US:
            raise InvalidBody(fields=("performed_at_ms",))
        row = await stored.get(tx, authorization_id, lock=True)
        found = await _flags(tx, core, row, form)
        use_id = core.random_bytes(ID_BYTES).hex()
        key = await core.keyring.patient_key(tx, row.patient_id, row.network_id)
        sealed = core.keyring.seal(
            key, form.model_dump_json().encode(), stored.use_place(use_id, row.spa_id)
        )
        performed_at = form.performed_at_ms * MS
        await stored.add_use(
            tx, UseRow(use_id, row.id, asker.actor, performed_at, now, " ".join(found), sealed)
        )
        view = UseView(
            use_id=use_id,
            authorization_id=row.id,
            recorded_at_ms=now // MS,
            flags=reasons(found),
        )
        about = About(row.id, row.patient_id)
        await record.record(tx, core, asker, "used", request, view, about)
        return view


async def _flags(tx: Tx, core: Core, row: AuthorizationRow, form: UseForm) -> tuple[Flag, ...]:
    site = await directory.site(tx, row.site_id)
    agreed = await terms.opened(tx, core.keyring, row)
    performed_at = form.performed_at_ms * MS
    first_day = local_days.first_day(site.jurisdiction, performed_at)
    last_day = local_days.last_midnight(site.jurisdiction, performed_at)
    patient = await patients.get(tx, row.patient_id)
    checks = [
        check
        for day in _days(first_day, last_day)
        for check in await same_day.of_day(tx, core, patient, row.network_id, day.isoformat())
    ]
    given = Given(
        form=form,
        performed_at=performed_at,
        first_day=first_day,
        revoked_at=row.revoked_at,
        satisfied_at=row.satisfied_at,
        conditional=row.disposition == "conditional",
    )
    standing = await standing_of(tx, row, performed_at, site=site)
    return flags(judged(row, agreed, site), agreed, standing, checks, given)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=more) for more in range((last - first).days + 1)]
