import pytest

from server.jurisdictions import JURISDICTIONS, is_jurisdiction, name_of


def test_there_are_fifty_and_the_district() -> None:
    assert len(JURISDICTIONS) == 51
    assert len(set(JURISDICTIONS.values())) == 51
    assert name_of("DC") == "District of Columbia"


@pytest.mark.parametrize("code", ["PR", "GU", "az", "", "ZZ", "USA"])
def test_a_territory_or_anything_else_is_none(code: str) -> None:
    assert not is_jurisdiction(code)
    with pytest.raises(KeyError):
        name_of(code)


def test_a_code_of_two_capitals_is_one() -> None:
    assert all(is_jurisdiction(code) and len(code) == 2 for code in JURISDICTIONS)
