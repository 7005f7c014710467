"""A made-up site, its director with a key, and protocols as signed or unsigned as wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.protocols.protocol import Director, Protocol, beginning, body_of, end, sha256_of
from server.protocols.signature import sign
from server.views import ProtocolForm, ProtocolProduct
from signaling.messages import Dose

KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DAY: Final = 86_400_000_000
NOW: Final = beginning("2026-11-28")
DIRECTOR: Final = Director(
    director_id="director-1",
    site_id="site-1",
    account_id="account-1",
    display_name="Sasha Bellweather",
    profession="MD",
    jurisdiction="AZ",
    licence_number="MD-1",
    licence_from=NOW - 100 * DAY,
    licence_until=NOW + 100 * DAY,
    public_key=KEY.public_key().public_bytes_raw(),
)
UNITS: Final = Dose(value=64.0, unit="units")
FORM: Final = ProtocolForm(
    treatment_class="neurotoxin",
    products=[
        ProtocolProduct(product="onabotulinumtoxinA", dose_max=UNITS),
        ProtocolProduct(product="abobotulinumtoxinA", dose_max=Dose(value=60.5, unit="units")),
        ProtocolProduct(product="letibotulinumtoxinA", dose_max=None),
    ],
    areas=["Forehead", "Glabella"],
    performers=["NP", "RN"],
    conditions=["Emergency kit in the room"],
    order_months_max=6,
    valid_from="2026-11-01",
    valid_until="2027-05-31",
)


def draft(version: int = 1, form: ProtocolForm = FORM) -> Protocol:
    return Protocol(
        protocol_id="protocol-1",
        version=version,
        site_id="site-1",
        jurisdiction="AZ",
        form=form,
        sha256=sha256_of(body_of(form)),
        valid_from=beginning(form.valid_from),
        valid_until=end(form.valid_until),
        created_at=NOW - 50 * DAY,
    )


def signed(
    version: int = 1,
    form: ProtocolForm = FORM,
    *,
    director: Director = DIRECTOR,
    at: int = NOW - 40 * DAY,
) -> Protocol:
    """Return a version as the director signed it."""
    one = draft(version, form)
    return replace(one, director=director, signed_at=at, signature=sign(KEY, one, director, at))
