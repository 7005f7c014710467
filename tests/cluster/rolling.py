"""Every node of a cluster restarted in its turn, with people in line and one in a call.

report = await rolled(cluster)
assert report.dropped == []
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from server.rehearsal.failures import RehearsalFailed, step
from server.rehearsal.seat import Seat
from signaling import messages as wire
from tests.cluster.nodes import Node
from tests.cluster.running import Cluster
from tests.faults.clinic import Clinic, Waiting, Worker, clinic
from tests.faults.staying import StayingSocket

WAITING: Final = 4
LOGIN: Final = "casey"
POLL_S: Final = 0.05
BACK_S: Final = 15.0
PICTURES: Final = 15
PICTURES_S: Final = 20.0
SERVED_S: Final = 120.0
IN_LINE: Final = frozenset({"waiting", "offered"})


@dataclass(slots=True)
class Restart:
    """One node's turn.

    Attributes:
        status: of its end; 0 where it ended by itself.
        stopped_s: from the signal to the end.
        ready_s: from the start until it took connections.
        came_back: sockets that were sent on meanwhile.
        away_s: the longest time that one of them was without a connection.
        was_home: the network was at home there.
    """

    node: str
    was_home: bool
    status: int | None = None
    stopped_s: float = 0.0
    ready_s: float = 0.0
    came_back: int = 0
    away_s: float = 0.0


@dataclass(slots=True)
class Report:
    """What came of it; `dropped` has a sentence for everything that was lost."""

    restarts: list[Restart] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    signed: int = 0

    def table(self) -> str:
        """Return it for a terminal."""
        head = f"{'node':<8} {'home':<5} {'status':>6} {'stop s':>7} {'ready s':>8}"
        lines = [f"{head} {'sent on':>8} {'away s':>7}"]
        for one in self.restarts:
            home = "yes" if one.was_home else ""
            line = f"{one.node:<8} {home:<5} {one.status!s:>6} {one.stopped_s:>7.1f}"
            lines.append(f"{line} {one.ready_s:>8.1f} {one.came_back:>8} {one.away_s:>7.1f}")
        lines += [f"dropped: {one}" for one in self.dropped] or ["dropped: nothing"]
        return "\n".join([*lines, f"{self.signed} exams were signed afterwards"])


async def rolled(
    cluster: Cluster, waiting: int = WAITING, nodes: Sequence[Node] | None = None
) -> Report:
    """Restart nodes of a cluster, one after the other, under load.

    Args:
        cluster: with relays; every node is up.
        waiting: how many stand in line; one more is in a call with pictures.
        nodes: which; all unless given.
    """
    report = Report()
    async with clinic(cluster, waiting=waiting + 1) as people:
        worker = await people.worker(LOGIN)
        await people.patients[0].join()
        seats = await _call(people, people.patients[0], worker)
        for patient in people.patients[1:]:
            await patient.join()
        for node in nodes or cluster.nodes:
            await _restart(cluster, people, node, report)
            await _look(people, report, node.name)
            for side, seat in zip(("patient", "practitioner"), seats, strict=True):
                await _pictures(seat, report, f"{side}, after {node.name}")
        await _serve(people, worker, report)
    return report


async def _call(people: Clinic, patient: Waiting, worker: Worker) -> tuple[Seat, Seat]:
    """Have a call with pictures between them, through a relay."""
    await people.cameras(patient, worker)
    seats = worker.seats[patient.encounter_id]
    offer = await worker.offer()
    async with step("legs", PICTURES_S):  # who accepts before they are there is called direct
        await asyncio.gather(*(seat.legs.any_connected() for seat in seats))
    await worker.accept(offer)
    worker.examines = patient.encounter_id
    await worker.see(patient.encounter_id)
    return seats


async def _restart(cluster: Cluster, people: Clinic, node: Node, report: Report) -> None:
    """Stop a node as a service manager does, and start it again."""
    turn = Restart(node.name, cluster.home is node)
    report.restarts.append(turn)
    sockets = [one.socket for one in people.patients]
    sockets += [one.socket for one in people.workers.values()]
    before = [len(socket.absences) for socket in sockets]
    began = time.monotonic()
    turn.status = await asyncio.to_thread(node.stop)
    turn.stopped_s = time.monotonic() - began
    if turn.status != 0:
        report.dropped.append(f"{node.name} ended with {turn.status}")
    began = time.monotonic()
    await asyncio.to_thread(node.start)
    turn.ready_s = time.monotonic() - began
    if not await _comes(lambda: all(map(_is_here, sockets)), BACK_S):
        report.dropped.append(f"a page did not come back after {node.name}")
    absences = [
        one
        for socket, had in zip(sockets, before, strict=True)
        for one in socket.absences[had:]
    ]
    turn.came_back = len(absences)
    turn.away_s = max(((one.until_s or began) - one.since_s for one in absences), default=0.0)
    report.dropped += [f"a session ended: {one.ended}" for one in sockets if one.ended]


async def _look(people: Clinic, report: Report, when: str) -> None:
    """See that everybody still stands in line, and that the call is still a call."""
    talking, *line = people.patients
    for patient in line:
        visit = patient.visit
        if visit not in IN_LINE:
            report.dropped.append(f"after {when}, a visit that waited was {visit}")
    changes = talking.socket.of(wire.CallChanged)
    if changes and changes[-1].call.state not in {"connected", "connecting"}:
        report.dropped.append(f"after {when}, the call was {changes[-1].call.state}")


async def _pictures(seat: Seat, report: Report, where: str) -> None:
    """See that pictures go on coming."""
    wanted = _decoded(seat) + PICTURES
    if not await _comes(lambda: _decoded(seat) >= wanted, PICTURES_S):
        report.dropped.append(f"no pictures come to the {where}")


async def _comes(condition: Callable[[], bool], within_s: float) -> bool:
    """Wait until something is so; tell whether it came to that."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            while not condition():  # noqa: ASYNC110 - several tasks change it
                await asyncio.sleep(POLL_S)
    return condition()


def _is_here(socket: StayingSocket) -> bool:
    return all(one.until_s is not None for one in socket.absences)


def _decoded(seat: Seat) -> int:
    return sum(peer.pictures for peer in seat.legs.peers.values())


async def _serve(people: Clinic, worker: Worker, report: Report) -> None:
    """Have everybody examined, in the order in which they came."""
    try:
        async with asyncio.timeout(SERVED_S):
            await worker.finish(people.patients[0].encounter_id)
            await people.serve_all(worker)
    except (TimeoutError, RehearsalFailed) as failed:
        report.dropped.append(f"not everybody was examined: {failed}")
    report.signed = len(worker.served)
    came = [one.encounter_id for one in people.patients]
    if worker.served != came[: len(worker.served)]:
        report.dropped.append("the order of the line was not kept")
