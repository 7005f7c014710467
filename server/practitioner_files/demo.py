"""Complete files for made-up practitioners, and a look into made-up lists now and then."""

from __future__ import annotations

from typing import Final

from server.credentials import (
    CLEAR,
    DAY_US,
    LEIE,
    Employment,
    ExclusionCheck,
    Malpractice,
    Parts,
    Standard,
    Training,
    excluded,
)
from server.practitioner_files import entering
from server.practitioner_files.entering import Evidence
from server.services import Core
from server.storage import credentials
from server.storage.database import Tx
from server.storage.directory import Organization, Practitioner

BY: Final = "operator:demo"
SEEN: Final = Evidence("Demo credentialing", "Made up for the demo network")
YEARS: Final = 2
AGAIN_DAYS: Final = 15  # before the look of before is over


async def ask(tx: Tx, core: Core, network: Organization) -> None:
    """Have a made-up network ask for what a real one asks for."""
    await credentials.set_standard(
        tx,
        network.organization_id,
        Standard(),
        now=core.clock.now(),
        time_zone=core.settings.time_zone,
        by=BY,
    )


async def fill(tx: Tx, core: Core, who: Practitioner) -> None:
    """Enter all that a file needs besides licences."""
    now = core.clock.now()
    until = now + YEARS * 365 * DAY_US
    for part in (
        _looked(now),
        Malpractice(
            insurer="Saguaro Mutual",
            policy_number=f"SM-{who.npi[-6:]}",
            per_claim_usd=1_000_000,
            aggregate_usd=3_000_000,
            valid_from=now - 30 * DAY_US,
            valid_until=until,
        ),
        Employment(kind="employee", title="Clinician", valid_from=now - 365 * DAY_US),
        Training(
            topic="Good faith exams by video",
            provider="Demo academy",
            minutes=Standard().training_minutes_min,
            completed_at=now - 60 * DAY_US,
        ),
    ):
        await entering.enter(tx, core, who.practitioner_id, part, by=BY, evidence=SEEN)


async def extend(tx: Tx, core: Core, organization: Organization) -> None:
    """Look for everybody of a made-up network anew, if the last look is half over."""
    if organization.kind != "network":
        return
    now, network_id = core.clock.now(), organization.organization_id
    if await credentials.standard(tx, network_id) is None:
        return
    parts = await credentials.parts_of_network(tx, network_id)
    time_zone = core.settings.time_zone
    due = [who for who, there in parts.items() if _is_due(there, now, time_zone)]
    await credentials.hold(tx, due)
    for who in due:
        await entering.enter(tx, core, who, _looked(now), by=BY, evidence=SEEN)


def _is_due(parts: Parts, now: int, time_zone: str) -> bool:
    looks = parts.exclusion_checks
    last = max((one.checked_at for one in looks), default=now)
    return last < now - AGAIN_DAYS * DAY_US and not excluded(looks, now, time_zone)


def _looked(now: int) -> ExclusionCheck:
    return ExclusionCheck(list_name=LEIE, outcome=CLEAR, checked_at=now)
