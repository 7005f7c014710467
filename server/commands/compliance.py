"""`goodfaith rules open`, `close`, `sign-off` ...: what a network's compliance decides.

Every jurisdiction ships closed. Each act says who does it and by which reference, and is one
line of the network's log; nothing is deleted. Running servers decide by it at once.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer

from server import accounts
from server.auditing import Action
from server.commands.changes import note_change
from server.commands.enrolment import with_core, writing
from server.commands.rules import rules
from server.commands.terminal import FAILED, MISUSED, AsJson, out, show, stop
from server.errors import GoodfaithError
from server.rulebooks import changing
from server.rulebooks.changing import Act, cells_of
from server.rulebooks.releases import release_in, shipped_release
from server.rulebooks.switches import read_switches
from server.rules.refusals import RulesRefused
from server.rules.words import EXAMINING, Profession, TreatmentClass
from server.services import Core
from server.storage import compliance, directory
from server.storage.compliance import Change, Layer, What
from server.storage.database import Tx

__all__ = ["rules"]

T = TypeVar("T")
SWITCHES_BYTES_MAX: Final = 20_000
POLICY: Final = "policy"


class SignedOff(StrEnum):
    """What a counsel signs off."""

    STORE_AND_FORWARD = "store_and_forward"
    AUDIO_ONLY = "audio_only"
    DEFINITION_OPINION = "definition_opinion"


class PolicyLayer(StrEnum):
    """Whose switches: what compliance allows, or what the operator takes away from it."""

    COMPLIANCE = "compliance"
    OPERATOR = "operator"


WHAT: Final[dict[SignedOff, What]] = {
    SignedOff.STORE_AND_FORWARD: "store_and_forward",
    SignedOff.AUDIO_ONLY: "audio_only",
    SignedOff.DEFINITION_OPINION: "definition_opinion",
}
LAYERS: Final[dict[PolicyLayer, Layer]] = {
    PolicyLayer.COMPLIANCE: "compliance",
    PolicyLayer.OPERATOR: "operator",
}

Network = Annotated[str, typer.Argument(help="Which network, as `network list` prints it.")]
Places = Annotated[list[str], typer.Argument(help="Jurisdictions, such as AZ TX.")]
Place = Annotated[str, typer.Argument(help="As USPS writes it: TX.")]
By = Annotated[str, typer.Option("--by", help="Who decided it.")]
Reference = Annotated[str, typer.Option(help="The paper that it rests on.")]
Professions = Annotated[
    list[Profession] | None, typer.Option("--profession", help="Unset: MD, DO, NP and PA.")
]
Classes = Annotated[
    list[TreatmentClass] | None, typer.Option("--class", help="Unset: all of them.")
]


@rules.command("open")
def open_places(
    network: Network,
    places: Places,
    *,
    by: By,
    reference: Reference,
    profession: Professions = None,
    treatment_class: Classes = None,
) -> None:
    """Open jurisdictions for professions and treatment classes."""

    async def work(tx: Tx, act: Act) -> int:
        cells = cells_of(_codes(places), profession or EXAMINING, treatment_class or CLASSES)
        return await changing.open_cells(tx, act, cells)

    opened = _acted("open", network, by, reference, work)
    out.print(f"{opened} opened")


@rules.command("close")
def close_places(
    network: Network,
    places: Places,
    *,
    by: By,
    reference: Reference,
    profession: Professions = None,
    treatment_class: Classes = None,
) -> None:
    """Close them: nobody is offered, accepted or signed there any more."""

    async def work(tx: Tx, act: Act) -> int:
        cells = cells_of(_codes(places), profession or EXAMINING, treatment_class or CLASSES)
        return await changing.close_cells(tx, act, cells)

    closed = _acted("close", network, by, reference, work)
    out.print(f"{closed} closed")


@rules.command("sign-off")
def sign_off(
    network: Network,
    place: Place,
    what: Annotated[SignedOff, typer.Argument(help="What is signed off.")],
    *,
    signed_by: Annotated[str, typer.Option(help="The counsel.")],
    by: By,
    reference: Reference,
) -> None:
    """Enter a counsel's sign-off, or opinion on a definition."""

    async def work(tx: Tx, act: Act) -> None:
        await changing.sign_off(tx, act, place.upper(), WHAT[what], signed_by)

    _acted("sign-off", network, by, reference, work)


@rules.command("withdraw")
def withdraw(
    network: Network,
    place: Place,
    what: Annotated[SignedOff, typer.Argument(help="What was signed off.")],
    *,
    by: By,
    reference: Reference,
) -> None:
    """End a counsel's sign-off."""

    async def work(tx: Tx, act: Act) -> bool:
        return await changing.withdraw(tx, act, place.upper(), WHAT[what])

    if not _acted("withdraw", network, by, reference, work):
        stop("There is no such sign-off.", FAILED)


@rules.command("policy")
def policy(
    network: Network,
    layer: Annotated[PolicyLayer, typer.Argument(help="The operator's is only stricter.")],
    file: Annotated[Path, typer.Argument(help="The switches, JSON: docs/compliance.md.")],
    *,
    by: By,
    reference: Reference,
) -> None:
    """Set one layer of a network's policy."""
    try:
        if file.stat().st_size > SWITCHES_BYTES_MAX:
            stop("The file is too large.", MISUSED)
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        stop("The file cannot be read.", MISUSED)

    async def work(tx: Tx, act: Act) -> None:
        await changing.set_switches(tx, act, LAYERS[layer], read_switches(text))

    _acted(POLICY, network, by, reference, work)


@rules.command("adopt")
def adopt(
    network: Network,
    *,
    by: By,
    reference: Reference,
    folder: Annotated[Path | None, typer.Option(help="Unset: the shipped snapshot.")] = None,
) -> None:
    """Let a network decide by a signed snapshot from now on."""
    try:
        document, signature = release_in(folder) if folder else shipped_release()
    except RulesRefused as error:
        stop(f"The snapshot cannot be used: {error}.", MISUSED)

    async def work(tx: Tx, act: Act) -> str:
        signed = await changing.publish(tx, act, document, signature)
        return signed.snapshot.version

    version = _acted("adopt", network, by, reference, work)
    out.print(f"{version} holds")


@rules.command("log")
def log(network: Network, *, as_json: AsJson = False) -> None:
    """List what compliance did, the newest first."""

    async def work(core: Core) -> list[Change]:
        async with core.database.read() as tx:
            return await compliance.changes(tx, network)

    rows = [
        [str(one.number), one.actor, one.what, _shortened(one.subject), one.reference]
        for one in with_core(work)
    ]
    show("Compliance", ["number", "by", "what", "of", "reference"], rows, as_json=as_json)


CLASSES: Final = tuple(TreatmentClass)


def _acted(
    command: str, network: str, by: str, reference: str, work: Callable[[Tx, Act], Awaitable[T]]
) -> T:
    """Do one act with its audit entry in a transaction; a refusal becomes a sentence."""

    async def whole(tx: Tx, core: Core) -> T:
        found = await directory.organization(tx, network)
        act = Act(
            network_id=found.organization_id,
            actor=by,
            at=core.clock.now(),
            reference=reference,
            new_id=lambda: accounts.new_id(core),
        )
        done = await work(tx, act)
        action = Action.POLICY_CHANGED if command == POLICY else Action.RULES_CHANGED
        await note_change(tx, core, action, f"rules {command}", network)
        return done

    try:
        return writing(whole)
    except GoodfaithError as error:
        wrong = f" ({', '.join(error.fields)})" if error.fields else ""
        stop(f"Refused: {error}{wrong}", FAILED)


def _codes(places: list[str]) -> list[str]:
    return [one.upper() for one in places]


def _shortened(subject: str) -> str:
    """Name the places of an opening, and the whole of what is short."""
    told = json.loads(subject)
    return " ".join(told) if all(isinstance(one, dict) for one in told.values()) else subject
