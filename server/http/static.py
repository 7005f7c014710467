"""The pages and their assets, from the folder that the web client was built into.

A page is the same for everybody and knows nothing: what it shows, it asks the API for.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from aiohttp import web

from server.errors import NotFound
from server.http.calls import Call
from server.http.operation import Operation

DIST: Final = Path(__file__).resolve().parents[2] / "web" / "dist"
SIGN_POST: Final = Path(__file__).resolve().parent / "pages"
HTML: Final = "text/html"
PAGES: Final = ("join", "console", "portal", "ops")
ASSET_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}")


def page(name: str, dist: Path = DIST) -> Operation:
    """Return the handler of one of the four pages."""
    file = dist / name / "index.html"

    async def handler(_call: Call) -> web.StreamResponse:
        return _file(file)

    text = f"GET {name}: the page, the same for everybody."
    return Operation(handler, name=name, text=text, media=HTML, refuses=(NotFound,))


def sign_post(name: str) -> Operation:
    """Return the handler of a file of the page that leads to the others."""
    file = SIGN_POST / name

    async def handler(_call: Call) -> web.StreamResponse:
        return _file(file)

    stem, _, kind = name.partition(".")
    text = f"GET {name}: of the page that leads to the others."
    return Operation(handler, name=stem, text=text, media=f"text/{kind}", refuses=(NotFound,))


def assets(dist: Path = DIST) -> Operation:
    """Return the handler of everything whose name changes with its content."""
    folder = dist / "assets"

    async def handler(call: Call) -> web.StreamResponse:
        return _file(asset(folder, call.request.match_info["name"]))

    text = "GET assets/{name}: a file of the pages, under a name that changes with it."
    return Operation(handler, name="asset", text=text, media="*/*", refuses=(NotFound,))


def asset(folder: Path, name: str) -> Path:
    """Return the file of that name directly in `folder`.

    Raises:
        NotFound: the name is none of ours, or leads out of the folder.
    """
    if not ASSET_NAME.fullmatch(name):
        raise NotFound
    file = (folder / name).resolve()
    if file.parent != folder.resolve():
        raise NotFound
    return file


def _file(file: Path) -> web.StreamResponse:
    if not file.is_file():
        raise NotFound
    return web.FileResponse(file)
