"""Rosters of tests: put there as an operator does, by the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache

from tests.servers import RunningServer

HEADING = "practitioner,starts_at,ends_at\n"


@cache
def network_of(server: RunningServer) -> str:
    """Return the id of the one network of a server."""
    listed = json.loads(server.command("network", "list", "--json"))
    (network,) = [one["id"] for one in listed if one["kind"] == "network"]
    return str(network)


def only(server: RunningServer, login: str, start_h: int, end_h: int) -> int:
    """Replace the whole roster by one shift, in hours from this one; return its start in ms."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    start, end = (now + timedelta(hours=hours) for hours in (start_h, end_h))
    first, last = now - timedelta(days=3), now + timedelta(days=30)
    file = server.folder / "roster.csv"
    file.write_text(f"{HEADING}{login},{start.isoformat()},{end.isoformat()}\n", "utf-8")
    server.command(
        *("shifts", "import", "--network", network_of(server)),
        *("--replace-from", first.date().isoformat()),
        *("--replace-to", last.date().isoformat()),
        str(file),
    )
    return round(start.timestamp() * 1_000)
