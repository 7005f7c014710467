from __future__ import annotations

from media.call import Call, Side
from server import charting
from server.live.live_call import LiveCall


def test_whose_word_it_is_that_a_certificate_was_another() -> None:
    live = LiveCall("encounter-1", "network-1", "practitioner-1", Call())
    said = [live.witness(live.actor(side)) for side in (Side.PATIENT, Side.PRACTITIONER)]
    assert said == ["patient", "practitioner"]
    assert live.witness(charting.SYSTEM) == "relay"
