"""Origins (RFC 6454): where a page came from, and which ones may talk to this server.

An origin that is plain http to another machine is refused wherever one can be set.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(host: str | None) -> bool:
    """Tell whether a host name can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return host is not None and ip_address(host).is_loopback
    except ValueError:
        return False


def checked_origin(text: str) -> str:
    """Return `scheme://host[:port]`, without a trailing slash.

    Raises:
        ValueError: it is no origin, or it is plain http to another machine.
    """
    parts = urlsplit(text)
    bare = parts.path in ("", "/") and not (
        parts.query or parts.fragment or "@" in parts.netloc
    )
    if parts.scheme not in ("http", "https") or not parts.hostname or not bare:
        raise ValueError("must be https://HOST[:PORT] and nothing more")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError(
            "must be https: health data and cookies never travel in the clear "
            "(http is for localhost, 127.0.0.1 and [::1] only)"
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def checked_target(text: str) -> str:
    """Return a URL that this server may post to: https, or http on this machine.

    Raises:
        ValueError: it is anything else, or carries a password or a fragment.
    """
    parts = urlsplit(text)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    if not safe or not parts.hostname or parts.fragment or "@" in parts.netloc:
        raise ValueError("must be https://HOST[:PORT][/PATH] (http is for this machine only)")
    return text
