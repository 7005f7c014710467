from __future__ import annotations

import asyncio
import json

from media.control_client import ControlClient
from media.control_messages import AskStats


class Sent:
    """A writer that keeps the numbers of what was asked."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.three = asyncio.Event()

    def write(self, line: bytes) -> None:
        self.numbers.append(json.loads(line)["id"])
        if len(self.numbers) == 3:
            self.three.set()

    async def drain(self) -> None:
        """Nothing piles up here."""


async def test_two_who_ask_at_once_get_their_own_answers() -> None:
    reader, writer = asyncio.StreamReader(), Sent()
    client = ControlClient(reader, writer, "ab" * 8)  # type: ignore[arg-type]
    reading = asyncio.create_task(client.read())
    asked = [asyncio.create_task(client.ask(AskStats())) for _ in range(3)]
    await writer.three.wait()
    for number in reversed(writer.numbers):
        reader.feed_data(json.dumps({"id": number, "done": {"n": number}}).encode() + b"\n")
    answers = await asyncio.gather(*asked)
    assert [one["n"] for one in answers] == writer.numbers
    reader.feed_eof()
    await reading
