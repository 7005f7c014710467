"""What is tested with one process only, and why: `--nodes 3` does not collect it.

By file, or by file and test. Everything else of this folder holds for many nodes as well; some
of it is tried less often (`LATER`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ONE_PROCESS: Final[Mapping[str, str]] = {
    "test_canaries.py": "reads every file that one process and its database leave behind",
    "test_cli.py": "enrols people by commands; nothing waits there",
    "test_crash.py": "one process dies; nodes that die are in tests/faults",
    "test_draining.py": "a process and the relays that it was told of drain",
    "test_note_crash.py": "one process dies at a step of its own",
    "test_roles.py": "starts processes of two roles itself",
    "test_stopping.py": "how one process stops; nodes that stop are in tests/faults",
    "test_witnessed.py": "kills the process and the relay that it has started",
    "test_bad_packets.py::test_a_ninth_socket_of_a_session_closes_the_first_and_no_other": (
        "each process counts the sockets of a session that it has itself"
    ),
    "test_bad_packets.py::test_two_sockets_of_a_session_ask_for_no_more_than_one_may": (
        "each process counts what is asked for on the sockets that it has itself"
    ),
    "test_legs.py::test_a_killed_relay_is_replaced_and_both_legs_with_it": (
        "kills the relay that the process has started; nodes have none of their own"
    ),
    "test_rehearsal.py::test_they_go_through_the_relay_where_the_server_has_one": (
        "has a process with a relay of its own; calls through relays are in test_legs.py"
    ),
    "test_rehearsal.py::test_whole_encounters_work_on_postgresql": "has its own process",
    "test_rehearsal.py::test_a_server_that_is_not_there_is_reported_not_raised": (
        "is about the command"
    ),
    "test_rehearsal.py::test_a_wrong_password_is_reported": "is about the command",
}

LATER: Final = frozenset(
    {
        # They start a server of their own.
        "test_admission.py",
        "test_database_away.py::test_a_relayed_call_is_not_torn_down_and_its_evidence_is_whole",
        "test_evidence.py",
        "test_findings.py",
        "test_operations.py::test_an_alert_is_shown_sent_and_cleared_once",
        "test_operations.py::test_time_on_duty_survives_a_stop",
        "test_relocation.py",
        "test_rulings.py",
        "test_spa_tokens.py",
        "test_legs.py",
        "test_second_factor.py",
        # What they are about lies in one process: the node that has the socket, or the home.
        "test_audit.py",
        "test_bad_packets.py",
        "test_before_care.py",
        "test_chat.py",
        "test_fuzzed_events.py",
        "test_notes.py",
        "test_rehearsal.py",
    }
)
"""What takes long, or says little more, where there are three nodes: marked `long` then."""
