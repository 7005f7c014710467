"""Connects to addresses that customers chose, and to the public internet only.

    name --PublicResolver--> addresses, once; one that is not public refuses all
    address --guarded_socket--> looked at again, right where it is connected to

An address in figures never meets a resolver, so the second look is the one that counts; and a
name that changes between looks (DNS rebinding) gains nothing, because what was looked at is
what is connected to. The name stays in SNI, in the certificate's check and in Host. No
redirect is followed, no proxy of the environment is used.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeAlias

from aiohttp.abc import AbstractResolver, ResolveResult

from server.delivery.public_addresses import may_connect

AddressInfo: TypeAlias = tuple[int, int, int, str, tuple[Any, ...]]
LOOKUPS_MAX: Final = 16


class EgressRefused(OSError):
    """An address that customers may not make this server connect to."""


Lookup: TypeAlias = Callable[[str, int], Sequence[str]]


class PublicResolver(AbstractResolver):
    """Resolves names once, and gives only what may be connected to."""

    def __init__(self, *, loopback: bool, lookup: Lookup | None = None) -> None:
        """Prepare.

        Args:
            loopback: this machine may be connected to.
            lookup: gives the addresses of a name; the system's resolver otherwise.
        """
        self._loopback = loopback
        self._lookup = lookup or system_lookup
        # Threads of its own: somebody's slow name server takes none from others' work.
        self._threads = ThreadPoolExecutor(LOOKUPS_MAX, "lookup")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a name.

        Raises:
            EgressRefused: one of them is not public.
            OSError: it has none.
        """
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._lookup, host, port
        )
        if not found:
            raise OSError("the name has no address")
        if not all(may_connect(one, loopback=self._loopback) for one in found):
            raise EgressRefused("the name leads to an address that is not public")
        return [
            ResolveResult(
                hostname=host,
                host=one,
                port=port,
                family=socket.AF_INET6 if ":" in one else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for one in found
            if family in {socket.AF_UNSPEC, socket.AF_INET6 if ":" in one else socket.AF_INET}
        ]

    async def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def system_lookup(host: str, port: int) -> list[str]:
    """Return the addresses that the system's resolver gives for a name, in its order."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in answers))


def guarded_socket(*, loopback: bool) -> Callable[[AddressInfo], socket.socket]:
    """Return what makes the socket of a connection, if its address may be connected to."""

    def make(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        if not may_connect(str(address[0]), loopback=loopback):
            raise EgressRefused("the address is not public")
        made = socket.socket(family, kind, protocol)
        made.settimeout(0)
        return made

    return make
