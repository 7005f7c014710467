from hashlib import sha256
from typing import Literal

import pytest

from server.consents import KINDS, ConsentMismatch, consent_text, texts, verify
from server.views import ConsentGivenForm, ConsentsForm, Language

LANGUAGES: tuple[Language, ...] = ("en", "es")


def given(
    kind: Literal["privacy_notice", "telehealth"], language: Language = "en"
) -> ConsentGivenForm:
    shown = consent_text(kind, language)
    return ConsentGivenForm(
        kind=kind, version=shown.version, language=language, sha256=shown.sha256
    )


def form(*consents: ConsentGivenForm) -> ConsentsForm:
    return ConsentsForm(consents=list(consents), signed_name="Ana Núñez")


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_texts_are_shown_with_the_hash_of_exactly_their_words(language: Language) -> None:
    shown = texts(language)
    assert [one.kind for one in shown] == list(KINDS)
    for one in shown:
        assert one.sha256 == sha256(one.text.encode()).hexdigest()
        assert one.title
        assert one.language == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_shown_is_accepted(language: Language) -> None:
    verify(form(given("telehealth", language), given("privacy_notice", language)))


def test_the_two_may_be_read_in_different_languages() -> None:
    verify(form(given("telehealth", "es"), given("privacy_notice", "en")))


@pytest.mark.parametrize(
    "accepted",
    [
        form(given("telehealth"), given("telehealth")),
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
        verify(accepted)
    assert refused.value.code == "invalid_body"
    assert refused.value.fields == ("consents",)


def test_the_privacy_notice_has_the_heading_of_the_rule() -> None:
    # 45 CFR 164.520(b)(1)(i), word for word
    assert consent_text("privacy_notice", "en").text.startswith(
        "THIS NOTICE DESCRIBES HOW MEDICAL INFORMATION ABOUT YOU MAY BE USED AND DISCLOSED AND "
        "HOW YOU CAN GET ACCESS TO THIS INFORMATION. PLEASE REVIEW IT CAREFULLY."
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_languages_say_the_same_number_of_things(
    kind: Literal["privacy_notice", "telehealth"],
) -> None:
    english, spanish = (consent_text(kind, language).text for language in LANGUAGES)
    assert english.count("\n\n") == spanish.count("\n\n") >= 8
    assert "911" in english or kind == "privacy_notice"
    assert ("911" in english) == ("911" in spanish)
