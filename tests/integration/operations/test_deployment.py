"""Units, image and compose file agree with the server, with nginx.conf and with one another."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any, Final, get_args

import pytest
import yaml  # type: ignore[import-untyped]

from media.relay_limits import RelayLimits
from server import node_settings
from server.commands.relaying import relay
from server.commands.serving import serve
from server.settings import PREFIX, unknown_variables
from tests.servers import ROOT

FOLDER: Final = ROOT / "docs" / "operations"
UNITS: Final = sorted((FOLDER / "systemd").glob("*.service"))
COMMANDS: Final[dict[str, Callable[..., None]]] = {"serve": serve, "relay": relay}
PROGRAM: Final = "/opt/goodfaith/.venv/bin/goodfaith"
HARDENED: Final = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectKernelTunables": "yes",
    "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes",
    "UMask": "0077",
    "LimitCORE": "0",
    "User": "goodfaith",
    "Restart": "always",
}
SETTLES_S: Final = 20.0  # requests, what is being sent, the log, the database


def unit(path: Path) -> dict[str, list[str]]:
    """Return every key of a unit, with its values in order."""
    found: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, sign, value = line.partition("=")
        if sign and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def options(command: str) -> set[str]:
    """Return the options that `goodfaith COMMAND` has."""
    names = signature(COMMANDS[command]).parameters
    return {f"--{name.replace('_', '-')}" for name in names}


def checked_words(words: list[str]) -> None:
    """See that a command line of ours names what there is."""
    command, given = words[0], [one for one in words[1:] if one.startswith("--")]
    assert set(given) <= options(command)
    if "--role" in words:
        role = words[words.index("--role") + 1]
        assert role in get_args(node_settings.Role)


def nodes_of_nginx() -> set[str]:
    text = (FOLDER / "nginx.conf").read_text(encoding="utf-8")
    return set(re.findall(r"^\s*server 127\.0\.0\.1:(\d+) ", text, re.MULTILINE))


def test_there_is_a_unit_for_every_part() -> None:
    names = [path.name for path in UNITS]
    assert names == [
        "goodfaith-delivery.service",
        "goodfaith-relay@.service",
        "goodfaith-web@.service",
    ]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_is_hardened_and_waits_for_the_drain(path: Path) -> None:
    found = unit(path)
    for name, value in HARDENED.items():
        assert found[name] == [value], name
    (start,) = found["ExecStart"]
    program, *words = start.split()
    assert program == PROGRAM
    checked_words(words)
    stop_s = float(found["TimeoutStopSec"][0])
    if "--drain-s" in words:
        drain_s = float(words[words.index("--drain-s") + 1])
        assert drain_s >= RelayLimits().drain_s
        assert stop_s > drain_s
    else:
        assert stop_s > node_settings.DRAIN_S + node_settings.FAREWELL_S + SETTLES_S
    named = dict(
        one.split("=", 1) for line in found.get("Environment", ()) for one in line.split()
    )
    assert unknown_variables(named) == []
    assert not any("SECRET" in name or "PASSWORD" in name for name in named)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_systemd_finds_nothing_wrong_with_a_unit(path: Path, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        assert path.read_text(encoding="utf-8").startswith("# ")
        return
    here = tmp_path / path.name  # where the program is there, which it is not on this machine
    text = path.read_text(encoding="utf-8").replace(PROGRAM, shutil.which("true") or "")
    here.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [program, "verify", "--man=no", str(here)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


# ------------------------------------------------------------------ the image


def instructions() -> list[tuple[str, str]]:
    text = (FOLDER / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def is_pinned(image: str) -> bool:
    _, _, tag = image.rpartition("/")[2].partition(":")
    return bool(tag) and tag != "latest"


def test_the_image_is_built_from_locks_and_runs_as_nobody_in_particular() -> None:
    found = instructions()
    stages = [rest.split()[0] for word, rest in found if word == "FROM"]
    assert len(stages) == 3
    assert all(is_pinned(one) for one in stages)
    last = found[max(i for i, (word, _) in enumerate(found) if word == "FROM") :]
    assert ("USER", "10001:10001") in last
    words = [word for word, _ in last]
    assert {"HEALTHCHECK", "STOPSIGNAL", "ENTRYPOINT", "VOLUME"} <= set(words)
    assert words.index("USER") < words.index("ENTRYPOINT")
    runs = " ".join(rest for word, rest in found if word == "RUN")
    assert "--require-hashes" in runs
    assert "npm ci" in runs
    assert not re.search(r"(?i)(password|secret|token)\s*=", runs)
    copied = {
        source
        for word, rest in found
        if word == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    }
    assert all((ROOT / source).exists() for source in copied)
    assert not copied & {".", "data", "tests"}
    named = dict(re.findall(rf"({PREFIX}\w+)=(\S+)", " ".join(rest for _, rest in found)))
    assert unknown_variables(named) == []
    assert ("EXPOSE", named[f"{PREFIX}PORT"]) in last


# ------------------------------------------------------------------ compose


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def test_the_nodes_of_the_compose_file_are_those_that_nginx_knows(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    ports = {
        one["environment"][f"{PREFIX}PORT"]: one["command"]
        for one in services.values()
        if f"{PREFIX}PORT" in one.get("environment", {})
    }
    assert {port for port, words in ports.items() if "web" in words} == nodes_of_nginx()
    relay = services["relay"]["command"]
    controls = services["web1"]["environment"][f"{PREFIX}RELAY_CONTROLS"]
    assert relay[relay.index("--control") + 1] == controls


def test_every_service_is_bounded_watched_and_pinned(compose: dict[str, Any]) -> None:
    secrets = compose["secrets"]
    for name, one in compose["services"].items():
        assert is_pinned(one["image"]), name
        assert one["restart"] == "unless-stopped"
        assert one["logging"]["options"]["max-file"]
        assert "privileged" not in one
        assert set(one.get("secrets", ())) <= set(secrets)
        environment = one.get("environment", {})
        assert unknown_variables(environment) == []
        assert not any("PASSWORD" in key and not key.endswith("_FILE") for key in environment)
        for value in environment.values():
            source = str(value).removeprefix("/run/secrets/")
            assert source == value or source in one["secrets"]
        if one["image"].startswith("goodfaith:"):
            assert one["cap_drop"] == ["ALL"]
            assert one["read_only"] is True
            checked_words(one["command"])
    assert {one["file"].split("/")[1] for one in secrets.values()} == {"secrets"}


def test_nobody_is_ended_before_they_have_drained(compose: dict[str, Any]) -> None:
    drained_s = node_settings.DRAIN_S + node_settings.FAREWELL_S + SETTLES_S
    for name, one in compose["services"].items():
        if one["image"].startswith("goodfaith:"):
            words = one["command"]
            drain_s = (
                drained_s if name != "relay" else float(words[words.index("--drain-s") + 1])
            )
            assert seconds(one["stop_grace_period"]) > drain_s
