"""Who asks, about what, and how far each word of the expected matrix reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from server.access import Principal, Resource, Role

Grants = Mapping[str, str]

PRINCIPALS: Mapping[str, Principal] = {
    "anonymous": Principal(None, Role.ANONYMOUS),
    "patient": Principal("patient", Role.PATIENT, encounter_id="encounter", site_id="site"),
    "practitioner": Principal(
        "practitioner",
        Role.PRACTITIONER,
        organization_id="network",
        account_id="account",
        practitioner_id="practitioner",
    ),
    "spa_staff": Principal("spa", Role.SPA_STAFF, organization_id="spa", account_id="account"),
    "spa_manager": Principal(
        "spa", Role.SPA_MANAGER, organization_id="spa", account_id="account"
    ),
    "medical_director": Principal(
        "spa", Role.MEDICAL_DIRECTOR, organization_id="spa", account_id="account"
    ),
    "ops": Principal("ops", Role.OPS, organization_id="network", account_id="account"),
    "compliance": Principal(
        "ops", Role.COMPLIANCE, organization_id="network", account_id="account"
    ),
    "site_device": Principal("site", Role.SITE_DEVICE, organization_id="spa", site_id="site"),
    "spa_software": Principal(
        "spa",
        Role.SPA_SOFTWARE,
        organization_id="spa",
        token_id="token",
        scopes=frozenset({"authorizations:query", "authorizations:use", "charts:read"}),
    ),
}
MINE = Resource("network", "spa", "encounter", "practitioner", "site")
RESOURCES: Mapping[str, Resource] = {
    "nothing": Resource(),
    "mine": MINE,
    "unaccepted": replace(MINE, practitioner_id=None),
    "colleagues": replace(MINE, encounter_id="other", practitioner_id="other"),
    "other_site": replace(MINE, encounter_id="other", practitioner_id="other", site_id="other"),
    "other_spa": replace(
        MINE, spa_id="other", encounter_id="other", practitioner_id="other", site_id="other"
    ),
    "other_network": replace(MINE, network_id="other", spa_id="other", encounter_id="other"),
    "foreign": Resource("other", "other", "other", "other", "other"),
    # Of a colleague, or of nobody any more; what lets one read it besides.
    "former": replace(MINE, practitioner_id="other", took_part=frozenset({"practitioner"})),
    "given_back": replace(MINE, practitioner_id=None, took_part=frozenset({"practitioner"})),
    "supervised": replace(
        MINE, practitioner_id="other", supervisors=frozenset({"practitioner"})
    ),
    "opened": replace(MINE, practitioner_id="other", emergency=frozenset({"practitioner"})),
    "opened_by_others": replace(
        MINE,
        practitioner_id="other",
        took_part=frozenset({"other"}),
        supervisors=frozenset({"other"}),
        emergency=frozenset({"other"}),
    ),
    # Whatever is written there, nobody reads in another network.
    "opened_elsewhere": replace(
        MINE,
        network_id="other",
        spa_id="other",
        encounter_id="other",
        practitioner_id="practitioner",
        took_part=frozenset({"practitioner"}),
        supervisors=frozenset({"practitioner"}),
        emergency=frozenset({"practitioner"}),
    ),
}
EVERYTHING = frozenset(RESOURCES)
READ = frozenset({"former", "given_back", "supervised", "opened"})
SAME = READ | {"opened_by_others"}  # all of the same encounter, spa and network
NETWORK = SAME | {"mine", "unaccepted", "colleagues", "other_site", "other_spa"}
REACH: Mapping[str, frozenset[str]] = {
    "anybody": EVERYTHING,
    "own": EVERYTHING,  # no id is taken from the request: the subject is the session's own
    "encounter": SAME | {"mine", "unaccepted"},
    "examiner": frozenset({"mine"}),
    "reader": READ | {"mine"},
    "spa": SAME | {"mine", "unaccepted", "colleagues", "other_site"},
    "network": NETWORK,
}

# ------------------------------------------------------------------ words of the matrix

EVERYBODY: Grants = dict.fromkeys(PRINCIPALS, "anybody")
PATIENT: Grants = {"patient": "encounter"}
TABLET: Grants = {"site_device": "own"}
PRACTITIONER: Grants = {"practitioner": "own"}
EXAMINER: Grants = {"practitioner": "examiner"}
READER: Grants = {"practitioner": "reader"}
STAFF: Grants = {"spa_staff": "own", "spa_manager": "own", "medical_director": "own"}
SPA: Grants = {"spa_staff": "spa", "spa_manager": "spa", "medical_director": "spa"}
DRAFTER: Grants = {"spa_manager": "spa", "medical_director": "spa"}
MANAGER: Grants = {"spa_manager": "own"}
MANAGED: Grants = {"spa_manager": "spa"}
DIRECTOR: Grants = {"medical_director": "spa"}
BY_TOKEN: Grants = {**SPA, "spa_software": "spa"}
OPS: Grants = {"ops": "own"}
COMPLIANCE: Grants = {"compliance": "own"}
REVIEWER: Grants = {"compliance": "network"}
STEERING: Grants = {"ops": "own", "compliance": "own"}
OVERSEER: Grants = {"ops": "network"}
CALL: Grants = {"patient": "encounter", "practitioner": "examiner"}
