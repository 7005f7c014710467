"""Every rule finds the one thing that is wrong and nothing else; a safe house has none."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.doctor.facts import (
    Certificate,
    Door,
    Encryption,
    Facts,
    Machine,
    People,
    PrivateFile,
    RootKey,
    Rules,
    Secret,
    Source,
    Stored,
    Watch,
    Wire,
)
from server.doctor.finding import Finding
from server.doctor.findings import RULES, findings, unusable, verdicts
from server.doctor.saying import as_json, lines
from server.secret_files import Reader

NOW: Final = 1_790_000_000_000_000
HOUR: Final = 3_600_000_000
DAY: Final = 24 * HOUR
US: Final = Reader(1_000, frozenset({1_000}))


def secret(setting: str, chars: int = 32, source: Source = "file") -> Secret:
    return Secret(
        setting=setting,
        source=source,
        chars=chars,
        chosen_here=True,
        well_known=False,
        of_an_example=False,
        mark=f"mark of {setting}",
    )


def private(
    path: str, mode: int = 0o600, owner: int = 1_000, group: int = 1_000
) -> PrivateFile:
    return PrivateFile(path, mode, owner, group, made_here=False)


TURN: Final = secret("turn_secret")
ROOT_KEY: Final = secret("root_key")
FILE: Final = private("/x")
OWN: Final = replace(FILE, made_here=True)
NOBODY: Final = People((), without_factor=0, credentials_ending=0, unreviewed_since=None)
OTHER: Final = Rules("network-2", published=True, until=NOW + 60 * DAY)
SAFE: Final = Facts(
    now=NOW,
    demo=False,
    demo_accounts=False,
    door=Door(
        https=True,
        local=False,
        host="127.0.0.1",
        tls=False,
        proxies=(ip_network("127.0.0.1/32"), ip_network("2001:db8::/64")),
        metrics_token=True,
    ),
    root_key=RootKey("file", beside_data=False, fault=None),
    secrets=(
        secret("root_key"),
        replace(secret("database_url"), mark="one account"),
        replace(secret("keystore_url"), mark="one account"),
        replace(secret("smtp_password", chars=8), chosen_here=False),
    ),
    files=(
        replace(private("/var/lib/goodfaith", 0o700), made_here=True),
        private("/etc/goodfaith/root.key", mode=0o640, owner=0),
    ),
    wires=(
        Wire("database_url", local=False, encryption="verified"),
        Wire("keystore_url", local=True, encryption="none"),
        Wire("redis_url", local=True, encryption="none"),
    ),
    certificate=Certificate(NOW - DAY, NOW + 90 * DAY),
    machine=Machine(US, owner=1_000, core_dumps=False, landlock=6, clock_synchronised=True),
    watch=Watch(witnesses=1, alerts=True, debug_log=False, idle_s=900, absolute_s=43_200),
    database="read",
    stored=Stored(
        rules=(Rules("network-1", published=True, until=NOW + 60 * DAY),),
        real_people=True,
        backed_up=NOW - HOUR,
        keys_backed_up=NOW - HOUR,
        log_waits_since=NOW - 1_000_000,
        clock_ahead_s=0.3,
        old_tokens=0,
        people=NOBODY,
    ),
    unreadable=(),
)
Spoilt = Callable[[Facts], Facts]


def also(**changed: Any) -> Spoilt:  # noqa: ANN401 - fields of `Facts`
    return lambda facts: replace(facts, **changed)


def within(part: str) -> Callable[..., Spoilt]:
    """Return what changes fields of one part of the facts."""

    def made(**changed: Any) -> Spoilt:  # noqa: ANN401 - fields of that part
        return lambda facts: replace(facts, **{part: replace(getattr(facts, part), **changed)})

    return made


door, root_key, machine = map(within, ("door", "root_key", "machine"))
watch, stored = map(within, ("watch", "stored"))


def people(**changed: Any) -> Spoilt:  # noqa: ANN401 - fields of `People`
    return stored(people=replace(NOBODY, **changed))


def one_more(another: Secret) -> Spoilt:
    return lambda facts: replace(facts, secrets=(*facts.secrets, another))


def file(another: PrivateFile) -> Spoilt:
    return lambda facts: replace(facts, files=(*facts.files, another))


def wire(setting: str, encryption: Encryption) -> Spoilt:
    another = Wire(setting, local=False, encryption=encryption)
    return lambda facts: replace(
        facts,
        wires=tuple(another if one.setting == setting else one for one in facts.wires),
    )


def rules(*found: Rules) -> Spoilt:
    return stored(rules=found)


UNSAFE: Final[list[tuple[str, Spoilt]]] = [
    ("key_beside_data", root_key(beside_data=True)),
    ("root_key_unusable", root_key(fault="/x must be 32 bytes in base64 or hex")),
    ("key_well_known", one_more(replace(ROOT_KEY, well_known=True, mark="zeros"))),
    ("secret_of_an_example", one_more(replace(TURN, of_an_example=True))),
    ("secret_reused", one_more(replace(TURN, mark="mark of root_key"))),
    ("secret_reused", one_more(replace(TURN, mark="one account"))),
    ("file_open", file(replace(FILE, mode=0o644))),
    ("file_open", file(replace(FILE, mode=0o620))),
    ("file_open", file(replace(FILE, mode=0o640, group=44))),
    ("file_open", file(replace(OWN, mode=0o640))),
    ("file_open", file(replace(OWN, mode=0o750))),
    ("plain_beyond_this_machine", door(host="0.0.0.0", proxies=())),  # noqa: S104 - told
    ("plain_beyond_this_machine", door(host="10.0.0.7", proxies=())),
    ("proxies_too_wide", door(proxies=(ip_network("0.0.0.0/0"),))),
    ("proxies_too_wide", door(proxies=(ip_network("10.0.0.0/15"),))),
    ("proxies_too_wide", door(proxies=(ip_network("2001:db8::/47"),))),
    ("database_without_tls", wire("database_url", "none")),
    ("database_without_tls", wire("keystore_url", "none")),
    ("certificate_ends", also(certificate=Certificate(None, None))),
    ("certificate_ends", also(certificate=Certificate(NOW - DAY, NOW))),
    ("certificate_ends", also(certificate=Certificate(NOW + 1, NOW + 90 * DAY))),
    ("demo_in_public", also(demo=True)),
    ("demo_accounts_here", also(demo_accounts=True)),
    ("database_unread", also(database="silent", stored=None)),
    ("database_unread", also(database="other_version", stored=None)),
    ("rules_end", rules(replace(OTHER, until=NOW))),
    ("backup_missing", stored(backed_up=None)),
    ("backup_missing", stored(backed_up=NOW - 26 * HOUR - 1)),
    ("keys_backup_missing", stored(keys_backed_up=None)),
    ("keys_backup_missing", stored(keys_backed_up=NOW - 27 * HOUR)),
]
WEAK: Final[list[tuple[str, Spoilt]]] = [
    ("secret_short", one_more(replace(TURN, chars=15))),
    ("secret_in_environment", one_more(replace(TURN, source="variable"))),
    ("file_unread", also(unreadable=("/var/lib/goodfaith/keys.db",))),
    ("no_tls", door(https=False)),
    ("plain_beyond_this_machine", door(host="10.0.0.7")),
    ("proxies_too_wide", door(proxies=(ip_network("10.0.0.0/23"),))),
    ("proxies_too_wide", door(proxies=(ip_network("2001:db8::/63"),))),
    ("proxies_unnamed", door(proxies=())),
    ("second_factor_optional", people(one_factor=("network-1",))),
    ("accounts_without_factor", people(without_factor=1)),
    ("credentials_ending", people(credentials_ending=1)),
    ("break_glass_unreviewed", people(unreviewed_since=NOW - DAY - 1)),
    ("database_without_tls", wire("database_url", "unverified")),
    ("redis_without_tls", wire("redis_url", "none")),
    ("redis_without_tls", wire("redis_url", "unverified")),
    ("certificate_ends", also(certificate=Certificate(NOW - DAY, NOW + 30 * DAY - 1))),
    ("metrics_open", door(metrics_token=False)),
    ("sessions_too_long", watch(idle_s=901)),
    ("sessions_too_long", watch(absolute_s=43_201)),
    ("database_unread", also(database="absent", stored=None)),
    ("rules_end", rules(replace(OTHER, until=NOW + 30 * DAY - 1))),
    ("rules_unpublished", rules(replace(OTHER, published=False))),
    ("log_behind", stored(log_waits_since=NOW - 60_000_001)),
    ("tokens_too_old", stored(old_tokens=1)),
    ("clock_behind_database", stored(clock_ahead_s=2.1)),
    ("clock_behind_database", stored(clock_ahead_s=-2.1)),
    ("clock_not_synchronised", machine(clock_synchronised=False)),
    ("no_witness", watch(witnesses=0)),
    ("no_alerts", watch(alerts=False)),
    ("debug_log", watch(debug_log=True)),
    ("runs_as_root", machine(owner=0)),
    ("core_dumps", machine(core_dumps=True)),
    ("no_landlock", machine(landlock=0)),
]
EDGES: Final[list[Spoilt]] = [
    also(certificate=None),
    also(certificate=Certificate(NOW, NOW + 30 * DAY)),
    one_more(replace(TURN, chars=16)),
    door(host="::1"),
    door(host="0.0.0.0", tls=True, proxies=()),  # noqa: S104 - told
    door(proxies=(ip_network("10.0.0.0/24"),)),
    door(local=True, metrics_token=False),
    door(proxies=(), tls=True),
    door(proxies=(), local=True),
    people(unreviewed_since=NOW - DAY),
    lambda facts: door(local=True)(people(one_factor=("x",), without_factor=3)(facts)),
    machine(clock_synchronised=None),
    stored(log_waits_since=None),
    stored(log_waits_since=NOW - 60_000_000),
    stored(clock_ahead_s=-2.0),
    stored(backed_up=NOW - 26 * HOUR, keys_backed_up=NOW - 26 * HOUR),
    stored(rules=(), backed_up=None, keys_backed_up=None),
    rules(replace(OTHER, until=NOW + 30 * DAY)),
]


def codes(facts: Facts) -> list[tuple[str, str]]:
    return [(one.code, one.severity) for one in findings(facts)]


def test_a_safe_house_has_no_finding() -> None:
    assert findings(SAFE) == ()


@pytest.mark.parametrize("spoil", EDGES)
def test_at_the_edge_a_rule_still_holds(spoil: Spoilt) -> None:
    assert findings(spoil(SAFE)) == ()


@pytest.mark.parametrize(("code", "spoil"), UNSAFE)
def test_what_is_unsafe_is_found_alone(code: str, spoil: Spoilt) -> None:
    assert codes(spoil(SAFE)) == [(code, "unsafe")]


@pytest.mark.parametrize(("code", "spoil"), WEAK)
def test_what_is_weak_is_found_alone(code: str, spoil: Spoilt) -> None:
    assert codes(spoil(SAFE)) == [(code, "weak")]


def test_every_rule_is_tried_here() -> None:
    known = [one.code for one in RULES]
    assert len(set(known)) == len(known)
    assert {code for code, _ in (*UNSAFE, *WEAK)} == set(known)


SAFE_SECRETS: Final = st.lists(
    st.builds(
        secret,
        st.sampled_from(["metrics_token", "alert_webhook_secret", "relay_secret"]),
        chars=st.integers(16, 4_096),
        source=st.sampled_from(["file", "settings_file"]),
    ),
    unique_by=lambda one: one.setting,
)
SAFE_FILES: Final = st.lists(
    st.builds(
        private,
        st.just("/y"),
        mode=st.sampled_from([0o600, 0o400, 0o640, 0o440, 0o700]),
        owner=st.sampled_from([0, US.uid]),
        group=st.sampled_from([0, 1_000]),
    )
)


@st.composite
def safe_houses(draw: st.DrawFn) -> Facts:
    """Return another safe house: of its own age, size and habits."""
    ago = st.integers(0, 26 * HOUR)
    changes = [
        also(
            secrets=(*SAFE.secrets, *draw(SAFE_SECRETS)),
            files=(*SAFE.files, *draw(SAFE_FILES)),
            certificate=draw(
                st.none()
                | st.builds(
                    lambda old, left: Certificate(NOW - old, NOW + left),
                    st.integers(0, 400 * DAY),
                    st.integers(30 * DAY, 400 * DAY),
                )
            ),
        ),
        root_key(place=draw(st.sampled_from(["file", "setting", "program"]))),
        stored(
            backed_up=NOW - draw(ago),
            keys_backed_up=NOW - draw(ago),
            log_waits_since=draw(st.none() | st.integers(NOW - 60_000_000, NOW)),
            clock_ahead_s=draw(st.floats(-2, 2)),
        ),
        rules(replace(OTHER, until=NOW + draw(st.integers(30 * DAY, 400 * DAY)))),
        watch(
            witnesses=draw(st.integers(1, 8)),
            idle_s=draw(st.integers(60, 900)),
            absolute_s=draw(st.integers(900, 43_200)),
        ),
        machine(landlock=draw(st.integers(1, 9))),
        door(host=draw(st.sampled_from(["127.0.0.1", "::1", "localhost", "127.9.0.1"]))),
    ]
    house = SAFE
    for change in changes:
        house = change(house)
    return house


@given(safe_houses())
def test_no_safe_house_has_a_finding(house: Facts) -> None:
    assert findings(house) == ()


@given(safe_houses(), st.sampled_from([*UNSAFE, *WEAK]))
def test_in_any_safe_house_the_one_thing_that_is_wrong_is_found(
    house: Facts, one: tuple[str, Spoilt]
) -> None:
    code, spoil = one
    assert [found.code for found in findings(spoil(house))] == [code]


def test_with_two_faults_the_graver_one_comes_first() -> None:
    spoilt = watch(witnesses=0)(stored(backed_up=None)(SAFE))
    assert codes(spoilt) == [("backup_missing", "unsafe"), ("no_witness", "weak")]


def test_in_a_trial_with_made_up_people_only_what_is_grave_anyway_is_unsafe() -> None:
    trial = door(local=True, https=False)(stored(real_people=False)(also(demo=True)(SAFE)))
    spoilt = root_key(beside_data=True)(stored(backed_up=None)(trial))
    assert {one.severity for one in findings(spoilt)} == {"weak"}
    assert ("file_open", "unsafe") in codes(file(replace(FILE, mode=0o644))(spoilt))
    real = stored(real_people=True)(spoilt)
    assert ("backup_missing", "unsafe") in codes(real)


def test_without_its_database_nobody_says_that_what_it_knows_is_fine() -> None:
    silent = also(database="silent", stored=None)(SAFE)
    seen = {one.code: one.severity for one in verdicts(silent)}
    assert set(seen) == {one.code for one in RULES}
    unseen = {code for code, severity in seen.items() if severity == "unseen"}
    assert unseen == {one.code for one in RULES if one.asks_database}
    assert "backup_missing" in unseen


def test_all_is_said_when_asked_and_each_holds_by_a_sentence() -> None:
    seen = verdicts(SAFE)
    assert [one.severity for one in seen] == ["fine"] * len(RULES)
    assert [one.what for one in seen] == [one.holds for one in RULES]


@pytest.mark.parametrize(("code", "spoil"), [*UNSAFE, *WEAK])
def test_a_finding_is_a_sentence_and_says_what_mends_it(code: str, spoil: Spoilt) -> None:
    (found,) = findings(spoil(SAFE))
    assert found.code == code
    assert found.what.endswith(".")
    assert found.mend.endswith((".", ")"))
    assert "\n" not in found.what + found.mend


def test_findings_are_told_to_people_and_to_programs() -> None:
    told = [*findings(stored(backed_up=None)(SAFE)), unusable("port: Input should be less")]
    assert json.loads(as_json(told)) == {
        "unsafe": 2,
        "weak": 0,
        "findings": [
            {
                "code": one.code,
                "severity": one.severity,
                "what": one.what,
                "mend": one.mend,
            }
            for one in told
        ],
    }
    said = list(lines([*told, Finding("x", "fine", "It is so.", "")]))
    assert said[0] == "unsafe  backup_missing"
    assert said[-3:] == ["fine    x", "        It is so.", "2 unsafe, 0 weak."]
