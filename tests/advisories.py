"""Advisories in the format of OSV, and which of them touch a version: for `scripts/audit`.

A folder of them is an export of osv.dev or a checkout of pypa/advisory-database. What cannot be
compared counts as affected: somebody looks at it then. Only a folder needs more than Python
alone has (packaging; PyYAML for YAML).
"""

from __future__ import annotations

import importlib
import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, order=True)
class Package:
    """One locked version."""

    ecosystem: str
    name: str
    version: str


@dataclass(frozen=True, order=True)
class Advisory:
    """Something that is known of a locked version."""

    id: str
    package: str
    version: str
    fixed: str = ""


@dataclass
class Source:
    """Who was asked about an ecosystem: about how many packages they said anything.

    `newest` is how old their knowledge is, where they say so.
    """

    name: str
    ecosystem: str
    asked: int
    answered: int = 0
    newest: str = ""
    why: str = ""
    found: list[Advisory] = field(default_factory=list)


def normal(name: str) -> str:
    """Return a name as PyPI compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_osv(folder: Path) -> Iterator[Json]:
    """Read every advisory of a folder, JSON or YAML."""
    yaml = None
    for file in sorted(folder.rglob("*")):
        if file.suffix == ".json":
            told = json.loads(file.read_text(encoding="utf-8"))
        elif file.suffix in {".yaml", ".yml"}:
            yaml = yaml or importlib.import_module("yaml")
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            told = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)
        else:
            continue
        if isinstance(told, dict) and "affected" in told:
            yield told


def touching(one: Json, packages: Mapping[tuple[str, str], set[str]]) -> Iterator[Advisory]:
    """Yield what an advisory says of versions that are locked."""
    if one.get("withdrawn"):
        return
    for affected in one["affected"]:
        about = affected.get("package", {})
        ecosystem, name = about.get("ecosystem", ""), about.get("name", "")
        key = (ecosystem, normal(name) if ecosystem == "PyPI" else name)
        for version in sorted(packages.get(key, ())):
            if is_affected(version, affected):
                yield Advisory(one["id"], key[1], version, fixed_in(affected))


def is_affected(version: str, affected: Json) -> bool:
    """Tell whether a version is within what an advisory names, or cannot be compared."""
    named = affected.get("versions", ())
    ranges = [one for one in affected.get("ranges", ()) if one["type"] != "GIT"]
    if not named and not ranges:
        return True
    return version in named or any(within(version, one["events"]) for one in ranges)


def within(version: str, events: Sequence[Mapping[str, str]]) -> bool:
    """Tell whether a version lies between two events of a range (OSV, `affected[].ranges`)."""
    packaging = importlib.import_module("packaging.version")
    try:
        mine = packaging.Version(version)
        ordered = sorted(
            (packaging.Version(at), what) for event in events for what, at in event.items()
        )
    except packaging.InvalidVersion:
        return True
    inside = False
    for at, what in ordered:
        if what == "introduced" and mine >= at:
            inside = True
        elif (what == "fixed" and mine >= at) or (what == "last_affected" and mine > at):
            inside = False
    return inside


def fixed_in(affected: Json) -> str:
    """Return where it is mended, as far as it is told."""
    told = [
        event["fixed"]
        for one in affected.get("ranges", ())
        if one["type"] != "GIT"
        for event in one["events"]
        if "fixed" in event
    ]
    return ", ".join(told)


def from_folder(folder: Path, packages: Iterable[Package]) -> list[Source]:
    """Compare what is locked with the advisories of a folder."""
    known: dict[tuple[str, str], set[str]] = {}
    for one in packages:
        known.setdefault((one.ecosystem, one.name), set()).add(one.version)
    sources = {
        name: Source(
            title(folder), name, sum(len(known[key]) for key in known if key[0] == name)
        )
        for name in ("PyPI", "npm")
    }
    for told in read_osv(folder):
        for affected in told["affected"]:
            ecosystem = affected.get("package", {}).get("ecosystem", "")
            if ecosystem in sources:
                source = sources[ecosystem]
                source.answered = source.asked
                published = str(told.get("modified") or told.get("published") or "")
                source.newest = max(source.newest, published[:10])
        for found in touching(told, known):
            ecosystem = next(key[0] for key in known if key[1] == found.package)
            sources[ecosystem].found.append(found)
    for source in sources.values():
        source.why = "" if source.answered else "the folder has no advisories of it"
    return list(sources.values())


def title(folder: Path) -> str:
    """Return what a folder is called: of a checkout, with its commit."""
    asked = subprocess.run(
        ["git", "-C", folder, "rev-parse", "--short=12", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return f"{folder.name} {asked.stdout.strip()}".strip()
