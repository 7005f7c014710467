"""From a signature to a record system: connected, registered, signed, pushed, amended."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from server.cli import app
from server.delivery import emr_connecting as connecting
from server.delivery.emr_connecting import ConnectionRefused
from server.delivery.endpoints import ENDPOINTS_MAX
from server.delivery.schedule import PAUSES_S
from server.errors import NotFound
from server.fhir.pushing import bundle_for
from server.storage import destinations, encounters, outbox, outbox_history
from server.storage.outbox import Outgoing
from server.storage.tables import audit_entries
from tests.integration.http.browsing import World
from tests.integration.http.exams import signed_exam
from tests.integration.http.front_desk import Desk
from tests.integration.http.record_systems import Connected, connected_spa
from tests.integration.http.test_deliveries import added

ROOT_KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
async def connected(world: World) -> AsyncIterator[Connected]:
    async with connected_spa(world) as here:
        yield here


async def test_a_signed_exam_is_pushed_and_a_condition_met_later_too(
    connected: Connected,
) -> None:
    here = connected
    connection = await here.connect(here.spa_id, client_id=here.system.client_id)
    await here.trust(here.spa_id)
    encounter_id = await signed_exam(here.world, here.spa)
    await here.deliver()
    assert [one["status"] for one in here.kinds("ServiceRequest")] == [
        "active",
        "on-hold",
        "on-hold",
    ]
    assert not here.kinds("QuestionnaireResponse")  # the spa's view
    site_id = (await here.world.site(here.spa))["site_id"]
    desk = Desk(here.world, here.spa, site_id, encounter_id)
    authorization = (await desk.ask("filler"))["authorization"]["authorization_id"]
    met = await here.spa.post(
        f"/api/v1/authorizations/{authorization}/satisfy",
        {
            "request_id": "satisfy-0001",
            "name": "Dana Ruiz",
            "credential": "NP",
            "note": "Done.",
        },
    )
    assert met.status == 200, met.body
    await here.deliver()
    assert [one["status"] for one in here.kinds("ServiceRequest")] == [
        "active",
        "active",
        "on-hold",
    ]
    assert [one["status"] for one in here.kinds("Composition")] == ["final", "amended"]
    async with here.world.services.database.read() as tx:
        pushed = await tx.execute(
            select(audit_entries.c.organization_id, audit_entries.c.encounter_id).where(
                audit_entries.c.route == f"delivery emr {connection}"
            )
        )
        assert [tuple(one) for one in pushed] == [(here.spa_id, encounter_id)] * 2


async def test_nothing_is_pushed_before_we_are_registered_there(connected: Connected) -> None:
    here = connected
    connection = await here.connect(here.spa_id)
    await signed_exam(here.world, here.spa, {"neurotoxin": "approved"})
    await here.deliver()
    assert here.system.posts == 0
    async with here.world.services.database.read() as tx:
        (row,) = await outbox_history.latest(tx, connection, 10)
    assert (row.state, row.outcome) == ("waiting", "not_registered")


async def test_who_is_registered_after_days_gets_what_is_signed_from_then_on(
    connected: Connected,
) -> None:
    here, services = connected, connected.world.services
    connection = await here.connect(here.spa_id)
    encounter_id = await signed_exam(here.world, here.spa, {"neurotoxin": "approved"})
    for pause_s in PAUSES_S:
        here.world.clock.advance(pause_s * 1.3)
        await here.deliver()
    assert (await here.destination(connection)).reason == "failing"
    await here.trust(here.spa_id)  # whoever takes days to register us looks at the keys
    assert len(here.system.keys) == 1
    async with services.database.write() as tx:
        await connecting.register(tx, services, connection, here.system.client_id)
        encounter = await encounters.get(tx, encounter_id)
        amended = Outgoing(
            topic="encounter.amended",
            channel="emr",
            network_id=encounter.network_id,
            spa_id=encounter.spa_id,
            encounter_id=encounter_id,
            subject="amended later",
            body={},
            at=services.clock.now(),
        )
        await outbox.put(tx, amended)
    assert (await here.destination(connection)).state == "active"
    await here.deliver()
    assert len(here.kinds("Encounter")) == 1


async def test_a_connection_that_is_ended_publishes_no_key_and_begins_with_a_new_one(
    connected: Connected,
) -> None:
    here, services = connected, connected.world.services
    connection = await here.connect(here.spa_id, client_id=here.system.client_id)
    await here.trust(here.spa_id)
    (first,) = here.system.keys
    async with services.database.write() as tx:
        await connecting.disconnect(tx, services, connection)
    await here.trust(here.spa_id)
    assert here.system.keys == []
    async with services.database.write() as tx:
        await connecting.enable(tx, services, connection)
    await here.trust(here.spa_id)
    (second,) = here.system.keys
    assert first != second
    async with services.database.write() as tx:  # as releases before this one left it
        await destinations.destroy_secrets(tx, connection)
        await connecting.enable(tx, services, connection)
    await here.trust(here.spa_id)
    assert len(here.system.keys) == 1


async def test_a_connection_that_is_ended_and_enabled_in_the_portal_pushes_again(
    connected: Connected,
) -> None:
    here, services = connected, connected.world.services
    connection = await here.connect(here.spa_id, client_id=here.system.client_id)
    manager = await here.world.spa("glow-manager")
    for _ in range(ENDPOINTS_MAX):
        await added(manager)
    async with services.database.write() as tx:
        await connecting.disconnect(tx, services, connection)
    path = f"/api/v1/portal/endpoints/{connection}"
    for act in ("enable", "disable", "enable"):
        assert (await manager.post(f"{path}/{act}", {})).status == 200
    await here.trust(here.spa_id)
    assert len(here.system.keys) == 1
    await signed_exam(here.world, here.spa)
    await here.deliver()
    assert len(here.kinds("Encounter")) == 1
    async with services.database.read() as tx:
        query = select(audit_entries).where(audit_entries.c.route.like("%/{id}/%able"))
        told = (await tx.execute(query.order_by(audit_entries.c.at))).mappings().all()
    assert [(one["action"], one["role"]) for one in told] == [
        ("connected", "spa_manager"),
        ("disconnected", "spa_manager"),
        ("connected", "spa_manager"),
    ]
    assert all(one["network_id"] for one in told)


async def test_record_systems_take_no_room_of_webhooks(
    connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.delivery.endpoints.KEPT_MAX", 1)
    for _ in range(ENDPOINTS_MAX):
        await connected.connect(connected.spa_id)
    manager = await connected.world.spa("glow-manager")
    assert (await added(manager))["endpoint_id"]


async def test_after_a_rotation_the_new_key_signs_and_both_are_published(
    connected: Connected,
) -> None:
    here = connected
    services = here.world.services
    connection = await here.connect(here.spa_id, client_id=here.system.client_id)
    here.world.clock.advance(60)
    async with services.database.write() as tx:
        await connecting.rotate(tx, services, connection, "RS384")
    await here.trust(here.spa_id)
    assert [one["alg"] for one in here.system.keys] == ["ES384", "RS384"]
    here.system.algorithms = ["RS384"]
    await signed_exam(here.world, here.spa, {"neurotoxin": "approved"})
    await here.deliver()
    assert len(here.kinds("Encounter")) == 1
    here.world.clock.advance(25 * 3_600)
    await here.trust(here.spa_id)
    assert [one["alg"] for one in here.system.keys] == ["RS384"]


async def test_each_organization_gets_its_own_view_and_others_nothing(
    connected: Connected,
) -> None:
    here = connected
    services = here.world.services
    encounter_id = await signed_exam(here.world, here.spa, {"neurotoxin": "approved"})
    async with services.database.read() as tx:
        network_id = (await encounters.get(tx, encounter_id)).network_id
    private = b"Seen and spoken with."
    spas = await here.destination(await here.connect(here.spa_id))
    networks = replace(spas, organization_id=network_id)
    assert private in await bundle_for(services, encounter_id, networks)
    assert private not in await bundle_for(services, encounter_id, spas)
    for owner, exam in (("spa-other", encounter_id), (network_id, "nobody-knows")):
        with pytest.raises(NotFound):
            await bundle_for(services, exam, replace(spas, organization_id=owner))


@pytest.mark.parametrize(
    ("url", "client_id", "scopes"),
    [
        ("http://ehr.example.com/fhir", "client", "system/*.cud"),
        ("https://10.0.0.7/fhir", "client", "system/*.cud"),
        ("https://ehr.example.com/fhir?x=1", "client", "system/*.cud"),
        ("https://ehr.example.com/fhir", "cliént", "system/*.cud"),
        ("https://ehr.example.com/fhir", "client", ""),
        ("https://ehr.example.com/fhir", "c" * 300, "system/*.cud"),
    ],
)
async def test_what_cannot_be_connected_is_refused(
    connected: Connected, url: str, client_id: str, scopes: str
) -> None:
    services = connected.world.services
    with pytest.raises(ConnectionRefused):
        async with services.database.write() as tx:
            await connecting.connect(
                tx,
                services,
                connected.spa_id,
                url,
                client_id=client_id,
                scopes=scopes,
                algorithm="ES384",
                author="operations",
            )


async def test_operations_connect_by_commands(connected: Connected) -> None:
    here = connected
    environment = {
        "GOODFAITH_DATA_DIR": str(here.world.settings.data_dir),
        "GOODFAITH_ROOT_KEY": ROOT_KEY,
        "GOODFAITH_DEMO": "true",
    }

    def run(*words: str) -> str:
        result = CliRunner(env=environment).invoke(app, ["emr", *words])
        assert result.exit_code == 0, result.output
        return result.stdout

    async def command(*words: str) -> str:
        return await asyncio.to_thread(run, *words)

    said = await command("connect", here.spa_id, here.system.base_url)
    connection, keys = said.split()
    assert keys.endswith(f"/fhir/clients/{here.spa_id}/jwks.json")
    await command("register", connection, "client-7")
    await command("rotate", connection, "--algorithm", "ES384")
    (row,) = json.loads(await command("list", here.spa_id, "--json"))
    assert (row["client id"], row["base URL"]) == ("client-7", here.system.base_url)
    await command("disconnect", connection)
    (row,) = json.loads(await command("list", here.spa_id, "--json"))
    assert row["state"] == "disabled: by_hand"
    keys_now = await here.world.browser().get(f"/fhir/clients/{here.spa_id}/jwks.json")
    assert keys_now.body == {"keys": []}
    await command("enable", connection)
    (row,) = json.loads(await command("list", here.spa_id, "--json"))
    assert row["state"] == "active"
    async with here.world.services.database.read() as tx:
        query = select(audit_entries.c.action, audit_entries.c.route)
        told = await tx.execute(query.where(audit_entries.c.role == "operator"))
        assert {tuple(one) for one in told} == {
            ("connected", "cli emr connect"),
            ("connected", "cli emr register"),
            ("key_rotated", "cli emr rotate"),
            ("disconnected", "cli emr disconnect"),
            ("connected", "cli emr enable"),
        }
    nobody = await here.world.browser().get("/fhir/clients/nobody/jwks.json")
    assert nobody.body == {"keys": []}


async def test_the_portals_page_neither_rotates_nor_shows_the_keys_of_a_record_system(
    connected: Connected,
) -> None:
    here = connected
    connection = await here.connect(here.spa_id)
    manager = await here.world.spa("glow-manager")
    page = await manager.get("/api/v1/portal/endpoints")
    assert page.status == 200, page.body
    (shown,) = [one for one in page.body["endpoints"] if one["endpoint_id"] == connection]
    assert (shown["channel"], shown["public_keys"]) == ("emr", [])
    for act in ("secret", "ping"):
        refused = await manager.post(f"/api/v1/portal/endpoints/{connection}/{act}", {})
        assert refused.status == 404, (act, refused.body)
