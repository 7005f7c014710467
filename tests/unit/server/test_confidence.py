import pytest

from server.chart.confidence import confided


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (set(), False),
        ({"minor.admitted"}, False),
        ({"privacy.requested"}, False),
        ({"privacy.requested", "minor.admitted", "intake.answers"}, True),
    ],
)
def test_only_a_minor_who_spoke_about_being_alone_may_have_confided(
    kinds: set[str], said: bool
) -> None:
    assert confided(kinds) is said
