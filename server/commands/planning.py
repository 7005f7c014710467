"""`goodfaith plan`: how many practitioners, and with which licences."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Final

import typer

from server.commands.organizations import AsJson
from server.commands.terminal import MISUSED, show, stop
from server.planning.erlang import ErlangA, ErlangC
from server.planning.erlang import erlang_a as figures_with_patience
from server.planning.erlang import erlang_c as figures_without_patience
from server.planning.refusals import PlanRefused

plan: Final = typer.Typer(
    no_args_is_help=True, help="Staffing: Erlang's bounds, and days simulated with licences."
)

Load = Annotated[float, typer.Option(help="Offered load in erlangs.")]
Agents = Annotated[int, typer.Option(help="How many serve.")]
HandleTime = Annotated[float, typer.Option(help="Mean handle time in seconds.")]
Target = Annotated[float, typer.Option(help="Seconds within which somebody is answered.")]
Patience = Annotated[float, typer.Option(help="Mean seconds after which somebody leaves.")]


@plan.command("erlang-c")
def erlang_c(
    *,
    load: Load,
    agents: Agents,
    aht: HandleTime,
    target: Target = 31.0,
    as_json: AsJson = False,
) -> None:
    """Print the figures of one line without licences that nobody leaves."""
    try:
        figures = figures_without_patience(load, agents, aht, target)
    except PlanRefused as refused:
        stop(str(refused), MISUSED)
    tell("Erlang C", figures, as_json=as_json)


@plan.command("erlang-a")
def erlang_a(
    *,
    load: Load,
    agents: Agents,
    aht: HandleTime,
    patience: Patience,
    target: Target = 31.0,
    as_json: AsJson = False,
) -> None:
    """Print the figures of one line without licences that people leave."""
    try:
        figures = figures_with_patience(load, agents, aht, patience, target)
    except PlanRefused as refused:
        stop(str(refused), MISUSED)
    tell("Erlang A", figures, as_json=as_json)


def tell(title: str, figures: ErlangC | ErlangA, *, as_json: bool) -> None:
    """Print figures, as one JSON object or as a small table."""
    named: dict[str, float | None] = asdict(figures)
    if as_json:
        typer.echo(json.dumps(named))
        return
    rows = [
        [name, "without end" if value is None else f"{value:.6g}"]
        for name, value in named.items()
    ]
    show(title, ["figure", "value"], rows, as_json=False)
