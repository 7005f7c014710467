"""`goodfaith log`: what the log over all charts is called, and how it stands."""

from __future__ import annotations

from typing import Final

import typer

from server.commands.enrolment import with_core
from server.commands.terminal import AsJson, show
from server.logging import stamp
from server.sequencing.batches import signer_of
from server.services import Core
from server.storage import tlog
from server.storage.tlog import Checkpoint, Waiting
from server.tlog.signed_notes import taken_apart

log: Final = typer.Typer(no_args_is_help=True, help="The log over all charts.")


@log.command("key")
def key() -> None:
    """Print the verifier key, which witnesses and those who check exports are given."""

    async def work(core: Core) -> str:
        async with core.database.write() as tx:
            signer = await signer_of(tx, core, await tlog.latest(tx))
        return str(signer.verifier_key)

    typer.echo(with_core(work))


@log.command("show")
def show_log(*, as_json: AsJson = False) -> None:
    """Show the newest checkpoint, who witnessed it, and what is not in the tree yet."""

    async def work(core: Core) -> tuple[Checkpoint | None, Checkpoint | None, Waiting]:
        async with core.database.read() as tx:
            cosigned = await tlog.latest_cosigned(tx)
            return await tlog.latest(tx), cosigned, await tlog.waiting(tx)

    newest, cosigned, waiting = with_core(work)
    rows = [
        [what, str(one.size), stamp(one.at), one.root.hex(), _signers(one)]
        for what, one in (("newest", newest), ("cosigned", cosigned))
        if one is not None
    ]
    rows.append(["waiting", str(waiting.leaves), stamp(waiting.since or 0), "", ""])
    if waiting.since is None:
        rows.pop()
    show("Log", ["what", "leaves", "at", "root", "signed by"], rows, as_json=as_json)


def _signers(one: Checkpoint) -> str:
    _, lines = taken_apart(one.note)
    return " ".join(line.split(" ")[1] for line in lines)
