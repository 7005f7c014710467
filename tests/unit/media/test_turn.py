import base64
import hashlib
import hmac

import pytest

from media.turn import IceServer, ice_servers, turn_credentials

NOW = 1_790_000_000_000_000
SECRET = "north"
STUN = ("stun:turn.example.org:3478",)
TURN = ("turn:turn.example.org:3478?transport=udp", "turns:turn.example.org:443?transport=tcp")


def test_the_username_says_when_it_expires_and_whose_it_is() -> None:
    credentials = turn_credentials(SECRET, "patient-1", now=NOW, ttl_s=600)
    assert credentials.username == "1790000600:patient-1"
    assert credentials.expires_at_s == 1_790_000_600


def test_the_password_is_what_coturn_computes() -> None:
    # openssl dgst -sha1 -hmac north -binary <<< "1790000600:patient-1" | base64
    credentials = turn_credentials(SECRET, "patient-1", now=NOW, ttl_s=600)
    digest = hmac.new(b"north", b"1790000600:patient-1", hashlib.sha1).digest()
    assert credentials.credential == base64.b64encode(digest).decode()


def test_another_second_user_or_secret_gives_another_password() -> None:
    passwords = {
        turn_credentials(SECRET, "a", now=NOW, ttl_s=600).credential,
        turn_credentials(SECRET, "b", now=NOW, ttl_s=600).credential,
        turn_credentials("south", "a", now=NOW, ttl_s=600).credential,
        turn_credentials(SECRET, "a", now=NOW + 1_000_000, ttl_s=600).credential,
    }
    assert len(passwords) == 4


@pytest.mark.parametrize(
    ("secret", "user", "ttl_s", "why"),
    [
        ("", "a", 600, "secret"),
        (SECRET, "", 600, "colon"),
        (SECRET, "a:b", 600, "colon"),
        (SECRET, "a", 59, "minute"),
    ],
)
def test_credentials_that_could_not_work_are_refused(
    secret: str, user: str, ttl_s: int, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        turn_credentials(secret, user, now=NOW, ttl_s=ttl_s)


def test_a_minute_is_long_enough() -> None:
    assert turn_credentials(SECRET, "a", now=NOW, ttl_s=60).expires_at_s == 1_790_000_060


def test_a_page_gets_stun_without_and_turn_with_a_password() -> None:
    stun, turn = ice_servers(STUN, TURN, SECRET, user="patient-1", now=NOW, ttl_s=600)
    assert stun == IceServer(STUN)
    assert turn.urls == TURN
    assert turn.username == "1790000600:patient-1"
    assert turn.credential


def test_without_servers_a_page_gets_none() -> None:
    assert ice_servers((), (), None, user="a", now=NOW, ttl_s=600) == ()
    assert ice_servers(STUN, (), None, user="a", now=NOW, ttl_s=600) == (IceServer(STUN),)


@pytest.mark.parametrize(
    ("stun", "turn"),
    [(("turn:x",), ()), ((), ("stun:x",)), (("http://x",), ()), ((), ("https://x",))],
)
def test_another_scheme_is_refused(stun: tuple[str, ...], turn: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="begins with"):
        ice_servers(stun, turn, SECRET, user="a", now=NOW, ttl_s=600)


def test_turn_without_a_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="secret"):
        ice_servers(STUN, TURN, None, user="a", now=NOW, ttl_s=600)
