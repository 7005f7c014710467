"""The alert rules and the dashboard in docs/operations fit each other and the server."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from server.metrics.instruments import Instruments

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "operations"
PROMTOOL = os.environ.get("PROMTOOL", "promtool")
METRIC = re.compile(r"\bgfe_[a-z_]+")
SUFFIX = re.compile(r"_(bucket|count|sum)$")


def promtool(*words: str) -> str:
    done = subprocess.run(
        [PROMTOOL, *words], cwd=FOLDER, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def exported() -> set[str]:
    instruments = Instruments()
    instruments.show(lambda: (0, ()))  # type: ignore[arg-type, return-value]
    return set(re.findall(r"^# TYPE (\S+)", instruments.exposition().decode(), re.MULTILINE))


def named(text: str) -> set[str]:
    return {SUFFIX.sub("", name) for name in METRIC.findall(text)}


def test_the_rules_are_valid_and_do_what_their_tests_say() -> None:
    assert "SUCCESS" in promtool("check", "rules", "alerts.yml")
    assert "SUCCESS" in promtool("test", "rules", "alerts.test.yml")


def test_every_rule_has_a_test_and_a_paragraph() -> None:
    rules = set(re.findall(r"- alert: (\w+)", (FOLDER / "alerts.yml").read_text()))
    tested = set(re.findall(r"alertname: (\w+)", (FOLDER / "alerts.test.yml").read_text()))
    assert rules == tested == set(sections())


def sections() -> dict[str, str]:
    """Return the runbook's section for each alert, by name."""
    text = (FOLDER / "runbook.md").read_text(encoding="utf-8")
    parts = re.split(r"^#{1,3} ", text, flags=re.MULTILINE)
    cut = [part.partition("\n") for part in parts]
    return {name: body for name, _, body in cut if re.fullmatch(r"Goodfaith\w+", name)}


def test_every_section_says_what_it_means_and_what_to_do_and_its_rule_leads_to_it() -> None:
    links = re.findall(
        r"- alert: (\w+).*?runbook: \"runbook\.md#(\w+)\"",
        (FOLDER / "alerts.yml").read_text(),
        re.DOTALL,
    )
    assert dict(links) == {name: name.lower() for name in sections()}
    for body in sections().values():
        for part in ("Means", "Look", "Do", "Wake"):
            assert f"**{part}.** " in body


def test_rules_and_dashboard_name_only_what_the_server_exports() -> None:
    dashboard = json.loads((FOLDER / "grafana-dashboard.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    assert named("\n".join(asked)) == exported(), "and all of it is on the dashboard"
    assert named((FOLDER / "alerts.yml").read_text()) <= exported()


def test_every_exported_metric_is_explained() -> None:
    listed = re.findall(
        r"^\| `(gfe_[a-z_]+)` \|", (FOLDER / "README.md").read_text(), re.MULTILINE
    )
    assert set(listed) == exported()
