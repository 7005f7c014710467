"""The made-up people and places of a demo day, as rows."""

from __future__ import annotations

import random
from typing import Final

from sqlalchemy import insert

from server.storage.statements import Tx, Values
from server.storage.tables import (
    accounts,
    authorities,
    organizations,
    patients,
    practitioners,
    sites,
)

YEAR: Final = 365 * 86_400 * 1_000_000
SPA: Final = "spa-of-the-demo-day"
# Where they are; about by population, as far as the made-up team goes.
PLACES: Final = {
    "CA": 24,
    "TX": 19,
    "FL": 14,
    "NY": 12,
    "AZ": 10,
    "CO": 8,
    "GA": 7,
    "NC": 7,
    "WA": 6,
    "IL": 6,
    "PA": 6,
    "OH": 5,
    "TN": 4,
    "NV": 4,
    "MI": 4,
    "VA": 4,
    "NJ": 4,
    "MA": 3,
    "UT": 3,
}
NAMES: Final = (
    *("Alex Rivera", "Bailey Chen", "Cameron Diallo", "Dakota Singh", "Eden Kowalski"),
    *("Frankie Osei", "Gray Lindholm", "Harper Nakata", "Indigo Ferris", "Jules Marchetti"),
    *("Kendall Ruiz", "Logan Abebe", "Morgan Tran", "Noel Petrov", "Oakley Byrne"),
    *("Parker Haddad", "Quincy Larsen", "Reese Mbeki", "Sage Whitfield", "Tatum Ivanov"),
)


def _licences(chance: random.Random) -> list[str]:
    """Return where somebody is licensed: many in a few places, a few in many."""
    count = chance.choices((1, 2, 3, 5, 8, 12), (25, 25, 20, 15, 10, 5))[0]
    named = [one for one in PLACES if one != "NV"]
    return sorted(set(chance.choices(named, [PLACES[one] for one in named], k=count)))


async def people(tx: Tx, network_id: str, now: int, chance: random.Random) -> None:
    """Insert a spa with a site for each place, and a team with its licences."""
    await tx.execute(
        insert(organizations).values(
            id=SPA,
            kind="spa",
            name="Demo Day Spas",
            network_id=network_id,
            demo=True,
            created_at=now,
        )
    )
    await tx.execute(
        insert(sites),
        [
            {
                "id": f"site-{place}",
                "spa_id": SPA,
                "name": place,
                "street": "1 Main St",
                "city": place,
                "postal_code": "00000",
                "jurisdiction": place,
            }
            for place in PLACES
        ],
    )
    await tx.execute(
        insert(patients).values(
            id="patient-of-the-demo-day",
            spa_id=SPA,
            blind_index="0" * 64,
            sealed_identity=b"",
            created_at=now,
        )
    )
    for number, name in enumerate(NAMES):
        await _practitioner(tx, network_id, number, name, now)
        for place in _licences(chance):
            await tx.execute(insert(authorities).values(_licence(number, place, now)))


async def _practitioner(tx: Tx, network_id: str, number: int, name: str, now: int) -> None:
    await tx.execute(
        insert(accounts).values(
            id=f"day-account-{number}",
            audience="practitioner",
            organization_id=network_id,
            login=f"day-practitioner-{number}",
            password_hash="none",
            display_name=name,
            role="practitioner",
            active=True,
            created_at=now,
        )
    )
    await tx.execute(
        insert(practitioners).values(
            id=f"day-practitioner-{number}",
            network_id=network_id,
            account_id=f"day-account-{number}",
            display_name=name,
            profession="MD",
            npi=f"{1_000_001_000 + number}",
            languages="en",
            active=True,
        )
    )


def _licence(number: int, place: str, now: int) -> Values:
    return {
        "id": f"day-{number}-{place}",
        "practitioner_id": f"day-practitioner-{number}",
        "jurisdiction": place,
        "kind": "license",
        "number": f"D{number}{place}",
        "profession": "MD",
        "valid_from": now - YEAR,
        "valid_until": now + YEAR,
        "status": "active",
        "verified_at": now - YEAR // 2,
        "verified_by": "Demo credentialing",
        "source": "Made up for the demo day",
        "independent_practice_verified": False,
    }
