"""The tree as tiles: 256 hashes side by side, which are written once and only appended to.

    level 0: leaf hashes. Level n + 1: one hash for each full tile of level n.

A tile has all that is needed of eight levels of the tree; the levels between are hashed when
somebody asks. So a leaf costs 32 bytes and an eighth of a byte above, and an append touches
the last tile of a level alone (C2SP tlog-tiles).

Pure: whoever keeps the tiles hands them in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from server.tlog.merkle import (
    HASH_BYTES,
    CompactRange,
    Node,
    Span,
    TreeTooSmall,
    folded,
    hashes_of,
    node_hash,
    perfect,
    root_of,
)

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
LEVEL_MAX: Final = 63
NUMBER_DIGITS_MAX: Final = 15
_PATH: Final = re.compile(
    r"(?P<level>0|[1-9][0-9]?)/(?P<number>(?:x[0-9]{3}/){0,4}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)

Tiles: TypeAlias = Mapping[Node, bytes]
"""Hashes one after the other, by level and number of the tile."""


@dataclass(frozen=True, slots=True)
class TileName:
    """What a path names.

    Attributes:
        level: of the tile.
        number: within its level.
        width: hashes that are wanted of it, `WIDTH` for a full one.
    """

    level: int
    number: int
    width: int

    @property
    def path(self) -> str:
        """Return it as the path names it, behind `tile/`."""
        digits = f"{self.number:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        *front, last = (digits[place : place + 3] for place in range(0, len(digits), 3))
        number = "/".join((*(f"x{one}" for one in front), last))
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"{self.level}/{number}{partial}"


def parse_path(path: str) -> TileName | None:
    """Read the path of a tile; None when it is none, or not in the one way to write it."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    number = int(found["number"].replace("x", "").replace("/", ""))
    name = TileName(int(found["level"]), number, int(found["width"] or WIDTH))
    if name.level > LEVEL_MAX or name.width > WIDTH or name.path != path:
        return None
    return name


def edges(size: int) -> list[tuple[Node, int]]:
    """Return the last tile of each level that a tree of `size` has begun, and its width."""
    found: list[tuple[Node, int]] = []
    level, hashes = 0, size
    while hashes:
        if hashes % WIDTH:
            found.append(((level, hashes // WIDTH), hashes % WIDTH))
        level, hashes = level + 1, hashes // WIDTH
    return found


def tile_of(node: Node) -> Node:
    """Return which tile holds a node of the tree, or the hashes that it is made of."""
    level, number = node
    height = level % HEIGHT
    return level // HEIGHT, (number << height) // WIDTH


def tiles_for(spans: Iterable[Span]) -> set[Node]:
    """Return which tiles the hashes over these spans are found in."""
    return {tile_of(node) for span in spans for node in perfect(span)}


class TileHashes:
    """Finds hashes of perfect subtrees in tiles, and remembers those that it had to make.

    Args:
        tiles: those that are needed (`tiles_for`).
    """

    def __init__(self, tiles: Tiles) -> None:
        self._tiles = tiles
        self._made: dict[Node, bytes] = {}

    def __call__(self, node: Node) -> bytes:
        """Return the hash of a perfect subtree.

        Raises:
            TreeTooSmall: its tile is not there, or too short.
        """
        level, number = node
        if level % HEIGHT == 0:
            return self._stored(node)
        if node not in self._made:
            left, right = (level - 1, 2 * number), (level - 1, 2 * number + 1)
            self._made[node] = node_hash(self(left), self(right))
        return self._made[node]

    def proof(self, spans: Sequence[Span]) -> list[bytes]:
        """Return the hashes over spans.

        Raises:
            TreeTooSmall: a tile is not there, or too short.
        """
        return hashes_of(spans, self)

    def _stored(self, node: Node) -> bytes:
        first = node[1] % WIDTH * HASH_BYTES
        found = self._tiles.get(tile_of(node), b"")[first : first + HASH_BYTES]
        if len(found) != HASH_BYTES:
            raise TreeTooSmall(f"there is no node {node[1]} at level {node[0]}")
        return found


def split(tile: bytes) -> list[bytes]:
    """Return the hashes of a tile."""
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


class Edge:
    """The right edge of a tree: what is read before leaves are appended, and written after.

    Args:
        size: leaves so far.
        tiles: the tiles that `edges(size)` names, each of the width that is named there.

    Raises:
        TreeTooSmall: one of them is not there, or has another width.
    """

    def __init__(self, size: int, tiles: Tiles) -> None:
        self.size = size
        self._open: dict[int, bytearray] = {}
        self.changed: dict[Node, bytes] = {}
        """Tiles that the appended leaves made or made longer."""
        for node, width in edges(size):
            tile = tiles.get(node, b"")
            if len(tile) != width * HASH_BYTES:
                raise TreeTooSmall(f"tile {node[1]} of level {node[0]} is not as it was left")
            self._open[node[0]] = bytearray(tile)

    def append(self, leaf_hashes: Iterable[bytes]) -> None:
        """Add leaves by their hashes, in order."""
        touched: set[int] = set()
        for hashed in leaf_hashes:
            self._add(0, hashed, touched)
            self.size += 1
        for level in touched:
            tile = self._open.get(level)
            if tile:
                self.changed[level, (self.size >> (HEIGHT * level)) // WIDTH] = bytes(tile)

    def root(self) -> bytes:
        """Return the root hash of the tree as it is now."""
        hashes: list[bytes] = []
        for level in sorted(self._open, reverse=True):
            part = CompactRange()
            for hashed in split(bytes(self._open[level])):
                part.append(hashed)
            hashes += part.hashes
        return folded(hashes) if hashes else CompactRange().root()

    def _add(self, level: int, hashed: bytes, touched: set[int]) -> None:
        tile = self._open.setdefault(level, bytearray())
        tile += hashed
        touched.add(level)
        if len(tile) == WIDTH * HASH_BYTES:
            full = bytes(self._open.pop(level))
            self.changed[level, self.size >> (HEIGHT * (level + 1))] = full
            self._add(level + 1, root_of(split(full)), touched)
