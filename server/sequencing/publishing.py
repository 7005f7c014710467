"""Has each new checkpoint cosigned, by every witness on its own.

    signed -> newest checkpoint, proof from what the witness knows -> ask
                 ^                                                     |
                 |-- Knows(another size): once more, from there -------|
                 |-- Unheard: later, more slowly each time ------------|
                 `-- Cosigned: kept beside the checkpoint -------------'

Forked, or Knows(a larger tree than ours): the witness has proof that this log went back or
shows two trees. That is said as an error at every attempt, and in the metrics.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

import aiohttp

from server.log_settings import Witness
from server.logging import get_logger
from server.sequencing.asking import Cosigned, Forked, Knows, Outcome, ask, open_session
from server.sequencing.standing import WitnessStanding
from server.services import Core
from server.storage import tlog, tlog_appending
from server.storage.errors import StorageError
from server.storage.tlog import Checkpoint
from server.tlog.submissions import Submission

PAUSE_MAX_S: Final = 60.0
DOUBLINGS_MAX: Final = 10

log = get_logger("witnesses")


class WitnessLink:
    """What is between this log and one witness.

    Args:
        core: what everything stands on.
        witness: who it is.
        session: client of all witnesses.
    """

    def __init__(self, core: Core, witness: Witness, session: aiohttp.ClientSession) -> None:
        self._core = core
        self._witness = witness
        self._session = session
        self._known: int | None = None
        self._failures = 0
        self.standing = WitnessStanding(witness.key.name)
        self.signed = asyncio.Event()
        self.kept = asyncio.Event()
        """Set once a cosignature was kept."""

    async def run(self) -> None:
        """Ask whenever there is something new, until cancelled."""
        while True:
            await self.signed.wait()
            self.signed.clear()
            try:
                heard = await self.publish()
            except StorageError as error:
                heard = False
                log.warning("cosignature_not_kept", exc_info=error)
            except Exception:  # one witness must not end all others
                heard = False
                log.exception("witness_failed", witness=self.standing.name)
            self._failures = 0 if heard else self._failures + 1
            if not heard:
                self.signed.set()
            await asyncio.sleep(self._pause_s())

    async def publish(self) -> bool:
        """Have the newest checkpoint cosigned; False when that must be tried again.

        Raises:
            StorageError: the checkpoint could not be read, or the cosignature not kept.
        """
        newest, outcome = await self._asked()
        if newest is not None and isinstance(outcome, Knows):
            # It may have been asked by another process meanwhile, or the answer was lost.
            self._known = outcome.size
            newest, outcome = await self._asked()
        if newest is None:
            return True
        if isinstance(outcome, Cosigned):
            await self._keep(newest, outcome)
            return True
        if isinstance(outcome, Forked | Knows):
            self._refused(newest, outcome)
        else:
            log.warning("witness_not_heard", witness=self.standing.name, reason=outcome.reason)
        return False

    async def _asked(self) -> tuple[Checkpoint | None, Outcome]:
        async with self._core.database.read() as tx:
            newest = await tlog.latest(tx)
            if self._known is None:
                self._known = await tlog.cosigned_size(tx, str(self._witness.key))
            if newest is None:
                return None, Knows(0)
            old = min(self._known, newest.size)
            proof = await tlog.consistency(tx, old, newest.size)
        submission = Submission(old, tuple(proof), newest.note)
        return newest, await ask(self._session, self._witness, submission)

    async def _keep(self, cosigned: Checkpoint, outcome: Cosigned) -> None:
        now = self._core.clock.now()
        self._known = cosigned.size
        async with self._core.database.write() as tx:
            await tlog_appending.add_cosignature(
                tx, cosigned.size, str(self._witness.key), outcome.line, now=now
            )
        self.standing = replace(
            self.standing, cosigned_at=now, size=cosigned.size, refuses=False
        )
        self.kept.set()

    def _refused(self, newest: Checkpoint, outcome: Forked | Knows) -> None:
        self.standing = replace(self.standing, refuses=True)
        rolled_back = isinstance(outcome, Knows)
        log.error(
            "log_rolled_back" if rolled_back else "log_forked",
            witness=self.standing.name,
            leaves=newest.size,
            leaves_seen=outcome.size if isinstance(outcome, Knows) else self._known,
        )

    def _pause_s(self) -> float:
        every_s = self._core.settings.witness_every_s
        doubled = every_s * (1 << min(self._failures, DOUBLINGS_MAX))
        return min(max(PAUSE_MAX_S, every_s), doubled)


class Publisher:
    """All witnesses of this log.

    Args:
        core: what everything stands on.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._links: list[WitnessLink] = []

    @property
    def standings(self) -> list[WitnessStanding]:
        """How each witness stands."""
        return [link.standing for link in self._links]

    def signed(self) -> None:
        """Tell all links that there is a new checkpoint."""
        for link in self._links:
            link.signed.set()

    async def run(self) -> None:
        """Ask all witnesses, each at its own pace, until cancelled."""
        async with open_session() as session, asyncio.TaskGroup() as group:
            self._links = [
                WitnessLink(self._core, one, session)
                for one in self._core.settings.log_witnesses
            ]
            for link in self._links:
                group.create_task(link.run())
            self.signed()
