"""The log, for everybody: its key, its newest checkpoint and its tiles (C2SP tlog-tiles).

Whoever has these can compute the proof of any leaf, and see that the log only grows. They are
hashes: that something was written, not what, nor about whom.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from server.errors import NotFound
from server.http.calls import Call
from server.http.operation import Operation
from server.http.routes import Route
from server.sequencing.batches import signer_of
from server.storage import tlog
from server.storage.errors import KeyMissing
from server.tlog.merkle import HASH_BYTES
from server.tlog.tiles import parse_path

TEXT: Final = "text/plain"
BYTES: Final = "application/octet-stream"
PATH_CHARS_MAX: Final = 64


async def get_key(call: Call) -> web.StreamResponse:
    """GET /log/key: the verifier key of the log; 404 before its first entry."""
    async with call.services.database.read() as tx:
        try:
            signer = await signer_of(tx, call.services, await tlog.latest(tx))
        except KeyMissing:
            raise NotFound from None
    return web.Response(text=f"{signer.verifier_key}\n", content_type=TEXT)


async def get_checkpoint(call: Call) -> web.StreamResponse:
    """GET /log/checkpoint: the newest tree, as signed; 404 before its first entry."""
    async with call.services.database.read() as tx:
        newest = await tlog.latest(tx)
    if newest is None:
        raise NotFound
    return web.Response(text=newest.note, content_type=TEXT, charset="utf-8")


async def get_tile(call: Call) -> web.StreamResponse:
    """GET /log/tile/{path}: hashes of the tree; 404 while it has not as many.

    The path is LEVEL/NUMBER or LEVEL/NUMBER.p/WIDTH, the number in groups of three digits, all
    but the last of which begin with an x. What it names never changes.
    """
    path = call.request.match_info["path"]
    name = parse_path(path) if len(path) <= PATH_CHARS_MAX else None
    if name is None:
        raise NotFound
    async with call.services.database.read() as tx:
        hashes = await tlog.tile(tx, name.level, name.number)
    wanted = name.width * HASH_BYTES
    if hashes is None or len(hashes) < wanted:
        raise NotFound
    return web.Response(body=hashes[:wanted], content_type=BYTES)


KEY: Final = Operation(
    get_key, name="get_log_key", text=get_key.__doc__ or "", media=TEXT, refuses=(NotFound,)
)
CHECKPOINT: Final = Operation(
    get_checkpoint,
    name="get_log_checkpoint",
    text=get_checkpoint.__doc__ or "",
    media=TEXT,
    refuses=(NotFound,),
)
TILE: Final = Operation(
    get_tile, name="get_log_tile", text=get_tile.__doc__ or "", media=BYTES, refuses=(NotFound,)
)
ROUTES: Final = (
    Route("GET", "/log/key", KEY),
    Route("GET", "/log/checkpoint", CHECKPOINT),
    Route("GET", "/log/tile/{path}", TILE, pattern="/log/tile/{path:.+}"),
)
