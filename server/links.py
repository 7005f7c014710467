"""Making a patient's link and its short code; only hashes of both are kept.

The link carries 256 random bits in its fragment, which browsers send to nobody. The code is
for typing on a tablet of the site itself: 40 bits, hashed with a key of the spa, and worth
nothing without the patient's date of birth.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from server.services import Core
from server.storage import links
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.storage.links import Link

SECRET_BYTES: Final = 32
CODE_BYTES: Final = 5
# Crockford's base 32: nothing in it is taken for another letter or digit.
LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTER_BITS: Final = 5
CODE_CHARS: Final = 8
CODE_TRIES_MAX: Final = 8
MISREAD: Final = str.maketrans("OIL", "011")
HOUR_US: Final = 3_600 * 1_000_000
CODE: Final = b"goodfaith kiosk code v1:"


@dataclass(frozen=True, slots=True, repr=False)
class NewLink:
    """A link just made: its secret parts are shown once and kept nowhere."""

    secret: str
    code: str
    expires_at: int


def hash_of_secret(secret: str) -> str:
    """Return what the database knows of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def hash_of_code(tx: Tx, core: Core, spa_id: str, code: str) -> str:
    """Return what the database knows of a short code, however it was typed."""
    key = await core.keyring.index_key(tx, spa_id)
    typed = code.upper().replace("-", "").translate(MISREAD)
    return hmac.new(key, CODE + typed.encode(), hashlib.sha256).hexdigest()


async def make(tx: Tx, core: Core, encounter: Encounter) -> NewLink:
    """Make an encounter's link; the earlier ones stop working."""
    now = core.clock.now()
    secret = base64.urlsafe_b64encode(core.random_bytes(SECRET_BYTES)).decode().rstrip("=")
    expires_at = now + core.settings.link_ttl_h * HOUR_US
    code, code_hash = await _unused_code(tx, core, encounter)
    link = Link(
        secret_hash=hash_of_secret(secret),
        code_hash=code_hash,
        encounter_id=encounter.encounter_id,
        created_at=now,
        expires_at=expires_at,
    )
    await links.create(tx, link)
    return NewLink(secret, code, expires_at)


async def _unused_code(tx: Tx, core: Core, encounter: Encounter) -> tuple[str, str]:
    """Return a code that opens no other encounter of the site, with its hash."""
    code, code_hash = "", ""
    for _ in range(CODE_TRIES_MAX):
        code = _code(core)
        code_hash = await hash_of_code(tx, core, encounter.spa_id, code)
        taken = await links.by_code_hash(tx, code_hash, encounter.site_id)
        if taken is None or taken.replaced_at is not None:
            break
    return code, code_hash


def _code(core: Core) -> str:
    number = int.from_bytes(core.random_bytes(CODE_BYTES), "big")
    letters = "".join(
        LETTERS[number >> shift & (len(LETTERS) - 1)]
        for shift in range(0, CODE_CHARS * LETTER_BITS, LETTER_BITS)
    )
    return f"{letters[:4]}-{letters[4:]}"
