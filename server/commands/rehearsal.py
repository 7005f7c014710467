"""`goodfaith rehearse`: whole encounters against a running server, as a synthetic check."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Annotated, Final

import typer

from server.clock import SystemClock
from server.commands.terminal import FAILED, err, out, stop
from server.rehearsal.browser import IMPATIENT, STAYING
from server.rehearsal.encounter import Outcome, Waits
from server.rehearsal.failures import RehearsalFailed
from server.rehearsal.people import SignIn
from server.rehearsal.rehearsing import Plan
from server.rehearsal.rehearsing import rehearse as play
from server.rehearsal.report import Report, report

TRAVELLED: Final = {"relay": "through the relay", "direct": "direct", None: "nowhere"}


def rehearse(
    *,
    url: Annotated[str, typer.Option(help="The server, as people type it.")],
    count: Annotated[int, typer.Option(help="Encounters, one after another.", min=1)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
    practitioner: Annotated[
        str | None,
        typer.Option(help="LOGIN:PASSWORD[:TOTP_SECRET]; of the demo network unless given."),
    ] = None,
    spa: Annotated[str | None, typer.Option(help="The same.")] = None,
    site: Annotated[str | None, typer.Option(help="Name of a site of that spa.")] = None,
    offer_wait_s: Annotated[float, typer.Option(help="Longest wait for an offer.")] = 90.0,
    staying: Annotated[
        bool,
        typer.Option("--staying", help="Pages come back when a node goes, as real ones."),
    ] = False,
) -> None:
    """Play whole encounters against a running server, from outside, on real media.

    From link to signature: intake, consent, wait, accept, media both ways, note, decisions,
    signature, PDF. The status is 1 when any of them did not work out.
    """
    logging.basicConfig(level=logging.CRITICAL)  # codecs and ICE talk a lot
    plan = Plan(
        url=url,
        count=count,
        practitioner=sign_in(practitioner, "--practitioner"),
        spa=sign_in(spa, "--spa"),
        site_name=site,
        waits=Waits(offer_s=offer_wait_s),
        browser=STAYING if staying else IMPATIENT,
    )
    try:
        told = quiet if as_json else tell
        outcomes = asyncio.run(play(plan, SystemClock(), told))
    except RehearsalFailed as failed:
        outcomes = [Outcome(error=str(failed))]
    result = report(outcomes)
    if as_json:
        typer.echo(json.dumps(result, indent=2))
    else:
        summarize(result)
    if result["summary"]["failed"]:
        raise typer.Exit(FAILED)


def sign_in(text: str | None, option: str) -> SignIn | None:
    """Read LOGIN:PASSWORD[:TOTP_SECRET], or end with what is wrong with it."""
    try:
        return SignIn.parse(text) if text else None
    except ValueError as error:
        stop(f"{option}: {error}", 2)


def quiet(_outcome: Outcome) -> None:
    """Say nothing: the report follows."""


def tell(outcome: Outcome) -> None:
    """Print one encounter as it ends."""
    if outcome.error is not None:
        err.print(f"{outcome.encounter_id or 'no encounter'}  {outcome.error}", style="red")
        return
    out.print(
        f"{outcome.encounter_id}  signed; connected after {outcome.connect_s:.3f} s,"
        f" media {outcome.accept_to_media_s:.3f} s after accept, {TRAVELLED[outcome.mode]}"
    )


def summarize(result: Report) -> None:
    """Print all of them together."""
    summary = result["summary"]
    out.print(
        f"{summary['count']} played, {summary['connected']} connected "
        f"({summary['relayed']} through the relay), "
        f"{summary['signed']} signed; mean connect time {summary['mean_connect_s']} s, "
        f"90th percentile {summary['p90_connect_s']} s"
    )
