import pytest

from server.chart.confidence import confided


@pytest.mark.parametrize(
    "kinds", [set(), {"minor.admitted"}, {"privacy.requested", "intake.answers"}]
)
def test_who_is_of_age_or_never_spoke_about_being_alone_confided_nothing(
    kinds: set[str],
) -> None:
    assert not confided(kinds)


def test_a_minor_who_spoke_about_being_alone_may_have_confided() -> None:
    assert confided({"privacy.requested", "minor.admitted", "intake.answers"})
