"""Codes of a code generator: six digits that change every 30 seconds (RFC 6238).

Pure: the time is an argument, in microseconds UTC, and the secret comes from the caller. A step
is the number of the 30 seconds since 1970 that a code belongs to. Whoever keeps the step of the
last code that counted lets each count once (RFC 6238, 5.2).

What it is not: how often somebody may guess (`server.attempts`), and what is kept of a
generator (`server.storage.proofs`).
"""

from __future__ import annotations

import base64
import hmac
from typing import Final

import pyotp

SECRET_BYTES: Final = 20  # what RFC 4226, 4 recommends, and what every application takes
DIGITS: Final = 6
STEP_S: Final = 30
WINDOW: Final = 1  # steps before and after that count, for clocks that are off and slow hands
MICROSECONDS: Final = 1_000_000
ISSUER: Final = "Goodfaith"


def secret_of(random: bytes) -> str:
    """Return a generator's secret as people and applications read it: base 32.

    Args:
        random: 20 random bytes.

    Raises:
        ValueError: another length.
    """
    if len(random) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} bytes")
    return base64.b32encode(random).decode()


def uri_of(secret: str, *, login: str, organization: str) -> str:
    """Return what the picture says that an application scans (`otpauth://totp/...`)."""
    issuer = f"{ISSUER} {organization}".replace(":", " ").strip()
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def step_at(now: int) -> int:
    """Return the step of an instant."""
    return now // (STEP_S * MICROSECONDS)


def code_at(secret: str, step: int) -> str:
    """Return the code of a step."""
    return pyotp.HOTP(secret, digits=DIGITS).at(step)


def step_of(code: str, secret: str, *, now: int) -> int | None:
    """Return the step that a code is of, now or one step off; None: of none.

    Every step of the window is computed and compared in full, whichever fits.

    Args:
        code: as typed, without spaces.
        secret: of the generator, base 32.
        now: microseconds UTC.
    """
    middle, typed = step_at(now), code.encode()
    steps = range(max(0, middle - WINDOW), middle + WINDOW + 1)
    fits = [
        step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), typed)
    ]
    return fits[-1] if fits else None
