import pytest

from server.chart.entries import ENTRIES, KINDS
from server.records.holders import CONFIDENTIAL, OF_A_SPA, OF_OTHERS, may_read


@pytest.mark.parametrize("listed", [CONFIDENTIAL, OF_A_SPA, OF_OTHERS])
def test_the_lists_name_kinds_that_there_are(listed: frozenset[str]) -> None:
    assert listed <= set(KINDS)


def test_the_network_reads_all_of_it() -> None:
    assert all(may_read("network", kind, KINDS) for kind in KINDS)


def test_a_spa_reads_neither_note_nor_answers_nor_what_they_can_be_guessed_from() -> None:
    for kind in (
        "note.snapshot",
        "note.delta",
        "note.merged",
        "chat.said",
        "intake.answers",
        "answers.read",
        "intake.location",
        "emergency.raised",
        "packet.submitted",
        "review.item_opened",
        "offer.declined",
        "a.kind.of.tomorrow",
    ):
        assert not may_read("spa", kind, KINDS)
    for kind in ("disposition.set", "attestation", "authority.checked", "addendum"):
        assert may_read("spa", kind, KINDS)


def test_a_patient_reads_answers_decisions_consents_and_the_note() -> None:
    adult = set(KINDS) - {"minor.admitted"}
    unread = {kind for kind in KINDS if not may_read("patient", kind, adult)}
    assert unread == OF_OTHERS


def test_what_a_minor_said_alone_is_not_in_a_record_that_a_guardian_may_hold() -> None:
    told_alone = {"minor.admitted", "privacy.requested"}
    for kind in CONFIDENTIAL:
        assert not may_read("patient", kind, told_alone)
        assert may_read("patient", kind, {"minor.admitted"})
        assert may_read("patient", kind, {"privacy.requested"})
        assert may_read("network", kind, told_alone)
    assert may_read("patient", "disposition.set", told_alone)


@pytest.mark.parametrize(
    "kind",
    [
        "answers.read",
        "emergency.cleared",
        "emergency.raised",  # its flags are answers
        "modality.upgraded",
        "packet.submitted",  # a hash of all answers
        "review.condition_attested",
        "review.item_opened",
        "review.returned",
        "review.sufficiency",
        "rules.decided",  # R10 names the flags of an emergency
    ],
)
def test_a_guardian_reads_nothing_that_tells_what_a_minor_answered_alone(kind: str) -> None:
    assert kind in KINDS
    assert not may_read("patient", kind, {"minor.admitted", "privacy.requested"})


def test_every_entry_that_has_a_hash_of_the_answers_is_kept_from_a_guardian() -> None:
    hashed = {
        str(one.model_fields["kind"].default)
        for one in ENTRIES
        if {"answers_sha256", "item"} & set(one.model_fields)
    }
    assert hashed == {"packet.submitted", "review.item_opened"}
    assert hashed <= CONFIDENTIAL
