"""The largest state that operations can be sent fits into one socket message."""

from __future__ import annotations

from server.jurisdictions import JURISDICTIONS
from server.settings import Settings
from signaling import messages as wire
from signaling.messages.operations import ALERTS_MAX, LINES_MAX, NOTICES_MAX, PEOPLE_MAX

AT = 1_790_000_000_000
LONG = "x" * 32
HALF_HOURS_MAX = 50  # a day on which the clocks are set back
LINE = wire.OpsWaiting(
    encounter_id=LONG,
    jurisdiction="AZ",
    site_jurisdiction="NV",
    presence="unknown",
    ready_at_ms=AT,
    ringing=False,
    priority=5,
    eligible_on_duty=2_000,
    eligible_idle=2_000,
)
TILES = [
    wire.OpsTile(
        jurisdiction=name,
        waiting=5_000,
        oldest_ready_at_ms=AT,
        uncovered=5_000,
        licensed=2_000,
        on_duty=2_000,
        idle=2_000,
    )
    for name in JURISDICTIONS
]
PERSON = wire.OpsPractitioner(
    practitioner_id=LONG,
    display_name="A" * 60,
    profession="NP",
    jurisdictions=sorted(JURISDICTIONS)[:20],
    status="available",
    presence="present",
    since_ms=AT,
    missed_offers=2,
)
ALERT = wire.OpsAlert(
    code="nobody_eligible",
    jurisdiction="AZ",
    raised_at_ms=AT,
    count=5_000,
    waiting_since_ms=AT,
)
NOTICE = wire.OpsNotice(
    at_ms=AT,
    kind="alert_cleared",
    code="presence_grace_expired",
    jurisdiction="AZ",
    practitioner="A" * 60,
)
SPREAD = wire.OpsSpread(
    count=99_999, mean_ms=999_999, p50_ms=999_999, p90_ms=9_999_999, p95_ms=9_999_999
)
WHOLE = wire.OpsStretch(
    starts_at_ms=AT,
    arrived=99_999,
    answered=99_999,
    abandoned=99_999,
    cancelled=99_999,
    waiting=99_999,
    connected=99_999,
    connected_in_time=99_999,
    signed=99_999,
    offers=99_999,
    offers_missed=99_999,
    level_strict=0.1234,
    level_lenient=0.1234,
    abandonment=0.1234,
    occupancy=0.1234,
    wait=SPREAD,
    connect=SPREAD,
)
POINT = wire.OpsPoint(
    at_ms=AT,
    arrived=9_999,
    answered=9_999,
    abandoned=9_999,
    wait_p50_ms=999_999,
    wait_p90_ms=999_999,
    connect_p50_ms=999_999,
    connect_p90_ms=999_999,
    level_strict=0.1234,
    occupancy=0.1234,
)
NOW = wire.OpsNow(
    waiting_total=5_000,
    oldest_ready_at_ms=AT,
    waiting=[LINE] * LINES_MAX,
    tiles=TILES,
    statuses={
        "available": 2_000,
        "offered": 2_000,
        "in_exam": 2_000,
        "wrap_up": 2_000,
        "away": 2_000,
    },
    practitioners_total=2_000,
    practitioners=[PERSON] * PEOPLE_MAX,
    alerts_total=103,
    alerts=[ALERT] * ALERTS_MAX,
    notices=[NOTICE] * NOTICES_MAX,
)
LARGEST = wire.OpsSync(
    now_ms=AT,
    network_name="N" * 120,
    time_zone="America/Argentina/ComodRivadavia",
    target_ms=31_000,
    oldest_wait_alert_ms=120_000,
    now=NOW,
    today=wire.OpsToday(
        date="2026-11-01",
        starts_at_ms=AT,
        ends_at_ms=AT,
        whole=WHOLE,
        points=[POINT] * HALF_HOURS_MAX,
    ),
)


def test_the_largest_state_fits_into_one_message() -> None:
    limit = Settings.model_fields["message_bytes_max"].default
    assert len(LARGEST.model_dump_json()) < limit
