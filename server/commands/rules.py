"""`goodfaith rules`: what the law asks, as data; and the decision of one case."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from server.clock import SystemClock
from server.commands.rule_tables import print_law
from server.commands.terminal import FAILED, MISUSED, AsJson, err, out, stop
from server.jurisdictions import JURISDICTIONS
from server.rules.answer import answer, answer_schema
from server.rules.asked import decide_file
from server.rules.case_file import CASE_BYTES_MAX, case_schema, read_case
from server.rules.difference import changes
from server.rules.laid_out import laid_out
from server.rules.publishing import (
    PUBLISHERS,
    Publication,
    import_into,
    open_key,
    publish,
    trust,
)
from server.rules.refusals import RulesRefused
from server.rules.rulebook import Rulebook
from server.rules.snapshot import SignedSnapshot
from server.rules.snapshot_files import SHIPPED, read_folder, shipped, shipped_folder
from server.rules.verifying import verify as held_against

rules: Final = typer.Typer(
    no_args_is_help=True, help="The law of 51 jurisdictions as signed data; one case decided."
)

Where = Annotated[
    str, typer.Option("--snapshot", help="A folder with a snapshot; unset: the shipped one.")
]


@rules.command("decide")
def decide(
    case: Annotated[Path, typer.Argument(help="A case, JSON: docs/rules.md.")],
    *,
    snapshot: Where = SHIPPED,
) -> None:
    """Decide a case: which form of exam, why, and what must be done first."""
    try:
        if case.stat().st_size > CASE_BYTES_MAX:
            stop("The case is too large.", MISUSED)
        given = read_case(case.read_bytes())
    except OSError as error:
        stop(f"The case cannot be read: {error.strerror}.", MISUSED)
    except RulesRefused as error:
        stop(f"The case cannot be used: {error}.", MISUSED)
    decided = answer(decide_file(given, Rulebook(opened(snapshot))))
    typer.echo(decided.model_dump_json(indent=2))


@rules.command("show")
def show(
    jurisdiction: Annotated[str, typer.Argument(help="As USPS writes it: TX.")],
    *,
    snapshot: Where = SHIPPED,
    as_json: AsJson = False,
) -> None:
    """Print what is known of one jurisdiction, with citations, ages and conflicts."""
    code = jurisdiction.upper()
    if code not in JURISDICTIONS:
        stop("There is no such jurisdiction.", MISUSED)
    law = opened(snapshot).snapshot.jurisdictions[code]
    if as_json:
        typer.echo(law.model_dump_json(indent=2))
    else:
        print_law(law)


@rules.command("diff")
def diff(
    before: Annotated[str, typer.Argument(help="A folder with a snapshot, or `shipped`.")],
    after: Annotated[str, typer.Argument(help="The same.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Print what changed from one snapshot to another; `*` marks what a decision may feel."""
    found = changes(opened(before).snapshot, opened(after).snapshot)
    if as_json:
        rows = [{**asdict(one), "decides": one.decides} for one in found]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for one in found:
        typer.echo(f"{'*' if one.decides else ' '} {one.where}")
        typer.echo(f"    - {one.before or 'not there'}\n    + {one.after or 'not there'}")
    err.print(f"{len(found)} changes, {sum(one.decides for one in found)} that decide")


@rules.command("verify")
def verify(
    snapshot: Annotated[
        str, typer.Argument(help="A folder; unset: the shipped one.")
    ] = SHIPPED,
    *,
    as_json: AsJson = False,
) -> None:
    """Check form, words, signature, dates and citations; the status is 1 on a fault."""
    signed = opened(snapshot)
    now = SystemClock().now()
    found = held_against(signed, now=now, today=datetime.fromtimestamp(now / 1e6, UTC).date())
    if as_json:
        told = {"version": signed.snapshot.version, "sha256": signed.sha256, **asdict(found)}
        typer.echo(json.dumps(told, indent=2))
    else:
        out.print(f"version    {signed.snapshot.version}")
        out.print(f"in force   {signed.snapshot.effective_from} to")
        out.print(f"           {signed.snapshot.effective_until}")
        out.print(f"sha256     {signed.sha256}")
        out.print(f"signed by  {signed.signed_by or 'nobody who is trusted'}")
        out.print(f"values     {found.deciding} that decide, {len(found.uncited)} of them")
        out.print(f"           uncited, {len(found.overdue)} with their review overdue")
        kinds = Counter(place.rpartition(".")[2] for place in found.uncited)
        for kind, count in kinds.most_common():
            out.print(f"           uncited: {kind} {count}")
    if found.faults:
        stop("\n".join(f"Fault: {one}." for one in found.faults), FAILED)


@rules.command("schema")
def schema(
    *, of_answer: Annotated[bool, typer.Option("--answer", help="Of what is printed.")] = False
) -> None:
    """Print the JSON Schema of a case."""
    typer.echo(laid_out(answer_schema() if of_answer else case_schema()), nl=False)


@rules.command("import")
def import_source(
    source: Annotated[Path, typer.Argument(help="The collected rules, JSON.")],
    *,
    into: Annotated[Path | None, typer.Option(help="Unset: the shipped folder.")] = None,
) -> None:
    """Make the jurisdictions' files from the source; nothing is signed until `publish`."""
    try:
        made = import_into(into or shipped_path(), source)
    except RulesRefused as error:
        stop(f"Not imported: {error}.", MISUSED)
    out.print(f"{made} jurisdictions; not signed until `goodfaith rules publish`")


@rules.command("publish")
def publish_snapshot(
    *,
    version: Annotated[str, typer.Option(help="The day and a number: 2026-11-22.1.")],
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="UTC.")],
    until: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="UTC.")],
    key: Annotated[Path, typer.Option(help="The publisher's private key; made if absent.")],
    folder: Annotated[Path | None, typer.Option(help="Unset: the shipped folder.")] = None,
    trust_as: Annotated[
        str | None, typer.Option(help="Enter this key among the trusted ones, by this name.")
    ] = None,
) -> None:
    """Set version and dates of a snapshot, and sign it."""
    now = datetime.fromtimestamp(SystemClock().now() // 1_000_000, UTC)
    into = folder or shipped_path()
    dates = Publication(version, now, since.replace(tzinfo=UTC), until.replace(tzinfo=UTC))
    try:
        secret = open_key(key)
        signed = publish(into, dates, secret)
        if trust_as is not None:
            trust(into.parent / PUBLISHERS, secret, trust_as, now)
    except RulesRefused as error:
        stop(f"Not published: {error}.", MISUSED)
    out.print(f"{version} signed by {signed.signed_by}")


def opened(name: str) -> SignedSnapshot:
    """Return the shipped snapshot, or that of a folder, or end with what is wrong with it."""
    try:
        return shipped() if name == SHIPPED else read_folder(Path(name))
    except RulesRefused as error:
        stop(f"The snapshot cannot be used: {error}.", MISUSED)


def shipped_path() -> Path:
    """Return the folder of the shipped snapshot, where this is a checkout."""
    folder = shipped_folder()
    if not isinstance(folder, Path):
        stop("This installation's rules cannot be written: name a folder.", MISUSED)
    return folder
