"""A disk fails while a note is typed: nothing is called saved that is not, the call goes on.

The relay is a process of its own and writes nothing that media wait for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from server.clock import SystemClock
from server.rehearsal.failures import Refused, step
from server.rehearsal.live_socket import LiveSocket, new_command_id
from server.rehearsal.practitioner import Practitioner
from server.rehearsal.seat import Seat
from server.views import ChartView
from signaling import messages as wire
from tests.clients import Attendee, Scene, scene
from tests.disks import SmallDisk, failing_sync, small_disk
from tests.servers import RunningServer, running_server

MEDIA_S: Final = 20.0
RECOVERY_S: Final = 30.0
PICTURES: Final = 20
SAVES_MAX: Final = 400
LINE: Final = (
    "Typed while the disk was failing, and long enough to fill a page of it soon. " * 20
)


@dataclass(slots=True)
class Exam:
    """A practitioner and a patient who see each other."""

    casey: Practitioner
    ana: Attendee
    seats: tuple[Seat, Seat]

    text: str = ""
    revision: int = 0

    async def save(self, text: str, command_id: str) -> wire.Ack:
        """Send the note, and remember it if it was answered as saved."""
        ack = await self.casey.socket.send(
            {
                "v": 1,
                "id": command_id,
                "type": "note.save",
                "encounter_id": self.ana.encounter_id,
                "base_revision": self.revision,
                "text": text,
            }
        )
        if ack.ok:
            assert ack.result is not None
            self.text, self.revision = text, int(ack.result["revision"] or 0)
        return ack

    async def type_until_refused(self) -> tuple[str, str]:
        """Type line after line until a save is refused; return that text and its command."""
        for number in range(SAVES_MAX):
            text, command_id = f"{number} {LINE}", new_command_id()
            ack = await self.save(text, command_id)
            if not ack.ok:
                assert ack.error is not None
                assert (ack.error.code, ack.error.retry) == ("database_away", True)
                return text, command_id
        raise AssertionError("the disk did not fail")

    async def save_in_the_end(self, text: str, command_id: str) -> None:
        """Send a save again until it is answered as saved, as the page does."""
        async with step("recovery", RECOVERY_S):
            while not (ack := await self.save(text, command_id)).ok:
                assert ack.error is not None
                assert ack.error.code == "database_away", ack

    async def chart(self) -> ChartView:
        return await self.casey.read_chart(self.ana.encounter_id)

    async def require_pictures(self) -> None:
        """See that both sides go on seeing the other."""
        async with step("pictures", MEDIA_S):
            await asyncio.gather(
                *(one.legs.seen(max(one.legs.peers), PICTURES) for one in self.seats)
            )


@asynccontextmanager
async def exam(clinic: Scene) -> AsyncIterator[Exam]:
    """Bring two people together, with media both ways through the relay."""
    ana = await clinic.ready_patient()
    casey = await clinic.practitioner("casey")
    async with AsyncExitStack() as stack:

        async def seat(socket: LiveSocket) -> Seat:
            taken = Seat.taken(socket, ana.encounter_id, SystemClock())
            return await stack.enter_async_context(taken)

        seats = (await seat(ana.socket), await seat(casey.socket))
        await ana.join()
        await clinic.accepted(casey, ana)
        for one in seats:
            await one.media(MEDIA_S)
        yield Exam(casey, ana, seats)


async def survives(
    server: RunningServer, fault: AbstractContextManager[object], faults: int = 1
) -> None:
    """Type through faults, with the call going on, and find every word afterwards.

    Args:
        server: with a relay.
        fault: what is wrong with the disk while the block lasts.
        faults: how many saves in a row are refused.
    """
    async with scene(server) as clinic, exam(clinic) as one:
        assert (await one.save("Typed before.", new_command_id())).ok
        with fault:
            text, command_id = await one.type_until_refused()
            for _ in range(faults - 1):
                assert not (await one.save(text, command_id)).ok
            await one.require_pictures()
            with pytest.raises(Refused, match="audit_unavailable"):
                await one.chart()  # nothing is read that cannot be entered as read
        assert (await one.chart()).note == one.text  # all that was called saved
        await one.save_in_the_end(text, command_id)
        assert (await one.chart()).note == text
        await one.require_pictures()
        for seat in one.seats:  # or a page that comes back begins a call that nobody ends
            await seat.close()
        await asyncio.to_thread(server.kill)
        await one.casey.socket.closed.wait()
        await asyncio.to_thread(server.start)
        assert (await one.chart()).note == text
        await one.casey.socket.connect()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with running_server(tmp_path, calls="relay") as running:
        yield running


@pytest.fixture
def small_server(tmp_path: Path) -> Iterator[tuple[RunningServer, SmallDisk]]:
    """A server whose data are on a disk that can be filled."""
    (tmp_path / "data").mkdir()
    with (
        small_disk(tmp_path / "data", megabytes=64) as disk,
        running_server(tmp_path, calls="relay") as running,
    ):
        yield running, disk


async def test_what_a_disk_does_not_keep_is_not_called_saved(
    server: RunningServer, tmp_path: Path
) -> None:
    await survives(server, failing_sync(server.pid, tmp_path))


async def test_what_a_full_disk_does_not_take_is_not_called_saved(
    small_server: tuple[RunningServer, SmallDisk],
) -> None:
    server, disk = small_server
    await survives(server, disk.full())


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("error", ["EIO", "ENOSPC", "EDQUOT"])
async def test_a_disk_may_fail_for_long(
    server: RunningServer, tmp_path: Path, error: str
) -> None:
    await survives(server, failing_sync(server.pid, tmp_path, error), faults=40)


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_a_disk_may_be_full_for_long(
    small_server: tuple[RunningServer, SmallDisk],
) -> None:
    server, disk = small_server
    await survives(server, disk.full(), faults=40)
