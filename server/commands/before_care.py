"""`goodfaith consents`, `minors`, `site-plan`: what a network settles about the gates."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from server import accounts, reviews
from server.auditing import Action
from server.commands.changes import note_change, note_of_site
from server.commands.enrolment import with_core, writing
from server.commands.terminal import AsJson, show, stop
from server.consenting.library import Part, all_parts
from server.rulebooks import minors as policy
from server.rulebooks.changing import Act
from server.rules.words import TreatmentClass
from server.services import Core
from server.storage import directory, gate_settings
from server.storage.database import Tx
from server.storage.gate_settings import STEPS_MAX, Review

consents: Final = typer.Typer(no_args_is_help=True, help="Consent texts, and their reviews.")
minors: Final = typer.Typer(no_args_is_help=True, help="Treatments open for patients under 18.")
site_plan: Final = typer.Typer(no_args_is_help=True, help="What a site does in an emergency.")

CHANGED: Final = Action.POLICY_CHANGED
Network = Annotated[str, typer.Option("--network", help="Whose setting it is.")]
By = Annotated[str, typer.Option("--by", help="Who decided it.")]
Reference = Annotated[str, typer.Option(help="Where that is written down.")]
TreatmentClassName = Annotated[
    TreatmentClass, typer.Argument(help="A treatment class, such as laser_ipl.")
]


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
        await note_change(tx, core, CHANGED, "consents review", network)
        now = core.clock.now()
        for one in found:
            done = Review(network, one.name, one.sha256, by, reference, reviewed_at=now)
            await gate_settings.add_review(tx, done)

    writing(work)
    for one in found:
        typer.echo(f"{one.name} {one.version} is reviewed.")


@minors.command("enable")
def enable(
    treatment_class: TreatmentClassName, *, network: Network, by: By, reference: Reference
) -> None:
    """Open a treatment class for patients under 18, who then need a guardian."""

    async def work(tx: Tx, core: Core) -> bool:
        act = await _act(tx, core, network, by, reference)
        await note_change(tx, core, CHANGED, "minors enable", network)
        return await policy.enable(tx, act, treatment_class)

    done = writing(work)
    is_open = "is open" if done else "was open already"
    typer.echo(f"{treatment_class} {is_open} for patients under 18.")


@minors.command("disable")
def disable(
    treatment_class: TreatmentClassName, *, network: Network, by: By, reference: Reference
) -> None:
    """Close a treatment class for patients under 18."""

    async def work(tx: Tx, core: Core) -> bool:
        act = await _act(tx, core, network, by, reference)
        await note_change(tx, core, CHANGED, "minors disable", network)
        return await policy.disable(tx, act, treatment_class)

    was_open = writing(work)
    typer.echo(f"{treatment_class} {'is closed' if was_open else 'was not open'}.")


async def _act(tx: Tx, core: Core, network: str, by: str, reference: str) -> Act:
    found = await directory.organization(tx, network)
    return Act(
        network_id=found.organization_id,
        actor=by,
        at=core.clock.now(),
        reference=reference,
        new_id=lambda: accounts.new_id(core),
    )


@minors.command("list")
def list_minors(*, network: Network, as_json: AsJson = False) -> None:
    """List the treatment classes that a network has open for patients under 18."""

    async def work(core: Core) -> list[list[str]]:
        async with core.database.read() as tx:
            found = await policy.opened(tx, network)
        return [[one.value, by.set_by, by.reference] for one, by in found]

    show("Open for minors", ["class", "by", "reference"], with_core(work), as_json=as_json)


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
        await note_of_site(tx, core, CHANGED, "site-plan set", site_id)
        await gate_settings.set_steps(tx, site_id, steps.strip(), now=core.clock.now())

    writing(work)
    typer.echo("Written.")
