"""`goodfaith questionnaires`: which sets of health questions a clinician has signed off."""

from __future__ import annotations

import json
from typing import Annotated, Final

import typer

from server import accounts, clinical_sign_offs
from server.auditing import Action
from server.commands.changes import note_change
from server.commands.enrolment import with_core, writing
from server.commands.terminal import AsJson, show, stop
from server.intake.sets import QuestionSet, all_sets, set_named
from server.services import Core
from server.storage import directory, questionnaire_sign_offs
from server.storage.database import Tx
from server.storage.questionnaire_sign_offs import QuestionnaireSignOff

questionnaires: Final = typer.Typer(
    no_args_is_help=True, help="Sets of health questions, and the clinicians who signed them."
)

Network = Annotated[str, typer.Option("--network", help="Whose setting it is.")]
By = Annotated[str, typer.Option("--by", help="The clinician's name.")]
Credential = Annotated[
    str, typer.Option(help="Profession and licence, such as 'MD, AZ 012345'.")
]
Reference = Annotated[str, typer.Option(help="Where that is written down.")]
Sets = Annotated[
    list[str] | None, typer.Argument(help="`general`, or treatment classes such as filler.")
]
CHANGED: Final = Action.POLICY_CHANGED
PERSON_MAX: Final = 120
REFERENCE_MAX: Final = 200


@questionnaires.command("list")
def list_sets(*, network: Network, as_json: AsJson = False) -> None:
    """List every set with its version and hash, and who signed it off for this network."""

    async def work(core: Core) -> dict[str, QuestionnaireSignOff]:
        async with core.database.read() as tx:
            await directory.organization(tx, network)
            return await clinical_sign_offs.signatures(tx, network)

    signed = with_core(work)
    rows = [
        [one.name, one.version, *_standing(signed.get(one.name)), one.sha256]
        for one in all_sets()
    ]
    show(
        "Health questions",
        ["set", "version", "status", "signed by", "reference", "sha256"],
        rows,
        as_json=as_json,
    )


@questionnaires.command("show")
def show_set(name: Annotated[str, typer.Argument(help="Which set.")]) -> None:
    """Print exactly what is signed, readable: questions, flags, limits."""
    found = _known([name])[0]
    typer.echo(f"{found.name} {found.version}\nsha256 {found.sha256}\n")
    typer.echo(json.dumps(json.loads(found.text), indent=2, ensure_ascii=False))


@questionnaires.command("sign-off")
def sign_off(
    sets: Sets = None,
    *,
    network: Network,
    by: By,
    credential: Credential,
    reference: Reference,
    every: Annotated[bool, typer.Option("--all", help="Every set of this release.")] = False,
) -> None:
    """Put down that a clinician approved these sets, as they are now, for a network."""
    chosen = list(all_sets()) if every else _known(sets or [])
    if not chosen:
        stop("Name the sets, or say --all.")
    _check_words(by, credential, reference=reference)

    async def work(tx: Tx, core: Core) -> None:
        await note_change(tx, core, CHANGED, "questionnaires sign-off", network)
        for one in chosen:
            signed = QuestionnaireSignOff(
                id=accounts.new_id(core),
                network_id=network,
                set_name=one.name,
                version=one.version,
                sha256=one.sha256,
                signed_by=by.strip(),
                credential=credential.strip(),
                reference=reference.strip(),
                signed_at=core.clock.now(),
            )
            await questionnaire_sign_offs.add(tx, signed)

    writing(work)
    typer.echo(f"Signed off: {', '.join(one.name for one in chosen)}.")


@questionnaires.command("withdraw")
def withdraw(
    name: Annotated[str, typer.Argument(help="Which set.")],
    *,
    network: Network,
    by: By,
    reference: Reference,
) -> None:
    """End every signature under a set; it cannot be used any more."""
    _check_words(by, reference=reference)

    async def work(tx: Tx, core: Core) -> int:
        await note_change(tx, core, CHANGED, "questionnaires withdraw", network)
        now = core.clock.now()
        return await questionnaire_sign_offs.withdraw(
            tx, network, name, by=by.strip(), reference=reference.strip(), now=now
        )

    ended = writing(work)
    typer.echo(f"{name} {'is not signed off any more' if ended else 'was not signed off'}.")


def _check_words(*persons: str, reference: str) -> None:
    for words, most in (*((one, PERSON_MAX) for one in persons), (reference, REFERENCE_MAX)):
        if not 1 <= len(words.strip()) <= most:
            stop(f"Name, credential and reference take 1 to {most} characters.")


def _known(names: list[str]) -> list[QuestionSet]:
    found = []
    for name in names:
        one = set_named(name)
        if one is None:
            stop(f"There is no set {name}.")
        found.append(one)
    return found


def _standing(signed: QuestionnaireSignOff | None) -> list[str]:
    if signed is None:
        return ["draft", "", ""]
    return ["signed off", f"{signed.signed_by}, {signed.credential}", signed.reference]
