"""The rows of the simulated database, and what a transaction wants to change of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar, cast

from signaling.identifiers import EligibilityClass, Instant, PractitionerId
from signaling.offers import Offer
from signaling.presence import PresenceState
from signaling.snapshot import DutyRow
from signaling.visit import VisitState

RETRY: Final = "retry"
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Visit:
    """An encounter."""

    encounter_id: str
    eligibility: EligibilityClass
    state: VisitState = VisitState.INTAKE
    place: int = 0
    ready_at: Instant = Instant(0)  # noqa: RUF009 - an int
    practitioner_id: str | None = None
    presence: PresenceState | None = None


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """The right to write; `expires_us` on the database's clock."""

    holder: str = ""
    epoch: int = 0
    expires_us: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """What a node asks of the home.

    Attributes:
        order: requests of the same origin are worked on in order.
        epoch: of the home that took it last.
        answer: None until there is one.
    """

    id: str
    seq: int
    node: str
    origin: str
    body: object
    sent_us: int
    epoch: int = 0
    answer: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class NodeRow:
    """When a node was last heard of, on the database's clock."""

    name: str
    seen_us: int


@dataclass(frozen=True, slots=True)
class Word:
    """What a home tells a node while the bus is away."""

    node: str
    body: object


class Table(Generic[V]):
    """Committed rows, by key."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: dict[str, V] = {}


@dataclass(slots=True)
class Tables:
    """Everything that is committed."""

    lease: Table[LeaseRow] = field(default_factory=lambda: Table("lease"))
    visits: Table[Visit] = field(default_factory=lambda: Table("visits"))
    offers: Table[Offer] = field(default_factory=lambda: Table("offers"))
    duty: Table[DutyRow] = field(default_factory=lambda: Table("duty"))
    licences: Table[frozenset[PractitionerId]] = field(
        default_factory=lambda: Table("licences")
    )
    outcomes: Table[str] = field(default_factory=lambda: Table("outcomes"))
    done: Table[int] = field(default_factory=lambda: Table("done"))
    requests: Table[Request] = field(default_factory=lambda: Table("requests"))
    nodes: Table[NodeRow] = field(default_factory=lambda: Table("nodes"))
    words: Table[Word] = field(default_factory=lambda: Table("words"))

    def by_name(self, name: str) -> Table[object]:
        return cast("Table[object]", getattr(self, name))


@dataclass(slots=True)
class Changes:
    """What one transaction sees: the committed rows, and its own over them."""

    made: dict[tuple[str, str], object | None] = field(default_factory=dict)

    def get(self, table: Table[V], key: str) -> V | None:
        if (table.name, key) in self.made:
            return cast("V | None", self.made[table.name, key])
        return table.rows.get(key)

    def put(self, table: Table[V], key: str, row: V | None) -> None:
        self.made[table.name, key] = row

    def scan(self, table: Table[V]) -> Iterator[V]:
        """Yield every row, in the order in which they were first written."""
        keys = dict.fromkeys(table.rows)
        keys.update(dict.fromkeys(key for name, key in self.made if name == table.name))
        rows = (self.get(table, key) for key in keys)
        return (row for row in rows if row is not None)
