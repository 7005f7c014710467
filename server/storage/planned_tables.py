"""The part of the schema about what is planned: shifts, callbacks, and what waits teach."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, String, Table

from server.storage.columns import ID, METADATA, instant, key, reference

shifts: Final = Table(
    "shifts",
    METADATA,
    key(),
    reference("network_id", "organizations.id"),
    reference("practitioner_id", "practitioners.id"),
    instant("starts_at"),
    instant("ends_at"),
    Column("source", String(16), nullable=False),  # csv | console | ops | demo
    instant("changed_at"),
    Index(None, "network_id", "ends_at"),  # who is on shift now, or between two instants
    Index(None, "network_id", "starts_at"),
    Index(None, "practitioner_id", "ends_at"),  # who comes next
)
callbacks: Final = Table(
    "callbacks",
    METADATA,
    # One row per encounter: what was asked for last; the chart has the ones before.
    Column("encounter_id", ID, ForeignKey("encounters.id"), primary_key=True),
    instant("requested_at"),
    instant("opens_at", nullable=True),  # as the patient was told; None: not known when
    instant("due_at", nullable=True),
    instant("ended_at", nullable=True),
    Index(None, "ended_at"),
)
wait_models: Final = Table(
    "wait_models",
    METADATA,
    # What was learned about the waits of a network: see `signaling.prediction`.
    Column(
        "network_id",
        ID,
        ForeignKey("organizations.id"),
        primary_key=True,
    ),
    Column("queue_queue_s2", Float, nullable=False),
    Column("queue_recent_s2", Float, nullable=False),
    Column("recent_recent_s2", Float, nullable=False),
    Column("queue_waited_s2", Float, nullable=False),
    Column("recent_waited_s2", Float, nullable=False),
    Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("handle_s", Float, nullable=False),
    Column("waits_learned", Integer, nullable=False),
    Column("exams_learned", Integer, nullable=False),
    instant("changed_at"),
)
staffing_intervals: Final = Table(
    "staffing_intervals",
    METADATA,
    # Practitioner-milliseconds of one half hour; the process adds what passed since last time.
    Column("network_id", ID, ForeignKey("organizations.id"), primary_key=True),
    Column("starts_at", BigInteger, primary_key=True, autoincrement=False),
    Column("online_ms", BigInteger, nullable=False),
    Column("offered_ms", BigInteger, nullable=False),
    Column("in_exam_ms", BigInteger, nullable=False),
    Column("wrap_up_ms", BigInteger, nullable=False),
)
