from __future__ import annotations

import pytest

from server import redemption
from tests.integration.http.browsing import (
    BIRTH_DATE,
    JOIN,
    PORTAL,
    WORKING,
    Browser,
    Json,
    World,
    redeem_form,
    redeemed,
    through_intake,
)
from tests.integration.http.test_result import examine


@pytest.fixture(autouse=True)
def _refuse_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redemption, "REFUSAL_S", 0.0)


async def tablet_of(world: World, jurisdiction: str = "AZ", login: str = "glow") -> Browser:
    browser = await world.spa(login)
    site = await world.site(browser, jurisdiction)
    answer = await browser.post(f"{PORTAL}/sites/{site['site_id']}/device", {})
    assert answer.status == 200, answer.body
    return browser


def code_form(link: Json, **changed: object) -> Json:
    return {"code": link["kiosk_code"], "birth_date": BIRTH_DATE, "take_over": False, **changed}


async def test_registering_a_tablet_signs_the_staff_out_of_it(world: World) -> None:
    tablet = await tablet_of(world)
    assert tablet.cookie("gf_site")
    assert tablet.cookie("gf_spa") is None
    assert (await tablet.get(f"{PORTAL}/home")).refusal == (401, "not_signed_in")
    assert world.hub.ended[-1][1] == "signed_out"
    view = (await tablet.get(f"{JOIN}/kiosk")).body
    assert (view["spa_name"], view["city"]) == ("Glow Aesthetics", "Scottsdale")
    assert not view["device_test_done_today"]


async def test_any_other_browser_is_no_tablet(world: World) -> None:
    spa = await world.spa()
    assert (await spa.get(f"{JOIN}/kiosk")).refusal == (404, "not_a_site_device")
    link = await world.request(spa)
    answer = await spa.post(f"{JOIN}/kiosk", code_form(link))
    assert answer.refusal == (404, "not_a_site_device")


async def test_a_patient_joins_on_the_tablet_and_says_who_holds_it(world: World) -> None:
    link = await world.request(await world.spa())
    tablet = await tablet_of(world)
    entered = await tablet.post(f"{JOIN}/kiosk", code_form(link))
    assert (entered.body["kiosk"], entered.body["step"]) == (True, "holder")
    unnamed = await tablet.put(f"{JOIN}/holder", {"holder": "staff"})
    assert unnamed.refusal == (400, "invalid_body")
    assert unnamed.body["error"]["fields"] == ["staff_name"]
    named = await tablet.put(f"{JOIN}/holder", {"holder": "staff", "staff_name": "Kim"})
    assert (named.body["holder"], named.body["step"]) == ("staff", "identity")
    assert (await through_intake(tablet, kiosk=True))["step"] == "ready"


async def test_patient_b_after_patient_a_sees_nothing_of_a(world: World) -> None:
    spa = await world.spa()
    first = await world.request(spa)
    second = await world.request(
        spa, request_id="request-0002", name="Ana Ruiz", birth_date="1985-01-30"
    )
    tablet = await tablet_of(world)
    await tablet.post(f"{JOIN}/kiosk", code_form(first))
    await through_intake(tablet, kiosk=True)
    of_a = tablet.cookie("gf_patient")
    assert (await tablet.post(f"{JOIN}/end", {})).status == 204
    assert (await tablet.get(f"{JOIN}/state")).refusal == (401, "not_signed_in")

    entered = await tablet.post(f"{JOIN}/kiosk", code_form(second, birth_date="1985-01-30"))
    assert entered.status == 200
    assert b"Maria" not in entered.raw
    assert entered.body["encounter_id"] == second["encounter_id"]
    for empty in ("identity", "location", "holder"):
        assert entered.body[empty] is None
    assert entered.body["answers"] == {}
    replayed = await world.browser().ask(
        "GET", f"{JOIN}/state", headers={"Cookie": f"gf_patient={of_a}"}
    )
    assert replayed.refusal == (401, "session_expired")


async def test_patient_b_ends_the_session_that_patient_a_left_open(world: World) -> None:
    spa = await world.spa()
    first = await world.request(spa)
    second = await world.request(spa, request_id="request-0002", name="Ana Ruiz")
    tablet = await tablet_of(world)
    await tablet.post(f"{JOIN}/kiosk", code_form(first))
    of_a = tablet.cookie("gf_patient")
    await tablet.post(f"{JOIN}/kiosk", code_form(second))
    replayed = await world.browser().ask(
        "GET", f"{JOIN}/state", headers={"Cookie": f"gf_patient={of_a}"}
    )
    assert replayed.refusal == (401, "session_expired")


async def test_a_code_is_of_its_site_only(world: World) -> None:
    link = await world.request(await world.spa())
    for tablet in (
        await tablet_of(world, "TX"),
        await tablet_of(world, "CO", login="lumen"),
    ):
        answer = await tablet.post(f"{JOIN}/kiosk", code_form(link))
        assert answer.refusal == (404, "code_unknown")


async def test_a_code_is_worth_nothing_without_the_birth_date(world: World) -> None:
    link = await world.request(await world.spa())
    tablet = await tablet_of(world)
    for _ in range(5):
        wrong = await tablet.post(f"{JOIN}/kiosk", code_form(link, birth_date="1990-12-04"))
        assert wrong.refusal == (401, "birth_date_wrong")
    locked = await tablet.post(f"{JOIN}/kiosk", code_form(link))
    assert locked.refusal == (429, "too_many_attempts")


async def test_a_code_may_be_typed_without_its_dash(world: World) -> None:
    link = await world.request(await world.spa())
    tablet = await tablet_of(world)
    code = link["kiosk_code"].replace("-", "")
    assert (await tablet.post(f"{JOIN}/kiosk", code_form(link, code=code))).status == 200


async def test_a_visit_on_the_phone_moves_to_the_tablet_after_a_confirmation(
    world: World,
) -> None:
    link = await world.request(await world.spa())
    phone = await redeemed(world, link)
    tablet = await tablet_of(world)
    asked = await tablet.post(f"{JOIN}/kiosk", code_form(link))
    assert asked.refusal == (409, "device_takeover_required")
    taken = await tablet.post(f"{JOIN}/kiosk", code_form(link, take_over=True))
    assert taken.status == 200
    assert (await phone.get(f"{JOIN}/state")).refusal == (401, "session_expired")
    back = redeem_form(link, device="device-a")
    again = await phone.post(f"{JOIN}/session", back)
    assert again.refusal == (409, "device_takeover_required")


async def test_the_tablet_remembers_a_working_device_test_for_the_day(world: World) -> None:
    link = await world.request(await world.spa())
    tablet = await tablet_of(world)
    await tablet.post(f"{JOIN}/kiosk", code_form(link))
    await through_intake(tablet, kiosk=True)
    await tablet.put(f"{JOIN}/device-test", WORKING)
    await tablet.post(f"{JOIN}/end", {})
    world.clock.advance(3_600)
    assert (await tablet.get(f"{JOIN}/kiosk")).body["device_test_done_today"]
    other = await tablet_of(world)
    assert not (await other.get(f"{JOIN}/kiosk")).body["device_test_done_today"]
    world.clock.advance(86_400)
    assert not (await tablet.get(f"{JOIN}/kiosk")).body["device_test_done_today"]


async def test_a_patients_cookie_on_a_tablet_ends_with_the_browser(world: World) -> None:
    link = await world.request(await world.spa())
    tablet = await tablet_of(world)
    entered = await tablet.post(f"{JOIN}/kiosk", code_form(link))
    assert "Max-Age" not in entered.headers["Set-Cookie"]
    phone = await world.browser().post(f"{JOIN}/session", redeem_form(link, take_over=True))
    assert "Max-Age=86400" in phone.headers["Set-Cookie"]


async def test_a_tablet_gives_no_copy_and_the_patients_own_device_does(world: World) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    encounter = link["encounter_id"]
    tablet = await tablet_of(world)
    await tablet.post(f"{JOIN}/kiosk", code_form(link))
    await through_intake(tablet, kiosk=True)
    await examine(world, encounter)
    assert (await tablet.get(f"{JOIN}/state")).body["result"] is not None
    for file in ("copy.pdf", "record.json"):
        assert (await tablet.get(f"{JOIN}/{file}")).refusal == (404, "not_found")
    phone = await redeemed(world, link, device="device-b", take_over=True)
    assert (await phone.get(f"{JOIN}/copy.pdf")).raw.startswith(b"%PDF")
    fresh = await (await world.spa()).post(f"{PORTAL}/encounters/{encounter}/link", {})
    later = await redeemed(world, fresh.body, device="device-c", take_over=True)
    assert (await later.get(f"{JOIN}/copy.pdf")).raw.startswith(b"%PDF")
