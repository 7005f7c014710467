"""Connecting a record system: where it is, who we are there, and a key of our own.

    connect -> a key is made and published -> registered there -> client id written -> pushes

The key's public half is at the organization's JWKS from the first moment, so that the record
system can be told of it before it gives us an identifier. After a rotation both are there for a
while: whoever kept the old JWKS verifies the new key once they look again.
"""

from __future__ import annotations

from typing import Final

from server.delivery import client_keys
from server.delivery.attempt import disable
from server.delivery.channels import Delivery
from server.delivery.client_keys import Algorithm
from server.delivery.opening import may_loopback
from server.delivery.public_addresses import checked_endpoint
from server.delivery.smart import Registration
from server.services import Core
from server.storage import destinations, directory, emr_connections
from server.storage.database import Tx
from server.storage.destinations import Destination, Secret
from server.storage.emr_connections import EmrConnection
from server.storage.errors import RowMissing

TOPICS: Final = ("encounter.signed", "encounter.amended", "authorization.ended")
SCOPES: Final = "system/*.cud"
JWKS: Final = "/fhir/clients/{id}/jwks.json"
OLD_KEY_US: Final = 24 * 3_600 * 1_000_000
ID_BYTES: Final = 16
CLIENT_CHARS_MAX: Final = 255
SCOPES_CHARS_MAX: Final = 400


class ConnectionRefused(ValueError):
    """A record system that cannot be connected like this."""


async def connect(
    tx: Tx,
    core: Core,
    organization_id: str,
    base_url: str,
    *,
    client_id: str,
    scopes: str,
    algorithm: Algorithm,
    author: str,
) -> str:
    """Connect a record system of a network or a spa; return the destination's id.

    Raises:
        ConnectionRefused: an address that this server does not post to, or words too long.
        RowMissing: there is no such organization.
    """
    owner = await directory.organization(tx, organization_id)
    url = base_url.strip().rstrip("/")
    try:
        checked_endpoint(url, loopback=may_loopback(core))
    except ValueError as error:
        raise ConnectionRefused(str(error)) from None
    if "?" in url:
        raise ConnectionRefused("the base URL of FHIR has no query")
    now = core.clock.now()
    one = Destination(
        id=core.random_bytes(ID_BYTES).hex(),
        organization_id=owner.organization_id,
        channel="emr",
        address=url,
        topics=TOPICS,
        scheme="v1",
        created_by=author,
        created_at=now,
        changed_at=now,
    )
    await destinations.add(tx, core.keyring, one)
    known = _words(client_id, CLIENT_CHARS_MAX, empty=True)
    asked = _words(scopes, SCOPES_CHARS_MAX)
    await emr_connections.add(tx, EmrConnection(one.id, known, asked))
    await _give_key(tx, core, one, algorithm)
    return one.id


async def register(tx: Tx, core: Core, destination_id: str, client_id: str) -> None:
    """Write the identifier that the record system gave us; from now on charts go there.

    One that was disabled while it took nothing, for want of an identifier, is enabled.

    Raises:
        ConnectionRefused: it is none.
        RowMissing: there is no such connection.
    """
    known = _words(client_id, CLIENT_CHARS_MAX)
    await emr_connections.set_client(tx, destination_id, known)
    await enable(tx, core, destination_id)


async def enable(
    tx: Tx, core: Core, destination_id: str, algorithm: Algorithm = "ES384"
) -> None:
    """Push again, of what happens from now on; with a new key where the keys were destroyed.

    Raises:
        RowMissing: there is no such connection.
    """
    await emr_connections.get(tx, destination_id)
    one = await destinations.get(tx, core.keyring, destination_id, lock=True)
    now = core.clock.now()
    if not await destinations.live_secrets(tx, core.keyring, one, now):
        await _give_key(tx, core, one, algorithm)
    if one.state == "active":
        return
    await destinations.change(tx, one.id, state="active", reason=None, now=now)


async def disconnect(tx: Tx, core: Core, destination_id: str) -> None:
    """Push nothing more, give up what waits, and destroy our keys there.

    Raises:
        RowMissing: there is no such connection.
    """
    await emr_connections.get(tx, destination_id)
    one = await destinations.get(tx, core.keyring, destination_id, lock=True)
    if one.state == "active" or one.reason != "by_hand":
        await disable(tx, one.id, "by_hand", core.clock.now())
    await destinations.destroy_secrets(tx, one.id)


async def rotate(tx: Tx, core: Core, destination_id: str, algorithm: Algorithm) -> None:
    """Sign with a new key from now on; the old one stays published for a day.

    Raises:
        RowMissing: there is no such connection.
    """
    await emr_connections.get(tx, destination_id)
    one = await destinations.get(tx, core.keyring, destination_id, lock=True)
    await _give_key(tx, core, one, algorithm)


async def registration_of(core: Core, item: Delivery) -> Registration | None:
    """Return as what this server is registered where a delivery goes; None: it is not."""
    try:
        async with core.database.read() as tx:
            known = await emr_connections.get(tx, item.destination.id)
    except RowMissing:
        return None
    if not known.client_id:
        return None
    return Registration(
        base_url=item.destination.address,
        client_id=known.client_id,
        scopes=known.scopes,
        keys=item.secrets,
    )


async def _give_key(tx: Tx, core: Core, one: Destination, algorithm: Algorithm) -> None:
    now = core.clock.now()
    pkcs8 = client_keys.made(algorithm)
    made = Secret(
        id=core.random_bytes(ID_BYTES).hex(),
        destination_id=one.id,
        secret=pkcs8,
        public_key=client_keys.public_bytes(pkcs8),
        created_at=now,
    )
    await destinations.rotate(tx, core.keyring, one, made, old_until=now + OLD_KEY_US)


def _words(text: str, chars_max: int, *, empty: bool = False) -> str:
    """Return printable ASCII, as RFC 6749 has client identifiers and scopes."""
    clean = " ".join(text.split())
    if len(clean) > chars_max or not clean.isascii() or not (clean or empty):
        raise ConnectionRefused("client identifier and scopes are short words in ASCII")
    return clean
