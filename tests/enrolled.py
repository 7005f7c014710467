"""Accounts of tests with a second factor: enrolled over HTTP, as people do it.

A code counts once, so an account of its own belongs to whoever signs in by code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from server import accounts, totp
from server.access import Role
from server.accounts import PractitionerDetails
from server.clock import Clock
from server.services import Core
from server.storage.directory import Account, AccountAudience
from server.storage.directory import account as account_of

PASSWORD = "a password of some length"


class Asks(Protocol):
    """A browser of tests, whatever asks for it."""

    async def post(self, path: str, body: object) -> Any:  # noqa: ANN401 - of each its own
        ...


@dataclass(frozen=True)
class Enrolled:
    """What an enrolment gave: the generator, and codes for when it is lost."""

    generator_id: str
    secret: str
    recovery_codes: list[str]

    def code(self, clock: Clock, *, steps: int = 0) -> str:
        """Return the code of now, or of some steps later."""
        return totp.code_at(self.secret, totp.step_at(clock.now()) + steps)


async def add_staff(
    core: Core,
    audience: AccountAudience,
    organization_id: str,
    login: str,
    role: Role,
    *,
    password: str = PASSWORD,
) -> Account:
    """Enrol somebody with a password, and nothing else yet."""
    password_hash = await accounts.hashed(core, password)
    async with core.database.write() as tx:
        if role is Role.PRACTITIONER:
            details = PractitionerDetails(login.title(), "MD", "1000000099")
            made = await accounts.add_practitioner(
                tx, core, organization_id, details, login=login, password_hash=password_hash
            )
            return await account_of(tx, made.account_id)
        return await accounts.add_account(
            tx,
            core,
            audience,
            organization_id,
            login=login,
            password_hash=password_hash,
            display_name=login.title(),
            role=role,
        )


async def enrolled(browser: Asks, page: str, clock: Clock, label: str = "Phone") -> Enrolled:
    """Enrol a code generator as whoever is signed in on `page`."""
    path = f"/api/v1/{page}/code-generators"
    begun = await browser.post(path, {"label": label})
    assert begun.status == 200, begun.body
    secret = begun.body["secret"]
    code = totp.code_at(secret, totp.step_at(clock.now()))
    done = await browser.post(f"{path}/{begun.body['id']}/confirm", {"code": code})
    assert done.status == 200, done.body
    return Enrolled(begun.body["id"], secret, done.body["codes"])
