"""Why a protocol, or an order that is read from one, is refused.

InvalidBody 400
|-- ProtocolInvalid        protocol_invalid         `fields` names what is wrong
|-- OrderOutside
|   |-- ProductOutside     order_product_outside
|   |-- AreaOutside        order_area_outside
|   |-- DoseOutside        order_dose_outside
|   |-- PerformerOutside   order_performer_outside
|   |-- ExpiryOutside      order_expiry_outside
|   `-- ControlledProduct  order_controlled
Forbidden 403
|-- NotTheDirector         not_the_director
Conflict 409
|-- NoOrderPossible        no_protocol, protocol_unsigned, protocol_lapsed,
|                          protocol_withdrawn, director_lapsed, protocol_broken
|-- ProtocolChanged        protocol_changed
|-- ProtocolSettled        protocol_settled
`-- ApprovalBarred         approval_barred
"""

from __future__ import annotations

from typing import Final

from server.errors import Conflict, Forbidden, InvalidBody
from server.protocols.standing import OrderBar

SENTENCES: Final[dict[OrderBar, str]] = {
    "no_protocol": "The site has no protocol for this treatment, so nothing can be ordered.",
    "protocol_unsigned": "The site's protocol for this treatment is not signed yet.",
    "protocol_lapsed": "The site's protocol for this treatment has lapsed.",
    "protocol_withdrawn": "The site's protocol for this treatment was withdrawn.",
    "director_lapsed": "The license of the site's medical director is not in force.",
    "protocol_broken": "The signature of the site's protocol does not hold.",
}


class ProtocolInvalid(InvalidBody):
    """A protocol that contradicts itself or the vocabulary."""

    code = "protocol_invalid"
    message = "The protocol cannot be as it is written."


class OrderOutside(InvalidBody):
    """An order that allows more than the protocol."""


class ProductOutside(OrderOutside):
    """A product that the protocol does not have, or that the patient did not ask for."""

    code = "order_product_outside"
    message = "This product is outside the site's protocol, or is not what was asked for."


class AreaOutside(OrderOutside):
    """An area that the protocol does not have."""

    code = "order_area_outside"
    message = "This area is outside the site's protocol."


class DoseOutside(OrderOutside):
    """More than the protocol's maximum, another unit, or no figure where one is set."""

    code = "order_dose_outside"
    message = "This dose is above the maximum of the site's protocol, or in another unit."


class PerformerOutside(OrderOutside):
    """Somebody whom the protocol does not let."""

    code = "order_performer_outside"
    message = "The site's protocol does not let them perform this treatment."


class ExpiryOutside(OrderOutside):
    """Longer than it may last."""

    code = "order_expiry_outside"
    message = "An order for this treatment cannot last so long here."


class ControlledProduct(OrderOutside):
    """A controlled drug, which is off unless a policy allows it."""

    code = "order_controlled"
    message = "This is a controlled drug, which cannot be ordered here."


class NotTheDirector(Forbidden):
    """Only the director of that site signs, with a licence in force there."""

    code = "not_the_director"
    message = "Only the site's medical director, with a license in force there, can do this."


class NoOrderPossible(Conflict):
    """No protocol is in force; `code` says why."""

    def __init__(self, bar: OrderBar) -> None:
        """Take the code and the sentence of what is in the way."""
        super().__init__()
        self.code = bar  # type: ignore[misc]
        self.message = SENTENCES[bar]  # type: ignore[misc]


class ProtocolChanged(Conflict):
    """Another version is in force than the one that was read."""

    code = "protocol_changed"
    message = "The protocol has changed meanwhile. Please look at it again."


class ProtocolSettled(Conflict):
    """A version is signed once and withdrawn once, and changed never."""

    code = "protocol_settled"
    message = "This version is signed or withdrawn already. A new version supersedes it."


class ApprovalBarred(Conflict):
    """A contraindication leaves only deferring or declining."""

    code = "approval_barred"
    message = "A contraindication leaves only deferring or declining this treatment."
