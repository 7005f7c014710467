"""A network for programs that do not speak over loopback: one address, no way out.

And a home beside it, from which nothing but one further address of it can be reached: what a
firewall leaves over that lets through a TURN server and no relay.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

ADDRESS: Final = "10.99.0.1"
GATE: Final = "10.98.0.1"


@contextmanager
def network_namespace() -> Iterator[str]:
    """Make a namespace in which `ADDRESS` answers, and remove it at the end.

    Raises:
        PermissionError: only root may make one.
    """
    if os.geteuid() != 0:
        raise PermissionError("a network namespace can be made by root only")
    name = f"goodfaith-{os.getpid()}"
    _ip("netns", "add", name)
    try:
        _ip("-n", name, "link", "set", "lo", "up")
        _ip("-n", name, "link", "add", "inner", "type", "veth", "peer", "name", "outer")
        _ip("-n", name, "address", "add", f"{ADDRESS}/24", "dev", "inner")
        for device in ("inner", "outer"):
            _ip("-n", name, "link", "set", device, "up")
        # Browsers offer the address that the way out would have; it leads to the other end.
        _ip("-n", name, "route", "add", "default", "via", "10.99.0.2", "dev", "inner")
        yield name
    finally:
        _ip("netns", "delete", name)


@contextmanager
def home_beside(world: str) -> Iterator[str]:
    """Make a namespace from which `GATE` of the other one answers, and `ADDRESS` does not."""
    name = f"{world}-home"
    _ip("netns", "add", name)
    try:
        _ip("-n", name, "link", "set", "lo", "up")
        _ip("-n", name, "link", "add", "door", "type", "veth", "peer", "street", "netns", world)
        _ip("-n", name, "address", "add", "10.98.0.2/24", "dev", "door")
        _ip("-n", world, "address", "add", f"{GATE}/24", "dev", "street")
        _ip("-n", name, "link", "set", "door", "up")
        _ip("-n", world, "link", "set", "street", "up")
        yield name
    finally:
        _ip("netns", "delete", name)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
