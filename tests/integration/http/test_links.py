from __future__ import annotations

import pytest

from server import charting, redemption
from server.storage import encounters
from tests.integration.http.browsing import (
    JOIN,
    PORTAL,
    World,
    redeem_form,
    redeemed,
    secret_of,
    through_intake,
)

WRONG = "1990-12-04"


@pytest.fixture(autouse=True)
def _refuse_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redemption, "REFUSAL_S", 0.0)


async def test_an_unknown_link_is_not_found(world: World) -> None:
    link = await world.request(await world.spa())
    form = redeem_form(link) | {"secret": "A" * 43}
    answer = await world.browser().post(f"{JOIN}/session", form)
    assert answer.refusal == (404, "link_unknown")


async def test_an_expired_link_says_so(world: World) -> None:
    link = await world.request(await world.spa())
    world.clock.advance(24 * 3_600)
    answer = await world.browser().post(f"{JOIN}/session", redeem_form(link))
    assert answer.refusal == (410, "link_expired")


@pytest.mark.parametrize(
    ("visit", "code"),
    [
        ("cancelled", "link_cancelled"),
        ("no_show", "link_finished"),
        ("expired", "link_expired"),
    ],
)
async def test_a_link_dies_with_its_visit(world: World, visit: str, code: str) -> None:
    link = await world.request(await world.spa())
    await world.move(link["encounter_id"], visit)
    answer = await world.browser().post(f"{JOIN}/session", redeem_form(link))
    assert answer.refusal == (410, code)


async def test_a_link_that_was_sent_again_replaces_the_old_one(world: World) -> None:
    spa = await world.spa()
    old = await world.request(spa)
    new = (await spa.post(f"{PORTAL}/encounters/{old['encounter_id']}/link", {})).body
    refused = await world.browser().post(f"{JOIN}/session", redeem_form(old))
    assert refused.refusal == (404, "link_unknown")
    accepted = await world.browser().post(f"{JOIN}/session", redeem_form(new))
    assert accepted.status == 200


async def test_a_wrong_birth_date_too_often_locks_the_link_for_a_while(world: World) -> None:
    link = await world.request(await world.spa())
    patient = world.browser()
    for _ in range(5):
        wrong = await patient.post(f"{JOIN}/session", redeem_form(link, birth_date=WRONG))
        assert wrong.refusal == (401, "birth_date_wrong")
    for birth_date in (WRONG, "1990-04-12"):
        form = redeem_form(link, birth_date=birth_date)
        locked = await patient.post(f"{JOIN}/session", form)
        assert locked.refusal == (429, "too_many_attempts")
        assert locked.body["error"]["retry"]
    world.clock.advance(901)
    assert (await patient.post(f"{JOIN}/session", redeem_form(link))).status == 200


async def test_guessing_links_from_one_address_is_limited(world: World) -> None:
    patient = world.browser()
    link = await world.request(await world.spa())
    for at in range(30):
        form = redeem_form(link) | {"secret": f"{at:A>43}"}
        assert (await patient.post(f"{JOIN}/session", form)).code == "link_unknown"
    answer = await patient.post(f"{JOIN}/session", redeem_form(link) | {"secret": "B" * 43})
    assert answer.refusal == (429, "too_many_attempts")


async def test_an_unknown_link_takes_as_long_as_a_wrong_birth_date(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(redemption, "REFUSAL_S", 0.25)
    monkeypatch.setattr("server.redemption.asyncio.sleep", sleep)
    link = await world.request(await world.spa())
    for form in (
        redeem_form(link) | {"secret": "A" * 43},
        redeem_form(link, birth_date=WRONG),
    ):
        await world.browser().post(f"{JOIN}/session", form)
    assert slept == [0.25, 0.25]


async def test_looking_at_a_page_redeems_nothing(world: World) -> None:
    link = await world.request(await world.spa())
    for path in ("/join", "/", f"{JOIN}/session", f"{JOIN}/state"):
        await world.browser().get(path)
    async with world.services.database.read() as tx:
        encounter = await encounters.get(tx, link["encounter_id"])
    assert encounter.visit == "requested"


async def test_a_second_device_asks_before_it_takes_over(world: World) -> None:
    link = await world.request(await world.spa())
    first = await redeemed(world, link, device="in-app-browser")
    await through_intake(first)
    second = world.browser()
    asked = await second.post(f"{JOIN}/session", redeem_form(link, device="safari-01"))
    assert asked.refusal == (409, "device_takeover_required")
    assert (await first.get(f"{JOIN}/state")).status == 200

    form = redeem_form(link, device="safari-01", take_over=True)
    taken = await second.post(f"{JOIN}/session", form)
    assert (taken.status, taken.body["step"]) == (200, "ready")
    assert (await first.get(f"{JOIN}/state")).refusal == (401, "session_expired")
    encounter_id, _ = world.hub.replaced[-1]
    assert encounter_id == link["encounter_id"]
    async with world.services.database.read() as tx:
        _, entries = await charting.read(tx, world.services.keyring, encounter_id)
    assert [one.took_over for one in entries if one.kind == "link.redeemed"] == [False, True]


async def test_the_same_browser_needs_no_take_over(world: World) -> None:
    link = await world.request(await world.spa())
    first = await redeemed(world, link)
    for browser in (first, world.browser()):
        again = await browser.post(f"{JOIN}/session", redeem_form(link))
        assert again.status == 200


async def test_a_device_that_went_idle_needs_no_take_over(world: World) -> None:
    link = await world.request(await world.spa())
    first = await redeemed(world, link)
    world.clock.advance(901)
    assert (await first.get(f"{JOIN}/state")).refusal == (401, "session_expired")
    form = redeem_form(link, device="device-b")
    assert (await world.browser().post(f"{JOIN}/session", form)).status == 200


async def test_a_session_in_use_does_not_go_idle_but_ends_after_a_day(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    for _ in range(143):
        world.clock.advance(600)
        assert (await patient.get(f"{JOIN}/state")).status == 200
    world.clock.advance(600)
    assert (await patient.get(f"{JOIN}/state")).refusal == (401, "session_expired")


async def test_a_signed_chart_can_be_read_again_and_is_not_written(world: World) -> None:
    link = await world.request(await world.spa())
    await world.move(link["encounter_id"], "signed")
    patient = world.browser()
    answer = await patient.post(f"{JOIN}/session", redeem_form(link))
    assert (answer.status, answer.body["step"]) == (200, "done")
    async with world.services.database.read() as tx:
        encounter = await encounters.get(tx, link["encounter_id"])
    assert encounter.chart_seq == 1


async def test_one_browser_is_in_one_visit(world: World) -> None:
    spa = await world.spa()
    first = await world.request(spa)
    second = await world.request(spa, request_id="request-0002", name="Ana Ruiz")
    browser = await redeemed(world, first)
    kept = browser.cookie("gf_patient")
    answer = await browser.post(f"{JOIN}/session", redeem_form(second))
    assert answer.body["suggested_name"] == "Ana Ruiz"
    other = await world.browser().ask(
        "GET", f"{JOIN}/state", headers={"Cookie": f"gf_patient={kept}"}
    )
    assert other.refusal == (401, "session_expired")


async def test_the_secret_is_in_the_fragment_and_nowhere_on_disk(world: World) -> None:
    link = await world.request(await world.spa())
    assert link["url"].startswith("http://localhost:8080/join#")
    assert len(secret_of(link)) == 43
    patient = await redeemed(world, link)
    session_id = patient.cookie("gf_patient") or ""
    stored = b"".join(
        path.read_bytes() for path in world.settings.data_dir.iterdir() if path.is_file()
    )
    for canary in (secret_of(link), session_id, "Maria Vega", link["kiosk_code"]):
        assert canary.encode() not in stored
