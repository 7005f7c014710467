"""The command `goodfaith`: serves, rehearses, and enrols those who take part."""

from __future__ import annotations

from importlib.metadata import version as installed_version
from typing import Final

import typer

from server.commands.backups import backup, restore
from server.commands.before_care import consents, minors, site_plan
from server.commands.chart_fhir import chart
from server.commands.compliance import rules
from server.commands.dea import dea
from server.commands.emr import emr
from server.commands.keys import keys
from server.commands.organizations import network, site, spa
from server.commands.planning import plan
from server.commands.practitioners import practitioner
from server.commands.protocols import director, protocol
from server.commands.questionnaires import questionnaires
from server.commands.records import records
from server.commands.rehearsal import rehearse
from server.commands.relaying import relay
from server.commands.reviews import reviews
from server.commands.serving import serve
from server.commands.sign_ins import account
from server.commands.staffing import shifts
from server.commands.tokens import token
from server.commands.tree import log
from server.commands.witnessing import witness

DISTRIBUTION: Final = "goodfaith"

app: Final = typer.Typer(
    name="goodfaith",
    help="Goodfaith: live good faith exams, from the link to the signed chart.",
    no_args_is_help=True,
    add_completion=False,
    # Frames of a traceback may hold what somebody typed.
    pretty_exceptions_show_locals=False,
)
app.command()(serve)
app.command()(rehearse)
app.command()(relay)
app.add_typer(backup, name="backup")
app.command()(restore)
app.command()(witness)
app.add_typer(network, name="network")
spa.add_typer(token, name="token")
app.add_typer(spa, name="spa")
site.add_typer(director, name="director")
site.add_typer(protocol, name="protocol")
app.add_typer(site, name="site")
app.add_typer(account, name="account")
practitioner.add_typer(dea, name="dea")
app.add_typer(practitioner, name="practitioner")
app.add_typer(chart, name="chart")
app.add_typer(emr, name="emr")
app.add_typer(plan, name="plan")
app.add_typer(shifts, name="shifts")
app.add_typer(rules, name="rules")
app.add_typer(consents, name="consents")
app.add_typer(minors, name="minors")
app.add_typer(questionnaires, name="questionnaires")
app.add_typer(site_plan, name="site-plan")
app.add_typer(reviews, name="reviews")
app.add_typer(log, name="log")
app.add_typer(chart, name="chart")
app.add_typer(keys, name="keys")
app.add_typer(records, name="records")


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(installed_version(DISTRIBUTION))


def main() -> None:
    """Run the command that was typed."""
    app()


if __name__ == "__main__":
    main()
