"""Who signs out at their provider is out of the call, too: socket and media, at once."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from server.rehearsal.failures import Refused
from server.rehearsal.leg_page import LegPage
from server.rehearsal.page import Page
from server.rehearsal.people import signed_in
from server.views import AccountView
from signaling import messages as wire
from tests.clients import Scene, scene
from tests.identity_providers import CLIENT_ID, Provider, provider
from tests.integration.live.test_legs import linked_pair, state
from tests.servers import RunningServer, Serving
from tests.software_keys import Json

AT_ONCE_S = 1.0
CONSOLE = "/api/v1/console"
PROVIDERS = "/api/v1/compliance/providers"


@pytest.fixture(scope="module")
def relayed_server(
    tmp_path_factory: pytest.TempPathFactory, serving: Serving
) -> Iterator[RunningServer]:
    """A server with a relay of its own."""
    with serving(tmp_path_factory.mktemp("out"), calls="relay", relay_port="0") as running:
        yield running


@pytest.fixture
async def relayed_clinic(relayed_server: RunningServer) -> AsyncIterator[Scene]:
    async with scene(relayed_server) as people:
        yield people


async def ask(page: Page, method: str, path: str, form: Json | None = None) -> Json:
    status, text = await page.request(method, path, None if form is None else json.dumps(form))
    assert status == 200, text
    told: Json = json.loads(text)
    return told


async def set_up(clinic: Scene, at: Provider) -> str:
    """Let compliance give the network a provider; return its id."""
    officer = clinic.server.people["compliance"]
    async with signed_in(clinic.server.url, "ops", officer) as page:
        known = await ask(page, "GET", PROVIDERS)
        network = next(one for one in known["organizations"] if one["kind"] == "network")
        described = {
            "organization_id": network["organization_id"],
            "name": "Lumen sign-in",
            "issuer": at.issuer,
            "client_id": CLIENT_ID,
            "client_secret": at.secret,
        }
        added = await ask(page, "POST", PROVIDERS, described)
    network = next(one for one in added["organizations"] if one["kind"] == "network")
    return str(network["providers"][0]["id"])


async def proven_by(page: Page, at: Provider, provider_id: str) -> None:
    """Let whoever is signed in be a person of the provider, and prove it there again."""
    links, again = f"{CONSOLE}/provider-links", f"{CONSOLE}/session/step-up/provider"
    sent = await ask(page, "POST", links, {"provider_id": provider_id})
    await ask(page, "POST", f"{links}/finish", at.signs_on(sent["url"], "avery-there"))
    sent = await ask(page, "POST", again, {})
    await ask(page, "POST", f"{again}/finish", at.signs_on(sent["url"], "avery-there"))


def pictures(page: LegPage) -> int:
    return sum(peer.pictures for peer in page.peers.values())


async def test_a_call_stops_where_its_person_signs_out_at_the_provider(
    relayed_clinic: Scene,
) -> None:
    async with (
        provider(lambda: int(time.time())) as at,
        linked_pair(relayed_clinic) as (pair, patient_page, console),
    ):
        provider_id = await set_up(relayed_clinic, at)
        page, peer = pair.avery._page, console.peers[1]
        await proven_by(page, at, provider_id)
        await page.get(f"{CONSOLE}/session", AccountView)
        url = f"{relayed_clinic.server.url}/oidc/{provider_id}/backchannel-logout"
        token = at.logout_token(sub="avery-there")
        async with page.session.post(url, data={"logout_token": token}) as answer:
            assert answer.status == 200, await answer.text()
        told = await pair.avery.socket.expect(wire.SessionEnded, within_s=3 * AT_ONCE_S)
        assert told.reason == "revoked"
        async with asyncio.timeout(AT_ONCE_S):
            await pair.avery.socket.closed.wait()
        await state(patient_page, "interrupted")
        await asyncio.sleep(AT_ONCE_S)
        seen, got = pictures(patient_page), peer.pictures
        await asyncio.sleep(AT_ONCE_S)
        assert (pictures(patient_page), peer.pictures) == (seen, got), "nothing goes on"
        with pytest.raises(Refused):
            await page.get(f"{CONSOLE}/session", AccountView)
