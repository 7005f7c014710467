"""`goodfaith keys`: list them, prove that they open, put new ones in the place of old ones.

Nothing here prints a key, and nothing seals data again.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from server import auditing
from server.auditing import Action
from server.commands.enrolment import with_core
from server.commands.terminal import MISUSED, err, out, show, stop
from server.keystore import inspection
from server.keystore.inspection import Above, Checked
from server.keystore.root_files import NEXT_FILE, ROOT_KEY_FILE, load_root_key, take_place
from server.keystore.roots import KeySource, RootKeySource
from server.keystore.rotation import Rotated, Rotation
from server.keystore.settled import in_data_folder
from server.services import Core
from server.storage import directory

keys: Final = typer.Typer(no_args_is_help=True, help="Keys: what wraps what, and rotation.")


@keys.command("list")
def list_keys(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """List the root keys and the organizations' keys, and how many keys each wraps."""

    async def work(core: Core) -> list[Above]:
        return await inspection.above(core.database.keystore)

    rows = [
        [
            one.purpose,
            one.subject,
            str(one.version),
            str(one.below),
            _day(one.created_at),
            "in use" if one.retired_at is None else f"replaced {_day(one.retired_at)}",
        ]
        for one in with_core(work)
    ]
    columns = ["kind", "organization", "version", "wraps", "made", "state"]
    show("Keys", columns, rows, as_json=as_json)


@keys.command("check")
def check_keys() -> None:
    """Open every stored key with the one above it. Exit 1 if one does not open."""

    async def work(core: Core) -> Checked:
        store = core.database.keystore
        await core.keyring.tree.check(store)
        return await inspection.check(store, core.keyring.tree)

    checked = with_core(work)
    for fault in checked.faults:
        err.print(fault, markup=False)
    if checked.failed:
        stop(f"{checked.failed} keys do not open, {checked.opened} do.")
    out.print(f"{checked.opened} keys open; {checked.shredded} were destroyed on purpose.")


@keys.command("rotate")
def rotate(
    *,
    tenant: Annotated[
        str | None,
        typer.Option(help="Replace this organization's key instead of the root key."),
    ] = None,
) -> None:
    """Put a new key in the place of the root key, or of one organization's.

    Only what it wraps is wrapped anew; no data is touched, and a server goes on running. Killed
    half-way, the same command goes on where it stopped.
    """

    async def work(core: Core) -> Rotated:
        await _enter(core, tenant)
        rotation = Rotation(core.database.keystore, core.keyring.tree, core.random_bytes)
        if tenant is not None:
            return await rotation.tenant(tenant)
        return await _root(core, rotation)

    done = with_core(work)
    out.print(f"Version {done.version} is in use; {done.wrapped} keys were wrapped anew.")
    if tenant is None:
        out.print("Keep a copy of the new root key, apart from every backup.")


async def _enter(core: Core, tenant: str | None) -> None:
    """Enter the rotation in the audit log: of every network whose keys hang below it."""
    async with core.database.read() as tx:
        every = await directory.all_organizations(tx)
    touched = [one for one in every if tenant in {None, one.organization_id}]
    networks = {one.network_id or one.organization_id for one in touched}
    for network_id in sorted(networks):
        await auditing.of_cli(core, Action.KEY_ROTATED, "keys rotate", network_id=network_id)


async def _root(core: Core, rotation: Rotation) -> Rotated:
    settings = core.settings
    if in_data_folder(settings):
        old, new = (settings.data_dir / name for name in (ROOT_KEY_FILE, NEXT_FILE))
        source: RootKeySource = KeySource(await asyncio.to_thread(load_root_key, new))
        done = await rotation.root(source)
        await asyncio.to_thread(take_place, new, old)
        return done
    if settings.previous_root_key_file is None and settings.previous_root_key_program is None:
        stop(
            "Set the new root key in the place of the old one, and the old one as"
            " previous_root_key_file or previous_root_key_program; start the server with both,"
            " then come back.",
            MISUSED,
        )
    return await rotation.root(core.keyring.tree.roots.sources[0])


def _day(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1_000_000, UTC).date().isoformat()
