from __future__ import annotations

import json

from server.delivery.payload import content
from server.storage.outbox_claims import Claimed

ONE = Claimed(
    message_id="msg_1",
    destination_id="destination-1",
    topic="encounter.signed",
    encounter_id="encounter-1",
    subject="encounter-1",
    body='{"encounter_id":"encounter-1"}',
    at=1_750_000_000_123_456,
    place=3,
    attempts=1,
)


def test_a_message_has_a_kind_an_instant_identifiers_and_its_number() -> None:
    assert json.loads(content(ONE)) == {
        "type": "encounter.signed",
        "timestamp": "2025-06-15T15:06:40.123Z",
        "data": {"encounter_id": "encounter-1", "sequence": 3},
    }


def test_every_attempt_sends_the_same_bytes() -> None:
    again = Claimed(**{name: getattr(ONE, name) for name in ONE.__slots__} | {"attempts": 7})
    assert content(again) == content(ONE)
