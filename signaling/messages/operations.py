"""What operations are told: a waiting room as figures, no PHI.

Every list is bounded, and so is the whole: a network of any size fits into one message.
"""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from signaling.messages.parts import Id, Message, PresenceName, StatusName

LINES_MAX: Final = 50
PEOPLE_MAX: Final = 60
ALERTS_MAX: Final = 30
NOTICES_MAX: Final = 20

AlertName = Literal[
    "oldest_wait",
    "nobody_eligible",
    "missed_offers",
    "review_overdue",
    "credentials_expiring",
    "emergency_sign_in",
    "emergency_access",
]
NoticeKind = Literal["alert_raised", "alert_cleared", "came", "left", "missed"]


class OpsWaiting(Message):
    """A waiting patient as ops sees them: no PHI."""

    encounter_id: Id
    jurisdiction: str
    site_jurisdiction: str
    presence: PresenceName
    ready_at_ms: int
    ringing: bool
    priority: int
    eligible_on_duty: int
    eligible_idle: int


class OpsPractitioner(Message):
    """A practitioner on duty."""

    practitioner_id: Id
    display_name: str
    profession: str
    jurisdictions: list[str]
    status: StatusName
    presence: PresenceName
    since_ms: int | None
    missed_offers: int


class OpsTile(Message):
    """One jurisdiction; `uncovered` are those who wait and whom nobody on duty may serve."""

    jurisdiction: str
    waiting: int
    oldest_ready_at_ms: int | None
    uncovered: int
    licensed: int
    on_duty: int
    idle: int


class OpsAlert(Message):
    """An alert that is raised; without a jurisdiction it is about the whole network."""

    code: AlertName
    jurisdiction: str | None
    raised_at_ms: int
    count: int
    waiting_since_ms: int | None


class OpsNotice(Message):
    """Something that changed: an alert, somebody on duty, a missed offer."""

    at_ms: int
    kind: NoticeKind
    code: str | None
    jurisdiction: str | None
    practitioner: str | None


class OpsSpread(Message):
    """How a duration is distributed, in milliseconds; null of nothing."""

    count: int
    mean_ms: int | None
    p50_ms: int | None
    p90_ms: int | None
    p95_ms: int | None


class OpsStretch(Message):
    """A day or half an hour; shares are 0 to 1, null of nothing.

    `wait` is from ready to accepted, `connect` from ready to media flowing both ways.
    """

    starts_at_ms: int
    arrived: int
    answered: int
    abandoned: int
    cancelled: int
    waiting: int
    connected: int
    connected_in_time: int
    signed: int
    offers: int
    offers_missed: int
    level_strict: float | None
    level_lenient: float | None
    abandonment: float | None
    occupancy: float | None
    wait: OpsSpread
    connect: OpsSpread


class OpsPoint(Message):
    """Half an hour of today, for charts."""

    at_ms: int
    arrived: int
    answered: int
    abandoned: int
    wait_p50_ms: int | None
    wait_p90_ms: int | None
    connect_p50_ms: int | None
    connect_p90_ms: int | None
    level_strict: float | None
    occupancy: float | None


class OpsNow(Message):
    """The waiting room; the lists hold the longest waits and the busiest people first."""

    waiting_total: int
    oldest_ready_at_ms: int | None
    waiting: list[OpsWaiting] = Field(max_length=LINES_MAX)
    tiles: list[OpsTile]
    statuses: dict[StatusName, int]
    practitioners_total: int
    practitioners: list[OpsPractitioner] = Field(max_length=PEOPLE_MAX)
    alerts_total: int
    alerts: list[OpsAlert] = Field(max_length=ALERTS_MAX)
    notices: list[OpsNotice] = Field(max_length=NOTICES_MAX)


class OpsToday(Message):
    """The running day in the network's time zone, as a whole and by half hour."""

    date: str
    starts_at_ms: int
    ends_at_ms: int
    whole: OpsStretch
    points: list[OpsPoint]
