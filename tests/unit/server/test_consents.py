from hashlib import sha256

import pytest

from server.consenting.accepting import ConsentMismatch, covers, verify
from server.consenting.circumstances import Circumstances, Modality, documents, kinds
from server.consenting.library import KINDS, LANGUAGES, all_parts, document, index
from server.views import ConsentGivenForm, ConsentKind, ConsentsForm, Language

ARIZONA = Circumstances(frozenset({"AZ"}))


def given(
    kind: ConsentKind, language: Language = "en", places: frozenset[str] = frozenset()
) -> ConsentGivenForm:
    shown = document(kind, places, language).view()
    return ConsentGivenForm(
        kind=kind, version=shown.version, language=language, sha256=shown.sha256
    )


def form(*consents: ConsentGivenForm) -> ConsentsForm:
    return ConsentsForm(consents=list(consents), signed_name="Ana Núñez")


def everything(where: Circumstances, language: Language = "en") -> ConsentsForm:
    return form(*(given(kind, language, where.places) for kind in kinds(where)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_shown_with_the_hash_of_exactly_its_words(
    kind: ConsentKind, language: Language
) -> None:
    shown = document(kind, {"NE", "NJ", "TX"}, language).view()
    assert shown.sha256 == sha256(shown.text.encode()).hexdigest()
    assert shown.title
    assert shown.language == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_shown_is_accepted(language: Language) -> None:
    verify(form(given("telehealth", language), given("privacy_notice", language)), ARIZONA)


def test_the_documents_may_be_read_in_different_languages() -> None:
    verify(form(given("telehealth", "es"), given("privacy_notice", "en")), ARIZONA)


@pytest.mark.parametrize(
    "accepted",
    [
        form(given("telehealth")),
        form(given("telehealth"), given("telehealth")),
        form(given("telehealth"), given("privacy_notice"), given("guardian")),
        form(given("telehealth"), given("privacy_notice").model_copy(update={"version": "1"})),
        form(
            given("telehealth"),
            given("privacy_notice").model_copy(update={"sha256": "ab" * 32}),
        ),
        form(
            given("telehealth"), given("privacy_notice").model_copy(update={"language": "es"})
        ),
    ],
)
def test_anything_else_must_be_shown_again(accepted: ConsentsForm) -> None:
    with pytest.raises(ConsentMismatch) as refused:
        verify(accepted, ARIZONA)
    assert refused.value.code == "invalid_body"
    assert refused.value.fields == ("consents",)


@pytest.mark.parametrize(
    ("where", "needed"),
    [
        (ARIZONA, ["privacy_notice", "telehealth"]),
        (Circumstances(frozenset({"AZ", "TX"})), ["complaint_notice"]),
        (Circumstances(frozenset({"NJ"})), ["physician_request"]),
        (Circumstances(frozenset({"AZ"}), minor=True), ["guardian"]),
    ],
)
def test_place_and_age_decide_what_must_be_shown(
    where: Circumstances, needed: list[ConsentKind]
) -> None:
    assert kinds(where) == [
        *kinds(ARIZONA),
        *(one for one in needed if one not in kinds(ARIZONA)),
    ]


@pytest.mark.parametrize(
    ("modality", "needed"),
    [
        ("live_video", {"telehealth"}),
        ("hybrid", {"telehealth"}),
        ("store_and_forward", {"store_and_forward"}),
        ("audio_only", {"telehealth", "audio_only"}),
    ],
)
def test_store_and_forward_has_a_consent_of_its_own(
    modality: Modality, needed: set[ConsentKind]
) -> None:
    shown = documents(Circumstances(frozenset({"AZ"}), modality=modality), "es")
    assert {one.kind for one in shown} == {"privacy_notice", *needed}


def test_nebraska_is_told_whether_the_visit_is_recorded_and_who_attends() -> None:
    shown = document("telehealth", {"NE", "AZ"}, "en")
    assert shown.version == f"{document('telehealth', {'AZ'}, 'en').version}+NE.1"
    assert "not recorded" in shown.parts[-1].text
    assert "who attend" in shown.view().text


def test_consent_given_elsewhere_does_not_cover_what_a_jurisdiction_adds() -> None:
    nebraska, texas = Circumstances(frozenset({"NE"})), Circumstances(frozenset({"TX"}))
    accepted = everything(ARIZONA)
    assert covers(accepted, ARIZONA)
    assert covers(accepted, Circumstances(frozenset({"NV"})))
    assert not covers(accepted, nebraska)
    assert not covers(accepted, texas)
    assert covers(everything(nebraska), nebraska)
    assert covers(everything(nebraska, "es"), ARIZONA)


def test_a_newer_wording_does_not_undo_a_consent() -> None:
    older = [
        one.model_copy(update={"version": "2025-1"}) for one in everything(ARIZONA).consents
    ]
    assert covers(form(*older), ARIZONA)


def test_the_privacy_notice_has_the_heading_of_the_rule() -> None:
    # 45 CFR 164.520(b)(1)(i), word for word
    text = document("privacy_notice", (), "en").view().text
    assert text.startswith(
        "THIS NOTICE DESCRIBES HOW MEDICAL INFORMATION ABOUT YOU MAY BE USED AND DISCLOSED AND "
        "HOW YOU CAN GET ACCESS TO THIS INFORMATION. PLEASE REVIEW IT CAREFULLY."
    )


@pytest.mark.parametrize("listed", index(), ids=lambda one: f"{one.kind}{one.jurisdiction}")
def test_the_languages_say_the_same_number_of_things(listed: object) -> None:
    english, spanish = (
        next(
            part.text
            for part in all_parts()
            if (part.kind, part.jurisdiction, part.language)
            == (listed.kind, listed.jurisdiction, language)  # type: ignore[attr-defined]
        )
        for language in LANGUAGES
    )
    assert english.count("\n\n") == spanish.count("\n\n")
    assert ("911" in english) == ("911" in spanish)


@pytest.mark.parametrize("kind", ["telehealth", "store_and_forward", "audio_only", "guardian"])
def test_every_consent_says_that_it_is_not_for_emergencies(kind: ConsentKind) -> None:
    assert all("911" in document(kind, (), language).view().text for language in LANGUAGES)


def test_no_text_is_reviewed_yet_and_each_says_so() -> None:
    assert {one.status for one in index()} == {"unreviewed"}
    assert not any(document(kind, (), "en").view().reviewed for kind in KINDS)
    assert all(len(document(kind, {"NE", "NJ", "TX"}, "en").version) <= 40 for kind in KINDS)
