"""What a link carries, and the words that are read out; only hashes of both are kept.

A secret is 256 random bits. A phrase is four of 256 words: 32 bits, kept under a key of the
organization, and asked for only a few times.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Final

from server.people.wordlist import WORDS
from server.services import Core
from server.storage.directory import Account
from server.storage.statements import Tx

SECRET_BYTES: Final = 32
PHRASE_WORDS: Final = 4
PURPOSE: Final = b"goodfaith recovery phrase v1:"
LETTERS: Final = re.compile(r"[a-z]+")


def new_secret(core: Core) -> str:
    """Return a secret for the fragment of a link: 43 characters."""
    return base64.urlsafe_b64encode(core.random_bytes(SECRET_BYTES)).decode().rstrip("=")


def hash_of(secret: str) -> str:
    """Return what the database knows of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_phrase(core: Core) -> str:
    """Return words that one person reads out to another."""
    return " ".join(WORDS[one] for one in core.random_bytes(PHRASE_WORDS))


def heard(text: str) -> str:
    """Return a phrase as it is compared, however it was typed."""
    return " ".join(LETTERS.findall(text.casefold()))


async def hash_of_phrase(tx: Tx, core: Core, account: Account, phrase: str) -> str:
    """Return what the database knows of the words shown to who asks for an account."""
    key = await core.keyring.index_key(tx, account.organization_id)
    text = PURPOSE + account.account_id.encode() + b":" + heard(phrase).encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()
