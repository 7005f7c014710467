import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.chart.canonical import canonical

numbers = st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | numbers | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        # RFC 8785, appendix B
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (-5e-324, "-5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (1.0000000000000001e23, "1.0000000000000001e+23"),
        (999999999999999700000.0, "999999999999999700000"),
        (999999999999999900000.0, "999999999999999900000"),
        (1e21, "1e+21"),
        (9.999999999999997e-7, "9.999999999999997e-7"),
        (0.000001, "0.000001"),
        (333333333.3333332, "333333333.3333332"),
        (333333333.33333325, "333333333.33333325"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"),
        (1424953923781206.2, "1424953923781206.2"),
        (34.0, "34"),
        (0.5, "0.5"),
    ],
)
def test_numbers_are_written_as_the_standard_shows(number: float, text: str) -> None:
    assert canonical(number) == text.encode()


def test_the_example_of_the_standard_comes_out_as_printed() -> None:
    # RFC 8785, section 3.2.2 and 3.2.4
    source = (
        '{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],'
        '"string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/",'
        '"literals": [null, true, false]}'
    )
    assert (
        canonical(json.loads(source))
        == (
            '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
            '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        ).encode()
    )


def test_keys_are_sorted_by_utf_16_units() -> None:
    # RFC 8785, section 3.2.3
    keys = ["€", "\r", "\ufb33", "1", "\U0001f600", "\x80", "ö"]
    ordered = ["\r", "1", "\x80", "ö", "€", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(keys, 0)))) == ordered


@given(values)
def test_it_reads_back_as_the_same_value_and_writes_the_same_bytes(value: object) -> None:
    once = canonical(value)  # type: ignore[arg-type]
    read = json.loads(once, parse_int=float)  # as ECMAScript reads them: all are doubles
    assert canonical(read) == once
    assert read == value


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan, 2**53, -(2**53)])
def test_what_a_double_cannot_carry_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical(number)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        canonical("\ud800")


@pytest.mark.parametrize("value", [b"bytes", bytearray(b"bytes"), {1}, object()])
def test_what_json_has_no_word_for_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="canonical form"):
        canonical(value)  # type: ignore[arg-type]
