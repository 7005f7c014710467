"""The codec against itself, against any bytes, and against aioice's."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from aioice import stun as aioice_stun
from hypothesis import given, settings
from hypothesis import strategies as st

from media.limits import Limits
from media.stun import (
    HEADER_BYTES,
    ErrorCode,
    Kind,
    Malformed,
    Message,
    addressee,
    authentic,
    read,
    resembles_stun,
    write,
)
from tests.unit.media.ice_scene import resealed

LIMITS = Limits()
PASSWORD = b"the password of this leg"
CHECK = Message(
    Kind.REQUEST,
    bytes(range(12)),
    username=b"ours:theirs",
    priority=1,
    use_candidate=True,
    controlling=7,
)

addresses = st.tuples(
    st.ip_addresses(v=4) | st.ip_addresses(v=6),
    st.integers(0, 65535),
)
messages = st.builds(
    Message,
    kind=st.sampled_from(Kind),
    transaction_id=st.binary(min_size=12, max_size=12),
    username=st.none() | st.binary(max_size=508),
    priority=st.none() | st.integers(0, 2**32 - 1),
    use_candidate=st.booleans(),
    controlled=st.none() | st.integers(0, 2**64 - 1),
    controlling=st.none() | st.integers(0, 2**64 - 1),
    mapped=st.none() | addresses,
    error=st.none() | st.integers(300, 699),
    unknown_attributes=st.lists(st.integers(0, 65535), max_size=20).map(tuple),
)


def well_read(data: bytes) -> Message:
    message = read(data, LIMITS)
    assert isinstance(message, Message)
    return message


def with_attribute(data: bytes, kind: int, value: bytes) -> bytes:
    """Return a message with one more attribute in front."""
    attribute = kind.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value
    padded = attribute + bytes(-len(value) % 4)
    return resealed(data[:HEADER_BYTES] + padded + data[HEADER_BYTES:])


@given(messages, st.none() | st.binary(min_size=1, max_size=64))
def test_what_is_written_is_read_again(message: Message, password: bytes | None) -> None:
    again = well_read(write(message, password))
    assert again == message
    assert not again.not_understood
    assert authentic(again, password or PASSWORD) is (password is not None)


@given(st.binary(max_size=200) | st.binary(max_size=1600))
def test_any_bytes_are_read_without_raising(data: bytes) -> None:
    assert isinstance(read(data, LIMITS), Message | Malformed)
    assert isinstance(addressee(data, LIMITS), bytes)


@given(messages, st.data())
def test_a_damaged_message_never_raises_and_never_passes(
    message: Message, data: st.DataObject
) -> None:
    whole = bytearray(write(message, PASSWORD))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    assert isinstance(read(bytes(whole), LIMITS), Malformed)
    # And when whoever damaged it repairs the checksum, the signature still tells.
    repaired = read(resealed(bytes(whole)), LIMITS)
    if isinstance(repaired, Message) and bytes(whole)[:-8] != write(message, PASSWORD)[:-8]:
        assert not authentic(repaired, PASSWORD) or at in range(2, 4)


@given(messages, st.integers(0, 400))
def test_a_truncated_message_is_refused(message: Message, length: int) -> None:
    whole = write(message, PASSWORD)
    assert isinstance(read(whole[: min(length, len(whole) - 1)], LIMITS), Malformed)


def ours_as_aioice_has_it(message: Message) -> dict[str, object]:
    found: dict[str, object] = {}
    if message.username is not None:
        found["USERNAME"] = message.username.decode()
    if message.priority is not None:
        found["PRIORITY"] = message.priority
    if message.use_candidate:
        found["USE-CANDIDATE"] = None
    if message.controlled is not None:
        found["ICE-CONTROLLED"] = message.controlled
    if message.controlling is not None:
        found["ICE-CONTROLLING"] = message.controlling
    if message.mapped is not None:
        found["XOR-MAPPED-ADDRESS"] = (str(message.mapped[0]), message.mapped[1])
    if message.error is not None:
        found["ERROR-CODE"] = (message.error, "")
    return found


@given(
    st.builds(
        Message,
        kind=st.sampled_from(Kind),
        transaction_id=st.binary(min_size=12, max_size=12),
        username=st.none() | st.text("abc/+:", max_size=50).map(str.encode),
        priority=st.none() | st.integers(0, 2**32 - 1),
        use_candidate=st.booleans(),
        controlled=st.none() | st.integers(0, 2**64 - 1),
        controlling=st.none() | st.integers(0, 2**64 - 1),
        mapped=st.none() | addresses,
        error=st.none() | st.integers(300, 699),
    )
)
def test_aioice_reads_and_writes_the_same_bytes(message: Message) -> None:
    ours = write(message, PASSWORD)
    theirs = aioice_stun.parse_message(ours)
    assert theirs.check_message_integrity(PASSWORD)
    del theirs.attributes["MESSAGE-INTEGRITY"], theirs.attributes["FINGERPRINT"]
    assert theirs.attributes == ours_as_aioice_has_it(message)
    again = aioice_stun.Message(
        aioice_stun.Method.BINDING,
        aioice_stun.Class(message.kind),
        message.transaction_id,
        theirs.attributes,
    )
    again.add_message_integrity(PASSWORD)
    assert bytes(again) == ours


def test_a_message_of_the_rfc_is_read() -> None:
    """RFC 5769, 2.1 and 2.2: a request and a response, attribute padding not zero."""
    request = bytes.fromhex(
        "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74"
        "002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020"
        "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf"
    )
    message = well_read(request)
    assert message.username == b"evtj:h6vY"
    assert message.controlled == 0x932FF9B151263B36
    assert authentic(message, b"VOkJxbRl1RmTxUk/WvJxBt")
    assert addressee(request, LIMITS) == b"evtj"
    response = bytes.fromhex(
        "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220"
        "002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
        "80280004c07d4c96"
    )
    message = well_read(response)
    assert message.mapped == (IPv4Address("192.0.2.1"), 32853)
    assert authentic(message, b"VOkJxbRl1RmTxUk/WvJxBt")


def test_a_response_tells_an_ipv6_address() -> None:
    mapped = (IPv6Address("2001:db8::1"), 40000)
    assert well_read(write(Message(Kind.RESPONSE, bytes(12), mapped=mapped), None)).mapped == (
        mapped
    )


def test_another_password_does_not_pass() -> None:
    assert not authentic(well_read(write(CHECK, b"guessed")), PASSWORD)


def test_a_wrong_fingerprint_is_no_message() -> None:
    whole = write(CHECK, PASSWORD)
    assert read(whole[:-1] + bytes([whole[-1] ^ 1]), LIMITS) is Malformed.FINGERPRINT


def test_a_message_without_fingerprint_is_no_message() -> None:
    whole = write(CHECK, PASSWORD)[:-8]
    shorter = whole[:2] + (len(whole) - HEADER_BYTES).to_bytes(2, "big") + whole[4:]
    assert read(shorter, LIMITS) is Malformed.FINGERPRINT


def test_a_fingerprint_inside_another_attribute_is_none() -> None:
    whole = write(Message(Kind.REQUEST, bytes(12)), None)
    wrapped = resealed(whole[:-8] + b"\xc0\x01\x00\x08" + bytes(8))
    assert read(wrapped, LIMITS) is Malformed.ATTRIBUTE


def test_only_binding_is_understood() -> None:
    assert read(b"\x00\x03" + write(CHECK, PASSWORD)[2:], LIMITS) is Malformed.METHOD


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (0x0024, b"123"),
        (0x0025, b"x"),
        (0x0008, b"short"),
        (0x0020, bytes(8)),
        (0x0020, b"\x00\x02" + bytes(6)),
        (0x0009, b"\x00\x00\x09\x01"),
        (0x0009, b"\x00\x00\x04\x64"),
        (0x000A, b"odd"),
        (0x8029, bytes(7)),
        (0x0006, bytes(509)),
    ],
)
def test_an_attribute_of_a_wrong_shape_is_refused(kind: int, value: bytes) -> None:
    data = with_attribute(write(Message(Kind.REQUEST, bytes(12)), None), kind, value)
    assert read(data, LIMITS) is Malformed.ATTRIBUTE


def test_an_attribute_longer_than_the_message_is_refused() -> None:
    whole = write(CHECK, None)
    longer = whole[:22] + b"\xff\xff" + whole[24:]
    assert read(resealed(longer), LIMITS) is Malformed.ATTRIBUTE


def test_attributes_are_counted() -> None:
    data = write(Message(Kind.REQUEST, bytes(12)), None)
    for _ in range(LIMITS.stun_attributes_max - 1):
        data = with_attribute(data, 0xC001, b"")
    assert isinstance(read(data, LIMITS), Message)
    assert read(with_attribute(data, 0xC001, b""), LIMITS) is Malformed.ATTRIBUTE


def test_what_may_not_be_ignored_is_named_and_what_may_is_not() -> None:
    data = with_attribute(with_attribute(write(CHECK, None), 0x7777, b"x"), 0xC057, b"goog")
    assert well_read(data).not_understood == (0x7777,)


def test_of_repeated_attributes_the_first_counts() -> None:
    data = with_attribute(write(CHECK, None), 0x0006, b"first:one")
    assert well_read(data).username == b"first:one"
    assert addressee(data, LIMITS) == b"first"


def test_what_follows_the_signature_is_ignored() -> None:
    whole = write(Message(Kind.REQUEST, bytes(12), username=b"a:b"), PASSWORD)
    data = resealed(whole[:-8] + b"\x00\x25\x00\x00" + bytes(8))
    message = well_read(data)
    assert not message.use_candidate
    assert authentic(message, PASSWORD)


def test_the_longest_datagram_is_looked_at_and_one_byte_more_is_not() -> None:
    data = write(CHECK, None)[:HEADER_BYTES].ljust(LIMITS.datagram_bytes_max, b"\0")
    assert resembles_stun(data, LIMITS)
    assert not resembles_stun(data + b"\0", LIMITS)
    assert not resembles_stun(b"", LIMITS)


def test_error_codes_are_those_of_the_rfcs() -> None:
    assert [int(code) for code in ErrorCode] == [400, 401, 420, 487]


@settings(max_examples=50)
@given(st.ip_addresses(v=6), st.integers(0, 65535), st.binary(min_size=12, max_size=12))
def test_ipv6_is_masked_with_the_transaction_id(
    address: IPv6Address, port: int, transaction_id: bytes
) -> None:
    message = Message(Kind.RESPONSE, transaction_id, mapped=(address, port))
    theirs = aioice_stun.parse_message(write(message, PASSWORD))
    assert theirs.attributes["XOR-MAPPED-ADDRESS"] == (str(address), port)
