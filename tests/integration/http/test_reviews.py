"""A review of what a patient sent: what is given, what signs it, and what it goes on to."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from server.attestation import EXAMINED
from server.errors import (
    GoodfaithError,
    InvalidBody,
    NotPossibleNow,
    SignRequirementsMissing,
)
from server.reviewing.refusals import (
    ItemsUnopened,
    LiveVideoRequired,
    NoSuchItem,
    NotAttestable,
    StatementMoved,
)
from server.rulebooks import changing
from server.rulebooks.changing import Act
from server.storage import authorizations, encounters, links
from server.storage.compliance import What
from tests.contract.storage.rows import put
from tests.integration.http.browsing import Browser, World
from tests.integration.http.packets import (
    CONSOLE,
    PICTURE,
    Reviewer,
    missing,
    queue,
    reviewer,
    visit_of,
)

MINUTE = 60 * 1_000_000


async def test_a_picture_is_given_once_its_opening_was_logged(
    world: World, avery: Reviewer
) -> None:
    browser = await world.signed_in("console", "avery")
    await avery.ask("review.begin")
    review = (await avery.chart()).review
    assert review is not None
    first = next(one.key for one in review.items if one.kind == "image")
    at = f"{CONSOLE}/encounters/{avery.encounter_id}"
    assert (await browser.get(f"{at}/pictures/{first}")).refusal == (409, "item_not_opened")
    assert (await browser.get(f"{at}/thumbnails/{first}")).raw == PICTURE.thumbnail
    await avery.ask("review.open", item=first)
    await avery.ask("review.open", item=first)
    given = await browser.get(f"{at}/pictures/{first}")
    assert (given.status, given.raw) == (200, PICTURE.image)
    assert given.headers["Content-Type"] == "image/jpeg"
    assert given.headers["Cache-Control"] == "no-store"
    opened = [one for one in (await avery.chart()).entries if one.kind == "review.item_opened"]
    assert len(opened) == 1
    assert (await browser.get(f"{at}/pictures/whatever")).status == 404


async def test_nobody_else_is_given_a_picture(world: World, avery: Reviewer) -> None:
    await avery.ask("review.begin")
    await avery.open_all()
    review = (await avery.chart()).review
    assert review is not None
    at = f"{CONSOLE}/encounters/{avery.encounter_id}/pictures/{review.items[1].key}"
    for login in ("blake", "finley"):
        assert (await (await world.signed_in("console", login)).get(at)).status == 404
    assert (await world.browser().get(at)).status == 401


async def test_what_was_not_sent_is_not_opened_and_only_exact_sentences_are_attested(
    avery: Reviewer,
) -> None:
    await avery.ask("review.begin")
    with pytest.raises(NoSuchItem):
        await avery.ask("review.open", item="somebody-elses")
    with pytest.raises(InvalidBody):
        await avery.ask("gate.confirm", gate="seen_on_video", confirmed=True)
    with pytest.raises(NotPossibleNow):
        await avery.ask("room.set", people=[])
    with pytest.raises(NotAttestable):
        await avery.ask(
            "review.attest", code="appropriate_physical_exam", statement="Yes.", attested=True
        )
    with pytest.raises(StatementMoved):
        await avery.ask(
            "review.attest", code="standard_of_care_equivalent", statement="Yes.", attested=True
        )
    with pytest.raises(ItemsUnopened) as refused:
        await avery.ask("review.judge", sufficient=True, reason="")
    assert "answers" in refused.value.fields
    with pytest.raises(InvalidBody):
        await avery.ask("review.judge", sufficient=False, reason=" ")


# ------------------------------------------------------------------ signing


async def test_a_review_is_signed_once_everything_is_there(
    world: World, avery: Reviewer
) -> None:
    await avery.ask("review.begin")
    view = await avery.chart()
    assert view.gates == {}
    assert view.review is not None
    assert view.review.bars == []
    assert [one.split()[0] for one in await missing(avery)] == [
        "item_unopened",
        "item_unopened",
        "item_unopened",
        "sufficiency_missing",
        "disposition_missing",
        "note_missing",
    ]
    await avery.review()
    assert await missing(avery) == []
    done = (await avery.chart()).review
    assert done is not None
    assert {one.code for one in done.conditions} == {
        "reviewer_licensed_here",
        "full_record_reviewed",
        "encounter_documented",
        "sufficiency_determined",
        "lower_risk_class",
    }
    assert all(one.evidenced for one in done.conditions)
    await avery.sign()
    assert await visit_of(avery) == "signed"
    async with world.services.database.read() as tx:
        encounter = await encounters.get(tx, avery.encounter_id)
        (made,) = await authorizations.of_patient(tx, encounter.patient_id)
    assert (made.treatment_class, made.disposition) == ("chemical_peel", "approved")
    assert (await queue(world, "avery")).reviews == []
    browser = await world.signed_in("console", "avery")
    paper = await browser.get(f"{CONSOLE}/encounters/{avery.encounter_id}/exam.pdf")
    words = " ".join(page.extract_text() for page in PdfReader(BytesIO(paper.raw)).pages)
    assert "store_and_forward" in words
    assert "not live" in " ".join(words.split())


@pytest.mark.parametrize("item", ["answers", "upload"])
async def test_an_item_that_was_not_opened_bars_the_signature(
    avery: Reviewer, item: str
) -> None:
    await avery.ask("review.begin")
    review = (await avery.chart()).review
    assert review is not None
    kept = next(one for one in review.items if (one.kind == "answers") is (item == "answers"))
    for one in review.items:
        if one is not kept:
            await avery.ask("review.open", item=one.key)
    await avery.ask("review.judge", sufficient=False, reason="One is blurred.")
    await avery.write()
    await avery.decide("deferred")
    assert await missing(avery) == [f"item_unopened item-{kept.key}"]
    with pytest.raises(SignRequirementsMissing) as refused:
        await avery.sign()
    assert refused.value.fields == ("item_unopened",)


async def test_what_is_not_enough_is_deferred_and_not_approved(avery: Reviewer) -> None:
    await avery.ask("review.begin")
    await avery.review()
    await avery.ask("review.judge", sufficient=False, reason="One is blurred.")
    assert "not_sufficient sufficiency" in await missing(avery)
    await avery.decide("deferred")
    await avery.sign()
    assert await visit_of(avery) == "signed"


async def test_nobody_attests_to_have_seen_the_patient(avery: Reviewer) -> None:
    await avery.ask("review.begin")
    await avery.review()
    with pytest.raises(InvalidBody) as refused:
        await avery.sign(EXAMINED.version)
    assert refused.value.fields == ("attestation_version",)


@pytest.mark.parametrize("what", ["store_and_forward", "definition_opinion"])
async def test_without_a_sign_off_it_is_live_video_or_nothing_approved(
    world: World, avery: Reviewer, act: Act, what: What
) -> None:
    await avery.ask("review.begin")
    await avery.review()
    async with world.services.database.write() as tx:
        assert await changing.withdraw(tx, act, "AZ", what)
    view = await avery.chart()
    assert view.review is not None
    assert view.review.bars != []
    with pytest.raises(LiveVideoRequired):
        await avery.sign()
    await avery.decide("deferred")
    await avery.sign()


async def test_where_nothing_is_signed_off_any_more_it_is_taken_to_go_live(
    world: World, avery: Reviewer, act: Act
) -> None:
    async with world.services.database.write() as tx:
        await changing.withdraw(tx, act, "AZ", "store_and_forward")
    (row,) = (await queue(world, "casey")).reviews
    assert row.live_only
    casey = await reviewer(world, "casey", avery.encounter_id)
    await casey.ask("review.begin")
    await casey.ask("review.upgrade", reason="Photos are not accepted any more.")
    assert await visit_of(avery) == "intake"


async def test_what_waited_for_more_than_a_week_is_not_reviewed(
    world: World, avery: Reviewer
) -> None:
    world.clock.advance(6 * 86_400)
    assert len((await queue(world, "avery")).reviews) == 1
    world.clock.advance(86_400)
    with pytest.raises(GoodfaithError) as refused:
        await avery.ask("review.begin")
    assert refused.value.code == "location"


# ------------------------------------------------------------------ on to live video


async def test_live_video_gives_the_patient_their_steps_and_a_link_that_opens(
    world: World, avery: Reviewer
) -> None:
    await avery.ask("review.begin")
    await avery.review()
    world.hub.changed.clear()
    world.clock.advance(20 * 60)
    await avery.ask("review.upgrade", reason="I want to see it move.")
    assert avery.encounter_id in world.hub.changed
    async with world.services.database.read() as tx:
        encounter = await encounters.get(tx, avery.encounter_id)
        link = await links.latest(tx, avery.encounter_id)
    assert (encounter.visit, encounter.requested_modality) == ("intake", "live_video")
    assert encounter.practitioner_id is None
    assert link is not None
    ttl = world.settings.link_ttl_h * 60 * MINUTE
    assert link.expires_at == world.clock.now() + ttl
    assert (await queue(world, "avery")).reviews == []


async def test_nothing_makes_a_live_exam_a_review(world: World, avery: Reviewer) -> None:
    await avery.ask("review.begin")
    await avery.ask("review.upgrade", reason="I want to see it move.")
    with pytest.raises(NotPossibleNow):
        await avery.ask("review.begin")
    async with world.services.database.write() as tx:
        who = avery.who
        await put(tx, avery.encounter_id, world.clock.now(), practitioner_id=who)
        await put(tx, avery.encounter_id, world.clock.now(), visit="wrap_up")
    view = await avery.chart()
    assert view.review is None
    assert "identity" in view.gates
    for kind, fields in (
        ("review.open", {"item": "answers"}),
        ("review.judge", {"sufficient": True, "reason": ""}),
        ("review.return", {"reason": "other", "said": ""}),
        ("review.upgrade", {"reason": "Again."}),
    ):
        with pytest.raises(NotPossibleNow):
            await avery.ask(kind, **fields)


async def test_a_portal_that_is_asked_shows_no_packet(world: World, avery: Reviewer) -> None:
    spa: Browser = await world.spa()
    await avery.ask("review.begin")
    at = f"/api/v1/portal/encounters/{avery.encounter_id}"
    assert b"face_front_relaxed" not in (await spa.get(at)).raw
