"""What a chart shows of a review: each thing by its entry, and nothing without it."""

import pytest

from server.chart import entries as e
from server.conditions.evidencing import Shown
from server.conditions.showing import evidenced_by, items, shown_by
from tests.unit.server.chart_of_ana import PRACTITIONER, SNAPSHOT
from tests.unit.server.conditions.packet_of_ana import PACKET, packet

LOW_RISK = {"neurotoxin"}
NEVER_OF_ANA = {Shown.PHYSICIAN_OFFERED}


def test_a_packet_that_was_reviewed_shows_everything() -> None:
    assert shown_by(packet(), LOW_RISK) == frozenset(Shown) - NEVER_OF_ANA


@pytest.mark.parametrize(
    ("without", "lost"),
    [
        ("identity", {Shown.IDENTITY_GIVEN}),
        ("location", {Shown.LOCATION_GIVEN}),
        ("answers", {Shown.ANSWERS_COMPLETE}),
        ("open answers", {Shown.EVERYTHING_OPENED}),
        ("open photo", {Shown.EVERYTHING_OPENED, Shown.IMAGES_OR_RECORDS}),
        ("enough", {Shown.FOUND_SUFFICIENT}),
        ("authority", {Shown.REVIEWER_LICENSED, Shown.COLLABORATOR_NAMED}),
        ("note", {Shown.NOTE_WRITTEN}),
        ("decision", {Shown.REASONS_GIVEN, Shown.ORDERS_CONFIRMED}),
    ],
)
def test_without_its_entry_it_is_not_shown(without: str, lost: set[Shown]) -> None:
    assert shown_by(packet(without=without), LOW_RISK) == frozenset(Shown) - NEVER_OF_ANA - lost


def test_before_a_review_began_nothing_is_evidenced() -> None:
    assert evidenced_by(packet(without="begun"), LOW_RISK) == frozenset()
    assert "lower_risk_class" in evidenced_by(packet(), LOW_RISK)
    assert "lower_risk_class" not in evidenced_by(packet(), {"filler"})


def test_another_birth_date_than_the_requests_shows_no_identity() -> None:
    identity = PACKET["identity"]
    assert isinstance(identity, e.IntakeIdentity)
    other = identity.identity.model_copy(update={"birth_date": "1990-02-04"})
    state = packet(identity=e.IntakeIdentity(identity=other))
    assert Shown.IDENTITY_GIVEN not in shown_by(state, LOW_RISK)


@pytest.mark.parametrize("physician", [None, "Dr. Chen"])
def test_a_nurse_practitioner_needs_a_named_physician(physician: str | None) -> None:
    nurse = PRACTITIONER.model_copy(update={"profession": "NP"})
    fact = e.AuthorityFact.of(SNAPSHOT).model_copy(
        update={"profession": "NP", "collaborating_physician": physician}
    )
    checked = e.AuthorityChecked(moment="review", practitioner=nurse, authorities=[fact])
    shown = shown_by(packet(authority=checked), LOW_RISK)
    assert (Shown.COLLABORATOR_NAMED in shown) is (physician is not None)


def test_a_licence_elsewhere_or_of_somebody_else_shows_nothing() -> None:
    somebody = PRACTITIONER.model_copy(update={"practitioner_id": "practitioner-2"})
    elsewhere = e.AuthorityFact.of(SNAPSHOT).model_copy(update={"jurisdiction": "NV"})
    for who, fact in (
        (somebody, e.AuthorityFact.of(SNAPSHOT)),
        (PRACTITIONER, elsewhere),
    ):
        checked = e.AuthorityChecked(moment="review", practitioner=who, authorities=[fact])
        state = packet(authority=checked)
        assert Shown.REVIEWER_LICENSED not in shown_by(state, LOW_RISK)


def test_each_thing_that_was_sent_is_an_item_by_its_own_key() -> None:
    assert [(one.key, one.opened) for one in items(packet(without="open photo"))] == [
        ("answers", True),
        ("upload-1", False),
    ]
    assert items(packet(without="sent")) == ()
