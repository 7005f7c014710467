import pytest

from media.control_proof import End, is_challenge, proof, proves

SECRET = b"s" * 32
RELAYS = "a" * 64
CLIENTS = "b" * 64


def test_each_end_proves_the_secret_with_its_own_answer() -> None:
    for end in End:
        claimed = proof(SECRET, end, RELAYS, CLIENTS)
        assert proves(claimed, SECRET, end, RELAYS, CLIENTS)
    answers = {proof(SECRET, end, RELAYS, CLIENTS) for end in End}
    assert len(answers) == 2


def test_an_answer_of_one_end_is_not_that_of_the_other() -> None:
    claimed = proof(SECRET, End.CLIENT, RELAYS, CLIENTS)
    assert not proves(claimed, SECRET, End.RELAY, RELAYS, CLIENTS)


def test_an_answer_to_other_challenges_or_with_another_secret_is_worth_nothing() -> None:
    claimed = proof(SECRET, End.CLIENT, RELAYS, CLIENTS)
    assert not proves(claimed, SECRET, End.CLIENT, "c" * 64, CLIENTS)
    assert not proves(claimed, SECRET, End.CLIENT, RELAYS, "c" * 64)
    assert not proves(claimed, b"t" * 32, End.CLIENT, RELAYS, CLIENTS)


@pytest.mark.parametrize("claimed", [None, 7, "", "é" * 64, "A" * 64, b"a" * 64, ["a"]])
def test_what_is_no_proof_at_all_is_refused_without_an_error(claimed: object) -> None:
    assert not proves(claimed, SECRET, End.CLIENT, RELAYS, CLIENTS)
    assert not is_challenge(claimed)


def test_a_secret_that_could_be_guessed_and_a_challenge_that_is_none_are_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        proof(b"s" * 31, End.CLIENT, RELAYS, CLIENTS)
    with pytest.raises(ValueError, match="not a challenge"):
        proof(SECRET, End.CLIENT, RELAYS, "short")
