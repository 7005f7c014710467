"""A ciphertext made to open two ways: AES-GCM lets it be, the commitment does not.

Two keys, one ciphertext, one tag (Dodis, Grubbs, Ristenpart, Woodage, "Fast Message Franking",
CRYPTO 2018). One block of it is solved for, so that both keys take the tag.
"""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from server.chart.leaf import ciphertext_hash, commitment, leaf_hash, opens_as, split_payload
from server.records.record import EntryRecord, Record
from server.records.verifying import Trust, verify
from server.sealing import DATA, HEADER_BYTES, MAGIC, Place, _associated, unseal
from tests.unit.server.records.record_of_ana import CHART, KEY, chain, file_of, in_tree, whole

OTHER_KEY = bytes(range(32, 64))
BLOCK = 16
BITS = 128
POLYNOMIAL = 0xE1 << 120
NONCE = bytes(11) + b"\7"


def times(left: int, right: int) -> int:
    """Multiply in the field of GCM (NIST SP 800-38D, 6.3)."""
    product = 0
    for bit in range(BITS):
        if right >> (BITS - 1 - bit) & 1:
            product ^= left
        left = (left >> 1) ^ (POLYNOMIAL if left & 1 else 0)
    return product


def inverse(value: int) -> int:
    result, power = 1 << (BITS - 1), value
    for _ in range(BITS - 1):
        power = times(power, power)
        result = times(result, power)
    return result


def block_of(key: bytes, block: bytes) -> bytes:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - GCM by hand
    return encryptor.update(block) + encryptor.finalize()


def counter(number: int) -> bytes:
    return NONCE + number.to_bytes(4, "big")


def stream(key: bytes, length: int) -> bytes:
    blocks = -(-length // BLOCK)
    return b"".join(block_of(key, counter(2 + one)) for one in range(blocks))[:length]


def whole_blocks(data: bytes) -> list[int]:
    padded = data + bytes(-len(data) % BLOCK)
    return [
        int.from_bytes(padded[at : at + BLOCK], "big") for at in range(0, len(padded), BLOCK)
    ]


def hashed(key: bytes, blocks: list[int]) -> int:
    h = int.from_bytes(block_of(key, bytes(BLOCK)), "big")
    result = 0
    for one in blocks:
        result = times(result ^ one, h)
    return result


def tag_of(key: bytes, blocks: list[int]) -> int:
    return hashed(key, blocks) ^ int.from_bytes(block_of(key, counter(1)), "big")


def opening_two_ways(payload: bytes, place: Place) -> bytes:
    """Return a sealed payload that opens with both keys; a block of its salt is solved for."""
    header = MAGIC + (1).to_bytes(2, "big")
    associated = _associated(DATA, header, place)
    text = bytearray(a ^ b for a, b in zip(payload, stream(KEY, len(payload)), strict=True))
    text[:BLOCK] = bytes(BLOCK)
    lengths = (8 * len(associated)).to_bytes(8, "big") + (8 * len(text)).to_bytes(8, "big")
    before = whole_blocks(associated)
    blocks = [*before, *whole_blocks(bytes(text)), int.from_bytes(lengths, "big")]
    free = len(before)
    power = len(blocks) - free
    scale = 0
    for key in (KEY, OTHER_KEY):
        h = factor = int.from_bytes(block_of(key, bytes(BLOCK)), "big")
        for _ in range(power - 1):
            factor = times(factor, h)
        scale ^= factor
    differ = tag_of(KEY, blocks) ^ tag_of(OTHER_KEY, blocks)
    solved = times(differ, inverse(scale))
    text[:BLOCK] = solved.to_bytes(BLOCK, "big")
    blocks[free] = solved
    return header + NONCE + bytes(text) + tag_of(KEY, blocks).to_bytes(BLOCK, "big")


def record_with(crafted: bytes, *, commit: bytes, key: bytes) -> Record:
    """Return a record whose first entry is sealed like that, as its network would make it."""
    entries = chain(CHART[:1])
    leaf = replace(
        entries[0].leaf,
        ciphertext_hash=ciphertext_hash(crafted),
        commitment=commitment(*split_payload(commit)),
    )
    proven, tree = in_tree([EntryRecord(leaf, leaf_hash(leaf), crafted, None)])
    return replace(
        whole(), visit="requested", key=key, entries=tuple(proven), tree=tree, signatures=()
    )


def test_a_ciphertext_that_two_keys_open_is_opened_in_one_way_only() -> None:
    place = Place("chart_entries", "sealed_entry", "encounter-1:1", "network-1")
    honest = unseal(KEY, chain(CHART[:1])[0].sealed or b"", place=place)
    crafted = opening_two_ways(honest, place)
    written, other = (unseal(key, crafted, place=place) for key in (KEY, OTHER_KEY))
    assert written != other
    assert split_payload(written)[1] == split_payload(honest)[1]
    assert len(crafted) > HEADER_BYTES
    record = record_with(crafted, commit=written, key=KEY)
    assert verify(file_of(record), Trust()).problem is None
    assert not opens_as(record.entries[0].leaf, other)
    forged = verify(file_of(replace(record, key=OTHER_KEY)), Trust())
    assert forged.seq == 1
    assert "entry 1 (exam.requested): it opens as another text" in (forged.problem or "")
