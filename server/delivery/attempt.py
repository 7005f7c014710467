"""One attempt at a delivery: opened, sent, and written down what became of it.

claimed --open--> Delivery --channel--> Delivered   delivered
                                    --> Refused     dead; gone: the endpoint is disabled
                                    --> Later       waiting, or dead after the last attempt
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from server.delivery import payload, schedule
from server.delivery.channels import Channel, Delivered, Delivery, Later, Outcome, Refused
from server.logging import get_logger
from server.sealing import SealBroken
from server.services import Core
from server.storage import destinations, outbox_claims
from server.storage.database import Tx
from server.storage.errors import KeyringError, StorageError
from server.storage.leases import Lease
from server.storage.outbox_claims import Claimed, Settlement

SECOND: Final = 1_000_000

log = get_logger("delivery")


class Attempts:
    """Tries what was claimed.

    Args:
        core: database, keys, time.
        channels: by name.
        chance: from 0 to 1, made anew at each call.
    """

    def __init__(
        self, core: Core, channels: Mapping[str, Channel], chance: Callable[[], float]
    ) -> None:
        self._core = core
        self._channels = channels
        self._chance = chance

    async def make(self, lease: Lease, one: Claimed) -> str:
        """Try once and write what became of it; return the outcome's word.

        Raises:
            StorageError: it is not written; another epoch will try again.
        """
        outcome = await self._tried(one)
        async with self._core.database.write() as tx:
            word = await self._settle(tx, lease, one, outcome)
        log.info(
            "delivery_tried",
            destination_id=one.destination_id,
            kind=one.topic,
            outcome=word,
            attempts=one.attempts,
            status=outcome.status,
        )
        return word

    async def _tried(self, one: Claimed) -> Outcome:
        try:
            item = await self._opened(one)
        except (KeyringError, SealBroken) as error:
            log.warning("delivery_not_opened", exc_info=error)
            return Later("not_opened")
        except StorageError:
            raise
        except Exception as error:
            log.exception("delivery_not_composed", exc_info=error)
            return Later("internal")
        try:
            return await self._channels[item.destination.channel].deliver(item)
        except Exception as error:
            log.exception("delivery_failed", exc_info=error)
            return Later("internal")

    async def _opened(self, one: Claimed) -> Delivery:
        core = self._core
        now = core.clock.now()
        async with core.database.read() as tx:
            destination = await destinations.get(tx, core.keyring, one.destination_id)
            secrets = await destinations.live_secrets(tx, core.keyring, destination, now)
        return Delivery(
            message_id=one.message_id,
            topic=one.topic,
            encounter_id=one.encounter_id,
            subject=one.subject,
            content=payload.content(one),
            destination=destination,
            secrets=tuple(secret.secret for secret in secrets),
            timestamp_s=now // SECOND,
        )

    async def _settle(self, tx: Tx, lease: Lease, one: Claimed, outcome: Outcome) -> str:
        now = self._core.clock.now()
        result = self._judged(one, outcome, now)
        if not await outbox_claims.settle(tx, lease, one, result, now):
            return "overtaken"
        to = one.destination_id
        match outcome:
            case Delivered():
                await destinations.set_well(tx, to)
            case Refused(gone=True):
                await disable(tx, to, "gone", now)
            case Refused():
                pass  # one item is wrong, which says nothing of who would have taken it
            case Later():
                since = await destinations.set_failing(tx, to, now)
                if result.state == "dead" and schedule.is_failing(since, now):
                    await disable(tx, to, "failing", now)
        return result.outcome

    def _judged(self, one: Claimed, outcome: Outcome, now: int) -> Settlement:
        match outcome:
            case Delivered(status):
                return Settlement(state="delivered", outcome="delivered", status=status)
            case Refused(reason, _, status):
                return Settlement(state="dead", outcome=reason, status=status)
            case Later(reason, status, after_s):
                due = schedule.next_attempt(
                    one.attempts, now, chance=self._chance(), asked_s=after_s
                )
                return Settlement(
                    state="dead" if due is None else "waiting",
                    outcome=reason,
                    status=status,
                    next_at=due or now,
                )


async def disable(tx: Tx, destination_id: str, reason: str, now: int) -> None:
    """Tell a destination nothing more, and give up what waits for it."""
    await destinations.change(tx, destination_id, state="disabled", reason=reason, now=now)
    await outbox_claims.abandon(tx, destination_id, "disabled", now)
    log.warning("destination_disabled", destination_id=destination_id, reason=reason)
