"""How commands talk to a person: sentences on stderr, and a status that scripts can read.

0  done
1  it could not be done
2  it was asked for wrongly (settings, arguments)
"""

from __future__ import annotations

import json
from typing import Annotated, Final, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from server.settings import Settings, SettingsError, load

FAILED: Final = 1
MISUSED: Final = 2

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def stop(message: str, status: int = FAILED) -> NoReturn:
    """End the command with a sentence."""
    err.print(message, style="bold red", markup=False)
    raise typer.Exit(status)


def settings() -> Settings:
    """Return the settings of this process, or end with what is wrong with them."""
    try:
        return load()
    except SettingsError as error:
        stop(f"The settings cannot be used.\n{error}", MISUSED)


def show(title: str, columns: list[str], rows: list[list[str]], *, as_json: bool) -> None:
    """Print rows, as a table for people or as JSON objects for programs."""
    if as_json:
        objects = [dict(zip(columns, row, strict=True)) for row in rows]
        typer.echo(json.dumps(objects, indent=2))
        return
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    out.print(table)
