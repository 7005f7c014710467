"""Every request about authorizations leaves a row; the same request again has no second effect.

What was answered is sealed and given again, word for word. Under the patient's key: when that
is destroyed it cannot be read from an old copy either. Where no patient was found the key is
the spa's, and so it is in older rows, whoever they are about.
"""

from __future__ import annotations

import hashlib
import hmac
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel

from server.authorizations.refusals import RequestIdReused
from server.errors import RecordShredded
from server.sealing import SealBroken, unseal
from server.services import Core
from server.storage import authorization_events as events
from server.storage import directory
from server.storage.authorization_events import EventRow
from server.storage.database import Tx

CONTEXT: Final = b"goodfaith authorization request v1\x00"
ID_BYTES: Final = 16
Kind = Literal["signed", "queried", "satisfied", "revoked", "used"]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: a spa, and as whom in it (a role and a random identifier)."""

    spa_id: str
    actor: str


@dataclass(frozen=True, slots=True)
class About:
    """What an event is about."""

    authorization_id: str | None = None
    patient_id: str | None = None


async def answered_before(
    tx: Tx, core: Core, asker: Asker, request: tuple[str, BaseModel], authorization_id: str
) -> bytes | None:
    """Return what this request about an authorization was answered before, or None.

    Raises:
        RequestIdReused: the same id came with something else, or about another one.
    """
    request_id, body = request
    row = await events.of_request(tx, asker.spa_id, asker.actor, request_id)
    if row is None:
        return None
    if row.authorization_id != authorization_id:
        raise RequestIdReused
    return await answer_of(tx, core, row, body)


async def answer_of(tx: Tx, core: Core, row: EventRow, body: BaseModel) -> bytes:
    """Return what a request was answered.

    Raises:
        RequestIdReused: it was another request, with the same id.
        RecordShredded: what it was answered was destroyed with the record.
        KeyShredded: its key was, and the row is from before that.
    """
    if not hmac.compare_digest(row.body_hash, await _hash(tx, core, row.spa_id, body)):
        raise RequestIdReused
    if not row.sealed_outcome:
        raise RecordShredded
    place = events.outcome_place(row.id, row.spa_id)
    if row.patient_id is not None:
        with suppress(SealBroken):  # an older row, under the spa's key
            key = await _patient_key(tx, core, row.spa_id, row.patient_id)
            return unseal(key, row.sealed_outcome, place=place)
    key = await core.keyring.tenant_key(tx, row.spa_id)
    return unseal(key, row.sealed_outcome, place=place)


async def record(
    tx: Tx,
    core: Core,
    asker: Asker,
    kind: Kind,
    request: tuple[str, BaseModel],
    outcome: BaseModel,
    about: About,
) -> None:
    """Write the row of a request: its id and body, and what came of it."""
    request_id, body = request
    event_id = core.random_bytes(ID_BYTES).hex()
    place = events.outcome_place(event_id, asker.spa_id)
    if about.patient_id is None:
        key = await core.keyring.tenant_key(tx, asker.spa_id)
    else:
        key = await _patient_key(tx, core, asker.spa_id, about.patient_id)
    row = EventRow(
        id=event_id,
        spa_id=asker.spa_id,
        actor=asker.actor,
        request_id=request_id,
        kind=kind,
        authorization_id=about.authorization_id,
        patient_id=about.patient_id,
        at=core.clock.now(),
        body_hash=await _hash(tx, core, asker.spa_id, body),
        sealed_outcome=core.keyring.seal(key, outcome.model_dump_json().encode(), place),
    )
    await events.add(tx, row)


async def _patient_key(tx: Tx, core: Core, spa_id: str, patient_id: str) -> bytes:
    spa = await directory.organization(tx, spa_id)
    return await core.keyring.patient_key(tx, patient_id, spa.network_id or spa_id)


async def _hash(tx: Tx, core: Core, spa_id: str, body: BaseModel) -> str:
    key = await core.keyring.index_key(tx, spa_id)
    message = CONTEXT + type(body).__name__.encode() + b"\x00" + body.model_dump_json().encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()
