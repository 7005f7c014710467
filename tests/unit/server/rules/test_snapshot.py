"""Snapshots: signed as a whole, checked in every part, and closed by any fault."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.chart.canonical import JsonValue, canonical
from server.jurisdictions import JURISDICTIONS
from server.rules.laid_out import LINE_MAX, laid_out
from server.rules.publishing import Publication, open_key, publish, trust
from server.rules.refusals import RulesRefused, SnapshotUnreadable
from server.rules.snapshot import Fault, Signature, instant_of, read_snapshot, sign_document
from server.rules.snapshot_files import (
    SIGNATURE,
    Document,
    read_document,
    read_folder,
    shipped,
    shipped_folder,
    trusted_keys,
    write_json,
)
from server.rules.verifying import verify
from signaling.identifiers import Instant
from tests.rule_cases import many

KEY = bytes(range(32))
OTHER = bytes(range(1, 33))
SINCE = datetime(2026, 12, 1, tzinfo=UTC)
UNTIL = datetime(2027, 3, 1, tzinfo=UTC)
PUBLICATION = Publication("2026-12-01.1", SINCE, SINCE, UNTIL)


def public(key: bytes) -> bytes:
    return base64.b64decode(sign_document({}, key).public_key)


def copy_of_shipped(folder: Path) -> Path:
    for code in JURISDICTIONS:
        name = f"{code}.json"
        (folder / name).write_bytes(shipped_folder().joinpath(name).read_bytes())
    (folder / "federal.json").write_bytes(
        shipped_folder().joinpath("federal.json").read_bytes()
    )
    return folder


def edited(folder: Path, file: str, **changes: JsonValue) -> None:
    content = json.loads((folder / file).read_bytes())
    write_json(folder / file, {**content, **changes})


def test_the_shipped_snapshot_is_signed_in_force_and_has_no_fault() -> None:
    signed = shipped()
    begins, ends = (
        instant_of(signed.snapshot.effective_from),
        instant_of(signed.snapshot.effective_until),
    )
    found = verify(signed, now=begins, today=signed.snapshot.effective_from.date())
    assert found.faults == ()
    assert found.overdue == ()
    assert signed.fault(Instant(begins - 1)) is Fault.NOT_YET
    assert signed.fault(Instant(ends - 1)) is None
    assert signed.fault(ends) is Fault.EXPIRED


def test_a_published_snapshot_is_trusted_by_its_key_alone(tmp_path: Path) -> None:
    folder = copy_of_shipped(tmp_path)
    signed = publish(folder, PUBLICATION, KEY)
    assert signed.snapshot.version == "2026-12-01.1"
    assert read_folder(folder, frozenset({public(KEY)})).fault(instant_of(SINCE)) is None
    for trusted in (frozenset(), frozenset({public(OTHER)}), trusted_keys()):
        assert read_folder(folder, trusted).fault(instant_of(SINCE)) is Fault.UNSIGNED


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("TX.json", {"conflict": None}),
        ("WY.json", {"confidence": "statute"}),
        ("federal.json", {"notes": {}}),
        ("snapshot.json", {"effective_until": "2028-01-01T00:00:00Z"}),
        ("snapshot.json", {"version": "2026-12-01.2"}),
    ],
)
def test_whatever_is_changed_the_signature_no_longer_fits(
    tmp_path: Path, file: str, changes: dict[str, JsonValue]
) -> None:
    folder = copy_of_shipped(tmp_path)
    publish(folder, PUBLICATION, KEY)
    edited(folder, file, **changes)
    signed = read_folder(folder, frozenset({public(KEY)}))
    assert signed.fault(instant_of(SINCE)) is Fault.UNSIGNED


def test_laying_a_file_out_anew_changes_no_signature(tmp_path: Path) -> None:
    folder = copy_of_shipped(tmp_path)
    publish(folder, PUBLICATION, KEY)
    content = json.loads((folder / "TX.json").read_bytes())
    (folder / "TX.json").write_text(json.dumps(dict(reversed(content.items()))))
    assert read_folder(folder, frozenset({public(KEY)})).signed_by is not None


@pytest.mark.parametrize("signature", ["", "AAAA", "!", base64.b64encode(bytes(64)).decode()])
def test_a_signature_that_is_none_is_none(tmp_path: Path, signature: str) -> None:
    folder = copy_of_shipped(tmp_path)
    publish(folder, PUBLICATION, KEY)
    key = base64.b64encode(public(KEY)).decode()
    wrong = Signature(public_key=key, signature=signature)
    read = read_snapshot(read_document(folder), wrong, frozenset({public(KEY)}))
    assert read.signed_by is None


@pytest.mark.parametrize(
    ("file", "changes", "words"),
    [
        ("TX.json", {"jurisdiction": "UT"}, "code and name"),
        ("TX.json", {"surprise": 1}, "TX.surprise"),
        ("TX.json", {"rules": [{"name": "TX-1"}]}, "TX.rules.0"),
        ("TX.json", {"sources": {}}, "names no source"),
        ("federal.json", {"sources": 1}, "federal.sources"),
    ],
)
def test_a_snapshot_with_an_unknown_word_or_gap_is_refused_by_its_place(
    tmp_path: Path, file: str, changes: dict[str, JsonValue], words: str
) -> None:
    folder = copy_of_shipped(tmp_path)
    publish(folder, PUBLICATION, KEY)
    edited(folder, file, **changes)
    with pytest.raises(SnapshotUnreadable, match=words):
        read_folder(folder)


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    folder = copy_of_shipped(tmp_path)
    rules = json.loads((folder / "TX.json").read_bytes())["rules"]
    edited(folder, "TX.json", rules=[*rules, rules[0]])
    with pytest.raises(SnapshotUnreadable, match="one name"):
        publish(folder, PUBLICATION, KEY)


def test_a_snapshot_that_cannot_be_read_is_not_published(tmp_path: Path) -> None:
    folder = copy_of_shipped(tmp_path)
    publish(folder, PUBLICATION, KEY)
    before = (folder / "snapshot.json").read_bytes()
    with pytest.raises(SnapshotUnreadable, match="ends after it begins"):
        publish(folder, Publication("2026-12-01.2", SINCE, UNTIL, SINCE), KEY)
    assert (folder / "snapshot.json").read_bytes() == before


@pytest.mark.parametrize("name", ["TX.json", "federal.json", "snapshot.json", SIGNATURE])
def test_a_file_that_is_missing_or_no_json_is_named(tmp_path: Path, name: str) -> None:
    folder = copy_of_shipped(tmp_path)
    publish(folder, PUBLICATION, KEY)
    for content in ("[]", "{", f'{{"a": "{"x" * 1_000_000}"}}'):
        (folder / name).write_text(content)
        with pytest.raises(SnapshotUnreadable, match=name):
            read_folder(folder)
    (folder / name).unlink()
    if name == SIGNATURE:
        assert read_folder(folder).signed_by is None
    else:
        with pytest.raises(SnapshotUnreadable, match=name):
            read_folder(folder)


def test_a_document_lacking_a_jurisdiction_is_refused() -> None:
    folder = shipped_folder()
    document: Document = read_document(folder)
    laws = document["jurisdictions"]
    assert isinstance(laws, dict)
    fewer = {code: law for code, law in laws.items() if code != "TX"}
    with pytest.raises(SnapshotUnreadable, match="all 51"):
        read_snapshot({**document, "jurisdictions": fewer}, None, frozenset())
    swapped = {**laws, "TX": laws["UT"]}
    with pytest.raises(SnapshotUnreadable, match="another's name"):
        read_snapshot({**document, "jurisdictions": swapped}, None, frozenset())


def test_a_key_is_made_once_and_must_be_nobody_elses(tmp_path: Path) -> None:
    path = tmp_path / "publisher.key"
    made = open_key(path, random_bytes=lambda _: KEY)
    assert made == open_key(path) == KEY
    path.chmod(0o644)
    with pytest.raises(RulesRefused, match="chmod 600"):
        open_key(path)
    path.chmod(0o600)
    path.write_text("not a key")
    with pytest.raises(RulesRefused, match="32 bytes"):
        open_key(path)


def test_a_publisher_is_entered_once(tmp_path: Path) -> None:
    publishers = tmp_path / "publishers.json"
    assert trust(publishers, KEY, "first", SINCE)
    assert not trust(publishers, KEY, "again", SINCE)
    assert trust(publishers, OTHER, "second", SINCE)
    listed = json.loads(publishers.read_bytes())["publishers"]
    assert [one["name"] for one in listed] == ["first", "second"]
    assert base64.b64decode(listed[0]["public_key"]) == public(KEY)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=90),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)


@many
@given(st.dictionaries(st.text(max_size=9), json_values))
def test_what_is_laid_out_is_the_same_value(value: dict[str, JsonValue]) -> None:
    text = laid_out(value)
    assert canonical(json.loads(text)) == canonical(value)
    assert laid_out(json.loads(text)) == text


def test_short_values_stand_on_one_line() -> None:
    text = laid_out({"a": [1, 2], "b": {"long": "x" * LINE_MAX}})
    assert text.splitlines()[1] == ' "a": [1, 2],'
