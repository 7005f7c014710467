"""Our TURN credentials open allocations at a real coturn, for as long as they say."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aioice import stun, turn

from media.turn import turn_credentials
from tests.servers import free_port

SECRET = "shared-with-coturn"
HOST = "127.0.0.1"
REALM = "goodfaith.test"
START_S = 10.0


class Silent(asyncio.DatagramProtocol):
    """Whoever allocates must listen; nothing comes."""


@pytest.fixture
def coturn(tmp_path: Path) -> Iterator[int]:
    """A coturn on loopback, with our secret and nothing else."""
    port = free_port()
    program = os.environ.get("TURNSERVER", "turnserver")
    words = (
        f"--listening-ip={HOST} --relay-ip={HOST} --listening-port={port} --realm={REALM} "
        f"--use-auth-secret --static-auth-secret={SECRET} --no-cli --no-tls --no-dtls "
        f"--allow-loopback-peers --log-file=stdout --pidfile={tmp_path / 'pid'} "
        f"--userdb={tmp_path / 'turndb'} --no-stdout-log"
    )
    process = subprocess.Popen(
        [program, "-n", *words.split()],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(START_S)


def wait_for(port: int) -> None:
    """Wait until coturn accepts connections."""
    deadline = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


async def allocated(port: int, username: str, password: str) -> str:
    """Allocate, and return the relayed address's host."""
    transport, _ = await turn.create_turn_endpoint(
        Silent, (HOST, port), username=username, password=password
    )
    host = str(transport.get_extra_info("sockname")[0])
    transport.close()
    return host


def now_us() -> int:
    return time.time_ns() // 1_000  # coturn goes by the machine's own clock


async def test_our_credentials_open_an_allocation(coturn: int) -> None:
    made = turn_credentials(SECRET, "encounter-patient", now=now_us(), ttl_s=600)
    assert await allocated(coturn, made.username, made.credential) == HOST


async def test_credentials_whose_time_is_over_do_not(coturn: int) -> None:
    long_ago = now_us() - 3_600 * 1_000_000
    made = turn_credentials(SECRET, "encounter-patient", now=long_ago, ttl_s=600)
    with pytest.raises(stun.TransactionFailed) as refused:
        await allocated(coturn, made.username, made.credential)
    assert refused.value.response.attributes["ERROR-CODE"][0] == 401


async def test_a_name_with_another_names_password_does_not(coturn: int) -> None:
    made = turn_credentials(SECRET, "encounter-patient", now=now_us(), ttl_s=600)
    with pytest.raises(stun.TransactionFailed) as refused:
        await allocated(coturn, made.username + "x", made.credential)
    assert refused.value.response.attributes["ERROR-CODE"][0] == 401
