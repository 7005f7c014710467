"""The worked cases of the domain, as files that `goodfaith rules decide` takes too."""

import pytest

from server.rules.asked import decide_file
from server.rules.case_file import read_case
from server.rules.decision import Decision
from server.rules.words import TreatmentClass
from tests.rule_cases import CASES, shipped_book

LIVE = "live_video_required"
STORED = "store_and_forward_permitted"
REFUSED = "not_permitted"

# file, decision, rules that fired, words that a reason has
WORKED = (
    ("01-tx-neurotoxin-operator-off", LIVE, "R999", "the operator's enabling"),
    ("02-tx-peel-store-and-forward", STORED, "R110", "Texas accepts store-and-forward"),
    ("02b-tx-neurotoxin-without-physical-exam", LIVE, "R999", "appropriate_physical_exam"),
    ("03-tx-peel-questionnaire-only", LIVE, "R999", "images or records"),
    ("05-ar-audio-only", LIVE, "R90", "Arkansas asks live video"),
    ("06-md-peel-new-patient", LIVE, "R90", "Maryland asks live video"),
    ("08-ca-filler-live-only", LIVE, "R80", "filler by live video only"),
    ("08b-ca-filler-taken-off", STORED, "R110", "California accepts"),
    ("09-wy-filler-not-opened", REFUSED, "R40 R80", "not_served"),
    ("09b-wy-filler-opened", LIVE, "R999", "no other rule decided"),
    ("10-ny-audio-only", LIVE, "R999", "a text of New York that accepts it"),
    ("11-sd-microneedling", LIVE, "R90", "South Dakota asks live video"),
    ("13-fl-phentermine-before-the-window-ends", LIVE, "R75", "by live video only"),
    ("14-fl-phentermine-after-the-window", REFUSED, "R70", "controlled: the federal window"),
    ("16-az-iv-intake-form-only", LIVE, "R80", "iv_therapy by live video only"),
    ("17-glp1-family-mtc", LIVE, "R80 R100", "`approved` is unavailable for glp1"),
    ("20-ga-toxin-snapshot-expired", LIVE, "R30 R999", "stale_rules"),
    ("21-az-peel-with-opinion", STORED, "R110", "counsel opinion: opinion-2026-11"),
    ("22-az-peel-without-opinion", LIVE, "R999", "a text of Arizona that accepts it"),
    ("23-wa-laser", LIVE, "R80 R90", "Washington asks live video"),
    ("24-nv-patient-az-site", REFUSED, "R60 R90", "authority in Arizona"),
    ("25-pa-without-collaborator", REFUSED, "R60", "no_eligible_practitioner"),
)

CITED = {
    "02-tx-peel-store-and-forward": "Tex. Occ. Code 111.005(a)(3)(B)",
    "05-ar-audio-only": "17 CAR 140-202(b)(8)",
    "06-md-peel-new-patient": "COMAR 10.32.05.05",
    "08b-ca-filler-taken-off": "2242(a)",
    "11-sd-microneedling": "34-52-5",
    "14-fl-phentermine-after-the-window": "21 USC 829(e)",
    "23-wa-laser": "WAC 246-919-605(6)",
}


def decided(name: str) -> Decision:
    return decide_file(read_case((CASES / f"{name}.json").read_bytes()), shipped_book())


@pytest.mark.parametrize(
    ("name", "outcome", "rules", "words"), WORKED, ids=[w[0] for w in WORKED]
)
def test_a_worked_case_is_decided_as_the_domain_says(
    name: str, outcome: str, rules: str, words: str
) -> None:
    decision = decided(name)
    assert decision.outcome == outcome
    assert [one.rule for one in decision.reasons] == rules.split()
    assert any(words in one.text for one in decision.reasons)


@pytest.mark.parametrize(("name", "cite"), CITED.items(), ids=CITED)
def test_a_worked_case_cites_what_the_domain_cites(name: str, cite: str) -> None:
    cited = [each.source.cite or "" for one in decided(name).reasons for each in one.citations]
    assert any(cite in one for one in cited), cited


def test_every_file_is_in_the_table() -> None:
    assert {path.stem for path in CASES.glob("*.json")} == {one[0] for one in WORKED}


def test_an_absolute_contraindication_makes_approved_unavailable() -> None:
    assert decided("17-glp1-family-mtc").approved_unavailable == {TreatmentClass.GLP1}
