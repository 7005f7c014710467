"""`goodfaith account`: who may sign in, and by what.

Passwords are made up, or read from standard input. A second factor is enrolled by whose it is,
on their own page; somebody who lost it is helped here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer

from server import accounts
from server.access import Role
from server.accounts import EnrolmentRefused
from server.auditing import Action
from server.commands.changes import event_of, note_change
from server.commands.enrolment import find_account, with_core
from server.commands.terminal import AsJson, show
from server.federation import linking
from server.federation.refusals import NoWayIn
from server.logging import stamp
from server.people.ending import close_account
from server.proofs import last_factor, policies
from server.proofs.last_factor import Forgotten
from server.services import Core
from server.storage import directory, passkeys, proofs, sessions
from server.storage.directory import Account

LAST_WAY_IN: Final = (
    "it is the last account for emergencies, and others sign in at their provider alone: "
    "open local sign-in first"
)
account: Final = typer.Typer(no_args_is_help=True, help="Who may sign in.")


class Audience(StrEnum):
    """Which page an account is for."""

    PRACTITIONER = "practitioner"
    SPA = "spa"
    OPS = "ops"


class StaffRole(StrEnum):
    """What staff may be; practitioners are enrolled by `goodfaith practitioner create`."""

    SPA_STAFF = Role.SPA_STAFF.value
    SPA_MANAGER = Role.SPA_MANAGER.value
    MEDICAL_DIRECTOR = Role.MEDICAL_DIRECTOR.value
    OPS = Role.OPS.value
    COMPLIANCE = Role.COMPLIANCE.value


AUDIENCE_OF: Final = {
    StaffRole.SPA_STAFF: Audience.SPA,
    StaffRole.SPA_MANAGER: Audience.SPA,
    StaffRole.MEDICAL_DIRECTOR: Audience.SPA,
    StaffRole.OPS: Audience.OPS,
    StaffRole.COMPLIANCE: Audience.OPS,
}
PasswordStdin = Annotated[
    bool, typer.Option(help="Read the password from standard input instead of making one up.")
]


def new_password(core: Core, *, password_stdin: bool) -> str:
    """Return the first line of standard input, or a password that is told once."""
    if password_stdin:
        return typer.get_text_stream("stdin").readline().rstrip("\r\n")
    made_up = accounts.made_up_password(core)
    typer.echo(f"password: {made_up}", err=True)
    return made_up


@account.command("create")
def create(
    organization_id: Annotated[str, typer.Argument(help="Of a spa; for ops, of a network.")],
    login: Annotated[str, typer.Argument(help="What they type to sign in.")],
    *,
    name: Annotated[str, typer.Option(help="What others see.")],
    role: Annotated[StaffRole, typer.Option(help="What they may do.")] = StaffRole.SPA_STAFF,
    password_stdin: PasswordStdin = False,
) -> None:
    """Enrol staff of a spa, or of operations, and print the account's id."""

    async def work(core: Core) -> Account:
        password = new_password(core, password_stdin=password_stdin)
        password_hash = await accounts.hashed(core, password)
        async with core.database.write() as tx:
            made = await accounts.add_account(
                tx,
                core,
                AUDIENCE_OF[role].value,
                organization_id,
                login=login,
                password_hash=password_hash,
                display_name=name,
                role=Role(role.value),
            )
            command = f"account create {made.account_id}"
            await note_change(tx, core, Action.ACCOUNT_CREATED, command, organization_id)
            return made

    typer.echo(with_core(work).account_id)


@account.command("password")
def change_password(
    audience: Audience, login: str, *, password_stdin: PasswordStdin = False
) -> None:
    """Give an account a new password and end its sessions."""

    async def work(core: Core) -> int:
        async with core.database.read() as tx:
            found = await find_account(tx, audience.value, login)
            command = f"account password {found.account_id}"
            event = await event_of(
                tx, core, Action.PASSWORD_CHANGED, command, found.organization_id
            )
        password = new_password(core, password_stdin=password_stdin)
        return len(await accounts.set_password(core, found.account_id, password, event))

    typer.echo(f"sessions ended: {with_core(work)}")


@account.command("factors")
def show_factors(audience: Audience, login: str, *, as_json: AsJson = False) -> None:
    """Show by what an account signs in, and whether it needs a second factor."""

    async def work(core: Core) -> list[list[str]]:
        async with core.database.read() as tx:
            found = await find_account(tx, audience.value, login)
            policy = await policies.second_factor(tx, core, found.organization_id)
            generators = await proofs.generators_of(tx, found.account_id)
            keys = await passkeys.of_account(tx, found.account_id)
            left = await proofs.recovery_left(tx, found.account_id)
            links = await linking.links_of(tx, found)
        rows = [["passkey", one.label, stamp(one.created_at)] for one in keys]
        rows += [
            ["code generator", one.label, stamp(one.confirmed_at)]
            for one in generators
            if one.confirmed_at is not None
        ]
        rows += [
            ["provider", one.name or one.identity.issuer, stamp(one.identity.linked_at)]
            for one in links
        ]
        return [*rows, ["recovery codes left", str(left), ""], ["second factor", policy, ""]]

    show("Factors", ["what", "which", "since"], with_core(work), as_json=as_json)


@account.command("forget-factor")
def forget_factor(audience: Audience, login: str) -> None:
    """Forget the passkeys, code generators and recovery codes of somebody who lost them.

    Make sure first that it is them who ask. Their sessions end. They sign in by password, and
    enrol anew where a second factor is required.
    """

    async def work(core: Core) -> tuple[Forgotten, int]:
        async with core.database.write() as tx:
            found = await find_account(tx, audience.value, login)
            await note_change(
                tx, core, Action.UNENROLLED, "account forget-factor", found.organization_id
            )
            forgotten = await last_factor.forget_all(tx, found)
            ended = await sessions.end_for_account(
                tx, found.account_id, "revoked", core.clock.now()
            )
        return forgotten, len(ended)

    forgotten, ended = with_core(work)
    typer.echo(
        f"passkeys forgotten: {forgotten.passkeys}; "
        f"code generators forgotten: {forgotten.generators}; sessions ended: {ended}"
    )


@account.command("close")
def close(audience: Audience, login: str) -> None:
    """Let an account sign in no more, and end its sessions."""

    async def work(core: Core) -> int:
        async with core.database.read() as tx:
            found = await find_account(tx, audience.value, login)
            command = f"account close {found.account_id}"
            event = await event_of(
                tx, core, Action.ACCOUNT_CLOSED, command, found.organization_id
            )
        try:
            return len(await close_account(core, found.account_id, event))
        except NoWayIn:
            raise EnrolmentRefused(LAST_WAY_IN) from None

    typer.echo(f"sessions ended: {with_core(work)}")


@account.command("list")
def list_accounts(organization_id: str, *, as_json: AsJson = False) -> None:
    """List who may sign in for an organization."""

    async def work(core: Core) -> list[Account]:
        async with core.database.read() as tx:
            return await directory.accounts_of(tx, organization_id)

    rows = [
        [one.account_id, one.login, one.display_name, one.role, "yes" if one.active else "no"]
        for one in with_core(work)
    ]
    show("Accounts", ["id", "login", "name", "role", "active"], rows, as_json=as_json)
