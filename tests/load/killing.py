"""A node is killed while people wait: how long until each is back, and on their own place.

Back is who has a connection again and was told the wait on it. Counted are those whose
connection ended with the node.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final, TypedDict

from server.storage.database import Database
from tests.cluster.running import Cluster
from tests.load.crowd import Crowd
from tests.load.figures import Spread, spread
from tests.load.waiting import WaitingPatient
from tests.load.written import places_of
from tests.servers import RunningServer

SOON_S: Final = 0.5
BACK_S: Final = 5.0
PATIENCE_S: Final = 20.0


class Kill(TypedDict):
    """What came of one.

    Attributes:
        was_home: the network was at home there.
        lost: waiting patients whose connection ended.
        back: how long they were without a wait.
        not_back: who was not told within 20 s.
        moved: who had another place afterwards.
        at_us: when; microseconds UTC.
    """

    was_home: bool
    lost: int
    back: Spread
    not_back: int
    moved: int
    at_us: int


async def killed(site: Cluster, node: RunningServer, crowd: Crowd, database: Database) -> Kill:
    """Kill a node as a power cut would, watch, and start it again."""
    was_home = site.home is node
    waiting = crowd.waiting()
    before = await places_of(database, [one.story.encounter_id for one in waiting])
    at = time.time()
    await asyncio.to_thread(node.kill)
    await asyncio.sleep(SOON_S)
    lost = [one for one in waiting if _was_lost(one, at)]
    await crowd.until(lambda: all(_is_back(one, at) for one in lost), PATIENCE_S)
    after = await places_of(database, list(before))
    found = Kill(
        was_home=was_home,
        lost=len(lost),
        back=spread([_until(one, at) - at for one in lost if _is_back(one, at)]),
        not_back=sum(not _is_back(one, at) for one in lost),
        moved=sum(after[one] != before[one] for one in before if one in after),
        at_us=round(at * 1_000_000),
    )
    await asyncio.to_thread(node.start)
    return found


def holds(kill: Kill) -> bool:
    """Tell whether all were back in place in time."""
    slowest = kill["back"]["max_s"] or 0.0
    return not kill["not_back"] and not kill["moved"] and slowest <= BACK_S


def _was_lost(one: WaitingPatient, at: float) -> bool:
    return bool(one.story.absences) and one.story.absences[-1].since >= at


def _is_back(one: WaitingPatient, at: float) -> bool:
    """Tell whether they know their wait again, or do not wait any more."""
    return not _was_lost(one, at) or _until(one, at) > 0


def _until(one: WaitingPatient, at: float) -> float:
    first = next(each for each in one.story.absences if each.since >= at)
    if one.story.started_at is not None:
        return first.until or one.story.started_at
    last = one.story.absences[-1]
    return last.until or 0.0
