from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.protocols.protocol import Protocol, beginning, day_of, end, last_day
from server.protocols.signature import is_signed, payload, sign
from server.protocols.standing import governing, standings
from tests.unit.server.protocols.site import DAY, DIRECTOR, FORM, KEY, NOW, draft, signed

LATER = FORM.model_copy(update={"valid_from": "2026-12-10", "valid_until": "2026-12-20"})
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))


def bar(*versions: Protocol, at: int = NOW) -> str | None:
    found = governing(versions, at)
    assert (found.protocol is None) is (found.bar is not None)
    return found.bar


def version(*versions: Protocol, at: int = NOW) -> int | None:
    found = governing(versions, at).protocol
    return found.version if found else None


def test_a_signed_version_in_its_days_is_in_force() -> None:
    assert version(signed()) == 1
    assert standings([signed()], NOW) == ["in_force"]


def test_without_a_version_nothing_is_ordered() -> None:
    assert bar() == "no_protocol"


def test_a_draft_counts_for_nothing() -> None:
    assert bar(draft()) == "protocol_unsigned"
    assert version(signed(), draft(2)) == 1
    assert standings([signed(), draft(2)], NOW) == ["in_force", "draft"]


def test_a_version_begins_and_ends_with_its_days() -> None:
    begins, ends = beginning(FORM.valid_from), end(FORM.valid_until)
    early = signed(at=begins - DAY)
    lasting = replace(DIRECTOR, licence_from=0, licence_until=ends + DAY)
    one = signed(director=lasting, at=begins - DAY)
    assert bar(early, at=begins - 1) == "protocol_unsigned"
    assert standings([one], begins - 1) == ["scheduled"]
    assert version(one, at=begins) == 1
    assert version(one, at=ends - 1) == 1
    assert bar(one, at=ends) == "protocol_lapsed"
    assert standings([one], ends) == ["lapsed"]


def test_a_version_does_not_count_before_it_was_signed() -> None:
    one = signed(at=NOW)
    assert bar(one, at=NOW - 1) == "protocol_unsigned"
    assert version(one, at=NOW) == 1


def test_a_new_version_supersedes_when_it_begins() -> None:
    versions = (signed(), signed(2, LATER))
    assert version(*versions) == 1
    assert standings(versions, NOW) == ["in_force", "scheduled"]
    begins = beginning(LATER.valid_from)
    assert version(*versions, at=begins) == 2
    assert standings(versions, begins) == ["superseded", "in_force"]


def test_an_older_version_never_comes_back() -> None:
    versions = (signed(), signed(2, LATER))
    assert bar(*versions, at=end(LATER.valid_until)) == "protocol_lapsed"
    gone = replace(signed(2), withdrawn_at=NOW - 1)
    assert bar(signed(), gone) == "protocol_withdrawn"
    assert standings([signed(), gone], NOW) == ["superseded", "withdrawn"]


@pytest.mark.parametrize(
    "changed",
    [
        replace(DIRECTOR, licence_until=NOW),
        replace(DIRECTOR, licence_from=NOW + 1),
        replace(DIRECTOR, ended_at=NOW),
        replace(DIRECTOR, jurisdiction="NV"),
    ],
    ids=["expired", "not begun", "ended", "elsewhere"],
)
def test_no_protocol_outlives_its_directors_licence(changed: object) -> None:
    one = replace(signed(director=changed), director=changed)  # type: ignore[arg-type]
    assert bar(one) == "director_lapsed"
    assert standings([one], NOW) == ["director_lapsed"]


# ------------------------------------------------------------------ the signature


@pytest.mark.parametrize(
    "broken",
    [
        replace(signed(), version=2),
        replace(signed(), site_id="site-2"),
        replace(signed(), protocol_id="protocol-2"),
        replace(signed(), form=FORM.model_copy(update={"order_months_max": 12})),
        replace(signed(), valid_until=signed().valid_until + DAY),
        replace(signed(), signed_at=NOW - DAY),
        replace(signed(), signature=bytes(64)),
        replace(signed(), signature=b""),
        replace(signed(), signature=sign(STRANGER, draft(), DIRECTOR, NOW - 40 * DAY)),
        replace(signed(), director=replace(DIRECTOR, licence_number="MD-2")),
        replace(signed(), director=replace(DIRECTOR, public_key=bytes(31))),
        replace(signed(), director=None),
    ],
)
def test_what_was_not_signed_like_this_is_not_in_force(broken: Protocol) -> None:
    assert not is_signed(broken)
    assert bar(broken) in {"protocol_broken", "protocol_unsigned"}


def test_a_signature_holds_for_what_was_signed() -> None:
    assert is_signed(signed())
    assert not is_signed(draft())
    # Ed25519 has one signature for one key and message.
    assert signed().signature == KEY.sign(payload(draft(), DIRECTOR, NOW - 40 * DAY))


# ------------------------------------------------------------------ days


def test_a_last_day_counts_to_its_end() -> None:
    assert end("2026-12-31") == beginning("2027-01-01")
    assert last_day(end("2028-02-29")) == "2028-02-29"
    assert day_of(beginning("2026-11-28")) == day_of(end("2026-11-28") - 1) == "2026-11-28"
