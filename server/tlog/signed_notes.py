"""Text signed by one or more keys (C2SP signed-note), with Ed25519 alone.

    text, which ends in a newline
    (an empty line)
    — NAME base64(key id (4) | signature)       one line for each signature

A key is written as a *verifier key*, `NAME+KEYID+base64(type | public key)`. Two types are
known: 01 signs the text itself (a log does), 04 signs text and time (a witness does, C2SP
tlog-cosignature). The key id is the beginning of SHA-256(name, newline, type, public key).

What it is not: what the text says (`server.tlog.checkpoints`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

PLAIN: Final = 0x01
COSIGNATURE: Final = 0x04
KEY_ID_BYTES: Final = 4
PUBLIC_KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
TIMESTAMP_BYTES: Final = 8
TIMESTAMP_MAX: Final = 2**63 - 1
NAME_CHARS_MAX: Final = 200
VERIFIER_KEY_CHARS_MAX: Final = 512
NOTE_BYTES_MAX: Final = 65_536
SIGNATURES_MAX: Final = 64
DASH: Final = "\u2014 "
COSIGNED: Final = "cosignature/v1\ntime {time}\n{text}"


class NoteRefused(ValueError):
    """It is no signed note, or not signed as it must be."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name.

    Attributes:
        name: of who signs.
        public_key: 32 bytes (RFC 8032).
        kind: `PLAIN` or `COSIGNATURE`.
    """

    name: str
    public_key: bytes
    kind: int = PLAIN

    @property
    def key_id(self) -> bytes:
        """Return what tells this key from another of the same name."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public_key
        return hashlib.sha256(named).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        material = base64.b64encode(bytes([self.kind]) + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a verifier key.

        Raises:
            NoteRefused: it is none, its id is another, or its type is not known here.
        """
        if len(text) > VERIFIER_KEY_CHARS_MAX:
            raise NoteRefused("a verifier key is not that long")
        name, _, rest = text.partition("+")
        key_id, _, material = rest.partition("+")
        decoded = _decoded(material)
        if len(decoded) != 1 + PUBLIC_KEY_BYTES or decoded[0] not in {PLAIN, COSIGNATURE}:
            raise NoteRefused("not an Ed25519 verifier key")
        key = cls(checked_name(name), decoded[1:], decoded[0])
        if key.key_id.hex() != key_id:
            raise NoteRefused("the key id of a verifier key is not that of its key")
        return key


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name; signs nothing by itself.

    Attributes:
        name: of who signs.
        private_key: never shown.
        kind: `PLAIN` or `COSIGNATURE`.
    """

    name: str
    private_key: Ed25519PrivateKey = field(repr=False)
    kind: int = PLAIN

    @property
    def verifier_key(self) -> VerifierKey:
        """Return what others verify with."""
        public = self.private_key.public_key().public_bytes_raw()
        return VerifierKey(self.name, public, self.kind)


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that verified.

    Attributes:
        key: by which.
        line: as it stands in the note, with its newline.
        timestamp: when, in seconds since 1970, as a cosigner says; else None.
    """

    key: VerifierKey
    line: str
    timestamp: int | None


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A note that is signed by a key that was asked for.

    Attributes:
        text: what is signed, with its last newline.
        signatures: those that verified, in the note's order, one for a key.
    """

    text: str
    signatures: tuple[Signature, ...]


def checked_name(name: str) -> str:
    """Return a key's name as it is.

    Raises:
        NoteRefused: it is empty, too long, or has spaces, controls or plus signs.
    """
    bad = any(
        one in "+\ufffd" or one.isspace() or unicodedata.category(one) == "Cc" for one in name
    )
    if not name or bad or len(name) > NAME_CHARS_MAX:
        raise NoteRefused("a key's name has 1 to 200 characters, no space and no plus sign")
    return name


def sign(text: str, signer: Signer, *, time: int | None = None) -> str:
    """Return a signature line for a text.

    Args:
        text: ends in a newline.
        signer: whose key.
        time: seconds since 1970, for a cosignature only.

    Raises:
        NoteRefused: the text is none of a note, or the time is missing or out of place.
    """
    _require_text(text)
    if (time is None) != (signer.kind == PLAIN):
        raise NoteRefused("a cosignature has a time, a signature has none")
    stamped = b"" if time is None else time.to_bytes(TIMESTAMP_BYTES, "big")
    signature = signer.private_key.sign(_message(text, time))
    return _line(signer.verifier_key, stamped + signature)


def signed(text: str, lines: Iterable[str]) -> str:
    """Return the note of a text and its signature lines."""
    return f"{text}\n{''.join(lines)}"


def open_note(note: str, keys: Sequence[VerifierKey]) -> OpenedNote:
    """Verify a note.

    Args:
        note: all of it.
        keys: whose signatures are looked for; others are passed over.

    Raises:
        NoteRefused: it is no note, a signature by one of `keys` is wrong, or there is none.
    """
    text, lines = taken_apart(note)
    found: dict[VerifierKey, Signature] = {}
    for line in lines:
        name, key_id, signature = _parsed_line(line)
        for key in keys:
            if key.name == name and key.key_id == key_id and key not in found:
                found[key] = Signature(key, line, _verified(key, text, signature))
    if not found:
        raise NoteRefused("no known key signed this note")
    return OpenedNote(text, tuple(found.values()))


def taken_apart(note: str) -> tuple[str, list[str]]:
    """Return text and signature lines of a note, nothing of it verified.

    Raises:
        NoteRefused: it is no note.
    """
    if len(note.encode("utf-8", "surrogatepass")) > NOTE_BYTES_MAX:
        raise NoteRefused("a note is not that long")
    body, gap, tail = note.rpartition("\n\n")
    text = f"{body}\n"
    *rest, end = tail.split("\n")
    lines = [f"{line}\n" for line in rest]
    if not gap or end or not 0 < len(lines) <= SIGNATURES_MAX:
        raise NoteRefused("a note is text, an empty line and signatures")
    _require_text(text)
    for line in lines:
        _parsed_line(line)
    return text, lines


def _verified(key: VerifierKey, text: str, signature: bytes) -> int | None:
    """Return the time of a signature that holds.

    Raises:
        NoteRefused: it does not hold.
    """
    time = None
    if key.kind == COSIGNATURE:
        time = int.from_bytes(signature[:TIMESTAMP_BYTES], "big")
        signature = signature[TIMESTAMP_BYTES:]
        if time > TIMESTAMP_MAX:
            raise NoteRefused("a cosignature of no time")
    try:
        if len(signature) != SIGNATURE_BYTES:
            raise NoteRefused("a signature has 64 bytes")
        public = Ed25519PublicKey.from_public_bytes(key.public_key)
        public.verify(signature, _message(text, time))
    except (InvalidSignature, ValueError):
        raise NoteRefused(f"the signature of {key.name} does not hold") from None
    return time


def _message(text: str, time: int | None) -> bytes:
    return (text if time is None else COSIGNED.format(time=time, text=text)).encode()


def _line(key: VerifierKey, signature: bytes) -> str:
    return f"{DASH}{key.name} {base64.b64encode(key.key_id + signature).decode()}\n"


def _parsed_line(line: str) -> tuple[str, bytes, bytes]:
    if not line.startswith(DASH) or not line.endswith("\n"):
        raise NoteRefused("a signature line begins with a dash and ends with a newline")
    name, _, encoded = line.removeprefix(DASH).removesuffix("\n").partition(" ")
    decoded = _decoded(encoded)
    if len(decoded) <= KEY_ID_BYTES:
        raise NoteRefused("a signature line without a signature")
    return checked_name(name), decoded[:KEY_ID_BYTES], decoded[KEY_ID_BYTES:]


def _decoded(text: str) -> bytes:
    """Read base64 that is spelled in the one way in which it is written."""
    try:
        decoded = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise NoteRefused("not base64") from None
    if base64.b64encode(decoded).decode() != text:
        raise NoteRefused("not base64 as it is written")
    return decoded


def _require_text(text: str) -> None:
    if not text.endswith("\n") or any(one < " " and one != "\n" for one in text):
        raise NoteRefused("a note's text ends in a newline and has no other controls")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NoteRefused("a note's text is not UTF-8") from None
