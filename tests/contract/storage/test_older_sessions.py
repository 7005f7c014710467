"""What a session opens that a program from before second factors began, by a password alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from server import sessions
from server.access import Role
from server.keyring import Keyring
from server.proofs import policies
from server.services import Core
from server.settings import Settings
from server.storage import directory, local_sign_ins, passkeys, proofs
from server.storage import sessions as rows
from server.storage.database import Database
from server.storage.passkeys import Passkey
from server.storage.proofs import Generator
from server.storage.statements import Tx
from server.storage.tables import organizations
from tests.contract.storage.proving import core_of
from tests.contract.storage.rows import NETWORK, NOW, SPA, STAFF
from tests.contract.storage.test_sessions_and_links import STAFF as SESSION

pytestmark = pytest.mark.usefixtures("clinic")
COOKIE = "begun by a program of before"
OLDER = replace(SESSION, id_hash=sessions.hash_of(COOKIE))
GENERATOR = Generator(
    id="generator-1",
    account_id=STAFF.account_id,
    sealed_secret=b"sealed",
    label="Phone",
    created_at=NOW,
    confirmed_at=NOW,
)
PASSKEY = Passkey(
    id="a" * 64,
    account_id=STAFF.account_id,
    credential_id=b"id",
    public_key=b"key",
    sign_count=0,
    transports=(),
    backed_up=False,
    label="Key",
    created_at=NOW,
)


@pytest.fixture
async def core(database: Database, keyring: Keyring, tmp_path: Path) -> Core:
    async with database.write() as tx:
        await directory.set_account_role(tx, STAFF.account_id, Role.SPA_STAFF)
        await rows.create(tx, OLDER)
    return core_of(database, keyring, tmp_path)


async def opens(core: Core) -> bool | None:
    """Tell whether it opens all, or the enrolment only; None: nothing."""
    by_cookie = await sessions.resolve_session(core, "spa", COOKIE, touch=False)
    assert await sessions.resolve_handle(core, "spa", OLDER.id_hash) == by_cookie
    return None if by_cookie is None else by_cookie.complete


async def test_where_a_password_is_enough_it_opens_what_it_did(core: Core) -> None:
    assert await opens(core) is True


async def test_it_opens_nothing_of_who_has_a_code_generator_not_even_another_enrolment(
    core: Core,
) -> None:
    async with core.database.write() as tx:
        await proofs.add_generator(tx, GENERATOR)
    assert await opens(core) is None


async def test_it_opens_nothing_of_who_has_a_passkey(core: Core) -> None:
    async with core.database.write() as tx:
        assert await passkeys.add(tx, PASSKEY)
    assert await opens(core) is None


async def test_a_generator_that_nobody_confirmed_is_no_second_factor(core: Core) -> None:
    async with core.database.write() as tx:
        await proofs.add_generator(tx, replace(GENERATOR, confirmed_at=None))
    assert await opens(core) is True


@pytest.mark.parametrize("who", [SPA, NETWORK])
async def test_where_somebody_said_that_one_is_required_it_opens_the_enrolment(
    core: Core, who: directory.Organization
) -> None:
    async with core.database.write() as tx:
        await said(tx, who, "required")
    assert await opens(core) is False


async def test_where_the_settings_require_one_it_opens_the_enrolment(core: Core) -> None:
    async with core.database.write() as tx:
        await said(tx, SPA, "optional")
    strict = core.settings.model_copy(update={"second_factor": "required"})
    assert await opens(replace(core, settings=strict)) is False


async def test_it_goes_on_to_its_end_where_one_is_required_since_nobody_said_anything(
    core: Core, tmp_path: Path
) -> None:
    abroad = Settings(_env_file=None, data_dir=tmp_path, public_url="https://exams.example")
    reached = replace(core, settings=abroad)
    async with core.database.write() as tx:
        await tx.execute(update(organizations).values(demo=False))
        assert await policies.second_factor(tx, reached, SPA.organization_id) == "required"
    assert await opens(reached) is True


async def test_where_people_sign_in_at_their_provider_alone_it_opens_nothing(
    core: Core,
) -> None:
    own = SPA.organization_id
    async with core.database.write() as tx:
        await local_sign_ins.say(tx, own, only=True, now=NOW, by="compliance:1")
    assert await opens(core) is None
    async with core.database.write() as tx:
        await local_sign_ins.name(tx, STAFF.account_id, now=NOW, by="compliance:1")
    assert await opens(core) is True


async def said(tx: Tx, who: directory.Organization, word: proofs.SecondFactor) -> None:
    await proofs.set_policy(tx, who.organization_id, word, now=NOW, by="compliance:1")
