"""Which files of `tests/browser` may share two cores.

Nothing in them must show within a second or two, and calls are only to be had, not to be looked
at. They are tested in Chromium's headless shell, which takes a seventh of the processor time of
Chromium for each window; whoever asks for a camera there gets one, so what is about a refusal
is not among them.
"""

from __future__ import annotations

from typing import Final

PAGES: Final = (
    "tests/browser/test_accessibility.py",
    "tests/browser/test_account.py",
    "tests/browser/test_audit.py",
    "tests/browser/test_auto_accept.py",
    "tests/browser/test_before_care.py",
    "tests/browser/test_compliance.py",
    "tests/browser/test_coverage.py",
    "tests/browser/test_database_away.py",
    "tests/browser/test_deliveries.py",
    "tests/browser/test_emergency_access.py",
    "tests/browser/test_idling.py",
    "tests/browser/test_intake.py",
    "tests/browser/test_journeys.py",
    "tests/browser/test_messages.py",
    "tests/browser/test_note.py",
    "tests/browser/test_operations.py",
    "tests/browser/test_orders.py",
    "tests/browser/test_page_headers.py",
    "tests/browser/test_passkeys.py",
    "tests/browser/test_people.py",
    "tests/browser/test_planner.py",
    "tests/browser/test_practitioner_file.py",
    "tests/browser/test_providers.py",
    "tests/browser/test_software.py",
    "tests/browser/test_staffing.py",
    "tests/browser/test_step_up.py",
    "tests/browser/test_store_and_forward.py",
    "tests/browser/test_uploads.py",
)
