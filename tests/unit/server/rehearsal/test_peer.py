from __future__ import annotations

import asyncio

from aiortc import RTCPeerConnection

from server.rehearsal.peer import named_once
from signaling.sdp import fingerprints


async def an_offer() -> str:
    connection = RTCPeerConnection()
    connection.addTransceiver("audio")
    connection.addTransceiver("video")
    try:
        return str((await connection.createOffer()).sdp)
    finally:
        await connection.close()


def test_a_rehearsed_page_names_its_certificate_as_browsers_do() -> None:
    offer = asyncio.run(an_offer())
    assert len(fingerprints(offer)) > 1
    named = named_once(offer)
    (only,) = fingerprints(named)
    assert only.startswith("sha-256 ")
    without = [line for line in offer.splitlines() if not line.startswith("a=fingerprint:")]
    kept = [line for line in named.splitlines() if not line.startswith("a=fingerprint:")]
    assert kept == without
