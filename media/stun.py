"""STUN Binding messages: reading any bytes without ever raising, and writing ours.

RFC 8489 for the format, RFC 8445 section 16 for the attributes of ICE. Only what an ICE-lite
agent needs: the Binding method, short-term credentials with HMAC-SHA1, FINGERPRINT always.

Not aioice's codec, which is written for one friendly peer: it raises five kinds of exception
on foreign bytes, forgets attributes that it does not know (so that nobody can be told 420),
and takes the last of repeated attributes where RFC 8489 section 14 says the first. The tests
hold this codec against that one, both ways.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from ipaddress import IPv4Address, IPv6Address
from struct import Struct, pack
from typing import Final
from zlib import crc32

from media.addresses import Endpoint
from media.limits import Limits

COOKIE: Final = 0x2112A442
HEADER_BYTES: Final = 20
TRANSACTION_ID_BYTES: Final = 12
USERNAME_BYTES_MAX: Final = 508

_BINDING: Final = 0x0001
_CLASS_BITS: Final = 0x0110
_FINGERPRINT_XOR: Final = 0x5354554E
_FINGERPRINT_BYTES: Final = 8
_INTEGRITY_BYTES: Final = 24
_COOKIE_BYTES: Final = COOKIE.to_bytes(4, "big")
_OPTIONAL: Final = 0x8000
_FIRST_STUN_BYTE_MAX: Final = 3
_IPV4: Final = 1
_IPV6: Final = 2
_IPV4_BYTES: Final = 8
_IPV6_BYTES: Final = 20

_HEADER: Final = Struct("!HHI12s")
_PAIR: Final = Struct("!HH")


class Attribute(IntEnum):
    """Types of attributes (RFC 8489, 18.3; RFC 8445, 21.2)."""

    USERNAME = 0x0006
    MESSAGE_INTEGRITY = 0x0008
    ERROR_CODE = 0x0009
    UNKNOWN_ATTRIBUTES = 0x000A
    MESSAGE_INTEGRITY_SHA256 = 0x001C
    XOR_MAPPED_ADDRESS = 0x0020
    PRIORITY = 0x0024
    USE_CANDIDATE = 0x0025
    FINGERPRINT = 0x8028
    ICE_CONTROLLED = 0x8029
    ICE_CONTROLLING = 0x802A


class Kind(IntEnum):
    """The class of a message (RFC 8489, section 5)."""

    REQUEST = 0x0000
    INDICATION = 0x0010
    RESPONSE = 0x0100
    ERROR = 0x0110


class ErrorCode(IntEnum):
    """What a refused request is told (RFC 8489, 14.8; RFC 8445, 7.3.1.1)."""

    BAD_REQUEST = 400
    UNAUTHENTICATED = 401
    UNKNOWN_ATTRIBUTE = 420
    ROLE_CONFLICT = 487


class Malformed(StrEnum):
    """Why bytes are no message that concerns us."""

    HEADER = "header"
    METHOD = "method"
    ATTRIBUTE = "attribute"
    FINGERPRINT = "fingerprint"


@dataclass(frozen=True, slots=True)
class Message:
    """One Binding message.

    Attributes:
        kind: request, indication, response or error.
        transaction_id: 12 bytes that a response repeats.
        username: as it was sent, or None.
        priority: PRIORITY of a check, or None.
        use_candidate: whether the pair is nominated.
        controlled: tie-breaker of an agent that takes itself for controlled, or None.
        controlling: the same of a controlling one.
        mapped: where a response saw the request come from, or None.
        error: code of an error, or None.
        unknown_attributes: types that an error says were not understood.
        not_understood: types that WE do not understand and may not ignore.
        signed: what `signature` covers; empty when nothing was signed.
        signature: the 20 bytes of MESSAGE-INTEGRITY.
    """

    kind: Kind
    transaction_id: bytes
    username: bytes | None = None
    priority: int | None = None
    use_candidate: bool = False
    controlled: int | None = None
    controlling: int | None = None
    mapped: Endpoint | None = None
    error: int | None = None
    unknown_attributes: tuple[int, ...] = ()
    not_understood: tuple[int, ...] = field(default=(), compare=False)
    signed: bytes = field(default=b"", compare=False, repr=False)
    signature: bytes = field(default=b"", compare=False, repr=False)


def resembles_stun(data: bytes, limits: Limits) -> bool:
    """Tell by the first byte, the length and the cookie whether reading is worth it."""
    return (
        HEADER_BYTES <= len(data) <= limits.datagram_bytes_max
        and data[0] <= _FIRST_STUN_BYTE_MAX
        and data[4:8] == _COOKIE_BYTES
    )


def addressee(data: bytes, limits: Limits) -> bytes:
    """Return the fragment of USERNAME before the colon, or nothing; nothing else is read."""
    for kind, value in _raw_attributes(data, limits) or ():
        if kind == Attribute.USERNAME:
            return value.partition(b":")[0]
    return b""


def read(data: bytes, limits: Limits) -> Message | Malformed:
    """Return the message in `data`, or what is wrong with it; never raises.

    FINGERPRINT is demanded, as ICE does (RFC 8445, 7.1 and 7.3), and checked here;
    MESSAGE-INTEGRITY is not: see `authentic`.
    """
    refusal = _refusal(data, limits)
    if refusal is not None:
        return refusal
    message_type, _, _, transaction_id = _HEADER.unpack_from(data)
    attributes = _raw_attributes(data, limits)
    if not attributes or attributes[-1][0] != Attribute.FINGERPRINT:
        return Malformed.ATTRIBUTE
    reading = _Reading(transaction_id)
    signed = signature = b""
    at = HEADER_BYTES
    for kind, value in attributes:
        if kind == Attribute.MESSAGE_INTEGRITY and len(value) == _INTEGRITY_BYTES - 4:
            # What follows it is not authenticated and is ignored (RFC 8489, 14.5).
            signed = _with_length(data[:at], at - HEADER_BYTES + _INTEGRITY_BYTES)
            signature = value
            break
        if kind == Attribute.MESSAGE_INTEGRITY or not reading.take(kind, value):
            return Malformed.ATTRIBUTE
        at += 4 + len(value) + _padding(len(value))
    return reading.message(Kind(message_type & _CLASS_BITS), signed, signature)


def authentic(message: Message, password: bytes) -> bool:
    """Tell whether the message was signed with `password` (RFC 8489, 9.1.3 and 9.1.4)."""
    if not message.signed:
        return False
    return hmac.compare_digest(message.signature, hmac.digest(password, message.signed, "sha1"))


def write(message: Message, password: bytes | None) -> bytes:
    """Return the bytes of `message`, signed when there is a password, with FINGERPRINT."""
    body = b"".join(_written(message))
    message_type = _BINDING | message.kind
    data = _HEADER.pack(message_type, len(body), COOKIE, message.transaction_id) + body
    if password is not None:
        covered = _with_length(data, len(data) - HEADER_BYTES + _INTEGRITY_BYTES)
        signature = hmac.digest(password, covered, "sha1")
        data += _attribute(Attribute.MESSAGE_INTEGRITY, signature)
    data = _with_length(data, len(data) - HEADER_BYTES + _FINGERPRINT_BYTES)
    return data + pack("!HHI", Attribute.FINGERPRINT, 4, crc32(data) ^ _FINGERPRINT_XOR)


class _Reading:
    """Attributes of one message as they come; of each type only the first counts."""

    __slots__ = ("_transaction_id", "_values")

    def __init__(self, transaction_id: bytes) -> None:
        self._transaction_id = transaction_id
        self._values: dict[int, bytes] = {}

    def take(self, kind: int, value: bytes) -> bool:
        """Keep one attribute; False when it cannot be what it says it is."""
        self._values.setdefault(kind, value)
        sizes = _SIZES.get(kind)
        if sizes is not None:
            return len(value) in sizes
        if kind == Attribute.ERROR_CODE:
            return _error_code(value) is not None
        if kind == Attribute.XOR_MAPPED_ADDRESS:
            return self._endpoint(value) is not None
        if kind == Attribute.UNKNOWN_ATTRIBUTES:
            return len(value) % 2 == 0
        return True

    def message(self, kind: Kind, signed: bytes, signature: bytes) -> Message:
        """Return all of them as a message."""
        values = self._values
        error = values.get(Attribute.ERROR_CODE)
        mapped = values.get(Attribute.XOR_MAPPED_ADDRESS)
        unknown = values.get(Attribute.UNKNOWN_ATTRIBUTES, b"")
        return Message(
            kind=kind,
            transaction_id=self._transaction_id,
            username=values.get(Attribute.USERNAME),
            priority=_number(values.get(Attribute.PRIORITY)),
            use_candidate=Attribute.USE_CANDIDATE in values,
            controlled=_number(values.get(Attribute.ICE_CONTROLLED)),
            controlling=_number(values.get(Attribute.ICE_CONTROLLING)),
            mapped=None if mapped is None else self._endpoint(mapped),
            error=None if error is None else _error_code(error),
            unknown_attributes=tuple(
                int.from_bytes(unknown[at : at + 2], "big") for at in range(0, len(unknown), 2)
            ),
            not_understood=tuple(
                one for one in values if one < _OPTIONAL and one not in _UNDERSTOOD
            ),
            signed=signed,
            signature=signature,
        )

    def _endpoint(self, value: bytes) -> Endpoint | None:
        port = int.from_bytes(value[2:4], "big") ^ (COOKIE >> 16)
        if len(value) == _IPV4_BYTES and value[1] == _IPV4:
            return IPv4Address(int.from_bytes(value[4:], "big") ^ COOKIE), port
        if len(value) == _IPV6_BYTES and value[1] == _IPV6:
            mask = int.from_bytes(_COOKIE_BYTES + self._transaction_id, "big")
            return IPv6Address(int.from_bytes(value[4:], "big") ^ mask), port
        return None


_SIZES: Final[Mapping[int, range]] = {
    Attribute.USERNAME: range(USERNAME_BYTES_MAX + 1),
    Attribute.PRIORITY: range(4, 5),
    Attribute.USE_CANDIDATE: range(1),
    Attribute.ICE_CONTROLLED: range(8, 9),
    Attribute.ICE_CONTROLLING: range(8, 9),
    Attribute.FINGERPRINT: range(4, 5),
}
_UNDERSTOOD: Final = frozenset(Attribute)


def _padding(length: int) -> int:
    return -length % 4


def _number(value: bytes | None) -> int | None:
    return None if value is None else int.from_bytes(value, "big")


def _error_code(value: bytes) -> int | None:
    """Return the code of ERROR-CODE: hundreds in 3 bits, 3 to 6, and 0 to 99 (14.8)."""
    if len(value) < 4 or not 3 <= value[2] & 7 <= 6 or value[3] > 99:  # noqa: PLR2004
        return None
    return (value[2] & 7) * 100 + value[3]


def _with_length(data: bytes, length: int) -> bytes:
    return data[:2] + length.to_bytes(2, "big") + data[4:]


def _refusal(data: bytes, limits: Limits) -> Malformed | None:
    """Return what is wrong with everything but the attributes."""
    if not resembles_stun(data, limits):
        return Malformed.HEADER
    message_type, length, _, _ = _HEADER.unpack_from(data)
    if length + HEADER_BYTES != len(data):
        return Malformed.HEADER
    if message_type & ~_CLASS_BITS != _BINDING:
        return Malformed.METHOD
    return None if _fingerprint_holds(data) else Malformed.FINGERPRINT


def _fingerprint_holds(data: bytes) -> bool:
    """Tell whether the last attribute is FINGERPRINT and true (RFC 8489, 14.7)."""
    at = len(data) - _FINGERPRINT_BYTES
    if at < HEADER_BYTES or _PAIR.unpack_from(data, at) != (Attribute.FINGERPRINT, 4):
        return False
    return crc32(data[:at]) ^ _FINGERPRINT_XOR == int.from_bytes(data[at + 4 :], "big")


def _raw_attributes(data: bytes, limits: Limits) -> list[tuple[int, bytes]] | None:
    """Return types and values; None when they do not end where the message ends."""
    found: list[tuple[int, bytes]] = []
    at, end = HEADER_BYTES, len(data)
    while at < end:
        if at + 4 > end or len(found) == limits.stun_attributes_max:
            return None
        kind, length = _PAIR.unpack_from(data, at)
        after = at + 4 + length + -length % 4
        if after > end:
            return None
        found.append((kind, data[at + 4 : at + 4 + length]))
        at = after
    return found


def _attribute(kind: Attribute, value: bytes) -> bytes:
    return _PAIR.pack(kind, len(value)) + value + bytes(_padding(len(value)))


def _written(message: Message) -> list[bytes]:
    parts = []
    if message.username is not None:
        parts.append(_attribute(Attribute.USERNAME, message.username))
    if message.priority is not None:
        parts.append(_attribute(Attribute.PRIORITY, message.priority.to_bytes(4, "big")))
    if message.use_candidate:
        parts.append(_attribute(Attribute.USE_CANDIDATE, b""))
    for kind, tie_breaker in (
        (Attribute.ICE_CONTROLLED, message.controlled),
        (Attribute.ICE_CONTROLLING, message.controlling),
    ):
        if tie_breaker is not None:
            parts.append(_attribute(kind, tie_breaker.to_bytes(8, "big")))
    if message.mapped is not None:
        value = _xored(message.mapped, message.transaction_id)
        parts.append(_attribute(Attribute.XOR_MAPPED_ADDRESS, value))
    if message.error is not None:
        value = pack("!HBB", 0, *divmod(message.error, 100))
        parts.append(_attribute(Attribute.ERROR_CODE, value))
    if message.unknown_attributes:
        value = pack(f"!{len(message.unknown_attributes)}H", *message.unknown_attributes)
        parts.append(_attribute(Attribute.UNKNOWN_ATTRIBUTES, value))
    return parts


def _xored(mapped: Endpoint, transaction_id: bytes) -> bytes:
    """Return the value of XOR-MAPPED-ADDRESS (RFC 8489, 14.2)."""
    address, port = mapped
    head = pack("!BBH", 0, _IPV4 if address.version == 4 else _IPV6, port ^ (COOKIE >> 16))  # noqa: PLR2004
    if isinstance(address, IPv4Address):
        return head + (int(address) ^ COOKIE).to_bytes(4, "big")
    mask = int.from_bytes(_COOKIE_BYTES + transaction_id, "big")
    return head + (int(address) ^ mask).to_bytes(16, "big")
