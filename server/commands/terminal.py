"""How commands talk to a person: sentences on stderr, and a status that scripts can read.

0  done
1  it could not be done
2  it was asked for wrongly (settings, arguments)
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import Any, Final, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from server.accounts import EnrolmentRefused
from server.settings import Settings, SettingsError, load
from server.storage.errors import ConstraintBroken, RowMissing, StorageError

FAILED: Final = 1
MISUSED: Final = 2

T = TypeVar("T")

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


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run a command to its end; what it may fail with becomes a sentence."""
    try:
        return asyncio.run(work)
    except EnrolmentRefused as error:
        stop(f"Refused: {error}.")
    except RowMissing as error:
        stop(f"Not found: {error}.")
    except ConstraintBroken:
        stop("Refused: something like that is there already.")
    except (StorageError, SettingsError) as error:
        stop(f"The database cannot be used: {error}.")


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
