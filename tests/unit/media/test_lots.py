import secrets

from media.lots import draw_credentials, draw_first_sequences, draw_sources


def test_credentials_are_as_long_as_ice_wants_them_and_never_the_same() -> None:
    drawn = [draw_credentials(secrets.token_bytes) for _ in range(100)]
    assert len({one.ufrag for one in drawn}) == len({one.password for one in drawn}) == 100
    assert {(len(one.ufrag), len(one.password)) for one in drawn} == {(8, 32)}


def test_sources_differ_even_when_the_dice_do_not() -> None:
    fallen = iter((b"\0\0\0\0", b"\0\0\0\1", b"\0\0\0\7", b"\0\0\0\7", b"\0\0\0\x09"))
    assert draw_sources(lambda _: next(fallen)).every() == (1, 7, 9)


def test_first_sequences_lie_in_the_lower_half() -> None:
    assert draw_first_sequences(lambda size: b"\xff" * size) == (0x7FFF, 0x7FFF, 0x7FFF)
