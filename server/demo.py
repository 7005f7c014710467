"""The demo network: made-up clinicians, spas and staff in an empty database.

Seeded at the first start where settings allow it, never into a database that holds anything.
Passwords are random per installation and lie in `demo-accounts.json` (mode 0600) in the data
folder. A demo server also tells them to whoever asks (`/api/v1/info`): everybody in it is
invented, every page says so, and without the demo setting nothing is told.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from server import accounts
from server.access import Role
from server.accounts import Address, ClaimedAuthority, PractitionerDetails
from server.authority import Collaboration
from server.forward import demo as demo_forward
from server.practitioner_files import demo as demo_files
from server.protocols import demo as demo_protocols
from server.rulebooks import changing
from server.rulebooks.changing import Act, SnapshotRefused, cells_of
from server.rulebooks.releases import shipped_release
from server.rules.words import EXAMINING, TreatmentClass
from server.services import Core
from server.settings import Settings
from server.staffing import demo_roster
from server.storage import compliance, directory
from server.storage.alone import alone
from server.storage.database import Tx
from server.storage.directory import Organization, Practitioner

FILE: Final = "demo-accounts.json"
SEEDING: Final = 0x676F6F6464656D6F  # "gooddemo"
NETWORK: Final = "Goodfaith Demo Clinicians"
DAY_US: Final = 86_400 * 1_000_000
YEAR_US: Final = 365 * DAY_US
VERIFIED_BY: Final = "Demo credentialing"
SOURCE: Final = "Made up for the demo network"
PHYSICIAN: Final = "avery"  # who answers for the others where they need somebody
OPENED_BY: Final = "Demo compliance"
DIRECTOR: Final = "-director"  # a login of the spa's, with this after it

MANAGER: Final = "-manager"
# Single people, as everywhere: nobody is a "front desk".
FRONT_DESK: Final = {"glow": "Rosa Delgado", "lumen": "Theo Brandt"}
MANAGERS: Final = {"glow": "Priya Nair", "lumen": "Marcus Hale"}
OPERATIONS: Final = "Jordan Ames"
OFFICER: Final = "Lena Fischer"

Audience = Literal["practitioner", "spa", "ops"]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody made up, with the password of this installation."""

    audience: Audience
    login: str
    password: str
    description: str


@dataclass(frozen=True, slots=True)
class Licence:
    """A made-up licence.

    Attributes:
        independent: an NP who practises there without a collaborating physician.
        collaborating: a physician answers for them there.
        expired: it ran out last month.
    """

    jurisdiction: str
    independent: bool = False
    collaborating: bool = False
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Clinician:
    """A made-up practitioner."""

    login: str
    details: PractitionerDetails
    licences: tuple[Licence, ...]

    @property
    def description(self) -> str:
        """Return who they are and where they may examine."""
        places = " ".join(
            f"{one.jurisdiction}{' (expired)' if one.expired else ''}" for one in self.licences
        )
        return f"{self.details.display_name}, {self.details.profession}: {places}"


CLINICIANS: Final = (
    Clinician(
        "avery",
        PractitionerDetails("Avery Quinn", "MD", "1000000012", "en es"),
        (Licence("AZ"), Licence("CO"), Licence("FL"), Licence("TX")),
    ),
    Clinician(
        "blake",
        PractitionerDetails("Blake Moreno", "DO", "1000000020", "en es"),
        (Licence("AZ"), Licence("TX")),
    ),
    Clinician(
        "casey",
        PractitionerDetails("Casey Lindqvist", "NP", "1000000038"),
        (Licence("AZ", independent=True), Licence("CO", independent=True)),
    ),
    Clinician(
        "devon",
        PractitionerDetails("Devon Okafor", "NP", "1000000046"),
        (Licence("FL", collaborating=True), Licence("TX", collaborating=True)),
    ),
    Clinician(
        "emery",
        PractitionerDetails("Emery Castellanos", "PA", "1000000053", "en es"),
        (Licence("CO", collaborating=True), Licence("FL", collaborating=True)),
    ),
    Clinician(
        "finley",
        PractitionerDetails("Finley Hart", "MD", "1000000061"),
        (Licence("AZ", expired=True), Licence("FL")),
    ),
)
SPAS: Final = (
    (
        "glow",
        "Glow Aesthetics",
        (
            ("Glow Scottsdale", Address("7014 E Camelback Rd", "Scottsdale", "85251", "AZ")),
            ("Glow Austin", Address("1100 S Congress Ave", "Austin", "78704", "TX")),
        ),
    ),
    (
        "lumen",
        "Lumen Med Spa",
        (
            ("Lumen Denver", Address("1701 Wynkoop St", "Denver", "80202", "CO")),
            ("Lumen Miami", Address("701 S Miami Ave", "Miami", "33131", "FL")),
        ),
    ),
)


def demo_accounts(settings: Settings) -> list[DemoAccount]:
    """Return the made-up accounts with their passwords; none where demo is not wanted."""
    file = settings.data_dir / FILE
    if not settings.wants_demo or not file.is_file():
        return []
    return [DemoAccount(**one) for one in json.loads(file.read_text(encoding="utf-8"))]


def demo_sign_ins(settings: Settings) -> dict[str, list[str]]:
    """Return `login / password` by audience, as a demo server publishes them."""
    published: dict[str, list[str]] = {}
    for one in demo_accounts(settings):
        published.setdefault(one.audience, []).append(f"{one.login} / {one.password}")
    return published


async def seed(core: Core) -> bool:
    """Fill an empty database with the demo network; return whether it was empty.

    A demo database that has lost its file of passwords gets new ones, unless other nodes may
    have the file. Of processes that seed at once, one does.
    """
    if not core.settings.wants_demo:
        return False
    async with core.database.read() as tx:
        there = await directory.all_organizations(tx)
    if any(not one.demo for one in there):
        return False
    if there and (core.settings.in_cluster or (core.settings.data_dir / FILE).is_file()):
        await _open_if_never(core, there)
        return False
    people = _people(core)
    hashes = {one.login: await accounts.hashed(core, one.password) for one in people}
    async with core.database.write() as tx:
        await alone(tx, SEEDING)
        if await directory.all_organizations(tx) != there:
            return False  # another process seeds too, and was first
        # The file comes first: if we are stopped in between, both are made anew.
        _write(core.settings.data_dir / FILE, people)
        if there:
            await _renew(tx, hashes)
        else:
            await _fill(tx, core, hashes)
    return not there


async def _open_if_never(core: Core, there: Sequence[Organization]) -> None:
    """Open it for a demo network that is older than openings are."""
    (network,) = [one for one in there if one.kind == "network"]
    async with core.database.write() as tx:
        await alone(tx, SEEDING)
        if not await compliance.changes(tx, network.organization_id, 1):
            await _open(tx, core, network)


async def _open(tx: Tx, core: Core, network: Organization) -> None:
    """Open what the made-up practitioners and sites need, and nothing else."""
    act = Act(
        network_id=network.organization_id,
        actor=OPENED_BY,
        at=core.clock.now(),
        reference=SOURCE,
        new_id=lambda: accounts.new_id(core),
    )
    with suppress(SnapshotRefused):  # out of date: the demo runs on, by live video alone
        await changing.publish(tx, act, *shipped_release())
    places = {one.jurisdiction for clinician in CLINICIANS for one in clinician.licences}
    await changing.open_cells(tx, act, cells_of(places, EXAMINING, TreatmentClass))
    await demo_forward.open_for(tx, act)


def _people(core: Core) -> list[DemoAccount]:
    def made_up(audience: Audience, login: str, description: str) -> DemoAccount:
        return DemoAccount(audience, login, accounts.made_up_password(core), description)

    return [
        *(made_up("practitioner", one.login, one.description) for one in CLINICIANS),
        *(made_up("spa", login, f"Staff of {name}") for login, name, _ in SPAS),
        *(
            made_up("spa", f"{login}{DIRECTOR}", f"Medical director of {name}")
            for login, name, _ in SPAS
        ),
        *(made_up("spa", f"{login}{MANAGER}", f"Manager of {name}") for login, name, _ in SPAS),
        made_up("ops", "ops", f"Operations of {NETWORK}"),
        made_up("ops", "compliance", f"Compliance of {NETWORK}"),
    ]


def _write(file: Path, people: list[DemoAccount]) -> None:
    """Write the passwords so that only this user can read them, all or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        json.dump([asdict(one) for one in people], opened, indent=2)
        opened.flush()
        os.fsync(opened.fileno())
    partial.replace(file)


async def _renew(tx: Tx, hashes: dict[str, str]) -> None:
    for organization in await directory.all_organizations(tx):
        for account in await directory.accounts_of(tx, organization.organization_id):
            if account.login in hashes:
                await directory.set_password_hash(tx, account.account_id, hashes[account.login])


async def _fill(tx: Tx, core: Core, hashes: dict[str, str]) -> None:
    network = await accounts.add_network(tx, core, NETWORK, demo=True)
    for login, name, sites in SPAS:
        spa = await accounts.add_spa(tx, core, network.organization_id, name, demo=True)
        for site_name, address in sites:
            await accounts.add_site(tx, core, spa.organization_id, site_name, address)
        people = (
            (login, FRONT_DESK[login], Role.SPA_STAFF),
            (f"{login}{MANAGER}", MANAGERS[login], Role.SPA_MANAGER),
            (f"{login}{DIRECTOR}", demo_protocols.director_name(name), Role.MEDICAL_DIRECTOR),
        )
        for own_login, display_name, role in people:
            await accounts.add_account(
                tx,
                core,
                "spa",
                spa.organization_id,
                login=own_login,
                password_hash=hashes[own_login],
                display_name=display_name,
                role=role,
            )
        await demo_protocols.extend(tx, core, spa)
    for login, name, role in (
        ("ops", OPERATIONS, Role.OPS),
        ("compliance", OFFICER, Role.COMPLIANCE),
    ):
        await accounts.add_account(
            tx,
            core,
            "ops",
            network.organization_id,
            login=login,
            password_hash=hashes[login],
            display_name=name,
            role=role,
        )
    known: dict[str, Practitioner] = {}
    for clinician in CLINICIANS:
        practitioner = known[clinician.login] = await accounts.add_practitioner(
            tx,
            core,
            network.organization_id,
            clinician.details,
            login=clinician.login,
            password_hash=hashes[clinician.login],
        )
        for licence in clinician.licences:
            await _license(tx, core, practitioner, licence, known[PHYSICIAN])
        await demo_files.fill(tx, core, practitioner)
    await demo_files.ask(tx, core, network)
    await _open(tx, core, network)
    await demo_roster.extend(tx, core, network)


async def _license(
    tx: Tx, core: Core, practitioner: Practitioner, licence: Licence, physician: Practitioner
) -> None:
    now = core.clock.now()
    claimed = ClaimedAuthority(
        jurisdiction=licence.jurisdiction,
        number=_number(practitioner, licence.jurisdiction),
        valid_from=now - 2 * YEAR_US,
        valid_until=now - 30 * DAY_US if licence.expired else now + 2 * YEAR_US,
        independent_practice=licence.independent,
    )
    authority = await accounts.add_authority(tx, core, practitioner, claimed)
    await accounts.verify_authority(
        tx, core, authority.authority_id, verified_by=VERIFIED_BY, source=SOURCE
    )
    if licence.collaborating:
        agreed = Collaboration(
            jurisdiction=licence.jurisdiction,
            physician_name=f"{physician.display_name}, {physician.profession}",
            physician_number=_number(physician, licence.jurisdiction),
            active_from=now - YEAR_US,
            active_until=now + YEAR_US,
            physician_id=physician.practitioner_id,
        )
        await accounts.add_collaboration(tx, core, practitioner.practitioner_id, agreed)


def _number(practitioner: Practitioner, jurisdiction: str) -> str:
    return f"{practitioner.profession}-{practitioner.npi[-6:]}-{jurisdiction}"
