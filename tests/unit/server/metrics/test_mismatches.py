from __future__ import annotations

from prometheus_client import CollectorRegistry

from server.metrics.mismatches import WITNESSED, Mismatches

NAME = "goodfaith_call_certificate_mismatch_total"


def counted(registry: CollectorRegistry) -> dict[tuple[str, str], float]:
    return {
        (one.labels["side"], one.labels["mode"]): one.value
        for family in registry.collect()
        for one in family.samples
        if one.name == NAME
    }


def test_every_series_is_there_before_anything_happened() -> None:
    registry = CollectorRegistry()
    Mismatches(registry)
    assert counted(registry) == dict.fromkeys(WITNESSED, 0.0)


def test_each_is_counted_by_whose_word_and_which_way() -> None:
    registry = CollectorRegistry()
    mismatches = Mismatches(registry)
    mismatches.count("relay", "relay")
    mismatches.count("patient", "direct")
    mismatches.count("patient", "direct")
    assert counted(registry) == {
        **dict.fromkeys(WITNESSED, 0.0),
        ("relay", "relay"): 1.0,
        ("patient", "direct"): 2.0,
    }
