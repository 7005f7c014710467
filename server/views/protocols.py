"""A site's medical director and protocols, as the portal shows and takes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from signaling.messages import Area, Dose, Id, Message, PerformerRole, Performers, ProductCode

ProtocolStanding = Literal[
    "draft",
    "scheduled",
    "in_force",
    "superseded",
    "lapsed",
    "withdrawn",
    "director_lapsed",
    "broken",
]
ProtocolCondition = Annotated[
    str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)
]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
ProtocolVersion = Annotated[int, Field(ge=1, le=100_000)]


class ProtocolProduct(Message):
    """A product that may be used, and the most of it in one session where a figure applies."""

    product: ProductCode
    dose_max: Dose | None


class ProtocolForm(Message):
    """What a protocol says: the text that the director signs, as canonical JSON.

    Days are UTC; `valid_until` is the last one. `order_months_max` bounds how long an order
    that is made from it may last.
    """

    treatment_class: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    products: Annotated[list[ProtocolProduct], Field(min_length=1, max_length=24)]
    areas: Annotated[list[Area], Field(max_length=24)]
    performers: Performers
    conditions: Annotated[list[ProtocolCondition], Field(max_length=12)]
    order_months_max: Annotated[int, Field(ge=1, le=12)]
    valid_from: Day
    valid_until: Day


class NewProtocolForm(Message):
    """A draft for one site: the next version of its protocol for that class."""

    site_id: Id
    protocol: ProtocolForm


class ProtocolSignForm(Message):
    """The director signs what they have read: `sha256` is of the text that was shown."""

    version: ProtocolVersion
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ProtocolWithdrawForm(Message):
    """The director takes a version out of force, at once and for good."""

    version: ProtocolVersion


class DirectorView(Message):
    """A medical director of a site; days are UTC, the last one included."""

    director_id: str
    display_name: str
    profession: str
    jurisdiction: str
    licence_number: str
    licence_from: str
    licence_until: str
    verified_by: str
    in_force: bool
    ended: bool


class ProtocolView(Message):
    """One version of a protocol, and whether it counts today."""

    protocol_id: str
    version: int
    sha256: str
    standing: ProtocolStanding
    protocol: ProtocolForm
    created_at_ms: int
    signed_at_ms: int | None
    signed_by: str | None


class SiteProtocolsView(Message):
    """The directors and protocols of one site."""

    site_id: str
    site_name: str
    jurisdiction: str
    directors: list[DirectorView]
    protocols: list[ProtocolView]


class ProtocolsView(Message):
    """What the portal's page of protocols shows.

    `sign_at`: sites whose director is signed in, and whose licence is in force there.
    """

    sites: list[SiteProtocolsView]
    performers: list[PerformerRole]
    may_draft: bool
    sign_at: list[str]
