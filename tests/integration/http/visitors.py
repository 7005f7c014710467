"""Somebody of every audience, signed in at a real server with the demo network.

Each is asked for anew whenever their session may be over: what a test does with it may be to
sign out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any, Final

import requests

from tests.servers import RunningServer

Json = dict[str, Any]
API: Final = "/api/v1"
BIRTH_DATE: Final = "1990-04-12"
TIMEOUT_S: Final = 30
STAFF: Final = {
    "practitioner": ("console", "avery"),
    "spa": ("portal", "glow"),
    "director": ("portal", "glow-director"),
    "ops": ("ops", "ops"),
    "compliance": ("ops", "compliance"),
}
SCHEMES: Final = {"director": "spa", "compliance": "ops"}
VISITORS: Final = (*STAFF, "patient", "site", "token", "anonymous")
PATIENT: Final = "Rosa Number 1"  # of the first exam that a patient is signed in for
SPA: Final = "Glow Aesthetics"


@dataclass
class Visitors:
    """How each signs in, and the ids that they met."""

    server: RunningServer
    ids: dict[str, list[str]] = field(default_factory=dict)
    exams: int = 0

    def begin(self) -> None:
        """Let one exam be signed, so that there is something to ask about."""
        subprocess.run(
            [sys.executable, "-m", "server.cli", "rehearse", "--url", self.server.url],
            cwd=self.server.folder,
            env=self.server.environment,
            check=True,
            capture_output=True,
            timeout=100,
        )
        for name in ("spa", "practitioner", "ops"):
            visitor = self.signed_in(name)
            for path in LOOKED_AT[name]:
                self._remember(self._json(visitor.get(self.server.url + API + path)))
        practitioner = self.signed_in("practitioner")
        for encounter_id in self.ids["encounter_id"]:
            path = f"{API}/console/encounters/{encounter_id}/authorizations"
            answer = practitioner.get(self.server.url + path)
            if answer.ok:
                self._remember(answer.json())

    def signed_in(self, name: str) -> requests.Session:
        """Return a visitor with a session of their own, or a token, or neither."""
        visitor = requests.Session()
        visitor.headers["Origin"] = self.server.url
        if name in STAFF:
            page, login = STAFF[name]
            form = {"login": login, "password": self.server.people[login].password}
            self._post(visitor, f"/{page}/session", form)
        elif name == "patient":
            secret = self._exam().partition("#")[2]
            form = {"secret": secret, "birth_date": BIRTH_DATE, "device": "fuzz-device"}
            self._post(visitor, "/join/session", {**form, "take_over": False})
        elif name == "site":
            staff = self.signed_in("spa")
            self._post(staff, f"/portal/sites/{self.ids['site_id'][0]}/device", {})
            visitor.cookies.update(staff.cookies)
        elif name == "token":
            secret = self.server.command(
                "spa", "token", "create", self._spa_id(), "EMR"
            ).strip()
            visitor.headers["Authorization"] = f"Bearer {secret}"
        return visitor

    def _spa_id(self) -> str:
        listed = json.loads(self.server.command("network", "list", "--json"))
        return next(str(one["id"]) for one in listed if one["name"] == SPA)

    def _exam(self) -> str:
        staff = self.signed_in("spa")
        home = self._json(staff.get(self.server.url + API + "/portal/home"))
        served = next(one for one in home["sites"] if one["jurisdiction"] == "AZ")
        self.exams += 1
        form = {
            "request_id": f"fuzzed-{self.exams:06}",
            "patient": {"legal_name": f"Rosa Number {self.exams}", "birth_date": BIRTH_DATE},
            "site_id": served["site_id"],
            "treatments": [{"treatment_class": "neurotoxin", "product": None}],
        }
        return str(self._post(staff, "/portal/encounters", form)["url"])

    def _post(self, visitor: requests.Session, path: str, form: Json) -> Json:
        return self._json(visitor.post(self.server.url + API + path, json=form))

    @staticmethod
    def _json(answer: requests.Response) -> Json:
        assert answer.ok, answer.text
        body: Json = answer.json()
        return body

    def _remember(self, body: object) -> None:
        """Keep every id of an answer under its name."""
        if isinstance(body, dict):
            for name, value in body.items():
                if name.endswith("_id") and isinstance(value, str):
                    known = self.ids.setdefault(name, [])
                    if value not in known:
                        known.append(value)
                else:
                    self._remember(value)
        elif isinstance(body, list):
            for one in body:
                self._remember(one)


LOOKED_AT: Final = {
    "spa": ("/portal/session", "/portal/home", "/portal/protocols"),
    "practitioner": ("/console/session", "/console/shifts"),
    "ops": ("/ops/session", "/ops/shifts?from=0&to=1"),
}
