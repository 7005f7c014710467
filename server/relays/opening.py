"""The relays that the settings ask for.

What an operator has set wrongly keeps the server from starting, and says so. A relay that is
not there, or that dies, never does: calls go direct.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final

from media.control_proof import SECRET_BYTES_MIN
from server.clock import Clock
from server.relays.embedded import EmbeddedRelay
from server.relays.folder import Plan
from server.relays.home import Home, RemoteHome
from server.relays.pool import RelayPool
from server.settings import Settings, SettingsError, secret_in

FOLDER: Final = "relay"
DISTRIBUTION: Final = "goodfaith"
LOOPBACK: Final = "127.0.0.1"
ANYWHERE: Final = "0.0.0.0"  # noqa: S104 - browsers come from everywhere; control does not


def pool_of(settings: Settings, *, clock: Clock, entropy: Callable[[int], bytes]) -> RelayPool:
    """Return the pool that the settings ask for, not yet opened; without relays if direct.

    Raises:
        SettingsError: the relays cannot be as they are set.
    """
    chance = random.Random(int.from_bytes(entropy(8), "big")).random  # noqa: S311 - no secret
    homes: list[Home] = []
    if settings.calls == "relay" and settings.relay_controls:
        secret = _shared_secret(settings.relay_secret_file)
        homes += [RemoteHome(one, secret) for one in settings.relay_controls]
    elif settings.calls == "relay":
        folder, plan = settings.data_dir / FOLDER, plan_of(settings)
        homes.append(EmbeddedRelay(folder, plan, clock=clock, entropy=entropy, chance=chance))
    return RelayPool(
        homes, lost_s=settings.relay_lost_s, clock=clock, entropy=entropy, chance=chance
    )


def plan_of(settings: Settings) -> Plan:
    """Return how the server's own relay is set up.

    Raises:
        SettingsError: browsers could not be told where it is.
    """
    announced = settings.relay_announce
    if not announced and not settings.is_local:
        raise SettingsError(
            "relay_announce: the address of this machine that browsers reach is needed "
            "(or relay_controls, or calls = direct)"
        )
    local = LOOPBACK if settings.is_local else ANYWHERE
    return Plan(
        host=settings.relay_host or local,
        port=settings.relay_port,
        announced=announced or (LOOPBACK,),
        version=version(DISTRIBUTION),
    )


def _shared_secret(file: Path | None) -> bytes:
    if file is None:
        raise SettingsError("relay_controls needs relay_secret_file")
    secret = secret_in("relay_secret_file", file)
    if len(secret) < SECRET_BYTES_MIN:
        raise SettingsError(f"relay_secret_file: needs {SECRET_BYTES_MIN} bytes or more")
    return secret
