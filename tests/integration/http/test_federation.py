"""Signing in at an organization's own provider: there and back, linked, signed out there."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from server.access import Role
from server.storage import providers as stored
from server.storage.tables import oidc_flows
from tests.enrolled import PASSWORD
from tests.integration.http.audit_rows import entries
from tests.integration.http.browsing import Answer, World
from tests.integration.http.invited import LOOK
from tests.integration.http.signing_on import OPS, PROVIDERS, House, house, network_in

REFUSED = (401, "provider_refused")
OVER = (401, "provider_flow_over")
LINKS = f"{OPS}/provider-links"
AGAIN = f"{OPS}/session/step-up/provider"


async def logs_out(one: House, token: str) -> Answer:
    url = one.world.server.make_url(f"/oidc/{one.id}/backchannel-logout")
    asking = one.world.browser().http
    async with asking.post(url, data={"logout_token": token}) as response:
        raw = await response.read()
        return Answer(response.status, await response.json(), dict(response.headers), raw)


async def test_somebody_signs_in_by_the_provider_and_types_nothing_here(world: World) -> None:
    async with house(world) as one:
        account = await one.linked("mila", "person-1")
        browser, answer = await one.signs_on("person-1")
        assert answer.status == 200, answer.body
        assert (answer.body["account_id"], answer.body["complete"]) == (
            account.account_id,
            True,
        )
        assert (await browser.get(f"{OPS}/session")).status == 200
        shown = (await browser.get(f"{OPS}/sessions")).body["sessions"]
        assert next(each for each in shown if each["here"])["way"] == "oidc"
        assert [each.actor for each in await entries(world, action="signed_in")][-1] == (
            f"ops:{account.account_id}"
        )
        assert browser.cookie("gf_provider_ops") in {None, ""}


async def flows_kept(world: World) -> int:
    async with world.services.database.read() as tx:
        return len((await tx.execute(select(oidc_flows))).all())


async def test_however_often_one_is_sent_from_an_address_others_there_sign_in(
    world: World,
) -> None:
    async with house(world) as one:
        await one.linked("mila", "person-1")
        waiting, phone = world.browser(), world.browser()
        brought = one.at.signs_on(await one.sent(waiting), "person-1")
        urls = {await one.sent(phone) for _ in range(world.settings.challenges_max + 100)}
        assert len(urls) == world.settings.challenges_max + 100
        assert await flows_kept(world) == 0  # and nothing is kept of it
        assert (await one.finish(waiting, brought)).status == 200
        assert (await one.signs_on("person-1"))[1].status == 200


async def test_what_a_browser_brings_back_counts_once_soon_and_unchanged(world: World) -> None:
    async with house(world) as one:
        await one.linked("mila", "person-1")
        browser, elsewhere = world.browser(), world.browser()
        brought = one.at.signs_on(await one.sent(browser), "person-1")
        cookie = browser.cookie("gf_provider_ops") or ""
        secret, provider_id, purpose, invitation_id, ticket = cookie.split(".")
        for changed in (
            ("A" * 43, provider_id, purpose, invitation_id, ticket),
            (secret, "0" * 32, purpose, invitation_id, ticket),
            (secret, provider_id, "join", invitation_id, ticket),
            (secret, provider_id, "step_up", invitation_id, ticket),
            (secret, provider_id, purpose, "0" * 32, ticket),
            (secret, provider_id, purpose, invitation_id, "A" * len(ticket)),
            (secret, provider_id, purpose, invitation_id, ticket + "!"),
            (secret, ticket),
        ):
            elsewhere.cookies.update_cookies({"gf_provider_ops": ".".join(changed)})
            assert (await one.finish(elsewhere, brought)).refusal == OVER, changed
        elsewhere.cookies.update_cookies({"gf_provider_ops": cookie})
        other = {**brought, "state": "A" * 43}
        assert (await one.finish(elsewhere, other)).refusal == OVER
        elsewhere.cookies.update_cookies({"gf_provider_practitioner": cookie})
        assert (await one.finish(elsewhere, brought, "console")).refusal == OVER
        assert (await one.finish(browser, brought)).status == 200
        assert (await one.finish(elsewhere, brought)).refusal == OVER
        late = one.at.signs_on(await one.sent(browser), "person-1")
        world.clock.advance(600)
        assert (await one.finish(browser, late)).refusal == OVER


async def test_the_other_kind_of_key_is_as_good(world: World) -> None:
    async with house(world, rsa=True) as one:
        await one.linked("mila", "person-1")
        _, answer = await one.signs_on("person-1")
        assert answer.status == 200, answer.body


async def test_a_person_is_known_by_issuer_and_subject_and_by_nothing_else(
    world: World,
) -> None:
    """Not by a mail address or name, whatever the provider says of them."""
    async with house(world) as one:
        await one.hired("avery@example.com")
        _, answer = await one.signs_on("avery@example.com")
        assert answer.refusal == REFUSED


async def test_the_provider_of_one_page_is_none_of_another(world: World) -> None:
    async with house(world) as one:
        await one.linked("mila", "person-1")
        assert (await one.signs_on("person-1", "console"))[1].refusal == REFUSED
        form = {"provider_id": one.id}
        answer = await world.browser().post("/api/v1/portal/session/provider", form)
        assert answer.refusal == (404, "provider_unknown")


async def test_everybody_sees_the_same_providers_and_no_accounts(world: World) -> None:
    async with house(world) as one:
        for page, names in (("console", [one.id]), ("ops", [one.id]), ("portal", [])):
            found = (await world.browser().get(f"/api/v1/{page}/providers")).body["providers"]
            assert [each["id"] for each in found] == names
            assert all(set(each) == {"id", "name"} for each in found)


async def test_a_closed_account_is_not_opened_by_a_provider(world: World) -> None:
    async with house(world) as one:
        account = await one.linked("mila", "person-1")
        closed = await one.officer.post(f"{OPS}/people/{account.account_id}/close", {})
        assert closed.status == 200, closed.body
        assert (await one.signs_on("person-1"))[1].refusal == REFUSED


async def test_linking_takes_a_fresh_session_and_both_sides_once(world: World) -> None:
    async with house(world) as one:
        await one.linked("mila", "person-1")
        await one.hired("nora")
        nora, _ = await one.by_password("nora")
        assert (await one.links(nora, "person-1")).refusal == (409, "link_taken")
        assert (await one.links(nora, "person-2")).status == 200
        assert (await one.links(nora, "person-3")).refusal == (409, "link_taken")
        world.clock.advance(300)
        stale = await nora.post(LINKS, {"provider_id": one.id})
        assert stale.refusal == (403, "step_up_required")
        assert (await one.signs_on("person-3"))[1].refusal == REFUSED
        assert len(await entries(world, action="enrolled")) == 2


async def test_what_was_begun_in_one_session_links_no_other(world: World) -> None:
    """Whoever makes somebody's browser finish what another session began gains nothing."""
    async with house(world) as one:
        await one.hired("mila")
        await one.hired("nora")
        mila, _ = await one.by_password("mila")
        begun = await mila.post(LINKS, {"provider_id": one.id})
        brought = one.at.signs_on(begun.body["url"], "person-1")
        nora, _ = await one.by_password("nora")
        assert (await nora.post(f"{LINKS}/finish", brought)).refusal == OVER
        again, _ = await one.by_password("nora")
        for each in mila.cookies:
            if each.key == "gf_provider_ops":
                again.cookies.update_cookies({"gf_provider_ops": each.value})
        assert (await again.post(f"{LINKS}/finish", brought)).refusal in {OVER, REFUSED}
        assert (await again.get(LINKS)).body["links"] == []


async def test_a_link_that_ended_opens_nothing(world: World) -> None:
    async with house(world) as one:
        await one.linked("mila", "person-1")
        browser, _ = await one.signs_on("person-1")
        shown = (await browser.get(LINKS)).body
        assert [each["name"] for each in shown["links"]] == ["Lumen sign-in"]
        assert (await browser.ask("DELETE", LINKS)).body["links"] == []
        assert (await one.signs_on("person-1"))[1].refusal == REFUSED
        assert len(await entries(world, action="unenrolled")) == 1


async def test_an_invitation_is_accepted_by_signing_on(world: World) -> None:
    async with house(world) as one:
        secret = await one.invited("nora", "Nora Quist")
        looked = (await world.browser().post(LOOK, {"secret": secret})).body
        assert [each["id"] for each in looked["providers"]] == [one.id]
        browser = world.browser()
        url = await one.sent(browser, invitation=secret)
        answer = await one.finish(browser, one.at.signs_on(url, "person-9"))
        assert answer.status == 200, answer.body
        assert (answer.body["display_name"], answer.body["complete"]) == ("Nora Quist", True)
        assert (await one.signs_on("person-9"))[1].status == 200
        _, by_password = await one.by_password("nora")
        assert by_password.refusal == (401, "sign_in_failed")
        second = world.browser()
        form = {"provider_id": one.id, "invitation": secret}
        over = await second.post(f"{OPS}/session/provider", form)
        assert over.refusal == (410, "invitation_over")


async def test_a_person_with_an_account_accepts_no_second_one(world: World) -> None:
    async with house(world) as one:
        await one.linked("mila", "person-1")
        invited = await one.officer.post(
            f"{OPS}/people/invitations",
            {
                "organization_id": one.network_id,
                "role": "ops",
                "login": "nora",
                "display_name": "Nora Quist",
            },
        )
        secret = str(invited.body["url"]).partition("#invitation=")[2]
        browser = world.browser()
        url = await one.sent(browser, invitation=secret)
        answer = await one.finish(browser, one.at.signs_on(url, "person-1"))
        assert answer.refusal == (409, "link_taken")
        looked = await world.browser().post(LOOK, {"secret": secret})
        assert looked.status == 200  # it is there still


async def test_whoever_came_by_the_provider_is_asked_again_there(world: World) -> None:
    async with house(world) as one:
        mila = await one.linked("mila", "person-1")
        await one.linked("nora", "person-2")
        browser, _ = await one.signs_on("person-1")
        world.clock.advance(300)
        assert "provider" in (await browser.get(f"{OPS}/session/step-up")).body["ways"]
        before = browser.cookie("gf_ops")
        url = (await browser.post(AGAIN, {})).body["url"]
        asked = parse_qs(urlsplit(url).query)
        assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
        old = one.at.signs_on(url, "person-1", auth_time=one.at.now() - 301)
        assert (await browser.post(f"{AGAIN}/finish", old)).refusal == REFUSED
        url = (await browser.post(AGAIN, {})).body["url"]
        other = one.at.signs_on(url, "person-2")
        assert (await browser.post(f"{AGAIN}/finish", other)).refusal == REFUSED
        again = await browser.post(f"{AGAIN}/finish", other)
        assert again.refusal == (401, "provider_flow_over")
        told = await entries(world, action="step_up", outcome="refused")
        assert [each.reason for each in told] == [REFUSED[1]] * 2 + ["provider_flow_over"]
        assert {each.actor for each in told} == {f"ops:{mila.account_id}"}
        url = (await browser.post(AGAIN, {})).body["url"]
        done = await browser.post(f"{AGAIN}/finish", one.at.signs_on(url, "person-1"))
        assert done.status == 200, done.body
        assert done.body["fresh_until_ms"] == world.clock.now() // 1_000 + 300_000
        assert browser.cookie("gf_ops") != before
        assert (await browser.post(LINKS, {"provider_id": one.id})).status == 200


async def test_a_sign_in_is_no_fresh_proof_of_another_session(world: World) -> None:
    async with house(world) as one:
        await one.linked("mila", "person-1")
        browser, _ = await one.signs_on("person-1")
        brought = one.at.signs_on(await one.sent(browser), "person-1")
        assert (await browser.post(f"{AGAIN}/finish", brought)).refusal == REFUSED


async def test_signed_out_there_is_signed_out_here_once(world: World) -> None:
    async with house(world) as one:
        await one.linked("mila", "person-1")
        await one.linked("nora", "person-2")
        mila, _ = await one.signs_on("person-1", sid="s-1")
        elsewhere, _ = await one.signs_on("person-1", sid="s-2")
        nora, _ = await one.signs_on("person-2", sid="s-3")
        token = one.at.logout_token(sid="s-1")
        answer = await logs_out(one, token)
        assert (answer.status, answer.body) == (200, {})
        assert (await mila.get(f"{OPS}/session")).refusal == (401, "session_expired")
        assert (await elsewhere.get(f"{OPS}/session")).status == 200
        assert [reason for _, reason in world.hub.ended] == ["revoked"]
        assert (await logs_out(one, token)).status == 400  # it counts once
        assert (await logs_out(one, one.at.logout_token(sub="person-1"))).status == 200
        assert (await elsewhere.get(f"{OPS}/session")).status == 401
        assert (await nora.get(f"{OPS}/session")).status == 200
        told = await entries(world, action="session_ended")
        assert [(each.actor, each.number) for each in told] == [(f"provider:{one.id}", 1)] * 2


async def test_a_logout_token_of_somebody_else_ends_nothing(world: World) -> None:
    async with house(world) as one:
        await one.linked("mila", "person-1")
        mila, _ = await one.signs_on("person-1")
        others: tuple[dict[str, Any], ...] = (
            {"iss": "https://other.example"},
            {"aud": "other"},
            {"nonce": "n"},
            {"events": {}},
            {"exp": one.at.now() - 61},
            {"jti": None},
            {"typ": "at+jwt"},
        )
        for changed in others:
            answer = await logs_out(one, one.at.logout_token(sub="person-1", **changed))
            assert (answer.status, answer.body["error"]) == (400, "invalid_request"), changed
        assert (await logs_out(one, "no token")).status == 400
        assert (await mila.get(f"{OPS}/session")).status == 200


async def test_a_provider_that_is_ended_opens_nothing_and_takes_its_sessions(
    world: World,
) -> None:
    async with house(world) as one:
        await one.linked("mila", "person-1")
        mila, _ = await one.signs_on("person-1")
        late = world.browser()
        brought = one.at.signs_on(await one.sent(late), "person-1")
        gone = await one.officer.ask("DELETE", f"{PROVIDERS}/{one.id}")
        assert network_in(gone)["providers"] == []
        assert (await mila.get(f"{OPS}/session")).status == 401
        assert (await one.finish(late, brought)).refusal == OVER
        form = {"provider_id": one.id}
        answer = await late.post(f"{OPS}/session/provider", form)
        assert answer.refusal == (404, "provider_unknown")
        back = await one.officer.post(PROVIDERS, one.described())
        one.id = network_in(back)["providers"][0]["id"]
        assert (await one.signs_on("person-1"))[1].status == 200  # the person is the same


async def test_compliance_decides_in_its_own_network_alone(world: World) -> None:
    async with house(world) as one:
        for organization_id in ("elsewhere", "0" * 32):
            form = one.described(organization_id=organization_id)
            assert (await one.officer.post(PROVIDERS, form)).refusal == (404, "not_found")
        again = await one.officer.post(PROVIDERS, one.described())
        assert again.refusal == (409, "provider_known")
        assert (await one.officer.ask("DELETE", f"{PROVIDERS}/nothing")).refusal == (
            404,
            "not_found",
        )


async def test_our_secret_is_sealed_and_shown_to_nobody(world: World) -> None:
    async with house(world) as one:
        page = await one.officer.get(PROVIDERS)
        assert network_in(page)["providers"][0]["has_secret"] is True
        assert one.at.secret is not None
        assert one.at.secret.encode() not in page.raw
        async with world.services.database.read() as tx:
            kept = await stored.get(tx, one.id)
        assert kept.sealed_secret is not None
        assert one.at.secret.encode() not in kept.sealed_secret


async def test_an_issuer_that_this_server_does_not_ask_is_refused(world: World) -> None:
    async with house(world) as one:
        for issuer in (
            "https://10.0.0.1",
            "http://id.example.com",
            "https://metadata.internal",
        ):
            answer = await one.officer.post(PROVIDERS, one.described(issuer=issuer))
            assert answer.refusal == (400, "issuer_refused"), issuer
        one.at.down = True
        answer = await one.officer.post(PROVIDERS, one.described(issuer=f"{one.at.url}/other"))
        assert answer.refusal == (502, "provider_failed")


async def test_a_public_client_is_let_in_by_pkce_alone(world: World) -> None:
    async with house(world) as one:
        await one.officer.ask("DELETE", f"{PROVIDERS}/{one.id}")
        one.at.secret = None
        answer = await one.officer.post(PROVIDERS, one.described())
        one.id = network_in(answer)["providers"][0]["id"]
        await one.linked("mila", "person-1", Role.OPS)
        assert (await one.signs_on("person-1"))[1].status == 200
        assert PASSWORD not in str(answer.body)
