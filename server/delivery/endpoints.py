"""What a spa's manager does with its endpoints: add, test, rotate, disable, enable, send again.

Each is one transaction of the caller's.
"""

from __future__ import annotations

from typing import Final

from server.delivery import emr_connecting, standard_webhooks
from server.delivery.attempt import disable
from server.delivery.opening import may_loopback
from server.delivery.public_addresses import checked_endpoint
from server.delivery.refusals import (
    EndpointDisabled,
    EndpointRefused,
    StillOpen,
    TooManyEndpoints,
)
from server.services import Core
from server.storage import destinations, directory, outbox, outbox_claims, outbox_history
from server.storage.database import Tx
from server.storage.destinations import Destination, Secret
from server.storage.errors import RowMissing
from server.storage.outbox import Outgoing
from server.storage.outbox_history import DeliveryRow
from server.views.deliveries import NewEndpointForm

ENDPOINTS_MAX: Final = 5
KEPT_MAX: Final = 50  # disabled ones included
OLD_SECRET_US: Final = 24 * 3_600 * 1_000_000
ID_BYTES: Final = 16
PING: Final = "ping"


async def add(
    tx: Tx, core: Core, organization_id: str, form: NewEndpointForm, *, author: str
) -> tuple[str, str]:
    """Add an endpoint; return its id and what its receiver verifies with.

    Raises:
        EndpointRefused: an address that this server does not post to.
        TooManyEndpoints: there are as many as there may be.
    """
    try:
        url = checked_endpoint(form.url.strip(), loopback=may_loopback(core))
    except ValueError:
        raise EndpointRefused(fields=("url",)) from None
    known = await _require_room(tx, core, organization_id)
    if known >= KEPT_MAX:
        raise TooManyEndpoints
    now = core.clock.now()
    one = Destination(
        id=core.random_bytes(ID_BYTES).hex(),
        organization_id=organization_id,
        channel="webhook",
        address=url,
        topics=tuple(dict.fromkeys(form.topics)),
        scheme=form.scheme,
        created_by=author,
        created_at=now,
        changed_at=now,
    )
    await destinations.add(tx, core.keyring, one)
    return one.id, await rotate(tx, core, one.id)


async def rotate(tx: Tx, core: Core, destination_id: str) -> str:
    """Make a new secret; for a day, messages carry the old one's signature, too.

    Returns:
        What the receiver verifies with. A secret (v1) is never shown again.
    """
    one = await destinations.get(tx, core.keyring, destination_id, lock=True)
    _require_webhook(one)
    now = core.clock.now()
    secret = core.random_bytes(standard_webhooks.SECRET_BYTES)
    scheme = one.scheme
    public = standard_webhooks.public_key(secret) if scheme == "v1a" else None
    made = Secret(
        id=core.random_bytes(ID_BYTES).hex(),
        destination_id=one.id,
        secret=secret,
        public_key=public,
        created_at=now,
    )
    await destinations.rotate(tx, core.keyring, one, made, old_until=now + OLD_SECRET_US)
    return standard_webhooks.shown(secret, scheme)


async def ping(tx: Tx, core: Core, destination_id: str) -> str:
    """Send a message that means nothing; return its id.

    Raises:
        EndpointDisabled: it is told nothing.
        StillOpen: the last one is on its way.
    """
    one = await _active(tx, core, destination_id)
    _require_webhook(one)
    last = await outbox_history.last_of_topic(tx, one.id, PING)
    if last is not None and last.state in outbox_claims.OPEN:
        raise StillOpen
    owner = await directory.organization(tx, one.organization_id)
    message = Outgoing(
        topic=PING,
        channel="webhook",
        network_id=owner.network_id or owner.organization_id,
        spa_id=owner.organization_id if owner.network_id else None,
        encounter_id=None,
        subject=core.random_bytes(ID_BYTES).hex(),
        body={},
        at=core.clock.now(),
    )
    return await outbox.put_for(tx, message, [one.id])


async def resend(tx: Tx, core: Core, destination_id: str, message_id: str) -> DeliveryRow:
    """Send again what is delivered or was given up, under the same id; return what it was.

    Raises:
        EndpointDisabled: it is told nothing.
        StillOpen: it waits to be delivered.
        RowMissing: there is no such message.
    """
    one = await _active(tx, core, destination_id)
    row = await outbox_history.get(tx, one.id, message_id)
    if row.state in outbox_claims.OPEN:
        raise StillOpen
    await outbox_claims.resend(tx, message_id, one.id, core.clock.now())
    return row


async def stop(tx: Tx, core: Core, destination_id: str) -> None:
    """Disable an endpoint; what waits for it is given up."""
    one = await destinations.get(tx, core.keyring, destination_id, lock=True)
    if one.state == "active":
        await disable(tx, one.id, "by_hand", core.clock.now())


async def enable(tx: Tx, core: Core, destination_id: str) -> None:
    """Tell an endpoint again, of what happens from now on.

    Raises:
        TooManyEndpoints: there are as many webhooks as there may be.
    """
    one = await destinations.get(tx, core.keyring, destination_id, lock=True)
    if one.channel == "emr":
        await emr_connecting.enable(tx, core, one.id)
        return
    if one.state == "active":
        return
    await _require_room(tx, core, one.organization_id)
    now = core.clock.now()
    await destinations.change(tx, one.id, state="active", reason=None, now=now)


def _require_webhook(one: Destination) -> None:
    """A record system has keys of its own (`emr_connecting`), and takes charts alone."""
    if one.channel != "webhook":
        raise RowMissing("destinations", one.id)


async def _active(tx: Tx, core: Core, destination_id: str) -> Destination:
    one = await destinations.get(tx, core.keyring, destination_id, lock=True)
    if one.state != "active":
        raise EndpointDisabled
    return one


async def _require_room(tx: Tx, core: Core, organization_id: str) -> int:
    """Refuse one more active webhook where there is no room; return how many are kept."""
    every = await destinations.of_organization(tx, core.keyring, organization_id)
    known = [one for one in every if one.channel == "webhook"]
    if sum(one.state == "active" for one in known) >= ENDPOINTS_MAX:
        raise TooManyEndpoints
    return len(known)
