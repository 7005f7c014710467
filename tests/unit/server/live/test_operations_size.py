"""The largest state that operations can be sent fits into one socket message."""

from __future__ import annotations

from server.jurisdictions import JURISDICTIONS
from server.settings import Settings
from signaling import messages as wire
from signaling.messages.operations import ALERTS_MAX, LINES_MAX, NOTICES_MAX, PEOPLE_MAX

AT = 1_790_000_000_000
LONG = "x" * 32
HALF_HOURS_MAX = 50  # a day on which the clocks are set back


def spread() -> wire.OpsSpread:
    return wire.OpsSpread(
        count=99_999, mean_ms=999_999, p50_ms=999_999, p90_ms=9_999_999, p95_ms=9_999_999
    )


def largest() -> wire.OpsSync:
    counts = dict.fromkeys(("offers", "offers_missed", "waiting", "signed"), 99_999)
    ends = dict.fromkeys(("arrived", "answered", "abandoned", "cancelled"), 99_999)
    shares = dict.fromkeys(
        ("level_strict", "level_lenient", "abandonment", "occupancy"), 0.1234
    )
    return wire.OpsSync(
        now_ms=AT,
        network_name="N" * 120,
        time_zone="America/Argentina/ComodRivadavia",
        target_ms=31_000,
        oldest_wait_alert_ms=120_000,
        now=wire.OpsNow(
            waiting_total=5_000,
            oldest_ready_at_ms=AT,
            waiting=[
                wire.OpsWaiting(
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
            ]
            * LINES_MAX,
            tiles=[
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
            ],
            statuses=dict.fromkeys(
                ("available", "offered", "in_exam", "wrap_up", "away"), 2_000
            ),
            practitioners_total=2_000,
            practitioners=[
                wire.OpsPractitioner(
                    practitioner_id=LONG,
                    display_name="A" * 60,
                    profession="NP",
                    jurisdictions=sorted(JURISDICTIONS)[:20],
                    status="available",
                    presence="present",
                    since_ms=AT,
                    missed_offers=2,
                )
            ]
            * PEOPLE_MAX,
            alerts_total=103,
            alerts=[
                wire.OpsAlert(
                    code="nobody_eligible",
                    jurisdiction="AZ",
                    raised_at_ms=AT,
                    count=5_000,
                    waiting_since_ms=AT,
                )
            ]
            * ALERTS_MAX,
            notices=[
                wire.OpsNotice(
                    at_ms=AT,
                    kind="alert_cleared",
                    code="presence_grace_expired",
                    jurisdiction="AZ",
                    practitioner="A" * 60,
                )
            ]
            * NOTICES_MAX,
        ),
        today=wire.OpsToday(
            date="2026-11-01",
            starts_at_ms=AT,
            ends_at_ms=AT,
            whole=wire.OpsStretch(
                starts_at_ms=AT,
                connected=99_999,
                connected_in_time=99_999,
                wait=spread(),
                connect=spread(),
                **counts,
                **ends,
                **shares,
            ),
            points=[
                wire.OpsPoint(
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
            ]
            * HALF_HOURS_MAX,
        ),
    )


def test_the_largest_state_fits_into_one_message() -> None:
    limit = Settings.model_fields["message_bytes_max"].default
    assert len(largest().model_dump_json()) < limit
