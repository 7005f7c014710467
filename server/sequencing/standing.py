"""How the log and its witnesses stand, as the process that sequences sees it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WitnessStanding:
    """One witness.

    Attributes:
        name: of the witness.
        cosigned_at: when it last cosigned, microseconds UTC; None: never since the start.
        size: leaves of the tree that it cosigned last.
        refuses: it has seen another tree than this one: a fork, or a rollback.
    """

    name: str
    cosigned_at: int | None = None
    size: int = 0
    refuses: bool = False


@dataclass(frozen=True, slots=True)
class LogStanding:
    """The log.

    Attributes:
        size: leaves of the tree.
        signed_at: when the last checkpoint was signed, microseconds UTC.
        waiting: entries that are not in the tree yet, counted up to a bound.
        waiting_since: when the oldest of them happened.
        failures: rounds in a row that failed.
    """

    size: int = 0
    signed_at: int | None = None
    waiting: int = 0
    waiting_since: int | None = None
    failures: int = 0
