"""`POST /add-checkpoint` (C2SP tlog-witness): judged, written down, cosigned, one at a time.

body -> judge -> keep (fsync) -> cosignature
          |         |
       refusal     500: nothing is signed that is not kept
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Final

from aiohttp import web

from server.logging import get_logger
from server.tlog.checkpoints import TreeHead
from server.tlog.signed_notes import NoteRefused, Signer, VerifierKey
from server.tlog.submissions import BYTES_MAX, SIZE_TYPE, Submission, decode
from server.tlog.witnessing import STATUSES, Refusal, WitnessRefused, cosign, judge
from server.witness.folder import WitnessFolder

PATH: Final = "/add-checkpoint"
SECOND: Final = 1_000_000
BODY_S: Final = 10.0
LOUD: Final = frozenset({Refusal.FORK, Refusal.OTHER_ROOT})

log = get_logger("witness")


class WitnessService:
    """What answers.

    Args:
        folder: what the witness remembers.
        signer: its name and key.
        logs: whose checkpoints it looks at.
        now: microseconds UTC.

    Raises:
        MemoryTorn: what it remembers does not verify.
    """

    def __init__(
        self,
        folder: WitnessFolder,
        signer: Signer,
        logs: Sequence[VerifierKey],
        now: Callable[[], int],
    ) -> None:
        self._folder = folder
        self._signer = signer
        self._logs: Mapping[str, VerifierKey] = {one.name: one for one in logs}
        self._seen: dict[str, TreeHead] = folder.seen(logs, signer.verifier_key)
        self._now = now
        self._turn = asyncio.Lock()

    def app(self) -> web.Application:
        """Return the application, which answers one path."""
        app = web.Application(client_max_size=BYTES_MAX)
        app.router.add_post(PATH, self._handle)
        return app

    async def add(self, submission: Submission) -> str:
        """Cosign a checkpoint and return the signature line.

        Raises:
            WitnessRefused: it does not continue what was seen.
            OSError: it cannot be written down, so it is not signed.
        """
        async with self._turn:
            accepted = judge(submission, self._logs, self._seen)
            line = cosign(accepted, self._signer, time=self._now() // SECOND)
            origin = accepted.head.origin
            if self._seen.get(origin) != accepted.head:  # else it is on the disk already
                note = f"{accepted.note}{line}"
                await asyncio.to_thread(self._folder.keep, origin, note)
                self._seen[origin] = accepted.head
        return line

    async def _handle(self, request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(BODY_S):
                body = await request.read()
            line = await self.add(decode(body))
        except NoteRefused:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        except TimeoutError:
            return web.Response(status=HTTPStatus.REQUEST_TIMEOUT)
        except WitnessRefused as refused:
            return _refusal(refused)
        except OSError:
            log.exception("checkpoint_not_kept")
            return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)
        return web.Response(text=line)


def _refusal(refused: WitnessRefused) -> web.Response:
    reason = refused.reason
    if reason in LOUD or refused.is_rollback:
        log.error(
            "rollback_refused" if refused.is_rollback else "fork_refused",
            origin=refused.origin,
            leaves=refused.size,
            leaves_seen=refused.seen,
        )
    else:
        log.info("checkpoint_refused", reason=reason.value, origin=refused.origin)
    status = STATUSES[reason]
    if status == HTTPStatus.CONFLICT:
        return web.Response(
            status=status,
            body=f"{refused.seen}\n".encode(),
            headers={"Content-Type": SIZE_TYPE},
        )
    return web.Response(status=status)
