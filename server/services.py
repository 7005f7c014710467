"""What a handler may ask for: the ports of the running server, in one value.

Nothing here decides. Handlers decode, call one of these, and encode; tests build it with
fakes that pass the same contract tests as the real ones.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, Protocol, TypeVar, get_args

from server.auditing.state import AuditState
from server.clock import Clock
from server.keyring import Keyring
from server.rulebooks.standing import Rulebooks
from server.settings import Settings
from server.spool.spool import Spool
from server.storage.database import Database
from server.views import OpsDayView, OpsHistoryView
from signaling.events import Event

T = TypeVar("T")
EndReason = Literal["signed_out", "expired", "revoked", "replaced"]
REASONS: Final[tuple[EndReason, ...]] = get_args(EndReason)


def reason_of(number: int) -> EndReason:
    """Return why a session ended, as its place in `REASONS` says."""
    return REASONS[number] if 0 <= number < len(REASONS) else "revoked"


class Hub(Protocol):
    """Tells live pages that something they show has been committed."""

    def encounter_changed(self, encounter_id: str) -> None:
        """The visit, presence, result or intake of an encounter changed."""

    def chart_changed(self, encounter_id: str, entries: int) -> None:
        """The chart grew to `entries` entries."""

    def given_back(self, encounter_id: str, practitioner_id: str) -> None:
        """A patient has their place in line back; it is nobody's encounter any more."""

    async def end_session(self, id_hash: str, reason: EndReason) -> None:
        """Tell and disconnect every socket of this session."""

    async def replace_device(self, encounter_id: str, kept_id_hash: str) -> None:
        """Tell and disconnect the patient's other devices."""


class Desk(Protocol):
    """The one writer of a network's waiting room."""

    async def submit(self, network_id: str, events: Sequence[Event]) -> None:
        """Apply and commit events of the waiting room.

        Raises:
            SignalingError: an event was refused; nothing changed.
            Retry: nothing was committed; the same may be sent again.
        """


class Oversight(Protocol):
    """What operations may read: metrics, and the figures of days."""

    async def exposition(self) -> bytes:
        """Return `/metrics` in Prometheus's text format."""
        ...

    async def day(
        self, network_id: str, wanted: date, jurisdiction: str | None
    ) -> OpsDayView | None:
        """Return one day, of one jurisdiction or of all; None when there is none."""
        ...

    async def days(
        self, network_id: str, count: int, jurisdiction: str | None
    ) -> OpsHistoryView:
        """Return the last days, today included."""
        ...


class Blocking(Protocol):
    """Runs CPU-heavy work (argon2, PDF) in a bounded pool, never on the loop."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]:
        """Run `work` in the pool and give its result."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """What everything stands on, the waiting room and the live pages included."""

    settings: Settings
    clock: Clock
    database: Database
    keyring: Keyring
    blocking: Blocking
    random_bytes: Callable[[int], bytes]
    rulebooks: Rulebooks = field(default_factory=Rulebooks)
    audit: AuditState = field(default_factory=AuditState)
    spool: Spool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Services(Core):
    """The running server's ports, as handlers see them."""

    desk: Desk
    hub: Hub
    oversight: Oversight

    @classmethod
    def over(cls, core: Core, *, desk: Desk, hub: Hub, oversight: Oversight) -> Services:
        """Return the ports of a process that stands on `core`."""
        return cls(
            settings=core.settings,
            clock=core.clock,
            database=core.database,
            keyring=core.keyring,
            blocking=core.blocking,
            random_bytes=core.random_bytes,
            rulebooks=core.rulebooks,
            audit=core.audit,
            spool=core.spool,
            desk=desk,
            hub=hub,
            oversight=oversight,
        )
