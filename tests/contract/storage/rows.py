"""Made-up people and places, as rows."""

# ruff: noqa: FBT003 - a made-up row reads like a row

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from server.authority import Authority, Collaboration
from server.keyring import Keyring
from server.storage import directory, encounters, patients
from server.storage.directory import Account, Organization, Practitioner, Site
from server.storage.encounters import Encounter
from server.storage.patients import Patient
from server.storage.statements import Tx
from signaling.identifiers import EncounterId, Instant

NOW = Instant(1_750_000_000_000_000)
ZONE = "America/New_York"  # in which a network means its days
SECOND = 1_000_000
DAY = 86_400 * SECOND
IDENTITY = b'{"legal_name": "Zephyrine Quillfeather", "birth_date": "1987-03-14"}'

NETWORK = Organization("network-1", "network", "Bluebird Medical", None, True, NOW)
OTHER_NETWORK = Organization("network-2", "network", "Heron Medical", None, True, NOW)
SPA = Organization("spa-1", "spa", "Glow", NETWORK.organization_id, True, NOW)
OTHER_SPA = Organization("spa-2", "spa", "Shine", NETWORK.organization_id, True, NOW)
SITE = Site("site-1", "spa-1", "Glow Austin", "1 Elm St", "Austin", "78701", "TX")
OTHER_SITE = Site("site-2", "spa-2", "Shine Reno", "2 Oak St", "Reno", "89501", "NV")
ANA = Practitioner(
    "practitioner-ana",
    "network-1",
    "account-ana",
    "Ana Ruiz",
    "NP",
    "1234567893",
    "en es",
    True,
)
BEN = replace(
    ANA, practitioner_id="practitioner-ben", account_id="account-ben", display_name="Ben Okoro"
)
STAFF = Account(
    "account-staff", "spa", "spa-1", "front@glow.test", "hash", "Front", "staff", True, NOW
)
LICENCE = Authority(
    authority_id="authority-ana-tx",
    jurisdiction="TX",
    kind="license",
    number="AP123",
    profession="NP",
    valid_from=NOW - 365 * DAY,
    valid_until=NOW + 365 * DAY,
    status="active",
    verified_at=NOW - DAY,
    verified_by="ops",
    source="nursys.com",
    independent_practice_verified=False,
)
PHYSICIAN = Collaboration("TX", "Dr. Chen", "K1234", NOW - 30 * DAY, NOW + 30 * DAY)


@dataclass(frozen=True)
class Clinic:
    """What `open_clinic` made."""

    encounter: Encounter
    patient: Patient

    @property
    def encounter_id(self) -> EncounterId:
        return self.encounter.encounter_id


def account_of(who: Practitioner) -> Account:
    login = f"{who.practitioner_id}@bluebird.test"
    return Account(
        who.account_id,
        "practitioner",
        who.network_id,
        login,
        "hash",
        who.display_name,
        "practitioner",
        True,
        NOW,
    )


def encounter(number: int = 1, **changes: object) -> Encounter:
    made = Encounter(
        encounter_id=EncounterId(f"encounter-{number}"),
        network_id="network-1",
        spa_id="spa-1",
        site_id="site-1",
        patient_id="patient-1",
        request_id=f"request-{number}",
        requested_by="account-staff",
        requested_at=NOW,
        changed_at=NOW,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # named by the test


async def open_clinic(tx: Tx, keyring: Keyring) -> Clinic:
    for organization in (NETWORK, OTHER_NETWORK, SPA, OTHER_SPA):
        await directory.add_organization(tx, organization)
    for site in (SITE, OTHER_SITE):
        await directory.add_site(tx, site)
    await directory.add_account(tx, STAFF)
    for who in (ANA, BEN):
        await directory.add_account(tx, account_of(who))
        await directory.add_practitioner(tx, who)
    await directory.add_authority(tx, ANA.practitioner_id, LICENCE)
    await directory.add_collaboration(tx, "collaboration-1", ANA.practitioner_id, PHYSICIAN)
    key = await keyring.patient_key(tx, "patient-1", "network-1")
    place = patients.identity_place("patient-1", "spa-1")
    sealed = keyring.seal(key, IDENTITY, place)
    patient = await patients.upsert(tx, Patient("patient-1", "spa-1", "a" * 64, sealed, NOW))
    return Clinic(await encounters.create(tx, encounter()), patient)


def seeded_bytes(seed: int) -> Callable[[int], bytes]:
    return random.Random(seed).randbytes


async def put(tx: Tx, encounter_id: str, now: int, **values: Any) -> None:  # noqa: ANN401
    """Change a row of `encounters`, whatever the machines say."""
    read = await encounters.get(tx, encounter_id, lock=True)
    await encounters.set_changed(tx, read, replace(read, changed_at=Instant(now), **values))
