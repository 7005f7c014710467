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
|-- NoOrderPossible
|   |-- NoProtocol         no_protocol
|   |-- ProtocolUnsigned   protocol_unsigned
|   |-- ProtocolLapsed     protocol_lapsed
|   |-- ProtocolWithdrawn  protocol_withdrawn
|   |-- DirectorLapsed     director_lapsed
|   `-- ProtocolBroken     protocol_broken
|-- ProtocolChanged        protocol_changed
|-- ProtocolSettled        protocol_settled
`-- ApprovalBarred         approval_barred
"""

from __future__ import annotations

from typing import Final

from server.errors import Conflict, Forbidden, InvalidBody
from server.protocols.standing import OrderBar


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
    """No protocol is in force, so there is nothing that an order could be read from."""


class NoProtocol(NoOrderPossible):
    """Nobody ever wrote one."""

    code = "no_protocol"
    message = "The site has no protocol for this treatment, so nothing can be ordered."


class ProtocolUnsigned(NoOrderPossible):
    """It is a draft, or begins later."""

    code = "protocol_unsigned"
    message = "The site's protocol for this treatment is not signed yet, or begins later."


class ProtocolLapsed(NoOrderPossible):
    """Its last day is over."""

    code = "protocol_lapsed"
    message = "The site's protocol for this treatment has lapsed."


class ProtocolWithdrawn(NoOrderPossible):
    """The director took it out of force."""

    code = "protocol_withdrawn"
    message = "The site's protocol for this treatment was withdrawn."


class DirectorLapsed(NoOrderPossible):
    """Whoever signed it may not answer for the site any more."""

    code = "director_lapsed"
    message = "The license of the site's medical director is not in force."


class ProtocolBroken(NoOrderPossible):
    """What is stored is not what was signed."""

    code = "protocol_broken"
    message = "The signature of the site's protocol does not hold."


BARRED: Final[dict[OrderBar, type[NoOrderPossible]]] = {
    "no_protocol": NoProtocol,
    "protocol_unsigned": ProtocolUnsigned,
    "protocol_lapsed": ProtocolLapsed,
    "protocol_withdrawn": ProtocolWithdrawn,
    "director_lapsed": DirectorLapsed,
    "protocol_broken": ProtocolBroken,
}


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
