"""`goodfaith chart find`: which exam a paper is of, by the verification code on it.

The code is no column: it is computed of each signature, a page of them at a time. What it is
not: a proof that the paper is genuine; `goodfaith chart pdf` gives one to compare it with.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from server import auditing
from server.auditing import Action
from server.commands.chart_pdf import chart
from server.commands.enrolment import with_core
from server.commands.terminal import MISUSED, AsJson, show, stop
from server.errors import GoodfaithError
from server.services import Core
from server.signing import fingerprint, typed_code, verification_code
from server.storage import signatures
from server.storage.signatures import Signature

__all__ = ["chart"]


COMMAND: Final = "chart find"
PAGE: Final = 1_000
COLUMNS: Final = ["encounter", "signer", "signed", "key"]
MICROSECONDS: Final = 1_000_000


@chart.command("find")
def find(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="As printed; case, spaces, dashes are free.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Name the exam whose paper has this verification code; status 1: there is none."""
    wanted = typed_code(code)
    if wanted is None:
        stop("Not a verification code: 16 letters A to Z and digits 2 to 7.", MISUSED)

    async def work(core: Core) -> Signature | None:
        found = await signature_of(core, wanted)
        try:
            if found is not None:
                one = found.encounter_id
                await auditing.of_cli(core, Action.READ, COMMAND, encounter_id=one)
        except GoodfaithError as refused:
            stop(f"Refused: {refused.message}")
        return found

    found = with_core(work)
    if found is None:
        stop("No exam was signed with this code.")
    signed = datetime.fromtimestamp(found.signed_at / MICROSECONDS, UTC)
    row = [
        found.encounter_id,
        f"practitioner:{found.practitioner_id}",
        f"{signed:%Y-%m-%d %H:%M:%S} UTC",
        fingerprint(found.public_key),
    ]
    show("Exam", COLUMNS, [row], as_json=as_json)


async def signature_of(core: Core, code: str) -> Signature | None:
    """Return the signature of the exam whose paper has a code; None: there is none.

    Args:
        core: the data.
        code: as papers print it.
    """
    after = ("", 0)
    while True:
        async with core.database.read() as tx:
            page = await signatures.exams_after(tx, after, PAGE)
        for one in page:
            if verification_code(one.signature) == code:
                return one
        if len(page) < PAGE:
            return None
        after = (page[-1].encounter_id, page[-1].seq)
