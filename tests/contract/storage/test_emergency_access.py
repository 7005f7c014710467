"""Charts opened in an emergency: open for a while, reviewed once, counted until then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server import charting
from server.auditing import writing
from server.auditing.event import Action, AuditEvent, new_entry_id
from server.keyring import Keyring
from server.sealing import unseal
from server.storage import emergency_access
from server.storage.database import Database
from server.storage.emergency_access import Unreviewed
from server.storage.errors import RowMissing
from tests.contract.storage.opened import HOUR, opened
from tests.contract.storage.rows import ANA, BEN, NOW, SECOND, STAFF

pytestmark = pytest.mark.usefixtures("clinic")


async def test_it_is_open_from_its_beginning_until_just_before_its_end(
    database: Database, keyring: Keyring
) -> None:
    async with database.write() as tx:
        one = await opened(tx, keyring, "emergency-1")
    async with database.read() as tx:
        assert await emergency_access.get(tx, one.id) == one
        for now, there in ((NOW - 1, False), (NOW, True), (NOW + HOUR - 1, True)):
            found = await emergency_access.open_of(tx, ANA.account_id, now=now)
            assert found == ([one] if there else []), now
        assert await emergency_access.open_of(tx, ANA.account_id, now=NOW + HOUR) == []
        assert await emergency_access.open_of(tx, BEN.account_id, now=NOW) == []


async def test_it_ends_once_and_only_while_it_is_open(
    database: Database, keyring: Keyring
) -> None:
    async with database.write() as tx:
        one = await opened(tx, keyring, "emergency-1")
        assert not await emergency_access.end(tx, one.id, at=NOW + HOUR), "it is over by itself"
        assert await emergency_access.end(tx, one.id, at=NOW + SECOND)
        assert not await emergency_access.end(tx, one.id, at=NOW + 2 * SECOND)
        ended = await emergency_access.get(tx, one.id)
        assert (ended.ended_at, ended.over_at) == (NOW + SECOND, NOW + SECOND)
        assert await emergency_access.open_of(tx, ANA.account_id, now=NOW + SECOND) == []


async def test_it_is_reviewed_once_and_counted_until_then(
    database: Database, keyring: Keyring
) -> None:
    async with database.write() as tx:
        first = await opened(tx, keyring, "emergency-1")
        later = await opened(tx, keyring, "emergency-2", at=NOW + SECOND)
    async with database.read() as tx:
        waiting = {"network-1": Unreviewed(2, NOW, NOW + SECOND)}
        assert await emergency_access.unreviewed(tx) == waiting
    reviewed = {"by": STAFF.account_id, "at": NOW + HOUR, "sealed_review": b"sealed"}
    async with database.write() as tx:
        assert await emergency_access.review(tx, later.id, verdict="justified", **reviewed)  # type: ignore[arg-type]  # as named
        again = await emergency_access.review(tx, later.id, verdict="not_justified", **reviewed)  # type: ignore[arg-type]  # as named
        assert not again
        with pytest.raises(RowMissing):
            await emergency_access.review(tx, "unknown", verdict="justified", **reviewed)  # type: ignore[arg-type]  # as named
    async with database.read() as tx:
        assert await emergency_access.unreviewed(tx) == {"network-1": Unreviewed(1, NOW, NOW)}
        found = await emergency_access.of_network(tx, "network-1", limit=9)
        assert [(one.id, one.verdict) for one in found] == [
            (first.id, None),
            (later.id, "justified"),
        ]
        assert await emergency_access.of_network(tx, "network-2", limit=9) == []


async def test_what_was_said_opens_with_the_key_of_its_encounter(
    database: Database, keyring: Keyring
) -> None:
    async with database.write() as tx:
        one = await opened(tx, keyring, "emergency-1", said=b"She cannot speak")
    async with database.read() as tx:
        key = await keyring.encounter_key(tx, "encounter-1", "network-1")
        place = emergency_access.words_place("sealed_reason", one.id, "network-1")
        assert unseal(key, one.sealed_reason, place=place) == b"She cannot speak"


async def test_readings_are_those_of_its_reader_its_patient_and_its_time(
    database: Database, keyring: Keyring
) -> None:
    read = AuditEvent(
        action=Action.READ,
        actor=charting.practitioner(ANA.practitioner_id),
        role="practitioner",
        organization_id="network-1",
        encounter_id="encounter-1",
        route="GET /api/v1/console/encounters/{id}",
        reason="break_glass",
        at=NOW + SECOND,
    )

    def again(**changes: object) -> AuditEvent:
        changed = {"entry_id": new_entry_id(), **changes}
        return replace(read, **changed)  # type: ignore[arg-type]  # named by the test

    others = (
        again(reason=None),
        again(actor=charting.practitioner(BEN.practitioner_id)),
        again(at=NOW - 1),
        again(at=NOW + HOUR + 1),
        again(encounter_id=None),
    )
    async with database.write() as tx:
        one = await opened(tx, keyring, "emergency-1")
        await writing.note_all(tx, [read, again(), *others])
    async with database.read() as tx:
        assert await emergency_access.readings(tx, one) == 2
