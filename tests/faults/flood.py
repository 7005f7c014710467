"""A page gone mad: malformed packets, unknown commands, too many of them, over and over.

    python -m tests.faults.flood URL SECONDS      the cookies on stdin; prints how much it sent

Each time that the server hangs up, it comes again at once.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import cycle
from typing import Final

import aiohttp

NAMESPACE: Final = "/patient"
HEAD: Final = f"42{NAMESPACE},"
TOO_LARGE: Final = 70_000
BURST: Final = 20
REST_S: Final = 0.005
SOCKETS: Final = 4


def packets() -> list[str]:
    """Return what is sent, each of it wrong in its own way."""
    unknown = {"v": 1, "id": "f" * 24, "type": "make.me.rich"}
    return [
        f"{HEAD}{{",
        f'{HEAD}["command"',
        f"{HEAD}{'[' * 20_000}",
        f"{HEAD}1{json.dumps(['command', unknown])}",
        f"{HEAD}2{json.dumps(['command', {'v': 1, 'type': 'queue.join'}])}",
        f"{HEAD}3{json.dumps(['command', 'x' * 20_000])}",
        f"{HEAD}4{json.dumps(['command', 'x' * TOO_LARGE])}",
        "4x",
        "9",
        f'451-{NAMESPACE},["command",{{"_placeholder":true,"num":0}}]',
    ]


async def flood(url: str, cookie: str, until_s: float) -> int:
    """Send until the time is over; return how many packets left."""
    headers = {"Origin": url, "Cookie": cookie}
    address = f"{url}/socket.io/?EIO=4&transport=websocket"
    sent, wrong = 0, cycle(packets())
    async with aiohttp.ClientSession(headers=headers) as session:
        while time.monotonic() < until_s:
            try:
                async with session.ws_connect(address, max_msg_size=0) as socket:
                    await socket.receive(timeout=2)
                    await socket.send_str(f'40{NAMESPACE},{{"v":1}}')
                    while time.monotonic() < until_s and not socket.closed:
                        for _ in range(BURST):
                            await socket.send_str(next(wrong))
                            sent += 1
                        await asyncio.sleep(REST_S)
                        while socket._reader._buffer:  # what came is thrown away
                            await socket.receive()
            except (aiohttp.ClientError, TimeoutError, OSError):
                await asyncio.sleep(REST_S)
    return sent


async def main() -> None:
    """Flood over several sockets at once."""
    url, cookie = sys.argv[1], sys.stdin.read()
    until_s = time.monotonic() + float(sys.argv[2])
    sent = await asyncio.gather(*(flood(url, cookie, until_s) for _ in range(SOCKETS)))
    sys.stdout.write(f"{sum(sent)}\n")


if __name__ == "__main__":
    asyncio.run(main())
