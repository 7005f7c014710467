from hashlib import sha256

import pytest

from server.attestation import (
    ATTESTATIONS,
    EXAMINED,
    NOT_EXAMINED,
    NOT_RELIED_ON,
    AttestationText,
    attestation_text,
)


def test_nobody_attests_to_have_seen_a_patient_without_video() -> None:
    assert attestation_text(connected=True) is EXAMINED
    assert attestation_text(connected=False) is NOT_EXAMINED
    assert attestation_text(connected=False, examined=True) is NOT_EXAMINED
    assert attestation_text(connected=True, examined=False) is NOT_RELIED_ON
    assert "did not examine" in NOT_EXAMINED.text
    assert "live, by two-way video" in EXAMINED.text


@pytest.mark.parametrize("words", ATTESTATIONS.values())
def test_the_hash_is_that_of_the_words(words: AttestationText) -> None:
    assert words.sha256 == sha256(words.text.encode()).hexdigest()
    assert words.text.startswith("I attest that I ")
    assert len(words.version) <= 40
    assert ATTESTATIONS[words.version] is words
