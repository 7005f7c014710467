"""The portal's page of deliveries: what a spa's own systems are told, and what became of it."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from signaling.messages import Message

DeliveryTopic = Literal[
    "encounter.requested",
    "encounter.signed",
    "encounter.amended",
    "review.answered",
    "authorization.ended",
    "log.checkpoint",
]
DeliveryStateName = Literal["waiting", "sending", "delivered", "dead"]
SigningScheme = Literal["v1", "v1a"]
ChannelName = Literal["webhook", "emr"]
URL_CHARS_MAX: Final = 500


class NewEndpointForm(Message):
    """Where a spa's own system is to be told, and what."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=URL_CHARS_MAX)]
    topics: Annotated[list[DeliveryTopic], Field(min_length=1, max_length=6)]
    scheme: SigningScheme = "v1"


class ResendForm(Message):
    """Which message is to be sent again."""

    message_id: Annotated[str, StringConstraints(pattern=r"^msg_[a-z2-7]{1,56}$")]


class DeliveryView(Message):
    """One message to one endpoint; of an answer only its status.

    `outcome` is a word of docs/delivery.md, None before the first attempt.
    """

    message_id: str
    topic: str
    encounter_id: str | None
    state: DeliveryStateName
    attempts: int
    created_at_ms: int
    next_at_ms: int | None
    tried_at_ms: int | None
    settled_at_ms: int | None
    outcome: str | None
    status: int | None


class EndpointView(Message):
    """An endpoint, the keys that verify what it gets (v1a), and its latest messages.

    A webhook is told what happened; a record system (`emr`) gets the charts themselves, and
    `scheme` says nothing of it.
    """

    endpoint_id: str
    channel: ChannelName
    url: str
    topics: list[str]
    scheme: SigningScheme
    state: Literal["active", "disabled"]
    reason: str | None
    created_at_ms: int
    failing_since_ms: int | None
    public_keys: list[str]
    old_secret_until_ms: int | None
    deliveries: list[DeliveryView]


class DeliveriesView(Message):
    """What the page shows; `endpoints_max` is of active webhooks."""

    endpoints: list[EndpointView]
    endpoints_max: int


class NewSecretView(Message):
    """What the receiver verifies with: a secret (v1, shown this once) or a public key (v1a)."""

    endpoint_id: str
    secret: str
    page: DeliveriesView
