"""What the portal's page of deliveries shows."""

from __future__ import annotations

from typing import Final, cast

from server.delivery.endpoints import ENDPOINTS_MAX
from server.delivery.standard_webhooks import shown_public
from server.services import Core
from server.storage import destinations, outbox_history
from server.storage.database import Tx
from server.storage.destinations import Destination
from server.storage.outbox_history import DeliveryRow
from server.views.deliveries import (
    ChannelName,
    DeliveriesView,
    DeliveryStateName,
    DeliveryView,
    EndpointView,
)

SHOWN_MAX: Final = 25  # delivered ones of an endpoint; what is not delivered comes besides
MS: Final = 1_000


async def deliveries_view(tx: Tx, core: Core, organization_id: str) -> DeliveriesView:
    """Return an organization's endpoints, active ones first, with their latest messages."""
    known = await destinations.of_organization(tx, core.keyring, organization_id)
    known.sort(key=lambda one: one.state != "active")
    return DeliveriesView(
        endpoints=[await _endpoint(tx, core, one) for one in known],
        endpoints_max=ENDPOINTS_MAX,
    )


async def _endpoint(tx: Tx, core: Core, one: Destination) -> EndpointView:
    now = core.clock.now()
    secrets = await destinations.live_secrets(tx, core.keyring, one, now)
    ends = [secret.ends_at for secret in secrets if secret.ends_at is not None]
    return EndpointView(
        endpoint_id=one.id,
        channel=cast("ChannelName", one.channel),
        url=one.address,
        topics=list(one.topics),
        scheme=one.scheme,
        state=one.state,
        reason=one.reason,
        created_at_ms=one.created_at // MS,
        failing_since_ms=_ms(one.failing_since),
        public_keys=[
            shown_public(two.public_key)
            for two in secrets
            if two.public_key and one.channel == "webhook"
        ],
        old_secret_until_ms=_ms(max(ends, default=None)),
        deliveries=[
            _delivery(row) for row in await outbox_history.latest(tx, one.id, SHOWN_MAX)
        ],
    )


def _delivery(row: DeliveryRow) -> DeliveryView:
    return DeliveryView(
        message_id=row.message_id,
        topic=row.topic,
        encounter_id=row.encounter_id,
        state=cast("DeliveryStateName", row.state),
        attempts=row.attempts,
        created_at_ms=row.created_at // MS,
        next_at_ms=row.next_at // MS if row.state == "waiting" else None,
        tried_at_ms=_ms(row.tried_at),
        settled_at_ms=_ms(row.settled_at),
        outcome=row.outcome,
        status=row.status,
    )


def _ms(instant: int | None) -> int | None:
    return None if instant is None else instant // MS
