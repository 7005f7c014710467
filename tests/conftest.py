"""A test that was skipped, or that was expected to fail, has failed.

Whatever a test needs is installed by `scripts/test`, so a skip can only mean that something is
not being tested and nobody was told. Deselecting (`-m "not long"`, `-k`) stays free.

A test that shows a safeguard is marked with it (`tests/safeguards.py`), and its report says so.

No test is timed either: a property that holds does so on a machine that is busy as well.

A property is looked for in FEW examples in every run and in MANY in `scripts/test long`, unless
its test says how many by itself.
"""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

from tests.safeguards import NAMES

FEW, MANY = 25, 1_000
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("few", UNTIMED, max_examples=FEW)
settings.register_profile("many", UNTIMED, max_examples=MANY)
settings.load_profile("few")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--nodes",
        type=int,
        choices=(1, 3),
        default=1,
        help="what tests of the waiting room run against: one process, or three nodes",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers("safeguard"):
            if len(mark.args) != 1 or mark.args[0] not in NAMES:
                told = f"{item.nodeid}: {mark.args} is no row of tests/safeguards.py"
                raise pytest.UsageError(told)
            item.user_properties.append(("safeguard", mark.args[0]))


def pytest_collection() -> None:
    """Modules and thousands of tests stay to the end: the collector need not look at them."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped:
        reason = getattr(report, "wasxfail", None) or report.longreprtext
        report.outcome = "failed"
        report.longrepr = f"skipped, which counts as failed here: {reason}"
        vars(report).pop("wasxfail", None)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped while collecting, which counts as failed: {report.longrepr}"
    return report
