"""Which browsers an account was signed in with: they guess apart from strangers.

    cookie    1.<name of the browser>.<when>-<mark>.<when>-<mark>...
    mark      HMAC-SHA-256, under a key of the account's organization, of account, browser, when

It opens nothing and stands for no factor. Whoever guesses at a password locks other strangers
out for a while; a browser in which somebody proved to be the owner of the account has guesses
of its own, so the owner is not locked out with them. One who steals the cookie has these
guesses, and no more.

Nothing is stored. The cookie names nobody: which accounts its marks are of, only the server can
tell, one account at a time. A new password does not end it: whoever is given one while others
guess would be a stranger again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final

from server.access import Principal
from server.services import Core
from server.storage import directory
from server.storage.directory import Account
from server.storage.errors import KeyMissing

VERSION: Final = "1"
BROWSER_BYTES: Final = 16
MARK_BYTES: Final = 16  # of 32: as much as the name of the browser has
ACCOUNTS_MAX: Final = 8  # of one browser; the front desk of a spa shares one
DAY_S: Final = 86_400
MICROSECONDS: Final = 1_000_000
PURPOSE: Final = b"goodfaith known browser v1:"
NOBODYS_KEY: Final = bytes(32)
SHAPE: Final = re.compile(
    rf"{VERSION}\.([A-Za-z0-9_-]{{22}})((?:\.[0-9]{{1,12}}-[A-Za-z0-9_-]{{22}}){{0,{ACCOUNTS_MAX}}})"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """That somebody signed in: when (seconds UTC), and whose account only the key tells."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a browser shows: its name, and its marks, the newest first."""

    browser: str
    marks: tuple[Mark, ...]


def parsed(value: str | None) -> Shown | None:
    """Return what a cookie says; None for anything that is not of this form."""
    found = SHAPE.fullmatch(value or "")
    if found is None:
        return None
    parts = [one.partition("-") for one in found[2].split(".") if one]
    return Shown(found[1], tuple(Mark(int(at), text) for at, _, text in parts))


def written(shown: Shown) -> str:
    """Return a cookie's value."""
    marks = (f"{one.at}-{one.text}" for one in shown.marks)
    return ".".join((VERSION, shown.browser, *marks))


def mark(key: bytes, account_id: str, browser: str, at: int) -> Mark:
    """Return the mark of an account in a browser."""
    text = PURPOSE + f"{account_id}:{browser}:{at}".encode()
    return Mark(at, _base64(hmac.new(key, text, hashlib.sha256).digest()[:MARK_BYTES]))


def is_known(key: bytes, account_id: str, shown: Shown, *, now: int, days: int) -> bool:
    """Tell whether a browser shows a mark of an account that still counts.

    Args:
        key: of the account's organization; with nobody's, which everybody knows, none counts.
        account_id: whose account is tried.
        shown: by the browser.
        now: microseconds UTC.
        days: for how long a mark counts.
    """
    shows = any(
        _is_fresh(one, now, days) and _is_of(key, account_id, shown.browser, one)
        for one in shown.marks
    )
    return shows and key != NOBODYS_KEY


def with_mark(key: bytes, account_id: str, shown: Shown, *, now: int, days: int) -> Shown:
    """Return what a browser shows once somebody has signed in: one mark for each account."""
    others = (
        one
        for one in shown.marks
        if _is_fresh(one, now, days) and not _is_of(key, account_id, shown.browser, one)
    )
    new = mark(key, account_id, shown.browser, now // MICROSECONDS)
    return Shown(shown.browser, (new, *others)[:ACCOUNTS_MAX])


async def browser_of(core: Core, account: Account | None, value: str | None) -> str | None:
    """Return the name of the browser that a cookie is of, if the account is known in it.

    The work is the same for an account that is not there, and none without a cookie.
    """
    shown, days = parsed(value), core.settings.known_browser_days
    if shown is None or not days:
        return None
    key, account_id = NOBODYS_KEY, ""
    if account is not None:
        key, account_id = await _key(core, account.organization_id), account.account_id
    known = is_known(key, account_id, shown, now=core.clock.now(), days=days)
    return shown.browser if known and account is not None else None


async def browser_among(
    core: Core, organization_id: str, audience: str, value: str | None
) -> str | None:
    """Return the name of a browser in which any such account of an organization is known.

    It computes for each of them: for where it is not said whose account is meant, and seldom.
    """
    shown, days = parsed(value), core.settings.known_browser_days
    if shown is None or not days:
        return None
    key, now = await _key(core, organization_id), core.clock.now()
    async with core.database.read() as tx:
        people = await directory.accounts_of(tx, organization_id)
    known = any(
        is_known(key, one.account_id, shown, now=now, days=days)
        for one in people
        if one.active and one.audience == audience
    )
    return shown.browser if known else None


async def remembered(core: Core, principal: Principal, value: str | None) -> str | None:
    """Return the cookie of a browser in which somebody has just proved who they are.

    Args:
        core: the running server.
        principal: who.
        value: the cookie that the browser has.

    Returns:
        None where no browser is remembered (`known_browser_days` is 0).
    """
    days = core.settings.known_browser_days
    if not days or principal.account_id is None or principal.organization_id is None:
        return None
    shown = parsed(value) or Shown(_base64(core.random_bytes(BROWSER_BYTES)), ())
    key = await _key(core, principal.organization_id, make=True)
    now = core.clock.now()
    return written(with_mark(key, principal.account_id, shown, now=now, days=days))


async def _key(core: Core, organization_id: str, *, make: bool = False) -> bytes:
    """Return the key of an organization; nobody's where none was made yet."""
    try:
        async with core.database.read() as tx:
            return await core.keyring.index_key(tx, organization_id)
    except KeyMissing:
        if not make:
            return NOBODYS_KEY
    async with core.database.write() as tx:
        return await core.keyring.index_key(tx, organization_id)


def _is_fresh(one: Mark, now: int, days: int) -> bool:
    return one.at + days * DAY_S > now // MICROSECONDS


def _is_of(key: bytes, account_id: str, browser: str, one: Mark) -> bool:
    return hmac.compare_digest(one.text, mark(key, account_id, browser, one.at).text)


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
