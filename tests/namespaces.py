"""A network for programs that do not speak over loopback: one address, no way out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

ADDRESS: Final = "10.99.0.1"


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


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
