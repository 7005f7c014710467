"""A reload is no absence; a closed tab is one within two seconds."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import ValidationError

from server.live.presence import PresenceReporter
from server.settings import Settings


class Reports:
    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    async def seen(self, recipient: str, _network: str) -> None:
        self.heard.append(("seen", recipient))

    async def lost(self, recipient: str, _network: str) -> None:
        self.heard.append(("lost", recipient))

    def reporter(self, hesitation_s: float = 0.0) -> PresenceReporter:
        return PresenceReporter(self.seen, self.lost, hesitation_s=hesitation_s)


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_closed_tab_is_reported() -> None:
    reports = Reports()
    reporter = reports.reporter()
    await reporter.arrived("patient:1", "network")
    reporter.departed("patient:1", "network")
    await settled()
    assert reports.heard == [("seen", "patient:1"), ("lost", "patient:1")]


async def test_a_reload_is_not_reported_as_a_loss() -> None:
    reports = Reports()
    reporter = reports.reporter(hesitation_s=60)
    await reporter.arrived("patient:1", "network")
    reporter.departed("patient:1", "network")
    await reporter.arrived("patient:1", "network")
    await settled()
    assert ("lost", "patient:1") not in reports.heard
    await reporter.close()


async def test_nothing_is_reported_after_the_end() -> None:
    reports = Reports()
    reporter = reports.reporter(hesitation_s=60)
    reporter.departed("patient:1", "network")
    await reporter.close()
    await settled()
    assert reports.heard == []


def test_the_hesitation_can_never_pass_the_five_seconds() -> None:
    assert Settings().away_after_s == 1.5
    with pytest.raises(ValidationError):
        Settings(away_after_s=5.1)
