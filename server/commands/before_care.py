"""`goodfaith consents`, `minors`, `site-plan`: what a network settles about the gates."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from server import reviews
from server.commands.enrolment import with_core, writing
from server.commands.organizations import AsJson
from server.commands.terminal import show, stop
from server.consenting.library import Part, all_parts
from server.services import Core
from server.storage import directory, gate_settings
from server.storage.database import Tx
from server.storage.gate_settings import STEPS_MAX, MinorClass, Review
from server.treatments import check_treatments
from signaling.messages import TreatmentRef

consents: Final = typer.Typer(no_args_is_help=True, help="Consent texts, and their reviews.")
minors: Final = typer.Typer(no_args_is_help=True, help="Treatments open for patients under 18.")
site_plan: Final = typer.Typer(no_args_is_help=True, help="What a site does in an emergency.")

Network = Annotated[str, typer.Option("--network", help="Whose setting it is.")]
By = Annotated[str, typer.Option("--by", help="Who decided it.")]
Reference = Annotated[str, typer.Option(help="Where that is written down.")]
TreatmentClass = Annotated[str, typer.Argument(help="A treatment class, such as laser_ipl.")]


@consents.command("list")
def list_parts(*, network: Network, as_json: AsJson = False) -> None:
    """List every text with its hash, and whether this network has had it reviewed."""

    async def work(core: Core) -> list[Part]:
        async with core.database.read() as tx:
            await directory.organization(tx, network)
            return await reviews.unreviewed(tx, network, all_parts())

    drafts = {one.name for one in with_core(work)}
    rows = [
        [one.name, one.version, "draft" if one.name in drafts else "reviewed", one.sha256]
        for one in all_parts()
    ]
    show("Consent texts", ["part", "version", "status", "sha256"], rows, as_json=as_json)


@consents.command("review")
def review(
    parts: Annotated[list[str], typer.Argument(help="As `consents list` names them.")],
    *,
    network: Network,
    by: By,
    reference: Reference,
) -> None:
    """Put down that exactly these texts have been reviewed for a network: all, or none."""
    known = {one.name: one for one in all_parts()}
    for name in parts:
        if name not in known:
            stop(f"There is no text {name}.")
    found = [known[name] for name in dict.fromkeys(parts)]

    async def work(tx: Tx, core: Core) -> None:
        await directory.organization(tx, network)
        now = core.clock.now()
        for one in found:
            done = Review(network, one.name, one.sha256, by, reference, reviewed_at=now)
            await gate_settings.add_review(tx, done)

    writing(work)
    for one in found:
        typer.echo(f"{one.name} {one.version} is reviewed.")


@minors.command("enable")
def enable(
    treatment_class: TreatmentClass, *, network: Network, by: By, reference: Reference
) -> None:
    """Open a treatment class for patients under 18, who then need a guardian."""
    check_treatments([TreatmentRef(treatment_class=treatment_class)])

    async def work(tx: Tx, core: Core) -> None:
        await directory.organization(tx, network)
        now = core.clock.now()
        opened = MinorClass(network, treatment_class, by, reference, enabled_at=now)
        await gate_settings.enable_minors(tx, opened)

    writing(work)
    typer.echo(f"{treatment_class} is open for patients under 18.")


@minors.command("disable")
def disable(treatment_class: TreatmentClass, *, network: Network) -> None:
    """Close a treatment class for patients under 18."""

    async def work(tx: Tx, _core: Core) -> bool:
        return await gate_settings.disable_minors(tx, network, treatment_class)

    was_open = writing(work)
    typer.echo(f"{treatment_class} {'is closed' if was_open else 'was not open'}.")


@minors.command("list")
def list_minors(*, network: Network, as_json: AsJson = False) -> None:
    """List the treatment classes that a network has open for patients under 18."""

    async def work(core: Core) -> list[MinorClass]:
        async with core.database.read() as tx:
            return await gate_settings.minors_enabled(tx, network)

    rows = [[one.treatment_class, one.enabled_by, one.reference] for one in with_core(work)]
    show("Open for minors", ["class", "by", "reference"], rows, as_json=as_json)


@site_plan.command("set")
def set_plan(
    site_id: Annotated[str, typer.Argument(help="Which site.")],
    *,
    steps: Annotated[str, typer.Option(help="What the people there do, in plain words.")],
) -> None:
    """Write what the people at a site do in an emergency."""
    if not 1 <= len(steps.strip()) <= STEPS_MAX:
        stop(f"The steps take 1 to {STEPS_MAX} characters.")

    async def work(tx: Tx, core: Core) -> None:
        await directory.site(tx, site_id)
        await gate_settings.set_steps(tx, site_id, steps.strip(), now=core.clock.now())

    writing(work)
    typer.echo("Written.")
