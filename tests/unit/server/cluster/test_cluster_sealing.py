from __future__ import annotations

import pytest

from server.cluster.sealing import SALTS_MAX, Sealer
from server.sealing import SealBroken
from tests.contract.storage.rows import seeded_bytes

SECRET = bytes(range(32))


def sealer(seed: int = 1, secret: bytes = SECRET) -> Sealer:
    return Sealer(secret, seeded_bytes(seed))


def test_another_node_with_the_secret_opens_what_one_sealed() -> None:
    sealed = sealer(1).seal("bus", b"said", "node-2")
    assert sealer(2).open("bus", sealed, "node-2") == b"said"
    assert b"said" not in sealed


@pytest.mark.parametrize(
    ("purpose", "bound_to"),
    [
        ("request", ("node-2",)),
        ("bus", ("node-3",)),
        ("bus", ()),
        ("bus", ("node-2", "")),
        ("bus", ("node", "-2")),
    ],
)
def test_it_does_not_open_for_another_purpose_or_reader(
    purpose: str, bound_to: tuple[str, ...]
) -> None:
    sealed = sealer().seal("bus", b"said", "node-2")
    with pytest.raises(SealBroken):
        sealer().open(purpose, sealed, *bound_to)


def test_it_does_not_open_with_another_secret() -> None:
    with pytest.raises(SealBroken):
        sealer(secret=bytes(32)).open("bus", sealer().seal("bus", b"said"))


def test_no_altered_byte_goes_unnoticed() -> None:
    sealed = sealer().seal("bus", b"said")
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(SealBroken):
            sealer().open("bus", bytes(altered))


@pytest.mark.parametrize("body", [b"", b"5", b"GC\x01", b"GC\x01" + bytes(43), b"x" * 100])
def test_what_is_not_sealed_is_refused(body: bytes) -> None:
    with pytest.raises(SealBroken):
        sealer().open("bus", body)


def test_no_nonce_comes_twice() -> None:
    one = sealer()
    assert len({one.seal("bus", b"")[:31] for _ in range(100)}) == 100


def test_any_number_of_strange_salts_takes_a_bounded_room() -> None:
    one = sealer()
    for number in range(SALTS_MAX + 10):
        forged = b"GC\x01" + number.to_bytes(16, "big") + bytes(40)
        with pytest.raises(SealBroken):
            one.open("bus", forged)
    assert len(one._keys) == SALTS_MAX
    assert one.open("bus", one.seal("bus", b"said")) == b"said"


def test_a_secret_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32"):
        Sealer(b"short", seeded_bytes(1))
