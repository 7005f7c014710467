"""OWASP ASVS 5.0, V17.2, at the relay process: keys, suites, injected packets, races.

Each test is named by what it shows. What a leg's own flood does is in `test_v17_floods.py`,
what malformed packets do in `test_hostile_legs.py`; docs/safeguards.md lists the rest of V17.
"""

from __future__ import annotations

import asyncio
import base64
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import pytest
from aiortc import RTCCertificate
from cryptography.hazmat.primitives import serialization
from OpenSSL import SSL

from media import dtls
from media.control_client import ControlClient
from media.control_messages import AnswerLeg, AskStats, CloseLeg, CreateLeg
from media.ice_effects import LegId
from tests.bench.relay_load.description import VIDEO_TYPE, read_remote
from tests.bench.relay_load.systems import Legs
from tests.relays import LOOPBACK, PATIENCE_S, RunningRelay, running_relay, told
from tests.scripted_legs import PICTURE, ScriptedLeg, connected, talking

DATAGRAM_BYTES: Final = 2_048
FORGED: Final = PICTURE + b"forged"
OWN: Final = PICTURE + b"genuine"
STRANGERS: Final = 16
ROUNDS: Final = 5
RACE_S: Final = 0.002


# --- 17.2.1 -------------------------------------------------------------------------------


async def fingerprint(control: ControlClient) -> str:
    """Return the relay's own, from the offer of a leg."""
    made = await control.ask(CreateLeg(LegId("shown")))
    await control.ask(CloseLeg(LegId("shown")))
    (found,) = set(re.findall(r"a=fingerprint:sha-256 (\S+)", str(made["sdp"])))
    return str(found)


def private_keys(folder: Path) -> set[str]:
    """Return the files of a folder with a private key in them, as text or as bytes."""
    key = RTCCertificate.generateCertificate()._key
    heads = {b"PRIVATE KEY"}
    for form in (
        serialization.PrivateFormat.PKCS8,
        serialization.PrivateFormat.TraditionalOpenSSL,
    ):
        plain = serialization.NoEncryption()
        der = key.private_bytes(serialization.Encoding.DER, form, plain)
        # What stands before the number itself is the same for every key of this curve.
        secret = key.private_numbers().private_value.to_bytes(32, "big")
        head = der[: der.index(secret)]
        heads |= {head, base64.b64encode(head[: len(head) // 3 * 3])}
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(head in path.read_bytes() for head in heads)
    }


@pytest.mark.safeguard("V17.2.1")
async def test_v17_2_1_no_two_relays_have_one_key_and_none_is_written(
    relay: RunningRelay, tmp_path: Path
) -> None:
    async with asyncio.timeout(PATIENCE_S), relay.controlling() as control:
        shown = {await fingerprint(control)}
    with running_relay(tmp_path) as other:
        async with asyncio.timeout(PATIENCE_S), other.controlling() as control:
            shown.add(await fingerprint(control))
            # A handshake is where a key is used.
            for leg in await connected(control, Legs(LOOPBACK), LegId("a"), LegId("b")):
                await leg.leave()
    assert len(shown) == 2
    assert private_keys(tmp_path) == set()
    (tmp_path / "key.der").write_bytes(
        RTCCertificate.generateCertificate()._key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    assert private_keys(tmp_path) == {"key.der"}


# --- 17.2.2 -------------------------------------------------------------------------------


@pytest.mark.safeguard("V17.2.2")
async def test_v17_2_2_a_leg_with_a_weak_suite_alone_is_closed_and_gets_no_keys(
    relay: RunningRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    (leg, unused), name = Legs(LOOPBACK).pair(), LegId("weak")
    await unused.close()
    # This process plays the browser: the relay is another one, and keeps its own suites.
    monkeypatch.setattr(dtls, "SUITES", (b"ECDHE-ECDSA-AES128-SHA",))
    async with asyncio.timeout(PATIENCE_S), relay.controlling() as control:
        made = await control.ask(CreateLeg(name))
        await control.ask(AnswerLeg(name, 0, leg.own.text("active")))
        with pytest.raises(dtls.HandshakeFailed):
            await leg.connect(read_remote(str(made["sdp"])))
        assert (await told(control, "leg_closed", name))["reason"] == "handshake_failed"
    await leg.close()


# --- 17.2.3 -------------------------------------------------------------------------------


class Heard:
    """What a leg decrypts of what comes to it."""

    def __init__(self, leg: ScriptedLeg) -> None:
        self._leg = leg
        self.pictures: list[bytes] = []

    async def until(self, last: bytes) -> None:
        """Read on until a picture that ends like this has come."""
        srtp, loop = self._leg.leg.srtp, asyncio.get_running_loop()
        assert srtp is not None
        while not self.pictures or not self.pictures[-1].endswith(last):
            data = await loop.sock_recv(self._leg.leg.sock, DATAGRAM_BYTES)
            if data[0] & 0x80 and data[1] & 0x7F == VIDEO_TYPE:
                self.pictures.append(srtp.receiving.unprotect(data))


class Forger:
    """Makes packets that are not those of a leg, though they look like it."""

    def __init__(self, leg: ScriptedLeg, others: ScriptedLeg) -> None:
        self._leg = leg
        self._others = others
        self._genuine = leg.rtp(payload=FORGED)  # never sent as it is, but for a copy

    def packets(self) -> Iterator[bytes]:
        source = self._leg.leg.own.video
        # With the keys of another leg, under this one's source.
        yield self._others.rtp(ssrc=source, payload=FORGED)
        # Not encrypted at all.
        yield self._genuine[:12] + FORGED + bytes(16)
        # One bit of the header, of the payload, of the tag.
        for at in (3, 20, len(self._genuine) - 1):
            damaged = bytearray(self._genuine)
            damaged[at] ^= 1
            yield bytes(damaged)
        yield self._genuine[:-1]


@pytest.mark.safeguard("V17.2.3")
@pytest.mark.safeguard("164.312(e)(2)(i)")
async def test_v17_2_3_what_is_not_authentic_reaches_nobody(relay: RunningRelay) -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        relay.controlling() as control,
        talking(control, "forged", "hears") as (forged, hears),
        talking(control, "keys", "of-another") as (keys, of_another),
    ):
        heard = Heard(hears)
        forger = Forger(forged, keys)
        replayed = forged.rtp(payload=OWN + b"0")
        forged.send(replayed)
        await heard.until(b"0")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for packet in (*forger.packets(), replayed):
                forged.send(packet)  # from the address that the leg has proven
                keys.send(packet)  # from one that another leg has
                of_another.send(packet)
                stranger.sendto(packet, (LOOPBACK, relay.port))
        forged.send(forged.rtp(payload=OWN + b"1"))
        await heard.until(b"1")
        stats: Any = await control.ask(AskStats())
    ends = [picture.partition(PICTURE)[2] for picture in heard.pictures]
    assert ends == [b"genuine0", b"genuine1"]
    assert stats["legs"]["forged"]["drops"]["unauthentic"] == 7
    assert stats["socket"]["failures"] == 0


# --- 17.2.6 -------------------------------------------------------------------------------


def hello() -> bytes:
    """Return a ClientHello as any client of DTLS 1.2 sends it."""
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_tlsext_use_srtp(b"SRTP_AEAD_AES_256_GCM")
    connection = SSL.Connection(context, None)
    connection.set_connect_state()
    with suppress(SSL.WantReadError):
        connection.do_handshake()
    return connection.bio_read(DATAGRAM_BYTES)


class Strangers:
    """Sixteen sockets that want to be the first with their ClientHello."""

    def __init__(self, port: int, stack: ExitStack) -> None:
        self._target = (LOOPBACK, port)
        self._hello = hello()
        self.sent = 0
        self._sockets = [
            stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            for _ in range(STRANGERS)
        ]
        for one in self._sockets:
            one.setblocking(False)  # noqa: FBT003 - as the library has it

    def shout(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            for one in self._sockets:
                one.sendto(self._hello, self._target)
                self.sent += 1

    async def shout_on(self) -> None:
        while True:
            self.shout()
            await asyncio.sleep(RACE_S)

    def answered(self) -> int:
        """Return how many of them were sent anything at all."""
        count = 0
        for one in self._sockets:
            with suppress(BlockingIOError):
                one.recv(DATAGRAM_BYTES)
                count += 1
        return count


@contextmanager
def strangers_of(relay: RunningRelay) -> Iterator[Strangers]:
    with ExitStack() as stack:
        yield Strangers(relay.port, stack)


@pytest.mark.safeguard("V17.2.6")
async def test_v17_2_6_hellos_of_strangers_race_and_lose(relay: RunningRelay) -> None:
    (leg, unused), name = Legs(LOOPBACK).pair(), LegId("raced")
    await unused.close()
    with strangers_of(relay) as strangers:
        async with asyncio.timeout(PATIENCE_S), relay.controlling() as control:
            made = await control.ask(CreateLeg(name))
            strangers.shout(ROUNDS)  # before there is an answer
            await control.ask(AnswerLeg(name, 0, leg.own.text("active")))
            strangers.shout(ROUNDS)  # between answer and check
            shouting = asyncio.get_running_loop().create_task(strangers.shout_on())
            await leg.connect(read_remote(str(made["sdp"])))
            await told(control, "leg_connected", name)
            shouting.cancel()
            await asyncio.gather(shouting, return_exceptions=True)
            strangers.shout(ROUNDS)
            stats: Any = await control.ask(AskStats())
            assert strangers.sent >= 200
            assert strangers.answered() == 0
            assert stats["legs"][name]["secured"]
            assert stats["tables"]["owners"] == 1
            assert stats["drops"]["unproven"] >= 2 * ROUNDS * STRANGERS
            await control.ask(CloseLeg(name))
    await leg.close()


@pytest.mark.safeguard("V17.2.6")
async def test_v17_2_6_who_has_proven_an_address_and_shows_another_certificate_is_closed(
    relay: RunningRelay,
) -> None:
    """Somebody has the password of ICE, and is the first with a hello: it gets no keys."""
    (leg, unused), name = Legs(LOOPBACK).pair(), LegId("thief")
    await unused.close()
    leg._certificate = RTCCertificate.generateCertificate()  # not the one it told of
    async with asyncio.timeout(PATIENCE_S), relay.controlling() as control:
        made = await control.ask(CreateLeg(name))
        await control.ask(AnswerLeg(name, 0, leg.own.text("active")))
        with pytest.raises(dtls.HandshakeFailed):
            await leg.connect(read_remote(str(made["sdp"])))
        closed = await told(control, "leg_closed", name)
        assert closed["reason"] == "fingerprint_mismatch"
    await leg.close()
