"""The people and things of the table, written into a database."""

# ruff: noqa: FBT003 - a made-up row reads like a row

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from server.access import Role
from server.authority import Collaboration
from server.keyring import Keyring
from server.services import Core
from server.sessions import ENROLLING, hash_of
from server.storage import (
    authorizations,
    destinations,
    directory,
    emergency_access,
    encounters,
    invitations,
    patients,
    protocols,
    providers,
    roster,
    service_accounts,
    sessions,
    shifts,
    spa_tokens,
)
from server.storage.authorizations import AuthorizationRow
from server.storage.database import Tx
from server.storage.destinations import Destination
from server.storage.directory import Account, Organization, Practitioner, Site
from server.storage.emergency_access import EmergencyAccess
from server.storage.encounters import Encounter
from server.storage.invitations import Invitation
from server.storage.patients import Patient
from server.storage.protocols import ProtocolRow
from server.storage.providers import Provider
from server.storage.service_accounts import ServiceAccount, ServiceKey
from server.storage.sessions import Session
from server.storage.shifts import Shift
from server.storage.spa_tokens import SpaToken
from signaling.identifiers import EncounterId, Instant, OfferId, PractitionerId
from signaling.offers import Offer, OfferState
from tests.matrix.people import (
    EVERYBODY,
    LASTING_PREFIX,
    NETWORKS,
    PRACTITIONERS,
    SITES,
    SPA_OF_SITE,
    SPAS,
    Person,
    staff,
)
from tests.matrix.things import PEOPLE_OF, VISITS, of_visit

IDENTITY: Final = b'{"legal_name": "Zephyrine Quillfeather", "birth_date": "1987-03-14"}'
DAY: Final = 86_400 * 1_000_000
JURISDICTION: Final = "AZ"


async def write(core: Core) -> None:
    """Write all of it, in one transaction."""
    now = core.clock.now()
    async with core.database.write() as tx:
        await _organizations(tx, now)
        await _staff(tx, now)
        for name in VISITS:
            await _visit(tx, core.keyring, name, now)
        await _of_spas(tx, core.keyring, now)
        for one in PEOPLE_OF:
            await invitations.add(tx, _invitation(one, now))
            await providers.add(tx, _provider(one, now))
        for person in EVERYBODY:
            if person.has_token:
                await _token(tx, person, now)
            elif person.principal.audience is not None:
                await sessions.create(tx, _session(person, core, now))


async def _organizations(tx: Tx, now: int) -> None:
    for one in dict.fromkeys(NETWORKS.values()):
        await directory.add_organization(tx, Organization(one, "network", one, None, True, now))
    for place, one in SPAS.items():
        spa = Organization(one, "spa", one, NETWORKS[place], True, now)
        await directory.add_organization(tx, spa)
    for name, site_id in SITES.items():
        spa_id = SPAS[SPA_OF_SITE[name]]
        site = Site(site_id, spa_id, site_id, "1 Elm St", "Mesa", "85201", JURISDICTION)
        await directory.add_site(tx, site)
        await protocols.add(tx, _protocol(name, site_id, now))


async def _staff(tx: Tx, now: int) -> None:
    for name, who in staff():
        assert who.audience in {"practitioner", "spa", "ops"}
        account = Account(
            who.account_id or "",
            who.audience,
            who.organization_id or "",
            f"matrix {name}",
            "hash",
            name,
            who.role.value,
            True,
            now,
        )
        await directory.add_account(tx, account)
    for number, (one, place) in enumerate(PRACTITIONERS.items()):
        account_id, npi = f"account-{one}", str(2_000_000_000 + number)
        await directory.add_practitioner(
            tx, Practitioner(one, NETWORKS[place], account_id, one, "MD", npi, "en", True)
        )
        shift = Shift(f"shift-{one}", NETWORKS[place], one, now, now + DAY, "ops", now)
        await shifts.add(tx, [shift])


async def _visit(tx: Tx, keyring: Keyring, name: str, now: int) -> None:
    visit, whose = VISITS[name], of_visit(name)
    network_id, spa_id = whose.network_id or "", whose.spa_id or ""
    patient_id, encounter_id = f"patient-{name}", EncounterId(f"encounter-{name}")
    key = await keyring.patient_key(tx, patient_id, network_id)
    sealed = keyring.seal(key, IDENTITY, patients.identity_place(patient_id, spa_id))
    index = hashlib.sha256(name.encode()).hexdigest()
    await patients.upsert(tx, Patient(patient_id, spa_id, index, sealed, now))
    await encounters.create(
        tx,
        Encounter(
            encounter_id=encounter_id,
            network_id=network_id,
            spa_id=spa_id,
            site_id=whose.site_id or "",
            patient_id=patient_id,
            request_id=f"matrix-{name}",
            requested_by=None,
            requested_at=Instant(now),
            changed_at=Instant(now),
            visit="in_progress" if visit.examiner else "intake",
            jurisdiction=JURISDICTION,
            practitioner_id=PractitionerId(visit.examiner) if visit.examiner else None,
        ),
    )
    for who in visit.took_part:
        await roster.save_offer(tx, _accepted(encounter_id, who, now))
    for who in visit.supervisors:
        agreed = Collaboration(JURISDICTION, who, "N-1", now - DAY, now + DAY, who)
        examiner = visit.examiner or ""
        await directory.add_collaboration(tx, f"collaboration-{name}", examiner, agreed)
    for who in visit.emergency:
        await emergency_access.add(tx, _emergency(name, who, network_id, now))
    if visit.examiner is not None:
        await authorizations.add(tx, _authorization(name, now))


def _accepted(encounter_id: EncounterId, who: str, now: int) -> Offer:
    return Offer(
        offer_id=OfferId(f"offer-{encounter_id}"),
        encounter_id=encounter_id,
        practitioner_id=PractitionerId(who),
        state=OfferState.ACCEPTED,
        rung_at=Instant(now),
        expires_at=Instant(now + 1),
        settled_at=Instant(now),
    )


def _emergency(name: str, who: str, network_id: str, now: int) -> EmergencyAccess:
    return EmergencyAccess(
        id=f"emergency-{name}",
        account_id=f"account-{who}",
        practitioner_id=who,
        network_id=network_id,
        encounter_id=f"encounter-{name}",
        patient_id=f"patient-{name}",
        sealed_reason=b"",
        started_at=now,
        expires_at=now + DAY,
    )


def _authorization(name: str, now: int) -> AuthorizationRow:
    whose = of_visit(name)
    return AuthorizationRow(
        id=f"authorization-{name}",
        network_id=whose.network_id or "",
        spa_id=whose.spa_id or "",
        site_id=whose.site_id or "",
        patient_id=f"patient-{name}",
        encounter_id=f"encounter-{name}",
        practitioner_id=whose.practitioner_id or "",
        treatment_class="neurotoxin",
        disposition="approved",
        protocol_id=None,
        protocol_version=None,
        chart_seq=1,
        chart_head="a" * 64,
        sealed_terms=b"",
        signed_at=now,
        valid_until="2099-01-01",
    )


def _protocol(name: str, site_id: str, now: int) -> ProtocolRow:
    return ProtocolRow(
        protocol_id=f"protocol-{name}",
        version=1,
        site_id=site_id,
        treatment_class="neurotoxin",
        body="{}",
        sha256="b" * 64,
        valid_from=now,
        valid_until=now + DAY,
        created_at=now,
        created_by="staff:matrix",
    )


async def _of_spas(tx: Tx, keyring: Keyring, now: int) -> None:
    for place, spa_id in SPAS.items():
        endpoint = Destination(
            id=f"destination-{place}",
            organization_id=spa_id,
            channel="webhook",
            address="https://hooks.example.com/in",
            topics=("encounter.signed",),
            scheme="v1",
            created_by="staff:matrix",
            created_at=now,
            changed_at=now,
        )
        await destinations.add(tx, keyring, endpoint)
        account = ServiceAccount(
            id=f"software-{place}",
            spa_id=spa_id,
            label="Records",
            scopes="",
            created_by="staff:matrix",
            created_at=now,
        )
        await service_accounts.add(tx, account)
        key = ServiceKey(
            id=f"key-{place}",
            service_account_id=account.id,
            kid="first",
            public_key=f"key of {place}".encode(),
            created_at=now,
        )
        await service_accounts.add_key(tx, key)


def _invitation(organization_id: str, now: int) -> Invitation:
    is_spa = organization_id in SPAS.values()
    return Invitation(
        id=f"invitation-{organization_id}",
        organization_id=organization_id,
        audience="spa" if is_spa else "ops",
        role=(Role.SPA_STAFF if is_spa else Role.OPS).value,
        login=f"invited {organization_id}",
        display_name="Noa Vale",
        secret_hash=hashlib.sha256(organization_id.encode()).hexdigest(),
        invited_by="compliance:matrix",
        created_at=now,
        expires_at=now + DAY,
    )


def _provider(organization_id: str, now: int) -> Provider:
    return Provider(
        id=f"provider-{organization_id}",
        organization_id=organization_id,
        name="Saguaro sign-in",
        issuer="https://login.example.com",
        client_id="goodfaith",
        scopes="openid",
        created_by="compliance:matrix",
        created_at=now,
    )


async def _token(tx: Tx, person: Person, now: int) -> None:
    who, secret_hash = person.principal, hash_of(person.secret)
    scopes, until = " ".join(sorted(who.scopes)), now + DAY
    token_id, spa_id = who.token_id or "", who.organization_id or ""
    if person.secret.startswith(LASTING_PREFIX):
        row = SpaToken(token_id, spa_id, secret_hash, "Records", scopes, now, until)
        await spa_tokens.add(tx, row)
    else:
        key_id = token_id.replace("software", "key")
        await service_accounts.add_token(
            tx, secret_hash, key_id=key_id, scopes=scopes, now=now, expires_at=until
        )


ASSURANCE: Final[Mapping[str, str]] = {"enrolling": ENROLLING}


def _session(person: Person, core: Core, now: int) -> Session:
    who, proved_at = person.principal, now
    assert who.audience is not None
    if not person.is_fresh:
        proved_at -= core.settings.fresh_s * 1_000_000
    return Session(
        id_hash=who.session,
        secret_hash=who.session,
        audience=who.audience,
        account_id=who.account_id,
        encounter_id=who.encounter_id,
        site_id=who.site_id,
        kiosk=who.kiosk,
        device="matrix",
        assurance=ASSURANCE.get(person.proof, "password"),
        auth_time=proved_at,
        last_seen_at=now,
        expires_at=now + DAY,
    )
