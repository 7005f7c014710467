"""Tiles: appended to, never rewritten, and all that proofs are made of."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.tlog import merkle, tiles
from server.tlog.merkle import TreeTooSmall, leaf_hash
from server.tlog.tiles import Edge, TileHashes, TileName, parse_path

LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(70_000)]


def grown(*sizes: int) -> dict[tuple[int, int], bytes]:
    """Return the tiles of a tree that was appended to up to each size."""
    kept: dict[tuple[int, int], bytes] = {}
    before = 0
    for size in sizes:
        edge = Edge(before, kept)
        edge.append(LEAVES[before:size])
        for name, tile in edge.changed.items():
            assert tile.startswith(kept.get(name, b"")), "a tile is only appended to"
        kept |= edge.changed
        before = size
    return kept


@pytest.mark.parametrize(
    "sizes", [(1,), (255, 256, 257), (3, 300, 70_000), (65_536,), (65_535, 65_537)]
)
def test_the_root_is_that_of_the_tree_however_it_was_appended(sizes: tuple[int, ...]) -> None:
    kept = grown(*sizes)
    edge = Edge(sizes[-1], kept)
    assert edge.root() == merkle.root_of(LEAVES[: sizes[-1]])


def test_the_tiles_of_a_tree_are_those_that_the_format_names() -> None:
    # The example of C2SP tlog-tiles, section "Partial Tiles".
    widths = {name: len(tile) // 32 for name, tile in grown(70_000).items()}
    full = [name for name, width in widths.items() if width == 256]
    assert sum(level == 0 for level, _ in full) == 273
    assert [name for name in full if name[0] == 1] == [(1, 0)]
    partial = {name: width for name, width in widths.items() if width < 256}
    assert partial == {(0, 273): 112, (1, 1): 17, (2, 0): 1}
    assert dict(tiles.edges(70_000)) == partial


@given(st.integers(1, 70_000), st.data())
@settings(max_examples=30, deadline=None)
def test_proofs_from_tiles_hold_at_every_size(size: int, data: st.DataObject) -> None:
    kept = GROWN
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    roots = {one: merkle.root_of(LEAVES[:one]) for one in (old, size)}
    spans = merkle.inclusion_spans(index, size)
    assert tiles.tiles_for(spans) <= kept.keys()
    proof = TileHashes(kept).proof(spans)
    assert merkle.verify_inclusion(LEAVES[index], index, size, proof, roots[size])
    proof = TileHashes(kept).proof(merkle.consistency_spans(old, size))
    assert merkle.verify_consistency(old, size, proof, roots[old], roots[size])


GROWN = grown(1, 255, 256, 4_000, 65_536, 70_000)


def test_nothing_is_appended_to_an_edge_that_is_not_as_it_was_left() -> None:
    kept = grown(300)
    with pytest.raises(TreeTooSmall):
        Edge(301, kept)
    with pytest.raises(TreeTooSmall):
        Edge(300, {**kept, (0, 1): kept[0, 1][:-32]})
    with pytest.raises(TreeTooSmall):
        TileHashes(kept).proof(merkle.inclusion_spans(0, 70_000))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("0/000", TileName(0, 0, 256)),
        ("0/x001/x234/067", TileName(0, 1_234_067, 256)),
        ("1/x001/000.p/17", TileName(1, 1_000, 17)),
        ("63/999.p/255", TileName(63, 999, 255)),
    ],
)
def test_a_tile_has_one_path(path: str, name: TileName) -> None:
    assert parse_path(path) == name
    assert name.path == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/0",
        "00/000",
        "64/000",
        "0/1234",
        "0/x000/001",
        "0/x001/234/067",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "0/000.p/1000",
        "-1/000",
        "entries/000",
        "0/x001/x001/x001/x001/x001/001",
        "0/000\n",
        "0/\u0661\u0661\u0661",
    ],
)
def test_what_is_not_written_like_a_tile_names_none(path: str) -> None:
    assert parse_path(path) is None
