"""Whom passkeys are made for (WebAuthn: the relying party): the host of this server.

    https://exams.example[:port]   exams.example, from pages of that very host
    http://localhost:8080          localhost, and not its pages under 127.0.0.1
    https://192.0.2.7              nobody: an address is no name (WebAuthn 3, 5.1.2)

A passkey is for the host for good: under another name, people register anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from server.settings import Settings

NAME: Final = "Goodfaith"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Whom passkeys are for, and where they may be used.

    Attributes:
        host: the RP ID.
        origins: of the pages that may ask for one.
    """

    host: str
    origins: tuple[str, ...]


def relying_party(settings: Settings) -> RelyingParty | None:
    """Return whom passkeys are for; None where the server has no name."""
    host = urlsplit(settings.origin).hostname or ""
    if _is_address(host):
        return None
    own = (one for one in settings.origins if urlsplit(one).hostname == host)
    return RelyingParty(host, tuple(sorted(own)))


def passkey_host(settings: Settings) -> str | None:
    """Return the host on which passkeys can be made and used, for pages to know."""
    party = relying_party(settings)
    return None if party is None else party.host


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
